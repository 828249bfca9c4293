"""Volumes of one place: the stacks that differ from one another in time, echo, b-value ..., and the ways through them."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from viewer.domain.dimensions import Axis, Dimension
from viewer.domain.library import Library
from viewer.domain.stack import Stack


def siblings(library: Library, stack: Stack) -> tuple[Stack, ...]:
    """Return the volumes of a stack's set, itself included, in order; empty when it is alone."""
    if not stack.volume_set or not stack.frames:
        return ()
    return library.series_of(stack.frames[0].instance).volumes_of(stack.volume_set)


def is_same_place(library: Library, one: str | None, other: str | None) -> bool:
    """Say whether two stacks, by their ids, are one or volumes of one place beside each other."""
    stack = library.stack(one) if one is not None else None
    return one == other or (stack is not None and any(other in axis.stack_ids for axis in stack.axes))


def range_stack(library: Library, stack: Stack) -> Stack:
    """Return the stack that an automatic window is taken from: of volumes that follow in time the middle one.

    A window that changed from moment to moment would hide what changes in the image.
    """
    along = next((axis for axis in stack.axes if axis.is_time), None)
    middle = library.stack(along.stack_ids[len(along.stack_ids) // 2]) if along is not None else None
    return middle or stack


def dimension_along(stack: Stack, axis: Axis) -> Dimension | None:
    """Return the value of a stack along an axis; None along one where several vary."""
    return next((one for one in stack.dimensions if one.keyword == axis.keyword), None)


def is_grid(volumes: Sequence[Sequence[Dimension]]) -> bool:
    """Say whether volumes, given by their dimensions, are every combination of values once."""
    keywords = {tuple(one.keyword for one in dimensions) for dimensions in volumes}
    places = {tuple(one.number for one in dimensions) for dimensions in volumes}
    return len(keywords) == 1 and len(places) == prod(one.count for one in volumes[0]) == len(volumes)


def axes_of_volumes(stack_ids: Sequence[str], volumes: Sequence[Sequence[Dimension]]) -> list[tuple[Axis, ...]]:
    """Return for each volume of a set the ways through them, those of time first, then the longest first.

    Where every combination of values exists (echoes x phases) each attribute is an axis; else all volumes are one.

    Parameters
    ----------
    stack_ids, volumes
        The volumes of the set in order: their ids and their dimensions.
    """
    if len(volumes) < 2:
        return [()] * len(volumes)
    if not is_grid(volumes):
        is_time = all(one.is_time for dimensions in volumes for one in dimensions)
        return [(Axis("", tuple(stack_ids), place, is_time),) for place in range(len(volumes))]
    found: list[list[Axis]] = [[] for _ in volumes]
    for at, own in enumerate(volumes[0]):
        # Along an axis all other values stay the same.
        rows: dict[tuple[int, ...], list[int]] = {}
        for place, dimensions in enumerate(volumes):
            rows.setdefault(tuple(one.number for n, one in enumerate(dimensions) if n != at), []).append(place)
        for row in rows.values():
            row.sort(key=lambda place: volumes[place][at].number)
            ids = tuple(stack_ids[place] for place in row)
            for number, place in enumerate(row):
                if len(row) > 1:
                    found[place].append(Axis(own.keyword, ids, number, own.is_time))
    return [tuple(sorted(axes, key=lambda axis: (not axis.is_time, -len(axis.stack_ids)))) for axes in found]
