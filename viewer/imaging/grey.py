"""The grey path: stored values to 8-bit grey through one look-up table, equal to the formula rounded to nearest.

Order: Modality LUT or rescale, VOI LUT or window, MONOCHROME1 or Presentation LUT Shape (once), the user's inversion,
rounding, padding black (PS3.4 N.2; PS3.3 C.7.6.3.1.2, C.11.6).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, LookupTable, PaddingRange, Rescale, Window
from viewer.imaging.modality import look_up, rescale_of
from viewer.imaging.padding import is_padding
from viewer.imaging.window import LARGEST, displayed

T = TypeVar("T", bound=np.generic)

_AT_ONCE = 1 << 17
_TABLES_KEPT = 64
"""A table takes 64 KiB; a PET series has a rescale, and so a table, for each slice."""


def display_grey(
    frame: DecodedFrame,
    attributes: ImageAttributes,
    *,
    index: int,
    window: Window | LookupTable,
    inverted: bool,
) -> NDArray[np.uint8]:
    """Return 8-bit grey (rows, columns) of a frame with one sample a pixel.

    Padding is black whatever the inversion; so are NaN and rows that the file does not have.

    Parameters
    ----------
    frame
        Stored values (rows, columns).
    attributes
        Of the instance.
    index
        0-based frame: rescale may differ between frames.
    window
        In modality units.
    inverted
        The user's inversion, on top of what the file asks for.
    """
    stored = frame.stored
    invert = starts_inverted(attributes) != inverted
    last = attributes.presentation_lut
    table = grey_table(stored.dtype, attributes, index=index, window=window, inverted=inverted)
    if table is not None:
        grey = looked_up(table, stored)
    else:
        values = _modality(stored, rescale_of(attributes, index), attributes.modality_lut)
        grey = _rounded(_presented(displayed(values, window), last), invert=invert)
        grey[is_padding(stored, attributes)] = 0
    if frame.missing is not None:
        grey[frame.missing] = 0
    if frame.whole < grey.shape[0]:
        grey[frame.whole :] = 0
    return grey


def grey_table(
    dtype: np.dtype[np.generic],
    attributes: ImageAttributes,
    *,
    index: int,
    window: Window | LookupTable,
    inverted: bool,
) -> NDArray[np.uint8] | None:
    """Return 8-bit grey for every bit pattern of a type of stored values, in the order of the unsigned type.

    None for values of more than 16 bits, and for floats. The parameters are those of ``display_grey``.
    """
    if dtype.itemsize > 2 or dtype.kind not in "iu":
        return None
    return _table(
        dtype.str,
        rescale_of(attributes, index),
        attributes.modality_lut,
        window,
        attributes.padding,
        attributes.presentation_lut,
        invert=starts_inverted(attributes) != inverted,
    )


def looked_up(table: NDArray[T], stored: NDArray[np.generic]) -> NDArray[T]:
    """Return the entries of a table for stored values (rows, columns), each by its bit pattern.

    In stretches of rows: numpy makes indices of eight bytes of them, which must not leave the cache.
    """
    places = stored.view(np.dtype(f"u{stored.dtype.itemsize}"))
    found = np.empty(places.shape, table.dtype)
    rows = max(1, _AT_ONCE // max(places.shape[1], 1)) if places.ndim == 2 else len(places)
    for first in range(0, len(places), max(rows, 1)):
        # Every bit pattern has an entry, so that nothing is ever clipped; not to look makes it faster.
        np.take(table, places[first : first + rows], out=found[first : first + rows], mode="clip")
    return found


def starts_inverted(attributes: ImageAttributes) -> bool:
    """Say whether the file asks for inversion: MONOCHROME1, once; MONOCHROME2 by Presentation LUT Shape (PS3.3 C.11.6)."""
    if attributes.photometric_interpretation == "MONOCHROME1":
        return True
    return attributes.presentation_lut_shape == "INVERSE"


@lru_cache(maxsize=_TABLES_KEPT)
def _table(
    dtype: str,
    rescale: Rescale,
    modality_lut: LookupTable | None,
    window: Window | LookupTable,
    padding: PaddingRange | None,
    last: LookupTable | None,
    *,
    invert: bool,
) -> NDArray[np.uint8]:
    """Return grey for every bit pattern of the stored type, in the order of the unsigned type."""
    size = np.dtype(dtype).itemsize
    stored = np.arange(256**size, dtype=np.dtype(f"u{size}")).view(dtype)
    table = _rounded(_presented(displayed(_modality(stored, rescale, modality_lut), window), last), invert=invert)
    if padding is not None:
        table[(stored >= padding.lowest) & (stored <= padding.highest)] = 0
    table.setflags(write=False)
    return table


def _modality(stored: NDArray[np.generic], rescale: Rescale, modality_lut: LookupTable | None) -> NDArray[np.float64]:
    if modality_lut is not None:
        return look_up(stored, modality_lut).astype(np.float64)
    return stored.astype(np.float64) * rescale.slope + rescale.intercept


def _presented(values: NDArray[np.float64], table: LookupTable | None) -> NDArray[np.float64]:
    """Return display values sent through a Presentation LUT, whose entries span their whole range (PS3.3 C.11.6.1.1)."""
    if table is None:
        return values
    places = np.rint(np.nan_to_num(values, nan=0.0) * ((table.entries.size - 1) / LARGEST)).astype(np.intp)
    highest = (1 << table.bits) - 1
    return np.asarray(np.minimum(table.entries[places], highest) * (LARGEST / highest))


def _rounded(values: NDArray[np.float64], *, invert: bool) -> NDArray[np.uint8]:
    """Return display values rounded to nearest; NaN is black."""
    shown = LARGEST - values if invert else values
    return np.rint(np.nan_to_num(shown, nan=0.0)).astype(np.uint8)
