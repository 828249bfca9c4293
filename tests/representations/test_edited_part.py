"""Which voxels of a segmentation can be edited, what they are before the first edit, and why some cannot be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import highdicom as hd
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.export.reviewed_study import opened
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.domain.overlay import Overlay
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.readers import Readers
from viewer.reading.state import Content
from viewer.representations.edited_part import CannotEdit, edit_grid, part_mask

GRID = Grid(shape=(6, 9, 14), spacing_mm=(2.5, 0.9, 0.6))
COARSE = Grid(shape=(3, 5, 7), spacing_mm=(5.0, 1.8, 1.2), origin_mm=(-29.7, -19.55, 101.25))


def parts() -> NDArray[np.uint8]:
    """Two boxes that overlap on one slice; (k, j, i, segment)."""
    pixels = np.zeros((*GRID.shape, 2), np.uint8)
    pixels[1:3, 2:6, 3:9, 0] = 1
    pixels[2:5, 4:8, 7:12, 1] = 1
    return pixels


def study(folder: Path, pixels: NDArray[np.generic], kind: str = "BINARY", grid: Grid | None = None) -> Content:
    source = [*image_series(np.zeros(GRID.shape, np.int16), GRID, Series())]
    made = segmentation(source, pixels, (Part("One"), Part("Two")), Result("organs"), kind=kind, grid=grid)  # type: ignore[arg-type]
    save([*source, made], folder)
    return opened(folder)


def overlay_of(content: Content) -> Overlay:
    return next(one for one in content.overlays.values() if one.kind == "segmentation")


def stack_of(content: Content) -> Stack:
    return content.library.stacks[0]


def masks(content: Content, threshold: float = 0.5) -> dict[int, NDArray[np.bool_]]:
    """Both parts on the grid of edits, by part number."""
    overlay, worker = overlay_of(content), DecodeWorker()
    try:
        read = Readers(content.library, worker).read_frame_of(overlay)
        grid = edit_grid(overlay, stack_of(content))
        return {number: part_mask(overlay, number, grid, read, threshold=threshold) for number in (1, 2)}
    finally:
        worker.close()


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
def test_the_voxels_are_those_that_highdicom_reads_on_all_slices_of_the_images(tmp_path: Path, kind: str) -> None:
    pixels = parts()
    if kind == "LABELMAP":
        pixels[..., 1] *= 1 - pixels[..., 0]
    content = study(tmp_path, pixels if kind == "BINARY" else pixels[..., 0] + 2 * pixels[..., 1], kind)
    found, source = masks(content), [content.library.instance(one.instance) for one in stack_of(content).frames]
    read = hd.seg.segread(content.library.instance(overlay_of(content).instance).source.path)
    uids = [one.sop_instance_uid for one in reversed(source)]
    witness = read.get_pixels_by_source_instance(uids, segment_numbers=[1, 2], assert_missing_frames_are_empty=True)
    for number in (1, 2):
        assert found[number].shape == GRID.shape, "empty slices of the file have a place"
        assert np.array_equal(found[number], witness[..., number - 1].astype(bool))


def test_a_probability_counts_from_the_threshold_on(tmp_path: Path) -> None:
    fractions = np.zeros((*GRID.shape, 2))
    fractions[1:3, 2:6, 3:9, 0] = 0.6
    fractions[2, 3, 4, 0] = 0.3
    fractions[3, 1, 1, 1] = 1.0
    content = study(tmp_path, fractions, "FRACTIONAL")
    assert np.array_equal(masks(content)[1], fractions[..., 0] >= 0.5)
    assert np.array_equal(masks(content, 0.25)[1], fractions[..., 0] >= 0.25)


def test_a_coarser_lattice_is_continued_over_the_images(tmp_path: Path) -> None:
    pixels = np.zeros((*COARSE.shape, 2), np.uint8)
    pixels[1, 1:3, 2:5, 0] = 1
    pixels[1, 3, 5, 1] = 1
    content = study(tmp_path, pixels, grid=COARSE)
    overlay = overlay_of(content)
    grid = edit_grid(overlay, stack_of(content))
    assert len(grid.planes) >= 3, "the file has one slice with anything on it"
    assert np.linalg.norm(grid.affine[:3, :3], axis=0) == pytest.approx(COARSE.spacing_mm)
    steps = np.linalg.solve(grid.affine[:3, :3], np.subtract(COARSE.position(0), grid.affine[:3, 3]))
    assert steps == pytest.approx(np.round(steps), abs=1e-6), "the same lattice"
    assert masks(content)[1].sum() == 6


def test_without_images_the_grid_is_that_of_the_segmentation(tmp_path: Path) -> None:
    content = study(tmp_path, parts())
    assert edit_grid(overlay_of(content), None).shape == (4, *GRID.shape[1:])


def refusal(overlay: Overlay, stack: Stack) -> str:
    with pytest.raises(CannotEdit) as found:
        edit_grid(overlay, stack)
    assert str(found.value) == found.value.issue.text
    return found.value.issue.code


def test_what_cannot_be_edited_says_why(tmp_path: Path) -> None:
    content = study(tmp_path, parts())
    overlay, stack = overlay_of(content), stack_of(content)
    segments = overlay.content
    assert isinstance(segments, Segmentation)
    assert refusal(replace(overlay, content=None), stack) == "edit_no_segment"
    assert refusal(replace(overlay, content=replace(segments, frame_of_reference_uid=None)), stack) == "edit_no_position"
    turned = segments.frames.orientation.copy()
    turned[0] = (0, 1, 0, 0, 0, 1)
    two = replace(segments, frames=replace(segments.frames, orientation=turned))
    assert refusal(replace(overlay, content=two), stack) == "edit_no_grid"
    far = segments.frames.position.copy()
    far[0] += (0, 0, 1e6)
    huge = replace(segments, frames=replace(segments.frames, position=far), rows=4096, columns=4096)
    assert refusal(replace(overlay, content=huge), stack) in ("edit_no_grid", "edit_too_large")
