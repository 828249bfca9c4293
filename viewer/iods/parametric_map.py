"""Parametric Map objects as overlays: what they measure and where their frames lie (PS3.3 A.75).

Their pixels are read and shown as those of any image; here is only what lays them over others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.image_attributes import RealWorldValueMapping
from viewer.domain.instance import FrameHeader, InstanceHeader
from viewer.domain.overlay import Overlay, Part, Places
from viewer.domain.parametric_map import ParametricMap
from viewer.geometry.orientation import orthonormal_axes
from viewer.geometry.plane import FloatArray, Plane
from viewer.iods import listed

SOP_CLASSES: Final = ("1.2.840.10008.5.1.4.1.1.30",)
_COLOR: Final = (255, 150, 20)


def read(header: InstanceHeader) -> Overlay:
    """Return a parametric map as an overlay with one part; one without pixels is listed with that reason.

    Raises
    ------
    UnreadableDataset
        When the file cannot be parsed.
    """
    overlay = listed.read(header)
    if header.pixels is None:
        return overlay
    values = read_image_attributes(header).frames
    named = tuple(dict.fromkeys((_name(one), one.unit.value) for frame in values for one in frame.real_world))
    straight = tuple(
        tuple((_name(one), one.unit.value) for one in frame.real_world if not one.table and one.slope) for frame in values
    )
    label = ", ".join(dict.fromkeys(name for name, _ in named if name not in ("", "1"))) or overlay.label or "Values"
    return replace(
        overlay,
        parts=(Part(1, label, _COLOR, type="parametric map"),),
        content=ParametricMap(named, straight),
        places=_places(header),
        issues=tuple(one for one in overlay.issues if one.code != "map_without_overlay"),
    )


def _name(mapping: RealWorldValueMapping) -> str:
    """Return what a mapping gives; a bare "1" is the unit of what has none."""
    named = (mapping.label, mapping.quantity, mapping.explanation)
    return next((one for one in named if one not in ("", "1")), "")


def _places(header: InstanceHeader) -> Places:
    corners = list(_corners(header))
    return Places(np.full(len(corners), -1, np.int32), np.array(corners).reshape(-1, 4, 3), ((),) * len(corners))


def _corners(header: InstanceHeader) -> Iterator[FloatArray]:
    for frame in header.frames:
        axes = orthonormal_axes(frame.orientation) if frame.orientation is not None else None
        yield np.full((4, 3), np.nan) if axes is None else _corners_of(frame, axes, (header.rows, header.columns))


def _corners_of(
    frame: FrameHeader, axes: tuple[tuple[float, float, float], tuple[float, float, float]], shape: tuple[int, int]
) -> FloatArray:
    if frame.position is None or frame.pixel_spacing_mm is None:
        return np.full((4, 3), np.nan)
    return Plane(frame.position, axes[0], axes[1], frame.pixel_spacing_mm, shape).corners_patient()
