"""What an image was made from is read where it says for what, by both readers alike, and joins series both ways."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from viewer.dicom.headers import read_header, read_header_with_pydicom
from viewer.dicom.scan import scan
from viewer.domain.grouping import build_library
from viewer.domain.instance import InstanceHeader, MadeFrom, Source
from viewer.domain.library import Library

GRID = Grid(shape=(2, 5, 7))
VOXELS = np.arange(np.prod(GRID.shape), dtype=np.uint16).reshape(GRID.shape)
PREDECESSOR = ("121358", "DCM", "For Processing predecessor")
BASIS = ("99998", "99TEST", "Basis image for spectral processing")
OTHER = ("121322", "DCM", "Source image for image processing operation")


def source(image: FileDataset, purpose: tuple[str, str, str]) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = purpose
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
    item.PurposeOfReferenceCodeSequence = Sequence([code])
    return item


def two_series(purpose: tuple[str, str, str]) -> tuple[list[FileDataset], list[FileDataset]]:
    """A FOR PROCESSING series and one that was made from it, slice by slice."""
    intent = (("PresentationIntentType", "FOR PROCESSING"),)
    basis = image_series(VOXELS, GRID, Series("basis", number=4, description="Basis", attributes=intent))
    made = image_series(VOXELS, GRID, Series("made", number=7, description="Iodine"))
    for one, other in zip(made, basis, strict=True):
        one.SourceImageSequence = Sequence([source(other, purpose)])
    return basis, made


def headers_of(folder: Path) -> list[InstanceHeader]:
    return [read_header(Source("file", str(path))) for path in sorted(folder.iterdir())]


def library_of(folder: Path) -> Library:
    found = [one for one in scan([folder]) if isinstance(one, InstanceHeader)]
    return build_library(found, [], files=len(found))


@pytest.mark.parametrize(("purpose", "word"), [(PREDECESSOR, "predecessor"), (BASIS, "basis")])
def test_a_source_with_a_purpose_is_read_alike_by_both_readers(
    tmp_path: Path, purpose: tuple[str, str, str], word: str
) -> None:
    basis, made = two_series(purpose)
    save(made, tmp_path)
    expected = {(MadeFrom(str(one.SOPInstanceUID), word),) for one in basis}  # type: ignore[arg-type]
    assert {header.made_from for header in headers_of(tmp_path)} == expected
    with_pydicom = {read_header_with_pydicom(Source("file", str(path))).made_from for path in tmp_path.iterdir()}
    assert with_pydicom == expected


def test_any_other_source_is_no_link(tmp_path: Path) -> None:
    basis, made = two_series(OTHER)
    save([*basis, *made], tmp_path)
    assert all(header.made_from == () for header in headers_of(tmp_path))


def test_functional_groups_name_sources_as_well(tmp_path: Path) -> None:
    basis, made = two_series(OTHER)
    enhanced = made[0]
    del enhanced.SourceImageSequence
    enhanced.NumberOfFrames = 2
    enhanced.PixelData = enhanced.PixelData * 2
    groups = []
    for one in basis:
        derivation, group = Dataset(), Dataset()
        derivation.SourceImageSequence = Sequence([source(one, PREDECESSOR)])
        group.DerivationImageSequence = Sequence([derivation])
        groups.append(group)
    enhanced.PerFrameFunctionalGroupsSequence = Sequence(groups)
    save([enhanced], tmp_path)
    path = Source("file", str(next(tmp_path.iterdir())))
    expected = tuple(MadeFrom(str(one.SOPInstanceUID), "predecessor") for one in basis)
    assert read_header(path).made_from == expected
    assert read_header_with_pydicom(path).made_from == expected


@pytest.mark.parametrize("purpose", [PREDECESSOR, BASIS])
def test_the_link_leads_both_ways(tmp_path: Path, purpose: tuple[str, str, str]) -> None:
    basis, made = two_series(purpose)
    save([*basis, *made], tmp_path)
    library = library_of(tmp_path)
    by_number = {series.series_number: series for series in library.patients[0].studies[0].series}
    assert by_number[4].for_processing
    assert not by_number[7].for_processing
    assert library.links_of(by_number[7]).made_from == (by_number[4].key,)
    assert library.links_of(by_number[4]).used_by == (by_number[7].key,)
    assert library.links_of(by_number[4]).made_from == ()


def test_a_source_that_is_not_open_is_no_link(tmp_path: Path) -> None:
    _, made = two_series(PREDECESSOR)
    save(made, tmp_path)
    library = library_of(tmp_path)
    assert library.links_of(library.patients[0].studies[0].series[0]).made_from == ()
