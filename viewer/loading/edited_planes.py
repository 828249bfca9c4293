"""What lies on planes with edited parts in the place of their originals: made when asked for, the last ones kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import PartMeasure
from viewer.geometry.plane import Plane
from viewer.iods.on_plane import overlay_on_plane
from viewer.representations.edited_part import EditedVoxels, with_edited
from viewer.representations.on_plane import OnPlane

_KEPT = 64

EditedOf = Mapping[int, tuple[EditedVoxels, int]]
"""Edited parts by part number, each with the number of its voxels."""


class EditedPlanes:
    """The edited parts that are shown, and what they are on planes. Lives on the window's thread."""

    def __init__(self) -> None:
        self._parts: dict[InstanceKey, EditedOf] = {}
        self._made: OrderedDict[tuple[InstanceKey, Plane], tuple[OnPlane, OnPlane]] = OrderedDict()

    @property
    def held_bytes(self) -> int:
        """Bytes of the voxels."""
        return sum(voxels.padded.nbytes for of_parts in self._parts.values() for voxels, _ in of_parts.values())

    def clear(self) -> None:
        """Forget everything."""
        self._parts.clear()
        self._made.clear()

    def put(self, overlay: InstanceKey, parts: EditedOf) -> None:
        """Take the edited parts of an overlay in place of those before."""
        if parts:
            self._parts[overlay] = parts
        else:
            self._parts.pop(overlay, None)
        for key in [one for one in self._made if one[0] == overlay]:
            del self._made[key]

    def over(self, overlay: InstanceKey, plane: Plane, found: OnPlane) -> OnPlane:
        """Return what lies on a plane with the edited parts of its overlay in their places."""
        parts = self._parts.get(overlay)
        if parts is None:
            return found
        known = self._made.get((overlay, plane))
        if known is not None and known[0] is found:
            self._made.move_to_end((overlay, plane))
            return known[1]
        made = found
        for number, (voxels, _) in parts.items():
            alone = overlay_on_plane(voxels.overlay, plane, voxels.read_frame, volumes_of=voxels.volume)
            made = with_edited(made, alone, number)
        sizes = {number: size for number in parts if (size := self.measure(overlay, number)) is not None}
        made = replace(made, edited=MappingProxyType(sizes))
        self._made[(overlay, plane)] = (found, made)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        return made

    def measure(self, overlay: InstanceKey, part: int) -> PartMeasure | None:
        """Return how large an edited part is; None where there is none."""
        found = self._parts.get(overlay, {}).get(part)
        if found is None:
            return None
        voxels, count = found
        voxel_ml = abs(float(np.linalg.det(voxels.grid.affine[:3, :3]))) / 1000
        return PartMeasure(count, count * voxel_ml, "edited: voxels x voxel volume", state="ok" if count else "empty")
