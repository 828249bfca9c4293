"""What else can be done with maps and doses: colours, which values are shown, isodose levels, the place of the maximum."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from viewer.domain.dose import Dose
from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.parametric_map import ParametricMap
from viewer.domain.stack import Stack
from viewer.reading.changes.looks import set_fused_color_map
from viewer.reading.changes.maps import (
    set_isodose_levels,
    set_map_color_map,
    set_map_values,
    set_map_window,
)
from viewer.reading.navigate import go_to_part
from viewer.reading.reading import Reading
from viewer.reading.state import WindowChoice
from viewer.reading.value_layers import value_layer, value_stacks
from viewer.scene.plain_words import plain
from viewer.ui.layers.levels_dialog import LevelsDialog
from viewer.ui.layers.row import LayerRow, tr
from viewer.ui.looks_menus import list_maps
from viewer.ui.theme.icons import icon


class MapActs:
    """The acts of the rows of maps, doses and fused series."""

    def __init__(self, reading: Reading, parent: QWidget, show_dose: Callable[[InstanceKey], None]) -> None:
        self._reading, self._parent, self._show_dose = reading, parent, show_dose

    def fill_colors(self, menu: QMenu, row: LayerRow) -> None:
        """List the colour maps for a map, a dose or a fused series."""
        reading = self._reading
        content, apply = reading.state.content, reading.apply_undoable
        if row.kind == "fused":
            pane = reading.state.active_pane
            chosen = next((one.color_map for one in reading.state.pane.fused if one.stack_id == row.item), "")
            list_maps(menu, content, chosen, lambda name: apply("", set_fused_color_map, pane, row.item, name))
            return
        layer = value_layer(reading.state, content.overlays[row.overlay])
        chosen = layer.fused.color_map if layer is not None else ""
        list_maps(menu, content, chosen, lambda name: apply("", set_map_color_map, row.overlay, name))

    def fill(self, menu: QMenu, row: LayerRow) -> None:
        """Add what only a map or dose has; nothing for other objects."""
        overlay = self._reading.state.content.overlays[row.overlay]
        if not isinstance(overlay.content, Dose | ParametricMap):
            return
        reading = self._reading
        self.fill_colors(menu.addMenu(icon("flame"), tr("Colour map")), row)
        menu.addAction(tr("The usual range")).triggered.connect(
            lambda: reading.apply_undoable("", set_map_window, row.overlay, WindowChoice())
        )
        if isinstance(overlay.content, ParametricMap):
            self._fill_values(menu, overlay, overlay.content)
        else:
            self._fill_dose(menu, overlay, overlay.content)

    def _fill_values(self, menu: QMenu, overlay: Overlay, content: ParametricMap) -> None:
        stacks = value_stacks(self._reading.state.content, overlay)
        said = {stack.id: content.of_frame(_frame_of(stack, overlay)) or (("", ""),) for stack in stacks}
        if sum(map(len, said.values())) < 2:
            return
        style, values = self._reading.state.layer(overlay.instance), menu.addMenu(tr("Values"))
        shown = style.values_of or (stacks[0].id if stacks else "")
        for stack in stacks:
            for number, (name, unit) in enumerate(said[stack.id]):
                alone = len(stacks) == 1 or sum((name, unit) in one for one in said.values()) == 1
                words = ("" if alone and name else plain(stack.label), plain(name), plain(unit))
                action = values.addAction("  ".join(filter(None, words)) or tr("Values"))
                action.setCheckable(True)
                action.setChecked((stack.id, number) == (shown, style.mapping))
                action.triggered.connect(
                    lambda _=False, stack=stack, number=number: self._reading.apply_undoable(
                        "", set_map_values, overlay.instance, stack.id, number
                    )
                )

    def _fill_dose(self, menu: QMenu, overlay: Overlay, content: Dose) -> None:
        reading = self._reading
        if content.maximum_at is not None and overlay.parts:
            menu.addAction(icon("target"), tr("Go to the maximum")).triggered.connect(
                lambda: reading.apply(go_to_part, overlay.instance, overlay.parts[0].number)
            )
        menu.addAction(icon("radiation"), tr("Dose-volume histogram…")).triggered.connect(
            lambda: self._show_dose(overlay.instance)
        )
        if content.reference is not None:
            menu.addAction(icon("sliders-horizontal"), tr("Isodose levels…")).triggered.connect(
                lambda: self._choose_levels(overlay)
            )

    def _choose_levels(self, overlay: Overlay) -> None:
        content = overlay.content
        if isinstance(content, Dose) and content.reference is not None:
            dialog = LevelsDialog(content.levels, content.reference, content.unit, self._parent)
            if dialog.exec():
                self._reading.apply(set_isodose_levels, overlay.instance, dialog.levels)
            dialog.deleteLater()


def _frame_of(stack: Stack, overlay: Overlay) -> int:
    """Return the first frame (0-based) of an object in a stack."""
    return next((frame.index for frame in stack.frames if frame.instance == overlay.instance), 0)
