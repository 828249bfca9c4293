"""The surfaces of the parts of a segmentation or structure set, in patient LPS mm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import EMPTY, Mesh
from viewer.domain.structure_set import RegionOfInterest
from viewer.geometry.contour_planes import ContourPlanes
from viewer.geometry.plane import FloatArray, Plane, to_vector
from viewer.representations.fraction_volume import FractionVolume
from viewer.representations.label_volume import LabelVolume
from viewer.representations.pile_lattice import Thinning, pile_lattice
from viewer.representations.pile_levels import PileLevels
from viewer.representations.rasterise import rasterise_roi
from viewer.representations.segmentation_volumes import Volume
from viewer.representations.slab_surface import slab_surfaces
from viewer.representations.slabs import single_thickness_mm, slabs_of
from viewer.representations.surface import voxel_surface

_ROI_PIXELS = 96
"""Pixels along the longer side of the raster of an ROI; not finer than ``_FINEST_MM``, nor coarser than ``_COARSEST_MM``."""

_FINEST_MM, _COARSEST_MM = 0.25, 1.0
_MOST_PLANES = 1000

Box = tuple[slice, slice, slice]
Boxes = Mapping[int, tuple[tuple[int, Box], ...]]
"""By part number: in which layer of a volume, and where in its box, the part lies."""


def boxes_of(volume: LabelVolume) -> Boxes:
    """Return where each part lies in a volume, found in one pass: what makes the surfaces of many parts cheap."""
    from scipy.ndimage import find_objects

    found: dict[int, tuple[tuple[int, Box], ...]] = {}
    for layer, box in enumerate(volume.layers):
        for code, where in enumerate(find_objects(box.voxels), start=1):
            if where is not None:
                number = volume.codes.numbers[code - 1]
                k, j, i = where
                found[number] = (*found.get(number, ()), (layer, (k, j, i)))
    return found


def part_surface(
    volume: Volume,
    number: int,
    *,
    boxes: Boxes | None = None,
    threshold: float = 0.5,
    most_voxels: int | None = None,
) -> Mesh:
    """Return the surface of a part of a segmentation.

    Parameters
    ----------
    volume
        The voxels of the segmentation.
    number
        Of the part.
    boxes
        ``boxes_of`` the volume, where the surfaces of several parts are made.
    threshold
        Fractions of at least this belong to the part (FRACTIONAL).
    most_voxels
        Take every second, third ... voxel of a part whose box has more than so many: a preview. None takes all.
    """
    if isinstance(volume, FractionVolume):
        box = volume.parts.get(number)
        if box is None:
            return EMPTY
        inside = volume.fraction_of[box.voxels] >= threshold
        inside &= box.voxels > 0
        return _placed_surface(inside, volume.levels, box.first, most_voxels)
    code = volume.codes.code_of.get(number)
    pieces = (boxes_of(volume) if boxes is None else boxes).get(number, ())
    if code is None or not pieces:
        return EMPTY
    found: list[Mesh] = []
    for layer, where in pieces:
        held = volume.layers[layer]
        first = [start + one.start for start, one in zip(held.first, where, strict=True)]
        inside = held.voxels[where] == code
        found.append(_placed_surface(inside, volume.levels, (first[0], first[1], first[2]), most_voxels))
    return joined(found)


def roi_surface(roi: RegionOfInterest) -> Mesh:
    """Return the surface of what the closed contours of an ROI enclose, each standing for its slab; empty without any."""
    return joined([_group_surface(roi, group) for group in roi.planes.planes])


def joined(meshes: list[Mesh]) -> Mesh:
    """Return several meshes as one."""
    filled = [mesh for mesh in meshes if len(mesh.triangles)]
    if len(filled) < 2:
        return filled[0] if filled else EMPTY
    starts = np.cumsum([0, *(len(mesh.points) for mesh in filled[:-1])])
    triangles = [mesh.triangles + start for mesh, start in zip(filled, starts.tolist(), strict=True)]
    return Mesh(np.concatenate([mesh.points for mesh in filled]), np.concatenate(triangles))


def _placed_surface(
    inside: NDArray[np.bool_], levels: PileLevels, first: tuple[int, int, int], most_voxels: int | None
) -> Mesh:
    lattice = pile_lattice(levels, first, len(inside))
    step = 1
    while most_voxels is not None and inside.size // step**3 > most_voxels:
        step += 1
    taken = Thinning.of(step, step, step)
    surface = voxel_surface(lattice.filled(inside, taken))
    if not len(surface.triangles):
        # What falls between the voxels that were taken is too thin to leave out.
        taken = Thinning.of(1, 1, 1)
        surface = voxel_surface(lattice.filled(inside, taken))
    if not len(surface.triangles):
        return EMPTY
    mesh = Mesh(lattice.patient(taken.indices(surface.points)), surface.triangles)
    return mesh if mesh.volume_ml >= 0 else mesh.turned()


def _group_surface(roi: RegionOfInterest, group: ContourPlanes) -> Mesh:
    planes = _raster_planes(roi, group)
    if planes is None:
        return EMPTY
    first, step_mm = planes[0], planes[0].thickness_mm
    affine = first.affine.copy()
    affine[:3, 0] = np.multiply(first.normal, step_mm)
    surface = joined(list(slab_surfaces(rasterise_roi(roi, planes), step_mm, first.spacing_mm[0])))
    mesh = Mesh(surface.points @ affine[:3, :3].T + affine[:3, 3], surface.triangles)
    return mesh if mesh.volume_ml >= 0 else mesh.turned()


def _raster_planes(roi: RegionOfInterest, group: ContourPlanes) -> tuple[Plane, ...] | None:
    """Return parallel planes through all slabs of a group of contours, just fine enough for their shape."""
    points = np.concatenate([roi.closed[place].points for members in group.members for place in members])
    normal = np.asarray(group.normal)
    slabs = slabs_of(group.offsets_mm, single_mm=single_thickness_mm(roi) or _COARSEST_MM)
    across, down = _axes_of(normal)
    corners = np.stack([points @ across, points @ down], axis=1)
    low, high = corners.min(axis=0), corners.max(axis=0)
    pixel_mm = float(np.clip((high - low).max() / _ROI_PIXELS, _FINEST_MM, _COARSEST_MM))
    columns, rows = (np.ceil((high - low) / pixel_mm).astype(int) + 2).tolist()
    depth_low, depth_high = float(slabs.lower_mm.min()), float(slabs.upper_mm.max())
    finest_mm = max(float(slabs.thickness_mm.min()), (depth_high - depth_low) / _MOST_PLANES)
    count = max(int(np.round((depth_high - depth_low) / finest_mm)), 1)
    step_mm = (depth_high - depth_low) / count
    if rows * columns * count > _MOST_PLANES * 1024 * 1024:
        return None
    origin = across * (low[0] - pixel_mm / 2) + down * (low[1] - pixel_mm / 2) + normal * (depth_low + step_mm / 2)
    first = Plane(
        to_vector(origin),
        to_vector(across),
        to_vector(down),
        (pixel_mm, pixel_mm),
        (rows, columns),
        roi.frame_of_reference_uid,
        thickness_mm=step_mm,
    )
    return tuple(replace(first, origin=to_vector(origin + normal * step_mm * k)) for k in range(count))


def _axes_of(normal: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return two unit vectors that stand square on a normal and on each other, in its right-handed order."""
    least = np.eye(3)[int(np.abs(normal).argmin())]
    across = np.cross(least, normal)
    across /= np.linalg.norm(across)
    return across, np.cross(normal, across)
