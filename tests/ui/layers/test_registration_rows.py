"""A registration has a row with a switch; what it places says so, and stops being placed when it is off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.domain.opened import opened, stack_of
from tests.iods.test_deformable_registration import FIXED, MOVING, VECTORS_AT, analytic, images, labels
from tests.synthetic.registration import deformable, registration
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.changes.layers import set_overlay_visible
from viewer.reading.changes.workspace import show_stack
from viewer.reading.state import ReadingState
from viewer.ui.layers.row import LayerFilter, LayerRow
from viewer.ui.layers.tree import layer_rows


def rows(state: ReadingState) -> dict[str, LayerRow]:
    found = layer_rows(state, LayerFilter(), lambda _: None)
    return {"registration" if state.content.overlays[row.overlay].registration else "result": row for row in found}


@pytest.mark.parametrize("kind", ["rigid", "deformable"])
def test_the_row_switches_what_it_joins(kind: str, tmp_path: Path) -> None:
    fixed, moving = images("fixed", FIXED, 1), images("moving", MOVING, 2)
    joining = (
        deformable(fixed[0], moving[0], analytic(), VECTORS_AT)
        if kind == "deformable"
        else registration(fixed[0], moving[0], [("RIGID", np.eye(4))])
    )
    made = segmentation(moving, labels(), [Part("One"), Part("Two")], Result("seg"))
    library = opened([*fixed, *moving, made, joining], tmp_path)
    with EagerInputs(library, {}) as inputs:
        state = ReadingState(content=read_content(library, inputs.readers))
    state = show_stack(state, 0, stack_of(library, fixed).id, 3)
    before = rows(state)
    words = {badge.text for badge in before["result"].badges}
    assert ("deformed" if kind == "deformable" else "registered") in words
    assert before["registration"].shown
    assert not before["registration"].dimmed
    assert not before["registration"].has_opacity
    off = rows(set_overlay_visible(state, before["registration"].overlay, visible=False))
    assert not off["registration"].shown
    assert [row.name for row in off["registration"].children] == ["Switched off: what it placed is not placed any more."]
    assert off["result"].children[0].kind == "reason"
    assert not {"deformed", "registered"} & {badge.text for badge in off["result"].badges}
