"""The window as it is on the screen at once, empty; the main window is put into it when it has been imported.

Knows nothing but Qt and the tokens: what is imported here is what a cold start waits for.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QColor, QPalette
from PySide6.QtWidgets import QMainWindow

from viewer.ui.theme.tokens import THEMES
from viewer.ui.window_place import Place, restore_place, show_fitting


class FirstWindow(QMainWindow):
    """An empty window in the colour of the theme, where it stood the last time.

    Parameters
    ----------
    theme
        ``dark``, ``light``, or anything else for the colours of the desktop.
    place
        How the window was left.
    """

    def __init__(self, theme: str, place: Place) -> None:
        super().__init__()
        self._content: QMainWindow | None = None
        self.setWindowTitle("Overread")
        self.setMinimumSize(960, 600)
        if theme in THEMES:
            palette = QPalette(self.palette())
            palette.setColor(QPalette.ColorRole.Window, QColor(THEMES[theme].bg0))
            self.setPalette(palette)
        restore_place(self, place)
        show_fitting(self, place)

    def hold(self, content: QMainWindow) -> None:
        """Show the main window inside; it closes together with this one."""
        self._content = content
        self.setMinimumSize(content.minimumSize())
        self.setWindowTitle(content.windowTitle())
        content.windowTitleChanged.connect(self.setWindowTitle)
        content.setWindowState(Qt.WindowState.WindowNoState)
        self.setCentralWidget(content)
        content.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close the main window first: it saves how it stands."""
        if self._content is not None and not self._content.close():
            event.ignore()
            return
        super().closeEvent(event)
