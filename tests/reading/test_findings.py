"""One list of findings over all objects: one entry a claim, joined by Tracking UID and by reference, by nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from tests.synthetic import content_items as made
from tests.synthetic.identity import Study, as_file, save, uid
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.key_objects import OF_INTEREST, REJECTED_FOR_QUALITY, key_objects
from tests.synthetic.presentation_state import Annotation, Mark, Note, StateResult, presentation_state
from tests.synthetic.report import Group, Reading, ReportResult, measurement_report
from tests.synthetic.segmentation import Algorithm, Part, Result, segmentation
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.app.commands.opening import open_library
from viewer.domain.provenance import Origin
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import bound_content
from viewer.reading.findings import SET_FROM, FindingsList, findings_list, findings_of
from viewer.reading.state import Content

GRID = Grid(shape=(5, 7, 11))
VOLUME, MILLILITRE = Code("118565006", "SCT", "Volume"), Code("ml", "UCUM", "ml")
LESION = Code("52988006", "SCT", "Lesion")
ABNORMAL = Code("49755003", "SCT", "Morphologically Altered Structure")
NODULE: made.Code = ("27925004", "SCT", "Nodule")


def images(study: Study | None = None) -> list[Dataset]:
    return [*image_series(np.zeros(GRID.shape, np.int16), GRID, Series(study=study or Study()))]


def segmented(source: Sequence[Dataset], name: str, *parts: Part, algorithm: Algorithm | None = None) -> Dataset:
    """A segmentation of small boxes, one a part, each on its own slice and the next."""
    pixels = np.zeros((*GRID.shape, len(parts)), np.uint8)
    for number in range(len(parts)):
        pixels[number % 4 : number % 4 + 2, 1:4, 2:7, number] = 1
    return segmentation(source, pixels, parts, Result(name, algorithm=algorithm or Algorithm()))


def measured(source: Sequence[Dataset], of: Dataset, part: Part, name: str = "report") -> Dataset:
    group = Group(part, (Reading(VOLUME, 12.25, MILLILITRE),), segment=1)
    return measurement_report(source, of, [group], ReportResult(name))


def report_of(source: Dataset, name: str, *items: Dataset, title: made.Code = made.REPORT) -> Dataset:
    """A report of items that highdicom would not write."""
    made_ = made.document(title, *items)
    Study().fill(made_)
    made_.StudyInstanceUID, made_.PatientID = source.StudyInstanceUID, source.PatientID
    made_.SOPClassUID, made_.Modality = made.COMPREHENSIVE_3D, "SR"
    made_.SOPInstanceUID, made_.SeriesInstanceUID = uid(name, "instance"), uid(name, "series")
    return as_file(made_)


def content_of(datasets: Sequence[Dataset], folder: Path, *, names: Sequence[str] | None = None) -> Content:
    save(datasets, folder, names=names)
    library = open_library([folder])
    with EagerInputs(library, {}) as inputs:
        return bound_content(library, inputs.readers)


def listed(folder: Path, *datasets: Dataset) -> FindingsList:
    return findings_list(content_of(datasets, folder))


def carried(found: FindingsList) -> list[tuple[str, set[tuple[str, int]]]]:
    return [(one.label, {(source.sop_instance_uid, source.part) for source in one.sources}) for one in found.findings]


def test_parts_with_one_tracking_uid_are_one_finding(tmp_path: Path) -> None:
    source, part = images(), Part("Left lobe", tracking="left", laterality=codes.SCT.Left)
    one, copy = segmented(source, "one", part), segmented(source, "copy", part)
    report = measured(source, one, part)
    (found,) = listed(tmp_path, *source, one, copy, report).findings
    assert {source.sop_instance_uid for source in found.sources} == {
        one.SOPInstanceUID,
        copy.SOPInstanceUID,
        report.SOPInstanceUID,
    }
    assert (found.label, found.laterality, found.tracking_uid) == ("Left lobe", "Left", part.tracking_uid)
    assert [(number.name, number.value, number.unit) for number in found.measurements] == [("Volume", "12.25", "ml")]
    assert found.origin is Origin.AI
    assert found.provenance.algorithm_name == "Synthetic Organs"


def test_without_a_tracking_uid_the_referenced_segment_joins(tmp_path: Path) -> None:
    source = images()
    seg = segmented(source, "one", Part("Liver"), Part("Spleen"))
    group = made.container(
        made.GROUP,
        made.coded(made.FINDING, NODULE),
        made.image(seg.SOPInstanceUID, segments=[2], concept=made.SEGMENT, sop_class=made.SEGMENTATION),
        made.number(made.DIAMETER, "7.10", made.MILLIMETRE),
    )
    report = report_of(source[0], "report", group)
    found = listed(tmp_path, *source, seg, report)
    assert carried(found) == [
        ("Spleen", {(seg.SOPInstanceUID, 2), (report.SOPInstanceUID, 1)}),
        ("Liver", {(seg.SOPInstanceUID, 1)}),
    ]
    assert [number.value for number in found.findings[0].measurements] == ["7.10"]
    assert found.findings[0].sources[1].joined_by == "referenced_segment"


def test_a_report_with_a_tracking_uid_takes_the_segment_that_states_none(tmp_path: Path) -> None:
    source = images()
    seg = segmented(source, "one", Part("Liver"))
    report = measured(source, seg, Part("Liver", tracking="liver"))
    (found,) = listed(tmp_path, *source, seg, report).findings
    assert found.tracking_uid == uid("tracking", "liver")
    assert not found.tracking_differs
    assert len(found.sources) == 2


def test_a_segment_with_another_tracking_uid_is_joined_by_reference_and_it_is_said(tmp_path: Path) -> None:
    source = images()
    seg = segmented(source, "one", Part("Liver", tracking="segment's"))
    report = measured(source, seg, Part("Liver", tracking="report's"))
    (found,) = listed(tmp_path, *source, seg, report).findings
    assert found.tracking_differs
    assert found.tracking_uid == uid("tracking", "report's")


def test_two_claims_about_one_segment_stay_two_and_both_show_it(tmp_path: Path) -> None:
    source = images()
    seg = segmented(source, "one", Part("Liver"))
    reports = [measured(source, seg, Part("Liver", tracking=words), words) for words in ("first", "second")]
    found = listed(tmp_path, *source, seg, *reports).findings
    assert {one.tracking_uid for one in found} == {uid("tracking", "first"), uid("tracking", "second")}
    assert all(one.sources[0].sop_instance_uid == seg.SOPInstanceUID for one in found)


def test_a_group_over_two_segments_does_not_make_them_one(tmp_path: Path) -> None:
    source = images()
    seg = segmented(source, "one", Part("Left"), Part("Right"))
    both = made.image(seg.SOPInstanceUID, segments=[1, 2], concept=made.SEGMENT, sop_class=made.SEGMENTATION)
    ratio = made.container(made.GROUP, both, made.number(("1", "99X", "Ratio"), "0.9", ("1", "UCUM", "no units")))
    found = listed(tmp_path, *source, seg, report_of(source[0], "report", ratio)).findings
    assert [len(one.sources) for one in found] == [3, 1, 1]
    assert {one.label for one in found[1:]} == {"Left", "Right"}


def test_what_is_only_alike_is_not_joined(tmp_path: Path) -> None:
    source, part = images(), Part("Liver")
    algorithms = [Algorithm("A"), Algorithm("B")]
    segs = [segmented(source, one.name, part, algorithm=one) for one in algorithms]
    assert len(listed(tmp_path, *source, *segs).findings) == 2


def test_the_same_tracking_uid_at_another_date_is_a_claim_of_its_own(tmp_path: Path) -> None:
    part = Part("Lesion", tracking="lesion")
    now, before = images(), images(Study("before", date="20250115"))
    found = listed(tmp_path, *now, *before, segmented(now, "now", part), segmented(before, "before", part)).findings
    assert len(found) == len({one.id for one in found}) == 2
    assert {one.tracking_uid for one in found} == {part.tracking_uid}


def test_nothing_joins_two_patients_and_a_list_is_of_one(tmp_path: Path) -> None:
    part = Part("Lesion", tracking="lesion")
    mine, other = images(), images(Study("other", patient_id="SAMPLE-2", patient_name="Other^Torso"))
    seg = segmented(mine, "seg", part)
    foreign = measured(other, seg, Part("Lesion"))
    content = content_of([*mine, *other, seg, foreign], tmp_path)
    for patient in content.library.patients:
        (found,) = findings_of(content, patient)
        assert len(found.sources) == 1
    assert len(findings_of(content)) == 2


def test_lesions_then_measurements_then_organs(tmp_path: Path) -> None:
    source = images()
    organs = segmented(source, "organs", Part("Aorta"), Part("Liver lesion", LESION, ABNORMAL))
    measured_organ = segmented(source, "measured", Part("Spleen", tracking="spleen"))
    report = measured(source, measured_organ, Part("Spleen", tracking="spleen"))
    found = listed(tmp_path, *source, organs, measured_organ, report).findings
    assert [(one.kind, one.label) for one in found] == [
        ("lesion", "Liver lesion"),
        ("measurement", "Spleen"),
        ("structure", "Aorta"),
    ]


def test_many_organs_are_one_set_that_opens_and_a_lesion_is_not_in_it(tmp_path: Path) -> None:
    source = images()
    parts = [Part(f"Organ {number}") for number in range(1, SET_FROM + 1)]
    seg = segmented(source, "many", *parts, Part("Lesion", LESION, ABNORMAL))
    found = listed(tmp_path, *source, seg).findings
    assert [one.kind for one in found] == ["lesion", "set"]
    assert len(found[1].members) == SET_FROM
    assert len({found[1].id, found[0].id, *(one.id for one in found[1].members)}) == SET_FROM + 2
    fewer = listed(tmp_path / "fewer", *source, segmented(source, "fewer", *parts[1:])).findings
    assert [one.kind for one in fewer] == ["structure"] * (SET_FROM - 1)


def test_parts_that_state_no_anatomy_are_never_a_set(tmp_path: Path) -> None:
    source = images()
    square = np.array([[-29.5, -19.0, 105.0], [-28.0, -19.0, 105.0], [-28.0, -17.5, 105.0]])
    rois = [Region(f"ROI {number}", (Outline(square),), interpreted_type="") for number in range(SET_FROM)]
    found = listed(tmp_path, *source, structure_set(source, rois, StructureSetResult("rois"))).findings
    assert [one.kind for one in found] == ["region"] * SET_FROM
    assert [one.label for one in found[:3]] == ["ROI 0", "ROI 1", "ROI 2"]
    assert {one.origin for one in found} == {Origin.READER}
    assert found[0].location is not None
    assert found[0].location.point_patient is not None


def test_the_outline_of_the_body_is_left_out_and_counted(tmp_path: Path) -> None:
    source = images()
    square = np.array([[-29.5, -19.0, 105.0], [-28.0, -19.0, 105.0], [-28.0, -17.5, 105.0]])
    rois = [
        Region("BODY", (Outline(square),), interpreted_type="EXTERNAL"),
        Region("GTV", (Outline(square),), interpreted_type="GTV"),
    ]
    found = listed(tmp_path, *source, structure_set(source, rois, StructureSetResult("rois")))
    assert [(one.label, one.kind) for one in found.findings] == [("GTV", "lesion")]
    assert found.left_out == {"surroundings": 1}


def test_cad_findings_follow_their_rendering_intent(tmp_path: Path) -> None:
    source = images()

    def finding(row: int, intent: tuple[str, str] | None) -> Dataset:
        told = [made.coded(("111056", "DCM", "Rendering Intent"), (intent[0], "DCM", intent[1]))] if intent else []
        mark = made.region("POINT", [2, row], made.image(source[row].SOPInstanceUID))
        return made.coded(("111059", "DCM", "Single Image Finding"), NODULE, mark, *told)

    intents = [
        ("111152", "Not for Presentation"),
        ("111151", "Presentation Optional"),
        ("111150", "Presentation Required"),
        None,
    ]
    title: made.Code = ("111036", "DCM", "Mammography CAD Report")
    cad = report_of(source[0], "cad", *(finding(row, one) for row, one in enumerate(intents)), title=title)
    found = listed(tmp_path, *source, cad)
    assert [(one.label, one.optional, one.kind) for one in found.findings] == [
        ("Nodule", False, "lesion"),
        ("Nodule", False, "lesion"),
        ("Nodule", True, "lesion"),
    ]
    assert found.left_out == {"not_for_presentation": 1}
    first = found.findings[0].location
    assert first is not None
    # Position (2, 3) counts from the corner: the middle of a pixel is half a pixel further (PS3.3 C.18.6.1).
    shown = next(
        one.location
        for one in found.findings
        if one.location and one.location.point_patient and np.isclose(one.location.point_patient[1], -20 + 2.5 * 0.5)
    )
    assert shown is not None
    assert shown.point_patient == pytest.approx((-30 + 1.5 * 0.25, -20 + 2.5 * 0.5, 100 + 3 * 2.5))


def test_texts_of_a_state_belong_to_its_only_drawing(tmp_path: Path) -> None:
    source = images()
    drawn = Annotation((source[1],), "MARKS", marks=(Mark("POINT", ((3.0, 2.0),)),))
    written = Annotation((source[1],), "WORDS", notes=(Note("nodule", (3.0, 2.0)),))
    more = replace(drawn, layer="MORE")
    (one,) = listed(tmp_path / "one", *source, presentation_state(source, [drawn, written], StateResult("state"))).findings
    assert {source.part for source in one.sources} == {1, 2}
    assert one.origin is Origin.NOT_STATED
    state = presentation_state(source, [drawn, written, more], StateResult("state"))
    assert len(listed(tmp_path / "three", *source, state).findings) == 3


def test_a_layer_with_nothing_in_it_claims_nothing_and_is_counted(tmp_path: Path) -> None:
    source = images()
    layers = [Annotation((source[1],), name, marks=(Mark("POINT", ((3.0, 2.0),)),)) for name in ("USED", "UNUSED")]
    state = presentation_state(source, layers, StateResult("state"))
    del state.GraphicAnnotationSequence[1]
    found = listed(tmp_path, *source, state)
    assert len(found.findings) == 1
    assert found.left_out == {"empty_layer": 1}


def test_a_superseded_report_is_left_out_and_counted(tmp_path: Path) -> None:
    source, part = images(), Part("Liver", tracking="liver")
    seg = segmented(source, "seg", part)
    older, newer = measured(source, seg, part, "older"), measured(source, seg, part, "newer")
    predecessor = Dataset()
    predecessor.StudyInstanceUID = source[0].StudyInstanceUID
    series, instance = Dataset(), Dataset()
    instance.ReferencedSOPClassUID, instance.ReferencedSOPInstanceUID = older.SOPClassUID, older.SOPInstanceUID
    series.SeriesInstanceUID, series.ReferencedSOPSequence = older.SeriesInstanceUID, [instance]
    predecessor.ReferencedSeriesSequence = [series]
    newer.PredecessorDocumentsSequence = [predecessor]
    found = listed(tmp_path, *source, seg, older, newer)
    assert [{one.sop_instance_uid for one in finding.sources} for finding in found.findings] == [
        {seg.SOPInstanceUID, newer.SOPInstanceUID}
    ]
    assert found.left_out == {"superseded": 1}


def test_key_images_are_listed_and_a_rejection_takes_out_what_it_names(tmp_path: Path) -> None:
    source, part = images(), Part("Liver")
    kept, dropped = segmented(source, "kept", part), segmented(source, "dropped", part)
    chosen = key_objects([source[2]], OF_INTEREST, name="chosen")
    rejecting = key_objects([dropped], REJECTED_FOR_QUALITY, name="rejecting")
    found = listed(tmp_path, *source, kept, dropped, chosen, rejecting)
    assert sorted(one.kind for one in found.findings) == ["key_image", "structure"]
    assert found.findings[1].sources[0].sop_instance_uid == kept.SOPInstanceUID
    assert found.left_out == {"rejected_by_key_object": 1, "rejects_others": 1}


def test_a_part_that_is_described_and_empty_is_a_finding_that_says_so(tmp_path: Path) -> None:
    source = images()
    pixels = np.zeros((*GRID.shape, 2), np.uint8)
    pixels[1:3, 1:4, 2:7, 0] = 1
    seg = segmentation(source, pixels, [Part("Liver"), Part("Lesion", LESION, ABNORMAL)], Result("seg"))
    found = listed(tmp_path, *source, seg).findings
    assert [(one.label, one.empty, one.location is None) for one in found] == [
        ("Lesion", True, True),
        ("Liver", False, False),
    ]


def objects_of_every_kind() -> list[Dataset]:
    source = images()
    tracked, bare = Part("Lesion", LESION, ABNORMAL, tracking="lesion"), Part("Liver")
    one = segmented(source, "one", tracked, bare)
    two = segmented(source, "two", tracked)
    state = presentation_state(
        source, [Annotation((source[1],), "A", (Mark("POINT", ((3.0, 2.0),)),))], StateResult("state")
    )
    return [*source, one, two, measured(source, one, tracked), state, key_objects([source[0]], OF_INTEREST)]


EVERY_KIND = objects_of_every_kind()


def said(content: Content) -> str:
    """All that findings say but the keys of files, which are places on a disk."""
    return json.dumps(
        [
            (one.id, one.label, [(s.sop_instance_uid, s.part, s.item, s.joined_by) for s in one.sources], str(one.location))
            for one in findings_of(content)
        ]
    )


@settings(max_examples=8, deadline=None)
@given(order=st.permutations(range(len(EVERY_KIND))))
def test_ids_and_order_are_the_same_however_the_files_are_called(order: list[int]) -> None:
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        plain = content_of(EVERY_KIND, Path(first))
        renamed = content_of(EVERY_KIND, Path(second), names=[f"{number:02}" for number in order])
    assert said(plain) == said(renamed)
    backwards = replace(renamed, overlays=dict(reversed(list(renamed.overlays.items()))))
    assert said(backwards) == said(plain)


def test_an_id_stays_when_other_objects_are_opened_too(tmp_path: Path) -> None:
    some = findings_of(content_of(EVERY_KIND[: len(GRID.shape) + 3], tmp_path / "some"))
    every = findings_of(content_of(EVERY_KIND, tmp_path / "every"))
    assert some
    assert {one.id for one in some} <= {one.id for one in every}
