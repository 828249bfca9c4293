"""What the strip beside a pane counts: the visible parts on each frame, and where the selected one lies."""

from __future__ import annotations

import numpy as np
import pytest

from tests.scene.one_stack import one_stack, overlay_of, ramp_pixels
from viewer.domain.overlay import Overlay
from viewer.reading.changes.layers import select, set_overlay_visible, set_part_visible
from viewer.reading.state import ReadingState, Selection
from viewer.scene import strip as strips
from viewer.scene.strip import Strip, strip_of

RED, GREEN = (230, 20, 20), (20, 230, 20)
TOUCHED = {1: [True, True, False, False], 2: [False, True, True, False], 7: [True, True, True, True]}
"""Number 7 is no part: contours of a region that the file lists nowhere."""


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> tuple[ReadingState, Overlay]:
    """Four frames with a result of two parts."""
    monkeypatch.setattr(
        strips, "coverage", lambda overlay, stack: {number: np.array(here) for number, here in TOUCHED.items()}
    )
    overlay = overlay_of("contours", {1: RED, 2: GREEN})
    state, _ = one_stack([ramp_pixels() + place for place in range(4)], [(overlay, {})])
    return state, overlay


def strip_in(state: ReadingState) -> Strip:
    found = strip_of(state, 0)
    assert found is not None
    return found


def test_visible_parts_are_counted_and_named_and_what_is_no_part_is_not(study: tuple[ReadingState, Overlay]) -> None:
    state, overlay = study
    key = overlay.instance
    assert strip_in(state).parts.tolist() == [1, 2, 1, 0]
    assert strip_in(state).names_on(1) == ((overlay.part(1).label, overlay.part(2).label), 0)
    without_one = strip_in(set_part_visible(state, key, 1, visible=False))
    assert without_one.parts.tolist() == [0, 1, 1, 0]
    assert strip_in(set_overlay_visible(state, key, visible=False)).parts.tolist() == [0, 0, 0, 0]


def test_the_selected_part_has_its_colour_and_a_selected_result_that_of_none(study: tuple[ReadingState, Overlay]) -> None:
    state, overlay = study
    one = strip_in(select(state, Selection(overlay.instance, 2)))
    assert one.selected.tolist() == TOUCHED[2]
    assert one.selected_color == GREEN
    every = strip_in(select(state, Selection(overlay.instance)))
    assert every.selected.tolist() == [True, True, True, False]
    assert every.selected_color is None
    assert not strip_in(
        select(set_part_visible(state, overlay.instance, 2, visible=False), Selection(overlay.instance, 2))
    ).selected.any()
