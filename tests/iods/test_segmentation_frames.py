"""The raw walk over functional groups finds what pydicom finds, and leaves to pydicom what it does not understand."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

from tests.real_data.test_masks_against_witnesses import SEGMENTATIONS
from viewer.domain.references import ImageReference
from viewer.iods.segmentation_frames import FrameGroups, PixelMeasures, TilePosition, per_frame_groups


def parsed_whole(path: Path) -> Dataset:
    """The data set with every sequence parsed, so that nothing is left to the raw walk."""
    dataset = pydicom.dcmread(path, stop_before_pixels=True)
    dataset.walk(lambda *_: None)
    return dataset


@pytest.mark.real_data
@pytest.mark.parametrize("name", SEGMENTATIONS)
def test_the_raw_walk_and_pydicom_agree_on_every_real_segmentation(real_data: Path, name: str) -> None:
    walked = per_frame_groups(pydicom.dcmread(real_data / name, stop_before_pixels=True))
    assert walked == per_frame_groups(parsed_whole(real_data / name))
    assert len(walked) > 0


def made_groups() -> Dataset:
    """One frame with every group that is read."""
    source = Dataset()
    source.ReferencedSOPClassUID, source.ReferencedSOPInstanceUID = "1.2.3", "4.5.6"
    source.ReferencedFrameNumber = [3, 7]
    source.SpatialLocationsPreserved = "NO"
    item = Dataset()
    derivation, identification, position, orientation, measures, tile = (Dataset() for _ in range(6))
    derivation.SourceImageSequence = [source]
    item.DerivationImageSequence = [derivation]
    identification.ReferencedSegmentNumber = 300
    item.SegmentIdentificationSequence = [identification]
    position.ImagePositionPatient = [1.5, -2, 3e1]
    item.PlanePositionSequence = [position]
    orientation.ImageOrientationPatient = [0, 1, 0, 0, 0, -1]
    item.PlaneOrientationSequence = [orientation]
    measures.PixelSpacing, measures.SliceThickness, measures.SpacingBetweenSlices = [0.5, 0.25], 2, 2.5
    item.PixelMeasuresSequence = [measures]
    tile.RowPositionInTotalImagePixelMatrix, tile.ColumnPositionInTotalImagePixelMatrix = -4, 70000
    tile.XOffsetInSlideCoordinateSystem, tile.YOffsetInSlideCoordinateSystem = 1, 2
    tile.ZOffsetInSlideCoordinateSystem = 500
    item.PlanePositionSlideSequence = [tile]
    dataset = Dataset()
    dataset.PerFrameFunctionalGroupsSequence = [item, Dataset()]
    return dataset


EXPECTED = FrameGroups(
    300,
    (1.5, -2.0, 30.0),
    (0.0, 1.0, 0.0, 0.0, 0.0, -1.0),
    PixelMeasures((0.5, 0.25), 2.0, 2.5),
    (ImageReference("4.5.6", "1.2.3", frames=(3, 7), spatial_locations_preserved="NO"),),
    TilePosition(-4, 70000, (1.0, 2.0, 0.5)),
)


@pytest.mark.parametrize("undefined_length", [False, True])
@pytest.mark.parametrize("syntax", [None, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_every_group_is_read_in_every_encoding(tmp_path: Path, syntax: str | None, undefined_length: bool) -> None:
    dataset = made_groups()
    if undefined_length:
        for element in dataset.iterall():
            if element.VR == "SQ":
                element.is_undefined_length = True
    path = tmp_path / "groups"
    implicit, little = syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    pydicom.dcmwrite(path, dataset, implicit_vr=implicit, little_endian=little)
    with path.open("rb") as file:
        again = pydicom.filereader.read_dataset(file, is_implicit_VR=implicit, is_little_endian=little)
    assert per_frame_groups(again) == (EXPECTED, FrameGroups())


def test_numbers_that_are_none_are_absent() -> None:
    item = Dataset()
    position = Dataset()
    position.add_new(0x00200032, "DS", "1\\2")
    item.PlanePositionSequence = Sequence([position])
    dataset = Dataset()
    dataset.PerFrameFunctionalGroupsSequence = [item]
    assert per_frame_groups(dataset) == (FrameGroups(),)
