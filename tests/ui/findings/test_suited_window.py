"""A finding is shown in a window in which it can be seen, and the reader's own window is left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from viewer.imaging.window_presets import read_window_presets
from viewer.loading.eager import EagerInputs
from viewer.reading.finding_walk import go_to_finding
from viewer.reading.state import ReadingState
from viewer.scene.findings_shown import findings_shown
from viewer.scene.suited_window import suited_window

PRESETS = read_window_presets((Path(__file__).parents[3] / "resources" / "windows.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("label", "preset"), [("Left lung", "Lung"), ("Spleen", None)])
def test_the_values_at_the_finding_choose_the_window(sample_state: ReadingState, label: str, preset: str | None) -> None:
    state = replace(sample_state, window_presets=PRESETS)
    finding = next(one for one in findings_shown(state).findings if one.label == label)
    state = go_to_finding(state, finding)
    with EagerInputs(state.content.library, dict(state.content.overlays)) as inputs:
        chosen = suited_window(state, inputs, finding)
    assert (chosen.name if chosen is not None else None) == preset
