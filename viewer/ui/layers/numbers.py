"""The numbers of a part in words: for the card, and as a table of all parts."""

from __future__ import annotations

from collections.abc import Sequence

from viewer.export.part_numbers import PartNumbers, ValuesInside
from viewer.scene.plain_words import NO_BREAK_SPACE, count, decimal, plain, volume
from viewer.ui.layers.row import tr

_MM = f"{NO_BREAK_SPACE}mm"

COLUMNS: tuple[str, ...] = (
    "Part",
    "Name",
    "Voxels",
    "Volume, mL",
    "Mean",
    "Deviation",
    "Lowest",
    "Highest",
    "Unit",
    "Longest diameter, mm",
    "In plane, mm",
    "Across, mm",
    "Largest area, mm²",
    "Slices",
    "Surface, cm²",
    "Size, mm",
)


def number_lines(found: PartNumbers) -> tuple[tuple[str, str], ...]:
    """Return the numbers of a part as (label, text) pairs."""
    lines: list[tuple[str, str]] = []
    measure, shape, values = found.measure, found.shape, found.values
    if measure is not None and measure.volume_ml is not None:
        voxels = "" if measure.voxels is None else " · " + tr("{number} voxels").format(number=count(measure.voxels))
        lines.append((tr("Volume"), f"{volume(measure.volume_ml)}{NO_BREAK_SPACE}mL{voxels}"))
    if values is not None:
        unit = f"{NO_BREAK_SPACE}{plain(values.unit)}" if values.unit else ""
        mean, deviation, lowest, highest = _said(values)
        name = f"{plain(values.name)} " if values.name else ""
        lines.append((tr("Mean"), f"{name}{mean} ± {deviation}{unit}"))
        lines.append((tr("Range"), tr("{lowest} to {highest}").format(lowest=lowest, highest=highest) + unit))
    if shape is not None:
        lines.append((tr("Diameter"), f"{decimal(shape.diameter_mm, 1)}{_MM}"))
        in_plane = f"{decimal(shape.in_plane_mm, 1)} × {decimal(shape.across_mm, 1)}{_MM}"
        lines.append((tr("In plane"), tr("{sizes} where it is largest").format(sizes=in_plane)))
        area = f"{decimal(shape.largest_area_mm2 / 100, 2)}{NO_BREAK_SPACE}cm²"
        lines.append((tr("Largest slice"), tr("{area}, of {number} slices").format(area=area, number=count(shape.slices))))
        lines.append((tr("Box"), " × ".join(decimal(one, 1) for one in shape.size_mm) + _MM))
        lines.append((tr("Surface"), f"{decimal(shape.surface_mm2 / 100, 1)}{NO_BREAK_SPACE}cm²"))
    if found.why:
        lines.append((tr("Missing"), " ".join(found.why)))
    return tuple(lines)


def number_tip(found: PartNumbers) -> str:
    """Return how the numbers were made."""
    said = [found.measure.method] if found.measure is not None and found.measure.method else []
    if found.shape is not None:
        low, high = (", ".join(decimal(one, 1) for one in corner) for corner in (found.shape.box_low, found.shape.box_high))
        said.append(tr("Diameters run between the centres of voxels."))
        said.append(tr("It lies between {low} and {high} mm (L, P, H).").format(low=low, high=high))
    if found.values is not None:
        said.append(tr("Values of {number} pixels of the series.").format(number=count(found.values.pixels)))
    return "\n".join(said)


def table_rows(found: Sequence[PartNumbers]) -> list[tuple[str, ...]]:
    """Return one line a part, in the order of ``COLUMNS``; what is not known is empty. Decimal points, no thin spaces."""
    return [_row(one) for one in found]


def _row(one: PartNumbers) -> tuple[str, ...]:
    measure, shape, values = one.measure, one.shape, one.values
    return (
        str(one.part),
        plain(one.label),
        "" if measure is None or measure.voxels is None else str(measure.voxels),
        "" if measure is None or measure.volume_ml is None else f"{measure.volume_ml:.4g}",
        *(
            [f"{each:.6g}" for each in (values.mean, values.deviation, values.lowest, values.highest)]
            if values
            else [""] * 4
        ),
        plain(values.unit) if values else "",
        *(
            [f"{each:.2f}" for each in (shape.diameter_mm, shape.in_plane_mm, shape.across_mm, shape.largest_area_mm2)]
            if shape
            else [""] * 4
        ),
        str(shape.slices) if shape else "",
        f"{shape.surface_mm2 / 100:.2f}" if shape else "",
        " x ".join(f"{each:.1f}" for each in shape.size_mm) if shape else "",
    )


def _said(values: ValuesInside) -> tuple[str, str, str, str]:
    digits = 1 if max(abs(values.lowest), abs(values.highest)) >= 10 else 3
    whole = 0 if float(values.lowest).is_integer() and float(values.highest).is_integer() else digits
    return (
        decimal(values.mean, digits),
        decimal(values.deviation, digits),
        decimal(values.lowest, whole),
        decimal(values.highest, whole),
    )
