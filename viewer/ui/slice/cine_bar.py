"""The bar of a cine, under the picture it plays: play, which frame, how fast really, speed, what comes at the end, trim."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLayout, QMenu, QSizePolicy, QToolButton, QWidget

from viewer.reading.changes.cine import FASTEST, SLOWEST, close_cine, play_all, set_speed, trim
from viewer.reading.changes.workspace import set_active_pane
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Sweep
from viewer.scene.inputs import SceneInputs
from viewer.scene.playing import course_of, frames_per_second
from viewer.ui.parts import icon_button, label, paint_own_ground
from viewer.ui.slice.playing import next_sweep, toggle_playing
from viewer.ui.theme.current import metrics
from viewer.ui.theme.icons import icon

_HEIGHT, _FIELD, _TEXT_MARGIN = 34, 92, 6
_NARROW, _TIGHT = 340, 360
"""Below these widths the trim and the real pace find no room."""
_SAY_AGAIN_S = 0.5
_FAR_OFF = 0.9
"""Fewer frames than this part of what was asked for are said in the colour of a warning."""
_SWEEPS: Final[dict[Sweep, str]] = {"loop": "repeat", "swing": "arrow-left-right", "once": "repeat-1"}


def tr(text: str) -> str:
    """Translate a text of the bar."""
    return QCoreApplication.translate("CineBar", text)


class SpeedField(QDoubleSpinBox):
    """Frames a second. Enter and Escape give the keyboard back."""

    def __init__(self, done: Callable[[], None]) -> None:
        super().__init__()
        self._done = done
        self.setRange(SLOWEST, FASTEST)
        self.setDecimals(1)
        self.setKeyboardTracking(False)
        self.setAccessibleName(tr("Frames a second"))
        self.setToolTip(tr("Frames a second: < slower, > faster"))
        self.setSuffix(tr(" fps"))
        # Qt leaves the padding of the style sheet out at the left of a spin box.
        self.lineEdit().setTextMargins(_TEXT_MARGIN, 0, 0, 0)

    def textFromValue(self, value: float) -> str:
        """Return the number without needless decimals."""
        return f"{value:.1f}".rstrip("0").rstrip(".")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self._done()
            event.accept()


class CineBar(QWidget):
    """The bar of one pane; takes no room until the pane plays.

    Parameters
    ----------
    real_pace
        Returns how many frames the pane really shows in a second, None while that is not known.
    give_back
        Gives the keyboard back to the picture.
    """

    def __init__(
        self,
        reading: Reading,
        inputs: SceneInputs,
        pane: int,
        *,
        real_pace: Callable[[], float | None],
        give_back: Callable[[], None],
    ) -> None:
        super().__init__()
        self._reading, self._inputs, self._pane = reading, inputs, pane
        self._real_pace, self._said_at = real_pace, 0.0
        self.setProperty("role", "bar")
        paint_own_ground(self)
        self.setAccessibleName(tr("Playing"))
        self.play = icon_button("play", tr("Play"))
        self.play.clicked.connect(lambda: toggle_playing(reading, inputs, pane))
        self.counter = label("", "head")
        self.real = label("", "third")
        self.speed = SpeedField(give_back)
        self.speed.valueChanged.connect(self._take_speed)
        self.sweep = icon_button("repeat", tr("In a loop"))
        self.sweep.clicked.connect(lambda: next_sweep(reading, inputs, pane))
        self._trim = self._trim_button()
        self._close = icon_button("x", tr("Stop playing"))
        self._close.clicked.connect(lambda: reading.apply(close_cine, pane))
        # It takes the width that its picture has, and never makes a viewport wider.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        line = QHBoxLayout(self)
        line.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        line.setContentsMargins(8, 0, 6, 0)
        line.setSpacing(6)
        left: tuple[QWidget, ...] = (self.play, self.counter, self.real)
        right: tuple[QWidget, ...] = (self.speed, self.sweep, self._trim, self._close)
        for widget in left:
            line.addWidget(widget)
        line.addStretch()
        for widget in right:
            line.addWidget(widget)
        self.hide()

    def on_changed(self, new: ReadingState) -> None:
        """Follow a change of the reading."""
        shown = new.panes[self._pane] if self._pane < len(new.panes) else None
        course = course_of(new, self._pane, self._inputs) if shown is not None and shown.cine.shown else None
        if shown is None or course is None:
            self.hide()
            return
        self.setFixedHeight(metrics().px(_HEIGHT))
        self.speed.setFixedWidth(metrics().px(_FIELD))
        playing = shown.playing and shown.plays == "frames"
        self._show_play(playing=playing)
        self.counter.setText(_counter(shown.frame, course.first, course.last))
        self.counter.setMinimumWidth(
            self.counter.fontMetrics().horizontalAdvance(_counter(course.last, course.first, course.last))
        )
        self._show_pace(frames_per_second(new, self._pane, self._inputs), playing=playing)
        self._show_sweep(course.sweep)
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = event.size().width()
        self._trim.setVisible(width >= metrics().px(_NARROW))
        self.real.setVisible(width >= metrics().px(_TIGHT))

    def _show_play(self, *, playing: bool) -> None:
        words = tr("Pause") if playing else tr("Play")
        if self.play.toolTip() != words:
            self.play.setIcon(icon("pause" if playing else "play"))
            self.play.setToolTip(words)
            self.play.setAccessibleName(words)

    def _show_sweep(self, sweep: Sweep) -> None:
        words = {"loop": tr("In a loop"), "swing": tr("Back and forth"), "once": tr("Once")}[sweep]
        if self.sweep.toolTip() != words:
            self.sweep.setIcon(icon(_SWEEPS[sweep]))
            self.sweep.setToolTip(words)
            self.sweep.setAccessibleName(words)

    def _show_pace(self, wanted: float, *, playing: bool) -> None:
        if not self.speed.hasFocus() and abs(self.speed.value() - wanted) > 1e-6:
            self.speed.blockSignals(True)
            self.speed.setValue(wanted)
            self.speed.blockSignals(False)
        now = monotonic()
        if playing and now - self._said_at < _SAY_AGAIN_S:
            return
        self._said_at = now
        real = self._real_pace() if playing else None
        self.real.setText("" if real is None else tr("{number} fps shown").format(number=f"{real:.1f}"))
        slow = real is not None and real < wanted * _FAR_OFF
        # In a narrow bar there is room for the counter only: it must not hide that frames come late.
        self.counter.setToolTip(self.real.text())
        for words, usual in ((self.real, "third"), (self.counter, "head")):
            role = "warning" if slow else usual
            if words.property("role") != role:
                words.setProperty("role", role)
                words.style().polish(words)

    def _take_speed(self, frames: float) -> None:
        self._reading.apply_undoable(f"cine-speed:{self._pane}", set_speed, self._pane, frames)

    def _trim_button(self) -> QToolButton:
        made = icon_button("scissors", tr("Which frames are played"))
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        for words, act in (
            (tr("Play from this frame"), lambda: self._trim_to("first")),
            (tr("Play up to this frame"), lambda: self._trim_to("last")),
            (tr("Play every frame"), lambda: self._reading.apply_undoable("", play_all, self._pane)),
        ):
            menu.addAction(words).triggered.connect(lambda _=False, act=act: act())
        made.setMenu(menu)
        return made

    def _trim_to(self, which: str) -> None:
        self._reading.apply(set_active_pane, self._pane)
        self._reading.apply_undoable("", trim, self._pane, "first" if which == "first" else "last")


def _counter(frame: int, first: int, last: int) -> str:
    return f"{frame + 1} / {last + 1}" if first == 0 else f"{frame + 1} / {first + 1}–{last + 1}"
