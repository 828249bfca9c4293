"""What the slice strip beside a pane shows: where the AI looked, where visible parts lie, where the selected one lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from viewer.domain.coverage import coverage, referenced_frames
from viewer.domain.overlay import Overlay
from viewer.domain.provenance import Origin
from viewer.domain.stack import Stack
from viewer.reading.key_images import key_frames, rejected_frames
from viewer.reading.state import ReadingState
from viewer.scene.drawables import Color
from viewer.scene.held_bytes import held_bytes
from viewer.scene.part_look import part_looks
from viewer.scene.plain_words import plain
from viewer.scene.remembered import Remembered

_coverages: Remembered[Mapping[int, NDArray[np.bool_]]] = Remembered(64, held_bytes)
_evaluated: Remembered[NDArray[np.bool_]] = Remembered(64, held_bytes)
_strips: Remembered[Strip] = Remembered(18, held_bytes)
NAMES_SHOWN = 4


@dataclass(frozen=True, eq=False)
class Strip:
    """One entry a frame of the stack.

    ``parts`` counts visible parts on a frame; ``evaluated`` marks frames that a visible AI result names; ``selected``
    marks those on which the selected part (or overlay) lies, in ``selected_color``.
    """

    parts: NDArray[np.int64]
    evaluated: NDArray[np.bool_]
    selected: NDArray[np.bool_]
    selected_color: Color | None
    names: tuple[tuple[str, NDArray[np.bool_]], ...]
    keys: tuple[tuple[str, NDArray[np.bool_]], ...] = ()
    """By title of a key object selection the frames that are its key images."""
    rejected: tuple[tuple[str, NDArray[np.bool_]], ...] = ()
    """By title of a rejection note the frames that it lists."""

    @property
    def count(self) -> int:
        """Number of frames."""
        return len(self.parts)

    def names_on(self, place: int) -> tuple[tuple[str, ...], int]:
        """Return the first names on a frame (0-based) and how many more there are."""
        found = [name for name, here in self.names if here[place]]
        return tuple(found[:NAMES_SHOWN]), max(len(found) - NAMES_SHOWN, 0)


def strip_of(state: ReadingState, pane: int) -> Strip | None:
    """Return what the strip of a pane shows; None for an empty pane or a single frame."""
    stack = state.stack_of(state.panes[pane])
    if stack is None or len(stack.frames) < 2:
        return None
    overlays = tuple(state.content.overlays_on(stack.id))
    objects = (stack, state.layers, *overlays)
    values = (state.selection, state.overlays_hidden)
    return _strips.recall(objects, values, lambda: _strip(state, stack, overlays))


def coverage_of(overlay: Overlay, stack: Stack) -> Mapping[int, NDArray[np.bool_]]:
    """Return which frames each part touches; remembered, so that a job may work it out before the strip asks."""
    return _coverages.recall((overlay, stack), (), partial(coverage, overlay, stack))


def _strip(state: ReadingState, stack: Stack, overlays: tuple[Overlay, ...]) -> Strip:
    count = len(stack.frames)
    parts, evaluated, selected = np.zeros(count, int), np.zeros(count, bool), np.zeros(count, bool)
    names: list[tuple[str, NDArray[np.bool_]]] = []
    color: Color | None = None
    for overlay in overlays:
        looks = part_looks(state, overlay)
        touched = coverage_of(overlay, stack)
        shown = False
        for number, here in touched.items():
            if number not in looks or not looks[number].visible:
                continue
            shown = True
            parts += here
            names.append((plain(overlay.part(number).label), here))
            if state.selection.overlay == overlay.instance and state.selection.part in (None, number):
                selected |= here
                color = looks[number].color if state.selection.part == number else color
        if shown and overlay.origin in (Origin.AI, Origin.AI_ASSISTED):
            evaluated |= _evaluated.recall((overlay, stack), (), partial(referenced_frames, overlay.references, stack))
    keys, rejected = (
        tuple((plain(title), frames) for title, frames in found.items())
        for found in (key_frames(state, stack), rejected_frames(state, stack))
    )
    return Strip(parts, evaluated, selected, color, tuple(names), keys, rejected)
