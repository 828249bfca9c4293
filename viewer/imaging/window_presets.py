"""The windows that reader and program know by name, for each modality: one format, one way to find them.

The program reads them once, from the settings of the reader or else from its resources, and hands them down as values.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from viewer.domain.image_attributes import ImageAttributes, Window
from viewer.imaging.choices import suvbw_factor


@dataclass(frozen=True)
class WindowPreset:
    """A window with a name, in the units of the image or in SUV by body weight.

    ``key`` is the number key, 1 to 9, that takes it; None: the next that is free.
    """

    name: str
    center: float
    width: float
    modality: str = "CT"
    key: int | None = None
    unit: Literal["", "SUV"] = ""

    def window_for(self, attributes: ImageAttributes) -> Window | None:
        """Return the window in the units of an image; None where it needs an SUV that the image does not have."""
        if not self.unit:
            return Window(self.center, self.width, name=self.name)
        factor = suvbw_factor(attributes)
        if factor is None:
            return None
        return Window(self.center / factor, self.width / factor, "LINEAR_EXACT", self.name)


def read_window_presets(text: str) -> tuple[WindowPreset, ...]:
    """Return the presets of all modalities, in their order, from the text of ``windows.json``."""
    return tuple(
        WindowPreset(row["name"], float(row["center"]), float(row["width"]), modality, row.get("key"), row.get("unit", ""))
        for modality, rows in json.loads(text)["presets"].items()
        for row in rows
    )


def presets_of(presets: Sequence[WindowPreset], modality: str) -> tuple[WindowPreset, ...]:
    """Return the presets of a modality; none for one that has none."""
    return tuple(one for one in presets if one.modality == modality)
