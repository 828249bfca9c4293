"""Letters at the edges of an image that say which way it lies in the patient (PS3.3 C.7.6.1.1.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from viewer.domain.instance import InstanceHeader
from viewer.geometry.plane import Plane

_AXES = (("R", "L"), ("A", "P"), ("F", "H"))
"""Letters for the negative and positive direction of x, y and z of a person (LPS+)."""
_SECOND = 0.26
"""A second letter stands when the direction leans more than 15 degrees."""
_PERSON = {"R": "L", "L": "R", "A": "P", "P": "A", "F": "H", "H": "F"}
_ANIMAL = {
    "LE": "RT", "RT": "LE", "CR": "CD", "CD": "CR", "PR": "DI", "DI": "PR", "D": "V", "V": "D", "M": "L", "L": "M",
    "PA": "D", "PL": "D", "R": "CD",
}  # fmt: skip
"""Values of quadrupeds and their opposites (PS3.3 C.7.6.1.1.1)."""


def direction_letters(direction: ArrayLike) -> str:
    """Return one or two letters for a direction in the patient: the strongest component first."""
    values = np.asarray(direction, dtype=float).tolist()
    order = sorted(range(3), key=lambda axis: -abs(values[axis]))[:2]
    return "".join(
        _AXES[axis][int(values[axis] > 0)] for place, axis in enumerate(order) if place == 0 or abs(values[axis]) > _SECOND
    )


def letters_of(plane: Plane, header: InstanceHeader | None) -> tuple[str, str, str, str]:
    """Return (left, right, top, bottom) letters of the untransformed image; empty where nothing is known.

    From the plane's directions; from Patient Orientation where the image has no position, or is of an animal, whose axes
    have other names than a person's.
    """
    if header is not None and header.tiling is not None:
        # The axes of a slide are those of the glass, not of a person.
        return "", "", "", ""
    stated = header.patient_orientation if header is not None else None
    animal = stated is not None and not all(set(value) <= set(_PERSON) for value in stated)
    if plane.in_patient_space and not plane.anatomical:
        return "", "", "", ""
    if plane.in_patient_space and not animal:
        right, bottom = direction_letters(plane.axis_column), direction_letters(plane.axis_row)
        opposite_right = direction_letters(np.negative(plane.axis_column))
        return opposite_right, right, direction_letters(np.negative(plane.axis_row)), bottom
    if stated is None:
        return "", "", "", ""
    right, bottom = stated
    return opposite(right), right, opposite(bottom), bottom


def opposite(value: str) -> str:
    """Return the opposite of a Patient Orientation value; empty when one of its letters is unknown."""
    if set(value) <= set(_PERSON):
        return "".join(_PERSON[letter] for letter in value)
    found, rest = [], value
    while rest:
        known = next((length for length in (2, 1) if rest[:length] in _ANIMAL), 0)
        if not known:
            return ""
        found.append(_ANIMAL[rest[:known]])
        rest = rest[known:]
    return "".join(found)
