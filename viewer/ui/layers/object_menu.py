"""The context menus of parts and objects: what a click on a row cannot do at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from viewer.domain.instance import InstanceKey
from viewer.domain.segmentation import Segmentation
from viewer.reading.changes.comparing import comparable, start_comparing
from viewer.reading.changes.layers import select, set_part_color, set_part_style
from viewer.reading.changes.many_parts import invert_parts, move_layer
from viewer.reading.changes.workspace import set_tool
from viewer.reading.reading import Reading
from viewer.reading.state import DrawStyle, PartStyle, Selection
from viewer.scene.overlay_names import overlay_name
from viewer.ui.layers.row import LayerRow, tr
from viewer.ui.layers.tree import overlays_listed
from viewer.ui.theme.icons import icon

_STYLES: tuple[tuple[DrawStyle | None, str], ...] = (
    (None, "As its object"),
    ("fill", "Filled"),
    ("outline", "As a line"),
    ("both", "Both"),
)


def fill_part(menu: QMenu, reading: Reading, row: LayerRow, *, choose_color: Callable[[], None]) -> None:
    """Add colour and style of a part."""
    part = row.part
    if part is None:
        return
    if isinstance(reading.state.content.overlays[row.overlay].content, Segmentation):
        menu.addAction(icon("brush"), tr("Edit with the brush")).triggered.connect(lambda: edit_part_of(reading, row))
    own = reading.state.layer(row.overlay).parts.get(part, PartStyle())
    menu.addAction(icon("pipette"), tr("Colour…")).triggered.connect(choose_color)
    if own.color is not None:
        back = menu.addAction(icon("undo-2"), tr("Colour of the file"))
        back.triggered.connect(lambda: reading.apply_undoable("", set_part_color, row.overlay, part, None))
    styles = menu.addMenu(icon("blend"), tr("Draw it"))
    for style, text in _STYLES:
        action = styles.addAction(tr(text))
        action.setCheckable(True)
        action.setChecked(own.style == style)
        action.triggered.connect(
            lambda _=False, style=style: reading.apply_undoable("", set_part_style, row.overlay, part, style)
        )


def fill_object(menu: QMenu, reading: Reading, key: InstanceKey) -> None:
    """Add inversion, the object's place in the list, and what it can be compared with."""
    state = reading.state
    overlay = state.content.overlays[key]
    if len(overlay.parts) > 1:
        turned = menu.addAction(icon("repeat"), tr("Show what is hidden, and hide the rest"))
        turned.triggered.connect(lambda: reading.apply_undoable("", invert_parts, (overlay,)))
    for text, by in ((tr("Move up, in the list and the image"), -1), (tr("Move down, in the list and the image"), 1)):
        menu.addAction(text).triggered.connect(lambda _=False, by=by: move_object(reading, key, by))
    others = comparable(state, key)
    if others:
        compare = menu.addMenu(icon("git-compare-arrows"), tr("Compare with"))
        for other in others:
            name = overlay_name(state.content, other, tr).whole
            compare.addAction(name).triggered.connect(
                lambda _=False, other=other.instance: reading.apply_undoable("", start_comparing, key, other)
            )


def edit_part_of(reading: Reading, row: LayerRow) -> None:
    """Select a segment and take the brush."""
    reading.apply(select, Selection(row.overlay, row.part))
    reading.apply(set_tool, "brush")


def move_object(reading: Reading, key: InstanceKey, by: int) -> None:
    """Move an object up or down in the list, and with it in the image."""
    listed = tuple(one.instance for one in overlays_listed(reading.state))
    if key in listed:
        reading.apply_undoable("", move_layer, listed, key, listed.index(key) + by)


def drop_object(reading: Reading, key: InstanceKey, beside: InstanceKey, *, below: bool) -> None:
    """Put an object right above, or right below, another one of the list, and so of the image."""
    others = [one.instance for one in overlays_listed(reading.state) if one.instance != key]
    if beside in others:
        listed = tuple(one.instance for one in overlays_listed(reading.state))
        reading.apply_undoable("", move_layer, listed, key, others.index(beside) + below)
