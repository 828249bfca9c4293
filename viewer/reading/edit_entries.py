"""The edits of a part as an entry of a review file.

All that an edit is stands in the entry, so that it can be made again from the source alone. A part of which one edit is
not understood is left as the file has it: what follows would be another thing.
"""

from __future__ import annotations

import math
from dataclasses import asdict, replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from viewer.domain.edit import (
    BetweenSlices,
    Brush,
    DeletePoint,
    Edit,
    FillHoles,
    Island,
    KeepValues,
    MovePoint,
    PartEdits,
    PartName,
    Smooth,
)

_KINDS: dict[str, type[Edit]] = {
    "brush": Brush,
    "keep_values": KeepValues,
    "fill_holes": FillHoles,
    "island": Island,
    "smooth": Smooth,
    "between_slices": BetweenSlices,
    "move_point": MovePoint,
    "delete_point": DeletePoint,
}
_ADAPTERS: dict[str, TypeAdapter[Any]] = {}


def entry_name(name: PartName) -> str:
    """Return what names the entry of a part among those of its study."""
    return f"{name.sop_instance_uid}#{name.part}"


def edits_to_json(name: PartName, edits: PartEdits) -> dict[str, Any]:
    """Return the edits of a part, ready for JSON; the study is said once for the whole file."""
    return {
        "of": entry_name(name),
        "sop_instance_uid": name.sop_instance_uid,
        "part": name.part,
        "threshold": edits.threshold,
        "edits": [_to_json(one) for one in edits.edits],
    }


def edits_from_json(entry: Any, study_instance_uid: str) -> tuple[PartName, PartEdits] | None:
    """Return the edits of an entry; None for one that is not understood."""
    try:
        name = PartName(study_instance_uid, str(entry["sop_instance_uid"]), int(entry["part"]))
        if entry["of"] != entry_name(name):
            return None
        edits = tuple(_from_json(one) for one in entry["edits"])
        threshold = float(entry["threshold"])
    except (KeyError, TypeError, ValueError, AttributeError, ValidationError):
        return None
    return (name, PartEdits(edits, threshold)) if math.isfinite(threshold) and edits else None


def _to_json(edit: Edit) -> dict[str, Any]:
    kind = next(kind for kind, one in _KINDS.items() if type(edit) is one)
    if isinstance(edit, Brush):
        edit = replace(edit, plane=replace(edit.plane, image=None, nearest_mm=None))
    return {"kind": kind, **asdict(edit)}


def _from_json(entry: Any) -> Edit:
    kind = str(entry["kind"])
    adapter = _ADAPTERS.setdefault(kind, TypeAdapter(_KINDS[kind]))
    found: Edit = adapter.validate_python({name: value for name, value in entry.items() if name != "kind"})
    if not _is_finite(asdict(found)):
        raise ValueError("a number is not finite")
    return found


def _is_finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(_is_finite(one) for one in value.values())
    return all(_is_finite(one) for one in value) if isinstance(value, list | tuple) else True
