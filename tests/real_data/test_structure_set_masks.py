"""Masks of every real structure set against PIL's polygons at eight times the resolution, within one boundary voxel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from scipy import ndimage

from viewer.app.commands.opening import open_library
from viewer.domain.binding import bind
from viewer.domain.library import Library
from viewer.domain.stack import Stack
from viewer.domain.structure_set import RegionOfInterest, StructureSet
from viewer.geometry.plane import Plane
from viewer.iods.registry import read_overlay
from viewer.representations.rasterise import rasterise_roi

pytestmark = pytest.mark.real_data

STRUCTURE_SETS = (
    ("rt-bad-references", "invalid_reference_rt.dcm", 4),
    ("rt-bad-references", "non_existent_reference_rt.dcm", 4),
    ("rt-bad-references", "rt.dcm", 1),
    ("rt-dose-dicompyler", "rtss.dcm", 1),
    ("rt-ibsi-lung-keyhole", "DCM_RS_00056.dcm", 1),
    ("rt-phantom-oncentra", "RS1.3.6.1.4.1.2452.6.727319383.1116259385.3336283576.3074434425.dcm", 7),
)
"""Folder, file, and how many of its ROIs fill something on the stack it is meant for, else on the first."""

FINER = 8


@pytest.mark.parametrize(("folder", "file", "filled"), STRUCTURE_SETS, ids=[file[:20] for _, file, _ in STRUCTURE_SETS])
def test_masks_agree_with_an_independent_rasteriser_within_one_boundary_voxel(
    real_data: Path, folder: str, file: str, filled: int
):
    library = open_library([real_data / folder])
    header = next(one for one in library.instances if Path(one.source.path).name == file)
    overlay = read_overlay(header)
    assert isinstance(overlay.content, StructureSet)
    stack = _stack(library, bind(overlay, library).default_stack_id)
    with_voxels = 0
    for roi in overlay.content.rois:
        mask = rasterise_roi(roi, stack.planes)
        with_voxels += bool(mask.any())
        for k, plane in enumerate(stack.planes):
            expected, edge = _witness(roi, plane)
            far = (mask[k] != expected) & ~edge
            assert not far.any(), f"ROI {roi.number} on slice {k}: {far.sum()} voxels differ away from the contour"
    assert with_voxels == filled


def _stack(library: Library, stack_id: str | None) -> Stack:
    stack = library.stack(stack_id) if stack_id else library.stacks[0]
    assert stack is not None
    return stack


def _witness(roi: RegionOfInterest, plane: Plane) -> tuple[np.ndarray, np.ndarray]:
    """Return even-odd filling of the contours at the plane's height, and the voxels within one of a contour."""
    rows, columns = plane.shape
    fine = np.zeros((rows * FINER, columns * FINER), dtype=bool)
    edge = np.zeros((rows, columns), dtype=bool)
    for contour in roi.closed:
        if abs(contour.points[0, 2] - plane.origin[2]) > 0.01 or len(contour.points) < 3:
            continue
        positions = plane.position_image(contour.points)
        picture = Image.new("1", (columns * FINER, rows * FINER))
        ImageDraw.Draw(picture).polygon([tuple(point) for point in positions * FINER - 0.5], fill=1, outline=1)
        fine ^= np.asarray(picture)
        line = Image.new("1", (columns, rows))
        closed = [tuple(point) for point in np.concatenate([positions, positions[:1]]) - 0.5]
        ImageDraw.Draw(line).line(closed, fill=1)
        edge |= np.asarray(line)
    coarse = fine.reshape(rows, FINER, columns, FINER).mean(axis=(1, 3)) >= 0.5
    return coarse, ndimage.binary_dilation(edge, np.ones((3, 3)))
