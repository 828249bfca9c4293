"""``overread check`` says what a viewer would stumble on, and finds nothing in what is right."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sr.coding import Code
from pydicom.uid import UID

from tests.synthetic.dose import DoseResult, dose
from tests.synthetic.identity import save
from tests.synthetic.image import Series, image_series
from tests.synthetic.lopsided_parts import GRID, labels_of_two, without_padding
from tests.synthetic.report import Group, Reading, ReportResult, measurement_report
from tests.synthetic.segmentation import Part, Result, segmentation
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.app.main import main
from viewer.app.paths import sample_data

Change = Callable[[Dataset], object]


def checked(capsys: pytest.CaptureFixture[str], *paths: str | Path) -> tuple[int, list[dict[str, Any]]]:
    status = main(["check", "--json", *map(str, paths)])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["issues"]
    return status, found


def images() -> list[Any]:
    return list(image_series(np.zeros(GRID.shape, np.int16), GRID, Series()))


def two_parts(**options: Any) -> Dataset:
    pixels = np.zeros((*GRID.shape, 2), np.uint8)
    pixels[1:4, 1:6, 2:6, 0] = 1
    pixels[1:3, 0:1, 2:9, 1] = 1
    parts = [Part("Liver", color=(255, 0, 0)), Part("Spleen", color=(0, 160, 255))]
    return segmentation(images(), pixels, parts, Result("seg"), **options)


def study(folder: Path, *results: Dataset) -> Path:
    save([*images(), *results], folder)
    return folder


def test_a_right_result_has_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked(capsys, study(tmp_path / "study", two_parts())) == (0, [])


def _move(dataset: Dataset) -> None:
    for frame in dataset.PerFrameFunctionalGroupsSequence:
        position = frame.PlanePositionSequence[0].ImagePositionPatient
        frame.PlanePositionSequence[0].ImagePositionPatient = [position[0], position[1], position[2] + 4000]


def _remove_references(dataset: Dataset) -> None:
    for frame in dataset.PerFrameFunctionalGroupsSequence:
        frame.pop("DerivationImageSequence", None)
    del dataset.ReferencedSeriesSequence


def _declare(attribute: str, value: float | None) -> Change:
    def change(dataset: Dataset) -> None:
        measures = dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
        if value is None:
            delattr(measures, attribute)
        else:
            setattr(measures, attribute, value)

    return change


def _segment(attribute: str, value: object) -> Change:
    def change(dataset: Dataset) -> None:
        segment = dataset.SegmentSequence[1]
        if value is None:
            delattr(segment, attribute)
        else:
            setattr(segment, attribute, value)

    return change


def _without_algorithm(dataset: Dataset) -> None:
    del dataset.SegmentSequence[1].SegmentAlgorithmName
    del dataset.SegmentSequence[1].SegmentationAlgorithmIdentificationSequence


def _same_colour(dataset: Dataset) -> None:
    dataset.SegmentSequence[1].RecommendedDisplayCIELabValue = dataset.SegmentSequence[0].RecommendedDisplayCIELabValue


def _without_frame_of_reference(dataset: Dataset) -> None:
    del dataset.FrameOfReferenceUID


def _without_frame_of_reference_or_sources(dataset: Dataset) -> None:
    del dataset.FrameOfReferenceUID
    _remove_references(dataset)


def _without_any_place(dataset: Dataset) -> None:
    _without_frame_of_reference_or_sources(dataset)
    for keyword in ("SourceImageSequence", "ReferencedImageSequence"):
        dataset.pop(keyword, None)


def _other_frame_of_reference(dataset: Dataset) -> None:
    dataset.FrameOfReferenceUID = "1.2.3.4"


def _third_segment(dataset: Dataset) -> None:
    dataset.SegmentSequence.append(hd.seg.SegmentDescription(
        3, "Heart", Code("123037004", "SCT", "Body structure"), Code("80891009", "SCT", "Heart"), "MANUAL"
    ))  # fmt: skip


def _padding(dataset: Dataset) -> None:
    dataset.PixelPaddingValue = 0


def _undecodable(dataset: Dataset) -> None:
    dataset.file_meta.TransferSyntaxUID = UID("1.2.840.10008.1.2.4.94")  # JPIP: the pixels are elsewhere
    dataset.PixelData = encapsulate([b"\0" * 8] * int(dataset.NumberOfFrames))
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True


def _references_elsewhere(dataset: Dataset) -> None:
    for place, frame in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        for derivation in frame.DerivationImageSequence:
            for source in derivation.SourceImageSequence:
                source.ReferencedSOPInstanceUID = f"1.2.3.{place}"


FAULTS: dict[str, tuple[Change, str, str]] = {
    "no_frame_of_reference": (_without_frame_of_reference, "warning", "PS3.3 A.51.5.1"),
    "no_frame_of_reference_at_all": (_without_any_place, "error", "PS3.3 A.51.5.1"),
    "frames_name_no_image": (_without_frame_of_reference_or_sources, "error", "PS3.3 A.51.5.1"),
    "frame_of_reference_conflict": (_other_frame_of_reference, "error", "PS3.3 C.7.4.1"),
    "no_series_reference": (_remove_references, "warning", "PS3.3 C.12.2"),
    "source_not_loaded": (_references_elsewhere, "warning", "PS3.3 C.12.2"),
    "geometry_outside_source": (_move, "error", "PS3.3 C.7.6.16.2.3"),
    "spacing_declared_differs": (_declare("SpacingBetweenSlices", 3.7), "warning", "PS3.3 C.7.6.16.2.1"),
    "no_slice_thickness": (_declare("SliceThickness", None), "warning", "PS3.3 C.7.6.16.2.1"),
    "part_empty": (_third_segment, "warning", ""),
    "repaired_segment_reference": (_segment("SegmentNumber", 7), "error", "PS3.3 C.8.20.3"),
    "segment_numbers_have_gaps": (_segment("SegmentNumber", 7), "error", "PS3.3 C.8.20.2.4"),
    "algorithm_not_identified": (_without_algorithm, "error", "PS3.3 C.8.20.4"),
    "segment_incomplete": (_segment("SegmentedPropertyTypeCodeSequence", None), "error", "PS3.3 C.8.20.4"),
    "colours_identical": (_same_colour, "warning", ""),
    "colour_repaired": (_segment("RecommendedDisplayCIELabValue", [0, 32896, 32896]), "warning", ""),
    "padding_not_allowed": (_padding, "error", "PS3.3 A.51.4"),
    "no_decoder": (_undecodable, "error", ""),
}


def test_a_histogram_whose_maximum_is_beyond_its_own_curve_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = dose(images(), np.full(GRID.shape, 0.01), GRID, DoseResult("dose"))
    histogram = Dataset()
    histogram.DVHType, histogram.DoseUnits, histogram.DoseType = "CUMULATIVE", "GY", "PHYSICAL"
    histogram.DVHDoseScaling, histogram.DVHVolumeUnits, histogram.DVHNumberOfBins = 1.0, "CM3", 2
    histogram.DVHData = [0.005, 3.0, 0.006, 1.0]
    histogram.DVHMaximumDose = 0.011
    reference = Dataset()
    reference.ReferencedROINumber, reference.DVHROIContributionType = 1, "INCLUDED"
    histogram.DVHReferencedROISequence = [reference]
    made.DVHSequence = [histogram]
    status, found = checked(capsys, study(tmp_path / "study", made))
    assert (status, [one["code"] for one in found if one["code"] == "histograms_contradict"]) == (0, [])
    histogram.DVHMaximumDose = 104.8
    _, found = checked(capsys, study(tmp_path / "other", made))
    assert [one["where"] for one in found if one["code"] == "histograms_contradict"] == ["ROI 1"]


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_named_with_its_section(code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change, severity, standard = FAULTS[code]
    made = two_parts()
    change(made)
    status, found = checked(capsys, study(tmp_path / "study", made))
    named = [one for one in found if one["code"] == code]
    assert named, [one["code"] for one in found]
    assert (named[0]["severity"], named[0]["standard"]) == (severity, standard)
    assert named[0]["object"] == made.SOPInstanceUID
    assert status == int(any(one["severity"] == "error" for one in found))
    assert status == 1 or severity != "error"


def test_a_label_map_without_padding_value_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = segmentation(images(), labels_of_two(), [Part("A"), Part("B")], Result("map"), kind="LABELMAP")
    assert checked(capsys, study(tmp_path / "right", made)) == (0, [])
    status, found = checked(capsys, study(tmp_path / "study", without_padding(made, "Around")))
    assert status == 0
    assert [(one["code"], one["where"]) for one in found] == [("padding_missing", "segment 0")]


def test_an_undescribed_value_of_a_label_map_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = segmentation(images(), labels_of_two(), [Part("A"), Part("B")], Result("map"), kind="LABELMAP")
    made.SegmentSequence = [item for item in made.SegmentSequence if item.SegmentNumber != 2]
    status, found = checked(capsys, study(tmp_path / "study", made))
    assert status == 1
    assert [(one["code"], one["severity"], one["where"]) for one in found] == [("undescribed_value", "error", "value 2")]


def reported(segment: int, tracking: str) -> tuple[Dataset, Dataset]:
    pixels = np.zeros((*GRID.shape, 1), np.uint8)
    pixels[1:3, 1:6, 2:6] = 1
    made = segmentation(images(), pixels, [Part("Liver", tracking="liver")], Result("seg"))
    volume = Reading(Code("118565006", "SCT", "Volume"), 1.0, Code("ml", "UCUM", "ml"))
    group = Group(Part("Liver", tracking=tracking), (volume,), segment=segment)
    return made, measurement_report(images(), made, [group], ReportResult("report"))


@pytest.mark.parametrize(
    ("segment", "tracking", "codes"),
    [(1, "liver", set()), (1, "spleen", {"tracking_differs"}), (4, "liver", {"segment_reference_missing"})],
)
def test_a_report_must_name_the_segment_that_is_there(
    segment: int, tracking: str, codes: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, found = checked(capsys, study(tmp_path / "study", *reported(segment, tracking)))
    assert {one["code"] for one in found} - {"unverified", "preliminary", "partial"} == codes
    assert status == int("segment_reference_missing" in codes)


def test_the_sample_study_has_no_error_and_the_missed_lesion(capsys: pytest.CaptureFixture[str]) -> None:
    status, found = checked(capsys, sample_data())
    assert status == 0
    assert [one["where"] for one in found if one["code"] == "part_empty"] == ["Liver lesion"]


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("folder", "code", "severity"),
    [
        ("rt-bad-references", "frame_of_reference_conflict", "error"),
        ("rt-dose-dicompyler", "part_empty", "warning"),
        ("rt-dose-dicompyler", "histograms_contradict", "warning"),
        ("rt-phantom-oncentra", "colour_repaired", "warning"),
        ("seg-ct-nonsquare-labelmap", "padding_missing", "warning"),
        ("seg-orphan-glioma-swapped-axes", "source_not_loaded", "warning"),
    ],
)
def test_known_faults_of_real_objects_are_found(
    folder: str, code: str, severity: str, real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, found = checked(capsys, real_data / folder)
    assert severity in {one["severity"] for one in found if one["code"] == code}
    assert status == int(any(one["severity"] == "error" for one in found))


@pytest.mark.real_data
def test_a_level_that_a_real_dose_does_not_reach_is_no_empty_part_of_it(
    real_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found = checked(capsys, real_data / "rt-dose-dicompyler")
    assert [one["where"] for one in found if one["code"] == "part_empty"] == ["Areola"]


def test_commands_for_makers_load_no_qt() -> None:
    script = (
        "import sys; from viewer.app.main import main\n"
        "main(['check', '--json', '--sample']); main(['measure', '--sample'])\n"
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_table_counts_and_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--sample"]) == 0
    told = capsys.readouterr().out
    assert "ORGANS_B" in told
    results = list((Path(__file__).parents[2] / "sample_data" / "study" / "results").glob("*.dcm"))
    assert f"{len(results)} objects: 0 errors" in told


def contours() -> Dataset:
    square = np.array([[-29.6, -19.4, 105.0], [-28.2, -19.4, 105.0], [-28.2, -17.6, 105.0], [-29.6, -17.6, 105.0]])
    source = images()
    regions = [Region("Liver", (Outline(square, image=source[2]),), (255, 0, 0)), Region("Spleen", (), (255, 0, 0))]
    made: Dataset = structure_set(source, regions, StructureSetResult("contours"))
    return made


def test_contours_without_points_and_with_one_colour_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = checked(capsys, study(tmp_path / "study", contours()))
    assert status == 0
    assert {(one["code"], one["where"]) for one in found} == {
        ("part_empty", "Spleen"),
        ("colours_identical", "Liver, Spleen"),
    }


def test_contours_need_a_frame_of_reference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = contours()
    made.pop("FrameOfReferenceUID", None)
    for roi in made.StructureSetROISequence:
        del roi.ReferencedFrameOfReferenceUID
    for frame in made.ReferencedFrameOfReferenceSequence:
        del frame.FrameOfReferenceUID
    status, found = checked(capsys, study(tmp_path / "study", made))
    assert status == 1
    assert [one["severity"] for one in found if one["code"] == "no_frame_of_reference"] == ["error"]
