"""A window is taken along only where the values mean the same."""

from __future__ import annotations

from dataclasses import replace

from tests.scene.one_stack import FakeInputs, image_attributes
from tests.synthetic.turned_series import AXIAL, turned_series
from tests.synthetic.values import opened
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.linking import toggle_link, toggle_linked
from viewer.reading.changes.workspace import show_stack
from viewer.reading.state import ReadingState
from viewer.scene.linked import window_partners


def shown() -> tuple[ReadingState, FakeInputs]:
    """Two CT in HU, a CT without a unit, two MR series, of which the second hangs twice."""
    units = {"hu1": ("CT", "HU"), "hu2": ("CT", "HU"), "raw": ("CT", ""), "mr1": ("MR", ""), "mr2": ("MR", "")}
    state = opened(*(turned_series(name, AXIAL, modality=modality) for name, (modality, _) in units.items()))
    state = toggle_link(set_layout(state, "2x3"), "window")
    for pane, name in enumerate(("hu1", "hu2", "raw", "mr1", "mr2", "mr2")):
        state = show_stack(state, pane, f"{name}#1", 0)
    inputs = FakeInputs()
    for header in state.content.library.instances:
        modality, unit = units[header.series_instance_uid]
        inputs.shown[header.key] = image_attributes(modality=modality, rescale_type=unit)
    return state, inputs


def test_the_same_modality_and_unit_are_partners() -> None:
    state, inputs = shown()
    assert window_partners(state, 0, inputs) == (1,)
    assert window_partners(state, 2, inputs) == ()


def test_without_a_unit_only_the_same_series_is_a_partner() -> None:
    state, inputs = shown()
    assert window_partners(state, 3, inputs) == ()
    assert window_partners(state, 4, inputs) == (5,)


def test_without_the_link_nothing_is() -> None:
    state, inputs = shown()
    assert window_partners(toggle_linked(state), 0, inputs) == ()
    assert window_partners(toggle_link(state, "window"), 0, inputs) == ()
    assert window_partners(replace(state, panes=tuple(replace(one, stack_id=None) for one in state.panes)), 0, inputs) == ()
