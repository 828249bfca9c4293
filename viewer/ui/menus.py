"""The menu bar, made from the registry, with the menus that depend on what is open: recent folders, windows, states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction, QActionGroup, QHelpEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QMenuBar, QToolTip, QWidget

from viewer.reading.reading import Reading
from viewer.scene.inputs import SceneInputs
from viewer.scene.plain_words import plain
from viewer.ui.action_spec import MENUS, T
from viewer.ui.actions import ACTIONS, key_text, menu_text
from viewer.ui.depth_table import PLANE_MENU
from viewer.ui.live_actions import Actions
from viewer.ui.looks_menus import fill_color_maps, fill_fusion
from viewer.ui.parts import label
from viewer.ui.state_menu import fill_states
from viewer.ui.take_window import take_window
from viewer.ui.window_presets import windows_by_key, windows_to_choose

IMAGE_TOOLS: Final = ("invert", "flip_horizontal", "flip_vertical", "rotate_left", "rotate_right", "fit", "reset")
"""Actions on the image that stand in its menu, and in the toolbar behind "more"."""

BELOW: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "link": (T("What is linked"), ("link_scroll", "link_view", "link_window", "link_here")),
    "cine": (
        T("Playing"),
        ("cine_slower", "cine_faster", "cine_sweep", "cine_first", "cine_last", "cine_all", "cine_close"),
    ),
    "invert": (T("Turn and flip"), ("flip_horizontal", "flip_vertical", "rotate_left", "rotate_right")),
    "cine_volumes": (
        T("Go to"),
        (
            *("slice_up", "slice_down", "slice_up_10", "slice_down_10", "slice_first", "slice_last"),
            *("key_image_next", "key_image_previous", "only_key_images", "volume_previous", "volume_next"),
            *("second_previous", "second_next", "series_previous", "series_next"),
        ),
    ),
    "maximise": (T("Other viewports"), ("next_pane", "previous_pane", "swap_next", "swap_previous")),
    "solo": (
        T("Parts"),
        ("parts_all", "parts_none", "parts_invert", "parts_group", "parts_on_slice", "part_next", "part_previous"),
    ),
    "only_3d": (
        T("Turn and thicken planes"),
        ("turn_planes_left", "turn_planes_right", "slab_thicker", "slab_thinner", "slab_projection"),
    ),
}
"""Menus of their own below an action: their words, and the actions in them. A menu must fit a screen 720 pixels high."""

_FOLDED: Final = frozenset(action_id for _, ids in BELOW.values() for action_id in ids)


def tr(text: str) -> str:
    """Translate a text of the menus."""
    return QCoreApplication.translate("Menus", text)


def reason(action: QAction | None) -> str:
    """Return why an action of the registry cannot be used; empty when it can: its words stand in the menu already."""
    return action.toolTip().partition("\n")[2] if action is not None and not action.isEnabled() else ""


class ReasonMenu(QMenu):
    """A menu that says of an action why it cannot be used."""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), reason(self.actionAt(event.pos())), self)
            return True
        return super().event(event)


def _with_letter(text: str, used: set[str]) -> str:
    """Return a menu's title with the first letter that no other menu has as the one that opens it with Alt."""
    for place, letter in enumerate(text.casefold()):
        if letter.isalpha() and letter not in used:
            used.add(letter)
            return f"{text[:place]}&{text[place:]}"
    return text


class MenuBar(QMenuBar):
    """The bar with the study's name in its middle."""

    def __init__(self, actions: Actions, dynamic: dict[str, tuple[str, Callable[[QMenu], None]]]) -> None:
        super().__init__()
        self.setNativeMenuBar(False)
        self._title = label("", "second")
        self._title.setParent(self)
        self._title.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        letters: set[str] = set()
        for menu_name in MENUS:
            menu = ReasonMenu(_with_letter(menu_text(menu_name), letters), self)
            self.addMenu(menu)
            for spec in ACTIONS:
                if spec.menu != menu_name or not spec.in_menu:
                    continue
                if spec.id not in _FOLDED:
                    if spec.after_line:
                        menu.addSeparator()
                    menu.addAction(actions[spec.id])
                if spec.id in BELOW:
                    words, ids = BELOW[spec.id]
                    below = ReasonMenu(QCoreApplication.translate("Actions", words), menu)
                    below.addActions([actions[action_id] for action_id in ids])
                    menu.addMenu(below)
                if spec.id in dynamic:
                    text, fill = dynamic[spec.id]
                    self._add_dynamic(menu, text, fill)

    def show_title(self, text: str) -> None:
        """Show the study's name."""
        self._title.setText(plain(text))
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self._title.adjustSize()
        last = self.actionGeometry(self.actions()[-1]).right() + 16 if self.actions() else 0
        x = max(last, (self.width() - self._title.width()) // 2)
        self._title.move(x, (self.height() - self._title.height()) // 2)

    @staticmethod
    def _add_dynamic(menu: QMenu, text: str, fill: Callable[[QMenu], None]) -> None:
        below = menu.addMenu(text)

        def refill() -> None:
            below.clear()
            fill(below)
            if below.isEmpty():
                below.addAction(tr("None")).setEnabled(False)

        below.aboutToShow.connect(refill)
        refill()


def image_menu(parent: QWidget, reading: Reading, inputs: SceneInputs, actions: Actions) -> QMenu:
    """Return the menu of a right click on an image."""
    menu = ReasonMenu("", parent)
    fill_windows(menu.addMenu(tr("Window")), reading, inputs)
    fill_color_maps(menu.addMenu(tr("Colour map")), reading)
    fill_fusion(menu.addMenu(tr("Lay another series over it")), reading)
    states = menu.addMenu(tr("Presentation state"))
    fill_states(states, reading)
    states.menuAction().setVisible(not states.isEmpty())
    menu.addSeparator()
    for action_id in IMAGE_TOOLS:
        menu.addAction(actions[action_id])
    menu.addSeparator()
    for action_id in ("maximise", "link", "cine", "hide_overlays"):
        menu.addAction(actions[action_id])
    return menu


def fill_planes(menu: QMenu, actions: Actions) -> None:
    """Put into a menu what a viewport may show of its images: themselves, planes through them, all in 3D."""
    menu.clear()
    for group in PLANE_MENU:
        if group is not PLANE_MENU[0]:
            menu.addSeparator()
        for action_id in group:
            menu.addAction(actions[action_id])


def fill_windows(menu: QMenu, reading: Reading, inputs: SceneInputs) -> None:
    """List the windows of the active viewport, with the number keys that choose them."""
    menu.clear()
    group = QActionGroup(menu)
    current = reading.state.pane.window
    found = windows_to_choose(reading.state, inputs)
    keys = {named.choice: number for number, named in windows_by_key(found).items()}
    for named in found:
        text = f"{named.name}  {named.numbers}".strip()
        number = keys.get(named.choice)
        action = QAction(text + (f"\t{key_text(str(number))}" if number is not None else ""), menu)
        action.setCheckable(True)
        action.setChecked(named.choice == current)
        action.triggered.connect(lambda _=False, choice=named.choice: take_window(reading, inputs, choice))
        group.addAction(action)
        menu.addAction(action)
