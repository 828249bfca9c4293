"""Structure sets become overlays that say what was wrong with their contours.

Acceptance checks 52, 55 and 56.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.dicom.header_of import header_of
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set
from viewer.domain.overlay import Overlay
from viewer.domain.palette import part_color
from viewer.domain.provenance import Origin
from viewer.domain.structure_set import RegionOfInterest, StructureSet
from viewer.iods.contour_items import parse_points
from viewer.iods.structure_set import read

SQUARE = np.array([[1.5, -2.25, 100.0], [4.5, -2.25, 100.0], [4.5, 3.75, 100.0], [1.5, 3.75, 100.0]])


@pytest.fixture
def images() -> list[Dataset]:
    grid = Grid((3, 5, 7))
    return list(image_series(np.zeros(grid.shape, np.int16), grid, Series()))


def made(images: list[Dataset], *regions: Region) -> FileDataset:
    return structure_set(images, regions, StructureSetResult("rt"))


def overlay(dataset: FileDataset, folder: Path) -> Overlay:
    dataset.save_as(folder / "rt.dcm", enforce_file_format=True)
    return read(header_of(folder / "rt.dcm"))


def rois(found: Overlay) -> tuple[RegionOfInterest, ...]:
    assert isinstance(found.content, StructureSet)
    return found.content.rois


def codes(found: Overlay) -> list[str]:
    return [issue.code for issue in found.issues]


def test_the_three_sequences_are_joined_by_number_in_any_order(images: list[Dataset], tmp_path: Path):
    organ = Region("Organ", (Outline(SQUARE),), (10, 200, 30), "ORGAN", "AUTOMATIC")
    target = Region("Target", (Outline(SQUARE + 1),), (250, 20, 30), "PTV", "MANUAL")
    dataset = made(images, organ, target)
    dataset.ROIContourSequence = list(dataset.ROIContourSequence)[::-1]
    dataset.RTROIObservationsSequence = list(dataset.RTROIObservationsSequence)[::-1]
    found = overlay(dataset, tmp_path)
    assert [(part.number, part.label, part.color, part.type, part.origin) for part in found.parts] == [
        (1, "Organ", (10, 200, 30), "ORGAN", Origin.AI),
        (2, "Target", (250, 20, 30), "PTV", Origin.READER),
    ]
    np.testing.assert_array_equal(rois(found)[1].contours[0].points, SQUARE + 1)


def test_two_rois_of_one_name_are_both_there_and_have_stable_colours_of_their_own(images: list[Dataset], tmp_path: Path):
    found = overlay(made(images, Region("Lesion", (Outline(SQUARE),)), Region("Lesion", (Outline(SQUARE),))), tmp_path)
    assert [part.label for part in found.parts] == ["Lesion", "Lesion"]
    assert [part.color for part in found.parts] == [part_color(0), part_color(1)]
    assert not found.parts[0].color_stated


def test_every_geometric_type_and_a_roi_without_contours_are_kept(images: list[Dataset], tmp_path: Path):
    types = ("POINT", "OPEN_PLANAR", "OPEN_NONPLANAR", "CLOSED_PLANAR", "CLOSEDPLANAR_XOR", "SPLINE")
    outlines = tuple(Outline(SQUARE[:1] if kind == "POINT" else SQUARE, kind) for kind in types)
    found = overlay(made(images, Region("All", outlines), Region("None")), tmp_path)
    assert [contour.geometric_type for contour in rois(found)[0].contours] == list(types)
    assert [part.state for part in found.parts] == ["ok", "empty"]
    assert codes(found) == ["contour_type_unknown"]


def test_the_outline_of_the_patient_and_the_couch_are_off_at_first_and_say_why(images: list[Dataset], tmp_path: Path):
    regions = [
        Region("Skin", (Outline(SQUARE),), interpreted_type="EXTERNAL"),
        Region("Board", (Outline(SQUARE),), interpreted_type="SUPPORT"),
        Region("CouchSurface", (Outline(SQUARE),), interpreted_type=""),
        Region("body", (Outline(SQUARE),), interpreted_type=""),
        Region("Vertebral body", (Outline(SQUARE),)),
    ]
    found = overlay(made(images, *regions), tmp_path)
    assert [part.visible_by_default for part in found.parts] == [False, False, False, False, True]
    assert codes(found) == ["off_at_first"] * 4
    assert found.issues[0].text == "Skin is off at first: it is the outline of the whole patient."


def test_black_is_replaced_and_said_so_while_dark_colours_stay(images: list[Dataset], tmp_path: Path):
    regions = [Region("Black", (Outline(SQUARE),), (0, 0, 0)), Region("Blue", (Outline(SQUARE),), (0, 0, 255))]
    found = overlay(made(images, *regions), tmp_path)
    assert found.parts[0].color == part_color(0)
    assert found.parts[1].color == (0, 0, 255)
    assert codes(found) == ["colour_repaired"]


def test_broken_contours_are_repaired_or_left_out_and_each_is_said(images: list[Dataset], tmp_path: Path):
    dataset = made(images, Region("Odd", (Outline(SQUARE), Outline(SQUARE[:2]), Outline(SQUARE), Outline(SQUARE))))
    items = dataset.ROIContourSequence[0].ContourSequence
    items[0].NumberOfContourPoints = 9
    items[2].ContourData = [*items[2].ContourData, "7"]
    items[3]["ContourData"]._value = ["1.0", "abc", "100.0", "2.0", "3.0", "100.0"]
    found = overlay(dataset, tmp_path)
    contours = rois(found)[0].contours
    assert [len(contour.points) for contour in contours] == [4, 2, 4, 1]
    assert codes(found).count("contour_point_count") == 3
    assert "contour_degenerate" in codes(found)


def test_a_number_used_twice_and_contours_without_a_roi_lose_nothing(images: list[Dataset], tmp_path: Path):
    dataset = made(images, Region("First", (Outline(SQUARE),)), Region("Second", (Outline(SQUARE),)))
    dataset.StructureSetROISequence[1].ROINumber = 1
    found = overlay(dataset, tmp_path)
    assert [part.label for part in found.parts] == ["First", "Second"]
    assert len({part.number for part in found.parts}) == 2
    lost = made(images, Region("First", (Outline(SQUARE),)))
    lost.ROIContourSequence[0].ReferencedROINumber = 77
    found = overlay(lost, tmp_path)
    assert [(part.number, part.label, part.state) for part in found.parts] == [(1, "First", "empty"), (77, "ROI 77", "ok")]
    assert "contours_without_roi" in codes(found)


def test_each_roi_keeps_its_own_frame_of_reference(images: list[Dataset], tmp_path: Path):
    dataset = made(images, Region("Here", (Outline(SQUARE),)), Region("There", (Outline(SQUARE),)))
    dataset.StructureSetROISequence[1].ReferencedFrameOfReferenceUID = "1.2.3.99"
    found = overlay(dataset, tmp_path)
    assert [roi.frame_of_reference_uid for roi in rois(found)] == [images[0].FrameOfReferenceUID, "1.2.3.99"]
    assert found.frame_of_reference_uids == (images[0].FrameOfReferenceUID, "1.2.3.99")


def test_references_name_the_series_and_every_image_once(images: list[Dataset], tmp_path: Path):
    found = overlay(made(images, Region("Organ", (Outline(SQUARE, image=images[1]),))), tmp_path)
    assert found.referenced_series == (images[0].SeriesInstanceUID,)
    assert [one.sop_instance_uid for one in found.references] == [image.SOPInstanceUID for image in images]
    assert rois(found)[0].contours[0].images[0].sop_instance_uid == images[1].SOPInstanceUID


def test_places_are_the_rectangles_around_the_contours(images: list[Dataset], tmp_path: Path):
    found = overlay(
        made(images, Region("Organ", (Outline(SQUARE),)), Region("Dot", (Outline(SQUARE[:1], "POINT"),))), tmp_path
    )
    assert found.places is not None
    assert found.places.part.tolist() == [1, 2]
    np.testing.assert_allclose(found.places.corners[0].min(axis=0), [1.5, -2.25, 100])
    np.testing.assert_allclose(found.places.corners[0].max(axis=0), [4.5, 3.75, 100])
    np.testing.assert_allclose(found.places.corners[1], np.repeat(SQUARE[:1], 4, axis=0))


def test_crossing_contours_on_one_slice_are_said(images: list[Dataset], tmp_path: Path):
    shifted = SQUARE + np.array([2, 2, 0])
    found = overlay(made(images, Region("Pair", (Outline(SQUARE), Outline(shifted)))), tmp_path)
    assert codes(found) == ["contours_cross"]
    exclusive = made(images, Region("Pair", (Outline(SQUARE, "CLOSEDPLANAR_XOR"), Outline(shifted, "CLOSEDPLANAR_XOR"))))
    assert codes(overlay(exclusive, tmp_path)) == []


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
@pytest.mark.parametrize("undefined", [False, True])
def test_contours_are_the_same_in_every_encoding(images: list[Dataset], tmp_path: Path, syntax: str, undefined: bool):
    regions = [Region("A", (Outline(SQUARE, image=images[0]), Outline(SQUARE + 0.125)), (1, 200, 3)), Region("B")]
    dataset = deepcopy(made(images, *regions))
    dataset.ROIContourSequence[0].ContourSequence[0].ContourSlabThickness = "1.5"
    dataset["ROIContourSequence"].is_undefined_length = undefined
    for item in dataset.ROIContourSequence:
        if "ContourSequence" in item:
            item["ContourSequence"].is_undefined_length = undefined
    dataset.file_meta.TransferSyntaxUID = syntax
    dcmwrite(tmp_path / "rt.dcm", dataset, enforce_file_format=True)
    found = rois(read(header_of(tmp_path / "rt.dcm")))
    np.testing.assert_array_equal(found[0].contours[1].points, np.round(SQUARE + 0.125, 2))
    assert found[0].color == (1, 200, 3)
    assert [contour.slab_thickness_mm for contour in found[0].contours] == [1.5, 0.0]
    assert found[0].contours[0].images[0].sop_instance_uid == images[0].SOPInstanceUID
    assert found[1].contours == ()


def test_numbers_are_read_with_padding_exponents_and_gaps():
    numbers = parse_points([b"1.5\\-2\\3e1 ", b"", b"4\\\\5", b" 6 \\ 7"])
    np.testing.assert_array_equal(numbers[0], [1.5, -2, 30])
    assert numbers[1].size == 0
    np.testing.assert_array_equal(numbers[2], [4, np.nan, 5])
    np.testing.assert_array_equal(numbers[3], [6, 7])
    assert parse_points([]) == []


@pytest.mark.real_data
@pytest.mark.parametrize(
    "file",
    ["rt-dose-dicompyler/rtss.dcm", "rt-ibsi-lung-keyhole/DCM_RS_00056.dcm", "rt-bad-references/invalid_reference_rt.dcm"],
)
def test_every_real_contour_is_that_which_pydicom_reads(real_data: Path, file: str):
    dataset = dcmread(real_data / file)
    found = {roi.number: roi for roi in rois(read(header_of(real_data / file)))}
    assert len(found) == len(dataset.StructureSetROISequence)
    for item in dataset.ROIContourSequence:
        contours = found[int(item.ReferencedROINumber)].contours
        expected = list(item.get("ContourSequence", []))
        assert len(contours) == len(expected)
        for contour, one in zip(contours, expected, strict=True):
            assert contour.geometric_type == one.ContourGeometricType
            np.testing.assert_array_equal(contour.points.ravel(), np.array(one.ContourData, dtype=float))
