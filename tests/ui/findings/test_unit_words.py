"""A unit is written alike in the findings panel and in the report that it comes from."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from viewer.domain.coded_concept import CodedConcept
from viewer.domain.content_words import unit_text
from viewer.ui.findings.words import reported_text, unit_words


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("mm", "mm"),
        ("deg", "°"),
        ("um", "µm"),
        ("m2", "m²"),
        ("[hnsf'U]", "HU"),
        ("{SUVbw}g/ml", "SUVbw g/mL"),
        ("g/ml{SUVlbm}", "SUVlbm g/mL"),
        ("{SUVbsa}cm2/ml", "SUVbsa cm²/mL"),
        ("{ratio}", ""),
        ("1", ""),
    ],
)
def test_panel_and_report_write_a_unit_alike(qtbot: QtBot, code: str, written: str) -> None:
    assert unit_words(code) == written
    assert unit_text(CodedConcept(code, "UCUM", "")) == written


def test_a_degree_sign_stands_at_its_number(qtbot: QtBot) -> None:
    assert reported_text("12.5", "deg", "") == "12.5°"
