"""Pieces, holes, values, smoothing and slices in between, by keys and mouse in the real window; each is one step of undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from tests.end_to_end.driven import Driven
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.representations.on_plane import OnPlane

pytestmark = pytest.mark.window

GRID = Grid(shape=(6, 40, 60), spacing_mm=(2.5, 0.5, 0.25))
ALT = Qt.KeyboardModifier.AltModifier


def voxels() -> NDArray[np.bool_]:
    """A large box on slices 0, 1 and 4 with a hole in slice 1, and a small box apart from it; (k, j, i)."""
    mask = np.zeros(GRID.shape, bool)
    mask[0:2, 10:24, 12:36] = True
    mask[1, 15:18, 20:25] = False
    mask[4, 12:24, 12:30] = True
    mask[1, 30:34, 44:52] = True
    return mask


def values() -> NDArray[np.int16]:
    rows, columns = np.mgrid[0 : GRID.shape[1], 0 : GRID.shape[2]]
    return np.ascontiguousarray(np.broadcast_to((rows * 4 + columns).astype(np.int16), GRID.shape))


@pytest.fixture
def opened(driven: Driven, tmp_path: Path) -> Iterator[Driven]:
    source = [*image_series(values(), GRID, Series())]
    made = segmentation(source, voxels()[..., None].astype(np.uint8), (Part("Kidney"),), Result("organs"))
    save([*source, made], tmp_path / "study")
    driven.open(tmp_path / "study")
    driven.click_layer(driven.overlay("segmentation"), 1, "name")
    driven.focus_images()
    driven.key(Qt.Key.Key_Home)
    for _ in range(place_of(1)):
        driven.key(Qt.Key.Key_Down)
    assert np.array_equal(drawn(driven), voxels())
    yield driven
    driven.window.close()


def place_of(k: int) -> int:
    """The place in the stack, which is read from the head down, of a slice of the grid."""
    return GRID.shape[0] - 1 - k


def drawn(driven: Driven) -> NDArray[np.bool_]:
    """All slices as they are drawn, (k, j, i)."""
    overlay, stack = driven.overlay("segmentation"), driven.state.stack_of(driven.state.pane)
    assert stack is not None
    mask = np.zeros(GRID.shape, bool)
    for k in range(GRID.shape[0]):
        found = driven.program.store.on_plane(overlay.instance, stack.planes[place_of(k)])
        # Slices that the file has nothing on are not asked for before the first edit.
        for picture in found.labels if isinstance(found, OnPlane) else ():
            mask[k] |= picture.labels > 0
    return mask


def test_one_piece_is_kept_alone_and_undo_brings_the_others_back(opened: Driven) -> None:
    opened.key(Qt.Key.Key_K, ALT)
    opened.click(opened.spot(48.0, 32.0))
    wanted = np.zeros(GRID.shape, bool)
    wanted[1, 30:34, 44:52] = True
    assert np.array_equal(drawn(opened), wanted)
    opened.action("undo")
    assert np.array_equal(drawn(opened), voxels())


def test_a_piece_goes_when_it_is_clicked_and_a_click_beside_every_piece_says_so(opened: Driven) -> None:
    opened.key(Qt.Key.Key_X, ALT)
    opened.click(opened.spot(48.0, 32.0))
    wanted = voxels()
    wanted[1, 30:34, 44:52] = False
    assert np.array_equal(drawn(opened), wanted)
    opened.click(opened.spot(5.0, 36.0))
    assert np.array_equal(drawn(opened), wanted)
    assert any("no piece" in one.text() for one in opened.window.status.findChildren(QLabel))


def test_holes_are_filled(opened: Driven) -> None:
    opened.key(Qt.Key.Key_G, ALT)
    wanted = voxels()
    wanted[1, 15:18, 20:25] = True
    assert np.array_equal(drawn(opened), wanted)
    opened.key(Qt.Key.Key_G, ALT)
    assert np.array_equal(drawn(opened), wanted)
    assert any("changes nothing" in one.text() for one in opened.window.status.findChildren(QLabel))


def test_slices_in_between_are_filled_from_both_sides(opened: Driven) -> None:
    opened.key(Qt.Key.Key_B, ALT)
    found, before = drawn(opened), voxels()
    assert np.array_equal(found[[0, 1, 4, 5]], before[[0, 1, 4, 5]])
    both = before[1] & before[4]
    for k in (2, 3):
        assert found[k][both].all(), "what both neighbours have is between them"
        assert not found[k][~(before[1] | before[4])].any(), "and nothing that neither has"


def test_smoothing_rounds_the_corners_off_and_leaves_the_middle(opened: Driven) -> None:
    opened.key(Qt.Key.Key_S, ALT)
    found = drawn(opened)
    assert not found[0, 10, 12]
    assert found[0, 17, 24]


def test_values_outside_of_a_range_go_while_it_is_chosen_and_all_is_one_step(opened: Driven) -> None:
    opened.key(Qt.Key.Key_T, ALT)
    asked = opened.window.editing.range
    assert asked is not None and asked.isVisible()
    assert any(one.text() == "HU" for one in asked.findChildren(QLabel))
    asked.lowest.setValue(80)
    asked.highest.setValue(100)
    opened.wait_idle()
    wanted = voxels() & (values() >= 80) & (values() <= 100)
    assert 0 < wanted.sum() < voxels().sum()
    assert np.array_equal(drawn(opened), wanted), "before it is kept"
    QTest.keyClick(asked, Qt.Key.Key_Return)
    opened.wait_idle()
    assert np.array_equal(drawn(opened), wanted)
    opened.action("undo")
    assert np.array_equal(drawn(opened), voxels())


def test_a_range_that_is_given_up_leaves_everything_as_it_was(opened: Driven) -> None:
    opened.key(Qt.Key.Key_T, ALT)
    asked = opened.window.editing.range
    assert asked is not None
    asked.lowest.setValue(80)
    opened.wait_idle()
    QTest.keyClick(asked, Qt.Key.Key_Escape)
    opened.wait_idle()
    assert np.array_equal(drawn(opened), voxels())
    assert not opened.state.edits
    assert not opened.state.decisions
    assert not opened.program.reading.can_redo, "what was given up does not come back"


def test_several_edits_are_taken_back_one_by_one_and_made_again(opened: Driven) -> None:
    seen = [drawn(opened)]
    for act in ("fill_holes", "between_slices", "smooth_part"):
        opened.action(act)
        seen.append(drawn(opened))
    assert len({one.tobytes() for one in seen}) == 4
    for before in reversed(seen[:-1]):
        opened.action("undo")
        assert np.array_equal(drawn(opened), before)
    for after in seen[1:]:
        opened.action("redo")
        assert np.array_equal(drawn(opened), after)
