"""The crosshair on a pane: a cross at the exact place, where the slice that is shown is the one nearest to the point."""

from __future__ import annotations

import numpy as np

from viewer.domain.stack import Stack
from viewer.geometry.plane import FloatArray, Plane
from viewer.reading.changes.crosshair import joins_planes
from viewer.reading.reslicing import PLANE_KINDS, Axes, PlaneKind, own_axes
from viewer.reading.spaces import passage, space_of
from viewer.reading.state import ReadingState
from viewer.scene.cursor import CursorInfo, cursor_info
from viewer.scene.drawables import CrosshairDrawable
from viewer.scene.inputs import SceneInputs
from viewer.scene.reference_lines import plane_name
from viewer.scene.remembered import Remembered

_REACH = 2.0
"""Image pixels: how near a line or point must be to count as being under the crosshair."""
_THINNEST_MM = 1.0
"""What a slice stands for at least, where neither a thickness nor a gap is stated."""
_CROSSED: dict[PlaneKind, tuple[PlaneKind, PlaneKind]] = {
    "axial": ("coronal", "sagittal"),
    "coronal": ("axial", "sagittal"),
    "sagittal": ("axial", "coronal"),
}
"""Which planes cut a plane: along the horizontal line, and along the vertical one."""
_LEAST_SLANT = float(np.sin(np.radians(10)))
"""A plane that cuts another at a smaller angle has no line worth drawing."""
_made: Remembered[CrosshairDrawable] = Remembered(64)


def crosshair_on(state: ReadingState, stack: Stack, plane: Plane) -> tuple[CrosshairDrawable, ...]:
    """Return the cross on a plane of a stack.

    There is none while the plane is not the one of its stack nearest to the point, and where the point lies beyond the
    stack: a cross on its last slice would say that it is there.

    The vertical line stands for the plane that it lies in: that whose normal runs along the columns of the picture.
    """
    marked = state.crosshair
    if marked is None or not plane.in_patient_space:
        return ()
    if state.tool != "crosshair" and not state.reference_lines:
        return ()
    way = passage(state.content, marked.frame_of_reference_uid, space_of(stack))
    if way is None:
        return ()
    point = way.point(marked.point_patient)
    distance = abs(float(plane.distance_mm(point)))
    if distance > stack.nearest_place(point)[1] + 1e-6 or distance > _half_slice_mm(stack, plane):
        return ()
    column, row = plane.position_image(np.asarray(point)).tolist()
    drawn = _of_planes(state, stack, plane, (column, row))
    if drawn is None:
        drawn = CrosshairDrawable((column, row), plane_name(plane.axis_column), plane_name(plane.axis_row))
    return (_made.recall((), drawn, lambda: drawn),)


def _of_planes(state: ReadingState, stack: Stack, plane: Plane, at: tuple[float, float]) -> CrosshairDrawable | None:
    """Return the lines of the other two planes through the stack; None where they lie along rows and columns anyway."""
    base = state.content.library.stack(stack.id)
    if base is None or not joins_planes(state) or not (stack.resliced or (state.axes is not None and len(base.frames) > 1)):
        return None
    normals = _normals(state.axes or own_axes(base))
    own = max(PLANE_KINDS, key=lambda kind: abs(float(np.dot(normals[kind], plane.normal))))
    horizontal, vertical = _CROSSED[own]
    along = tuple(_direction(plane, normals[kind]) for kind in (horizontal, vertical))
    if along[0] is None or along[1] is None:
        return None
    return CrosshairDrawable(at, vertical, horizontal, (along[0], along[1]))


def _normals(axes: Axes) -> dict[PlaneKind, FloatArray]:
    left, back, head = (np.asarray(axis) for axis in axes)
    return {"axial": head, "coronal": back, "sagittal": left}


def _direction(plane: Plane, normal: FloatArray) -> tuple[float, float] | None:
    """Return the direction (column, row) in which a plane with a normal cuts another one."""
    way = np.cross(plane.normal, normal)
    if float(np.linalg.norm(way)) < _LEAST_SLANT:
        return None
    column = float(way @ np.asarray(plane.axis_column)) / plane.spacing_mm[1]
    row = float(way @ np.asarray(plane.axis_row)) / plane.spacing_mm[0]
    length = float(np.hypot(column, row))
    column, row = round(column / length, 9), round(row / length, 9)
    # A line has no sense: one of the two must be chosen, or the same line would be another drawable.
    sign = -1.0 if column < 0 or (column == 0 and row < 0) else 1.0
    return sign * column + 0.0, sign * row + 0.0


def _half_slice_mm(stack: Stack, plane: Plane) -> float:
    """Return how far from a plane its picture still speaks of a point."""
    return max(plane.thickness_mm, stack.spacing_mm[0] or 0.0, _THINNEST_MM) / 2 + 1e-3


def crosshair_info(state: ReadingState, inputs: SceneInputs) -> CursorInfo | None:
    """Return what is under the crosshair in the active viewport; None without it, and where the viewport is elsewhere."""
    stack = state.stack_of(state.pane)
    if stack is None or state.crosshair is None:
        return None
    plane = stack.planes[min(state.pane.frame, len(stack.planes) - 1)]
    drawn = crosshair_on(state, stack, plane)
    return cursor_info(state, state.active_pane, inputs, drawn[0].at, reach=_REACH) if drawn else None
