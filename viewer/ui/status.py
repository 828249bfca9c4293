"""The status bar: what is under the cursor, what runs in the background with a cancel, and how many things are wrong."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStatusBar, QToolButton, QWidget

from viewer.loading.runner import Progress
from viewer.scene.plain_words import count, plain
from viewer.ui.parts import icon_button, label
from viewer.ui.theme.icons import icon
from viewer.ui.theme.rows import paint_swatch


def tr(text: str) -> str:
    """Translate a text of the status bar."""
    return QCoreApplication.translate("Status", text)


class Swatch(QWidget):
    """The colour of a part, 12 px."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(14, 14)
        self._color: tuple[int, int, int] | None = None

    def set_color(self, color: tuple[int, int, int] | None) -> None:
        """Show a colour; None shows nothing."""
        if color != self._color:
            self._color = color
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._color is None:
            return
        painter = QPainter(self)
        paint_swatch(painter, self.rect(), self._color, hollow=False)
        painter.end()


class _Apart(QWidget):
    """Shows words that change with every move of the mouse: as wide as there is room, whatever they need.

    In a layout each change would make the whole window lay out its docks anew.
    """

    def __init__(self, words: QWidget) -> None:
        super().__init__()
        self._words = words
        words.setParent(self)

    def sizeHint(self) -> QSize:
        """Return the height of the words; any width will do."""
        return QSize(0, self._words.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return what ``sizeHint`` does."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the words all the room."""
        super().resizeEvent(event)
        self._words.setGeometry(self.rect())


class Status(QStatusBar):
    """The bar. ``cancel_wanted`` carries the slot of the job to end."""

    cancel_wanted = Signal(object)
    health_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self._place, self._value, self._unit = label("", "second"), label("", "head"), label("", "second")
        self._swatch, self._part, self._more = Swatch(), label("", "head"), label("", "third")
        self._hint = label("", "third")
        left = QWidget()
        line = QHBoxLayout(left)
        line.setContentsMargins(12, 0, 0, 0)
        line.setSpacing(6)
        for widget in (self._place, self._value, self._unit, self._swatch, self._part, self._more, self._hint):
            line.addWidget(widget)
        line.addStretch()
        self._swatch.hide()
        self.addWidget(_Apart(left), 1)
        self._slot: Hashable = None
        self._label = label("", "second")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(110)
        self._cancel = icon_button("x", tr("Cancel"))
        self._cancel.clicked.connect(lambda: self.cancel_wanted.emit(self._slot))
        self._work = QWidget()
        row = QHBoxLayout(self._work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self._label, self._bar, self._cancel):
            row.addWidget(part, alignment=Qt.AlignmentFlag.AlignVCenter)
        self._work.hide()
        self.addPermanentWidget(self._work)
        self.issues = QToolButton()
        self.issues.setProperty("kind", "warning")
        self.issues.setIcon(icon("triangle-alert", color="warning"))
        self.issues.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.issues.setToolTip(tr("What is wrong with these files"))
        self.issues.clicked.connect(self.health_wanted)
        self.issues.hide()
        self.addPermanentWidget(self.issues)

    def show_cursor(self, place: str = "", value: str = "", unit: str = "") -> None:
        """Show where the cursor is and what the image holds there; without arguments nothing."""
        self._place.setText(place)
        self._value.setText(value)
        self._unit.setText(unit)

    def show_parts(self, parts: Sequence[tuple[str, tuple[int, int, int]]], detail: str = "") -> None:
        """Show the parts under the cursor, as (name, colour), the topmost first."""
        self._swatch.setVisible(bool(parts))
        self._swatch.set_color(parts[0][1] if parts else None)
        self._part.setText(plain(parts[0][0]) if parts else "")
        others = [plain(name) for name, _ in parts[1:]]
        more = ", ".join(others[:3]) + (tr(" and {number} more").format(number=len(others) - 3) if len(others) > 3 else "")
        self._more.setText(" · ".join(text for text in (detail, more) if text))

    def show_hint(self, text: str) -> None:
        """Say what to do with the tool in use; empty takes it away."""
        self._hint.setText(text)

    def show_progress(self, running: Sequence[Progress]) -> None:
        """Show the first of the running jobs, and how many more there are."""
        self._work.setVisible(bool(running))
        if not running:
            return
        first = running[0]
        self._slot = first.slot
        more = f"  +{len(running) - 1}" if len(running) > 1 else ""
        self._label.setText(plain(first.label) + more)
        self._bar.setRange(0, 0 if first.part is None else 1000)
        if first.part is not None:
            self._bar.setValue(round(first.part * 1000))
        self._cancel.setAccessibleName(tr("Cancel: {what}").format(what=plain(first.label)))
        self._bar.setAccessibleName(plain(first.label))

    def show_issues(self, number: int) -> None:
        """Show how many things are wrong; none shows nothing."""
        self.issues.setVisible(number > 0)
        text = tr("1 issue") if number == 1 else tr("{number} issues").format(number=count(number))
        self.issues.setText(text)
        self.issues.setAccessibleName(text)
