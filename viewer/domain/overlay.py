"""An overlay: what one object brings besides images, cut into parts that can be switched one by one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, Literal, Protocol, cast, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from viewer.domain.bulk_annotations import BulkAnnotations
from viewer.domain.color_palette import ColorPalette
from viewer.domain.document import Document
from viewer.domain.dose import Dose, PlanFacts
from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue
from viewer.domain.mesh import Mesh
from viewer.domain.parametric_map import ParametricMap
from viewer.domain.presentation import PresentationState
from viewer.domain.provenance import Origin, Provenance
from viewer.domain.real_world_map import RealWorldMap
from viewer.domain.references import ImageReference
from viewer.domain.registration import Move, Registration
from viewer.domain.report import Report
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.domain.surface_segmentation import SurfaceSegmentation
from viewer.domain.waveform import Waveform

OverlayKind = Literal[
    "segmentation",
    "structure_set",
    "presentation_state",
    "report",
    "parametric_map",
    "key_objects",
    "dose",
    "surface_segmentation",
    "registration",
    "real_world_value_map",
    "bulk_annotations",
    "plan",
    "color_palette",
    "waveform",
    "document",
    "other",
]
PartState = Literal["ok", "empty", "not_described", "background", "unreadable"]


@dataclass(frozen=True)
class Part:
    """A segment, ROI, graphic layer or annotation: one row of the layers panel.

    ``number`` is unique in the object: Segment Number, ROI Number, or a running number.
    """

    number: int
    label: str
    color: tuple[int, int, int]
    color_stated: bool = False
    category: str = ""
    type: str = ""
    region: str = ""
    laterality: str = ""
    algorithm_type: str = ""
    tracking_uid: str = ""
    origin: Origin = Origin.NOT_STATED
    state: PartState = "ok"
    visible_by_default: bool = True
    shown_when_asked_for: bool = False
    """Off at first, but its maker leaves it to the reader to look at it: going to it shows it."""
    dashed: bool = False
    """The colour is a repeated one of the palette; the outline is dashed to tell it apart."""
    item: str = ""
    """Report item this part shows."""
    items: tuple[str, ...] = ()
    """Report items that, with all below them, say what it is."""
    opacity: float = 1.0
    """Opacity (0..1) that the object asks for."""
    count: int | None = None
    """How many annotations a group has; None for other parts."""


@dataclass(frozen=True, eq=False)
class Places:
    """Where the parts of an overlay lie, by column: n places.

    ``part`` is (n,) part numbers, -1 when a place may hold any part (LABELMAP). ``corners`` is (n, 4, 3) patient mm of the
    place's bounding rectangle, NaN where it has no position. ``images`` has one reference tuple a place.
    """

    part: NDArray[np.int32]
    corners: NDArray[np.float64]
    images: tuple[tuple[ImageReference, ...], ...]

    def rows_of(self, part: int) -> NDArray[np.intp]:
        """Return the places that hold a part or may hold it, in their order."""
        order, numbers = self._by_part
        own, anyone = (
            order[np.searchsorted(numbers, number, "left") : np.searchsorted(numbers, number, "right")]
            for number in (numbers.dtype.type(part), numbers.dtype.type(-1))
        )
        return np.sort(np.concatenate([own, anyone])) if anyone.size else own

    @cached_property
    def _by_part(self) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """The places sorted by part number, and these numbers: every part of a large object asks for its own."""
        order = np.argsort(self.part, kind="stable")
        return order, self.part[order]


Content = (
    Segmentation
    | StructureSet
    | SurfaceSegmentation
    | BulkAnnotations
    | PresentationState
    | Report
    | RealWorldMap
    | ColorPalette
    | Dose
    | Document
    | Waveform
    | ParametricMap
    | None
)


@dataclass(frozen=True, eq=False)
class Overlay:
    """One object's overlay. ``content`` is None for kinds that are listed without being drawn."""

    instance: InstanceKey
    sop_instance_uid: str
    series_instance_uid: str
    patient_id: str
    kind: OverlayKind
    subtype: str
    label: str
    provenance: Provenance
    parts: tuple[Part, ...]
    content: Content
    frame_of_reference_uids: tuple[str, ...]
    references: tuple[ImageReference, ...]
    """Every image the object names, at object level or in a frame."""
    referenced_series: tuple[str, ...] = ()
    places: Places | None = None
    issues: tuple[Issue, ...] = ()
    visible_by_default: bool = True
    outcome: str | None = None
    moves: tuple[Move, ...] = ()
    """How registrations that are open bring its Frames of Reference to other ones."""
    registration: Registration | None = None
    """What a registration object says."""
    registration_off: bool = False
    """The reader does not want it used."""
    plan: PlanFacts | None = None
    """What an RT Plan says of dose."""
    made_of: tuple[str, ...] = ()
    """SOP Instance UIDs of what it was made of: a segmentation of segmentations (Source Instance Sequence), a structure
    set of another one (Predecessor Structure Set Sequence)."""

    @property
    def draws(self) -> bool:
        """Whether it has anything to draw on images; of the documents only a surface does."""
        if isinstance(self.content, Document):
            return self.content.mesh is not None
        return self.content is not None and not isinstance(self.content, RealWorldMap | Waveform | ColorPalette)

    @property
    def is_solid(self) -> bool:
        """Whether its parts have surfaces: segments, regions, isodose levels, meshes."""
        return isinstance(self.content, Segmentation | StructureSet | Dose) or bool(self.meshes)

    @property
    def readable(self) -> bool:
        """Whether it opens in the report panel: a report, a document, a waveform."""
        return isinstance(self.content, Report | Document | Waveform)

    @cached_property
    def origin(self) -> Origin:
        """AI when any part is; else AI-assisted, reader, or not stated."""
        found = {part.origin for part in self.parts} | {self.provenance.origin}
        return next(origin for origin in Origin if origin in found)

    @cached_property
    def meshes(self) -> Mapping[int, Mesh]:
        """The surfaces that the object itself is made of, by part number: of a surface segmentation, STL or OBJ."""
        if isinstance(self.content, SurfaceSegmentation):
            return {one.segment.number: one.mesh for one in self.content.surfaces}
        if isinstance(self.content, Document) and self.content.mesh is not None:
            return {1: self.content.mesh}
        return {}

    def part(self, number: int) -> Part:
        """Return a part by its number; raises KeyError."""
        return self._parts_by_number[number]

    @cached_property
    def _parts_by_number(self) -> dict[int, Part]:
        return {part.number: part for part in self.parts}


@dataclass(frozen=True)
class PartMeasure:
    """Voxel count and volume of a part on its own grid; ``method`` says how the volume was made."""

    voxels: int | None
    volume_ml: float | None
    method: str = ""
    largest: tuple[float, float, float] | None = None
    """A patient point (mm) on the slice with the part's largest area, inside the part's bounding rectangle."""
    state: PartState = "ok"
    voxels_from: tuple[int, ...] = ()
    """Of a probability: how many voxels have at least each stored value, 0 to the maximum; empty for other parts."""
    voxel_ml: float = 0.0
    """Volume of a voxel; 0 where unknown."""
    volumes_ml_from: tuple[float, ...] = ()
    """The volumes of ``voxels_from`` where voxels differ in depth; empty where all are alike."""
    area_mm2: float | None = None
    """Of a surface; of a part of a whole slide, in place of its volume."""

    @property
    def on_slide_mm2(self) -> float | None:
        """The area of a part of a whole slide; None for any other part."""
        return self.area_mm2 if self.voxels is not None and self.volume_ml is None else None

    def at_threshold(self, threshold: float) -> PartMeasure:
        """Return the measure of the voxels that have at least a fraction (0 to 1) of the maximum; itself for others."""
        if len(self.voxels_from) < 2:
            return self
        maximum = len(self.voxels_from) - 1
        first = min(first_value(threshold, maximum), maximum)
        voxels = self.voxels_from[first]
        if self.volumes_ml_from:
            method = f"voxels from fraction {threshold:.2f} x depth of their slices"
            return replace(self, voxels=voxels, volume_ml=self.volumes_ml_from[first], method=method)
        method = f"voxels from fraction {threshold:.2f} x voxel volume" if self.voxel_ml else self.method
        if self.on_slide_mm2 is not None and self.voxels:
            return replace(self, voxels=voxels, area_mm2=self.on_slide_mm2 * voxels / self.voxels)
        return replace(self, voxels=voxels, volume_ml=voxels * self.voxel_ml if self.voxel_ml else None, method=method)


def first_value(threshold: float, maximum: int) -> int:
    """Return the smallest stored value that counts from a fraction (0 to 1) of the maximum on; 0 never counts."""
    return max(1, math.ceil(threshold * maximum - 1e-9))


class FrameNotRead(Exception):
    """A frame cannot be had; ``issue`` says why. What a ReadFrame raises."""

    def __init__(self, why: Issue) -> None:
        super().__init__(why.text)
        self.issue = why


ReadFrame = Callable[[int], NDArray[np.generic]]
"""Returns the stored values (rows, columns) of a frame (0-based) of an overlay's instance; 1-bit frames as 0 / 1."""


@runtime_checkable
class ReadsAhead(Protocol):
    """A ReadFrame that reads several frames at once when it knows which ones come next."""

    def __call__(self, index: int) -> NDArray[np.generic]:
        """Return the stored values of a frame."""

    def expect(self, frames: Sequence[int]) -> None:
        """Take note of the frames that will be asked for, in that order, each once."""


def expect_frames(read_frame: ReadFrame, frames: Sequence[int]) -> None:
    """Tell a ReadFrame what will be asked of it, where that makes it faster."""
    if _can(read_frame, ReadsAhead):
        cast("ReadsAhead", read_frame).expect(frames)


def _can(read_frame: object, protocol: type) -> bool:
    kind: Any = type(read_frame)
    return _kind_can(kind, protocol)


@cache
def _kind_can(kind: type, protocol: type) -> bool:
    """Say whether a kind of ReadFrame has what a protocol asks for; asking each one takes as long as to read a frame."""
    return issubclass(kind, protocol)


@dataclass(frozen=True, eq=False)
class FilledRows:
    """A stretch of the rows of a frame that holds everything which is not 0, and little else.

    ``first`` is the 0-based row of the frame that ``values`` (rows, columns) begins with, ``shape`` that of the frame. The
    values are as stored; those of one bit a pixel may come as truth values.
    """

    first: int
    values: NDArray[np.generic]
    shape: tuple[int, int]


ReadRows = Callable[[int], FilledRows]
"""Returns the filled rows of a frame (0-based) of an overlay's instance; raises what a ReadFrame raises."""


@runtime_checkable
class ReadsRows(Protocol):
    """A ReadFrame that need not unpack the rows of a frame in which nothing is."""

    def __call__(self, index: int) -> NDArray[np.generic]:
        """Return the stored values of a frame."""

    def filled_rows(self, index: int) -> FilledRows:
        """Return the filled rows of a frame; raises what a ReadFrame raises."""


def rows_reader(read_frame: ReadFrame) -> ReadRows:
    """Return what reads the filled rows of frames: the ReadFrame's own way, or of the whole frame."""
    if _can(read_frame, ReadsRows):
        return cast("ReadsRows", read_frame).filled_rows
    return lambda index: filled_rows(read_frame(index))


def filled_rows(stored: NDArray[np.generic]) -> FilledRows:
    """Return the filled rows of a frame (rows, columns) that was read whole."""
    if stored.dtype == np.uint8 and stored.shape[1] % 8 == 0 and stored.flags.c_contiguous:
        # Eight pixels at a time.
        any_in_row = np.bitwise_or.reduce(stored.view(np.uint64), axis=1) != 0
    else:
        any_in_row = stored.any(axis=1)
    filled = np.flatnonzero(any_in_row)
    first, end = (int(filled[0]), int(filled[-1]) + 1) if len(filled) else (0, 0)
    return FilledRows(first, stored[first:end], (stored.shape[0], stored.shape[1]))
