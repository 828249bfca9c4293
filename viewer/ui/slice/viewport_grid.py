"""The viewports of the window in rows and columns, each with its strip; one may be shown alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QCursor, QDrag, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QToolTip, QWidget

from viewer.domain.issues import Issue
from viewer.loading.store import Delivered
from viewer.loading.wanted import panes_showing
from viewer.reading.changes.layouts import GRIDS, swap_panes, toggle_maximised
from viewer.reading.changes.looks import fuse
from viewer.reading.changes.workspace import set_active_pane, show_stack
from viewer.reading.fusing import refusal
from viewer.reading.reading import Reading
from viewer.reading.state import Layout, ReadingState
from viewer.scene.cursor import CursorInfo
from viewer.scene.inputs import SceneInputs
from viewer.scene.remembered import remember_for_panes
from viewer.ui.plain_text import sentence
from viewer.ui.slice.canvas import SliceCanvas
from viewer.ui.slice.cine import Cine
from viewer.ui.slice.pointing import CanvasCalls
from viewer.ui.slice.viewport import Viewport, ViewportCalls, VolumeWidget
from viewer.ui.stack_drag import pane_on_its_way
from viewer.ui.theme.current import tokens

GAP = 2
_MOST = max(max(grid) for grid in GRIDS.values())
"""Rows or columns that any layout has."""
_CARRIED = 120
"""Size of a dragged picture at the pointer, logical pixels."""


class ViewportGrid(QWidget):
    """All viewports.

    Parameters
    ----------
    reading, store
        The state and what is loaded. Whoever owns the store calls ``note`` when something was delivered, and ``refresh``
        a moment later.
    on_cursor
        Called with what is under the mouse, None when it left the images.
    on_menu
        Called with the global position of a right click on an image.
    volume
        Makes the widget that shows a pane's stack in 3D; None: there is none, and such a pane shows its slices.
    """

    def __init__(
        self,
        reading: Reading,
        store: SceneInputs,
        *,
        on_cursor: Callable[[CursorInfo | None], None],
        on_menu: Callable[[QPoint], None],
        volume: Callable[[int], VolumeWidget] | None = None,
    ) -> None:
        super().__init__()
        self._volume = volume
        self._reading, self._store = reading, store
        self._on_cursor, self._on_menu = on_cursor, on_menu
        self._refuse: Callable[[Issue], None] = lambda _: None
        self._viewports: list[Viewport] = []
        self._outdated: set[int] = set()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GAP)
        self.cine = Cine(reading, store, self, self._is_painted)
        self._shown: tuple[Layout, int, int, bool] | None = None
        self._disconnect = reading.connect(self._on_changed)
        self._arrange(reading.state)

    @property
    def viewports(self) -> tuple[Viewport, ...]:
        """The viewports in the order of the panes; more may exist than the layout shows."""
        return tuple(self._viewports)

    def tell_refusals_to(self, refuse: Callable[[Issue], None]) -> None:
        """Call ``refuse`` with why an edit changes nothing."""
        self._refuse = refuse

    @property
    def active_picture(self) -> QWidget:
        """What the active viewport shows: a slice, or all in 3D."""
        return self._viewports[min(self._reading.state.active_pane, len(self._viewports) - 1)].picture

    @property
    def active_canvas(self) -> SliceCanvas:
        """The picture of the active viewport."""
        return self._viewports[min(self._reading.state.active_pane, len(self._viewports) - 1)].canvas

    def note(self, what: Delivered) -> bool:
        """Note which viewports are to be made anew because of what was delivered to the store; says whether any is."""
        panes = self._reading.state.panes
        in_3d = {number for number, pane in enumerate(panes) if pane.kind == "volume"}
        if what.kind in ("surface", "graphics"):
            found = in_3d
        elif what.kind in ("volume", "edited"):
            found = set(range(len(panes)))
        else:
            found = set(panes_showing(self._reading.state, what.key)) if what.kind != "thumbnail" else set()
            if found and what.kind != "on_plane":
                # A 3D pane shows the planes of the others, without what is laid over them.
                found |= in_3d
        self._outdated |= found
        return bool(found)

    def refresh(self) -> None:
        """Make the scenes anew of the viewports that were noted."""
        outdated, self._outdated = self._outdated, set()
        for number, viewport in enumerate(self._viewports[: len(self._reading.state.panes)]):
            if number in outdated:
                viewport.refresh()

    def end(self) -> None:
        """Stop following the reading."""
        self._disconnect()
        for viewport in self._viewports:
            viewport.end()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the gaps."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(tokens().bg0))
        painter.end()

    def _on_changed(self, old: ReadingState, new: ReadingState) -> None:
        self._arrange(new)
        for viewport in self._viewports:
            viewport.on_changed(old, new)
        self.cine.on_changed(new)

    def _arrange(self, state: ReadingState) -> None:
        wanted = (state.layout, len(state.panes), state.active_pane if state.maximised else -1, state.maximised)
        if wanted == self._shown:
            return
        self._shown = wanted
        remember_for_panes(len(state.panes))
        rows, columns = (1, 1) if state.maximised else GRIDS[state.layout]
        while len(self._viewports) < len(state.panes):
            self._viewports.append(self._viewport(len(self._viewports)))
        for number, viewport in enumerate(self._viewports):
            self._grid.removeWidget(viewport)
            alone = state.maximised and number == state.active_pane
            shown = number < len(state.panes) and (alone or not state.maximised)
            if shown:
                row, column = (0, 0) if state.maximised else divmod(number, columns)
                self._grid.addWidget(viewport, row, column)
            viewport.setVisible(shown)
        for place in range(_MOST):
            self._grid.setRowStretch(place, int(place < rows))
            self._grid.setColumnStretch(place, int(place < columns))

    def _viewport(self, pane: int) -> Viewport:
        calls = CanvasCalls(
            on_cursor=self._on_cursor,
            on_menu=self._on_menu,
            on_maximise=self._maximise,
            on_carry=partial(self._carry, pane),
            on_refused=self._tell_refusal,
        )
        more = ViewportCalls(
            on_drop=partial(self._drop, pane),
            on_fuse=partial(self._fuse, pane),
            on_swap=partial(self._swap, pane),
            real_pace=partial(self.cine.real_frames_per_second, pane),
            volume=partial(self._volume, pane) if self._volume is not None else None,
        )
        return Viewport(self._reading, self._store, pane, calls, more)

    def _tell_refusal(self, why: Issue) -> None:
        self._refuse(why)

    def _carry(self, pane: int) -> None:
        """Drag the picture of a pane to another one; a small copy hangs at the pointer."""
        canvas = self._viewports[pane].canvas
        drag = QDrag(canvas)
        drag.setMimeData(pane_on_its_way(pane))
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        drag.setPixmap(canvas.grab().scaled(_CARRIED, _CARRIED, keep, smooth))
        drag.exec(Qt.DropAction.MoveAction)

    def _swap(self, pane: int, other: int) -> None:
        self._reading.apply_undoable("", swap_panes, other, pane)

    def _is_painted(self, pane: int) -> bool:
        return pane >= len(self._viewports) or self._viewports[pane].canvas.is_painted

    def _maximise(self) -> None:
        self._reading.apply(toggle_maximised)

    def _drop(self, pane: int, stack_id: str) -> None:
        self._reading.apply(set_active_pane, pane)
        self._reading.apply_undoable("", show_stack, pane, stack_id)

    def _fuse(self, pane: int, stack_id: str) -> None:
        """Lay a stack over the image of a pane; where it cannot lie, say why beside the mouse."""
        self._reading.apply(set_active_pane, pane)
        state = self._reading.state
        under, over = state.stack_of(state.pane), state.content.library.stack(stack_id)
        if under is None or over is None or under.id == over.id:
            return
        refused = refusal(state.content, under, over)
        if refused is None:
            self._reading.apply_undoable("", fuse, pane, stack_id)
        else:
            QToolTip.showText(QCursor.pos(), sentence(refused), self)
