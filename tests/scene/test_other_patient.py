"""A viewport that mixes patients says so."""

from __future__ import annotations

from dataclasses import replace

from tests.scene.one_stack import STACK
from tests.scene.patients import one_result, with_patient_ids
from viewer.domain.library import Library, Patient
from viewer.reading.changes.layers import set_overlay_visible
from viewer.reading.changes.workspace import hide_overlays
from viewer.reading.state import Pane, ReadingState
from viewer.scene.inputs import SceneInputs
from viewer.scene.other_patient import shows_another_patient, shows_foreign_result
from viewer.scene.slice_scene import slice_scene


def sentences(state: ReadingState, inputs: SceneInputs, pane: int = 0) -> list[str]:
    return [notice.title for notice in slice_scene(state, pane, inputs).notices if not notice.replaces_image]


def test_a_result_with_another_patient_id_than_its_image_is_said_while_it_is_shown() -> None:
    state, inputs = one_result()
    foreign = with_patient_ids(state, "A", "B")
    assert shows_foreign_result(foreign, foreign.pane)
    assert [text for text in sentences(foreign, inputs) if "Patient ID" in text]
    (overlay,) = foreign.content.overlays.values()
    for hidden in (set_overlay_visible(foreign, overlay.instance, False), hide_overlays(foreign, "hidden")):
        assert not shows_foreign_result(hidden, hidden.pane)
        assert sentences(hidden, inputs) == []


def test_equal_and_unstated_patient_ids_are_no_difference() -> None:
    state, inputs = one_result()
    for images, result in (("A", "A"), ("A", ""), ("", "B")):
        same = with_patient_ids(state, images, result)
        assert not shows_foreign_result(same, same.pane)
        assert sentences(same, inputs) == []


def test_a_viewport_of_another_patient_than_the_active_one_is_said() -> None:
    state, inputs = one_result()
    mine = with_patient_ids(state, "A", "A")
    (patient,) = mine.content.library.patients
    (study,) = patient.studies
    (series,) = [one for one in study.series if one.stacks]
    stack = replace(series.stacks[0], id="other#1")
    source = series.instances[0].source
    header = replace(series.instances[0], source=replace(source, path="/other"), patient_id="C")
    stack = replace(stack, frames=(replace(stack.frames[0], instance=header.key),))
    theirs = replace(series, key="other", instances=(header,), stacks=(stack,))
    second = Patient("C", "C", "", "", "", (replace(study, key="other", series=(theirs,)),))
    state = replace(
        mine,
        content=replace(mine.content, library=Library((patient, second))),
        panes=(Pane(STACK), Pane("other#1")),
        layout="1x2",
    )
    assert [shows_another_patient(state, pane) for pane in state.panes] == [False, True]
    assert [sentences(state, inputs, pane) for pane in (0, 1)] == [[], ["Another patient than in the active viewport."]]
    state = replace(state, active_pane=1)
    assert [shows_another_patient(state, pane) for pane in state.panes] == [True, False]
