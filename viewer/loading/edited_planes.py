"""What lies on planes with edited parts in the place of their originals: made when asked for, the last ones kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from viewer.domain.edit import Edit, PartEdits
from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue
from viewer.domain.mesh import Mesh
from viewer.domain.overlay import Overlay, PartMeasure
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.geometry.plane import Plane
from viewer.iods.on_plane import overlay_on_plane
from viewer.iods.surfaces import overlay_surface
from viewer.reading.content import Content
from viewer.reading.edited_numbers import part_as_edited
from viewer.representations.contour import measure_structure_set
from viewer.representations.edited_part import EditedVoxels, with_edited
from viewer.representations.on_plane import OnPlane
from viewer.representations.part_codes import part_codes
from viewer.representations.slice_source import SliceSource

_KEPT = 64


NO_REFUSALS: Mapping[int, Issue] = MappingProxyType({})


class EditedPart(Protocol):
    """A part as the reader edited it."""

    @property
    def held_bytes(self) -> int:
        """Bytes in memory."""

    @property
    def measure(self) -> PartMeasure:
        """How large it is."""

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What was done to it."""

    def surface(self, frame_of_reference_uid: str, most_voxels: int | None) -> Mesh:
        """Return its surface in patient mm of a Frame of Reference; see ``iods.surfaces.overlay_surface``."""

    def on_plane(self, plane: Plane) -> OnPlane:
        """Return what of it lies on a plane."""


EditedOf = Mapping[int, EditedPart]
"""Edited parts by part number."""


@dataclass(frozen=True, eq=False)
class ShownVoxels:
    """The voxels of a segment after some edits; ``count`` are set."""

    voxels: EditedVoxels
    count: int
    edits: tuple[Edit, ...]

    @property
    def held_bytes(self) -> int:
        """Bytes in memory."""
        return self.voxels.padded.nbytes

    @property
    def measure(self) -> PartMeasure:
        """How large it is."""
        voxel_ml = abs(float(np.linalg.det(self.voxels.grid.affine[:3, :3]))) / 1000
        method = "edited: voxels x voxel volume"
        return PartMeasure(self.count, self.count * voxel_ml, method, state="ok" if self.count else "empty")

    def on_plane(self, plane: Plane) -> OnPlane:
        """Return what of it lies on a plane."""
        return overlay_on_plane(self.voxels.overlay, plane, self.voxels.read_frame, volumes_of=self.voxels.volume)

    def surface(self, frame_of_reference_uid: str, most_voxels: int | None) -> Mesh:
        """Return its surface in patient mm of a Frame of Reference."""
        overlay, content = self.voxels.overlay, self.voxels.overlay.content
        assert isinstance(content, Segmentation)
        source = SliceSource(content, self.voxels.read_frame, part_codes(overlay))
        volumes = tuple((volume, None) for volume in self.voxels.volume(source) if volume is not None)
        number = self.voxels.part.number
        return overlay_surface(overlay, number, frame_of_reference_uid, volumes=volumes, most_voxels=most_voxels)


@dataclass(frozen=True, eq=False)
class ShownPoints:
    """The contours or lines of a part, as an overlay of its own."""

    alone: Overlay
    edits: tuple[Edit, ...]

    @staticmethod
    def of(content: Content, overlay: InstanceKey, number: int, edits: PartEdits) -> ShownPoints:
        """Return a part of a structure set or report as it was edited."""
        return ShownPoints(part_as_edited(content, overlay, number, edits), edits.edits)

    @property
    def held_bytes(self) -> int:
        """Bytes in memory: the points are few."""
        return 0

    @cached_property
    def measure(self) -> PartMeasure:
        """How large it is."""
        if not isinstance(self.alone.content, StructureSet):
            return PartMeasure(None, None)
        return measure_structure_set(self.alone).get(self.alone.parts[0].number, PartMeasure(None, None))

    def on_plane(self, plane: Plane) -> OnPlane:
        """Return what of it lies on a plane."""
        return overlay_on_plane(self.alone, plane, _no_frame)

    def surface(self, frame_of_reference_uid: str, most_voxels: int | None) -> Mesh:
        """Return its surface in patient mm of a Frame of Reference."""
        number = self.alone.parts[0].number
        return overlay_surface(self.alone, number, frame_of_reference_uid, most_voxels=most_voxels)


def _no_frame(index: int) -> NDArray[np.generic]:
    raise IndexError(index)


class EditedPlanes:
    """The edited parts that are shown, and what they are on planes. Lives on the window's thread."""

    def __init__(self) -> None:
        self._parts: dict[InstanceKey, EditedOf] = {}
        self._refused: dict[InstanceKey, Mapping[int, Issue]] = {}
        self._made: OrderedDict[tuple[InstanceKey, Plane], tuple[OnPlane, OnPlane]] = OrderedDict()

    @property
    def held_bytes(self) -> int:
        """Bytes of the edited parts."""
        return sum(part.held_bytes for of_parts in self._parts.values() for part in of_parts.values())

    def clear(self) -> None:
        """Forget everything."""
        self._parts.clear()
        self._refused.clear()
        self._made.clear()

    def put(self, overlay: InstanceKey, parts: EditedOf, refused: Mapping[int, Issue] = NO_REFUSALS) -> None:
        """Take the edited parts of an overlay in place of those before, and why some cannot be shown."""
        self._refused[overlay] = refused
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
        for number, part in parts.items():
            made = with_edited(made, part.on_plane(plane), number)
        made = replace(made, edited=MappingProxyType({number: part.measure for number, part in parts.items()}))
        self._made[(overlay, plane)] = (found, made)
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        return made

    def part(self, overlay: InstanceKey, part: int) -> EditedPart | None:
        """Return an edited part; None where there is none."""
        return self._parts.get(overlay, {}).get(part)

    def refused(self, overlay: InstanceKey, part: int) -> Issue | None:
        """Return why an edited part cannot be shown; None where it can."""
        return self._refused.get(overlay, NO_REFUSALS).get(part)

    def measure(self, overlay: InstanceKey, part: int) -> PartMeasure | None:
        """Return how large an edited part is; None where there is none."""
        found = self.part(overlay, part)
        return found.measure if found is not None else None
