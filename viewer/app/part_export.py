"""Writes parts of an object as a file in the background, with progress and a way to end it."""

from __future__ import annotations

from collections.abc import Callable

from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.library import Library
from viewer.domain.overlay import FrameNotRead, ReadFrame
from viewer.export.new_objects import CannotWrite
from viewer.export.part_files import PartOrder, write_parts
from viewer.loading.runner import Job, JobControl, Runner
from viewer.representations.volume_grid import NoGrid
from viewer.ui.export_parts import remedy

_PRIORITY = 50


def export_parts(
    runner: Runner, library: Library, order: PartOrder, read_frame: ReadFrame, *, label: str, tell: Callable[[str], None]
) -> None:
    """Write the file; ``tell`` is called with an empty text when it is done, else with the sentence why it is not.

    Parameters
    ----------
    label
        What the progress says.
    """

    def work(control: JobControl) -> str:
        try:
            write_parts(library, order, read_frame, control.went_on)
        except (CannotWrite, NoGrid) as refused:
            return f"{refused} {remedy(refused.needs)}".strip()
        except FrameNotRead as refused:
            return str(refused)
        except UnreadableDataset as refused:
            return f"The object cannot be read: {refused.reason}."
        except OSError as error:
            return error.strerror or "The file cannot be written."
        return ""

    def failed(error: Exception) -> None:
        raise error

    runner.submit(Job(("export", str(order.path)), _PRIORITY, work, tell, failed, label))
