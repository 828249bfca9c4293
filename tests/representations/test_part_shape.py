"""Sizes of a part are those that SimpleITK and plain counting give, on oblique anisotropic grids, too."""

from __future__ import annotations

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray

from tests.synthetic.image import Grid
from viewer.representations.part_shape import longest_mm, part_shape

OBLIQUE = Grid(
    shape=(14, 22, 30),
    spacing_mm=(2.5, 0.7, 1.1),
    origin_mm=(-30.0, 12.0, 100.0),
    along_row=(0.8, 0.6, 0.0),
    down_column=(0.0, 0.0, -1.0),
)


def lopsided(shape: tuple[int, int, int]) -> NDArray[np.bool_]:
    k, j, i = np.indices(shape)
    body = ((k - 5) / 4) ** 2 + ((j - 9) / 7) ** 2 + ((i - 12) / 9) ** 2 <= 1
    body[6:8, 15:18, 20:28] = True
    return body & ~((k == 5) & (j < 9))


def image_of(mask: NDArray[np.bool_], grid: Grid) -> SimpleITK.Image:
    made = SimpleITK.GetImageFromArray(mask.astype(np.uint8))
    made.SetSpacing(grid.spacing_mm[::-1])
    made.SetOrigin(grid.origin_mm)
    directions = np.column_stack([grid.along_row, grid.down_column, grid.normal])
    made.SetDirection(directions.reshape(-1).tolist())
    return made


@pytest.mark.parametrize("grid", [OBLIQUE, Grid(shape=OBLIQUE.shape)])
def test_diameter_box_and_area_are_those_of_simpleitk(grid: Grid) -> None:
    mask = lopsided(grid.shape)
    found = part_shape(mask, (0, 0, 0), grid.affine)
    assert found is not None
    shape = SimpleITK.LabelShapeStatisticsImageFilter()
    shape.ComputeFeretDiameterOn()
    shape.Execute(image_of(mask, grid))
    assert found.diameter_mm == pytest.approx(shape.GetFeretDiameter(1), rel=1e-6)
    x, y, z, width, height, depth = shape.GetBoundingBox(1)
    assert found.size_mm == pytest.approx(np.multiply((depth, height, width), grid.spacing_mm))
    ends = image_of(mask, grid)
    corners = [
        ends.TransformContinuousIndexToPhysicalPoint((x - 0.5 + a * width, y - 0.5 + b * height, z - 0.5 + c * depth))
        for a in (0, 1)
        for b in (0, 1)
        for c in (0, 1)
    ]
    assert (np.array(found.box_low) >= np.min(corners, axis=0) - 1e-6).all()
    assert (np.array(found.box_high) <= np.max(corners, axis=0) + 1e-6).all()


def test_the_surface_is_that_of_simpleitk_on_even_voxels() -> None:
    """Its estimate counts how often lines cross the border, which only even voxels make a good one."""
    grid = Grid(shape=OBLIQUE.shape, spacing_mm=(1.5, 1.5, 1.5))
    mask = lopsided(grid.shape)
    found = part_shape(mask, (0, 0, 0), grid.affine)
    shape = SimpleITK.LabelShapeStatisticsImageFilter()
    shape.Execute(image_of(mask, grid))
    assert found is not None
    assert found.surface_mm2 == pytest.approx(shape.GetPerimeter(1), rel=0.05)


def test_a_cut_out_is_measured_where_it_lies() -> None:
    mask = lopsided(OBLIQUE.shape)
    whole = part_shape(mask, (0, 0, 0), OBLIQUE.affine)
    cut = part_shape(mask[1:11, 2:20, 3:29], (1, 2, 3), OBLIQUE.affine)
    assert whole is not None
    assert cut is not None
    assert cut.largest_slice == whole.largest_slice
    assert cut.box_low == pytest.approx(whole.box_low)
    assert cut.diameter_mm == pytest.approx(whole.diameter_mm)
    assert cut.surface_mm2 == pytest.approx(whole.surface_mm2, rel=1e-6)


def test_the_box_of_an_oblique_part_holds_every_corner_of_every_voxel_and_no_more() -> None:
    mask = lopsided(OBLIQUE.shape)
    found = part_shape(mask, (0, 0, 0), OBLIQUE.affine)
    assert found is not None
    halves = np.array([[a, b, c] for a in (-0.5, 0.5) for b in (-0.5, 0.5) for c in (-0.5, 0.5)])
    corners = (np.argwhere(mask)[:, None] + halves).reshape(-1, 3) @ OBLIQUE.affine[:3, :3].T + OBLIQUE.affine[:3, 3]
    assert found.box_low == pytest.approx(corners.min(axis=0))
    assert found.box_high == pytest.approx(corners.max(axis=0))


def test_the_diameters_on_the_largest_slice_are_its_longest_way_and_its_breadth_across() -> None:
    mask = np.zeros((3, 20, 30), bool)
    mask[1, 4:8, 5:25] = True
    mask[2, 4, 5] = True
    found = part_shape(mask, (0, 0, 0), Grid(shape=(3, 20, 30), spacing_mm=(2.0, 1.0, 1.0)).affine)
    assert found is not None
    assert found.largest_slice == 1
    assert found.slices == 2
    assert found.largest_area_mm2 == pytest.approx(80)
    assert found.in_plane_mm == pytest.approx(np.hypot(19, 3))
    assert found.across_mm == pytest.approx(2 * 19 * 3 / np.hypot(19, 3))


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_parts_that_fill_no_space_have_a_diameter(axis: int) -> None:
    flat = [40, 40, 40]
    flat[axis] = 1
    points = np.indices(flat).reshape(3, -1).T.astype(float)
    assert longest_mm(points) == pytest.approx(np.hypot(39, 39))
    line = np.zeros((900, 3))
    line[:, axis] = np.arange(900)
    assert longest_mm(line) == pytest.approx(899)


def test_a_single_voxel_and_an_empty_part() -> None:
    one = np.ones((1, 1, 1), bool)
    found = part_shape(one, (2, 3, 4), OBLIQUE.affine)
    assert found is not None
    assert (found.diameter_mm, found.in_plane_mm, found.slices) == (0.0, 0.0, 1)
    assert part_shape(~one, (2, 3, 4), OBLIQUE.affine) is None


@pytest.mark.parametrize(("spacing_mm", "share"), [((1.0, 1.0, 1.0), 0.03), ((2.5, 0.7, 1.1), 0.05)])
def test_a_ball_has_the_surface_of_a_ball(spacing_mm: tuple[float, float, float], share: float) -> None:
    counts = [2 * int(17 / each) + 1 for each in spacing_mm]
    places = np.indices(counts).reshape(3, -1).T * spacing_mm - np.multiply(np.subtract(counts, 1) / 2, spacing_mm)
    ball = ((places**2).sum(axis=1) <= 15**2).reshape(counts)
    found = part_shape(ball, (0, 0, 0), np.diag([*spacing_mm, 1.0]))
    assert found is not None
    assert found.surface_mm2 == pytest.approx(4 * np.pi * 15**2, rel=share)
