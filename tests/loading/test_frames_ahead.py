"""Frames of a deflated segmentation: whatever the order they are asked for in, each is what the file has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from tests.dicom.header_of import header_of
from tests.synthetic.lopsided_parts import GRID, made, overlapping_masks
from viewer.dicom.frames import FrameReader
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey, InstanceHeader, InstanceKey
from viewer.domain.issues import issue
from viewer.domain.overlay import FrameNotRead, expect_frames
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.frames_ahead import FramesAhead
from viewer.loading.kept_masks import KeptMasks

DEFLATED = "1.2.840.10008.1.2.1.99"


@pytest.fixture
def worker() -> Iterator[DecodeWorker]:
    with DecodeWorker(threads=1) as one:
        yield one


@pytest.fixture
def header(tmp_path: Path) -> InstanceHeader:
    shape = (40, 7, 11)
    rng = np.random.default_rng(3)
    masks = rng.integers(0, 2, (*shape, 2), dtype=np.uint8)
    dataset = made(masks, on=type(GRID)(shape=shape))
    dataset.file_meta.TransferSyntaxUID = DEFLATED
    path = tmp_path / "deflated.dcm"
    dataset.save_as(path, enforce_file_format=True)
    found = header_of(path)
    assert found.transfer_syntax_uid == DEFLATED
    return found


def test_frames_expected_in_any_order_are_the_file_s(header: InstanceHeader, worker: DecodeWorker) -> None:
    attributes, plain = read_image_attributes(header), FrameReader.of(header)
    assert attributes.number_of_frames == 80
    order = np.random.default_rng(1).permutation(80).tolist()
    ahead = FramesAhead(header, attributes, worker)
    expect_frames(ahead, order)
    for index in order:
        assert np.array_equal(ahead(index), plain.read_raw(index))
    # Once more, backwards and without a word before.
    for index in order[::-7]:
        assert np.array_equal(ahead(index), plain.read_raw(index))


def test_several_frames_come_from_one_request_as_from_single_ones(header: InstanceHeader, worker: DecodeWorker) -> None:
    attributes = read_image_attributes(header)
    together = worker.decode_several(header, attributes, [7, 79, 0])
    for index, frame in zip((7, 79, 0), together, strict=True):
        alone = worker.decode(header, attributes, index)
        assert np.array_equal(frame.stored, alone.stored)
        assert (frame.whole, frame.issues, frame.stored.dtype) == (alone.whole, alone.issues, alone.stored.dtype)


class FaultyWorker:
    """Cannot read frame 5, nor anything together with it."""

    def __init__(self) -> None:
        self.requests: list[tuple[int, ...]] = []

    def decode_several(self, _: InstanceHeader, __: ImageAttributes, indices: Sequence[int]) -> tuple[DecodedFrame, ...]:
        self.requests.append(tuple(indices))
        if 5 in indices:
            raise FrameNotRead(issue("decode_failed", "error", frame=6, reason="it is damaged"))
        return tuple(DecodedFrame(np.full((7, 11), index, np.uint8), 7, ()) for index in indices)

    def decode(self, header: InstanceHeader, attributes: ImageAttributes, index: int) -> DecodedFrame:
        return self.decode_several(header, attributes, (index,))[0]


def test_a_frame_that_cannot_be_read_takes_no_other_with_it(header: InstanceHeader) -> None:
    worker = FaultyWorker()
    ahead = FramesAhead(header, read_image_attributes(header), cast(DecodeWorker, worker))
    expect_frames(ahead, range(80))
    for index in range(80):
        if index == 5:
            with pytest.raises(FrameNotRead):
                ahead(index)
        else:
            assert (ahead(index) == index).all()
    assert [len(request) for request in worker.requests] == [64, *[1] * 64, 16]


def test_masks_survive_the_way_through_the_worker(tmp_path: Path, worker: DecodeWorker) -> None:
    masks = overlapping_masks()
    dataset = made(masks)
    dataset.file_meta.TransferSyntaxUID = DEFLATED
    path = tmp_path / "seg.dcm"
    dataset.save_as(path, enforce_file_format=True)
    found = header_of(path)
    ahead = FramesAhead(found, read_image_attributes(found), worker)
    expect_frames(ahead, range(5))
    stored = sum(int(ahead(index).sum()) for index in range(5))
    assert stored == int(masks.sum())


class CountingWorker:
    """Decodes with the reader, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def decode(self, header: InstanceHeader, attributes: ImageAttributes, index: int) -> DecodedFrame:
        return self.decode_several(header, attributes, [index])[0]

    def decode_several(
        self, header: InstanceHeader, attributes: ImageAttributes, indices: Sequence[int]
    ) -> tuple[DecodedFrame, ...]:
        self.asked += indices
        return tuple(FrameReader(header, attributes).read(index) for index in indices)


def test_whoever_reads_the_frames_second_has_them_without_decoding(header: InstanceHeader) -> None:
    attributes, plain = read_image_attributes(header), FrameReader.of(header)
    counting, masks = CountingWorker(), KeptMasks()
    for order in (list(range(80)), list(range(79, -1, -1))):
        ahead = FramesAhead(header, attributes, cast(DecodeWorker, counting), masks)
        expect_frames(ahead, order)
        for index in order:
            assert np.array_equal(ahead(index), plain.read_raw(index))
    assert sorted(counting.asked) == list(range(80))


@pytest.mark.parametrize("frame", [
    np.zeros((7, 11), np.uint8),
    np.eye(7, 11, dtype=np.uint8),
    np.pad(np.arange(6, dtype=np.uint16).reshape(2, 3) * 900, ((20, 1), (3, 40))),
    np.pad(np.full((1, 9), 7, np.uint8), ((0, 8), (30, 0))),
])  # fmt: skip
def test_a_packed_frame_comes_back_as_it_was(frame: np.ndarray) -> None:
    masks, key = KeptMasks(), FrameKey(InstanceKey("a"), 3)
    masks.keep(key, frame)
    back = masks.get(key)
    assert back is not None
    assert np.array_equal(back, frame)
    assert back.dtype == frame.dtype
    back[:] = 1  # an array of its own
    assert np.array_equal(masks.get(key), frame)


def test_what_does_not_become_small_is_not_kept() -> None:
    masks, key = KeptMasks(), FrameKey(InstanceKey("a"), 3)
    for frame in (
        np.arange(77, dtype=np.uint16).reshape(7, 11),
        np.ones((7, 11), np.float32),
        np.ones((7, 11, 3), np.uint8),
    ):
        masks.keep(key, frame)
        assert masks.get(key) is None
