"""Reference lines: where the planes of other viewports cut the plane of this one. Pure geometry.

Decided
    A line is as long as the other picture is: its four outer edges are cut by this plane. What lies beside this picture is
    cut off.
    Planes that are nearly parallel have no line worth drawing: it would jump with every slice.
    Only planes of one Frame of Reference are cut with one another, or of two that a rigid registration joins; lines through
    a registration are dashed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from viewer.geometry.plane import FloatArray, Plane
from viewer.reading.spaces import passage
from viewer.reading.state import ReadingState
from viewer.scene.drawables import PatientPlane, ReferenceLine
from viewer.scene.remembered import Remembered

_PARALLEL_COSINE = float(np.cos(np.radians(10)))
_NAMES: tuple[PatientPlane, ...] = ("sagittal", "coronal", "axial")
_lines: Remembered[ReferenceLine | None] = Remembered(512)


def reference_lines(state: ReadingState, pane: int, plane: Plane) -> tuple[ReferenceLine, ...]:
    """Return the lines of a pane that shows a plane: faint ones first, that of the active viewport last.

    Parameters
    ----------
    plane
        What the pane shows, whether it is the plane of a frame or not.
    """
    if not state.reference_lines or not plane.in_patient_space:
        return ()
    found: list[ReferenceLine] = []
    for other in sorted(range(len(state.panes)), key=lambda number: number == state.active_pane):
        if other == pane:
            continue
        for cutting, strength in _planes(state, other):
            way = passage(state.content, cutting.frame_of_reference_uid, plane.frame_of_reference_uid)
            if way is None:
                continue
            moved = way.plane(cutting)
            key = (moved, strength, way.registered, plane)
            line = _lines.recall((), key, lambda key=key: _line(*key))  # type: ignore[misc]
            if line is not None and line not in found:
                found.append(line)
    return tuple(found)


def _planes(state: ReadingState, pane: int) -> Iterator[tuple[Plane, str]]:
    shown = state.panes[pane]
    stack = state.stack_of(shown)
    if stack is None or not stack.in_patient_space:
        return
    here, active = min(shown.frame, len(stack.planes) - 1), pane == state.active_pane
    if active and state.reference_ends:
        for end in {0, len(stack.planes) - 1} - {here}:
            yield stack.planes[end], "end"
    yield stack.planes[here], "strong" if active else "faint"


def _line(cutting: Plane, strength: str, registered: bool, plane: Plane) -> ReferenceLine | None:
    ends = cut(plane, cutting)
    if ends is None:
        return None
    (x, y), (to_x, to_y) = ends.tolist()
    return ReferenceLine(((x, y), (to_x, to_y)), plane_name(cutting.normal), strength, registered)  # type: ignore[arg-type]


def cut(plane: Plane, cutting: Plane) -> FloatArray | None:
    """Return the ends (2, 2), as positions on ``plane``, of where another picture cuts it; None where it does not.

    Both planes must be of one space.
    """
    if abs(float(np.dot(plane.normal, cutting.normal))) > _PARALLEL_COSINE:
        return None
    rows, columns = cutting.shape
    corners = cutting.point_patient([[0, 0], [columns, 0], [columns, rows], [0, rows]])
    heights = plane.distance_mm(corners)
    crossings = []
    for one, other in ((0, 1), (1, 2), (2, 3), (3, 0)):
        low, high = heights[one], heights[other]
        if (low < 0) != (high < 0):
            crossings.append(corners[one] + (corners[other] - corners[one]) * (low / (low - high)))
    if len(crossings) < 2:
        return None
    return _inside(plane.position_image(crossings[:2]), plane.shape)


def _inside(ends: FloatArray, shape: tuple[int, int]) -> FloatArray | None:
    """Return the part of a line (2, 2) that lies on a picture of (rows, columns); None when it passes beside it."""
    start, way = ends[0], ends[1] - ends[0]
    first, last = 0.0, 1.0
    for axis, size in ((0, shape[1]), (1, shape[0])):
        if abs(way[axis]) < 1e-9:
            if not 0 <= start[axis] <= size:
                return None
            continue
        near, far = sorted((-start[axis] / way[axis], (size - start[axis]) / way[axis]))
        first, last = max(first, near), min(last, far)
    return np.array([start + first * way, start + last * way]) if first < last else None


def plane_name(normal: tuple[float, float, float]) -> PatientPlane:
    """Return the body plane nearest to planes with a normal: a colour is chosen by it, so it is never none."""
    return _NAMES[int(np.argmax(np.abs(normal)))]
