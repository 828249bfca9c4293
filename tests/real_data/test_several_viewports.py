"""Series of real studies brought to one point: SimpleITK and pydicom say where it is and which slices are nearest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk  # noqa: N813

from viewer.app.commands.opening import open_library
from viewer.domain.stack import Stack
from viewer.reading.changes.crosshair import set_crosshair
from viewer.reading.changes.layouts import set_layout
from viewer.reading.changes.library import library_grew
from viewer.reading.changes.workspace import set_frame, set_view, show_stack
from viewer.reading.state import ReadingState, View
from viewer.scene.crosshair import crosshair_on
from viewer.scene.reference_lines import reference_lines

SAMPLE = Path(__file__).parents[2] / "sample_data" / "study"


def two_viewports(folder: Path) -> tuple[ReadingState, tuple[Stack, Stack]]:
    """The two largest stacks of single-frame images of a folder side by side, the first at a slice off its middle."""
    state = set_layout(library_grew(ReadingState(), open_library([folder]), scanning=False), "1x2")
    single = [
        one for one in state.content.library.stacks if len({frame.instance for frame in one.frames}) == len(one.frames)
    ]
    first, second = sorted(single, key=lambda one: -len(one.frames))[:2]
    state = show_stack(show_stack(state, 0, first.id), 1, second.id, 0)
    return set_frame(state, 0, len(first.frames) // 3), (first, second)


def as_itk(state: ReadingState, stack: Stack, place: int) -> sitk.Image:
    """One slice as SimpleITK has it, from what pydicom reads."""
    dataset = pydicom.dcmread(state.content.library.instance(stack.frames[place].instance).source.path)
    column, row = np.array(dataset.ImageOrientationPatient[:3]), np.array(dataset.ImageOrientationPatient[3:])
    made = sitk.Image(int(dataset.Columns), int(dataset.Rows), 1, sitk.sitkUInt8)
    made.SetOrigin([float(one) for one in dataset.ImagePositionPatient])
    made.SetSpacing([float(dataset.PixelSpacing[1]), float(dataset.PixelSpacing[0]), 1.0])
    made.SetDirection(np.stack([column, row, np.cross(column, row)], axis=1).ravel().tolist())
    return made


def at(image: sitk.Image, position: tuple[float, float]) -> tuple[float, ...]:
    """The patient point of a position with the corner origin."""
    return image.TransformContinuousIndexToPhysicalPoint((position[0] - 0.5, position[1] - 0.5, 0.0))


def folders(real_data: Path) -> list[Path]:
    return [real_data / "mr-multiplane-brainix", SAMPLE]


@pytest.mark.real_data
def test_the_crosshair_shows_the_slice_nearest_to_the_point_and_stands_on_it(real_data: Path) -> None:
    for folder in folders(real_data):
        state, (first, second) = two_viewports(folder)
        here = state.panes[0].frame
        point = at(as_itk(state, first, here), (first.columns * 0.4, first.rows * 0.55))
        state = set_crosshair(state, 0, point)  # type: ignore[arg-type]
        distances = []
        for place in range(len(second.frames)):
            index = as_itk(state, second, place).TransformPhysicalPointToContinuousIndex(point)
            distances.append((abs(index[2]), place, index))
        nearest = min(distances)
        assert state.panes[1].frame == nearest[1]
        (cross,) = crosshair_on(state, second, second.planes[nearest[1]])
        assert cross.at == pytest.approx((nearest[2][0] + 0.5, nearest[2][1] + 0.5), abs=1e-3)
        assert state.panes[0].frame == here


def test_a_reference_line_lies_on_the_other_slice() -> None:
    state, (first, second) = two_viewports(SAMPLE)
    assert {first.orientation, second.orientation} == {"axial", "coronal"}
    (line,) = reference_lines(state, 0, first.planes[state.panes[0].frame])
    own, other = as_itk(state, first, state.panes[0].frame), as_itk(state, second, state.panes[1].frame)
    for end in line.ends:
        index = other.TransformPhysicalPointToContinuousIndex(at(own, end))
        assert index[2] == pytest.approx(0.0, abs=1e-3)
        assert -0.5 - 1e-3 <= index[0] <= second.columns - 0.5 + 1e-3


@pytest.mark.real_data
def test_linked_pictures_have_one_middle_and_one_size(real_data: Path) -> None:
    state, (first, second) = two_viewports(real_data / "mr-multiplane-brainix")
    state = set_view(state, 0, View(zoom=3.0, center=(first.columns * 0.3, first.rows * 0.6)))
    own, other = (as_itk(state, stack, pane.frame) for stack, pane in zip((first, second), state.panes, strict=True))
    view = state.panes[1].view
    assert view.zoom is not None
    assert view.center is not None
    assert other.GetSpacing()[0] / view.zoom == pytest.approx(own.GetSpacing()[0] / 3.0)
    index = other.TransformPhysicalPointToContinuousIndex(at(own, (first.columns * 0.3, first.rows * 0.6)))
    assert view.center == pytest.approx((index[0] + 0.5, index[1] + 0.5), abs=1e-3)
