"""How the browser counts volumes of one place: one row with "20 time points", not twenty rows."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from PySide6.QtCore import QCoreApplication

from viewer.domain.library import Series
from viewer.domain.stack import Stack
from viewer.scene.plain_words import NO_BREAK_SPACE, count
from viewer.ui.action_spec import T

_COUNTED = {
    "Time": T("{number} time points"),
    "Acquisition": T("{number} acquisitions"),
    "Repetition": T("{number} repetitions"),
    "Echo": T("{number} echoes"),
    "b-value": T("{number} b-values"),
    "Direction": T("{number} directions"),
    "Image type": T("{number} image types"),
    "Trigger time": T("{number} phases"),
    "Cardiac phase": T("{number} phases"),
    "Respiratory phase": T("{number} phases"),
    "Time slot": T("{number} phases"),
    "Inversion": T("{number} inversion times"),
    "Flip angle": T("{number} flip angles"),
    "Energy": T("{number} energies"),
    "Energy window": T("{number} energy windows"),
    "Tube voltage": T("{number} tube voltages"),
    "Detector": T("{number} detectors"),
}
"""What stands in the browser for so many values, by the label of the dimension."""


def groups_of(series: Series) -> tuple[tuple[Stack, ...], ...]:
    """Return the stacks of a series, those together that are volumes of one place."""
    found: dict[tuple[int, str], list[Stack]] = {}
    for stack in series.stacks:
        found.setdefault((stack.volume_set, "" if stack.volume_set else stack.id), []).append(stack)
    return tuple(map(tuple, found.values()))


def volumes_text(stacks: Sequence[Stack]) -> str:
    """Return how many volumes there are and of what: ``4 echoes · 2 image types``; empty for a single one."""
    if len(stacks) < 2:
        return ""
    dimensions = [one for one in stacks[0].dimensions if one.count > 1]
    if prod(one.count for one in dimensions) != len(stacks):
        return _counted("", len(stacks))
    return " · ".join(_counted(one.label, one.count) for one in dimensions)


def _counted(label: str, number: int) -> str:
    text = QCoreApplication.translate("Browser", _COUNTED.get(label, T("{number} volumes")))
    return text.format(number=count(number)).replace(" ", NO_BREAK_SPACE, 1)
