"""Editing segments as the window sees it: the bar, hints, why something is refused, the range of values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from viewer.domain.edit import KeepValues, Smooth
from viewer.domain.image_attributes import Window
from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue
from viewer.loading.store import Delivered, Store
from viewer.reading.edited import edits_of, selected_points, selected_segment, why_not_edited
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.representations.edited_part import refused
from viewer.scene.cursor import cursor_info
from viewer.ui.edit_bar import EditBar
from viewer.ui.editing_acts import apply_edit, editing_acts, hint_of, why_not
from viewer.ui.live_actions import Actions
from viewer.ui.plain_text import sentence
from viewer.ui.slice.viewport_grid import ViewportGrid
from viewer.ui.turns import Later
from viewer.ui.value_range import ValueRange

_FIRST_RANGE = (0.0, 100.0)
_WHOLE = ("fill_holes", "between_slices")
"""Acts that can only add: where there are as many voxels as before, nothing has changed."""


class EditingInWindow:
    """What of editing needs the window.

    Parameters
    ----------
    parent
        Over which the dialog for a range opens.
    grid
        The viewports: the window of the active one is the first range of values.
    say
        Shows a hint, or takes it away when it is empty.
    """

    def __init__(
        self,
        reading: Reading,
        store: Store,
        actions: Actions,
        parent: QWidget,
        grid: ViewportGrid,
        say: Callable[[str], None],
    ) -> None:
        self._reading, self._store, self._parent = reading, store, parent
        self._grid, self._say = grid, say
        grid.tell_refusals_to(self.refuse)
        self.bar = EditBar(reading, actions, self._volume_ml, self._smooth)
        self.range: ValueRange | None = None
        self._ranges = 0
        self._watching: tuple[tuple[InstanceKey, int], int | None] | None = None
        """The segment of which the whole is being edited, and how many voxels it had."""
        self._later = Later(self.bar, self.bar.refresh)
        stop = store.listen(self._take)
        self.bar.destroyed.connect(stop)

    @property
    def acts(self) -> Mapping[str, Callable[[], None]]:
        """What to do for the actions."""
        acts = editing_acts(self._reading, self.refuse)
        whole = {name: partial(self._watched, acts[name]) for name in _WHOLE}
        return {**acts, **whole, "keep_values": self.ask_for_range}

    def refuse(self, why: Issue) -> None:
        """Say why nothing is changed, where hints stand."""
        self._say(sentence(why))

    def follow(self, old: ReadingState, new: ReadingState) -> None:
        """Say what to do with the tool in use; of a segment that cannot be edited, why."""
        if old.tool == new.tool and old.selection == new.selection:
            return
        hint = hint_of(new.tool)
        if not hint:
            return
        why = why_not(new)
        self._say(sentence(why) if why is not None else hint)

    def ask_for_range(self) -> None:
        """Ask which values stay in the selected segment; the images follow."""
        chosen = self._reading.state.selection
        why = why_not_edited(self._reading.state, chosen.overlay, chosen.part)
        if why is not None:
            self.refuse(why)
            return
        self._ranges += 1
        merge_key, tried = f"values:{self._ranges}", list[KeepValues]()

        def show(lowest: float, highest: float) -> None:
            edit = KeepValues(lowest, highest)
            if apply_edit(self._reading, edit, self.refuse, instead=tried[-1] if tried else None, merge_key=merge_key):
                tried.append(edit)

        def take_back() -> None:
            if tried:
                self._reading.give_up_step()

        window = self._grid.active_canvas.scene.window
        ends = _FIRST_RANGE
        if isinstance(window, Window):
            ends = (window.center - window.width / 2, window.center + window.width / 2)
        self.range = ValueRange(ends, self._unit(), show, take_back, self._parent)
        self.range.finished.connect(lambda _: self._reading.end_step())
        host = self.bar if self.bar.isVisible() else self._parent
        corner = QPoint(0, 0) if host is self.bar else QPoint(self._parent.width() // 3, self._parent.height() - 80)
        self.range.open_above(host.mapToGlobal(corner + QPoint(12, -8)))

    def _unit(self) -> str:
        """Return the unit of the values in the active viewport; empty when it is not known."""
        state, plane = self._reading.state, self._grid.active_canvas.scene.plane
        if plane is None:
            return ""
        middle = (plane.shape[1] / 2, plane.shape[0] / 2)
        info = cursor_info(state, state.active_pane, self._store, middle, reach=0.0)
        return info.probe.unit if info is not None and info.probe is not None else ""

    def _watched(self, act: Callable[[], None]) -> None:
        """Edit the whole segment; should that change nothing, it is said when it has been worked out."""
        before = self._reading.state
        act()
        target = selected_segment(self._reading.state)
        if target is not None and self._reading.state.edits is not before.edits:
            self._watching = (target, self._voxels(target))

    def _voxels(self, target: tuple[InstanceKey, int]) -> int | None:
        measure = self._store.edited_measure(*target)
        measure = measure or self._reading.state.content.measures.get(target[0], {}).get(target[1])
        return measure.voxels if measure is not None else None

    def _smooth(self, edit: Smooth) -> None:
        apply_edit(self._reading, edit, self.refuse)

    def _volume_ml(self, state: ReadingState) -> float | None:
        chosen = selected_points(state) if state.tool == "points" else selected_segment(state)
        if chosen is None:
            return None
        measure = self._store.edited_measure(*chosen)
        if measure is None:
            found = state.content.measures.get(chosen[0], {}).get(chosen[1])
            measure = found.at_threshold(state.layer(chosen[0]).threshold) if found is not None else None
        return measure.volume_ml if measure is not None else None

    def _take(self, what: Delivered) -> None:
        if what.kind != "edited":
            return
        self._later.ask()
        if self._watching is None or self._watching[0][0] != what.key:
            return
        target, before = self._watching
        part, edits = self._store.edited_part(*target), edits_of(self._reading.state, *target)
        if part is not None and edits is not None and part.edits == edits.edits:
            self._watching = None
            if part.measure.voxels == before:
                self.refuse(refused("edit_nothing").issue)
