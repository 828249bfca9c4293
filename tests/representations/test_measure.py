"""Measures of segments: counted in one pass, with the states and issues that only pixels tell.

Acceptance checks 31, 36, 37 and 43.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from tests.synthetic.lopsided_parts import (
    GRID,
    labelmap,
    labels_of_two,
    made,
    overlapping_masks,
    plane_of,
    unevenly,
    without_padding,
)
from tests.synthetic.lopsided_parts import fractional as shares
from tests.synthetic.read_segmentation import read_back
from viewer.domain.issues import issue
from viewer.domain.overlay import FrameNotRead
from viewer.export.masks import segmentation_mask
from viewer.representations.measure import Survey, survey_segmentation
from viewer.representations.volume_grid import own_grid

VOXEL_ML = 2.5 * 0.5 * 0.25 / 1000


def surveyed(dataset: Dataset, folder: Path) -> tuple[Survey, set[str]]:
    found = read_back(dataset, folder)
    survey = survey_segmentation(found.overlay, found.read_frame)
    return survey, {one.code for one in survey.issues}


def test_voxels_and_volume_are_those_of_each_segment_alone(tmp_path: Path) -> None:
    masks = overlapping_masks()
    found = read_back(made(masks), tmp_path)
    measures = survey_segmentation(found.overlay, found.read_frame).measures
    for number in (1, 2):
        voxels = int(masks[..., number - 1].sum())
        assert measures[number].voxels == voxels
        assert measures[number].volume_ml == pytest.approx(voxels * VOXEL_ML)
        assert measures[number].state == "ok"


def test_the_largest_slice_is_where_the_part_has_most_pixels(tmp_path: Path) -> None:
    masks = overlapping_masks()[..., 1:]
    found = read_back(made(masks), tmp_path)
    largest = survey_segmentation(found.overlay, found.read_frame).measures[1].largest
    assert largest is not None
    areas = masks[..., 0].sum(axis=(1, 2))
    plane = plane_of(GRID, int(areas.argmax()), found)
    assert abs(float(plane.distance_mm(np.asarray(largest)))) < 1e-6
    column, row = plane.position_image(np.asarray(largest))
    rows, columns = np.nonzero(masks[int(areas.argmax()), :, :, 0])
    assert rows.min() <= row <= rows.max() + 1
    assert columns.min() <= column <= columns.max() + 1


def test_every_frame_is_read_once(tmp_path: Path) -> None:
    found = read_back(made(overlapping_masks()), tmp_path)
    read: list[int] = []

    def counting(index: int) -> np.ndarray:
        read.append(index)
        return found.read_frame(index)

    survey_segmentation(found.overlay, counting)
    assert sorted(read) == list(range(len(found.content.frames.segment_number)))


def test_what_check_raises_ends_the_pass(tmp_path: Path) -> None:
    found = read_back(made(overlapping_masks()), tmp_path)

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        survey_segmentation(found.overlay, found.read_frame, check=stop)


def test_a_left_out_segment_is_empty_with_volume_0(tmp_path: Path) -> None:
    masks = overlapping_masks()
    masks[..., 1] = 0
    survey, _ = surveyed(made(masks), tmp_path)
    assert (survey.measures[2].voxels, survey.measures[2].volume_ml, survey.measures[2].state) == (0, 0.0, "empty")


def test_a_described_label_that_no_pixel_has_becomes_empty(tmp_path: Path) -> None:
    labels = labels_of_two()
    dataset = labelmap(labels)
    pixels = np.frombuffer(dataset.PixelData, np.uint8).copy()
    pixels[pixels == 2] = 0
    dataset.PixelData = pixels.tobytes()
    found = read_back(dataset, tmp_path)
    overlay = survey_segmentation(found.overlay, found.read_frame).applied_to(found.overlay)
    assert [(part.number, part.state) for part in overlay.parts] == [(1, "ok"), (2, "empty")]


def test_an_undescribed_value_becomes_a_part_and_an_issue(tmp_path: Path) -> None:
    labels = labels_of_two()
    dataset = labelmap(labels)
    pixels = np.frombuffer(dataset.PixelData, np.uint8).copy()
    pixels[pixels == 2] = 9
    dataset.PixelData = pixels.tobytes()
    found = read_back(dataset, tmp_path)
    survey = survey_segmentation(found.overlay, found.read_frame)
    overlay = survey.applied_to(found.overlay)
    assert [(part.number, part.label, part.state) for part in overlay.parts] == [
        (1, "Part 1", "ok"),
        (2, "Part 2", "empty"),
        (9, "Undescribed segment 9", "not_described"),
    ]
    assert survey.measures[9].voxels == int((labels == 2).sum())
    assert [one.text for one in overlay.issues] == ["Pixels have the value 9, which no segment describes."]
    assert survey.applied_to(overlay) == overlay or survey.applied_to(overlay).issues == overlay.issues


def test_background_and_padding_are_not_measured_as_segments(tmp_path: Path) -> None:
    padded, _ = surveyed(labelmap(labels_of_two()), tmp_path)
    assert set(padded.measures) == {1, 2}
    dataset = labelmap(labels_of_two())
    del dataset.PixelPaddingValue
    dataset.SOPInstanceUID += ".1"
    undeclared, _ = surveyed(dataset, tmp_path)
    assert undeclared.measures[0].state == "background"


def test_segment_0_that_is_described_is_measured(tmp_path: Path) -> None:
    survey, codes = surveyed(without_padding(labelmap(labels_of_two()), "Liver"), tmp_path)
    frames = int((labels_of_two().reshape(5, -1).any(axis=1)).sum())
    assert survey.measures[0].voxels == frames * 77 - int((labels_of_two() != 0).sum())
    assert survey.measures[0].state == "ok"
    assert codes == set()


def test_overlap_against_the_file_s_word_is_told(tmp_path: Path) -> None:
    dataset = made(overlapping_masks())
    assert surveyed(dataset, tmp_path)[1] == set()
    dataset.SegmentsOverlap = "NO"
    assert surveyed(dataset, tmp_path)[1] == {"overlap_not_declared"}


def test_two_label_frames_at_one_place_are_united_and_their_conflict_is_told(tmp_path: Path) -> None:
    labels = labels_of_two()
    dataset = labelmap(labels)
    first, second = (dataset.PerFrameFunctionalGroupsSequence[place] for place in (0, -1))
    pixels = np.frombuffer(dataset.PixelData, np.uint8)[: int(dataset.NumberOfFrames) * 77].reshape(-1, 77)
    second.PlanePositionSequence = first.PlanePositionSequence
    both = (pixels[0] != 0) & (pixels[-1] != 0)
    found = read_back(dataset, tmp_path)
    survey = survey_segmentation(found.overlay, found.read_frame)
    conflicts = int((both & (pixels[0] != pixels[-1])).sum())
    assert conflicts > 0
    assert survey.issues == (issue("overlap_in_labelmap", "warning", count=conflicts),)
    total = sum(int((pixels[place] != 0).sum()) for place in range(len(pixels)))
    assert sum(one.voxels or 0 for one in survey.measures.values()) == total - int(both.sum())


def fractional(kind: str, maximum: int = 200) -> Dataset:
    pixels = np.zeros((*GRID.shape, 1))
    pixels[2, 3, 2:7, 0] = [0.25, 0.5, 0.5, 0.75, 1.0]
    return made(pixels, kind="FRACTIONAL", fractional_type=kind, max_fractional_value=maximum)


def test_a_probability_has_a_volume_from_a_stated_threshold(tmp_path: Path) -> None:
    survey, _ = surveyed(fractional("PROBABILITY"), tmp_path)
    assert survey.measures[1].voxels == 4
    assert survey.measures[1].volume_ml == pytest.approx(4 * VOXEL_ML)
    assert "0.5" in survey.measures[1].method


def test_an_occupancy_has_the_volume_of_its_fractions(tmp_path: Path) -> None:
    survey, _ = surveyed(fractional("OCCUPANCY"), tmp_path)
    assert survey.measures[1].volume_ml == pytest.approx(3.0 * VOXEL_ML)


@pytest.mark.parametrize(("threshold", "voxels"), [(0.2, 5), (0.25, 5), (0.26, 4), (0.5, 4), (0.51, 2), (1.0, 1)])
def test_voxels_at_any_threshold_follow_from_the_one_pass(tmp_path: Path, threshold: float, voxels: int) -> None:
    survey, _ = surveyed(fractional("PROBABILITY"), tmp_path)
    assert survey.voxels_from(1, threshold, 200) == voxels
    measure = survey.measures[1].at_threshold(threshold)
    assert measure.voxels == voxels
    assert measure.volume_ml == pytest.approx(voxels * VOXEL_ML)
    assert f"{threshold:.2f}" in measure.method


@pytest.mark.parametrize("kind", ["PROBABILITY", "OCCUPANCY"])
def test_of_two_frames_of_one_segment_at_one_place_the_larger_fraction_counts(tmp_path: Path, kind: str) -> None:
    pixels = np.zeros((*GRID.shape, 1))
    pixels[2, 3, 2:6, 0] = [0.25, 0.5, 0.75, 0.0]
    pixels[3, 3, 2:6, 0] = [0.75, 0.5, 0.0, 0.5]
    dataset = made(pixels, kind="FRACTIONAL", fractional_type=kind, max_fractional_value=200)
    first, second = dataset.PerFrameFunctionalGroupsSequence
    second.PlanePositionSequence = first.PlanePositionSequence
    measure = surveyed(dataset, tmp_path)[0].measures[1]
    assert measure.voxels == 4
    assert measure.volume_ml == pytest.approx((4 if kind == "PROBABILITY" else 0.75 + 0.5 + 0.75 + 0.5) * VOXEL_ML)
    if kind == "PROBABILITY":
        assert [measure.at_threshold(share).voxels for share in (0.2, 0.5, 0.6, 0.9)] == [4, 4, 2, 0]


def test_nothing_counts_without_any_fraction(tmp_path: Path) -> None:
    survey, _ = surveyed(fractional("PROBABILITY"), tmp_path)
    assert survey.measures[1].at_threshold(0.0).voxels == 5


def test_only_a_probability_follows_the_threshold(tmp_path: Path) -> None:
    for dataset in (fractional("OCCUPANCY"), made(overlapping_masks())):
        survey, _ = surveyed(dataset, tmp_path)
        assert survey.measures[1].at_threshold(0.9) is survey.measures[1]


def test_values_above_the_maximum_count_as_the_maximum_and_are_told(tmp_path: Path) -> None:
    dataset = fractional("PROBABILITY")
    dataset.PixelData = dataset.PixelData.replace(b"\xc8", b"\xff")
    survey, codes = surveyed(dataset, tmp_path)
    assert survey.voxels_from(1, 1.0, 200) == 1
    assert codes == {"value_above_maximum"}


def test_a_frame_that_cannot_be_read_is_told_and_not_counted_as_empty(tmp_path: Path) -> None:
    found = read_back(made(overlapping_masks()), tmp_path)
    numbers = found.content.frames.segment_number

    def broken(index: int) -> np.ndarray:
        if numbers[index] == 2 or index == 0:
            raise FrameNotRead(issue("decode_failed", "error", frame=index + 1, reason="it is damaged"))
        return found.read_frame(index)

    survey = survey_segmentation(found.overlay, broken)
    assert survey.measures[2].state == "unreadable"
    assert survey.measures[2].voxels is None
    assert survey.measures[1].state == "ok"
    assert "without 1 frames" in survey.measures[1].method
    assert [one.code for one in survey.issues] == ["decode_failed"]


def test_without_slice_spacing_there_is_no_volume(tmp_path: Path) -> None:
    masks = overlapping_masks()
    masks[[1, 3]] = 0
    dataset = made(masks)
    measures = dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    del measures.SliceThickness
    if "SpacingBetweenSlices" in measures:
        del measures.SpacingBetweenSlices
    survey, _ = surveyed(dataset, tmp_path)
    assert survey.measures[1].volume_ml is None
    assert survey.measures[1].voxels == int(masks[..., 0].sum())
    assert "no spacing" in survey.measures[1].method


DEPTHS_MM = ((1.95 + 2) / 2, (2 + 1.95) / 2, (1.95 + 0.8) / 2, (0.8 + 1.9) / 2, (1.9 + 1.95) / 2)
"""Of ``UNEVEN_MM``: to halfway to the slices beside, or half the usual 1.95 mm."""


def test_unequal_gaps_make_each_slice_as_deep_as_it_reaches_and_are_told(tmp_path: Path) -> None:
    masks = np.ones((*GRID.shape, 1), np.uint8)
    masks[1, 2:, :, 0] = 0
    masks[3, :, 3:, 0] = 0
    survey, codes = surveyed(unevenly(made(masks)), tmp_path)
    areas = masks[..., 0].sum(axis=(1, 2)) * 0.5 * 0.25
    assert survey.measures[1].volume_ml == pytest.approx(float(areas @ DEPTHS_MM) / 1000)
    assert survey.measures[1].method == "voxels x depth of their slices"
    assert "irregular_spacing" in codes


def test_unequal_gaps_count_at_every_threshold_of_a_probability(tmp_path: Path) -> None:
    values = np.zeros((*GRID.shape, 1), np.float64)
    values[0], values[1:, :4], values[3, 4:] = 0.25, 0.5, 1.0
    survey, _ = surveyed(unevenly(shares(values, fractional_type="PROBABILITY", max_fractional_value=200)), tmp_path)
    for threshold in (0.2, 0.5, 0.9):
        areas = (values[..., 0] >= threshold).sum(axis=(1, 2)) * 0.5 * 0.25
        found = survey.measures[1].at_threshold(threshold)
        assert found.volume_ml == pytest.approx(float(areas @ DEPTHS_MM) / 1000)


def test_more_bits_than_are_allowed_are_not_measured_and_ask_for_no_memory(tmp_path: Path) -> None:
    """A value of three billion would ask for a table as long."""
    dataset = labelmap(labels_of_two())
    values = np.frombuffer(dataset.PixelData, np.uint8).astype(np.uint32)
    values[values == 1] = 3_000_000_000
    dataset.BitsAllocated = dataset.BitsStored = 32
    dataset.HighBit = 31
    dataset.PixelData = values.tobytes()
    dataset["PixelData"].VR = "OW"
    found = read_back(dataset, tmp_path)
    assert {measure.state for measure in survey_segmentation(found.overlay, found.read_frame).measures.values()} == {
        "unreadable"
    }
    with pytest.raises(FrameNotRead, match="32 bits"):
        segmentation_mask(found.overlay, found.read_frame, own_grid(found.content))


@pytest.mark.parametrize("signed", [0, 1])
def test_label_values_are_unsigned_whatever_the_header_says(tmp_path: Path, signed: int) -> None:
    dataset = labelmap(labels_of_two())
    values = np.frombuffer(dataset.PixelData, np.uint8).copy()
    values[values == 1] = 200
    dataset.SegmentSequence[1].SegmentNumber = 200
    dataset.PixelData, dataset.PixelRepresentation = values.tobytes(), signed
    found = read_back(dataset, tmp_path)
    measures = survey_segmentation(found.overlay, found.read_frame).measures
    assert measures[200].voxels == np.count_nonzero(values == 200)
    assert set(measures) == {2, 200}
    mask = segmentation_mask(found.overlay, found.read_frame, own_grid(found.content), part=200)
    assert np.count_nonzero(mask.voxels) == measures[200].voxels


def test_a_value_0_that_nothing_describes_is_listed_and_off_at_first(tmp_path: Path) -> None:
    dataset = labelmap(labels_of_two())
    del dataset.PixelPaddingValue
    del dataset.SegmentSequence[0]
    found = read_back(dataset, tmp_path)
    survey = survey_segmentation(found.overlay, found.read_frame)
    part = survey.applied_to(found.overlay).part(0)
    assert (part.state, part.visible_by_default) == ("not_described", False)
    assert [one.code for one in survey.issues] == ["undescribed_value"]
