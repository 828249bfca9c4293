"""Frame n of a video is frame n, in whatever order it is asked for, container it lies in and codec it was written with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.dicom.header_of import header_of
from tests.dicom.moving_pictures import FRAMES, SAMPLES, mpeg_2, number_of, picture, write_video
from viewer.dicom import limits
from viewer.dicom.frames import FrameReader
from viewer.dicom.transfer_syntaxes import VIDEO
from viewer.dicom.video import VideoFrames, recent_frames
from viewer.domain.overlay import FrameNotRead

MPEG2, H264, HEVC = "1.2.840.10008.1.2.4.100", "1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.107"
BUNDLED = {"mpeg2.mpg": MPEG2, "h264.mp4": H264, "hevc.mp4": HEVC}
ANY_ORDER = [29, 0, 17, 16, 15, 14, 28, 3, 9, 8, 27, 1, 2, 12, 11, 10, 22, 5]


@pytest.fixture
def nothing_kept() -> object:
    """Every frame has to be decoded anew: none is at hand from before."""
    recent_frames.limit_to(1)
    yield
    recent_frames.limit_to(limits.VIDEO_KEPT_BYTES)


def reader_of(path: Path) -> FrameReader:
    return FrameReader.of(header_of(path))


def stream_of(name: str, folder: Path) -> bytes:
    return (SAMPLES / name).read_bytes() if (SAMPLES / name).exists() else mpeg_2(folder / name)


def test_every_video_syntax_has_its_decoder_and_its_name() -> None:
    assert len(VIDEO) == 16
    assert set(BUNDLED.values()) < VIDEO


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("name", [*BUNDLED, "a.ts", "a.mpg", "a.mp4", "a.m2v"])
def test_any_frame_in_any_order_is_the_one_asked_for_and_equals_sequential_decoding(tmp_path: Path, name: str) -> None:
    path = write_video(tmp_path / "v.dcm", stream_of(name, tmp_path), BUNDLED.get(name, MPEG2))
    once = reader_of(path)
    sequential = [once.read(index).stored for index in range(FRAMES)]
    assert [number_of(shown) for shown in sequential] == list(range(FRAMES))
    jumping = reader_of(path)
    for index in ANY_ORDER:
        frame = jumping.read(index)
        assert np.array_equal(frame.stored, sequential[index]), index
        assert (frame.issues, frame.whole) == ((), 48)


@pytest.mark.parametrize("name", BUNDLED)
def test_colours_and_place_are_those_that_were_written(tmp_path: Path, name: str) -> None:
    path = write_video(tmp_path / "v.dcm", stream_of(name, tmp_path), BUNDLED[name])
    shown = reader_of(path).read(21).stored
    for patch in (np.s_[2:12, 2:12], np.s_[3:14, 28:60], np.s_[44:, 4:60]):  # lossy: away from edges
        assert np.abs(shown[patch].astype(int) - picture(21)[patch]).max() <= 8


@pytest.mark.usefixtures("nothing_kept")
def test_a_jump_back_in_a_long_video_does_not_decode_it_from_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = []
    begin = VideoFrames._begin
    monkeypatch.setattr(VideoFrames, "_begin", lambda self: (begun.append(1), begin(self))[1])
    path = write_video(tmp_path / "v.dcm", stream_of("h264.mp4", tmp_path), H264)
    reader = reader_of(path)
    assert [number_of(reader.read(index).stored) for index in (29, 20, 27, 19)] == [29, 20, 27, 19]
    assert len(begun) == 1


@pytest.mark.parametrize("fragments", [1, 2, 7])
def test_a_video_is_one_stream_over_all_its_fragments(tmp_path: Path, fragments: int) -> None:
    path = write_video(tmp_path / "v.dcm", stream_of("h264.mp4", tmp_path), H264 + ".1", fragments=fragments)
    assert number_of(reader_of(path).read(13).stored) == 13


@pytest.mark.parametrize("name", ["h264.mp4", "a.m2v"])
def test_fewer_frames_than_the_header_says_is_said_of_those_that_are_missing(tmp_path: Path, name: str) -> None:
    path = write_video(tmp_path / "v.dcm", stream_of(name, tmp_path), BUNDLED.get(name, MPEG2), NumberOfFrames=33)
    reader = reader_of(path)
    assert number_of(reader.read(29).stored) == 29
    for index in (30, 32):
        with pytest.raises(FrameNotRead) as caught:
            reader.read(index)
        assert caught.value.issue.code == "video_shorter"
        assert caught.value.issue.text == "The video ends after 30 frames; the header says 33."
    assert number_of(reader.read(4).stored) == 4


def test_more_frames_than_the_header_says_is_said_at_the_last_that_it_counts(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.dcm", stream_of("h264.mp4", tmp_path), H264, NumberOfFrames=12)
    reader = reader_of(path)
    assert reader.read(5).issues == ()
    last = reader.read(11)
    assert number_of(last.stored) == 11
    assert [one.code for one in last.issues] == ["video_longer"]


def test_a_video_of_another_size_than_the_header_states_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.dcm", stream_of("h264.mp4", tmp_path), H264, Rows=96)
    with pytest.raises(FrameNotRead, match="the video has 48 x 64 pixels, the header says 96 x 64"):
        reader_of(path).read(0)


def test_ten_bits_a_sample_are_said_to_be_shown_with_eight(tmp_path: Path) -> None:
    deep = {"BitsAllocated": 16, "BitsStored": 10, "HighBit": 9}
    path = write_video(tmp_path / "v.dcm", stream_of("hevc.mp4", tmp_path), HEVC[:-1] + "8", **deep)
    frame = reader_of(path).read(9)
    assert frame.stored.dtype == np.uint16
    assert number_of(frame.stored // 4) == 9
    assert [one.code for one in frame.issues] == ["video_depth"]


@pytest.mark.parametrize("form", ["", ".1"])
def test_of_a_stereoscopic_video_one_view_is_shown_and_that_is_said(tmp_path: Path, form: str) -> None:
    path = write_video(tmp_path / "v.dcm", stream_of("h264.mp4", tmp_path), H264[:-1] + "6" + form)
    frame = reader_of(path).read(7)
    assert number_of(frame.stored) == 7
    assert [one.text for one in frame.issues] == ["The video is stereoscopic; one of its two views is shown."]


@pytest.mark.parametrize(
    "stream",
    [
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"\x00\x00\x01\xb3" + bytes(400),
        b"\0\0",
        bytes(range(256)) * 8,
    ],
)
def test_what_is_no_video_is_refused_and_names_no_other_file(tmp_path: Path, stream: bytes) -> None:
    path = write_video(tmp_path / "v.dcm", stream + b"\0" * (len(stream) % 2), H264)
    with pytest.raises(FrameNotRead) as caught:
        reader_of(path).read(0)
    assert caught.value.issue.code in ("decode_failed", "truncated_pixels", "video_shorter")


def test_a_video_that_is_cut_off_shows_the_frames_that_are_there(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.dcm", stream_of("a.ts", tmp_path), MPEG2)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    reader = reader_of(path)
    assert number_of(reader.read(6).stored) == 6
    with pytest.raises(FrameNotRead) as caught:
        reader.read(29)
    assert caught.value.issue.code == "video_shorter"


def test_damaged_videos_end_in_a_picture_or_an_issue(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    for turn in range(24):
        name = list(BUNDLED)[turn % 3]
        damaged = bytearray((SAMPLES / name).read_bytes())
        for _ in range(int(random.integers(1, 20))):
            damaged[int(random.integers(16, len(damaged)))] = int(random.integers(256))
        reader = reader_of(write_video(tmp_path / f"{turn}.dcm", bytes(damaged), BUNDLED[name]))
        for index in (3, 20, 7):
            try:
                assert reader.read(index).stored.shape == (48, 64, 3)
            except FrameNotRead as unreadable:
                assert unreadable.issue.text
