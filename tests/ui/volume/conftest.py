"""Fixtures of the tests of the 3D pane."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.ui.volume.solids import Solids, solid_state
from viewer.reading.reading import Reading
from viewer.ui.volume.pane import VolumeCalls, VolumePane


@dataclass
class Shown:
    """A 3D pane on the screen, and what it told."""

    reading: Reading
    inputs: Solids
    pane: VolumePane
    maximised: list[bool] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    written: list[object] = field(default_factory=list)


@pytest.fixture
def shown(qtbot) -> Iterator[Shown]:
    """The boxes in a pane of 500 x 400 pixels that follows its reading."""
    reading, inputs = Reading(solid_state()), Solids()
    found: list[Shown] = []
    calls = VolumeCalls(
        on_maximise=lambda: found[0].maximised.append(True),
        save_surfaces=lambda surfaces, path, tell: found[0].written.append((surfaces, path)),
        tell=lambda title, reason: found[0].told.append((title, reason)),
    )
    pane = VolumePane(reading, inputs, 0, calls)
    found.append(Shown(reading, inputs, pane))
    qtbot.addWidget(pane)
    stop = reading.connect(pane.on_changed)
    pane.resize(500, 400)
    with qtbot.waitExposed(pane):
        pane.show()
    yield found[0]
    stop()
    pane.end()
