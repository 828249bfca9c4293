"""The crosshair on a pane: a cross at the exact place, where the slice that is shown is the one nearest to the point."""

from __future__ import annotations

import numpy as np

from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.reading.spaces import passage
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
    way = passage(state.content, marked.frame_of_reference_uid, plane.frame_of_reference_uid)
    if way is None:
        return ()
    point = way.point(marked.point_patient)
    distance = abs(float(plane.distance_mm(point)))
    if distance > stack.nearest_place(point)[1] + 1e-6 or distance > _half_slice_mm(stack, plane):
        return ()
    column, row = plane.position_image(np.asarray(point)).tolist()
    lines = (plane_name(plane.axis_column), plane_name(plane.axis_row))
    drawn = CrosshairDrawable((column, row), *lines)
    return (_made.recall((), drawn, lambda: drawn),)


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
