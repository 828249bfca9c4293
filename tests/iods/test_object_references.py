"""Images named by an object as a whole: the raw bytes and data sets of pydicom say the same."""

from __future__ import annotations

from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.real_data.test_masks_against_witnesses import SEGMENTATIONS
from viewer.domain.references import ImageReference
from viewer.iods.object_references import object_references


def instance(number: int) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = "1.2.840.1", f"1.9.{number}"
    return item


def naming() -> Dataset:
    first, second, study, dataset = (Dataset() for _ in range(4))
    first.SeriesInstanceUID, first.ReferencedInstanceSequence = "2.1", [instance(1), instance(2)]
    second.SeriesInstanceUID, second.ReferencedSOPSequence = "2.2", [instance(3)]
    study.StudyInstanceUID, study.ReferencedSeriesSequence = "3", [second]
    dataset.ReferencedSeriesSequence = [first]
    dataset.StudiesContainingOtherReferencedInstancesSequence = [study]
    dataset.SourceImageSequence, dataset.ReferencedImageSequence = [instance(4)], [instance(5)]
    return dataset


EXPECTED = tuple(
    ImageReference(f"1.9.{number}", "1.2.840.1", series)
    for number, series in ((1, "2.1"), (2, "2.1"), (3, "2.2"), (4, ""), (5, ""))
)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_every_reference_is_found_in_every_encoding(tmp_path: Path, syntax: str) -> None:
    implicit, little = syntax == ImplicitVRLittleEndian, syntax != ExplicitVRBigEndian
    pydicom.dcmwrite(tmp_path / "references", naming(), implicit_vr=implicit, little_endian=little)
    with (tmp_path / "references").open("rb") as file:
        read = pydicom.filereader.read_dataset(file, is_implicit_VR=implicit, is_little_endian=little)
    assert object_references(read) == EXPECTED
    assert object_references(naming()) == EXPECTED, "of a data set that was made, not read"


@pytest.mark.real_data
@pytest.mark.parametrize("name", SEGMENTATIONS)
def test_raw_bytes_and_data_sets_agree_on_every_real_segmentation(real_data: Path, name: str) -> None:
    parsed = pydicom.dcmread(real_data / name, stop_before_pixels=True)
    parsed.walk(lambda *_: None)
    assert object_references(pydicom.dcmread(real_data / name, stop_before_pixels=True)) == object_references(parsed)
