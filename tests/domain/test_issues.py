"""Sentences and titles of issues: every code has both, none has a gap, and one thing is not counted as many."""

from __future__ import annotations

import pytest

from viewer.domain.issues import SENTENCES, SENTENCES_FOR_ONE, TITLES, issue, title_of


@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_has_a_short_title_without_gaps(code: str) -> None:
    title = title_of(code)
    assert title != "Other remarks", f"{code} needs an entry in TITLES"
    assert not set("{}…") & set(title)
    assert len(title) < 120


def test_titles_and_sentences_for_one_are_of_known_codes() -> None:
    assert set(TITLES) <= set(SENTENCES)
    assert set(SENTENCES_FOR_ONE) <= set(SENTENCES)


def test_a_code_that_is_not_known_has_a_title_too() -> None:
    assert title_of("of another version") == "Other remarks"


def test_one_image_is_not_called_images() -> None:
    assert issue("source_not_loaded", "warning", count=1, series="").text == (
        "It refers to 1 image that is not among the opened files."
    )
    assert issue("source_not_loaded", "warning", count=12, series="").text == (
        "It refers to 12 images that are not among the opened files."
    )
    assert issue("contour_degenerate", "warning", name="Lung", count=1).text == (
        "Lung: 1 closed contour has fewer than three points."
    )
