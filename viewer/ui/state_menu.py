"""The menu of the presentation states that apply to what the active viewport shows, and how each of them is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu

from viewer.domain.overlay import Overlay
from viewer.domain.presentation import PresentationState
from viewer.reading.changes.presentation import (
    Use,
    is_applied_here,
    is_rendered,
    series_applied_to,
    states_of,
    use_of,
    use_state,
)
from viewer.reading.changes.workspace import set_presentation_state
from viewer.reading.reading import Reading
from viewer.scene.overlay_names import overlay_name


def tr(text: str) -> str:
    """Translate a text of the menu of presentation states."""
    return QCoreApplication.translate("States", text)


USES: Final[tuple[tuple[Use, Callable[[], str]], ...]] = (
    ("whole", lambda: tr("Apply all of it")),
    ("annotations", lambda: tr("Annotations only")),
    ("off", lambda: tr("Off")),
)


def fill_states(menu: QMenu, reading: Reading) -> None:
    """List the presentation states that lie on the active viewport's stack, each with how it is used, and none."""
    state = reading.state
    found = states_of(state, state.stack_of(state.pane))
    if not found:
        return
    none = menu.addAction(tr("None applied"))
    none.setCheckable(True)
    none.setChecked(state.pane.presentation_state is None)
    none.triggered.connect(
        lambda _=False: reading.apply_undoable("", set_presentation_state, reading.state.active_pane, None)
    )
    menu.addSeparator()
    for overlay in found:
        name = overlay_name(state.content, overlay, tr).whole.replace("&", "&&")
        if not is_rendered(overlay):
            menu.addAction(tr("{name}: not drawn, {reason}").format(name=name, reason=_reason(overlay))).setEnabled(False)
            continue
        if not is_applied_here(state, overlay):
            menu.addAction(_meant_for(reading, overlay, name)).setEnabled(False)
            continue
        _add_uses(menu.addMenu(name), reading, overlay)


def _add_uses(menu: QMenu, reading: Reading, overlay: Overlay) -> None:
    group = QActionGroup(menu)
    current = use_of(reading.state, reading.state.active_pane, overlay)
    menu.menuAction().setCheckable(True)
    menu.menuAction().setChecked(current == "whole")
    for use, words in USES:
        action = menu.addAction(words())
        action.setCheckable(True)
        action.setChecked(current == use)
        action.triggered.connect(
            lambda _=False, use=use: reading.apply_undoable("", use_state, reading.state.active_pane, overlay.instance, use)
        )
        group.addAction(action)


def _meant_for(reading: Reading, overlay: Overlay, name: str) -> str:
    """Say where a state is applied that only mixes this series into another, or names none of its images."""
    series = series_applied_to(reading.state, overlay)
    if series is None:
        return tr("{name}: is applied to a series that is not open").format(name=name)
    shown = (series.description or tr("another series")).replace("&", "&&")
    return tr("{name}: is applied to {series}").format(name=name, series=shown)


def _reason(overlay: Overlay) -> str:
    content = overlay.content
    return ", ".join(content.not_applied) if isinstance(content, PresentationState) else ""
