"""Words in the corners do not run into each other."""

from __future__ import annotations

import pytest

from viewer.ui.image_words import image_font, text_width
from viewer.ui.slice.frame_words import elided

pytestmark = pytest.mark.usefixtures("qapp")
ID = "ID 716713622818558421526494572171041020891020924597"


def test_a_line_that_has_room_stays_as_it_is() -> None:
    assert elided(ID, image_font(12, 400, 1.0), 1000.0) == ID


def test_a_line_too_long_keeps_both_ends() -> None:
    used = image_font(12, 400, 1.0)
    shown = elided(ID, used, 150.0)
    assert text_width(shown, used) <= 150
    assert shown.startswith("ID 7167")
    assert shown.endswith("4597")


def test_a_description_too_long_is_cut_at_its_end() -> None:
    shown = elided("2018-03-03  Magnetic resonance of the head", image_font(12, 400, 1.0), 150.0)
    assert shown.startswith("2018-03-03  Mag")
    assert shown.endswith("…")
