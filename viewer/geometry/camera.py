"""The camera of a 3D pane, as a value: turning, moving and zooming make another one. Patient LPS mm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from viewer.geometry.box import Box
from viewer.geometry.plane import FloatArray, Vector, to_vector
from viewer.geometry.rotation import rotation

Projection = Literal["parallel", "perspective"]
StandardView = Literal["anterior", "posterior", "left", "right", "head", "feet"]

VIEW_ANGLE_DEGREES = 30.0
"""Of the whole height of the picture, in perspective."""

_FIT = 1.05
_NEAREST = 1e-3
STANDARD_VIEWS: dict[StandardView, tuple[Vector, Vector]] = {
    "anterior": ((0.0, -1.0, 0.0), (0.0, 0.0, 1.0)),
    "posterior": ((0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "left": ((1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    "right": ((-1.0, 0.0, 0.0), (0.0, 0.0, 1.0)),
    "head": ((0.0, 0.0, 1.0), (0.0, -1.0, 0.0)),
    "feet": ((0.0, 0.0, -1.0), (0.0, -1.0, 0.0)),
}
_AROUND: tuple[StandardView, ...] = ("anterior", "posterior", "left", "right")
_MUCH_MORE = 1.5


@dataclass(frozen=True)
class Camera:
    """Looks from ``position`` at ``focus``; ``up`` is where the top of the picture is.

    ``height_mm`` is what the picture's height shows in the plane of the focus; in perspective it goes with the distance.
    """

    position: Vector
    focus: Vector
    up: Vector
    height_mm: float
    parallel: bool = False

    @property
    def towards(self) -> FloatArray:
        """Unit vector from the camera to its focus."""
        way = np.subtract(self.focus, self.position)
        return np.asarray(way / max(float(np.linalg.norm(way)), _NEAREST))

    @property
    def across(self) -> FloatArray:
        """Unit vector to the right of the picture."""
        side = np.cross(self.towards, self.up)
        return np.asarray(side / max(float(np.linalg.norm(side)), _NEAREST))

    @property
    def upright(self) -> FloatArray:
        """Unit vector to the top of the picture, square to where it looks."""
        return np.asarray(np.cross(self.across, self.towards))


def fitted(box: Box, *, view: StandardView = "anterior", projection: Projection = "perspective") -> Camera:
    """Return a camera that sees a whole box from a standard side."""
    away, up = STANDARD_VIEWS[view]
    height_mm = max(box.diagonal_mm, _NEAREST) * _FIT
    return looking(np.asarray(box.center), np.asarray(away), up, height_mm=height_mm, parallel=projection == "parallel")


def seen_from(camera: Camera, view: StandardView) -> Camera:
    """Return the camera on a standard side of the patient; focus and height stay."""
    away, up = STANDARD_VIEWS[view]
    return looking(np.asarray(camera.focus), np.asarray(away), up, height_mm=camera.height_mm, parallel=camera.parallel)


def turned(camera: Camera, across: float, down: float) -> Camera:
    """Return the camera moved around its focus, as if the object were dragged.

    Parameters
    ----------
    across, down
        How far the mouse went, in parts of the picture's height; its whole height is half a turn.
    """
    way = np.subtract(camera.position, camera.focus)
    about_up = rotation(camera.upright, -across * 180)
    about_side = rotation(camera.across, -down * 180)
    both = about_side @ about_up
    return replace(
        camera,
        position=to_vector(np.asarray(camera.focus) + both @ way),
        up=to_vector(both @ camera.upright),
    )


def moved(camera: Camera, across: float, down: float) -> Camera:
    """Return the camera shifted so that the focus follows the mouse, in parts of the picture's height."""
    shift = (-camera.across * across + camera.upright * down) * camera.height_mm
    return replace(
        camera,
        position=to_vector(np.asarray(camera.position) + shift),
        focus=to_vector(np.asarray(camera.focus) + shift),
    )


def zoomed(camera: Camera, factor: float) -> Camera:
    """Return the camera nearer (factor over 1) or farther."""
    return looking(
        np.asarray(camera.focus), -camera.towards, camera.up, height_mm=camera.height_mm / factor, parallel=camera.parallel
    )


def looking_at(camera: Camera, point: Vector, *, height_mm: float | None = None) -> Camera:
    """Return the camera with another focus, seen from the same side."""
    return looking(
        np.asarray(point), -camera.towards, camera.up, height_mm=height_mm or camera.height_mm, parallel=camera.parallel
    )


def between(start: Camera, end: Camera, share: float) -> Camera:
    """Return a camera on the way from one to another (0 to 1): around the focus, not through it."""
    focus = (1 - share) * np.asarray(start.focus) + share * np.asarray(end.focus)
    away = _unit((1 - share) * -start.towards + share * -end.towards, -end.towards)
    up = _unit((1 - share) * start.upright + share * end.upright, end.upright)
    height_mm = float(start.height_mm ** (1 - share) * end.height_mm**share)
    return looking(focus, away, to_vector(up), height_mm=height_mm, parallel=end.parallel)


def from_nearest_side(camera: Camera, point: Vector, box: Box) -> Camera:
    """Return the camera on the side of the patient from which least of a box lies before a point in it.

    The side stays where from another one it would not be much less. From head and feet nothing is looked at unasked.
    """
    ways = {view: _way_out(point, np.asarray(STANDARD_VIEWS[view][0]), box) for view in _AROUND}
    best = min(_AROUND, key=ways.__getitem__)
    return camera if _way_out(point, -camera.towards, box) <= _MUCH_MORE * ways[best] else seen_from(camera, best)


def with_projection(camera: Camera, projection: Projection) -> Camera:
    """Return the camera with another projection; what lies at the focus keeps its size."""
    return replace(camera, parallel=projection == "parallel")


def ray_through(camera: Camera, across: float, down: float) -> tuple[FloatArray, FloatArray]:
    """Return the start and unit direction of the line of sight through a point of the picture.

    Parameters
    ----------
    across, down
        From the middle of the picture, in parts of its height.
    """
    aside = (camera.across * across - camera.upright * down) * camera.height_mm
    if camera.parallel:
        return np.asarray(camera.position) + aside, camera.towards
    way = np.asarray(camera.focus) + aside - camera.position
    return np.asarray(camera.position), np.asarray(way / np.linalg.norm(way))


def looking(focus: FloatArray, away: FloatArray, up: Vector, *, height_mm: float, parallel: bool) -> Camera:
    """Return a camera that looks at a point from a side, given by the unit vector from there to the camera."""
    distance = height_mm / 2 / np.tan(np.radians(VIEW_ANGLE_DEGREES) / 2)
    return Camera(to_vector(focus + away * distance), to_vector(focus), up, height_mm, parallel)


def _way_out(point: Vector, away: FloatArray, box: Box) -> float:
    """Return how far (mm) it is from a point to the outside of a box along a unit vector; 0 for a point beside it."""
    low, high = np.subtract(box.low, point), np.subtract(box.high, point)
    if (low > 0).any() or (high < 0).any():
        return 0.0
    moves = np.abs(away) > _NEAREST
    return float((np.where(away > 0, high, low)[moves] / away[moves]).min())


def _unit(way: FloatArray, instead: FloatArray) -> FloatArray:
    length = float(np.linalg.norm(way))
    return np.asarray(way / length) if length > _NEAREST else instead
