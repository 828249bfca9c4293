"""The registry of actions as Qt's: with their keys, enabled and checked as the reading stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from viewer.reading.reading import Reading
from viewer.ui.action_spec import NEEDS, ActionSpec, Need
from viewer.ui.actions import ACTIONS, BY_ID, action_text, key_text, keys_of
from viewer.ui.theme.icons import icon


class Actions(QObject):
    """The Qt actions of a window, made from the table.

    Parameters
    ----------
    reading
        Its state says what is enabled and checked.
    chosen_keys
        The user's own keys by action id.
    """

    def __init__(self, reading: Reading, chosen_keys: Mapping[str, str], parent: QObject) -> None:
        super().__init__(parent)
        self._reading = reading
        self._actions: dict[str, QAction] = {}
        self._attached: set[str] = set()
        for spec in ACTIONS:
            action = QAction(action_text(spec), self)
            if spec.icon:
                action.setIcon(icon(spec.icon, color=spec.color))
            action.setCheckable(spec.checked is not None or spec.toggles)
            action.setAutoRepeat(spec.repeats)
            if spec.scope == "viewport":
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            self._actions[spec.id] = action
        self.set_keys(chosen_keys)
        self.update()

    def __getitem__(self, action_id: str) -> QAction:
        return self._actions[action_id]

    def all(self) -> Iterable[tuple[ActionSpec, QAction]]:
        """Return every action with its row of the table, in order."""
        return ((spec, self._actions[spec.id]) for spec in ACTIONS)

    def attach(self, acts: Mapping[str, Callable[[], None]]) -> None:
        """Say what actions do. Raises KeyError for an id that is not in the table."""
        for action_id, act in acts.items():
            self._actions[action_id].triggered.connect(lambda _=False, act=act: act())
            self._attached.add(action_id)

    @property
    def unattached(self) -> frozenset[str]:
        """Ids of actions that would do nothing."""
        return frozenset(self._actions) - self._attached

    def set_keys(self, chosen_keys: Mapping[str, str]) -> None:
        """Give every action its keys."""
        self._chosen = dict(chosen_keys)
        for spec in ACTIONS:
            keys = keys_of(spec, chosen_keys)
            # A held key is watched by the window: a QAction only knows presses.
            self._actions[spec.id].setShortcuts([] if spec.scope == "held" else [QKeySequence(key) for key in keys])
        self._update_tips()

    def keys(self, action_id: str) -> tuple[str, ...]:
        """Return the keys of an action now."""
        return keys_of(BY_ID[action_id], self._chosen)

    def update(self) -> None:
        """Make enabled and checked match the state."""
        state = self._reading.state
        met: dict[Need, bool] = {}
        for spec, action in self.all():
            if spec.need not in met:
                met[spec.need] = NEEDS[spec.need][0](self._reading)
            enabled = met[spec.need]
            if enabled != action.isEnabled():
                action.setEnabled(enabled)
                self._update_tip(spec)
            if spec.checked is not None and spec.checked(state) != action.isChecked():
                action.setChecked(not action.isChecked())

    def _update_tips(self) -> None:
        for spec in ACTIONS:
            self._update_tip(spec)

    def _update_tip(self, spec: ActionSpec) -> None:
        action = self._actions[spec.id]
        keys = "  ".join(key_text(key) for key in self.keys(spec.id))
        lines = [f"{action.text().rstrip('…')}  {keys}".strip()]
        if not action.isEnabled():
            lines.append(QCoreApplication.translate("Actions", NEEDS[spec.need][1]))
        action.setToolTip("\n".join(lines))
