"""The bundled study is small, valid, anonymous, and has exactly the three mistakes that its README names."""

from __future__ import annotations

import subprocess
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

STUDY = Path(__file__).parents[2] / "sample_data" / "study"
RESULTS = STUDY / "results"
FILES = sorted(path for path in STUDY.rglob("*") if path.is_file())

# What dciodvfy 2022 wrongly says of a valid Label Map Segmentation (Supplement 243 is younger).
FALSE_ALARMS = {
    "organs_a_labelmap.dcm": (
        "Error - Information Object Not found",
        "Error - SegmentNumber not monotonically increasing from one by one",
    ),
    # In 2D there is no common Z coordinate (PS3.3 C.37.1.2), and the file has none: it is asked for all the same.
    "slide_annotations.dcm": ("Error - Only valid for AnnotationCoordinateType of 3D",) * 2,
    # It does not look into the Advanced Blending Sequence, where the references stand.
    "slow_diffusion_on_ct.dcm": ("Error - ReferencedSeriesSequence present but Instance does not reference Instances",),
}


def _volumes(name: str) -> dict[int, tuple[NDArray[np.bool_], NDArray[np.float64]]]:
    """Each segment as (mask, affine of (k, j, i)), decoded by highdicom."""
    segmentation = hd.seg.segread(RESULTS / name)
    volume = segmentation.get_volume(allow_missing_positions=True)
    array = np.asarray(volume.array)
    return {number: (array[..., n] > 0, volume.affine) for n, number in enumerate(segmentation.segment_numbers)}


def _center(mask: NDArray[np.bool_], affine: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((affine @ [*(axis.mean() for axis in np.nonzero(mask)), 1])[:3])


def test_it_is_small_and_holds_nothing_but_dicom() -> None:
    assert sum(path.stat().st_size for path in FILES) < 6_000_000
    assert len(list((STUDY / "ct").iterdir())) == 60
    for path in FILES:
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
        assert (dataset.PatientName, dataset.PatientID) == ("Sample^Torso", "SAMPLE-TORSO")
        assert dataset.file_meta.ImplementationVersionName == "OVERREAD_SAMPLE"


CHECKED = [FILES[0], FILES[37], *(path for path in FILES if path.parent.name != "ct")]


@pytest.mark.parametrize("path", CHECKED, ids=lambda path: path.name)
def test_dciodvfy_finds_no_error(path: Path, tmp_path: Path) -> None:
    dataset = pydicom.dcmread(path)
    checked = path
    if dataset.file_meta.TransferSyntaxUID == DeflatedExplicitVRLittleEndian:
        dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        checked = tmp_path / path.name
        dataset.save_as(checked)
    said = subprocess.run(["dciodvfy", checked], capture_output=True, text=True, check=False).stderr
    errors = [line for line in said.splitlines() if "Error" in line]
    alarms = FALSE_ALARMS.get(path.name, ())
    assert [line for line in errors if not line.startswith(alarms or "never")] == []
    assert len(errors) == len(alarms)


def test_other_witnesses_accept_the_state_and_the_report() -> None:
    state = subprocess.run(["dcmpschk", RESULTS / "marks_a.dcm"], capture_output=True, text=True, check=False)
    assert "Test passed" in state.stdout + state.stderr
    report = subprocess.run(["dsrdump", "-Er", RESULTS / "report_a.dcm"], capture_output=True, text=True, check=False)
    assert report.returncode == 0
    assert report.stdout.count("Measurement Group") == 12


def test_the_summary_repeats_the_volumes_of_the_report() -> None:
    """By another reader of the PDF than the one that the program uses for words."""
    dataset = pydicom.dcmread(RESULTS / "summary_a.dcm")
    content = dataset.EncapsulatedDocument[: dataset.EncapsulatedDocumentLength].decode("cp1252")
    assert content.startswith("%PDF-1.4")
    report = hd.sr.srread(RESULTS / "report_a.dcm")
    for group in report.content.get_volumetric_roi_measurement_groups():
        assert f"({group.get_measurements()[0].value:.1f} ml)" in content


def test_the_registration_leads_from_the_planning_ct_to_the_same_anatomy() -> None:
    """SimpleITK takes the CT to the grid of the planning CT by the matrix of the file; both show one patient."""
    stated = pydicom.dcmread(RESULTS / "planning_registration.dcm").RegistrationSequence[1]
    (step,) = stated.MatrixRegistrationSequence[0].MatrixSequence
    matrix = np.array(step.FrameOfReferenceTransformationMatrix, float).reshape(4, 4)
    moved = SimpleITK.AffineTransform(3)
    moved.SetMatrix(matrix[:3, :3].ravel().tolist())
    moved.SetTranslation(matrix[:3, 3].tolist())
    planning, ct = _image("planning"), _image("ct")
    there = SimpleITK.GetArrayFromImage(SimpleITK.Resample(ct, planning, moved, SimpleITK.sitkLinear, -1000.0))
    unmoved = SimpleITK.Resample(ct, planning, SimpleITK.Transform(), SimpleITK.sitkLinear, -1000.0)
    as_it_is, expected = SimpleITK.GetArrayFromImage(unmoved), SimpleITK.GetArrayFromImage(planning)
    with_it, without = (np.corrcoef(one.ravel(), expected.ravel())[0, 1] for one in (there, as_it_is))
    assert with_it > 0.97
    assert without < with_it - 0.02


def _image(folder: str) -> SimpleITK.Image:
    slices = [pydicom.dcmread(path) for path in sorted((STUDY / folder).iterdir())]
    made = SimpleITK.GetImageFromArray(np.stack([one.pixel_array for one in slices]).astype(np.float32) - 1024)
    first = slices[0]
    step = float(slices[1].ImagePositionPatient[2]) - float(first.ImagePositionPatient[2])
    made.SetOrigin([float(value) for value in first.ImagePositionPatient])
    made.SetSpacing([float(first.PixelSpacing[1]), float(first.PixelSpacing[0]), step])
    return made


def test_the_lung_marks_have_a_candidate_on_a_vessel_and_name_their_image_by_its_place() -> None:
    marks = RESULTS / "lung_marks_c.dcm"
    said = subprocess.run(["dsrdump", "-Er", marks], capture_output=True, text=True, check=False)
    assert said.returncode == 0
    assert said.stdout.count("<selected from 1.2.2>") == 2


def test_the_key_images_show_the_lesion() -> None:
    selection = pydicom.dcmread(RESULTS / "key_images.dcm")
    listed = {item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for item in selection.ContentSequence}
    mask, affine = _volumes("organs_a.dcm")[11]
    heights = {float((affine @ [k, 0, 0, 1])[2]) for k in np.flatnonzero(mask.any(axis=(1, 2)))}
    slices = [pydicom.dcmread(path, stop_before_pixels=True) for path in (STUDY / "ct").iterdir()]
    chosen = [float(one.ImagePositionPatient[2]) for one in slices if one.SOPInstanceUID in listed]
    assert len(chosen) == 3
    assert all(min(abs(height - one) for one in heights) < 0.01 for height in chosen)


def test_the_mr_has_another_grid_in_the_same_frame_of_reference() -> None:
    ct, mr = (pydicom.dcmread(STUDY / name) for name in ("ct/ct000.dcm", "mr/mr000.dcm"))
    assert ct.FrameOfReferenceUID == mr.FrameOfReferenceUID
    assert mr.PixelSpacing[0] != mr.PixelSpacing[1]
    normal = np.cross(mr.ImageOrientationPatient[:3], mr.ImageOrientationPatient[3:])
    assert np.linalg.norm(normal) == pytest.approx(1, abs=1e-5)
    assert 0.9 < abs(normal[1]) < 0.99


def test_the_label_map_is_the_same_as_the_binary_segmentation() -> None:
    binary, labelmap = _volumes("organs_a.dcm"), _volumes("organs_a_labelmap.dcm")
    assert len(binary) == 11
    for number, (mask, affine) in binary.items():
        other, other_affine = labelmap[number]
        offset = round((affine[2, 3] - other_affine[2, 3]) / affine[2, 0])
        padded = np.zeros_like(mask)
        for k in np.flatnonzero(mask.any(axis=(1, 2))):
            padded[k] = other[k + offset]
        assert np.array_equal(mask, padded)
        assert mask.sum() == other.sum()


def _referenced_segment(group: hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations) -> int:
    items = group[0].ContentSequence
    (item,) = [item for item in items if item.ConceptNameCodeSequence[0].CodeValue == "121191"]
    return int(item.ReferencedSOPSequence[0].ReferencedSegmentNumber)


def _spacing_ml(affine: NDArray[np.float64]) -> float:
    return float(abs(np.linalg.det(affine[:3, :3]))) / 1000


def test_one_reported_volume_is_wrong_and_no_other() -> None:
    masks = _volumes("organs_a.dcm")
    segments = hd.seg.segread(RESULTS / "organs_a.dcm")
    report = hd.sr.srread(RESULTS / "report_a.dcm")
    wrong = []
    groups = report.content.get_volumetric_roi_measurement_groups()
    assert len(groups) == 11
    for group in groups:
        number = _referenced_segment(group)
        described = segments.get_segment_description(number)
        assert group.tracking_uid == described.tracking_uid
        mask, affine = masks[number]
        true = mask.sum() * _spacing_ml(affine)
        reported = group.get_measurements()[0].value
        if abs(reported - true) > 0.06:
            wrong.append((described.segment_label, round(reported / true, 2)))
    assert wrong == [("Spleen", 1.45)]


def test_one_label_of_the_second_algorithm_is_on_the_wrong_side_and_none_of_the_first() -> None:
    def misplaced(name: str) -> list[int]:
        segments, wrong = hd.seg.segread(RESULTS / name), []
        for number, (mask, affine) in _volumes(name).items():
            label = segments.get_segment_description(number).segment_label
            if label.startswith(("Right", "Left")) and mask.any():
                on_the_left = _center(mask, affine)[0] > 0
                if on_the_left != label.startswith("Left"):
                    wrong.append(number)
        return wrong

    assert misplaced("organs_a.dcm") == []
    assert misplaced("organs_b.dcm") == [4]


def test_the_second_algorithm_misses_the_lesion_and_nothing_else_of_what_it_names() -> None:
    segments = hd.seg.segread(RESULTS / "organs_b.dcm")
    frames = [item.SegmentIdentificationSequence[0] for item in segments.PerFrameFunctionalGroupsSequence]
    drawn = {item.ReferencedSegmentNumber for item in frames}
    empty = [number for number in segments.segment_numbers if number not in drawn]
    assert [segments.get_segment_description(number).segment_label for number in empty] == ["Liver lesion"]
    lesion = _volumes("organs_a.dcm")[11]
    assert lesion[0].sum() * _spacing_ml(lesion[1]) > 10


def test_where_the_algorithms_agree_they_lie_on_each_other() -> None:
    first, second = _volumes("organs_a.dcm"), _volumes("organs_b.dcm")
    # Not the aorta: the second algorithm looks at the upper belly only.
    for a, b in ((1, 1), (2, 2), (3, 3), (4, 4), (5, 5)):
        assert np.linalg.norm(_center(*first[a]) - _center(*second[b])) < 6, (a, b)


def test_the_structure_set_has_the_lesion_as_a_hole_of_the_liver() -> None:
    contours = pydicom.dcmread(RESULTS / "contours.dcm")
    names = {item.ROINumber: item.ROIName for item in contours.StructureSetROISequence}
    sets = {names[item.ReferencedROINumber]: item.ContourSequence for item in contours.ROIContourSequence}
    assert set(names.values()) == {"Body", "Liver without lesion", "GTV liver", "Spinal canal"}
    lesion = np.array(sets["GTV liver"][2].ContourData, float).reshape(-1, 3)
    on_plane = [np.array(c.ContourData, float).reshape(-1, 3) for c in sets["Liver without lesion"]]
    on_plane = [points for points in on_plane if points[0, 2] == lesion[0, 2]]
    assert any(np.linalg.norm(points[:, :2].mean(axis=0) - lesion[:, :2].mean(axis=0)) < 2 for points in on_plane)
    assert len(on_plane) >= 2


def test_the_probability_of_the_lesion_is_truly_graded() -> None:
    fractions = hd.seg.segread(RESULTS / "lesion_probability.dcm")
    values = np.unique(fractions.pixel_array)
    assert fractions.SegmentationFractionalType == "PROBABILITY"
    assert len(values) > 100
