"""The masks that a presentation state subtracts from frames of an angiogram, and how they are moved (PS3.3 C.7.6.10)."""

from __future__ import annotations

import math

from pydicom.dataset import Dataset

from viewer.domain.presentation import MaskShift, Subtraction
from viewer.iods.elements import floats, integer, integers, items, number, text, texts

_WITHOUT_REGION_SHIFT = (0.0, 0.0)


def state_subtractions(dataset: Dataset) -> tuple[tuple[Subtraction, ...], tuple[str, ...]]:
    """Return the subtractions of a state and what of them is not applied, in words.

    A state that recommends the native view subtracts nothing (Recommended Viewing Mode, PS3.3 C.11.13).
    """
    if texts(dataset, "RecommendedViewingMode")[:1] == ("NAT",):
        return (), ()
    found: list[Subtraction] = []
    lacking: list[str] = []
    for item in items(dataset, "MaskSubtractionSequence"):
        made = _subtraction(item)
        if made is None:
            lacking.append(f"subtraction of a mask by {text(item, 'MaskOperation') or 'an operation that is not stated'}")
        else:
            found.append(made)
    if number(dataset, "MaskVisibilityPercentage"):
        lacking.append("a mask that stays visible in part")
    return tuple(found), tuple(lacking)


def _subtraction(item: Dataset) -> Subtraction | None:
    operation, masks = text(item, "MaskOperation").upper(), integers(item, "MaskFrameNumbers")
    averaged = max(integer(item, "ContrastFrameAveraging") or 1, 1)
    ranges, shifts = _ranges(integers(item, "ApplicableFrameRange")), _shifts(item)
    if operation == "AVG_SUB" and masks:
        return Subtraction(masks, 0, averaged, ranges, shifts)
    if operation == "TID":
        # Of zero length it is 1.
        return Subtraction((), integer(item, "TIDOffset") or 1, averaged, ranges, shifts)
    return Subtraction(ranges=ranges) if operation == "NONE" else None


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
