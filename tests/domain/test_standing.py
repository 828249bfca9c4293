from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from tests.domain.opened import opened
from tests.synthetic import key_objects as titles
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.key_objects import key_objects
from tests.synthetic.report import Group, Reading, ReportResult, measurement_report
from tests.synthetic.segmentation import Algorithm, Part, Result, segmentation
from tests.synthetic.structure_set import Region, StructureSetResult, structure_set
from viewer.app.commands.opening import open_library
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.report import Report
from viewer.domain.standing import rejections, with_rejected_series, with_standing
from viewer.loading.scanning import derived_instances, read_one

GRID = Grid((3, 9, 14))
VOLUME, MILLILITRES = Code("118565006", "SCT", "Volume"), Code("ml", "UCUM", "ml")
LATER = {"date": "20260116", "time": "081500"}


@pytest.fixture(scope="module")
def ct() -> list[Dataset]:
    stored = np.arange(np.prod(GRID.shape), dtype=np.int16).reshape(GRID.shape)
    return image_series(stored, GRID, Series(name="ct"))


def seg(images: list[Dataset], name: str, *parts: Part, kind: Any = "BINARY", **says: Any) -> Dataset:
    described = parts or (Part("Liver"),)
    pixels = np.zeros(GRID.shape, np.uint8)
    for number in range(1, len(described) + 1):
        pixels[:, 2 + number, 3:9] = number
    return deepcopy(segmentation(images, pixels, described, Result(name, **says), kind=kind))


def report(images: list[Dataset], name: str, *predecessors: Dataset) -> Dataset:
    measured = Group(Part("Liver", tracking="liver"), (Reading(VOLUME, 7.5, MILLILITRES),), segment=1)
    made = measurement_report(images, seg(images, "measured"), (measured,), ReportResult(name))
    if predecessors:
        made.PredecessorDocumentsSequence = [_reference(one) for one in predecessors]
    return made


def _reference(to: Dataset) -> Dataset:
    instance, of_series, of_study = Dataset(), Dataset(), Dataset()
    instance.ReferencedSOPClassUID, instance.ReferencedSOPInstanceUID = to.SOPClassUID, to.SOPInstanceUID
    of_series.SeriesInstanceUID, of_series.ReferencedSOPSequence = to.SeriesInstanceUID, [instance]
    of_study.StudyInstanceUID, of_study.ReferencedSeriesSequence = to.StudyInstanceUID, [of_series]
    return of_study


def read_all(library: Library) -> list[Overlay]:
    read = [read_one(header) for header in derived_instances(library)]
    return [one for one in read if isinstance(one, Overlay)]


def standing(datasets: Sequence[Dataset], folder: Path) -> dict[str, Overlay]:
    library = opened(datasets, folder)
    return {one.sop_instance_uid: one for one in with_standing(read_all(library), library)}


def off(datasets: Sequence[Dataset], folder: Path) -> set[str]:
    """Return the UIDs of what is off at first, after looking that everything off says why and is still listed."""
    found = standing(datasets, folder)
    derived = {one.SOPInstanceUID for one in datasets if one.Modality in ("SEG", "SR", "KO", "RTSTRUCT")}
    assert set(found) == derived
    for overlay in found.values():
        says_why = {one.code for one in overlay.issues} & {"superseded", "rejected_by_key_object"}
        assert bool(says_why) is not overlay.visible_by_default
    return {uid for uid, overlay in found.items() if not overlay.visible_by_default}


def test_the_newest_version_of_a_result_is_on_and_the_older_ones_are_off_and_say_so(ct: list[Dataset], tmp_path: Path):
    first = seg(ct, "first", algorithm=Algorithm(version="1.0"))
    second = seg(ct, "second", date="20260115", time="103000", algorithm=Algorithm(version="1.1"))
    third = seg(ct, "third", **LATER, algorithm=Algorithm(version="2.0"))
    assert off([*ct, third, first, second], tmp_path) == {first.SOPInstanceUID, second.SOPInstanceUID}


def test_a_newer_structure_set_of_the_same_rois_supersedes_the_older(ct: list[Dataset], tmp_path: Path):
    older, newer = (structure_set(ct, (Region("Heart"),), StructureSetResult(name)) for name in ("older", "newer"))
    for one, date in ((older, "20260115"), (newer, "20260117")):
        one.StructureSetDate, one.StructureSetTime = date, "120000"
        one.ManufacturerModelName = "Contours"
    assert off([*ct, newer, older], tmp_path) == {older.SOPInstanceUID}


@pytest.mark.parametrize(
    "other",
    [
        {"algorithm": Algorithm(name="Other Organs")},
        {"algorithm": Algorithm(manufacturer="Somebody else")},
        {"algorithm": Algorithm(kind="SEMIAUTOMATIC")},
        {"description": "Another segmentation"},
        {"label": "OTHER"},
        {"kind": "LABELMAP"},
        {"date": "20260115", "time": "100059"},
    ],
    ids=["algorithm", "maker", "algorithm type", "series description", "label", "type", "written by one run"],
)
def test_a_newer_object_that_differs_in_what_it_is_supersedes_nothing(
    ct: list[Dataset], tmp_path: Path, other: dict[str, Any]
):
    assert off([*ct, seg(ct, "first"), seg(ct, "second", **(LATER | other))], tmp_path) == set()


def test_a_result_on_another_series_supersedes_nothing(ct: list[Dataset], tmp_path: Path):
    again = image_series(np.zeros(GRID.shape, np.int16), GRID, Series(name="again", number=2))
    assert off([*ct, *again, seg(ct, "first"), seg(again, "second", **LATER)], tmp_path) == set()


def test_an_object_that_shows_something_the_newer_one_lacks_stays_on(ct: list[Dataset], tmp_path: Path):
    both, one, more = (Part("Liver"), Part("Cyst")), (Part("Liver"),), (Part("Liver"), Part("Cyst"), Part("Stone"))
    assert off([*ct, seg(ct, "first", *both), seg(ct, "second", *one, **LATER)], tmp_path / "less") == set()
    first = seg(ct, "first", *both)
    assert off([*ct, first, seg(ct, "second", *more, **LATER)], tmp_path / "more") == {first.SOPInstanceUID}


def test_findings_with_other_tracking_identities_are_no_versions_of_one_another(ct: list[Dataset], tmp_path: Path):
    first, same = seg(ct, "first", Part("Nodule", tracking="a")), seg(ct, "same", Part("Nodule", tracking="a"), **LATER)
    other = seg(ct, "other", Part("Nodule", tracking="b"), **LATER)
    assert off([*ct, first, other], tmp_path / "other") == set()
    assert off([*ct, first, same], tmp_path / "same") == {first.SOPInstanceUID}


def test_objects_of_one_series_are_no_versions_of_one_another(ct: list[Dataset], tmp_path: Path):
    first, second = seg(ct, "first"), seg(ct, "second", **LATER)
    second.SeriesInstanceUID = first.SeriesInstanceUID
    assert off([*ct, first, second], tmp_path) == set()


def test_an_object_without_a_time_is_no_older_version(ct: list[Dataset], tmp_path: Path):
    first, second = seg(ct, "first"), seg(ct, "second", **LATER)
    first.ContentTime = ""
    assert off([*ct, first, second], tmp_path) == set()


def test_reports_of_one_description_all_stay_on(ct: list[Dataset], tmp_path: Path):
    reports = [report(ct, "first"), report(ct, "second")]
    reports[1].ContentDate = "20260301"
    assert off([*ct, *reports], tmp_path) == set()


def test_a_report_named_as_predecessor_is_superseded_through_a_whole_chain(ct: list[Dataset], tmp_path: Path):
    first = report(ct, "first")
    second = report(ct, "second", first)
    third = report(ct, "third", second)
    assert off([*ct, third, second, first], tmp_path) == {first.SOPInstanceUID, second.SOPInstanceUID}


def test_reports_that_name_each_other_or_themselves_all_stay_on(ct: list[Dataset], tmp_path: Path):
    first, second = report(ct, "first"), report(ct, "second")
    first.PredecessorDocumentsSequence = [_reference(second), _reference(first)]
    second.PredecessorDocumentsSequence = [_reference(first)]
    assert off([*ct, first, second], tmp_path) == set()


@pytest.mark.parametrize(
    "title",
    [
        titles.REJECTED_FOR_QUALITY,
        titles.REJECTED_FOR_SAFETY,
        titles.INCORRECT_WORKLIST_ENTRY,
        titles.RETENTION_EXPIRED,
    ],
    ids=lambda title: title.value,
)
def test_what_a_key_object_selection_rejects_is_off_and_says_under_which_title(
    ct: list[Dataset], tmp_path: Path, title: Code
):
    made, spared = seg(ct, "rejected"), seg(ct, "spared", label="OTHER")
    found = standing([*ct, made, spared, key_objects([made], title)], tmp_path)
    rejected = found[made.SOPInstanceUID]
    (said,) = [one for one in rejected.issues if one.code == "rejected_by_key_object"]
    assert title.meaning in said.text
    assert not rejected.visible_by_default
    assert found[spared.SOPInstanceUID].visible_by_default


def test_other_key_object_selections_reject_nothing(ct: list[Dataset], tmp_path: Path):
    made = seg(ct, "kept")
    assert off([*ct, made, key_objects([made], titles.OF_INTEREST)], tmp_path) == set()


def test_a_rejected_newer_version_leaves_the_older_one_on(ct: list[Dataset], tmp_path: Path):
    first, second = seg(ct, "first"), seg(ct, "second", **LATER)
    rejected = key_objects([second], titles.REJECTED_FOR_QUALITY)
    assert off([*ct, first, second, rejected], tmp_path) == {second.SOPInstanceUID}


def test_standing_is_given_once_and_keeps_the_order(ct: list[Dataset], tmp_path: Path):
    library = opened([*ct, seg(ct, "first"), seg(ct, "second", **LATER)], tmp_path)
    read = read_all(library)
    once = with_standing(read, library)
    assert [one.instance for one in once] == [one.instance for one in read]
    twice = with_standing(once, library)
    assert all(one is other for one, other in zip(once, twice, strict=True))


def test_rejected_images_mark_their_series(ct: list[Dataset], tmp_path: Path):
    whole = key_objects(ct, titles.REJECTED_FOR_QUALITY)
    library = opened([*ct, whole], tmp_path / "whole")
    marked = with_rejected_series(library, rejections(read_all(library)))
    assert [[one.code for one in series.issues] for series in _image_series(marked)] == [["rejected_by_key_object"]]
    assert marked.stacks[0] is library.stacks[0]

    part = key_objects(ct[:2], titles.REJECTED_FOR_QUALITY)
    library = opened([*ct, part], tmp_path / "part")
    (series,) = _image_series(with_rejected_series(library, rejections(read_all(library))))
    (said,) = series.issues
    assert (said.code, said.text[:6]) == ("images_rejected", "2 of 3")


def _image_series(library: Library) -> list[Any]:
    return [series for patient in library.patients for study in patient.studies for series in study.series if series.stacks]


@pytest.mark.real_data
def test_all_reports_of_a_research_study_and_both_algorithms_of_the_sample_stay_on(real_data: Path):
    library = open_library([real_data / "seg-sr-flair-wmh-ohif"])
    overlays = with_standing(read_all(library), library)
    reports = [one for one in overlays if isinstance(one.content, Report)]
    assert len(reports) == 44
    assert all(one.visible_by_default for one in overlays)

    sample = open_library([], sample=True)
    assert all(one.visible_by_default for one in with_standing(read_all(sample), sample))


@pytest.mark.real_data
def test_the_key_object_selection_of_the_tiny_objects_rejects_their_segmentation(real_data: Path):
    library = open_library([real_data / "tiny"])
    found = {Path(library.instance(one.instance).source.path).name: one for one in with_standing(read_all(library), library)}
    assert not found["seg.dcm"].visible_by_default
    assert "Rejected for Quality Reasons" in found["seg.dcm"].issues[-1].text
    assert found["seg.dcm"].parts
