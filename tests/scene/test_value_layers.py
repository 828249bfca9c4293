"""Maps and doses over images, from files to pictures: colours, threshold, lines, what stands under the cursor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pydicom.sr.coding import Code

from tests.synthetic.dose import DoseResult, dose
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.parametric_map import Mapping, MapResult, parametric_map
from viewer.dicom.scan import scan
from viewer.domain.grouping import build_library
from viewer.domain.instance import InstanceHeader
from viewer.domain.overlay import Overlay
from viewer.imaging.colour_maps import colour_map
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.changes.layers import set_fill, set_overlay_visible, set_style
from viewer.reading.changes.looks import fuse
from viewer.reading.changes.maps import set_isodose_levels, set_map_color_map, set_map_floor, set_map_values, set_map_window
from viewer.reading.changes.workspace import hide_overlays, show_stack
from viewer.reading.state import ReadingState, WindowChoice
from viewer.scene.cursor import cursor_info
from viewer.scene.drawables import ImagePicture, OutlinePaths, Scene
from viewer.scene.slice_scene import slice_scene

IMAGE = Grid((3, 12, 16), (4.0, 1.5, 1.0), (0.0, 0.0, 0.0))
MAP = Grid((3, 5, 6), (4.0, 3.0, 2.0), (2.0, 1.5, 0.0))
DOSE = Grid((4, 7, 9), (3.0, 2.0, 1.5), (1.0, 1.0, -1.0))
FLOW = Mapping("Flow", "Blood flow", Code("ml/min", "UCUM", "ml/min"), value_range=(0.0, 500.0))
TENTHS = Mapping("Time", "Transit time", Code("s", "UCUM", "s"), slope=0.1, intercept=1.0, value_range=(0.0, 500.0))
VALUES = np.arange(90, dtype=np.float32).reshape(3, 5, 6)
VALUES[1, 2, 3] = np.nan


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ReadingState, EagerInputs]]:
    folder = tmp_path_factory.mktemp("maps")
    images = image_series(
        np.full(IMAGE.shape, 100, np.int16), IMAGE, Series(attributes=(("WindowCenter", "100"), ("WindowWidth", "200")))
    )
    made = parametric_map(images, VALUES, MAP, MapResult("map", mappings=(FLOW, TENTHS)))
    grid = np.broadcast_to(np.arange(9) * 1.5 + 1.0, DOSE.shape)
    save([*images, made, dose(images, grid, DOSE, DoseResult("dose"))], folder)
    library = build_library([one for one in scan([folder]) if isinstance(one, InstanceHeader)], ())
    with EagerInputs(library, {}) as first:
        content = read_content(library, first.readers)
    stack = next(one for one in library.stacks if (one.rows, one.columns) == (12, 16))
    place = next(k for k, plane in enumerate(stack.planes) if plane.origin[2] == 4.0)
    with EagerInputs(library, dict(content.overlays)) as inputs:
        yield show_stack(ReadingState(content=content), 0, stack.id, place), inputs


def of_kind(state: ReadingState, kind: str) -> Overlay:
    return next(one for one in state.content.overlays.values() if one.kind == kind)


def alone(state: ReadingState, kind: str) -> ReadingState:
    for overlay in state.content.overlays.values():
        state = set_overlay_visible(state, overlay.instance, visible=overlay.kind == kind)
    return state


def pixels(scene: Scene) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    picture = scene.drawables[0]
    assert isinstance(picture, ImagePicture)
    return picture.pixels


def test_a_map_is_mixed_in_its_colours_where_it_has_values_and_nowhere_else(
    opened: tuple[ReadingState, EagerInputs],
) -> None:
    state, inputs = opened
    state = alone(state, "parametric_map")
    key = of_kind(state, "parametric_map").instance
    state = set_map_window(state, key, WindowChoice("user", center=50, width=100))
    state = set_map_color_map(set_fill(set_map_floor(state, key, 0.0), key, 0.4), key, "viridis")
    plain = pixels(slice_scene(set_overlay_visible(state, key, visible=False), 0, inputs))
    shown = pixels(slice_scene(state, 0, inputs))
    # Column 8, row 7 is at (8, 10.5): column 3, row 3 of the map, one of its pixels.
    value = VALUES[1, 3, 3]
    palette = colour_map("viridis")
    assert palette is not None
    place = round(float(value) / 100 * 255)
    expected = [
        0.4 * float(channel[place]) + 0.6 * float(plain[7, 8]) for channel in (palette.red, palette.green, palette.blue)
    ]
    assert np.abs(shown[7, 8].astype(float) - expected).max() <= 1.5
    # The map begins a half of its pixels before its first centre: at x 1 and y 0, and ends at x 13 and y 15.
    assert (shown[:, 0] == plain[0, 0]).all()
    assert (shown[:, 14:] == plain[0, 0]).all()
    # A pixel that is no number: (8, 7.5) is column 8, row 5.
    assert (shown[5, 8] == plain[5, 8]).all()


def test_below_the_threshold_and_while_overlays_are_hidden_the_image_is_seen_alone(
    opened: tuple[ReadingState, EagerInputs],
) -> None:
    state, inputs = opened
    state = alone(state, "parametric_map")
    key = of_kind(state, "parametric_map").instance
    state = set_map_window(state, key, WindowChoice("user", center=50, width=100))
    plain = pixels(slice_scene(hide_overlays(state, "hidden"), 0, inputs))
    assert plain.ndim == 2
    assert slice_scene(hide_overlays(state, "hidden"), 0, inputs).color_bars == ()
    shown = pixels(slice_scene(set_map_floor(state, key, 0.45), 0, inputs))
    column = shown[1:9:2, 4].astype(int)
    assert [bool((pixel != plain[1, 4]).any()) for pixel in column] == [False, False, False, True]
    assert VALUES[1, :4, 1].tolist() == [31, 37, 43, 49]


def test_the_bar_and_the_cursor_say_the_mapping_that_is_chosen(opened: tuple[ReadingState, EagerInputs]) -> None:
    state, inputs = opened
    state = alone(state, "parametric_map")
    key = of_kind(state, "parametric_map").instance
    for mapping, unit, name, value in ((0, "ml/min", "Flow", 51.0), (1, "s", "Time", 6.1)):
        chosen = set_map_values(state, key, "", mapping)
        (bar,) = slice_scene(chosen, 0, inputs).color_bars
        assert (bar.overlay, bar.scale.unit, bar.scale.name) == (key, unit, name)
        info = cursor_info(chosen, 0, inputs, (8.5, 7.5), reach=0.5)
        assert info is not None
        (found,) = info.fused
        assert (found.overlay, found.unit, found.value) == (key, unit, pytest.approx(value, rel=1e-6))


def test_isodose_lines_run_where_the_dose_equals_their_level(opened: tuple[ReadingState, EagerInputs]) -> None:
    state, inputs = opened
    state = alone(state, "dose")
    overlay = of_kind(state, "dose")
    state = set_isodose_levels(state, overlay.instance, (4.0, 7.0))
    inputs = EagerInputs(state.content.library, dict(state.content.overlays))
    with inputs:
        lines = [one for one in slice_scene(state, 0, inputs).drawables if isinstance(one, OutlinePaths)]
        assert [part.label for part in state.content.overlays[overlay.instance].parts] == [
            "53.85 % · 7 Gy",
            "30.77 % · 4 Gy",
        ]
        by_part = {line.part.part: np.concatenate(line.paths) for line in lines}
        # The dose in Gy is the x in mm: the centre of column i is i mm.
        assert by_part[1][:, 0] == pytest.approx(np.full(len(by_part[1]), 7.5), abs=1e-3)
        assert by_part[2][:, 0] == pytest.approx(np.full(len(by_part[2]), 4.5), abs=1e-3)
        washed = pixels(slice_scene(state, 0, inputs))
        only_lines = pixels(slice_scene(set_style(state, overlay.instance, "outline"), 0, inputs))
        assert washed.ndim == 3
        assert only_lines.ndim == 2
        wash_alone = slice_scene(set_style(state, overlay.instance, "fill"), 0, inputs)
        assert all(one.opacity == 0 for one in wash_alone.drawables if isinstance(one, OutlinePaths))


def test_a_map_lies_on_every_plane_through_the_stack(opened: tuple[ReadingState, EagerInputs]) -> None:
    state, inputs = opened
    state = alone(state, "parametric_map")
    coronal = replace(state, panes=(replace(state.panes[0], kind="coronal", frame=7),))
    stack = coronal.stack_of(coronal.pane)
    assert stack is not None
    assert stack.resliced
    scene = slice_scene(coronal, 0, inputs)
    assert scene.plane is not None
    y = scene.plane.origin[1]
    assert pixels(scene).ndim == 3
    info = cursor_info(coronal, 0, inputs, tuple(scene.plane.position_image([8.0, y, 4.0]).tolist()), reach=0.5)
    assert info is not None
    (found,) = info.fused
    row = (y - 1.5) / 3.0
    assert found.value == pytest.approx(30 + 6 * row + 3, abs=1e-3)


def test_a_series_fused_by_hand_lies_above_maps_and_is_no_overlay(opened: tuple[ReadingState, EagerInputs]) -> None:
    state, inputs = opened
    stacks = {stack.rows: stack.id for stack in state.content.library.stacks}
    fused = fuse(alone(state, "parametric_map"), 0, stacks[5])
    bars = slice_scene(fused, 0, inputs).color_bars
    assert [bar.overlay is None for bar in bars] == [False, True]
    hidden = slice_scene(hide_overlays(fused, "hidden"), 0, inputs).color_bars
    assert [bar.overlay for bar in hidden] == [None]
