"""Key images: which frames a key object selection names, stepping from one to the next, and seeing those alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.sr.coding import Code

from tests.dicom.header_of import header_of
from tests.synthetic.identity import Study
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.key_objects import OF_INTEREST, REJECTED_FOR_QUALITY, key_objects
from viewer.domain.grouping import build_library
from viewer.domain.joined import joined
from viewer.iods.registry import read_overlay
from viewer.reading.changes.library import library_grew, overlays_read
from viewer.reading.changes.workspace import set_frame, show_stack
from viewer.reading.key_images import (
    go_to,
    has_key_images,
    key_frames,
    key_places,
    scroll,
    step_key_image,
    toggle_only_key_images,
)
from viewer.reading.state import ReadingState
from viewer.scene.strip import strip_of

BEST = Code("113013", "DCM", "Best In Set")


def state_with(folder: Path, *selections: tuple[Code, tuple[int, ...]]) -> ReadingState:
    """A stack of ten slices of which selections name some, by their place from the head down."""
    grid = Grid((10, 6, 5), (2.0, 1.5, 1.0), (-2.0, -3.0, 1.0))
    images = image_series(np.zeros(grid.shape, np.int16), grid, Series("ct", "CT", 1, "Images", Study()))
    from_the_head = sorted(images, key=lambda image: -image.ImagePositionPatient[2])
    made = [
        key_objects([from_the_head[place] for place in places], title, name=f"selection {number}")
        for number, (title, places) in enumerate(selections)
    ]
    headers = []
    for number, dataset in enumerate((*images, *made)):
        dataset.save_as(folder / f"{number}.dcm", enforce_file_format=True)
        headers.append(header_of(folder / f"{number}.dcm"))
    library = build_library(headers, [], seconds=0.0, files=len(headers))
    state = library_grew(ReadingState(), library, scanning=False)
    state = overlays_read(state, dict(joined([read_overlay(header) for header in headers[len(images) :]], library)))
    (stack,) = library.stacks
    return show_stack(state, 0, stack.id, 0)


def places_of(state: ReadingState) -> list[int]:
    stack = state.stack_of(state.pane)
    assert stack is not None
    return key_places(state, stack).tolist()


def test_the_key_images_are_those_that_selections_name_by_title(tmp_path: Path) -> None:
    state = state_with(tmp_path, (OF_INTEREST, (2, 7)), (BEST, (7, 8)))
    stack = state.stack_of(state.pane)
    assert stack is not None
    found = {title: np.flatnonzero(frames).tolist() for title, frames in key_frames(state, stack).items()}
    assert found == {"Of Interest": [2, 7], "Best In Set": [7, 8]}
    assert places_of(state) == [2, 7, 8]
    assert has_key_images(state)


def test_a_rejection_note_makes_no_key_images(tmp_path: Path) -> None:
    state = state_with(tmp_path, (REJECTED_FOR_QUALITY, (2, 7)))
    assert places_of(state) == []
    assert not has_key_images(state)
    assert step_key_image(state, 0, 1) == state


@pytest.mark.parametrize(
    ("start", "by", "end"), [(0, 1, 2), (2, 1, 7), (3, -1, 2), (8, 1, 8), (1, -1, 1), (0, 2, 7), (9, -3, 2), (0, 9, 8)]
)
def test_a_step_goes_to_the_next_key_image_and_stops_at_the_last(tmp_path: Path, start: int, by: int, end: int) -> None:
    state = set_frame(state_with(tmp_path, (OF_INTEREST, (2, 7, 8))), 0, start)
    assert step_key_image(state, 0, by).pane.frame == end


def test_seeing_them_alone_begins_at_the_nearest_and_scrolls_from_one_to_the_next(tmp_path: Path) -> None:
    state = toggle_only_key_images(set_frame(state_with(tmp_path, (OF_INTEREST, (2, 7, 8))), 0, 5), 0)
    assert state.pane.frame == 7
    assert [scroll(state, 0, by).pane.frame for by in (-1, 1, 3)] == [2, 8, 8]
    state = toggle_only_key_images(state, 0)
    assert scroll(state, 0, 1).pane.frame == 8
    assert scroll(state, 0, -1).pane.frame == 6


def test_the_first_and_the_last_and_a_click_on_the_strip_are_key_images_while_those_are_seen_alone(tmp_path: Path) -> None:
    state = state_with(tmp_path, (OF_INTEREST, (2, 7, 8)))
    assert [go_to(state, 0, place).pane.frame for place in (0, 4, 9)] == [0, 4, 9]
    state = toggle_only_key_images(state, 0)
    assert [go_to(state, 0, place).pane.frame for place in (0, 4, 5, 9)] == [2, 2, 7, 8]


def test_without_key_images_scrolling_is_as_ever(tmp_path: Path) -> None:
    state = toggle_only_key_images(state_with(tmp_path), 0)
    assert scroll(state, 0, 3).pane.frame == 3


def test_the_strip_marks_them_with_their_title(tmp_path: Path) -> None:
    strip = strip_of(state_with(tmp_path, (OF_INTEREST, (2, 7))), 0)
    assert strip is not None
    ((title, frames),) = strip.keys
    assert (title, np.flatnonzero(frames).tolist()) == ("Of Interest", [2, 7])
    assert strip.rejected == ()


def test_the_strip_marks_rejected_images_apart_from_key_images(tmp_path: Path) -> None:
    strip = strip_of(state_with(tmp_path, (REJECTED_FOR_QUALITY, (4,))), 0)
    assert strip is not None
    ((title, frames),) = strip.rejected
    assert (title, np.flatnonzero(frames).tolist()) == ("Rejected for Quality Reasons", [4])
    assert strip.keys == ()
