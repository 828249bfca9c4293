"""Levels of a slide become one pyramid; label, optical paths and other slides stand apart; tiles are where the file says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.domain.opened import opened
from tests.synthetic.identity import uid
from tests.synthetic.slide import Glass, halved, level, tissue
from viewer.domain.issues import Issue
from viewer.domain.pyramid import Pyramid, TileLevel
from viewer.domain.stack import Stack

GLASS = Glass()
PICTURE = tissue(77, 131)
DOWN, ACROSS = 5, 6


def levels(*factors: int, glass: Glass = GLASS) -> list[pydicom.FileDataset]:
    return [level(glass, [[PICTURE if one == 1 else halved(PICTURE, one)]], times=one) for one in factors]


def stacks(datasets: list[pydicom.FileDataset], folder: Path) -> tuple[Stack, ...]:
    return opened(datasets, folder).stacks


def pyramid_of(stack: Stack) -> Pyramid:
    assert stack.pyramid is not None
    return stack.pyramid


def numbers(found: TileLevel) -> list[list[list[int]]]:
    return found.frames.tolist()


def test_levels_of_one_slide_are_one_pyramid_largest_first(tmp_path: Path) -> None:
    (stack,) = stacks(levels(4, 1, 2), tmp_path)
    assert [(one.columns, one.rows) for one in pyramid_of(stack).levels] == [(131, 77), (65, 38), (32, 19)]
    assert (stack.rows, stack.columns, len(stack.frames)) == (77, 131, 1)
    assert [one.step for one in pyramid_of(stack).levels] == [(1.0, 1.0), (2.0, 2.0), (4.0, 4.0)]
    assert pyramid_of(stack).objective_power == 20.0


def test_the_plane_is_that_of_the_base_level_on_the_slide(tmp_path: Path) -> None:
    (stack,) = stacks(levels(1, 2), tmp_path)
    plane = stack.planes[0]
    assert plane.shape == (77, 131)
    # Image Orientation (Slide) 0\-1\0\-1\0\0: columns run towards -y, rows towards -x.
    assert plane.point_patient([10.5, 4.5]) == pytest.approx((21.5 - 4 * 0.0005, 40.25 - 10 * 0.00025, 0.0))
    assert plane.frame_of_reference_uid == str(GLASS.frame_of_reference)
    assert not plane.anatomical


def test_tiles_of_a_full_slide_run_along_the_rows(tmp_path: Path) -> None:
    (stack,) = stacks(levels(1), tmp_path)
    assert numbers(pyramid_of(stack).base) == [np.arange(DOWN * ACROSS).reshape(DOWN, ACROSS).tolist()]


def test_focal_planes_scroll_and_come_before_optical_paths_in_the_order_of_frames(tmp_path: Path) -> None:
    grey = tissue(40, 50, samples=1)
    dataset = level(GLASS, [[grey, grey, grey], [grey, grey, grey]])
    first, second = stacks([dataset], tmp_path)
    assert (len(first.frames), len(second.frames)) == (3, 3)
    each = 3 * 3
    assert pyramid_of(first).base.frames[2, 0, 0] == 2 * each
    assert pyramid_of(second).base.frames[0, 0, 0] == 3 * each
    assert [plane.origin[2] for plane in first.planes] == pytest.approx([0.0, 0.002, 0.004])
    assert (first.label, second.label) == ("path 1", "path 2")
    (axis,) = second.axes
    assert (axis.stack_ids, axis.place) == ((first.id, second.id), 1)
    assert [(one.label, one.value, one.number, one.count) for one in second.dimensions] == [("Optical path", "path 2", 2, 2)]


def test_a_tile_that_a_sparse_slide_leaves_out_is_no_frame(tmp_path: Path) -> None:
    (stack,) = stacks([level(GLASS, [[PICTURE]], left_out=[(0, 0), (1, 2)])], tmp_path)
    base = pyramid_of(stack).base
    assert base.frame(0, 0, 0) is None
    assert base.frame(0, 1, 2) is None
    found = base.frame(0, 1, 3)
    assert found is not None
    # One tile of the first row and one of the second are not there.
    assert found.index == ACROSS - 1 + 2
    assert stack.frames[0].index == 0


def test_label_and_overview_stand_apart_and_after_the_slide(tmp_path: Path) -> None:
    label = level(GLASS, [[tissue(300, 400)]], flavor="LABEL")
    overview = level(GLASS, [[tissue(90, 200)]], flavor="OVERVIEW")
    found = stacks([overview, label, *levels(1, 2)], tmp_path)
    assert [pyramid_of(one).flavor for one in found] == ["VOLUME", "LABEL", "OVERVIEW"]
    assert [one.label for one in found] == ["slide", "label", "overview"]
    assert len(pyramid_of(found[0]).levels) == 2


@pytest.mark.parametrize(
    "other",
    [Glass(container="GLASS-2"), Glass(name="another frame of reference", series="series")],
    ids=["container", "space"],
)
def test_another_slide_in_the_same_series_is_another_pyramid(tmp_path: Path, other: Glass) -> None:
    one, two = levels(1)[0], level(other, [[halved(PICTURE, 2)]], times=2)
    two.SeriesInstanceUID = one.SeriesInstanceUID
    assert [len(pyramid_of(stack).levels) for stack in stacks([one, two], tmp_path)] == [1, 1]


def test_two_images_of_one_size_are_no_levels_of_each_other(tmp_path: Path) -> None:
    one, two = levels(1)[0], levels(1)[0]
    two.SOPInstanceUID = two.file_meta.MediaStorageSOPInstanceUID = uid("again")
    assert [len(pyramid_of(stack).levels) for stack in stacks([one, two], tmp_path)] == [1, 1]


def test_a_level_of_another_shape_is_no_level(tmp_path: Path) -> None:
    part = level(GLASS, [[halved(PICTURE, 2)[:, :30]]], times=2)
    assert len(stacks([*levels(1), part], tmp_path)) == 2


def test_levels_agree_in_their_corner_when_they_repeat_the_origin_of_the_base(tmp_path: Path) -> None:
    (stack,) = stacks(levels(1, 4), tmp_path)
    assert pyramid_of(stack).levels[1].shift == (0.0, 0.0)


def test_levels_agree_in_their_corner_when_they_state_the_centre_of_their_own_first_pixel(tmp_path: Path) -> None:
    base, small = levels(1, 4)
    origin = small.TotalPixelMatrixOriginSequence[0]
    origin.XOffsetInSlideCoordinateSystem = f"{21.5 - 1.5 * 0.0005:.8f}"
    origin.YOffsetInSlideCoordinateSystem = f"{40.25 - 1.5 * 0.00025:.8f}"
    (stack,) = stacks([base, small], tmp_path)
    assert pyramid_of(stack).levels[1].shift == (0.0, 0.0)


def test_a_level_that_lies_elsewhere_is_laid_where_it_says(tmp_path: Path) -> None:
    base, small = levels(1, 4)
    small.TotalPixelMatrixOriginSequence[0].YOffsetInSlideCoordinateSystem = f"{40.25 - 10 * 0.00025:.8f}"
    (stack,) = stacks([base, small], tmp_path)
    # Ten columns to the right, centre to centre: the corner of a pixel four times as wide is 1.5 columns before that.
    assert pyramid_of(stack).levels[1].shift == pytest.approx((8.5, -1.5))


def test_a_frame_of_any_level_is_found_in_the_stack(tmp_path: Path) -> None:
    base, small = levels(1, 2)
    library = opened([base, small], tmp_path)
    (stack,) = library.stacks
    (key,) = library.instances_with_uid(small.SOPInstanceUID)
    assert library.place_of(type(stack.frames[0])(key, 3)) == (stack.id, 0)
    assert stack.frame_indices_of(key, (2,)) == (0,)


def test_parts_of_a_concatenation_are_one_matrix(tmp_path: Path) -> None:
    whole = levels(1)[0]
    half = whole.NumberOfFrames // 2
    size = len(whole.PixelData) // whole.NumberOfFrames
    parts = []
    for number, (first, last) in enumerate(((0, half), (half, whole.NumberOfFrames)), start=1):
        part = levels(1)[0]
        part.SOPInstanceUID = part.file_meta.MediaStorageSOPInstanceUID = uid("part", number)
        part.ConcatenationUID = uid("concatenation")
        part.InConcatenationNumber, part.InConcatenationTotalNumber = number, 2
        part.ConcatenationFrameOffsetNumber = first
        part.NumberOfFrames = last - first
        part.PixelData = whole.PixelData[first * size : last * size]
        parts.append(part)
    library = opened(list(reversed(parts)), tmp_path)
    (stack,) = library.stacks
    base = pyramid_of(stack).base
    assert numbers(base) == [np.arange(DOWN * ACROSS).reshape(DOWN, ACROSS).tolist()]
    last_tile = base.frame(0, DOWN - 1, ACROSS - 1)
    assert last_tile is not None
    assert library.instance(last_tile.instance).sop_instance_uid == parts[1].SOPInstanceUID
    assert last_tile.index == whole.NumberOfFrames - half - 1


def test_missing_tiles_of_a_full_slide_are_said(tmp_path: Path) -> None:
    dataset = levels(1)[0]
    dataset.NumberOfFrames = 20
    (stack,) = stacks([dataset], tmp_path)
    (found,) = stack.issues
    assert isinstance(found, Issue)
    assert (found.code, found.text) == (
        "tiles_missing",
        "10 of 30 tiles of the slide are not in the file; nothing is shown there.",
    )


def test_a_slide_that_does_not_say_where_its_tiles_lie_is_shown_tile_by_tile_and_says_so(tmp_path: Path) -> None:
    dataset = levels(1)[0]
    dataset.DimensionOrganizationType = "TILED_SPARSE"
    (stack,) = stacks([dataset], tmp_path)
    assert stack.pyramid is None
    assert len(stack.frames) == DOWN * ACROSS
    assert [one.code for one in stack.issues] == ["tiles_not_assembled"]
