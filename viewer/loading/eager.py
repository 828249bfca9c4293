"""The store's place where nobody waits for a window: reads when asked. For the command line and for tests."""

from __future__ import annotations

from types import TracebackType

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.geometry.plane import Plane
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.edited_planes import EditedOf, EditedPlanes
from viewer.loading.graphics import try_graphics
from viewer.loading.readers import Readers
from viewer.reading.value_layers import stack_of_values
from viewer.representations.image_on_plane import ImageOnPlane
from viewer.representations.on_plane import OnPlane
from viewer.representations.regular_volume import RegularVolume, regular_volume
from viewer.scene.inputs import Unavailable
from viewer.scene.volume_inputs import Graphics, PartSurface, SurfaceKey


class EagerInputs:
    """Fulfils ``scene.inputs.SceneInputs`` by reading at once; nothing is ever pending. Use as a context manager."""

    def __init__(self, library: Library, overlays: dict[InstanceKey, Overlay]) -> None:
        self._library = library
        self._overlays = overlays
        self._worker = DecodeWorker()
        self.readers = Readers(library, self._worker)
        self._edited = EditedPlanes()
        self._graphics: Graphics | None = None
        self._ranges: dict[str, tuple[float, float] | None] = {}

    def __enter__(self) -> EagerInputs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._worker.close()

    def start_decoder(self) -> None:
        """Start the process that decodes compressed frames, while something else is being done."""
        self._worker.start()

    def attributes(self, instance: InstanceKey) -> ImageAttributes | Unavailable:
        """Return the display attributes of an image instance."""
        return self.readers.attributes(instance)

    def frame(self, frame: FrameKey) -> DecodedFrame | Unavailable:
        """Return the stored values of a frame."""
        return self.readers.frame(frame)

    def value_range(self, stack_id: str) -> tuple[float, float] | None:
        """Return the percentiles of a stack."""
        if stack_id not in self._ranges:
            stack = stack_of_values(self._library, self._overlays.values(), stack_id)
            self._ranges[stack_id] = self.readers.value_range(stack) if stack else None
        return self._ranges[stack_id]

    def show_edited(self, overlay: InstanceKey, parts: EditedOf) -> None:
        """Show parts of an overlay as the reader edited them."""
        self._edited.put(overlay, parts)

    def on_plane(self, overlay: InstanceKey, plane: Plane) -> OnPlane | Unavailable:
        """Return what of an overlay lies on a plane, its edited parts as they were edited."""
        found = self.readers.on_plane(self._overlays[overlay], plane)
        return self._edited.over(overlay, plane, found) if isinstance(found, OnPlane) else found

    def image_on_plane(self, stack_id: str, plane: Plane) -> ImageOnPlane | Unavailable:
        """Return the values of a stack on a plane of its own space; raises KeyError for a stack that is not open."""
        stack = stack_of_values(self._library, self._overlays.values(), stack_id)
        if stack is None:
            raise KeyError(stack_id)
        return self.readers.image_on_plane(stack, plane).image

    def surface(self, key: SurfaceKey) -> PartSurface | Unavailable:
        """Return the surface of a part, of all voxels."""
        mesh = self.readers.surface(self._overlays[key.overlay], key, None)
        return mesh if isinstance(mesh, Unavailable) else PartSurface(mesh, mesh)

    def regular_volume(self, stack_id: str) -> RegularVolume | Unavailable:
        """Return the voxels of a stack as an even grid."""
        found = self.readers.stack_volume(stack_id)
        return found if isinstance(found, Unavailable) else regular_volume(found.volume)

    def graphics(self) -> Graphics:
        """Return whether 3D pictures can be made on this machine; tried once."""
        if self._graphics is None:
            self._graphics = try_graphics()
        return self._graphics
