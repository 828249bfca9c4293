"""The actions of segments and regions, of their numbers, and of two results compared: a part of the registry."""

from __future__ import annotations

from viewer.ui.action_spec import ActionSpec, T

PARTS: tuple[ActionSpec, ...] = (
    ActionSpec("parts_all", "Layers", T("Show every part"), ("Ctrl+Shift+V",), "eye", "overlay", after_line=True),
    ActionSpec("parts_none", "Layers", T("Show no part"), ("Ctrl+Shift+N",), "eye-off", "overlay"),
    ActionSpec(
        "parts_invert", "Layers", T("Show what is hidden, and hide the rest"), ("Ctrl+Shift+I",), "repeat", "overlay"
    ),
    ActionSpec("parts_group", "Layers", T("Show a group of parts…"), ("Ctrl+G",), "list-tree", "overlay"),
    ActionSpec("parts_on_slice", "Layers", T("List what is on this slice only"), ("Ctrl+Shift+F",), "scan-line", "overlay"),
    ActionSpec("part_next", "Layers", T("Next part on this slice"), ("Alt+PgDown",), "", "overlay", "viewport"),
    ActionSpec("part_previous", "Layers", T("Previous part on this slice"), ("Alt+PgUp",), "", "overlay", "viewport"),
    ActionSpec("part_color", "Layers", T("Colour of the selected part…"), ("Ctrl+Shift+C",), "pipette", "part"),
    ActionSpec("part_style", "Layers", T("The selected part filled, as a line, both"), ("Shift+O",), "blend", "part"),
    ActionSpec("layer_up", "Layers", T("Move the selected result up"), ("Ctrl+Shift+PgUp",), "", "overlay"),
    ActionSpec(
        "layer_down", "Layers", T("Move the selected result down"), ("Ctrl+Shift+PgDown",), "chevron-down", "overlay"
    ),
    ActionSpec(
        "safe_colors",
        "Layers",
        T("Colours told apart with colour blindness"),
        (),
        "pipette",
        checked=lambda s: s.safe_colors,
    ),
    ActionSpec("part_numbers", "Layers", T("Numbers of the selected part"), ("Ctrl+T",), "sheet", "part", after_line=True),
    ActionSpec("all_numbers", "Layers", T("Numbers of all parts…"), ("Ctrl+Shift+T",), "sheet", "overlay"),
    ActionSpec(
        "compare_with",
        "Layers",
        T("Compare two results…"),
        ("Ctrl+D",),
        "git-compare-arrows",
        "comparable",
        checked=lambda s: s.compared is not None,
    ),
    ActionSpec(
        "compare_shown", "Layers", T("Difference or side by side"), ("Ctrl+Shift+D",), "columns-2", "compared", in_menu=False
    ),
    ActionSpec(
        "compare_worst", "Layers", T("Where the two differ most"), ("Ctrl+Shift+W",), "target", "compared", in_menu=False
    ),
    ActionSpec("compare_end", "Layers", T("End the comparison"), (), "x", "compared"),
)
