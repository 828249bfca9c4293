"""Statistics in reports are computed again from the pixels; SimpleITK, and NumPy on what pydicom reads, are witnesses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import highdicom as hd
import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from tests.synthetic import content_items as made
from tests.synthetic.identity import as_file, save, uid
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.report import Group, Reading, ReportResult, measurement_report
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.app.commands.layers import content_of, read_layers
from viewer.app.commands.opening import open_library
from viewer.domain.checked import NumberCheck
from viewer.loading.eager import EagerInputs
from viewer.loading.pixel_numbers import PixelNumbers
from viewer.reading.findings import findings_of
from viewer.reading.number_checks import number_checks

GRID = Grid(shape=(6, 24, 31))
HU = Code("[hnsf'U]", "UCUM", "Hounsfield unit")
ONE = Code("1", "UCUM", "no units")
ATTENUATION = Code("112031", "DCM", "Attenuation Coefficient")
MEAN, DEVIATION = Code("373098007", "SCT", "Mean"), Code("386136009", "SCT", "Standard Deviation")
LOWEST, HIGHEST = Code("255605001", "SCT", "Minimum"), Code("56851009", "SCT", "Maximum")
MEDIAN, VOLUME = Code("373099004", "SCT", "Median"), Code("118565006", "SCT", "Volume")
MILLIMETRE, MILLILITRE = Code("mm", "UCUM", "mm"), Code("ml", "UCUM", "ml")
STATISTICS = (MEAN, DEVIATION, LOWEST, HIGHEST, MEDIAN)


def stored_values(grid: Grid = GRID) -> NDArray[np.int16]:
    """Values that differ from voxel to voxel, in no symmetric way."""
    k, j, i = np.indices(grid.shape)
    return ((k * 37 + j * j * 3 + i * 11) % 401 - 150).astype(np.int16)


def lopsided(shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    mask = np.zeros((*shape, 1), np.uint8)
    mask[1:4, 3:11, 5:26, 0] = 1
    mask[2, 3:6, 5:9, 0] = 0
    return mask


def witness(values: NDArray[Any], mask: NDArray[Any]) -> dict[Code, float]:
    """Return the statistics by SimpleITK; its deviation is divided by one less than the number."""
    found = SimpleITK.LabelStatisticsImageFilter()
    found.UseHistogramsOff()
    found.Execute(SimpleITK.GetImageFromArray(values.astype(np.float64)), SimpleITK.GetImageFromArray(mask.astype(np.uint8)))
    return {
        MEAN: found.GetMean(1),
        DEVIATION: found.GetSigma(1),
        LOWEST: found.GetMinimum(1),
        HIGHEST: found.GetMaximum(1),
        MEDIAN: float(np.median(values[mask != 0])),
    }


def checks_in(folder: Path) -> list[NumberCheck]:
    library = open_library([folder])
    content = content_of(list(read_layers(library)), library)
    with EagerInputs(library, {}) as inputs:
        return list(number_checks(content, findings_of(content), PixelNumbers(content, inputs.readers)))


def segmented(readings: Sequence[Reading], grid: Grid | None = None) -> tuple[list[Dataset], NDArray[np.int16]]:
    """Make CT, segmentation and report; ``grid`` is that of the segmentation."""
    stored = stored_values()
    images = image_series(stored, GRID, Series())
    part = Part("Lump", tracking="lump")
    mask = lopsided(GRID.shape if grid is None else grid.shape)
    seg = segmentation(images, mask, [part], Result("seg"), grid=grid)
    group = Group(part, tuple(readings), segment=1)
    return [*images, seg, measurement_report(images, seg, [group], ReportResult("report"))], stored


def test_statistics_inside_a_segment_are_those_of_simpleitk(tmp_path: Path) -> None:
    expected = witness(stored_values(), lopsided(GRID.shape)[..., 0])
    readings = [Reading(ATTENUATION, round(expected[name], 3), HU, name) for name in STATISTICS]
    datasets, _ = segmented(readings)
    save(datasets, tmp_path)
    found = checks_in(tmp_path)
    assert len(found) == 5
    for check, name in zip(found, STATISTICS, strict=True):
        assert check.agrees, check.method
        assert check.recomputed == pytest.approx(expected[name], abs=5e-4), check.method
        assert "HU of" in check.method
        assert "agrees within 1 % or 1 HU" in check.method


@pytest.mark.parametrize(("off", "agrees"), [(0.0, True), (0.9, True), (-1.2, False), (30.0, False)])
def test_a_mean_may_be_off_by_one_unit_or_one_percent(tmp_path: Path, off: float, agrees: bool) -> None:
    expected = witness(stored_values(), lopsided(GRID.shape)[..., 0])[MEAN]
    assert abs(expected) < 100
    datasets, _ = segmented([Reading(ATTENUATION, round(expected + off, 4), HU, MEAN)])
    save(datasets, tmp_path)
    (check,) = checks_in(tmp_path)
    assert check.agrees is agrees
    assert check.difference == pytest.approx(-off, abs=1e-3)


def test_a_segment_on_its_own_grid_takes_the_pixels_whose_centres_lie_in_it(tmp_path: Path) -> None:
    fine = Grid(shape=(6, 48, 31), spacing_mm=(2.5, 0.25, 0.25), origin_mm=(-30.0, -20.125, 100.0))
    mask = lopsided(fine.shape)[..., 0]
    # A row of the images holds two rows of the mask; its centre lies between them, so both halves must be alike.
    mask = mask[:, ::2, :]
    doubled = np.repeat(mask, 2, axis=1)[..., None]
    stored = stored_values()
    images = image_series(stored, GRID, Series())
    part = Part("Lump", tracking="lump")
    seg = segmentation(images, doubled, [part], Result("seg"), grid=fine)
    expected = witness(stored, mask)
    group = Group(part, (Reading(ATTENUATION, round(expected[MEAN], 3), HU, MEAN),), segment=1)
    save([*images, seg, measurement_report(images, seg, [group], ReportResult("report"))], tmp_path)
    (check,) = checks_in(tmp_path)
    assert check.recomputed == pytest.approx(expected[MEAN], abs=1e-6)


def test_values_of_a_segment_that_is_partly_on_no_image_are_not_taken(tmp_path: Path) -> None:
    datasets, _ = segmented([Reading(ATTENUATION, 10.0, HU, MEAN)])
    save([one for place, one in enumerate(datasets) if place != 2], tmp_path)
    (check,) = checks_in(tmp_path)
    assert check.agrees is None
    assert "of the segment lies on opened images" in check.method


def test_another_unit_is_never_guessed(tmp_path: Path) -> None:
    datasets, _ = segmented([Reading(ATTENUATION, 10.0, Code("{SUVbw}g/ml", "UCUM", "SUV"), MEAN)])
    save(datasets, tmp_path)
    (check,) = checks_in(tmp_path)
    assert check.agrees is None
    assert "the image is no PET" in check.method
    datasets, _ = segmented([Reading(ATTENUATION, 10.0, Code("mm2/s", "UCUM", "mm2/s"), MEAN)])
    save(datasets, tmp_path / "other")
    (check,) = checks_in(tmp_path / "other")
    assert "the image gives values in HU, and the report is in mm2/s" in check.method


def test_a_statistic_that_is_not_named_is_not_guessed(tmp_path: Path) -> None:
    datasets, _ = segmented([Reading(ATTENUATION, 10.0, HU)])
    save(datasets, tmp_path)
    (check,) = checks_in(tmp_path)
    assert check.agrees is None
    assert "which statistic" in check.method


def test_diameters_and_areas_of_a_segment_are_measured_in_its_mask(tmp_path: Path) -> None:
    mask = lopsided(GRID.shape)[..., 0]
    between, rows, columns = GRID.spacing_mm
    in_plane = float(np.hypot(7 * rows, 20 * columns))
    in_space = float(np.linalg.norm([2 * between, 7 * rows, 20 * columns]))
    area = int(mask[1].sum()) * rows * columns
    long_axis = Code("103339001", "SCT", "Long Axis")
    readings = [
        Reading(long_axis, round(in_plane, 3), MILLIMETRE),
        Reading(Code("L0JK", "IBSI", "Maximum 3D Diameter"), round(in_space, 3), MILLIMETRE),
        Reading(Code("42798000", "SCT", "Area"), round(area, 3), Code("mm2", "UCUM", "mm2")),
        Reading(long_axis, round(3 * in_space, 3), MILLIMETRE),
    ]
    datasets, _ = segmented(readings)
    save(datasets, tmp_path)
    flat, solid, surface, wrong = checks_in(tmp_path)
    assert (flat.agrees, flat.recomputed) == (True, pytest.approx(in_plane))
    assert "in a slice" in flat.method
    assert (solid.agrees, solid.recomputed) == (True, pytest.approx(in_space))
    assert "in space" in solid.method
    assert (surface.agrees, surface.recomputed) == (True, pytest.approx(area))
    assert wrong.agrees is False


# --- regions --------------------------------------------------------------------------------------------------------


def drawn(folder: Path, region: Dataset, *numbers: Dataset, pixels: NDArray[np.int16] | None = None) -> list[NumberCheck]:
    stored = stored_values() if pixels is None else pixels
    images = image_series(stored, GRID, Series())
    save(images, folder / "images")
    region.RelationshipType = "CONTAINS"
    group = made.container(made.GROUP, made.text(made.TRACKING_ID, "one"), region, *numbers)
    report = made.document(made.REPORT, made.container(("126010", "DCM", "Imaging Measurements"), group))
    for keyword in ("PatientID", "PatientName", "StudyInstanceUID", "StudyDate", "StudyTime"):
        setattr(report, keyword, images[0].get(keyword))
    report.SOPClassUID, report.SOPInstanceUID = made.COMPREHENSIVE_3D, uid("drawn")
    report.SeriesInstanceUID, report.Modality, report.SeriesNumber = uid("drawn series"), "SR", 9
    save([as_file(report)], folder / "report")
    return checks_in(folder)


def mean_of(value: float, unit: Code = HU, derivation: Code = MEAN) -> Dataset:
    modifier = made.coded(
        ("121401", "DCM", "Derivation"), (derivation.value, derivation.scheme_designator, derivation.meaning)
    )
    modifier.RelationshipType = "HAS CONCEPT MOD"
    return made.number(("112031", "DCM", "Attenuation Coefficient"), f"{value:.4f}", (unit.value, "UCUM", "unit"), modifier)


def image_uid(k: int) -> str:
    return str(image_series(stored_values(), GRID, Series())[k].SOPInstanceUID)


def test_a_mean_in_an_ellipse_is_that_of_the_centres_inside(tmp_path: Path) -> None:
    region = made.region("ELLIPSE", [3, 9, 27, 15, 13, 7, 17, 17], made.image(image_uid(3)))
    centre, halves = np.array([15.0, 12.0]), np.array([[12.0, 3.0], [2.0, 5.0]])
    down, across = np.mgrid[0 : GRID.shape[1], 0 : GRID.shape[2]] + 0.5
    along = (np.stack([across, down], axis=-1) - centre) @ np.linalg.inv(halves)
    expected = float(stored_values()[3][(along**2).sum(axis=-1) <= 1].mean())
    (check,) = drawn(tmp_path, region, mean_of(expected))
    assert (check.agrees, check.recomputed) == (True, pytest.approx(expected))


def test_padding_is_no_value(tmp_path: Path) -> None:
    pixels = stored_values()
    pixels[3, 8:10, :] = -2000
    square = [4, 6, 20, 6, 20, 12, 4, 12, 4, 6]
    inside = pixels[3, 6:12, 4:20]
    for one in (images := image_series(pixels, GRID, Series(attributes=(("PixelPaddingValue", -2000),)))):
        assert one.PixelPaddingValue == -2000
    save(images, tmp_path / "images")
    expected = float(inside[inside != -2000].mean())
    region = made.region("POLYLINE", square, made.image(str(images[3].SOPInstanceUID)))
    region.RelationshipType = "CONTAINS"
    group = made.container(made.GROUP, made.text(made.TRACKING_ID, "one"), region, mean_of(expected))
    report = made.document(made.REPORT, made.container(("126010", "DCM", "Imaging Measurements"), group))
    report.StudyInstanceUID, report.PatientID = images[0].StudyInstanceUID, images[0].PatientID
    report.SOPClassUID, report.SOPInstanceUID = made.COMPREHENSIVE_3D, uid("drawn")
    report.SeriesInstanceUID, report.Modality, report.SeriesNumber = uid("drawn series"), "SR", 9
    save([as_file(report)], tmp_path / "report")
    (check,) = checks_in(tmp_path)
    assert (check.agrees, check.recomputed) == (True, pytest.approx(expected))


def test_a_polygon_and_an_ellipsoid_in_the_patient_find_their_pixels(tmp_path: Path) -> None:
    grid, images = GRID, image_series(stored_values(), GRID, Series())
    frame = str(images[0].FrameOfReferenceUID)
    x, y, z = grid.position(2)
    left, right, top, bottom = x + 3.9 * 0.25, x + 18.1 * 0.25, y + 4.9 * 0.5, y + 13.1 * 0.5
    outline = [left, top, z, right, top, z, right, bottom, z, left, bottom, z, left, top, z]
    expected = float(stored_values()[2, 5:14, 4:19].mean())
    (check,) = drawn(tmp_path / "polygon", made.region_in_space("POLYGON", outline, frame), mean_of(expected))
    assert (check.agrees, check.recomputed) == (True, pytest.approx(expected))

    centre, halves = np.array([x + 3.5, y + 5.0, z + 1.0]), np.array([2.6, 3.3, 4.1])
    ends = [centre + sign * half * axis for half, axis in zip(halves, np.eye(3), strict=True) for sign in (-1, 1)]
    k, j, i = np.indices(grid.shape)
    points = np.stack([grid.origin_mm[0] + i * 0.25, grid.origin_mm[1] + j * 0.5, grid.origin_mm[2] + k * 2.5], axis=-1)
    inside = (((points - centre) / halves) ** 2).sum(axis=-1) <= 1
    assert inside.any(axis=(1, 2)).sum() == 4
    expected = float(stored_values()[inside].mean())
    ellipsoid = made.region_in_space("ELLIPSOID", np.concatenate(ends).tolist(), frame)
    (check,) = drawn(tmp_path / "ellipsoid", ellipsoid, mean_of(expected))
    assert (check.agrees, check.recomputed) == (True, pytest.approx(expected))


def test_a_region_between_slices_has_no_pixels(tmp_path: Path) -> None:
    images = image_series(stored_values(), GRID, Series())
    x, y, z = GRID.position(2)
    outline = [x + 1, y + 1, z, x + 4, y + 1, z, x + 4, y + 5, z + 3, x + 1, y + 1, z]
    region = made.region_in_space("POLYGON", outline, str(images[0].FrameOfReferenceUID))
    (check,) = drawn(tmp_path, region, mean_of(1.0))
    assert check.agrees is None
    assert "on no slice" in check.method


def test_a_ratio_is_that_of_the_two_volumes_it_was_inferred_from(tmp_path: Path) -> None:
    stored = stored_values()
    images = image_series(stored, GRID, Series())
    masks = np.concatenate([lopsided(GRID.shape), np.ones((*GRID.shape, 1), np.uint8)], axis=-1)
    seg = segmentation(images, masks, [Part("Lump"), Part("Whole")], Result("seg"))
    voxel = float(np.prod(GRID.spacing_mm)) / 1000
    volumes = [float(masks[..., place].sum()) * voxel for place in (0, 1)]

    def volume(value: float, segment: int) -> Dataset:
        reference = made.image(
            str(seg.SOPInstanceUID), segments=[segment], concept=made.SEGMENT, sop_class=made.SEGMENTATION
        )
        reference.RelationshipType = "INFERRED FROM"
        one = made.number(("118565006", "SCT", "Volume"), f"{value:.5f}", ("ml", "UCUM", "ml"), reference)
        one.RelationshipType = "INFERRED FROM"
        return one

    def report(ratio: str) -> Dataset:
        share = made.number(
            ("118586006", "SCT", "Ratio"), ratio, ("%", "UCUM", "percent"), volume(volumes[0], 1), volume(volumes[1], 2)
        )
        group = made.container(made.GROUP, made.text(made.TRACKING_ID, "share"), share)
        found = made.document(made.REPORT, made.container(("126010", "DCM", "Imaging Measurements"), group))
        found.StudyInstanceUID, found.PatientID = images[0].StudyInstanceUID, images[0].PatientID
        found.SOPClassUID, found.SOPInstanceUID = made.COMPREHENSIVE_3D, uid("ratio", ratio)
        found.SeriesInstanceUID, found.Modality, found.SeriesNumber = uid("ratio series"), "SR", 9
        return as_file(found)

    expected = 100 * volumes[0] / volumes[1]
    save([*images, seg, report(f"{expected:.3f}")], tmp_path / "right")
    right = checks_in(tmp_path / "right")
    assert [(one.name, one.agrees) for one in right] == [("Ratio", True), ("Volume", True), ("Volume", True)]
    assert right[0].recomputed == pytest.approx(expected)
    save([*images, seg, report(f"{expected * 1.5:.3f}")], tmp_path / "wrong")
    assert checks_in(tmp_path / "wrong")[0].agrees is False


# --- PET ------------------------------------------------------------------------------------------------------------


@pytest.mark.real_data
def test_suv_is_computed_from_dose_weight_and_times(real_data: Path, tmp_path: Path) -> None:
    slices = [dcmread(path) for path in sorted((real_data / "petct-suv-rwv").rglob("*.dcm"))]
    slices = sorted((one for one in slices if one.Modality == "PT"), key=lambda one: float(one.ImagePositionPatient[2]))
    for one in slices:
        one.PatientName = "Doe^Jane"
    activity = np.stack([one.pixel_array * float(one.RescaleSlope) + float(one.RescaleIntercept) for one in slices])
    mask = np.zeros((*activity.shape, 1), np.uint8)
    mask[2:6, 50:70, 45:75, 0] = 1
    dose = slices[0].RadiopharmaceuticalInformationSequence[0]
    # By hand: seconds from the injection to the start of the series, to which the scanner corrected the decay.
    start, injected = (
        int(text[:2]) * 3600 + int(text[2:4]) * 60 + float(text[4:])
        for text in (str(slices[0].SeriesTime), str(dose.RadiopharmaceuticalStartTime))
    )
    decayed = float(dose.RadionuclideTotalDose) * 2 ** (-(start - injected) / float(dose.RadionuclideHalfLife))
    suv = activity * 1000 * float(slices[0].PatientWeight) / decayed
    expected = witness(suv, mask[..., 0])
    unit, suvbw = Code("{SUVbw}g/ml", "UCUM", "SUVbw"), Code("126401", "DCM", "SUVbw")
    part = Part("Hot", tracking="hot")
    seg = segmentation(slices, mask, [part], Result("seg"))
    volume = float(mask.sum()) * float(np.prod(slices[0].PixelSpacing)) * 4.25 / 1000
    readings = [
        *(Reading(suvbw, float(f"{expected[name]:.6g}"), unit, name) for name in STATISTICS),
        Reading(suvbw, float(f"{1.3 * expected[HIGHEST]:.6g}"), unit, HIGHEST),
        Reading(
            Code("126033", "DCM", "Total Lesion Glycolysis"),
            float(f"{expected[MEAN] * volume:.6g}"),
            Code("g", "UCUM", "g"),
        ),
        Reading(ATTENUATION, 10.0, HU, MEAN),
    ]
    report = measurement_report(slices, seg, [Group(part, tuple(readings), segment=1)], ReportResult("report"))
    save([*slices, seg, report], tmp_path)
    *right, wrong, glycolysis, other = checks_in(tmp_path)
    for check, name in zip(right, STATISTICS, strict=True):
        assert check.agrees, check.method
        assert check.recomputed == pytest.approx(expected[name], rel=1e-5)
        assert "SUVbw (decay of" in check.method
    assert wrong.agrees is False
    assert glycolysis.agrees, glycolysis.method
    assert other.agrees is None
    assert "Bq/ml" in other.method
    for one in slices:
        del one.PatientWeight
    save([*slices, seg, report], tmp_path / "without")
    assert all("Weight" in one.method and one.agrees is None for one in checks_in(tmp_path / "without")[:6])


@pytest.mark.real_data
def test_numbers_that_a_shape_of_dwv_has_come_out_to_the_last_digit(real_data: Path) -> None:
    found = checks_in(real_data / "sr-tid1500-shapes-dwv")
    assert len(found) == 57
    for check in found:
        if check.name in ("Long axis", "Short axis"):
            assert check.agrees is False
            assert "exactly the half axis" in check.method
        else:
            assert check.agrees, check.method
            assert check.recomputed == pytest.approx(float(check.reported), rel=2e-6, abs=1e-12)
    counted = [one.method for one in found if "as dwv takes them" in one.method]
    assert len(counted) == 3


@pytest.mark.real_data
def test_the_mean_of_a_whole_image_is_that_of_all_its_pixels(real_data: Path) -> None:
    found = {one.name: one for one in checks_in(real_data / "sr-tid1500-scoord3d")}
    check = found["Intensity Histogram Mean"]
    assert check.agrees
    assert check.recomputed == pytest.approx(float(check.reported), abs=1e-10)


def test_highdicom_reads_what_these_tests_write(tmp_path: Path) -> None:
    datasets, _ = segmented([Reading(ATTENUATION, 1.0, HU, MEAN)])
    save(datasets, tmp_path)
    report = next(one for one in datasets if one.Modality == "SR")
    (group,) = hd.sr.Comprehensive3DSR.from_dataset(report).content.get_volumetric_roi_measurement_groups()
    (number,) = group.get_measurements(name=ATTENUATION)
    assert number.derivation == MEAN
