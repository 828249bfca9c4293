"""The card shows a recomputed mean beside the reported one, and says how far it is off in its own unit."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from viewer.domain.checked import Checks, NumberCheck
from viewer.domain.decision import Decision
from viewer.domain.finding import Finding
from viewer.reading.finding_walk import go_to_finding
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import findings_shown
from viewer.ui.findings.card import FindingCard
from viewer.ui.findings.walk_bar import flag_words
from viewer.ui.findings.words import difference_text, with_unit
from viewer.ui.live_actions import Actions


def check(state: ReadingState, reported: str, unit: str, recomputed: float, *, agrees: bool) -> NumberCheck:
    number = spleen(state).measurements[0]
    percent = 100 * (recomputed - float(reported)) / abs(float(reported))
    return NumberCheck(
        finding=spleen(state).id,
        overlay=number.overlay,
        sop_instance_uid="",
        item=number.item,
        label="Spleen",
        name="Mean",
        reported=reported,
        unit=unit,
        recomputed=recomputed,
        difference_percent=percent,
        agrees=agrees,
        method="Mean HU of 40 pixels in segment 2 (Spleen); agrees within 1 % or 1 HU",
    )


def spleen(state: ReadingState) -> Finding:
    return next(one for one in findings_shown(state).findings if one.label == "Spleen" and one.measurements)


def test_a_mean_that_differs_is_flagged_in_its_unit_with_the_tolerance_beside(
    qtbot: QtBot, sample_state: ReadingState
) -> None:
    finding = spleen(sample_state)
    made = check(sample_state, "-3.0", "[hnsf'U]", 1.5, agrees=False)
    checks = Checks(MappingProxyType({finding.id: (made,)}), done=True)
    state = go_to_finding(replace(sample_state, content=replace(sample_state.content, checks=checks)), finding)
    owner = QWidget()
    qtbot.addWidget(owner)
    card = FindingCard(Actions(Reading(state), {}, owner))
    qtbot.addWidget(card)
    card.show_state(state, with_buttons=False)
    words = [one.text() for one in card.findChildren(QLabel)]
    assert "⚠ +4.5\u00a0HU" in words
    assert any("agrees within 1 % or 1 HU" in one for one in words)
    assert flag_words(state, finding) == "⚠ Mean differs by 4.5\u00a0HU"


def test_other_units_are_off_in_percent(sample_state: ReadingState) -> None:
    assert difference_text(check(sample_state, "4.0", "{SUVbw}g/ml", 5.0, agrees=False)) == "+25.0\u00a0%"
    assert difference_text(replace(check(sample_state, "4.0", "ml", 5.0, agrees=False), difference_percent=None)) is None


def test_long_names_of_numbers_give_way_so_that_the_difference_is_seen(qtbot: QtBot, sample_state: ReadingState) -> None:
    finding = spleen(sample_state)
    named = replace(
        finding, measurements=(replace(finding.measurements[0], name="Pixel by pixel Standard Deviation of it"),)
    )
    owner = QWidget()
    qtbot.addWidget(owner)
    card = FindingCard(Actions(Reading(sample_state), {}, owner))
    qtbot.addWidget(card)
    card.buttons.hide()
    card._show_numbers(sample_state, named)
    assert card.widget().minimumSizeHint().width() <= 320


def test_the_buttons_of_a_decision_and_a_long_note_give_way_in_a_narrow_panel(
    qtbot: QtBot, sample_state: ReadingState
) -> None:
    finding = spleen(sample_state)
    said = Decision(finding.id, finding.study_instance_uid, "accepted", note="Larger than the last time, and " * 12)
    state = replace(go_to_finding(sample_state, finding), decisions=MappingProxyType({finding.id: said}))
    owner = QWidget()
    qtbot.addWidget(owner)
    card = FindingCard(Actions(Reading(state), {}, owner))
    qtbot.addWidget(card)
    card.resize(320, 400)
    card.show()
    card.show_state(state, with_buttons=True)
    qtbot.waitExposed(card)
    assert card.widget().width() == card.viewport().width()
    for button in (*card.buttons.buttons.values(), card._note):
        assert button.mapTo(card.viewport(), button.rect().bottomRight()).x() < card.viewport().width()
    # In the panel as it is at first the last ones alone are icons: what is said most often keeps its word.
    for width, brief in (
        (372, ["note", "modified"]),
        (600, []),
        (120, ["note", "modified", "uncertain", "reject", "accept"]),
    ):
        card.resize(width, 400)
        found = [name for name, button in card.buttons.buttons.items() if button.is_brief]
        assert sorted(found) == sorted(brief)


def test_degrees_stand_at_their_number() -> None:
    assert with_unit("90", "deg") == "90°"
