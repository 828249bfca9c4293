"""Pixels in the private element of ELSCINT1 scanners: runs, differences and whole values come back as they were written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from tests.dicom.header_of import header_of
from viewer.dicom.elscint_pixels import decode_elscint
from viewer.dicom.frames import FrameReader
from viewer.domain.overlay import FrameNotRead

FILE = "hostile/orthanc-mirrors__2020-09-12-ELSCINT1-PMSCT_RLE1.dcm"


def encoded(picture: np.ndarray) -> bytes:
    """The scanner's way: differences where they fit and are no marker, else whole values; then runs of three and more."""
    written = bytearray()
    last = 0
    for value in picture.ravel().tolist():
        step = (value - last) & 0xFF
        fits = -128 <= value - last <= 127 and step not in (0x5A, 0xA5)
        written += bytes([step]) if fits else b"\x5a" + value.to_bytes(2, "little")
        last = value
    packed, at = bytearray(), 0
    while at < len(written):
        run = 1
        while at + run < len(written) and run < 256 and written[at + run] == written[at]:
            run += 1
        packed += bytes([0xA5, run - 1, written[at]]) if run > 2 or written[at] == 0xA5 else written[at : at + run]
        at += run
    return bytes(packed)


def test_runs_differences_and_whole_values_come_back() -> None:
    random = np.random.default_rng(4)
    picture = np.cumsum(random.integers(-140, 150, (23, 41)), 1).clip(0, 4095)
    picture[3:9, 5:30] = 1165  # 0x048D; and markers as bytes of whole values:
    picture[12, :4] = (0x5A5A, 0xA5, 0xA5A5, 0x5A)
    assert np.array_equal(decode_elscint(encoded(picture), 23, 41), picture)


@pytest.mark.parametrize("stream", [b"", b"\xa5", b"\x5a\x01", bytes(700), b"\xa5\xff\x01" * 9])
def test_a_stream_of_another_size_is_refused(stream: bytes) -> None:
    with pytest.raises(ValueError, match="of 943 pixels"):
        decode_elscint(stream, 23, 41)


@pytest.mark.real_data
def test_a_real_file_decodes_to_exactly_its_pixels_and_looks_like_what_was_scanned(real_data: Path) -> None:
    header = header_of(real_data / FILE)
    assert "no_pixels" not in [one.code for one in header.issues]
    reader = FrameReader.of(header)
    hounsfield = reader.read_raw(0).astype(int) - 1024
    assert hounsfield.shape == (512, 512)
    # Two thighs in air: muscle, two bones; and neighbours across rows, which the coding does not follow, agree.
    assert 0.02 < ((hounsfield > 0) & (hounsfield < 100)).mean() < 0.3
    assert np.median(hounsfield) < -950
    bones, count = ndimage.label(ndimage.binary_fill_holes(hounsfield > 600))
    assert sum(ndimage.sum_labels(bones > 0, bones, range(1, count + 1)) > 200) == 2
    assert np.median(np.abs(np.diff(hounsfield, axis=0))) <= 2 * np.median(np.abs(np.diff(hounsfield, axis=1))) + 1
    with pytest.raises(FrameNotRead):
        reader.read(1)
