"""The docks: studies at the left (a rail in a narrow window); at the right findings, report and health in tabs.

The layers stand below them in a large window, and are a tab of their own in a smaller one and beside a report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Final, Literal

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QWidget,
)

from viewer.ui.flyout import Flyout
from viewer.ui.parts import icon_button, label, paint_own_ground
from viewer.ui.tab_numbers import number_tabs
from viewer.ui.theme.metrics import TAB_HEIGHT

WIDE_FROM: Final = 1600
TALL_FROM: Final = 980
"""From this height on the layers of a wide window stand below the findings; otherwise behind them, as a tab."""
BROWSER_WIDTH: Final = 268
PANEL_WIDTH: Final = {"wide": 372, "narrow": 324}
REPORT_WIDTH: Final = {"wide": 868, "narrow": 460}
_CORNER = "corner"
PanelName = Literal["studies", "findings", "layers", "report", "health"]


def tr(text: str) -> str:
    """Translate a text of the docks."""
    return QCoreApplication.translate("Docks", text)


class DockHead(QWidget):
    """The head of a dock that stands alone: its name, its tools, its menu."""

    def __init__(self, title: str, tools: tuple[QToolButton, ...], dock: QDockWidget) -> None:
        super().__init__()
        self.setProperty("role", "dock-head")
        paint_own_ground(self)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 0, 8, 0)
        line.setSpacing(2)
        line.addWidget(label(title, "head"), 1)
        for tool in tools:
            line.addWidget(tool)
        line.addWidget(_menu_button(dock))

    def sizeHint(self) -> QSize:
        return QSize(120, TAB_HEIGHT)


def _menu_button(dock: QDockWidget) -> QToolButton:
    button = icon_button("ellipsis", tr("Panel"))
    menu = QMenu(button)
    _fill_menu(menu, dock)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button


def _fill_menu(menu: QMenu, dock: QDockWidget) -> None:
    menu.addAction(tr("Close")).triggered.connect(dock.close)
    menu.addAction(tr("In a window of its own")).triggered.connect(lambda: dock.setFloating(True))


class Dock(QDockWidget):
    """A dock whose head fits where it stands: none in tabs, ours alone, the system's when it floats."""

    def __init__(self, name: PanelName, title: str, content: QWidget, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.setObjectName(name)
        self.setWidget(content)
        self._tools: tuple[QToolButton, ...] = ()
        self._hidden_head = QWidget()
        self._hidden_head.setFixedHeight(0)
        self._head: DockHead | None = None
        self.wants_head = True

    def set_tools(self, tools: tuple[QToolButton, ...]) -> None:
        """Put small buttons into the head."""
        self._tools = tools

    def fit_head(self, window: QMainWindow) -> None:
        """Choose the head for the present place."""
        if self.isFloating():
            wanted: QWidget | None = None
        elif window.tabifiedDockWidgets(self) or not self.wants_head:
            wanted = self._hidden_head
        else:
            if self._head is None:
                self._head = DockHead(self.windowTitle(), self._tools, self)
            wanted = self._head
        if self.titleBarWidget() is not wanted:
            self.setTitleBarWidget(wanted)  # type: ignore[arg-type]


class Docks(QObject):
    """Makes the docks of a window and keeps them fitting its width."""

    def __init__(self, window: QMainWindow, panels: Mapping[PanelName, QWidget], rail: QWidget) -> None:
        super().__init__(window)
        self._window, self._rail = window, rail
        self._numbers: dict[str, int] = {}
        self._width_name: Literal["wide", "narrow"] | None = None
        self._right_widths: dict[bool, int] = {}
        self._room_below = False
        self._put_aside = False
        self._report_is_shown = False
        self._front: set[PanelName] = set()
        self.browser = panels["studies"]
        self._left = QStackedWidget()
        self._left.addWidget(self.browser)
        self._left.addWidget(rail)
        for panel in (*panels.values(), rail):
            paint_own_ground(panel)
        titles: dict[PanelName, str] = {
            "studies": tr("Studies"),
            "findings": tr("Findings"),
            "layers": tr("Layers"),
            "report": tr("Report"),
            "health": tr("Health"),
        }
        self._titles = titles
        contents: dict[PanelName, QWidget] = {**panels, "studies": self._left}
        self.docks = {name: Dock(name, titles[name], contents[name], window) for name in contents}
        self.flyout = Flyout(window)
        window.setDockNestingEnabled(True)
        window.setTabPosition(
            Qt.DockWidgetArea.AllDockWidgetAreas, window.tabPosition(Qt.DockWidgetArea.RightDockWidgetArea).North
        )
        self._fit_later = QTimer(self)
        self._fit_later.setSingleShot(True)
        self._fit_later.setInterval(0)
        self._fit_later.timeout.connect(self._dress)
        # A dock is not moved from inside the change of tabs that asks for it.
        self._arrange_later = QTimer(self)
        self._arrange_later.setSingleShot(True)
        self._arrange_later.setInterval(0)
        self._arrange_later.timeout.connect(self._make_way)
        for dock in self.docks.values():
            dock.topLevelChanged.connect(self._fit_later.start)
            dock.dockLocationChanged.connect(self._fit_later.start)
            dock.visibilityChanged.connect(self._fit_later.start)
        for name, dock in self.docks.items():
            # A dock behind another tab counts as visible; only this signal tells the two apart.
            dock.visibilityChanged.connect(partial(self._note_front, name))
        window.installEventFilter(self)
        self.put_back()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        # The window makes its tab bars anew whenever it lays out its docks.
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.ChildAdded) and not self._fit_later.isActive():
            self._fit_later.start()
        return False

    def put_back(self) -> None:
        """Put every dock where it was at first."""
        window, docks = self._window, self.docks
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, docks["studies"])
        for dock in (docks["findings"], docks["layers"], docks["report"], docks["health"]):
            dock.setFloating(False)
            window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self._put_layers_behind()
        for dock in docks.values():
            dock.show()
        docks["findings"].raise_()
        self._width_name, self._room_below, self._put_aside = None, False, False
        self.fit(window.width())

    def fit(self, width: int) -> None:
        """Fit to the width of the window: the whole browser from 1600 on, a rail below."""
        wanted: Literal["wide", "narrow"] = "wide" if width >= WIDE_FROM else "narrow"
        self._use_height(wanted == "wide" and self._window.height() >= TALL_FROM)
        if wanted == self._width_name:
            return
        self._width_name = wanted
        self._right_widths.clear()
        self.flyout.close_it()
        studies = self.docks["studies"]
        if wanted == "wide":
            self._left.insertWidget(0, self.browser)
            self._left.setCurrentWidget(self.browser)
            self._left.setMinimumWidth(200)
            self._left.setMaximumWidth(16777215)
        else:
            self._left.setCurrentWidget(self._rail)
            self._left.setFixedWidth(self._rail.width())
        studies.wants_head = wanted == "wide"
        self.docks["layers"].widget().setMinimumWidth(300)
        self._window.resizeDocks(
            [studies], [BROWSER_WIDTH if wanted == "wide" else self._rail.width()], Qt.Orientation.Horizontal
        )
        self._resize_right(PANEL_WIDTH[wanted], left=self._rail.width() if wanted == "narrow" else BROWSER_WIDTH)
        self._fit_later.start()

    @property
    def is_narrow(self) -> bool:
        """Whether the browser is a rail."""
        return self._width_name == "narrow"

    def show_panel(self, name: PanelName) -> None:
        """Bring a panel into sight and give it the focus."""
        if name == "studies" and self.is_narrow and not self.docks["studies"].isFloating():
            self.open_flyout()
            return
        dock = self.docks[name]
        dock.show()
        dock.raise_()
        content = self.browser if name == "studies" else dock.widget()
        view = getattr(content, "view", None) or getattr(content, "tree", None) or content
        view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_flyout(self) -> None:
        """Show the whole browser beside the rail."""
        place = self._rail.mapTo(self._window, QPoint(self._rail.width(), 0))
        self.flyout.open_with(self.browser, place, (BROWSER_WIDTH + 20, self._rail.height()))
        self.browser.view.setFocus()  # type: ignore[attr-defined]

    def toggle_flyout(self) -> None:
        """Show the whole browser beside the rail, or hide it again."""
        if self.flyout.isVisible():
            self.flyout.close_it()
        else:
            self.open_flyout()

    def show_number(self, name: PanelName, number: int) -> None:
        """Show a count in a panel's tab; none at 0."""
        self._numbers[name] = number
        self._fit_later.start()

    def set_shown(self, shown: bool) -> None:
        """Show or hide all docks together (the welcome page has none)."""
        for dock in self.docks.values():
            dock.setVisible(shown)
        if shown:
            self.docks["findings"].raise_()
            self._width_name, self._room_below = None, False
            self.fit(self._window.width())

    def end(self) -> None:
        """Stop following the docks: the window is about to go."""
        # Layout events still come while the window goes; followed, they would start the timer again and again.
        self._window.removeEventFilter(self)
        self._fit_later.stop()
        self._arrange_later.stop()
        self._width_name = None
        for dock in self.docks.values():
            dock.blockSignals(True)

    def _use_height(self, room: bool) -> None:
        """Stand the layers below the findings when there comes to be room, and behind them when there is none any more."""
        if room == self._room_below:
            return
        self._room_below = room
        if room and self._is_behind and "report" not in self._front:
            self._put_layers_below()
        elif not room and not self._is_behind:
            self._put_layers_behind()
            self.docks["findings"].raise_()

    def _make_way(self) -> None:
        """Give a report that came into sight the whole height and its width; take both back when it goes."""
        in_front = "report" in self._front
        if in_front == self._report_is_shown:
            return
        self._report_is_shown = in_front
        report = self.docks["report"]
        if report.isFloating() or self._width_name is None or not self._window.tabifiedDockWidgets(report):
            return
        # The reader's width of the other panel, and of this one the last time it was in front, stay.
        self._right_widths[not in_front] = report.width()
        if in_front and self._room_below:
            # A window that was left with a report in front has them behind already.
            self._put_aside = True
            if not self._is_behind:
                self._put_layers_behind()
                report.raise_()
        elif not in_front and self._put_aside:
            self._put_aside = False
            if self._is_behind:
                self._put_layers_below()
        wanted = self._right_widths.get(in_front, (REPORT_WIDTH if in_front else PANEL_WIDTH)[self._width_name])
        self._resize_right(wanted, left=self.docks["studies"].width())

    @property
    def _is_behind(self) -> bool:
        return self.docks["layers"] in self._window.tabifiedDockWidgets(self.docks["findings"])

    def _put_layers_behind(self) -> None:
        right = [self.docks[name] for name in ("findings", "layers", "report", "health")]
        for one, after in pairwise(right):
            self._window.tabifyDockWidget(one, after)

    def _put_layers_below(self) -> None:
        findings, layers = self.docks["findings"], self.docks["layers"]
        if findings.isFloating() or layers.isHidden():
            return
        chosen = "layers" in self._front
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, layers, Qt.Orientation.Vertical)
        self._window.resizeDocks([findings, layers], [5, 4], Qt.Orientation.Vertical)
        if chosen:
            findings.raise_()

    def _resize_right(self, width: int, *, left: int) -> None:
        right = [dock for name, dock in self.docks.items() if name != "studies" and not dock.isFloating()]
        sizes = [left, *[width] * len(right)]
        self._window.resizeDocks([self.docks["studies"], *right], sizes, Qt.Orientation.Horizontal)

    def _note_front(self, name: PanelName, visible: bool) -> None:
        (self._front.add if visible else self._front.discard)(name)
        if name == "report":
            self._arrange_later.start()

    def _dress(self) -> None:
        for dock in self.docks.values():
            dock.fit_head(self._window)
        by_title = {self._titles[name]: name for name in self.docks}
        for bar in self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            bar.setExpanding(False)
            bar.setDrawBase(False)
            if bar.elideMode() != Qt.TextElideMode.ElideNone:
                # Qt lays the tabs out anew each time it is told, which would bring us here again without end.
                bar.setElideMode(Qt.TextElideMode.ElideNone)
            names = [by_title.get(bar.tabText(tab), "") for tab in range(bar.count())]
            # What is wrong comes first; in a narrow window nothing else finds room.
            order = ("health",) if self.is_narrow else ("health", "findings", "layers", "report")
            number_tabs(bar, [(names.index(name), self._numbers.get(name, 0)) for name in order if name in names])
            self._set_corner(bar, by_title)

    def _set_corner(self, bar: QTabBar, by_title: Mapping[str, PanelName]) -> None:
        """Put the panel menu at the right end of the tabs, where there is room for it."""
        corner = bar.findChild(QToolButton, _CORNER)
        if corner is None:
            corner = icon_button("ellipsis", tr("Panel"))
            corner.setObjectName(_CORNER)
            corner.setParent(bar)
            corner.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
            menu = QMenu(corner)
            menu.aboutToShow.connect(lambda: self._fill_corner(menu, bar, by_title))
            corner.setMenu(menu)
        corner.move(bar.width() - corner.width() - 8, (bar.height() - corner.height()) // 2)
        corner.setVisible(bar.tabRect(bar.count() - 1).right() < corner.x() - 8)

    def _fill_corner(self, menu: QMenu, bar: QTabBar, by_title: Mapping[str, PanelName]) -> None:
        menu.clear()
        name = by_title.get(bar.tabText(bar.currentIndex()))
        if name is not None:
            _fill_menu(menu, self.docks[name])
        menu.addSeparator()
        menu.addAction(tr("Put the panels back")).triggered.connect(self.put_back)


def focus_next(places: Sequence[QWidget]) -> None:
    """Move the keyboard to the next of these widgets that can be seen."""
    seen = [place for place in places if not place.visibleRegion().isEmpty()]
    focus = QApplication.focusWidget()
    here = next(
        (n for n, place in enumerate(seen) if focus is not None and (place is focus or place.isAncestorOf(focus))), -1
    )
    if seen:
        seen[(here + 1) % len(seen)].setFocus(Qt.FocusReason.ShortcutFocusReason)
