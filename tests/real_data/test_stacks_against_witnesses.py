"""Stacks of real files: highdicom agrees which form a volume and how far apart slices are, gdcm where each slice lies."""

from __future__ import annotations

from pathlib import Path

import gdcm
import highdicom as hd
import numpy as np
import pytest

from viewer.app.commands.opening import open_library
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.calibration import scale_of
from viewer.domain.library import Library
from viewer.domain.stack import Stack
from viewer.domain.ultrasound_regions import values_at

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def library(real_data: Path) -> Library:
    """Everything but the files that are broken on purpose."""
    return open_library(sorted(one for one in real_data.iterdir() if one.is_dir() and one.name != "hostile"))


def volumes(library: Library) -> list[Stack]:
    """Stacks of several places in the patient; several slices at one place make no volume for either."""
    return [
        stack
        for stack in library.stacks
        if stack.in_patient_space
        and len(stack.planes) > 1
        and not stack.temporal
        and stack.pyramid is None
        and "duplicate_positions" not in {one.code for one in stack.issues}
    ]


def test_highdicom_finds_the_same_volumes_with_the_same_spacing(library: Library) -> None:
    """Checks 2 to 6 on real files: order, gaps, jitter, tilt."""
    found = volumes(library)
    assert len(found) > 20
    assert {stack.regular for stack in found} == {True, False}
    for stack in found:
        plane = stack.planes[0]
        spacing, order = hd.spatial.get_volume_positions(
            [one.origin for one in stack.planes], [*plane.axis_column, *plane.axis_row]
        )
        assert (spacing is not None) is stack.regular, (stack.id, stack.label)
        if spacing is not None and order is not None:
            assert stack.spacing_mm[0] == pytest.approx(spacing, rel=1e-4)
            assert order in (sorted(order), sorted(order, reverse=True))


def test_gdcm_puts_every_slice_where_it_is(library: Library) -> None:
    compared = 0
    for stack in volumes(library):
        for frame, plane in zip(stack.frames, stack.planes, strict=True):
            header = library.instance(frame.instance)
            if header.number_of_frames > 1 or header.source.kind != "file" or header.modality not in {"CT", "MR", "PT"}:
                continue
            reader = gdcm.Reader()
            reader.SetFileName(header.source.path)
            if not reader.Read():
                continue
            file = reader.GetFile()
            cosines = gdcm.ImageHelper.GetDirectionCosinesValue(file)
            across, down, _ = gdcm.ImageHelper.GetSpacingValue(file)
            assert np.allclose(gdcm.ImageHelper.GetOriginValue(file), plane.origin, atol=1e-6)
            assert np.allclose(cosines, [*plane.axis_column, *plane.axis_row], atol=1e-3)
            # gdcm says the spacing of columns first.
            assert (down, across) == pytest.approx(plane.spacing_mm, rel=1e-4)
            compared += 1
    assert compared > 200


def test_the_trace_below_an_ultrasound_picture_counts_seconds(real_data: Path) -> None:
    """A region of waveforms: 9.64 ms a column, nothing along the other direction."""
    library = open_library([real_data / "colour-and-palette" / "examples_palette.dcm"])
    regions = read_image_attributes(library.instances[0]).sizes.regions
    assert [region.spatial_format for region in regions] == [1, 4]
    (value,) = values_at(regions, (276.5, 550.0))
    # Reference Pixel X0 is counted from the region's left edge: 176 - 176 is the first column of the picture.
    assert (value.value, value.unit) == (pytest.approx(276 * 0.009642736608649534), "s")
    assert values_at(regions, (300.0, 200.0)) == ()


def test_regions_of_a_picture_that_was_made_smaller_measure_nothing(real_data: Path) -> None:
    """320 x 240 pixels with a region of 512 x 384: the file was halved, its regions were not."""
    library = open_library([real_data / "colour-and-palette" / "examples_ybr_color.dcm"])
    attributes = read_image_attributes(library.instances[0])
    assert attributes.sizes.regions_doubted
    assert "regions_of_larger_image" in {one.code for one in attributes.issues}
    plane = library.stacks[0].planes[0]
    scale = scale_of(library.instances[0], 0, plane, attributes.sizes, [(100.0, 100.0), (200.0, 150.0)])
    assert (scale.unit, scale.words) == ("px", "its ultrasound regions are those of a larger image")
