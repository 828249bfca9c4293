"""The browser shows the volumes of one place as one row, and goes to one of them."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import pytest

from tests.domain.opened import opened
from tests.synthetic.image import Grid, Series
from tests.synthetic.multi_frame import mammogram
from tests.synthetic.volumes import volumes
from viewer.loading.store import Store
from viewer.reading.changes.library import library_grew, open_anew
from viewer.reading.changes.workspace import show_stack
from viewer.reading.reading import Reading
from viewer.reading.state import Content, ReadingState
from viewer.ui.browser.panel import BrowserPanel
from viewer.ui.browser.tree import BrowserRow, browser_rows

GRID = Grid((3, 7, 11))
SPACE = "\N{NO-BREAK SPACE}"


def series_row(library) -> BrowserRow:
    (patient,) = browser_rows(Content(library=library))
    return patient.children[0].children[0]


@pytest.mark.parametrize(
    ("attributes", "second"),
    [
        ([{"TemporalPositionIdentifier": str(n + 1)} for n in range(20)], "MR · 3 slices · 20 time points"),
        ([{"DiffusionBValue": float(b)} for b in (0, 500, 1000)], "MR · 3 slices · 3 b-values"),
        (
            [{"EchoNumbers": str(n), "ImageType": ["ORIGINAL", "PRIMARY", kind]} for n, kind in product((1, 2, 3, 4), "MP")],
            "MR · 3 slices · 4 echoes · 2 image types",
        ),
        ([{}], "MR · 3 slices"),
    ],
)
def test_volumes_of_one_place_are_one_row_that_counts_them(tmp_path, attributes, second) -> None:
    row = series_row(opened(volumes(attributes, GRID, Series(modality="MR")), tmp_path))
    assert row.second.replace(SPACE, " ") == second
    assert row.children == ()


def test_stacks_that_are_no_volumes_of_one_place_keep_their_rows(tmp_path) -> None:
    views = [("L", "399162004"), ("R", "399162004"), ("R", "399368009"), ("L", "399368009")]
    library = opened([mammogram(n, side, view) for n, (side, view) in enumerate(views, start=1)], tmp_path)
    row = series_row(library)
    assert [child.name for child in row.children] == ["R-CC", "L-CC", "R-MLO", "L-MLO"]
    assert "4 parts" in row.second.replace(SPACE, " ")


def test_volumes_beside_another_stack_are_one_row_below_their_series(tmp_path) -> None:
    times = volumes([{"TemporalPositionIdentifier": str(n + 1)} for n in range(4)], GRID, Series("a", modality="MR"))
    other = volumes([{}], Grid((2, 5, 6)), Series("b", modality="MR"))
    for image in other:
        image.SeriesInstanceUID = times[0].SeriesInstanceUID
    row = series_row(opened([*times, *other], tmp_path))
    assert sorted(child.name.replace(SPACE, " ") for child in row.children)[0] == "4 time points"
    assert len(row.children) == 2


@pytest.fixture
def panel(tmp_path, qtbot) -> SimpleNamespace:
    times = [{"TemporalPositionIdentifier": str(n + 1)} for n in range(4)]
    library = opened(volumes(times, GRID, Series("fmri", modality="MR")), tmp_path)
    state = library_grew(open_anew(ReadingState()), library, scanning=False)
    reading = Reading(state)
    made = BrowserPanel(reading, Store(budget_bytes=1 << 20))
    qtbot.addWidget(made)
    return SimpleNamespace(reading=reading, panel=made, ids=[stack.id for stack in library.stacks])


def test_a_click_keeps_the_volume_that_the_reader_chose(panel) -> None:
    panel.reading.apply(show_stack, 0, panel.ids[2], 1)
    series_key = panel.reading.state.content.library.stacks[0].series_key
    index = panel.panel.model.index_of(("series", series_key))
    assert index.isValid()
    panel.panel.activate(index)
    assert (panel.reading.state.pane.stack_id, panel.reading.state.pane.frame) == (panel.ids[2], 1)
