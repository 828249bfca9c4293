"""The voxels of stacks that are cut along other planes: built once each, shared with who looks at the frames themselves.

Decided
    A volume keeps stored values in one array; the frames of the stack are handed out as views of it, so that a series that
    is looked at in three planes is in memory once.
    A cut through it comes back as stored values, too, in the scale of the frame that its key names: windows, colour maps,
    SUV, statistics and the value under the cursor need to know nothing of planes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import Cut, FrameKey
from viewer.domain.issues import issue
from viewer.domain.stack import Stack
from viewer.imaging.colour import takes_window
from viewer.imaging.modality import rescale_of
from viewer.imaging.padding import padding_mask
from viewer.representations.image_volume import ImageVolume
from viewer.representations.regular_volume import RegularVolume, even_volume
from viewer.representations.slice_depths import slice_depths
from viewer.scene.inputs import Unavailable

_SHORT = 2
"""Bytes of nearly all stored values."""

Read = tuple[ImageAttributes | Unavailable, DecodedFrame | Unavailable]
ReadFrame = Callable[[FrameKey], Read]


@dataclass(frozen=True, eq=False)
class StackVolume:
    """The voxels of a stack, and the frames they were made of."""

    volume: ImageVolume
    frames: Mapping[FrameKey, DecodedFrame]
    """Views of the voxels; frames that are not whole, or that share a place with another, are not among them."""

    @cached_property
    def held_bytes(self) -> int:
        """Bytes in memory."""
        return self.volume.held_bytes

    @cached_property
    def even(self) -> RegularVolume | None:
        """The same voxels as an even grid; None where they have to be resampled for that."""
        return even_volume(self.volume)

    def cut(self, cut: Cut, attributes: ImageAttributes, index: int) -> DecodedFrame:
        """Return a plane or slab as stored values in the scale of a frame."""
        rescale = rescale_of(attributes, index)
        volume = self.volume
        if cut.slab.thickness_mm <= 0 and (rescale.slope, rescale.intercept) == (volume.slopes[0], volume.intercepts[0]):
            own = volume.voxels_on(cut.plane)
            if own is not None:
                return DecodedFrame(np.ascontiguousarray(own), cut.plane.shape[0])
        values = volume.sampled(cut.plane, cut.slab)
        missing = np.isnan(values)
        stored = (values - np.float32(rescale.intercept)) / np.float32(rescale.slope)
        dtype = np.dtype(volume.voxels.dtype.str)
        if missing.any():
            stored[missing] = 0
        if dtype.kind in "iu":
            if not volume.is_scaled_alike:
                # A slice with a larger slope has values beyond what the type can say in the scale of the named frame.
                dtype = np.dtype(np.int32 if dtype.itemsize <= _SHORT else np.int64)
            limits = np.iinfo(dtype)
            stored = np.clip(np.rint(stored), limits.min, limits.max)
        return DecodedFrame(stored.astype(dtype), cut.plane.shape[0], missing=missing if missing.any() else None)


def build_volume(
    stack: Stack, read: ReadFrame, *, check: Callable[[float], None] = lambda _: None
) -> StackVolume | Unavailable:
    """Read all frames of a stack into one volume.

    Parameters
    ----------
    stack
        Of the library, in patient space.
    read
        Returns attributes and stored values of a frame.
    check
        Called before each frame with the part done, 0 to 1; what it raises ends the building.

    Returns
    -------
    StackVolume
        Or the reason why there is none: colour, a lookup table before the window, a frame that cannot be read.
    """
    depths = slice_depths(stack)
    voxels: np.ndarray[tuple[int, ...], np.dtype[np.generic]] | None = None
    padding: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None = None
    slopes, intercepts = np.ones(len(depths.order), np.float32), np.zeros(len(depths.order), np.float32)
    frames: dict[FrameKey, DecodedFrame] = {}
    for level, place in enumerate(depths.order.tolist()):
        check(level / len(depths.order))
        key = stack.frames[place]
        attributes, frame = read(key)
        if isinstance(attributes, Unavailable):
            return attributes
        if isinstance(frame, Unavailable):
            return frame
        # Between a grey and a colour of a supplemental palette lie numbers that mean neither.
        if not takes_window(attributes) or attributes.palette is not None:
            return Unavailable(issue("reslice_colour", "info"))
        if attributes.modality_lut is not None:
            return Unavailable(issue("reslice_lut", "info"))
        if voxels is None:
            voxels = np.empty((len(depths.order), stack.rows, stack.columns), frame.stored.dtype)
        if frame.stored.shape != voxels.shape[1:] or not np.can_cast(frame.stored.dtype, voxels.dtype, "safe"):
            return Unavailable(issue("reslice_mixed", "info"))
        voxels[level] = frame.stored
        masked = padding_mask(frame, attributes)
        if masked.any():
            padding = np.zeros(voxels.shape, bool) if padding is None else padding
            padding[level] = masked
        rescale = rescale_of(attributes, key.index)
        slopes[level], intercepts[level] = rescale.slope, rescale.intercept
        if not frame.issues and frame.whole >= stack.rows and frame.stored.dtype == voxels.dtype:
            frames[key] = DecodedFrame(voxels[level], frame.whole)
    if voxels is None:
        return Unavailable(issue("reslice_one_place", "info"))
    voxels.setflags(write=False)
    return StackVolume(ImageVolume(stack, depths, voxels, slopes, intercepts, padding), frames)
