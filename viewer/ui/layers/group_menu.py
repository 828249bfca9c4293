"""The menu of what is shown: everything, nothing, the rest; organs, bones and other groups; groups of the reader's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QMenu

from viewer.domain.overlay import Overlay
from viewer.domain.part_groups import GroupName, SavedGroup, group_of
from viewer.reading.changes.many_parts import invert_parts, show_only, switchable, with_parts_here
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.overlay_names import overlay_name
from viewer.scene.plain_words import count, plain
from viewer.ui.layers.row import tr
from viewer.ui.theme.icons import icon

GROUP_TEXTS: tuple[tuple[GroupName, str], ...] = (
    ("organs", "Organs"),
    ("bones", "Bones"),
    ("vessels", "Vessels"),
    ("muscles", "Muscles"),
    ("lesions", "Lesions"),
    ("other", "Everything else"),
)


@dataclass(frozen=True)
class GroupCalls:
    """What the menu asks of its owner: the reader's own groups, and to keep others."""

    saved: Callable[[], tuple[SavedGroup, ...]]
    ask_to_save: Callable[[], None]
    keep: Callable[[tuple[SavedGroup, ...]], None]


NO_GROUPS = GroupCalls(tuple, lambda: None, lambda _: None)
"""Where nothing keeps groups of the reader's own."""


def fill_groups(menu: QMenu, reading: Reading, calls: GroupCalls) -> None:
    """Fill a menu with what can be shown together; groups that no part belongs to are greyed."""
    state = reading.state
    overlays = switchable(state)

    def show(text: str, number: int, act: Callable[[], None]) -> None:
        action = menu.addAction(f"{text}  ({count(number)})")
        action.setEnabled(number > 0)
        # Qt hands over whether it is checked, which a function with a default would take for its own.
        action.triggered.connect(lambda _=False: act())

    if len(with_parts_here(state)) > 1:
        # What is selected narrows it: a reader who wants the bones of all results must see that others stay as they are.
        head = menu.addAction(_where(state, overlays))
        head.setEnabled(False)
        menu.addSeparator()
    everything = menu.addAction(icon("eye"), tr("Everything"))
    everything.triggered.connect(lambda: show_all(reading))
    nothing = menu.addAction(icon("eye-off"), tr("Nothing"))
    nothing.triggered.connect(lambda: show_none(reading))
    turned = menu.addAction(icon("repeat"), tr("What is hidden, and hide the rest"))
    turned.triggered.connect(lambda: invert(reading))
    for action in (everything, nothing, turned):
        action.setEnabled(bool(overlays))
    menu.addSeparator()
    numbers = Counter(group_of(overlay, part) for overlay in overlays for part in overlay.parts)
    for name, text in GROUP_TEXTS:
        show(tr(text), numbers[name], lambda name=name: show_group(reading, name))  # type: ignore[misc]
    menu.addSeparator()
    for saved in calls.saved():
        held = sum(saved.holds(part) for overlay in overlays for part in overlay.parts)
        show(plain(saved.name), held, lambda saved=saved: show_saved(reading, saved))  # type: ignore[misc]
    keep = menu.addAction(icon("plus"), tr("Save what is shown as a group…"))
    keep.setEnabled(bool(labels_shown(state)))
    keep.triggered.connect(calls.ask_to_save)
    if calls.saved():
        forget = menu.addMenu(tr("Forget a group"))
        for saved in calls.saved():
            left = tuple(one for one in calls.saved() if one != saved)
            forget.addAction(plain(saved.name)).triggered.connect(lambda _=False, left=left: calls.keep(left))


def _where(state: ReadingState, overlays: tuple[Overlay, ...]) -> str:
    if len(overlays) > 1:
        return tr("In all {number} results here").format(number=count(len(overlays)))
    return tr("In “{name}”").format(name=overlay_name(state.content, overlays[0], tr).whole)


def show_all(reading: Reading) -> None:
    """Show every part but a background."""
    reading.apply_undoable("", show_only, switchable(reading.state), lambda part: part.state != "background")


def show_none(reading: Reading) -> None:
    """Show no part."""
    reading.apply_undoable("", show_only, switchable(reading.state), lambda _: False)


def invert(reading: Reading) -> None:
    """Show what is hidden, and hide what is shown."""
    reading.apply_undoable("", invert_parts, switchable(reading.state))


def show_group(reading: Reading, name: GroupName) -> None:
    """Show the parts of a group alone."""
    overlays = switchable(reading.state)
    held = {id(part) for overlay in overlays for part in overlay.parts if group_of(overlay, part) == name}
    reading.apply_undoable("", show_only, overlays, lambda part: id(part) in held)


def show_saved(reading: Reading, saved: SavedGroup) -> None:
    """Show the parts of one of the reader's own groups alone."""
    reading.apply_undoable("", show_only, switchable(reading.state), saved.holds)


def labels_shown(state: ReadingState) -> tuple[str, ...]:
    """Return the labels of all parts that are switched on."""
    return tuple(
        dict.fromkeys(
            part.label
            for overlay in switchable(state)
            for part in overlay.parts
            if part.label and state.overlay_visible(overlay) and state.part_visible(overlay, part.number)
        )
    )
