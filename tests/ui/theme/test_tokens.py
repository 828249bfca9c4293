"""The colours can be read: ratios are computed here by the formula of WCAG 2.1, not taken from anywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from viewer.ui.theme.current import Theme
from viewer.ui.theme.metrics import Metrics
from viewer.ui.theme.sheet import style_sheet
from viewer.ui.theme.tokens import DARK, LIGHT, ON_IMAGE, Tokens

UI = Path(__file__).parents[3] / "viewer" / "ui"
TEXT = ("text1", "text2", "text3", "accent", "ai", "accepted", "rejected", "uncertain", "modified", "undecided", "error",
        "warning", "info", "ok")  # fmt: skip


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_gives_the_known_extremes() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_every_text_colour_can_be_read_on_panels_and_cards(tokens: Tokens) -> None:
    for ground in (tokens.bg1, tokens.bg2):
        for name in TEXT:
            assert contrast(getattr(tokens, name), ground) >= 4.5, name


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_edges_of_controls_and_the_focus_ring_stand_out(tokens: Tokens) -> None:
    for ground in (tokens.bg1, tokens.bg2):
        assert contrast(tokens.edge, ground) >= 3.0
        assert contrast(tokens.focus, ground) >= 3.0


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
def test_words_can_be_read_on_selected_rows_tints_and_primary_buttons(tokens: Tokens) -> None:
    for name in ("text1", "text2", "accepted", "rejected", "uncertain", "modified"):
        assert contrast(getattr(tokens, name), tokens.sel) >= 4.5, name
    for ink, ground in (("ai", "ai_bg"), ("error", "error_bg"), ("warning", "warning_bg"), ("info", "info_bg")):
        assert contrast(getattr(tokens, ink), getattr(tokens, ground)) >= 4.5, ink
    for ground in (tokens.fill, tokens.fill_hover, tokens.fill_pressed):
        assert contrast(tokens.on_fill, ground) >= 4.5
    assert contrast(tokens.bg0, tokens.text1) >= 4.5, "tooltips are inverted"


def test_words_on_images_can_be_read_over_their_outline_and_plate() -> None:
    white_under_plate = round(255 * (1 - ON_IMAGE.plate_alpha / 255))
    plate = "#" + f"{white_under_plate:02X}" * 3
    assert contrast(ON_IMAGE.text, plate) >= 4.5
    assert contrast(ON_IMAGE.ai, plate) >= 4.5
    assert contrast(ON_IMAGE.text, ON_IMAGE.outline) >= 4.5


def test_the_image_lies_on_black_in_both_themes() -> None:
    assert DARK.canvas == LIGHT.canvas == "#000000"


def test_no_colour_is_written_outside_the_tokens() -> None:
    hexadecimal = re.compile(r"#[0-9A-Fa-f]{6}\b|#[0-9A-Fa-f]{3}\b")
    found = {
        file.relative_to(UI).as_posix(): hexadecimal.findall(file.read_text())
        for file in UI.rglob("*.py")
        if file.name != "tokens.py" and hexadecimal.search(file.read_text())
    }
    assert not found


def test_one_sheet_styles_everything() -> None:
    setters = [file.relative_to(UI).as_posix() for file in UI.rglob("*.py") if "setStyleSheet(" in file.read_text()]
    assert setters == ["theme/apply.py"]


def test_the_sheet_has_no_token_left_and_grows_with_the_text() -> None:
    sheet = style_sheet(Theme(LIGHT, Metrics(1.5)))
    assert "@" not in sheet
    assert "~" not in sheet
    assert "font-size: 18px" not in style_sheet(Theme(LIGHT))
    assert LIGHT.accent in sheet
    assert DARK.accent not in sheet
