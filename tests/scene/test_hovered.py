"""What the mouse is on stands out with all that speak of the same, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.scene.one_stack import one_stack, ramp_pixels
from viewer.domain.instance import InstanceKey
from viewer.reading.changes.hovering import hover
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection
from viewer.scene.drawables import MarkDrawable, OutlinePaths, PartRef
from viewer.scene.hovered import marks_standing_out, outlines_standing_out, parts_hovered

REPORT, OTHER = InstanceKey("report"), InstanceKey("other")
LINE = np.array([[0.0, 0.0], [1.0, 1.0]])


def mark(overlay: InstanceKey, part: int, item: str = "") -> MarkDrawable:
    return MarkDrawable(LINE, LINE, closed=False, color=(1, 2, 3), part=PartRef(overlay, part, item))


def outline(overlay: InstanceKey, part: int) -> OutlinePaths:
    return OutlinePaths((LINE,), (1, 2, 3), 1.0, PartRef(overlay, part))


def on(selection: Selection) -> ReadingState:
    state, _ = one_stack([ramp_pixels()])
    return hover(state, selection)


MARKS = [mark(REPORT, 1, "1.2.1"), mark(REPORT, 1, "1.20"), mark(REPORT, 2, "1.3"), mark(OTHER, 1)]


def standing_out(state: ReadingState) -> list[bool]:
    return [one.hovered for one in marks_standing_out(state, MARKS)]


def test_an_item_lets_the_marks_below_it_stand_out() -> None:
    assert standing_out(on(Selection(REPORT, 1, "1.2"))) == [True, False, False, False]
    assert standing_out(on(Selection(REPORT, 1, "1"))) == [True, True, True, False]


def test_a_part_lets_all_its_marks_and_its_outline_stand_out() -> None:
    state = on(Selection(REPORT, 1))
    assert standing_out(state) == [True, True, False, False]
    drawn = outlines_standing_out(state, [outline(REPORT, 1), outline(REPORT, 2), outline(OTHER, 1)])
    assert [one.hovered for one in drawn] == [True, False, False]


def test_nothing_stands_out_when_the_mouse_is_on_nothing_and_drawables_stay_the_same() -> None:
    state = on(Selection())
    assert parts_hovered(state) == frozenset()
    assert marks_standing_out(state, MARKS) == MARKS
    lines = [outline(REPORT, 1)]
    assert outlines_standing_out(state, lines)[0] is lines[0]


def test_hovering_is_no_step_of_undo_and_undo_leaves_it() -> None:
    reading = Reading(on(Selection()))
    reading.apply_undoable("", lambda state: replace(state, smooth=False))
    reading.apply(hover, Selection(REPORT, 1))
    reading.undo()
    assert reading.state.smooth
    assert reading.state.hovered == Selection(REPORT, 1)
    assert not reading.can_undo
