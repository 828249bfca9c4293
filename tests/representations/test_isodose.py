"""Isodose lines, volumes and surfaces of doses whose shape is known, on any plane; sampled values against SimpleITK."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

from tests.dicom.header_of import header_of
from tests.synthetic.dose import DoseResult, dose
from tests.synthetic.image import Grid, Series, image_series
from viewer.dicom.frames import FrameReader
from viewer.domain.dose import Dose
from viewer.domain.dose_overlay import with_levels
from viewer.domain.overlay import Overlay, ReadFrame
from viewer.geometry.plane import Plane, to_vector
from viewer.iods.registry import read_overlay
from viewer.representations.image_on_plane import sampled_image
from viewer.representations.isodose import dose_on_plane, dose_values, measure_dose
from viewer.representations.isosurface import dose_surface

MIDDLE = np.array([4.0, -6.0, 30.0])
GRID = Grid((24, 30, 40), (3.0, 2.0, 1.5), (-25.0, -33.0, -3.0))
"""Anisotropic, and its middle is not the middle of the dose."""


def away() -> NDArray[np.float64]:
    """Return the distance of every voxel from the middle of the dose."""
    index = np.stack([*np.indices(GRID.shape), np.ones(GRID.shape)]).reshape(4, -1)
    return np.linalg.norm((GRID.affine @ index)[:3].T - MIDDLE, axis=1).reshape(GRID.shape)


def cone(folder: Path, levels: tuple[float, ...]) -> tuple[Overlay, ReadFrame]:
    """Make a dose of 60 Gy in the middle that falls by 2 Gy a mm."""
    images = image_series(np.zeros((2, 4, 5), np.int16), Grid((2, 4, 5)), Series())
    made = dose(images, np.maximum(60 - 2 * away(), 0), GRID, DoseResult("cone", bits=32, scaling=1e-6))
    made.save_as(folder / "dose.dcm", enforce_file_format=True)
    header = header_of(folder / "dose.dcm")
    return with_levels(read_overlay(header), levels), FrameReader.of(header).read_raw


def content_of(overlay: Overlay) -> Dose:
    assert isinstance(overlay.content, Dose)
    return overlay.content


def plane_at(origin: NDArray[np.float64], across: tuple[float, ...], down: tuple[float, ...]) -> Plane:
    return Plane(to_vector(origin), to_vector(across), to_vector(down), (0.8, 1.1), (90, 70), "1.2.3")


OBLIQUE = ((0.8, 0.6, 0.0), (0.0, 0.0, -1.0))


@pytest.mark.parametrize(
    ("across", "down"),
    [((1, 0, 0), (0, 1, 0)), ((1, 0, 0), (0, 0, -1)), ((0, 1, 0), (0, 0, -1)), OBLIQUE],
    ids=["axial", "coronal", "sagittal", "oblique"],
)
def test_a_line_is_the_circle_in_which_a_plane_cuts_the_sphere_of_its_level(
    tmp_path: Path, across: tuple[float, ...], down: tuple[float, ...]
) -> None:
    overlay, read_frame = cone(tmp_path, (40.0, 30.0, 59.9))
    off_mm = 4.0
    normal = np.cross(across, down)
    corner = MIDDLE + off_mm * normal - 38 * np.array(across) - 36 * np.array(down)
    plane = plane_at(corner, across, down)
    found = dose_on_plane(content_of(overlay), overlay.parts, plane, read_frame)
    # 59.9 Gy is only within 0.05 mm of the middle.
    assert {outline.part for outline in found.outlines} == {2, 3} == set(found.parts_here)
    for part, radius in ((2, 10.0), (3, 15.0)):
        (outline,) = [one for one in found.outlines if one.part == part]
        assert not outline.closed
        points = np.concatenate([plane.point_patient(path) for path in outline.paths])
        assert np.allclose(plane.distance_mm(points), 0, atol=1e-9)
        assert np.linalg.norm(points - MIDDLE, axis=1) == pytest.approx(np.full(len(points), radius), abs=0.25)
        assert np.sqrt(radius**2 - off_mm**2) == pytest.approx(
            np.linalg.norm(points - MIDDLE - off_mm * normal, axis=1).mean(), abs=0.15
        )


def test_values_on_an_oblique_plane_are_those_of_simpleitk(tmp_path: Path) -> None:
    overlay, read_frame = cone(tmp_path, (40.0,))
    content = content_of(overlay)
    plane = plane_at(MIDDLE - [20, 18, -25], (0.8, 0.6, 0.0), (-0.48, 0.64, -0.6))
    mine = sampled_image(content.stack, dose_values(content, read_frame), plane)
    image = sitk.GetImageFromArray(np.stack([read_frame(k) for k in range(24)]).astype(np.float64) * content.scaling)
    image.SetSpacing(GRID.spacing_mm[::-1])
    image.SetOrigin(GRID.origin_mm)
    resample = sitk.ResampleImageFilter()
    resample.SetSize((70, 90, 1))
    resample.SetOutputSpacing((1.1, 0.8, 1.0))
    resample.SetOutputOrigin(plane.origin)
    resample.SetOutputDirection(np.stack([plane.axis_column, plane.axis_row, plane.normal], axis=1).ravel().tolist())
    resample.SetDefaultPixelValue(-1)
    theirs = sitk.GetArrayFromImage(resample.Execute(image))[0]
    both = np.isfinite(mine) & (theirs >= 0)
    assert both.sum() > 2000
    # Half a voxel around the grid mine still has its outermost value.
    assert np.isfinite(mine)[theirs >= 0].all()
    assert np.abs(mine - theirs)[both].max() < 2e-3


def test_what_receives_at_least_a_level_is_counted_and_weighed_with_uneven_slabs(tmp_path: Path) -> None:
    overlay, read_frame = cone(tmp_path, (50.0, 20.0, 61.0))
    found = measure_dose(content_of(overlay), overlay.parts, read_frame)
    stored = np.round(np.maximum(60 - 2 * away(), 0) / 1e-6) * 1e-6
    for part, level in zip(overlay.parts, (61.0, 50.0, 20.0), strict=True):
        count = int((stored >= level).sum())
        assert found[part.number].voxels == count
        assert found[part.number].volume_ml == pytest.approx(count * 9 / 1000)
        assert found[part.number].state == ("ok" if count else "empty")


def test_a_surface_is_the_sphere_of_its_level_and_closed_where_the_grid_ends(tmp_path: Path) -> None:
    overlay, read_frame = cone(tmp_path, (36.0, 8.0))
    sphere = dose_surface(content_of(overlay), 36.0, read_frame)
    assert np.linalg.norm(sphere.points - MIDDLE, axis=1) == pytest.approx(np.full(len(sphere.points), 12.0), abs=0.35)
    assert sphere.is_closed
    assert sphere.volume_ml == pytest.approx(4 / 3 * np.pi * 12**3 / 1000, rel=0.04)
    cut_off = dose_surface(content_of(overlay), 8.0, read_frame)
    assert cut_off.is_closed
    assert cut_off.volume_ml > 0
    assert not len(dose_surface(content_of(overlay), 61.0, read_frame).triangles)
