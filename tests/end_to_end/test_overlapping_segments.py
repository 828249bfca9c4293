"""Five overlapping segments on a CT, switched and styled by mouse in the real window; every pixel against highdicom.

The image is shown crisp, so the middle of each image pixel on the screen must be the DICOM formula's grey, and where
segments lie, their colours laid over it one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import highdicom
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QColorDialog
from scipy import ndimage

from tests.end_to_end.driven import Driven
from viewer.domain.overlay import Overlay
from viewer.reading.changes.workspace import set_view
from viewer.reading.state import View

pytestmark = [pytest.mark.real_data, pytest.mark.window]

FOLDER = "seg-ct-liver-overlapping"
CENTER, WIDTH = 40.0, 400.0
FILL_OF_MANY = 0.12
"""Of the look, for objects of more than three segments."""
AREA = (slice(60, 400), slice(60, 450))
"""Rows and columns that are on the screen and under no words."""
NAMES = ("GREEN", "ORANGE", "PURPLE", "LIGHT_BLUE", "DARK_BLUE")


@dataclass
class Expected:
    """What the files say, by pydicom and highdicom: three slices from the head down."""

    grey: NDArray[np.float64]
    masks: NDArray[np.bool_]
    """(slices, rows, columns, segments)."""
    colors: Mapping[int, tuple[int, int, int]]

    def colored(self, place: int, alphas: Mapping[int, float]) -> NDArray[np.float64]:
        """(rows, columns, 3): the slice with some segments laid over it, each with its opacity."""
        out = np.repeat(self.grey[place][..., None], 3, axis=2)
        for part, alpha in alphas.items():
            inside = self.masks[place, ..., part - 1]
            quantised = round(255 * alpha) / 255
            out[inside] = out[inside] * (1 - quantised) + np.array(self.colors[part]) * quantised
        return out


@pytest.fixture(scope="module")
def expected(real_data: Path) -> Expected:
    read = [pydicom.dcmread(path) for path in sorted((real_data / FOLDER).iterdir())]
    images = sorted((one for one in read if one.Modality == "CT"), key=lambda one: -one.ImagePositionPatient[2])
    values = np.array([one.pixel_array * float(one.RescaleSlope) + float(one.RescaleIntercept) for one in images])
    # PS3.3 C.11.2.1.2.1, LINEAR.
    grey = np.floor(np.clip(((values - (CENTER - 0.5)) / (WIDTH - 1) + 0.5), 0, 1) * 255 + 0.5)
    seg = highdicom.seg.segread(real_data / FOLDER / "partial_overlaps.dcm")
    masks = seg.get_pixels_by_source_instance(
        [one.SOPInstanceUID for one in images],
        combine_segments=False,
        assert_missing_frames_are_empty=True,
        ignore_spatial_locations=True,
    )
    assert tuple(one.SegmentLabel for one in seg.SegmentSequence) == NAMES
    colors = {
        one.SegmentNumber: highdicom.color.CIELabColor.from_dicom_value(one.RecommendedDisplayCIELabValue).to_rgb()
        for one in seg.SegmentSequence
    }
    return Expected(grey, masks.astype(bool), colors)


@pytest.fixture
def opened(driven: Driven, real_data: Path) -> Iterator[Driven]:
    """Crisp pixels two screen pixels wide, fills without lines; the other object (the liver) is switched off by mouse."""
    driven.open(real_data / FOLDER)
    driven.action("smooth")
    driven.program.reading.apply(set_view, 0, View(zoom=2.0, center=(256.0, 230.0)))
    driven.click_layer(five(driven), None, "Fill")
    driven.click_layer(driven.overlay("segmentation", "QIICR"), None, "eye")
    yield driven


def five(driven: Driven) -> Overlay:
    return driven.overlay("segmentation", "DCMQI")


def assert_shows(driven: Driven, expected: Expected, alphas: Mapping[int, float], place: int) -> None:
    """Compare the middle of every image pixel of the area."""
    assert driven.frame == place
    shown = driven.pixels()
    rows, columns = (axis.ravel() for axis in np.mgrid[AREA])
    ys, xs = driven.spots(np.stack([rows, columns], axis=1))
    got = shown[ys, xs]
    wanted = expected.colored(place, alphas)[rows, columns]
    inside = expected.masks[place, rows, columns]
    none = ~inside.any(axis=1)
    assert none.sum() > 100_000
    assert np.array_equal(got[none], wanted[none])
    # Where segments lie, image and colours are rounded each by itself before they are added.
    far = np.abs(got - wanted).max(axis=1) > 1.5
    assert not far.any(), [(NAMES[n], int((far & inside[:, n]).sum())) for n in range(5)]


ALL = dict.fromkeys(range(1, 6), FILL_OF_MANY)


def test_each_of_five_overlapping_segments_is_switched_by_its_eye(opened: Driven, expected: Expected) -> None:
    overlay = five(opened)
    codes = (expected.masks[1] * (1 << np.arange(5))).sum(axis=-1)
    assert {1, 2, 3, 5, 6, 7} <= set(np.unique(codes).tolist()), "the middle slice has one, two and three on a pixel"
    opened.focus_images()
    for place, key in ((1, None), (0, Qt.Key.Key_Home), (2, Qt.Key.Key_End)):
        if key is not None:
            opened.focus_images()
            opened.key(key)
        assert_shows(opened, expected, ALL, place)
        for part in range(1, 6):
            opened.click_layer(overlay, part, "eye")
            assert not opened.layer_row(overlay, part).shown
            assert_shows(opened, expected, {n: a for n, a in ALL.items() if n != part}, place)
            opened.click_layer(overlay, part, "eye")
        assert_shows(opened, expected, ALL, place)


def test_segments_are_added_one_by_one_from_none(opened: Driven, expected: Expected) -> None:
    overlay = five(opened)
    for part in range(1, 6):
        opened.click_layer(overlay, part, "eye")
    assert_shows(opened, expected, {}, 1)
    on: dict[int, float] = {}
    for part in (3, 1, 5, 2, 4):
        opened.click_layer(overlay, part, "eye")
        on[part] = FILL_OF_MANY
        assert_shows(opened, expected, dict(sorted(on.items())), 1)


def test_the_eye_of_the_object_hides_all_its_segments_and_brings_the_same_ones_back(
    opened: Driven, expected: Expected
) -> None:
    overlay = five(opened)
    opened.click_layer(overlay, 2, "eye")
    opened.click_layer(overlay, None, "eye")
    assert_shows(opened, expected, {}, 1)
    opened.click_layer(overlay, None, "eye")
    assert_shows(opened, expected, {n: a for n, a in ALL.items() if n != 2}, 1)


def test_space_hides_everything_for_as_long_as_it_is_held(opened: Driven, expected: Expected) -> None:
    opened.focus_images()
    opened.press(Qt.Key.Key_Space)
    assert_shows(opened, expected, {}, 1)
    assert opened.window.panels.layers._hidden.isVisible()
    opened.release(Qt.Key.Key_Space)
    assert_shows(opened, expected, ALL, 1)
    opened.window.panels.layers.view.setFocus()
    opened.press(Qt.Key.Key_Space)
    assert_shows(opened, expected, {}, 1)
    opened.release(Qt.Key.Key_Space)
    assert_shows(opened, expected, ALL, 1)


def test_solo_opacity_and_colour_of_a_segment_are_set_by_mouse(opened: Driven, expected: Expected) -> None:
    overlay = five(opened)
    opened.click_layer(overlay, 2, "solo")
    assert_shows(opened, expected, {2: FILL_OF_MANY}, 1)
    opened.click_layer(overlay, 2, "solo")
    assert_shows(opened, expected, ALL, 1)
    opened.click_layer(overlay, 2, "bar")
    assert_shows(opened, expected, {**ALL, 2: FILL_OF_MANY * 0.5}, 1)

    def choose() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QColorDialog)
        dialog.setCurrentColor(QColor(20, 90, 250))
        dialog.accept()

    QTimer.singleShot(300, choose)
    opened.click_layer(overlay, 1, "swatch")
    recolored = Expected(expected.grey, expected.masks, {**expected.colors, 1: (20, 90, 250)})
    assert_shows(opened, recolored, {**ALL, 2: FILL_OF_MANY * 0.5}, 1)
    for _ in range(2):
        opened.action("undo")
    assert_shows(opened, expected, ALL, 1)
    opened.action("redo")
    assert_shows(opened, expected, {**ALL, 2: FILL_OF_MANY * 0.5}, 1)


def test_lines_leave_the_inside_as_it_is_and_follow_the_border(opened: Driven, expected: Expected) -> None:
    overlay = five(opened)
    opened.click_layer(overlay, 2, "solo")
    opened.click_layer(overlay, None, "Line")
    mask = expected.masks[1, ..., 1]
    deep, outside = ndimage.binary_erosion(mask, iterations=4), ~ndimage.binary_dilation(mask, iterations=4)
    shown = opened.pixels()
    for place in (deep[AREA], outside[AREA]):
        found = np.argwhere(place) + np.array([AREA[0].start, AREA[1].start])
        ys, xs = opened.spots(found)
        assert np.array_equal(shown[ys, xs], expected.colored(1, {})[found[:, 0], found[:, 1]])
    # Along every border between two pixel rows of the segment the line has its colour.
    above = np.argwhere(mask[1:] & ~mask[:-1]) + np.array([1, 0])
    geometry = opened.canvas().geometry_shown
    assert geometry is not None
    xy = geometry.to_view(np.stack([above[:, 1] + 0.5, above[:, 0]], axis=1))
    xs, ys = xy[:, 0].astype(int), np.round(xy[:, 1]).astype(int)
    near = np.stack([shown[ys + shift, xs] for shift in (-1, 0)])
    assert (np.abs(near - np.array(expected.colors[2])).max(axis=2).min(axis=0) < 60).mean() > 0.95
    opened.click_layer(overlay, None, "Both")
    shown = opened.pixels()
    found = np.argwhere(deep[AREA]) + np.array([AREA[0].start, AREA[1].start])
    ys, xs = opened.spots(found)
    wanted = expected.colored(1, {2: FILL_OF_MANY})[found[:, 0], found[:, 1]]
    assert np.abs(shown[ys, xs] - wanted).max() <= 1.5


def test_a_double_click_goes_to_the_largest_slice(opened: Driven, expected: Expected) -> None:
    overlay = five(opened)
    for part in (3, 4, 2, 5, 1):
        opened.double_click_layer(overlay, part)
        assert opened.frame == int(expected.masks[..., part - 1].sum(axis=(1, 2)).argmax())
        assert opened.state.selection.part == part


def test_the_cursor_names_every_segment_under_it_and_a_click_selects_the_topmost(opened: Driven, expected: Expected) -> None:
    two = ndimage.binary_erosion(expected.masks[1, ..., 0] & expected.masks[1, ..., 1], iterations=6)
    row, column = np.argwhere(two)[0]
    opened.click(opened.spot(column + 0.5, row + 0.5))
    assert opened.state.selection.part == 2
    assert opened.state.selection.overlay == five(opened).instance


def test_at_any_zoom_segments_lie_within_half_a_screen_pixel_of_their_place(opened: Driven, expected: Expected) -> None:
    for part in (1, 3, 4, 5):
        opened.click_layer(five(opened), part, "eye")
    opened.key(Qt.Key.Key_F)
    mask = expected.masks[1, ..., 1]
    for _ in range(3):
        shown = opened.pixels()
        painted = shown[..., 0] - shown[..., 2] > 4
        geometry = opened.canvas().geometry_shown
        assert geometry is not None
        ys, xs = (axis.ravel() for axis in np.mgrid[250:550, 250:650])
        around = [
            mask[tuple(np.floor(geometry.to_image(np.stack([xs + 0.5 + dx, ys + 0.5 + dy], axis=1))).astype(int).T[::-1])]
            for dx in (-0.51, 0.51)
            for dy in (-0.51, 0.51)
        ]
        surely_in, surely_out = np.all(around, axis=0), ~np.any(around, axis=0)
        here = painted[ys, xs]
        assert surely_in.sum() > 5000
        assert surely_out.sum() > 5000
        assert here[surely_in].all()
        assert not here[surely_out].any()
        opened.wheel(1, Qt.KeyboardModifier.ControlModifier)
