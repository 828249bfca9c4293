"""One literal table from transfer syntax to decoder: compressed bytes of one frame to an array of samples.

Colour comes out as RGB where the codestream says what it holds; where it does not, Photometric Interpretation does. No
decoder is asked to allocate before its codestream's own size has been compared with the header (imagecodecs is BSD; no
GPL codec is used). Transfer syntaxes: PS3.5 Annex A.4; RLE: Annex G; one bit a pixel: 8.2.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from viewer.dicom.codestreams import BadCodestream, Codestream, read_jpeg, read_jpeg_2000, read_jpeg_xl_size
from viewer.dicom.colour_spaces import is_ybr, ybr_to_rgb
from viewer.dicom.stored_values import frame_bits, native_frame
from viewer.dicom.transfer_syntaxes import ENCAPSULATED_UNCOMPRESSED
from viewer.domain.image_attributes import ImageAttributes

Samples = NDArray[np.generic]


_TAIL_BYTES = 16
"""Where the end marker is looked for: writers put a few bytes behind it."""


class DecodeFailed(Exception):
    """A decoder refused a frame; the text is for the reader of the image."""


@dataclass(frozen=True)
class Codec:
    """A name for messages, and the function that decodes one frame to (rows, columns) or (rows, columns, 3) RGB."""

    name: str
    decode: Callable[[bytes, ImageAttributes], Samples]


def decode_frame(data: bytes, attributes: ImageAttributes) -> Samples:
    """Decode one compressed frame to (rows, columns) or (rows, columns, 3) RGB samples.

    Raises
    ------
    DecodeFailed
        With a reason in words.
    """
    codec = CODECS[attributes.transfer_syntax_uid]
    try:
        samples = codec.decode(data, attributes)
    except (BadCodestream, DecodeFailed) as failure:
        raise DecodeFailed(str(failure)) from failure
    except MemoryError as failure:
        raise DecodeFailed("there is not enough memory for it") from failure
    except (RuntimeError, ValueError, TypeError, IndexError, OverflowError, zlib.error, struct.error) as failure:
        # The decoders' own exceptions derive from these. Their texts are English of the library and may be empty.
        raise DecodeFailed(f"the {codec.name} decoder stopped ({type(failure).__name__})") from failure
    expected: tuple[int, ...] = (attributes.rows, attributes.columns)
    if attributes.samples_per_pixel > 1:
        expected = (*expected, attributes.samples_per_pixel)
    if samples.shape != expected:
        raise DecodeFailed(f"the decoder returned {_by(samples.shape)} samples instead of {_by(expected)}")
    return samples


def ends_properly(data: bytes, transfer_syntax_uid: str) -> bool:
    """Say whether a JPEG, JPEG-LS or JPEG 2000 codestream has its end marker; decoders fill in what is missing."""
    if CODECS[transfer_syntax_uid].decode not in (_jpeg, _jpeg_ls, _jpeg_2000):
        return True
    return b"\xff\xd9" in data.rstrip(b"\0")[-_TAIL_BYTES:]


def _by(shape: tuple[int, ...]) -> str:
    return " x ".join(str(number) for number in shape)


def _check_size(stream: Codestream, attributes: ImageAttributes) -> None:
    _check_matrix(stream.rows, stream.columns, attributes)
    if stream.components != attributes.samples_per_pixel:
        raise DecodeFailed(
            f"the codestream has {stream.components} components, the header says {attributes.samples_per_pixel}"
        )


def _check_matrix(rows: int, columns: int, attributes: ImageAttributes) -> None:
    if (rows, columns) != (attributes.rows, attributes.columns):
        raise DecodeFailed(
            f"the codestream has {rows} x {columns} pixels, the header says {attributes.rows} x {attributes.columns}"
        )


def _jpeg(data: bytes, attributes: ImageAttributes) -> Samples:
    stream = read_jpeg(data)
    _check_size(stream, attributes)
    if stream.process == 3:
        return _jpeg_lossless(data, stream, attributes)
    if stream.components == 1:
        return np.asarray(imagecodecs.jpeg8_decode(data))
    ybr = stream.colour == "ybr" or (stream.colour == "as_tagged" and attributes.photometric_interpretation != "RGB")
    return np.asarray(imagecodecs.jpeg8_decode(data, colorspace="YCBCR" if ybr else "RGB", outcolorspace="RGB"))


def _jpeg_lossless(data: bytes, stream: Codestream, attributes: ImageAttributes) -> Samples:
    # Lossless JPEG has no colour transform of its own: the decoder must not be given the chance to make one.
    if stream.components == 1:
        return np.asarray(imagecodecs.jpeg8_decode(data))
    samples = np.asarray(imagecodecs.jpeg8_decode(data, colorspace="RGB", outcolorspace="RGB"))
    return _tagged_to_rgb(samples, attributes)


def _jpeg_ls(data: bytes, attributes: ImageAttributes) -> Samples:
    _check_size(read_jpeg(data), attributes)
    samples = np.asarray(imagecodecs.jpegls_decode(data))
    return _tagged_to_rgb(_channels_last(samples, attributes), attributes)


def _channels_last(samples: Samples, attributes: ImageAttributes) -> Samples:
    if samples.ndim == 3 and samples.shape[0] == attributes.samples_per_pixel != samples.shape[-1]:
        return np.moveaxis(samples, 0, -1)
    return samples


def _jpeg_2000(data: bytes, attributes: ImageAttributes) -> Samples:
    stream = read_jpeg_2000(data)
    _check_size(stream, attributes)
    samples = np.asarray(imagecodecs.jpeg2k_decode(data))
    return samples if stream.colour == "rgb" else _tagged_to_rgb(samples, attributes)


def _jpeg_xl(data: bytes, attributes: ImageAttributes) -> Samples:
    rows, columns = read_jpeg_xl_size(data)
    _check_matrix(rows, columns, attributes)
    # The decoder always returns RGB for colour, also of a recompressed YCbCr JPEG.
    samples = np.asarray(imagecodecs.jpegxl_decode(data))
    return samples[..., 0] if samples.ndim == 3 and samples.shape[-1] == 1 else samples


def _rle(data: bytes, attributes: ImageAttributes) -> Samples:
    """Decode RLE Lossless: byte planes, most significant first, each PackBits (PS3.5 Annex G)."""
    pixels = attributes.rows * attributes.columns
    count, *offsets = struct.unpack_from("<16I", data)
    width = max(attributes.bits_allocated // 8, 1)
    needed = attributes.samples_per_pixel * width
    if count != needed:
        raise DecodeFailed(f"it has {count} RLE segments instead of {needed}")
    plane_bytes = -(-pixels // 8) if attributes.bits_allocated == 1 else pixels
    ends = [*offsets[1:count], len(data)]
    planes = np.empty((attributes.samples_per_pixel, width, plane_bytes), np.uint8)
    for segment, (start, end) in enumerate(zip(offsets[:count], ends, strict=True)):
        if not 64 <= start <= end <= len(data):
            raise DecodeFailed("an RLE segment lies outside the frame")
        plane = np.frombuffer(imagecodecs.packbits_decode(data[start:end]), np.uint8)
        if plane.size < plane_bytes:
            raise DecodeFailed(f"an RLE segment is too short ({plane.size} of {plane_bytes} bytes)")
        # Big-endian byte planes go to their little-endian place.
        planes[segment // width, width - 1 - segment % width] = plane[:plane_bytes]
    if attributes.bits_allocated == 1:
        bits = np.unpackbits(planes[0, 0], bitorder="little")[:pixels]
        return bits.reshape(attributes.rows, attributes.columns)
    dtype = np.dtype(f"<u{width}")
    samples = np.ascontiguousarray(planes.transpose(0, 2, 1)).view(dtype)[..., 0]
    if attributes.samples_per_pixel == 1:
        return samples.reshape(attributes.rows, attributes.columns)
    shaped = samples.reshape(attributes.samples_per_pixel, attributes.rows, attributes.columns)
    return _tagged_to_rgb(np.ascontiguousarray(np.moveaxis(shaped, 0, -1)), attributes)


def _deflated(data: bytes, attributes: ImageAttributes) -> Samples:
    """Inflate a frame of Deflated Image Frame Compression, never beyond what the header announces (PS3.5 A.4.13)."""
    expected = -(-frame_bits(attributes) // 8)
    inflated = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, expected)
    if len(inflated) < expected:
        raise DecodeFailed(f"it inflates to {len(inflated)} of {expected} bytes")
    return _words(inflated, attributes)


def _uncompressed(data: bytes, attributes: ImageAttributes) -> Samples:
    """Take a frame of Encapsulated Uncompressed as it is (PS3.5 A.4.11)."""
    expected = -(-frame_bits(attributes) // 8)
    if len(data) < expected:
        raise DecodeFailed(f"it has {len(data)} of {expected} bytes")
    return _words(data[:expected], attributes)


def _words(data: bytes, attributes: ImageAttributes) -> Samples:
    """Return the samples of a frame that begins at a byte of its own."""
    if attributes.bits_allocated == 1:
        pixels = attributes.rows * attributes.columns
        return np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")[:pixels].reshape(attributes.rows, -1)
    return native_frame(data, attributes)


def _tagged_to_rgb(samples: Samples, attributes: ImageAttributes) -> Samples:
    if samples.ndim == 3 and samples.shape[-1] == 3 and is_ybr(attributes.photometric_interpretation):
        partial = attributes.photometric_interpretation.startswith("YBR_PARTIAL")
        return ybr_to_rgb(samples, attributes.bits_stored, partial=partial)
    return samples


_DICOM = "1.2.840.10008.1.2."

CODECS: Mapping[str, Codec] = {
    ENCAPSULATED_UNCOMPRESSED: Codec("Encapsulated Uncompressed", _uncompressed),
    _DICOM + "4.50": Codec("JPEG Baseline", _jpeg),
    _DICOM + "4.51": Codec("JPEG Extended", _jpeg),
    _DICOM + "4.52": Codec("JPEG Extended (3, 5)", _jpeg),
    _DICOM + "4.53": Codec("JPEG Spectral Selection (6, 8)", _jpeg),
    _DICOM + "4.54": Codec("JPEG Spectral Selection (7, 9)", _jpeg),
    _DICOM + "4.55": Codec("JPEG Full Progression (10, 12)", _jpeg),
    _DICOM + "4.56": Codec("JPEG Full Progression (11, 13)", _jpeg),
    _DICOM + "4.57": Codec("JPEG Lossless", _jpeg),
    _DICOM + "4.70": Codec("JPEG Lossless SV1", _jpeg),
    _DICOM + "4.80": Codec("JPEG-LS", _jpeg_ls),
    _DICOM + "4.81": Codec("JPEG-LS near-lossless", _jpeg_ls),
    _DICOM + "4.90": Codec("JPEG 2000", _jpeg_2000),
    _DICOM + "4.91": Codec("JPEG 2000", _jpeg_2000),
    _DICOM + "4.92": Codec("JPEG 2000 Part 2", _jpeg_2000),
    _DICOM + "4.93": Codec("JPEG 2000 Part 2", _jpeg_2000),
    _DICOM + "4.110": Codec("JPEG XL", _jpeg_xl),
    _DICOM + "4.111": Codec("JPEG XL", _jpeg_xl),
    _DICOM + "4.112": Codec("JPEG XL", _jpeg_xl),
    _DICOM + "4.201": Codec("HTJ2K", _jpeg_2000),
    _DICOM + "4.202": Codec("HTJ2K", _jpeg_2000),
    _DICOM + "4.203": Codec("HTJ2K", _jpeg_2000),
    _DICOM + "5": Codec("RLE", _rle),
    _DICOM + "8.1": Codec("Deflated Image Frame", _deflated),
}
