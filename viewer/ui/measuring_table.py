"""The measuring tools and the moves by keys, as literal tables: the registry of actions makes its rows of them."""

from __future__ import annotations

from viewer.ui.action_spec import T

MEASURING: tuple[tuple[str, str, str, str], ...] = (
    ("length", T("Length"), "Q", "ruler"),
    ("bidirectional", T("Long and short axis"), "Shift+Q", "diameter"),
    ("angle", T("Angle"), "Z", "tangent"),
    ("cobb", T("Cobb angle"), "Shift+Z", "drafting-compass"),
    ("ellipse", T("Values in an ellipse"), "E", "circle"),
    ("rectangle", T("Values in a rectangle"), "Shift+E", "rectangle-horizontal"),
    ("polygon", T("Values in a polygon"), "Shift+P", "pentagon"),
    ("freehand", T("Values in a freehand region"), "Shift+F", "lasso"),
    ("probe", T("Value of a pixel"), "Shift+V", "pipette"),
    ("arrow", T("Arrow with words"), "Shift+A", "move-up-left"),
    ("note", T("Note"), "Shift+T", "type"),
)
"""Kind, text, key and icon of the measuring tools."""
NUDGES: tuple[tuple[str, str, str], ...] = (
    ("left", T("Move the measurement left"), "Alt+Left"),
    ("right", T("Move the measurement right"), "Alt+Right"),
    ("up", T("Move the measurement up"), "Alt+Up"),
    ("down", T("Move the measurement down"), "Alt+Down"),
    ("far_left", T("Move the measurement far left"), "Alt+Shift+Left"),
    ("far_right", T("Move the measurement far right"), "Alt+Shift+Right"),
    ("far_up", T("Move the measurement far up"), "Alt+Shift+Up"),
    ("far_down", T("Move the measurement far down"), "Alt+Shift+Down"),
)
"""Way on the screen, text and key of the moves by keys."""
