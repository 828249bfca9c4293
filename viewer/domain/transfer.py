"""A transfer function: which colour and opacity the values of a volume have when it is looked through."""

from __future__ import annotations

from dataclasses import dataclass, replace

Color = tuple[int, int, int]


@dataclass(frozen=True)
class TransferPoint:
    """At a modality value: the colour, and how much of the light one millimetre takes away (0..1)."""

    value: float
    color: Color
    opacity: float


@dataclass(frozen=True)
class TransferFunction:
    """Colour and opacity of every value: linear between points, constant beyond them.

    ``points`` are by ascending value. ``shaded``: lit like a surface.
    """

    points: tuple[TransferPoint, ...]
    shaded: bool = True

    def shifted(self, by: float) -> TransferFunction:
        """Return the function for values that are higher by ``by``."""
        return replace(self, points=tuple(replace(one, value=one.value + by) for one in self.points))

    def over(self, low: float, high: float) -> TransferFunction:
        """Return the function of the shares 0 to 1 of a range as one of values."""
        points = tuple(replace(one, value=low + one.value * (high - low)) for one in self.points)
        return replace(self, points=points)

    def with_point(self, index: int, *, value: float, opacity: float) -> TransferFunction:
        """Return the function with a point moved; it stays between its neighbours, its opacity in 0 to 1."""
        lowest = self.points[index - 1].value if index else float("-inf")
        highest = self.points[index + 1].value if index + 1 < len(self.points) else float("inf")
        moved = replace(self.points[index], value=min(max(value, lowest), highest), opacity=min(max(opacity, 0.0), 1.0))
        return replace(self, points=(*self.points[:index], moved, *self.points[index + 1 :]))
