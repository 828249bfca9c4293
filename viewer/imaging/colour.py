"""Colour images and palettes to 8-bit RGB (PS3.3 C.7.6.3.1.2, C.7.6.3.1.5, C.7.6.19)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, LookupTable, Palette, Window
from viewer.imaging.choices import default_window
from viewer.imaging.grey import display_grey
from viewer.imaging.icc import to_srgb
from viewer.imaging.palette import through_palette


def is_colour(attributes: ImageAttributes) -> bool:
    """Say whether an image is shown in colour: three samples a pixel, PALETTE COLOR, or a supplemental palette."""
    return attributes.samples_per_pixel == 3 or attributes.palette is not None


def takes_window(attributes: ImageAttributes) -> bool:
    """Say whether a window has an effect: grey images, and the grey part below a supplemental palette."""
    return attributes.samples_per_pixel == 1 and (attributes.palette is None or attributes.palette.supplemental)


def display_colour(
    frame: DecodedFrame,
    attributes: ImageAttributes,
    *,
    index: int = 0,
    window: Window | LookupTable | None = None,
    inverted: bool = False,
) -> NDArray[np.uint8]:
    """Return 8-bit sRGB (rows, columns, 3): colours go through the image's ICC profile when it has one.

    ``index`` and ``window`` matter only below a supplemental palette, where the image is grey; without a window the default
    one is used. ``inverted`` swaps that grey, and makes a negative of an image that is colour throughout: a radiograph
    stored as RGB is turned round like any other.
    """
    palette = attributes.palette
    if frame.stored.ndim == 3 or (palette is not None and not palette.supplemental):
        colours = through_palette(frame.stored, palette) if palette is not None and frame.stored.ndim != 3 else None
        shown = to_srgb(_eight_bits(frame.stored, attributes) if colours is None else colours, attributes.icc_profile)
        return np.uint8(255) - shown if inverted else shown
    chosen = window if window is not None else default_window(frame, attributes, index=index)
    grey = display_grey(frame, attributes, index=index, window=chosen, inverted=inverted)
    rgb = np.repeat(grey[:, :, None], 3, axis=2)
    if palette is not None:
        _colour_over(rgb, frame.stored, palette)
    return rgb


def _colour_over(rgb: NDArray[np.uint8], stored: NDArray[np.generic], palette: Palette) -> None:
    coloured = np.greater_equal(stored, palette.first)
    rgb[coloured] = through_palette(stored, palette)[coloured]


def _eight_bits(stored: NDArray[np.generic], attributes: ImageAttributes) -> NDArray[np.uint8]:
    if stored.dtype == np.uint8 and attributes.bits_stored == 8:
        return np.ascontiguousarray(stored).view(np.uint8)
    largest = 2**attributes.bits_stored - 1
    scaled = np.rint(stored.astype(np.float64) * (255.0 / largest))
    return np.asarray(np.clip(scaled, 0, 255).astype(np.uint8))
