"""The inputs of an advanced blending presentation state, and the steps by which they are mixed (PS3.3 C.11.33, C.11.34)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal, cast

from pydicom.dataset import Dataset

from viewer.domain.image_attributes import Palette
from viewer.domain.presentation import AdvancedBlending, BlendingInput, BlendingStep, PresentationState, Threshold
from viewer.domain.references import ImageReference
from viewer.iods.blending import GreyStages
from viewer.iods.elements import data, first_item, floats, integer, items, number, text
from viewer.iods.state_annotations import referenced_images

_BOUNDS: Final = {
    "RANGE_INCL": 2,
    "RANGE_EXCL": 2,
    "GREATER_OR_EQUAL": 1,
    "LESS_OR_EQUAL": 1,
    "GREATER_THAN": 1,
    "LESS_THAN": 1,
}


def with_advanced_blending(
    state: PresentationState,
    dataset: Dataset,
    *,
    stages: GreyStages,
    palette_of: Callable[[Dataset], Palette | None],
) -> tuple[PresentationState, tuple[str, ...]]:
    """Return the state with what it mixes, and in words what of it is not applied.

    The first input is that whose geometry is shown, else the first that is stated: its images are those that the state is
    applied to, its stages and palette become those of the state.

    Parameters
    ----------
    stages
        Puts the modality and VOI stages of an item into a state.
    palette_of
        Reads the palette of an item.
    """
    stated = items(dataset, "AdvancedBlendingSequence")
    inputs = [found for item in stated if (found := _input(item, state, stages, palette_of)) is not None]
    steps = tuple(step for item in items(dataset, "BlendingDisplaySequence") if (step := _step(item)) is not None)
    blending = _checked(inputs, steps)
    if blending is None:
        return replace(state, palette=None), ("a mixture of series, of which a part is missing or unknown",)
    lacking = []
    if any(text(item, "TimeSeriesBlending").upper() == "TRUE" for item in stated):
        lacking.append("blending of time series moment by moment")
    first = next((n for n, item in enumerate(stated) if text(item, "GeometryForDisplay").upper() == "TRUE"), 0)
    if first and len(inputs) == len(stated):
        blending = replace(blending, inputs=(inputs[first], *inputs[:first], *inputs[first + 1 :]))
    shown = blending.inputs[0].shown
    own = replace(state, rescale=shown.rescale, modality_lut=shown.modality_lut, voi=shown.voi, palette=shown.palette)
    return replace(own, advanced_blending=blending), tuple(lacking)


def images_of_inputs(dataset: Dataset) -> tuple[ImageReference, ...]:
    """Return what the inputs of an advanced blending state refer to; those that name no image name their whole series."""
    return tuple(one for item in items(dataset, "AdvancedBlendingSequence") for one in _images(item))


def _input(
    item: Dataset, state: PresentationState, stages: GreyStages, palette_of: Callable[[Dataset], Palette | None]
) -> BlendingInput | None:
    place, series = integer(item, "BlendingInputNumber"), text(item, "SeriesInstanceUID")
    thresholds = tuple(_threshold(one) for one in items(item, "ThresholdSequence"))
    if place is None or not series or None in thresholds:
        return None
    coloured = first_item(item, "PaletteColorLookupTableSequence")
    shown = stages(item, PresentationState(state.label, state.description, _images(item)))
    palette = palette_of(coloured if coloured is not None else item)
    profile = data(coloured if coloured is not None else item, "ICCProfile") or state.icc_profile
    shown = replace(shown, palette=palette, icc_profile=profile)
    return BlendingInput(place, series, shown, cast(tuple[Threshold, ...], thresholds))


def _images(item: Dataset) -> tuple[ImageReference, ...]:
    series = text(item, "SeriesInstanceUID")
    named = referenced_images(item, series)
    return named or ((ImageReference("", series_instance_uid=series, whole_series=True),) if series else ())


def _threshold(item: Dataset) -> Threshold | None:
    kind = text(item, "ThresholdType").upper()
    values = tuple(value for one in items(item, "ThresholdValueSequence") for value in floats(one, "ThresholdValue"))
    if len(values) != _BOUNDS.get(kind) or not all(map(math.isfinite, values)):
        return None
    known = cast(Literal["RANGE_INCL", "RANGE_EXCL", "GREATER_OR_EQUAL", "LESS_OR_EQUAL", "GREATER_THAN", "LESS_THAN"], kind)
    return Threshold(known, tuple(sorted(values)))


def _step(item: Dataset) -> BlendingStep | None:
    mode, opacity = text(item, "BlendingMode").upper(), number(item, "RelativeOpacity")
    found = [integer(one, "BlendingInputNumber") for one in items(item, "BlendingDisplayInputSequence")]
    inputs = tuple(one for one in found if one is not None)
    result = integer(item, "BlendingInputNumber")
    if mode == "EQUAL" and inputs:
        return BlendingStep(inputs, "EQUAL", 1.0, result)
    if mode == "FOREGROUND" and len(inputs) == 2 and opacity is not None:
        return BlendingStep(inputs, "FOREGROUND", min(max(opacity, 0.0), 1.0), result)
    return None


def _checked(inputs: list[BlendingInput], steps: tuple[BlendingStep, ...]) -> AdvancedBlending | None:
    """Return the blending with its steps in an order in which each can be made; None when that is not possible."""
    known = {one.number for one in inputs}
    waiting, ordered = list(steps), []
    while waiting:
        ready = next((one for one in waiting if known.issuperset(one.inputs)), None)
        if ready is None:
            return None
        waiting.remove(ready)
        ordered.append(ready)
        if ready.result is not None:
            known.add(ready.result)
    pictures = [one for one in ordered if one.result is None]
    return AdvancedBlending(tuple(inputs), tuple(ordered)) if inputs and len(pictures) == 1 else None
