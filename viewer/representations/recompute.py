"""Reported numbers computed again from what they were measured in, and whether the two agree.

Units are mm, mm2 and ml inside; a result is given in the unit of the report. Distances in an image use its pixel spacing,
positions of SCOORD being (column, row) from the outer corner of the first pixel (PS3.3 C.18.6.1).

Decided
    Two numbers agree within a tolerance that is said beside them. Values of pixels may be off by 1 HU or 1 %, unless the
    reader says otherwise; where an image maps its pixels to a quantity whose numbers are small, one unit would let anything
    pass: then one unit is 0.1 of an SUV, and for other quantities what one stored value amounts to.
    A number that comes out to its last digit by another known choice of pixels agrees; which choice that was is said.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from viewer.domain.agreement import Tolerance, Tolerances
from viewer.domain.overlay import PartMeasure
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report
from viewer.domain.value_unit import ValueUnit
from viewer.geometry.plane import FloatArray
from viewer.representations.part_shape import PartShape
from viewer.representations.region_shapes import QUANTITY_WORDS, answer_of
from viewer.representations.region_values import STATISTIC_WORDS, RegionValues, Values, statistics_of
from viewer.representations.reported_values import Quantity, ReportedValue, images_of, value_of_item

_FIXED: Final[dict[str, Tolerance]] = {
    "mm2": Tolerance(5.0),
    "deg": Tolerance(1.0, 1.0),
    "ratio": Tolerance(5.0),
    "g": Tolerance(5.0),
}
"""By base unit, of what the reader sets no tolerance for."""

_DEFAULT: Final = Tolerances()

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
    "deg": ("deg", 1.0),
    "rad": ("deg", math.degrees(1.0)),
    "1": ("ratio", 1.0),
    "{ratio}": ("ratio", 1.0),
    "%": ("ratio", 0.01),
    "mg": ("g", 1e-3),
    "g": ("g", 1.0),
    "kg": ("g", 1000.0),
}
"""UCUM codes, in lower case, as a base unit and how many of it they are."""

_BASE_UNIT_OF: Final[dict[Quantity, str]] = {
    "volume": "ml",
    "area": "mm2",
    "angle": "deg",
    "ratio": "ratio",
    "glycolysis": "g",
}

_SAME_VOLUME_RELATIVE = 1e-3
"""Up to this, several objects with one Tracking UID hold the same thing."""
_SINGLE = 1e-5
"""What coordinates in single precision may do to a number."""
_FEWEST_DIGITS = 3
"""A number of fewer is met by chance."""


class NotRecomputed(Exception):
    """Why a number cannot be computed again, as the end of a sentence."""


class MeasuredIn(Protocol):
    """What is open, as far as reported numbers can be computed from it. All but ``spacing_of`` may raise NotRecomputed."""

    def spacing_of(self, image: ImageReference) -> tuple[float, float] | None:
        """Return (between rows, between columns) in mm of an opened image in its object plane; None when unknown."""

    def measures_of(self, value: ReportedValue) -> Sequence[tuple[str, PartMeasure]]:
        """Return name and measure of every opened part in which a value was measured."""

    def shape_of(self, value: ReportedValue) -> tuple[str, PartShape]:
        """Return name and shape of the one part in which a value was measured; of the frames that it names, if any."""

    def values_of(self, value: ReportedValue) -> RegionValues:
        """Return the values inside what a value was measured in, in its unit."""


@dataclass(frozen=True)
class Recomputed:
    """A number computed again, in the unit of the report; ``value`` and ``agrees`` are None where it cannot be."""

    value: float | None
    difference_percent: float | None
    agrees: bool | None
    method: str


@dataclass(frozen=True)
class _Answer:
    """A number in base units (of values of pixels: in the unit of the report), how it was found, how far it may be off."""

    value: float
    method: str
    tolerance: Tolerance
    allowed_in: str
    """The words of the absolute tolerance's unit."""
    others: tuple[tuple[float, str], ...] = ()
    """The same by other ways, with how; one of them counts when it gives the written number to its last digit."""


def recompute(value: ReportedValue, report: Report, measured: MeasuredIn, tolerances: Tolerances = _DEFAULT) -> Recomputed:
    """Return a reported number of ``report`` computed again and compared with what is written."""
    try:
        written, factor = _written(value)
        found = _answer(value, report, measured, tolerances)
    except NotRecomputed as reason:
        return Recomputed(None, None, None, f"Not computed again: {reason}.")
    rounding = _half_last_digit(value.item.value)
    number, method = found.value / factor, found.method
    if not math.isfinite(number):
        return Recomputed(None, None, None, "Not computed again: the region is larger than any number.")
    for other, how in found.others:
        exact = max(rounding, abs(written) * 1e-6) if _digits(value.item.value) >= _FEWEST_DIGITS else 0.0
        if abs(other / factor - written) <= exact < abs(number - written):
            number, method = other / factor, how
            break
    tolerance = found.tolerance
    allowed = max(abs(written) * tolerance.percent / 100, tolerance.absolute / factor, rounding)
    agrees = abs(number - written) <= allowed
    difference = 100 * (number - written) / abs(written) if written else math.inf
    or_absolute = f" or {tolerance.absolute:g} {found.allowed_in}".rstrip() if tolerance.absolute else ""
    if (
        not agrees
        and value.quantity in ("long_axis", "short_axis")
        and abs(number - 2 * written) <= max(2 * rounding, number * _SINGLE)
    ):
        method = f"{method}. What is written is exactly the half axis"
    told = f"{method}; agrees within {tolerance.percent:g} %{or_absolute}"
    return Recomputed(number, difference if math.isfinite(difference) else None, agrees, told)


def _written(value: ReportedValue) -> tuple[float, float]:
    """Return the number as written, and how many base units its unit is; 1 for values of pixels."""
    if value.quantity is None:
        raise NotRecomputed("nothing that is open tells a number of this name")
    try:
        written = float(value.item.value)
    except ValueError:
        raise NotRecomputed("the report gives no number") from None
    if not math.isfinite(written):
        raise NotRecomputed("the report gives no number")
    if value.quantity == "values":
        return written, 1.0
    unit = value.item.unit
    known = _IN_BASE_UNITS.get(unit.value.lower()) if unit is not None else None
    if known is None or known[0] != _BASE_UNIT_OF.get(value.quantity, "mm"):
        raise NotRecomputed(f"the unit {unit.value if unit is not None else ''!r} is none of this quantity")
    return written, known[1]


def _answer(value: ReportedValue, report: Report, measured: MeasuredIn, tolerances: Tolerances) -> _Answer:
    if value.quantity == "values":
        return _statistic(value, measured, tolerances)
    base_unit = _BASE_UNIT_OF.get(value.quantity, "mm") if value.quantity is not None else ""
    tolerance = {"ml": tolerances.volume, "mm": tolerances.length, **_FIXED}[base_unit]
    others: tuple[tuple[float, str], ...] = ()
    if value.quantity == "ratio":
        number, method = _ratio(value, report, measured)
    elif value.quantity == "glycolysis":
        number, method = _glycolysis(value, measured)
    elif value.quantity == "volume" and not any(region.graphic_type == "ELLIPSOID" for region in value.regions):
        number, method = _volume(value, measured)
    elif value.regions or not _is_of_part(value):
        number, method = _of_region(value, report, measured)
    else:
        number, method, others = _of_part(value, measured)
    return _Answer(number, method, tolerance, base_unit, others)


def _statistic(value: ReportedValue, measured: MeasuredIn, tolerances: Tolerances) -> _Answer:
    held = measured.values_of(value)
    found = list(_told(held.values, held.where, value, held))
    if not found:
        raise NotRecomputed("the report does not say which statistic of the values it is")
    others = [one for where, values in held.otherwise for one in _told(values, where, value, held)]
    (number, method), *same = found
    unit = held.unit.partition(" (")[0]
    return _Answer(number, method, tolerances.mean(held.allowed), unit, (*same, *others))


def _told(values: Values, where: str, value: ReportedValue, held: RegionValues) -> Iterator[tuple[float, str]]:
    """Yield a statistic, with how it was found."""
    said = f"{STATISTIC_WORDS[value.statistic]} {held.unit}".rstrip()
    for number, words in statistics_of(values, value.statistic):
        yield number, f"{said} {where}{words}"


def _of_region(value: ReportedValue, report: Report, measured: MeasuredIn) -> tuple[float, str]:
    assert value.quantity is not None
    if not value.regions:
        raise NotRecomputed("the report names no region that it was measured in")
    answers = [(region, answer) for region in value.regions for answer in [answer_of(region, value.quantity)] if answer]
    if not answers:
        shapes = ", ".join(sorted({region.graphic_type.lower() or "no shape" for region in value.regions}))
        raise NotRecomputed(f"a region of this shape ({shapes}) does not tell it")
    if len(answers) > 1:
        raise NotRecomputed(f"the report names {len(answers)} regions and not which one was measured")
    region, answer = answers[0]
    points, where = _points_mm(region, report, measured.spacing_of)
    found = answer(points)
    if found is None:
        raise NotRecomputed("the region has not the points that it takes")
    return found, f"{QUANTITY_WORDS[value.quantity]}, {region.graphic_type.lower()} of {len(points)} points{where}"


def _is_of_part(value: ReportedValue) -> bool:
    """Say whether a mask tells a quantity, and the report names one."""
    return value.quantity in ("area", "long_axis", "short_axis") and bool(value.segments or value.tracking_uid)


def _of_part(value: ReportedValue, measured: MeasuredIn) -> tuple[float, str, tuple[tuple[float, str], ...]]:
    """Return what the mask of a part tells of its extent, and what else the same words may mean."""
    name, shape = measured.shape_of(value)
    if value.quantity == "area":
        return shape.largest_area_mm2, f"Area of {name} in the slice where it is largest", ()
    if value.quantity == "short_axis":
        return shape.across_mm, f"Breadth of {name} across its largest diameter in a slice, between pixel centres", ()
    in_plane = (shape.in_plane_mm, f"Largest diameter of {name} in a slice, between pixel centres")
    in_space = (shape.diameter_mm, f"Largest diameter of {name} in space, between voxel centres")
    written = float(value.item.value)
    unit = value.item.unit
    factor = _IN_BASE_UNITS[unit.value.lower()][1] if unit is not None else 1.0
    # The report does not say which of the two was measured: the nearer one is compared.
    number, method = min((in_plane, in_space), key=lambda one: abs(one[0] - written * factor))
    return number, method, ()


def _ratio(value: ReportedValue, report: Report, measured: MeasuredIn) -> tuple[float, str]:
    """Return the ratio of the two volumes that a number was inferred from."""
    if len(value.derived_from) != 2:
        raise NotRecomputed("the report does not name the two volumes that it is the ratio of")
    (above, first), (below, second) = (_volume(value_of_item(item, report), measured) for item in value.derived_from)
    if not below:
        raise NotRecomputed("the second volume is nothing")
    return above / below, f"Ratio of two volumes: {first}, to {second}"


def _glycolysis(value: ReportedValue, measured: MeasuredIn) -> tuple[float, str]:
    """Return mean SUV times volume; by body weight unless a measurement method says otherwise (PS3.16 CID 7466)."""
    volume_ml, method = _volume(value, measured)
    held = measured.values_of(replace(value, unit=ValueUnit("g/ml", value.unit.meant or "bw")))
    mean = float(held.values.mean(dtype=np.float64))
    return mean * volume_ml, f"Mean {held.unit} {held.where}, {mean:.4g}, times {volume_ml:.4g} ml ({method})"


def _volume(value: ReportedValue, measured: MeasuredIn) -> tuple[float, str]:
    found = measured.measures_of(value)
    if not found:
        stated = "segment" if value.segments else "segment, and no opened part has its Tracking UID"
        raise NotRecomputed(
            "the segment is not among the opened files" if value.segments else f"the report names no {stated}"
        )
    volumes = [measure.volume_ml for _, measure in found]
    known = [volume for volume in volumes if volume is not None]
    if len(known) < len(volumes):
        missing = next(measure.method for _, measure in found if measure.volume_ml is None)
        raise NotRecomputed(missing or "the volume of the segment is not known")
    if value.segments:
        names = ", ".join(name for name, _ in found)
        return sum(known), f"{found[0][1].method} of {names}"
    if max(known) - min(known) > _SAME_VOLUME_RELATIVE * max(known):
        raise NotRecomputed("opened objects with its Tracking UID have different volumes")
    return known[0], f"{found[0][1].method} of {found[0][0]}, which has its Tracking UID"


def _points_mm(
    region: ContentItem, report: Report, spacing_of: Callable[[ImageReference], tuple[float, float] | None]
) -> tuple[FloatArray, str]:
    """Return the points of a region in mm, (n, 3) in the patient or (n, 2) across and down in an image."""
    data = np.array(region.graphic_data, dtype=float)
    if not np.isfinite(data).all():
        raise NotRecomputed("the region has coordinates that are no numbers")
    if region.value_type == "SCOORD3D":
        return data[: len(data) // 3 * 3].reshape(-1, 3), " in the patient"
    points = data[: len(data) // 2 * 2].reshape(-1, 2)
    images = images_of(region, report)
    if not images:
        raise NotRecomputed("the region names no image")
    spacing = spacing_of(images[0])
    if spacing is None:
        raise NotRecomputed("the image is not among the opened files, or states no pixel spacing in the object")
    return points * (spacing[1], spacing[0]), f", pixels of {spacing[0]:g} x {spacing[1]:g} mm"


def _half_last_digit(written: str) -> float:
    """Return half of what the last digit of a decimal string counts: 0.05 for "12.3"."""
    mantissa, _, exponent = written.strip().lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    try:
        return 0.5 * float(10.0 ** (int(exponent or 0) - decimals))
    except (ValueError, OverflowError):
        return 0.0


def _digits(written: str) -> int:
    """Return how many digits of a decimal string count."""
    return len("".join(filter(str.isdigit, written.lower().partition("e")[0])).lstrip("0"))
