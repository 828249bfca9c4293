"""The window presets in force: those of the settings, else those that come with the program."""

from __future__ import annotations

from viewer.app.paths import resources
from viewer.app.settings import Settings
from viewer.imaging.window_presets import WindowPreset, read_window_presets


def default_window_presets() -> tuple[WindowPreset, ...]:
    """Return the presets that come with the program."""
    return read_window_presets((resources() / "windows.json").read_text(encoding="utf-8"))


def presets_in_force(settings: Settings) -> tuple[WindowPreset, ...]:
    """Return the reader's own presets when there are any, also when that is an empty list."""
    return settings.window_presets if settings.window_presets is not None else default_window_presets()
