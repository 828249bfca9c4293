"""What the mouse is on stands out with all that speak of the same, and nothing else does.

Acceptance check 46.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.reading.test_findings import (
    MILLILITRE,
    VOLUME,
    Group,
    Part,
    ReportResult,
    content_of,
    images,
    measurement_report,
    segmented,
)
from tests.reading.test_findings import Reading as Number
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


def test_check_46_a_segment_and_the_group_of_its_tracking_uid_stand_out_together(tmp_path: Path) -> None:
    """A further segment of the same object and its own group do not."""
    lesion, other = Part("Lesion", tracking="lesion"), Part("Other", tracking="other")
    source = images()
    seg = segmented(source, "seg", lesion, other)
    groups = [
        Group(part, (Number(VOLUME, ml, MILLILITRE),), segment=number)
        for number, (part, ml) in enumerate(((lesion, 15.0), (other, 3.0)), start=1)
    ]
    report = measurement_report(source, seg, groups, ReportResult("report"))
    state = ReadingState(content=content_of([*source, seg, report], tmp_path))
    by_kind = {overlay.kind: overlay for overlay in state.content.overlays.values()}
    segments, items = by_kind["segmentation"], by_kind["report"]
    together = parts_hovered(hover(state, Selection(segments.instance, 1)))
    (group,) = (part for key, part in together if key == items.instance)
    assert "15.0" in items.part(group).label
    assert (segments.instance, 2) not in together
    assert parts_hovered(hover(state, Selection(items.instance, group))) == together


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
