"""Files that are written in the background: they take as long as their disk, or have something to work out first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from viewer.export.measurement_table import measurement_table
from viewer.export.mesh_files import NamedMesh, write_surfaces
from viewer.export.whole_files import written_whole
from viewer.loading.eager import EagerInputs
from viewer.loading.runner import Job, JobControl, Runner
from viewer.reading.state import ReadingState

Tell = Callable[[OSError | None], None]
"""Hears that a file is written (None), or why it is not."""

_PRIORITY = 50


def export_measurements(runner: Runner, state: ReadingState, path: Path, *, label: str, tell: Tell) -> None:
    """Write the table of all measurements; values of images that are not on the screen are read for it.

    Parameters
    ----------
    label
        What the progress says.
    """

    def write(control: JobControl) -> None:
        with EagerInputs(state.content.library, dict(state.content.overlays)) as inputs:
            text = measurement_table(state, inputs, control.went_on)
        with written_whole(path) as temporary:
            # Spreadsheets take a file without the mark for one in an old code page.
            temporary.write_text(text, encoding="utf-8-sig", newline="")

    _write(runner, path, write, label, tell)


def save_surfaces(runner: Runner, surfaces: Sequence[NamedMesh], path: Path, *, label: str, tell: Tell) -> None:
    """Write named, coloured surfaces (patient mm); the ending of the name says the format.

    Parameters
    ----------
    label
        What the progress says.
    """
    _write(runner, path, lambda _: write_surfaces(surfaces, path), label, tell)


def _write(runner: Runner, path: Path, write: Callable[[JobControl], None], label: str, tell: Tell) -> None:
    def failed(error: Exception) -> None:
        if not isinstance(error, OSError):
            raise error
        tell(error)

    runner.submit(Job(("write", str(path)), _PRIORITY, write, lambda _: tell(None), failed, label))
