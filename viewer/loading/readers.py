"""Reads attributes, frames and plane contents of a library, from any thread, remembering what is costly to open."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.byte_reader import ByteReader, BytesUnavailable, open_stored
from viewer.dicom.datasets import UnreadableDataset
from viewer.dicom.frames import FrameReader, is_plain
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.dose import Dose
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes, OverlayPlane
from viewer.domain.instance import Cut, FrameKey, InstanceHeader, InstanceKey
from viewer.domain.issues import issue
from viewer.domain.library import Library
from viewer.domain.mesh import Mesh
from viewer.domain.overlay import FilledRows, FrameNotRead, Overlay, ReadFrame
from viewer.domain.presentation import PresentationState
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.imaging.choices import image_values, percentile_range
from viewer.imaging.colour import takes_window
from viewer.imaging.shown_values import modality_picture
from viewer.iods.on_plane import overlay_on_plane
from viewer.iods.surfaces import isodose_surface, overlay_surface, placing
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.frames_ahead import FramesAhead
from viewer.loading.image_volumes import StackVolume, build_volume
from viewer.loading.kept import Kept
from viewer.loading.kept_masks import KeptMasks
from viewer.representations.image_on_plane import ImageOnPlane, Values, sampled_image
from viewer.representations.label_volume import LabelVolume
from viewer.representations.labelmap import follows_voxels
from viewer.representations.on_plane import OnPlane
from viewer.representations.part_codes import part_codes
from viewer.representations.part_surfaces import Boxes, boxes_of
from viewer.representations.preview_surfaces import preview_surfaces
from viewer.representations.segmentation_volumes import NotBuilt, SegmentationVolumes, Volume, VolumesOf
from viewer.representations.slice_source import SliceSource
from viewer.scene.inputs import PENDING, Pending, Unavailable
from viewer.scene.volume_inputs import PartSurface, SurfaceKey

_FEW_PIXELS = 1 << 20
_ATTRIBUTES_BYTES = 64 << 20
_OPEN_READERS = 64
_VOLUME_BYTES = 512 << 20
_RANGE_SAMPLES = 12
_RANGE_VALUES = 40_000


@dataclass(frozen=True)
class FusedImage:
    """An image on a plane, and the frames that were decoded on the way, by their place in the stack."""

    image: ImageOnPlane | Unavailable
    read: Mapping[int, DecodedFrame | Unavailable]


class _PlainFrames:
    """A ReadFrame over frames that need no decoding. For one thread and one task: it holds the file open once it was read.

    Parameters
    ----------
    header
        Of the instance.
    reader
        Returns what reads its frames; called when the first one is asked for.
    """

    def __init__(self, header: InstanceHeader, reader: Callable[[], FrameReader]) -> None:
        self._header = header
        self._made = reader

    def __call__(self, index: int) -> NDArray[np.generic]:
        """Return the stored values of a frame; raises FrameNotRead."""
        return self._reader.read_raw(index)

    def filled_rows(self, index: int) -> FilledRows:
        """Return the rows of a frame in which something is; raises FrameNotRead."""
        return self._reader.filled_rows(index, self._opened)

    @cached_property
    def _reader(self) -> FrameReader:
        return self._made()

    @cached_property
    def _opened(self) -> ByteReader | None:
        try:
            return open_stored(self._header.source)
        except BytesUnavailable:
            # Each frame says so by itself.
            return None


class Readers:
    """Reading of one library's pixels. Thread-safe.

    Parameters
    ----------
    library
        What is open.
    worker
        Decodes compressed frames in a process of its own; started when first needed.
    volumes
        Keeps the voxels of segmentations that planes cut across.
    """

    def __init__(self, library: Library, worker: DecodeWorker, volumes: SegmentationVolumes | None = None) -> None:
        self._library = library
        self._worker = worker
        self._volumes = volumes or SegmentationVolumes(_VOLUME_BYTES)
        self._masks = KeptMasks()
        self._lock = threading.Lock()
        self._attributes: Kept[InstanceKey, ImageAttributes | Unavailable] = Kept(_ATTRIBUTES_BYTES)
        self._readers: OrderedDict[InstanceKey, FrameReader] = OrderedDict()
        self._stack_volumes: dict[str, StackVolume | Unavailable] = {}
        self._boxes: WeakKeyDictionary[LabelVolume, Boxes] = WeakKeyDictionary()

    def attributes(self, instance: InstanceKey) -> ImageAttributes | Unavailable:
        """Return the display attributes of an image instance, or why there are none."""
        known = self._attributes.get(instance)
        if known is not None:
            return known
        read: ImageAttributes | Unavailable
        try:
            read = read_image_attributes(self._library.instance(instance))
        except UnreadableDataset as error:
            read = Unavailable(issue("damaged", "error", reason=str(error)))
        return self._attributes.keep(instance, read)

    def is_quick(self, key: FrameKey) -> bool:
        """Say whether a frame takes no longer than to read its bytes, and these are few."""
        header = self._library.instance(key.instance)
        return is_plain(header) and header.rows * header.columns <= _FEW_PIXELS

    def frame_bytes(self, key: FrameKey) -> int:
        """Return about how many bytes a frame takes once it is read: 16 bits a pixel is what most have."""
        header = self._library.instance(key.instance)
        return header.rows * header.columns * 2

    def frame(self, key: FrameKey) -> DecodedFrame | Unavailable:
        """Return the stored values of a frame, or of a plane through its stack, or why there are none."""
        if key.cut is not None:
            return self._cut(key, key.cut)
        header = self._library.instance(key.instance)
        attributes = self.attributes(key.instance)
        if isinstance(attributes, Unavailable):
            return attributes
        try:
            if is_plain(header):
                return self._reader(header, attributes).read(key.index)
            return self._worker.decode(header, attributes, key.index)
        except FrameNotRead as error:
            return Unavailable(error.issue)

    def read_frame_of(self, overlay: Overlay) -> ReadFrame:
        """Return the function that reads the frames of an overlay's own instance (a SEG); it raises FrameNotRead."""
        header = self._library.instance(overlay.instance)
        if is_plain(header):
            return _PlainFrames(header, lambda: self._reader(header, None))
        attributes = self.attributes(overlay.instance)
        if isinstance(attributes, ImageAttributes):
            return FramesAhead(header, attributes, self._worker, self._masks)
        why = attributes.issue

        def refuse(_: int) -> NDArray[np.generic]:
            raise FrameNotRead(why)

        return refuse

    def on_plane(self, overlay: Overlay, plane: Plane) -> OnPlane | Unavailable:
        """Return what of an overlay lies on a plane, or why that cannot be said; builds the voxels that this takes."""
        return self._on_plane(overlay, plane, self._volumes.built)

    def on_plane_at_hand(self, overlay: Overlay, plane: Plane) -> OnPlane | Unavailable | Pending:
        """Return the same as ``on_plane``, or PENDING when that takes voxels which ``build_volumes`` has yet to make."""
        try:
            return self._on_plane(overlay, plane, self._volumes.held)
        except NotBuilt:
            return PENDING

    def on_plane_at_once(self, overlay: Overlay, plane: Plane) -> OnPlane | None:
        """Return the same where that takes no longer than to paint it: labels cut along voxels that are there. Else None."""
        if not isinstance(overlay.content, Segmentation) or not follows_voxels(overlay.content, plane):
            return None
        try:
            found = self._on_plane(overlay, plane, self._volumes.kept)
        except NotBuilt:
            return None
        return found if isinstance(found, OnPlane) else None

    @property
    def segmentation_bytes(self) -> int:
        """Bytes of the voxels of segmentations that are kept."""
        return self._volumes.used_bytes

    def build_volumes(self, overlay: Overlay, *, check: Callable[[float], None]) -> None:
        """Build the voxels of a segmentation; ``check`` is called with the part done, and what it raises ends it."""
        if isinstance(overlay.content, Segmentation):
            source = SliceSource(overlay.content, self.read_frame_of(overlay), part_codes(overlay))
            self._volumes.built(source, check=check)

    def _on_plane(self, overlay: Overlay, plane: Plane, volumes_of: VolumesOf) -> OnPlane | Unavailable:
        planes = self._image_planes(overlay, plane)
        try:
            return overlay_on_plane(overlay, plane, self.read_frame_of(overlay), image_planes=planes, volumes_of=volumes_of)
        except FrameNotRead as error:
            return Unavailable(error.issue)

    def _image_planes(self, overlay: Overlay, plane: Plane) -> tuple[OverlayPlane, ...]:
        """Return the 60xx planes of the image that a plane is, where a presentation state may switch them on."""
        if not isinstance(overlay.content, PresentationState) or plane.image is None:
            return ()
        for key in self._library.instances_with_uid(plane.image[0]):
            attributes = self.attributes(key)
            if isinstance(attributes, ImageAttributes):
                return attributes.overlay_planes
        return ()

    def surface(
        self,
        overlay: Overlay,
        key: SurfaceKey,
        most_voxels: int | None,
        *,
        check: Callable[[float], None] = lambda _: None,
    ) -> Mesh | Unavailable:
        """Return the surface of a part, or why there is none; builds the voxels that this takes.

        ``most_voxels`` is for previews; see ``part_surfaces.part_surface``.
        """
        content = overlay.content
        if isinstance(content, Dose):
            try:
                return isodose_surface(overlay, key.part, key.frame_of_reference_uid, self.read_frame_of(overlay))
            except FrameNotRead as error:
                return Unavailable(error.issue)
        found: list[tuple[Volume, Boxes | None]] = []
        if isinstance(content, Segmentation):
            source = SliceSource(content, self.read_frame_of(overlay), part_codes(overlay))
            volumes = self._volumes.built(source, check=check)
            if any(volume is None for volume in volumes) or not volumes:
                return Unavailable(issue("surface_not_made", "warning"))
            found = [(volume, self._boxes_of(volume)) for volume in volumes if volume is not None]
        threshold = key.threshold if key.threshold is not None else 0.5
        return overlay_surface(
            overlay,
            key.part,
            key.frame_of_reference_uid,
            volumes=tuple(found),
            threshold=threshold,
            most_voxels=most_voxels,
        )

    def previews(
        self, overlay: Overlay, keys: Sequence[SurfaceKey], most_voxels: int, *, check: Callable[[float], None]
    ) -> Iterator[tuple[SurfaceKey, PartSurface | Unavailable]]:
        """Yield the surfaces of parts of a segmentation that is not FRACTIONAL, as coarse as so many voxels are.

        They are of one Frame of Reference. Those of small parts are whole.
        """
        assert isinstance(overlay.content, Segmentation)
        source = SliceSource(overlay.content, self.read_frame_of(overlay), part_codes(overlay))
        volumes = self._volumes.built(source, check=check)
        volume = volumes[0] if len(volumes) == 1 else None
        key_of = {key.part: key for key in keys}
        place = placing(overlay, keys[0].part, keys[0].frame_of_reference_uid)
        if isinstance(volume, LabelVolume) and place is not None:
            with ThreadPoolExecutor(1) as beside:
                # Whoever comes next needs them; small parts do already while the large ones are made.
                boxes = beside.submit(self._boxes_of_labels, volume)
                for number, preview in preview_surfaces(volume, key_of, boxes=boxes.result, most_voxels=most_voxels):
                    check(0.0)
                    mesh = place(preview.mesh)
                    yield key_of[number], PartSurface(mesh, mesh if preview.is_whole else None)
            return
        for key in keys:
            check(0.0)
            found = self.surface(overlay, key, most_voxels // len(keys))
            yield key, PartSurface(found) if isinstance(found, Mesh) else found

    def _cut(self, key: FrameKey, cut: Cut) -> DecodedFrame | Unavailable:
        """Cut a plane through a stack, whose voxels stay for the next one: for those who have no store."""
        attributes, volume = self.attributes(key.instance), self.stack_volume(cut.stack_id)
        if isinstance(attributes, Unavailable):
            return attributes
        return volume if isinstance(volume, Unavailable) else volume.cut(cut, attributes, key.index)

    def stack_volume(self, stack_id: str) -> StackVolume | Unavailable:
        """Return the voxels of a stack, which are built when nobody asked for them before."""
        known = self._stack_volumes.get(stack_id)
        if known is None:
            stack = self._library.stack(stack_id)
            if stack is None:
                return Unavailable(issue("reslice_no_position", "info"))
            built = build_volume(stack, lambda key: (self.attributes(key.instance), self.frame(key)))
            known = self._stack_volumes[stack_id] = built
        return known

    def _boxes_of(self, volume: Volume) -> Boxes | None:
        return self._boxes_of_labels(volume) if isinstance(volume, LabelVolume) else None

    def _boxes_of_labels(self, volume: LabelVolume) -> Boxes:
        known = self._boxes.get(volume)
        if known is None:
            known = self._boxes[volume] = boxes_of(volume)
        return known

    def image_on_plane(
        self, stack: Stack, plane: Plane, held: Mapping[int, DecodedFrame] = MappingProxyType({})
    ) -> FusedImage:
        """Return the values of a stack on a plane of its own space, and the frames that had to be read for it.

        Parameters
        ----------
        held
            Frames that are decoded already, by their 0-based place in the stack.
        """
        read: dict[int, DecodedFrame | Unavailable] = {}

        def values_of(place: int) -> Values | None:
            key = stack.frames[place]
            frame = held.get(place) or read.setdefault(place, self.frame(key))
            attributes = self.attributes(key.instance)
            if isinstance(frame, Unavailable) or isinstance(attributes, Unavailable):
                return None
            return modality_picture(frame, attributes, index=key.index)

        nearest = stack.frames[stack.nearest_place(plane.corners_patient().mean(axis=0))[0]]
        attributes = self.attributes(nearest.instance)
        if isinstance(attributes, Unavailable):
            return FusedImage(attributes, read)
        if not takes_window(attributes):
            return FusedImage(Unavailable(issue("fusion_colour", "info")), read)
        values = sampled_image(stack, values_of, plane, crisp=attributes.bits_stored == 1)
        why = next((one for one in read.values() if isinstance(one, Unavailable)), None)
        if why is not None and not np.isfinite(values).any():
            return FusedImage(why, read)
        return FusedImage(ImageOnPlane(values, attributes, nearest.index), read)

    def value_range(self, stack: Stack) -> tuple[float, float] | None:
        """Return the range a default window spans, from evenly spaced frames of a stack; None when no frame has values."""
        frames = stack.frames if stack.pyramid is None else stack.pyramid.overview_frames
        chosen = np.unique(np.linspace(0, len(frames) - 1, _RANGE_SAMPLES).round().astype(int))
        samples: list[NDArray[np.float32]] = []
        modality = ""
        for place in chosen:
            key = frames[place]
            attributes = self.attributes(key.instance)
            if isinstance(attributes, Unavailable) or attributes.samples_per_pixel > 1:
                continue  # Colour has no window: a dozen frames of a video would be sought out for nothing.
            frame = self.frame(key)
            if isinstance(frame, Unavailable):
                continue
            modality = attributes.modality
            values = image_values(frame, attributes, index=key.index)
            samples.append(values[:: max(1, values.size // _RANGE_VALUES)])
        return percentile_range(samples, modality)

    def _reader(self, header: InstanceHeader, attributes: ImageAttributes | None) -> FrameReader:
        with self._lock:
            known = self._readers.get(header.key)
            if known is not None:
                self._readers.move_to_end(header.key)
                return known
        made = FrameReader(header, attributes) if attributes is not None else FrameReader.of(header)
        with self._lock:
            self._readers[header.key] = made
            while len(self._readers) > _OPEN_READERS:
                self._readers.popitem(last=False)
        return made
