"""Writes the table of all measurements in the background: values of images that are not on the screen are read for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from viewer.export.measurement_table import measurement_table
from viewer.export.whole_files import written_whole
from viewer.loading.eager import EagerInputs
from viewer.loading.runner import Job, JobControl, Runner
from viewer.reading.state import ReadingState

_PRIORITY = 50
_SLOT = "measurement table"


def export_measurements(
    runner: Runner, state: ReadingState, path: Path, *, label: str, tell: Callable[[OSError | None], None]
) -> None:
    """Write the table; ``tell`` is called with None when it is done, else with what went wrong.

    Parameters
    ----------
    label
        What the progress says.
    """

    def work(control: JobControl) -> None:
        with EagerInputs(state.content.library, dict(state.content.overlays)) as inputs:
            text = measurement_table(state, inputs, control.went_on)
        with written_whole(path) as temporary:
            # Spreadsheets take a file without the mark for one in an old code page.
            temporary.write_text(text, encoding="utf-8-sig", newline="")

    def failed(error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        tell(error)

    runner.submit(Job(_SLOT, _PRIORITY, work, lambda _: tell(None), failed, label))
