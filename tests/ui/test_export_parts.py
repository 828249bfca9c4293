"""Exporting a layer from the window: what can be chosen, where it may go, and a file that another reader agrees with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
import SimpleITK
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.domain.opened import opened
from tests.real_data.test_masks_against_witnesses import affine_of
from tests.synthetic.dose import DoseResult, dose
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.parametric_map import MapResult, parametric_map
from tests.synthetic.same_voxels import assert_same_voxels
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.domain.instance import InstanceKey
from viewer.export.part_files import PartOrder, write_parts
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.ui.export_parts import ExportDialog, ExportInWindow, forms_of
from viewer.ui.host import Host
from viewer.ui.notices import Notice

GRID = Grid((6, 7, 11))


def labels() -> np.ndarray:  # type: ignore[type-arg]
    made = np.zeros(GRID.shape, np.uint8)
    made[1:4, 1:4, 2:8] = 1
    made[2:5, 4:6, 1:5] = 2
    return made


@pytest.fixture(params=["BINARY"])
def reading(request: pytest.FixtureRequest, tmp_path: Path) -> Reading:
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    made = segmentation(images, labels(), [Part("Liver"), Part("Spleen")], Result("seg"), kind=request.param)
    library = opened([*images, made], tmp_path / "study")
    with EagerInputs(library, {}) as inputs:
        return Reading(ReadingState(content=read_content(library, inputs.readers)))


def key_of(reading: Reading) -> InstanceKey:
    return next(iter(reading.state.content.overlays))


class DoesItNow:
    """A host that writes at once, and never into the opened folder."""

    def __init__(self, reading: Reading, opened_folder: Path) -> None:
        self._reading, self._folder = reading, opened_folder
        self.review_work = SimpleNamespace(why_not_here=self._why_not)
        self.orders: list[PartOrder] = []

    def _why_not(self, folder: Path) -> str:
        return "That folder is part of what is open." if folder == self._folder else ""

    def export_parts(self, order: PartOrder, tell: Callable[[str], None]) -> None:
        self.orders.append(order)
        library = self._reading.state.content.library
        with EagerInputs(library, {}) as inputs:
            write_parts(library, order, inputs.readers.read_frame_of(order.overlay))
        tell("")


def exporting(qtbot: QtBot, reading: Reading, folder: Path) -> tuple[ExportInWindow, QWidget, DoesItNow, list[Notice]]:
    parent, host, told = QWidget(), DoesItNow(reading, folder), []
    qtbot.addWidget(parent)
    return ExportInWindow(reading, parent, cast(Host, host), told.append), parent, host, told


def dialog_of(parent: QWidget) -> ExportDialog:
    (found,) = parent.findChildren(ExportDialog)
    return found


def test_a_part_is_exported_on_its_own_grid_as_simpleitk_reads_it(
    qtbot: QtBot, reading: Reading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, parent, _, told = exporting(qtbot, reading, tmp_path / "study")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "liver"), ""))
    window.ask(key_of(reading), 1)
    dialog = dialog_of(parent)
    assert dialog.what.currentText() == "Liver"
    dialog.go.click()
    assert told[-1].severity == "ok"
    image = SimpleITK.ReadImage(str(tmp_path / "liver.nii.gz"))
    assert_same_voxels(labels() == 1, GRID.affine, SimpleITK.GetArrayFromImage(image) > 0, affine_of(image))
    assert np.allclose(image.GetSpacing(), GRID.spacing_mm[::-1])


def test_a_segmentation_becomes_a_label_map_and_never_what_it_is_already(reading: Reading) -> None:
    overlay = reading.state.content.overlays[key_of(reading)]
    assert [one.form for one in forms_of(overlay) if one.form] == ["labelmap"]


def test_the_opened_folder_is_refused_with_the_reason(
    qtbot: QtBot, reading: Reading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, parent, host, told = exporting(qtbot, reading, tmp_path / "study")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "study" / "a.nii.gz"), ""))
    window.ask(key_of(reading), None)
    dialog_of(parent).go.click()
    assert not host.orders
    assert told[-1].text == "That folder is part of what is open."


def test_a_file_that_nobody_asked_about_is_not_replaced(
    qtbot: QtBot, reading: Reading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.nii.gz").write_bytes(b"kept")
    window, parent, host, told = exporting(qtbot, reading, tmp_path / "study")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a"), ""))
    window.ask(key_of(reading), None)
    dialog_of(parent).go.click()
    assert not host.orders
    assert (tmp_path / "a.nii.gz").read_bytes() == b"kept"
    assert "exists already" in told[-1].text


@pytest.mark.parametrize("reading", ["FRACTIONAL"], indirect=True)
def test_what_happens_to_fractions_is_said(qtbot: QtBot, reading: Reading, tmp_path: Path) -> None:
    window, parent, _, _ = exporting(qtbot, reading, tmp_path / "study")
    window.ask(key_of(reading), None)
    dialog = dialog_of(parent)
    assert dialog.note.text() == "Fractions are written as they are, from 0 to 1."
    dialog.form.setCurrentIndex(2)
    assert dialog.note.text() == "What has at least the fraction 0.50 is inside."
    dialog.reject()


def test_a_dose_offers_its_values_and_each_level_and_a_map_its_values_alone(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    values = np.arange(np.prod(GRID.shape), dtype=np.float32).reshape(GRID.shape)
    made = [dose(images, values / 100.0, GRID, DoseResult("dose")), parametric_map(images, values, GRID, MapResult("map"))]
    library = opened([*images, *made], tmp_path / "study")
    with EagerInputs(library, {}) as inputs:
        reading = Reading(ReadingState(content=read_content(library, inputs.readers)))
    window, parent, _, told = exporting(qtbot, reading, tmp_path / "study")
    keys = {one.kind: one.instance for one in reading.state.content.overlays.values()}
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "dose"), ""))
    window.ask(keys["dose"], None)
    dialog = dialog_of(parent)
    words = [dialog.what.itemText(place) for place in range(dialog.what.count())]
    assert words[0] == "Its values"
    assert words[1].startswith("95")
    assert dialog.grid.currentText() == "Its own"
    assert dialog.note.text().startswith("Values are written as they are")
    dialog.what.setCurrentIndex(1)
    assert dialog.note.text() == ""
    dialog.what.setCurrentIndex(0)
    dialog.go.click()
    assert told[-1].severity == "ok"
    image = SimpleITK.ReadImage(str(tmp_path / "dose.nii.gz"))
    there = image.EvaluateAtPhysicalPoint(GRID.position(1), SimpleITK.sitkLinear)
    assert there == pytest.approx(values[1, 0, 0] / 100.0, abs=0.01)
    assert [one.kind for one in forms_of(reading.state.content.overlays[keys["parametric_map"]])] == ["voxels", "voxels"]


def test_with_nothing_to_export_it_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    window, _, _, told = exporting(qtbot, Reading(), tmp_path)
    window.ask_for_selected()
    assert told[-1].title == "There is nothing to export."
