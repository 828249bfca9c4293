"""Where a part of an object is best looked at: the slice where it is largest, else the middle one of those it lies on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from viewer.domain.carriers import Carrier
from viewer.domain.finding import FindingLocation
from viewer.domain.graphic import Graphic
from viewer.domain.presentation import PresentationState
from viewer.domain.references import ImageReference
from viewer.domain.registered import point_for
from viewer.domain.report import Report
from viewer.domain.stack import Stack
from viewer.geometry.plane import Vector, to_vector
from viewer.reading.state import Content


def location_of(carriers: Sequence[Carrier], content: Content, *, measured: bool = True) -> FindingLocation | None:
    """Return where to look for a claim: at the first of its carriers that lies on an opened stack.

    ``measured`` False leaves out what is known only once pixels were counted, so that the answer never changes.
    """
    for carrier in carriers:
        binding = content.bindings.get(carrier.overlay.instance)
        stack = content.library.stack(binding.default_stack_id or "") if binding is not None else None
        found = place_on(carrier, stack, content, measured=measured) if stack is not None and stack.planes else None
        if found is not None:
            return found
    return None


def place_on(carrier: Carrier, stack: Stack, content: Content, *, measured: bool = True) -> FindingLocation | None:
    """Return where to look for a part on a stack that its object lies on; None when it touches nothing of it."""
    overlay, number = carrier.key[0], carrier.part.number
    measure = content.measures.get(overlay, {}).get(number) if measured else None
    if measure is not None and measure.largest is not None and stack.in_patient_space:
        return _at_point(carrier, measure.largest, stack)
    places = carrier.overlay.places
    rows = places.rows_of(number) if places is not None else np.empty(0, np.intp)
    if places is None or not rows.size:
        return _at_images(_images_of_marks(carrier), carrier, stack, content)
    middle = int(rows[len(rows) // 2])
    corners = places.corners[middle]
    if np.isfinite(corners).all() and stack.in_patient_space:
        return _at_point(carrier, to_vector(corners.mean(axis=0)), stack)
    return _at_images(places.images[middle], carrier, stack, content)


def _at_point(carrier: Carrier, point: Vector, stack: Stack) -> FindingLocation:
    there = point_for(carrier.overlay, point, stack)
    return FindingLocation(stack.id, stack.nearest_place(there)[0], there)


def _at_images(images: Sequence[ImageReference], carrier: Carrier, stack: Stack, content: Content) -> FindingLocation | None:
    for reference in images:
        for key in content.library.instances_with_uid(reference.sop_instance_uid):
            frames = stack.frame_indices_of(key, reference.frames)
            if frames:
                return FindingLocation(stack.id, frames[0], _point_of_mark(carrier, reference, stack, frames[0]))
    return None


def _point_of_mark(carrier: Carrier, image: ImageReference, stack: Stack, frame: int) -> Vector | None:
    """Return the middle of what is drawn on an image, as a patient point."""
    plane = stack.planes[frame]
    points = [
        point
        for graphic in _graphics(carrier)
        if graphic.space == "PIXEL" and any(one.sop_instance_uid == image.sop_instance_uid for one in graphic.images)
        for point in graphic.points
    ]
    if not points or not plane.in_patient_space:
        return None
    box = np.array(points, dtype=float)
    return to_vector(plane.point_patient((box.min(axis=0) + box.max(axis=0)) / 2))


def _images_of_marks(carrier: Carrier) -> Sequence[ImageReference]:
    return [image for graphic in _graphics(carrier) for image in graphic.images]


def _graphics(carrier: Carrier) -> Sequence[Graphic]:
    content = carrier.overlay.content
    if not isinstance(content, Report | PresentationState):
        return ()
    return [graphic for graphic in content.graphics if graphic.part == carrier.part.number]
