"""Plates beside marks stay short until one is chosen, and cover neither another plate nor a line of a mark."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from viewer.domain.instance import InstanceKey
from viewer.scene.drawables import MarkDrawable, PartRef
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.mark_plates import lines_shown, plates_of


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


VIEW = ViewGeometry(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), (800, 500), 1.0)


def line(start: tuple[float, float], end: tuple[float, float], label: str = "", *, selected: bool = False) -> MarkDrawable:
    path = np.array([start, end])
    return replace(mark(label, selected=selected), path=path, handles=path)


def fence(left: int, right: int) -> list[MarkDrawable]:
    """Upright lines, so near one another that no words fit between."""
    return [line((x, 0.0), (x, 500.0)) for x in range(left, right, 20)]


@pytest.mark.usefixtures("qapp")
def test_words_go_to_the_side_where_no_other_mark_runs() -> None:
    alone = plates_of([line((300, 200), (380, 200), "23.9 mm")], VIEW)[0].place
    below = line((250, 212), (450, 212))
    beside = plates_of([line((300, 200), (380, 200), "23.9 mm"), below], VIEW)[0].place
    assert alone.top() > 200
    assert beside.bottom() < 200
    assert not beside.contains(300, 212)


@pytest.mark.usefixtures("qapp")
def test_words_without_room_wait_for_the_mouse_but_those_of_the_selected_mark_are_there() -> None:
    crowd = fence(0, 800)
    assert plates_of([*crowd, line((300, 200), (380, 200), "23.9 mm")], VIEW) == []
    (plate,) = plates_of([*crowd, line((300, 200), (380, 200), "23.9 mm", selected=True)], VIEW)
    assert plate.lines == ("23.9 mm",)
    assert plate.selected


@pytest.mark.usefixtures("qapp")
def test_no_plate_covers_another() -> None:
    marks = [line((300, 200 + 9 * n), (380, 200 + 9 * n), f"{n}.5 mm") for n in range(12)]
    places = [plate.place for plate in plates_of(marks, VIEW)]
    assert 1 < len(places) < len(marks)
    assert not any(one.intersects(other) for n, one in enumerate(places) for other in places[:n])
    for one in places:
        assert not any(one.left() < 380 and one.right() > 300 and one.top() < 200 + 9 * n < one.bottom() for n in range(12))
