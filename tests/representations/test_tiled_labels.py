"""A tiled segmentation on pieces of a slide: pixel for pixel what highdicom puts together, at any level, seamless."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import highdicom as hd
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.synthetic.slide import Glass, tissue, write_pyramid
from tests.synthetic.slide_segmentation import slide_segmentation
from viewer.app.commands.opening import open_library
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.iods.on_plane import survey_overlay
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import bound_content
from viewer.reading.state import Content
from viewer.representations import tiled_labels
from viewer.representations.on_plane import OnPlane

ROWS, COLUMNS = 77, 131


def lopsided(rows: int, columns: int) -> NDArray[np.bool_]:
    """Two parts that overlap, neither of them symmetric: (rows, columns, 2)."""
    made = np.zeros((rows, columns, 2), bool)
    made[rows // 10 : rows // 2, columns // 12 : columns // 3, 0] = True
    made[rows // 2 : rows * 3 // 4, columns // 12 : columns // 6, 0] = True
    made[rows // 3 : rows * 9 // 10, columns // 4 : columns * 5 // 6, 1] = True
    return made


class Opened:
    """A slide with a segmentation of one of its levels, opened as the program does."""

    def __init__(self, folder: Path, factor: int, kind: Literal["BINARY", "FRACTIONAL", "LABELMAP"], masks) -> None:
        files = write_pyramid(folder, Glass(), tissue(ROWS, COLUMNS), (1, 2, 4))
        source = files[(1, 2, 4).index(factor)]
        self.segmentation = slide_segmentation(source, masks, kind, tile=(10, 14))
        self.segmentation.save_as(folder / "segmentation.dcm")
        self.library = open_library([folder])
        with EagerInputs(self.library, {}) as inputs:
            self.content: Content = bound_content(self.library, inputs.readers)
        self.stack: Stack = self.library.stacks[0]
        ((self.key, self.overlay),) = self.content.overlays.items()

    def on(self, plane: Plane) -> OnPlane:
        with EagerInputs(self.library, dict(self.content.overlays)) as inputs:
            found = inputs.on_plane(self.key, plane)
        assert isinstance(found, OnPlane)
        return found

    def mask_on(self, plane: Plane, part: int) -> NDArray[np.bool_]:
        """One part on the pixels of a plane."""
        made = np.zeros(plane.shape, bool)
        for picture in self.on(plane).labels:
            assert picture.plane == plane
            made |= picture.labels == picture.parts.index(part) + 1
        return made


@pytest.fixture(scope="module")
def binary(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return Opened(tmp_path_factory.mktemp("binary"), 1, "BINARY", lopsided(ROWS, COLUMNS))


def test_on_the_level_it_was_made_on_it_is_what_highdicom_puts_together(binary: Opened) -> None:
    expected = binary.segmentation.get_total_pixel_matrix(combine_segments=False)
    plane = binary.stack.planes[0]
    for part in (1, 2):
        assert np.array_equal(binary.mask_on(plane, part), expected[..., part - 1] > 0)
    assert np.array_equal(expected > 0, lopsided(ROWS, COLUMNS))


def test_a_piece_is_a_part_of_the_whole(binary: Opened) -> None:
    level, plane = binary.stack.pyramid.base, binary.stack.planes[0]  # type: ignore[union-attr]
    whole, piece = binary.mask_on(plane, 2), binary.mask_on(level.region(plane, (30, 47), (21, 33)), 2)
    assert np.array_equal(piece, whole[30:51, 47:80])


def test_a_piece_reads_only_the_tiles_that_it_meets(binary: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    labels = tiled_labels.SliceSource.labels
    monkeypatch.setattr(tiled_labels.SliceSource, "labels", lambda self, frames: asked.append(1) or labels(self, frames))
    level, plane = binary.stack.pyramid.base, binary.stack.planes[0]  # type: ignore[union-attr]
    binary.on(level.region(plane, (30, 42), (10, 14)))
    assert len(asked) == 1


def test_on_a_coarser_level_each_pixel_takes_what_lies_at_its_centre(binary: Opened) -> None:
    plane = binary.stack.planes[0]
    level = binary.stack.pyramid.levels[1]  # type: ignore[union-attr]
    found = binary.mask_on(level.region(plane, (0, 0), (level.rows, level.columns)), 1)
    # The centre of two by two pixels is a corner of the base level: it belongs to the pixel right of and below it.
    assert np.array_equal(found, lopsided(ROWS, COLUMNS)[1 : 2 * level.rows : 2, 1 : 2 * level.columns : 2, 0])


def test_a_slide_turned_on_the_glass_changes_nothing(binary: Opened) -> None:
    plane = binary.stack.planes[0]
    corner = plane.point_patient([COLUMNS - 0.5, 0.5])
    mirrored = replace(
        plane,
        origin=(float(corner[0]), float(corner[1]), float(corner[2])),
        axis_column=tuple(-one for one in plane.axis_column),  # type: ignore[arg-type]
    )
    assert np.array_equal(binary.mask_on(mirrored, 1), lopsided(ROWS, COLUMNS)[:, ::-1, 0])


def test_a_label_map_is_what_highdicom_puts_together(tmp_path: Path) -> None:
    masks = lopsided(ROWS, COLUMNS)
    masks[..., 1] &= ~masks[..., 0]
    opened = Opened(tmp_path, 1, "LABELMAP", masks)
    expected = hd.seg.segread(tmp_path / "segmentation.dcm").get_total_pixel_matrix(combine_segments=True)
    for part in (1, 2):
        assert np.array_equal(opened.mask_on(opened.stack.planes[0], part), np.squeeze(expected) == part)


def test_fractions_keep_their_size(tmp_path: Path) -> None:
    amounts = lopsided(ROWS, COLUMNS) * np.array([0.4, 1.0])
    opened = Opened(tmp_path, 1, "FRACTIONAL", amounts)
    found = {picture.part: picture.fractions for picture in opened.on(opened.stack.planes[0]).fractions}
    for part in (1, 2):
        assert np.abs(found[part] - amounts[..., part - 1]).max() < 0.005


def test_a_plane_too_large_for_one_picture_is_answered_on_a_coarser_grid(
    binary: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiled_labels, "LARGEST_PIECE", ROWS * COLUMNS // 4)
    (picture, *_) = binary.on(binary.stack.planes[0]).labels
    assert picture.labels.size <= ROWS * COLUMNS // 4 * 1.1
    here = np.isin(picture.labels, [picture.parts.index(1) + 1])
    assert here.mean() == pytest.approx(lopsided(ROWS, COLUMNS)[..., 0].mean(), abs=0.03)


def test_a_part_of_a_slide_has_an_area_and_no_volume(binary: Opened) -> None:
    content = binary.overlay.content
    assert isinstance(content, Segmentation)
    assert content.spacing_mm is not None
    with EagerInputs(binary.library, dict(binary.content.overlays)) as inputs:
        _, measures = survey_overlay(binary.overlay, inputs.readers.read_frame_of(binary.overlay))
    for part in (1, 2):
        pixels = int(lopsided(ROWS, COLUMNS)[..., part - 1].sum())
        found = measures[part]
        assert (found.voxels, found.volume_ml) == (pixels, None)
        assert found.on_slide_mm2 == pytest.approx(pixels * content.spacing_mm[0] * content.spacing_mm[1])
        assert "area of a pixel" in found.method
