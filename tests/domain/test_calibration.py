"""The size of a pixel is taken in one order, and what it rests on is always named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from viewer.domain.calibration import PixelSizes, UltrasoundRegion, scale_of
from viewer.domain.instance import FrameHeader, InstanceHeader, Source
from viewer.geometry.plane import Plane

HEADER = InstanceHeader(Source("file", "/x"), 1, "1.9", "1.2", "1.2.1", "1.1", "1.3", rows=90, columns=80)
FLAT = Plane((0, 0, 0), (1, 0, 0), (0, 1, 0), (2.0, 1.0), (90, 80), in_patient_space=False)
SOLID = Plane((0, 0, 0), (1, 0, 0), (0, 1, 0), (0.5, 0.25), (90, 80))
ACROSS = [(10.0, 10.0), (40.0, 30.0)]
SCAN = UltrasoundRegion((0, 0, 49, 49), 1, (3, 3), (0.02, -0.03))
DOPPLER = UltrasoundRegion((50, 0, 79, 49), 3, (4, 7), (0.01, 1.5))


def of(*, spacing=None, imager=None, plane=FLAT, points=ACROSS, **sizes):
    header = replace(HEADER, frames=(FrameHeader(pixel_spacing_mm=spacing),), imager_pixel_spacing_mm=imager)
    found = scale_of(header, 0, plane, PixelSizes(**sizes), points)
    return found.spacing, found.unit, found.words


def test_an_image_in_the_patient_is_measured_by_its_own_place() -> None:
    assert of(plane=SOLID, spacing=(0.5, 0.25)) == ((0.5, 0.25), "mm", "pixel spacing")


def test_the_size_at_the_detector_is_named_and_the_estimated_magnification_divides_it() -> None:
    assert of(imager=(0.3, 0.15)) == ((0.3, 0.15), "mm", "at detector")
    assert of(spacing=(0.3, 0.15), imager=(0.3, 0.15)) == ((0.3, 0.15), "mm", "at detector")
    spacing, unit, words = of(imager=(0.3, 0.15), magnification=1.2)
    assert (spacing, unit, words) == (pytest.approx((0.25, 0.125)), "mm", "est. magnification 1.20")
    assert of(imager=(0.3, 0.15), magnification=0.0)[2] == "at detector"


def test_pixel_spacing_says_how_it_was_calibrated() -> None:
    assert of(spacing=(0.2, 0.1), imager=(0.3, 0.15), calibration_type="GEOMETRY")[2] == "calibrated (geometry)"
    assert of(spacing=(0.2, 0.1), imager=(0.3, 0.15), calibration_type="FIDUCIAL")[2] == "calibrated (fiducial)"
    assert of(spacing=(0.2, 0.1), imager=(0.3, 0.15)) == ((0.2, 0.1), "mm", "calibrated, method unknown")
    assert of(spacing=(0.2, 0.1), imager=(0.3, 0.15), magnification=1.5)[0] == (0.2, 0.1)


def test_a_projection_that_has_a_place_in_the_patient_is_still_measured_at_its_detector() -> None:
    assert of(plane=SOLID, spacing=(0.5, 0.25), imager=(0.5, 0.25))[2] == "at detector"


def test_a_scanned_film_is_measured_on_the_film_and_anything_else_in_pixels() -> None:
    assert of(film_spacing_mm=(0.17, 0.18)) == ((0.17, 0.18), "mm", "at film plane")
    assert of() == ((1.0, 1.0), "px", "not calibrated")
    assert scale_of(HEADER, 0, FLAT, PixelSizes(), ACROSS).aspect == 2.0


def test_ultrasound_is_measured_within_one_region_in_centimetres() -> None:
    regions = (SCAN, DOPPLER)
    assert of(regions=regions) == (pytest.approx((0.3, 0.2)), "mm", "ultrasound region")
    for points in ([(40.0, 10.0), (60.0, 10.0)], [(60.0, 10.0), (70.0, 20.0)], [(10.0, 60.0), (20.0, 60.0)]):
        assert of(regions=regions, points=points) == ((1.0, 1.0), "px", "not in one 2D region")
    assert of(regions=regions, points=[(0.0, 0.0), (50.0, 50.0)])[1] == "mm"


def test_regions_that_lie_on_each_other_must_agree() -> None:
    colour = replace(SCAN, rectangle=(5, 5, 45, 45))
    assert of(regions=(SCAN, colour))[1] == "mm"
    assert of(regions=(SCAN, replace(colour, deltas=(0.02, 0.04))))[1] == "px"
