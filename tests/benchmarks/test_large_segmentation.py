"""Acceptance check 45: a hundred segments on five hundred slices open in less than 2 GB, the first slice within 2 s."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import SegmentationStorage

from tests.synthetic.identity import as_file, save, uid
from tests.synthetic.image import Grid, Series, image_series

pytestmark = pytest.mark.benchmark_bar

SLICES, SEGMENTS, SIDE = 500, 100, 256
GRID = Grid((SLICES, SIDE, SIDE), (1.5, 1.0, 1.0), (-128.0, -128.0, 0.0))
MOST_BYTES = 2 << 30
MOST_SECONDS = 2.0

OPEN = """
import json, resource, sys, time
from pathlib import Path
from viewer.dicom.scan import scan
from viewer.domain.grouping import build_library
from viewer.domain.instance import InstanceHeader
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content

library = build_library([one for one in scan([Path(sys.argv[1])]) if isinstance(one, InstanceHeader)], ())
with EagerInputs(library, {}) as inputs:
    began = time.perf_counter()
    content = read_content(library, inputs.readers)
    (overlay,) = content.overlays.values()
    first = inputs.readers.on_plane(overlay, library.stacks[0].planes[0])
    seconds = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps([len(first.parts_here), peak, seconds]))
"""


def _element(group: int, element: int, vr: bytes, value: bytes) -> bytes:
    value += (b"\0" if vr == b"UI" else b" ") * (len(value) % 2)
    if vr in (b"SQ", b"OB"):
        return struct.pack("<HH2sHI", group, element, vr, 0, len(value)) + value
    return struct.pack("<HH2sH", group, element, vr, len(value)) + value


def _item(value: bytes) -> bytes:
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(value)) + value


def _frame(number: int, height: float) -> bytes:
    position = _element(0x0020, 0x0032, b"DS", f"-128.0\\-128.0\\{height}".encode())
    segment = _element(0x0062, 0x000B, b"US", struct.pack("<H", number))
    return _item(
        _element(0x0020, 0x9113, b"SQ", _item(position)) + _element(0x0062, 0x000A, b"SQ", _item(segment)),
    )


def _disc(number: int) -> NDArray[np.uint8]:
    rows, columns = np.indices((SIDE, SIDE))
    middle = (20 + number % 10 * 23, 20 + number // 10 * 23)
    return np.packbits((rows - middle[0]) ** 2 + (columns - middle[1]) ** 2 <= 90 + number, bitorder="little")


def _large_segmentation(image: Dataset, folder: Path) -> None:
    """Write 50,000 frames as bytes: a library takes minutes for as many items."""
    made = Dataset()
    for keyword in (
        "PatientID",
        "PatientName",
        "PatientBirthDate",
        "PatientSex",
        "StudyInstanceUID",
        "StudyID",
        "StudyDate",
    ):
        setattr(made, keyword, image.get(keyword, ""))
    made.SOPClassUID, made.SOPInstanceUID = SegmentationStorage, uid("large", "instance")
    made.SeriesInstanceUID, made.Modality, made.SegmentationType = uid("large", "series"), "SEG", "BINARY"
    made.FrameOfReferenceUID, made.NumberOfFrames = image.FrameOfReferenceUID, SLICES * SEGMENTS
    made.Rows = made.Columns = SIDE
    made.BitsAllocated = made.BitsStored = made.SamplesPerPixel = 1
    made.HighBit = made.PixelRepresentation = 0
    made.PhotometricInterpretation = "MONOCHROME2"
    made.SegmentSequence = []
    for number in range(1, SEGMENTS + 1):
        item = Dataset()
        item.SegmentNumber, item.SegmentLabel, item.SegmentAlgorithmType = number, f"Part {number}", "MANUAL"
        made.SegmentSequence.append(item)
    measures, orientation, shared = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness, measures.SpacingBetweenSlices = [1.0, 1.0], 1.5, 1.5
    orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [orientation]
    made.SharedFunctionalGroupsSequence = [shared]
    path = folder / "large.dcm"
    dcmwrite(path, as_file(made), enforce_file_format=True)
    discs = [_disc(number).tobytes() for number in range(SEGMENTS)]
    frames = b"".join(_frame(number, 1.5 * k) for number in range(1, SEGMENTS + 1) for k in range(SLICES))
    with path.open("ab") as file:
        file.write(_element(0x5200, 0x9230, b"SQ", frames))
        file.write(struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OB", 0, SLICES * SEGMENTS * SIDE * SIDE // 8))
        for disc in discs:
            file.write(disc * SLICES)


def test_a_hundred_segments_on_five_hundred_slices_open_in_little_memory(tmp_path: Path) -> None:
    stored = np.zeros((1, SIDE, SIDE), np.int16)
    images = []
    for k in range(SLICES):
        one = image_series(stored, Grid((1, SIDE, SIDE), GRID.spacing_mm, GRID.position(k)), Series("images"))[0]
        one.SOPInstanceUID = one.file_meta.MediaStorageSOPInstanceUID = uid("large", "image", k)
        one.InstanceNumber = k + 1
        images.append(one)
    save(images, tmp_path)
    _large_segmentation(images[0], tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", OPEN, str(tmp_path)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    parts, peak, seconds = (float(one) for one in done.stdout.strip().strip("[]").split(","))
    assert parts == SEGMENTS
    assert peak < MOST_BYTES
    assert seconds < MOST_SECONDS
    print(f"{peak / 2**20:.0f} MiB, {seconds:.2f} s")
