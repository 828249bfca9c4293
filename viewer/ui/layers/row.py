"""One row of the layers panel as a value, and what the reader asked to see of the list."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from viewer.domain.instance import InstanceKey
from viewer.reading.state import DrawStyle
from viewer.ui.theme.rows import Badge

LayerKind = Literal[
    "object",
    "reason",
    "note",
    "threshold",
    "columns",
    "group",
    "part",
    "measurements",
    "measurement",
    "fused",
    "fused_floor",
    "map_range",
    "calm",
]
Grouping = Literal["none", "category", "type", "region", "laterality", "algorithm"]


@dataclass(frozen=True)
class LayerRow:
    """One row. ``shown`` is its own switch; ``dimmed`` that it cannot be seen now, whatever its switch says."""

    key: Hashable
    kind: LayerKind
    name: str
    overlay: InstanceKey
    part: int | None = None
    item: str = ""
    """Position in a report, or the id of a measurement."""
    second: str = ""
    tip: str = ""
    badges: tuple[Badge, ...] = ()
    color: tuple[int, int, int] = (0, 0, 0)
    shown: bool = True
    dimmed: bool = False
    hollow: bool = False
    repaired: bool = False
    """Its colour is not the file's, which could not be seen or told apart."""
    solo: bool = False
    value: str = ""
    state: str = ""
    """A word in the value column instead of a number: why there is none."""
    busy: bool = False
    opacity: float = 1.0
    style: DrawStyle | None = None
    has_style: bool = False
    has_opacity: bool = True
    has_measures: bool = False
    threshold: float = 0.5
    ends: tuple[float, float] = (0.0, 1.0)
    """Of a range: where its two ends stand on the bar, 0..1."""
    span: tuple[float, float] = (0.0, 1.0)
    """Of a range: the values at both ends of its bar."""
    map_name: str = ""
    """Of a map: the name of its colours."""
    graded: bool = True
    applied: bool | None = None
    """Whether a presentation state is applied to the active viewport; None for other objects."""
    children: tuple[LayerRow, ...] = ()


def tr(text: str) -> str:
    """Translate a text of the layers panel."""
    return QCoreApplication.translate("Layers", text)


@dataclass(frozen=True)
class LayerFilter:
    """What the reader asked to see of the list."""

    search: str = ""
    on_slice: bool = False
    grouping: Grouping = "none"
