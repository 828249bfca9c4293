"""Marks of reports on slides: counted over the whole matrix of any level, over one tile, or in the space of the slide."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset

from tests.synthetic.content_items import REPORT, document, image, region, region_in_space
from tests.synthetic.grey_state import COLOUR, grey_state, item
from tests.synthetic.identity import Study, as_file, save, uid
from tests.synthetic.slide import Glass, halved, level, tissue
from viewer.app.commands.opening import open_library
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.changes.slides import set_pane_size
from viewer.reading.changes.workspace import set_view, show_stack
from viewer.reading.state import ReadingState, View
from viewer.scene.drawables import MarkDrawable
from viewer.scene.slice_scene import slice_scene

GLASS = Glass()
PICTURE = tissue(77, 131)
SLIDE_CLASS = "1.2.840.10008.5.1.4.1.1.77.1.6"
COMPREHENSIVE_3D = "1.2.840.10008.5.1.4.1.1.88.34"


def levels() -> list[FileDataset]:
    return [level(GLASS, [[halved(PICTURE, one) if one > 1 else PICTURE]], times=one) for one in (1, 2)]


def report(*children: Dataset) -> FileDataset:
    made = document(REPORT, *children)
    Study().fill(made)
    made.SOPClassUID, made.SOPInstanceUID = COMPREHENSIVE_3D, uid("slide report")
    made.SeriesInstanceUID, made.Modality = uid("slide report", "series"), "SR"
    return as_file(made)


def on_matrix(dataset: FileDataset, points: Sequence[float]) -> Dataset:
    made = region("POLYLINE", points, image(dataset.SOPInstanceUID, sop_class=SLIDE_CLASS))
    made.PixelOriginInterpretation = "VOLUME"
    return made


def marks_of(folder: Path, datasets: Sequence[Dataset]) -> list[np.ndarray]:
    """The paths of all marks on the slide, in positions of the base level."""
    save(datasets, folder)
    library = open_library([folder])
    with EagerInputs(library, {}) as inputs:
        content = read_content(library, inputs.readers)
    state = show_stack(ReadingState(content=content), 0, library.stacks[0].id)
    state = set_view(set_pane_size(state, 0, (400, 300)), 0, View())
    with EagerInputs(library, dict(content.overlays)) as inputs:
        scene = slice_scene(state, 0, inputs)
    return [one.path for one in scene.drawables if isinstance(one, MarkDrawable)]


def test_coordinates_over_the_matrix_of_the_base_level_pass_unchanged(tmp_path: Path) -> None:
    base, small = levels()
    (path,) = marks_of(tmp_path, [base, small, report(on_matrix(base, [10.5, 4.0, 120.0, 70.25]))])
    assert path == pytest.approx(np.array([[10.5, 4.0], [120.0, 70.25]]))


def test_coordinates_over_the_matrix_of_another_level_are_laid_on_the_base(tmp_path: Path) -> None:
    base, small = levels()
    (path,) = marks_of(tmp_path, [base, small, report(on_matrix(small, [10.5, 4.0, 60.0, 35.25]))])
    assert path == pytest.approx(np.array([[21.0, 8.0], [120.0, 70.5]]))


@pytest.mark.parametrize(
    ("named", "points", "expected"),
    [
        (0, [10.5, 4.0, 120.0, 70.25], [[10.5, 4.0], [120.0, 70.25]]),
        (1, [10.5, 4.0, 60.0, 35.25], [[21.0, 8.0], [120.0, 70.5]]),
    ],
    ids=["the base level", "another level"],
)
@pytest.mark.parametrize("in_annotation", [True, False], ids=["named by the annotation", "named by the state alone"])
def test_a_state_draws_over_the_matrix_of_the_level_that_it_names(
    tmp_path: Path, named: int, points: list[float], expected: list[list[float]], in_annotation: bool
) -> None:
    both = levels()
    graphic = item(GraphicType="POLYLINE", GraphicAnnotationUnits="MATRIX", GraphicData=points, GraphicFilled="N")
    graphic.GraphicDimensions, graphic.NumberOfGraphicPoints = 2, 2
    annotation = item(GraphicLayer="AI", GraphicObjectSequence=[graphic])
    if in_annotation:
        uid_ = both[named].SOPInstanceUID
        annotation.ReferencedImageSequence = [item(ReferencedSOPClassUID=SLIDE_CLASS, ReferencedSOPInstanceUID=uid_)]
    both[named].PixelSpacing = [0.0005, 0.00025]
    layer = item(GraphicLayer="AI", GraphicLayerOrder=1)
    state = grey_state(
        [both[named]], "slide", sop_class=COLOUR, GraphicAnnotationSequence=[annotation], GraphicLayerSequence=[layer]
    )
    del both[named].PixelSpacing
    (path,) = marks_of(tmp_path, [*both, state])
    assert path == pytest.approx(np.array(expected))


def test_coordinates_over_one_tile_are_laid_where_the_tile_lies(tmp_path: Path) -> None:
    base, small = levels()
    # The ninth frame is the third tile of the second row of tiles; a row has six, of 16 rows and 24 columns.
    tile = region("POLYLINE", [1.0, 2.0, 20.0, 12.5], image(base.SOPInstanceUID, frames=[9], sop_class=SLIDE_CLASS))
    tile.PixelOriginInterpretation = "FRAME"
    (path,) = marks_of(tmp_path, [base, small, report(tile)])
    assert path == pytest.approx(np.array([[49.0, 18.0], [68.0, 28.5]]))


def test_coordinates_of_the_slide_are_found_by_their_place(tmp_path: Path) -> None:
    base, small = levels()
    places = [(30.0, 12.0), (90.0, 50.0)]
    # Graphic Data of SCOORD3D are 32-bit floats: a hundredth of a pixel of a quarter micrometre is lost.
    # Columns run towards -y, rows towards -x; whole numbers are the corners of pixels, so half a pixel before their centres.
    points = [one for c, r in places for one in (21.5 - (r - 0.5) * 0.0005, 40.25 - (c - 0.5) * 0.00025, 0.0)]
    in_space = region_in_space("POLYLINE", points, str(GLASS.frame_of_reference))
    (path,) = marks_of(tmp_path, [base, small, report(in_space)])
    assert path == pytest.approx(np.array(places), abs=0.02)
