"""Where pixels lie in the patient: columns go with the second spacing, centres lie half a pixel from corners."""

from __future__ import annotations

import highdicom as hd
import numpy as np
import pytest

from viewer.geometry.plane import Plane

TURN = np.radians(20.0)
ORIENTATIONS = {
    "axial": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    "sagittal": ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
    "coronal": ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    "flipped": ((-1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    "transposed": ((0.0, 1.0, 0.0), (1.0, 0.0, 0.0)),
    "oblique": (
        (float(np.cos(TURN)), 0.0, float(np.sin(TURN))),
        (0.0, 1.0, 0.0),
    ),
}


def plane_of(orientation: str) -> Plane:
    axis_column, axis_row = ORIENTATIONS[orientation]
    return Plane((-12.5, 30.25, 7.0), axis_column, axis_row, (0.5, 0.25), (7, 11), "1.2")


def test_the_column_index_goes_with_the_second_spacing() -> None:
    """Check 1: Pixel Spacing 0.5 \\ 0.25, row 2, column 4 is 1 mm along the row and 1 mm down."""
    point = plane_of("axial").point_patient([4.5, 2.5])
    assert point.tolist() == [-12.5 + 4 * 0.25, 30.25 + 2 * 0.5, 7.0]
    assert plane_of("axial").point_patient([8.5, 0.5]).tolist() == [-12.5 + 8 * 0.25, 30.25, 7.0]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_positions_and_points_are_those_of_highdicom(orientation: str) -> None:
    """Its image coordinates have the origin at the corner of the first pixel, too (PS3.3 C.18.6.1)."""
    plane = plane_of(orientation)
    cosines = (*plane.axis_column, *plane.axis_row)
    there = hd.spatial.ImageToReferenceTransformer(plane.origin, cosines, plane.spacing_mm)
    positions = np.array([[0.0, 0.0], [0.5, 0.5], [4.5, 2.5], [11.0, 7.0], [3.75, 6.125]])
    points = plane.point_patient(positions)
    np.testing.assert_allclose(points, there(positions), atol=1e-9)
    np.testing.assert_allclose(plane.position_image(points), positions, atol=1e-9)
    np.testing.assert_allclose(plane.distance_mm(points + np.multiply(plane.normal, 1.25)), 1.25, atol=1e-9)


def test_corners_are_the_centres_of_the_corner_pixels() -> None:
    corners = plane_of("axial").corners_patient() - np.array([-12.5, 30.25, 7.0])
    assert corners.tolist() == [[0, 0, 0], [2.5, 0, 0], [2.5, 3, 0], [0, 3, 0]]


def test_the_affine_counts_millimetres_along_the_normal_then_rows_then_columns() -> None:
    plane = plane_of("sagittal")
    point = plane.affine @ [3.0, 2.0, 4.0, 1.0]
    np.testing.assert_allclose(point[:3], plane.point_patient([4.5, 2.5]) + np.multiply(plane.normal, 3.0))
