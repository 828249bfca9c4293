"""The settings: one typed model with a version. The dialog is generated from it; it is passed down, never a global."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.config import JsonDict

from viewer.domain.agreement import Tolerances
from viewer.domain.part_groups import SavedGroup
from viewer.export.whole_files import write_atomically
from viewer.imaging.window_presets import WindowPreset
from viewer.reading.saved_layout import SavedLayout

_VERSION = 1
_RECENT_LIMIT = 12


_ALLOWED = Tolerances()
_LARGEST_TOLERANCE = 1000.0


def _tolerance(default: float, title: str, description: str | None = None) -> Any:
    """Return a field of the settings that says up to where numbers agree."""
    extra: JsonDict = {"group": "Review", "step": 0.1 if default < 1 else 1.0}
    return Field(default, ge=0.0, le=_LARGEST_TOLERANCE, title=title, description=description, json_schema_extra=extra)


class Settings(BaseModel):
    """What the user prefers. Fields with a title appear in the settings dialog, in this order."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: int = _VERSION
    theme: Literal["dark", "light", "system"] = Field("dark", title="Theme")
    text_size: float = Field(1.0, ge=0.9, le=1.5, title="Text size", json_schema_extra={"step": 0.05})
    density: Literal["compact", "normal", "roomy"] = Field("normal", title="Row height")
    smooth_images: bool = Field(default=True, title="Smooth images when enlarged")
    screen_width_mm: int = Field(
        0,
        ge=0,
        le=5000,
        title="Width of the screen, mm",
        description="Of its picture, measured with a ruler: for presentation states that ask for true size. "
        "0: what the screen says of itself.",
    )
    memory_budget_mib: int = Field(
        2048,
        ge=256,
        le=65536,
        title="Memory for images, MiB",
        description="What is kept ready: images, results on their slices, finished pictures, unpacked files. "
        "The program itself, what the headers say and the reading of one large file come on top.",
        json_schema_extra={"step": 256},
    )
    window_presets: tuple[WindowPreset, ...] | None = None
    """The reader's own windows; None: those that come with the program."""
    reader_name: str = Field(
        "",
        title="Reader",
        description="Whose measurements and decisions these are; every reader has their own. Empty: the name of the account "
        "on this computer. A change counts from the next start on.",
    )
    reasons: str = Field(
        "",
        title="Reasons",
        description="To choose from beside a decision, separated by semicolons. Empty: those that come with the program.",
    )
    safe_colors: bool = Field(
        default=False,
        title="Colours told apart with colour blindness",
        description="Segments and regions have colours of one palette, whatever the files say.",
    )
    tolerance_volume_percent: float = _tolerance(_ALLOWED.volume_percent, "Volumes agree within, %")
    tolerance_volume_ml: float = _tolerance(_ALLOWED.volume_ml, "Volumes agree within, ml")
    tolerance_length_percent: float = _tolerance(_ALLOWED.length_percent, "Lengths agree within, %")
    tolerance_length_mm: float = _tolerance(_ALLOWED.length_mm, "Lengths agree within, mm")
    tolerance_mean_percent: float = _tolerance(_ALLOWED.mean_percent, "Values of pixels agree within, %")
    tolerance_mean_units: float = _tolerance(
        _ALLOWED.mean_units,
        "Values of pixels agree within, units",
        "Units are HU, tenths of an SUV, and for other quantities what one stored value amounts to. "
        "Of the two, the larger counts; a reported number that is further off what is computed again is flagged.",
    )
    part_groups: tuple[SavedGroup, ...] = ()
    """The reader's own groups of segments and regions."""
    recent: tuple[str, ...] = ()
    recent_contents: dict[str, dict[str, int]] = Field(default_factory=dict)
    """For a recent folder: how many image series ("series") it has, and how many objects of each other modality."""
    shortcuts: dict[str, str] = Field(default_factory=dict)
    layouts: tuple[SavedLayout, ...] = ()
    window_geometry: str = ""
    window_layout: str = ""

    @property
    def tolerances(self) -> Tolerances:
        """Up to where reported numbers and those computed again agree."""
        return Tolerances(
            volume_percent=self.tolerance_volume_percent,
            volume_ml=self.tolerance_volume_ml,
            length_percent=self.tolerance_length_percent,
            length_mm=self.tolerance_length_mm,
            mean_percent=self.tolerance_mean_percent,
            mean_units=self.tolerance_mean_units,
        )

    def with_recent(self, path: str) -> Settings:
        """Return the settings with a folder at the top of the recent ones."""
        recent = (path, *[p for p in self.recent if p != path])[:_RECENT_LIMIT]
        contents = {name: found for name, found in self.recent_contents.items() if name in recent}
        return self.model_copy(update={"recent": recent, "recent_contents": contents})

    def with_contents(self, path: str, contents: dict[str, int]) -> Settings:
        """Return the settings with what was found in a recent folder; unchanged for any other."""
        if path not in self.recent:
            return self
        return self.model_copy(update={"recent_contents": {**self.recent_contents, path: contents}})


def load_settings(path: Path) -> Settings:
    """Read the settings; anything missing or invalid falls back to its default, so a damaged file never stops the start."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    if not isinstance(stored, dict):
        return Settings()
    # What another version wrote is taken as far as it is understood, and is ours from now on.
    stored.pop("version", None)
    try:
        return Settings.model_validate(stored)
    except ValidationError as error:
        wrong = {entry["loc"][0] for entry in error.errors() if entry["loc"]}
        return Settings.model_validate({name: value for name, value in stored.items() if name not in wrong})


def save_settings(settings: Settings, path: Path) -> None:
    """Write the settings to a temporary file beside ``path`` and rename it; raises OSError."""
    write_atomically(path, settings.model_dump_json(indent=1))
