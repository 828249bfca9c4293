"""Frames of one bit a pixel that are not byte-aligned: the filled rows hold what the whole frame holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dicom.header_of import header_of
from tests.real_data.test_masks_against_witnesses import SEGMENTATIONS
from viewer.dicom.frames import FrameReader
from viewer.dicom.packed_bits import PackedBits
from viewer.domain.overlay import filled_rows


@given(
    frames=st.integers(1, 5),
    rows=st.integers(1, 9),
    columns=st.integers(1, 40),
    chance=st.sampled_from([0.0, 0.01, 0.3, 1.0]),
    seed=st.integers(0, 999),
)
@settings(max_examples=300, deadline=None)
def test_filled_rows_hold_every_pixel_that_is_set(frames: int, rows: int, columns: int, chance: float, seed: int) -> None:
    pixels = (np.random.default_rng(seed).random((frames, rows, columns)) < chance).astype(np.uint8)
    packed = np.packbits(pixels.reshape(-1), bitorder="little")
    for number, frame in enumerate(pixels):
        first_byte, shift = divmod(number * rows * columns, 8)
        last_byte = -(-((number + 1) * rows * columns) // 8)
        bits = PackedBits(packed[first_byte:last_byte], shift, rows * columns)
        assert bits.missing == 0
        np.testing.assert_array_equal(bits.unpacked(0, rows * columns), frame.reshape(-1))
        found = bits.filled_rows(rows, columns)
        again = np.zeros((rows, columns), np.uint8)
        again[found.first : found.first + len(found.values)] = found.values
        assert found.shape == (rows, columns)
        np.testing.assert_array_equal(again, frame)


def test_no_more_rows_are_unpacked_than_hold_something() -> None:
    frame = np.zeros((512, 512), np.uint8)
    frame[100:140, 7] = 1
    bits = PackedBits(np.packbits(frame.reshape(-1), bitorder="little"), 0, frame.size)
    assert (bits.filled_rows(512, 512).first, len(bits.filled_rows(512, 512).values)) == (100, 40)
    assert (filled_rows(frame).first, len(filled_rows(frame).values)) == (100, 40)


@pytest.mark.real_data
@pytest.mark.parametrize("name", [one for one in SEGMENTATIONS if "compressed" not in one])
def test_filled_rows_of_every_real_segmentation_are_those_of_pydicom(real_data: Path, name: str) -> None:
    reader = FrameReader.of(header_of(real_data / name))
    witness = pydicom.dcmread(real_data / name).pixel_array
    for number, frame in enumerate(witness.reshape(-1, *witness.shape[-2:])[:40]):
        found = reader.filled_rows(number)
        again = np.zeros_like(frame)
        again[found.first : found.first + len(found.values)] = found.values
        np.testing.assert_array_equal(again, frame)
