"""A series leads to what it was made from and to what was made of it, from its row, its menu and the corner of its image."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from tests.scene.two_stacks import PET, two_stacks
from viewer.domain.instance import MadeFrom
from viewer.reading.changes.workspace import show_stack
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.inputs import SceneInputs
from viewer.scene.slice_scene import slice_scene
from viewer.ui.browser.menu import series_menu
from viewer.ui.browser.tree import BrowserRow, browser_rows
from viewer.ui.parts import label

CT = "1.2.3#1"


def linked() -> tuple[ReadingState, SceneInputs]:
    """The second series was made from the first."""
    state, inputs = two_stacks()
    library = state.content.library
    (patient,) = library.patients
    first, second = patient.studies[0].series
    made = tuple(
        replace(one, made_from=(MadeFrom(source.sop_instance_uid, "basis"),))
        for one, source in zip(second.instances, first.instances, strict=True)
    )
    study = replace(patient.studies[0], series=(first, replace(second, instances=made)))
    opened = replace(library, patients=(replace(patient, studies=(study,)),))
    return replace(state, content=replace(state.content, library=opened)), inputs


def series_rows(state: ReadingState) -> dict[str, BrowserRow]:
    (patient,) = browser_rows(state.content, "")
    return {row.stack_id: row for row in patient.children[0].children}


def test_rows_below_a_series_lead_to_the_other_one() -> None:
    rows = series_rows(linked()[0])
    (back,) = rows[PET].children
    (on,) = rows[CT].children
    assert (back.name, back.stack_id) == ("Made from series 3  Phantom", CT)
    assert (on.name, on.stack_id) == ("Used by series 9  Whole body", PET)


def test_the_corner_of_the_image_names_the_other_series() -> None:
    state, inputs = linked()
    assert "Used by series 9  Whole body" in slice_scene(state, 0, inputs).corner_text.top_left
    shown = show_stack(state, 0, PET)
    assert "Made from series 3  Phantom" in slice_scene(shown, 0, inputs).corner_text.top_left


@pytest.mark.usefixtures("qapp")
def test_the_menu_shows_lays_over_and_goes_to_the_other_series(qtbot: QtBot) -> None:
    parent = label("")
    qtbot.addWidget(parent)
    reading, told = Reading(linked()[0]), []
    menu = series_menu(parent, reading, series_rows(reading.state)[PET], lambda: told.append("hung"))
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts == ["Show in the active viewport", "Lay over the active image", "Made from series 3  Phantom"]
    menu.actions()[1].trigger()
    assert [one.stack_id for one in reading.state.pane.fused] == [PET]
    menu.actions()[0].trigger()
    assert reading.state.pane.stack_id == PET
    menu.actions()[-1].trigger()
    assert reading.state.pane.stack_id == CT
    assert told == ["hung", "hung"]
