"""Stored values to modality values: Modality LUT or rescale, per frame (PS3.3 C.11.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import ImageAttributes, LookupTable, Rescale


def rescale_of(attributes: ImageAttributes, index: int) -> Rescale:
    """Return the rescale of frame ``index``; the identity where there is none or a Modality LUT takes its place."""
    if attributes.modality_lut is not None:
        return Rescale()
    return attributes.frame_values(index).rescale or Rescale()


def to_modality(stored: NDArray[np.generic], attributes: ImageAttributes, index: int) -> NDArray[np.float64]:
    """Return modality values of stored values of any shape, as float64: what windows and formulas are exact in."""
    if attributes.modality_lut is not None:
        return look_up(stored, attributes.modality_lut).astype(np.float64)
    rescale = rescale_of(attributes, index)
    return stored.astype(np.float64) * rescale.slope + rescale.intercept


def look_up(values: NDArray[np.generic], table: LookupTable) -> NDArray[np.uint16]:
    """Return the entries for values: below the first input mapped the first entry, above the last the last."""
    inputs = values if values.dtype.kind in "iu" else np.nan_to_num(np.rint(values.astype(np.float64)))
    places = np.clip(inputs.astype(np.int64) - table.first, 0, table.entries.size - 1)
    return table.entries[places]


_UNIT_WORDS = {
    "HU": "HU",
    "US": "",
    "OD": "OD",
    "MGML": "mg/ml",
    "Z_EFF": "Z eff",
    "ED": "10²³ e/ml",
    "HU_MOD": "HU",
}
_PET_UNITS = {
    "BQML": "Bq/ml",
    "CNTS": "counts",
    "NONE": "",
    "GML": "g/ml",
    "CM2": "cm²",
    "CM2ML": "cm²/ml",
    "PCNT": "%",
    "CPS": "counts/s",
    "MGMINML": "mg/min/ml",
    "UMOLMINML": "µmol/min/ml",
    "MLMING": "ml/min/g",
    "MLG": "ml/g",
    "UMOLML": "µmol/ml",
    "MLMINML": "ml/min/ml",
    "MLML": "ml/ml",
    "STDDEV": "standard deviations",
    "1CM": "1/cm",
    "PROPCNTS": "counts",
    "PROPCPS": "counts/s",
    "GY": "Gy",
    "RELATIVE": "relative",
}


def unit_of(attributes: ImageAttributes) -> str:
    """Return the unit of modality values in short words; empty when they have none or none is stated.

    Units of PET (PS3.3 C.8.9.1.1.3) and dose, else Rescale Type and Modality LUT Type (C.11.1.1.2).
    """
    if attributes.units:
        return _PET_UNITS.get(attributes.units, attributes.units)
    return _UNIT_WORDS.get(attributes.rescale_type, attributes.rescale_type)
