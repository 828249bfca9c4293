"""A stack: frames that scroll as one, in display order, each with its plane."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.domain.dimensions import Axis, Dimension
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.issues import Issue
from viewer.domain.pyramid import Pyramid
from viewer.geometry.orientation import Orientation
from viewer.geometry.plane import FloatArray, Plane, Vector


@dataclass(frozen=True)
class Stack:
    """Frames of one series that share size, orientation and spacing.

    ``id`` is the key of its series, ``#`` and a number from 1. ``frames`` and ``planes`` run in display order: axial from
    the head down, sagittal from the patient's right, coronal from the front; without positions by Instance Number, then
    frame number.
    """

    id: str
    series_key: str
    label: str
    frames: tuple[FrameKey, ...]
    planes: tuple[Plane, ...]
    orientation: Orientation
    regular: bool
    """Equal gaps, no missing slice, no tilt: the frames form one rectangular grid."""
    spacing_mm: tuple[float | None, float | None, float | None]
    """(between slices, between rows, between columns)."""
    origin: Vector | None
    frame_of_reference_uid: str | None
    rows: int
    columns: int
    temporal: bool = False
    """The frames are moments of one place (cine), not places."""
    issues: tuple[Issue, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    """What tells it from the other volumes of its set: time, echo, b-value, energy ..."""
    volume_set: int = 0
    """Stacks of one series with the same number are volumes of one place; 0: it is alone."""
    axes: tuple[Axis, ...] = ()
    """The ways through the volumes of its set, those of time first, then the longest first."""
    frame_dimensions: tuple[tuple[Dimension, ...], ...] = ()
    """One entry a frame where something other than the place tells frames apart: moments, views, energy windows."""
    pyramid: Pyramid | None = None
    """Of a whole slide: each frame is a total pixel matrix put together from tiles; ``frames`` names one tile of each."""
    resliced: bool = False
    """Its frames are planes through those of the stack with the same ``id`` in the library."""

    @property
    def in_patient_space(self) -> bool:
        """Whether its frames have a position in the patient."""
        return bool(self.planes) and self.planes[0].in_patient_space

    @cached_property
    def offsets_mm(self) -> FloatArray:
        """(frames,) signed distances of the planes from the patient origin along the first one's normal."""
        offsets: FloatArray = np.array([plane.origin for plane in self.planes]) @ np.asarray(self.planes[0].normal)
        return offsets

    @cached_property
    def depth_mm(self) -> float:
        """How far the planes reach along the first one's normal."""
        return float(np.ptp(self.offsets_mm))

    @cached_property
    def thicknesses_mm(self) -> tuple[FloatArray, NDArray[np.intp]]:
        """What the planes stand for along their normals: the values that occur (0 unknown), and which each plane has."""
        values, which = np.unique([plane.thickness_mm for plane in self.planes], return_inverse=True)
        return values, which

    def nearest_place(self, point: Vector | FloatArray) -> tuple[int, float]:
        """Return the 0-based place of the frame whose plane is nearest to a patient point (mm), and that distance (mm)."""
        if self.resliced:
            # Evenly spaced and parallel to the last digit, and asked for at every move of the mouse.
            away = np.abs(self.offsets_mm - float(np.dot(self.planes[0].normal, point)))
            nearest = int(np.argmin(away))
            return nearest, float(away[nearest])
        origins, normals = self._origins_and_normals
        distances = np.abs(((np.asarray(point) - origins) * normals).sum(axis=1))
        place = int(np.argmin(distances))
        return place, float(distances[place])

    @cached_property
    def _origins_and_normals(self) -> tuple[FloatArray, FloatArray]:
        return np.array([plane.origin for plane in self.planes]), np.array([plane.normal for plane in self.planes])

    def frame_indices_of(self, instance: InstanceKey, frame_numbers: tuple[int, ...] = ()) -> tuple[int, ...]:
        """Return the 0-based places in this stack of an instance's frames (1-based numbers; empty: all)."""
        if self.pyramid is not None:
            return self.pyramid.depths_of(instance, frame_numbers)
        wanted = {number - 1 for number in frame_numbers}
        return tuple(
            place
            for place, frame in enumerate(self.frames)
            if frame.instance == instance and (not wanted or frame.index in wanted)
        )
