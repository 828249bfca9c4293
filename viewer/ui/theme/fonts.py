"""The type: Inter from the resources, tabular figures everywhere, sizes in logical pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtGui import QFont, QFontDatabase

from viewer.ui.theme.current import metrics

FAMILY = "Inter"
Weight = Literal[400, 500, 600]


def load_fonts(folder: Path) -> None:
    """Make the bundled font files known to Qt. Without them the system's own font is used."""
    for file in sorted(folder.glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))


def font(size: float = 12, weight: Weight = 400) -> QFont:
    """Return the interface font at a size in logical pixels, times the text-size setting.

    ``tnum`` gives every digit the same width, so that numbers in a column line up.
    """
    made = QFont([FAMILY, "Noto Sans", "DejaVu Sans"])
    made.setPixelSize(metrics().px(size))
    made.setWeight(QFont.Weight(weight))
    made.setFeature(QFont.Tag("tnum"), 1)
    return made
