"""Reads the pixels that reported numbers were taken from: inside regions of reports, inside segments and contours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.carriers import Carrier, name_of_carrier
from viewer.domain.coverage import coverage
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey
from viewer.domain.overlay import FrameNotRead, Overlay
from viewer.domain.real_world_map import RealWorldMap
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem, Report
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.domain.value_stack import stack_for_values
from viewer.domain.value_unit import ValueUnit
from viewer.geometry.plane import FloatArray, Plane
from viewer.imaging.colour import takes_window
from viewer.imaging.padding import padding_mask
from viewer.imaging.reported_scale import OtherUnit, ScaledValues, scaled_values
from viewer.loading.readers import Readers
from viewer.reading.state import Content
from viewer.representations.part_shape import PartShape
from viewer.representations.part_voxels import PartVoxels
from viewer.representations.recompute import NotRecomputed
from viewer.representations.region_pixels import pixels_by_rows, pixels_in_ellipsoid, pixels_in_region
from viewer.representations.region_values import RegionValues
from viewer.representations.reported_values import images_of
from viewer.representations.volume_grid import NoGrid, VolumeGrid, own_grid, stack_grid

Mask = NDArray[np.bool_]
T = TypeVar("T")

_MOST_VALUES: Final = 1 << 26
"""Of so many pixels inside one part no statistic is taken: half a gigabyte would be held for it."""
_LEAST_SHARE: Final = 0.95
"""Of a part's volume that must lie on opened images, so that its values are those of the part."""
_ACROSS_MM: Final = 0.01
_KEPT: Final = 4


class PixelNumbers:
    """Fulfils ``number_checks.Pixels``. What was read last is kept: a report gives several numbers of one region.

    Parameters
    ----------
    content
        What the files say, measured.
    check
        Called between frames; what it raises ends the work.
    """

    def __init__(self, content: Content, readers: Readers, *, check: Callable[[], None] = lambda: None) -> None:
        self._content, self._readers, self._check = content, readers, check
        self._shapes: dict[object, PartShape | NotRecomputed] = {}
        self._values: dict[object, RegionValues | NotRecomputed] = {}

    def shape_of(self, carrier: Carrier, frames: tuple[int, ...]) -> PartShape:
        """Return the shape of a part, on the object's own grid or that of the stack that contours lie on."""
        return self._read(self._shapes, (carrier.key, frames), lambda: self._shape(carrier, frames))

    def values_in_part(self, carriers: Sequence[Carrier], images: Sequence[ImageReference], unit: ValueUnit) -> RegionValues:
        """Return the values inside parts of one object."""
        key = (tuple(one.key for one in carriers), tuple(images), unit)
        return self._read(self._values, key, lambda: self._in_part(carriers, images, unit))

    def values_in_region(self, region: ContentItem, report: Overlay, unit: ValueUnit) -> RegionValues:
        """Return the values inside a region of a report: on the image that it names, or where it lies in the patient."""
        key = (report.instance, region.position, unit)
        return self._read(self._values, key, lambda: self._in_region(region, report, unit))

    def values_of_image(self, image: ImageReference, unit: ValueUnit) -> RegionValues:
        """Return all values of an image."""

        def read() -> RegionValues:
            key, plane = self._image((image,))
            found = self._frame_values(key, plane, np.ones(plane.shape, dtype=bool), unit)
            if not len(found.values):
                raise NotRecomputed("no pixel of the image has a value")
            return RegionValues(found.values, f"of {len(found.values)} pixels, all of the image", found.name, found.allowed)

        return self._read(self._values, (image, unit), read)

    @staticmethod
    def _read(known: dict[object, T | NotRecomputed], key: object, work: Callable[[], T]) -> T:
        """Return what is known, or read it; why it cannot be had is remembered like what was found."""
        found = known.get(key)
        if found is None:
            try:
                found = work()
            except NotRecomputed as reason:
                found = reason
            except NoGrid as refused:
                found = NotRecomputed(refused.reason.rstrip("."))
            except OtherUnit as reason:
                found = NotRecomputed(str(reason))
            except (FrameNotRead, UnreadableDataset) as failure:
                found = NotRecomputed(f"its pixels cannot be read: {str(failure).rstrip('.')}")
            while len(known) >= _KEPT:
                known.pop(next(iter(known)))
            known[key] = found
        if isinstance(found, NotRecomputed):
            raise NotRecomputed(str(found))
        return found

    # --- segments and contours --------------------------------------------------------------------------------------

    def _shape(self, carrier: Carrier, frames: tuple[int, ...]) -> PartShape:
        overlay = carrier.overlay
        voxels = PartVoxels(overlay, [carrier.part.number], self._readers.read_frame_of(overlay))
        grid: VolumeGrid
        if frames:
            grid = voxels.grid_of_frames([frame - 1 for frame in frames])
        elif isinstance(overlay.content, Segmentation):
            grid = own_grid(overlay.content)
        else:
            stack = self._default_stack(overlay)
            if stack is None:
                raise NotRecomputed("the contours lie on no opened images, so there is no grid to measure them on")
            grid = stack_grid(stack)
        found = voxels.shape(grid, check=self._check)
        if found is None:
            raise NotRecomputed("nothing lies in the segment")
        return found

    def _in_part(self, carriers: Sequence[Carrier], images: Sequence[ImageReference], unit: ValueUnit) -> RegionValues:
        overlay = carriers[0].overlay
        numbers = [one.part.number for one in carriers if one.overlay is overlay]
        if len(numbers) < len(carriers):
            raise NotRecomputed("it was measured in segments of several objects")
        stack = self._stack_of(overlay, images)
        if stack is None:
            raise NotRecomputed("the images that it was measured on are not among the opened files")
        voxels = PartVoxels(overlay, numbers, self._readers.read_frame_of(overlay))
        touched = np.zeros(len(stack.frames), dtype=bool)
        for number, frames in coverage(overlay, stack).items():
            if number in numbers:
                touched |= frames
        collected = _Collected(stack)
        for place in np.flatnonzero(touched).tolist():
            self._check()
            mask = voxels.on(stack.planes[place])
            if mask.any():
                collected.add(self._frame_values(stack.frames[place], stack.planes[place], mask, unit), mask)
        self._expect_whole(carriers, collected)
        return collected.result(f"in {', '.join(map(name_of_carrier, carriers))}")

    def _expect_whole(self, carriers: Sequence[Carrier], collected: _Collected) -> None:
        """Raise NotRecomputed when a part of a segment lies on no opened image."""
        volumes = [
            measure.volume_ml if measure is not None else None
            for one in carriers
            for measure in [self._content.measures.get(one.key[0], {}).get(one.part.number)]
        ]
        known = [volume for volume in volumes if volume]
        if collected.volume_ml is None or len(known) < len(volumes):
            return
        share = collected.volume_ml / sum(known)
        if share < _LEAST_SHARE and (len(carriers) == 1 or collected.volume_ml < max(known)):
            raise NotRecomputed(f"only {100 * share:.0f} % of the segment lies on opened images")

    def _stack_of(self, overlay: Overlay, images: Sequence[ImageReference]) -> Stack | None:
        """Return the stack of the images that are named, else the one that an overlay lies on; None when neither serves."""
        library = self._content.library
        named = {
            place[0]: None
            for image in images[:_KEPT]
            for key in library.instances_with_uid(image.sop_instance_uid)
            for place in [library.place_of(FrameKey(key, (image.frames or (1,))[0] - 1))]
            if place is not None
        }
        for stack_id in named:
            found = stack_for_values(overlay, library, stack_id)
            if found is not None:
                return found
        return None if images else self._default_stack(overlay)

    def _default_stack(self, overlay: Overlay) -> Stack | None:
        binding = self._content.bindings.get(overlay.instance)
        return stack_for_values(overlay, self._content.library, binding.default_stack_id if binding is not None else None)

    # --- regions of reports -----------------------------------------------------------------------------------------

    def _in_region(self, region: ContentItem, report: Overlay, unit: ValueUnit) -> RegionValues:
        data = np.array(region.graphic_data, dtype=float)
        if not len(data) or not np.isfinite(data).all():
            raise NotRecomputed("the region has coordinates that are no numbers")
        if region.value_type == "SCOORD3D":
            return self._in_space(region, data[: len(data) // 3 * 3].reshape(-1, 3), report, unit)
        assert isinstance(report.content, Report)
        if region.pixel_origin == "VOLUME":
            raise NotRecomputed("values of a whole slide are not read")
        key, plane = self._image(images_of(region, report.content))
        points = data[: len(data) // 2 * 2].reshape(-1, 2)
        return self._on_image(region, points, key, plane, unit)

    def _image(self, images: Sequence[ImageReference]) -> tuple[FrameKey, Plane]:
        library = self._content.library
        found = library.instances_with_uid(images[0].sop_instance_uid) if images else ()
        if not found:
            raise NotRecomputed("the image is not among the opened files" if images else "the region names no image")
        if len(found) > 1:
            raise NotRecomputed("several opened files claim to be the image")
        key = FrameKey(found[0], (images[0].frames or (1,))[0] - 1)
        place = library.place_of(key)
        stack = library.stack(place[0]) if place is not None else None
        if place is None or stack is None:
            raise NotRecomputed("the image is in no stack")
        return key, stack.planes[place[1]]

    def _on_image(
        self, region: ContentItem, points: FloatArray, key: FrameKey, plane: Plane, unit: ValueUnit
    ) -> RegionValues:
        mask = pixels_in_region(region.graphic_type, points, plane.shape, plane.spacing_mm)
        if mask is None:
            raise NotRecomputed(f"a region of this shape ({region.graphic_type.lower()}) has no inside")
        if not mask.any():
            raise NotRecomputed("no pixel has its centre in the region")
        found = self._frame_values(key, plane, mask, unit)
        rows = pixels_by_rows(region.graphic_type, points, plane.shape)
        otherwise: tuple[tuple[str, NDArray[np.float64]], ...] = ()
        if rows is not None and rows.any() and not np.array_equal(rows, mask):
            values = self._frame_values(key, plane, rows, unit).values
            how = f"of {len(values)} pixels, those between rounded ends row by row as dwv takes them"
            otherwise = ((how, values),) if len(values) else ()
        if not len(found.values):
            raise NotRecomputed("no pixel in the region has a value")
        where = f"of {len(found.values)} pixels with their centres in the {region.graphic_type.lower()}"
        return RegionValues(found.values, where, found.name, found.allowed, otherwise)

    def _in_space(self, region: ContentItem, points: FloatArray, report: Overlay, unit: ValueUnit) -> RegionValues:
        stack = self._stack_in_space(region, report)
        if region.graphic_type == "ELLIPSOID" and len(points) == 6:
            collected = _Collected(stack)
            for place, plane in enumerate(stack.planes):
                self._check()
                mask = pixels_in_ellipsoid(points, plane)
                if mask.any():
                    collected.add(self._frame_values(stack.frames[place], plane, mask, unit), mask)
            return collected.result("in the ellipsoid")
        place, _ = stack.nearest_place(points.mean(axis=0))
        plane = stack.planes[place]
        reach = max(plane.thickness_mm, stack.spacing_mm[0] or 0.0) / 2 + _ACROSS_MM
        if float(np.abs(plane.distance_mm(points)).max()) > reach:
            raise NotRecomputed("the region lies on no slice of the opened images")
        return self._on_image(region, plane.position_image(points), stack.frames[place], plane, unit)

    def _stack_in_space(self, region: ContentItem, report: Overlay) -> Stack:
        """Return the grey stack in the Frame of Reference of a region: that which the report lies on, else the only one."""
        library, binding = self._content.library, self._content.bindings.get(report.instance)
        patient = library.patient_of(report.instance).key
        there = [
            stack
            for stack in library.stacks
            if stack.in_patient_space
            and stack.pyramid is None
            and stack.frame_of_reference_uid == region.frame_of_reference_uid
            and library.patient_of(stack.frames[0].instance).key == patient
        ]
        chosen = [stack for stack in there if binding is not None and stack.id == binding.default_stack_id]
        if not there:
            raise NotRecomputed("no opened images lie in the Frame of Reference of the region")
        if not chosen and len(there) > 1:
            raise NotRecomputed("several opened series share the Frame of Reference, and the report does not say which")
        return (chosen or there)[0]

    # --- values -----------------------------------------------------------------------------------------------------

    def _frame_values(self, key: FrameKey, plane: Plane, mask: Mask, unit: ValueUnit) -> ScaledValues:
        """Return the values of a frame where a mask says so, without padding and what is no number."""
        attributes, frame = self._readers.attributes(key.instance), self._readers.frame(key)
        if not isinstance(attributes, ImageAttributes):
            raise FrameNotRead(attributes.issue)
        if not isinstance(frame, DecodedFrame):
            raise FrameNotRead(frame.issue)
        if not takes_window(attributes) or frame.stored.ndim != 2:
            raise NotRecomputed("the image is in colour")
        if frame.stored.shape != mask.shape:
            raise NotRecomputed("the image has not the size that its header states")
        mappings = [
            mapping
            for overlay in self._content.overlays.values()
            if isinstance(overlay.content, RealWorldMap) and plane.image is not None
            for mapping in overlay.content.of_image(*plane.image)
        ]
        inside = mask & ~padding_mask(frame, attributes)
        found = scaled_values(frame.stored[inside], attributes, key.index, unit, mappings)
        return ScaledValues(found.values[np.isfinite(found.values)], found.name, found.allowed)


class _Collected:
    """Values of several slices of a stack."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._values: list[NDArray[np.float64]] = []
        self._pixels = self._held = 0
        self._name, self._allowed = "", 0.0

    def add(self, found: ScaledValues, mask: Mask) -> None:
        self._pixels += int(np.count_nonzero(mask))
        self._held += len(found.values)
        if self._held > _MOST_VALUES:
            raise NotRecomputed("it has too many pixels")
        self._values.append(found.values)
        self._name, self._allowed = self._name or found.name, max(self._allowed, found.allowed)

    @property
    def volume_ml(self) -> float | None:
        """Volume of the pixels; None where the stack states no distances."""
        between, rows, columns = self._stack.spacing_mm
        if not between or not rows or not columns:
            return None
        return self._pixels * between * rows * columns / 1000

    def result(self, where: str) -> RegionValues:
        if not self._held:
            raise NotRecomputed("no pixel of the opened images has its centre there")
        values = np.concatenate(self._values)
        return RegionValues(values, f"of {self._held} pixels {where}", self._name, self._allowed)
