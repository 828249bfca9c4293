"""A few of a stack's frames as a coarse volume, which is rendered while all the others are still being read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from viewer.domain.stack import Stack
from viewer.loading.image_volumes import ReadFrame, StackVolume, build_volume
from viewer.representations.regular_volume import RegularVolume

_SLICES, _APART = 100, 2
"""About so many slices are read, and of their rows and columns every so-many-th is taken."""


def has_coarse_volume(stack: Stack) -> bool:
    """Say whether a stack is an even grid that takes so long to read that a coarse one is worth while."""
    return stack.regular and len(stack.frames) >= 2 * _SLICES


def coarse_volume(stack: Stack, read: ReadFrame, *, check: Callable[[float], None] = lambda _: None) -> RegularVolume | None:
    """Return a coarse volume of a stack; None where its frames cannot be joined to one, as reading all of them will tell.

    Parameters
    ----------
    stack
        For which ``has_coarse_volume``.
    read
        Returns attributes and stored values of a frame.
    check
        Called before each frame with the part done, 0 to 1; what it raises ends the reading.
    """
    step = len(stack.frames) // _SLICES
    fewer = replace(stack, frames=stack.frames[::step], planes=stack.planes[::step])
    found = build_volume(fewer, read, check=check)
    if not isinstance(found, StackVolume) or found.even is None:
        return None
    even = found.even
    voxels = np.ascontiguousarray(even.voxels[:, ::_APART, ::_APART])
    voxels.setflags(write=False)
    return RegularVolume(voxels, even.affine @ np.diag([1.0, _APART, _APART, 1.0]), even.slope, even.intercept)
