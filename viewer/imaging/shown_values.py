"""Whole pictures of values, and in which unit a reader knows them: SUV, a real-world value, else the modality unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, RealWorldValueMapping
from viewer.imaging.choices import suvbw_factor
from viewer.imaging.modality import rescale_of, to_modality, unit_of
from viewer.imaging.padding import padding_mask
from viewer.imaging.real_world import unit_word


@dataclass(frozen=True)
class ShownScale:
    """What is said of a modality value: ``factor`` times it plus ``offset``, in ``unit``; ``name`` is what that is."""

    factor: float = 1.0
    offset: float = 0.0
    unit: str = ""
    name: str = ""

    def of(self, value: float) -> float:
        """Return a modality value as it is said."""
        return value * self.factor + self.offset

    def back(self, said: float) -> float:
        """Return the modality value of what is said."""
        return (said - self.offset) / self.factor


def shown_scale(
    attributes: ImageAttributes, index: int, mappings: Sequence[RealWorldValueMapping] = (), *, chosen: int = 0
) -> ShownScale:
    """Return in which unit values of a frame are shown beside a picture.

    PET is shown as SUV by body weight where that is available. Where the modality values have no unit of their own, the
    first real-world mapping that is a straight line gives it: its own slope counts for stored values (PS3.3 C.7.6.16.2.11).

    Parameters
    ----------
    mappings
        Of separate objects, beside those of the image.
    chosen
        Which of the straight ones, counted from 0; the last when there are not so many.
    """
    factor = suvbw_factor(attributes)
    if factor is not None:
        return ShownScale(factor, 0.0, "g/ml", "SUVbw")
    unit = unit_of(attributes)
    if unit and not attributes.float_pixels:
        return ShownScale(unit=unit)
    rescale = rescale_of(attributes, index)
    straight = [one for one in (*attributes.frame_values(index).real_world, *mappings) if not one.table and one.slope]
    mapping = straight[min(chosen, len(straight) - 1)] if straight else None
    if mapping is None or attributes.modality_lut is not None:
        return ShownScale(unit=unit)
    # Where nothing but the unit names it, the unit is said once.
    named = (mapping.label, mapping.quantity, mapping.explanation)
    name = next((one for one in named if one not in ("", "1")), "")
    slope = mapping.slope / rescale.slope
    return ShownScale(slope, mapping.intercept - slope * rescale.intercept, unit_word(mapping), name)


def modality_picture(frame: DecodedFrame, attributes: ImageAttributes, *, index: int) -> NDArray[np.float32]:
    """Return modality values (rows, columns) of a grey frame; NaN where there is no pixel (padding, missing rows)."""
    if attributes.modality_lut is None and frame.stored.dtype.itemsize <= 2:
        # Exact in 32 bits: the stored values have at most 16 of them.
        rescale = rescale_of(attributes, index)
        values = frame.stored.astype(np.float32)
        if rescale.slope != 1.0:
            values *= np.float32(rescale.slope)
        if rescale.intercept:
            values += np.float32(rescale.intercept)
    else:
        values = to_modality(frame.stored, attributes, index).astype(np.float32)
        values[~np.isfinite(values)] = np.nan
    if attributes.padding is not None or frame.missing is not None or frame.whole < values.shape[0]:
        values[padding_mask(frame, attributes)] = np.nan
    return values
