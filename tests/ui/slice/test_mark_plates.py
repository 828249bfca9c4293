"""Plates beside marks stay short until one is chosen."""

from __future__ import annotations

import numpy as np

from viewer.domain.instance import InstanceKey
from viewer.scene.drawables import MarkDrawable, PartRef
from viewer.ui.slice.mark_plates import lines_shown


def mark(label: str, *, selected: bool = False) -> MarkDrawable:
    path = np.array([[1.0, 2.0], [5.0, 2.5]])
    return MarkDrawable(
        path, path, closed=False, color=(1, 2, 3), part=PartRef(InstanceKey("sr"), 1), label=label, selected=selected
    )


def test_an_unselected_mark_says_its_first_measurement() -> None:
    assert lines_shown(mark("Width 6 mm\nHeight 4.03 mm")) == ["Width 6 mm …"]


def test_the_selected_mark_says_all() -> None:
    assert lines_shown(mark("Width 6 mm\nHeight 4.03 mm", selected=True)) == ["Width 6 mm", "Height 4.03 mm"]


def test_one_measurement_is_said_as_it_is() -> None:
    assert lines_shown(mark("23.9 mm")) == ["23.9 mm"]
