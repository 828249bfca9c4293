"""The window field names the window that is in force: the same one as the corner of the image."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from tests.scene.one_stack import image_attributes, one_stack, ramp_pixels
from tests.scene.two_stacks import pet_attributes
from viewer.domain.image_attributes import FrameValues, ImageAttributes, Window
from viewer.imaging.window_presets import WindowPreset
from viewer.reading.state import WindowChoice
from viewer.ui.window_presets import window_text, windows_by_key, windows_to_choose

NO_WINDOW = FrameValues(windows=())
pytestmark = pytest.mark.usefixtures("qapp")


def text_of(attributes: ImageAttributes | None = None, choice: WindowChoice | None = None) -> str:
    state, inputs = one_stack([ramp_pixels()], attributes=attributes)
    return window_text(replace(state, panes=(replace(state.pane, window=choice or WindowChoice()),)), inputs)


def test_a_nameless_window_of_the_file_is_called_as_stored() -> None:
    assert text_of() == "As stored 128 / 256"


def test_a_window_of_the_file_keeps_its_name() -> None:
    named = image_attributes(frames=(FrameValues(windows=(Window(40.0, 350.0, name="ABDOMEN"),)),))
    assert text_of(named) == "ABDOMEN 40 / 350"


def test_a_ct_without_a_window_says_soft_tissue_as_its_corner_does() -> None:
    assert text_of(image_attributes(frames=(NO_WINDOW,), rescale_type="HU")) == "Soft tissue 40 / 400"


def test_another_image_without_a_window_says_that_it_comes_from_the_values(qapp: QApplication) -> None:
    text = text_of(image_attributes(frames=(NO_WINDOW,), modality="MR"))
    values = np.percentile(ramp_pixels(), (1, 99))
    assert text.startswith("From the values ")
    assert text.endswith(f"{values.mean():.0f} / {values[1] - values[0]:.0f}")


def test_a_window_in_suv_is_called_by_its_ends() -> None:
    assert text_of(pet_attributes()) == "SUV 0–5"
    assert text_of(pet_attributes(), WindowChoice("preset", name="SUV 0–10", center=1.0, width=2.0)) == "SUV 0–10"


def test_dragging_makes_it_ones_own() -> None:
    assert text_of(choice=WindowChoice("user", center=10, width=20)) == "Own 10 / 20"


def test_while_the_image_is_read_there_is_no_claim() -> None:
    state, inputs = one_stack([ramp_pixels()])
    inputs.frames.clear()
    assert window_text(state, inputs) == "Window"


PRESETS = (
    WindowPreset("Lung", -600, 1500),
    WindowPreset("Bone", 450, 1800, key=7),
    WindowPreset("Liver", 80, 160),
    WindowPreset("Low", 1, 2, "PT", unit="SUV"),
)


def test_number_keys_take_what_has_them_and_the_rest_in_order() -> None:
    state, inputs = one_stack([ramp_pixels()])
    found = windows_to_choose(replace(state, window_presets=PRESETS), inputs)
    names = {key: one.name for key, one in windows_by_key(found).items()}
    assert names == {1: "As stored", 2: "Lung", 3: "Liver", 4: "From the values", 7: "Bone"}


def test_a_preset_that_the_file_has_itself_is_offered_once() -> None:
    named = image_attributes(frames=(FrameValues(windows=(Window(-600.0, 1500.0, name="LUNG"),)),))
    state, inputs = one_stack([ramp_pixels()], attributes=named)
    state = replace(state, window_presets=PRESETS)
    found = [one.name for one in windows_to_choose(state, inputs) if one.name.casefold() == "lung"]
    assert found == ["LUNG"]
