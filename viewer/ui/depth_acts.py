"""What the actions of planes and 3D do to the reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import QCoreApplication

from viewer.domain.issues import issue
from viewer.geometry.slab import Projection, Slab
from viewer.reading.changes import planes
from viewer.reading.changes.planes import PATIENT_AXES, Arrangement
from viewer.reading.reading import Reading
from viewer.reading.state import PaneKind
from viewer.ui.notices import Notice
from viewer.ui.plain_text import sentence

_TURN_DEGREES = 5.0
_THICKER_MM = 5.0
_THICKEST_MM = 200.0
PROJECTIONS: Final[tuple[Projection, ...]] = ("maximum", "minimum", "mean")

Act = Callable[[], None]


def tr(text: str) -> str:
    """Translate a text of the acts of planes and 3D."""
    return QCoreApplication.translate("Depth", text)


def depth_acts(reading: Reading, tell: Callable[[Notice], None] = lambda _: None) -> Mapping[str, Act]:
    """Return what to do for every action of planes and 3D; ``tell`` takes the reason why there are none."""

    def arrangement(name: Arrangement) -> Act:
        def act() -> None:
            why = planes.why_not_arranged(reading.state)
            if why:
                tell(Notice(tr("There are no other planes of these images."), sentence(issue(why, "info"))))
            else:
                reading.apply_undoable("", planes.toggle_planes, name)

        return act

    def kind(name: PaneKind) -> Act:
        return lambda: reading.apply_undoable("", planes.set_pane_kind, reading.state.active_pane, name)

    def turn(degrees: float) -> Act:
        return lambda: reading.apply_undoable("turn-planes", planes.turn_planes, reading.state.active_pane, degrees)

    kinds: tuple[PaneKind, ...] = ("stack", "axial", "coronal", "sagittal", "volume")
    return {
        "planes_3d": arrangement("planes_3d"),
        "planes": arrangement("planes"),
        "slice_planes": arrangement("slice_planes"),
        "only_3d": arrangement("3d"),
        **{f"plane_{name}": kind(name) for name in kinds},
        "turn_planes_left": turn(-_TURN_DEGREES),
        "turn_planes_right": turn(_TURN_DEGREES),
        "planes_straight": lambda: reading.apply_undoable("", planes.set_axes, None),
        "planes_patient": lambda: reading.apply_undoable("", planes.set_axes, PATIENT_AXES),
        "slab_thicker": lambda: _thicken(reading, _THICKER_MM),
        "slab_thinner": lambda: _thicken(reading, -_THICKER_MM),
        "slab_projection": lambda: _next_projection(reading),
    }


def set_slab(reading: Reading, slab: Slab) -> None:
    """Give the plane of the active viewport a thickness."""
    reading.apply_undoable("slab", planes.set_slab, reading.state.active_pane, slab)


def _thicken(reading: Reading, by_mm: float) -> None:
    slab = reading.state.pane.slab
    set_slab(reading, replace(slab, thickness_mm=min(max(slab.thickness_mm + by_mm, 0.0), _THICKEST_MM)))


def _next_projection(reading: Reading) -> None:
    slab = reading.state.pane.slab
    following = PROJECTIONS[(PROJECTIONS.index(slab.projection) + 1) % len(PROJECTIONS)]
    set_slab(reading, replace(slab, projection=following, thickness_mm=slab.thickness_mm or 2 * _THICKER_MM))
