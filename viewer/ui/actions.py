"""The one registry of actions: menus, toolbar, keys, command palette and shortcuts sheet are all made from this table."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from viewer.imaging.colour_maps import COLOUR_MAPS
from viewer.reading.state import ReadingState
from viewer.ui.action_spec import MENU_TEXTS, ActionSpec, Menu, T
from viewer.ui.depth_table import DEPTH
from viewer.ui.editing_table import EDITING
from viewer.ui.looks_menus import map_name
from viewer.ui.measuring_table import MEASURING, NUDGES
from viewer.ui.parts_table import PARTS
from viewer.ui.review_table import REVIEW
from viewer.ui.writing_table import WRITING


def _plays_volumes(state: ReadingState) -> bool:
    return state.pane.playing and state.pane.plays == "volumes"


def _layout(name: str) -> Callable[[ReadingState], bool]:
    return lambda state: state.layout == name


def _link(kind: str) -> Callable[[ReadingState], bool]:
    return lambda state: state.linked and bool(getattr(state.links, kind))


def _tool(name: str) -> Callable[[ReadingState], bool]:
    return lambda state: state.tool == name


ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec("open_folder", "File", T("Open folder…"), ("Ctrl+O",), "folder-open"),
    ActionSpec("open_files", "File", T("Open files…"), ("Ctrl+Shift+O",), "file-plus"),
    ActionSpec("open_sample", "File", T("Open the sample study"), (), "graduation-cap"),
    ActionSpec(
        "export_layer",
        "File",
        T("Export a layer…"),
        ("Ctrl+Alt+E",),
        "",
        "overlay",
        after_line=True,
        repeats=False,
    ),
    ActionSpec("quit", "File", T("Quit"), ("Ctrl+Q",), after_line=True),
    ActionSpec("undo", "Edit", T("Undo"), ("Ctrl+Z",), "undo-2", "undo"),
    ActionSpec("redo", "Edit", T("Redo"), ("Ctrl+Shift+Z",), "redo-2", "redo"),
    *EDITING,
    ActionSpec("settings", "Edit", T("Settings…"), ("Ctrl+,",), "settings", after_line=True),
    ActionSpec("layout_1x1", "View", T("One viewport"), ("Alt+1",), "square", checked=_layout("1x1")),
    ActionSpec("layout_1x2", "View", T("Two viewports"), ("Alt+2",), "columns-2", checked=_layout("1x2")),
    ActionSpec("layout_2x2", "View", T("Four viewports"), ("Alt+4",), "grid-2x2", checked=_layout("2x2")),
    *(
        ActionSpec(f"layout_{name}", "View", T("Viewports in {number}"), keys, checked=_layout(name), in_menu=False)
        for name, keys in (
            *(("1x3", ("Alt+3",)), ("2x1", ()), ("2x3", ("Alt+6",))),
            *(("3x1", ()), ("3x2", ()), ("3x3", ("Alt+9",))),
        )
    ),
    ActionSpec("layout_choose", "View", T("Choose a layout…"), ("Ctrl+L",), "grid-3x3", in_menu=False),
    ActionSpec("layout_save", "View", T("Save this layout…"), (), "", "image", in_menu=False),
    *DEPTH,
    ActionSpec("maximise", "View", T("Active viewport alone"), (), "maximize", "panes", checked=lambda s: s.maximised),
    ActionSpec("next_pane", "View", T("Next viewport"), ("Tab",), "", "panes", "viewport"),
    ActionSpec("previous_pane", "View", T("Previous viewport"), ("Shift+Tab",), "", "panes", "viewport"),
    ActionSpec("swap_next", "View", T("Swap with the next viewport"), ("Shift+Right",), "", "panes", "viewport"),
    ActionSpec("swap_previous", "View", T("Swap with the previous viewport"), ("Shift+Left",), "", "panes", "viewport"),
    ActionSpec("link", "View", T("Link viewports"), ("L",), "link-2", checked=lambda s: s.linked, after_line=True),
    ActionSpec("link_scroll", "View", T("Link the place in the patient"), checked=_link("scroll"), in_menu=False),
    ActionSpec("link_view", "View", T("Link zoom and position"), checked=_link("view"), in_menu=False),
    ActionSpec("link_window", "View", T("Link the window"), checked=_link("window"), in_menu=False),
    ActionSpec(
        "link_here",
        "View",
        T("Link the slices shown as one place"),
        ("Shift+L",),
        "",
        "unjoined",
        checked=lambda s: bool(s.pins),
        in_menu=False,
    ),
    ActionSpec(
        "reference_lines", "View", T("Reference lines"), ("Shift+G",), "", "panes", checked=lambda s: s.reference_lines
    ),
    ActionSpec(
        "reference_ends",
        "View",
        T("Reference lines of the first and last slice"),
        (),
        "",
        "panes",
        checked=lambda s: s.reference_ends,
    ),
    ActionSpec("fit", "View", T("Fit the image"), ("F",), "scan", "image"),
    ActionSpec("reset", "View", T("Reset view: window, zoom, position"), ("R",), "refresh-ccw", "image"),
    ActionSpec("full_screen", "View", T("Full screen"), ("F11",), "maximize", toggles=True, after_line=True),
    ActionSpec("tool_window", "Image", T("Window and level"), ("Esc",), "contrast", checked=_tool("window")),
    ActionSpec("tool_pan", "Image", T("Pan"), (), "move", checked=_tool("pan")),
    ActionSpec("tool_zoom", "Image", T("Zoom"), (), "zoom-in", checked=_tool("zoom")),
    ActionSpec("tool_scroll", "Image", T("Scroll"), (), "images", checked=_tool("scroll")),
    ActionSpec("crosshair", "Image", T("Crosshair"), ("G",), "crosshair", "placed", checked=_tool("crosshair")),
    ActionSpec(
        "invert", "Image", T("Invert"), ("I",), "sun-moon", "image", checked=lambda s: s.pane.view.inverted, after_line=True
    ),
    ActionSpec("flip_horizontal", "Image", T("Flip left to right"), ("H",), "flip-horizontal-2", "image"),
    ActionSpec("flip_vertical", "Image", T("Flip top to bottom"), ("V",), "flip-vertical-2", "image"),
    ActionSpec("rotate_left", "Image", T("Turn anticlockwise"), ("[",), "rotate-ccw", "image"),
    ActionSpec("rotate_right", "Image", T("Turn clockwise"), ("]",), "rotate-cw", "image"),
    ActionSpec("slide_map", "Image", T("Overview of the slide"), (), "", "slide", checked=lambda s: s.slide_map),
    ActionSpec("smooth", "Image", T("Smooth pixels"), (), "", checked=lambda s: s.smooth),
    ActionSpec("cine", "Image", T("Play"), ("C",), "play", "playable", checked=lambda s: s.pane.playing, after_line=True),
    ActionSpec("cine_volumes", "Image", T("Play through time"), ("Shift+C",), "play", "volumes", checked=_plays_volumes),
    ActionSpec("cine_slower", "Image", T("Play slower"), ("<",), "", "images", "viewport", in_menu=False),
    ActionSpec("cine_faster", "Image", T("Play faster"), (">",), "", "images", "viewport", in_menu=False),
    ActionSpec("cine_sweep", "Image", T("Play in a loop, back and forth, or once"), (), "", "images", in_menu=False),
    ActionSpec("cine_first", "Image", T("Play from this frame"), (), "", "images", in_menu=False),
    ActionSpec("cine_last", "Image", T("Play up to this frame"), (), "", "images", in_menu=False),
    ActionSpec("cine_all", "Image", T("Play every frame"), (), "", "images", in_menu=False),
    ActionSpec("cine_close", "Image", T("Stop playing"), (), "", "images", in_menu=False),
    ActionSpec("slice_up", "Image", T("Previous image"), ("Up",), "", "images", "viewport"),
    ActionSpec("slice_down", "Image", T("Next image"), ("Down",), "", "images", "viewport"),
    ActionSpec("slice_up_10", "Image", T("Ten images back"), ("PgUp",), "", "images", "viewport"),
    ActionSpec("slice_down_10", "Image", T("Ten images on"), ("PgDown",), "", "images", "viewport"),
    ActionSpec("slice_first", "Image", T("First image"), ("Home",), "", "images", "viewport"),
    ActionSpec("slice_last", "Image", T("Last image"), ("End",), "", "images", "viewport"),
    ActionSpec("key_image_next", "Image", T("Next key image"), ("Ctrl+Down",), "key-round", "key_images", "viewport"),
    ActionSpec("key_image_previous", "Image", T("Previous key image"), ("Ctrl+Up",), "", "key_images", "viewport"),
    ActionSpec(
        "only_key_images",
        "Image",
        T("Scroll through key images only"),
        ("Shift+K",),
        "key-round",
        "key_images",
        checked=lambda s: s.pane.only_key_images,
    ),
    ActionSpec(
        "volume_previous", "Image", T("Previous time, echo or volume"), ("Ctrl+Left", ","), "", "volumes", "viewport"
    ),
    ActionSpec("volume_next", "Image", T("Next time, echo or volume"), ("Ctrl+Right", "."), "", "volumes", "viewport"),
    ActionSpec(
        "second_previous", "Image", T("Previous on the lower slider"), ("Ctrl+Shift+Left",), "", "second_axis", "viewport"
    ),
    ActionSpec("second_next", "Image", T("Next on the lower slider"), ("Ctrl+Shift+Right",), "", "second_axis", "viewport"),
    ActionSpec("series_previous", "Image", T("Previous series"), ("Left",), "", "series", "viewport"),
    ActionSpec("series_next", "Image", T("Next series"), ("Right",), "", "series", "viewport"),
    ActionSpec("slice_window", "Image", T("Window from this slice"), ("W",), "contrast", "image", after_line=True),
    ActionSpec(
        "region_window", "Image", T("Window from a region"), ("Shift+W",), "", "image", checked=_tool("window_region")
    ),
    ActionSpec("histogram", "Image", T("Histogram…"), ("Ctrl+H",), "", "image"),
    ActionSpec("edit_presets", "Image", T("Edit the window presets…")),
    ActionSpec("color_bar", "Image", T("Colour bar"), ("J",), "", "image", after_line=True),
    ActionSpec("color_map", "Image", T("Colour map…"), ("Shift+I",), "", "image", in_menu=False),
    ActionSpec("fuse_with", "Image", T("Lay another series over it…"), ("Shift+Y",), "blend", "image", in_menu=False),
    ActionSpec(
        "fused_shown",
        "Image",
        T("Fused series"),
        ("Y",),
        "blend",
        "fused",
        checked=lambda s: any(one.visible for one in s.pane.fused),
    ),
    ActionSpec("fused_more", "Image", T("Fused series more opaque"), ("Shift+PgUp",), "", "fused", in_menu=False),
    ActionSpec("fused_less", "Image", T("Fused series less opaque"), ("Shift+PgDown",), "", "fused", in_menu=False),
    ActionSpec("swap_fused", "Image", T("Swap the image and the fused series"), ("Ctrl+Y",), "", "fused"),
    *(
        ActionSpec(f"color_map_{name}", "Image", T("Colour map: {map}"), (), "", "image", in_menu=False)
        for name in ("grey", *(one.id for one in COLOUR_MAPS))
    ),
    *(
        ActionSpec(
            f"window_{number}", "Image", T("Window preset {number}"), (str(number),), "contrast", "image", in_menu=False
        )
        for number in range(1, 10)
    ),
    *(
        ActionSpec(f"tool_{kind}", "Measure", text, (key,), picture, "writable", checked=_tool(kind))
        for kind, text, key, picture in MEASURING
    ),
    ActionSpec("name_measurement", "Measure", T("Write on it…"), ("F2",), "pencil-line", "measurement", after_line=True),
    ActionSpec("copy_measurement", "Measure", T("Copy what it says"), ("Ctrl+C",), "copy", "measurement", "viewport"),
    ActionSpec("delete_measurement", "Measure", T("Delete the measurement"), ("Del",), "x", "measurement"),
    *(
        ActionSpec(f"nudge_{way}", "Measure", text, (key,), "", "measurement", "viewport", in_menu=False)
        for way, text, key in NUDGES
    ),
    ActionSpec("export_measurements", "Measure", T("Save all as a table…"), (), "sheet", "measurements", after_line=True),
    ActionSpec(
        "hide_overlays",
        "Layers",
        T("Hide overlays while held"),
        ("Space",),
        "eye-off",
        "overlay",
        "held",
        checked=lambda s: s.overlays_hidden,
        color="ai",
    ),
    ActionSpec("blink", "Layers", T("Blink overlays"), ("B",), "scan-eye", "overlay", toggles=True),
    ActionSpec("style", "Layers", T("Fill, line or both"), ("O",), "blend", "overlay"),
    ActionSpec("toggle_row", "Layers", T("Switch the selected row on or off"), ("T",), "eye", "overlay", after_line=True),
    ActionSpec("solo", "Layers", T("Only the selected one"), ("S",), "focus", "part"),
    ActionSpec("largest_slice", "Layers", T("Go to the largest slice"), ("Ctrl+Return",), "target", "part"),
    ActionSpec("dose_volumes", "Layers", T("Dose-volume histogram…"), (), "radiation", "dose"),
    ActionSpec("presentation_state", "Layers", T("Presentation state…"), ("Shift+S",), "spline", "states", in_menu=False),
    *PARTS,
    ActionSpec("filter_layers", "Layers", T("Filter the layers"), ("Ctrl+F",), "list-filter", after_line=True),
    *REVIEW,
    *WRITING,
    ActionSpec("show_report", "Report", T("Read the report"), ("Ctrl+R",), "file-chart-column", "report"),
    ActionSpec("next_report", "Report", T("Next report"), ("Ctrl+Alt+Down",), "", "report"),
    ActionSpec("previous_report", "Report", T("Previous report"), ("Ctrl+Alt+Up",), "", "report"),
    ActionSpec("panel_studies", "Window", T("Studies"), ("Ctrl+1",), "panel-left"),
    ActionSpec("panel_findings", "Window", T("Findings"), ("Ctrl+5",), "circle-check"),
    ActionSpec("panel_layers", "Window", T("Layers"), ("Ctrl+2",), "layers"),
    ActionSpec("panel_report", "Window", T("Report"), ("Ctrl+3",), "file-chart-column"),
    ActionSpec("panel_health", "Window", T("Health"), ("Ctrl+4",), "stethoscope"),
    ActionSpec("next_panel", "Window", T("Next panel"), ("F6",), "", after_line=True),
    ActionSpec("reset_panels", "Window", T("Put the panels back"), (), "refresh-ccw"),
    ActionSpec("palette", "Help", T("Commands"), ("Ctrl+P",), "command"),
    ActionSpec("shortcuts", "Help", T("Shortcuts"), ("?",), "keyboard"),
    ActionSpec("guide", "Help", T("Guide"), ("F1",), "book-open"),
    ActionSpec("about", "Help", T("About Overread"), (), "info", after_line=True),
)
"""Every action there is. A test keeps ids and keys apart and every action connected."""

BY_ID: Mapping[str, ActionSpec] = {spec.id: spec for spec in ACTIONS}


def action_text(spec: ActionSpec) -> str:
    """Return an action's text in the language of the window."""
    text = QCoreApplication.translate("Actions", spec.text)
    if "{map}" in text:
        return text.format(map=map_name(spec.id.removeprefix("color_map_")))
    return text.format(number=spec.id.rpartition("_")[2]) if "{number}" in text else text


def menu_text(menu: Menu) -> str:
    """Return a menu's title in the language of the window."""
    return QCoreApplication.translate("Actions", MENU_TEXTS[menu])


def keys_of(spec: ActionSpec, chosen: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys of an action: the user's, else the default ones. An empty choice means no key."""
    if spec.id in chosen:
        return (chosen[spec.id],) if chosen[spec.id] else ()
    return spec.keys


def clashes(chosen: Mapping[str, str]) -> dict[str, list[str]]:
    """Return keys that several actions have, with the ids of those."""
    found: dict[str, list[str]] = {}
    for spec in ACTIONS:
        for key in keys_of(spec, chosen):
            found.setdefault(QKeySequence(key).toString(), []).append(spec.id)
    return {key: ids for key, ids in found.items() if len(ids) > 1}


def key_text(key: str) -> str:
    """Return a key as it stands on a key cap."""
    names = {"Up": "↑", "Down": "↓", "Left": "←", "Right": "→", "PgDown": "PgDn", "Return": "Enter"}
    native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return " ".join(names.get(part, part) for part in native.split("+")) if native not in ("+", "") else native
