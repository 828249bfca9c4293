"""What the scan reads of a whole slide: its matrix, its optical paths, and where sparse tiles lie; equal by both readers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests.dicom.header_of import header_of
from tests.synthetic.slide import Glass, level, tissue
from viewer.dicom.headers import read_header_with_pydicom
from viewer.domain.instance import Source

GLASS = Glass()
PICTURE = tissue(77, 131)


def saved(folder: Path, dataset: pydicom.FileDataset) -> Path:
    dataset.save_as(folder / "slide.dcm", enforce_file_format=True)
    return folder / "slide.dcm"


def test_a_full_slide_says_its_matrix_and_needs_no_groups_of_frames(tmp_path: Path) -> None:
    header = header_of(saved(tmp_path, level(GLASS, [[PICTURE]])))
    tiling = header.tiling
    assert tiling is not None
    assert (tiling.rows, tiling.columns, tiling.organization) == (77, 131, "TILED_FULL")
    assert tiling.origin_mm == (21.5, 40.25, 0.0)
    assert tiling.orientation == (0.0, -1.0, 0.0, -1.0, 0.0, 0.0)
    assert tiling.spacing_mm == (0.0005, 0.00025)
    assert [(path.identifier, path.description, path.objective_power) for path in tiling.optical_paths] == [
        ("1", "path 1", 20)
    ]
    assert tiling.container == "GLASS-1"
    assert len(header.frames) == 1
    assert header.frames[0].pixel_spacing_mm == (0.0005, 0.00025)


def test_a_sparse_slide_says_where_each_tile_lies(tmp_path: Path) -> None:
    planes = [[PICTURE, PICTURE], [PICTURE, PICTURE]]
    dataset = level(GLASS, planes, left_out=[(0, 0), (2, 3)])
    tiling = header_of(saved(tmp_path, dataset)).tiling
    assert tiling is not None
    expected = []
    for item in dataset.PerFrameFunctionalGroupsSequence:
        place = item.PlanePositionSlideSequence[0]
        path = item.OpticalPathIdentificationSequence[0].OpticalPathIdentifier
        depth = float(place.ZOffsetInSlideCoordinateSystem)
        row, column = place.RowPositionInTotalImagePixelMatrix, place.ColumnPositionInTotalImagePixelMatrix
        expected.append((row - 1, column - 1, [0.0, 2.0].index(depth), int(path) - 1))
    assert np.array_equal(tiling.place_of_frames, expected)
    assert tiling.depths_um == (0.0, 2.0)


def test_where_the_matrix_begins_follows_from_a_tile_when_it_is_not_stated(tmp_path: Path) -> None:
    dataset = level(GLASS, [[PICTURE]], left_out=[(0, 0)])
    del dataset.TotalPixelMatrixOriginSequence
    tiling = header_of(saved(tmp_path, dataset)).tiling
    assert tiling is not None
    assert tiling.origin_mm == pytest.approx((21.5, 40.25, 0.0), abs=1e-7)


@pytest.mark.parametrize("left_out", [None, [(1, 1)]])
def test_both_readers_give_equal_headers(tmp_path: Path, left_out: list[tuple[int, int]] | None) -> None:
    path = saved(tmp_path, level(GLASS, [[PICTURE, PICTURE]], left_out=left_out))
    ours, theirs = header_of(path), read_header_with_pydicom(Source("file", str(path)))
    assert ours.read_by == "tag_reader"
    assert ours == theirs


@pytest.mark.real_data
def test_other_images_have_no_tiling(real_data: Path) -> None:
    assert header_of(next((real_data / "seg-ct-tiny-fractional").glob("*.dcm"))).tiling is None
