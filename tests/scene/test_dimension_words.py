"""Values along the second slider in words, in its row and in the corner of the image."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.domain.opened import opened
from tests.synthetic.image import Grid, Series
from tests.synthetic.multi_frame import Camera, gamma_camera
from tests.synthetic.volumes import volumes
from viewer.domain.dimensions import Dimension
from viewer.domain.stack import Stack
from viewer.loading.eager import EagerInputs
from viewer.reading.changes.workspace import show_stack
from viewer.reading.state import Content, ReadingState
from viewer.scene.dimension_words import axis_words, dimension_words
from viewer.scene.slice_scene import slice_scene

SPACE = "\N{NO-BREAK SPACE}"


def words(dimension: Dimension) -> str:
    return dimension_words(dimension, str).replace(SPACE, " ")


@pytest.mark.parametrize(
    ("dimension", "said"),
    [
        (Dimension("DiffusionBValue", "b-value", "1000", "s/mm²", 2, 2), "b-value 1000 s/mm²"),
        (Dimension("DiffusionBValue", "b-value", "", "s/mm²", 0, 1), "b-value not stated"),
        (
            Dimension("TemporalPositionIndex", "Time", "7", "", 3, 20, numbered=True, detail="12.4 s"),
            "Time 3 of 20 · 12.4 s",
        ),
        (Dimension("EchoTime", "Echo", "20", "ms", 2, 4, numbered=True, detail="TE 20 ms"), "Echo 2 of 4 · TE 20 ms"),
        (Dimension("AcquisitionNumber", "Acquisition", "9", "", 2, 3, numbered=True), "Acquisition 2 of 3"),
        (Dimension("EchoNumbers", "Echo", "", "", 0, 2, numbered=True), "Echo not stated"),
    ],
)
def test_a_value_says_its_number_or_its_unit(dimension: Dimension, said: str) -> None:
    assert words(dimension) == said


def test_what_comes_from_a_file_cannot_disguise_anything() -> None:
    assert words(Dimension("DimensionIndex:0", "Con\u202etrast\n", "2", "", 2, 2, numbered=True)) == "Contrast 2 of 2"


def said_by(library, stack: Stack) -> list[str]:
    return [axis_words(stack, axis, str).replace(SPACE, " ") for axis in stack.axes]


def test_the_slider_says_value_and_place(tmp_path: Path) -> None:
    values = [{"DiffusionBValue": float(b)} for b in (0, 500, 1000)]
    library = opened(volumes(values, Grid((3, 7, 11)), Series(modality="MR")), tmp_path)
    assert said_by(library, library.stacks[2]) == ["b-value 1000 s/mm² · 3 of 3"]


def test_the_slider_over_directions_says_all_that_is_stated(tmp_path: Path) -> None:
    shots = [{"DiffusionBValue": 0.0}]
    shots += [{"DiffusionBValue": 800.0, "DiffusionGradientOrientation": way} for way in ([1.0, 0, 0], [0, 1.0, 0])]
    library = opened(volumes(shots, Grid((3, 7, 11)), Series(modality="MR")), tmp_path)
    assert said_by(library, library.stacks[0]) == ["Volume 1 of 3 · b-value 0 s/mm²"]
    (last,) = said_by(library, library.stacks[2])
    assert last == "Volume 3 of 3 · b-value 800 s/mm² · Direction 2 of 2 · (1.00, 0.00, 0.00)"


def corner(library, number: int, place: int) -> tuple[str, ...]:
    state = show_stack(ReadingState(content=Content(library=library)), 0, library.stacks[number].id, place)
    with EagerInputs(library, {}) as inputs:
        return tuple(line.replace(SPACE, " ") for line in slice_scene(state, 0, inputs).corner_text.top_right)


def test_the_corner_says_what_tells_the_volume_from_the_others(tmp_path: Path) -> None:
    values = [{"EchoNumbers": str(n), "EchoTime": str(4.5 * n)} for n in (1, 2)]
    library = opened(volumes(values, Grid((3, 7, 11)), Series(modality="MR")), tmp_path)
    assert corner(library, 1, 0) == (
        "Slice 1 / 3",
        "105.0 mm  2.5 mm thick",
        "Echo 2 of 2 · TE 9 ms",
    )


def test_the_corner_says_the_moment_of_a_frame(tmp_path: Path) -> None:
    values = [{"TriggerTime": str(45 * n)} for n in range(4)]
    library = opened(volumes(values, Grid((1, 7, 11)), Series(modality="MR")), tmp_path)
    (stack,) = library.stacks
    assert stack.temporal
    assert corner(library, 0, 2)[-1] == "Trigger time 3 of 4 · 90 ms"


def test_the_corner_says_the_view_of_a_turning_camera(tmp_path: Path) -> None:
    camera = Camera("TOMO", (("AngularViewVector", (1, 2, 3)),))
    library = opened([gamma_camera(camera)], tmp_path)
    assert corner(library, 0, 1) == ("Frame 2 / 3", "Angular view 2 of 3")
