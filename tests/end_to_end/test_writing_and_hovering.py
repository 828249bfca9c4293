"""Writing on images and hovering in the real window: letters stay letters, and what the mouse is on stands out elsewhere."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from tests.end_to_end.driven import Driven
from viewer.app.paths import sample_data
from viewer.domain.measurement import Measurement
from viewer.reading.changes.workspace import set_frame
from viewer.scene.drawables import MarkDrawable, OutlinePaths
from viewer.ui.slice.text_editor import TextEditor
from viewer.ui.tree_model import NODE_ROLE

pytestmark = pytest.mark.window


@pytest.fixture
def opened(driven: Driven) -> Driven:
    driven.open(sample_data())
    driven.focus_images()
    return driven


def made(driven: Driven) -> list[Measurement]:
    return [one for on_image in driven.state.measurements.values() for one in on_image]


def editor(driven: Driven) -> TextEditor:
    (found,) = driven.canvas().findChildren(TextEditor)
    return found


def test_keys_of_the_window_are_letters_while_a_note_is_written_and_f2_writes_on_it_again(opened: Driven) -> None:
    frame = opened.frame
    opened.key(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    assert opened.state.tool == "note"
    opened.click(opened.spot(200.0, 100.0))
    assert editor(opened).is_open
    opened.type("iqz 1e")
    opened.key(Qt.Key.Key_Down)
    opened.key(Qt.Key.Key_Return)
    (note,) = made(opened)
    assert note.text == "iqz 1e"
    assert (opened.state.tool, opened.frame, opened.state.pane.view.inverted) == ("note", frame, False)
    opened.key(Qt.Key.Key_F2)
    opened.type("other")
    opened.key(Qt.Key.Key_Return)
    assert [one.text for one in made(opened)] == ["other"]
    opened.key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert made(opened)[0].points[0][0] == pytest.approx(note.points[0][0] + 1.0)
    opened.key(Qt.Key.Key_Delete)
    assert made(opened) == []
    opened.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert [one.text for one in made(opened)] == ["other"]


def test_writing_on_a_measurement_of_another_slice_goes_there_first(opened: Driven) -> None:
    opened.key(Qt.Key.Key_Q)
    at = opened.spot(120.0, 150.0)
    opened.drag(at, opened.spot(160.0, 150.0) - at)
    frame, (line,) = opened.frame, made(opened)
    opened.program.reading.apply(set_frame, 0, 0)
    opened.window.panels.layers.writing_wanted.emit(line.id)
    assert opened.frame == frame
    assert editor(opened).is_open
    opened.type("here")
    opened.key(Qt.Key.Key_Return)
    assert made(opened)[0].text == "here"


def test_all_measurements_are_saved_as_a_table_also_of_slices_that_are_not_shown(
    opened: Driven, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.key(Qt.Key.Key_E)
    at = opened.spot(120.0, 150.0)
    opened.drag(at, opened.spot(140.0, 160.0) - at)
    opened.program.reading.apply(set_frame, 0, 2)
    opened.program.store.clear()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "table"), ""))
    opened.action("export_measurements")
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        found = {line["quantity"]: line for line in csv.DictReader(file)}
    assert found["mean"]["unit"] == "HU"
    # An ellipse of 20 by 10 pixels of 1.25 mm.
    assert float(found["area"]["value"]) == pytest.approx(3.14159 * 10 * 5 * 1.25**2, rel=0.06)
    assert opened.window.notices.titles == ("The measurements were saved.",)


def test_the_mouse_on_a_row_lets_its_outline_stand_out_and_on_a_mark_its_row(opened: Driven) -> None:
    (segments,) = (one for one in opened.state.content.overlays.values() if one.label == "ORGANS_A")
    liver = next(part.number for part in segments.parts if part.label == "Liver")
    assert opened.layer_rows()
    opened.wait_idle()
    view = opened.window.panels.layers.view
    index = opened.window.panels.layers.model.index_of(("part", segments.instance, liver))
    view.scrollTo(index)
    QTest.mouseMove(view.viewport(), view.visualRect(index).center() - QPoint(3, 0))
    QTest.mouseMove(view.viewport(), view.visualRect(index).center())
    opened.wait_idle()
    assert (opened.state.hovered.overlay, opened.state.hovered.part) == (segments.instance, liver)
    opened.canvas().grab()
    drawn = opened.canvas().scene.drawables
    outlines = {(one.part.overlay, one.part.part) for one in drawn if isinstance(one, OutlinePaths) and one.hovered}
    assert (segments.instance, liver) in outlines
    state = opened.overlay("presentation_state", "LESION_A")
    ring = next(graphic for graphic in state.content.graphics if graphic.shape in ("ELLIPSE", "CIRCLE"))  # type: ignore[union-attr]
    key = opened.state.content.library.instances_with_uid(ring.images[0].sop_instance_uid)[0]
    stack = opened.state.stack_of(opened.state.pane)
    assert stack is not None
    opened.program.reading.apply(set_frame, 0, next(n for n, one in enumerate(stack.frames) if one.instance == key))
    opened.wait_idle()
    column, row = ring.points[0] if ring.shape == "ELLIPSE" else ring.points[1]
    QTest.mouseMove(opened.canvas(), opened.spot(column, row) + QPoint(2, 0))
    QTest.mouseMove(opened.canvas(), opened.spot(column, row))
    opened.wait_idle()
    assert opened.state.hovered.overlay == state.instance
    opened.canvas().grab()
    assert any(isinstance(one, MarkDrawable) and one.hovered for one in opened.canvas().scene.drawables)
    standing = {index.data(NODE_ROLE).overlay for index in view.standing_out}
    assert state.instance in standing
