"""The masks that a presentation state subtracts from frames of an angiogram, and how they are moved (PS3.3 C.7.6.10)."""

from __future__ import annotations

import math
from collections.abc import Callable

from pydicom.dataset import Dataset

from viewer.domain.image_attributes import LookupTable
from viewer.domain.presentation import MaskDisplay, MaskShift, Subtraction
from viewer.iods.elements import floats, integer, integers, items, number, text, texts
from viewer.iods.state_annotations import referenced_images

_WITHOUT_REGION_SHIFT = (0.0, 0.0)


def state_subtractions(
    dataset: Dataset, table_of: Callable[[Dataset], LookupTable | None]
) -> tuple[tuple[Subtraction, ...], tuple[str, ...]]:
    """Return the subtractions of a state and what of them is not applied, in words.

    Parameters
    ----------
    table_of
        Reads the lookup table of an item.
    """
    found: list[Subtraction] = []
    lacking: list[str] = []
    shared = _logarithms(dataset, table_of)
    for item in items(dataset, "MaskSubtractionSequence"):
        made = _subtraction(item, _logarithms(item, table_of) or shared)
        if made is None:
            lacking.append(f"subtraction of a mask by {text(item, 'MaskOperation') or 'an operation that is not stated'}")
        else:
            found.append(made)
    return tuple(found), tuple(lacking)


def mask_displays(dataset: Dataset) -> tuple[MaskDisplay, ...]:
    """Return how much of the masks is to stay visible, what is said of single frames first.

    The Recommended Viewing Mode of a range of frames (PS3.3 C.11.21) overrides that of the mask (PS3.3 C.11.13): NAT is as
    good as a Mask Visibility Percentage of 100.
    """
    whole = 1.0 if _mode(dataset) == "NAT" else 0.0
    found: list[MaskDisplay] = []
    for owner in (dataset, *items(dataset, "MultiFramePresentationSequence")):
        images = referenced_images(owner)
        for item in items(owner, "FrameDisplaySequence"):
            first, last = integer(item, "StartTrim"), integer(item, "StopTrim")
            if first is None or last is None:
                continue
            percentage, mode = number(item, "MaskVisibilityPercentage"), _mode(item)
            stated = whole if percentage is None and not mode else (percentage or 0.0) / 100
            found.append(MaskDisplay(1.0 if mode == "NAT" else min(max(stated, 0.0), 1.0), ((first, last),), images))
    return (*found, MaskDisplay(whole)) if found or whole else ()


def is_filtered(dataset: Dataset) -> bool:
    """Say whether a state asks for edge enhancement of any frames (Display Filter Percentage, PS3.3 C.11.21)."""
    owners = (dataset, *items(dataset, "MultiFramePresentationSequence"))
    stated = [number(item, "DisplayFilterPercentage") for owner in owners for item in items(owner, "FrameDisplaySequence")]
    return any(stated)


def _mode(item: Dataset) -> str:
    return next(iter(texts(item, "RecommendedViewingMode")), "").upper()


def _subtraction(
    item: Dataset, logarithms: tuple[tuple[tuple[tuple[int, int], ...], LookupTable], ...]
) -> Subtraction | None:
    operation, masks = text(item, "MaskOperation").upper(), integers(item, "MaskFrameNumbers")
    averaged = max(integer(item, "ContrastFrameAveraging") or 1, 1)
    ranges, shifts, images = _ranges(integers(item, "ApplicableFrameRange")), _shifts(item), referenced_images(item)
    offset = integer(item, "TIDOffset")
    if operation == "AVG_SUB" and masks:
        return Subtraction(masks, None, False, averaged, ranges, shifts, images, logarithms)
    if operation == "TID" or (operation == "REV_TID" and ranges):
        # Of zero length it is 1.
        back = 1 if offset is None else offset
        return Subtraction((), back, operation == "REV_TID", averaged, ranges, shifts, images, logarithms)
    return Subtraction(ranges=ranges, images=images) if operation == "NONE" else None


def _logarithms(
    item: Dataset, table_of: Callable[[Dataset], LookupTable | None]
) -> tuple[tuple[tuple[tuple[int, int], ...], LookupTable], ...]:
    """Return the Pixel Intensity Relationship LUTs of a state: subtraction takes place in logarithms (PS3.4 N.2.5.1)."""
    stated = items(item, "PixelIntensityRelationshipLUTSequence")
    read = [(_ranges(integers(one, "LUTFrameRange")), table_of(one)) for one in stated]
    return tuple((ranges, table) for ranges, table in read if table is not None)


def _shifts(item: Dataset) -> tuple[MaskShift, ...]:
    found = [MaskShift(shift)] if (shift := _shift(item)) is not None else []
    for of_frames in items(item, "PixelShiftSequence"):
        ranges = _ranges(integers(of_frames, "PixelShiftFrameRange"))
        for of_region in items(of_frames, "RegionPixelShiftSequence"):
            corners = integers(of_region, "VerticesOfTheRegion")
            region = tuple(zip(corners[::2], corners[1::2], strict=False))
            if len(region) == 2:
                # Two corners are those of a rectangle.
                (top, left), (bottom, right) = region
                region = ((top, left), (top, right), (bottom, right), (bottom, left))
            found.append(MaskShift(_shift(of_region) or _WITHOUT_REGION_SHIFT, ranges, region))
    return tuple(found)


def _shift(item: Dataset) -> tuple[float, float] | None:
    values = floats(item, "MaskSubPixelShift")
    return (values[0], values[1]) if len(values) == 2 and all(map(math.isfinite, values)) else None


def _ranges(numbers: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    return tuple(zip(numbers[::2], numbers[1::2], strict=False))
