"""The command palette: every action that can be used now, found by typing a few letters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from viewer.ui.actions import key_text, menu_text
from viewer.ui.live_actions import Actions
from viewer.ui.parts import divider, label, search_field
from viewer.ui.theme import rows
from viewer.ui.theme.current import metrics
from viewer.ui.theme.icons import paint_icon
from viewer.ui.theme.metrics import PALETTE_ROW
from viewer.ui.theme.rows import color

WIDTH, TOP, SHOWN_ROWS = 560, 96, 10
_ROLE = Qt.ItemDataRole.UserRole
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: SHOWN_ROWS, Qt.Key.Key_PageUp: -SHOWN_ROWS}
_KEYS = {*_STEPS, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape}


def tr(text: str) -> str:
    """Translate a text of the palette."""
    return QCoreApplication.translate("Palette", text)


@dataclass(frozen=True)
class Command:
    """One row: an action and what it shows."""

    action_id: str
    text: str
    group: str
    icon: str
    keys: tuple[str, ...]
    enabled: bool


def commands_of(actions: Actions, windows: Mapping[int, str]) -> tuple[Command, ...]:
    """Return every action, those that can be used first; ``windows`` names what number keys take."""
    named = {f"window_{number}": tr("Window: {name}").format(name=name) for number, name in windows.items()}
    found = [
        Command(
            spec.id,
            named.get(spec.id, action.text().rstrip("…")),
            menu_text(spec.menu),
            spec.icon,
            tuple(key_text(key) for key in actions.keys(spec.id)),
            action.isEnabled(),
        )
        for spec, action in actions.all()
        if spec.id != "palette" and (spec.id in named or not spec.id.startswith("window_"))
    ]
    return tuple(sorted(found, key=lambda command: not command.enabled))


def matching(commands: Sequence[Command], typed: str) -> tuple[Command, ...]:
    """Return the commands that hold every typed word, those whose text begins with the first one first."""
    words = typed.casefold().split()
    found = [one for one in commands if all(word in f"{one.text} {one.group}".casefold() for word in words)]
    if words:
        found.sort(key=lambda one: (not one.enabled, not one.text.casefold().startswith(words[0])))
    return tuple(found)


class _CommandModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.commands: tuple[Command, ...] = ()

    def show_commands(self, commands: tuple[Command, ...]) -> None:
        self.beginResetModel()
        self.commands = commands
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.commands)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        command = self.commands[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return command.text
        return command if role == _ROLE else None

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        usable = self.commands[index.row()].enabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable if usable else Qt.ItemFlag.NoItemFlags


class _CommandDelegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(60, metrics().row(PALETTE_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        command: Command = index.data(_ROLE)
        rect: QRect = option.rect
        rows.paint_ground(painter, option, rect, focused=True)
        ink = "text1" if command.enabled else "disabled"
        if command.icon:
            place = QRect(rect.x() + 10, rect.y(), 16, rect.height())
            paint_icon(painter, place, command.icon, "text2" if command.enabled else "disabled", 15)
        right = rect.right() - 10
        for key in reversed(command.keys):
            right -= rows.paint_key(painter, right, rect, key) + 4
        right -= 8
        group = QRect(rect.x(), rect.y(), right - rect.x(), rect.height())
        width = rows.paint_number(painter, group, command.group, token="text3" if command.enabled else "disabled", size=11)
        text = QRect(rect.x() + 36, rect.y(), right - width - rect.x() - 48, rect.height())
        rows.paint_text(painter, text, command.text, token=ink)


class CommandPalette(QFrame):
    """The palette: a field over a list, laid over the window near its top. It goes when it loses the focus."""

    def __init__(self, actions: Actions, windows: Mapping[int, str], parent: QWidget) -> None:
        super().__init__(parent.window())
        self.setProperty("role", "popup")
        self.setAccessibleName(tr("Commands"))
        self._actions = actions
        self._commands = commands_of(actions, windows)
        self.field: QLineEdit = search_field(tr("Search or run a command"))
        self.field.setProperty("kind", "palette")
        self.field.textChanged.connect(self._narrow)
        self.field.installEventFilter(self)
        self.model = _CommandModel()
        self.view = QListView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_CommandDelegate(self.view))
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setMouseTracking(True)
        self.view.clicked.connect(self._run)
        self._nothing = label(tr("No command has these words."), "third")
        self._nothing.setContentsMargins(12, 8, 12, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        for widget in (self.field, divider(), self.view, self._nothing):
            column.addWidget(widget)
        self.setGraphicsEffect(_shadow(self))
        self.setFixedWidth(WIDTH)
        self._narrow("")
        self.move((parent.window().width() - WIDTH) // 2, TOP)

    def open(self) -> None:
        """Show the palette and give it the keyboard."""
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_it(self) -> None:
        """Take the palette away for good."""
        self.hide()
        self.deleteLater()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.close_it()
        if not isinstance(event, QKeyEvent) or Qt.Key(event.key()) not in _KEYS:
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
        elif event.type() == QEvent.Type.KeyPress:
            self._press(Qt.Key(event.key()))
        return True

    def _press(self, key: Qt.Key) -> None:
        if key == Qt.Key.Key_Escape:
            self.close_it()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.view.currentIndex())
        elif self.model.commands:
            row = self.view.currentIndex().row() + _STEPS[key]
            self.view.setCurrentIndex(self.model.index(max(0, min(len(self.model.commands) - 1, row))))

    def _narrow(self, typed: str) -> None:
        found = matching(self._commands, typed)
        self.model.show_commands(found)
        self._nothing.setVisible(not found)
        self.view.setVisible(bool(found))
        self.view.setFixedHeight(min(len(found), SHOWN_ROWS) * metrics().row(PALETTE_ROW) + 2)
        if found:
            self.view.setCurrentIndex(self.model.index(0))
        self.adjustSize()

    def _run(self, index: QModelIndex) -> None:
        command = index.data(_ROLE)
        if isinstance(command, Command) and command.enabled:
            self.close_it()
            self._actions[command.action_id].trigger()


def _shadow(owner: QWidget) -> QGraphicsDropShadowEffect:
    shadow = QGraphicsDropShadowEffect(owner)
    ink = color("canvas")
    ink.setAlphaF(0.55)
    shadow.setColor(ink)
    shadow.setBlurRadius(28)
    shadow.setOffset(0, 8)
    return shadow
