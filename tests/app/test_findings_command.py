"""``overread findings`` lists each claim once, with what pydicom and highdicom read of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from viewer.app.main import main
from viewer.app.paths import sample_data

Source = tuple[str, int | None]


def found_in(capsys: pytest.CaptureFixture[str], path: str | Path) -> dict[str, Any]:
    assert main(["findings", "--json", str(path)]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def datasets(folder: Path, *modalities: str) -> list[Dataset]:
    found: list[Dataset] = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            dataset = dcmread(path, stop_before_pixels=True, force=True)
            if dataset.get("Modality") in modalities:
                found.append(dataset)
    return found


def below(item: Dataset) -> Iterator[Dataset]:
    yield item
    for child in item.get("ContentSequence", []):
        yield from below(child)


def named(item: Dataset, value: str) -> bool:
    return any(code.get("CodeValue") == value for code in item.get("ConceptNameCodeSequence", []))


def numbers_by_tracking(report: Dataset) -> dict[str, list[str]]:
    """The numbers of each Tracking UID as written, group by group, by pydicom: a UID holds until the next one."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for group in (one for one in below(report) if named(one, "125007")):
        tracking = ""
        waiting: list[str] = []
        for child in group.ContentSequence:
            if named(child, "112040"):
                tracking = child.UID
                found[tracking] += waiting
                waiting = []
            for item in below(child):
                if item.get("ValueType") == "NUM":
                    values = item.get("MeasuredValueSequence", [])
                    element = values[0].get_item("NumericValue") if values else None
                    number = element.value if element is not None else b""
                    written = number.decode() if isinstance(number, bytes) else str(number)
                    (found[tracking] if tracking else waiting).append(written.strip())
    return dict(found)


def sources(finding: dict[str, Any]) -> set[Source]:
    return {(one["sop_instance_uid"], None if one["item"] else one["part"]) for one in finding["sources"]}


# --- the sample study -----------------------------------------------------------------------------------------------


def test_each_tracking_uid_of_the_sample_is_one_finding_over_all_its_objects(capsys: pytest.CaptureFixture[str]) -> None:
    expected: defaultdict[str, set[Source]] = defaultdict(set)
    for dataset in datasets(sample_data(), "SEG"):
        for segment in dataset.SegmentSequence:
            if "TrackingUID" in segment:
                expected[segment.TrackingUID].add((dataset.SOPInstanceUID, int(segment.SegmentNumber)))
    report, marks = sorted(datasets(sample_data(), "SR"), key=lambda one: one.SeriesNumber)
    assert marks.SeriesDescription == "Lung marks C (AI)"
    content = hd.sr.MeasurementReport.from_sequence([report])
    groups = [*content.get_volumetric_roi_measurement_groups(), *content.get_planar_roi_measurement_groups()]
    for group in groups:
        expected[str(group.tracking_uid)].add((report.SOPInstanceUID, None))
    found = found_in(capsys, sample_data())["findings"]
    tracked = {one["tracking_uid"]: sources(one) for one in found if one["tracking_uid"]}
    assert tracked == dict(expected)
    assert len(tracked) == sum(one["tracking_uid"] is not None for one in found)
    assert len({one["id"] for one in found}) == len(found)
    written = {uid: values for uid, values in numbers_by_tracking(report).items() if uid}
    assert {
        one["tracking_uid"]: [n["value"] for n in one["measurements"]] for one in found if one["measurements"]
    } == written | {None: ["41"]}, "what is not tracked is the candidate of the lung marks, with its certainty"


def test_both_algorithms_of_the_sample_keep_their_own_findings(capsys: pytest.CaptureFixture[str]) -> None:
    found = found_in(capsys, sample_data())["findings"]
    lesions = [one for one in found if one["label"] == "Liver lesion"]
    assert sorted((one["provenance"]["algorithm_name"], one["empty"]) for one in lesions) == [
        ("Torso Organs A", False),
        ("Torso Organs B", True),
    ]
    assert found[0]["kind"] == found[1]["kind"] == "lesion"
    assert {one["origin"] for one in found if "GTV" in one["label"]} == {"reader"}
    (lesion,) = [one for one in lesions if not one["empty"]]
    assert [(one["name"], one["unit"]) for one in lesion["measurements"]] == [("Volume", "ml"), ("Long axis", "mm")]
    assert lesion["site"] == "Liver"
    assert {one["status"] for one in found} == {"undecided"}


def test_the_lesion_of_the_sample_is_where_its_voxels_are(capsys: pytest.CaptureFixture[str]) -> None:
    found = found_in(capsys, sample_data())["findings"]
    place = next(one["location"] for one in found if one["label"] == "Liver lesion" and not one["empty"])
    dataset = hd.seg.Segmentation.from_dataset(dcmread(sample_data() / "results" / "organs_a.dcm"))
    volume = dataset.get_volume(segment_numbers=[11], combine_segments=True)
    corner = volume.map_reference_to_indices(np.array([place["point_patient"]]))[0]
    k = round(float(corner[0]))
    areas = (volume.array > 0).sum(axis=(1, 2))
    assert areas[k] == areas.max()


def test_measure_names_the_findings_of_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    found = {one["id"]: one for one in found_in(capsys, sample_data())["findings"]}
    assert main(["measure", "--json", "--sample"]) == 0
    for check in json.loads(capsys.readouterr().out)["checks"]:
        written = [(one["name"], one["value"]) for one in found[check["finding"]]["measurements"]]
        assert (check["measurement"], check["reported"]) in written


def test_the_table_has_one_line_a_finding_and_says_what_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    count = len(found_in(capsys, sample_data())["findings"])
    assert main(["findings", "--sample"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("  ! ")]
    assert len(lines) == count + 1
    assert lines[-1] == f"{count} findings; 2 of the outline of the patient, the couch or the table"
    assert any("nothing there" in line for line in lines)


def test_no_qt_is_imported() -> None:
    told = (
        "import sys; from viewer.app.main import main; main(['findings', '--sample']); "
        "print([name for name in sys.modules if 'PySide' in name])"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.splitlines()[-1] == "[]"


# --- real data ------------------------------------------------------------------------------------------------------


@pytest.mark.real_data
@pytest.mark.parametrize("folder", ["seg-sr-flair-wmh-ohif", "sr-tid1500-shapes-dwv", "seg-sr-rwv-orphan-pet"])
def test_every_tracking_uid_of_real_reports_is_one_finding_with_its_numbers(
    real_data: Path, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    expected: defaultdict[str, list[str]] = defaultdict(list)
    for report in datasets(real_data / folder, "SR"):
        for uid, written in numbers_by_tracking(report).items():
            expected[uid] += written
    found = found_in(capsys, real_data / folder)["findings"]
    tracked = {
        one["tracking_uid"]: [number["value"] for number in one["measurements"]] for one in found if one["tracking_uid"]
    }
    assert tracked == dict(expected)
    assert len(found) == len(tracked)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("folder", "label"), [("seg-sr-flair-wmh-ohif", "Lesion"), ("seg-sr-rwv-orphan-pet", "Neoplasm, Primary")]
)
def test_a_segment_without_tracking_uid_is_the_finding_of_the_report_that_names_it(
    real_data: Path, folder: str, label: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (segmentation,) = datasets(real_data / folder, "SEG")
    (segment,) = segmentation.SegmentSequence
    assert "TrackingUID" not in segment
    assert label == segment.SegmentLabel or label == segment.SegmentedPropertyTypeCodeSequence[0].CodeMeaning
    naming = [
        report.SOPInstanceUID
        for report in datasets(real_data / folder, "SR")
        for item in below(report)
        for reference in item.get("ReferencedSOPSequence", [])
        if reference.get("ReferencedSegmentNumber") and item.get("ValueType") == "IMAGE"
    ]
    (found,) = [one for one in found_in(capsys, real_data / folder)["findings"] if len(one["sources"]) > 1]
    assert {one["sop_instance_uid"] for one in found["sources"]} == {segmentation.SOPInstanceUID, *naming}
    assert (found["label"], found["kind"]) == (label, "lesion")


@pytest.mark.real_data
def test_a_keyhole_roi_and_an_orphan_state_are_one_finding_each(real_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (contours,) = datasets(real_data / "rt-ibsi-lung-keyhole", "RTSTRUCT")
    (roi,) = found_in(capsys, real_data / "rt-ibsi-lung-keyhole")["findings"]
    assert (roi["label"], roi["origin"]) == (contours.StructureSetROISequence[0].ROIName, "origin not stated")
    drawn = [float(z) for item in contours.ROIContourSequence[0].ContourSequence for z in item.ContourData[2::3]]
    assert min(drawn) <= roi["location"]["point_patient"][2] <= max(drawn)
    (state,) = datasets(real_data / "gsps-ai-lunit-orphan", "PR")
    (mark,) = found_in(capsys, real_data / "gsps-ai-lunit-orphan")["findings"]
    assert mark["sources"][0]["sop_instance_uid"] == state.SOPInstanceUID
    assert (mark["kind"], mark["location"]) == ("mark", None)
    assert mark["label"] == state.GraphicLayerSequence[0].GraphicLayerDescription


def test_the_sample_has_one_wrong_volume_one_wrong_side_and_one_missed_lesion_and_no_other_flag(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = found_in(capsys, "--sample")["findings"]
    flags = [
        (one["label"], reason)
        for one in found
        for reason in (
            *(number["name"] for number in one["measurements"] if number["agrees"] is False),
            *(doubt["code"] for doubt in one["doubts"] if doubt["severity"] != "info"),
        )
    ]
    assert sorted(flags) == [("Liver lesion", "missed_here"), ("Right kidney", "side_differs"), ("Spleen", "Volume")]
    assert [one["label"] for one in found if one["flagged"]] == ["Liver lesion", "Spleen", "Right kidney"]
    spleen = next(number for one in found if one["label"] == "Spleen" for number in one["measurements"])
    assert spleen["recomputed"] == pytest.approx(float(spleen["value"]) / 1.45, rel=1e-3)
    assert "agrees within 5 % or 0.1 ml" in spleen["method"]


def test_the_table_says_below_a_finding_why_to_look_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["findings", "--sample"]) == 0
    lines = capsys.readouterr().out.splitlines()
    flags = [line for line in lines if line.startswith("  ! ")]
    assert len(flags) == 3
    assert "Spleen" in lines[lines.index(next(one for one in flags if "Volume" in one)) - 1]


def test_a_map_is_a_claim_like_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = [one for one in found_in(capsys, "--sample")["findings"] if one["kind"] == "map"]
    assert found["label"] == "Blood flow"
    assert found["location"]["frame"] == 49
    assert found["coverage"]["nothing_there"] is False
