"""Layouts that the reader named: applied, saved, renamed and deleted; kept in the settings, so they serve every study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from viewer.reading.changes.layouts import GRIDS, apply_layout, layout_to_save
from viewer.reading.reading import Reading
from viewer.reading.saved_layout import SavedLayout
from viewer.scene.plain_words import plain
from viewer.ui.actions import BY_ID
from viewer.ui.host import Host, Settings
from viewer.ui.live_actions import Actions
from viewer.ui.notices import Notice, Notices
from viewer.ui.parts import divider, label

ARRANGEMENT_ACTIONS = ("planes_3d", "planes", "slice_planes", "only_3d")
_LONGEST = 60
_LISTED = 9


def tr(text: str) -> str:
    """Translate a text of the saved layouts."""
    return QCoreApplication.translate("SavedLayouts", text)


class SavedLayouts:
    """What can be done with saved layouts.

    Parameters
    ----------
    actions
        The registry, with the layouts that have no name.
    parent
        Over which the dialogs open.
    settings
        Returns the settings as they are now.
    notices
        Where a deleted layout can be put back.
    """

    def __init__(
        self,
        reading: Reading,
        actions: Actions,
        parent: QWidget,
        settings: Callable[[], Settings],
        host: Host,
        notices: Notices,
    ) -> None:
        self._reading, self._actions, self._parent = reading, actions, parent
        self._settings, self._host, self._notices = settings, host, notices

    @property
    def grids_without_button(self) -> list[QAction]:
        """The actions of the layouts that stand in no menu and no toolbar by themselves."""
        ids = (f"layout_{name}" for name in GRIDS)
        return [self._actions[action_id] for action_id in ids if not BY_ID[action_id].in_menu]

    def fill_with_grids(self, menu: QMenu) -> None:
        """Put the layouts that have no button, then the saved ones, into a menu."""
        menu.addActions(self.grids_without_button)
        menu.addSeparator()
        self._fill_saved(menu)

    def fill(self, menu: QMenu) -> None:
        """Put planes and 3D, then the saved layouts and what can be done with them, into a menu."""
        menu.addActions([self._actions[action_id] for action_id in ARRANGEMENT_ACTIONS])
        menu.addSeparator()
        self._fill_saved(menu)

    def _fill_saved(self, menu: QMenu) -> None:
        for old in menu.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
            old.deleteLater()
        saved = self._settings().layouts
        for one in saved:
            action = menu.addAction(_in_menu(one.name))
            action.triggered.connect(lambda _=False, one=one: self.apply(one))
        if saved:
            menu.addSeparator()
        save = menu.addAction(tr("Save this layout…"))
        save.setEnabled(any(pane.stack_id for pane in self._reading.state.panes))
        save.triggered.connect(lambda _=False: self.ask_to_save())
        if not saved:
            return
        for text, act in ((tr("Rename"), self.ask_to_rename), (tr("Delete"), self.delete)):
            below = menu.addMenu(text)
            for one in saved:
                below.addAction(_in_menu(one.name)).triggered.connect(lambda _=False, one=one, act=act: act(one))

    def apply(self, saved: SavedLayout) -> None:
        """Arrange the viewports as saved and hang what this study has of it."""
        self._reading.apply_undoable("", apply_layout, saved)

    def save(self, name: str) -> None:
        """Save what is on the screen; a layout of that name is replaced."""
        made = layout_to_save(self._reading.state, name)
        others = [one for one in self._settings().layouts if one.name != name]
        self._keep((*others, made))

    def rename(self, saved: SavedLayout, name: str) -> None:
        """Give a layout another name; one that has that name already is replaced."""
        kept = [one for one in self._settings().layouts if one.name != name or one == saved]
        self._keep(tuple(replace(one, name=name) if one == saved else one for one in kept))

    def delete(self, saved: SavedLayout) -> None:
        """Forget a layout; a notice offers to put it back."""
        before = self._settings().layouts
        self._keep(tuple(one for one in before if one != saved))
        words = tr("The layout “{name}” was deleted.").format(name=saved.name)
        self._notices.tell(Notice(words, link=tr("Put it back")), lambda: self._keep(before))

    def ask_to_save(self) -> None:
        """Ask for the name; the dialog says what hangs where."""
        state = self._reading.state
        hangs = [words or tr("empty") for words in layout_to_save(state, "").words]
        lines = [f"{number}  {plain(words)}" for number, words in enumerate(hangs[:_LISTED], start=1)]
        self._ask(tr("Save this layout"), tr("Save layout"), "", lines, self.save)

    def ask_to_rename(self, saved: SavedLayout) -> None:
        """Ask for another name."""
        self._ask(tr("Rename the layout"), tr("Rename layout"), saved.name, (), lambda name: self.rename(saved, name))

    def _ask(self, title: str, act: str, name: str, lines: list[str] | tuple[()], take: Callable[[str], None]) -> None:
        taken = frozenset(one.name for one in self._settings().layouts if one.name != name)
        NameDialog(title, act, name, lines=lines, taken=taken, take=take, parent=self._parent).open()

    def _keep(self, layouts: tuple[SavedLayout, ...]) -> None:
        self._host.change_settings(self._settings().model_copy(update={"layouts": layouts}))


def _in_menu(name: str) -> str:
    """Return a name as a menu shows it: an ampersand would mark a key."""
    return plain(name).replace("&", "&&")


class NameDialog(QDialog):
    """Asks for the name of a layout; the button says so when a layout of that name would be replaced."""

    def __init__(
        self,
        title: str,
        act: str,
        name: str,
        *,
        lines: list[str] | tuple[()],
        taken: frozenset[str],
        take: Callable[[str], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._act, self._taken, self._take = act, taken, take
        self.name = QLineEdit(name)
        self.name.setMaxLength(_LONGEST)
        self.name.setAccessibleName(tr("Name"))
        self.name.setPlaceholderText(tr("Name"))
        self.name.textChanged.connect(self._follow)
        self.accept_button = QPushButton(act)
        self.accept_button.setProperty("kind", "primary")
        self.accept_button.setDefault(True)
        self.accept_button.clicked.connect(self._done)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(cancel)
        foot.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(title, "dialog-title"))
        column.addWidget(self.name)
        if lines:
            words = tr("In another study, the series with the same modality and description, or that lie alike, hang here:")
            column.addWidget(label(words, "second", wrap=True))
            for line in lines:
                column.addWidget(label(line))
        column.addWidget(divider())
        column.addLayout(foot)
        self.setMinimumWidth(420)
        self._follow(name)

    def _follow(self, text: str) -> None:
        self.accept_button.setEnabled(bool(text.strip()))
        self.accept_button.setText(tr("Replace layout") if text.strip() in self._taken else self._act)

    def _done(self) -> None:
        self._take(self.name.text().strip())
        self.accept()
