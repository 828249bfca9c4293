"""Bar M1: planes through the voxels of a CT against scipy's linear sampling of the same plane, in the same run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from tests.benchmarks.turns import best_of_turns
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.stack import Stack
from viewer.geometry.plane import FloatArray, Plane
from viewer.reading.reslicing import PLANE_KINDS, PlaneKind, own_axes, resliced_stack, turned_axes
from viewer.representations.image_volume import ImageVolume
from viewer.representations.slice_depths import slice_depths

pytestmark = pytest.mark.benchmark_bar

SHAPE = (200, 512, 512)
SPACING_MM = (1.5, 0.7, 0.7)
ORTHOGONAL, OBLIQUE = 0.12, 0.6
"""Parts of scipy's time."""


def ct() -> Stack:
    slices, rows, columns = SHAPE
    first = Plane((-179.0, -179.0, 0.0), (1.0, 0, 0), (0, 1.0, 0), SPACING_MM[1:], (rows, columns), "1.2", thickness_mm=1.5)
    planes = tuple(replace(first, origin=(-179.0, -179.0, -1.5 * place)) for place in range(slices))
    frames = tuple(FrameKey(InstanceKey("file:ct"), place) for place in range(slices))
    return Stack(
        "ct#1", "ct", "", frames, planes, "axial", True, SPACING_MM, planes[0].origin, "1.2", rows, columns
    )  # fmt: skip


@pytest.fixture(scope="module")
def volume() -> ImageVolume:
    stack = ct()
    stored = np.random.default_rng(2).integers(-1000, 1500, SHAPE, dtype=np.int16)
    ones = np.ones(SHAPE[0], np.float32)
    return ImageVolume(stack, slice_depths(stack), stored, ones, np.zeros_like(ones))


def by_scipy(volume: ImageVolume, plane: Plane) -> NDArray[np.float32]:
    affine = volume.affine
    assert affine is not None
    back: FloatArray = np.linalg.inv(affine)
    rows, columns = np.indices(plane.shape)
    points = plane.point_patient(np.stack([columns + 0.5, rows + 0.5], axis=-1))
    places = np.moveaxis(points @ back[:3, :3].T + back[:3, 3], -1, 0)
    return np.asarray(map_coordinates(volume.voxels, places, np.float32, order=1, cval=np.nan))


@pytest.mark.parametrize("kind", PLANE_KINDS)
def test_orthogonal_planes(volume: ImageVolume, kind: PlaneKind) -> None:
    planes = resliced_stack(volume.stack, kind).planes
    plane = planes[len(planes) // 2]

    def ours() -> object:
        taken = volume.voxels_on(plane)
        assert taken is not None
        return np.ascontiguousarray(taken)

    mine, theirs = best_of_turns(ours, lambda: by_scipy(volume, plane))
    assert mine <= ORTHOGONAL * theirs


def test_an_oblique_plane(volume: ImageVolume) -> None:
    own = own_axes(volume.stack)
    axes = turned_axes(turned_axes(own, own[2], 17.0), own[0], 9.0)
    planes = resliced_stack(volume.stack, "coronal", axes).planes
    plane = replace(planes[len(planes) // 2], shape=(512, 512))
    volume.sampled(plane)
    mine, theirs = best_of_turns(lambda: volume.sampled(plane), lambda: by_scipy(volume, plane))
    assert mine <= OBLIQUE * theirs
