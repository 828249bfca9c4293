"""Overlays are called by what people wrote about them, and no two of a patient have the same name."""

from __future__ import annotations

from dataclasses import replace

from tests.ui.small_study import derived_series, segmentation, structure_set
from viewer.domain.instance import InstanceKey
from viewer.domain.library import Library, Patient, Study
from viewer.domain.overlay import Overlay, OverlayKind
from viewer.domain.provenance import Provenance
from viewer.reading.state import Content
from viewer.scene.overlay_names import OverlayName, overlay_names


def content_of(*described: tuple[str, OverlayKind, str, str]) -> Content:
    """Content with one object for each (series description, kind, label, DICOM date and time)."""
    series = tuple(derived_series(f"o{place}", "SEG", one[0]) for place, one in enumerate(described))
    study = Study("1.2", "1.2", "", "", "", series)
    overlays: dict[InstanceKey, Overlay] = {}
    for one, (_, kind, label, moment) in zip(series, described, strict=True):
        key = one.instances[0].key
        made = segmentation() if kind == "segmentation" else structure_set()
        overlays[key] = replace(
            made, instance=key, kind=kind, label=label, provenance=Provenance(content_date=moment), parts=made.parts[:1]
        )
    return Content(Library((Patient("P", "P", "", "", "", (study,)),)), overlays)


def names_of(*described: tuple[str, OverlayKind, str, str]) -> list[OverlayName]:
    return list(overlay_names(content_of(*described), lambda text: text).values())


def test_what_people_wrote_comes_before_a_code_of_capitals() -> None:
    (name,) = names_of(("Lesions of the white matter", "segmentation", "DCMQI", ""))
    assert name == OverlayName("Lesions of the white matter")


def test_without_a_series_description_the_label_is_the_name() -> None:
    assert names_of(("", "segmentation", "DCMQI", "")) == [OverlayName("DCMQI")]


def test_a_structure_set_is_called_by_its_label() -> None:
    assert names_of(("RT Structure Set", "structure_set", "Prostate plan", "")) == [OverlayName("Prostate plan")]


def test_many_reports_of_one_title_are_told_apart_by_number_and_moment() -> None:
    title = "Imaging Measurement Report"
    found = names_of(
        ("Derived", "report", title, "20190221080451"),
        ("Derived", "report", title, "20190307131359"),
        ("Derived", "report", title, "20190307131402"),
    )
    assert found == [
        OverlayName("Report 1", "2019-02-21 08:04"),
        OverlayName("Report 2", "2019-03-07 13:13"),
        OverlayName("Report 3", "2019-03-07 13:14"),
    ]


def test_reports_of_the_same_minute_show_seconds() -> None:
    found = names_of(("D", "report", "T", "20190307131359"), ("D", "report", "T", "20190307131302"))
    assert [one.apart for one in found] == ["2019-03-07 13:13:59", "2019-03-07 13:13:02"]


def test_a_report_with_a_description_of_its_own_keeps_it() -> None:
    found = names_of(("Lesion volume", "report", "Imaging Measurement Report", ""), ("D", "report", "T", ""))
    assert [one.name for one in found] == ["Lesion volume", "D"]


def test_segmentations_of_one_name_are_numbered_and_dated() -> None:
    found = names_of(("Organs", "segmentation", "A", "20240102"), ("Organs", "segmentation", "A", "20240203"))
    assert found == [OverlayName("Organs 1", "2024-01-02"), OverlayName("Organs 2", "2024-02-03")]


def test_without_any_date_the_first_part_tells_objects_apart() -> None:
    found = names_of(("Organs", "segmentation", "A", ""), ("Organs", "segmentation", "A", ""))
    assert found == [OverlayName("Organs 1", "Liver"), OverlayName("Organs 2", "Liver")]


def test_a_name_that_could_disguise_itself_is_shown_plain() -> None:
    assert names_of(("Liver\u202egeS\n", "segmentation", "A", ""))[0].name == "LivergeS"
