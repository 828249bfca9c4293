"""The reading: holds the one state, applies changes, tells everybody, remembers older choices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Concatenate, ParamSpec

from viewer.reading.changes.registrations import with_registrations
from viewer.reading.state import ReadingState

P = ParamSpec("P")
Listener = Callable[[ReadingState, ReadingState], None]
Change = Callable[Concatenate[ReadingState, P], ReadingState]

_UNDO_LIMIT = 200


class Reading:
    """Owner of the reading state. Not thread-safe: changes are applied on the thread that made it."""

    def __init__(self, state: ReadingState | None = None) -> None:
        self._state = state if state is not None else ReadingState()
        self._listeners: list[Listener] = []
        self._undo: list[ReadingState] = []
        self._redo: list[ReadingState] = []
        self._merge_key = ""

    @property
    def state(self) -> ReadingState:
        """The present state."""
        return self._state

    @property
    def can_undo(self) -> bool:
        """Whether there is an older choice to return to."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether an undone choice can be taken again."""
        return bool(self._redo)

    def connect(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener(old, new)`` after every change; returns a function that ends that."""
        self._listeners.append(listener)

        def disconnect() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return disconnect

    def apply(self, change: Change[P], *args: P.args, **kwargs: P.kwargs) -> None:
        """Apply ``change(state, *args, **kwargs)`` without a trace in the undo history (scrolling, loading, selecting)."""
        self._set(change(self._state, *args, **kwargs))

    def apply_undoable(self, merge_key: str, change: Change[P], *args: P.args, **kwargs: P.kwargs) -> None:
        """Apply a change that the reader may undo.

        Parameters
        ----------
        merge_key
            Changes in a row with the same non-empty key are one step (a drag of a slider).
        change
            The pure change, called with the state and the remaining arguments.
        """
        old = self._state
        new = change(old, *args, **kwargs)
        if new is old or new == old:
            return
        if not (merge_key and merge_key == self._merge_key and self._undo):
            self._undo = [*self._undo[-_UNDO_LIMIT + 1 :], old]
        self._merge_key = merge_key
        self._redo.clear()
        self._set(new)

    def end_step(self) -> None:
        """Let the next undoable change be a step of its own whatever its merge key (a drag has ended)."""
        self._merge_key = ""

    def undo(self) -> None:
        """Return to the choices before the last undoable change; what the files say stays as it is."""
        if self._undo:
            self._redo.append(self._state)
            self._restore(self._undo.pop())

    def give_up_step(self) -> None:
        """Take the last undoable change back for good: the reader gave it up while trying, so redo has none of it."""
        if self._undo:
            self._restore(self._undo.pop())

    def redo(self) -> None:
        """Take the last undone choice again."""
        if self._redo:
            self._undo.append(self._state)
            self._restore(self._redo.pop())

    def forget_history(self) -> None:
        """Forget older choices (another folder was opened)."""
        self._undo.clear()
        self._redo.clear()
        self._merge_key = ""

    def _restore(self, older: ReadingState) -> None:
        self._merge_key = ""
        now = self._state
        kept = replace(older, content=now.content, overlays_hidden=now.overlays_hidden, window_presets=now.window_presets)
        kept = replace(kept, screen_pixel_mm=now.screen_pixel_mm)
        # What was revealed cannot be unseen.
        kept = replace(kept, blind=now.blind, whole_content=now.whole_content, blind_reads=now.blind_reads)
        kept = replace(kept, pane_sizes=now.pane_sizes, hovered=now.hovered, hovered_below=now.hovered_below)
        # A size that was chosen since is for what comes next; a point that is held may not be there any more.
        kept = replace(kept, brush=now.brush, held_point=None)
        self._set(with_registrations(kept))

    def _set(self, new: ReadingState) -> None:
        old = self._state
        if new is old:
            return
        self._state = new
        for listener in tuple(self._listeners):
            listener(old, new)
