"""The actions of planes through a stack and of 3D: a part of the registry."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from viewer.reading.changes.planes import ARRANGEMENTS, Arrangement
from viewer.reading.state import PaneKind, ReadingState
from viewer.ui.action_spec import ActionSpec, T


def _arranged(name: Arrangement) -> Callable[[ReadingState], bool]:
    layout, kinds = ARRANGEMENTS[name]
    return lambda state: state.layout == layout and tuple(pane.kind for pane in state.panes) == kinds


def _kind(kind: PaneKind) -> Callable[[ReadingState], bool]:
    return lambda state: state.pane.kind == kind


_KINDS: Mapping[PaneKind, str] = {
    "stack": T("Show the images themselves"),
    "axial": T("Show axial planes"),
    "coronal": T("Show coronal planes"),
    "sagittal": T("Show sagittal planes"),
    "volume": T("Show all in 3D"),
}

DEPTH: tuple[ActionSpec, ...] = (
    ActionSpec(
        "planes_3d",
        "View",
        T("MPR and 3D"),
        ("0",),
        "layout-panel-left",
        "image",
        checked=_arranged("planes_3d"),
        after_line=True,
    ),
    ActionSpec("planes", "View", T("Three planes"), ("Alt+0",), "", "image", checked=_arranged("planes")),
    ActionSpec("slice_planes", "View", T("Images and three planes"), (), "", "image", checked=_arranged("slice_planes")),
    ActionSpec("only_3d", "View", T("3D alone"), ("Shift+0",), "cuboid", "image", checked=_arranged("3d")),
    *(
        ActionSpec(f"plane_{kind}", "View", text, (), "", "planes", checked=_kind(kind), in_menu=False)
        for kind, text in _KINDS.items()
    ),
    ActionSpec("turn_planes_left", "View", T("Turn the planes anticlockwise"), ("Ctrl+[",), "", "cut", "viewport"),
    ActionSpec("turn_planes_right", "View", T("Turn the planes clockwise"), ("Ctrl+]",), "", "cut", "viewport"),
    ActionSpec("planes_straight", "View", T("Planes along the images again"), (), "", "cut", in_menu=False),
    ActionSpec("planes_patient", "View", T("Planes along the patient"), (), "", "cut", in_menu=False),
    ActionSpec("slab_thicker", "View", T("Thicker plane"), ("Shift+Up",), "", "cut", "viewport"),
    ActionSpec("slab_thinner", "View", T("Thinner plane"), ("Shift+Down",), "", "cut", "viewport"),
    ActionSpec("slab_projection", "View", T("Maximum, minimum or mean of the plane"), ("Ctrl+M",), "", "cut", "viewport"),
)

PLANE_MENU: tuple[tuple[str, ...], ...] = (
    tuple(f"plane_{kind}" for kind in _KINDS),
    ("planes_straight", "planes_patient"),
)
"""What stands in the menu of what a viewport shows, with a line between the two."""
