"""What a viewport with a slide asks the loader for: tiles on the screen before those around, and no others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.domain.opened import opened
from tests.synthetic.slide import Glass, halved, level, tissue
from tests.synthetic.slide_segmentation import slide_segmentation
from viewer.app.commands.opening import open_library
from viewer.domain.instance import FrameKey
from viewer.domain.library import Library
from viewer.domain.pyramid import Pyramid
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import bound_content
from viewer.loading.wanted import AHEAD, NEXT, NOW, WantedFrame, WantedOnPlane, WantedRange, is_on_a_pane, wanted
from viewer.reading.changes.slides import set_pane_size
from viewer.reading.changes.workspace import set_view, show_stack
from viewer.reading.reading import Reading
from viewer.reading.state import Content, ReadingState, View

SQUARE = Glass(spacing_mm=(0.0005, 0.0005))
PICTURE = tissue(192, 288)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("slide")
    return opened([level(SQUARE, [[halved(PICTURE, one) if one > 1 else PICTURE]], times=one) for one in (1, 2, 4)], folder)


def state_of(library: Library, view: View) -> ReadingState:
    state = show_stack(ReadingState(content=Content(library=library)), 0, library.stacks[0].id)
    return set_view(set_pane_size(state, 0, (96, 64)), 0, view)


def pyramid_of(library: Library) -> Pyramid:
    pyramid = library.stacks[0].pyramid
    assert pyramid is not None
    return pyramid


def test_the_small_level_comes_first_then_the_tiles_on_the_screen_nearest_first(library: Library) -> None:
    found = [want for want in wanted(state_of(library, View(zoom=1.0, center=(144.0, 96.0)))) if want.priority == NOW]
    frames = [want.frame for want in found if isinstance(want, WantedFrame)]
    coarsest, base = pyramid_of(library).levels[-1], pyramid_of(library).base
    assert {frame.instance for frame in frames[:9]} == set(coarsest.instances)
    on_screen = frames[9:-1]
    assert {frame.index for frame in on_screen} == {row * 12 + column for row in range(4, 8) for column in range(4, 8)}
    assert {frame.instance for frame in on_screen} == set(base.instances)
    assert {frame.index for frame in on_screen[:4]} == {row * 12 + column for row in (5, 6) for column in (5, 6)}
    assert all(want.tile for want in found if isinstance(want, WantedFrame))


def test_what_lies_around_the_screen_comes_after_everything_on_it(library: Library) -> None:
    found = list(wanted(state_of(library, View(zoom=1.0, center=(144.0, 96.0)))))
    priorities = [want.priority for want in found]
    assert priorities == sorted(priorities)
    ahead = {want.frame for want in found if isinstance(want, WantedFrame) and want.priority >= AHEAD}
    (key,) = pyramid_of(library).base.instances
    assert FrameKey(key, 3 * 12 + 3) in ahead
    assert FrameKey(key, 0) not in ahead
    assert sum(isinstance(want, WantedRange) for want in found) == 1


def test_zoomed_out_no_tile_of_the_largest_level_is_asked_for_but_the_one_that_names_the_image(library: Library) -> None:
    (key,) = pyramid_of(library).base.instances
    found = [want.frame for want in wanted(state_of(library, View())) if isinstance(want, WantedFrame)]
    assert [frame for frame in found if frame.instance == key] == [FrameKey(key, 0)]


def test_every_focal_plane_beside_is_made_ready(tmp_path: Path) -> None:
    library = opened([level(SQUARE, [[PICTURE, PICTURE, PICTURE]])], tmp_path)
    state = state_of(library, View(zoom=1.0, center=(12.0, 8.0)))
    ahead = {want.frame.index for want in wanted(state) if isinstance(want, WantedFrame) and want.priority >= AHEAD}
    # The middle plane is shown at first: its upper left tile is the 145th frame.
    assert {0, 288} <= ahead


def test_a_tile_that_came_belongs_to_the_pane_that_shows_its_slide(library: Library) -> None:
    state = state_of(library, View())
    (key,) = pyramid_of(library).levels[1].instances
    assert is_on_a_pane(state, FrameKey(key, 3))
    assert not is_on_a_pane(show_stack(state, 0, None), FrameKey(key, 3))


def test_a_segmentation_is_asked_for_where_it_is_seen(tmp_path: Path) -> None:
    big = tissue(1100, 2200)
    dataset = level(Glass(tile=(256, 256), spacing_mm=(0.0005, 0.0005)), [[big]])
    dataset.save_as(tmp_path / "slide.dcm", enforce_file_format=True)
    masks = np.zeros((1100, 2200, 1), bool)
    masks[10:1000, 20:2100] = True
    slide_segmentation(tmp_path / "slide.dcm", masks, "BINARY").save_as(tmp_path / "segmentation.dcm")
    library = open_library([tmp_path])
    with EagerInputs(library, {}) as inputs:
        content = bound_content(library, inputs.readers)
    state = show_stack(ReadingState(content=content), 0, library.stacks[0].id)
    state = set_view(set_pane_size(state, 0, (200, 100)), 0, View(zoom=1.0, center=(1500.0, 300.0)))
    found = [want for want in wanted(state) if isinstance(want, WantedOnPlane)]
    assert [(want.plane.shape, want.priority) for want in found] == [((1024, 1024), NEXT)]
    corner = library.stacks[0].planes[0].position_image(found[0].plane.origin) - 0.5
    assert corner == pytest.approx((1024.0, 0.0))


def test_undo_leaves_the_size_of_the_viewport(library: Library) -> None:
    reading = Reading(state_of(library, View()))
    reading.apply_undoable("", set_view, 0, View(zoom=2.0))
    reading.apply(set_pane_size, 0, (500, 400))
    reading.undo()
    assert reading.state.panes[0].view == View()
    assert reading.state.pane_sizes[0] == (500, 400)
