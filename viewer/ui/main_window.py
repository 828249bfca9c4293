"""The window: joins menu, toolbar, docks, images and status bar, and makes them follow the reading."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from viewer.domain.decision import reasons_from
from viewer.domain.library import Library
from viewer.loading.store import Delivered, Store
from viewer.reading.changes.layouts import toggle_maximised
from viewer.reading.changes.workspace import hide_overlays, toggle_smooth
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.crosshair import crosshair_info
from viewer.scene.cursor import CursorInfo
from viewer.ui.blink import Blink
from viewer.ui.cursor_words import cursor_words
from viewer.ui.dialogs import Dialogs
from viewer.ui.editing_window import EditingInWindow
from viewer.ui.findings.blind_line import BlindLine
from viewer.ui.findings.review import ReviewCalls, ReviewInWindow
from viewer.ui.held_key import HeldKey
from viewer.ui.host import Host, Settings
from viewer.ui.layout_picker import LayoutButton
from viewer.ui.live_actions import Actions
from viewer.ui.looks_window import Looks
from viewer.ui.measuring_window import MeasuringInWindow
from viewer.ui.menus import MenuBar, fill_planes, fill_windows, image_menu
from viewer.ui.notices import Notice, Notices
from viewer.ui.opening import Opening, tell_what_is_missing
from viewer.ui.panels import PanelCalls, Panels
from viewer.ui.parts_window import PartsInWindow
from viewer.ui.saved_layouts import SavedLayouts
from viewer.ui.slice.viewport_grid import ViewportGrid
from viewer.ui.status import Status
from viewer.ui.theme.apply import apply_theme
from viewer.ui.toolbar import Toolbar
from viewer.ui.turns import IMAGES, Later
from viewer.ui.volume.pane import VolumeCalls, VolumePane
from viewer.ui.welcome import Welcome
from viewer.ui.window_acts import reading_acts
from viewer.ui.window_place import place_of, restore_docks, restore_place
from viewer.ui.window_presets import window_text
from viewer.ui.window_title import study_title
from viewer.ui.writing_window import WritingInWindow

PROGRESS_MS = 150
VALUE_KINDS = frozenset({"attributes", "frame", "image_on_plane", "range"})


def tr(text: str) -> str:
    """Translate a text of the window."""
    return QCoreApplication.translate("MainWindow", text)


class MainWindow(QMainWindow):
    """The window.

    Parameters
    ----------
    reading, store
        The state that is shown, and what is loaded.
    settings
        The settings at the start; ``show_settings`` brings others.
    host
        The program around: opens paths, keeps settings, knows what runs in the background.
    """

    def __init__(self, reading: Reading, store: Store, settings: Settings, host: Host) -> None:
        super().__init__()
        self._reading, self._store, self._settings, self._host = reading, store, settings, host
        self.setWindowTitle("Overread")
        self.setMinimumSize(960, 600)
        self.setAcceptDrops(True)
        self.actions_table = Actions(reading, settings.shortcuts, self)
        self.opening = Opening(self, host, recent=lambda: self._settings.recent)
        self._blink = Blink(reading, self)
        self._dialogs = Dialogs(self, reading, store, self.actions_table, lambda: self._settings, host)
        self.grid = ViewportGrid(
            reading, store, on_cursor=self._show_cursor, on_menu=self._show_image_menu, volume=self._volume_pane
        )
        self.looks = Looks(self, reading, store, self.actions_table, images=lambda: self.grid.active_canvas, host=host)
        self.notices = Notices()
        self.welcome = Welcome(self.actions_table)
        self.status = Status()
        self.setStatusBar(self.status)
        self.saved_layouts = SavedLayouts(reading, self.actions_table, self, lambda: self._settings, host, self.notices)
        self.menu = MenuBar(
            self.actions_table,
            {
                "open_sample": (tr("Recent"), self.opening.fill_recent),
                "layout_2x2": (tr("More layouts"), self.saved_layouts.fill_with_grids),
                "tool_scroll": (tr("Window"), lambda menu: fill_windows(menu, reading, store)),
                "slab_projection": (tr("Show in the viewport"), lambda menu: fill_planes(menu, self.actions_table)),
                **self.looks.menus,
            },
        )
        self.setMenuBar(self.menu)
        self.layout_button = LayoutButton(reading, self.saved_layouts.fill, self.saved_layouts.grids_without_button)
        self.toolbar = Toolbar(self.actions_table, self.looks.fill_windows, self.layout_button)
        self.addToolBar(self.toolbar)
        self.parts = PartsInWindow(
            reading,
            self,
            host,
            lambda: self._settings,
            show_layers=lambda: self.panels.docks.show_panel("layers"),
            tell=self.notify,
        )
        self.editing = EditingInWindow(reading, store, self.actions_table, self, self.grid, self.status.show_hint)
        self._center()
        self.measuring = MeasuringInWindow(
            reading,
            self,
            self.grid,
            say=self.status.show_hint,
            tell=self.notify,
            export=host.export_measurements,
        )
        self.panels = Panels(
            self,
            reading,
            store,
            host,
            PanelCalls(
                images=lambda: self.grid.active_picture,
                open_folder=self.opening.ask_folder,
                write_on=self.measuring.write_on,
                tell=self.notify,
                show_issues=self.status.show_issues,
                groups=self.parts.groups,
            ),
            actions=self.actions_table,
        )
        self.panels.layers.dose_volumes_wanted.connect(self.looks.open_dose_volumes)
        self.parts.join(self.panels.layers)
        self._add_review()
        self._attach()
        self._connect_pages()
        self._timers()
        self._disconnect = [reading.connect(self._follow), store.listen(self._take)]
        restore_place(self, settings)
        self._show_page(force=True)
        self.show_settings(settings)
        self._show_recent()
        self._refresh_words()

    def show_settings(self, settings: Settings) -> None:
        """Take other settings: theme, text size, keys, smoothing, recent folders."""
        old, self._settings = self._settings, settings
        application = QApplication.instance()
        look = (settings.theme, settings.text_size, settings.density)
        if isinstance(application, QApplication) and look != (old.theme, old.text_size, old.density):
            apply_theme(application, settings)
            self.toolbar.fit(self.width())
        if settings.shortcuts != old.shortcuts:
            self.actions_table.set_keys(settings.shortcuts)
            self._held.set_key(next(iter(self.actions_table.keys("hide_overlays")), ""))
        if settings.smooth_images != self._reading.state.smooth:
            self._reading.apply(toggle_smooth)
        self.parts.show_settings(settings)
        self.looks.show_settings(settings)
        self._recent_later.ask()

    def _show_recent(self) -> None:
        # What is in a folder would tell of results before a blind read.
        self.welcome.show_recent(self._settings.recent, {} if self._reading.state.blind else self._settings.recent_contents)
        if self.welcome.listed:
            self._host.look_for(self.welcome.listed, self.welcome.show_gone)

    def notify_settings_not_saved(self, reason: str) -> None:
        """Say that the settings hold only until the window is closed."""
        self.notices.tell(Notice(tr("The settings could not be saved."), reason, "warning"))

    def notify(self, notice: Notice, follow: Callable[[], None] | None = None) -> None:
        """Show a notice above the images; ``follow`` is what its link does."""
        self.notices.tell(notice, follow)

    def show_crash_report(self, report: str) -> None:
        """Show the report of a bug; the program goes on."""
        self._dialogs.show_crash_report(report)

    def close_quietly(self) -> None:
        """End everything that follows the reading; the window is about to go."""
        for stop in self._disconnect:
            stop()
        self._disconnect = []
        for waiting in self.findChildren(Later):
            waiting.drop()
        self._progress.stop()
        self._blink.stop()
        self.looks.close()
        self.grid.end()
        self.review.end()
        self.panels.end()

    def _center(self) -> None:
        center = QWidget()
        center.setObjectName("centre")
        self._column = QVBoxLayout(center)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.notices)
        self._column.addWidget(self.grid, 1)
        self._column.addWidget(self.parts.bar)
        self._column.addWidget(self.editing.bar)
        self._pages = QStackedWidget()
        # Without it the hidden welcome page would keep the panels from growing.
        self._pages.setMinimumSize(360, 240)
        self._pages.addWidget(center)
        self._pages.addWidget(self.welcome)
        self.setCentralWidget(self._pages)

    def _add_review(self) -> None:
        self.writing = WritingInWindow(self._reading, self, self._host.review_work, self.notify)
        calls = ReviewCalls(
            self.status.show_hint,
            lambda: reasons_from(self._settings.reasons),
            lambda: QRect(self.grid.mapTo(self, QPoint(0, 0)), self.grid.size()),
            lambda: self.panels.docks.show_panel("findings"),
        )
        table, panel = self.actions_table, self.panels.findings
        self.review = ReviewInWindow(self._reading, self._store, self, table, panel, calls)
        blind = BlindLine(self._reading)
        blind.finished.connect(self.actions_table["reveal"].trigger)
        self._column.insertWidget(0, blind)
        self._column.addWidget(self.review.bar)

    def _timers(self) -> None:
        self._images_later = Later(self, self.grid.refresh, rank=IMAGES)
        self._words_later = Later(self, self._refresh_words)
        self._recent_later = Later(self, self._show_recent)
        self._progress = QTimer(self)
        self._progress.setInterval(PROGRESS_MS)
        self._progress.timeout.connect(lambda: self.status.show_progress(self._host.progress()))
        self._progress.start()

    def _attach(self) -> None:
        table = self.actions_table
        table.attach(reading_acts(self._reading, self._store, self.notify))
        for part in (self.measuring, self.editing, self.writing, self.parts, self.review):
            table.attach(part.acts)
        table.attach(
            {
                "open_folder": self.opening.ask_folder,
                "open_files": self.opening.ask_files,
                "open_sample": self._host.open_sample,
                "quit": self._quit,
                "layout_choose": self.layout_button.open,
                "layout_save": self.saved_layouts.ask_to_save,
                "full_screen": self._toggle_full_screen,
                "smooth": self._toggle_smooth,
                "blink": self._blink.toggle,
                **self.panels.acts,
                "palette": self._dialogs.open_palette,
                "shortcuts": self._dialogs.open_shortcuts,
                "settings": self._dialogs.open_settings,
                "guide": self._dialogs.show_guide,
                "about": self._dialogs.open_about,
                **self.looks.acts,
            }
        )
        for spec, action in table.all():
            (self.grid if spec.scope == "viewport" else self).addAction(action)
        self._held = HeldKey(
            self,
            next(iter(table.keys("hide_overlays")), ""),
            pressed=lambda: self._reading.apply(hide_overlays, "hidden"),
            released=lambda: self._reading.apply(hide_overlays, "shown"),
        )

    def _connect_pages(self) -> None:
        self.status.cancel_wanted.connect(self._host.cancel)
        self.status.health_wanted.connect(lambda: self.panels.docks.show_panel("health"))
        self.welcome.act_wanted.connect(lambda action_id: self.actions_table[action_id].trigger())
        self.welcome.recent_wanted.connect(self.opening.open_path)
        self.welcome.recent_removed.connect(
            lambda path: self._change_settings(recent=tuple(one for one in self._settings.recent if one != path))
        )
        self.welcome.recents_cleared.connect(lambda: self._change_settings(recent=(), recent_contents={}))

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        self.actions_table.update()
        self.measuring.follow(old, new)
        self.editing.follow(old, new)
        if old.content is not new.content:
            self._show_page()
        if old.content.library is not new.content.library or old.pane is not new.pane:
            self._words_later.ask()
        if new.content.scanning and not old.content.scanning:
            self.notices.clear()
        if old.content.scanning and not new.content.scanning:
            tell_what_is_missing(new.content.library, self.notices, self.panels.docks)
        if old.crosshair != new.crosshair:
            self._show_cursor(None)
        if old.blind != new.blind:
            self.notices.clear()
            self._recent_later.ask()
        if old.active_pane != new.active_pane and not self._is_typing():
            self._focus_images()

    def _take(self, what: Delivered) -> None:
        if self.grid.note(what):
            self._images_later.ask()
            if what.kind in VALUE_KINDS:
                self._words_later.ask()
                self.review.suit()

    def _refresh_words(self) -> None:
        state = self._reading.state
        title = study_title(state)
        self.menu.show_title(title)
        self.setWindowTitle(f"{title} – Overread" if title else "Overread")
        self.toolbar.show_window(window_text(state, self._store))

    def _show_page(self, *, force: bool = False) -> None:
        content = self._reading.state.content
        studying = content.scanning or content.library != Library()
        page = 0 if studying else 1
        if page == self._pages.currentIndex() and not force:
            return
        self._pages.setCurrentIndex(page)
        self.toolbar.setVisible(studying)
        self.status.setVisible(studying)
        self.panels.docks.set_shown(studying)
        if studying:
            restore_docks(self, self._settings)
            self.panels.fit_provenance()
            self._focus_images()

    def _show_cursor(self, info: CursorInfo | None) -> None:
        found = info if info is not None else crosshair_info(self._reading.state, self._store)
        words = cursor_words(found, self._reading.state.content)
        self.status.show_cursor(words.place, words.value, words.unit)
        self.status.show_parts(words.parts, words.detail)

    def _volume_pane(self, pane: int) -> VolumePane:
        def tell(title: str, reason: str) -> None:
            self.notices.tell(Notice(title, reason, "error"))

        calls = VolumeCalls(lambda: self._reading.apply(toggle_maximised), self._host.save_surfaces, tell)
        return VolumePane(self._reading, self._store, pane, calls)

    def _show_image_menu(self, spot: QPoint) -> None:
        menu = image_menu(self, self._reading, self._store, self.actions_table)
        menu.exec(spot)
        menu.deleteLater()

    def _focus_images(self) -> None:
        self.grid.active_picture.setFocus()

    def _is_typing(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and not self.grid.isAncestorOf(focus)

    def _quit(self) -> None:
        self.window().close()

    def _change_settings(self, **values: object) -> None:
        self._host.change_settings(self._settings.model_copy(update=values))

    def _toggle_smooth(self) -> None:
        self._change_settings(smooth_images=not self._settings.smooth_images)

    def _toggle_full_screen(self) -> None:
        # The other bits stay: a window that filled the screen does so again afterwards.
        window = self.window()
        window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.opening.take_drag(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.opening.take_drop(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.toolbar.fit(event.size().width())
        if self._pages.currentIndex() == 0:
            self.panels.fit(event.size().width())

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.review.may_close(self.notices, self._quit):
            event.ignore()
            return
        self._change_settings(**place_of(self, with_docks=self._pages.currentIndex() == 0))
        self.close_quietly()
        event.accept()
