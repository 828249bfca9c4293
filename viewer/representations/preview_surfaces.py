"""Coarse surfaces of all parts of a label volume in one pass: what a 3D pane shows first, and while its camera moves.

Decided
    Every second, third ... voxel is taken, most along the finest axis, and one surface net goes through all labels at once
    (vtkSurfaceNets3D): parts that touch share its points. It is smoothed by the net itself, which shrinks small shapes; the
    surface of all voxels follows.
    A part of which few voxels are taken is made of all of its own: a lesion of three voxels is there from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.representations.label_volume import LabelVolume
from viewer.representations.part_surfaces import Boxes, joined, part_surface
from viewer.representations.pile_lattice import Thinning, pile_lattice
from viewer.representations.voxel_box import VoxelBox
from viewer.representations.vtk_arrays import image_data, voxel_mesh

_FEWEST = 250
"""A part of fewer voxels among those taken is made of all."""

_ITERATIONS = 4


@dataclass(frozen=True, eq=False)
class Preview:
    """The surface of a part; ``is_whole`` when it is the one of all its voxels already."""

    mesh: Mesh
    is_whole: bool


def preview_surfaces(
    volume: LabelVolume, numbers: Collection[int], *, boxes: Callable[[], Boxes], most_voxels: int
) -> Iterator[tuple[int, Preview]]:
    """Yield the surfaces (patient mm) of parts, coarse where they are large: first those, then the small ones.

    Parameters
    ----------
    volume
        Their voxels.
    numbers
        Of the parts that are wanted.
    boxes
        Returns ``part_surfaces.boxes_of`` the volume; called when there are small parts.
    most_voxels
        So many are taken.
    """
    coarse = _coarse_surfaces(volume, numbers, most_voxels)
    for number in numbers:
        if number in coarse:
            yield number, Preview(coarse[number], is_whole=False)
    small = [number for number in numbers if number not in coarse]
    known = boxes() if small else {}
    for number in small:
        yield number, Preview(part_surface(volume, number, boxes=known), is_whole=True)


def _coarse_surfaces(volume: LabelVolume, numbers: Collection[int], most_voxels: int) -> dict[int, Mesh]:
    """Return the surfaces of those parts of which enough voxels are taken; empty where all voxels are few enough."""
    if sum(layer.voxels.size for layer in volume.layers) <= most_voxels:
        return {}
    thinned = [_thinned(volume, layer, most_voxels // len(volume.layers)) for layer in volume.layers]
    counts = np.sum(
        [np.bincount(labels.reshape(-1), minlength=len(volume.codes.numbers) + 1) for labels, _ in thinned], axis=0
    )
    code_of = volume.codes.code_of
    large = {code_of[number]: number for number in numbers if number in code_of and counts[code_of[number]] >= _FEWEST}
    found: dict[int, list[Mesh]] = {}
    for held, (labels, taken) in zip(volume.layers, thinned, strict=True):
        lattice = pile_lattice(volume.levels, held.first, len(held.voxels))
        for code, mesh in _surfaces(labels, sorted(large)) if large else ():
            placed = Mesh(lattice.patient(taken.indices(mesh.points)), mesh.triangles)
            found.setdefault(large[code], []).append(placed if placed.volume_ml >= 0 else placed.turned())
    return {number: joined(meshes) for number, meshes in found.items()}


def _thinned(volume: LabelVolume, held: VoxelBox, most_voxels: int) -> tuple[NDArray[np.generic], Thinning]:
    """Return the labels of a layer that are taken, with a rim of nothing, and which these are."""
    spacing_mm = (volume.levels.pile.usual_mm, *volume.levels.grid.spacing_mm)
    steps = [1, 1, 1]
    while held.voxels.size // (steps[0] * steps[1] * steps[2]) > most_voxels:
        steps[min(range(3), key=lambda axis: spacing_mm[axis] * (steps[axis] + 1))] += 1
    taken = Thinning.of(*steps)
    labels = pile_lattice(volume.levels, held.first, len(held.voxels)).filled(held.voxels, taken)
    rim = Thinning(taken.steps, tuple(first - step for first, step in zip(taken.first, steps, strict=True)))  # type: ignore[arg-type]
    return np.pad(labels, 1), rim


def _surfaces(labels: NDArray[np.generic], codes: list[int]) -> Iterator[tuple[int, Mesh]]:
    """Yield the closed surface of each label, in indices (k, j, i) of the array."""
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkFiltersCore import vtkSurfaceNets3D

    image = image_data(labels)
    net = vtkSurfaceNets3D()
    net.SetInputData(image)
    for place, code in enumerate(codes):
        net.SetValue(place, float(code))
    net.SetBackgroundLabel(0)
    net.SetOutputMeshTypeToTriangles()
    net.SetNumberOfIterations(_ITERATIONS)
    net.Update()
    whole = voxel_mesh(net.GetOutput())
    if not len(whole.triangles):
        return
    sides = vtk_to_numpy(net.GetOutput().GetCellData().GetArray("BoundaryLabels")).astype(np.int64)
    # A triangle between two labels belongs to both, seen from its two sides.
    triangles = np.concatenate([whole.triangles, whole.triangles[:, ::-1]])
    label = np.concatenate([sides[:, 0], sides[:, 1]])
    order = np.argsort(label, kind="stable")
    bounds = np.searchsorted(label[order], [*codes, codes[-1] + 1])
    place_of = np.empty(len(whole.points), np.int64)
    for code, first, end in zip(codes, bounds[:-1], bounds[1:], strict=True):
        mine = triangles[order[first:end]]
        if not len(mine):
            continue
        used = np.zeros(len(whole.points), bool)
        used[mine] = True
        place_of[used] = np.arange(int(used.sum()))
        yield code, Mesh(whole.points[used], place_of[mine])
