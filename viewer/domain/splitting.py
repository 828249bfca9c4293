"""Slices that share positions: which attribute tells them apart (time, echo, b-value, image type ...).

A split is good when every part holds every position exactly once; the attributes are tried in a fixed order, alone and
together. What nothing tells apart stays one flat list: a volume is never invented.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from viewer.domain.instance import FrameHeader, InstanceHeader


@dataclass(frozen=True, slots=True)
class PlacedFrame:
    """A frame with its position number along the normal. ``index`` is 0-based."""

    header: InstanceHeader
    index: int
    frame: FrameHeader
    place: int

    def value(self, keyword: str) -> str:
        """Return the value of a splitting attribute; empty when the frame does not state it."""
        if keyword == _IMAGE_TYPE:
            return "\\".join(self.frame.image_type[2:] or self.header.image_type[2:])
        if keyword == _OBJECT:
            return self.header.key if self.header.number_of_frames > 1 else ""
        return next((value for name, value in self.frame.dimensions if name == keyword), "")


_IMAGE_TYPE = "ImageType"
_OBJECT = "Object"


def _plain(value: str) -> str:
    return value


def _vector(value: str) -> str:
    return "(" + ", ".join(f"{float(part):.2f}" for part in value.split("\\")) + ")"


def _time(value: str) -> str:
    digits = value.partition(".")[0][-6:]
    return f"{digits[:2]}:{digits[2:4]}:{digits[4:6]}" if len(digits) == 6 else value


_SPLITTERS: tuple[tuple[str, str, Callable[[str], str]], ...] = (
    ("TemporalPositionIdentifier", "time {}", _plain),
    ("TemporalPositionIndex", "time {}", _plain),
    ("TemporalPositionTimeOffset", "{} s", _plain),
    ("EchoNumbers", "echo {}", _plain),
    ("EchoTime", "TE {} ms", _plain),
    ("EffectiveEchoTime", "TE {} ms", _plain),
    ("DiffusionBValue", "b {}", _plain),
    ("DiffusionGradientOrientation", "direction {}", _vector),
    ("DiffusionDirectionality", "{}", str.lower),
    (_IMAGE_TYPE, "{}", lambda value: value.replace("\\", " ")),
    ("TriggerTime", "trigger {} ms", _plain),
    ("NominalPercentageOfCardiacPhase", "phase {} %", _plain),
    ("NominalCardiacTriggerDelayTime", "trigger {} ms", _plain),
    ("InversionTime", "TI {} ms", _plain),
    ("InversionTimes", "TI {} ms", _plain),
    ("FrameReferenceTime", "{} ms", _plain),
    ("AcquisitionNumber", "acquisition {}", _plain),
    ("FrameAcquisitionNumber", "acquisition {}", _plain),
    ("AcquisitionDateTime", "{}", _time),
    ("AcquisitionTime", "{}", _time),
    ("FrameReferenceDateTime", "{}", _time),
    ("FrameAcquisitionDateTime", "{}", _time),
    ("ContentTime", "{}", _time),
    ("KVP", "{} kV", _plain),
    (_OBJECT, "", _plain),
)
"""Attributes that split, in the order in which they are tried, with the label of a part."""

_TIMES = frozenset(
    {"TemporalPositionIdentifier", "TemporalPositionIndex", "TemporalPositionTimeOffset", "TriggerTime"}
    | {"NominalPercentageOfCardiacPhase", "NominalCardiacTriggerDelayTime", "FrameReferenceTime", "FrameReferenceDateTime"}
    | {"AcquisitionDateTime", "AcquisitionTime", "FrameAcquisitionDateTime", "ContentTime", "AcquisitionNumber"}
)

_ORDER = {keyword: place for place, (keyword, _, _) in enumerate(_SPLITTERS)}


@dataclass(frozen=True)
class Split:
    """A part of a split: what its frames have in common, as (keyword, value), and the frames."""

    values: tuple[tuple[str, str], ...]
    frames: tuple[PlacedFrame, ...]


def split_by_attribute(frames: Sequence[PlacedFrame]) -> list[Split] | None:
    """Split frames so that each part holds each of its positions once; None when nothing tells them apart."""
    most = max(Counter(frame.place for frame in frames).values())
    if most == 1:
        return [Split((), tuple(frames))]
    varying = _varying(frames)
    for size in (1, 2, 3):
        for keywords in combinations(varying, size):
            parts = _partition(frames, keywords)
            if _each_complete(parts, frames):
                return parts
    for size in (1, 2):
        for keywords in combinations(varying, size):
            parts = _partition(frames, keywords)
            # As many parts as frames share a position: one of them may have stopped early.
            if len(parts) == most and all(_multiplicity(part.frames) == 1 for part in parts):
                return parts
    return _split_in_steps(frames, varying, most) or _split_by_occurrence(frames, most)


def moments_in_order(frames: Sequence[PlacedFrame]) -> tuple[PlacedFrame, ...] | None:
    """Return frames that all stand at one position in the order of time, or None when it is not time that varies."""
    if len(frames) < 2 or len({frame.place for frame in frames}) > 1:
        return None
    split = split_by_attribute(frames)
    if split is None or not all(keyword in _TIMES for part in split for keyword, _ in part.values):
        return None
    return tuple(frame for part in split for frame in part.frames)


def label_of(values: Sequence[tuple[str, str]]) -> str:
    """Return the label of a part, such as ``b 1000`` or ``time 3, echo 2``."""
    words = []
    for keyword, value in values:
        if keyword not in _ORDER:
            words.append(f"{keyword} {value}")
            continue
        _, form, spelled = _SPLITTERS[_ORDER[keyword]]
        if form:
            words.append(form.format(spelled(value)) if value else f"no {_spaced(keyword)}")
    return ", ".join(words)


def _spaced(keyword: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in keyword).strip()


def _varying(frames: Sequence[PlacedFrame]) -> list[str]:
    """Return the attributes that have more than one value, in the order in which they are tried."""
    values: dict[str, set[str]] = {_IMAGE_TYPE: set(), _OBJECT: set()}
    stated: Counter[str] = Counter()
    for frame in frames:
        for keyword, value in frame.frame.dimensions:
            values.setdefault(keyword, set()).add(value)
            stated[keyword] += 1
        for keyword in (_IMAGE_TYPE, _OBJECT):
            values[keyword].add(frame.value(keyword))
            stated[keyword] += 1
    found = [keyword for keyword in values if len(values[keyword]) + (stated[keyword] < len(frames)) > 1]
    return sorted((keyword for keyword in found if keyword in _ORDER), key=_ORDER.__getitem__)


def _partition(frames: Sequence[PlacedFrame], keywords: tuple[str, ...]) -> list[Split]:
    parts: dict[tuple[str, ...], list[PlacedFrame]] = {}
    for frame in frames:
        parts.setdefault(tuple(frame.value(keyword) for keyword in keywords), []).append(frame)
    ordered = sorted(parts.items(), key=lambda part: tuple(map(_sort_key, part[0])))
    return [Split(tuple(zip(keywords, values, strict=True)), tuple(part)) for values, part in ordered]


def _sort_key(value: str) -> tuple[int, float, str]:
    try:
        return (1, float(value.partition("\\")[0]), value)
    except ValueError:
        return (0 if not value else 2, 0.0, value)


def _multiplicity(frames: Sequence[PlacedFrame]) -> int:
    return max(Counter(frame.place for frame in frames).values())


def _each_complete(parts: Sequence[Split], frames: Sequence[PlacedFrame]) -> bool:
    positions = len({frame.place for frame in frames})
    return len(parts) * positions == len(frames) and all(
        len(part.frames) == positions and _multiplicity(part.frames) == 1 for part in parts
    )


def _split_in_steps(frames: Sequence[PlacedFrame], varying: Sequence[str], most: int) -> list[Split] | None:
    """Split by one attribute, then each part by whatever tells its own frames apart (b 0 once, b 1000 three times)."""
    for keyword in varying:
        parts = _partition(frames, (keyword,))
        if not 1 < len(parts) <= most or any(_multiplicity(part.frames) == most for part in parts):
            continue
        found: list[Split] = []
        for part in parts:
            finer = split_by_attribute(part.frames)
            if finer is None:
                break
            found.extend(Split(part.values + each.values, each.frames) for each in finer)
        else:
            return found
    return None


def _split_by_occurrence(frames: Sequence[PlacedFrame], most: int) -> list[Split] | None:
    """Take the first frame of every position, then the second ..., by Instance Number; only when all have as many."""
    places: dict[int, list[PlacedFrame]] = {}
    for frame in frames:
        places.setdefault(frame.place, []).append(frame)
    if any(len(found) != most for found in places.values()) or len(places) == 1:
        return None
    for found in places.values():
        found.sort(key=lambda frame: (frame.header.instance_number or 0, frame.header.source.shown, frame.index))
    return [Split((("repetition", str(turn + 1)),), tuple(found[turn] for found in places.values())) for turn in range(most)]
