"""Compound graphics of presentation states against positions computed by hand from PS3.3 C.10.5.1.3."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydicom.dataset import Dataset

from tests.synthetic.grey_state import item
from viewer.iods.compound_graphics import Bounds, Compound, compound_graphic

BOUNDS: Bounds = (0.0, 0.0, 100.0, 50.0)
"""A displayed area of 100 x 50 pixels: a part of 0.02 is 2 pixels, its diagonal 111.8."""


def made(kind: str, data: list[float], **more: object) -> Compound:
    units = {"CompoundGraphicUnits": "PIXEL"} | more
    return compound_graphic(item(CompoundGraphicType=kind, GraphicData=data, **units), BOUNDS)


def paths(found: Compound) -> list[np.ndarray]:
    return [np.round(np.array(points), 6) for _, points in found.lines]


def test_a_line_without_end_runs_beyond_the_borders_in_both_directions() -> None:
    (path,) = paths(made("INFINITELINE", [40, 20, 60, 20]))
    assert path[:, 1].tolist() == [20, 20]
    assert path[0, 0] < -100 and path[1, 0] > 200


def test_the_gap_of_a_line_is_a_circle_about_its_rotation_point() -> None:
    # The gap of 0.2 is 20 pixels across; 6 pixels off the line it opens 16 of it.
    before, after = paths(made("INFINITELINE", [40, 20, 60, 20], GapLength=0.2, RotationPoint=[50.0, 26.0]))
    assert before[1].tolist() == [42, 20]
    assert after[0].tolist() == [58, 20]


def test_a_cut_line_has_two_arrows_on_its_right_that_point_to_the_middle_of_each_half() -> None:
    line, *arrows = paths(made("CUTLINE", [20, 10, 60, 10]))
    assert line[0, 0] < 0 and line[1, 0] > 100
    # Right of a way to the right is below, where rows run down; arrows are 0.08 of 100 pixels long.
    assert [arrows[0].tolist(), arrows[2].tolist()] == [[[30, 18], [30, 10]], [[50, 18], [50, 10]]]
    for head, x in ((arrows[1], 30), (arrows[3], 50)):
        assert head[1].tolist() == [x, 10]
        assert (head[[0, 2], 1] > 10).all() and head[0, 0] != head[2, 0]


def test_a_crosshair_has_its_diameter_and_is_open_in_its_middle() -> None:
    found = paths(made("CROSSHAIR", [50, 20], DiameterOfVisibility=0.4, GapLength=0.1))
    assert [path.tolist() for path in found] == [
        [[30, 20], [45, 20]],
        [[55, 20], [70, 20]],
        [[50, 0], [50, 15]],
        [[50, 25], [50, 40]],
    ]


@pytest.mark.parametrize(("alignment", "ends"), [("TOP", [10, 8]), ("BOTTOM", [12, 10]), ("CENTER", [11, 9])])
def test_a_ruler_has_ticks_at_both_ends_on_the_side_that_it_names(alignment: str, ends: list[float]) -> None:
    line, first, last = paths(made("RULER", [20, 10, 60, 10], TickAlignment=alignment))
    assert line.tolist() == [[20, 10], [60, 10]]
    assert [first[:, 0].tolist(), last[:, 0].tolist()] == [[20, 20], [60, 60]]
    assert first[:, 1].tolist() == last[:, 1].tolist() == ends


def test_an_axis_has_its_major_ticks_and_their_labels_where_they_are_wanted() -> None:
    ticks = [item(TickPosition=0.25, TickLabel="1 cm"), item(TickPosition=1.0, TickLabel="4 cm")]
    stated = {"MajorTicksSequence": ticks, "TickAlignment": "TOP", "TickLabelAlignment": "BOTTOM"}
    found = made("AXIS", [20, 10, 60, 10], ShowTickLabel="Y", **stated)
    assert [path.tolist() for path in paths(found)] == [
        [[20, 10], [60, 10]],
        [[30, 10], [30, 8]],
        [[60, 10], [60, 8]],
    ]
    assert found.labels == (("1 cm", (30, 12)), ("4 cm", (60, 12)))
    assert made("AXIS", [20, 10, 60, 10], ShowTickLabel="N", **stated).labels == ()


def test_the_axis_that_the_standard_shows_has_its_ticks_from_its_first_point_to_its_second() -> None:
    """PS3.17 YY.1: positions 0 to 1 with labels that grow from the first point, 10\\10, to the second, 150\\10."""
    shares, words = (0.0, 0.25, 0.5, 0.75, 1.0), ("20", "30", "40", "50", "60")
    ticks = [item(TickPosition=share, TickLabel=word) for share, word in zip(shares, words, strict=True)]
    stated = {"MajorTicksSequence": ticks, "TickAlignment": "CENTER", "TickLabelAlignment": "BOTTOM", "ShowTickLabel": "Y"}
    found = made("AXIS", [10, 10, 150, 10], **stated)
    assert [path.mean(axis=0).tolist() for path in paths(found)[1:]] == [[10, 10], [45, 10], [80, 10], [115, 10], [150, 10]]
    assert [(word, at[0]) for word, at in found.labels] == list(zip(words, (10, 45, 80, 115, 150), strict=True))
    assert all(at[1] > 10 for _, at in found.labels), "below a line that runs to the right"


def test_all_of_a_compound_graphic_turns_counterclockwise_about_its_rotation_point() -> None:
    line, first, last = paths(
        made("RULER", [20, 10, 60, 10], TickAlignment="TOP", RotationAngle=90.0, RotationPoint=[20, 10])
    )
    assert line.tolist() == [[20, 10], [20, -30]]
    # What stood above the line stands left of it.
    assert [first[1].tolist(), last[1].tolist()] == [[18, 10], [18, -30]]


@pytest.mark.parametrize(
    "item_",
    [
        item(CompoundGraphicType="ARROW", CompoundGraphicUnits="PIXEL", GraphicData=[1, 1, 5, 5]),
        item(CompoundGraphicType="RANGELINE", CompoundGraphicUnits="PIXEL", GraphicData=[1, 1, 5, 5]),
        item(CompoundGraphicType="RULER", CompoundGraphicUnits="DISPLAY", GraphicData=[0.1, 0.1, 0.5, 0.5]),
        item(CompoundGraphicType="CROSSHAIR", CompoundGraphicUnits="PIXEL", GraphicData=[1, 1, 5, 5]),
        item(CompoundGraphicType="AXIS", CompoundGraphicUnits="PIXEL", GraphicData=[math.nan, 1, 5, 5]),
    ],
)
def test_what_is_not_told_exactly_is_left_to_its_simple_twins(item_: Dataset) -> None:
    assert compound_graphic(item_, BOUNDS) == Compound()
