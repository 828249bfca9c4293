"""The DVH Sequence of an RT Dose (PS3.3 C.8.8.4): pairs of bin width and volume, cumulative or not."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset

from viewer.domain.dose import StoredHistogram
from viewer.iods.elements import floats, integers, items, number, text

_DOSE_UNITS = {"GY": "Gy", "RELATIVE": "%"}
_VOLUME_UNITS = {"CM3": "cm3", "PERCENT": "%", "PER_U": "per u"}


def read_histograms(dataset: Dataset) -> tuple[StoredHistogram, ...]:
    """Return the histograms of a dose; those without data are left out."""
    found = (_histogram(item) for item in items(dataset, "DVHSequence"))
    return tuple(one for one in found if one is not None)


def _histogram(item: Dataset) -> StoredHistogram | None:
    data = np.asarray(floats(item, "DVHData"), float)
    if len(data) < 2 or len(data) % 2 or not np.isfinite(data).all():
        return None
    scaling = number(item, "DVHDoseScaling") or 1.0
    widths, volume = data[0::2] * scaling, data[1::2]
    edges = np.concatenate([[0.0], np.cumsum(widths)])
    kind = text(item, "DVHType").upper()
    if kind != "CUMULATIVE":
        # What a bin alone has, NATURAL among it, adds up from the highest dose down.
        volume = np.cumsum(volume[::-1])[::-1]
    rois = tuple(one for used in items(item, "DVHReferencedROISequence") for one in integers(used, "ReferencedROINumber"))
    return StoredHistogram(
        rois=rois,
        type=kind,
        dose=edges,
        volume=volume,
        dose_unit=_DOSE_UNITS.get(text(item, "DoseUnits").upper(), text(item, "DoseUnits")),
        volume_unit=_VOLUME_UNITS.get(text(item, "DVHVolumeUnits").upper(), text(item, "DVHVolumeUnits")),
        minimum=number(item, "DVHMinimumDose"),
        maximum=number(item, "DVHMaximumDose"),
        mean=number(item, "DVHMeanDose"),
    )
