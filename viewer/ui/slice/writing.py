"""Writing the words of a measurement where it lies: opens the field, and takes the words as one undoable change."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from viewer.domain.measurement import IN_WORDS, Measurement, handles_of, path_of
from viewer.reading.changes.measuring import delete_measurement, put_measurement
from viewer.reading.reading import Reading
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.text_editor import TextEditor

_GAP = 10
"""Logical pixels between a measurement and the field."""


class Writing:
    """The words of the measurements of one viewport.

    Parameters
    ----------
    parent
        The viewport's picture, over which the field opens.
    """

    def __init__(self, reading: Reading, parent: QWidget) -> None:
        self._reading = reading
        self.editor = TextEditor(parent)

    def open(self, measurement: Measurement, merge_key: str, geometry: ViewGeometry) -> None:
        """Ask for the words of a measurement; they join the step of undo that has the key."""
        self.editor.open_at(
            self._beside(measurement, geometry), measurement.text, lambda text: self._take(measurement, merge_key, text)
        )

    def close(self) -> None:
        """Take what was written so far: the image under it is about to change."""
        self.editor.close_with("words")

    def _take(self, measurement: Measurement, merge_key: str, text: str) -> None:
        # What was deleted or moved while the field was open must not come back as it was.
        known = self._reading.state.measurement(measurement.id)
        if measurement.kind == "note" and not text:
            self._reading.apply_undoable("", delete_measurement, measurement.id)
        elif known is not None and text != known.text:
            self._reading.apply_undoable(merge_key, put_measurement, replace(known, text=text))
        elif known is None and measurement.kind == "note":
            self._reading.apply_undoable("", put_measurement, replace(measurement, text=text))

    @staticmethod
    def _beside(measurement: Measurement, geometry: ViewGeometry) -> QPoint:
        """Return where the field begins: at the end of an arrow, below anything else, in logical pixels."""
        points = path_of(measurement)[0] if measurement.kind != "arrow" else handles_of(measurement)[1:]
        places = geometry.to_view(points) / geometry.ratio
        x, y = round(float(places[:, 0].min())), round(float(places[:, 1].max()))
        return QPoint(x + _GAP, y - _GAP) if measurement.kind in IN_WORDS else QPoint(x, y + _GAP)
