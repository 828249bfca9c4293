"""What is said of a plane through a stack: which it is, how thick, how it was projected, and what it runs through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from viewer.domain.issues import issue
from viewer.domain.stack import Stack
from viewer.geometry.slab import Projection
from viewer.reading.state import Pane, ReadingState
from viewer.scene.drawables import Notice
from viewer.scene.plain_words import NO_BREAK_SPACE, decimal

_NAMES: Final[Mapping[str, str]] = {"axial": "Axial", "coronal": "Coronal", "sagittal": "Sagittal"}
_TURNED: Final[Mapping[str, str]] = {
    "axial": "Axial, turned",
    "coronal": "Coronal, turned",
    "sagittal": "Sagittal, turned",
}
_PROJECTIONS: Final[Mapping[Projection, str]] = {
    "maximum": "MIP {mm} mm",
    "minimum": "MinIP {mm} mm",
    "mean": "Mean {mm} mm",
}
_RESAMPLED: Final[Mapping[str, str]] = {
    "gantry_tilt": "reslice_tilt",
    "irregular_spacing": "reslice_uneven",
    "missing_slices": "reslice_gap",
}
"""What planes across frames, and volumes of them, make of what is wrong with their places."""


def cut_lines(state: ReadingState, pane: Pane, stack: Stack, place: int, say: Callable[[str], str]) -> tuple[str, ...]:
    """Return the lines that say which plane of a stack is shown: name, place and slab, then where it lies."""
    names = _NAMES if state.axes is None else _TURNED
    name = say(names.get(pane.kind, "Plane"))
    first = say("{plane} {number} / {count}").format(plane=name, number=place + 1, count=len(stack.frames))
    if pane.slab.thickness_mm > 0:
        slab = say(_PROJECTIONS[pane.slab.projection]).format(mm=decimal(pane.slab.thickness_mm, 1))
        first = f"{first} · {slab.replace(' mm', NO_BREAK_SPACE + 'mm')}"
    return first, offset_words(stack, place)


def offset_words(stack: Stack, place: int) -> str:
    """Return the patient coordinate along the axis that the stack runs along, as a reader knows it from the table."""
    origin = stack.planes[place].origin
    axis = {"axial": 2, "coronal": 1, "sagittal": 0}.get(stack.orientation)
    value = stack.planes[place].offset_mm if axis is None else origin[axis]
    return f"{decimal(value, 1)}{NO_BREAK_SPACE}mm"


def resampled_notices(state: ReadingState, pane: int) -> tuple[Notice, ...]:
    """Return what must be said of a stack whose frames form no even grid, in the first viewport that is made of it so."""
    shown = state.panes[pane]
    stack = state.content.library.stack(shown.stack_id) if shown.stack_id is not None else None
    alike = (number for number, one in enumerate(state.panes) if one.stack_id == shown.stack_id and _resamples(one))
    if stack is None or not _resamples(shown) or not (state.maximised or pane == next(alike, pane)):
        return ()
    found = (issue(_RESAMPLED[one.code], "info", **dict(one.parameters)) for one in stack.issues if one.code in _RESAMPLED)
    return tuple(Notice(one.text, severity=one.severity, replaces_image=False) for one in found)


def _resamples(pane: Pane) -> bool:
    """Say whether a viewport shows what is made of the voxels of all frames."""
    return pane.kind != "stack" and (pane.kind != "volume" or bool(pane.volume.preset))
