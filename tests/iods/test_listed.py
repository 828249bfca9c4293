from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.dicom.header_of import header_of
from tests.synthetic.identity import Study, as_file, uid
from viewer.domain.binding import bind
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.roles import KINDS
from viewer.iods.registry import READERS, read_overlay

STORAGE = "1.2.840.10008.5.1.4.1.1."


def made(sop_class: str, **attributes: object) -> Dataset:
    dataset = Dataset()
    Study().fill(dataset)
    dataset.SOPClassUID = sop_class
    dataset.SOPInstanceUID = uid("listed", sop_class)
    dataset.SeriesInstanceUID = uid("listed series", sop_class)
    dataset.Modality = "OT"
    for keyword, value in attributes.items():
        setattr(dataset, keyword, value)
    return as_file(dataset)


def listed(dataset: Dataset, folder: Path) -> Overlay:
    dataset.save_as(folder / "object.dcm", enforce_file_format=True)
    return read_overlay(header_of(folder / "object.dcm"))


def drawn_classes() -> set[str]:
    return {sop_class for sop_classes, _ in READERS for sop_class in sop_classes}


@pytest.mark.parametrize("sop_class", sorted(set(KINDS) - drawn_classes()))
def test_every_class_that_is_not_drawn_is_listed_under_its_kind_with_a_reason(tmp_path: Path, sop_class: str):
    found = listed(made(sop_class), tmp_path)
    assert found.kind == KINDS[sop_class][1]
    reason = bind(found, Library()).not_shown_because
    assert reason is not None
    assert reason.code in {"not_rendered", "map_without_overlay", "registration_not_used"}
    assert sop_class not in reason.text, "the sentence names the thing, not its UID"


def test_an_unknown_class_is_listed_by_its_uid(tmp_path: Path):
    found = listed(made("1.2.3.4.5.6"), tmp_path)
    assert found.kind == "other"
    assert (
        found.issues[-1].text
        == "An object of an unknown class (1.2.3.4.5.6) is listed, but this version draws nothing for it."
    )


def test_a_registration_names_both_spaces_that_it_links(tmp_path: Path):
    item = Dataset()
    item.FrameOfReferenceUID = "1.2.3.2"
    found = listed(made(STORAGE + "66.1", FrameOfReferenceUID="1.2.3.1", RegistrationSequence=[item]), tmp_path)
    assert found.frame_of_reference_uids == ("1.2.3.1", "1.2.3.2")


def test_the_images_it_names_are_kept_with_their_series(tmp_path: Path):
    image = Dataset()
    image.ReferencedSOPClassUID, image.ReferencedSOPInstanceUID = STORAGE + "2", "1.2.3.9"
    series = Dataset()
    series.SeriesInstanceUID, series.ReferencedInstanceSequence = "1.2.3.8", [image]
    found = listed(made(STORAGE + "67", ReferencedSeriesSequence=[series]), tmp_path)
    assert [(one.sop_instance_uid, one.series_instance_uid) for one in found.references] == [("1.2.3.9", "1.2.3.8")]
    assert found.referenced_series == ("1.2.3.8",)


def test_no_two_readers_claim_one_class():
    claimed = [sop_class for sop_classes, _ in READERS for sop_class in sop_classes]
    assert len(claimed) == len(set(claimed))
