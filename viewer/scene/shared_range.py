"""The range of values that an automatic window is taken from."""

from __future__ import annotations

from viewer.domain.library import Library
from viewer.domain.siblings import range_stack
from viewer.domain.stack import Stack
from viewer.scene.inputs import SceneInputs


def range_in_force(library: Library, stack: Stack, inputs: SceneInputs) -> tuple[float, float] | None:
    """Return the range of a stack; of the volumes of a time series the one that they share. None while it is not known.

    A window that changed from moment to moment would hide what changes in the image. Only where a volume has no value in
    the shared range its own counts: it would be black or white.
    """
    shared_by = range_stack(library, stack)
    own = inputs.value_range(stack.id)
    shared = own if shared_by is stack else inputs.value_range(shared_by.id)
    if shared is None or own is None:
        return shared or own
    return own if own[1] <= shared[0] or shared[1] <= own[0] else shared
