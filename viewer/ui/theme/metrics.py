"""Sizes: logical pixels, grown by the text-size setting, and row heights, shifted by the density setting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Density = Literal["compact", "normal", "roomy"]

DENSITY_SHIFT: dict[Density, int] = {"compact": -4, "normal": 0, "roomy": 6}

TREE_ROW = 26
GROUP_ROW = 24
OBJECT_HEAD = 28
SERIES_ROW = 52
THUMBNAIL = 44
COLUMN_HEAD = 22
PALETTE_ROW = 32
TAB_HEIGHT = 32
TOOLBAR_HEIGHT = 40
INDENT = 14
SIDE = 12
"""Space left and right inside a panel."""
TEXT_LINE = 16
"""Line height of the 12 px text."""


@dataclass(frozen=True)
class Metrics:
    """Sizes under one text size (0.9 to 1.5) and one density."""

    text_size: float = 1.0
    density: Density = "normal"

    def px(self, size: float) -> int:
        """Return a length in logical pixels, grown with the text."""
        return max(1, round(size * self.text_size))

    def row(self, height: int) -> int:
        """Return the height of a row: its token, at least the text line + 10 px, shifted by the density."""
        return max(height, self.px(TEXT_LINE) + 10) + DENSITY_SHIFT[self.density]
