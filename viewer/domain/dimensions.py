"""What tells a stack, or a frame, from those at the same place, as a value with a unit: for the second slider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from viewer.domain.splitters import BY_KEYWORD, IMAGE_TYPE, REPETITION, SECONDS, Splitter
from viewer.domain.splitting import Split, index_name, sort_key

_COMPONENTS = {
    "M": "magnitude",
    "P": "phase",
    "R": "real",
    "I": "imaginary",
    "W": "water",
    "F": "fat",
    "IP": "in phase",
    "OP": "opposed phase",
}
"""Components of Image Type that scanners write for what a reader knows by a word."""
_ABBREVIATION = 4
"""Longer components are words."""


@dataclass(frozen=True)
class Dimension:
    """One value that a stack (or a frame) has and its siblings have otherwise.

    Parameters
    ----------
    keyword
        Of the attribute, or ``DimensionIndex:n``.
    label
        English name of what varies.
    value, unit
        As a reader writes them; an empty value is not stated in the file.
    number, count
        The 1-based place among the values of the siblings (0: not stated), and how many there are.
    numbered
        The place says more than the value does.
    detail
        What stands behind the place: "12.4 s", "TE 20 ms".
    is_time
        The values follow one another in time.
    """

    keyword: str
    label: str
    value: str
    unit: str = ""
    number: int = 1
    count: int = 1
    numbered: bool = False
    detail: str = ""
    is_time: bool = False


@dataclass(frozen=True)
class Axis:
    """One way through the volumes of a set.

    Parameters
    ----------
    keyword
        Of the attribute that varies along it; empty where several vary and not every combination exists.
    stack_ids
        The volumes, in order.
    place
        0-based place of the stack it was asked for.
    is_time
        The volumes follow one another in time.
    """

    keyword: str
    stack_ids: tuple[str, ...]
    place: int
    is_time: bool


def dimensions_of(parts: Sequence[Split]) -> list[tuple[Dimension, ...]]:
    """Return the dimensions of every part of a split, in its order."""
    if len(parts) < 2:
        return [()] * len(parts)
    found: dict[str, set[str]] = {}
    for part in parts:
        for keyword, value in part.values:
            found.setdefault(keyword, set()).add(value)
    ranks = {
        # What is not stated has no number: the volume without diffusion is none of the directions.
        keyword: {value: place for place, value in enumerate(sorted(values, key=sort_key), start="" not in values)}
        for keyword, values in found.items()
    }
    details = _Details(parts)
    names = parts[0].frames[0].header.dimension_names
    return [
        tuple(
            _dimension(keyword, value, names, ranks[keyword], details, place)
            for keyword, value in part.values
            if len(ranks[keyword]) > 1 or len(part.values) == 1
        )
        for place, part in enumerate(parts)
    ]


def _dimension(
    keyword: str, value: str, names: Sequence[str], ranks: dict[str, int], details: _Details, place: int
) -> Dimension:
    number, count = ranks[value], len(ranks) - ("" in ranks)
    splitter = BY_KEYWORD.get(keyword)
    if splitter is None:
        label = "Repetition" if keyword == REPETITION else _capital(index_name(keyword, names))
        return Dimension(keyword, label, value, "", number, count, numbered=True)
    spelled = _image_type(value, tuple(ranks)) if keyword == IMAGE_TYPE else splitter.spelled(value) if value else ""
    return Dimension(
        keyword,
        splitter.name,
        spelled,
        splitter.unit,
        number,
        count,
        splitter.numbered,
        details.of(splitter, value, spelled, place),
        splitter.is_time,
    )


class _Details:
    """What stands behind a number: the echo time of an echo, the seconds of a moment."""

    def __init__(self, parts: Sequence[Split]) -> None:
        self._parts = parts
        self._seconds: list[str] | None = None

    def of(self, splitter: Splitter, value: str, spelled: str, place: int) -> str:
        """Return the detail of a value in a part; empty when there is none."""
        if splitter.keyword == "EchoNumbers":
            times = {frame.value("EchoTime") for frame in self._parts[place].frames}
            time = times.pop() if len(times) == 1 else ""
            return f"TE {time} ms" if time else ""
        if not splitter.numbered or not value:
            return ""
        if splitter.unit:
            own = (
                f"{float(value) / 1000:.4g} s" if splitter.keyword == "FrameReferenceTime" else f"{spelled} {splitter.unit}"
            )
            return f"{splitter.prefix} {own}".strip()
        if splitter.is_time:
            if self._seconds is None:
                self._seconds = _seconds_of(self._parts)
            return self._seconds[place]
        return spelled if splitter.keyword in {"DiffusionGradientOrientation", "VelocityEncodingDirection"} else ""


def _seconds_of(parts: Sequence[Split]) -> list[str]:
    """Return when every part began, in seconds; empty texts where the files do not say, or not in the order of the parts."""
    for keyword, factor in SECONDS:
        starts = []
        for part in parts:
            values = [frame.value(keyword) for frame in part.frames]
            read = [_clock_seconds(value) if factor == "clock" else _number(value, factor) for value in values]
            starts.append(min((one for one in read if one is not None), default=None) if None not in read else None)
        known = [start for start in starts if start is not None]
        if len(known) < len(parts) or any(later < earlier for earlier, later in pairwise(known)):
            continue
        if known[0] == known[-1]:
            continue
        first = known[0] if factor == "clock" else 0.0
        return [f"{start - first:.1f} s" for start in known]
    return [""] * len(parts)


def _number(value: str, factor: float) -> float | None:
    try:
        return float(value) * factor
    except ValueError:
        return None


@lru_cache(maxsize=8192)
def _clock_seconds(value: str) -> float | None:
    """Return the seconds of a TM or DT value, the day counted in when it is stated."""
    whole, _, fraction = value.partition("+")[0].partition(".")
    try:
        if len(whole) == 14:
            since = datetime.strptime(whole, "%Y%m%d%H%M%S") - datetime(1900, 1, 1)
        elif len(whole) == 6:
            since = timedelta(hours=int(whole[:2]), minutes=int(whole[2:4]), seconds=int(whole[4:6]))
        else:
            return None
        return since.total_seconds() + (float(f"0.{fraction}") if fraction.isdigit() else 0.0)
    except ValueError:
        return None


def _image_type(value: str, values: tuple[str, ...]) -> str:
    """Return the components of an Image Type in which the siblings differ, in words where there are any."""
    split = [one.split("\\") for one in values]
    longest = max(map(len, split))
    padded = [one + [""] * (longest - len(one)) for one in split]
    differing = [column for column in range(longest) if len({one[column] for one in padded}) > 1]
    own = value.split("\\") + [""] * longest
    return " ".join(filter(None, (_in_words(own[column]) for column in differing)))


def _in_words(component: str) -> str:
    """Return a component of Image Type as a reader says it; short ones that are not known stay as they are."""
    return _COMPONENTS.get(component) or (
        component if len(component) <= _ABBREVIATION else component.replace("_", " ").lower()
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
