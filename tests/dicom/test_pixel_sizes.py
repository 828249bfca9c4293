"""What files say of the size of their pixels."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.dicom.header_of import header_of
from tests.dicom.image_file import write_image
from viewer.dicom.image_attributes import read_image_attributes
from viewer.dicom.pixel_sizes import fitted_to_image
from viewer.domain.calibration import PixelSizes, UltrasoundRegion


def read(path: Path, **elements: object) -> PixelSizes:
    write_image(path / "image.dcm", bytes(12), **elements)
    return read_image_attributes(header_of(path / "image.dcm")).sizes


def region(**changes: object) -> Dataset:
    made = Dataset()
    elements = {
        "RegionSpatialFormat": 1, "RegionDataType": 1, "RegionFlags": 0, "RegionLocationMinX0": 3, "RegionLocationMinY0": 0,
        "RegionLocationMaxX1": 70000, "RegionLocationMaxY1": 1, "PhysicalUnitsXDirection": 3, "PhysicalUnitsYDirection": 3,
        "PhysicalDeltaX": 0.02, "PhysicalDeltaY": -0.03, **changes,
    }  # fmt: skip
    for keyword, value in elements.items():
        if value is not None:
            setattr(made, keyword, value)
    return made


def test_calibration_magnification_and_film(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        PixelSpacingCalibrationType="FIDUCIAL",
        EstimatedRadiographicMagnificationFactor="1.25",
        NominalScannedPixelSpacing=["0.17", "0.18"],
    )
    assert found == PixelSizes("FIDUCIAL", 1.25, (0.17, 0.18))


def test_regions_of_ultrasound_keep_their_order_and_signs(tmp_path: Path) -> None:
    other = region(
        RegionSpatialFormat=3,
        PhysicalUnitsXDirection=4,
        PhysicalUnitsYDirection=7,
        ReferencePixelX0=-7,
        ReferencePixelY0=12,
        ReferencePixelPhysicalValueX=1.5,
    )
    found = read(tmp_path, SequenceOfUltrasoundRegions=[region(), other])
    assert found.regions == (
        UltrasoundRegion((3, 0, 70000, 1), 1, (3, 3), (0.02, -0.03)),
        UltrasoundRegion((3, 0, 70000, 1), 3, (4, 7), (0.02, -0.03), (-7, 12), (1.5, 0.0)),
    )
    assert found.regions[0].spacing_mm == (0.3, 0.2)
    assert found.regions[1].spacing_mm is None


def test_a_region_without_place_or_scale_is_none_and_a_bad_spacing_neither(tmp_path: Path) -> None:
    broken = [region(PhysicalDeltaX=None), region(RegionLocationMaxY1=None)]
    assert read(tmp_path, SequenceOfUltrasoundRegions=broken, NominalScannedPixelSpacing=["0", "0.1"]) == PixelSizes()


@pytest.mark.parametrize(
    ("right", "bottom", "used", "code"),
    [
        (10, 6, True, ""),
        (11, 7, True, ""),
        (21, 6, True, "regions_beyond_image"),
        (10, 13, True, "regions_beyond_image"),
        (21, 13, False, "regions_of_larger_image"),
    ],
)
def test_regions_of_an_image_that_was_made_smaller_are_not_used_those_of_a_cropped_one_are(
    right: int, bottom: int, used: bool, code: str
) -> None:
    """An image of 7 rows and 11 columns; one pixel more is a common way of counting."""
    sizes = PixelSizes(regions=(UltrasoundRegion((0, 0, right, bottom), 1, (3, 3), (0.02, 0.03)),))
    found, issues = fitted_to_image(sizes, 7, 11)
    assert bool(found.regions) is used
    assert found.regions_doubted is not used
    assert [one.code for one in issues] == ([code] if code else [])
