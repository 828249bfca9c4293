"""A picture that is mended where parts changed is, to the last pixel, the one that is painted anew."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.scene.one_stack import SPACING, one_stack, overlay_of, plane_of
from tests.ui.slice.pixels import array_of
from viewer.reading.changes.hovering import hover
from viewer.reading.changes.layers import (
    select,
    set_overlay_opacity,
    set_overlay_visible,
    set_part_color,
    set_part_style,
    set_part_visible,
    set_solo,
)
from viewer.reading.changes.many_parts import move_layer
from viewer.reading.changes.workspace import set_view
from viewer.reading.reading import Reading
from viewer.reading.state import Selection, View
from viewer.representations.on_plane import LabelPicture, OnPlane, Outline
from viewer.scene.inputs import SceneInputs
from viewer.scene.slice_scene import effective_view, slice_scene
from viewer.ui.slice import kept_picture, outline_stamps
from viewer.ui.slice.kept_picture import KeptPicture
from viewer.ui.slice.pictures import Pictures
from viewer.ui.slice.scene_painter import blank, geometry_of, paint_onto

SIDE, PARTS = 96, 12
SIZE = (517, 431)
VIEWS = [
    View(),
    View(zoom=3.37, center=(40.0, 31.0)),
    View(zoom=5.0, center=(50.0, 60.0), rotation=90),
    View(zoom=2.9, center=(44.0, 50.0), rotation=180, flipped=True),
]


def lopsided(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:SIDE, :SIDE]
    labels = np.zeros((SIDE, SIDE), np.uint8)
    for part in range(1, PARTS + 1):
        y, x = rng.uniform(10, SIDE - 10, 2)
        a, b = rng.uniform(4, 14, 2)
        body = ((rows - y) / a) ** 2 + ((columns - x) / b) ** 2 < 1
        labels[body & ~((rows > y) & (columns > x + b / 3))] = part
    return labels


@pytest.fixture
def study() -> tuple[Reading, SceneInputs]:
    """An image of noise with two segmentations that overlap, and contours."""
    rng = np.random.default_rng(5)
    colors = {part: tuple(int(v) for v in rng.integers(40, 256, 3)) for part in range(1, PARTS + 1)}
    organs, others = overlay_of("organs", colors), overlay_of("others", colors)  # type: ignore[arg-type]
    drawn = overlay_of("contours", {1: (250, 20, 20), 2: (20, 250, 20)})
    plane = plane_of(0, (SIDE, SIDE), SPACING)
    labels = [
        OnPlane(labels=(LabelPicture(plane, lopsided(seed), tuple(colors)),), parts_here=frozenset(colors))
        for seed in (1, 2)
    ]
    around = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    outlines = tuple(
        Outline(number, (np.column_stack([30 * number + 11 * np.cos(around), 50 + 17 * np.sin(around)]),), True)
        for number in (1, 2)
    )
    contours = OnPlane(outlines=outlines, parts_here=frozenset({1, 2}))
    stored = rng.integers(0, 256, (SIDE, SIDE)).astype(np.uint16)
    state, inputs = one_stack(
        [stored], [(organs, {0: labels[0]}), (others, {0: labels[1]}), (drawn, {0: contours})], spacing_mm=SPACING
    )
    return Reading(state), inputs


def painted_anew(reading: Reading, inputs: SceneInputs) -> np.ndarray:
    return mended(KeptPicture(Pictures()), reading, inputs)


def painted_once(reading: Reading, inputs: SceneInputs) -> np.ndarray:
    """Return what is painted while slices pass by, or printed: every outline is stroked."""
    scene = slice_scene(reading.state, 0, inputs)
    view = effective_view(reading.state, 0)
    picture = blank(SIZE)
    painter = QPainter(picture)
    paint_onto(painter, scene, geometry_of(scene, view, size=SIZE), view, Pictures())
    painter.end()
    return array_of(picture).astype(int)


def mended(kept: KeptPicture, reading: Reading, inputs: SceneInputs) -> np.ndarray:
    scene = slice_scene(reading.state, 0, inputs)
    view = effective_view(reading.state, 0)
    picture = kept.of(scene, geometry_of(scene, view, size=SIZE), view)
    return array_of(picture).astype(int)


def act(reading: Reading, rng: random.Random) -> None:
    key = rng.choice(list(reading.state.content.overlays))
    overlay = reading.state.content.overlays[key]
    part = rng.choice([one.number for one in overlay.parts])
    acts: list[Callable[[], None]] = [
        lambda: reading.apply(set_part_visible, key, part, visible=rng.random() < 0.5),
        lambda: reading.apply(select, Selection(key, part)),
        lambda: reading.apply(hover, Selection(key, part)),
        lambda: reading.apply(hover, Selection()),
        lambda: reading.apply(set_part_style, key, part, rng.choice(["fill", "outline", "both", None])),
        lambda: reading.apply(set_part_color, key, part, (rng.randrange(256), 200, 90)),
        lambda: reading.apply(set_solo, key, rng.choice([None, part])),
        lambda: reading.apply(set_overlay_visible, key, visible=rng.random() < 0.7),
        lambda: reading.apply(set_overlay_opacity, key, rng.choice([0.4, 1.0])),
        lambda: reading.apply(move_layer, tuple(reading.state.content.overlays), key, rng.randrange(3)),
    ]
    rng.choice(acts)()


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("mends", [0.6, 2.0])
def test_a_mended_picture_is_the_one_that_is_painted_anew(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, study: tuple[Reading, SceneInputs], view: View, mends: float
) -> None:
    """``mends`` above 1: even what is everywhere is mended."""
    del qtbot
    monkeypatch.setattr(kept_picture, "_SMALL", mends)
    reading, inputs = study
    reading.apply(set_view, 0, view)
    kept, rng = KeptPicture(Pictures()), random.Random(4)
    for step in range(40):
        act(reading, rng)
        found, expected = mended(kept, reading, inputs), painted_anew(reading, inputs)
        assert np.abs(found - expected).max() == 0, (step, np.argwhere((found != expected).any(axis=2))[:5])


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_stamped_looks_as_if_it_were_stroked(qtbot: QtBot, study: tuple[Reading, SceneInputs], view: View) -> None:
    """See-through lines and fills over one another are rounded once more: by up to a level each."""
    del qtbot
    reading, inputs = study
    reading.apply(set_view, 0, view)
    for opacity in (1.0, 0.6):
        for key in reading.state.content.overlays:
            reading.apply(set_overlay_opacity, key, opacity)
        stamped = painted_anew(reading, inputs)
        stroked = painted_once(reading, inputs)
        assert np.abs(stamped - stroked).max() <= (1 if opacity == 1.0 else 4)
        assert (stamped != stroked).any(), "another way to the same picture"


def test_an_outline_that_comes_back_is_not_stroked_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, study: tuple[Reading, SceneInputs]
) -> None:
    del qtbot
    reading, inputs = study
    kept = KeptPicture(Pictures())
    organs = next(iter(reading.state.content.overlays))
    made = 0
    copy = QImage.copy

    def counted(*arguments: Any) -> QImage:
        nonlocal made
        made += 1
        return copy(*arguments)

    monkeypatch.setattr(outline_stamps.QImage, "copy", counted)
    mended(kept, reading, inputs)
    at_first, made = made, 0
    assert at_first >= 2 * PARTS
    reading.apply(set_overlay_visible, organs, visible=False)
    mended(kept, reading, inputs)
    reading.apply(set_overlay_visible, organs, visible=True)
    mended(kept, reading, inputs)
    assert not made


def test_a_part_that_changes_leaves_the_drawables_of_all_others(study: tuple[Reading, SceneInputs]) -> None:
    reading, inputs = study
    organs = next(iter(reading.state.content.overlays))
    before = slice_scene(reading.state, 0, inputs).drawables
    reading.apply(set_part_visible, organs, 3, visible=False)
    after = slice_scene(reading.state, 0, inputs).drawables
    stayed = {id(one) for one in before} & {id(one) for one in after}
    assert len(stayed) == len(after) - 1, "all but the picture of the fills"
    assert len(before) - len(after) == 1
