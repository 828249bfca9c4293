"""A corrected segmentation: a new object that names its source, and holds what the reader made of it (check 88)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from tests.export.reviewed_study import GRID, KIDNEY, images, opened
from tests.export.witnesses import iod_errors
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.domain.overlay import Overlay
from viewer.domain.segmentation import Segmentation
from viewer.export.corrected_segmentation import Correction, corrected_segmentation
from viewer.export.new_objects import CannotWrite
from viewer.reading.findings import findings_list
from viewer.reading.state import Content
from viewer.representations.volume_grid import own_grid

SPOT = Part("Spot", color=(200, 40, 90))


def boxes() -> NDArray[np.uint8]:
    pixels = np.zeros((*GRID.shape, 2), np.uint8)
    pixels[0:5, 1:4, 2:7, 0] = 1
    pixels[1:3, 4:6, 5:10, 1] = 1
    return pixels


def study(folder: Path, *, kind: str = "BINARY", pixels: NDArray[np.uint8] | None = None) -> tuple[Dataset, Content]:
    source = images()
    made = segmentation(source, boxes() if pixels is None else pixels, (KIDNEY, SPOT), Result("organs"), kind=kind)  # type: ignore[arg-type]
    save([*source, made], folder)
    return made, opened(folder)


def overlay_of(content: Content) -> Overlay:
    return next(one for one in content.overlays.values() if one.kind == "segmentation")


def edited(masks: NDArray[np.uint8]) -> dict[int, NDArray[np.bool_]]:
    """The first segment grown by a row and without its first slice; the second as it was. By Segment Number, (k, j, i)."""
    first = masks[..., 0].astype(bool)
    first[0] = False
    first[2, 4, 2:5] = True
    return {1: first, 2: masks[..., 1].astype(bool)}


def corrected(content: Content, masks: Mapping[int, NDArray[np.bool_]]) -> Dataset:
    overlay = overlay_of(content)
    assert isinstance(overlay.content, Segmentation)
    grid = own_grid(overlay.content)
    return corrected_segmentation(content, Correction(overlay, grid, {1}, masks.__getitem__), reader="Jane Doe")


def test_the_edit_comes_back_voxel_for_voxel(tmp_path: Path) -> None:
    _, content = study(tmp_path / "study")
    masks = edited(boxes())
    made = corrected(content, masks)
    path = tmp_path / "corrected.dcm"
    made.save_as(path, enforce_file_format=True)
    assert iod_errors(path) == []
    read = hd.seg.segread(path)
    uids = [str(one.SOPInstanceUID) for one in images()]
    found = read.get_pixels_by_source_instance(uids, assert_missing_frames_are_empty=True)
    for number, mask in masks.items():
        assert np.array_equal(found[..., number - 1].astype(bool), mask)


def test_it_is_a_new_object_that_names_its_source(tmp_path: Path) -> None:
    original, content = study(tmp_path)
    made = corrected(content, edited(boxes()))
    assert made.SOPInstanceUID != original.SOPInstanceUID
    assert made.SeriesInstanceUID != original.SeriesInstanceUID
    assert made.FrameOfReferenceUID == original.FrameOfReferenceUID
    (source,) = made.SourceInstanceSequence
    assert source.ReferencedSOPInstanceUID == original.SOPInstanceUID
    purpose = source.PurposeOfReferenceCodeSequence[0]
    assert (purpose.CodeValue, purpose.CodingSchemeDesignator) == ("128228", "DCM")
    assert made.ContentCreatorName == "Doe^Jane"
    assert made.PatientName == original.PatientName


def test_only_what_was_edited_is_semiautomatic_and_everything_else_is_kept(tmp_path: Path) -> None:
    original, content = study(tmp_path)
    first, second = corrected(content, edited(boxes())).SegmentSequence
    assert (first.SegmentAlgorithmType, second.SegmentAlgorithmType) == ("SEMIAUTOMATIC", "AUTOMATIC")
    assert first.SegmentAlgorithmName == "Synthetic Organs, edited in Overread"
    assert second.SegmentAlgorithmName == "Synthetic Organs"
    assert (first.TrackingUID, first.SegmentLabel) == (KIDNEY.tracking_uid, "Kidney")
    kind = first.SegmentedPropertyTypeCodeSequence[0]
    assert kind.CodeValue == codes.SCT.Kidney.value
    assert first.AnatomicRegionSequence[0].CodeValue == "64033007"
    before = original.SegmentSequence[1].RecommendedDisplayCIELabValue
    assert second.RecommendedDisplayCIELabValue == before


def test_segments_that_overlap_stay_apart(tmp_path: Path) -> None:
    pixels = boxes()
    pixels[1, 2:5, 3:8, 1] = 1
    _, content = study(tmp_path / "study", pixels=pixels)
    masks = {1: pixels[..., 0].astype(bool), 2: pixels[..., 1].astype(bool)}
    made = corrected(content, masks)
    path = tmp_path / "corrected.dcm"
    made.save_as(path, enforce_file_format=True)
    assert made.SegmentsOverlap == "YES"
    uids = [str(one.SOPInstanceUID) for one in images()]
    found = hd.seg.segread(path).get_pixels_by_source_instance(uids, assert_missing_frames_are_empty=True)
    assert np.array_equal(found.astype(bool), pixels.astype(bool))


def test_an_emptied_segment_is_still_described(tmp_path: Path) -> None:
    _, content = study(tmp_path)
    masks = edited(boxes())
    masks[1][:] = False
    made = corrected(content, masks)
    assert [item.SegmentLabel for item in made.SegmentSequence] == ["Kidney", "Spot"]


def test_it_opens_again_as_a_reader_assisted_result_on_the_same_images(tmp_path: Path) -> None:
    original, content = study(tmp_path / "study")
    corrected(content, edited(boxes())).save_as(tmp_path / "corrected.dcm", enforce_file_format=True)
    again = opened(tmp_path)
    new = next(one for key, one in again.overlays.items() if one.sop_instance_uid != original.SOPInstanceUID)
    assert [part.label for part in new.parts] == ["Kidney", "Spot"]
    assert [part.algorithm_type for part in new.parts] == ["SEMIAUTOMATIC", "AUTOMATIC"]
    assert new.parts[0].tracking_uid == KIDNEY.tracking_uid
    stack = again.library.stacks[0]
    assert again.bindings[new.instance].default_stack_id == stack.id
    measure = again.measures[new.instance][1]
    assert measure.voxels == int(edited(boxes())[1].sum())


def test_it_makes_no_findings_beside_its_original_and_makes_them_alone(tmp_path: Path) -> None:
    original, content = study(tmp_path / "study")
    made = corrected(content, edited(boxes()))
    made.save_as(tmp_path / "corrected.dcm", enforce_file_format=True)
    both = findings_list(opened(tmp_path))
    assert both.left_out == {"corrected": 2}
    assert [one.label for one in both.findings] == ["Kidney", "Spot"]
    assert {source.sop_instance_uid for one in both.findings for source in one.sources} == {original.SOPInstanceUID}
    save([*images(), made], tmp_path / "alone")
    alone = findings_list(opened(tmp_path / "alone"))
    assert not alone.left_out
    assert {source.sop_instance_uid for one in alone.findings for source in one.sources} == {made.SOPInstanceUID}


def test_a_label_map_becomes_one_of_bits_with_the_same_numbers(tmp_path: Path) -> None:
    labels = np.zeros(GRID.shape, np.uint8)
    labels[0:5, 1:4, 2:7], labels[1:3, 4:6, 5:10] = 1, 2
    _, content = study(tmp_path / "study", kind="LABELMAP", pixels=labels)
    path = next(one for one in (tmp_path / "study").iterdir() if pydicom.dcmread(one).Modality == "SEG")
    masks = edited(boxes())
    made = corrected(content, masks)
    assert pydicom.dcmread(path).SOPClassUID != made.SOPClassUID
    made.save_as(tmp_path / "corrected.dcm", enforce_file_format=True)
    assert iod_errors(tmp_path / "corrected.dcm") == []
    assert [item.SegmentNumber for item in made.SegmentSequence] == [1, 2]


def test_without_the_images_it_names_the_original_alone(tmp_path: Path) -> None:
    original, _ = study(tmp_path / "study")
    save([original], tmp_path / "alone")
    made = corrected(opened(tmp_path / "alone"), edited(boxes()))
    path = tmp_path / "corrected.dcm"
    made.save_as(path, enforce_file_format=True)
    assert iod_errors(path) == []
    save([*images()], tmp_path / "again")
    made.save_as(tmp_path / "again" / "corrected.dcm", enforce_file_format=True)
    again = opened(tmp_path / "again")
    (new,) = again.overlays.values()
    assert again.measures[new.instance][1].voxels == int(edited(boxes())[1].sum())


def test_a_segmentation_without_a_place_is_refused(tmp_path: Path) -> None:
    original, _ = study(tmp_path / "study")
    del original.FrameOfReferenceUID
    save([original], tmp_path / "nowhere")
    content = opened(tmp_path / "nowhere")
    with pytest.raises(CannotWrite, match="no position"):
        corrected(content, edited(boxes()))


def test_slices_that_run_along_another_axis_keep_their_place(tmp_path: Path) -> None:
    grid = Grid(shape=(4, 6, 9), along_row=(0.0, 1.0, 0.0), down_column=(0.0, 0.0, -1.0))
    source = [*image_series(np.zeros(grid.shape, np.int16), grid, Series())]
    pixels = np.zeros((*grid.shape, 2), np.uint8)
    pixels[1:3, 1:4, 2:7, 0] = 1
    pixels[3, 0, 0, 1] = 1
    made = segmentation(source, pixels, (KIDNEY, SPOT), Result("organs"), grid=grid)
    save([*source, made], tmp_path / "study")
    content = opened(tmp_path / "study")
    overlay = overlay_of(content)
    assert isinstance(overlay.content, Segmentation)
    own = own_grid(overlay.content)
    masks = {1: np.zeros(own.shape, bool), 2: np.zeros(own.shape, bool)}
    masks[1][0, 2, 3] = True
    new = corrected_segmentation(content, Correction(overlay, own, {1}, masks.__getitem__), reader="Jane Doe")
    new.save_as(tmp_path / "corrected.dcm", enforce_file_format=True)
    again = opened(tmp_path)
    written = next(one for one in again.overlays.values() if one.sop_instance_uid == new.SOPInstanceUID)
    place = own.affine @ (0, 2, 3, 1)
    assert np.allclose(again.measures[written.instance][1].largest or (), place[:3], atol=0.5)
