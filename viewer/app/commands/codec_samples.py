"""One tiny picture in every transfer syntax that can be decoded, for ``overread self-test``.

They are encoded here where a library can; what none writes (video, the retired JPEG processes) lies in
``resources/samples``.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from viewer.dicom.transfer_syntaxes import (
    BIG_ENDIAN_PIXELS,
    DEFLATED_LITTLE_ENDIAN,
    ENCAPSULATED_UNCOMPRESSED,
    NATIVE,
)
from viewer.domain.image_attributes import ImageAttributes
from viewer.domain.instance import InstanceHeader, PixelLocation, Source

Pixels = NDArray[np.uint8] | NDArray[np.uint16]

_UID = "1.2.840.10008.1.2."
_ROWS, _COLUMNS = 24, 40
_RAMP = np.add.outer(np.arange(_ROWS) * 6, np.arange(_COLUMNS) * 2).astype(np.uint8)
_DEEP = np.add.outer(np.arange(_ROWS) * 131, np.arange(_COLUMNS) * 17).astype(np.uint16)
_BITS = (np.add.outer(np.arange(_ROWS), np.arange(_COLUMNS) * 3) % 7 < 3).astype(np.uint8)
_LOSSY_LEVELS = 2
_VIDEO_LEVELS = 24
_VIDEO_FRAMES, _VIDEO_FRAME = 30, 21


@dataclass(frozen=True)
class Sample:
    """A picture, what it is stored as, and how far from it the decoded one may be (grey levels)."""

    transfer_syntax_uid: str
    picture: Pixels
    value: bytes
    """Pixel Data as it stands in a file."""
    tolerance: int = 0
    bits: int = 0
    """Bits Allocated, where it is not that of the picture's type."""
    frame: int = 0
    frames: int = 1

    def written(self, folder: Path) -> tuple[InstanceHeader, ImageAttributes]:
        """Write the bytes to a file and return what a scan of a whole file would have told of it."""
        uid = self.transfer_syntax_uid
        head = bytes(128) + b"DICM" + _element(0x0010, uid) if uid == DEFLATED_LITTLE_ENDIAN else bytes(16)
        body = _raw_deflate(self.value) if uid == DEFLATED_LITTLE_ENDIAN else self.value
        path = folder / f"{uid}-{self.bits}"
        path.write_bytes(head + body)
        allocated = self.bits or self.picture.dtype.itemsize * 8
        rows, columns = self.picture.shape[:2]
        samples = 3 if self.picture.ndim == 3 else 1
        location = PixelLocation(len(head), len(self.value) if uid in NATIVE else None)
        header = InstanceHeader(
            source=Source("file", str(path)),
            file_size=len(head) + len(body),
            sop_instance_uid="",
            sop_class_uid="",
            transfer_syntax_uid=uid,
            study_instance_uid="",
            series_instance_uid="",
            number_of_frames=self.frames,
            rows=rows,
            columns=columns,
            pixels=location,
        )
        attributes = ImageAttributes(
            rows=rows,
            columns=columns,
            number_of_frames=self.frames,
            samples_per_pixel=samples,
            photometric_interpretation="RGB" if samples == 3 else "MONOCHROME2",
            bits_allocated=allocated,
            bits_stored=allocated,
            high_bit=allocated - 1,
            signed=False,
            planar_configuration=0,
            transfer_syntax_uid=uid,
            modality="OT",
        )
        return header, attributes


def samples(resources: Path) -> Iterator[Sample]:
    """Give a sample of each transfer syntax, in the order of their UIDs; ``resources`` holds what cannot be encoded here."""
    for uid in sorted(NATIVE, key=_by_number):
        yield Sample(uid, _DEEP, _DEEP.astype(">u2" if uid in BIG_ENDIAN_PIXELS else "<u2").tobytes())
    yield Sample(ENCAPSULATED_UNCOMPRESSED, _DEEP, _fragments(_DEEP.astype("<u2").tobytes()))
    for number, (encode, picture, tolerance) in _ENCODED.items():
        yield Sample(_UID + number, picture, _fragments(encode(picture)), tolerance)
    for number, encode in _ENCODED_BITS.items():
        yield Sample(_UID + number, _BITS, _fragments(encode(_BITS)), bits=1)
    folder = resources / "samples"
    for number, name in _STORED.items():
        yield Sample(_UID + number, _RAMP, _fragments((folder / name).read_bytes()), _LOSSY_LEVELS)
    for name, numbers in _VIDEOS.items():
        value = _fragments((folder / name).read_bytes())
        for number in numbers:
            picture, frame, count = _moving_picture(), _VIDEO_FRAME, _VIDEO_FRAMES
            yield Sample(_UID + number, picture, value, _VIDEO_LEVELS, frame=frame, frames=count)


def _jpeg_2000(picture: Pixels) -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(picture, codecformat="j2k", reversible=True, level=0))


def _htj2k(picture: Pixels) -> bytes:
    return bytes(imagecodecs.htj2k_encode(picture, reversible=True))


def _jpeg_xl(picture: Pixels) -> bytes:
    return bytes(imagecodecs.jpegxl_encode(picture, lossless=True))


def _lossless_jpeg(picture: Pixels) -> bytes:
    return bytes(imagecodecs.jpeg8_encode(picture, lossless=True, predictor=1))


def _run_lengths(picture: Pixels) -> bytes:
    """Encode as RLE Lossless: byte planes, most significant first (PS3.5 Annex G)."""
    words = picture.view(np.uint8).reshape(-1, picture.dtype.itemsize)
    planes = [words[:, place].tobytes() for place in reversed(range(words.shape[1]))]
    return _segments([bytes(imagecodecs.packbits_encode(plane)) for plane in planes])


def _run_lengths_of_bits(picture: Pixels) -> bytes:
    packed = np.packbits(picture.ravel(), bitorder="little").tobytes()
    return _segments([bytes(imagecodecs.packbits_encode(packed))])


def _segments(segments: list[bytes]) -> bytes:
    even = [segment + b"\x80" * (len(segment) % 2) for segment in segments]
    offsets = [64 + sum(map(len, even[:place])) for place in range(len(even))]
    return struct.pack("<16I", len(even), *offsets, *[0] * (15 - len(even))) + b"".join(even)


def _raw_deflate(data: bytes) -> bytes:
    encoder = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return encoder.compress(data) + encoder.flush()


_Encoder = Callable[[Pixels], bytes]

_ENCODED: dict[str, tuple[_Encoder, Pixels, int]] = {
    "4.50": (lambda picture: bytes(imagecodecs.jpeg8_encode(picture, level=95)), _RAMP, _LOSSY_LEVELS),
    "4.51": (lambda picture: bytes(imagecodecs.jpeg8_encode(picture, level=95, bitspersample=12)), _DEEP, 16),
    "4.57": (lambda picture: bytes(imagecodecs.jpeg8_encode(picture, lossless=True, predictor=6)), _DEEP, 0),
    "4.70": (_lossless_jpeg, _DEEP, 0),
    "4.80": (lambda picture: bytes(imagecodecs.jpegls_encode(picture)), _DEEP, 0),
    "4.81": (lambda picture: bytes(imagecodecs.jpegls_encode(picture, level=2)), _DEEP, 2),
    "4.90": (_jpeg_2000, _DEEP, 0),
    "4.91": (_jpeg_2000, _RAMP, 0),
    "4.92": (_jpeg_2000, _DEEP, 0),
    "4.93": (_jpeg_2000, _RAMP, 0),
    "4.110": (_jpeg_xl, _DEEP, 0),
    "4.111": (
        lambda picture: bytes(imagecodecs.jpegxl_encode_jpeg(imagecodecs.jpeg8_encode(picture, level=95))),
        _RAMP,
        _LOSSY_LEVELS,
    ),
    "4.112": (_jpeg_xl, _RAMP, 0),
    "4.201": (_htj2k, _DEEP, 0),
    "4.202": (_htj2k, _DEEP, 0),
    "4.203": (_htj2k, _RAMP, 0),
    "5": (_run_lengths, _DEEP, 0),
    "8.1": (lambda picture: _raw_deflate(picture.tobytes()), _DEEP, 0),
}
"""End of the UID: how it is encoded, which picture, and how far off lossy compression may be."""

_ENCODED_BITS: dict[str, _Encoder] = {
    "4.90": _jpeg_2000,
    "5": _run_lengths_of_bits,
    "8.1": lambda picture: _raw_deflate(np.packbits(picture.ravel(), bitorder="little").tobytes()),
}
"""Segmentations have one bit a pixel."""

_STORED = {
    "4.52": "arithmetic.jpg",
    "4.53": "progressive.jpg",
    "4.54": "progressive_arithmetic.jpg",
    "4.55": "progressive.jpg",
    "4.56": "progressive_arithmetic.jpg",
}
_VIDEOS = {
    "mpeg2.mpg": ("4.100", "4.100.1", "4.101", "4.101.1"),
    "h264.mp4": tuple(f"4.{number}{form}" for number in range(102, 107) for form in ("", ".1")),
    "hevc.mp4": ("4.107", "4.108"),
}


def _moving_picture() -> Pixels:
    """Return what the frame of the bundled videos shows: its number in squares, the lowest bit left."""
    shown = np.full((48, 64, 3), (60, 120, 200), np.uint8)
    shown[:16, :16] = (230, 30, 40)
    for bit in range(6):
        shown[24:40, 8 + 8 * bit : 16 + 8 * bit] = 235 if _VIDEO_FRAME >> bit & 1 else 20
    return shown


def _fragments(stream: bytes) -> bytes:
    """Return encapsulated Pixel Data: an empty offset table, one fragment, the end (PS3.5 A.4)."""
    even = stream + b"\0" * (len(stream) % 2)
    table = struct.pack("<HHI", 0xFFFE, 0xE000, 0)
    return table + struct.pack("<HHI", 0xFFFE, 0xE000, len(even)) + even + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)


def _element(number: int, uid: str) -> bytes:
    """Return an element of the file meta information that holds a UID."""
    value = uid.encode() + b"\0" * (len(uid) % 2)
    return struct.pack("<HH2sH", 0x0002, number, b"UI", len(value)) + value


def _by_number(uid: str) -> tuple[int, ...]:
    return tuple(map(int, uid.split(".")))
