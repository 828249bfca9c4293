"""One registry: no key twice, every action does something, enabled and checked follow the reading."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from tests.ui.small_study import small_state
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.linking import toggle_linked
from viewer.reading.reading import Reading
from viewer.ui.action_spec import NEEDS
from viewer.ui.actions import ACTIONS, clashes, key_text, keys_of
from viewer.ui.live_actions import Actions


def test_no_two_actions_share_an_id_or_a_key() -> None:
    assert len({spec.id for spec in ACTIONS}) == len(ACTIONS)
    assert clashes({}) == {}


def test_every_default_key_is_a_key_that_qt_knows() -> None:
    for spec in ACTIONS:
        for key in spec.keys:
            assert QKeySequence(key).toString(), (spec.id, key)


def test_the_keys_of_the_product_are_there() -> None:
    wanted = {
        "Up": "slice_up", "Down": "slice_down", "PgUp": "slice_up_10", "PgDown": "slice_down_10", "Home": "slice_first",
        "End": "slice_last", "Left": "series_previous", "Right": "series_next", "Space": "hide_overlays", "B": "blink",
        "O": "style", "T": "toggle_row", "S": "solo", "1": "window_1", "9": "window_9", "I": "invert", "R": "reset",
        "F": "fit", "H": "flip_horizontal", "V": "flip_vertical", "[": "rotate_left", "]": "rotate_right", "C": "cine",
        "L": "link", "Esc": "tool_window", "Tab": "next_pane", "Shift+Tab": "previous_pane", "F6": "next_panel",
        "F11": "full_screen", "Ctrl+O": "open_folder", "Ctrl+P": "palette", "Ctrl+Z": "undo", "Ctrl+Shift+Z": "redo",
        "?": "shortcuts", "Q": "tool_length", "E": "tool_ellipse", "Z": "tool_angle", "Del": "delete_measurement",
    }  # fmt: skip
    by_key = {key: spec.id for spec in ACTIONS for key in spec.keys}
    assert {key: by_key.get(key) for key in wanted} == wanted


def test_the_users_keys_replace_the_default_ones_and_a_clash_is_found() -> None:
    invert = next(spec for spec in ACTIONS if spec.id == "invert")
    assert keys_of(invert, {"invert": "Ctrl+I"}) == ("Ctrl+I",)
    assert keys_of(invert, {"invert": ""}) == ()
    assert clashes({"invert": "F"}) == {"F": ["fit", "invert"]}


def test_an_action_that_cannot_be_used_is_disabled_and_says_why(qtbot: QtBot) -> None:
    reading, parent = Reading(), QObject()
    actions = Actions(reading, {}, parent)
    assert not actions["invert"].isEnabled()
    assert NEEDS["image"][1] in actions["invert"].toolTip()
    full = Reading(small_state())
    actions = Actions(full, {}, parent)
    assert actions["invert"].isEnabled()
    assert NEEDS["image"][1] not in actions["invert"].toolTip()


def test_checked_actions_show_the_state(qtbot: QtBot) -> None:
    reading, parent = Reading(small_state()), QObject()
    actions = Actions(reading, {}, parent)
    reading.connect(lambda _old, _new: actions.update())
    assert actions["link"].isChecked()
    assert actions["layout_1x1"].isChecked()
    reading.apply(toggle_linked)
    reading.apply(set_layout, "2x2")
    assert not actions["link"].isChecked()
    assert [name for name in ("1x1", "1x2", "2x2") if actions[f"layout_{name}"].isChecked()] == ["2x2"]


def test_key_caps_show_keys_as_people_write_them() -> None:
    assert [key_text(key) for key in ("Up", "PgDown", "Ctrl+P", "?", "[")] == ["↑", "PgDn", "Ctrl P", "?", "["]
