"""Decoding in a process of its own: equal to decoding here, and nothing that a file holds can take the program down."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom.encaps import encapsulate

from tests.dicom.header_of import header_of
from tests.dicom.image_file import write_image
from tests.dicom.moving_pictures import SAMPLES, number_of, write_video
from viewer.dicom.datasets import UnreadableDataset
from viewer.dicom.frames import FrameReader
from viewer.dicom.headers import NotAnInstance
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.overlay import FrameNotRead
from viewer.loading import decode_process
from viewer.loading.decode_worker import STARTS_TRIED, DecodeWorker

PICTURE = np.random.default_rng(11).integers(0, 4096, (40, 56), np.uint16)
STREAMS = {
    "1.2.840.10008.1.2.4.70": imagecodecs.jpeg8_encode(PICTURE, lossless=True, bitspersample=12),
    "1.2.840.10008.1.2.4.80": imagecodecs.jpegls_encode(PICTURE),
    "1.2.840.10008.1.2.4.90": imagecodecs.jpeg2k_encode(PICTURE, codecformat="j2k", reversible=True, level=0),
    "1.2.840.10008.1.2.4.110": imagecodecs.jpegxl_encode(PICTURE, lossless=True),
}
SIZE = {"Rows": 40, "Columns": 56, "BitsStored": 12, "HighBit": 11}


@pytest.fixture
def worker() -> Iterator[DecodeWorker]:
    with DecodeWorker(threads=2, time_limit_s=20) as made:
        yield made


def write(path: Path, stream: bytes, syntax: str) -> Path:
    return write_image(path, encapsulate([stream]), syntax=syntax, **SIZE)


@pytest.mark.parametrize("syntax", STREAMS)
def test_the_worker_returns_what_the_reader_returns(tmp_path: Path, worker: DecodeWorker, syntax: str) -> None:
    header = header_of(write(tmp_path / "a", STREAMS[syntax], syntax))
    attributes = read_image_attributes(header)
    decoded = worker.decode(header, attributes, 0)
    assert np.array_equal(decoded.stored, PICTURE)
    assert np.array_equal(FrameReader(header, attributes).read(0).stored, decoded.stored)
    assert (decoded.stored.dtype, decoded.whole, decoded.issues) == (np.dtype(np.uint16), 40, ())


def test_many_threads_may_ask_at_once(tmp_path: Path, worker: DecodeWorker) -> None:
    headers = [header_of(write(tmp_path / str(n), stream, syntax)) for n, (syntax, stream) in enumerate(STREAMS.items())]
    wrong: list[int] = []

    def ask(number: int) -> None:
        for turn in range(8):
            header = headers[(number + turn) % len(headers)]
            if not np.array_equal(worker.decode(header, read_image_attributes(header), 0).stored, PICTURE):
                wrong.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_worker_that_was_killed_is_started_again(tmp_path: Path, worker: DecodeWorker) -> None:
    syntax, stream = next(iter(STREAMS.items()))
    header = header_of(write(tmp_path / "a", stream, syntax))
    attributes = read_image_attributes(header)
    worker.decode(header, attributes, 0)
    assert worker.process_id is not None
    before = worker.process_id
    worker.kill()
    assert np.array_equal(worker.decode(header, attributes, 0).stored, PICTURE)
    assert worker.process_id != before


def test_a_frame_that_takes_too_long_is_given_up_and_the_next_one_works(tmp_path: Path) -> None:
    syntax, stream = next(iter(STREAMS.items()))
    header = header_of(write(tmp_path / "a", stream, syntax))
    attributes = read_image_attributes(header)
    with DecodeWorker(threads=1, time_limit_s=0.001) as impatient, pytest.raises(FrameNotRead, match="took more than"):
        impatient.decode(header, attributes, 0)
    with DecodeWorker(threads=1) as patient:
        assert np.array_equal(patient.decode(header, attributes, 0).stored, PICTURE)


def test_a_frame_that_needs_more_memory_than_allowed_is_an_issue_and_the_next_one_works(tmp_path: Path) -> None:
    side = 8192
    stream = imagecodecs.jpegls_encode(np.zeros((side, side), np.uint16))
    large = header_of(
        write_image(tmp_path / "l", encapsulate([stream]), syntax="1.2.840.10008.1.2.4.80", Rows=side, Columns=side)
    )
    small = header_of(write(tmp_path / "s", STREAMS["1.2.840.10008.1.2.4.80"], "1.2.840.10008.1.2.4.80"))
    with DecodeWorker(threads=1, memory_limit_bytes=600 << 20) as worker:
        assert np.array_equal(worker.decode(small, read_image_attributes(small), 0).stored, PICTURE)
        with pytest.raises(FrameNotRead):
            worker.decode(large, read_image_attributes(large), 0)
        assert np.array_equal(worker.decode(small, read_image_attributes(small), 0).stored, PICTURE)


def test_hundreds_of_damaged_codestreams_end_in_a_frame_or_an_issue(tmp_path: Path, worker: DecodeWorker) -> None:
    random = np.random.default_rng(5)
    outcomes = {"frame": 0, "issue": 0}
    for number in range(240):
        syntax, stream = list(STREAMS.items())[number % len(STREAMS)]
        damaged = bytearray(stream)
        for _ in range(int(random.integers(1, 12))):
            damaged[int(random.integers(len(damaged)))] = int(random.integers(256))
        if number % 5 == 0:
            del damaged[int(random.integers(len(damaged))) :]
        header = header_of(write(tmp_path / "a", bytes(damaged), syntax))
        try:
            frame = worker.decode(header, read_image_attributes(header), 0)
            assert frame.stored.shape == PICTURE.shape
            outcomes["frame"] += 1
        except FrameNotRead as unreadable:
            assert unreadable.issue.text
            outcomes["issue"] += 1
    assert outcomes["issue"] > 20
    header = header_of(write(tmp_path / "b", STREAMS["1.2.840.10008.1.2.4.80"], "1.2.840.10008.1.2.4.80"))
    assert np.array_equal(worker.decode(header, read_image_attributes(header), 0).stored, PICTURE)


def test_frames_of_a_video_come_from_the_worker_in_any_order(tmp_path: Path, worker: DecodeWorker) -> None:
    for name, syntax in (("h264.mp4", "4.102"), ("hevc.mp4", "4.107"), ("mpeg2.mpg", "4.100")):
        stream = (SAMPLES / name).read_bytes()
        header = header_of(write_video(tmp_path / name, stream, "1.2.840.10008.1.2." + syntax))
        attributes = read_image_attributes(header)
        assert [number_of(worker.decode(header, attributes, index).stored) for index in (20, 3, 29, 4)] == [20, 3, 29, 4]


def test_the_bound_on_what_is_kept_reaches_the_process_and_the_ones_after_it(tmp_path: Path, worker: DecodeWorker) -> None:
    pixels = PICTURE.tobytes()
    headers = [
        header_of(write_image(tmp_path / str(number), pixels, syntax="1.2.840.10008.1.2.1.99", **SIZE))
        for number in range(3)
    ]
    for kept_bytes in (1, 1 << 30):
        worker.keep_at_most(kept_bytes)
        for header in (*headers, *headers):
            assert np.array_equal(worker.decode(header, read_image_attributes(header), 0).stored, PICTURE)
        worker.kill()


def test_inflated_objects_and_frames_of_videos_share_what_may_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    for kept in (decode_process.inflated_streams, decode_process.recent_frames):
        monkeypatch.setattr(kept, "limit_to", asked.append)
    decode_process._keep_at_most(6 << 20)
    assert asked == [3 << 20, 3 << 20]


@pytest.mark.real_data
def test_every_hostile_file_ends_in_a_frame_or_an_issue(real_data: Path, worker: DecodeWorker) -> None:
    for path in sorted((real_data / "hostile").glob("*.dcm")):
        try:
            header = header_of(path)
            attributes = read_image_attributes(header)
        except (NotAnInstance, UnreadableDataset):
            continue
        started = time.monotonic()
        try:
            worker.decode(header, attributes, 0)
        except FrameNotRead as unreadable:
            assert unreadable.issue.text
        assert time.monotonic() - started < 10, path.name


def test_closing_ends_the_process_and_what_is_asked_after_is_an_issue(tmp_path: Path) -> None:
    syntax, stream = next(iter(STREAMS.items()))
    header = header_of(write(tmp_path / "a", stream, syntax))
    worker = DecodeWorker()
    worker.start()
    worker.close()
    with pytest.raises(FrameNotRead, match="closing"):
        worker.decode(header, read_image_attributes(header), 0)


def note_and_end(notes: str, *_: object) -> None:
    """Stand in for a process that cannot start: write that it was tried, and end."""
    with Path(notes).open("a") as file:
        file.write("tried\n")
    os._exit(1)


def test_a_worker_that_cannot_start_is_given_up_with_one_issue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syntax, stream = next(iter(STREAMS.items()))
    header = header_of(write(tmp_path / "a", stream, syntax))
    attributes = read_image_attributes(header)
    monkeypatch.setattr(decode_process, "run", functools.partial(note_and_end, str(tmp_path / "notes")))
    said = []
    with DecodeWorker(threads=1) as worker:
        for _ in range(8):
            with pytest.raises(FrameNotRead) as caught:
                worker.decode(header, attributes, 0)
            said.append(caught.value.issue)
        worker.start()
    assert (tmp_path / "notes").read_text().count("tried") == STARTS_TRIED
    assert len(set(said[STARTS_TRIED:])) == 1
    assert said[-1].code == "decoder_not_started"


def test_failed_starts_count_only_in_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syntax, stream = next(iter(STREAMS.items()))
    header = header_of(write(tmp_path / "a", stream, syntax))
    attributes = read_image_attributes(header)
    working = decode_process.run
    with DecodeWorker(threads=1) as worker:
        for _ in range(3):
            monkeypatch.setattr(decode_process, "run", functools.partial(note_and_end, str(tmp_path / "notes")))
            with pytest.raises(FrameNotRead):
                worker.decode(header, attributes, 0)
            monkeypatch.setattr(decode_process, "run", working)
            assert np.array_equal(worker.decode(header, attributes, 0).stored, PICTURE)
            worker.kill()


def test_a_bug_in_decoding_one_frame_is_an_issue(tmp_path: Path) -> None:
    syntax, stream = next(iter(STREAMS.items()))
    header = header_of(write(tmp_path / "a", stream, syntax))
    request = decode_process.Request(1, header, read_image_attributes(header), (0,), "no such memory")
    reply = decode_process._decode(request, {})
    assert reply.failure is not None
    assert reply.failure.code == "decode_failed"


PROGRAM = """
import sys
sys.path.insert(0, {root!r})
from pathlib import Path
from tests.dicom.header_of import header_of
from viewer.dicom.image_attributes import read_image_attributes
from viewer.loading.decode_worker import DecodeWorker

if __name__ == "__main__":
    header = header_of(Path({image!r}))
    with DecodeWorker(threads=1) as worker:
        print(worker.decode(header, read_image_attributes(header), 0).stored.shape)
"""


def test_no_module_of_the_current_folder_is_run_by_the_worker(tmp_path: Path) -> None:
    syntax, stream = next(iter(STREAMS.items()))
    image = write(tmp_path / "a", stream, syntax)
    program = tmp_path / "program" / "program.py"
    program.parent.mkdir()
    program.write_text(PROGRAM.format(root=str(Path(__file__).parents[2]), image=str(image)))
    data = tmp_path / "data"
    data.mkdir()
    for name in ("pickle", "struct", "signal", "numpy"):
        (data / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write({name!r})\nraise SystemExit(3)\n")
    done = subprocess.run([sys.executable, str(program)], cwd=data, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.strip() == "(40, 56)", done.stderr
    assert not (tmp_path / "ran").exists()
