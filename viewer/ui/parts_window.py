"""Segments and regions as the window sees them: groups, colours, numbers, exports, and two results compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from viewer.domain.instance import InstanceKey
from viewer.domain.part_groups import SavedGroup
from viewer.export.part_numbers import PartNumbers
from viewer.reading.changes.comparing import comparable, end_comparing, start_comparing
from viewer.reading.changes.many_parts import set_safe_colors
from viewer.reading.reading import Reading
from viewer.scene.overlay_names import overlay_name
from viewer.scene.plain_words import plain
from viewer.ui.compare_bar import CompareBar
from viewer.ui.export_parts import ExportInWindow
from viewer.ui.host import Host, Settings
from viewer.ui.layers.group_menu import GroupCalls, labels_shown
from viewer.ui.layers.panel import LayersPanel
from viewer.ui.notices import Notice
from viewer.ui.numbers_window import NumbersWindow
from viewer.ui.parts_acts import tr
from viewer.ui.saved_layouts import NameDialog

_LISTED = 12


class PartsInWindow:
    """What of segments and regions needs the window.

    Parameters
    ----------
    parent
        Over which dialogs open.
    settings
        Returns the settings in force.
    show_layers
        Brings the layers panel to the front.
    tell
        Shows a notice.
    """

    def __init__(
        self,
        reading: Reading,
        parent: QWidget,
        host: Host,
        settings: Callable[[], Settings],
        *,
        show_layers: Callable[[], object],
        tell: Callable[[Notice], None],
    ) -> None:
        self._reading, self._parent, self._host, self._settings = reading, parent, host, settings
        self._show_layers, self._tell = show_layers, tell
        self._layers: LayersPanel | None = None
        self._numbers: NumbersWindow | None = None
        self.exporting = ExportInWindow(reading, parent, host, tell)
        self.bar = CompareBar(reading, host.part_work)
        self.bar.refused.connect(self._refuse)

    @property
    def groups(self) -> GroupCalls:
        """What the menu of groups asks for."""
        return GroupCalls(lambda: self._settings().part_groups, self._ask_for_name, self._keep)

    @property
    def acts(self) -> Mapping[str, Callable[[], None]]:
        """What to do for the actions."""
        return {
            "parts_group": lambda: self._with_panel(lambda panel: panel.showing.showMenu()),
            "parts_on_slice": lambda: self._with_panel(lambda panel: panel.on_slice.toggle()),
            "part_color": lambda: self._with_panel(lambda panel: panel.choose_color_of_selected()),
            "part_numbers": lambda: self._with_panel(lambda panel: panel.provenance.turn_to("numbers")),
            "all_numbers": self._show_all_numbers,
            "safe_colors": lambda: self._change(safe_colors=not self._settings().safe_colors),
            "compare_with": self._choose_two,
            "compare_worst": self.bar.go_to_worst,
            **self.exporting.acts,
        }

    def join(self, layers: LayersPanel) -> None:
        """Take the layers panel, whose card asks for the numbers of all parts."""
        self._layers = layers
        layers.provenance.table_wanted.connect(self.show_numbers)
        layers.export_wanted.connect(self.exporting.ask)

    def show_settings(self, settings: Settings) -> None:
        """Take the colours of the settings."""
        self._reading.apply(set_safe_colors, settings.safe_colors)

    def show_numbers(self, overlay: InstanceKey) -> None:
        """Show the numbers of all parts of an object in a window of their own."""
        found = self._reading.state.content.overlays.get(overlay)
        if found is None:
            return
        window = NumbersWindow(self._parent, overlay_name(self._reading.state.content, found, tr).whole)
        self._numbers = window
        window.destroyed.connect(lambda: self._forget(window))
        window.show()

        def take(numbers: tuple[PartNumbers, ...]) -> None:
            if self._numbers is window:
                window.show_numbers(numbers)

        self._host.part_work.numbers(overlay, None, take)

    def _forget(self, window: NumbersWindow) -> None:
        if self._numbers is window:
            self._numbers = None

    def _show_all_numbers(self) -> None:
        overlay = self._reading.state.selection.overlay
        if overlay is None:
            self._tell(Notice(tr("No result is selected."), tr("Select one in the layers panel."), "warning"))
        else:
            self.show_numbers(overlay)

    def _with_panel(self, act: Callable[[LayersPanel], object]) -> None:
        self._show_layers()
        if self._layers is not None:
            act(self._layers)

    def _change(self, **values: object) -> None:
        self._host.change_settings(self._settings().model_copy(update=values))

    def _keep(self, groups: tuple[SavedGroup, ...]) -> None:
        self._change(part_groups=groups)

    def _ask_for_name(self) -> None:
        shown = labels_shown(self._reading.state)
        lines = [plain(one) for one in shown[:_LISTED]]
        if len(shown) > _LISTED:
            lines.append(tr("and {number} more").format(number=len(shown) - _LISTED))
        taken = frozenset(one.name for one in self._settings().part_groups)

        def take(name: str) -> None:
            others = tuple(one for one in self._settings().part_groups if one.name != name)
            self._keep((*others, SavedGroup(name, shown)))

        title, act = tr("Save what is shown as a group"), tr("Save group")
        NameDialog(title, act, "", lines=lines, taken=taken, take=take, parent=self._parent).open()

    def _choose_two(self) -> None:
        """Offer every pair of the selected result, else of all; a comparison that is on ends."""
        state = self._reading.state
        if state.compared is not None:
            self._reading.apply_undoable("", end_comparing)
            return
        chosen = state.selection.overlay
        firsts = [chosen] if chosen is not None and comparable(state, chosen) else list(state.content.overlays)
        menu = QMenu(self._parent)
        offered: set[frozenset[InstanceKey]] = set()
        for first in firsts:
            for other in comparable(state, first):
                pair = frozenset((first, other.instance))
                if pair in offered:
                    continue
                offered.add(pair)
                names = (
                    overlay_name(state.content, state.content.overlays[key], tr).whole for key in (first, other.instance)
                )
                action = menu.addAction(" – ".join(names))
                action.triggered.connect(lambda _=False, a=first, b=other.instance: self._compare(a, b))
        if not offered:
            reason = tr("Two segmentations or structure sets must lie on one series.")
            self._tell(Notice(tr("There are no two results to compare."), reason, "warning"))
            return
        if len(offered) == 1:
            menu.actions()[0].trigger()
            menu.deleteLater()
            return
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # It may have been asked for by a key: Enter takes the first row without an arrow before it.
        menu.setActiveAction(menu.actions()[0])
        menu.popup(self._parent.mapToGlobal(QPoint(self._parent.width() // 3, self._parent.height() // 3)))

    def _compare(self, a: InstanceKey, b: InstanceKey) -> None:
        self._reading.apply_undoable("", start_comparing, a, b)

    def _refuse(self, reason: str) -> None:
        self._tell(Notice(tr("The two results cannot be compared."), reason, "warning"))
