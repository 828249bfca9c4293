"""Layers: part switches, solo, styles, and jumping to a part."""

from __future__ import annotations

from tests.synthetic.values import axial_series, opened, two_part_overlay
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import PartMeasure
from viewer.reading.changes.layers import (
    cycle_style,
    select,
    set_all_parts_visible,
    set_overlay_opacity,
    set_overlay_visible,
    set_part_visible,
    set_solo,
    toggle_selected,
    toggle_solo,
)
from viewer.reading.changes.library import measures_made
from viewer.reading.changes.workspace import set_frame
from viewer.reading.navigate import go_to_part
from viewer.reading.state import ReadingState, Selection

SEG = InstanceKey("seg.0")


def state() -> ReadingState:
    return opened(axial_series("ct"), overlays=(two_part_overlay(),))


def shown(of: ReadingState) -> list[int]:
    overlay = of.content.overlays[SEG]
    return [part.number for part in overlay.parts if of.overlay_visible(overlay) and of.part_visible(overlay, part.number)]


def test_parts_start_as_the_object_says() -> None:
    assert shown(state()) == [3]


def test_parts_are_switched_one_by_one() -> None:
    assert shown(set_part_visible(state(), SEG, 7, visible=True)) == [3, 7]
    assert shown(set_part_visible(state(), SEG, 3, visible=False)) == []


def test_solo_shows_one_part_and_ends_as_it_was() -> None:
    alone = set_solo(state(), SEG, 7)
    assert shown(alone) == [7]
    assert shown(set_solo(alone, SEG, None)) == [3]


def test_switching_a_part_on_during_solo_ends_solo() -> None:
    assert shown(set_part_visible(set_solo(state(), SEG, 7), SEG, 7, visible=True)) == [3, 7]


def test_switching_a_part_on_switches_its_overlay_on() -> None:
    off = set_overlay_visible(state(), SEG, visible=False)
    assert shown(off) == []
    assert shown(set_part_visible(off, SEG, 7, visible=True)) == [3, 7]


def test_all_parts_are_switched_at_once() -> None:
    assert shown(set_all_parts_visible(state(), SEG, visible=True)) == [3, 7]
    assert shown(set_all_parts_visible(state(), SEG, visible=False)) == []


def test_opacity_stays_between_nothing_and_all() -> None:
    assert set_overlay_opacity(state(), SEG, 1.7).layer(SEG).opacity == 1.0
    assert set_overlay_opacity(state(), SEG, -1).layer(SEG).opacity == 0.0


def test_the_selected_row_is_toggled_and_soloed_by_key() -> None:
    chosen = select(state(), Selection(SEG, 3))
    assert shown(toggle_selected(chosen)) == []
    assert shown(toggle_solo(select(state(), Selection(SEG, 7)))) == [7]
    assert shown(toggle_solo(toggle_solo(select(state(), Selection(SEG, 7))))) == [3]
    assert shown(toggle_selected(select(state(), Selection(SEG)))) == []


def test_styles_come_round() -> None:
    styles = []
    changed = state()
    for _ in range(4):
        changed = cycle_style(changed)
        styles.append(changed.layer(SEG).style)
    assert styles == ["outline", "fill", "both", "outline"]


def test_going_to_a_part_selects_it_and_shows_its_slice() -> None:
    gone = go_to_part(set_frame(state(), 0, 0), SEG, 7)
    assert gone.selection == Selection(SEG, 7)
    assert gone.pane.frame == 2


def test_going_to_a_measured_part_shows_its_largest_slice() -> None:
    measured = measures_made(state(), SEG, {7: PartMeasure(5, 0.1, largest=(0.0, 0.0, -7.6))})
    assert go_to_part(measured, SEG, 7).pane.frame == 3
