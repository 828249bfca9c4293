"""What of a segmentation lies on a plane: the right voxels at the right place, whatever grids and the order of frames.

Acceptance checks 18 to 21, 23, 27 to 30 and 41.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import highdicom as hd
import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.lopsided_parts import (
    GRID,
    made,
    mask_on,
    overlapping_masks,
    plane_of,
    shown,
    unevenly,
)
from tests.synthetic.read_segmentation import ReadBack, read_back
from viewer.geometry.plane import to_vector
from viewer.representations.labelmap import labels_on_grid, segmentation_on_plane
from viewer.representations.on_plane import OnPlane
from viewer.representations.part_codes import part_codes
from viewer.representations.segmentation_volumes import SegmentationVolumes
from viewer.representations.slice_source import SliceSource


def test_every_slice_shows_the_stored_voxels_on_the_image_s_own_pixels(tmp_path: Path) -> None:
    masks = overlapping_masks()
    found = read_back(made(masks), tmp_path)
    for k in range(GRID.shape[0]):
        plane = plane_of(GRID, k, found)
        content = shown(found, plane)
        for number in (1, 2):
            assert np.array_equal(mask_on(content, number, plane.shape), masks[k, :, :, number - 1] != 0)
        assert content.parts_here == {n for n in (1, 2) if masks[k, :, :, n - 1].any()}
        assert all(picture.plane == plane for picture in content.labels)


def test_parts_that_overlap_come_as_two_pictures_on_one_grid(tmp_path: Path) -> None:
    found = read_back(made(overlapping_masks()), tmp_path)
    content = shown(found, plane_of(GRID, 2, found))
    assert len(content.labels) == 2
    assert content.labels[0].plane == content.labels[1].plane
    assert content.labels[0].parts == content.labels[1].parts == (1, 2)


def test_frames_of_77_bits_are_cut_at_the_right_bit(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    masks = rng.integers(0, 2, (9, 7, 11, 1), dtype=np.uint8)
    masks[..., 0] |= np.eye(7, 11, dtype=np.uint8)
    grid = replace(GRID, shape=(9, 7, 11))
    dataset = made(masks, on=grid)
    found = read_back(dataset, tmp_path)
    assert len(dataset.PixelData) == 88
    for k in range(9):
        plane = plane_of(grid, k, found)
        assert np.array_equal(mask_on(shown(found, plane), 1, plane.shape), masks[k, :, :, 0] != 0)


@pytest.mark.parametrize("shape", [(3, 511, 510), (2, 268, 238)])
def test_large_and_non_square_frames_equal_highdicom(tmp_path: Path, shape: tuple[int, int, int]) -> None:
    rng = np.random.default_rng(3)
    masks = (rng.random((*shape, 1)) < 0.3).astype(np.uint8)
    grid = replace(GRID, shape=shape)
    dataset = made(masks, on=grid)
    found = read_back(dataset, tmp_path)
    witness = hd.seg.Segmentation.from_dataset(dataset).get_volume(combine_segments=True)
    for k in range(shape[0]):
        plane = plane_of(grid, k, found)
        index = np.linalg.solve(witness.affine, [*grid.position(k), 1.0])
        assert np.allclose(index[1:3], 0, atol=1e-6)
        theirs = witness.array[round(index[0])]
        assert np.array_equal(mask_on(shown(found, plane), 1, plane.shape), theirs != 0)


def with_padded_frames(frames: int, tmp_path: Path) -> tuple[NDArray[np.uint8], ReadBack]:
    """Frames of 77 bits, each padded to 10 bytes."""
    masks = np.random.default_rng(5).integers(0, 2, (frames, 7, 11, 1), dtype=np.uint8)
    dataset = made(masks, on=replace(GRID, shape=(frames, 7, 11)))
    bits = np.unpackbits(np.frombuffer(dataset.PixelData, np.uint8), bitorder="little")[: frames * 77].reshape(frames, 77)
    dataset.PixelData = np.packbits(np.pad(bits, ((0, 0), (0, 3))), bitorder="little").tobytes()
    return masks, read_back(dataset, tmp_path)


def test_frames_padded_to_whole_bytes_are_recognised(tmp_path: Path) -> None:
    masks, found = with_padded_frames(9, tmp_path)
    assert found.content.frame_padded
    assert "per_frame_padding" in found.codes
    for k in range(9):
        plane = plane_of(replace(GRID, shape=(9, 7, 11)), k, found)
        assert np.array_equal(mask_on(shown(found, plane), 1, plane.shape), masks[k, :, :, 0] != 0)


def test_the_standard_counts_where_padding_cannot_be_told_by_the_length(tmp_path: Path) -> None:
    _, found = with_padded_frames(3, tmp_path)
    assert not found.content.frame_padded
    assert found.codes == set()


def test_the_order_of_frames_changes_nothing(tmp_path: Path) -> None:
    dataset = made(overlapping_masks())
    straight = read_back(dataset, tmp_path)
    count = int(dataset.NumberOfFrames)
    order = np.random.default_rng(1).permutation(count)
    assert not np.array_equal(order, np.arange(count))
    bits = np.unpackbits(np.frombuffer(dataset.PixelData, np.uint8), bitorder="little")[: count * 77].reshape(count, 77)
    dataset.PixelData = np.packbits(bits[order].reshape(-1), bitorder="little").tobytes()
    dataset.PixelData += b"\0" * (len(dataset.PixelData) % 2)
    items = list(dataset.PerFrameFunctionalGroupsSequence)
    dataset.PerFrameFunctionalGroupsSequence = [items[place] for place in order]
    dataset.SOPInstanceUID += ".1"
    shuffled = read_back(dataset, tmp_path)
    for k in range(GRID.shape[0]):
        ours, theirs = shown(straight, plane_of(GRID, k, straight)), shown(shuffled, plane_of(GRID, k, shuffled))
        assert len(ours.labels) == len(theirs.labels)
        assert all(np.array_equal(a.labels, b.labels) for a, b in zip(ours.labels, theirs.labels, strict=True))


def test_slices_without_frames_show_nothing(tmp_path: Path) -> None:
    found = read_back(made(overlapping_masks()), tmp_path)
    for k in (0, 4):
        assert shown(found, plane_of(GRID, k, found)) == OnPlane() or not shown(found, plane_of(GRID, k, found)).labels
        assert not shown(found, plane_of(GRID, k, found)).parts_here


@pytest.mark.parametrize(("shift_mm", "k"), [(1.2, 2), (-1.2, 2), (1.3, 3), (-1.3, 1)])
def test_the_nearest_slice_counts_up_to_half_the_spacing(tmp_path: Path, shift_mm: float, k: int) -> None:
    masks = overlapping_masks()
    found = read_back(made(masks), tmp_path)
    plane = plane_of(GRID, 2, found).moved(shift_mm)
    content = shown(found, plane)
    assert np.array_equal(mask_on(content, 1, plane.shape), masks[k, :, :, 0] != 0)
    assert all(abs(picture.plane.distance_mm(np.asarray(plane.origin))) < 1e-9 for picture in content.labels)


def test_beyond_half_a_slice_nothing_is_drawn(tmp_path: Path) -> None:
    masks = overlapping_masks()
    found = read_back(made(masks), tmp_path)
    last = plane_of(GRID, 3, found)
    assert shown(found, last.moved(1.2)).labels
    assert not shown(found, last.moved(1.3)).labels


def test_a_coarser_grid_keeps_its_own_pixels_at_their_own_place(tmp_path: Path) -> None:
    coarse = Grid(shape=(5, 7, 11), spacing_mm=(2.5, 1.0, 0.5))
    fine = Grid(shape=(5, 14, 22), origin_mm=(-30.125, -20.25, 100.0))
    masks = overlapping_masks(coarse.shape)
    found = read_back(made(masks, on=fine, grid=coarse), tmp_path)
    content = shown(found, plane_of(fine, 2, found))
    picture = content.labels[0]
    assert picture.plane.shape == (7, 11)
    # The centre of voxel (row 1, column 2) in pixels of the fine image, counted from its corner.
    corner = plane_of(fine, 2, found).position_image(picture.plane.point_patient(np.array([2.5, 1.5])))
    assert np.allclose(corner, [5.0, 3.0])


@pytest.mark.parametrize("flip", ["columns", "rows", "both"])
def test_a_grid_stored_the_other_way_round_lies_at_the_same_place(tmp_path: Path, flip: str) -> None:
    masks = overlapping_masks()[..., :1]
    along, down = np.array(GRID.along_row), np.array(GRID.down_column)
    corner = np.array(GRID.origin_mm)
    pixels = masks
    if flip in ("columns", "both"):
        corner, along, pixels = corner + along * 10 * 0.25, -along, pixels[:, :, ::-1]
    if flip in ("rows", "both"):
        corner, down, pixels = corner + down * 6 * 0.5, -down, pixels[:, ::-1]
    turned = Grid(origin_mm=to_vector(corner), along_row=to_vector(along), down_column=to_vector(down))
    if flip != "both":
        # The normal points down now: slices are listed from the top.
        turned = replace(turned, origin_mm=(corner[0], corner[1], corner[2] + 4 * 2.5))
        pixels = pixels[::-1]
    found = read_back(made(np.ascontiguousarray(pixels), grid=turned), tmp_path)
    plane = plane_of(GRID, 2, found)
    picture = shown(found, plane).labels[0]
    rows, columns = np.nonzero(picture.labels)
    points = picture.plane.point_patient(np.stack([columns + 0.5, rows + 0.5], axis=-1))
    positions = np.floor(plane.position_image(points)).astype(int)
    mask = np.zeros(plane.shape, bool)
    mask[positions[:, 1], positions[:, 0]] = True
    assert np.array_equal(mask, masks[2, :, :, 0] != 0)


@pytest.mark.parametrize("spacing_mm", [(0.9, 0.75), (1.1, 0.45), (2.1, 1.3)])
def test_what_is_drawn_around_the_centre_of_a_pixel_is_what_a_probe_finds_there(
    tmp_path: Path, spacing_mm: tuple[float, float]
) -> None:
    found = read_back(made(overlapping_masks()[..., :1]), tmp_path)
    across, down = np.array([0.8, 0.0, 0.6]), np.array([0.36, 0.8, -0.48])
    for step in np.linspace(-4.0, 4.0, 9):
        middle = np.add(GRID.position(2), (1.2, 1.4, step))
        origin = middle - across * spacing_mm[1] * 3 - down * spacing_mm[0] * 3
        plane = replace(
            plane_of(GRID, 0, found),
            origin=to_vector(origin),
            axis_column=to_vector(across),
            axis_row=to_vector(down),
            spacing_mm=spacing_mm,
            shape=(7, 8),
        )
        probed = np.zeros(plane.shape, bool)
        source = SliceSource(found.content, found.read_frame, part_codes(found.overlay, None))
        for labels in labels_on_grid(source, plane):
            probed |= labels != 0
        drawn = np.zeros(plane.shape, bool)
        for picture in shown(found, plane).labels:
            rows, columns = picture.labels.shape[0] // 7, picture.labels.shape[1] // 8
            drawn |= picture.labels[rows // 2 :: rows, columns // 2 :: columns] != 0
        assert np.array_equal(drawn, probed)


def test_a_coronal_segmentation_is_cut_by_axial_planes(tmp_path: Path) -> None:
    coronal = Grid(
        shape=(6, 10, 12),
        spacing_mm=(1.5, 2.0, 0.5),
        origin_mm=(-30.0, -16.0, 118.0),
        along_row=(1, 0, 0),
        down_column=(0, 0, -1),
    )
    masks = overlapping_masks(coronal.shape)[..., :1]
    found = read_back(made(masks, grid=coronal), tmp_path)
    axial = Grid(shape=(8, 20, 24), spacing_mm=(2.5, 0.75, 0.25), origin_mm=(-30.0, -25.0, 99.0))
    seen = 0
    for k in range(8):
        plane = plane_of(axial, k, found)
        for picture in shown(found, plane).labels:
            rows, columns = np.indices(picture.labels.shape)
            points = picture.plane.point_patient(np.stack([columns + 0.5, rows + 0.5], axis=-1))
            index = np.linalg.solve(coronal.affine, np.concatenate([points, np.ones((*rows.shape, 1))], axis=-1)[..., None])
            place = np.floor(index[..., :3, 0] + 0.5 + 1e-6).astype(int)
            inside = ((place >= 0) & (place < coronal.shape)).all(axis=-1)
            clipped = np.clip(place, 0, np.array(coronal.shape) - 1)
            expected = inside & (masks[clipped[..., 0], clipped[..., 1], clipped[..., 2], 0] != 0)
            assert np.array_equal(picture.labels != 0, expected)
            seen += int(expected.sum())
    assert seen > 50


@pytest.mark.parametrize("held", [False, True])
def test_slices_at_unequal_gaps_reach_halfway_to_one_another_but_not_over_a_wide_gap(tmp_path: Path, held: bool) -> None:
    found = read_back(unevenly(made(np.ones((*GRID.shape, 1), np.uint8))), tmp_path)
    volumes = SegmentationVolumes(1 << 20).built if held else None
    down = Grid((1, 130, 11), (0.5, 0.1, 0.25), (-30.0, -19.0, 97.03), (1, 0, 0), (0, 0, 1))
    plane = plane_of(down, 0, found)
    content = segmentation_on_plane(found.overlay, plane, found.read_frame, volumes_of=volumes)
    (picture,) = content.labels
    rows = np.arange(len(picture.labels)) + 0.5
    z_mm = picture.plane.point_patient(np.stack([np.full(len(rows), 0.5), rows], axis=-1))[:, 2]
    below_the_wide_gap = (z_mm > 100 - 1.95 / 2) & (z_mm < 102 + 1.95 / 2)
    above_it = (z_mm > 105.3 - 1.95 / 2) & (z_mm < 108 + 1.95 / 2)
    np.testing.assert_array_equal((picture.labels != 0).all(axis=1), below_the_wide_gap | above_it)
    for offset, there in ((103.5, False), (104.2, False), (104.5, True), (105.8, True), (107.0, True)):
        shown_there = shown(found, plane_of(GRID, 0, found).moved(offset - 100.0)).labels
        assert bool(shown_there) == there


def test_another_frame_of_reference_shows_nothing(tmp_path: Path) -> None:
    found = read_back(made(overlapping_masks()), tmp_path)
    plane = replace(plane_of(GRID, 2, found), frame_of_reference_uid="1.2.3")
    assert not shown(found, plane).labels


def without_frame_of_reference(dataset: Dataset, preserved: str | None = None) -> Dataset:
    del dataset.FrameOfReferenceUID
    shared = dataset.SharedFunctionalGroupsSequence[0]
    for name in ("PlaneOrientationSequence", "PixelMeasuresSequence"):
        if name in shared:
            delattr(shared, name)
    for item in dataset.PerFrameFunctionalGroupsSequence:
        if "PlanePositionSequence" in item:
            del item.PlanePositionSequence
        for source in item.DerivationImageSequence[0].SourceImageSequence:
            if preserved is not None:
                source.SpatialLocationsPreserved = preserved
    return dataset


def source_of(k: int) -> tuple[str, int]:
    images = image_series(np.zeros(GRID.shape, np.int16), GRID, Series())
    return str(images[k].SOPInstanceUID), 1


def test_without_frame_of_reference_pixels_belong_to_the_image_they_name(tmp_path: Path) -> None:
    masks = overlapping_masks()
    found = read_back(without_frame_of_reference(made(masks)), tmp_path)
    for k in range(GRID.shape[0]):
        plane = replace(plane_of(GRID, k, found), in_patient_space=False, image=source_of(k))
        for number in (1, 2):
            assert np.array_equal(mask_on(shown(found, plane), number, plane.shape), masks[k, :, :, number - 1] != 0)


def test_pixels_of_another_size_belong_to_no_image(tmp_path: Path) -> None:
    found = read_back(without_frame_of_reference(made(overlapping_masks())), tmp_path)
    plane = replace(plane_of(GRID, 2, found), in_patient_space=False, image=source_of(2), shape=(14, 22))
    assert not shown(found, plane).labels


@pytest.mark.parametrize("preserved", ["NO", "REORIENTED_ONLY"])
def test_pixels_that_do_not_correspond_are_not_laid_on_each_other(tmp_path: Path, preserved: str) -> None:
    found = read_back(without_frame_of_reference(made(overlapping_masks()), preserved), tmp_path)
    plane = replace(plane_of(GRID, 2, found), in_patient_space=False, image=source_of(2))
    assert not shown(found, plane).labels


def test_only_the_frames_of_the_asked_plane_are_read(tmp_path: Path) -> None:
    found = read_back(made(overlapping_masks()), tmp_path)
    read: list[int] = []

    def counting(index: int) -> NDArray[np.generic]:
        read.append(index)
        return found.read_frame(index)

    segmentation_on_plane(found.overlay, plane_of(GRID, 2, found), counting)
    assert len(read) == len(set(read)) == 2
