"""Masks and surfaces: the right voxels in the file, at the right place, read by other programs."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray

from tests.real_data.test_masks_against_witnesses import affine_of
from tests.synthetic.image import Grid
from tests.synthetic.lopsided_parts import GRID, labelmap, labels_of_two, made, overlapping_masks
from tests.synthetic.read_segmentation import ReadBack, read_back
from tests.synthetic.same_voxels import assert_same_voxels
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.stack import Stack
from viewer.export.masks import Mask, segmentation_mask, write_mask
from viewer.export.meshes import surface_of, write_stl
from viewer.geometry.plane import Plane, to_vector
from viewer.representations.volume_grid import NoGrid, own_grid, stack_grid

OBLIQUE = Grid(along_row=(0.8, 0.6, 0.0), down_column=(-0.48, 0.64, 0.6))


def own_mask(found: ReadBack, part: int | None = None, threshold: float | None = None) -> Mask:
    return segmentation_mask(found.overlay, found.read_frame, own_grid(found.content), part=part, threshold=threshold)


def stack_of(grid: Grid, found: ReadBack, *, leave_out: tuple[int, ...] = ()) -> Stack:
    """The stack of a grid's slices from the head down."""
    kept = [k for k in reversed(range(grid.shape[0])) if k not in leave_out]
    planes = tuple(
        Plane(
            grid.position(k),
            grid.along_row,
            grid.down_column,
            (grid.spacing_mm[1], grid.spacing_mm[2]),
            (grid.shape[1], grid.shape[2]),
            found.content.frame_of_reference_uid,
        )
        for k in kept
    )
    frames = tuple(FrameKey(InstanceKey(f"made {k}")) for k in kept)
    return Stack(
        "series#1", "series", "", frames, planes, "axial", True, grid.spacing_mm, planes[0].origin, None, *grid.shape[1:]
    )


def test_parts_that_do_not_overlap_share_one_volume_of_values(tmp_path: Path) -> None:
    labels = labels_of_two()
    mask = own_mask(read_back(labelmap(labels), tmp_path))
    assert not mask.overlapping
    assert [(one.value, one.number, one.label) for one in mask.labels] == [(1, 1, "Part 1"), (2, 2, "Part 2")]
    assert_same_voxels(mask.voxels, mask.affine, labels, GRID.affine)


def test_parts_that_overlap_have_a_volume_each(tmp_path: Path) -> None:
    masks = overlapping_masks()
    mask = own_mask(read_back(made(masks), tmp_path))
    assert mask.overlapping
    for place in range(2):
        assert_same_voxels(mask.voxels[place], mask.affine, masks[..., place], GRID.affine)


def test_one_part_alone_is_0_and_1(tmp_path: Path) -> None:
    masks = overlapping_masks()
    mask = own_mask(read_back(made(masks), tmp_path), part=2)
    assert [(one.value, one.number) for one in mask.labels] == [(1, 2)]
    assert_same_voxels(mask.voxels, mask.affine, masks[..., 1], GRID.affine)


def test_left_out_slices_have_a_place(tmp_path: Path) -> None:
    masks = overlapping_masks()
    masks[2] = 0
    mask = own_mask(read_back(made(masks), tmp_path), part=1)
    assert mask.voxels.shape == (3, 7, 11)
    assert not mask.voxels[1].any()
    assert_same_voxels(mask.voxels, mask.affine, masks[..., 0], GRID.affine)


def fractions() -> NDArray[np.float64]:
    pixels = np.zeros((*GRID.shape, 2))
    pixels[1:4, 2:5, 3:8, 0] = np.linspace(0.1, 1, 45).reshape(3, 3, 5)
    pixels[2, 4:6, 6:9, 1] = 0.75
    return pixels


def test_fractions_stay_fractions_without_a_threshold(tmp_path: Path) -> None:
    found = read_back(made(fractions(), kind="FRACTIONAL", max_fractional_value=200), tmp_path)
    mask = own_mask(found)
    assert mask.voxels.dtype == np.float32
    assert mask.overlapping
    assert_same_voxels(mask.voxels[1], mask.affine, fractions()[..., 1].astype(np.float32), GRID.affine)
    alone = own_mask(found, part=1)
    stored = np.round(fractions()[..., 0] * 200).astype(np.float32) / np.float32(200)
    assert_same_voxels(alone.voxels, alone.affine, stored, GRID.affine)


@pytest.mark.parametrize("threshold", [0.25, 0.5, 0.75])
def test_a_threshold_makes_0_and_1_and_counts_itself(tmp_path: Path, threshold: float) -> None:
    found = read_back(made(fractions(), kind="FRACTIONAL", max_fractional_value=200), tmp_path)
    mask = own_mask(found, part=1, threshold=threshold)
    expected = np.round(fractions()[..., 0] * 200) >= threshold * 200
    assert mask.voxels.dtype == np.uint8
    assert_same_voxels(mask.voxels, mask.affine, expected.astype(np.uint8), GRID.affine)


@pytest.mark.parametrize("grid", [GRID, OBLIQUE, replace(GRID, down_column=(0.0, -1.0, 0.0))])
@pytest.mark.parametrize("ending", [".nii.gz", ".nrrd"])
def test_simpleitk_reads_the_same_voxels_at_the_same_place(tmp_path: Path, grid: Grid, ending: str) -> None:
    labels = labels_of_two()
    mask = own_mask(read_back(labelmap(labels, on=grid), tmp_path))
    write_mask(mask, tmp_path / f"mask{ending}")
    image = SimpleITK.ReadImage(str(tmp_path / f"mask{ending}"))
    assert_same_voxels(labels, grid.affine, SimpleITK.GetArrayFromImage(image), affine_of(image))
    assert sorted(path.name for path in tmp_path.glob("mask*")) == [f"mask{ending}"]


def test_simpleitk_reads_overlapping_parts_as_components(tmp_path: Path) -> None:
    masks = overlapping_masks()
    mask = own_mask(read_back(made(masks), tmp_path))
    write_mask(mask, tmp_path / "mask.nrrd")
    image = SimpleITK.ReadImage(str(tmp_path / "mask.nrrd"))
    found = SimpleITK.GetArrayFromImage(image)
    for place in range(2):
        assert_same_voxels(masks[..., place], GRID.affine, found[..., place], affine_of(image))


def test_nibabel_reads_right_anterior_superior(tmp_path: Path) -> None:
    import nibabel

    masks = overlapping_masks()
    write_mask(own_mask(read_back(made(masks), tmp_path)), tmp_path / "mask.nii.gz")
    image = nibabel.load(tmp_path / "mask.nii.gz")
    voxels = np.asarray(image.dataobj)
    assert voxels.shape[3] == 2
    assert image.header.get_xyzt_units()[0] == "mm"
    to_lps = np.diag([-1.0, -1.0, 1.0, 1.0])
    for place in range(2):
        affine = (to_lps @ image.affine)[:, [2, 1, 0, 3]]
        assert_same_voxels(masks[..., place], GRID.affine, voxels[..., place].transpose(2, 1, 0), affine)


def test_npz_holds_mask_affine_and_labels(tmp_path: Path) -> None:
    labels = labels_of_two()
    write_mask(own_mask(read_back(labelmap(labels), tmp_path)), tmp_path / "mask.npz")
    with np.load(tmp_path / "mask.npz") as found:
        assert_same_voxels(found["mask"], found["affine"], labels, GRID.affine)
        assert json.loads(str(found["labels"])) == [
            {"value": 1, "number": 1, "label": "Part 1"},
            {"value": 2, "number": 2, "label": "Part 2"},
        ]


def test_the_grid_of_a_stack_is_sampled_at_its_voxel_centres(tmp_path: Path) -> None:
    masks = overlapping_masks()
    found = read_back(made(masks), tmp_path)
    other = Grid(shape=(7, 9, 8), spacing_mm=(1.5, 0.4, 0.35), origin_mm=(-30.2, -19.9, 100.6))
    grid = stack_grid(stack_of(other, found))
    mask = segmentation_mask(found.overlay, found.read_frame, grid, part=1)
    reference = SimpleITK.GetImageFromArray(masks[..., 0])
    reference.SetSpacing((0.25, 0.5, 2.5))
    reference.SetOrigin(GRID.origin_mm)
    target = SimpleITK.Image(8, 9, 7, SimpleITK.sitkUInt8)
    target.SetSpacing((0.35, 0.4, 1.5))
    target.SetOrigin(other.origin_mm)
    witness = SimpleITK.Resample(reference, target, SimpleITK.Transform(), SimpleITK.sitkNearestNeighbor, 0)
    assert mask.voxels.any()
    assert_same_voxels(mask.voxels, mask.affine, SimpleITK.GetArrayFromImage(witness), affine_of(target))


def test_fractions_on_the_grid_of_a_stack_are_interpolated_like_simpleitk_does(tmp_path: Path) -> None:
    pixels = fractions()[..., :1]
    pixels[[0, 4], 3, 5] = 0.5
    found = read_back(made(pixels, kind="FRACTIONAL", max_fractional_value=200), tmp_path)
    other = Grid(shape=(5, 9, 8), spacing_mm=(1.5, 0.3, 0.25), origin_mm=(-29.9, -19.8, 100.6))
    mask = segmentation_mask(found.overlay, found.read_frame, stack_grid(stack_of(other, found)), part=1)
    reference = SimpleITK.GetImageFromArray((np.round(pixels[..., 0] * 200) / 200).astype(np.float32))
    reference.SetSpacing((0.25, 0.5, 2.5))
    reference.SetOrigin(GRID.origin_mm)
    target = SimpleITK.Image(8, 9, 5, SimpleITK.sitkFloat32)
    target.SetSpacing((0.25, 0.3, 1.5))
    target.SetOrigin(other.origin_mm)
    witness = SimpleITK.GetArrayFromImage(
        SimpleITK.Resample(reference, target, SimpleITK.Transform(), SimpleITK.sitkLinear, 0.0)
    )
    assert np.allclose(mask.voxels[::-1], witness, atol=1e-5)


def test_missing_slices_of_a_stack_have_a_place_and_are_told(tmp_path: Path) -> None:
    masks = overlapping_masks()
    found = read_back(made(masks), tmp_path)
    grid = stack_grid(stack_of(GRID, found, leave_out=(1,)))
    assert grid.shape == (5, 7, 11)
    assert len(grid.notes) == 1
    mask = segmentation_mask(found.overlay, found.read_frame, grid, part=1)
    assert_same_voxels(mask.voxels, mask.affine, masks[..., 0], GRID.affine)


def test_a_stack_of_unequal_gaps_is_no_grid(tmp_path: Path) -> None:
    found = read_back(made(overlapping_masks()), tmp_path)
    stack = stack_of(GRID, found)
    shifted = replace(stack.planes[2], origin=to_vector(np.add(stack.planes[2].origin, (0, 0, 0.9))))
    with pytest.raises(NoGrid, match="not equally spaced"):
        stack_grid(replace(stack, planes=(*stack.planes[:2], shifted, *stack.planes[3:])))


def test_frames_of_two_orientations_have_no_grid_of_their_own(tmp_path: Path) -> None:
    dataset = made(overlapping_masks())
    shared = dataset.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence
    del dataset.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence
    for place, item in enumerate(dataset.PerFrameFunctionalGroupsSequence):
        item.PlaneOrientationSequence = shared
        if place == 0:
            item.PlaneOrientationSequence = deepcopy(shared)
            item.PlaneOrientationSequence[0].ImageOrientationPatient = [1, 0, 0, 0, 0, -1]
    with pytest.raises(NoGrid, match="2 orientations") as refused:
        own_grid(read_back(dataset, tmp_path).content)
    assert refused.value.needs == "stack"


def test_positions_far_apart_ask_for_no_memory(tmp_path: Path) -> None:
    dataset = made(overlapping_masks())
    dataset.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence[0].ImagePositionPatient = [0, 0, 1e9]
    with pytest.raises(NoGrid, match="too large"):
        own_grid(read_back(dataset, tmp_path).content)


@pytest.mark.parametrize("grid", [GRID, OBLIQUE, replace(GRID, down_column=(0.0, -1.0, 0.0))])
def test_the_surface_is_closed_and_lies_around_the_voxels(tmp_path: Path, grid: Grid) -> None:
    shape = (14, 26, 30)
    grid = replace(grid, shape=shape)
    k, j, i = np.indices(shape)
    ball = (((k - 6) / 5) ** 2 + ((j - 12) / 9) ** 2 + ((i - 15) / 12) ** 2 <= 1).astype(np.uint8)
    mask = own_mask(read_back(made(ball[..., None], on=grid), tmp_path), part=1)
    mesh = surface_of(mask)
    voxel_ml = float(np.prod(grid.spacing_mm)) / 1000
    assert mesh.volume_ml == pytest.approx(float(ball.sum()) * voxel_ml, rel=0.005)
    edges = np.sort(
        np.concatenate([mesh.triangles[:, [0, 1]], mesh.triangles[:, [1, 2]], mesh.triangles[:, [2, 0]]]), axis=1
    )
    assert np.all(np.unique(edges, axis=0, return_counts=True)[1] == 2)
    index = (mesh.points - grid.affine[:3, 3]) @ np.linalg.inv(grid.affine[:3, :3]).T
    places = np.argwhere(ball)
    # The tips of a ball of voxels are rounded off by no more than half a voxel.
    assert np.all(np.abs(index.min(axis=0) - (places.min(axis=0) - 0.5)) <= 0.5 + 1e-6)
    assert np.all(np.abs(index.max(axis=0) - (places.max(axis=0) + 0.5)) <= 0.5 + 1e-6)


def test_vtk_reads_the_stl_file(tmp_path: Path) -> None:
    from vtkmodules.vtkIOGeometry import vtkSTLReader

    mesh = surface_of(own_mask(read_back(made(overlapping_masks()), tmp_path)))
    write_stl(mesh, tmp_path / "surface.stl")
    reader = vtkSTLReader()
    reader.SetFileName(str(tmp_path / "surface.stl"))
    reader.Update()
    found = reader.GetOutput()
    assert found.GetNumberOfPolys() == len(mesh.triangles)
    low, high = mesh.points.min(axis=0), mesh.points.max(axis=0)
    assert np.allclose(found.GetBounds(), np.stack([low, high], axis=1).ravel(), atol=1e-4)


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    mask = own_mask(read_back(labelmap(labels_of_two()), tmp_path))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mask.npz").mkdir()
    with pytest.raises(OSError):
        write_mask(mask, tmp_path / "out" / "mask.npz")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mask.npz"]


def test_an_unknown_ending_is_refused(tmp_path: Path) -> None:
    mask = own_mask(read_back(labelmap(labels_of_two()), tmp_path))
    with pytest.raises(ValueError, match="ends in none of"):
        write_mask(mask, tmp_path / "mask.png")


def test_tilted_slices_keep_every_voxel_where_it_lies(tmp_path: Path) -> None:
    """Each slice lies 0.13 mm to the left and 0.31 mm behind the one before: no whole pixels."""
    tilted = replace(GRID, shape=(6, 12, 14), shear_mm=(0.13, 0.31, 0.0))
    masks = (np.random.default_rng(1).random((6, 12, 14, 1)) < 0.4).astype(np.uint8)
    masks[2] = 0
    found = read_back(made(masks, on=tilted), tmp_path)
    grid = own_grid(found.content)
    mask = segmentation_mask(found.overlay, found.read_frame, grid, part=1)
    np.testing.assert_allclose(mask.affine, tilted.affine, atol=2e-3)
    assert np.array_equal(mask.voxels, masks[..., 0])
    assert mask.notes == ()
