"""Presets are read by modality."""

from __future__ import annotations

from viewer.imaging.window_presets import WindowPreset, window_presets

TEXT = '{"presets": {"CT": [{"name": "Lung", "center": -600, "width": 1500}]}}'


def test_a_modality_has_its_presets_and_another_none() -> None:
    assert window_presets(TEXT, "CT") == (WindowPreset("Lung", -600.0, 1500.0),)
    assert window_presets(TEXT, "MR") == ()
