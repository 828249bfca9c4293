"""The welcome page: what to open, what was open lately, and where help is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from viewer.scene.plain_words import count, plain
from viewer.ui.actions import BY_ID as ACTION_TABLE
from viewer.ui.actions import action_text, key_text
from viewer.ui.live_actions import Actions
from viewer.ui.parts import IconMark, divider, label, paint_own_ground
from viewer.ui.plain_text import tooltip
from viewer.ui.theme.icons import icon

IMAGE_SERIES: Final = "series"
_MOST_RECENT: Final = 6
_NOTHING_KNOWN: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType({})


def tr(text: str) -> str:
    """Translate a text of the welcome page."""
    return QCoreApplication.translate("Welcome", text)


def contents_text(contents: Mapping[str, int]) -> str:
    """Return what was found in a folder: "2 series · SEG, 44 SR"; empty when it is not known."""
    number = contents.get(IMAGE_SERIES, 0)
    series = tr("1 series") if number == 1 else tr("{number} series").format(number=count(number))
    others = {plain(name): many for name, many in contents.items() if name != IMAGE_SERIES}
    words = ", ".join(f"{count(many)} {name}" if many > 1 else name for name, many in others.items())
    return " · ".join(filter(None, (series if number else "", words)))


class Welcome(QWidget):
    """The page. Paths and acts are told by signals; the window does them."""

    act_wanted = Signal(str)
    """An action id of the registry."""
    recent_wanted = Signal(str)
    recent_removed = Signal(str)
    recents_cleared = Signal()

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        paint_own_ground(self)
        self._rows: dict[str, QWidget] = {}
        columns = QGridLayout()
        columns.setContentsMargins(96, 76, 96, 24)
        columns.setHorizontalSpacing(64)
        columns.setColumnStretch(0, 43)
        columns.setColumnStretch(1, 59)
        columns.addLayout(self._acts(actions), 0, 0, Qt.AlignmentFlag.AlignTop)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        columns.addLayout(self._recent, 0, 1, Qt.AlignmentFlag.AlignTop)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(columns)
        page.addStretch(1)
        page.addWidget(divider())
        page.addLayout(self._foot(actions))
        self.show_recent(())

    def _acts(self, actions: Actions) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(Logo())
        head.addWidget(label("Overread", "name"))
        head.addStretch()
        column.addLayout(head)
        column.addSpacing(4)
        column.addWidget(label(tr("Read images together with what an AI said about them."), "lead"))
        column.addSpacing(16)
        rows = (
            ("open_folder", "folder-open", tr("Open folder"), tr("All DICOM files in it and below"), "on_fill"),
            ("open_files", "file-plus", tr("Open files"), tr("Single files, .zip or DICOMDIR"), "text2"),
            (
                "open_sample",
                "graduation-cap",
                tr("Open the sample study"),
                tr("Synthetic; every kind of overlay in it"),
                "text2",
            ),
        )
        for action_id, name, title, text, color in rows:
            keys = actions.keys(action_id)
            button = ActButton(
                (name, color),
                title,
                text,
                key_text(keys[0]) if keys else "",
                role="act-primary" if color == "on_fill" else "act",
            )
            button.clicked.connect(lambda _=False, action_id=action_id: self.act_wanted.emit(action_id))
            column.addWidget(button)
        column.addSpacing(8)
        drop = QFrame()
        drop.setProperty("role", "drop")
        drop.setFixedHeight(60)
        line = QHBoxLayout(drop)
        line.addStretch()
        line.addWidget(IconMark("folder", color="text3"))
        line.addWidget(label(tr("or drop files anywhere in this window"), "second"))
        line.addStretch()
        column.addWidget(drop)
        return column

    def _foot(self, actions: Actions) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(96, 8, 96, 8)
        line.setSpacing(12)
        line.addWidget(label(tr("Not for diagnostic use"), "third"))
        line.addStretch()
        for action_id in ("guide", "shortcuts", "palette", "settings"):
            button = QToolButton()
            button.setIcon(icon(ACTION_TABLE[action_id].icon))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            keys = actions.keys(action_id)
            words = action_text(ACTION_TABLE[action_id]).rstrip("…")
            button.setText(f" {words}")
            button.setProperty("kind", "quiet")
            button.setToolTip(f"{words}  {key_text(keys[0])}" if keys else words)
            button.clicked.connect(lambda _=False, action_id=action_id: self.act_wanted.emit(action_id))
            line.addWidget(button)
            if keys:
                line.addWidget(label(key_text(keys[0]), "key"))
        return line

    def show_recent(self, paths: Sequence[str], contents: Mapping[str, Mapping[str, int]] = _NOTHING_KNOWN) -> None:
        """List the folders that were open lately; ``show_gone`` says later which of them cannot be reached."""
        self._rows = {}
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if not paths:
            self._recent.addWidget(label(tr("Recent"), "card-title"))
            self._recent.addSpacing(12)
            self._recent.addWidget(label(tr("Folders that you open are listed here."), "third"))
            return
        head = QWidget()
        line = QHBoxLayout(head)
        line.setContentsMargins(12, 0, 0, 8)
        line.addWidget(label(tr("Recent"), "card-title"))
        line.addStretch()
        clear = QPushButton(tr("Clear list"))
        clear.setProperty("kind", "quiet")
        clear.clicked.connect(self.recents_cleared)
        line.addWidget(clear)
        self._recent.addWidget(head)
        for path in paths[:_MOST_RECENT]:
            self._rows[path] = self._recent_row(path, contents.get(path, {}), there=True)
            self._recent.addWidget(self._rows[path])

    @property
    def listed(self) -> tuple[str, ...]:
        """The folders in the list."""
        return tuple(self._rows)

    def show_gone(self, paths: Collection[str]) -> None:
        """Say of folders in the list that they cannot be reached; they stay, and can be taken off it."""
        for path in paths:
            row = self._rows.get(path)
            if row is not None:
                self._rows[path] = self._recent_row(path, {}, there=False)
                self._recent.replaceWidget(row, self._rows[path])
                row.hide()
                row.deleteLater()

    def _recent_row(self, path: str, contents: Mapping[str, int], *, there: bool) -> QWidget:
        folder = Path(path)
        name = plain(folder.name) or plain(path)
        known = " · ".join(filter(None, (contents_text(contents), plain(str(folder.parent)))))
        text = known if there else tr("Not reachable: the folder or its drive is not there.")
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 4)
        button = ActButton(
            ("folder-open" if there else "unplug", "text2" if there else "text3"),
            name,
            text,
            "",
            role="act-flat" if there else "act-gone",
        )
        button.setToolTip(tooltip(path))
        button.setEnabled(there)
        button.clicked.connect(lambda: self.recent_wanted.emit(path))
        line.addWidget(button, 1)
        if not there:
            remove = QPushButton(tr("Remove"))
            remove.setProperty("kind", "quiet")
            remove.setAccessibleName(tr("Remove {name} from the list").format(name=name))
            remove.clicked.connect(lambda: self.recent_removed.emit(path))
            line.addWidget(remove)
        return row


class ActButton(QPushButton):
    """A wide button of two lines with an icon and a key."""

    def __init__(self, mark: tuple[str, str], title: str, text: str, key: str, *, role: str) -> None:
        super().__init__()
        self.setProperty("role", role)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._line = line = QHBoxLayout(self)
        line.setContentsMargins(14, 8, 14, 8)
        line.setSpacing(14)
        line.addWidget(IconMark(mark[0], color=mark[1], size=20))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(_passing(label(title, "card-title" if role != "act-gone" else "third")))
        words.addWidget(_passing(label(text, "" if role == "act-primary" else "second")))
        line.addLayout(words, 1)
        if key:
            line.addWidget(_passing(label(key, "key")))

    def sizeHint(self) -> QSize:
        return self._line.sizeHint().expandedTo(self.minimumSize())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._line.sizeHint().height())


def _passing(widget: QLabel) -> QLabel:
    """Let the mouse through a label to its button."""
    widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return widget


class Logo(QWidget):
    """The program's own mark."""

    def __init__(self, size: int = 40) -> None:
        super().__init__()
        self.setFixedSize(size, size)
        self._picture = QPixmap()

    def paintEvent(self, _event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture.isNull():
            side = round(self.width() * ratio)
            self._picture = QPixmap("icons:overread.svg").scaled(
                side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._picture.setDevicePixelRatio(ratio)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()
