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
_touched: Remembered[_Touched] = Remembered(64, held_bytes)
_strips: Remembered[Strip] = Remembered(18, held_bytes)
NAMES_SHOWN = 4


@dataclass(frozen=True, eq=False)
class _Touched:
    """The frames that an overlay touches: a row of ``frames`` (parts, frames) for each of its parts."""

    numbers: tuple[int, ...]
    names: tuple[str, ...]
    frames: NDArray[np.bool_]


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


def _touched_by(overlay: Overlay, stack: Stack) -> _Touched:
    frames_of = coverage_of(overlay, stack)

    def made() -> _Touched:
        # Contours may belong to a region that the file lists nowhere: it is no part.
        labels = {part.number: plain(part.label) for part in overlay.parts if part.number in frames_of}
        numbers = tuple(labels)
        frames = np.array([frames_of[number] for number in numbers], bool).reshape(len(numbers), len(stack.frames))
        return _Touched(numbers, tuple(labels.values()), frames)

    return _touched.recall((overlay, stack, frames_of), (), made)


def _strip(state: ReadingState, stack: Stack, overlays: tuple[Overlay, ...]) -> Strip:
    count = len(stack.frames)
    parts, evaluated, selected = np.zeros(count, int), np.zeros(count, bool), np.zeros(count, bool)
    names: list[tuple[str, NDArray[np.bool_]]] = []
    color: Color | None = None
    for overlay in overlays:
        touched, looks = _touched_by(overlay, stack), part_looks(state, overlay)
        rows = [row for row, number in enumerate(touched.numbers) if number in looks and looks[number].visible]
        if not rows:
            continue
        parts += touched.frames[rows].sum(axis=0)
        names.extend((touched.names[row], touched.frames[row]) for row in rows)
        if state.selection.overlay == overlay.instance:
            chosen = [row for row in rows if state.selection.part in (None, touched.numbers[row])]
            selected |= touched.frames[chosen].any(axis=0)
            if chosen and state.selection.part is not None:
                color = looks[state.selection.part].color
        if overlay.origin in (Origin.AI, Origin.AI_ASSISTED):
            evaluated |= _evaluated.recall((overlay, stack), (), partial(referenced_frames, overlay.references, stack))
    keys, rejected = (
        tuple((plain(title), frames) for title, frames in found.items())
        for found in (key_frames(state, stack), rejected_frames(state, stack))
    )
    return Strip(parts, evaluated, selected, color, tuple(names), keys, rejected)
