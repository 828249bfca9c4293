"""A part that is being edited, as a segmentation of its own whose frames are in memory: it is drawn and measured as any is.

Decided
    The voxels are those of the segmentation's own lattice, continued over the images that it lies on: a brush may go where
    no frame of the original is.
    A probability is edited as the mask that was seen: the voxels that reach the threshold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import Overlay, Part, ReadFrame
from viewer.domain.registered import bent_onto, stack_for
from viewer.domain.segmentation import Segmentation, SegmentationFrames
from viewer.domain.stack import Stack
from viewer.representations.covering_grid import covering
from viewer.representations.label_volume import LabelVolume
from viewer.representations.labelmap import fractions_on_grid, labels_on_grid
from viewer.representations.on_plane import FractionPicture, LabelPicture, OnPlane
from viewer.representations.part_codes import bits_are_readable, part_codes
from viewer.representations.pile_levels import PileLevels
from viewer.representations.segmentation_slices import piles_of
from viewer.representations.slice_source import SliceSource
from viewer.representations.tiled_labels import is_tiled
from viewer.representations.volume_grid import NoGrid, VolumeGrid, own_grid
from viewer.representations.voxel_box import VoxelBox

Mask = NDArray[np.bool_]

LARGEST_VOXELS = 1 << 29
"""A part with more is not edited: its voxels are kept whole, one byte each."""
_SLICES_REMEMBERED = 4
_THRESHOLD_EDGE = 1e-6


class CannotEdit(Exception):
    """A part cannot be edited; ``issue`` says why."""

    def __init__(self, why: Issue) -> None:
        super().__init__(why.text)
        self.issue = why


def refused(code: str, **parameters: object) -> CannotEdit:
    """Return the refusal with a sentence of the table of Issues."""
    return CannotEdit(issue(code, "warning", **parameters))


def edit_grid(overlay: Overlay, stack: Stack | None) -> VolumeGrid:
    """Return the voxels that an edit of a segmentation may change: its lattice, over all of the images that it lies on.

    Parameters
    ----------
    stack
        The images; None where none are open.

    Raises
    ------
    CannotEdit
        It is no segmentation with a place in the patient, has no regular grid, is placed by a deformation, or is too large.
    """
    content = overlay.content
    if not isinstance(content, Segmentation):
        raise refused("edit_no_segment")
    if content.frame_of_reference_uid is None or not piles_of(content) or not bits_are_readable(content):
        raise refused("edit_no_position")
    if is_tiled(content):
        raise refused("edit_slide")
    if stack is not None and bent_onto(overlay, stack) is not None:
        raise refused("edit_deformed")
    try:
        grid = own_grid(content)
        if stack is not None and stack.in_patient_space:
            own = stack_for(overlay, stack)
            # The whole pixels of the images, not only their centres: a coarser lattice has its centres elsewhere.
            edges = np.concatenate([own.planes[0].corners_patient(), own.planes[-1].corners_patient()])
            grid = covering(grid, edges)
    except NoGrid as reason:
        raise refused("edit_no_grid") from reason
    if float(np.prod(np.array(grid.shape, dtype=float))) > LARGEST_VOXELS:
        raise refused("edit_too_large")
    return grid


def part_mask(
    overlay: Overlay,
    number: int,
    grid: VolumeGrid,
    read_frame: ReadFrame,
    *,
    threshold: float = 0.5,
    check: Callable[[float], None] = lambda _: None,
) -> Mask:
    """Return the voxels (k, j, i) of a part on a grid, as the file has them; a probability from ``threshold`` on.

    ``check`` is called with the part done; what it raises, and what ``read_frame`` raises, is passed on.
    """
    content = overlay.content
    if not isinstance(content, Segmentation):
        raise TypeError("The overlay has no segmentation")
    source = SliceSource(content, read_frame, part_codes(overlay, (number,)), remembered=_SLICES_REMEMBERED)
    mask = np.zeros(grid.shape, bool)
    for k, plane in enumerate(grid.planes):
        check(k / len(grid.planes))
        if content.type == "FRACTIONAL":
            fractions = fractions_on_grid(source, plane).get(number)
            if fractions is not None:
                mask[k] = (fractions > 0) & (fractions >= threshold - _THRESHOLD_EDGE)
            continue
        for layer in labels_on_grid(source, plane):
            mask[k] |= layer != 0
    return mask


@dataclass(frozen=True, eq=False)
class EditedVoxels:
    """The voxels of an edited part. ``padded`` is (k + 2, j + 2, i + 2), with nothing on all six faces."""

    part: Part
    grid: VolumeGrid
    overlay: Overlay
    """The part as a segmentation of its own, with one frame for every slice of the grid."""
    padded: Mask

    @staticmethod
    def of(overlay: Overlay, number: int, grid: VolumeGrid, mask: Mask) -> EditedVoxels:
        """Return the voxels of a part that are (k, j, i) on a grid."""
        padded = np.zeros(tuple(size + 2 for size in mask.shape), bool)
        padded[1:-1, 1:-1, 1:-1] = mask
        return EditedVoxels(overlay.part(number), grid, _alone(overlay, number, grid), padded)

    @property
    def mask(self) -> Mask:
        """The voxels (k, j, i), a view."""
        return self.padded[1:-1, 1:-1, 1:-1]

    def read_frame(self, index: int) -> NDArray[np.generic]:
        """Return a slice as the frame that it is."""
        found: NDArray[np.generic] = self.mask[index]
        return found

    def volume(self, source: SliceSource) -> tuple[LabelVolume | None, ...]:
        """Return the voxels as planes that cross the slices ask for them."""
        content = self.overlay.content
        pile = piles_of(content)[0] if isinstance(content, Segmentation) else None
        levels = PileLevels.of(pile) if pile is not None else None
        if levels is None:
            return (None,)
        # The slices of a grid follow one another along its normal, as levels do.
        return (LabelVolume(levels, (VoxelBox((-1, -1, -1), self.padded.view(np.uint8)),), source.codes),)


def _alone(overlay: Overlay, number: int, grid: VolumeGrid) -> Overlay:
    content = overlay.content
    assert isinstance(content, Segmentation)
    first, count = grid.planes[0], len(grid.planes)
    step_mm = float(np.linalg.norm(grid.affine[:3, 0] @ np.asarray(first.normal)))
    frames = SegmentationFrames(
        np.full(count, number, np.int32),
        np.array([plane.origin for plane in grid.planes], float),
        np.tile([*first.axis_column, *first.axis_row], (count, 1)).astype(float),
        ((),) * count,
    )
    own = Segmentation(
        "BINARY",
        first.shape[0],
        first.shape[1],
        frames,
        tuple(one for one in content.segments if one.number == number),
        first.spacing_mm,
        step_mm,
        content.frame_of_reference_uid,
        bits_allocated=8,
    )
    return replace(overlay, content=own, parts=(overlay.part(number),), places=None)


def with_edited(found: OnPlane, edited: OnPlane, number: int) -> OnPlane:
    """Return what lies on a plane with one part replaced by what was made of it."""
    labels = (*(_without(picture, number) for picture in found.labels), *edited.labels)
    fractions: tuple[FractionPicture, ...] = tuple(one for one in found.fractions if one.part != number)
    outlines = (*(one for one in found.outlines if one.part != number), *edited.outlines)
    shapes = (*(one for one in found.shapes if one.part != number), *edited.shapes)
    here = (found.parts_here - {number}) | edited.parts_here
    return replace(found, labels=labels, fractions=fractions, outlines=outlines, shapes=shapes, parts_here=here)


def _without(picture: LabelPicture, number: int) -> LabelPicture:
    if number not in picture.parts:
        return picture
    own = picture.labels == picture.parts.index(number) + 1
    if not own.any():
        return picture
    left = picture.labels.copy()
    left[own] = 0
    return replace(picture, labels=left)
