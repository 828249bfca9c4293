"""The voxels of every segment of an edited segmentation, with its edits: for what is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from viewer.domain.edit import PartEdits
from viewer.domain.overlay import Overlay
from viewer.domain.stack import Stack
from viewer.loading.edited_parts import image_values_on
from viewer.loading.edited_planes import EditedPart, ShownVoxels
from viewer.loading.readers import Readers
from viewer.representations.edited import Mask, Values, edited_box
from viewer.representations.edited_part import EditedVoxels, edit_grid, part_mask
from viewer.representations.volume_grid import VolumeGrid


@dataclass(frozen=True, eq=False)
class EditedMasks:
    """A segmentation as it was edited.

    Parameters
    ----------
    edits
        By part number.
    threshold
        From which fraction on a voxel of a FRACTIONAL segment counts that was not edited.
    """

    overlay: Overlay
    images: Stack | None
    edits: Mapping[int, PartEdits]
    threshold: float
    grid: VolumeGrid
    readers: Readers

    @staticmethod
    def of(
        overlay: Overlay, images: Stack | None, edits: Mapping[int, PartEdits], threshold: float, readers: Readers
    ) -> EditedMasks:
        """Return the voxels of a segmentation; raises CannotEdit when it has none that can be edited."""
        return EditedMasks(overlay, images, edits, threshold, edit_grid(overlay, images), readers)

    def mask_of(self, number: int, check: Callable[[float], None] = lambda _: None) -> Mask:
        """Return the voxels (k, j, i) of a part, edited or not; raises FrameNotRead."""
        edits = self.edits.get(number)
        threshold = self.threshold if edits is None else edits.threshold
        read_frame = self.readers.read_frame_of(self.overlay)
        mask = part_mask(self.overlay, number, self.grid, read_frame, threshold=threshold, check=check)
        for edit in edits.edits if edits is not None else ():
            found = edited_box(mask, self.grid, edit, self._values_on)
            if found is not None:
                box, after = found
                mask[box] = after
        return mask

    def shown(self) -> dict[int, EditedPart]:
        """Return the edited parts as pictures show them; raises FrameNotRead."""
        found: dict[int, EditedPart] = {}
        for number, edits in self.edits.items():
            mask = self.mask_of(number)
            voxels = EditedVoxels.of(self.overlay, number, self.grid, mask)
            found[number] = ShownVoxels(voxels, int(mask.sum()), edits.edits)
        return found

    def _values_on(self, grid: VolumeGrid) -> Values | None:
        return image_values_on(self.overlay, self.images, grid, self.readers)
