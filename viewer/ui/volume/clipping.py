"""The sliders of the clipping box: six ends, two for each direction of the patient."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QSlider, QWidget

from viewer.geometry.box import Box
from viewer.reading.changes.volume import set_clipping
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.reading.volume_view import stack_box
from viewer.ui.parts import label, paint_own_ground

_STEPS = 200
_LEAST = 2


def tr(text: str) -> str:
    """Translate a text of the 3D pane."""
    return QCoreApplication.translate("Volume", text)


class ClippingSliders(QWidget):
    """Shown while a box cuts; each end is dragged by itself."""

    def __init__(self, reading: Reading, pane: int) -> None:
        super().__init__()
        self._reading, self._pane = reading, pane
        paint_own_ground(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 4, 10, 6)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        names = ((tr("Right"), tr("Left")), (tr("Front"), tr("Back")), (tr("Feet"), tr("Head")))
        self.ends: list[tuple[QSlider, QSlider]] = []
        for row, (low, high) in enumerate(names):
            pair = (self._slider(low), self._slider(high))
            self.ends.append(pair)
            grid.addWidget(label(low, "second"), row, 0)
            grid.addWidget(pair[0], row, 1)
            grid.addWidget(pair[1], row, 2)
            grid.addWidget(label(high, "second"), row, 3)
        self.hide()

    def on_changed(self, state: ReadingState) -> None:
        """Show the box of the pane; nothing without one."""
        whole, box = self._whole(state), self._box(state)
        self.setVisible(box is not None)
        if box is None or whole is None:
            return
        for axis, (low, high) in enumerate(self.ends):
            size = max(whole.high[axis] - whole.low[axis], 1e-6)
            for slider, value in ((low, box.low[axis]), (high, box.high[axis])):
                slider.blockSignals(True)
                slider.setValue(round((value - whole.low[axis]) / size * _STEPS))
                slider.blockSignals(False)

    def _slider(self, name: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, _STEPS)
        slider.setAccessibleName(tr("Cut off at: {side}").format(side=name))
        slider.valueChanged.connect(self._take)
        slider.sliderReleased.connect(self._reading.end_step)
        return slider

    def _take(self) -> None:
        whole = self._whole(self._reading.state)
        if whole is None:
            return
        low, high = [0.0] * 3, [1.0] * 3
        for axis, (first, last) in enumerate(self.ends):
            start, end = first.value(), last.value()
            if end - start < _LEAST:
                start, end = (max(end - _LEAST, 0), end) if self.sender() is first else (start, min(start + _LEAST, _STEPS))
            low[axis], high[axis] = start / _STEPS, end / _STEPS
        box = whole.share((low[0], low[1], low[2]), (high[0], high[1], high[2]))
        self._reading.apply_undoable(f"clipping:{self._pane}", set_clipping, self._pane, box)

    def _whole(self, state: ReadingState) -> Box | None:
        if self._pane >= len(state.panes):
            return None
        stack = state.stack_of(state.panes[self._pane])
        return stack_box(stack) if stack is not None and stack.in_patient_space else None

    def _box(self, state: ReadingState) -> Box | None:
        if self._pane >= len(state.panes) or state.panes[self._pane].kind != "volume":
            return None
        return state.panes[self._pane].volume.clipping
