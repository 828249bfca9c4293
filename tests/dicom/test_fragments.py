"""Finding frames among fragments: offset tables, no table, several fragments a frame, cut off."""

from __future__ import annotations

import struct
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.uid import JPEGLSLossless

from tests.dicom.header_of import header_of
from tests.dicom.image_file import write_image
from viewer.dicom.frames import FrameReader
from viewer.domain.overlay import FrameNotRead

FRAMES = np.random.default_rng(3).integers(0, 4096, (5, 9, 14), np.uint16)
STREAMS = [imagecodecs.jpegls_encode(frame) for frame in FRAMES]
ELEMENTS = {"Rows": 9, "Columns": 14, "NumberOfFrames": 5, "BitsStored": 12, "HighBit": 11, "syntax": JPEGLSLossless}


def item(value: bytes) -> bytes:
    padded = value + b"\0" * (len(value) % 2)
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(padded)) + padded


def assert_frames(path: Path) -> None:
    reader = FrameReader.of(header_of(path))
    for index in (4, 0, 2, 1, 3):
        assert np.array_equal(reader.read_raw(index), FRAMES[index])


def test_a_basic_offset_table_is_followed(tmp_path: Path) -> None:
    assert_frames(write_image(tmp_path / "a", encapsulate(STREAMS, has_bot=True), **ELEMENTS))


def test_a_basic_offset_table_over_several_fragments_a_frame_is_followed(tmp_path: Path) -> None:
    assert_frames(write_image(tmp_path / "a", encapsulate(STREAMS, fragments_per_frame=3, has_bot=True), **ELEMENTS))


def test_without_a_table_one_fragment_is_one_frame(tmp_path: Path) -> None:
    assert_frames(write_image(tmp_path / "a", encapsulate(STREAMS, has_bot=False), **ELEMENTS))


def test_without_a_table_frames_end_at_the_end_of_image_marker(tmp_path: Path) -> None:
    fragments = b"".join(item(stream[:40]) + item(stream[40:]) for stream in STREAMS)
    assert_frames(write_image(tmp_path / "a", item(b"") + fragments, **ELEMENTS))


@pytest.mark.parametrize("cut", [10, 70])
def test_without_a_table_frames_begin_where_a_codestream_does_if_an_end_is_missing(tmp_path: Path, cut: int) -> None:
    streams = [STREAMS[0], STREAMS[1][:-2], *STREAMS[2:]]
    fragments = b"".join(item(one[:cut]) + item(one[cut:]) for one in streams)
    path = write_image(tmp_path / "a", item(b"") + fragments, **ELEMENTS)
    reader = FrameReader.of(header_of(path))
    for index in (4, 0, 2, 3):
        assert np.array_equal(reader.read_raw(index), FRAMES[index])
    with pytest.raises(FrameNotRead):
        reader.read(1)


def test_the_extended_offset_table_is_followed(tmp_path: Path) -> None:
    pixels, offsets, lengths = encapsulate_extended(STREAMS)
    path = write_image(tmp_path / "a", pixels, ExtendedOffsetTable=offsets, ExtendedOffsetTableLengths=lengths, **ELEMENTS)
    assert_frames(path)


@pytest.mark.parametrize("table", [b"\0\0\0\0" * 5, struct.pack("<5I", 0, 3, 9, 11, 70), struct.pack("<2I", 0, 100)])
def test_a_table_that_points_nowhere_is_not_believed(tmp_path: Path, table: bytes) -> None:
    assert_frames(write_image(tmp_path / "a", item(table) + b"".join(map(item, STREAMS)), **ELEMENTS))


@pytest.mark.parametrize("has_table", [True, False])
def test_of_a_file_that_is_cut_off_the_whole_frames_are_read_and_the_others_say_so(tmp_path: Path, has_table: bool) -> None:
    path = write_image(tmp_path / "a", encapsulate(STREAMS, has_bot=has_table), **ELEMENTS)
    last = path.read_bytes().rindex(STREAMS[4][:30])
    path.write_bytes(path.read_bytes()[: last + 20])
    reader = FrameReader.of(header_of(path))
    for index in range(4):
        assert np.array_equal(reader.read_raw(index), FRAMES[index])
    with pytest.raises(FrameNotRead, match="4 of 5 frames are whole") as caught:
        reader.read(4)
    assert caught.value.issue.code == "truncated_pixels"


def test_a_single_frame_in_many_fragments_is_joined(tmp_path: Path) -> None:
    stream = STREAMS[2]
    pieces = b"".join(item(stream[at : at + 10]) for at in range(0, len(stream), 10))
    path = write_image(tmp_path / "a", item(b"") + pieces, **{**ELEMENTS, "NumberOfFrames": 1})
    assert np.array_equal(FrameReader.of(header_of(path)).read_raw(0), FRAMES[2])


def test_a_frame_beyond_the_last_is_refused(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a", encapsulate(STREAMS), **ELEMENTS)
    with pytest.raises(FrameNotRead, match="there are 5 frames"):
        FrameReader.of(header_of(path)).read(5)


def test_compressed_pixel_data_without_items_is_an_issue(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a", b"no items here at all")
    native, rle = b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.5\0"
    path.write_bytes(path.read_bytes().replace(native, rle))
    with pytest.raises(FrameNotRead):
        FrameReader.of(header_of(path)).read(0)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.90"])
def test_a_codestream_that_ends_early_is_shown_with_an_issue_or_refused(tmp_path: Path, syntax: str) -> None:
    picture = (np.add.outer(np.arange(64), np.arange(96)) % 251).astype(np.uint8)
    jpeg = imagecodecs.jpeg8_encode(picture, level=95)
    stream = jpeg if syntax.endswith("50") else imagecodecs.jpeg2k_encode(picture, codecformat="j2k", level=0)
    elements = {"Rows": 64, "Columns": 96, "BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "syntax": syntax}
    whole = write_image(tmp_path / "whole", encapsulate([stream]), **elements)
    assert FrameReader.of(header_of(whole)).read(0).issues == ()
    cut = write_image(tmp_path / "cut", encapsulate([stream[: len(stream) // 2]]), **elements)
    try:
        found = [one.code for one in FrameReader.of(header_of(cut)).read(0).issues]
    except FrameNotRead as refused:
        found = [refused.issue.code]
    assert found in (["codestream_cut"], ["decode_failed"])
