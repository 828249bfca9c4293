"""Reported numbers computed again from what they were measured in, and whether the two agree.

Units are mm, mm2 and ml inside; a result is given in the unit of the report. Distances in an image use its pixel spacing,
positions of SCOORD being (column, row) from the outer corner of the first pixel (PS3.3 C.18.6.1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from viewer.domain.overlay import PartMeasure
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report
from viewer.geometry.plane import FloatArray
from viewer.representations.reported_values import Quantity, ReportedValue, images_of

TOLERANCE_PERCENT: Final = 5.0
"""Difference up to which two programs are said to agree."""

TOLERANCE: Final[dict[str, float]] = {"ml": 0.1, "mm": 1.0}
"""In base units: up to this two programs agree as well, however small the number is. An area has none."""

SpacingOf = Callable[[ImageReference], tuple[float, float] | None]
"""(between rows, between columns) in mm of an opened image in its object plane; None when unknown."""

MeasuresOf = Callable[[ReportedValue], Sequence[tuple[str, PartMeasure]]]
"""Name and measure of every opened part in which a value was measured."""

_IN_BASE_UNITS: Final[dict[str, tuple[str, float]]] = {
    "um": ("mm", 1e-3),
    "mm": ("mm", 1.0),
    "cm": ("mm", 10.0),
    "m": ("mm", 1000.0),
    "mm2": ("mm2", 1.0),
    "cm2": ("mm2", 100.0),
    "m2": ("mm2", 1e6),
    "ul": ("ml", 1e-3),
    "mm3": ("ml", 1e-3),
    "ml": ("ml", 1.0),
    "cm3": ("ml", 1.0),
    "dl": ("ml", 100.0),
    "l": ("ml", 1000.0),
    "dm3": ("ml", 1000.0),
}
"""UCUM codes, in lower case, as a base unit and how many of it they are."""

_BASE_UNIT_OF: Final[dict[Quantity, str]] = {"volume": "ml", "area": "mm2"}

_SAME_VOLUME_RELATIVE = 1e-3
"""Up to this, several objects with one Tracking UID hold the same thing."""


@dataclass(frozen=True)
class Recomputed:
    """A number computed again, in the unit of the report; ``value`` and ``agrees`` are None where it cannot be."""

    value: float | None
    difference_percent: float | None
    agrees: bool | None
    method: str


class _Cannot(Exception):
    """Why a number cannot be computed again, as a sentence."""


def recompute(value: ReportedValue, report: Report, spacing_of: SpacingOf, measures_of: MeasuresOf) -> Recomputed:
    """Return a reported number computed again and compared with what is written.

    Parameters
    ----------
    value
        Of ``report``.
    spacing_of
        Of the images on which regions are drawn.
    measures_of
        Of the segments or regions of interest that a volume was measured in.
    """
    try:
        written, factor = _written(value)
        base, method = _in_base_unit(value, report, spacing_of, measures_of)
    except _Cannot as reason:
        return Recomputed(None, None, None, f"Not computed again: {reason}.")
    found = base / factor
    difference = 100 * (found - written) / written if written else math.inf
    if not math.isfinite(found):
        return Recomputed(None, None, None, "Not computed again: the region is larger than any number.")
    rounding = _half_last_digit(value.item.value)
    base_unit = _BASE_UNIT_OF.get(value.quantity, "mm") if value.quantity is not None else ""
    absolute = TOLERANCE.get(base_unit, 0.0)
    agrees = abs(found - written) <= max(abs(written) * TOLERANCE_PERCENT / 100, absolute / factor, rounding)
    or_absolute = f" or {absolute:g} {base_unit}" if absolute else ""
    told = f"{method}; agrees within {TOLERANCE_PERCENT:g} %{or_absolute}"
    return Recomputed(found, difference if math.isfinite(difference) else None, agrees, told)


def _written(value: ReportedValue) -> tuple[float, float]:
    """Return the number as written, and how many base units its unit is."""
    if value.quantity is None:
        raise _Cannot("only volumes, areas, lengths and diameters are")
    try:
        written = float(value.item.value)
    except ValueError:
        raise _Cannot("the report gives no number") from None
    if not math.isfinite(written):
        raise _Cannot("the report gives no number")
    unit = value.item.unit
    known = _IN_BASE_UNITS.get(unit.value.lower()) if unit is not None else None
    if known is None or known[0] != _BASE_UNIT_OF.get(value.quantity, "mm"):
        raise _Cannot(f"the unit {unit.value if unit is not None else ''!r} is none of this quantity")
    return written, known[1]


def _in_base_unit(value: ReportedValue, report: Report, spacing_of: SpacingOf, measures_of: MeasuresOf) -> tuple[float, str]:
    if value.quantity == "volume" and not any(region.graphic_type == "ELLIPSOID" for region in value.regions):
        return _volume(value, measures_of)
    assert value.quantity is not None
    if not value.regions:
        raise _Cannot("the report names no region that it was measured in")
    answers = [(region, answer) for region in value.regions for answer in [_answer_of(region, value.quantity)] if answer]
    if not answers:
        shapes = ", ".join(sorted({region.graphic_type.lower() or "no shape" for region in value.regions}))
        raise _Cannot(f"a region of this shape ({shapes}) does not tell it")
    if len(answers) > 1:
        raise _Cannot(f"the report names {len(answers)} regions and not which one was measured")
    region, answer = answers[0]
    points, where = _points_mm(region, report, spacing_of)
    found = answer(points)
    if found is None:
        raise _Cannot("the region has not the points that it takes")
    return found, f"{_WORDS[value.quantity]}, {region.graphic_type.lower()} of {len(points)} points{where}"


def _volume(value: ReportedValue, measures_of: MeasuresOf) -> tuple[float, str]:
    found = measures_of(value)
    if not found:
        stated = "segment" if value.segments else "segment, and no opened part has its Tracking UID"
        raise _Cannot("the segment is not among the opened files" if value.segments else f"the report names no {stated}")
    volumes = [measure.volume_ml for _, measure in found]
    known = [volume for volume in volumes if volume is not None]
    if len(known) < len(volumes):
        missing = next(measure.method for _, measure in found if measure.volume_ml is None)
        raise _Cannot(missing or "the volume of the segment is not known")
    if value.segments:
        names = ", ".join(name for name, _ in found)
        return sum(known), f"{found[0][1].method} of {names}"
    if max(known) - min(known) > _SAME_VOLUME_RELATIVE * max(known):
        raise _Cannot("opened objects with its Tracking UID have different volumes")
    return known[0], f"{found[0][1].method} of {found[0][0]}, which has its Tracking UID"


def _points_mm(region: ContentItem, report: Report, spacing_of: SpacingOf) -> tuple[FloatArray, str]:
    """Return the points of a region in mm, (n, 3) in the patient or (n, 2) across and down in an image."""
    data = np.array(region.graphic_data, dtype=float)
    if not np.isfinite(data).all():
        raise _Cannot("the region has coordinates that are no numbers")
    if region.value_type == "SCOORD3D":
        return data[: len(data) // 3 * 3].reshape(-1, 3), " in the patient"
    points = data[: len(data) // 2 * 2].reshape(-1, 2)
    images = images_of(region, report)
    if not images:
        raise _Cannot("the region names no image")
    spacing = spacing_of(images[0])
    if spacing is None:
        raise _Cannot("the image is not among the opened files, or states no pixel spacing in the object")
    return points * (spacing[1], spacing[0]), f", pixels of {spacing[0]:g} x {spacing[1]:g} mm"


def _half_last_digit(written: str) -> float:
    """Return half of what the last digit of a decimal string counts: 0.05 for "12.3"."""
    mantissa, _, exponent = written.strip().lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    try:
        return 0.5 * float(10.0 ** (int(exponent or 0) - decimals))
    except (ValueError, OverflowError):
        return 0.0


# --- what shapes tell -----------------------------------------------------------------------------------------------

Answer = Callable[[FloatArray], float | None]


def _answer_of(region: ContentItem, quantity: Quantity) -> Answer | None:
    shape = "POLYLINE" if region.graphic_type == "POLYGON" else region.graphic_type
    if quantity in ("width", "height") and region.value_type == "SCOORD3D":
        return None
    return _ANSWERS.get((shape, quantity))


def _path(points: FloatArray) -> float | None:
    """Return the length of an open line."""
    if len(points) < 2 or (len(points) > 2 and np.allclose(points[0], points[-1])):
        return None
    return float(np.linalg.norm(np.diff(points, axis=0), axis=1).sum())


def _around(points: FloatArray) -> float | None:
    """Return the length of a closed outline; the last point joins the first."""
    if len(points) < 3:
        return None
    return float(np.linalg.norm(points - np.roll(points, 1, axis=0), axis=1).sum())


def _farthest(points: FloatArray) -> float | None:
    """Return the largest distance between two points of a line."""
    if len(points) < 2:
        return None
    return max(float(np.linalg.norm(points - point, axis=1).max()) for point in points)


def _two_points(points: FloatArray) -> float | None:
    return float(np.linalg.norm(points[1] - points[0])) if len(points) == 2 else None


def _inside(points: FloatArray) -> float | None:
    """Return the area of a closed outline in a plane, (n, 2) or (n, 3); the last point joins the first."""
    if len(points) < 3:
        return None
    relative = np.pad(points, ((0, 0), (0, 3 - points.shape[1]))) - np.append(points[0], [0.0] * (3 - points.shape[1]))
    return float(np.linalg.norm(np.cross(relative, np.roll(relative, -1, axis=0)).sum(axis=0))) / 2


def _extent(axis: int) -> Answer:
    def answer(points: FloatArray) -> float | None:
        return float(np.ptp(points[:, axis])) if len(points) >= 2 else None

    return answer


def _circle(times: Callable[[float], float]) -> Answer:
    def answer(points: FloatArray) -> float | None:
        radius = _two_points(points)
        return times(radius) if radius is not None else None

    return answer


def _ellipse(of: Callable[[float, float], float]) -> Answer:
    """Answer from the two axes; points are the ends of the major and of the minor one."""

    def answer(points: FloatArray) -> float | None:
        if len(points) != 4:
            return None
        return of(float(np.linalg.norm(points[1] - points[0])), float(np.linalg.norm(points[3] - points[2])))

    return answer


def _ellipsoid_ml(points: FloatArray) -> float | None:
    if len(points) != 6:
        return None
    axes = np.linalg.norm(points[1::2] - points[::2], axis=1)
    return float(math.pi / 6 * np.prod(axes)) / 1000


_ANSWERS: Final[dict[tuple[str, Quantity], Answer]] = {
    ("POLYLINE", "length"): _path,
    ("POLYLINE", "long_axis"): _farthest,
    ("POLYLINE", "short_axis"): _two_points,
    ("POLYLINE", "perimeter"): _around,
    ("POLYLINE", "area"): _inside,
    ("POLYLINE", "width"): _extent(0),
    ("POLYLINE", "height"): _extent(1),
    ("CIRCLE", "radius"): _circle(lambda radius: radius),
    ("CIRCLE", "long_axis"): _circle(lambda radius: 2 * radius),
    ("CIRCLE", "short_axis"): _circle(lambda radius: 2 * radius),
    ("CIRCLE", "perimeter"): _circle(lambda radius: 2 * math.pi * radius),
    ("CIRCLE", "area"): _circle(lambda radius: math.pi * radius**2),
    ("ELLIPSE", "long_axis"): _ellipse(max),
    ("ELLIPSE", "short_axis"): _ellipse(min),
    ("ELLIPSE", "area"): _ellipse(lambda major, minor: math.pi / 4 * major * minor),
    ("ELLIPSOID", "volume"): _ellipsoid_ml,
}

_WORDS: Final[dict[Quantity, str]] = {
    "volume": "Volume",
    "area": "Area inside",
    "length": "Length",
    "long_axis": "Largest diameter",
    "short_axis": "Smallest diameter",
    "radius": "Radius",
    "width": "Extent along the rows",
    "height": "Extent along the columns",
    "perimeter": "Perimeter",
}
