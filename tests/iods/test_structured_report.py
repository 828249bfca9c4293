"""Reports become findings and marks by codes alone; nothing of a tree is lost, and no tree can hang the reader."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.synthetic.content_items import (
    CT_IMAGE,
    DIAMETER,
    FINDING,
    GROUP,
    KEY_OBJECTS,
    MILLIMETRE,
    REPORT,
    SEGMENT,
    SEGMENTATION,
    SITE,
    TRACKING_ID,
    TRACKING_UID,
    Code,
    by_reference,
    coded,
    container,
    document,
    image,
    item,
    number,
    region,
    region_in_space,
    text,
    uid_reference,
)
from tests.synthetic.read_report import content_of, overlay_of
from viewer.dicom.scan import scan
from viewer.domain.instance import InstanceHeader
from viewer.domain.provenance import Origin
from viewer.domain.report import Report
from viewer.domain.roles import role_of
from viewer.iods import content_items
from viewer.iods.content_items import MAX_DEPTH
from viewer.iods.registry import read_overlay

NODULE: Code = ("27925004", "SCT", "Nodule")
LUNG: Code = ("39607008", "SCT", "Lung")


def nodule_group(*more: Dataset, tracking: str = "1.2.3.7", name: str = "Diameter") -> Dataset:
    return container(
        GROUP,
        text(TRACKING_ID, "Nodule 1"),
        uid_reference(TRACKING_UID, tracking),
        coded(FINDING, NODULE),
        coded(SITE, LUNG),
        number((DIAMETER[0], DIAMETER[1], name), "10.20", MILLIMETRE),
        *more,
    )


def test_a_measurement_group_is_one_finding_with_label_site_and_tracking_uid() -> None:
    overlay = overlay_of(document(REPORT, nodule_group(region("CIRCLE", [4.5, 5.5, 4.5, 6.5], image("1.2.3.1")))))
    (part,) = overlay.parts
    assert part.label == "Nodule, Diameter 10.20\N{NO-BREAK SPACE}mm"
    assert (part.type, part.region, part.tracking_uid, part.item) == ("Nodule", "Lung", "1.2.3.7", "1.1")
    (graphic,) = content_of(overlay).graphics
    assert (graphic.shape, graphic.space, graphic.part, graphic.item) == ("CIRCLE", "PIXEL", 1, "1.1.6")
    assert graphic.points == ((4.5, 5.5), (4.5, 6.5))
    assert graphic.images[0].sop_instance_uid == "1.2.3.1"
    assert graphic.label == "10.20\N{NO-BREAK SPACE}mm"


def test_a_tracking_code_stands_behind_what_was_measured_and_words_in_front() -> None:
    def label(tracking: str, *more: Dataset) -> str:
        (part,) = overlay_of(document(REPORT, container(GROUP, text(TRACKING_ID, tracking), *more))).parts
        return part.label

    region_of_it = region("POINT", [4.5, 5.5], image("1.2.3.1"))
    size = number(DIAMETER, "10.20", MILLIMETRE)
    assert label("0agh25tj42gr", region_of_it, size) == "Diameter 10.20\N{NO-BREAK SPACE}mm · 0agh25tj42gr"
    assert label("0agh25tj42gr", region_of_it) == "Measurement Group · 0agh25tj42gr"
    assert label("Lesion 3", region_of_it, size) == "Lesion 3, Diameter 10.20\N{NO-BREAK SPACE}mm"


def test_numbers_stay_as_written() -> None:
    overlay = overlay_of(document(REPORT, number(DIAMETER, "0012.500", MILLIMETRE)))
    assert content_of(overlay).by_position["1.1"].value == "0012.500"


def test_check_75_a_group_with_only_a_referenced_segment_is_listed() -> None:
    """Check 75: such groups were dropped by other viewers."""
    group = nodule_group(image("1.2.3.5", segments=[2], concept=SEGMENT, sop_class=SEGMENTATION), image("1.2.3.1"))
    overlay = overlay_of(document(REPORT, group))
    assert len(overlay.parts) == 1
    report = content_of(overlay)
    assert report.by_position["1.1.6"].references[0].segments == (2,)
    assert [reference.sop_instance_uid for reference in overlay.references] == ["1.2.3.1"]


def test_check_76_renamed_meanings_change_nothing_but_the_words() -> None:
    """Check 76: concepts are compared by code, never by meaning."""
    renamed = nodule_group(region("POINT", [3, 4], image("1.2.3.1")), name="Durchmesser")
    for child in (renamed, *renamed.ContentSequence):
        concept = child.ConceptNameCodeSequence[0]
        if concept.CodeMeaning != "Durchmesser":
            concept.CodeMeaning = "x" + concept.CodeMeaning
    first = overlay_of(document(REPORT, nodule_group(region("POINT", [3, 4], image("1.2.3.1")))))
    second = overlay_of(document(REPORT, renamed))
    assert second.parts[0].tracking_uid == first.parts[0].tracking_uid
    assert second.parts[0].type == first.parts[0].type
    assert second.parts[0].region == first.parts[0].region
    assert content_of(second).graphics[0].points == content_of(first).graphics[0].points
    assert second.outcome == first.outcome == "findings"


def test_check_77_retired_snomed_codes_mean_what_the_current_ones_mean() -> None:
    """Check 77: G-C0E3 of SRT is Finding Site; T-28000 is Lung."""
    retired = container(GROUP, coded(("G-C0E3", "SRT", "Finding Site"), ("T-28000", "SRT", "Lung")))
    current = container(GROUP, coded(SITE, LUNG))
    old, new = (content_of(overlay_of(document(REPORT, group))) for group in (retired, current))
    assert overlay_of(document(REPORT, retired)).parts[0].region == "Lung"
    assert old.by_position["1.1.1"].code == new.by_position["1.1.1"].code
    assert old.by_position["1.1.1"].code.value == "T-28000"  # type: ignore[union-attr]


def test_check_78_a_number_without_value_says_its_reason() -> None:
    """Check 78."""
    reason = ("114007", "DCM", "Measurement not attempted")
    overlay = overlay_of(document(REPORT, container(GROUP, number(DIAMETER, None, MILLIMETRE, qualifier=reason))))
    found = content_of(overlay).by_position["1.1.1"]
    assert (found.value, found.qualifier and found.qualifier.meaning) == ("", "Measurement not attempted")
    assert overlay.parts[0].label.endswith("Diameter Measurement not attempted")


def test_a_group_that_repeats_its_tracking_identification_holds_several_findings() -> None:
    """dcmjs writes all findings of a report into one group."""
    one, two = (
        [
            text(TRACKING_ID, "web annotation"),
            uid_reference(TRACKING_UID, uid),
            coded(FINDING, NODULE),
            number(DIAMETER, value, MILLIMETRE, region("POLYLINE", [1, 2, 3, 4], image("1.2.3.1"))),
        ]
        for uid, value in (("1.2.3.71", "3"), ("1.2.3.72", "4"))
    )
    overlay = overlay_of(document(REPORT, container(GROUP, *one, *two)))
    assert [part.tracking_uid for part in overlay.parts] == ["1.2.3.71", "1.2.3.72"]
    assert [part.item for part in overlay.parts] == ["1.1.4", "1.1.8"]
    assert [(graphic.part, graphic.label) for graphic in content_of(overlay).graphics] == [
        (1, "3\N{NO-BREAK SPACE}mm"),
        (2, "4\N{NO-BREAK SPACE}mm"),
    ]


def test_a_region_outside_of_groups_belongs_to_the_item_it_explains() -> None:
    finding = coded(("111059", "DCM", "Single Image Finding"), ("F-01796", "SRT", "Mass"))
    finding.ContentSequence = [
        region("POINT", [10, 20], by_reference("1.2.1", "SELECTED FROM")),
        region("POLYLINE", [9, 19, 11, 19, 11, 21, 9, 19], by_reference("1.2.1", "SELECTED FROM")),
    ]
    library = container(("111028", "DCM", "Image Library"), image("1.2.3.1"))
    overlay = overlay_of(document(("111036", "DCM", "Mammography CAD Report"), finding, library))
    (part,) = overlay.parts
    assert (part.label, part.item) == ("Mass", "1.1")
    assert [graphic.images[0].sop_instance_uid for graphic in content_of(overlay).graphics] == ["1.2.3.1", "1.2.3.1"]


def test_a_region_that_a_number_refers_to_is_drawn_once_and_is_that_numbers() -> None:
    measured = number(DIAMETER, "7.5", MILLIMETRE, by_reference("1.2"))
    overlay = overlay_of(document(REPORT, measured, region("POINT", [1, 1], image("1.2.3.1"))))
    assert [part.item for part in overlay.parts] == ["1.1"]
    assert [(graphic.part, graphic.item) for graphic in content_of(overlay).graphics] == [(1, "1.2")]


CAD_SUMMARY: Code = ("111017", "DCM", "CAD Processing and Findings Summary")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [("111241", "no_findings"), ("111242", "findings"), ("111243", "partial"), ("111244", "partial"), ("111245", "failed")],
)
def test_check_79_no_findings_partial_and_failed_are_told_apart(code: str, outcome: str) -> None:
    """Check 79."""
    title: Code = ("111036", "DCM", "Mammography CAD Report")
    assert overlay_of(document(title, coded(CAD_SUMMARY, (code, "DCM", "words")))).outcome == outcome


def test_check_79_a_mark_not_for_presentation_is_off_at_first() -> None:
    """Check 79: 111152 is Not for Presentation."""
    intent = coded(("111056", "DCM", "Rendering Intent"), ("111152", "DCM", "Not for Presentation"))
    hidden = coded(("111059", "DCM", "Single Image Finding"), NODULE, region("POINT", [1, 2], image("1.2.3.1")), intent)
    shown = coded(("111059", "DCM", "Single Image Finding"), NODULE, region("POINT", [1, 2], image("1.2.3.1")))
    overlay = overlay_of(document(("111036", "DCM", "Mammography CAD Report"), hidden, shown))
    assert [part.visible_by_default for part in overlay.parts] == [False, True]
    assert [one.code for one in overlay.issues].count("off_at_first") == 1


def test_check_80_a_key_object_selection_lists_what_it_names() -> None:
    """Check 80."""
    listed = image("1.2.3.5", sop_class=SEGMENTATION)
    title: Code = ("113001", "DCM", "Rejected for Quality Reasons")
    overlay = overlay_of(document(title, listed, image("1.2.3.1", frames=[4])), KEY_OBJECTS)
    assert (overlay.kind, overlay.subtype) == ("key_objects", "Rejected for Quality Reasons")
    assert [part.label for part in overlay.parts] == ["Segmentation", "CT Image, frame 4"]
    assert not {"unverified"} & {one.code for one in overlay.issues}


def test_check_81_dangling_and_cyclic_references_are_named_and_harmless() -> None:
    """Check 81."""
    looped = number(DIAMETER, "1", MILLIMETRE, by_reference("1.1"), by_reference("1.9.9"))
    overlay = overlay_of(document(REPORT, looped))
    codes = {one.code: one.text for one in overlay.issues}
    assert "1.1.1" in codes["reference_cycle"]
    assert "1.9.9" in codes["reference_dangling"]
    assert content_of(overlay).by_position["1.1.1"].by_reference == "1.1"


def test_two_regions_that_select_each_other_do_not_hang() -> None:
    overlay = overlay_of(
        document(REPORT, region("POINT", [1, 1], by_reference("1.2")), region("POINT", [2, 2], by_reference("1.1")))
    )
    assert "item_incomplete" in {one.code for one in overlay.issues}


def test_two_thousand_nested_sequences_are_cut_with_an_issue_in_time_and_memory() -> None:
    """Check 82."""
    innermost = container(GROUP)
    for _ in range(2000):
        innermost = container(GROUP, innermost)
    dataset = document(REPORT, innermost)
    tracemalloc.start()
    started = time.perf_counter()
    overlay = overlay_of(dataset)
    seconds = time.perf_counter() - started
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "too_deep" in {one.code for one in overlay.issues}
    assert max(item.position.count(".") for item in content_of(overlay).root.walk()) < MAX_DEPTH
    assert seconds < 1.0
    assert peak < 300_000_000


def test_a_tree_with_too_many_items_is_cut_with_an_issue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content_items, "MAX_ITEMS", 500)
    leaf = text(TRACKING_ID, "x")
    overlay = overlay_of(document(REPORT, *([leaf] * 510)))
    assert "tree_cut" in {one.code for one in overlay.issues}
    assert len(content_of(overlay).by_position) == 500


def test_an_unknown_value_type_is_kept_with_all_it_holds() -> None:
    odd = item("MYSTERY", ("1", "99X", "Odd"))
    odd.TextValue = "kept"
    nested = Dataset()
    nested.CodeMeaning = "inside"
    odd.PurposeOfReferenceCodeSequence = [nested]
    found = content_of(overlay_of(document(REPORT, odd))).by_position["1.1"]
    assert found.value_type == "MYSTERY"
    assert "kept" in found.value
    assert "inside" in found.value


def test_what_the_report_says_of_itself_is_an_issue_each() -> None:
    dataset = document(REPORT, completion="PARTIAL", verification="UNVERIFIED")
    dataset.PreliminaryFlag = "PRELIMINARY"
    assert [one.code for one in overlay_of(dataset).issues] == ["partial", "preliminary", "unverified"]


@pytest.mark.parametrize(
    ("children", "origin"),
    [
        ([coded(("121005", "DCM", "Observer Type"), ("121007", "DCM", "Device"))], Origin.AI),
        ([text(("121013", "DCM", "Device Observer Name"), "Finder 2")], Origin.AI),
        ([], Origin.NOT_STATED),
    ],
)
def test_a_device_observer_makes_it_the_word_of_an_ai(children: list[Dataset], origin: Origin) -> None:
    assert overlay_of(document(REPORT, *children)).origin == origin


def test_a_finding_made_by_hand_is_a_readers_in_a_report_by_a_device() -> None:
    manual = coded(("111111", "DCM", "Processing type"), ("123109", "DCM", "Manual Processing"))
    device = text(("121013", "DCM", "Device Observer Name"), "Finder 2")
    overlay = overlay_of(document(REPORT, device, nodule_group(manual), nodule_group(tracking="1.2.3.72")))
    assert [part.origin for part in overlay.parts] == [Origin.READER, Origin.AI]


def test_a_region_in_space_without_a_frame_of_reference_is_listed_and_not_drawn() -> None:
    lost = region_in_space("POINT", [1, 2, 3], "")
    del lost.ReferencedFrameOfReferenceUID
    overlay = overlay_of(document(REPORT, lost, region_in_space("POINT", [1, 2, 3], "1.2.3.6")))
    assert [graphic.frame_of_reference_uid for graphic in content_of(overlay).graphics] == ["1.2.3.6"]
    assert overlay.frame_of_reference_uids == ("1.2.3.6",)
    assert "item_incomplete" in {one.code for one in overlay.issues}


@pytest.mark.parametrize(
    ("sop_class", "origin", "on_matrix"),
    [("77.1.6", "VOLUME", True), ("77.1.6", "FRAME", False), ("2", "VOLUME", False)],
    ids=["whole slide", "tile of a slide", "no slide"],
)
def test_coordinates_of_a_whole_slide_are_not_laid_on_each_of_its_tiles(
    sop_class: str, origin: str, on_matrix: bool
) -> None:
    """Writers say VOLUME of images that are no slides, too; there it means nothing."""
    on_image = image("1.2.3.1")
    on_image.ReferencedSOPSequence[0].ReferencedSOPClassUID = f"1.2.840.10008.5.1.4.1.1.{sop_class}"
    stated = region("POINT", [700, 900], on_image)
    stated.PixelOriginInterpretation = origin
    overlay = overlay_of(document(REPORT, stated))
    (graphic,) = content_of(overlay).graphics
    assert graphic.on_matrix == on_matrix
    assert overlay.issues == ()


def test_a_finding_with_several_regions_says_its_number_once() -> None:
    two = [region("POINT", [n, n], image("1.2.3.1")) for n in (1, 2)]
    graphics = content_of(overlay_of(document(REPORT, nodule_group(*two)))).graphics
    assert [graphic.label for graphic in graphics] == ["10.20\N{NO-BREAK SPACE}mm", ""]


def test_many_regions_are_read_in_time() -> None:
    regions = [region("POINT", [1, 1], image("1.2.3.1")) for _ in range(2_000)]
    numbers = [number(DIAMETER, "1", MILLIMETRE) for _ in range(2_000)]
    dataset = document(REPORT, container(GROUP, *regions, *numbers))
    started = time.perf_counter()
    assert len(content_of(overlay_of(dataset)).graphics) == 2_000
    assert time.perf_counter() - started < 10.0


def test_broken_coordinates_are_listed_with_an_issue() -> None:
    overlay = overlay_of(
        document(
            REPORT,
            region("ELLIPSE", [1, 2, 3, 4], image("1.2.3.1")),
            region("BLOB", [1, 2], image("1.2.3.1")),
            region("POINT", [], image("1.2.3.1")),
        )
    )
    assert content_of(overlay).graphics == ()
    assert len([one for one in overlay.issues if one.code == "item_incomplete"]) == 3
    assert len(overlay.parts) == 3


def test_images_of_the_evidence_are_named_with_their_series() -> None:
    dataset = document(REPORT)
    study, series, instance = Dataset(), Dataset(), Dataset()
    instance.ReferencedSOPClassUID, instance.ReferencedSOPInstanceUID = CT_IMAGE, "1.2.3.1"
    series.SeriesInstanceUID, series.ReferencedSOPSequence = "1.2.3.2", [instance]
    study.StudyInstanceUID, study.ReferencedSeriesSequence = "1.2.3", [series]
    dataset.CurrentRequestedProcedureEvidenceSequence = [study]
    overlay = overlay_of(dataset)
    assert overlay.referenced_series == ("1.2.3.2",)
    assert overlay.references[0].series_instance_uid == "1.2.3.2"


@pytest.mark.real_data
def test_hostile_reports_open(real_data: Path) -> None:
    opened = 0
    for header in scan([real_data / "hostile"]):
        if isinstance(header, InstanceHeader) and role_of(header) == "report":
            assert isinstance(read_overlay(header).content, Report), header.source.path
            opened += 1
    assert opened >= 3
