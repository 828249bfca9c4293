"""Uncompressed frames: bits, sign, byte order, one bit a pixel, cut off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian, SegmentationStorage

from tests.dicom.header_of import header_of
from tests.dicom.image_file import write_image
from viewer.dicom.frames import FrameReader, is_plain
from viewer.domain.image_attributes import DecodedFrame
from viewer.domain.overlay import FrameNotRead


def read(path: Path, index: int = 0) -> DecodedFrame:
    return FrameReader.of(header_of(path)).read(index)


def test_rows_and_columns_are_not_exchanged(tmp_path: Path) -> None:
    words = np.arange(6, dtype="<u2")
    frame = read(write_image(tmp_path / "a", words.tobytes()))
    assert frame.stored.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert frame.stored.dtype == np.uint16
    assert (frame.whole, frame.issues) == (2, ())


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian])
def test_every_byte_order_and_the_deflated_data_set_give_the_same_values(tmp_path: Path, syntax: str) -> None:
    order = ">i2" if syntax == ExplicitVRBigEndian else "<i2"
    words = np.array([-3, 1, 32767, -32768, 5, 600]).astype(order)
    path = write_image(tmp_path / "a", words.tobytes(), syntax=syntax, PixelRepresentation=1)
    stored = read(path).stored
    assert stored.tolist() == [[-3, 1, 32767], [-32768, 5, 600]]
    assert stored.dtype.isnative


def test_check_68_garbage_in_unused_bits_is_cleared_and_the_sign_extended(tmp_path: Path) -> None:
    words = np.array([0x1001, 0xF002, 0x0FFF, 0x8800, 0x0000, 0xF7FF], "<u2").tobytes()
    unsigned = read(write_image(tmp_path / "u", words, BitsStored=12, HighBit=11))
    signed = read(write_image(tmp_path / "s", words, BitsStored=12, HighBit=11, PixelRepresentation=1))
    assert unsigned.stored.tolist() == [[1, 2, 4095], [2048, 0, 2047]]
    assert signed.stored.tolist() == [[1, 2, -1], [-2048, 0, 2047]]


def test_values_that_do_not_begin_at_bit_0_are_moved_down(tmp_path: Path) -> None:
    words = (np.array([0, 1, 2, 2047, 4095, 7], "<u2") << 4 | 0xF).tobytes()
    frame = read(write_image(tmp_path / "a", words, BitsStored=12, HighBit=15))
    assert frame.stored.tolist() == [[0, 1, 2], [2047, 4095, 7]]


def test_check_84_of_truncated_pixel_data_the_whole_rows_and_the_other_frames_are_given(tmp_path: Path) -> None:
    words = np.arange(12, dtype="<u2").tobytes()[: 12 + 8]  # one frame of six and four words of the second
    path = write_image(tmp_path / "a", words, NumberOfFrames=2)
    first, second = read(path, 0), read(path, 1)
    assert (first.whole, first.issues) == (2, ())
    assert second.whole == 1
    assert second.stored[0].tolist() == [6, 7, 8]
    assert second.issues[0].code == "truncated_pixels"
    assert second.issues[0].text == "Pixel data is cut off: 20 of 24 bytes; 1 of 2 frames are whole."


def test_a_frame_without_one_whole_row_is_unreadable(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a", bytes(14), NumberOfFrames=2)
    with pytest.raises(FrameNotRead) as caught:
        read(path, 1)
    assert caught.value.issue.code == "truncated_pixels"


def test_a_file_shorter_than_its_pixel_length_says_is_cut_off_not_read_beyond(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a", np.arange(6, dtype="<u2").tobytes())
    path.write_bytes(path.read_bytes()[:-6])
    frame = read(path)
    assert frame.whole == 1
    assert frame.issues[0].code == "truncated_pixels"


def test_raw_values_of_a_cut_off_frame_are_refused(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a", bytes(8))
    with pytest.raises(FrameNotRead):
        FrameReader.of(header_of(path)).read_raw(0)


BITS = np.random.default_rng(7).integers(0, 2, (9, 7, 11), np.uint8)
BIT_ELEMENTS = {
    "SOPClassUID": SegmentationStorage,
    "Rows": 7,
    "Columns": 11,
    "NumberOfFrames": 9,
    "BitsAllocated": 1,
    "BitsStored": 1,
    "HighBit": 0,
}


def test_frames_of_one_bit_a_pixel_follow_each_other_without_alignment(tmp_path: Path) -> None:
    packed = np.packbits(BITS.ravel(), bitorder="little").tobytes()
    reader = FrameReader.of(header_of(write_image(tmp_path / "a", packed + b"\0", **BIT_ELEMENTS)))
    for index, expected in enumerate(BITS):
        assert np.array_equal(reader.read_raw(index), expected)
        assert reader.read(index).issues == ()


def test_frames_of_one_bit_a_pixel_padded_one_by_one_are_recognised_by_their_length(tmp_path: Path) -> None:
    padded = b"".join(np.packbits(frame.ravel(), bitorder="little").tobytes() for frame in BITS)
    reader = FrameReader.of(header_of(write_image(tmp_path / "a", padded, **BIT_ELEMENTS)))
    for index, expected in enumerate(BITS):
        assert np.array_equal(reader.read_raw(index), expected)
    assert reader.read(3).issues[0].code == "per_frame_padding"


def test_one_bit_a_pixel_in_big_endian_words_is_turned_round(tmp_path: Path) -> None:
    packed = np.packbits(BITS.ravel(), bitorder="little").tobytes() + b"\0"
    swapped = np.frombuffer(packed, "<u2").byteswap().tobytes()
    reader = FrameReader.of(header_of(write_image(tmp_path / "a", swapped, syntax=ExplicitVRBigEndian, **BIT_ELEMENTS)))
    for index, expected in enumerate(BITS):
        assert np.array_equal(reader.read_raw(index), expected)


def test_check_89_a_syntax_without_a_decoder_is_named(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a", b"\xfe\xff\x00\xe0\0\0\0\0", syntax="1.2.840.10008.1.2.4.94")
    with pytest.raises(FrameNotRead) as caught:
        read(path)
    assert caught.value.issue.code == "no_decoder"
    assert "JPIP Referenced" in caught.value.issue.text
    assert "1.2.840.10008.1.2.4.94" in caught.value.issue.text


def test_a_private_syntax_is_named_by_its_uid(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a", b"\xfe\xff\x00\xe0\0\0\0\0", syntax="1.3.46.670589.33.1.4.1")
    with pytest.raises(FrameNotRead) as caught:
        read(path)
    assert "1.3.46.670589.33.1.4.1" in caught.value.issue.text


def test_a_size_that_the_file_cannot_hold_is_refused_before_memory_is_asked_for(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a", bytes(256), Rows=65535, Columns=65535)
    with pytest.raises(FrameNotRead) as caught:
        read(path)
    assert caught.value.issue.code == "too_large"


def test_bits_that_no_type_has_are_refused(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a", bytes(12), BitsAllocated=12, BitsStored=12, HighBit=11)
    with pytest.raises(FrameNotRead, match="Bits Allocated 12 cannot be read"):
        read(path)


def test_a_file_that_went_away_is_an_issue(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a", bytes(12))
    reader = FrameReader.of(header_of(path))
    path.unlink()
    with pytest.raises(FrameNotRead) as caught:
        reader.read(0)
    assert caught.value.issue.code == "decode_failed"


def test_only_uncompressed_little_endian_in_its_own_file_is_plain(tmp_path: Path) -> None:
    assert is_plain(header_of(write_image(tmp_path / "a", bytes(12))))
    assert not is_plain(header_of(write_image(tmp_path / "b", bytes(12), syntax=ExplicitVRBigEndian)))
    assert not is_plain(header_of(write_image(tmp_path / "c", bytes(12), syntax=DeflatedExplicitVRLittleEndian)))
