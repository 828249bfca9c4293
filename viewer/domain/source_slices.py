"""How deep the slices of a segmentation are, from the images it lies on, where these are not evenly spaced.

Decided
    Frames of a segmentation in which nothing is are left out, so its own positions do not tell a deep slice from one beside
    left-out ones. The stack it lies on does, when every frame lies on one of its slices: each then stands for half the way
    to the next slice on either side.
    Where slices of the stack itself seem to be missing (more than one and a half of the usual gap), each stands for half the
    usual gap, or half the Slice Thickness that the images state where that is more: slices 5 mm thick and 5 mm apart are not
    every second of some that are 2.5 mm apart.
    An even stack says nothing that the segmentation does not say of itself.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from viewer.domain.binding import Binding
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.geometry.ordering import position_groups, same_position_mm
from viewer.geometry.plane import FloatArray
from viewer.geometry.slice_sides import GAP, same_level_mm
from viewer.geometry.tolerances import REGULAR_RELATIVE, SAME_DIRECTION


def with_source_slices(overlay: Overlay, binding: Binding, library: Library) -> Overlay:
    """Return a segmentation that knows how deep its slices are; the same object when nothing changes."""
    content = overlay.content
    if not isinstance(content, Segmentation):
        return overlay
    entry = next((one for one in binding.lies_on if one.default and one.by == "frame_of_reference"), None)
    stack = library.stack(entry.stack_id) if entry is not None else None
    sides = _sides_of_frames(content, stack, library) if stack is not None else None
    known = content.source_sides_mm
    if sides is known or (sides is not None and known is not None and np.array_equal(sides, known)):
        return overlay
    return replace(overlay, content=replace(content, source_sides_mm=sides))


def _sides_of_frames(content: Segmentation, stack: Stack, library: Library) -> FloatArray | None:
    """Return (frames, 2) gaps before and behind each frame along its normal, mm; None where they say nothing new."""
    position, orientation = content.frames.position, content.frames.orientation
    usable = np.isfinite(position).all() and np.isfinite(orientation).all() and len(position) > 0
    if not usable or content.frames.tile_offset is not None or stack.pyramid is not None or len(stack.planes) < 3:
        return None
    normal, along = np.cross(orientation[0, :3], orientation[0, 3:]), np.asarray(stack.planes[0].normal)
    turned = float(np.dot(normal, along))
    if np.abs(orientation - orientation[0]).max() >= SAME_DIRECTION or abs(turned) < 1 - SAME_DIRECTION:
        return None
    levels, sides = _sides_of_slices(stack, library)
    if sides is None:
        return None
    offsets = position @ along
    nearest = np.clip(np.searchsorted((levels[1:] + levels[:-1]) / 2, offsets), 0, len(levels) - 1)
    tolerance_mm = same_level_mm(float(np.diff(levels).min()))
    if np.abs(levels[nearest] - offsets).max() > tolerance_mm:
        return None
    found = sides[nearest]
    if np.abs(found - content.slice_spacing_mm).max() <= REGULAR_RELATIVE * content.slice_spacing_mm:
        return None
    return np.asarray(found if turned > 0 else found[:, ::-1])


def _sides_of_slices(stack: Stack, library: Library) -> tuple[FloatArray, FloatArray | None]:
    """Return the (places,) ascending offsets of a stack, and the (places, 2) gaps around them where these are not even."""
    offsets = stack.offsets_mm
    order = np.argsort(offsets, kind="stable")
    first = np.concatenate([[True], np.diff(position_groups(offsets, same_position_mm(offsets))[order]) > 0])
    order = order[first]
    levels = offsets[order]
    gaps = np.diff(levels)
    usual_mm = float(np.median(gaps)) if len(gaps) else 0.0
    if not len(gaps) or float(np.abs(gaps - usual_mm).max()) <= REGULAR_RELATIVE * usual_mm:
        return levels, None
    frames = [stack.frames[place] for place in order.tolist()]
    stated = [library.instance(one.instance).frame_header(one.index).slice_thickness_mm or 0.0 for one in frames]
    thickness = np.maximum(stated[1:], stated[:-1])
    around = np.where(gaps > GAP * np.maximum(usual_mm, thickness), np.maximum(usual_mm, thickness), gaps)
    before, behind = np.concatenate([around[:1], around]), np.concatenate([around, around[-1:]])
    return levels, np.stack([before, behind], axis=1)
