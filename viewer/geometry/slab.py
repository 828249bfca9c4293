"""How thick a plane through a volume is, and what becomes of the values along its thickness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Projection = Literal["maximum", "minimum", "mean"]


@dataclass(frozen=True)
class Slab:
    """``thickness_mm`` 0 is one sample; else what lies within half of it on both sides is projected."""

    thickness_mm: float = 0.0
    projection: Projection = "maximum"


THIN = Slab()
