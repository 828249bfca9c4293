"""A corrected structure set: a new object that names its source, and holds the contours that the reader made of it."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.export.reviewed_study import AT, images, opened
from tests.export.witnesses import dumped, iod_errors
from tests.synthetic.identity import save, uid
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.app.review_writing import write_whole_review
from viewer.domain.edit import DeletePoint, Edit, MovePoint
from viewer.domain.overlay import Overlay
from viewer.domain.structure_set import StructureSet
from viewer.export.corrected_structure_set import decimal_strings
from viewer.export.review_files import ReviewOrder, Written
from viewer.export.review_record import Signature
from viewer.reading.changes.editing import edit_part
from viewer.reading.findings import findings_list
from viewer.reading.state import Content, ReadingState

BOX = np.array([[-29.0, -19.0, 105.0], [-28.0, -19.0, 105.0], [-28.0, -17.5, 105.0], [-29.0, -17.5, 105.0]])
BELOW, BESIDE = BOX + np.array([0.0, 0.0, -2.5]), BOX + np.array([3.0, 0.0, 0.0])
MOVED = (-27.123456789012345, -19.25, 105.0)
EDITS: tuple[Edit, ...] = (MovePoint("1", 1, MOVED), DeletePoint("1", 3))
WANTED = np.array([BOX[0], MOVED, BOX[2]])
"""The second contour of the first region after ``EDITS``, by hand."""


def contours(source: Sequence[Dataset]) -> Dataset:
    """Two regions; approved, signed, and with attributes that nobody but their maker understands."""
    gtv = Region("GTV", (Outline(BELOW), Outline(BOX, image=source[2])), generation="AUTOMATIC")
    made = structure_set(source, [gtv, Region("Cord", (Outline(BESIDE),))], StructureSetResult("rt"))
    made.ApprovalStatus, made.ReviewDate, made.ReviewTime, made.ReviewerName = "APPROVED", "20260116", "080000", "Roe^Max"
    made.StructureSetROISequence[0].ROIVolume = "0.5"
    made.StructureSetROISequence[1].ROIVolume = "0.25"
    made.StationName = "PLANNING1"
    signature = Dataset()
    signature.MACIDNumber, signature.DigitalSignatureUID = 1, uid("signature")
    made.DigitalSignaturesSequence = [signature]
    made.StructureSetROISequence[0].private_block(0x3287, "A MAKER", create=True).add_new(1, "LO", "APPROVED")
    made.private_block(0x3287, "A MAKER", create=True).add_new(1, "LO", "APPROVED")
    return made


def overlay_of(content: Content, of: str) -> Overlay:
    return next(one for one in content.overlays.values() if one.sop_instance_uid == of)


def written(content: Content, original: str, edits: Sequence[Edit], folder: Path, *, part: int = 1) -> Written:
    """Write report and corrected structure set after edits of a region, as the window does."""
    overlay = overlay_of(content, original)
    finding = next(
        one
        for one in findings_list(content).findings
        if any((source.overlay, source.part) == (overlay.instance, part) for source in one.sources)
    )
    state = ReadingState(content=content)
    for edit in edits:
        state = edit_part(state, (overlay.instance, part), edit, None, finding, AT)
    order = ReviewOrder(folder, Signature("Zoë Doe"), frozenset(("report", "segments")))
    return write_whole_review(state, order, lambda part: None)


def points(contour: Dataset) -> NDArray[np.float64]:
    return np.array([float(value) for value in contour.ContourData]).reshape(-1, 3)


def of_roi(dataset: Dataset, number: int = 1) -> list[Dataset]:
    (item,) = (one for one in dataset.ROIContourSequence if one.ReferencedROINumber == number)
    return list(item.get("ContourSequence", ()))


@pytest.fixture
def study(tmp_path: Path) -> tuple[Dataset, Dataset, Path]:
    """The original, what was written of it, and the path of that."""
    source = images()
    original = contours(source)
    save([*source, original], tmp_path / "study")
    before = {path: path.read_bytes() for path in (tmp_path / "study").iterdir()}
    found = written(opened(tmp_path / "study"), original.SOPInstanceUID, EDITS, tmp_path / "out")
    assert {path: path.read_bytes() for path in (tmp_path / "study").iterdir()} == before
    assert found.left_out == ()
    _, path = found.files
    assert path.name.endswith("-corrected.dcm")
    return original, pydicom.dcmread(path), path


def test_the_contours_are_the_readers_point_for_point_and_the_others_as_written(
    study: tuple[Dataset, Dataset, Path],
) -> None:
    original, made, path = study
    assert iod_errors(path) == []
    first, second = of_roi(made)
    assert np.abs(points(second) - WANTED).max() < 1e-11
    assert second.NumberOfContourPoints == 3
    assert second.ContourGeometricType == "CLOSED_PLANAR"
    assert second.ContourImageSequence == of_roi(original)[1].ContourImageSequence
    assert first.ContourData == of_roi(original)[0].ContourData
    assert of_roi(made, 2) == of_roi(original, 2)


def test_it_is_a_new_object_that_names_its_source(study: tuple[Dataset, Dataset, Path]) -> None:
    original, made, _ = study
    assert made.SOPInstanceUID == made.file_meta.MediaStorageSOPInstanceUID != original.SOPInstanceUID
    assert made.SeriesInstanceUID != original.SeriesInstanceUID
    assert made.StudyInstanceUID == original.StudyInstanceUID
    (predecessor,) = made.PredecessorStructureSetSequence
    assert predecessor.ReferencedSOPClassUID == original.SOPClassUID
    assert predecessor.ReferencedSOPInstanceUID == original.SOPInstanceUID
    assert made.ReferencedFrameOfReferenceSequence == original.ReferencedFrameOfReferenceSequence
    assert made.RTROIObservationsSequence == original.RTROIObservationsSequence
    assert (made.PatientName, made.PatientID) == (original.PatientName, original.PatientID)
    assert (made.Manufacturer, made.OperatorsName) == ("Overread", "Doe^Zoë")
    assert "StationName" not in made
    theirs, own = made.ContributingEquipmentSequence
    assert theirs.ManufacturerModelName == "Synthetic contours"
    assert own.PurposeOfReferenceCodeSequence[0].CodeValue == "109103"


def test_only_what_was_edited_is_semiautomatic(study: tuple[Dataset, Dataset, Path]) -> None:
    _, made, _ = study
    first, second = made.StructureSetROISequence
    assert (first.ROIGenerationAlgorithm, second.ROIGenerationAlgorithm) == ("SEMIAUTOMATIC", "MANUAL")
    assert first.ROIGenerationDescription == "Edited in Overread"
    assert "ROIVolume" not in first
    assert second.ROIVolume == 0.25


def test_it_is_approved_and_signed_by_nobody(study: tuple[Dataset, Dataset, Path]) -> None:
    _, made, path = study
    assert made.ApprovalStatus == "UNAPPROVED"
    assert not {"ReviewDate", "ReviewTime", "ReviewerName", "DigitalSignaturesSequence"} & set(made.dir())
    assert not [element for element in made.iterall() if element.tag.is_private]
    assert b"Roe^Max" not in path.read_bytes()


def test_the_report_names_it_with_its_region(study: tuple[Dataset, Dataset, Path]) -> None:
    _, made, path = study
    report = path.with_name(path.name.replace("corrected", "report"))
    assert iod_errors(report) == []
    assert "Corrected object" in dumped(report)
    dataset = pydicom.dcmread(report)
    named = {
        str(one.ReferencedSOPInstanceUID)
        for of_study in dataset.CurrentRequestedProcedureEvidenceSequence
        for series in of_study.ReferencedSeriesSequence
        for one in series.ReferencedSOPSequence
    }
    assert made.SOPInstanceUID in named


def test_opened_again_it_has_the_readers_contours_and_no_findings_beside_its_original(
    study: tuple[Dataset, Dataset, Path], tmp_path: Path
) -> None:
    original, made, _ = study
    both = opened(tmp_path)
    new = overlay_of(both, made.SOPInstanceUID)
    assert isinstance(new.content, StructureSet)
    assert [len(roi.contours) for roi in new.content.rois] == [2, 1]
    assert np.abs(new.content.rois[0].contours[1].points - WANTED).max() < 1e-11
    assert [part.algorithm_type for part in new.parts] == ["SEMIAUTOMATIC", "MANUAL"]
    assert both.bindings[new.instance].default_stack_id == both.library.stacks[0].id
    found = findings_list(both)
    assert found.left_out["corrected"] == 2
    assert {source.sop_instance_uid for one in found.findings for source in one.sources} == {original.SOPInstanceUID}
    save([*images(), made], tmp_path.with_name(f"{tmp_path.name}-alone"))
    alone = findings_list(opened(tmp_path.with_name(f"{tmp_path.name}-alone")))
    assert {source.sop_instance_uid for one in alone.findings for source in one.sources} == {made.SOPInstanceUID}


@pytest.mark.parametrize(("count", "kind"), [(1, "POINT"), (2, "OPEN_PLANAR")])
def test_what_is_left_of_a_polygon_says_what_it_is(tmp_path: Path, count: int, kind: str) -> None:
    source = images()
    original = structure_set(source, [Region("GTV", (Outline(BOX[:count]), Outline(BOX)))], StructureSetResult("rt"))
    save([*source, original], tmp_path / "study")
    edits = (MovePoint("0", 0, MOVED),)
    _, path = written(opened(tmp_path / "study"), original.SOPInstanceUID, edits, tmp_path / "out").files
    first, second = of_roi(pydicom.dcmread(path))
    assert (first.ContourGeometricType, first.NumberOfContourPoints) == (kind, count)
    assert (second.ContourGeometricType, second.NumberOfContourPoints) == ("CLOSED_PLANAR", 4)
    assert iod_errors(path) == []


def test_contours_that_have_no_points_in_the_file_shift_no_other(tmp_path: Path) -> None:
    source = images()
    original = contours(source)
    empty = Dataset()
    empty.ContourGeometricType, empty.NumberOfContourPoints, empty.ContourData = "CLOSED_PLANAR", 0, None
    original.ROIContourSequence[0].ContourSequence.insert(0, empty)
    save([*source, original], tmp_path / "study")
    _, path = written(opened(tmp_path / "study"), original.SOPInstanceUID, EDITS, tmp_path / "out").files
    *_, first, second = of_roi(pydicom.dcmread(path))
    assert np.abs(points(second) - WANTED).max() < 1e-11
    assert np.array_equal(points(first), BELOW)


def test_regions_of_one_number_are_refused_and_the_report_is_written(tmp_path: Path) -> None:
    source = images()
    original = contours(source)
    original.StructureSetROISequence[1].ROINumber = 1
    save([*source, original], tmp_path / "study")
    found = written(opened(tmp_path / "study"), original.SOPInstanceUID, EDITS, tmp_path / "out")
    assert [path.name.rpartition("-")[2] for path in found.files] == ["report.dcm"]
    assert any("ROI Number 1" in sentence for sentence in found.left_out)


@pytest.mark.parametrize("encoding", ["+ti", "+td", "+tb"])
def test_every_encoding_and_character_set_is_copied(tmp_path: Path, encoding: str) -> None:
    """Implicit VR, deflated and big endian, as dcmconv of DCMTK writes them, with the letters of ISO_IR 100."""
    source = images()
    original = contours(source)
    original.SpecificCharacterSet, original.PatientName = "ISO_IR 100", "Müller^Jörg"
    original.StructureSetROISequence[1].ROIName = "Rückenmark"
    (path,) = save([original], tmp_path, names=["rt.dcm"])
    save(source, tmp_path / "study")
    subprocess.run(["dcmconv", encoding, path, tmp_path / "study" / "rt.dcm"], check=True)
    _, path = written(opened(tmp_path / "study"), original.SOPInstanceUID, EDITS, tmp_path / "out").files
    assert iod_errors(path) == []
    made = pydicom.dcmread(path)
    assert made.PatientName == "Müller^Jörg"
    assert made.StructureSetROISequence[1].ROIName == "Rückenmark"
    assert made.OperatorsName == "Doe^Zoë"
    assert np.abs(points(of_roi(made)[1]) - WANTED).max() < 1e-11
    assert np.array_equal(points(of_roi(made, 2)[0]), BESIDE)


def test_numbers_that_are_none_are_copied_as_text_and_left_out_as_bytes(tmp_path: Path) -> None:
    source = images()
    original = contours(source)
    original.ROIContourSequence[1].ROIDisplayColor = [250, 10, 77]
    original.ProtocolName = "odd one!+3"
    save([*source], tmp_path / "study")
    (path,) = save([original], tmp_path / "study", names=["rt.dcm"])
    # Ten bytes under Single Collimation Width (0018,9306), of which a number has eight.
    whole = path.read_bytes().replace(b"\x18\0\x30\x10LO", b"\x18\0\x06\x93FD")
    assert (whole.count(b"0.25"), whole.count(b"250\\10\\77")) == (1, 1)
    path.write_bytes(whole.replace(b"0.25", b"O.25").replace(b"250\\10\\77", b"250\\1O\\77"))
    _, path = written(opened(tmp_path / "study"), original.SOPInstanceUID, EDITS, tmp_path / "out").files
    assert (path.read_bytes().count(b"O.25"), path.read_bytes().count(b"250\\1O\\77")) == (1, 1)
    assert b"odd one" not in path.read_bytes()
    assert np.abs(points(of_roi(pydicom.dcmread(path))[1]) - WANTED).max() < 1e-11


def test_edits_of_contours_that_are_not_there_change_nothing(tmp_path: Path) -> None:
    source = images()
    original = contours(source)
    save([*source, original], tmp_path / "study")
    edits = (*EDITS, MovePoint("7", 0, MOVED))
    _, path = written(opened(tmp_path / "study"), original.SOPInstanceUID, edits, tmp_path / "out").files
    assert np.abs(points(of_roi(pydicom.dcmread(path))[1]) - WANTED).max() < 1e-11


def test_a_region_that_a_next_version_adds_is_a_finding(tmp_path: Path) -> None:
    source = images()
    original = contours(source)
    predecessor = Dataset()
    predecessor.ReferencedSOPClassUID, predecessor.ReferencedSOPInstanceUID = original.SOPClassUID, original.SOPInstanceUID
    regions = [Region(name, (Outline(BOX),)) for name in ("GTV", "Cord", "Nodule")]
    following = structure_set(source, regions, StructureSetResult("next"))
    following.PredecessorStructureSetSequence = [predecessor]
    save([*source, original, following], tmp_path)
    found = findings_list(opened(tmp_path))
    made_of = {one.label: {source.sop_instance_uid for source in one.sources} for one in found.findings}
    old, new = {original.SOPInstanceUID}, {following.SOPInstanceUID}
    assert made_of == {"GTV": old, "Cord": old, "Nodule": new}
    assert found.left_out["corrected"] == 2


def test_coordinates_have_at_most_sixteen_characters() -> None:
    values = np.array([[-123.456789012345678, 1e-17 / 3, 1234567.123456789], [0.1, -0.0, 1 / 3]])
    said = decimal_strings(values)
    assert max(map(len, said)) <= 16
    assert np.allclose([float(one) for one in said], values.ravel(), rtol=1e-9, atol=1e-12)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("folder_name", "name"),
    [
        ("rt-dose-dicompyler", "rtss.dcm"),
        ("rt-ibsi-lung-keyhole", "DCM_RS_00056.dcm"),
        ("rt-phantom-oncentra", "RS1.3.6.1.4.1.2452.6.727319383.1116259385.3336283576.3074434425.dcm"),
    ],
)
def test_a_real_structure_set_is_corrected(real_data: Path, tmp_path: Path, folder_name: str, name: str) -> None:
    """Of two planning systems, approved, and of a research program."""
    folder = real_data / folder_name
    original = pydicom.dcmread(folder / name)
    content = opened(folder)
    overlay = overlay_of(content, original.SOPInstanceUID)
    assert isinstance(overlay.content, StructureSet)
    listed = {(source.overlay, source.part) for one in findings_list(content).findings for source in one.sources}
    roi = next(one for one in overlay.content.rois if len(one.contours) > 3 and (overlay.instance, one.number) in listed)
    before = (folder / name).read_bytes()
    x, y, z = roi.contours[3].points[2].tolist()
    edits = (MovePoint("3", 2, (x + 1.0625, y - 0.5, z)), DeletePoint("3", 0))
    _, path = written(content, original.SOPInstanceUID, edits, tmp_path / "out", part=roi.number).files
    made = pydicom.dcmread(path)
    assert (folder / name).read_bytes() == before
    assert iod_errors(path) == []
    assert (made.ApprovalStatus, "ReviewerName" in made) == ("UNAPPROVED", False)
    for item in original.ROIContourSequence:
        now = of_roi(made, item.ReferencedROINumber)
        assert len(now) == len(item.get("ContourSequence", ()))
        for place, (one, other) in enumerate(zip(item.get("ContourSequence", ()), now, strict=True)):
            wanted = points(one)
            if (item.ReferencedROINumber, place) == (roi.number, 3):
                wanted[2] += (1.0625, -0.5, 0.0)
                wanted = wanted[1:]
            assert other.NumberOfContourPoints == len(wanted)
            assert np.abs(points(other) - wanted).max() < 1e-9
    again = overlay_of(opened(tmp_path / "out"), made.SOPInstanceUID)
    assert isinstance(again.content, StructureSet)
    reread = next(one for one in again.content.rois if one.number == roi.number)
    assert np.array_equal(reread.contours[3].points, points(of_roi(made, roi.number)[3]))
