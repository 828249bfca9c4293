"""The bar under the viewports while a segment is edited: tools, size of the brush, acts on the whole, what was before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final, Literal, cast

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QMenu, QToolButton, QWidget

from viewer.domain.edit import Smooth
from viewer.reading.changes.editing import RADII_MM, set_brush
from viewer.reading.changes.workspace import set_tool
from viewer.reading.edited import selected_points, selected_segment, selection_is_edited
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.part_look import part_looks
from viewer.scene.plain_words import decimal, plain, volume
from viewer.ui.editing_acts import HINTS, tr
from viewer.ui.live_actions import Actions
from viewer.ui.parts import SegmentedChoice, icon_button, label, paint_own_ground

HEIGHT: Final = 48
TOOLS: Final = ("tool_brush", "tool_eraser", "tool_keep_island", "tool_remove_island", "tool_points")
WHOLE: Final = ("keep_values", "fill_holes", "smooth_part", "between_slices")
SMOOTHING_MM: Final = (1.0, 2.0, 3.0, 5.0)
_NAME_FROM = 820
"""Width (logical pixels) below which the name of the segment goes: it is selected in the layers."""
_NAME_WIDTH = 150
_REACH_FROM = 640
"""Width below which slice or ball is left to the key and the menu."""
_SIZE_WIDTH = 96


class EditBar(QWidget):
    """The bar; hidden while no tool that edits is in use.

    Parameters
    ----------
    volume_of
        Returns the volume (mL) of the selected segment as it is shown; None while unknown.
    smooth
        Smooths the selected segment.
    """

    def __init__(
        self,
        reading: Reading,
        actions: Actions,
        volume_of: Callable[[ReadingState], float | None],
        smooth: Callable[[Smooth], object],
    ) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        paint_own_ground(self)
        self.setFixedHeight(HEIGHT)
        self._reading, self._actions, self._volume_of = reading, actions, volume_of
        self._swatch = _Swatch()
        self._name, self._volume = label("", "head"), label("", "second")
        self._size = QDoubleSpinBox()
        self._size.setRange(RADII_MM[0] * 2, RADII_MM[-1] * 2)
        self._size.setDecimals(1)
        self._size.setMinimumWidth(_SIZE_WIDTH)
        self._size.setSuffix(f"\u00a0{tr('mm')}")
        self._size.setAccessibleName(tr("Width of the brush"))
        self._size.setToolTip(tr("Width of the brush\nShift+wheel over the image, + and −"))
        self._size.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._size.setKeyboardTracking(False)
        self._size.valueChanged.connect(self._take_size)
        self._reach = SegmentedChoice((("slice", tr("Slice")), ("ball", tr("Ball"))), tr("What the brush reaches"))
        self._reach.setToolTip(tr("Slice: the slice on the screen. Ball: as far as its radius, through the slices."))
        self._reach.chosen.connect(self._take_reach)
        self._buttons = {action_id: self._button(action_id) for action_id in (*TOOLS, *WHOLE, "show_original")}
        self._smooth_menu(smooth)
        self._discard = self._button("discard_edits")
        self._done = icon_button("x", tr("End editing (Esc)"))
        self._done.clicked.connect(lambda: reading.apply(set_tool, "window"))
        self._lay_out()
        self.destroyed.connect(reading.connect(self._follow))
        self.hide()

    def refresh(self) -> None:
        """Show what stands now: the voxels of the segment came, or changed."""
        state = self._reading.state
        if not any(tool == state.tool for tool in HINTS):
            self.hide()
            return
        self.show()
        chosen = selected_points(state) if state.tool == "points" else selected_segment(state)
        overlay = state.content.overlays[chosen[0]] if chosen is not None else None
        self._name.setProperty("full", plain(overlay.part(chosen[1]).label) if overlay is not None and chosen else "")
        self._swatch.show_color(part_looks(state, overlay)[chosen[1]].color if overlay is not None and chosen else None)
        ml = self._volume_of(state) if chosen is not None else None
        edited = tr("edited") if selection_is_edited(state) else ""
        self._volume.setText(" · ".join(filter(None, (f"{volume(ml)}\u00a0mL" if ml is not None else "", edited))))
        self._volume.setMinimumWidth(self.fontMetrics().horizontalAdvance("0 000.00 mL · edited"))
        self._size.blockSignals(True)
        self._size.setValue(2 * state.brush.radius_mm)
        self._size.blockSignals(False)
        self._reach.set_value(state.brush.reach)
        painting = state.tool in ("brush", "eraser")
        self._size.setEnabled(painting)
        self._reach.setEnabled(painting)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wanted = tr("Choose contours or a line") if self._reading.state.tool == "points" else tr("Choose a segment")
        full = self._name.property("full") or wanted
        self._name.setText(self._name.fontMetrics().elidedText(full, Qt.TextElideMode.ElideRight, _NAME_WIDTH))
        self._name.setToolTip(full)
        wide = self.width() >= _NAME_FROM
        for widget in (self._name, self._volume):
            widget.setVisible(wide)
        self._reach.setVisible(self.width() >= _REACH_FROM)

    def _lay_out(self) -> None:
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 0, 8, 0)
        line.setSpacing(4)
        for action_id in TOOLS:
            line.addWidget(self._buttons[action_id])
        line.addSpacing(8)
        line.addWidget(self._size)
        line.addSpacing(4)
        line.addWidget(self._reach)
        line.addSpacing(8)
        for action_id in WHOLE:
            line.addWidget(self._buttons[action_id])
        line.addSpacing(10)
        line.addWidget(self._swatch)
        line.addWidget(self._name)
        line.addWidget(self._volume)
        line.addStretch(1)
        line.addWidget(self._buttons["show_original"])
        line.addWidget(self._discard)
        line.addWidget(self._done)

    def _button(self, action_id: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._actions[action_id])
        button.setFixedSize(30, 30)
        button.setIconSize(QSize(18, 18))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(self._actions[action_id].text().rstrip("…"))
        return button

    def _smooth_menu(self, smooth: Callable[[Smooth], object]) -> None:
        menu = QMenu(self)
        for radius_mm in SMOOTHING_MM:
            text = tr("Round off what is smaller than {number} mm").format(number=decimal(radius_mm, 0))
            menu.addAction(text).triggered.connect(lambda _=False, one=radius_mm: smooth(Smooth(one)))
        button = self._buttons["smooth_part"]
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _take_size(self, width_mm: float) -> None:
        self._reading.apply(set_brush, replace(self._reading.state.brush, radius_mm=width_mm / 2))

    def _take_reach(self, reach: object) -> None:
        chosen = cast("Literal['slice', 'ball']", reach)
        self._reading.apply(set_brush, replace(self._reading.state.brush, reach=chosen))

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        if (
            old.tool != new.tool
            or old.brush != new.brush
            or old.selection != new.selection
            or old.edits is not new.edits
            or old.originals_shown != new.originals_shown
            or old.content is not new.content
        ):
            self.refresh()


class _Swatch(QWidget):
    """The colour of the segment, as the layers have it."""

    def __init__(self) -> None:
        super().__init__()
        self._color: QColor | None = None
        self.setFixedSize(14, 14)

    def show_color(self, color: tuple[int, int, int] | None) -> None:
        """Take a colour; None: there is no segment."""
        self._color = QColor(*color) if color is not None else None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a line around a ground."""
        del event
        if self._color is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(self._color)
        ground.setAlphaF(0.45)
        painter.setBrush(ground)
        painter.setPen(QPen(self._color, 1.5))
        painter.drawRoundedRect(1, 1, 12, 12, 3, 3)
        painter.end()
