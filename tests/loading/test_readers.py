"""Reading of attributes and frames answers with values or with the reason why there are none."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from tests.dicom.image_file import write_image
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from viewer.app.commands.opening import open_library
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey
from viewer.domain.library import Library
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.readers import Readers
from viewer.scene.inputs import Unavailable

GRID = Grid((3, 9, 14))
STORED = np.arange(np.prod(GRID.shape), dtype=np.int16).reshape(GRID.shape)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    save(image_series(STORED, GRID, Series(name="ct")), tmp_path)
    return open_library([tmp_path])


@pytest.fixture
def readers(library: Library) -> Iterator[Readers]:
    worker = DecodeWorker()
    yield Readers(library, worker)
    worker.close()


def test_frames_are_the_stored_values(library: Library, readers: Readers) -> None:
    (stack,) = library.stacks
    found = []
    for frame in stack.frames:
        decoded = readers.frame(frame)
        assert isinstance(decoded, DecodedFrame)
        found.append(decoded.stored)
    # Displayed from the head down, stored from the feet up.
    assert np.array_equal(np.stack(found), STORED[::-1])


def test_attributes_are_read_once_and_shared_by_threads(library: Library, readers: Readers) -> None:
    key = library.stacks[0].frames[0].instance
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: readers.attributes(key), range(64)))
    assert isinstance(found[0], ImageAttributes)
    assert all(one is found[0] for one in found[8:])


def test_a_file_that_is_gone_is_unavailable_with_a_reason(library: Library, readers: Readers) -> None:
    frame = library.stacks[0].frames[1]
    Path(library.instance(frame.instance).source.path).unlink()
    for answer in (readers.attributes(frame.instance), readers.frame(frame)):
        assert isinstance(answer, Unavailable)
        assert "cannot be opened" in answer.issue.text


def test_the_value_range_leaves_out_frames_that_cannot_be_read(library: Library, readers: Readers) -> None:
    (stack,) = library.stacks
    whole = readers.value_range(stack)
    assert whole is not None
    for frame in stack.frames[1:]:
        Path(library.instance(frame.instance).source.path).unlink()
    worker = DecodeWorker()
    found = Readers(library, worker).value_range(stack)
    worker.close()
    assert found is not None
    assert whole[0] < STORED[2].min() <= found[0] < found[1] <= STORED[2].max()


def test_frames_in_colour_are_not_read_for_a_range_that_nobody_needs(tmp_path: Path) -> None:
    elements = {"SamplesPerPixel": 3, "PhotometricInterpretation": "RGB", "PlanarConfiguration": 0}
    eight = {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}
    write_image(tmp_path / "a", bytes(range(18)) + bytes(18), NumberOfFrames=2, **elements, **eight)
    library = open_library([tmp_path])

    class Watched(Readers):
        def frame(self, key: FrameKey) -> DecodedFrame | Unavailable:
            raise AssertionError(key)

    with DecodeWorker(threads=1) as worker:
        assert Watched(library, worker).value_range(library.stacks[0]) is None
