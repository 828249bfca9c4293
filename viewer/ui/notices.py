"""Notices: what happened, to which object, what can be done; above the images, at most two at once, never a dialog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from viewer.scene.plain_words import plain
from viewer.ui.parts import IconMark, icon_button, label

Severity = Literal["info", "warning", "error", "ok"]
ICONS: dict[Severity, str] = {"error": "octagon-alert", "warning": "triangle-alert", "info": "info", "ok": "check"}
AT_ONCE = 2


def tr(text: str) -> str:
    """Translate a text of the notices."""
    return QCoreApplication.translate("Notices", text)


@dataclass(frozen=True)
class Notice:
    """One notice: a bold sentence, a plain one, perhaps a link."""

    title: str
    text: str = ""
    severity: Severity = "info"
    link: str = ""


class NoticeFrame(QFrame):
    """A notice on the screen."""

    closed = Signal()

    def __init__(self, notice: Notice, follow: Callable[[], None] | None) -> None:
        super().__init__()
        self.setProperty("severity", notice.severity)
        self.setAccessibleName(f"{notice.title} {notice.text}")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(label(plain(notice.title), "head", wrap=True))
        if notice.text:
            words.addWidget(label(plain(notice.text), "second", wrap=True))
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 8, 8, 8)
        line.setSpacing(10)
        line.addWidget(IconMark(ICONS[notice.severity], color=notice.severity), alignment=Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        if follow is not None:
            link = QPushButton(notice.link)
            link.setProperty("kind", "link")
            # First away, then followed: what is still wrong afterwards is said anew.
            link.clicked.connect(self.closed)
            link.clicked.connect(lambda _=False: follow())
            line.addWidget(link, alignment=Qt.AlignmentFlag.AlignTop)
        close = icon_button("x", tr("Close this notice"))
        close.clicked.connect(self.closed)
        line.addWidget(close, alignment=Qt.AlignmentFlag.AlignTop)


class Notices(QWidget):
    """The place for notices. The rest waits until there is room; nothing is lost, Health has it all."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(6)
        self._waiting: list[tuple[Notice, Callable[[], None] | None]] = []
        self._shown: list[tuple[Notice, NoticeFrame]] = []
        self.hide()

    def tell(self, notice: Notice, follow: Callable[[], None] | None = None) -> None:
        """Show a notice; ``follow`` is what its link does. The same notice is not shown twice."""
        if any(shown == notice for shown, _ in self._shown) or any(waiting == notice for waiting, _ in self._waiting):
            return
        self._waiting.append((notice, follow))
        self._fill()

    def clear(self) -> None:
        """Take every notice away (another folder was opened)."""
        self._waiting.clear()
        for _, frame in tuple(self._shown):
            self._take_away(frame)

    @property
    def titles(self) -> tuple[str, ...]:
        """The bold sentences on the screen."""
        return tuple(notice.title for notice, _ in self._shown)

    def _fill(self) -> None:
        while self._waiting and len(self._shown) < AT_ONCE:
            notice, follow = self._waiting.pop(0)
            frame = NoticeFrame(notice, follow)
            frame.closed.connect(lambda frame=frame: self._take_away(frame))
            self._shown.append((notice, frame))
            self._column.addWidget(frame)
        self.setVisible(bool(self._shown))

    def _take_away(self, frame: NoticeFrame) -> None:
        self._shown = [entry for entry in self._shown if entry[1] is not frame]
        self._column.removeWidget(frame)
        frame.hide()
        frame.deleteLater()
        self._fill()
