"""Isodose levels of a dose distribution: which values get a line, what they are called, and their colours.

Decided
    Levels are percentages of the dose that the plan prescribes; where none is known, of the maximum. Both are said.
    Colours run from blue to red as treatment planning shows them: a line has the colour that the wash has there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

OF_PRESCRIPTION = (107.0, 100.0, 95.0, 90.0, 80.0, 70.0, 50.0, 30.0)
OF_MAXIMUM = (95.0, 90.0, 80.0, 70.0, 60.0, 50.0, 30.0, 10.0)
"""Percentages of the levels that are drawn unless others are chosen."""
TOP = 1.1
"""The highest colour stands for this part of the prescribed dose."""

_ANCHORS = (0.0, 0.18, 0.38, 0.54, 0.70, 0.84, 1.0)
_COLOURS = ((40, 60, 190), (70, 120, 255), (60, 215, 245), (60, 205, 90), (250, 232, 40), (255, 150, 20), (240, 45, 40))

Basis = Literal["prescription", "maximum"]


@dataclass(frozen=True)
class Reference:
    """The dose that is 100 %: prescribed, or the maximum of the grid; in the unit of the grid."""

    value: float
    basis: Basis


def dose_color(share: float) -> tuple[int, int, int]:
    """Return the colour of a part (0..1) of the highest dose that has a colour of its own."""
    red, green, blue = (int(np.rint(np.interp(share, _ANCHORS, [one[k] for one in _COLOURS]))) for k in range(3))
    return red, green, blue


def highest_color(reference: Reference) -> float:
    """Return the dose that has the last colour."""
    return reference.value * (TOP if reference.basis == "prescription" else 1.0)


def default_levels(reference: Reference) -> tuple[float, ...]:
    """Return the doses that get a line unless others are chosen, highest first."""
    shares = OF_PRESCRIPTION if reference.basis == "prescription" else OF_MAXIMUM
    return tuple(share / 100 * reference.value for share in shares)


def level_words(level: float, reference: Reference, unit: str) -> str:
    """Return a level in words: 95 % · 47.5 Gy."""
    percent = f"{level / reference.value * 100:.4g} %"
    return f"{percent} · {level:.4g} {unit}" if unit else percent
