"""The window as it is on the screen at once; the main window is put into it when it has been imported.

Knows nothing but Qt and the tokens: what is imported here is what a cold start waits for.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QCloseEvent, QColor, QPalette
from PySide6.QtWidgets import QLabel, QMainWindow

from viewer.ui.theme.tokens import THEMES
from viewer.ui.window_place import Place, restore_place, show_fitting

SIZE: Final = 12
"""Pixels."""


class FirstWindow(QMainWindow):
    """A window in the colour of the theme, where it stood the last time, that says quietly that the program starts.

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
        said = QLabel(QCoreApplication.translate("FirstWindow", "Starting …"))
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        # The bundled font is not there yet; the size is that of all other words.
        font = said.font()
        font.setPixelSize(SIZE)
        said.setFont(font)
        if theme in THEMES:
            ink = THEMES[theme]
            palette = QPalette(self.palette())
            palette.setColor(QPalette.ColorRole.Window, QColor(ink.bg1))
            palette.setColor(QPalette.ColorRole.WindowText, QColor(ink.text3))
            self.setPalette(palette)
            said.setPalette(palette)
        said.setAutoFillBackground(True)
        self.setCentralWidget(said)
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
