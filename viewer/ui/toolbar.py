"""The toolbar: open, layouts, tools, measuring, window, link, cine, hide AI; at the right undo, redo, the command field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QAction, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QToolBar,
    QToolButton,
    QWidget,
)

from viewer.ui.actions import key_text
from viewer.ui.layout_picker import LayoutButton
from viewer.ui.live_actions import Actions
from viewer.ui.menus import IMAGE_TOOLS
from viewer.ui.parts import IconMark, label
from viewer.ui.theme.current import metrics
from viewer.ui.theme.icons import icon
from viewer.ui.theme.metrics import TOOLBAR_HEIGHT
from viewer.ui.theme.rows import paint_text
from viewer.ui.tool_flyout import ToolFlyout

LAYOUTS: Final = ("layout_1x1", "layout_1x2", "layout_2x2")
"""They go where there is little room: the picker beside has them all."""
GROUPS: Final[tuple[tuple[str, ...], ...]] = (
    ("open_folder",),
    LAYOUTS,
    ("tool_window", "tool_pan", "tool_zoom", "tool_scroll"),
)
MEASURING: Final = ("tool_length", "tool_bidirectional", "tool_angle", "tool_ellipse", "tool_arrow")
"""The measuring tools with a button; all of them stand in the menu beside."""
AFTER_PRESET: Final = ("link", "crosshair", "cine")
LINKING: Final[tuple[tuple[str, ...], ...]] = (
    ("link_scroll", "link_view", "link_window"),
    ("link_here",),
    ("reference_lines", "reference_ends"),
)
"""What stands behind the arrow beside "link"."""
NARROW_BELOW: Final = 1400
TIGHT_BELOW: Final = 1100
FIELD_HEIGHT: Final = 26


def tr(text: str) -> str:
    """Translate a text of the toolbar."""
    return QCoreApplication.translate("Toolbar", text)


class Toolbar(QToolBar):
    """The toolbar, made from the registry."""

    def __init__(self, actions: Actions, fill_windows: Callable[[QMenu], None], layouts: LayoutButton) -> None:
        super().__init__(tr("Tools"))
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setFixedHeight(TOOLBAR_HEIGHT)
        self.setIconSize(QSize(18, 18))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._actions = actions
        self._spare: list[QAction] = []
        for group in GROUPS:
            for action_id in group:
                if action_id in LAYOUTS:
                    self._spare.append(self.addWidget(self._button(action_id)))
                else:
                    self._add(action_id)
            if group == LAYOUTS:
                self.addWidget(layouts)
                self._add("planes_3d")
            if group is not GROUPS[-1]:
                self.addSeparator()
        self.addWidget(self._more())
        self.addSeparator()
        for action_id in MEASURING:
            self._add(action_id)
        tools = [action for spec, action in actions.all() if spec.menu == "Measure" and spec.id.startswith("tool_")]
        self.addWidget(ToolFlyout(tr("All measuring tools"), tools, [actions[action_id] for action_id in MEASURING]))
        # The other tools that edit stand in the bar that opens with it.
        self._spare.append(self.addWidget(self._button("tool_brush")))
        self.addSeparator()
        self.preset = PresetButton()
        self.preset.setProperty("kind", "field")
        self.preset.setToolTip(tr("Window: centre and width, 1 to 9"))
        self.preset.setAccessibleName(tr("Window preset"))
        self.preset.setMinimumWidth(160)
        self.preset.setFixedHeight(FIELD_HEIGHT)
        menu = QMenu(self.preset)
        menu.aboutToShow.connect(lambda: fill_windows(menu))
        self.preset.setMenu(menu)
        self.addWidget(self.preset)
        for action_id in AFTER_PRESET:
            self._add(action_id)
            if action_id == "link":
                self.addWidget(self._link_menu())
        self.addSeparator()
        self._add_hide()
        spacer = QWidget()
        spacer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(spacer)
        self._add("undo")
        self._add("redo")
        self.addSeparator()
        self._command = CommandField(actions)
        self.addWidget(self._command)

    def show_window(self, text: str) -> None:
        """Show the window in use."""
        self.preset.setText(text)

    def fit(self, width: int) -> None:
        """Follow the text size, and leave words away in a window that is narrow for it."""
        field = metrics().px(FIELD_HEIGHT)
        self.setFixedHeight(max(TOOLBAR_HEIGHT, field + 14))
        self.preset.setFixedHeight(field)
        self.preset.setMaximumWidth(metrics().px(190 if width < metrics().px(NARROW_BELOW) else 320))
        self._command.setFixedHeight(field)
        self._command.set_words("one" if width < metrics().px(NARROW_BELOW) else "sentence")
        self._cap.setVisible(width >= metrics().px(NARROW_BELOW))
        tight = width < metrics().px(TIGHT_BELOW)
        if tight:
            self._command.set_words("none")
        for spare in self._spare:
            spare.setVisible(not tight)

    def _add(self, action_id: str) -> None:
        self.addAction(self._actions[action_id])
        button = self.widgetForAction(self._actions[action_id])
        button.setFixedSize(30, 30)
        button.setAccessibleName(self._actions[action_id].text().rstrip("…"))

    def _button(self, action_id: str) -> QToolButton:
        """Return a button of an action that can go from the toolbar without going from the menus."""
        button = QToolButton()
        button.setDefaultAction(self._actions[action_id])
        button.setFixedSize(30, 30)
        button.setAccessibleName(self._actions[action_id].text().rstrip("…"))
        return button

    def _add_hide(self) -> None:
        self._actions["hide_overlays"].setIconText(f" {tr('Hide AI')}")
        self._actions["hide_overlays"].setIcon(icon("eye-off", color="ai", checked="ai"))
        button = QToolButton()
        button.setDefaultAction(self._actions["hide_overlays"])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("kind", "ai")
        button.setAccessibleName(tr("Hide every overlay"))
        button.setFixedHeight(30)
        self.hide_button = button
        self.addWidget(button)
        keys = self._actions.keys("hide_overlays")
        cap = QWidget()
        line = QHBoxLayout(cap)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(label(key_text(keys[0]) if keys else "", "key"), alignment=Qt.AlignmentFlag.AlignVCenter)
        cap.setFixedHeight(30)
        self._cap = self.addWidget(cap)

    def _link_menu(self) -> QToolButton:
        """Return the button that opens what linked viewports share, and what lies between them."""
        button = QToolButton()
        button.setIcon(icon("chevron-down"))
        button.setIconSize(QSize(12, 12))
        button.setToolTip(tr("What is linked, and reference lines"))
        button.setAccessibleName(tr("What is linked, and reference lines"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setProperty("kind", "small")
        button.setFixedSize(18, 30)
        menu = QMenu(button)
        for group in LINKING:
            for action_id in group:
                menu.addAction(self._actions[action_id])
            menu.addSeparator()
        button.setMenu(menu)
        return button

    def _more(self) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon("ellipsis"))
        button.setToolTip(tr("More tools"))
        button.setAccessibleName(tr("More tools"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFixedSize(30, 30)
        menu = QMenu(button)
        for action_id in IMAGE_TOOLS:
            menu.addAction(self._actions[action_id])
        button.setMenu(menu)
        return button


class PresetButton(QPushButton):
    """What looks like a choice field: the window in use, with a menu of all."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        paint_text(painter, self.rect().adjusted(10, 0, -26, 0), self.text())
        painter.end()


class CommandField(QToolButton):
    """What looks like a search field and opens the command palette."""

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setProperty("kind", "field")
        self.setAccessibleName(tr("Search or run a command"))
        self.setFixedHeight(FIELD_HEIGHT)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.clicked.connect(actions["palette"].trigger)
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 0, 6, 0)
        line.addWidget(IconMark("search", color="text3", size=14))
        self._words = label("", "third")
        line.addWidget(self._words, 1)
        keys = actions.keys("palette")
        line.addWidget(label(key_text(keys[0]) if keys else "", "key"))
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_words("sentence")

    def set_words(self, words: Literal["none", "one", "sentence"]) -> None:
        """Say more or less, as there is room."""
        text, width = {
            "none": ("", 84),
            "one": (tr("Commands"), 150),
            "sentence": (tr("Search or run a command"), 280),
        }[words]
        self._words.setText(text)
        self.setFixedWidth(metrics().px(width))
