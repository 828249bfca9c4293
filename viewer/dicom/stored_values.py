"""From the bytes or samples of a frame to its stored values: byte order, unused bits, sign (PS3.5 8.1 and Annex D)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.colour_spaces import is_ybr, unpack_422, ybr_to_rgb
from viewer.domain.image_attributes import ImageAttributes

Samples = NDArray[np.generic]

_FLOATS = {"FloatPixelData": "f4", "DoubleFloatPixelData": "f8"}


def frame_bits(attributes: ImageAttributes, keyword: str = "PixelData") -> int:
    """Return the number of bits of one native frame: 4:2:2 has two samples a pixel, 4:2:0 one and a half."""
    pixels = attributes.rows * attributes.columns
    if keyword in _FLOATS:
        return pixels * (32 if keyword == "FloatPixelData" else 64)
    if attributes.photometric_interpretation.endswith("_422") and attributes.samples_per_pixel == 3:
        return pixels * 2 * attributes.bits_allocated
    if attributes.photometric_interpretation.endswith("_420") and attributes.samples_per_pixel == 3:
        return pixels * 3 // 2 * attributes.bits_allocated
    return pixels * attributes.samples_per_pixel * attributes.bits_allocated


def frames_are_padded(pixels: int, frames: int, available: int) -> bool:
    """Say whether each frame of one bit a pixel was padded to whole bytes, against PS3.5 8.1.1, going by the length.

    When both readings fit, the standard counts.

    Parameters
    ----------
    pixels
        Of one frame.
    available
        Length of Pixel Data in bytes.
    """
    if frames == 1 or pixels % 8 == 0:
        return False
    packed = -(-pixels * frames // 8)
    padded = frames * -(-pixels // 8)
    return available in (padded, padded + padded % 2) and available not in (packed, packed + packed % 2)


def sample_type(
    attributes: ImageAttributes, keyword: str = "PixelData", *, big_endian: bool = False
) -> np.dtype[np.generic]:
    """Return the type of a native sample; one bit a pixel is read elsewhere."""
    order = ">" if big_endian else "<"
    if keyword in _FLOATS:
        return np.dtype(order + _FLOATS[keyword])
    return np.dtype(f"{order}{'i' if attributes.signed else 'u'}{attributes.bits_allocated // 8}")


def native_frame(
    data: bytes, attributes: ImageAttributes, keyword: str = "PixelData", *, big_endian: bool = False
) -> Samples:
    """Return the samples of a whole native frame, (rows, columns) or (rows, columns, 3) RGB, before unused bits go."""
    values = np.frombuffer(data, sample_type(attributes, keyword, big_endian=big_endian))
    if big_endian:
        values = values.astype(values.dtype.newbyteorder("="))
    rows, columns, samples = attributes.rows, attributes.columns, attributes.samples_per_pixel
    if samples == 1:
        return values.reshape(rows, columns)
    photometric = attributes.photometric_interpretation
    if photometric.endswith("_422") and samples == 3:
        colour = unpack_422(values, rows, columns)
    elif attributes.planar_configuration == 1:
        colour = np.ascontiguousarray(np.moveaxis(values.reshape(samples, rows, columns), 0, -1))
    else:
        colour = values.reshape(rows, columns, samples)
    if samples == 3 and is_ybr(photometric):
        return ybr_to_rgb(colour, attributes.bits_stored, partial=photometric.startswith("YBR_PARTIAL"))
    return colour


def without_unused_bits(samples: Samples, attributes: ImageAttributes) -> Samples:
    """Return pixel words with the bits outside Bits Stored cleared and the sign extended from the highest stored bit."""
    width = max(attributes.bits_allocated, 8)
    stored, high = attributes.bits_stored, attributes.high_bit
    if samples.dtype.kind == "f" or attributes.bits_allocated == 1:
        return samples
    target = np.dtype(f"{'i' if attributes.signed else 'u'}{width // 8}")
    if stored >= width:
        return samples.view(target)
    raised = np.left_shift(samples.view(np.dtype(f"u{width // 8}")), width - 1 - high)
    return np.asarray(np.right_shift(raised.view(target), width - stored))


def from_codestream(samples: Samples, attributes: ImageAttributes) -> Samples:
    """Return decoded samples in the type that the header states.

    A codestream has no unused bits, so nothing is cleared: lossy ones overshoot Bits Stored. One that is unsigned under a
    header that is signed carries the sign in its highest stored bit; where the two disagree otherwise, the header's type
    wins, because its rescale expects it.
    """
    if attributes.bits_allocated == 1:
        return samples.astype(np.uint8)
    width = max(attributes.bits_allocated // 8, 1)
    target = np.dtype(f"{'i' if attributes.signed else 'u'}{width}")
    if attributes.signed and samples.dtype.kind == "u" and attributes.bits_stored < 8 * width:
        shift = 8 * width - attributes.bits_stored
        raised = np.left_shift(samples.astype(f"u{width}"), shift)
        return np.asarray(np.right_shift(raised.view(target), shift))
    return samples if samples.dtype == target else samples.astype(target)
