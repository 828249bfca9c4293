"""The value of a stack or frame along time, echo, b-value ... in words: for the second slider, the corner and the status."""

from __future__ import annotations

from collections.abc import Callable

from viewer.domain.dimensions import Axis, Dimension
from viewer.domain.siblings import dimension_along
from viewer.domain.stack import Stack
from viewer.scene.plain_words import NO_BREAK_SPACE, plain

Say = Callable[[str], str]


def dimension_words(dimension: Dimension, say: Say) -> str:
    """Return one value in words: ``b-value 1000 s/mm²``, ``Time 3 of 20 · 12.4 s``."""
    label, value = say(plain(dimension.label)), plain(dimension.value)
    detail = plain(dimension.detail).replace(" ", NO_BREAK_SPACE)
    if dimension.numbered:
        if not dimension.value:
            return say("{label} not stated").format(label=label)
        words = say("{label} {number} of {count}").format(label=label, number=dimension.number, count=dimension.count)
        return f"{words} · {detail}" if detail else words
    if not value:
        return say("{label} not stated").format(label=label)
    unit = f"{NO_BREAK_SPACE}{dimension.unit}" if dimension.unit else ""
    return f"{label} {value}{unit}"


def stack_words(stack: Stack, say: Say) -> tuple[str, ...]:
    """Return what tells a stack from the other volumes of its place, a line each."""
    stated = [one for one in stack.dimensions if one.value]
    return tuple(dimension_words(one, say) for one in stated or stack.dimensions)


def axis_words(stack: Stack, axis: Axis, say: Say) -> str:
    """Return what the second slider says: the value along its axis, and where in the row of volumes it stands."""
    along = dimension_along(stack, axis)
    number, count = axis.place + 1, len(axis.stack_ids)
    if along is None:
        words = say("Volume {number} of {count}").format(number=number, count=count)
        return " · ".join((words, *stack_words(stack, say)))
    if along.numbered and along.value:
        return dimension_words(along, say)
    return dimension_words(along, say) + " · " + say("{number} of {count}").format(number=number, count=count)
