"""What can be done with a row of the layers panel: by click, by key, and from its menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtGui import QColor, QCursor
from PySide6.QtWidgets import QColorDialog, QMenu, QWidget

from viewer.domain.instance import InstanceKey
from viewer.reading.changes.layers import (
    set_all_parts_visible,
    set_fill,
    set_graded,
    set_overlay_opacity,
    set_overlay_visible,
    set_part_color,
    set_part_opacity,
    set_part_visible,
    set_solo,
    set_style,
    set_threshold,
)
from viewer.reading.changes.looks import set_fused_floor, set_fused_opacity, set_fused_visible, set_fused_window
from viewer.reading.changes.maps import set_map_floor, set_map_window
from viewer.reading.changes.measuring import delete_measurement, show_measurements
from viewer.reading.changes.workspace import set_presentation_state
from viewer.reading.navigate import go_to_measurement, go_to_part
from viewer.reading.reading import Reading
from viewer.reading.state import DrawStyle
from viewer.reading.value_layers import is_value_layer
from viewer.ui.layers.fused import NO_OVERLAY
from viewer.ui.layers.map_acts import MapActs
from viewer.ui.layers.maps import range_moved
from viewer.ui.layers.object_menu import fill_object, fill_part
from viewer.ui.layers.row import LayerRow, tr
from viewer.ui.layers.tree import is_report
from viewer.ui.looks_menus import fill_fusion
from viewer.ui.theme.icons import icon


class RowActs:
    """The acts of the rows.

    Parameters
    ----------
    parent
        Over which menus and dialogs open.
    fold
        Opens or closes a row that has rows of its own.
    open_report
        Shows a report.
    show_dose
        Shows how much of each region receives which dose.
    write, copy
        Ask for the words of a measurement, or copy what it says, by its id.
    """

    def __init__(
        self,
        reading: Reading,
        parent: QWidget,
        *,
        fold: Callable[[LayerRow], None],
        open_report: Callable[[InstanceKey], None],
        write: Callable[[str], None],
        show_dose: Callable[[InstanceKey], None],
        copy: Callable[[str], None],
    ) -> None:
        self._reading, self._parent = reading, parent
        self.maps = MapActs(reading, parent, show_dose)
        self._fold, self._open_report = fold, open_report
        self._write, self._copy = write, copy

    def toggle(self, row: LayerRow | None) -> None:
        """Show or hide what a row stands for; a group opens or closes."""
        if row is None:
            return
        reading = self._reading
        if row.kind == "part" and row.part is not None:
            reading.apply_undoable("", set_part_visible, row.overlay, row.part, visible=not row.shown)
        elif row.kind == "object":
            reading.apply_undoable("", set_overlay_visible, row.overlay, visible=not row.shown)
        elif row.kind == "fused":
            reading.apply_undoable("", set_fused_visible, reading.state.active_pane, row.item, visible=not row.shown)
        elif row.kind == "measurements":
            reading.apply_undoable("", show_measurements, "hidden" if row.shown else "shown")
        elif row.kind == "measurement":
            self.jump(row)
        elif row.kind == "group":
            self._fold(row)
        elif row.kind == "calm":
            reading.apply_undoable("", set_style, row.overlay, "both")

    def toggle_solo(self, row: LayerRow) -> None:
        """Show only this part, or all again."""
        self._reading.apply_undoable("", set_solo, row.overlay, None if row.solo else row.part)

    def jump(self, row: LayerRow | None) -> None:
        """Go to where the part is largest, to the image of a measurement, or to the report."""
        if row is None:
            return
        if row.kind == "part" and row.part is not None:
            self._reading.apply(go_to_part, row.overlay, row.part)
        elif row.kind == "object" and is_report(self._reading.state.content.overlays[row.overlay]):
            self._open_report(row.overlay)
        elif row.kind == "measurement":
            self._reading.apply(go_to_measurement, row.item)
        elif row.kind in ("object", "group", "measurements", "fused"):
            self._fold(row)

    def set_bar(self, row: LayerRow, part: float) -> None:
        """Take the value of a row's bar (0..1): opacity or threshold."""
        merge = f"{row.kind}{row.key}"
        if row.kind in ("fused_floor", "map_range") and row.overlay != NO_OVERLAY:
            self._set_map_bar(row, part, merge)
        elif row.kind == "map_range":
            window, pane = range_moved(row, part), self._reading.state.active_pane
            self._reading.apply_undoable(merge, set_fused_window, pane, row.item, window)
        elif row.kind == "object" and is_value_layer(self._reading.state.content.overlays[row.overlay]):
            self._reading.apply_undoable(merge, set_fill, row.overlay, part)
        elif row.kind == "threshold":
            self._reading.apply_undoable(merge, set_threshold, row.overlay, part)
        elif row.kind == "object":
            self._reading.apply_undoable(merge, set_overlay_opacity, row.overlay, part)
        elif row.kind == "fused":
            self._reading.apply_undoable(merge, set_fused_opacity, self._reading.state.active_pane, row.item, part)
        elif row.kind == "fused_floor":
            self._reading.apply_undoable(merge, set_fused_floor, self._reading.state.active_pane, row.item, part)
        elif row.part is not None:
            self._reading.apply_undoable(merge, set_part_opacity, row.overlay, row.part, part)

    def _set_map_bar(self, row: LayerRow, part: float, merge: str) -> None:
        if row.kind == "map_range":
            self._reading.apply_undoable(merge, set_map_window, row.overlay, range_moved(row, part))
        else:
            self._reading.apply_undoable(merge, set_map_floor, row.overlay, part)

    def choose(self, row: LayerRow, value: str) -> None:
        """Take a choice of a row: the style, graded or thresholded, a presentation state."""
        if row.kind == "threshold":
            self._reading.apply_undoable("", set_graded, row.overlay, "graded" if value == "graded" else "thresholded")
        elif value == "colors":
            self._choose_colors(row)
        elif value == "apply":
            state = self._reading.state
            wanted = None if row.applied else row.overlay
            self._reading.apply_undoable("", set_presentation_state, state.active_pane, wanted)
        else:
            self._reading.apply_undoable("", set_style, row.overlay, cast("DrawStyle", value))

    def _choose_colors(self, row: LayerRow) -> None:
        menu = QMenu(self._parent)
        self.maps.fill_colors(menu, row)
        menu.exec(QCursor.pos())
        menu.deleteLater()

    def choose_color(self, row: LayerRow) -> None:
        """Ask for the colour of a part."""
        if row.part is None:
            return
        chosen = QColorDialog.getColor(QColor(*row.color), self._parent, tr("Colour of {name}").format(name=row.name))
        if chosen.isValid():
            color = (chosen.red(), chosen.green(), chosen.blue())
            self._reading.apply_undoable("", set_part_color, row.overlay, row.part, color)

    def menu_of(self, row: LayerRow) -> QMenu:
        """Return the context menu of a row."""
        menu = QMenu(self._parent)
        reading = self._reading

        def add(text: str, name: str, act: object) -> None:
            menu.addAction(icon(name), text).triggered.connect(act)

        if row.kind == "part" and row.part is not None:
            add(tr("Hide") if row.shown else tr("Show"), "eye-off" if row.shown else "eye", lambda: self.toggle(row))
            add(tr("Show all again") if row.solo else tr("Only this one"), "focus", lambda: self.toggle_solo(row))
            add(tr("Go to the largest slice"), "target", lambda: self.jump(row))
            menu.addSeparator()
            fill_part(menu, reading, row, choose_color=lambda: self.choose_color(row))
        elif row.kind in ("fused_floor", "map_range") and row.overlay != NO_OVERLAY:
            self.maps.fill(menu, row)
        elif row.kind == "object":
            add(tr("Hide") if row.shown else tr("Show"), "eye-off" if row.shown else "eye", lambda: self.toggle(row))
            add(
                tr("Switch on every row"),
                "eye",
                lambda: reading.apply_undoable("", set_all_parts_visible, row.overlay, visible=True),
            )
            add(
                tr("Switch off every row"),
                "eye-off",
                lambda: reading.apply_undoable("", set_all_parts_visible, row.overlay, visible=False),
            )
            fill_object(menu, reading, row.overlay)
            self.maps.fill(menu, row)
            opacities = menu.addMenu(icon("blend"), tr("Opacity"))
            for share in (1.0, 0.75, 0.5, 0.25):
                opacities.addAction(f"{round(share * 100)} %").triggered.connect(
                    lambda _=False, share=share: self.set_bar(row, share)
                )
        elif row.kind in ("fused", "fused_floor", "map_range"):
            fill_fusion(menu, reading)
        elif row.kind == "measurements":
            add(tr("Hide") if row.shown else tr("Show"), "eye-off" if row.shown else "eye", lambda: self.toggle(row))
        elif row.kind == "measurement":
            add(tr("Go to its image"), "target", lambda: self.jump(row))
            add(tr("Write on it…"), "pencil-line", lambda: self._write(row.item))
            add(tr("Copy what it says"), "copy", lambda: self._copy(row.item))
            add(tr("Delete"), "x", lambda: reading.apply_undoable("", delete_measurement, row.item))
        return menu
