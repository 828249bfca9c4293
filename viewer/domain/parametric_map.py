"""A parametric map: an image whose values are measurements, laid over the images it was made from (PS3.3 A.75)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class ParametricMap:
    """The content of a parametric map as an overlay; its pixels are those of the stacks that its frames make up.

    ``mappings`` names each real-world value mapping of its frames once, as (name, unit), in the file's order.
    """

    mappings: tuple[tuple[str, str], ...] = ()
