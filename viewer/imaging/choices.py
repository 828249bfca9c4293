"""Which windows an image offers, and which one it starts with (PS3.3 C.11.2.1; product defaults where it is silent)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, LookupTable, Window
from viewer.domain.issues import Issue, issue
from viewer.imaging.modality import to_modality
from viewer.imaging.padding import padding_mask
from viewer.imaging.suv import suv_factors

CT_DEFAULT = Window(40.0, 400.0, name="Soft tissue")
PET_SUV = 5.0
"""A PET image without a window spans SUV by body weight from 0 to this."""
_PERCENTILES = (1.0, 99.0)
_PET_PERCENTILE = 99.9


def windows_of(attributes: ImageAttributes, index: int) -> tuple[Window | LookupTable, ...]:
    """Return what the file offers for frame ``index`` in its order: VOI LUTs first, then windows, with their names."""
    frame = attributes.frame_values(index)
    return (*(frame.voi_luts or attributes.voi_luts), *frame.windows)


def default_window(
    frame: DecodedFrame | None,
    attributes: ImageAttributes,
    *,
    index: int,
    value_range: tuple[float, float] | None = None,
) -> Window | LookupTable:
    """Return the window an image starts with.

    The first that the file offers, unless it is a window that misses all values or makes float pixels black and white;
    for a CT without one 40 / 400, where that shows anything; for a PET SUV 0 to 5 where that is known; else from
    ``value_range``, the percentiles of the whole series so that it stays while scrolling.

    Parameters
    ----------
    frame
        Gives the range when the series' one is not known yet; None when there is no frame either.
    attributes
        Of the instance.
    index
        0-based frame.
    value_range
        (1 %, 99 %) percentiles of the series' modality values without padding.
    """
    offered = windows_of(attributes, index)
    if (
        offered
        and window_issue(attributes, index=index, value_range=value_range) is None
        and not _cuts(offered[0], attributes)
    ):
        return offered[0]
    is_ct = attributes.modality == "CT" and attributes.rescale_type == "HU" and not offered
    if is_ct and not _misses(CT_DEFAULT, value_range):
        return CT_DEFAULT
    by_suv = suv_window(attributes) if not offered else None
    if by_suv is not None:
        return by_suv
    known = value_range or (frame_range(frame, attributes, index=index) if frame is not None else None)
    return window_of_range(known) if known is not None else _whole_range(attributes, index)


def suv_window(attributes: ImageAttributes, lowest: float = 0.0, highest: float = PET_SUV) -> Window | None:
    """Return the window from one SUV by body weight to another, in the units of the image; None without SUV."""
    factor = suvbw_factor(attributes)
    if factor is None:
        return None
    window = window_of_range((lowest / factor, highest / factor))
    return Window(window.center, window.width, window.function, f"SUV {lowest:g}–{highest:g}")


def suvbw_factor(attributes: ImageAttributes) -> float | None:
    """Return what makes SUV by body weight of a modality value; None for what is no PET and where it is not available."""
    if attributes.pet is None:
        return None
    found = next((form.factor for form in suv_factors(attributes.pet).forms if form.kind == "bw"), None)
    return found if found is not None and found > 0 else None


def window_issue(attributes: ImageAttributes, *, index: int, value_range: tuple[float, float] | None) -> Issue | None:
    """Return the Issue of a first window in the file that misses all values of the series, or None.

    Files state windows in stored instead of modality units: the picture would be all black or all white.
    """
    offered = windows_of(attributes, index)
    if not offered or value_range is None:
        return None
    first = offered[0]
    if isinstance(first, LookupTable) or first.function == "SIGMOID":
        return None
    return issue("window_missing_data", "warning") if _misses(first, value_range) else None


def _misses(window: Window, value_range: tuple[float, float] | None) -> bool:
    """Say whether a whole range of values is black or white in a window."""
    if value_range is None:
        return False
    return value_range[1] < window.center - window.width / 2 or value_range[0] > window.center + window.width / 2


def window_of_range(value_range: tuple[float, float]) -> Window:
    """Return the window whose ends are the ends of a range; a range of one value gets a width of 1."""
    low, high = value_range
    return Window((low + high) / 2, high - low if high > low else 1.0, "LINEAR_EXACT")


def frame_range(frame: DecodedFrame, attributes: ImageAttributes, *, index: int) -> tuple[float, float] | None:
    """Return the percentiles of one frame's modality values without padding; None when nothing is left."""
    return percentile_range([image_values(frame, attributes, index=index)], attributes.modality)


def image_values(frame: DecodedFrame, attributes: ImageAttributes, *, index: int) -> NDArray[np.float32]:
    """Return the modality values (n,) that are pixels of the image: no padding, no missing rows, no NaN, no infinity."""
    if frame.stored.ndim != 2:
        return np.empty(0, np.float32)
    values = to_modality(frame.stored[~padding_mask(frame, attributes)], attributes, index).astype(np.float32)
    return values[np.isfinite(values)]


def percentile_range(values: Iterable[NDArray[np.float32]], modality: str) -> tuple[float, float] | None:
    """Return the range a default window spans: 1 to 99 percentile; for PET 0 to 99.9 (hot spots are few)."""
    merged = np.concatenate([np.empty(0, np.float32), *values])
    if merged.size == 0:
        return None
    if modality == "PT":
        return (min(0.0, float(merged.min())), float(np.percentile(merged, _PET_PERCENTILE)))
    low, high = np.percentile(merged, _PERCENTILES)
    return (float(low), float(high))


def _cuts(window: Window | LookupTable, attributes: ImageAttributes) -> bool:
    """Say whether a window is a threshold in the midst of float pixels.

    LINEAR with a width of 1 has no grey between black and white (PS3.3 C.11.2.1.2.1). Parametric maps state it for values
    from 0 to 1; it stays among the windows to choose from.
    """
    return attributes.float_pixels and isinstance(window, Window) and window.function == "LINEAR" and window.width <= 1


def _whole_range(attributes: ImageAttributes, index: int) -> Window:
    """Return the window over everything that Bits Stored can hold: when no value is known."""
    bits = min(attributes.bits_stored, 16)
    stored = np.array([-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] if attributes.signed else [0, 2**bits - 1])
    ends = to_modality(stored, attributes, index)
    return window_of_range((float(ends.min()), float(ends.max())))
