"""Patients, studies and series from headers, also where UIDs are missing or repeated."""

from __future__ import annotations

from tests.domain.headers import frame, header
from viewer.domain.grouping import build_library
from viewer.domain.instance import Skipped, Source
from viewer.domain.issues import issue

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
REPORT = "1.2.840.10008.5.1.4.1.1.88.34"


def at(z: float) -> tuple:
    return (frame((0.0, 0.0, z)),)


def test_a_patient_holds_studies_newest_first_and_series_by_number() -> None:
    library = build_library(
        [
            header(1, at(0), study_instance_uid="old", study_date="20200101", series_instance_uid="a"),
            header(2, at(0), study_instance_uid="new", study_date="20250101", series_number=7, series_instance_uid="c"),
            header(3, at(0), study_instance_uid="new", study_date="20250101", series_number=2, series_instance_uid="b"),
        ],
        [Skipped("/x", "Not a DICOM file.")],
        files=4,
    )
    (patient,) = library.patients
    assert [study.study_instance_uid for study in patient.studies] == ["new", "old"]
    assert [series.series_instance_uid for series in patient.studies[0].series] == ["b", "c"]
    assert len(library.instances) + len(library.skipped) == library.files


def test_objects_without_series_and_study_uid_are_grouped_by_folder() -> None:
    library = build_library(
        [
            header(1, at(0), study_instance_uid="", series_instance_uid="", source=Source("file", "/a/1")),
            header(2, at(2), study_instance_uid="", series_instance_uid="", source=Source("file", "/a/2")),
            header(3, at(4), study_instance_uid="", series_instance_uid="", source=Source("file", "/b/3")),
        ]
    )
    studies = library.patients[0].studies
    assert sorted(len(study.series[0].instances) for study in studies) == [1, 2]
    assert len({series.key for study in studies for series in study.series}) == 2
    assert "/a" not in studies[0].series[0].key


def test_without_patient_id_the_name_tells_patients_apart() -> None:
    library = build_library(
        [
            header(1, at(0), patient_id="", patient_name="A^A"),
            header(2, at(0), patient_id="", patient_name="B^B", study_instance_uid="2"),
        ]
    )
    assert [patient.name for patient in library.patients] == ["A^A", "B^B"]


def test_a_segmentation_written_into_the_series_of_its_images_is_a_series_of_its_own() -> None:
    library = build_library([header(1, at(0)), header(2, at(2)), header(3, at(0), sop_class_uid=SEGMENTATION)])
    images, overlay = library.patients[0].studies[0].series
    assert (images.role, overlay.role) == ("image", "overlay")
    assert images.key == "1.2"
    assert overlay.key == "1.2@2"
    assert len(images.stacks[0].frames) == 2
    assert overlay.stacks == ()


def test_one_series_uid_in_two_studies_gives_two_series() -> None:
    library = build_library([header(1, at(0)), header(2, at(0), study_instance_uid="other")])
    keys = [series.key for study in library.patients[0].studies for series in study.series]
    assert len(set(keys)) == 2
    assert len({stack.id for stack in library.stacks}) == 2


def test_images_come_before_what_was_derived_from_them() -> None:
    library = build_library(
        [
            header(1, at(0), sop_class_uid=REPORT, series_number=1, series_instance_uid="r", rows=0, columns=0),
            header(2, at(0), series_number=9, series_instance_uid="i"),
        ]
    )
    assert [series.role for series in library.patients[0].studies[0].series] == ["image", "report"]


def test_a_series_for_processing_is_marked_whatever_its_modality() -> None:
    library = build_library([header(1, at(0), presentation_intent="FOR PROCESSING")])
    series = library.patients[0].studies[0].series[0]
    assert series.for_processing
    assert "for_processing" in [found.code for found in series.issues]


def test_repeated_uids_are_told_once_with_their_number() -> None:
    double = issue("duplicate_uid", "warning", count=2, uid="1.9.1")
    library = build_library(
        [
            header(1, at(0)),
            header(2, at(2), sop_instance_uid="1.9.1@2", issues=(double,)),
            header(3, at(4), sop_instance_uid="1.9.1@3", issues=(double,)),
        ]
    )
    series = library.patients[0].studies[0].series[0]
    assert [found.text for found in series.issues if found.code == "duplicate_uid"] == [
        "3 files with different content share the UID 1.9.1; all are kept."
    ]
    assert len(library.instances_with_uid("1.9.1")) == 3
    assert len(library.instances_with_uid("1.9.1@2")) == 1


def test_an_unknown_class_with_pixels_is_an_image_and_without_is_not() -> None:
    library = build_library(
        [
            header(1, at(0), sop_class_uid="1.2.3.4", series_instance_uid="a"),
            header(2, (), sop_class_uid="1.2.3.4", series_instance_uid="b", rows=0, columns=0, number_of_frames=1),
        ]
    )
    assert [series.role for series in library.patients[0].studies[0].series] == ["image", "other"]
