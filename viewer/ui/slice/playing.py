"""What keys, menus and the bar of a cine do to the reading."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Final

from viewer.reading.changes import cine
from viewer.reading.reading import Reading
from viewer.reading.state import Sweep
from viewer.scene.inputs import SceneInputs
from viewer.scene.playing import course_of, frames_per_second

SWEEPS: Final[tuple[Sweep, ...]] = ("loop", "swing", "once")
_STEPS: Final = (1.0, 2.0, 3.0, 5.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 80.0, 100.0, 120.0)


def toggle_playing(reading: Reading, inputs: SceneInputs, pane: int | None = None) -> None:
    """Play or pause a pane; None: the active one."""
    number = reading.state.active_pane if pane is None else pane
    reading.apply(cine.toggle_playing, number, course_of(reading.state, number, inputs))


def change_speed(reading: Reading, inputs: SceneInputs, by: int) -> None:
    """Play the active pane by a step faster (1) or slower (-1)."""
    pane = reading.state.active_pane
    now = frames_per_second(reading.state, pane, inputs)
    place = bisect_right(_STEPS, now) if by > 0 else bisect_left(_STEPS, now) - 1
    new = _STEPS[max(0, min(place, len(_STEPS) - 1))]
    reading.apply_undoable(f"cine-speed:{pane}", cine.set_speed, pane, new)


def next_sweep(reading: Reading, inputs: SceneInputs, pane: int | None = None) -> None:
    """Choose the next way to go on at the end of a cine."""
    number = reading.state.active_pane if pane is None else pane
    course = course_of(reading.state, number, inputs)
    now = course.sweep if course is not None else "loop"
    sweep = SWEEPS[(SWEEPS.index(now) + 1) % len(SWEEPS)]
    reading.apply_undoable("", cine.set_sweep, number, sweep)
