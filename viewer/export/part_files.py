"""Parts of any object as a file that other programs open: voxels, surfaces, or a segmentation in the other form of DICOM.

The one way for the window and for ``overread mask``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from viewer.domain.binding import Binding
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay, ReadFrame, expect_frames
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.domain.structure_set import StructureSet
from viewer.export.converted_segmentation import Target, converted_segmentation, write_dicom
from viewer.export.masks import Mask, segmentation_mask, structure_set_mask, surface_mask, write_mask
from viewer.export.mesh_files import NamedMesh, surfaces_of, write_surfaces
from viewer.export.meshes import surface_of, write_stl
from viewer.export.new_objects import CannotWrite
from viewer.export.value_masks import brings_values, stack_of_object, value_mask
from viewer.representations.volume_grid import NoGrid, VolumeGrid, moved_for, own_grid, stack_grid

VOXELS: Final = (".nii.gz", ".nrrd", ".npz")
SURFACES: Final = (".stl", ".ply", ".gltf")
ENDINGS: Final = (*VOXELS, *SURFACES, ".dcm")


@dataclass(frozen=True)
class PartOrder:
    """What to write.

    Parameters
    ----------
    overlay, binding
        The object, as it is together with the others, and where it lies.
    part
        Number of one part; None for all but a background.
    stack
        Whose grid is used; None: the object's own, or that of the images it lies on.
    threshold
        Makes 0 and 1 of fractions.
    form
        Of a file ending in .dcm.
    """

    overlay: Overlay
    binding: Binding
    path: Path
    part: int | None = None
    stack: Stack | None = None
    threshold: float | None = None
    form: Target | None = None


def can_be_written(overlay: Overlay) -> bool:
    """Say whether an object, or its parts, have voxels or surfaces."""
    return isinstance(overlay.content, Segmentation | StructureSet) or bool(overlay.meshes) or brings_values(overlay)


def part_mask(library: Library, order: PartOrder, read_frame: ReadFrame) -> tuple[Mask, VolumeGrid]:
    """Return the voxels that an order asks for, and the grid they are on.

    Raises
    ------
    CannotWrite
        The object has neither voxels nor surfaces, or lies on nothing whose grid could be taken.
    NoGrid, KeyError, FrameNotRead
        See ``masks.segmentation_mask``.
    """
    overlay, part, content = order.overlay, order.part, order.overlay.content
    if not can_be_written(overlay):
        raise CannotWrite("The object is no segmentation, structure set, surface, dose or map.")
    if isinstance(content, Segmentation) and order.stack is None:
        grid = own = own_grid(content)
    elif brings_values(overlay) and order.stack is None:
        grid = own = _grid_of_values(library, overlay)
    else:
        grid = stack_grid(_stack(library, order))
        own = moved_for(overlay, grid)
        _refuse_another_space(overlay, part, own.planes[0].frame_of_reference_uid)
    if isinstance(content, Segmentation):
        mask = segmentation_mask(overlay, read_frame, own, part=part, threshold=order.threshold)
    elif isinstance(content, StructureSet):
        mask = structure_set_mask(overlay, own, part=part)
    elif brings_values(overlay):
        surface = order.path.name.lower().endswith(SURFACES)
        mask = value_mask(library, overlay, read_frame, own, part=part, inside=surface)
    else:
        mask = surface_mask(overlay, own, part=part)
    # The voxels are those of the grid that was asked for, wherever a registration took its planes.
    return replace(mask, affine=grid.affine), grid


def write_parts(
    library: Library, order: PartOrder, read_frame: ReadFrame, check: Callable[[float], None] = lambda _: None
) -> Mask | None:
    """Write what an order asks for; return the mask it was made of, None for surfaces that the object itself has.

    Parameters
    ----------
    check
        Called with the part done, 0 to 1; what it raises ends the writing, and no file is left.

    Raises
    ------
    CannotWrite, NoGrid, KeyError, FrameNotRead
        As ``part_mask`` and ``converted_segmentation``.
    OSError
        When the file cannot be written.
    """
    name, overlay = order.path.name.lower(), order.overlay
    if name.endswith(SURFACES) and overlay.meshes and order.stack is None:
        chosen = [part for part in overlay.parts if order.part in (None, part.number) and part.number in overlay.meshes]
        write_surfaces([NamedMesh(one.label, overlay.meshes[one.number], one.color) for one in chosen], order.path)
        return None
    count = _frames(overlay)
    mask, grid = part_mask(library, order, _Counted(read_frame, count, check))
    check(1.0)
    if order.form is not None:
        if not isinstance(overlay.content, Segmentation):
            raise CannotWrite("Only a segmentation is converted to DICOM.")
        placed = (overlay, order.binding)
        write_dicom(converted_segmentation(library, placed, mask, grid, to=order.form), order.path)
    elif name.endswith(".stl"):
        # One body around all parts together: an STL has neither names nor colours.
        write_stl(surface_of(mask), order.path)
    elif name.endswith(SURFACES):
        write_surfaces(surfaces_of(mask, {part.number: part.color for part in overlay.parts}), order.path)
    else:
        write_mask(mask, order.path)
    return mask


def _grid_of_values(library: Library, overlay: Overlay) -> VolumeGrid:
    try:
        return stack_grid(stack_of_object(library, overlay))
    except NoGrid as refused:
        raise NoGrid(refused.reason, "stack") from refused


def _refuse_another_space(overlay: Overlay, part: int | None, frame_of_reference_uid: str | None) -> None:
    """Refuse a stack on which nothing of what is asked for can lie: voxels that are all 0 would say that it is empty."""
    if isinstance(overlay.content, StructureSet):
        chosen = [roi for roi in overlay.content.rois if part in (None, roi.number)]
        lies = any(roi.lies_in(frame_of_reference_uid) for roi in chosen) or not chosen
    else:
        spaces = overlay.frame_of_reference_uids
        lies = not spaces or frame_of_reference_uid is None or frame_of_reference_uid in spaces
    if not lies:
        what = "The object" if part is None else f"Part {part}"
        raise CannotWrite(
            f"{what} lies in another Frame of Reference than that stack, and no registration joins the two.",
            "stack",
        )


def _stack(library: Library, order: PartOrder) -> Stack:
    default = order.binding.default_stack_id
    stack = order.stack or (library.stack(default) if default is not None else None)
    if stack is None:
        raise CannotWrite("The object lies on no opened stack; open its images.", "stack")
    return stack


def _frames(overlay: Overlay) -> int:
    return len(overlay.content.frames.segment_number) if isinstance(overlay.content, Segmentation) else 0


class _Counted:
    """A ReadFrame that tells how far it is, and still hears what will be asked of it."""

    def __init__(self, read_frame: ReadFrame, count: int, check: Callable[[float], None]) -> None:
        self._read_frame, self._count, self._check = read_frame, max(count, 1), check
        self._read = 0

    def __call__(self, index: int) -> NDArray[np.generic]:
        self._check(min(self._read / self._count, 1.0))
        self._read += 1
        return self._read_frame(index)

    def expect(self, frames: Sequence[int]) -> None:
        """Pass on which frames come next."""
        expect_frames(self._read_frame, frames)
