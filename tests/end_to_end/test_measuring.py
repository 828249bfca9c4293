"""Measuring by keys and mouse in the real window, against values worked out from the files; kept over a restart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from tests.end_to_end.driven import Driven
from viewer.app.window import Program
from viewer.domain.measurement import Measurement
from viewer.scene.drawables import MeasurementDrawable

pytestmark = [pytest.mark.real_data, pytest.mark.window]


@pytest.fixture
def opened(driven: Driven, real_data: Path) -> Driven:
    driven.open(real_data / "mr-multiplane-brainix")
    driven.focus_images()
    return driven


def image(driven: Driven) -> pydicom.Dataset:
    """The file of the image on the screen."""
    frame = driven.state.frame_of(driven.state.pane)
    assert frame is not None
    return pydicom.dcmread(driven.state.content.library.instance(frame.instance).source.path)


def drag(driven: Driven, start: tuple[float, float], end: tuple[float, float]) -> Measurement:
    """Draw between two image positions; returns what was made."""
    at = driven.spot(*start)
    driven.drag(at, QPoint(driven.spot(*end) - at))
    return made(driven)[-1]


def made(driven: Driven) -> list[Measurement]:
    return [one for on_image in driven.state.measurements.values() for one in on_image]


def words(driven: Driven) -> list[str]:
    driven.canvas().grab()
    (only,) = (one for one in driven.canvas().scene.drawables if isinstance(one, MeasurementDrawable))
    return only.label.replace("\u00a0", " ").replace("−", "-").replace("\u202f", "").split("\n")


def test_a_length_by_q_is_that_of_the_file_and_can_be_deleted_and_brought_back(opened: Driven) -> None:
    opened.key(Qt.Key.Key_Q)
    assert opened.state.tool == "length"
    found = drag(opened, (60.0, 80.0), (150.0, 130.0))
    (x0, y0), (x1, y1) = found.points
    between_rows, between_columns = (float(one) for one in image(opened).PixelSpacing)
    expected = np.hypot((x1 - x0) * between_columns, (y1 - y0) * between_rows)
    assert (x1 - x0, y1 - y0) == pytest.approx((90.0, 50.0), abs=1.5)
    assert words(opened) == [f"{expected:.1f} mm", "pixel spacing"]
    opened.key(Qt.Key.Key_Escape)
    assert opened.state.tool == "window"
    opened.key(Qt.Key.Key_Delete)
    assert made(opened) == []
    opened.action("undo")
    assert made(opened) == [found]


def test_escape_forgets_an_angle_half_drawn(opened: Driven) -> None:
    opened.key(Qt.Key.Key_Z)
    opened.click(opened.spot(60.0, 80.0))
    opened.click(opened.spot(90.0, 120.0))
    assert len(opened.canvas().scene.drawables) > 1
    opened.key(Qt.Key.Key_Escape)
    opened.canvas().grab()
    assert not any(isinstance(one, MeasurementDrawable) for one in opened.canvas().scene.drawables)
    assert made(opened) == []
    assert opened.state.tool == "angle", "the tool stays for another try"
    opened.key(Qt.Key.Key_Escape)
    assert opened.state.tool == "window"


def test_an_ellipse_by_e_says_what_the_pixels_of_the_file_are(opened: Driven) -> None:
    opened.action("flip_horizontal")
    opened.action("rotate_right")
    opened.action("invert")
    opened.key(Qt.Key.Key_E)
    found = drag(opened, (70.0, 60.0), (130.0, 140.0))
    dataset = image(opened)
    values = dataset.pixel_array * float(dataset.get("RescaleSlope", 1)) + float(dataset.get("RescaleIntercept", 0))
    left, top, right, bottom = found.box
    rows, columns = np.mgrid[0 : dataset.Rows, 0 : dataset.Columns] + 0.5
    x, y = (columns - (left + right) / 2) / ((right - left) / 2), (rows - (top + bottom) / 2) / ((bottom - top) / 2)
    inside = values[x * x + y * y <= 1]
    mean, extremes, area = words(opened)
    shown = [float(word) for word in mean.replace("·", "").replace("mean", "").replace("SD", "").split()]
    assert shown == pytest.approx([inside.mean(), inside.std()], abs=0.06)
    assert extremes == f"min {inside.min():.0f} · max {inside.max():.0f}"
    spacing = [float(one) for one in dataset.PixelSpacing]
    expected = np.pi / 4 * (right - left) * spacing[1] * (bottom - top) * spacing[0]
    assert float(area.split()[0]) == pytest.approx(expected, abs=0.51)


def test_measurements_are_there_again_after_a_restart_and_nothing_is_written_beside_the_images(
    opened: Driven, qtbot, qapp: QApplication, real_data: Path, tmp_path: Path
) -> None:
    folder = real_data / "mr-multiplane-brainix"
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    opened.key(Qt.Key.Key_Q)
    drag(opened, (60.0, 80.0), (150.0, 130.0))
    kept = dict(opened.state.measurements)
    opened.close()
    again = Driven(Program(qapp, settings_path=tmp_path / "other.json", data_folder=tmp_path / "user"))
    try:
        with qtbot.waitActive(again.window, timeout=10_000):
            again.window.show()
            again.window.activateWindow()
        again.open(folder)
        assert dict(again.state.measurements) == kept
        assert words(again)[1] == "pixel spacing"
    finally:
        again.close()
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
