"""Dose-volume histograms of regions whose dose is known by hand, and of a real plan against what it stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.dicom.header_of import header_of
from tests.synthetic.dose import DoseResult, dose
from tests.synthetic.image import Grid, Series, image_series
from viewer.dicom.frames import FrameReader
from viewer.domain.dose import Dose
from viewer.domain.overlay import ReadFrame
from viewer.domain.structure_set import Contour, RegionOfInterest, StructureSet
from viewer.iods.registry import read_overlay
from viewer.representations.dose_volumes import dose_volume

GRID = Grid((8, 12, 20), (3.0, 2.5, 2.0), (0.0, 0.0, 0.0))


def ramp(folder: Path) -> tuple[Dose, ReadFrame]:
    """Make a dose that grows by 1 Gy a mm along x: linear interpolation is exact."""
    values = np.broadcast_to(np.arange(20) * 2.0, GRID.shape)
    images = image_series(np.zeros((2, 4, 5), np.int16), Grid((2, 4, 5)), Series())
    dose(images, values, GRID, DoseResult("ramp")).save_as(folder / "dose.dcm", enforce_file_format=True)
    header = header_of(folder / "dose.dcm")
    content = read_overlay(header).content
    assert isinstance(content, Dose)
    return content, FrameReader.of(header).read_raw


def box(x: tuple[float, float], y: tuple[float, float], heights: NDArray[np.float64]) -> RegionOfInterest:
    corners = np.array([(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])])
    contours = [Contour("CLOSED_PLANAR", np.column_stack([corners, np.full(4, z)])) for z in heights]
    return RegionOfInterest(3, "Box", None, tuple(contours))


def test_a_box_in_a_ramp_has_every_dose_alike(tmp_path: Path) -> None:
    content, read_frame = ramp(tmp_path)
    found = dose_volume(content, box((7.0, 27.0), (3.0, 18.0), np.arange(3.0, 16.0, 3.0)), read_frame)
    # Five planes of 3 mm: 20 x 15 x 15 mm.
    assert found.inside_ml == pytest.approx(4.5, rel=0.01)
    assert found.outside_ml == 0
    assert (found.minimum, found.maximum) == (pytest.approx(7.0, abs=0.15), pytest.approx(27.0, abs=0.15))
    assert found.mean == pytest.approx(17.0, abs=0.1)
    for percent in (98, 95, 50, 2):
        assert found.dose_of(percent) == pytest.approx(27 - 0.2 * percent, abs=0.15)
    for dose_gy, percent in ((5.0, 100.0), (12.0, 75.0), (22.0, 25.0), (30.0, 0.0)):
        assert found.percent_of(dose_gy) == pytest.approx(percent, abs=0.8)
    assert (np.diff(found.volume_ml) <= 1e-12).all()
    assert found.volume_ml[-1] == 0


def test_what_lies_beyond_the_grid_is_counted_apart(tmp_path: Path) -> None:
    content, read_frame = ramp(tmp_path)
    found = dose_volume(content, box((29.0, 49.0), (5.0, 15.0), np.array([6.0, 9.0])), read_frame)
    # The grid ends at 39 mm, half a voxel beyond its last column at 38 mm.
    assert found.inside_ml == pytest.approx(10 * 10 * 6 / 1000, rel=0.03)
    assert found.outside_ml == pytest.approx(10 * 10 * 6 / 1000, rel=0.03)
    assert found.maximum == pytest.approx(38.0)
    nowhere = dose_volume(content, box((60.0, 70.0), (5.0, 15.0), np.array([6.0, 9.0])), read_frame)
    assert (nowhere.inside_ml, nowhere.mean, nowhere.dose_of(95), nowhere.percent_of(1.0)) == (0, None, None, None)


def test_a_hole_has_no_dose_of_the_region(tmp_path: Path) -> None:
    content, read_frame = ramp(tmp_path)
    heights = np.arange(3.0, 16.0, 3.0)
    outer, inner = box((6.0, 30.0), (2.0, 22.0), heights), box((12.0, 18.0), (6.0, 16.0), heights)
    ring = RegionOfInterest(4, "Ring", None, (*outer.contours, *inner.contours))
    found = dose_volume(content, ring, read_frame)
    assert found.inside_ml == pytest.approx((24 * 20 - 6 * 10) * 15 / 1000, rel=0.01)
    mean = (24 * 20 * 18 - 6 * 10 * 15) / (24 * 20 - 6 * 10)
    assert found.mean == pytest.approx(mean, abs=0.1)


def test_sagittal_contours_are_filled_along_their_own_planes(tmp_path: Path) -> None:
    content, read_frame = ramp(tmp_path)
    corners = np.array([(4.0, 3.0), (16.0, 3.0), (16.0, 15.0), (4.0, 15.0)])
    contours = [Contour("CLOSED_PLANAR", np.column_stack([np.full(4, x), corners])) for x in (10.0, 14.0, 18.0)]
    found = dose_volume(content, RegionOfInterest(5, "Sagittal", None, tuple(contours)), read_frame)
    assert found.inside_ml == pytest.approx(12 * 12 * 12 / 1000, rel=0.01)
    assert found.mean == pytest.approx(14.0, abs=0.02)
    assert found.minimum == pytest.approx(8.0, abs=1.1)


def test_a_peak_on_a_plane_of_a_coarse_grid_is_in_the_histogram(tmp_path: Path) -> None:
    # Planes of grid and contours lie 60 mm apart; only the middle one has a dose, so that it falls evenly to both sides.
    coarse = Grid((3, 12, 20), (60.0, 2.5, 2.0), (0.0, 0.0, 0.0))
    values = np.zeros(coarse.shape)
    values[1] = 6.0
    images = image_series(np.zeros((2, 4, 5), np.int16), Grid((2, 4, 5)), Series())
    dose(images, values, coarse, DoseResult("peak")).save_as(tmp_path / "dose.dcm", enforce_file_format=True)
    header = header_of(tmp_path / "dose.dcm")
    content = read_overlay(header).content
    assert isinstance(content, Dose)
    region = box((6.0, 26.0), (5.0, 20.0), np.array([0.0, 60.0, 120.0]))
    found = dose_volume(content, region, FrameReader.of(header).read_raw)
    assert found.maximum == pytest.approx(6.0, abs=0.01)
    # The half slabs beyond the outer planes have no dose, and none is known there.
    assert found.inside_ml + found.outside_ml == pytest.approx(20 * 15 * 180 / 1000, rel=0.01)
    inside_mm = found.inside_ml / (20 * 15 / 1000)
    for dose_gy in (1.0, 3.0, 5.0):
        width_mm = 2 * 60 * (1 - dose_gy / 6)
        assert found.percent_of(dose_gy) == pytest.approx(width_mm / inside_mm * 100, abs=1.5)


@pytest.mark.real_data
def test_a_real_plan_has_the_doses_that_its_planning_system_stored(real_data: Path) -> None:
    folder = real_data / "rt-dose-dicompyler"
    header = header_of(folder / "rtdose.dcm")
    content, structures = read_overlay(header).content, read_overlay(header_of(folder / "rtss.dcm")).content
    assert isinstance(content, Dose)
    assert isinstance(structures, StructureSet)
    read_frame = FrameReader.of(header).read_raw
    rois = {roi.number: roi for roi in structures.rois}
    # The stored minimum, mean and maximum are percentages of the 14 Gy that the plan prescribes.
    for number, of_mean, of_volume in ((5, 0.005, 0.01), (6, 0.005, 0.01), (9, 0.005, 0.03), (10, 0.005, 0.02)):
        (stored,) = [one for one in content.histograms if one.rois == (number,)]
        found = dose_volume(content, rois[number], read_frame)
        assert stored.mean is not None
        assert stored.maximum is not None
        assert found.mean == pytest.approx(stored.mean * 0.14, rel=of_mean)
        assert found.maximum == pytest.approx(stored.maximum * 0.14, rel=0.01)
        assert found.inside_ml == pytest.approx(stored.volume[0], rel=of_volume)
        apart = found.difference_percent(stored.dose[:-1], stored.volume)
        assert apart is not None
        assert apart < 3.6
