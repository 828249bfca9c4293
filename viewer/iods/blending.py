"""The two sets of images of a blending presentation state (PS3.3 C.11.14)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pydicom.dataset import Dataset

from viewer.domain.presentation import Blending, PresentationState
from viewer.domain.references import ImageReference
from viewer.iods.elements import items, number, text

GreyStages = Callable[[Dataset, PresentationState], PresentationState]


def with_blending(
    state: PresentationState,
    dataset: Dataset,
    *,
    stages: GreyStages,
    images_of: Callable[[Dataset], tuple[ImageReference, ...]],
) -> PresentationState | None:
    """Return the state with its lower series as its own and the upper one beside it; None when one of them is missing.

    Parameters
    ----------
    state
        What the data set states for both; its palette colours the upper series.
    stages
        Puts the modality and VOI stages of an item into a state.
    images_of
        Reads the Referenced Series Sequence of an item.
    """
    found = {text(item, "BlendingPosition").upper(): item for item in items(dataset, "BlendingSequence")}
    opacity = number(dataset, "RelativeOpacity")
    lower, upper = found.get("UNDERLYING"), found.get("SUPERIMPOSED")
    if lower is None or upper is None or opacity is None or state.palette is None:
        return None
    plain = PresentationState(state.label, state.description, images_of(upper))
    coloured = replace(stages(upper, plain), palette=state.palette, icc_profile=state.icc_profile)
    blending = Blending(images_of(lower), coloured, min(max(opacity, 0.0), 1.0))
    return replace(stages(lower, state), palette=None, blending=blending)
