"""Objects that were divided into several files (concatenations, PS3.3 C.7.6.16.2.2.4): which parts are not there."""

from __future__ import annotations

from collections.abc import Sequence

from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import Issue, issue

_NAMED = 5


def concatenation_issues(headers: Sequence[InstanceHeader]) -> tuple[Issue, ...]:
    """Return one issue for every divided object of which parts are missing among the opened files."""
    parts: dict[str, list[InstanceHeader]] = {}
    for header in headers:
        if header.concatenation_uid:
            parts.setdefault(header.concatenation_uid, []).append(header)
    return tuple(found for headers in parts.values() if (found := _incomplete(headers)) is not None)


def _incomplete(parts: Sequence[InstanceHeader]) -> Issue | None:
    present = {part.concatenation_part for part in parts}
    total = max(max(part.concatenation_parts, part.concatenation_part) for part in parts)
    missing = [str(number) for number in range(1, total + 1) if number not in present]
    if not missing:
        return None
    if len(missing) == 1:
        which = f"part {missing[0]} is"
    elif len(missing) <= _NAMED:
        which = f"parts {', '.join(missing[:-1])} and {missing[-1]} are"
    else:
        which = f"{len(missing)} of its parts are"
    return issue("concatenation_incomplete", "warning", total=total, which=which)
