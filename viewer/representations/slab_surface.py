"""The surface of planes of a region that stand for slabs: it runs straight from the outline of one plane to the next one's.

Decided
    Between two planes the signed distances to their outlines are interpolated (shape-based interpolation: Raya and Udupa,
    "Shape-based interpolation of multidimensional objects", IEEE Transactions on Medical Imaging 9, 1990), so that contours
    3 mm apart give a smooth shape and no stairs. Where planes end, or one is empty, the slab ends flat.
    What volume that costs is given back along the normals: it is that of the contours times their slabs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import EMPTY, Mesh
from viewer.representations.level_surface import level_surface

_MOST_BETWEEN = 6
"""Planes that are put in for one."""

_SMOOTHED_PIXELS = 1.0
_NEAREST = 0.1
"""So many pixels at least the border is away from a pixel's centre."""

_MOST_ROUNDS = 8
_SAME_VOLUME = 0.002

Values = NDArray[np.float32]


def slab_surfaces(inside: NDArray[np.bool_], step_mm: float, pixel_mm: float) -> Iterator[Mesh]:
    """Yield the surface of each run of planes that are not empty.

    Parameters
    ----------
    inside
        (k, j, i) of planes ``step_mm`` apart, each standing for half of that to both sides; square pixels.

    Yields
    ------
    Mesh
        Points are (k, j, i) indices, a pixel's centre being a whole number.
    """
    filled = np.flatnonzero(inside.any(axis=(1, 2)))
    for run in np.split(filled, np.flatnonzero(np.diff(filled) > 1) + 1) if len(filled) else ():
        mesh = _surface(inside[run[0] : run[-1] + 1], step_mm, pixel_mm)
        if len(mesh.triangles):
            spacing_mm = np.array([step_mm, pixel_mm, pixel_mm])
            yield Mesh(mesh.points / spacing_mm + (float(run[0]), 0.0, 0.0), mesh.triangles)


def _surface(inside: NDArray[np.bool_], step_mm: float, pixel_mm: float) -> Mesh:
    """Return the surface in mm along (k, j, i) from the first pixel's centre."""
    count = len(inside)
    between = int(np.clip(round(step_mm / pixel_mm), 1, _MOST_BETWEEN))
    # One place beyond each end: there the surface closes.
    places = -0.5 + (np.arange(-1, count * between + 1) + 0.5) / between
    distances = np.stack([_distance_mm(one, pixel_mm) for one in inside])
    at = np.clip(places, 0, count - 1)
    below = np.minimum(at.astype(np.intp), max(count - 2, 0))
    above, share = np.minimum(below + 1, count - 1), (at - below).astype(np.float32)[:, None, None]
    values = distances[below] * (1 - share) + distances[above] * share
    ends_mm = np.minimum(places + 0.5, count - 0.5 - places) * step_mm
    surface = level_surface(np.minimum(values, ends_mm.astype(np.float32)[:, None, None]), 0.0)
    if not len(surface.triangles):
        return EMPTY
    k, j, i = surface.points.T
    # The rim around each plane is one pixel wide.
    points = np.stack([(-0.5 + (k - 0.5) / between) * step_mm, (j - 1) * pixel_mm, (i - 1) * pixel_mm], axis=1)
    mesh = Mesh(points, surface.triangles)
    wanted_ml = np.count_nonzero(inside) * step_mm * pixel_mm**2 / 1000
    return _with_volume(mesh if mesh.volume_ml >= 0 else mesh.turned(), wanted_ml)


def _distance_mm(inside: NDArray[np.bool_], pixel_mm: float) -> Values:
    """Return how far pixels, and a rim of one around them, lie inside the border of a region; negative outside.

    The stairs of the pixels are smoothed away, as far as each stays inside or outside.
    """
    from scipy.ndimage import distance_transform_edt, gaussian_filter

    padded = np.pad(inside, 1)
    within, without = distance_transform_edt(padded), distance_transform_edt(~padded)
    smooth = gaussian_filter(np.where(padded, within - 0.5, 0.5 - without), _SMOOTHED_PIXELS, mode="nearest")
    found = np.where(padded, np.maximum(smooth, _NEAREST), np.minimum(smooth, -_NEAREST)) * pixel_mm
    return np.asarray(found, np.float32)


def _with_volume(mesh: Mesh, wanted_ml: float) -> Mesh:
    for _ in range(_MOST_ROUNDS):
        missing_ml = wanted_ml - mesh.volume_ml
        growth_mm2 = float(np.einsum("ij,ij->", mesh.outward_mm2, mesh.normals))
        if abs(missing_ml) <= _SAME_VOLUME * wanted_ml or growth_mm2 <= 0:
            break
        mesh = Mesh(mesh.points + 1000 * missing_ml / growth_mm2 * mesh.normals, mesh.triangles)
    return mesh
