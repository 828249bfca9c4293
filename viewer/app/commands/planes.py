"""Planes and 3D of ``overread render``: which plane of a stack, and how a 3D pane would look at it."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from viewer.app.commands.opening import Refused
from viewer.domain.issues import issue
from viewer.domain.stack import Stack
from viewer.geometry.camera import StandardView, fitted, seen_from
from viewer.geometry.plane import Vector, to_vector
from viewer.imaging.volume_presets import presets_for, volume_preset
from viewer.reading.changes.crosshair import set_crosshair
from viewer.reading.changes.panes import with_pane
from viewer.reading.changes.volume import fly_to, set_camera
from viewer.reading.reslicing import PlaneKind, why_not_resliced
from viewer.reading.state import ReadingState
from viewer.reading.volume_view import stack_box

CutPlane = Literal["stack"] | PlaneKind


def is_cut(stack: Stack, plane: CutPlane) -> bool:
    """Say whether a plane is none of the stack's own frames."""
    return plane not in ("stack", stack.orientation)


def in_plane(
    state: ReadingState, plane: PlaneKind, *, number: int | None = None, point: Vector | None = None
) -> ReadingState:
    """Return the state of one pane with a plane through its stack instead of a frame.

    Parameters
    ----------
    number
        1-based, in display order.
    point
        Patient point (mm) that the plane goes through. Without both: the middle plane.

    Raises
    ------
    Refused
        When the stack has no other planes, or not so many, or none through the point.
    """
    base = state.stack_of(state.pane)
    why = why_not_resliced(base) if base is not None else "reslice_no_position"
    if base is None or why:
        raise Refused(f"There is no {plane} plane: {issue(why, 'info').text}")
    state = with_pane(state, 0, replace(state.pane, kind=plane))
    stack = state.stack_of(state.pane)
    assert stack is not None
    place = len(stack.frames) // 2
    if number is not None:
        if number > len(stack.frames):
            raise Refused(f"The stack {base.id} has {len(stack.frames)} {plane} planes; there is no plane {number}.")
        place = number - 1
    elif point is not None:
        place, distance_mm = stack.nearest_place(point)
        if distance_mm > (stack.spacing_mm[0] or 0.0) / 2 + 1e-3:
            raise Refused(f"The point lies {distance_mm:.1f} mm outside the {plane} planes of {base.id}.")
    return with_pane(state, 0, replace(state.pane, frame=place))


def middle_of(stack: Stack, place: int) -> Vector:
    """Return the patient point (mm) in the middle of a frame."""
    return to_vector(stack.planes[place].corners_patient().mean(axis=0))


def in_three_d(
    state: ReadingState, *, preset: str | None = None, view: StandardView | None = None, point: Vector | None = None
) -> ReadingState:
    """Return the state of one pane that shows its stack in 3D.

    Parameters
    ----------
    preset
        How the image is shown as a volume, by its id; None: not at all.
    view
        From where it is seen; None: from the front.
    point
        Patient point (mm) that the crosshair marks and the camera comes near to.

    Raises
    ------
    Refused
        When the images state no position, or no preset has the name.
    """
    stack = state.stack_of(state.pane)
    if stack is None or not stack.in_patient_space:
        raise Refused("These images state no position in the patient, so they have no 3D view.")
    if preset is not None and volume_preset(preset) is None:
        modality = state.content.library.instance(stack.frames[0].instance).modality
        raise Refused(f"There is no preset {preset}; there are: {', '.join(one.id for one in presets_for(modality))}.")
    pane = replace(state.pane, kind="volume", volume=replace(state.pane.volume, preset=preset or ""))
    state = with_pane(state, 0, pane)
    if view is not None:
        state = set_camera(state, 0, seen_from(fitted(stack_box(stack)), view))
    return state if point is None else fly_to(set_crosshair(state, 0, point), point, side="nearest")
