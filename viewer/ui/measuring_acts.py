"""What the actions of measuring do: choosing a tool, moving with keys, copying, deleting; and what to do with each tool."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from viewer.domain.measurement import POINTS_OF, MeasurementKind
from viewer.reading.changes.measuring import delete_measurement, nudge_measurement
from viewer.reading.changes.workspace import set_tool
from viewer.reading.navigate import frame_of_measurement
from viewer.reading.reading import Reading
from viewer.reading.state import Tool
from viewer.scene.inputs import SceneInputs
from viewer.scene.measured_image import image_of_measurement
from viewer.scene.measured_words import copied_words
from viewer.scene.slice_scene import effective_view
from viewer.scene.view_geometry import oriented

Act = Callable[[], None]

WAYS: Final[Mapping[str, tuple[int, int]]] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
"""On the screen, x to the right and y down."""
FAR: Final = 10
"""Image pixels that a far move goes."""

HINTS: Final[Mapping[MeasurementKind, str]] = {
    "length": "Drag from end to end, or click both ends.",
    "bidirectional": "Drag along the long axis; then pull the ends of the short one.",
    "angle": "Click one end, the vertex, the other end; or drag the first leg.",
    "cobb": "Drag along one line, then along the other.",
    "ellipse": "Drag from corner to corner of its box.",
    "rectangle": "Drag from corner to corner.",
    "polygon": "Click the corners; a double click or a click on the first one closes it.",
    "freehand": "Drag around the region; letting go closes it.",
    "probe": "Click the pixel.",
    "arrow": "Drag away from what it points to, then write.",
    "note": "Click the spot, then write.",
}


def tr(text: str) -> str:
    """Translate a text of measuring."""
    return QCoreApplication.translate("Measuring", text)


def hint_of(tool: Tool) -> str:
    """Return what to do with a measuring tool; empty for the others."""
    kind = next((one for one in HINTS if one == tool), None)
    return f"{tr(HINTS[kind])} {tr('Esc ends.')}" if kind is not None else ""


def measuring_acts(reading: Reading, inputs: SceneInputs) -> Mapping[str, Act]:
    """Return what to do for every action of measuring that only changes the reading."""

    def tool(name: MeasurementKind) -> Act:
        return lambda: reading.apply(set_tool, name)

    def nudge(way: tuple[int, int], pixels: int) -> Act:
        return lambda: _nudge(reading, inputs, (way[0] * pixels, way[1] * pixels))

    table: dict[str, Act] = {f"tool_{kind}": tool(kind) for kind in POINTS_OF}
    for name, way in WAYS.items():
        table[f"nudge_{name}"], table[f"nudge_far_{name}"] = nudge(way, 1), nudge(way, FAR)
    table["delete_measurement"] = lambda: reading.apply_undoable("", delete_measurement, reading.state.selection.measurement)
    table["copy_measurement"] = lambda: copy_measurement(reading, inputs, reading.state.selection.measurement)
    return table


def copy_measurement(reading: Reading, inputs: SceneInputs, measurement_id: str) -> None:
    """Copy what a measurement says to the clipboard."""
    found = reading.state.measurement(measurement_id)
    image = image_of_measurement(reading.state, found, inputs) if found is not None else None
    if found is not None and image is not None:
        QGuiApplication.clipboard().setText(copied_words(found, image, tr))


def _nudge(reading: Reading, inputs: SceneInputs, by_screen: tuple[int, int]) -> None:
    """Move the selected measurement, or the handle of it that was taken hold of last, as seen on the screen."""
    state = reading.state
    found = state.measurement(state.selection.measurement)
    if found is None or frame_of_measurement(state, found) != state.frame_of(state.pane):
        # What is not to be seen must not move.
        return
    image = image_of_measurement(state, found, inputs)
    scale = image.scale(found) if image is not None else None
    # The inverse of a turn and a flip is its transpose.
    column, row = (oriented(effective_view(state, state.active_pane)).T @ np.array(by_screen)).tolist()
    aspect = scale.aspect if scale is not None else 1.0
    reading.apply_undoable(f"nudge:{found.id}", nudge_measurement, (column, row), aspect)
