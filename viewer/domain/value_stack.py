"""Of which images the values inside an overlay's parts are taken."""

from __future__ import annotations

from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.stack import Stack


def stack_for_values(overlay: Overlay, library: Library, stack_id: str | None) -> Stack | None:
    """Return a stack if the values inside an overlay's parts can be read from it: grey, and in the same space."""
    stack = library.stack(stack_id) if stack_id else None
    if stack is None or not stack.planes or stack.pyramid is not None:
        return None
    shared = stack.frame_of_reference_uid in overlay.frame_of_reference_uids
    named = {one.sop_instance_uid for one in overlay.references}
    same_images = not overlay.frame_of_reference_uids and any(
        plane.image and plane.image[0] in named for plane in stack.planes
    )
    return stack if (stack.in_patient_space and shared) or same_images else None
