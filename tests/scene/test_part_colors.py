"""Colours are the file's where they can be told apart; a crowded object opens as lines with the selected part filled."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.small_study import SEG, segmentation, small_state
from viewer.domain.overlay import Overlay
from viewer.domain.palette import PALETTE
from viewer.domain.segmentation import Segment, Segmentation
from viewer.reading.changes.layers import select, set_part_color, set_part_style, set_style
from viewer.reading.changes.many_parts import set_safe_colors
from viewer.reading.state import Selection
from viewer.scene.part_colors import part_colors
from viewer.scene.part_look import CROWDED, opens_calm, part_looks

GREEN = (128, 174, 128)


def alike(*stated: tuple[int, int, int] | None) -> Overlay:
    """An object whose segments state these colours."""
    overlay = segmentation(len(stated))
    assert isinstance(overlay.content, Segmentation)
    segments = tuple(Segment(n, f"Part {n}", color=color) for n, color in enumerate(stated, 1))
    parts = tuple(replace(part, color=stated[n] or part.color) for n, part in enumerate(overlay.parts))
    return replace(overlay, parts=parts, content=replace(overlay.content, segments=segments))


def test_parts_that_the_file_colours_alike_are_told_apart_and_marked() -> None:
    overlay = alike(GREEN, GREEN, (200, 0, 0), GREEN)
    found = part_colors(overlay, safe=False)
    assert [found[n].repaired for n in (1, 2, 3, 4)] == ["", "identical", "", "identical"]
    assert len({found[n].color for n in (1, 2, 3, 4)}) == 4
    assert found[1].color == GREEN
    assert overlay.part(2).color == GREEN, "what the file said stays"


def test_a_colour_nobody_could_see_is_marked_as_repaired() -> None:
    overlay = alike((0, 0, 0), GREEN)
    shown = replace(overlay, parts=(replace(overlay.parts[0], color=PALETTE[0]), overlay.parts[1]))
    assert part_colors(shown, safe=False)[1].repaired == "invisible"


def test_safe_colours_are_those_of_the_palette_and_dashed_where_they_repeat() -> None:
    overlay = segmentation(30)
    found = part_colors(overlay, safe=True)
    assert [found[n].color for n in range(1, 25)] == list(PALETTE)
    assert [found[n].dashed for n in (24, 25)] == [False, True]


def test_the_readers_own_colour_wins_over_everything() -> None:
    state = set_safe_colors(set_part_color(small_state(), SEG, 1, (1, 200, 3)), on=True)
    looks = part_looks(state, state.content.overlays[SEG])
    assert looks[1].color == (1, 200, 3)
    assert looks[2].color == PALETTE[1]


def test_many_parts_open_as_lines_and_the_selected_one_is_filled() -> None:
    state = small_state(CROWDED + 1)
    overlay = state.content.overlays[SEG]
    assert opens_calm(state, overlay)
    looks = part_looks(select(state, Selection(SEG, 3)), overlay)
    assert (looks[1].fill, looks[1].line) == (0.0, 1.0)
    assert looks[3].fill > 0
    chosen = set_style(state, SEG, "both")
    assert not opens_calm(chosen, overlay)
    assert part_looks(chosen, overlay)[1].fill > 0
    assert not opens_calm(small_state(CROWDED), small_state(CROWDED).content.overlays[SEG])


def test_a_part_is_drawn_in_its_own_style() -> None:
    state = set_part_style(set_style(small_state(), SEG, "outline"), SEG, 2, "fill")
    looks = part_looks(state, state.content.overlays[SEG])
    assert (looks[1].fill, looks[1].line) == (0.0, 1.0)
    assert looks[2].fill > 0
    assert looks[2].line == 0.0
