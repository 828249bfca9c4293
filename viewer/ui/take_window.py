"""A chosen window goes to a viewport and to those whose window is linked with it, as one step of undo."""

from __future__ import annotations

from viewer.reading.changes.workspace import set_window
from viewer.reading.reading import Reading
from viewer.reading.state import WindowChoice
from viewer.scene.inputs import SceneInputs
from viewer.scene.linked import window_partners


def take_window(
    reading: Reading, inputs: SceneInputs, choice: WindowChoice, *, pane: int | None = None, merge_key: str = ""
) -> None:
    """Choose the window of a pane (None: the active one); steps with the same key are one of undo."""
    number = reading.state.active_pane if pane is None else pane
    reading.apply_undoable(merge_key, set_window, number, choice, window_partners(reading.state, number, inputs))
