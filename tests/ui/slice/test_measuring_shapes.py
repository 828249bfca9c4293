"""Two axes, Cobb angles, freehand regions, arrows and notes drawn in a real viewport, written on, moved by keys, copied."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from tests.ui.slice.measuring_hand import VIEWS, click, drag, drawn, lines, made, mouse
from viewer.domain.measurement import MeasurementKind
from viewer.reading.changes.layers import select
from viewer.reading.changes.measuring import set_read_only
from viewer.reading.changes.workspace import set_frame, set_tool, set_view
from viewer.reading.state import Selection, View
from viewer.ui.measuring_acts import HINTS, hint_of, measuring_acts
from viewer.ui.slice.mark_plates import plates_of
from viewer.ui.slice.text_editor import TextEditor


def editor(shown: SimpleNamespace) -> TextEditor:
    (found,) = shown.canvas.findChildren(TextEditor)
    return found


def write(shown: SimpleNamespace, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    assert editor(shown).is_open
    editor(shown).setPlainText(text)
    QTest.keyClick(editor(shown), key)
    shown.grid.grab()


@pytest.mark.parametrize("view", VIEWS)
def test_two_axes_are_drawn_along_the_first_and_pulled_across(shown, view) -> None:
    shown.reading.apply(set_view, 0, view)
    shown.reading.apply(set_tool, "bidirectional")
    # 8 columns of 0.25 mm: 2 mm; the axis across begins at half of that.
    drag(shown, (1.0, 3.5), (5.0, 3.5), (9.0, 3.5))
    assert lines(shown) == ["2.00 × 1.00 mm", "pixel spacing"]
    (found,) = made(shown)
    # Pull the lower end 1 mm further out, and half a millimetre along.
    lower = max(found.points[2:], key=lambda point: point[1])
    drag(shown, lower, (6.0, 5.0), (7.0, lower[1] + 2.0))
    assert lines(shown)[0] == "2.00 × 2.00 mm"
    (pulled,) = made(shown)
    assert np.array(pulled.points[2:])[:, 0] == pytest.approx([7.0, 7.0], abs=0.06)
    shown.reading.undo()
    assert made(shown) == [found]


@pytest.mark.parametrize("by_drag", [True, False])
@pytest.mark.parametrize("view", VIEWS)
def test_a_cobb_angle_is_drawn_line_by_line_by_drags_or_clicks(shown, view, by_drag) -> None:
    shown.reading.apply(set_view, 0, view)
    shown.reading.apply(set_tool, "cobb")
    # 2 mm across and 1 mm down, against level: 26.6 degrees.
    for line in (((1.0, 1.0), (9.0, 3.0)), ((1.0, 6.0), (9.0, 6.0))):
        if by_drag:
            drag(shown, line[0], (5.0, 5.0), line[1])
        else:
            click(shown, line[0])
            click(shown, line[1])
    (found,) = made(shown)
    assert np.array(found.points) == pytest.approx(np.array([(1, 1), (9, 3), (1, 6), (9, 6)]), abs=0.06)
    (label,) = lines(shown)
    assert label.startswith("Cobb ")
    assert float(label.removeprefix("Cobb ").rstrip("°")) == pytest.approx(26.57, abs=0.9)
    (shape,) = drawn(shown)
    assert shape.link is not None
    assert shape.link == pytest.approx(np.array([(5.0, 2.0), (5.0, 6.0)]), abs=0.06)


def test_a_freehand_region_closes_when_the_button_is_let_go_and_a_click_draws_none(shown) -> None:
    shown.reading.apply(set_tool, "freehand")
    click(shown, (5.0, 3.0))
    assert made(shown) == []
    assert drawn(shown) == []
    turns = np.linspace(0.0, 2 * np.pi, 80)[:-3]
    path = [(5.0 + 3.0 * float(np.cos(turn)), 3.5 + 2.0 * float(np.sin(turn))) for turn in turns]
    drag(shown, path[0], *path[1:])
    (found,) = made(shown)
    assert 10 < len(found.points) < 60
    assert float(lines(shown)[-1].split()[0]) == pytest.approx(np.pi * 3 * 0.25 * 2 * 0.5, abs=0.06)
    (shape,) = drawn(shown)
    around, pixels = shape.detail.replace("\u00a0", " ").split(" · ")
    # The ellipse of 0.75 and 1 mm, by Ramanujan.
    assert float(around.split()[1]) == pytest.approx(np.pi * (1.75 + 0.0078) + 0.02, abs=0.08)
    rows, columns = np.mgrid[0:7, 0:11] + 0.5
    assert abs(int(pixels.split()[0]) - int((((columns - 5) / 3) ** 2 + ((rows - 3.5) / 2) ** 2 <= 1).sum())) <= 2


def test_an_arrow_asks_for_its_words_and_both_are_one_step_of_undo(shown) -> None:
    shown.reading.apply(set_tool, "arrow")
    drag(shown, (3.0, 3.0), (5.0, 3.0), (8.0, 5.0))
    write(shown, "Läsion?\n病変")
    (found,) = made(shown)
    assert found.points[0] == pytest.approx((3.0, 3.0), abs=0.06)
    assert found.text == "Läsion?\n病変"
    assert lines(shown) == ["Läsion?", "病変"]
    assert drawn(shown)[0].pointed
    shown.reading.undo()
    assert made(shown) == []


def test_a_note_without_words_is_none_and_escape_leaves_what_was(shown) -> None:
    shown.reading.apply(set_tool, "note")
    click(shown, (3.0, 3.0))
    write(shown, "   ")
    click(shown, (3.0, 3.0))
    write(shown, "gone", Qt.Key.Key_Escape)
    assert made(shown) == []
    assert not shown.reading.can_undo
    click(shown, (3.0, 3.0))
    write(shown, "here")
    (note,) = made(shown)
    assert (note.text, note.points[0]) == ("here", pytest.approx((3.0, 3.0), abs=0.06))


def test_a_double_click_on_a_measurement_or_its_plate_writes_on_it(shown) -> None:
    shown.reading.apply(set_tool, "length")
    drag(shown, (1.0, 1.0), (9.0, 1.0))
    shown.reading.apply(set_tool, "window")
    mouse(shown, QEvent.Type.MouseButtonDblClick, (5.0, 1.0))
    write(shown, "node")
    assert lines(shown) == ["node", "2.00 mm", "pixel spacing"]
    assert not shown.reading.state.maximised
    geometry = shown.canvas.geometry_shown
    (plate,) = plates_of(drawn(shown), geometry)
    at = geometry.to_image((plate.place.center().x(), plate.place.center().y()))
    mouse(shown, QEvent.Type.MouseButtonDblClick, tuple(at))
    assert editor(shown).toPlainText() == "node"
    write(shown, "")
    assert lines(shown)[0] == "2.00 mm"


def test_a_click_on_a_plate_selects_and_a_drag_of_it_moves(shown) -> None:
    shown.reading.apply(set_tool, "note")
    click(shown, (3.0, 3.0))
    write(shown, "here")
    shown.reading.apply(set_tool, "window")
    shown.reading.apply(select, Selection())
    geometry = shown.canvas.geometry_shown
    (plate,) = plates_of(drawn(shown), geometry)
    at = geometry.to_image((plate.place.center().x(), plate.place.center().y()))
    click(shown, tuple(at))
    assert shown.reading.state.selection.measurement == made(shown)[0].id
    drag(shown, tuple(at), tuple(at + np.array((1.0, 0.5))), tuple(at + np.array((2.0, 1.0))))
    assert made(shown)[0].points[0] == pytest.approx((5.0, 4.0), abs=0.08)


def test_words_are_taken_when_the_image_changes_and_viewport_keys_are_letters_while_writing(shown) -> None:
    shown.reading.apply(set_tool, "note")
    click(shown, (3.0, 3.0))
    QTest.keyClicks(editor(shown), "fire")
    assert shown.reading.state.pane.frame == 0
    shown.reading.apply(set_frame, 0, 1)
    assert not editor(shown).is_open
    assert [(one.text, one.image.frame) for one in made(shown)] == [("fire", 1)]
    assert drawn(shown) == []


@pytest.mark.parametrize(
    ("view", "by"),
    [
        (View(), (1.0, 0.0)),
        (View(rotation=90), (0.0, -1.0)),
        (View(flipped=True), (-1.0, 0.0)),
        (View(rotation=90, flipped=True), (0.0, 1.0)),
    ],
)
def test_keys_move_the_whole_or_the_handle_last_held_as_it_is_seen(shown, view, by) -> None:
    acts = measuring_acts(shown.reading, shown.inputs)
    shown.reading.apply(set_tool, "length")
    drag(shown, (3.0, 3.0), (7.0, 3.0))
    shown.reading.apply(set_view, 0, view)
    before = np.array(made(shown)[0].points)
    acts["nudge_right"]()
    acts["nudge_right"]()
    assert np.array(made(shown)[0].points) == pytest.approx(before + 2 * np.array(by))
    shown.reading.undo()
    assert np.array(made(shown)[0].points) == pytest.approx(before)
    shown.reading.apply(set_view, 0, View())
    click(shown, (7.0, 3.0))
    (shape,) = drawn(shown)
    assert shape.held == 1
    acts["nudge_down"]()
    assert np.array(made(shown)[0].points) == pytest.approx(before + np.array([[0, 0], [0, 1]]), abs=0.06)


def test_what_is_not_to_be_seen_is_not_moved_by_keys(shown) -> None:
    shown.reading.apply(set_tool, "length")
    drag(shown, (3.0, 3.0), (7.0, 3.0))
    before = made(shown)
    shown.reading.apply(set_frame, 0, 1)
    measuring_acts(shown.reading, shown.inputs)["nudge_right"]()
    assert made(shown) == before


def test_what_a_measurement_says_is_copied_with_common_spaces_and_minus_signs(shown) -> None:
    shown.reading.apply(set_tool, "rectangle")
    drag(shown, (2.0, 1.0), (8.0, 5.0))
    measuring_acts(shown.reading, shown.inputs)["copy_measurement"]()
    text = QGuiApplication.clipboard().text()
    assert text.splitlines()[2:] == ["3.00 mm² · pixel spacing", "around 7.00 mm · 24 pixels"]
    assert text.startswith("mean -")
    assert text.isprintable() or "\n" in text
    assert not set(text) & {"\u00a0", "\u202f", "\u2212"}


def test_a_study_that_another_window_reviews_cannot_be_measured(shown) -> None:
    study = shown.reading.state.content.library.instances[0].study_instance_uid
    shown.reading.apply(set_tool, "length")
    drag(shown, (3.0, 3.0), (7.0, 3.0))
    before = made(shown)
    shown.reading.apply(set_read_only, {study})
    drag(shown, (3.0, 5.0), (7.0, 5.0))
    drag(shown, (7.0, 3.0), (9.0, 3.0))
    measuring_acts(shown.reading, shown.inputs)["delete_measurement"]()
    assert made(shown) == before


def test_every_measuring_tool_says_what_to_do_and_no_other_does() -> None:
    kinds: tuple[MeasurementKind, ...] = tuple(HINTS)
    assert all(hint_of(kind).endswith("Esc ends.") for kind in kinds)
    assert hint_of("pan") == ""
