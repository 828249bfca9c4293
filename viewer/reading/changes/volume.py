"""Changes of a 3D pane: camera, how the image is seen through, what is cut off, what is drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from viewer.domain.transfer import TransferFunction
from viewer.geometry.box import Box
from viewer.geometry.camera import Camera, fitted, from_nearest_side, looking_at
from viewer.geometry.plane import Vector
from viewer.reading.changes.panes import with_pane
from viewer.reading.state import ReadingState
from viewer.reading.volume_view import VolumeView, stack_box

NEAR_MM = 120.0
"""What the picture's height shows after a flight to a finding."""


def set_camera(state: ReadingState, pane: int, camera: Camera | None) -> ReadingState:
    """Look from another place; None sees everything from the front."""
    return _with_view(state, pane, replace(state.panes[pane].volume, camera=camera))


def set_preset(state: ReadingState, pane: int, preset: str) -> ReadingState:
    """Show the image as a volume by a preset's id; empty: not at all."""
    return _with_view(state, pane, replace(state.panes[pane].volume, preset=preset, transfer=None))


def set_transfer(state: ReadingState, pane: int, transfer: TransferFunction | None) -> ReadingState:
    """Look through the image by another function; None: that of the preset."""
    return _with_view(state, pane, replace(state.panes[pane].volume, transfer=transfer))


def set_clipping(state: ReadingState, pane: int, clipping: Box | None) -> ReadingState:
    """Show only what lies inside a box; None: everything."""
    return _with_view(state, pane, replace(state.panes[pane].volume, clipping=clipping))


def toggle_surfaces(state: ReadingState, pane: int) -> ReadingState:
    """Show the surfaces of parts, or not."""
    view = state.panes[pane].volume
    return _with_view(state, pane, replace(view, surfaces=not view.surfaces))


def toggle_planes_in_3d(state: ReadingState, pane: int) -> ReadingState:
    """Show the planes of the other viewports in 3D, or not."""
    view = state.panes[pane].volume
    return _with_view(state, pane, replace(view, planes=not view.planes))


def fly_to(state: ReadingState, point: Vector, *, side: Literal["same", "nearest"] = "same") -> ReadingState:
    """Bring the cameras of all 3D panes of the active viewport's stack near a patient point.

    Parameters
    ----------
    side
        From which the point is looked at: the same as before, or where that is much deeper, the one it lies nearest to, so
        that a part in the back is not behind all others.
    """
    for number, pane in enumerate(state.panes):
        stack = state.stack_of(pane)
        if pane.kind != "volume" or stack is None or pane.stack_id != state.pane.stack_id or not stack.in_patient_space:
            continue
        camera = pane.volume.camera or fitted(stack_box(stack))
        if side == "nearest":
            camera = from_nearest_side(camera, point, stack_box(stack))
        nearer = looking_at(camera, point, height_mm=min(camera.height_mm, NEAR_MM))
        state = set_camera(state, number, nearer)
    return state


def _with_view(state: ReadingState, pane: int, view: VolumeView) -> ReadingState:
    return with_pane(state, pane, replace(state.panes[pane], volume=view))
