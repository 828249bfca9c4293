"""What a measurement says: its values with their unit, and what each rests on; as lines of words and as numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewer.domain.calibration import BASIS_WORDS, Scale
from viewer.domain.image_attributes import ImageAttributes
from viewer.domain.measurement import (
    AROUND,
    IN_WORDS,
    REGIONS,
    Measurement,
    angle_degrees,
    area,
    axis_lengths,
    cobb_degrees,
    crosses_itself,
    length,
    perimeter,
)
from viewer.domain.ultrasound_regions import RegionValue, differences, values_at
from viewer.imaging.colour import takes_window
from viewer.imaging.probe import Probe, ProbeState, value_at
from viewer.imaging.region_statistics import RegionStatistics, region_statistics
from viewer.imaging.suv import SuvFactors, suv_factors
from viewer.scene.corner_text import Say
from viewer.scene.measured_image import MeasuredImage
from viewer.scene.plain_words import MINUS, NARROW_SPACE, NO_BREAK_SPACE, area_text, count, decimal, plain
from viewer.scene.region_words import difference_words, region_words
from viewer.scene.remembered import Remembered

_MICROMETRES = 1000.0
_NO_VALUE: dict[ProbeState, str] = {
    "padding": "padding",
    "missing": "missing in the file",
    "no_number": "no number",
    "outside": "outside",
}
_MAPPINGS_SHOWN = 2
_statistics: Remembered[RegionStatistics | None] = Remembered(64)


@dataclass(frozen=True)
class Quantity:
    """One number of a measurement. ``basis``: what a length, area or angle rests on; empty for values of pixels."""

    name: str
    value: float
    unit: str
    basis: str = ""


def measured_words(measurement: Measurement, image: MeasuredImage, say: Say) -> tuple[str, ...]:
    """Return the value of a measurement in lines; none while it is being drawn or its image read."""
    text = written(measurement.text)
    if measurement.kind in IN_WORDS:
        return text
    scale = image.scale(measurement)
    if scale is None or not measurement.is_whole:
        return ()
    basis = basis_words(scale, say)
    if measurement.kind in ("angle", "cobb"):
        degrees = _degrees(measurement, scale)
        angle = "–" if degrees is None else f"{degrees:.1f}°"
        return (*text, say("Cobb {angle}").format(angle=angle) if measurement.kind == "cobb" else angle)
    if measurement.kind == "length":
        apart = _apart_in_region(measurement, image)
        if apart:
            return (*text, difference_words(apart), say(BASIS_WORDS["region"]))
        return (*text, length_words(length(measurement, scale), scale), basis)
    if measurement.kind == "bidirectional":
        longer, shorter = axis_lengths(measurement, scale)
        long, short = length_words(longer, scale), length_words(shorter, scale)
        number, _, unit = long.partition(NO_BREAK_SPACE)
        same = short.endswith(NO_BREAK_SPACE + unit)
        return (*text, f"{number if same else long} × {short}", basis)
    if measurement.kind == "probe":
        regions = image.attributes.sizes.regions if image.attributes is not None else ()
        there = region_words(values_at(regions, measurement.points[0]))
        return (*text, *_probe_words(measurement, image, say), *((there,) if there else ()))
    crosses = measurement.kind in AROUND and crosses_itself(measurement)
    covered = say("no area: it crosses itself") if crosses else f"{_area_words(measurement, scale)} · {basis}"
    return (*text, *_statistics_words(measurement, image, say), covered, *_why_no_statistics(measurement, image, say))


def measured_detail(measurement: Measurement, image: MeasuredImage, say: Say) -> tuple[str, ...]:
    """Return what a region says besides when it is selected: the line around it, and how many pixels were counted."""
    scale = image.scale(measurement)
    if measurement.kind not in REGIONS or scale is None or not measurement.is_whole:
        return ()
    around = say("around {length}").format(length=length_words(perimeter(measurement, scale), scale))
    found = statistics_of(measurement, image)
    if found is None:
        return (around,)
    pixels = say("1 pixel") if found.pixels == 1 else say("{number} pixels").format(number=count(found.pixels))
    return (f"{around} · {pixels}",)


def _apart_in_region(measurement: Measurement, image: MeasuredImage) -> tuple[RegionValue, ...]:
    """Return the seconds, velocities ... between the ends of a length in a spectral or M-mode region of ultrasound."""
    regions = image.attributes.sizes.regions if image.attributes is not None else ()
    return differences(regions, measurement.points)


def copied_words(measurement: Measurement, image: MeasuredImage, say: Say) -> str:
    """Return all that a measurement says as text for other programs: common spaces and minus signs."""
    text = "\n".join((*measured_words(measurement, image, say), *measured_detail(measurement, image, say)))
    return text.translate({ord(NO_BREAK_SPACE): " ", ord(NARROW_SPACE): " ", ord(MINUS): "-"})


def quantities_of(measurement: Measurement, image: MeasuredImage) -> tuple[Quantity, ...]:
    """Return the numbers of a measurement, unrounded, as far as its image is known."""
    scale = image.scale(measurement)
    if measurement.kind in IN_WORDS or scale is None or not measurement.is_whole:
        return ()
    if measurement.kind == "probe":
        return _probe_quantities(probed(measurement, image))
    basis, unit = scale.words, scale.unit
    if measurement.kind in ("angle", "cobb"):
        degrees = _degrees(measurement, scale)
        return () if degrees is None else (Quantity("angle", degrees, "deg", basis),)
    if measurement.kind == "length":
        apart = _apart_in_region(measurement, image)
        if apart:
            named = {"s": "time difference", "cm/s": "velocity difference"}
            return tuple(
                Quantity(named.get(one.unit, "difference"), one.value, one.unit, BASIS_WORDS["region"]) for one in apart
            )
        return (Quantity("length", length(measurement, scale), unit, basis),)
    if measurement.kind == "bidirectional":
        longer, shorter = axis_lengths(measurement, scale)
        return (Quantity("long axis", longer, unit, basis), Quantity("short axis", shorter, unit, basis))
    crosses = measurement.kind in AROUND and crosses_itself(measurement)
    covered = () if crosses else (Quantity("area", area(measurement, scale), f"{unit}2", basis),)
    around = Quantity("perimeter", perimeter(measurement, scale), unit, basis)
    return (*covered, around, *_statistics_quantities(statistics_of(measurement, image), image.attributes))


def statistics_of(measurement: Measurement, image: MeasuredImage) -> RegionStatistics | None:
    """Return the statistics of the pixels in a region; None while its image is read, and where there is none to count."""
    attributes, decoded = image.attributes, image.decoded
    if attributes is None or decoded is None:
        return None
    return _statistics.recall(
        (attributes, decoded),
        (measurement.kind, measurement.points, image.index, image.mappings),
        lambda: region_statistics(decoded, attributes, image.index, measurement, image.mappings),
    )


def probed(measurement: Measurement, image: MeasuredImage) -> Probe | None:
    """Return what stands under a marked value; None while its image is read."""
    if image.attributes is None or image.decoded is None:
        return None
    column, row = _pixel_of(measurement, image)
    return value_at(image.decoded, image.attributes, index=image.index, column=column, row=row, mappings=image.mappings)


def written(text: str) -> tuple[str, ...]:
    """Return what the reader wrote in lines that are safe to show."""
    return tuple(plain(line) for line in text.splitlines()) if text.strip() else ()


def basis_words(scale: Scale, say: Say) -> str:
    """Return what a length rests on, in the language of the window."""
    return say(BASIS_WORDS[scale.basis]).format(factor=f"{scale.factor:.2f}")


def length_words(value: float, scale: Scale) -> str:
    """Return a length with its unit: mm with one decimal, small ones with more or in µm, pixels with one."""
    if scale.unit == "px":
        return f"{decimal(value, 1)}{NO_BREAK_SPACE}px"
    if 0 < value < 0.1:
        return f"{decimal(value * _MICROMETRES, 1)}{NO_BREAK_SPACE}µm"
    return f"{decimal(value, 1 if value >= 10 else 2)}{NO_BREAK_SPACE}mm"


def pixel_value(value: float, *, like: float | None = None) -> str:
    """Return a pixel value or a statistic of such, with as many digits as say something of one the size of ``like``."""
    if like is not None and 1e-3 <= like < 1e6:
        return decimal(value, 1 if like >= 100 else 2 if like >= 1 else 4)
    if value == round(value) and abs(value) < 1e9:
        return decimal(value, 0)
    if abs(value) >= 1e6 or abs(value) < 1e-3:
        return f"{value:.3g}".replace("-", "−")
    return decimal(value, 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 4)


def _area_words(measurement: Measurement, scale: Scale) -> str:
    value = area(measurement, scale)
    if scale.unit == "px":
        return f"{decimal(value, 0)}{NO_BREAK_SPACE}px²"
    return area_text(value)


def _degrees(measurement: Measurement, scale: Scale) -> float | None:
    return angle_degrees(measurement, scale) if measurement.kind == "angle" else cobb_degrees(measurement, scale)


def _pixel_of(measurement: Measurement, image: MeasuredImage) -> tuple[int, int]:
    ((column, row),) = np.floor(measurement.points).astype(int).tolist()
    rows, columns = image.plane.shape
    return min(column, columns - 1), min(row, rows - 1)


def _probe_words(measurement: Measurement, image: MeasuredImage, say: Say) -> tuple[str, ...]:
    found = probed(measurement, image)
    if found is None:
        return ()
    column, row = _pixel_of(measurement, image)
    where = say("column {column} · row {row}").format(column=column + 1, row=row + 1)
    if found.rgb is not None:
        return ("R {} · G {} · B {}".format(*found.rgb), where)
    if found.value is None:
        return (say(_NO_VALUE[found.state]), where)
    real = [one for one in found.real_world if one.value is not None and one.doubt is None][:_MAPPINGS_SHOWN]
    mapped = (f"{plain(one.label)} {pixel_value(one.value or 0.0)}{_unit(one.unit)}" for one in real)
    suv = (f"{one.name} {pixel_value(one.value)}" for one in found.suv)
    return (pixel_value(found.value) + _unit(found.unit), *mapped, *suv, where)


def _probe_quantities(found: Probe | None) -> tuple[Quantity, ...]:
    if found is None or found.value is None:
        return (
            tuple(Quantity(f"value {name}", part, "") for name, part in zip("RGB", found.rgb, strict=True))
            if (found is not None and found.rgb is not None)
            else ()
        )
    return (
        Quantity("value", found.value, found.unit),
        *(Quantity(plain(one.label), one.value, one.unit) for one in found.real_world if one.value is not None),
        *(Quantity(one.name, one.value, one.unit) for one in found.suv),
    )


def _statistics_words(measurement: Measurement, image: MeasuredImage, say: Say) -> tuple[str, ...]:
    attributes, found = image.attributes, statistics_of(measurement, image)
    if attributes is None or found is None:
        return ()
    suv = _suv_words(found, attributes, say)
    mapped = [one for one in found.real_world if not (suv and "SUV" in one.unit)]
    return (
        *_mean_words(found, say),
        *suv,
        *(f"{plain(one.name)}: {' · '.join(_mean_words(one, say))}" for one in mapped[:_MAPPINGS_SHOWN]),
    )


def _why_no_statistics(measurement: Measurement, image: MeasuredImage, say: Say) -> tuple[str, ...]:
    """Return why a region has no mean value, once its image is there."""
    if image.attributes is None or image.decoded is None or statistics_of(measurement, image) is not None:
        return ()
    if not takes_window(image.attributes):
        return (say("colour image: no mean value"),)
    return (say("no pixel with a value in it"),)


def _mean_words(found: RegionStatistics, say: Say) -> tuple[str, str]:
    unit, largest = _unit(found.unit), max(abs(found.mean), found.deviation)
    return (
        say("mean {mean} · SD {deviation}").format(
            mean=pixel_value(found.mean, like=largest) + unit, deviation=pixel_value(found.deviation, like=largest) + unit
        ),
        say("min {lowest} · max {highest}").format(
            lowest=pixel_value(found.lowest) + unit, highest=pixel_value(found.highest) + unit
        ),
    )


def _suv_words(found: RegionStatistics, attributes: ImageAttributes, say: Say) -> tuple[str, ...]:
    """Return mean and maximum as SUVbw on PET: it is in proportion to the values."""
    factors = suv_factors(attributes.pet) if attributes.pet is not None else SuvFactors()
    if not factors.forms:
        return ()
    by_weight = factors.forms[0]
    mean, highest = found.mean * by_weight.factor, found.highest * by_weight.factor
    return (
        say("{name} mean {mean} · max {highest}").format(
            name=by_weight.name, mean=pixel_value(mean), highest=pixel_value(highest)
        ),
    )


def _statistics_quantities(found: RegionStatistics | None, attributes: ImageAttributes | None) -> tuple[Quantity, ...]:
    if found is None:
        return ()
    factors = suv_factors(attributes.pet) if attributes is not None and attributes.pet is not None else SuvFactors()
    suv = [
        Quantity(f"{form.name} {name}", value * form.factor, form.unit)
        for form in factors.forms[:1]
        for name, value in (("mean", found.mean), ("maximum", found.highest))
    ]
    real = [one for each in found.real_world for one in _moments(each)]
    return (Quantity("pixels", float(found.pixels), ""), *_moments(found), *suv, *real)


def _moments(found: RegionStatistics) -> tuple[Quantity, ...]:
    name = f"{plain(found.name)} " if found.name else ""
    values = (("mean", found.mean), ("SD", found.deviation), ("minimum", found.lowest), ("maximum", found.highest))
    return tuple(Quantity(name + which, value, found.unit) for which, value in values)


def _unit(unit: str) -> str:
    return f"{NO_BREAK_SPACE}{unit}" if unit else ""
