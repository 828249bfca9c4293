"""Measuring as the window sees it: hints while a tool is in use, writing on a measurement, saving all as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from viewer.reading.navigate import frame_of_measurement, go_to_measurement
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.ui.measuring_acts import hint_of, tr
from viewer.ui.notices import Notice
from viewer.ui.slice.viewport_grid import ViewportGrid


class MeasuringInWindow:
    """What of measuring needs the window.

    Parameters
    ----------
    parent
        Over which the dialog for a file opens.
    grid
        The viewports: words are written on the image.
    say
        Shows a hint, or takes it away when it is empty.
    tell
        Shows a notice.
    export
        Writes all measurements into a file, in the background; ``tell_exported`` hears how it went.
    """

    def __init__(
        self,
        reading: Reading,
        parent: QWidget,
        grid: ViewportGrid,
        *,
        say: Callable[[str], None],
        tell: Callable[[Notice], None],
        export: Callable[[Path], None],
    ) -> None:
        self._reading, self._parent, self._grid = reading, parent, grid
        self._say, self._tell, self._export = say, tell, export

    @property
    def acts(self) -> Mapping[str, Callable[[], None]]:
        """What to do for the actions."""
        return {
            "name_measurement": lambda: self.write_on(self._reading.state.selection.measurement),
            "export_measurements": self.ask_where_to_export,
        }

    def follow(self, old: ReadingState, new: ReadingState) -> None:
        """Say what to do with the tool in use."""
        if old.tool != new.tool:
            self._say(hint_of(new.tool))

    def write_on(self, measurement_id: str) -> None:
        """Show a measurement and ask for its words."""
        self._reading.apply(go_to_measurement, measurement_id)
        state = self._reading.state
        found = state.measurement(measurement_id)
        if found is not None and frame_of_measurement(state, found) == state.frame_of(state.pane):
            canvas = self._grid.viewports[state.active_pane].canvas
            # The picture of another slice is made first: the field opens where the measurement lies on it.
            canvas.grab()
            canvas.write_on(found)

    def ask_where_to_export(self) -> None:
        """Ask for a file and write every measurement into it."""
        named, _ = QFileDialog.getSaveFileName(
            self._parent, tr("Save all measurements as a table"), tr("measurements.csv"), tr("Table (*.csv)")
        )
        if named:
            path = Path(named)
            self._export(path if path.suffix else path.with_suffix(".csv"))

    def tell_exported(self, error: OSError | None) -> None:
        """Say that the table was written, or why not."""
        if error is None:
            self._tell(Notice(tr("The measurements were saved."), tr("One line for each number."), "ok"))
        else:
            self._tell(Notice(tr("The measurements could not be saved."), error.strerror or "", "error"))
