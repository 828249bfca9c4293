"""Presets are read once, by modality, in the units of the image or in SUV."""

from __future__ import annotations

from tests.imaging.test_choices import pet_of
from tests.imaging.test_grey import attributes_of
from viewer.domain.image_attributes import Window
from viewer.imaging.window_presets import WindowPreset, presets_of, read_window_presets

TEXT = """{"presets": {"CT": [{"name": "Lung", "center": -600, "width": 1500, "key": 4}],
 "PT": [{"name": "Low", "center": 1, "width": 2, "unit": "SUV"}]}}"""


def test_a_modality_has_its_presets_and_another_none() -> None:
    presets = read_window_presets(TEXT)
    assert presets_of(presets, "CT") == (WindowPreset("Lung", -600.0, 1500.0, "CT", 4),)
    assert presets_of(presets, "PT") == (WindowPreset("Low", 1.0, 2.0, "PT", unit="SUV"),)
    assert presets_of(presets, "MR") == ()


def test_a_preset_in_units_of_the_image_is_itself() -> None:
    assert WindowPreset("Lung", -600.0, 1500.0).window_for(attributes_of()) == Window(-600, 1500, name="Lung")


def test_a_preset_in_suv_is_brought_to_the_units_of_the_image() -> None:
    preset = WindowPreset("Low", 1.0, 2.0, "PT", unit="SUV")
    window = preset.window_for(attributes_of(modality="PT", units="BQML", pet=pet_of()))
    by_hand = 70_000 / (3.7e8 * 2 ** (-3600 / 6586.2))
    assert window is not None
    assert abs(window.center * by_hand - 1) < 1e-9
    assert abs(window.width * by_hand - 2) < 1e-9


def test_a_preset_in_suv_is_not_there_where_suv_is_not_known() -> None:
    preset = WindowPreset("Low", 1.0, 2.0, "PT", unit="SUV")
    assert preset.window_for(attributes_of(modality="PT", units="BQML", pet=pet_of(weight_kg=None))) is None
    assert preset.window_for(attributes_of()) is None
