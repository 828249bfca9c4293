"""Menus of colour and fusion: colour maps with their colours, and every series that may be laid over, or why it may not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QAction, QActionGroup, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QMenu

from viewer.domain.image_attributes import Palette
from viewer.imaging.colour_maps import COLOUR_MAPS, GREY
from viewer.reading.changes import looks
from viewer.reading.color_maps import maps_of, palette_of
from viewer.reading.fusing import Candidate, candidates
from viewer.reading.reading import Reading
from viewer.reading.state import Content, FusedStack
from viewer.scene.fused import fused_label
from viewer.scene.plain_words import plain
from viewer.ui.plain_text import sentence

_STRIP = QSize(16, 16)
_OPACITIES = (0.25, 0.5, 0.75, 1.0)
_FLOORS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5)


def tr(text: str) -> str:
    """Translate a text of the menus of colour and fusion."""
    return QCoreApplication.translate("Looks", text)


def map_name(name: str, content: Content | None = None) -> str:
    """Return the name of a colour map in the language of the window; that of a file is what its maker calls it."""
    own = next((tr(one.name) for one in COLOUR_MAPS if one.id == name), "")
    opened = maps_of(content) if content is not None and not own else ()
    return own or next((plain(one.name) for one in opened if one.id == name), tr("Grey"))


def fill_color_maps(menu: QMenu, reading: Reading) -> None:
    """List the colour maps for the image of the active viewport."""
    menu.clear()
    list_maps(
        menu,
        reading.state.content,
        reading.state.pane.color_map,
        lambda name: reading.apply_undoable("", looks.set_color_map, reading.state.active_pane, name),
    )
    if reading.state.frame_of(reading.state.pane) is None:
        for action in menu.actions():
            action.setEnabled(False)


def fill_fusion(menu: QMenu, reading: Reading) -> None:
    """List what may be laid over the image of the active viewport, and how what is laid over looks."""
    menu.clear()
    menu.setToolTipsVisible(True)
    state = reading.state
    found = candidates(state, state.pane)
    over = {one.stack_id for one in state.pane.fused}
    for candidate in found:
        action = menu.addAction(candidate_name(reading, candidate))
        action.setCheckable(True)
        action.setChecked(candidate.stack.id in over)
        action.setEnabled(candidate.refused is None)
        if candidate.refused is not None:
            action.setToolTip(sentence(candidate.refused))
        action.triggered.connect(lambda _=False, stack_id=candidate.stack.id: toggle_fusion(reading, stack_id))
    if not state.pane.fused:
        return
    menu.addSeparator()
    for fused in state.pane.fused:
        add_fused_choices(menu, reading, fused)
    menu.addSeparator()
    menu.addAction(tr("Take it off")).triggered.connect(
        lambda: reading.apply_undoable("", looks.unfuse, reading.state.active_pane)
    )


def candidate_name(reading: Reading, candidate: Candidate) -> str:
    """Return a series by its name, and that a registration brings it here."""
    state = reading.state
    series = state.content.library.series_of(candidate.stack.frames[0].instance)
    name = fused_label(state.content, candidate.stack.id) or tr("Series without a name")
    several = len(series.stacks) > 1 and candidate.stack.label
    words = [name, plain(candidate.stack.label) if several else "", tr("registered") if candidate.registered else ""]
    return "  ".join(filter(None, words)).replace("&", "&&")


def toggle_fusion(reading: Reading, stack_id: str) -> None:
    """Lay a stack over the image of the active viewport, or take it off."""
    pane, state = reading.state.active_pane, reading.state
    if any(one.stack_id == stack_id for one in state.pane.fused):
        reading.apply_undoable("", looks.unfuse, pane)
    else:
        reading.apply_undoable("", looks.fuse, pane, stack_id)


def add_fused_choices(menu: QMenu, reading: Reading, fused: FusedStack) -> None:
    """Add the choices of one series that is laid over: colours, opacity, from which value on it is shown, window."""
    pane, stack_id = reading.state.active_pane, fused.stack_id
    list_maps(
        menu.addMenu(tr("Colour map")),
        reading.state.content,
        fused.color_map,
        lambda name: reading.apply_undoable("", looks.set_fused_color_map, pane, stack_id, name),
    )
    shares = menu.addMenu(tr("Opacity"))
    for share in _OPACITIES:
        action = _checkable(shares, f"{round(share * 100)} %", checked=abs(fused.opacity - share) < 1e-6)
        action.triggered.connect(
            lambda _=False, share=share: reading.apply_undoable("", looks.set_fused_opacity, pane, stack_id, share)
        )
    floors = menu.addMenu(tr("Transparent below"))
    for floor in _FLOORS:
        text = tr("{percent} % of the window").format(percent=round(floor * 100)) if floor else tr("Nothing is transparent")
        action = _checkable(floors, text, checked=abs(fused.floor - floor) < 1e-6)
        action.triggered.connect(
            lambda _=False, floor=floor: reading.apply_undoable("", looks.set_fused_floor, pane, stack_id, floor)
        )


def _checkable(menu: QMenu, text: str, *, checked: bool) -> QAction:
    action = menu.addAction(text)
    action.setCheckable(True)
    action.setChecked(checked)
    return action


def list_maps(menu: QMenu, content: Content, chosen: str, choose: Callable[[str], object]) -> None:
    """List all colour maps, each with its colours, those of opened files last; ``choose`` takes the id of one."""
    group = QActionGroup(menu)
    for place, name in enumerate((GREY, *(one.id for one in maps_of(content)))):
        if place == len(COLOUR_MAPS) + 1:
            menu.addSeparator()
        action = menu.addAction(map_icon(palette_of(content, name)), map_name(name, content).replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(name == chosen)
        action.triggered.connect(lambda _=False, name=name: choose(name))
        group.addAction(action)


def map_icon(palette: Palette | None) -> QIcon:
    """Return the colours of a map as a strip, the lowest at the left; None is grey."""
    grey = np.arange(256, dtype=np.uint8)
    channels = [grey, grey, grey] if palette is None else [palette.red, palette.green, palette.blue]
    row = np.stack(channels, axis=1)[np.linspace(0, 255, _STRIP.width()).astype(int)]
    pixels = np.ascontiguousarray(np.repeat(row[None], _STRIP.height(), axis=0))
    image = QImage(pixels.data, _STRIP.width(), _STRIP.height(), 3 * _STRIP.width(), QImage.Format.Format_RGB888)
    return QIcon(QPixmap.fromImage(image.copy()))
