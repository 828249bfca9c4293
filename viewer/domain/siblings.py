"""Volumes of one place: the stacks that differ from one another in time, echo, b-value ..., and the ways through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from viewer.domain.dimensions import Dimension
from viewer.domain.library import Library
from viewer.domain.stack import Stack


@dataclass(frozen=True)
class Axis:
    """One way through the volumes of a set.

    Parameters
    ----------
    keyword
        Of the attribute that varies along it; empty where several vary and not every combination exists.
    stack_ids
        The volumes, in order.
    place
        0-based place of the stack it was asked for.
    is_time
        The volumes follow one another in time.
    """

    keyword: str
    stack_ids: tuple[str, ...]
    place: int
    is_time: bool


def siblings(library: Library, stack: Stack) -> tuple[Stack, ...]:
    """Return the volumes of a stack's set, itself included, in order; empty when it is alone."""
    if not stack.volume_set or not stack.frames:
        return ()
    return library.series_of(stack.frames[0].instance).volumes_of(stack.volume_set)


def axes_through(library: Library, stack: Stack) -> tuple[Axis, ...]:
    """Return the ways through the volumes beside a stack, those of time first, then the longest first.

    Where every combination of values exists (echoes x phases) each attribute is an axis; else all volumes are one.
    """
    volumes = siblings(library, stack)
    if len(volumes) < 2:
        return ()
    if not _is_grid(volumes):
        is_time = all(one.is_time for volume in volumes for one in volume.dimensions)
        return (Axis("", tuple(volume.id for volume in volumes), _place(volumes, stack), is_time),)
    found = []
    for at, own in enumerate(stack.dimensions):
        along = [volume for volume in volumes if _same_but(volume, stack, at)]
        along.sort(key=lambda volume: volume.dimensions[at].number)
        if len(along) > 1:
            ids = tuple(volume.id for volume in along)
            found.append(Axis(own.keyword, ids, _place(along, stack), own.is_time))
    return tuple(sorted(found, key=lambda axis: (not axis.is_time, -len(axis.stack_ids))))


def range_stack(library: Library, stack: Stack) -> Stack:
    """Return the stack that an automatic window is taken from: of volumes that follow in time the middle one.

    A window that changed from moment to moment would hide what changes in the image.
    """
    along = next((axis for axis in axes_through(library, stack) if axis.is_time), None)
    middle = library.stack(along.stack_ids[len(along.stack_ids) // 2]) if along is not None else None
    return middle or stack


def _place(volumes: Sequence[Stack], stack: Stack) -> int:
    return next(place for place, volume in enumerate(volumes) if volume.id == stack.id)


def _is_grid(volumes: Sequence[Stack]) -> bool:
    keywords = {tuple(one.keyword for one in volume.dimensions) for volume in volumes}
    places = {tuple(one.number for one in volume.dimensions) for volume in volumes}
    whole = prod(one.count for one in volumes[0].dimensions)
    return len(keywords) == 1 and len(places) == whole == len(volumes)


def _same_but(volume: Stack, stack: Stack, at: int) -> bool:
    return all(
        one.number == other.number
        for place, (one, other) in enumerate(zip(volume.dimensions, stack.dimensions, strict=True))
        if place != at
    )


def dimension_along(stack: Stack, axis: Axis) -> Dimension | None:
    """Return the value of a stack along an axis; None along one where several vary."""
    return next((one for one in stack.dimensions if one.keyword == axis.keyword), None)
