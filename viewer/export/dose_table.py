"""Dose in regions as rows: the numbers beside a dose-volume histogram, for commands, tables and the clipboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from viewer.domain.dose import Dose, StoredHistogram
from viewer.domain.dose_volume import DoseVolume
from viewer.domain.overlay import Overlay
from viewer.domain.structure_set import RegionOfInterest, StructureSet
from viewer.export.spreadsheet import csv_text

PERCENTS = (98.0, 95.0, 50.0, 2.0)
"""D98, D95, D50, D2: what at least so much of the volume receives (ICRU 83)."""
DOSES_GY = (5.0, 10.0, 20.0, 30.0, 40.0, 50.0)
"""V5 to V50: how much of the volume receives at least so much, as far as the dose reaches."""


@dataclass(frozen=True, eq=False)
class RegionDose:
    """The dose in one region of a structure set, and what the dose object itself says of it."""

    dose: Overlay
    structures: Overlay
    part: int
    label: str
    color: tuple[int, int, int]
    found: DoseVolume
    stored: StoredHistogram | None = None

    @property
    def unit(self) -> str:
        """The unit of the doses; empty for relative ones."""
        content = self.dose.content
        return content.unit if isinstance(content, Dose) else ""

    @property
    def doses(self) -> tuple[float, ...]:
        """The doses whose volume is told."""
        content = self.dose.content
        top = content.maximum if isinstance(content, Dose) and content.maximum else 0.0
        return tuple(one for one in DOSES_GY if one < top) if self.unit == "Gy" else ()

    @property
    def difference_percent(self) -> float | None:
        """How far the stored histogram lies from the computed one at most, in percent of the volume."""
        if self.stored is None or self.stored.dose_unit != self.unit:
            return None
        return self.found.difference_percent(self.stored.dose[:-1], self.stored.volume)


def regions_with_dose(dose: Overlay, structures: Overlay) -> Iterator[RegionOfInterest]:
    """Yield the regions of a structure set that enclose something in the Frame of Reference of a dose."""
    content = structures.content
    if not isinstance(dose.content, Dose) or not isinstance(content, StructureSet):
        return
    space = dose.content.stack.frame_of_reference_uid
    for roi in content.rois:
        if roi.closed and (roi.frame_of_reference_uid or space) == space and space in structures.frame_of_reference_uids:
            yield roi


def region_dose(dose: Overlay, structures: Overlay, roi: RegionOfInterest, found: DoseVolume) -> RegionDose:
    """Return the dose in a region with its name, its colour, and the histogram that the dose object has of it."""
    content, part = dose.content, structures.part(roi.number)
    stored = None
    if isinstance(content, Dose) and _is_of(content, structures):
        stored = next((one for one in content.histograms if one.rois == (roi.number,)), None)
    return RegionDose(dose, structures, roi.number, part.label, part.color, found, stored)


def rows(regions: Sequence[RegionDose]) -> list[list[str]]:
    """Return a table with its head: one row for each region; volumes in ml, doses in the unit of the dose."""
    if not regions:
        return []
    unit = regions[0].unit or "relative"
    doses = regions[0].doses
    head = ["Region", "Volume (mL)", "Outside (mL)", *(f"{name} ({unit})" for name in ("Dmin", "Dmean", "Dmax"))]
    head += [f"D{percent:g} ({unit})" for percent in PERCENTS] + [f"V{dose:g} (%)" for dose in doses]
    table = [head]
    for one in regions:
        found = one.found
        numbers = [found.inside_ml, found.outside_ml, found.minimum, found.mean, found.maximum]
        numbers += [found.dose_of(percent) for percent in PERCENTS] + [found.percent_of(dose) for dose in doses]
        table.append([one.label, *("" if number is None else f"{number:.2f}" for number in numbers)])
    return table


def as_csv(regions: Sequence[RegionDose]) -> str:
    """Return the table, and below it the curves: dose, and the percentage of each region that receives at least it."""
    table = rows(regions)
    if not table:
        return ""
    longest = max((one.found.edges for one in regions), key=len)
    curves = [np.interp(longest, one.found.edges, one.found.curve_percent, right=0.0) for one in regions]
    head = [f"Dose ({regions[0].unit or 'relative'})", *(f"{one.label} (%)" for one in regions)]
    points = [[f"{dose:.4g}", *(f"{curve[place]:.4f}" for curve in curves)] for place, dose in enumerate(longest.tolist())]
    return csv_text(table[0], [*table[1:], [], head, *points])


def _is_of(content: Dose, structures: Overlay) -> bool:
    """Say whether stored histograms are of a structure set: of the one that the dose names, where it names any."""
    named = {one.sop_instance_uid for one in content.structure_sets}
    return not named or structures.sop_instance_uid in named
