"""Any number of series as one picture, step by step, as an advanced blending presentation state has it (PS3.4 N.2.6).

A pixel that is padding, or that no threshold shows, has no opacity. FOREGROUND is the first input times the opacity and the
second times the rest, EQUAL the mean of those that are there; where one input alone is there it is the result.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from viewer.domain.presentation import AdvancedBlending, BlendingInput, BlendingStep
from viewer.geometry.plane import Plane
from viewer.imaging.modality import to_modality
from viewer.imaging.padding import padding_mask
from viewer.imaging.thresholds import shown_by
from viewer.reading.state import Pane
from viewer.scene.blended import FramePlace, on_grid, shown_as, way_between
from viewer.scene.drawables import ImagePicture
from viewer.scene.image_picture import ShownFrame
from viewer.scene.inputs import Pending, SceneInputs, Unavailable
from viewer.scene.remembered import Remembered

Layer = tuple[NDArray[np.float64], NDArray[np.bool_]]
"""Colours (rows, columns, 3) and where there is anything."""

_pictures: Remembered[ImagePicture] = Remembered(18)


def advanced_blended(
    first: tuple[ShownFrame, ImagePicture],
    pane: Pane,
    blending: AdvancedBlending,
    others: Sequence[FramePlace | None],
    plane: Plane,
    inputs: SceneInputs,
) -> ImagePicture | Pending | Unavailable:
    """Return the mixture on the grid of the first input; a series without an image here has no opacity.

    Parameters
    ----------
    first
        The frame and picture of the first input, on ``plane``.
    others
        What ``frames_to_blend`` returned.
    """
    found: list[tuple[ShownFrame, ImagePicture] | None] = [first]
    for one, at in zip(blending.inputs[1:], others, strict=True):
        shown = shown_as(one.shown, at, pane, inputs) if at is not None else None
        if isinstance(shown, Pending | Unavailable):
            return shown
        found.append(shown)
    pictures = tuple(one[1] for one in found if one is not None)

    def mix() -> ImagePicture:
        shape, layers = first[1].pixels.shape[:2], {}
        places = (plane, *(at[1] if at is not None else None for at in others))
        for one, shown, place in zip(blending.inputs, found, places, strict=True):
            layers[one.number] = _layer(one, shown, shape, way_between(plane, place) if place is not None else None)
        return ImagePicture(_result(blending.steps, layers), first[1].smooth)

    return _pictures.recall((*pictures, blending), (plane, *others), mix)


def _layer(
    one: BlendingInput,
    shown: tuple[ShownFrame, ImagePicture] | None,
    shape: tuple[int, ...],
    way: NDArray[np.float64] | None,
) -> Layer:
    if shown is None or way is None:
        return np.zeros((*shape, 3)), np.zeros(shape, bool)
    frame, picture = shown
    there = ~padding_mask(frame.decoded, frame.attributes)
    if one.thresholds and frame.decoded.stored.ndim == 2:
        there &= shown_by(one.thresholds, to_modality(frame.decoded.stored, frame.attributes, frame.index))
    pixels = picture.pixels if picture.pixels.ndim == 3 else np.repeat(picture.pixels[..., None], 3, axis=2)
    colours, opacity = on_grid(pixels, there.astype(np.float64), shape, way)
    return colours, opacity > 0


def _result(steps: Sequence[BlendingStep], layers: dict[int, Layer]) -> NDArray[np.uint8]:
    for step in steps:
        mixed = _mixed(step, [layers[number] for number in step.inputs])
        if step.result is None:
            colours, there = mixed
            return np.rint(np.where(there[..., None], colours, 0.0)).astype(np.uint8)
        layers[step.result] = mixed
    raise ValueError("no step makes the picture")


def _mixed(step: BlendingStep, inputs: Sequence[Layer]) -> Layer:
    there = np.stack([one[1] for one in inputs])
    if step.mode == "FOREGROUND":
        shares = there * np.array([step.opacity, 1.0 - step.opacity])[:, None, None]
        # Alone, the other one is the result, whatever its share.
        shares = np.where(there.sum(axis=0) == 1, there.astype(float), shares)
    else:
        shares = there / np.maximum(there.sum(axis=0), 1)
    colours = np.einsum("irc,ircx->rcx", shares, np.stack([one[0] for one in inputs]))
    return colours, np.asarray(np.logical_or.reduce(there))
