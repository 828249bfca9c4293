"""What ``overread measure`` says of dose: every region of a structure set in the Frame of Reference of a dose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from viewer.app.commands.layers import Layer
from viewer.app.commands.output import printable
from viewer.domain.dose import Dose
from viewer.domain.library import Library
from viewer.domain.overlay import FrameNotRead, Overlay
from viewer.export.dose_table import PERCENTS, RegionDose, region_dose, regions_with_dose
from viewer.loading.eager import EagerInputs
from viewer.representations.dose_volumes import dose_volume


def dose_in_regions(layers: Sequence[Layer], library: Library) -> Iterator[dict[str, Any]]:
    """Yield one entry for each dose and region of a structure set that share a Frame of Reference."""
    overlays = [layer.overlay for layer in layers if layer.overlay is not None]
    doses = [one for one in overlays if isinstance(one.content, Dose)]
    if not doses:
        return
    with EagerInputs(library, {}) as inputs:
        for dose in doses:
            for structures in overlays:
                yield from _of_pair(dose, structures, inputs)


def _of_pair(dose: Overlay, structures: Overlay, inputs: EagerInputs) -> Iterator[dict[str, Any]]:
    assert isinstance(dose.content, Dose)
    for roi in regions_with_dose(dose, structures):
        try:
            found = dose_volume(dose.content, roi, inputs.readers.read_frame_of(dose))
        except FrameNotRead as error:
            yield {"dose": dose.sop_instance_uid, "object": structures.sop_instance_uid, "part": roi.number} | {
                "label": roi.name,
                "unreadable": str(error),
            }
            continue
        yield _as_json(region_dose(dose, structures, roi, found))


def _as_json(one: RegionDose) -> dict[str, Any]:
    found, stored = one.found, one.stored
    return {
        "dose": one.dose.sop_instance_uid,
        "object": one.structures.sop_instance_uid,
        "part": one.part,
        "label": one.label,
        "unit": one.unit,
        "volume_ml": found.inside_ml,
        "outside_ml": found.outside_ml,
        "minimum": found.minimum,
        "mean": found.mean,
        "maximum": found.maximum,
        "dose_at": {f"D{percent:g}": found.dose_of(percent) for percent in PERCENTS},
        "volume_at": [
            {"dose": dose, "percent": found.percent_of(dose), "volume_ml": found.volume_of(dose)} for dose in one.doses
        ],
        "stored": None
        if stored is None
        else {
            "type": stored.type,
            "dose_unit": stored.dose_unit,
            "volume": float(stored.volume[0]),
            "volume_unit": stored.volume_unit,
            "minimum": stored.minimum,
            "mean": stored.mean,
            "maximum": stored.maximum,
            "difference_percent": one.difference_percent,
        },
        "method": found.method,
    }


def dose_lines(entries: Sequence[dict[str, Any]]) -> list[str]:
    """Return the entries as lines of the table."""
    lines: list[str] = []
    last = ""
    for one in entries:
        if one["dose"] != last:
            last = one["dose"]
            lines.append(printable(f"dose of {last}"))
        lines.append(printable(_line(one)).rstrip())
    return lines


def _line(one: dict[str, Any]) -> str:
    start = f"  {one['part']:>4}  {one['label']:<32}"
    if "unreadable" in one:
        return f"{start} {one['unreadable']}"
    if one["mean"] is None:
        return f"{start} outside the dose grid"
    said = f"{start} {one['volume_ml']:>10.2f} ml  mean {one['mean']:.2f}  {one['minimum']:.2f} to {one['maximum']:.2f}"
    stored = one["stored"]
    differs = stored["difference_percent"] if stored is not None else None
    return f"{said} {one['unit']}" + (f"  stored histogram within {differs:.1f} %" if differs is not None else "")
