"""The windows that reader and program know by name, for each modality: one format, whoever finds the file."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class WindowPreset:
    """A window with a name, in the units of the image."""

    name: str
    center: float
    width: float


def window_presets(text: str, modality: str) -> tuple[WindowPreset, ...]:
    """Return the presets of a modality from the text of ``windows.json``; none for a modality that it does not have."""
    rows = json.loads(text)["presets"].get(modality, ())
    return tuple(WindowPreset(row["name"], float(row["center"]), float(row["width"])) for row in rows)
