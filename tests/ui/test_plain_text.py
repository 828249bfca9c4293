"""What a file says is shown literally, on one line, and cannot disguise itself."""

from __future__ import annotations

import pytest
from PySide6.QtGui import Qt

from viewer.domain.issues import issue
from viewer.scene.plain_words import age, breakable, count, date, date_and_time, decimal, numbered, plain, volume
from viewer.ui.plain_text import sentence, tooltip


def test_control_and_direction_characters_are_taken_out() -> None:
    assert plain("Doe\u202egnp.exe\x07\nJane") == "Doegnp.exe Jane"


def test_markup_in_a_tooltip_is_shown_as_it_is_written() -> None:
    shown = tooltip("<b>bold</b>", "second")
    assert Qt.mightBeRichText(shown)
    assert "&lt;b&gt;bold&lt;/b&gt;" in shown
    assert tooltip("plain", "", "words") == "plain\nwords"


def test_numbers_have_a_true_minus_thin_spaces_and_no_minus_zero() -> None:
    assert decimal(-1204.25, 1) == "−1\u202f204.2"
    assert decimal(-0.01, 1) == "0.0"
    assert count(1204) == "1\u202f204"


@pytest.mark.parametrize(("millilitres", "shown"), [(683.42, "683.4"), (4.7249, "4.72"), (0.0312, "0.031"), (0.0, "0.0")])
def test_a_volume_has_the_digits_that_say_something(millilitres: float, shown: str) -> None:
    assert volume(millilitres) == shown


def test_dates_and_ages_are_written_out_and_odd_ones_left_as_they_are() -> None:
    assert date("20240229") == "2024-02-29"
    assert date("2024") == "2024"
    assert date_and_time("20240229 141259") == "2024-02-29 14:12"
    assert age("064Y") == "64\u00a0y"
    assert age("old") == "old"


def test_an_issue_is_a_sentence_with_its_values() -> None:
    found = issue("source_not_loaded", "warning", count=12, series="")
    assert sentence(found) == found.text


def test_names_that_repeat_get_a_number() -> None:
    assert numbered(["Report", "SEG", "Report"]) == ("Report\u00a01", "SEG", "Report\u00a02")


def test_a_uid_may_be_broken_and_other_words_may_not() -> None:
    uid = "1.2.826.0.1.3680043.2.1143.6"
    assert breakable(f"6 files share {uid}; kept").replace("\u200b", "") == f"6 files share {uid}; kept"
    assert "\u200b" in breakable(uid)
    assert breakable("7.13506 mm on 2019-02-21") == "7.13506 mm on 2019-02-21"
