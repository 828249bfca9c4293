"""The reading tells everybody what changed, and undo restores choices without losing what the files say."""

from __future__ import annotations

from tests.synthetic.values import axial_series, library, opened
from viewer.reading.changes.library import library_grew
from viewer.reading.changes.workspace import set_frame, set_tool, set_window
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, WindowChoice


def window(center: float) -> WindowChoice:
    return WindowChoice("user", center=center, width=100)


def test_listeners_hear_the_old_and_the_new_state_once() -> None:
    reading = Reading(opened(axial_series("ct")))
    heard: list[tuple[int, int]] = []
    stop = reading.connect(lambda old, new: heard.append((old.pane.frame, new.pane.frame)))
    reading.apply(set_frame, 0, 4)
    stop()
    reading.apply(set_frame, 0, 1)
    assert heard == [(2, 4)]


def test_a_change_that_changes_nothing_tells_nobody() -> None:
    reading = Reading(opened(axial_series("ct")))
    heard: list[ReadingState] = []
    reading.connect(lambda old, new: heard.append(new))
    reading.apply(set_frame, 0, 2)
    assert heard == []


def test_undo_and_redo_walk_through_choices() -> None:
    reading = Reading(opened(axial_series("ct")))
    reading.apply_undoable("", set_window, 0, window(1))
    reading.apply_undoable("", set_window, 0, window(2))
    reading.undo()
    assert reading.state.pane.window.center == 1
    reading.undo()
    assert reading.state.pane.window == WindowChoice()
    assert not reading.can_undo
    reading.redo()
    reading.redo()
    assert reading.state.pane.window.center == 2
    assert not reading.can_redo


def test_changes_with_one_merge_key_are_one_step() -> None:
    reading = Reading(opened(axial_series("ct")))
    for center in range(5):
        reading.apply_undoable("drag", set_window, 0, window(center + 1))
    reading.undo()
    assert reading.state.pane.window == WindowChoice()


def test_what_was_given_up_cannot_be_redone() -> None:
    reading = Reading(opened(axial_series("ct")))
    reading.apply_undoable("", set_window, 0, window(1))
    for center in range(2, 5):
        reading.apply_undoable("drag", set_window, 0, window(center))
    reading.give_up_step()
    assert reading.state.pane.window == window(1)
    assert not reading.can_redo
    reading.redo()
    assert reading.state.pane.window == window(1)
    reading.apply_undoable("drag", set_window, 0, window(9))
    reading.undo()
    assert reading.state.pane.window == window(1), "what comes next is a step of its own"
    reading.undo()
    reading.give_up_step()
    assert reading.can_redo, "nothing is there to be given up"
    assert reading.state.pane.window == WindowChoice()


def test_an_ended_step_takes_no_more_changes() -> None:
    reading = Reading(opened(axial_series("ct")))
    reading.apply_undoable("drag", set_window, 0, window(1))
    reading.end_step()
    reading.apply_undoable("drag", set_window, 0, window(2))
    reading.undo()
    assert reading.state.pane.window.center == 1


def test_a_new_choice_ends_redo() -> None:
    reading = Reading(opened(axial_series("ct")))
    reading.apply_undoable("", set_window, 0, window(1))
    reading.undo()
    reading.apply_undoable("", set_tool, "pan")
    assert not reading.can_redo


def test_undo_keeps_what_was_loaded_since() -> None:
    reading = Reading(opened(axial_series("ct")))
    reading.apply_undoable("", set_tool, "pan")
    grown = library(axial_series("ct"), axial_series("mr"))
    reading.apply(library_grew, grown, scanning=False)
    reading.undo()
    assert reading.state.tool == "window"
    assert reading.state.content.library is grown
