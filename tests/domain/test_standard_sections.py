"""Every section belongs to an issue that exists, and every check of conformance has one."""

from __future__ import annotations

import re

from viewer.domain import health
from viewer.domain.issues import SENTENCES
from viewer.domain.standard_sections import SECTIONS


def test_sections_are_of_known_issues_and_look_like_sections() -> None:
    assert set(SECTIONS) <= set(SENTENCES)
    assert all(re.fullmatch(r"PS3\.\d+ [A-Z]?[\d.]+\d", section) for section in SECTIONS.values())


def test_what_counts_as_an_error_names_the_section_that_is_not_met() -> None:
    assert set(SECTIONS) >= health._ERRORS
