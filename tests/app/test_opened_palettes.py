"""A Color Palette object that is open can be chosen as a colour map, on the command line and in the menus."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMenu

from tests.app.rendered import colours_of, render
from tests.imaging.test_icc import swapped_primaries
from tests.synthetic.color_palette import color_palette
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from viewer.app.commands.opening import open_library
from viewer.app.main import main
from viewer.imaging.colour_maps import COLOUR_MAPS
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.changes.workspace import show_stack
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.ui.looks_menus import fill_color_maps, map_name

GRID = replace(Grid(), shape=(1, 14, 22))
STORED = ((np.arange(14 * 22) * 13 + 7) % 4096).astype(np.uint16).reshape(GRID.shape)
WINDOW = ("--window", "1024,4096")
"""Of Hounsfield units, which are stored values less 1024: the whole range."""
PLACE = np.arange(256)
COLOURS = np.stack([PLACE, 255 - PLACE, PLACE**2 // 255], axis=-1)


def opened(folder: Path, *palettes: object) -> Path:
    save([*image_series(STORED, GRID, Series()), *palettes], folder / "in")  # type: ignore[list-item]
    return folder / "in"


def state_of(folder: Path) -> ReadingState:
    """One pane that shows the image, with everything in the folder open."""
    library = open_library([folder], sample=False)
    with EagerInputs(library, {}) as inputs:
        content = read_content(library, inputs.readers)
    return show_stack(ReadingState(content=content), 0, library.stacks[0].id)


def test_its_colours_stand_for_the_greys(tmp_path: Path) -> None:
    palette = color_palette(COLOURS)
    folder = opened(tmp_path, palette)
    for wanted in (str(palette.SOPInstanceUID), "own colours"):
        assert render(folder, tmp_path / "out.png", "--color-map", wanted, *WINDOW) == 0
        grey = np.rint((STORED[0].astype(float)) / 4095 * 255).astype(int)
        picture = colours_of(tmp_path / "out.png").astype(int)
        # One grey level more or less where the window rounds, which is at most two colour levels.
        assert np.abs(picture - COLOURS[grey]).max() <= 2


def test_a_table_of_another_length_is_spread_over_all_greys_and_its_profile_obeyed(tmp_path: Path) -> None:
    sixteen = np.stack([np.linspace(0, 255, 16), np.zeros(16), np.full(16, 40)], axis=-1).round()
    palette = color_palette(sixteen, profile=swapped_primaries())
    folder = opened(tmp_path, palette)
    assert render(folder, tmp_path / "out.png", "--color-map", palette.SOPInstanceUID, *WINDOW) == 0
    picture = colours_of(tmp_path / "out.png").astype(int)
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) == 16
    # The profile calls red blue.
    assert (picture[..., 2].min(), picture[..., 2].max()) == (0, 255)
    assert (picture[..., 0] == 40).all()


def test_a_palette_of_the_standard_is_the_one_of_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = next(one for one in COLOUR_MAPS if one.id == "hot_iron")
    folder = opened(tmp_path, color_palette(COLOURS, "Hot iron of a file", instance=known.uid))
    assert render(folder, tmp_path / "out.png", "--color-map", known.uid) == 0
    capsys.readouterr()
    assert render(folder, tmp_path / "out.png", "--color-map", "hot iron of a file") == 1
    said = capsys.readouterr().err
    assert "There is no colour map" in said
    assert said.count("hot_iron") == 1


def test_a_palette_that_is_not_open_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render(opened(tmp_path), tmp_path / "out.png", "--color-map", "own colours") == 1
    assert "There is no colour map own colours" in capsys.readouterr().err


def test_it_says_what_it_is_for_and_misses_no_study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = opened(tmp_path, color_palette(COLOURS))
    assert main(["layers", "--json", str(folder)]) == 0
    (palette,) = json.loads(capsys.readouterr().out)["objects"]
    assert (palette["kind"], palette["label"]) == ("color_palette", "Own colours")
    assert palette["not_shown_because"] == "It is a colour map: it can be chosen for every grey image, map and dose."
    assert [one["code"] for one in palette["issues"]] == ["palette_to_choose"]


def test_one_without_tables_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    palette = color_palette(COLOURS)
    del palette.GreenPaletteColorLookupTableData
    assert main(["layers", "--json", str(opened(tmp_path, palette))]) == 0
    (found,) = json.loads(capsys.readouterr().out)["objects"]
    assert [one["code"] for one in found["issues"]] == ["not_rendered"]


@pytest.mark.usefixtures("qapp")
def test_the_menu_lists_it_after_the_maps_of_the_program(tmp_path: Path) -> None:
    palette = color_palette(COLOURS, "Own & other colours")
    reading = Reading(state_of(opened(tmp_path, palette)))
    menu = QMenu()
    fill_color_maps(menu, reading)
    actions = [one for one in menu.actions() if not one.isSeparator()]
    assert len(actions) == len(COLOUR_MAPS) + 2, "grey, the maps of the program, and that of the file"
    assert actions[-1].text() == "Own && other colours"
    actions[-1].trigger()
    assert reading.state.pane.color_map == palette.SOPInstanceUID
    assert map_name(reading.state.pane.color_map, reading.state.content) == "Own & other colours"
    fill_color_maps(menu, reading)
    assert [one.text() for one in menu.actions() if one.isChecked()] == ["Own && other colours"]
    menu.deleteLater()
