"""Rows of maps and doses in the layers panel, the dialog of isodose levels, and the window of dose-volume histograms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from pydicom.sr.coding import Code
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.synthetic.dose import DoseResult, dose
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.parametric_map import Mapping, MapResult, parametric_map
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.dicom.scan import scan
from viewer.domain.dose import Dose
from viewer.domain.dose_levels import Reference
from viewer.domain.grouping import build_library
from viewer.domain.instance import InstanceHeader
from viewer.domain.overlay import Overlay
from viewer.export.dose_table import RegionDose, region_dose, regions_with_dose
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.changes.workspace import show_stack
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.reading.value_layers import value_layer
from viewer.representations.dose_volumes import dose_volume
from viewer.ui.dose_volumes import DoseVolumesDialog
from viewer.ui.layers.levels_dialog import LevelsDialog
from viewer.ui.layers.maps import bars_beside, with_value_rows
from viewer.ui.layers.row import LayerFilter, LayerRow
from viewer.ui.layers.row_acts import RowActs
from viewer.ui.layers.tree import layer_rows

pytestmark = pytest.mark.usefixtures("qapp")
IMAGE = Grid((3, 12, 16), (4.0, 1.5, 1.0), (0.0, 0.0, 0.0))
DOSE = Grid((5, 9, 11), (3.0, 2.0, 1.5), (1.0, 1.0, -2.0))
SQUARE = np.array([(3.0, 3.0), (12.0, 3.0), (12.0, 13.0), (3.0, 13.0)])


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ReadingState, EagerInputs]]:
    folder = tmp_path_factory.mktemp("maps")
    images = image_series(np.full(IMAGE.shape, 100, np.int16), IMAGE, Series())
    values = np.arange(90, dtype=np.float32).reshape(3, 5, 6)
    made = parametric_map(images, values, Grid((3, 5, 6), (4.0, 3.0, 2.0), (2.0, 1.5, 0.0)), MapResult("map"))
    grid = np.broadcast_to(np.arange(11) * 1.5 + 1.0, DOSE.shape)
    outlines = tuple(Outline(np.column_stack([SQUARE, np.full(4, z)])) for z in (0.0, 4.0, 8.0))
    regions = (Region("=Box", outlines, (255, 0, 0)), Region("Nothing", (), (0, 255, 0)))
    contours = structure_set(images, regions, StructureSetResult("contours"))
    save([*images, made, dose(images, grid, DOSE, DoseResult("dose")), contours], folder)
    library = build_library([one for one in scan([folder]) if isinstance(one, InstanceHeader)], ())
    with EagerInputs(library, {}) as first:
        content = read_content(library, first.readers)
    stack = next(one for one in library.stacks if (one.rows, one.columns) == (12, 16))
    with EagerInputs(library, dict(content.overlays)) as inputs:
        yield show_stack(ReadingState(content=content), 0, stack.id, 1), inputs


def of_kind(state: ReadingState, kind: str) -> Overlay:
    return next(one for one in state.content.overlays.values() if one.kind == kind)


def row_of(reading: Reading, inputs: EagerInputs, kind: str) -> LayerRow:
    state = reading.state
    rows = with_value_rows(state, layer_rows(state, LayerFilter(), lambda _: None), bars_beside(state, inputs))
    return next(row for row in rows if row.overlay == of_kind(state, kind).instance)


def child(row: LayerRow, kind: str) -> LayerRow:
    return next(one for one in row.children if one.kind == kind)


def acts_of(reading: Reading, parent: QWidget) -> RowActs:
    nothing = lambda _: None  # noqa: E731
    return RowActs(reading, parent, fold=nothing, open_report=nothing, write=nothing, show_dose=nothing, copy=nothing)


def test_a_map_has_a_row_with_range_threshold_opacity_and_colours(
    opened: tuple[ReadingState, EagerInputs], qtbot: QtBot
) -> None:
    state, inputs = opened
    reading, parent = Reading(state), QWidget()
    qtbot.addWidget(parent)
    acts, row = acts_of(reading, parent), row_of(Reading(state), inputs, "parametric_map")
    assert (row.map_name, row.opacity, row.shown) == ("Hot iron", 0.5, True)
    assert [one.kind for one in row.children] == ["note", "map_range", "fused_floor"]
    acts.set_bar(row, 0.8)
    acts.set_bar(child(row, "fused_floor"), 0.25)
    ends = child(row, "map_range")
    acts.set_bar(ends, ends.ends[0] + 0.01)
    changed = row_of(reading, inputs, "parametric_map")
    assert changed.opacity == 0.8
    assert child(changed, "fused_floor").threshold == 0.25
    moved = child(changed, "map_range")
    assert moved.ends[0] == pytest.approx(ends.ends[0] + 0.01)
    assert moved.ends[1] == pytest.approx(ends.ends[1])
    assert moved.span == ends.span
    menu = QMenu(parent)
    acts.maps.fill_colors(menu, row)
    next(action for action in menu.actions() if action.text() == "Viridis").trigger()
    assert row_of(reading, inputs, "parametric_map").map_name == "Viridis"
    acts.toggle(row)
    assert not row_of(reading, inputs, "parametric_map").shown
    for _ in range(5):
        reading.undo()
    assert reading.state.layers == {}


def test_each_volume_of_a_map_offers_what_its_own_frames_mean(tmp_path: Path, qtbot: QtBot) -> None:
    images = image_series(np.full(IMAGE.shape, 100, np.int16), IMAGE, Series())
    values = np.arange(216, dtype=np.uint16).reshape(3, 6, 6, 2)
    two = (
        Mapping("ADC", "Apparent diffusion", Code("um2/s", "UCUM", "um2/s")),
        Mapping("FA", "Anisotropy", Code("%", "UCUM", "percent"), 0.5),
    )
    made = parametric_map(images, values, Grid((3, 6, 6), (4.0, 3.0, 2.0), (2.0, 1.5, 0.0)), MapResult("two", mappings=two))
    save([*images, made], tmp_path)
    library = build_library([one for one in scan([tmp_path]) if isinstance(one, InstanceHeader)], ())
    with EagerInputs(library, {}) as first:
        content = read_content(library, first.readers)
    stack = next(one for one in library.stacks if (one.rows, one.columns) == (12, 16))
    reading, parent = Reading(show_stack(ReadingState(content=content), 0, stack.id, 1)), QWidget()
    qtbot.addWidget(parent)
    acts, key = acts_of(reading, parent), of_kind(reading.state, "parametric_map").instance
    with EagerInputs(library, dict(content.overlays)) as inputs:
        menu = QMenu(parent)
        acts.maps.fill(menu, row_of(reading, inputs, "parametric_map"))
        (offered,) = [action.menu() for action in menu.actions() if action.text() == "Values"]
        assert [one.text() for one in offered.actions()] == ["ADC  um2/s", "FA  %"]
        assert [one.isChecked() for one in offered.actions()] == [True, False]
        offered.actions()[1].trigger()
        layer = value_layer(reading.state, reading.state.content.overlays[key])
        assert layer is not None
        frame = layer.stack.frames[0].index
        assert made.PerFrameFunctionalGroupsSequence[frame].RealWorldValueMappingSequence[0].LUTLabel == "FA"


def test_a_dose_has_a_row_for_each_isodose_level_and_says_what_100_percent_is(
    opened: tuple[ReadingState, EagerInputs],
) -> None:
    state, inputs = opened
    row = row_of(Reading(state), inputs, "dose")
    assert row.has_style
    assert "maximum 16.00\u00a0Gy" in child(row, "note").name
    assert "100 % is the maximum" in child(row, "note").name
    assert [one.name for one in row.children if one.kind == "part"][:2] == ["95 % · 15.2 Gy", "90 % · 14.4 Gy"]


def test_levels_are_written_in_percent_or_dose_and_wrong_ones_are_not_taken(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = LevelsDialog((19.0, 10.0), Reference(20.0, "prescription"), "Gy", parent)
    assert dialog.field.text() == "95, 50"
    dialog.in_unit.chosen.emit("dose")
    assert dialog.field.text() == "19, 10"
    dialog.field.setText("5; 18 12,5 x")
    assert not dialog.accept_button.isEnabled()
    dialog.field.setText("5; 18  12.5")
    assert dialog.accept_button.text() == "Draw 3 levels"
    dialog.accept_button.click()
    assert dialog.levels == (18.0, 12.5, 5.0)
    usual = LevelsDialog((19.0,), Reference(20.0, "maximum"), "", parent)
    usual.usual.click()
    assert usual.levels is None
    assert usual.result() == 1


class Here:
    """Works the dose out at once."""

    def __init__(self, inputs: EagerInputs) -> None:
        self._inputs = inputs

    def measure_dose(self, measured: Overlay, structures: Overlay, take: object) -> None:
        assert isinstance(measured.content, Dose)
        found: Sequence[RegionDose] = [
            region_dose(
                measured,
                structures,
                roi,
                dose_volume(measured.content, roi, self._inputs.readers.read_frame_of(measured)),
            )
            for roi in regions_with_dose(measured, structures)
        ]
        take(found)  # type: ignore[operator]


def test_the_window_of_histograms_lists_regions_draws_their_curves_and_gives_the_table(
    opened: tuple[ReadingState, EagerInputs], qtbot: QtBot, tmp_path: Path
) -> None:
    state, inputs = opened
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = DoseVolumesDialog(Reading(state), Here(inputs), parent)  # type: ignore[arg-type]
    assert [one.label for one in dialog.regions] == ["=Box"]
    (region,) = dialog.regions
    # 9 x 10 mm on three planes 4 mm apart; the dose in Gy is the x in mm.
    assert region.found.inside_ml == pytest.approx(9 * 10 * 12 / 1000, rel=0.03)
    assert region.found.mean == pytest.approx(7.5, abs=0.1)
    top = dialog.chart.place_of(0.0, 100.0)
    assert dialog.chart.place_of(3.0, 100.0).y() == top.y()
    dialog.copy_table()
    copied = QGuiApplication.clipboard().text().split("\n")
    assert copied[0].startswith("Region\tVolume (mL)")
    assert copied[1].startswith("'=Box\t1.0")
    dialog.save_table(tmp_path / "dose.csv")
    written = (tmp_path / "dose.csv").read_text(encoding="utf-8-sig")
    assert "Dose (Gy),'=Box (%)" in written
    dialog.save_table(tmp_path / "absent" / "dose.csv")
    assert "cannot be written" in dialog.note.text()
    dialog.grab()
    dialog.close()
