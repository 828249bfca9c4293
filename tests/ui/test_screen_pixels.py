"""What a screen says of the size of its pixels, and what is no size of a screen."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from viewer.reading.changes.library import open_anew
from viewer.reading.reading import Reading
from viewer.ui.screen_pixels import ScreenPixels, screen_pixel_mm, told_pixel_mm


@pytest.mark.parametrize(
    ("pixels", "size_mm", "ratio", "pitch"),
    [
        ((2560, 1440), (597, 336), 1.0, 0.2332),
        ((1920, 1080), (509, 286), 1.0, 0.2651),
        ((3840, 2400), (344, 215), 2.0, 0.0896),
    ],
    ids=["27 inches", "23 inches, near 96 dots an inch", "a laptop at 200 %"],
)
def test_a_screen_that_says_how_large_it_is_is_believed(
    pixels: tuple[float, float], size_mm: tuple[float, float], ratio: float, pitch: float
) -> None:
    assert told_pixel_mm(pixels, size_mm, ratio) == pytest.approx(pitch, abs=5e-5)


@pytest.mark.parametrize(
    ("pixels", "size_mm", "ratio"),
    [
        ((1920, 1080), (0, 0), 1.0),
        ((1920, 1080), (508, 286), 1.0),
        ((1920, 1080), (508.0, 285.75), 1.0),
        ((3840, 2160), (508, 286), 2.0),
        ((1920, 1080), (160, 90), 1.0),
        ((3840, 2160), (1600, 900), 1.0),
        ((1920, 1080), (400, 300), 1.0),
    ],
    ids=["nothing", "made up", "made up, unrounded", "made up at 200 %", "a shape", "another shape", "not square"],
)
def test_what_is_no_size_of_a_screen_is_not_known(
    pixels: tuple[float, float], size_mm: tuple[float, float], ratio: float
) -> None:
    assert told_pixel_mm(pixels, size_mm, ratio) is None


def test_the_width_that_the_reader_measured_counts_and_stays_for_the_next_study_and_through_undo(qtbot: QtBot) -> None:
    window, reading = QWidget(), Reading()
    qtbot.addWidget(window)
    told = ScreenPixels(window, reading)
    screen = window.screen()
    pixels = screen.size().width() * screen.devicePixelRatio()
    reading.apply_undoable("", open_anew)
    told.take(400)
    assert screen_pixel_mm(screen, 400) == pytest.approx(400 / pixels)
    assert reading.state.screen_pixel_mm == pytest.approx(400 / pixels)
    reading.undo()
    reading.apply(open_anew)
    assert reading.state.screen_pixel_mm == pytest.approx(400 / pixels)
    told.take(0)
    assert reading.state.screen_pixel_mm == screen_pixel_mm(screen, 0)
