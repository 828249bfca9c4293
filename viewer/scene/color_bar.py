"""What stands beside a picture and says which value each of its greys or colours is."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.domain.image_attributes import Palette
from viewer.domain.instance import InstanceKey
from viewer.imaging.shown_values import ShownScale


@dataclass(frozen=True)
class ColorBar:
    """One bar, from the value that is black (or the first colour) to the one that is white (or the last).

    ``stack_id`` is that of what is laid over; empty for the image itself. ``low`` and ``high`` are modality values;
    ``scale`` says them in the reader's unit. Only ends of a window ``can_move``. Below ``floor`` (0..1) nothing is shown.
    """

    stack_id: str
    title: str
    low: float
    high: float
    scale: ShownScale
    palette: Palette | None = None
    inverted: bool = False
    can_move: bool = True
    floor: float = 0.0
    opacity: float = 1.0
    here: bool = True
    """What it is of has a value on this plane; else the bar is not drawn."""
    overlay: InstanceKey | None = None
    """The map or dose that it is of."""

    @property
    def ends(self) -> tuple[float, float]:
        """The values at its two ends as they are said."""
        return self.scale.of(self.low), self.scale.of(self.high)

    def part_of(self, value: float) -> float:
        """Return where a modality value stands on the bar: 0 at its low end, 1 at its high end; beyond them outside."""
        return (value - self.low) / (self.high - self.low) if self.high != self.low else 0.0
