"""Regular grids of voxels in the patient: a segmentation's own, and that of a stack of images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from viewer.domain.overlay import Overlay
from viewer.domain.registered import move_to
from viewer.domain.registration import as_array
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.geometry.plane import FloatArray, Plane, to_vector
from viewer.geometry.tolerances import REGULAR_RELATIVE, SAME_GRID_PIXELS
from viewer.representations.segmentation_slices import Pile, piles_of

LARGEST_VOXELS = 1 << 31
"""Grids of more voxels are refused: a few positions far apart can ask for any amount of memory."""


_TOO_LARGE = "The grid through all its positions would be too large."

Need = Literal["", "stack", "part", "threshold"]
"""What the user can name so that something goes after all. How it is named, by an option or in a dialog, others say."""


class NoGrid(Exception):
    """There is no regular grid; ``reason`` is a sentence that says why, ``needs`` what would help."""

    def __init__(self, reason: str, needs: Need = "") -> None:
        super().__init__(reason)
        self.reason, self.needs = reason, needs


@dataclass(frozen=True, eq=False)
class VolumeGrid:
    """Equally spaced parallel planes of one shape.

    ``affine`` (4x4) maps (k, j, i, 1) to patient LPS mm. ``notes`` are sentences about what the grid does to the data.
    """

    planes: tuple[Plane, ...]
    affine: FloatArray
    notes: tuple[str, ...] = ()

    @property
    def shape(self) -> tuple[int, int, int]:
        """(slices, rows, columns)."""
        return (len(self.planes), *self.planes[0].shape)


def own_grid(content: Segmentation) -> VolumeGrid:
    """Return the regular grid through all positions of a segmentation; frames that were left out have a place in it.

    Tiles and shifted slices are put side by side. Slices run along the normal, so (i, j, k) is right-handed.

    Raises
    ------
    NoGrid
        When frames have no position, several orientations, or the grid would be too large.
    """
    piles = piles_of(content)
    if not piles:
        return _grid_without_position(content)
    if len(piles) > 1:
        raise NoGrid(f"Its frames have {len(piles)} orientations, so it has no grid of its own.", "stack")
    pile = piles[0]
    sheared = _sheared_grid(pile)
    if sheared is not None:
        return sheared
    corner, shape = _rectangle_around(pile)
    count = int(np.round(np.ptp(pile.offsets_mm) / pile.spacing_mm)) + 1
    if count * shape[0] * shape[1] > LARGEST_VOXELS:
        raise NoGrid(_TOO_LARGE, "stack")
    places = (pile.offsets_mm - pile.offsets_mm[0]) / pile.spacing_mm
    notes: tuple[str, ...] = ()
    if np.abs(places - np.round(places)).max() > max(
        REGULAR_RELATIVE * max(1.0, places.max() / 10), pile.tolerance_mm / pile.spacing_mm
    ):
        notes = ("The distances between its slices are not equal; each slice of the output is the nearest one.",)
    step_mm = float(np.ptp(pile.offsets_mm)) / (count - 1) if count > 1 and not notes else pile.spacing_mm
    first = replace(pile.slices[0].plane, origin=to_vector(corner), shape=shape)
    planes = tuple(first.moved(step_mm * k) for k in range(count))
    return VolumeGrid(planes, _affine(first, np.multiply(first.normal, step_mm)), notes)


def _sheared_grid(pile: Pile) -> VolumeGrid | None:
    """Return the grid of slices that each lie shifted in plane against the one before by the same way (gantry tilt).

    None when they stand square, several share a distance, or their shifts are no multiple of one.
    """
    places = np.round((pile.offsets_mm - pile.offsets_mm[0]) / pile.spacing_mm).astype(int)
    if len(places) < 2 or (np.diff(places) < 1).any():
        return None
    origins = pile.origins
    step = (origins[-1] - origins[0]) / places[-1]
    first = pile.slices[0].plane
    aside = np.abs(first.position_image(origins) - first.position_image(origins[0])).max()
    strays = np.linalg.norm(origins - (origins[0] + places[:, None] * step), axis=1).max()
    allowed_mm = max(SAME_GRID_PIXELS * min(first.spacing_mm), pile.tolerance_mm)
    if aside <= SAME_GRID_PIXELS or strays > allowed_mm:
        return None
    if (places[-1] + 1) * first.shape[0] * first.shape[1] > LARGEST_VOXELS:
        raise NoGrid(_TOO_LARGE, "stack")
    planes = tuple(replace(first, origin=to_vector(origins[0] + k * step)) for k in range(int(places[-1]) + 1))
    return VolumeGrid(planes, _affine(first, step))


def stack_grid(stack: Stack) -> VolumeGrid:
    """Return the grid of a stack, slices in display order; missing slices have a place in it.

    Raises
    ------
    NoGrid
        When the frames of the stack form no regular grid.
    """
    planes = stack.planes
    first = planes[0]
    if len(planes) == 1 or not stack.in_patient_space:
        if len(planes) > 1:
            raise NoGrid("The frames of the stack have no position, so they form no grid.")
        depth_mm = first.thickness_mm if first.thickness_mm > 0 else 1.0
        return VolumeGrid(planes, _affine(first, np.multiply(first.normal, depth_mm)))
    origins = np.array([plane.origin for plane in planes])
    steps = np.diff(origins, axis=0)
    gaps = np.linalg.norm(steps, axis=1)
    if gaps.min() <= 0:
        raise NoGrid("Several frames of the stack lie at one position, so they form no grid.")
    multiples = np.round(gaps / gaps.min())
    step = (origins[-1] - origins[0]) / multiples.sum()
    expected = origins[0] + np.concatenate([[0.0], np.cumsum(multiples)])[:, None] * step
    if np.linalg.norm(expected - origins, axis=1).max() > 2 * REGULAR_RELATIVE * np.linalg.norm(step) + 1e-3:
        raise NoGrid("The slices of the stack are not equally spaced, so they form no grid.")
    count = int(multiples.sum()) + 1
    by_place = dict(zip(np.concatenate([[0], np.cumsum(multiples)]).astype(int).tolist(), planes, strict=True))
    filled = tuple(
        by_place.get(k) or replace(first, origin=to_vector(origins[0] + k * step), image=None) for k in range(count)
    )
    missing = count - len(planes)
    notes = (f"{missing} missing slices of the stack have a place in the output.",) if missing else ()
    return VolumeGrid(filled, _affine(first, step), notes)


def moved_for(overlay: Overlay, grid: VolumeGrid) -> VolumeGrid:
    """Return a grid in an overlay's own space where a registration joins the two, else the grid as it is.

    Raises
    ------
    NoGrid
        When the registration deforms.
    """
    first = grid.planes[0]
    move = move_to(overlay, first.frame_of_reference_uid) if first.in_patient_space else None
    if move is None:
        return grid
    if move.deformation is not None:
        raise NoGrid(f"It is placed through {move.because}, which deforms it; name a stack of its own Frame of Reference.")
    planes = tuple(move.plane_own(plane) for plane in grid.planes)
    notes = (*grid.notes, f"It is placed through {move.because}.")
    turned = np.linalg.inv(as_array(move.matrix)) @ grid.affine
    return VolumeGrid(planes, turned, notes)


def _affine(first: Plane, step: Sequence[float] | FloatArray) -> FloatArray:
    affine = first.affine.copy()
    affine[:3, 0] = step
    return affine


def _rectangle_around(pile: Pile) -> tuple[FloatArray, tuple[int, int]]:
    """Return the first pixel's centre on the lowest slice and the (rows, columns) that hold every slice of a pile."""
    first = pile.slices[0].plane
    starts = np.array([first.position_image(np.asarray(one.plane.origin)) - 0.5 for one in pile.slices])
    lowest = starts.min(axis=0)
    extent = np.ceil(starts.max(axis=0) - lowest - SAME_GRID_PIXELS).astype(int)
    corner = first.point_patient(lowest + 0.5)
    return corner, (first.shape[0] + int(max(extent[1], 0)), first.shape[1] + int(max(extent[0], 0)))


def _grid_without_position(content: Segmentation) -> VolumeGrid:
    """Return the pixel raster of a single frame place: rows and columns in mm when the spacing is stated, else in pixels."""
    images = {tuple((one.sop_instance_uid, one.frames) for one in sources) for sources in content.frames.sources}
    if len(images) != 1 or not any(images):
        raise NoGrid("Its frames have no position, so it has no grid of its own.", "stack")
    spacing = content.spacing_mm or (1.0, 1.0)
    source = content.frames.sources[0][0]
    plane = Plane(
        (0.0, 0.0, 0.0),
        (1.0, 0.0, 0.0),
        (0.0, 1.0, 0.0),
        spacing,
        (content.rows, content.columns),
        in_patient_space=False,
        image=(source.sop_instance_uid, source.frames[0] if source.frames else 1),
    )
    note = "It states no position in the patient; the output starts at 0 and runs along x and y."
    return VolumeGrid((plane,), _affine(plane, (0.0, 0.0, 1.0)), (note,))
