"""What the window asks of the program around it, and of its settings. ``app`` fulfils both; nothing here knows ``app``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from pathlib import Path
from typing import Any, Literal, Protocol

from viewer.domain.overlay import Overlay
from viewer.domain.part_groups import SavedGroup
from viewer.export.dose_table import RegionDose
from viewer.export.mesh_files import NamedMesh
from viewer.export.part_files import PartOrder
from viewer.imaging.window_presets import WindowPreset
from viewer.loading.documents import Documents
from viewer.loading.runner import Progress
from viewer.reading.saved_layout import SavedLayout
from viewer.reading.state import ReadingState
from viewer.ui.part_work import PartWork
from viewer.ui.review_work import ReviewWork


class Settings(Protocol):
    """What the window reads of the settings model (a frozen pydantic model; a change makes a new one)."""

    @property
    def theme(self) -> Literal["dark", "light", "system"]: ...
    @property
    def text_size(self) -> float: ...
    @property
    def density(self) -> Literal["compact", "normal", "roomy"]: ...
    @property
    def smooth_images(self) -> bool: ...
    @property
    def screen_width_mm(self) -> int: ...
    @property
    def recent(self) -> tuple[str, ...]: ...
    @property
    def recent_contents(self) -> dict[str, dict[str, int]]: ...
    @property
    def shortcuts(self) -> dict[str, str]: ...
    @property
    def reasons(self) -> str: ...
    @property
    def layouts(self) -> tuple[SavedLayout, ...]: ...
    @property
    def safe_colors(self) -> bool: ...
    @property
    def part_groups(self) -> tuple[SavedGroup, ...]: ...
    @property
    def window_geometry(self) -> str: ...
    @property
    def window_layout(self) -> str: ...

    def model_copy(self, *, update: dict[str, Any] | None = None) -> Any:
        """Return a copy with other values."""


class Host(Protocol):
    """The program around the window."""

    def open_paths(self, opened: Sequence[Path]) -> None:
        """Open files and folders."""

    @property
    def documents(self) -> Documents:
        """What reads documents and waveforms."""

    @property
    def part_work(self) -> PartWork:
        """What measures parts and compares objects in the background."""

    @property
    def review_work(self) -> ReviewWork:
        """What writes reviews in the background."""

    def list_findings(self, state: ReadingState) -> None:
        """Work the findings of a state out in the background; the reading changes when they are there."""

    def open_sample(self) -> None:
        """Open the bundled study."""

    def change_settings(self, settings: Any) -> None:
        """Take other settings, save them and show them everywhere."""

    def change_window_presets(self, presets: tuple[WindowPreset, ...] | None) -> None:
        """Take other window presets; None for those that come with the program."""

    def progress(self) -> tuple[Progress, ...]:
        """Return the labelled background jobs that run now."""

    def export_measurements(self, path: Path) -> None:
        """Write all measurements as a table into a file, in the background."""

    def export_parts(self, order: PartOrder, tell: Callable[[str], None]) -> None:
        """Write parts of an object as a file, in the background; ``tell`` gets why not, or an empty text."""

    def measure_dose(self, dose: Overlay, structures: Overlay, take: Callable[[Sequence[RegionDose] | str], None]) -> None:
        """Work out the dose in the regions of a structure set, in the background; a text says why there is none."""

    def look_for(self, folders: Sequence[str], tell_gone: Callable[[Collection[str]], None]) -> None:
        """Look in the background which folders are not there: a drive that does not answer takes its time."""

    def cancel(self, slot: Hashable) -> None:
        """End a background job."""

    def save_surfaces(self, surfaces: Sequence[NamedMesh], path: Path, tell: Callable[[OSError | None], None]) -> None:
        """Write named, coloured surfaces into a file, in the background; its ending says the format.

        ``tell`` gets what went wrong, or None.
        """
