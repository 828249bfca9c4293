"""How a pane plays: the reader's choice, else what the file says, else a default. Pure."""

from __future__ import annotations

from viewer.domain.cine import CineAttributes
from viewer.domain.image_attributes import ImageAttributes
from viewer.domain.stack import Stack
from viewer.reading.changes.cine import FASTEST, SLOWEST, Course
from viewer.reading.state import Pane, ReadingState
from viewer.scene.inputs import SceneInputs

DEFAULT_FRAMES_PER_SECOND = 10.0


def course_of(state: ReadingState, pane: int, inputs: SceneInputs) -> Course | None:
    """Return what a pane plays; None for an empty pane or a single frame."""
    shown = state.panes[pane]
    stack = state.stack_of(shown)
    if stack is None or len(stack.frames) < 2:
        return None
    stated = _attributes(state, shown, inputs)
    cine = stated.cine if stated is not None else CineAttributes()
    first, last = _trimmed(stack, cine)
    chosen, end = shown.cine, len(stack.frames) - 1
    first = first if chosen.first is None else min(chosen.first, end)
    last = last if chosen.last is None else min(chosen.last, end)
    return Course(first, max(first, last), chosen.sweep or cine.sweep or "loop")


def frames_per_second(state: ReadingState, pane: int, inputs: SceneInputs) -> float:
    """Return the pace of a pane; of a Frame Time Vector the mean."""
    shown = state.panes[pane]
    if shown.cine.frames_per_second is not None:
        return shown.cine.frames_per_second
    stated = _attributes(state, shown, inputs)
    if stated is None:
        return DEFAULT_FRAMES_PER_SECOND
    times = stated.cine.frame_times_ms[1:]
    pace = stated.frame_time_ms or (sum(times) / len(times) if times else None)
    return max(SLOWEST, min(1000.0 / pace, FASTEST)) if pace else DEFAULT_FRAMES_PER_SECOND


def interval_ms(state: ReadingState, pane: int, inputs: SceneInputs) -> float:
    """Return how long the frame of a pane stays before the next: by the Frame Time Vector where nothing else is said."""
    shown = state.panes[pane]
    stated = _attributes(state, shown, inputs)
    if shown.cine.frames_per_second is None and stated is not None and stated.frame_time_ms is None:
        frame, times = state.frame_of(shown), stated.cine.frame_times_ms
        if frame is not None and frame.index + 1 < len(times) and times[frame.index + 1] > 0:
            return max(times[frame.index + 1], 1000.0 / FASTEST)
    return 1000.0 / frames_per_second(state, pane, inputs)


def _attributes(state: ReadingState, pane: Pane, inputs: SceneInputs) -> ImageAttributes | None:
    frame = state.frame_of(pane)
    found = inputs.attributes(frame.instance) if frame is not None else None
    return found if isinstance(found, ImageAttributes) else None


def _trimmed(stack: Stack, cine: CineAttributes) -> tuple[int, int]:
    """Return the 0-based places between Start Trim and Stop Trim; all of a stack that is not one object's frames."""
    end = len(stack.frames) - 1
    if (cine.start is None and cine.stop is None) or len({frame.instance for frame in stack.frames}) > 1:
        return 0, end
    start, stop = cine.start or 1, cine.stop or max(frame.index for frame in stack.frames) + 1
    kept = [place for place, frame in enumerate(stack.frames) if start <= frame.index + 1 <= stop]
    return (kept[0], kept[-1]) if kept else (0, end)
