"""The dialogs and sheets of the window: command palette, settings, shortcuts, guide, about, the report of a bug."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from viewer.reading.reading import Reading
from viewer.scene.inputs import SceneInputs
from viewer.ui.about import About, CrashReport, Guide
from viewer.ui.command_palette import CommandPalette
from viewer.ui.host import Host, Settings
from viewer.ui.live_actions import Actions
from viewer.ui.settings.dialog import SettingsDialog
from viewer.ui.shortcuts import ShortcutsSheet
from viewer.ui.window_presets import windows_by_key, windows_to_choose


class Dialogs:
    """Opens them over the window.

    Parameters
    ----------
    parent
        The window.
    reading, inputs
        What is shown: the palette names the windows of the image.
    actions
        The registry of what can be done.
    settings
        Returns the settings as they are now.
    host
        Keeps changed settings.
    """

    def __init__(
        self,
        parent: QWidget,
        reading: Reading,
        inputs: SceneInputs,
        actions: Actions,
        settings: Callable[[], Settings],
        host: Host,
    ) -> None:
        self._parent, self._reading, self._inputs = parent, reading, inputs
        self._actions, self._settings, self._host = actions, settings, host

    def open_palette(self) -> None:
        """Open the command palette."""
        found = windows_by_key(windows_to_choose(self._reading.state, self._inputs))
        names = {number: f"{one.name}  {one.numbers}".strip() for number, one in found.items()}
        CommandPalette(self._actions, names, self._parent).open()

    def open_settings(self) -> None:
        """Open the settings."""
        SettingsDialog(self._settings(), self._host.change_settings, self._parent).open()  # type: ignore[arg-type]

    def open_shortcuts(self) -> None:
        """Open the sheet of keys, where they can be changed."""
        ShortcutsSheet(self._settings().shortcuts, self._take_shortcuts, self._parent).open()

    def show_guide(self) -> None:
        """Show the guide beside the window."""
        Guide(self._parent).show()

    def open_about(self) -> None:
        """Say what the program is, and the licences."""
        About(self._parent).open()

    def show_crash_report(self, report: str) -> None:
        """Show the report of a bug."""
        CrashReport(report, self._parent).open()

    def _take_shortcuts(self, shortcuts: dict[str, str]) -> None:
        self._host.change_settings(self._settings().model_copy(update={"shortcuts": shortcuts}))
