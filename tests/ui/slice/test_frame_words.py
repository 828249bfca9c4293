"""Words in the corners do not run into each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from tests.scene.one_stack import one_stack, ramp_pixels
from viewer.reading.state import View
from viewer.scene.drawables import Notice, Scene
from viewer.scene.slice_scene import slice_scene
from viewer.ui.image_words import image_font, text_width
from viewer.ui.slice.frame_words import elided, paint_frame_words, scale_length
from viewer.ui.slice.scene_painter import geometry_of

pytestmark = pytest.mark.usefixtures("qapp")
ID = "ID 716713622818558421526494572171041020891020924597"


def test_a_line_that_has_room_stays_as_it_is() -> None:
    assert elided(ID, image_font(12, 400, 1.0), 1000.0) == ID


def test_a_line_too_long_keeps_both_ends() -> None:
    used = image_font(12, 400, 1.0)
    shown = elided(ID, used, 150.0)
    assert text_width(shown, used) <= 150
    assert shown.startswith("ID 7167")
    assert shown.endswith("4597")


def test_a_description_too_long_is_cut_at_its_end() -> None:
    shown = elided("2018-03-03  Magnetic resonance of the head", image_font(12, 400, 1.0), 150.0)
    assert shown.startswith("2018-03-03  Mag")
    assert shown.endswith("…")


@pytest.mark.parametrize("corner", ["bottom_left", "bottom_right"])
def test_the_scale_bar_stands_above_a_line_that_reaches_the_middle(corner: str) -> None:
    state, inputs = one_stack([ramp_pixels()])
    scene = slice_scene(state, 0, inputs)
    lines = ("Over it: PT a series with a long name  −160 to 240 HU  50 %", "W 400  L 40", "the lowest")
    corners = replace(scene.corner_text, top_left=(), top_right=(), bottom_left=(), bottom_right=())
    scene = replace(scene, corner_text=replace(corners, **{corner: lines}))
    words, both = painted(replace(scene, scale_mm=None)), painted(scene)
    bar = both & ~words
    assert bar.any()
    rows, columns = (np.flatnonzero(bar.any(axis=axis)) for axis in (1, 0))
    assert not words[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].any()


def test_a_notice_stands_below_the_words_that_reach_the_middle() -> None:
    state, inputs = one_stack([ramp_pixels()])
    scene = replace(slice_scene(state, 0, inputs), scale_mm=None)
    notice = Notice("", "11 slices are missing; this plane stays black there.", severity="warning", replaces_image=False)
    corners = replace(scene.corner_text, top_left=("Dummy",), bottom_left=(), bottom_right=())
    scene = replace(scene, corner_text=replace(corners, top_right=("Slice 1",), ai="White matter segmentation shown"))
    words, both = painted(scene), painted(replace(scene, notices=(notice,)))
    assert not (words & ~both).any()
    assert (both & ~words)[34:140].any()


@pytest.mark.parametrize("mm", [0.001, 0.07, 0.3, 0.977, 2.4, 13.0])
def test_a_scale_bar_is_a_round_length_between_80_and_160_pixels(mm: float) -> None:
    bar = scale_length(mm)
    assert bar is not None
    length, pixels = bar
    assert 80 <= pixels <= 160
    assert length == pytest.approx(pixels * mm)
    assert f"{length:e}"[0] in "125"


def test_a_notice_covers_nothing_of_who_the_patient_is() -> None:
    state, inputs = one_stack([ramp_pixels()])
    scene = slice_scene(state, 0, inputs)
    lines = ("Sample^Torso", "ID SAMPLE-TORSO", "2026-01-15  A study with a long name", "Series 1")
    corners = replace(scene.corner_text, top_left=lines, top_right=("Slice 1 / 60",), ai="3 AI results shown")
    scene = replace(scene, corner_text=replace(corners, bottom_left=(), bottom_right=()), scale_mm=None)
    said = Notice("True size is not possible.", "Shown as large as fits, which is said here at length.", "warning", False)
    words, both = painted(scene), painted(replace(scene, notices=(said,)))
    # Its ground is dark: what of the words it covered would be gone.
    assert both[words].all()
    assert (both & ~words).any()


def painted(scene: Scene) -> np.ndarray:
    """Which pixels of a pane of 480 x 300 have words or the bar."""
    picture = QImage(480, 300, QImage.Format.Format_Grayscale8)
    picture.fill(0)
    geometry = geometry_of(scene, View(), size=(480, 300), ratio=1.0)
    painter = QPainter(picture)
    paint_frame_words(painter, replace(scene, letters=("", "", "", "")), geometry, View())
    painter.end()
    pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(300, picture.bytesPerLine())[:, :480]
    return pixels > 60
