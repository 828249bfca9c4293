"""A click into a 3D picture: which surface it meets, and what follows."""

from __future__ import annotations

import numpy as np

from viewer.domain.mesh import Mesh
from viewer.geometry.box import Box
from viewer.geometry.camera import Camera, ray_through
from viewer.geometry.plane import FloatArray, Vector, to_vector
from viewer.reading.changes.layers import select
from viewer.reading.changes.planes import gather
from viewer.reading.reading import Reading
from viewer.reading.state import Selection
from viewer.representations.ray import first_hit
from viewer.scene.volume_drawables import SurfaceDrawable, VolumeScene

_FARTHEST_PASSES = 8
_PAST_MM = 1e-3


def surface_at(
    scene: VolumeScene, camera: Camera, at: tuple[float, float], *, coarse: bool = False
) -> tuple[SurfaceDrawable, Vector] | None:
    """Return the nearest surface in the line of sight, and the patient point (mm) where it is met; None for none.

    Parameters
    ----------
    at
        (across, down) from the middle of the picture, in parts of its height.
    coarse
        Meet the coarse meshes: quick enough to follow the mouse.
    """
    start, direction = ray_through(camera, *at)
    best: tuple[float, SurfaceDrawable] | None = None
    for thing in scene.drawables:
        if not isinstance(thing, SurfaceDrawable):
            continue
        distance = _visible_hit(
            thing.coarse if coarse and thing.coarse is not None else thing.mesh, start, direction, scene.clipping
        )
        if distance is not None and (best is None or distance < best[0]):
            best = (distance, thing)
    return None if best is None else (best[1], to_vector(start + direction * best[0]))


def pick(reading: Reading, scene: VolumeScene, camera: Camera, at: tuple[float, float]) -> None:
    """Select the part of the surface that was clicked on and bring planes and crosshair to the point."""
    found = surface_at(scene, camera, at)
    if found is None:
        return
    thing, point = found
    reading.apply(select, Selection(thing.part.overlay, thing.part.part))
    reading.apply(gather, point)


def _visible_hit(mesh: Mesh, start: FloatArray, direction: FloatArray, clipping: Box | None) -> float | None:
    """Return the distance of the first point of a surface that is not cut off."""
    passed = 0.0
    for _ in range(_FARTHEST_PASSES):
        distance = first_hit(mesh, start + direction * passed, direction)
        if distance is None:
            return None
        point = start + direction * (passed + distance)
        if clipping is None or bool(np.all(point >= clipping.low) and np.all(point <= clipping.high)):
            return passed + distance
        passed += distance + _PAST_MM
    return None
