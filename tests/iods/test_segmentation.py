"""Segmentations of every type and with every known fault become overlays that say what was wrong.

Acceptance checks 20, 42 and 43.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.read_segmentation import read_back
from tests.synthetic.segmentation import LEFT, Part, Result, segmentation
from viewer.domain.provenance import Origin

GRID = Grid(shape=(5, 7, 11))
PARTS = (
    Part("Liver", color=(255, 0, 0), tracking="liver"),
    Part("Kidney", property_type=Code("64033007", "SCT", "Kidney"), laterality=LEFT),
)


def masks() -> NDArray[np.uint8]:
    """(slices, rows, columns, parts): the second part lies in slice 3 alone."""
    found = np.zeros((5, 7, 11, 2), np.uint8)
    found[1:4, 1:4, 2:9, 0] = 1
    found[3, 4:6, 0:3, 1] = 1
    return found


def made(pixels: NDArray[Any] | None = None, **options: Any) -> Dataset:
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    return segmentation(images, masks() if pixels is None else pixels, PARTS, Result("seg"), **options)


def labelmap(**options: Any) -> Dataset:
    return made(masks()[..., 0] + 2 * masks()[..., 1], kind="LABELMAP", **options)


def test_segments_become_parts_with_what_the_file_says_of_them(tmp_path: Path) -> None:
    found = read_back(made(), tmp_path)
    liver, kidney = found.overlay.parts
    assert (liver.number, liver.label, liver.color, liver.color_stated) == (1, "Liver", (255, 0, 0), True)
    assert (kidney.number, kidney.type, kidney.laterality) == (2, "Kidney, Left", "Left")
    assert not kidney.color_stated
    assert liver.tracking_uid == PARTS[0].tracking_uid
    assert {part.origin for part in found.overlay.parts} == {Origin.AI}
    provenance = found.overlay.provenance
    assert (provenance.algorithm_name, provenance.algorithm_version) == ("Synthetic Organs", "1.0")
    assert (provenance.algorithm_type, provenance.manufacturer) == ("AUTOMATIC", "Overread")
    assert found.overlay.issues == ()
    assert (found.overlay.kind, found.overlay.subtype) == ("segmentation", "BINARY")


def test_frames_are_placed_by_their_own_coordinates_whatever_their_order(tmp_path: Path) -> None:
    dataset = made()
    found = read_back(dataset, tmp_path)
    frames = found.content.frames
    for index, item in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        assert frames.position[index].tolist() == list(item.PlanePositionSequence[0].ImagePositionPatient)
        assert frames.segment_number[index] == item.SegmentIdentificationSequence[0].ReferencedSegmentNumber
    assert found.content.spacing_mm == (0.5, 0.25)
    assert found.content.slice_spacing_mm == 2.5
    assert found.overlay.places is not None
    k = 3
    corners = found.overlay.places.corners[-1]
    expected = [(GRID.affine @ [k, j, i, 1])[:3] for j, i in ((0, 0), (0, 10), (6, 10), (6, 0))]
    assert np.allclose(corners, expected)


def test_references_name_every_image_once_with_its_series(tmp_path: Path) -> None:
    found = read_back(made(), tmp_path)
    named = [reference.sop_instance_uid for reference in found.overlay.references]
    assert len(named) == len(set(named)) == 5
    assert found.overlay.referenced_series == (str(Series().instance_uid),)
    assert {reference.series_instance_uid for reference in found.overlay.references} == set(found.overlay.referenced_series)


def test_a_segment_without_frames_is_listed_as_empty(tmp_path: Path) -> None:
    pixels = masks()
    pixels[..., 1] = 0
    found = read_back(made(pixels), tmp_path)
    assert [part.state for part in found.overlay.parts] == ["ok", "empty"]


def test_a_segment_named_only_in_the_shared_groups_is_found(tmp_path: Path) -> None:
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    dataset = segmentation(images, masks()[..., :1], PARTS[:1], Result("seg"))
    assert "SegmentIdentificationSequence" in dataset.SharedFunctionalGroupsSequence[0]
    found = read_back(dataset, tmp_path)
    assert found.content.frames.segment_number.tolist() == [1, 1, 1]
    assert found.overlay.issues == ()


def test_frames_that_name_no_segment_are_the_only_one_there_is(tmp_path: Path) -> None:
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    dataset = segmentation(images, masks()[..., :1], PARTS[:1], Result("seg"))
    del dataset.SharedFunctionalGroupsSequence[0].SegmentIdentificationSequence
    found = read_back(dataset, tmp_path)
    assert found.content.frames.segment_number.tolist() == [1, 1, 1]
    assert "repaired_unnamed_segment" in found.codes


def test_segment_numbers_with_gaps_are_mapped_by_number(tmp_path: Path) -> None:
    dataset = made()
    dataset.SegmentSequence[1].SegmentNumber = 9
    for item in dataset.PerFrameFunctionalGroupsSequence:
        identification = item.SegmentIdentificationSequence[0]
        if identification.ReferencedSegmentNumber == 2:
            identification.ReferencedSegmentNumber = 9
    dataset.SegmentSequence = list(reversed(dataset.SegmentSequence))
    found = read_back(dataset, tmp_path)
    assert [(part.number, part.label) for part in found.overlay.parts] == [(1, "Liver"), (9, "Kidney")]


def test_a_segment_that_frames_name_and_nothing_describes_is_listed(tmp_path: Path) -> None:
    dataset = made()
    del dataset.SegmentSequence[1]
    found = read_back(dataset, tmp_path)
    assert [(part.number, part.state) for part in found.overlay.parts] == [(1, "ok"), (2, "not_described")]
    assert found.overlay.parts[1].label == "Undescribed segment 2"
    assert "repaired_segment_reference" in found.codes


def test_a_number_described_twice_keeps_the_first_description(tmp_path: Path) -> None:
    dataset = made()
    dataset.SegmentSequence[1].SegmentNumber = 1
    found = read_back(dataset, tmp_path)
    assert found.overlay.part(1).label == "Liver"
    assert "segment_described_twice" in found.codes


@pytest.mark.parametrize("kind", ["BINARY", "FRACTIONAL", "LABELMAP"])
def test_a_missing_type_is_told_from_class_and_bits(tmp_path: Path, kind: Any) -> None:
    dataset = {"BINARY": made, "LABELMAP": labelmap}.get(kind, lambda: made(masks() * 1.0, kind="FRACTIONAL"))()
    del dataset.SegmentationType
    found = read_back(dataset, tmp_path)
    assert found.content.type == kind
    assert "repaired_segmentation_type" in found.codes


def test_padding_is_no_part_and_an_undeclared_background_is_a_hidden_one(tmp_path: Path) -> None:
    declared = read_back(labelmap(), tmp_path)
    assert declared.content.padding_value == 0
    assert [part.number for part in declared.overlay.parts] == [1, 2]
    dataset = labelmap()
    del dataset.PixelPaddingValue
    undeclared = read_back(dataset, tmp_path)
    assert [(part.number, part.state) for part in undeclared.overlay.parts] == [(0, "background"), (1, "ok"), (2, "ok")]
    assert not undeclared.overlay.part(0).visible_by_default


def test_segment_0_that_is_something_is_an_ordinary_part(tmp_path: Path) -> None:
    dataset = labelmap()
    del dataset.PixelPaddingValue
    background = next(item for item in dataset.SegmentSequence if item.SegmentNumber == 0)
    background.SegmentLabel = "Lung"
    background.SegmentedPropertyTypeCodeSequence[0].CodeValue = "39607008"
    background.SegmentedPropertyTypeCodeSequence[0].CodingSchemeDesignator = "SCT"
    found = read_back(dataset, tmp_path)
    assert (found.overlay.part(0).label, found.overlay.part(0).state) == ("Lung", "ok")
    assert found.overlay.part(0).visible_by_default


def test_position_and_orientation_at_the_top_level_are_taken_and_told(tmp_path: Path) -> None:
    dataset = made()
    shared = dataset.SharedFunctionalGroupsSequence[0]
    dataset.ImageOrientationPatient = shared.PlaneOrientationSequence[0].ImageOrientationPatient
    del shared.PlaneOrientationSequence
    found = read_back(dataset, tmp_path)
    assert np.isfinite(found.content.frames.orientation).all()
    assert "repaired_top_level_geometry" in found.codes


def test_missing_spacings_are_taken_from_the_positions(tmp_path: Path) -> None:
    dataset = made()
    measures = dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    del measures.SliceThickness
    del measures.SpacingBetweenSlices
    assert read_back(dataset, tmp_path).content.slice_spacing_mm == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("between_mm", "thickness_mm", "expected_mm"),
    [(2.5, 5.0, 2.5), (1.25, 2.5, 1.25), (None, 2.5, 2.5), (1.7, 2.5, 2.5), (7.0, 9.0, 2.5)],
)
def test_the_declared_slice_spacing_counts_unless_positions_contradict_it(
    tmp_path: Path, between_mm: float | None, thickness_mm: float, expected_mm: float
) -> None:
    dataset = made()
    measures = dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.SliceThickness, measures.SpacingBetweenSlices = thickness_mm, between_mm
    assert read_back(dataset, tmp_path).content.slice_spacing_mm == pytest.approx(expected_mm)


@pytest.mark.parametrize(
    ("left_out", "expected_mm"), [((), 10.0), ((3,), 10.0), ((1, 3, 5), 1.0)], ids=["all", "one left out", "sparse"]
)
def test_thin_slices_far_apart_are_their_distance_apart(
    tmp_path: Path, left_out: tuple[int, ...], expected_mm: float
) -> None:
    """Slices of 1 mm every 10 mm, as of a lung: a voxel is 10 mm deep. Three places left tell nothing of that."""
    grid = Grid(shape=(7, 7, 11), spacing_mm=(10.0, 0.5, 0.25))
    pixels = np.ones(grid.shape, np.uint8)
    pixels[list(left_out)] = 0
    if len(left_out) > 1:
        pixels[0] = 0
    images = image_series(np.zeros(grid.shape, np.int16), grid, Series())
    dataset = segmentation(images, pixels, PARTS[:1], Result("seg"))
    measures = dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.SliceThickness, measures.SpacingBetweenSlices = 1.0, None
    assert read_back(dataset, tmp_path).content.slice_spacing_mm == pytest.approx(expected_mm)


def test_an_orientation_that_is_none_is_refused_and_told(tmp_path: Path) -> None:
    dataset = made()
    dataset.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0].ImageOrientationPatient = [1, 0, 0, 0.5, 1, 0]
    found = read_back(dataset, tmp_path)
    assert not np.isfinite(found.content.frames.orientation).any()
    assert "bad_orientation" in found.codes


def test_a_colour_nobody_could_see_is_replaced_and_told(tmp_path: Path) -> None:
    dataset = made()
    dataset.SegmentSequence[0].RecommendedDisplayCIELabValue = [600, 32896, 32896]
    found = read_back(dataset, tmp_path)
    assert max(found.overlay.part(1).color) > 100
    assert not found.overlay.part(1).color_stated
    assert "colour_repaired" in found.codes


def test_loss_by_compression_is_told(tmp_path: Path) -> None:
    dataset = made()
    dataset.LossyImageCompression = "01"
    assert "lossy_segmentation" in read_back(dataset, tmp_path).codes


def test_more_bits_than_are_allowed_are_an_error(tmp_path: Path) -> None:
    dataset = labelmap()
    dataset.BitsAllocated = 32
    found = read_back(dataset, tmp_path)
    assert [(issue.code, issue.severity) for issue in found.overlay.issues] == [("damaged", "error")]


def test_people_and_machines_are_told_apart(tmp_path: Path) -> None:
    dataset = made()
    for item, kind in zip(dataset.SegmentSequence, ("MANUAL", "SEMIAUTOMATIC"), strict=True):
        item.SegmentAlgorithmType = kind
    found = read_back(dataset, tmp_path)
    assert [part.origin for part in found.overlay.parts] == [Origin.READER, Origin.AI_ASSISTED]
    assert found.overlay.provenance.algorithm_type == ""


def test_a_claim_of_four_billion_frames_asks_for_no_memory(tmp_path: Path) -> None:
    dataset = made()
    dataset.NumberOfFrames = 4_000_000_000
    assert len(read_back(dataset, tmp_path).content.frames.segment_number) < 1_000_000
