"""A reading of one small stack with overlays put on its planes by hand: what a scene needs, without a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from tests.synthetic.attributes import ct_attributes
from viewer.domain.binding import Binding, LiesOn
from viewer.domain.image_attributes import DecodedFrame, FrameValues, ImageAttributes, Window
from viewer.domain.instance import FrameHeader, FrameKey, InstanceHeader, InstanceKey, Source
from viewer.domain.library import Library, Patient, Series, Study
from viewer.domain.overlay import Overlay, Part
from viewer.domain.presentation import PresentationState
from viewer.domain.provenance import Origin, Provenance
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.reading.state import Content, Pane, ReadingState
from viewer.representations.image_on_plane import ImageOnPlane
from viewer.representations.on_plane import FractionPicture, LabelPicture, OnPlane
from viewer.scene.inputs import PENDING, Pending, Unavailable

ROWS, COLUMNS = 7, 11
SPACING = (0.5, 0.25)
FOR = "1.2.3.4"
STACK = "1.2.3#1"


def ramp_pixels(rows: int = ROWS, columns: int = COLUMNS) -> NDArray[np.uint16]:
    """An image without any symmetry: every pixel has its own value."""
    return np.arange(rows * columns, dtype=np.uint16).reshape(rows, columns) * 3 + 5


def plane_of(place: int, shape: tuple[int, int] = (ROWS, COLUMNS), spacing_mm: tuple[float, float] = SPACING) -> Plane:
    """The plane of frame ``place`` (0-based): axial, anisotropic, 2.5 mm apart, from the head down."""
    return Plane(
        origin=(-30.0, -20.0, 100.0 - 2.5 * place),
        axis_column=(1.0, 0.0, 0.0),
        axis_row=(0.0, 1.0, 0.0),
        spacing_mm=spacing_mm,
        shape=shape,
        frame_of_reference_uid=FOR,
        thickness_mm=2.5,
        image=(f"1.9.{place}", 1),
    )


def image_attributes(**changes: object) -> ImageAttributes:
    """CT attributes of 16 bits with a window that shows every value of ``ramp_pixels`` differently."""
    window = FrameValues(windows=(Window(128.0, 256.0),))
    return ct_attributes(ROWS, COLUMNS, **{"signed": False, "frames": (window,), **changes})


@dataclass
class FakeInputs:
    """A store that holds what the test put in."""

    frames: dict[FrameKey, DecodedFrame | Pending | Unavailable] = field(default_factory=dict)
    shown: dict[InstanceKey, ImageAttributes | Pending | Unavailable] = field(default_factory=dict)
    planes: dict[tuple[InstanceKey, Plane], OnPlane | Pending | Unavailable] = field(default_factory=dict)
    images: dict[tuple[str, Plane], ImageOnPlane | Pending | Unavailable] = field(default_factory=dict)

    def attributes(self, instance: InstanceKey) -> ImageAttributes | Pending | Unavailable:
        return self.shown.get(instance, PENDING)

    def frame(self, frame: FrameKey) -> DecodedFrame | Pending | Unavailable:
        return self.frames.get(frame, PENDING)

    def value_range(self, stack_id: str) -> tuple[float, float] | None:
        return None

    def on_plane(self, overlay: InstanceKey, plane: Plane) -> OnPlane | Pending | Unavailable:
        return self.planes.get((overlay, plane), OnPlane())

    def image_on_plane(self, stack_id: str, plane: Plane) -> ImageOnPlane | Pending | Unavailable:
        return self.images.get((stack_id, plane), PENDING)


def overlay_of(name: str, parts: Mapping[int, tuple[int, int, int]], **changes: object) -> Overlay:
    """An overlay with one part for each number and colour."""
    key = Source("file", name).key
    plain = Overlay(
        instance=key,
        sop_instance_uid=f"1.7.{name}",
        series_instance_uid="1.7",
        patient_id="P",
        kind="segmentation",
        subtype="BINARY",
        label=name,
        provenance=Provenance(algorithm_type="AUTOMATIC"),
        parts=tuple(Part(number, f"part {number}", color, origin=Origin.AI) for number, color in parts.items()),
        content=PresentationState(label=name, description="", images=()),
        frame_of_reference_uids=(FOR,),
        references=(),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def one_stack(
    images: Sequence[NDArray[np.generic]],
    overlays: Sequence[tuple[Overlay, Mapping[int, OnPlane]]] = (),
    attributes: ImageAttributes | None = None,
    spacing_mm: tuple[float, float] = SPACING,
) -> tuple[ReadingState, FakeInputs]:
    """Return a state whose one pane shows the first of ``images``, and the inputs; overlays by place in the stack."""
    shape = (int(images[0].shape[0]), int(images[0].shape[1]))
    headers = tuple(
        InstanceHeader(
            source=Source("file", f"image{place}"),
            file_size=1000,
            sop_instance_uid=f"1.9.{place}",
            sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
            transfer_syntax_uid="1.2.840.10008.1.2.1",
            study_instance_uid="1.1",
            series_instance_uid="1.2.3",
            patient_id="P",
            patient_name="Phantom^Synthetic",
            frames=(FrameHeader(pixel_spacing_mm=spacing_mm),),
            rows=shape[0],
            columns=shape[1],
        )
        for place in range(len(images))
    )
    stack = Stack(
        id=STACK,
        series_key="s",
        label="",
        frames=tuple(FrameKey(header.key) for header in headers),
        planes=tuple(plane_of(place, shape, spacing_mm) for place in range(len(images))),
        orientation="axial",
        regular=True,
        spacing_mm=(2.5, *spacing_mm),
        origin=(-30.0, -20.0, 100.0),
        frame_of_reference_uid=FOR,
        rows=shape[0],
        columns=shape[1],
    )
    series = Series("s", "1.2.3", "CT", 3, "Phantom", "1.2.840.10008.5.1.4.1.1.2", "image", headers, (stack,))
    study = Study("t", "1.1", "20260102", "", "Torso", (series,))
    library = Library((Patient("p", "P", "Phantom^Synthetic", "", "", (study,)),))
    found = {overlay.instance: overlay for overlay, _ in overlays}
    lies = LiesOn(STACK, "frame_of_reference", default=True, frames=(0, len(images) - 1), because="Same space.")
    content = Content(
        library=library,
        overlays=MappingProxyType(found),
        bindings=MappingProxyType({key: Binding(key, (lies,)) for key in found}),
    )
    inputs = FakeInputs()
    for header, pixels in zip(headers, images, strict=True):
        inputs.frames[FrameKey(header.key)] = DecodedFrame(pixels, whole=shape[0])
        inputs.shown[header.key] = attributes or image_attributes(rows=shape[0], columns=shape[1])
    for overlay, places in overlays:
        for place, on_plane in places.items():
            inputs.planes[overlay.instance, stack.planes[place]] = on_plane
    return ReadingState(content=content, panes=(Pane(STACK),)), inputs


def labels_on(plane: Plane, labels: NDArray[np.uint8], parts: tuple[int, ...]) -> OnPlane:
    """A plane content of one label picture on the plane's own grid."""
    return OnPlane(labels=(LabelPicture(plane, labels, parts),), parts_here=frozenset(parts))


def fractions_on(plane: Plane, fractions: NDArray[np.float32], part: int = 1) -> OnPlane:
    """A plane content of one fraction picture on the plane's own grid."""
    return OnPlane(fractions=(FractionPicture(plane, fractions, part),), parts_here=frozenset((part,)))
