"""Doses and parametric maps as voxels: their values, or what receives at least the dose of a level.

Decided
    Values are those that stand under the cursor, in their own unit and linear between voxels; beyond the grid they are not a
    number, which is not 0. A part of a dose is what one of its levels encloses, and is 0 or 1.
    A map is the frames of one object. Where these are several volumes, each is written, by the name of what it measures.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.dose import Dose
from viewer.domain.image_attributes import ImageAttributes
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay, ReadFrame
from viewer.domain.parametric_map import ParametricMap
from viewer.domain.stack import Stack
from viewer.export.masks import Mask, MaskLabel, chosen_parts, refuse_too_large
from viewer.export.new_objects import CannotWrite
from viewer.imaging.modality import to_modality
from viewer.imaging.shown_values import shown_scale
from viewer.reading.value_layers import stacks_of_map
from viewer.representations.image_on_plane import ReadValues, Values, sampled_image
from viewer.representations.isodose import LEAST_OF_LEVEL, dose_values
from viewer.representations.volume_grid import VolumeGrid


def brings_values(overlay: Overlay) -> bool:
    """Say whether an object is a dose with a grid or a parametric map with pixels."""
    return isinstance(overlay.content, Dose | ParametricMap)


def stack_of_object(library: Library, overlay: Overlay) -> Stack:
    """Return the stack whose grid is that of a dose or map; raises CannotWrite."""
    if isinstance(overlay.content, Dose):
        return overlay.content.stack
    stacks = stacks_of_map(library, overlay)
    if not stacks:
        raise CannotWrite("The frames of the map have no position in the patient.")
    return stacks[0]


def value_mask(
    library: Library, overlay: Overlay, read_frame: ReadFrame, grid: VolumeGrid, *, part: int | None, inside: bool
) -> Mask:
    """Return a dose or map on a grid in its own space.

    Parameters
    ----------
    read_frame
        Of the overlay's instance.
    part
        The number of a level of a dose: 0 and 1 then. None for the values themselves, 32-bit floats.
    inside
        What is wanted is an inside and not values: of a dose all levels, which lie within one another.

    Raises
    ------
    KeyError
        When the overlay has no such part.
    CannotWrite
        A map has no inside.
    NoGrid
        When the voxels would be too many.
    FrameNotRead
        When its pixels cannot be read.
    """
    if isinstance(overlay.content, Dose):
        if part is not None or inside:
            return _levels(overlay, overlay.content, read_frame, grid, part)
        unit = f" {overlay.content.unit}" if overlay.content.unit else ""
        label = MaskLabel(1, 1, f"Dose{unit}")
        return _values([(overlay.content.stack, dose_values(overlay.content, read_frame), label)], grid)
    if inside:
        raise CannotWrite("A map has values and no inside; only its voxels are written.")
    chosen_parts(overlay, part)
    attributes = read_image_attributes(library.instance(overlay.instance))
    volumes = [
        (
            stack,
            _map_values(stack, overlay, attributes, read_frame),
            MaskLabel(number, 1, _measured(stack, overlay, attributes)),
        )
        for number, stack in enumerate(stacks_of_map(library, overlay), start=1)
    ]
    return _values(volumes, grid)


def _map_values(stack: Stack, overlay: Overlay, attributes: ImageAttributes, read_frame: ReadFrame) -> ReadValues:
    """Return what reads the values of the frame at a place of a stack; None where the frame is of another object."""

    def values(place: int) -> Values | None:
        frame = stack.frames[place]
        if frame.instance != overlay.instance:
            return None
        scale = shown_scale(attributes, frame.index)
        modality = to_modality(read_frame(frame.index), attributes, frame.index)
        return (modality * scale.factor + scale.offset).astype(np.float32)

    return values


def _measured(stack: Stack, overlay: Overlay, attributes: ImageAttributes) -> str:
    """Return what a volume of a map measures, with its unit."""
    index = next(frame.index for frame in stack.frames if frame.instance == overlay.instance)
    said = shown_scale(attributes, index)
    return " ".join(filter(None, (said.name or overlay.label or "Values", said.unit)))


def _values(volumes: Sequence[tuple[Stack, ReadValues, MaskLabel]], grid: VolumeGrid) -> Mask:
    refuse_too_large(grid.shape, len(volumes))
    found: NDArray[np.float32] = np.empty((len(volumes), *grid.shape), np.float32)
    for place, (stack, values_of, _) in enumerate(volumes):
        for k, plane in enumerate(grid.planes):
            found[place, k] = sampled_image(stack, values_of, plane)
    notes = ("Voxels beyond its grid, and those without a value, are not a number.",) if np.isnan(found).any() else ()
    labels = tuple(label for _, _, label in volumes)
    return Mask(found[0] if len(volumes) == 1 else found, grid.affine, labels, (*grid.notes, *notes))


def _levels(overlay: Overlay, content: Dose, read_frame: ReadFrame, grid: VolumeGrid, part: int | None) -> Mask:
    numbers = chosen_parts(overlay, part)
    level_of = {one.number: level for one, level in zip(overlay.parts, content.levels, strict=True)}
    refuse_too_large(grid.shape, len(numbers))
    found = np.zeros((len(numbers), *grid.shape), np.uint8)
    values_of = dose_values(content, read_frame)
    for k, plane in enumerate(grid.planes):
        values = sampled_image(content.stack, values_of, plane)
        for place, number in enumerate(numbers):
            found[place, k] = values >= level_of[number] * LEAST_OF_LEVEL
    labels = tuple(MaskLabel(value, number, overlay.part(number).label) for value, number in enumerate(numbers, start=1))
    return Mask(found[0] if len(numbers) == 1 else found, grid.affine, labels, grid.notes)
