"""The panels beside the images: made, put into docks, and joined with one another and with what is told of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QMainWindow, QWidget

from viewer.loading.store import Store
from viewer.reading.reading import Reading
from viewer.ui.browser.panel import BrowserPanel
from viewer.ui.browser.rail import BrowserRail
from viewer.ui.docks import Docks, focus_next
from viewer.ui.findings.panel import FindingsPanel
from viewer.ui.health import HealthPanel
from viewer.ui.host import Host
from viewer.ui.layers.group_menu import NO_GROUPS, GroupCalls
from viewer.ui.layers.panel import LayersPanel
from viewer.ui.live_actions import Actions
from viewer.ui.notices import Notice
from viewer.ui.parts import icon_button
from viewer.ui.report.panel import ReportPanel


def tr(text: str) -> str:
    """Translate a text of the window."""
    return QCoreApplication.translate("MainWindow", text)


@dataclass(frozen=True)
class PanelCalls:
    """What the panels ask of the window.

    ``images``: the picture of the active viewport. ``open_folder``: ask for a folder. ``write_on``: open the editor of a
    measurement's words. ``tell``: show a notice. ``show_issues``: how many issues there are.
    """

    images: Callable[[], QWidget]
    open_folder: Callable[[], None]
    write_on: Callable[[str], None]
    tell: Callable[[Notice], None]
    show_issues: Callable[[int], None]
    groups: GroupCalls = NO_GROUPS


class Panels:
    """All panels of a window."""

    def __init__(
        self, window: QMainWindow, reading: Reading, store: Store, host: Host, calls: PanelCalls, *, actions: Actions
    ) -> None:
        self._calls = calls
        self.browser = BrowserPanel(reading, store)
        self.rail = BrowserRail(reading, store, self.browser.thumbnails)
        self.findings = FindingsPanel(reading, actions, host.list_findings)
        self.layers = LayersPanel(reading, store, work=host.part_work, groups=calls.groups)
        self.report = ReportPanel(reading, host.documents)
        self.health = HealthPanel(reading)
        self.docks = Docks(
            window,
            {
                "studies": self.browser,
                "findings": self.findings,
                "layers": self.layers,
                "report": self.report,
                "health": self.health,
            },
            self.rail,
        )
        opener = icon_button("folder-open", tr("Open folder"))
        opener.clicked.connect(calls.open_folder)
        self.docks.docks["studies"].set_tools((opener,))
        self._connect()

    @property
    def acts(self) -> Mapping[str, Callable[[], None]]:
        """What to do for the actions of panels."""
        return {
            "filter_layers": self._filter_layers,
            "show_report": partial(self.docks.show_panel, "report"),
            "next_report": partial(self._step_report, 1),
            "previous_report": partial(self._step_report, -1),
            **{f"panel_{name}": partial(self.docks.show_panel, name) for name in self.docks.docks},
            "next_panel": self._next_panel,
            "reset_panels": self.docks.put_back,
        }

    def fit(self, width: int) -> None:
        """Follow the width of the window."""
        self.docks.fit(width)
        self.fit_provenance()

    def fit_provenance(self) -> None:
        """Let the card of the layers panel follow the room that it has."""
        self.layers.provenance.fit(narrow=self.docks.is_narrow)

    def end(self) -> None:
        """End everything that follows the window."""
        self.docks.end()

    def _connect(self) -> None:
        health = partial(self.docks.show_panel, "health")
        self.browser.report_wanted.connect(self._show_report)
        self.browser.health_wanted.connect(health)
        self.browser.hung.connect(self._after_hanging)
        self.rail.flyout_wanted.connect(self._open_flyout)
        self.rail.hung.connect(self._after_hanging)
        self.rail.health_wanted.connect(health)
        self.layers.report_wanted.connect(self._show_report)
        self.layers.writing_wanted.connect(self._calls.write_on)
        self.findings.number_changed.connect(partial(self.docks.show_number, "findings"))
        self.layers.number_changed.connect(partial(self.docks.show_number, "layers"))
        self.report.number_changed.connect(partial(self.docks.show_number, "report"))
        self.report.document.save_failed.connect(partial(self._tell_failure, tr("The copy could not be written.")))
        self.report.export_failed.connect(partial(self._tell_failure, tr("The report could not be written.")))
        self.health.number_changed.connect(self._show_health_number)
        self.findings.refresh()
        self.layers.refresh()
        self.report.refresh()
        self.health.refresh()

    def _tell_failure(self, title: str, reason: str) -> None:
        self._calls.tell(Notice(title, reason, "error"))

    def _show_health_number(self, number: int) -> None:
        self.docks.show_number("health", number)
        self._calls.show_issues(number)

    def _show_report(self, overlay: object) -> None:
        self.report.show_report(overlay)  # type: ignore[arg-type]
        self.docks.show_panel("report")

    def _step_report(self, by: int) -> None:
        self.report.show_next(by)
        self.docks.show_panel("report")

    def _open_flyout(self, series_key: str) -> None:
        self.docks.toggle_flyout()
        self.browser.go_to_series(series_key)

    def _after_hanging(self) -> None:
        self.docks.flyout.close_it()
        self._calls.images().setFocus()

    def _filter_layers(self) -> None:
        self.docks.show_panel("layers")
        self.layers.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _next_panel(self) -> None:
        browser = self.rail.view if self.docks.is_narrow else self.browser.view
        focus_next((browser, self._calls.images(), self.findings.view, self.layers.view, self.report.view, self.health.view))
