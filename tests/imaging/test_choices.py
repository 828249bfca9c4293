"""Which window an image starts with."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from tests.imaging.test_grey import attributes_of
from viewer.domain.image_attributes import DecodedFrame, FrameValues, LookupTable, PaddingRange, Rescale, Window
from viewer.domain.pet import PetAttributes
from viewer.imaging.choices import CT_DEFAULT, default_window, image_values, percentile_range, window_issue, windows_of
from viewer.imaging.modality import unit_of
from viewer.imaging.padding import padding_mask

FRAME = DecodedFrame(np.concatenate([np.full(5000, -2000), np.arange(10001)]).astype(np.int16)[None], 1)


def test_what_the_file_offers_comes_first_and_luts_before_windows() -> None:
    table = LookupTable(np.arange(4, dtype=np.uint16), 0, 2, "preferred")
    attributes = attributes_of(voi_luts=(table,), frames=(FrameValues(windows=(Window(1, 2), Window(3, 4))),))
    assert windows_of(attributes, 0) == (table, Window(1, 2), Window(3, 4))
    assert default_window(FRAME, attributes, index=0) is table


def test_a_ct_without_a_window_starts_with_soft_tissue() -> None:
    window = default_window(FRAME, attributes_of(rescale_type="HU"), index=0)
    assert isinstance(window, Window)
    assert (window.center, window.width) == (40, 400)


def test_a_ct_of_which_soft_tissue_shows_nothing_starts_with_its_values() -> None:
    hounsfield = attributes_of(rescale_type="HU")
    for low, high in ((-1022.0, -772.0), (300.0, 900.0)):
        window = default_window(FRAME, hounsfield, index=0, value_range=(low, high))
        assert isinstance(window, Window)
        assert (window.center - window.width / 2, window.center + window.width / 2) == (low, high)
    assert default_window(FRAME, hounsfield, index=0, value_range=(-1022.0, -150.0)) is CT_DEFAULT


def test_check_67_the_automatic_window_does_not_see_padding() -> None:
    attributes = attributes_of(modality="MR", padding=PaddingRange(-2000, -2000))
    window = default_window(FRAME, attributes, index=0)
    assert isinstance(window, Window)
    assert (window.center - window.width / 2, window.center + window.width / 2) == (100, 9900)
    assert window.function == "LINEAR_EXACT"


def test_check_67_the_mean_of_an_image_excludes_padding() -> None:
    attributes = attributes_of(padding=PaddingRange(-2000, -2000), frames=(FrameValues(Rescale(2, 1)),))
    assert image_values(FRAME, attributes, index=0).mean() == 10001
    assert padding_mask(FRAME, attributes).sum() == 5000


def test_the_range_of_the_series_wins_over_that_of_the_frame() -> None:
    window = default_window(FRAME, attributes_of(modality="MR"), index=0, value_range=(10, 30))
    assert window == Window(20, 20, "LINEAR_EXACT")


def test_a_window_that_misses_all_values_is_replaced_and_said() -> None:
    attributes = attributes_of(modality="MR", frames=(FrameValues(windows=(Window(50000, 100),)),))
    found = window_issue(attributes, index=0, value_range=(0, 4000))
    assert found is not None
    assert found.code == "window_missing_data"
    assert default_window(FRAME, attributes, index=0, value_range=(0, 4000)) == Window(2000, 4000, "LINEAR_EXACT")


def test_pet_starts_at_zero_and_ends_near_its_hottest() -> None:
    values = [np.linspace(0.5, 1000, 100001).astype(np.float32)]
    low, high = percentile_range(values, "PT") or (None, None)
    assert low == 0.0
    assert high is not None
    assert abs(high - 999.0) < 0.1


def test_an_image_of_one_value_or_of_padding_alone_has_a_window() -> None:
    flat = DecodedFrame(np.full((2, 3), 7, np.int16), 2)
    assert default_window(flat, attributes_of(modality="MR"), index=0) == Window(7, 1, "LINEAR_EXACT")
    padding = attributes_of(modality="MR", padding=PaddingRange(7, 7), bits_stored=12, signed=False)
    assert default_window(flat, padding, index=0) == Window(2047.5, 4095, "LINEAR_EXACT")


def test_units_are_short_words() -> None:
    assert unit_of(attributes_of(rescale_type="HU")) == "HU"
    assert unit_of(attributes_of(rescale_type="US")) == ""
    assert unit_of(attributes_of(modality="PT", units="BQML", rescale_type="US")) == "Bq/ml"


@pytest.mark.parametrize(
    ("units", "words"), [("CM2ML", "cm²/ml"), ("UMOLMINML", "µmol/min/ml"), ("MLMINML", "ml/min/ml"), ("MLG", "ml/g")]
)
def test_every_unit_of_pet_that_the_standard_defines_has_words(units: str, words: str) -> None:
    assert unit_of(attributes_of(modality="PT", units=units)) == words


def pet_of(**changes: object) -> PetAttributes:
    known = {
        "units": "BQML",
        "corrected": ("ATTN", "DECY"),
        "decay_correction": "START",
        "series_start": datetime(2026, 1, 2, 10, 0),
        "acquisition_start": datetime(2026, 1, 2, 10, 0),
        "injection": datetime(2026, 1, 2, 9, 0),
        "dose_bq": 3.7e8,
        "half_life_s": 6586.2,
        "weight_kg": 70.0,
    }
    return PetAttributes(**{**known, **changes})  # type: ignore[arg-type]


def test_a_pet_without_a_window_spans_suv_0_to_5_in_its_own_units() -> None:
    attributes = attributes_of(modality="PT", units="BQML", pet=pet_of())
    window = default_window(FRAME, attributes, index=0, value_range=(0, 9000))
    assert isinstance(window, Window)
    by_hand = 70_000 / (3.7e8 * 2 ** (-3600 / 6586.2))
    assert window.name == "SUV 0–5"
    assert window.center - window.width / 2 == 0
    assert abs((window.center + window.width / 2) * by_hand - 5) < 1e-9


def test_a_pet_whose_suv_is_not_known_spans_its_values() -> None:
    attributes = attributes_of(modality="PT", units="BQML", pet=pet_of(weight_kg=None))
    assert default_window(FRAME, attributes, index=0, value_range=(0, 9000)) == Window(4500, 9000, "LINEAR_EXACT")


def test_a_pet_keeps_the_window_of_its_file() -> None:
    stated = FrameValues(windows=(Window(1000, 2000),))
    attributes = attributes_of(modality="PT", units="BQML", pet=pet_of(), frames=(stated,))
    assert default_window(FRAME, attributes, index=0, value_range=(0, 9000)) == Window(1000, 2000)


def test_the_luts_of_a_frame_stand_in_place_of_those_of_the_image() -> None:
    of_image, of_frame = (LookupTable(np.arange(4, dtype=np.uint16), 0, 2, name) for name in ("image", "frame"))
    frames = (FrameValues(voi_luts=(of_frame,), windows=(Window(3, 4),)), FrameValues())
    attributes = attributes_of(voi_luts=(of_image,), frames=frames)
    assert windows_of(attributes, 0) == (of_frame, Window(3, 4))
    assert windows_of(attributes, 1) == (of_image,)
