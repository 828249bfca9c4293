"""Numbers on images and in rows have as many digits as mean something; the report itself shows them as written."""

from __future__ import annotations

import pytest

from viewer.domain.content_words import sensible_digits


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("23.8644067796610", "23.9"),
        ("7.13506366805001", "7.14"),
        ("0.190277523323", "0.190"),
        ("0.00190277523323", "0.00190"),
        ("-31.25491", "-31.3"),
        ("1273.1", "1273.1"),
        ("10.0", "10.0"),
        ("10.20", "10.20"),
        ("6", "6"),
        ("9.999", "10.00"),
        ("0.000", "0.000"),
        ("1.5E+10", "1.5E+10"),
        ("not a number", "not a number"),
    ],
)
def test_more_digits_than_mean_something_are_left_away(written: str, shown: str) -> None:
    assert sensible_digits(written) == shown
