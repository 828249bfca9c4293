"""Videos whose every frame shows its own number in black and white squares, so that a decoded picture says which it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from pydicom.encaps import encapsulate
from pydicom.uid import VideoPhotographicImageStorage

from tests.dicom.image_file import write_image

ROWS, COLUMNS, FRAMES = 48, 64, 30
SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
"""The bundled ones: 30 frames as below, a key frame at least every eighth, pictures out of order (B-frames) between."""

_BITS = 6


def picture(number: int) -> np.ndarray:
    """A blue field with a red corner (so that nothing can be turned or swapped unseen) and the number, lowest bit left."""
    shown = np.full((ROWS, COLUMNS, 3), (60, 120, 200), np.uint8)
    shown[:16, :16] = (230, 30, 40)
    for bit in range(_BITS):
        shown[24:40, 8 + 8 * bit : 16 + 8 * bit] = 235 if number >> bit & 1 else 20
    return shown


def number_of(shown: np.ndarray) -> int:
    """The number that a decoded picture shows."""
    return sum(int(shown[28:36, 10 + 8 * bit : 14 + 8 * bit].mean() > 128) << bit for bit in range(_BITS))


def mpeg_2(path: Path, frames: int = FRAMES) -> bytes:
    """Encode with OpenCV as MPEG-2 in the container that the suffix names."""
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"MPG2"), 25, (COLUMNS, ROWS))
    assert writer.isOpened()
    for number in range(frames):
        writer.write(np.ascontiguousarray(picture(number)[..., ::-1]))
    writer.release()
    return path.read_bytes()


def write_video(path: Path, stream: bytes, syntax: str, *, fragments: int = 1, **elements: Any) -> Path:
    """Write a stream as Pixel Data, in so many fragments."""
    described = {
        "SOPClassUID": VideoPhotographicImageStorage,
        "Rows": ROWS,
        "Columns": COLUMNS,
        "SamplesPerPixel": 3,
        "PhotometricInterpretation": "YBR_PARTIAL_420",
        "PlanarConfiguration": 0,
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "NumberOfFrames": FRAMES,
        **elements,
    }
    value = encapsulate([stream], fragments_per_frame=fragments, has_bot=False)
    return write_image(path, value, syntax=syntax, **described)
