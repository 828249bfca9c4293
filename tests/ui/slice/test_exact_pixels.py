"""What the widget and the printer paint is, pixel by pixel, what the formula says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tests.scene.one_stack import (
    COLUMNS,
    ROWS,
    image_attributes,
    labels_on,
    one_stack,
    overlay_of,
    plane_of,
    ramp_pixels,
)
from tests.ui.slice.pixels import array_of
from viewer.domain.image_attributes import DecodedFrame, Window
from viewer.imaging.grey import display_grey
from viewer.reading.changes.layers import set_fill, set_style
from viewer.reading.changes.workspace import set_view
from viewer.reading.reading import Reading
from viewer.reading.state import View
from viewer.representations.on_plane import LabelPicture, OnPlane
from viewer.scene.drawables import Drawable
from viewer.scene.slice_scene import slice_scene
from viewer.ui.printing import Paper, print_scene
from viewer.ui.slice.canvas import SliceCanvas
from viewer.ui.slice.painters import PAINTERS
from viewer.ui.slice.pointing import CanvasCalls

RED, GREEN = (250, 10, 20), (30, 240, 50)
CALLS = CanvasCalls(on_cursor=lambda info: None, on_menu=lambda position: None, on_maximise=lambda: None)


def grey() -> np.ndarray:
    return display_grey(
        DecodedFrame(ramp_pixels(), ROWS), image_attributes(), index=0, window=Window(128, 256), inverted=False
    )


def turned(pixels: np.ndarray, rotation: int, flipped: bool) -> np.ndarray:
    """Rotation clockwise, then the horizontal flip (PS3.3 C.10.6)."""
    out = np.rot90(pixels, -rotation // 90)
    return out[:, ::-1] if flipped else out


def grey_array(picture: QImage) -> np.ndarray:
    assert picture.format() == QImage.Format.Format_Grayscale8
    whole = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    return whole[:, : picture.width()].copy()


def test_every_kind_of_drawable_has_a_painter() -> None:
    assert set(PAINTERS) == set(Drawable.__args__)  # type: ignore[attr-defined]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("flipped", [False, True])
def test_the_native_picture_is_the_look_up_table_in_all_eight_positions(qapp, rotation: int, flipped: bool) -> None:
    state, inputs = one_stack([ramp_pixels()])
    view = View(rotation=rotation, flipped=flipped)  # type: ignore[arg-type]
    picture = print_scene(slice_scene(state, 0, inputs), view, Paper(grey=True))
    assert np.array_equal(grey_array(picture), turned(grey(), rotation, flipped))


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("flipped", [False, True])
def test_labels_turn_with_the_image_to_the_pixel(qapp, rotation: int, flipped: bool) -> None:
    labels = np.zeros((ROWS, COLUMNS), np.uint8)
    labels[1:3, 2:7] = 1
    labels[2, 6] = labels[5, 9] = 2
    overlay = overlay_of("seg", {1: RED, 2: GREEN})
    state, inputs = one_stack([ramp_pixels()], [(overlay, {0: labels_on(plane_of(0), labels, (1, 2))})])
    state = set_fill(set_style(state, overlay.instance, "fill"), overlay.instance, 1.0)
    view = View(rotation=rotation, flipped=flipped)  # type: ignore[arg-type]
    got = array_of(print_scene(slice_scene(state, 0, inputs), view, Paper()))
    expected = np.repeat(grey()[..., None], 3, axis=2)
    expected[labels == 1], expected[labels == 2] = RED, GREEN
    assert np.array_equal(got, turned(expected, rotation, flipped))


@pytest.mark.parametrize("opacity", [0.12, 0.25, 0.5, 0.9])
def test_a_fill_is_blended_to_the_nearest_grey(qapp, opacity: float) -> None:
    labels = np.zeros((ROWS, COLUMNS), np.uint8)
    labels[1:6, 2:9] = 1
    overlay = overlay_of("seg", {1: RED})
    state, inputs = one_stack([ramp_pixels()], [(overlay, {0: labels_on(plane_of(0), labels, (1,))})])
    state = set_fill(set_style(state, overlay.instance, "fill"), overlay.instance, opacity)
    got = array_of(print_scene(slice_scene(state, 0, inputs), View(), Paper())).astype(float)
    plain = np.repeat(grey()[..., None], 3, axis=2).astype(float)
    alpha = round(255 * opacity) / 255
    inside = plain * (1 - alpha) + np.array(RED) * alpha
    assert np.array_equal(got[labels == 0], plain[labels == 0])
    # Colour and image are rounded each by itself before they are added.
    assert np.abs(got[labels == 1] - inside[labels == 1]).max() <= 1.0


def test_at_a_whole_zoom_every_label_pixel_is_a_block_of_screen_pixels(qapp) -> None:
    labels = np.zeros((ROWS, COLUMNS), np.uint8)
    labels[1:4, 2:7] = 1
    plane = replace(plane_of(0), spacing_mm=(0.5, 0.5))
    overlay = overlay_of("seg", {1: RED})
    state, inputs = one_stack([ramp_pixels()], [(overlay, {})])
    on_plane = OnPlane(labels=(LabelPicture(plane, labels, (1,)),), parts_here=frozenset((1,)))
    inputs.planes[overlay.instance, plane] = on_plane
    state = set_fill(set_style(state, overlay.instance, "fill"), overlay.instance, 1.0)
    scene = slice_scene(state, 0, inputs, plane=plane)
    got = array_of(print_scene(scene, View(), Paper(size=(5 * COLUMNS, 5 * ROWS))))
    blocks = np.kron(labels, np.ones((5, 5), np.uint8))
    assert np.array_equal(got, blocks[..., None] * np.array(RED, np.uint8))


def test_pixels_twice_as_tall_are_printed_twice_as_tall_and_centred(qapp) -> None:
    state, inputs = one_stack([ramp_pixels() + 40])
    picture = print_scene(slice_scene(state, 0, inputs), View(), Paper(size=(110, 200), grey=True))
    lit = grey_array(picture) > 0
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    assert (columns[0], columns[-1]) == (0, 109)
    assert (rows[0], rows[-1]) == (30, 169)


def test_outlines_leave_the_inside_and_the_outside_alone(qapp) -> None:
    labels = np.zeros((20, 30), np.uint8)
    labels[5:15, 8:24] = 1
    plane = replace(plane_of(0, (20, 30)), spacing_mm=(0.5, 0.5))
    overlay = overlay_of("seg", {1: RED})
    state, inputs = one_stack([ramp_pixels(20, 30)], [(overlay, {})])
    inputs.planes[overlay.instance, plane] = labels_on(plane, labels, (1,))
    state = set_style(state, overlay.instance, "outline")
    got = array_of(print_scene(slice_scene(state, 0, inputs, plane=plane), View(), Paper(size=(300, 200)))).max(axis=2)
    edge = np.zeros((200, 300), bool)
    edge[47:153, 77:243] = True
    edge[53:147, 83:237] = False
    assert not got[~edge].any()
    assert (got[50, 80:240] > 150).all()
    assert (got[50:150, 80] > 150).all()


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_widget_at_zoom_one_shows_the_look_up_table(qtbot, rotation: int) -> None:
    state, inputs = one_stack([ramp_pixels()], spacing_mm=(0.5, 0.5))
    state = set_view(state, 0, View(zoom=1.0, rotation=rotation))  # type: ignore[arg-type]
    canvas = SliceCanvas(Reading(state), inputs, 0, CALLS)
    qtbot.addWidget(canvas)
    canvas.resize(200, 160)
    shown = array_of(canvas.grab().toImage())
    assert canvas.geometry_shown is not None
    expected = turned(grey(), rotation, False)
    corners = canvas.geometry_shown.to_view([[0.0, 0.0], [COLUMNS, ROWS]])
    left, top = corners.min(axis=0).astype(int).tolist()
    part = shown[top : top + expected.shape[0], left : left + expected.shape[1]]
    assert np.array_equal(part, np.repeat(expected[..., None], 3, axis=2))


def test_a_screen_of_two_device_pixels_a_point_shows_one_image_pixel_on_one_device_pixel(qtbot, monkeypatch) -> None:
    state, inputs = one_stack([ramp_pixels()])
    state = set_view(state, 0, View(zoom=1.0))
    canvas = SliceCanvas(Reading(state), inputs, 0, CALLS)
    qtbot.addWidget(canvas)
    monkeypatch.setattr(canvas, "devicePixelRatioF", lambda: 2.0)
    canvas.resize(100, 80)
    canvas.grab()
    assert canvas.geometry_shown is not None
    assert canvas.geometry_shown.size == (200, 160)
    first, second = canvas.geometry_shown.to_view([[0.0, 0.0], [1.0, 0.0]])
    assert second[0] - first[0] == pytest.approx(1.0)
