"""The store: decoded frames, display attributes and what lies on planes, bounded in bytes, keyed by identity.

Fulfils ``scene.inputs.SceneInputs``: every question is answered at once, with ``PENDING`` for what is not there. The loader
fills it. All methods belong to the window's thread; job threads never touch the store.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import Cut, FrameKey, InstanceKey
from viewer.domain.issues import Issue
from viewer.domain.overlay import PartMeasure
from viewer.geometry.plane import Plane
from viewer.loading.edited_planes import NO_REFUSALS, EditedOf, EditedPart, EditedPlanes
from viewer.loading.image_volumes import StackVolume
from viewer.representations.image_on_plane import ImageOnPlane
from viewer.representations.on_plane import OnPlane
from viewer.representations.regular_volume import RegularVolume
from viewer.scene.held_bytes import held_bytes
from viewer.scene.inputs import PENDING, Pending, Unavailable
from viewer.scene.remembered import forget_everything
from viewer.scene.volume_inputs import Graphics, PartSurface, SurfaceKey

DeliveredKind = Literal[
    "attributes", "frame", "on_plane", "image_on_plane", "range", "thumbnail", "volume", "surface", "graphics", "edited"
]


@dataclass(frozen=True)
class Delivered:
    """Something came into the store."""

    kind: DeliveredKind
    key: Hashable


Listener = Callable[[Delivered], None]


_BUDGET_SHARE_OF_ATTRIBUTES = 16
_ATTRIBUTES_AT_LEAST = 64
"""So many attributes stay however small the budget is: without them no frame on the screen can be shown."""


class Store:
    """A bounded store.

    Parameters
    ----------
    budget_bytes
        Attributes, frames, plane contents and what is kept elsewhere take at most about this much together; what of them
        was asked for longest ago goes first.
    """

    def __init__(self, *, budget_bytes: int) -> None:
        self.budget_bytes = budget_bytes
        self._attributes: OrderedDict[InstanceKey, ImageAttributes | Unavailable] = OrderedDict()
        self._attribute_bytes = 0
        self._ranges: dict[str, tuple[float, float]] = {}
        self._thumbnails: dict[str, NDArray[np.uint8]] = {}
        self._heavy: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._bytes_elsewhere = 0
        self.let_go = 0
        """How often something was let go."""
        self._in_volume: dict[FrameKey, str] = {}
        self._not_regular: dict[str, Unavailable] = {}
        self._edited = EditedPlanes()
        self._last_surface: dict[tuple[InstanceKey, int], SurfaceKey] = {}
        self._graphics: Graphics | Pending = PENDING
        self._listeners: list[Listener] = []

    @property
    def used_bytes(self) -> int:
        """Bytes held by attributes, frames, plane contents and edited parts, and elsewhere."""
        return self._bytes + self._attribute_bytes + self._bytes_elsewhere + self._edited.held_bytes

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` for everything that is delivered; returns a function that ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def clear(self) -> None:
        """Forget everything (another folder was opened), also what scenes remember of it."""
        self._ranges.clear()
        self._thumbnails.clear()
        self._heavy.clear()
        self.let_go += 1
        self._in_volume.clear()
        self._not_regular.clear()
        self._attributes.clear()
        self._edited.clear()
        self._last_surface.clear()
        self._bytes = self._attribute_bytes = self._bytes_elsewhere = 0
        forget_everything()

    def attributes(self, instance: InstanceKey) -> ImageAttributes | Pending | Unavailable:
        """Return the display attributes of an image instance."""
        found = self._attributes.get(instance)
        if found is None:
            return PENDING
        self._attributes.move_to_end(instance)
        return found

    def frame(self, frame: FrameKey) -> DecodedFrame | Pending | Unavailable:
        """Return the stored values of a frame, or of a plane through a stack whose voxels are there."""
        found: DecodedFrame | Pending | Unavailable = self._recall(frame)
        if not isinstance(found, Pending):
            return found
        if frame.cut is not None:
            return self._cut(frame, frame.cut)
        volume = self._recall(("volume", self._in_volume[frame])) if frame in self._in_volume else PENDING
        return volume.frames.get(frame, PENDING) if isinstance(volume, StackVolume) else PENDING

    def surface(self, key: SurfaceKey) -> PartSurface | Pending | Unavailable:
        """Return the surface of a part; while one of an edited part is being made, the one before."""
        found = self.surface_now(key)
        if key.edits is None or not isinstance(found, Pending):
            return found
        before: PartSurface | Pending | Unavailable = self._recall(self._last_surface.get((key.overlay, key.part), key))
        return before

    def surface_now(self, key: SurfaceKey) -> PartSurface | Pending | Unavailable:
        """Return the surface of a part as its key says, and no other."""
        found: PartSurface | Pending | Unavailable = self._recall(key)
        return found

    def edit_refused(self, overlay: InstanceKey, part: int) -> Issue | None:
        """Return why an edited part is not shown as it was edited; None where it is, or will be."""
        return self._edited.refused(overlay, part)

    def edited_part(self, overlay: InstanceKey, part: int) -> EditedPart | None:
        """Return an edited part that is shown as it was edited; None for any other."""
        return self._edited.part(overlay, part)

    def stack_volume(self, stack_id: str) -> StackVolume | Pending | Unavailable:
        """Return the voxels of a stack as its frames have them."""
        found: StackVolume | Pending | Unavailable = self._recall(("volume", stack_id))
        return found

    def regular_volume(self, stack_id: str) -> RegularVolume | Pending | Unavailable:
        """Return the voxels of a stack as an even grid; a coarse one while all are being read."""
        found = self.whole_regular_volume(stack_id)
        if isinstance(found, Pending):
            coarse: RegularVolume | Pending = self._recall(("coarse", stack_id))
            return coarse
        return found

    def whole_regular_volume(self, stack_id: str) -> RegularVolume | Pending | Unavailable:
        """Return all the voxels of a stack as an even grid."""
        found: RegularVolume | Pending | Unavailable = self._not_regular.get(stack_id) or self._recall(("regular", stack_id))
        if not isinstance(found, Pending):
            return found
        voxels = self.stack_volume(stack_id)
        if isinstance(voxels, StackVolume):
            return PENDING if voxels.even is None else voxels.even
        return voxels

    def graphics(self) -> Graphics | Pending:
        """Return whether OpenGL works here."""
        return self._graphics

    def on_plane(self, overlay: InstanceKey, plane: Plane) -> OnPlane | Pending | Unavailable:
        """Return what of an overlay lies on a plane, its edited parts as they were edited."""
        found: OnPlane | Pending | Unavailable = self._recall((overlay, plane))
        return self._edited.over(overlay, plane, found) if isinstance(found, OnPlane) else found

    def edited_measure(self, overlay: InstanceKey, part: int) -> PartMeasure | None:
        """Return how large an edited part is as it is shown; None for one that is shown as the file has it."""
        return self._edited.measure(overlay, part)

    def image_on_plane(self, stack_id: str, plane: Plane) -> ImageOnPlane | Pending | Unavailable:
        """Return the values of a stack at the pixel centres of a plane in its own Frame of Reference."""
        found: ImageOnPlane | Pending | Unavailable = self._recall((stack_id, plane))
        return found

    def value_range(self, stack_id: str) -> tuple[float, float] | None:
        """Return the 1 % and 99 % percentiles of a stack's values, or None while unknown."""
        return self._ranges.get(stack_id)

    def thumbnail(self, series_key: str) -> NDArray[np.uint8] | None:
        """Return a small picture (rows, columns, 3) of a series, or None while unknown."""
        return self._thumbnails.get(series_key)

    def has(self, key: Hashable) -> bool:
        """Say whether a frame (FrameKey) or plane content ((overlay, plane)) is held; does not count as use."""
        if key in self._heavy:
            return True
        if not isinstance(key, FrameKey):
            return False
        stack_id = key.cut.stack_id if key.cut is not None else self._in_volume.get(key)
        return stack_id is not None and ("volume", stack_id) in self._heavy

    def has_attributes(self, instance: InstanceKey) -> bool:
        """Say whether the attributes of an instance are held; does not count as use."""
        return instance in self._attributes

    @property
    def held(self) -> tuple[Hashable, ...]:
        """The keys of all frames and plane contents, the one used longest ago first."""
        return tuple(self._heavy)

    def drop(self, key: Hashable) -> None:
        """Let go of a frame or plane content."""
        entry = self._heavy.pop(key, None)
        if entry is not None:
            self._bytes -= entry[1]
            self.let_go += 1

    def drop_planes_of(self, overlay: InstanceKey) -> None:
        """Let go of what of an overlay lies on planes: it changed."""
        for key in [one for one in self._heavy if isinstance(one, tuple) and one[0] == overlay]:
            self.drop(key)

    def put_attributes(self, instance: InstanceKey, attributes: ImageAttributes | Unavailable) -> None:
        """Take the display attributes of an instance."""
        known = self._attributes.pop(instance, None)
        self._attribute_bytes += held_bytes(attributes) - (held_bytes(known) if known is not None else 0)
        self._attributes[instance] = attributes
        limit = self.budget_bytes // _BUDGET_SHARE_OF_ATTRIBUTES
        while self._attribute_bytes > limit and len(self._attributes) > _ATTRIBUTES_AT_LEAST:
            self._attribute_bytes -= held_bytes(self._attributes.popitem(last=False)[1])
        self._tell("attributes", instance)

    def put_frame(self, frame: FrameKey, decoded: DecodedFrame | Unavailable) -> None:
        """Take a decoded frame."""
        self._remember(frame, decoded)
        self._tell("frame", frame)

    def put_on_plane(self, overlay: InstanceKey, plane: Plane, content: OnPlane | Unavailable) -> None:
        """Take what of an overlay lies on a plane."""
        self._remember((overlay, plane), content)
        self._tell("on_plane", (overlay, plane))

    def put_image_on_plane(self, stack_id: str, plane: Plane, image: ImageOnPlane | Unavailable) -> None:
        """Take the values of a stack on a plane."""
        self._remember((stack_id, plane), image)
        self._tell("image_on_plane", (stack_id, plane))

    def put_volume(self, stack_id: str, volume: StackVolume | Unavailable) -> None:
        """Take the voxels of a stack; from now on its frames are views of them."""
        if isinstance(volume, StackVolume):
            for frame in volume.frames:
                self._in_volume[frame] = stack_id
                self.drop(frame)
        self._remember(("volume", stack_id), volume)
        self.drop(("coarse", stack_id))
        self._tell("volume", stack_id)

    def put_coarse_volume(self, stack_id: str, volume: RegularVolume) -> None:
        """Take a few voxels of a stack, until there are all."""
        self._remember(("coarse", stack_id), volume)
        self._tell("volume", stack_id)

    def put_regular_volume(self, stack_id: str, volume: RegularVolume | Unavailable) -> None:
        """Take the voxels of a stack, resampled to an even grid."""
        if isinstance(volume, Unavailable):
            # Kept, whatever else comes: it would be made, and refused, again.
            self._not_regular[stack_id] = volume
        else:
            self._remember(("regular", stack_id), volume)
        self._tell("volume", stack_id)

    def put_surface(self, key: SurfaceKey, surface: PartSurface | Unavailable) -> None:
        """Take the surface of a part; those that its edits were before are not asked for again soon."""
        before = self._last_surface.get((key.overlay, key.part))
        if before is not None and before != key and before.edits is not None:
            self.drop(before)
        self._last_surface[key.overlay, key.part] = key
        self._remember(key, surface)
        self._tell("surface", key)

    def put_graphics(self, graphics: Graphics) -> None:
        """Take note of whether OpenGL works here."""
        self._graphics = graphics
        self._tell("graphics", None)

    def put_edited(self, overlay: InstanceKey, parts: EditedOf, refused: Mapping[int, Issue] = NO_REFUSALS) -> None:
        """Take the edited parts of an overlay that are shown, which changed, and why some cannot be."""
        self._edited.put(overlay, parts, refused)
        self._drop_oldest()
        self._tell("edited", overlay)

    def put_value_range(self, stack_id: str, value_range: tuple[float, float]) -> None:
        """Take the percentiles of a stack."""
        self._ranges[stack_id] = value_range
        self._tell("range", stack_id)

    def put_thumbnail(self, series_key: str, picture: NDArray[np.uint8]) -> None:
        """Take a thumbnail (rows, columns, 3)."""
        self._thumbnails[series_key] = picture
        self._tell("thumbnail", series_key)

    def count_elsewhere(self, held_bytes: int) -> None:
        """Take note of the bytes that job threads keep for later (voxels of segmentations): they count like the rest."""
        self._bytes_elsewhere = held_bytes
        self._drop_oldest()

    def _cut(self, frame: FrameKey, cut: Cut) -> DecodedFrame | Pending | Unavailable:
        volume, attributes = self._recall(("volume", cut.stack_id)), self.attributes(frame.instance)
        if not isinstance(volume, StackVolume) or not isinstance(attributes, ImageAttributes):
            return volume if isinstance(volume, Unavailable) else PENDING
        decoded = volume.cut(cut, attributes, frame.index)
        self._remember(frame, decoded)
        return decoded

    def _recall(self, key: Hashable) -> Any:
        entry = self._heavy.get(key)
        if entry is None:
            return PENDING
        self._heavy.move_to_end(key)
        return entry[0]

    def _remember(self, key: Hashable, value: Any) -> None:
        if key in self._heavy:
            self._bytes -= self._heavy.pop(key)[1]
        size = held_bytes(value)
        self._heavy[key] = (value, size)
        self._bytes += size
        self._drop_oldest()

    def _drop_oldest(self) -> None:
        while self.used_bytes > self.budget_bytes and len(self._heavy) > 1:
            _, (_, released) = self._heavy.popitem(last=False)
            self._bytes -= released
            self.let_go += 1

    def _tell(self, kind: DeliveredKind, key: Hashable) -> None:
        for listener in tuple(self._listeners):
            listener(Delivered(kind, key))
