"""One DICOM instance as the scan knows it: identity, what it is, geometry of its frames, where its pixels lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NewType

from viewer.domain.issues import Issue
from viewer.domain.tiling import Tiling
from viewer.geometry.plane import Plane, Vector
from viewer.geometry.slab import THIN, Slab

InstanceKey = NewType("InstanceKey", str)
"""Names an instance by where its bytes are. Unique in a library; never shown."""

Role = Literal["image", "overlay", "report", "document", "registration", "other"]


@dataclass(frozen=True)
class Source:
    """Where the bytes of an instance are: a file, or a member of a zip file. A server will be one more kind."""

    kind: Literal["file", "zip"]
    path: str
    member: str = ""

    @cached_property
    def key(self) -> InstanceKey:
        """The instance key."""
        return InstanceKey(f"{self.kind}:{self.path}" + (f"!{self.member}" if self.member else ""))

    @property
    def shown(self) -> str:
        """The path as the user knows it."""
        return f"{self.path}/{self.member}" if self.member else self.path


@dataclass(frozen=True)
class Cut:
    """A plane, or a slab about it, through all frames of a stack."""

    stack_id: str
    plane: Plane
    slab: Slab = THIN

    def is_like(self, other: Cut) -> bool:
        """Say whether another one is the same but for rounding."""
        return (self.stack_id, self.slab) == (other.stack_id, other.slab) and self.plane.is_like(other.plane)


@dataclass(frozen=True)
class FrameKey:
    """One frame of an instance; ``index`` is 0-based.

    With a ``cut`` it is not the frame itself but a plane through its stack: then the frame is one of those it was made of,
    and says whose image it is, its unit and its windows.
    """

    instance: InstanceKey
    index: int = 0
    cut: Cut | None = None


@dataclass(frozen=True)
class PixelLocation:
    """Where Pixel Data (or Float / Double Float Pixel Data) lies in the instance's bytes.

    ``length`` is None for encapsulated data of undefined length. ``keyword`` is PixelData, FloatPixelData or
    DoubleFloatPixelData. ``offset`` points at the first byte of the value.
    """

    offset: int
    length: int | None
    keyword: Literal["PixelData", "FloatPixelData", "DoubleFloatPixelData"] = "PixelData"


@dataclass(frozen=True)
class FrameHeader:
    """Geometry and sorting attributes of one frame, from the top level or the functional groups. None: not stated."""

    position: Vector | None = None
    """Image Position (Patient), mm."""
    orientation: tuple[float, ...] | None = None
    """Image Orientation (Patient), six cosines as stored."""
    pixel_spacing_mm: tuple[float, float] | None = None
    """(between rows, between columns)."""
    slice_thickness_mm: float | None = None
    spacing_between_slices_mm: float | None = None
    image_type: tuple[str, ...] = ()
    dimensions: tuple[tuple[str, str], ...] = ()
    """(keyword, value) of attributes that may split a stack: TemporalPositionIdentifier, EchoTime, DiffusionBValue, ..."""
    stack_id: str = ""
    distorted: bool = False
    """Volumetric Properties says that the plane position does not describe the pixels."""
    dimension_indices: tuple[int, ...] = ()
    """Dimension Index Values, in the order of the instance's ``dimension_pointers``."""
    laterality: str = ""
    """Frame Laterality."""


@dataclass(frozen=True)
class MadeFrom:
    """An image that another one was made from: a spectral basis image, or its FOR PROCESSING predecessor."""

    sop_instance_uid: str
    purpose: Literal["predecessor", "basis"]


@dataclass(frozen=True)
class InstanceHeader:
    """What the scan read of an instance. Text is decoded; UIDs are as stored, without padding."""

    source: Source
    file_size: int
    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    study_instance_uid: str
    series_instance_uid: str
    patient_id: str = ""
    patient_name: str = ""
    patient_birth_date: str = ""
    patient_sex: str = ""
    patient_age: str = ""
    study_date: str = ""
    study_time: str = ""
    study_id: str = ""
    study_description: str = ""
    accession_number: str = ""
    modality: str = ""
    series_number: int | None = None
    series_description: str = ""
    series_date: str = ""
    series_time: str = ""
    body_part: str = ""
    laterality: str = ""
    instance_number: int | None = None
    image_type: tuple[str, ...] = ()
    presentation_intent: str = ""
    content_date: str = ""
    content_time: str = ""
    content_label: str = ""
    manufacturer: str = ""
    model: str = ""
    software_versions: str = ""
    burned_in_annotation: str = ""
    conversion_type: str = ""
    frame_of_reference_uid: str | None = None
    rows: int = 0
    columns: int = 0
    number_of_frames: int = 1
    samples_per_pixel: int = 1
    photometric_interpretation: str = ""
    bits_allocated: int = 0
    pixel_aspect_ratio: tuple[int, int] | None = None
    """(vertical, horizontal) size of a pixel."""
    imager_pixel_spacing_mm: tuple[float, float] | None = None
    patient_orientation: tuple[str, str] | None = None
    view: str = ""
    """The projection as its users call it: CC, MLO, PA ... (View Code Sequence, else View Position)."""
    dimension_pointers: tuple[int, ...] = ()
    """Tags that the Dimension Index Sequence points at (PS3.3 C.7.6.17)."""
    dimension_names: tuple[str, ...] = ()
    """What each of them is called: its Dimension Description Label, else the name of the attribute."""
    concatenation_uid: str = ""
    """Shared by the parts of an object that was divided into several files (PS3.3 C.7.6.16.2.2.4)."""
    concatenation_part: int = 0
    """In-concatenation Number, from 1; 0 when the object is whole."""
    concatenation_parts: int = 0
    """In-concatenation Total Number; 0 when it is not stated."""
    concatenation_offset: int = 0
    """How many frames of the whole come before this part."""
    device_space: bool = False
    """Positions are stated in the space of a device (an ultrasound volume), not of the patient."""
    frames: tuple[FrameHeader, ...] = ()
    """One a frame when the frames differ (functional groups), else exactly one that holds for all."""
    pixels: PixelLocation | None = None
    tiling: Tiling | None = None
    """Of a whole slide image: where its frames lie in the total pixel matrix."""
    made_from: tuple[MadeFrom, ...] = ()
    issues: tuple[Issue, ...] = ()
    completion_flag: str = field(default="")
    verification_flag: str = field(default="")
    read_by: Literal["tag_reader", "pydicom"] = field(default="tag_reader", compare=False)

    @property
    def key(self) -> InstanceKey:
        """The internal identity."""
        return self.source.key

    def frame_header(self, index: int) -> FrameHeader:
        """Return the header of frame ``index`` (0-based); an empty one when nothing is stated."""
        if not self.frames:
            return FrameHeader()
        return self.frames[index] if index < len(self.frames) else self.frames[0]


@dataclass(frozen=True)
class Skipped:
    """A file that is no instance, with the reason in a sentence."""

    path: str
    reason: str
