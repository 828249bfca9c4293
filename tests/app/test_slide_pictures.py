"""Slides through the program: every pixel where highdicom puts it, the level that suits the size, and plain refusals."""

from __future__ import annotations

import json
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
import pytest

from tests.app.rendered import colours_of, grey_of, render
from tests.synthetic.slide import Glass, halved, level, tissue, write_pyramid
from tests.synthetic.slide_segmentation import slide_segmentation
from viewer.app.commands import slides
from viewer.app.main import main

pytestmark = pytest.mark.usefixtures("qapp")

PICTURE = tissue(77, 131)
SQUARE = Glass(spacing_mm=(0.0005, 0.0005))


def matrix(path: Path) -> np.ndarray:
    """What highdicom puts together."""
    return hd.imread(path).get_total_pixel_matrix(dtype=np.uint8)


def test_without_a_size_every_pixel_of_the_largest_level_is_where_highdicom_puts_it(tmp_path: Path) -> None:
    base, *_ = write_pyramid(tmp_path, Glass(), PICTURE)
    assert render(tmp_path, tmp_path / "out.png") == 0
    assert np.array_equal(colours_of(tmp_path / "out.png"), matrix(base))


@pytest.mark.parametrize(("size", "factor"), [("65x38", 2), ("32x19", 4)])
def test_the_level_that_suits_the_size_is_drawn(tmp_path: Path, size: str, factor: int) -> None:
    picture = tissue(76, 128)
    files = write_pyramid(tmp_path, SQUARE, picture, (1, 2, 4))
    assert render(tmp_path, tmp_path / "out.png", "--size", size) == 0
    drawn, expected = colours_of(tmp_path / "out.png"), matrix(files[(1, 2, 4).index(factor)])
    left = (drawn.shape[1] - expected.shape[1]) // 2
    middle = drawn[: expected.shape[0], left : left + expected.shape[1]]
    assert np.abs(middle.astype(int) - expected).max() <= 24
    assert np.abs(middle.astype(int) - expected).mean() < 2


def test_a_sparse_slide_is_black_where_it_has_no_tile(tmp_path: Path) -> None:
    dataset = level(SQUARE, [[PICTURE]], left_out=[(1, 2)])
    dataset.save_as(tmp_path / "slide.dcm", enforce_file_format=True)
    assert render(tmp_path, tmp_path / "out.png") == 0
    expected = PICTURE.copy()
    expected[16:32, 48:72] = 0
    assert np.array_equal(colours_of(tmp_path / "out.png"), expected)


def test_each_focal_plane_is_a_frame(tmp_path: Path) -> None:
    greys = [np.full((40, 50), value, np.uint8) for value in (30, 120, 210)]
    greys[2][:, :10] = 0
    level(SQUARE, [greys]).save_as(tmp_path / "slide.dcm", enforce_file_format=True)
    assert render(tmp_path, tmp_path / "out.png", "--frame", 3, "--window", "127.5,256", "--grey") == 0
    assert np.array_equal(grey_of(tmp_path / "out.png"), greys[2])


def test_tiles_of_a_grey_slide_share_one_window(tmp_path: Path) -> None:
    grey = tissue(77, 131, samples=1)
    level(SQUARE, [[grey]]).save_as(tmp_path / "slide.dcm", enforce_file_format=True)
    assert render(tmp_path, tmp_path / "out.png", "--grey") == 0
    drawn = grey_of(tmp_path / "out.png")
    # One table from stored to shown values, the same in all tiles.
    for value in np.unique(grey):
        assert len(np.unique(drawn[grey == value])) == 1


def test_a_slide_with_too_many_pixels_asks_for_a_size(tmp_path: Path, monkeypatch, capsys) -> None:
    write_pyramid(tmp_path, SQUARE, PICTURE)
    monkeypatch.setattr(slides, "MOST_PIXELS", 1000)
    assert render(tmp_path, tmp_path / "out.png") == 1
    assert "131 x 77 pixels; say with --size" in capsys.readouterr().err
    assert not (tmp_path / "out.png").exists()
    assert render(tmp_path, tmp_path / "out.png", "--size", "64x64") == 0


def test_the_scan_counts_planes_and_gives_the_matrix(tmp_path: Path, capsys) -> None:
    write_pyramid(tmp_path, Glass(), PICTURE)
    assert main(["scan", str(tmp_path), "--json"]) == 0
    ((stack,),) = [
        series["stacks"]
        for patient in json.loads(capsys.readouterr().out)["patients"]
        for study in patient["studies"]
        for series in study["series"]
    ]
    assert (stack["frames"], stack["rows"], stack["columns"]) == (1, 77, 131)
    assert stack["spacing_mm"] == [None, 0.0005, 0.00025]
    assert stack["origin_mm"] == [21.5, 40.25, 0.0]
    assert len(stack["sop_instance_uids"]) == 3


def probe(folder: Path, capsys, *arguments: object) -> dict:
    assert main(["probe", str(folder), "--json", *map(str, arguments)]) == 0
    found: dict = json.loads(capsys.readouterr().out)
    return found


def test_the_probe_reads_the_pixel_of_the_largest_level(tmp_path: Path, capsys) -> None:
    base, *_ = write_pyramid(tmp_path, Glass(), PICTURE)
    uid = hd.imread(base).SOPInstanceUID
    found = probe(tmp_path, capsys, "--instance", uid, "--position", "100.5,70.5")
    assert found["index"] == [70, 100]
    assert found["rgb"] == PICTURE[70, 100].tolist()
    assert found["point_patient"] == pytest.approx([21.5 - 70 * 0.0005, 40.25 - 100 * 0.00025, 0.0], abs=1e-6)


def test_the_probe_finds_a_place_of_the_slide_and_what_lies_there(tmp_path: Path, capsys) -> None:
    files = write_pyramid(tmp_path, Glass(), PICTURE)
    masks = np.zeros((77, 131, 1), bool)
    masks[20:31, 60:81] = True
    slide_segmentation(files[0], masks, "BINARY", tile=(10, 14)).save_as(tmp_path / "segmentation.dcm")
    for row, column, here in ((20, 60, True), (30, 80, True), (19, 60, False), (30, 81, False)):
        x, y = 21.5 - row * 0.0005, 40.25 - column * 0.00025
        found = probe(tmp_path, capsys, "--at", f"{x},{y},0")
        assert found["index"] == [row, column]
        assert [one["label"] for one in found["parts"]] == (["part 1"] if here else [])


@pytest.mark.parametrize("factor", [1, 2, 4])
def test_a_segmentation_of_any_level_lies_on_the_pixels_it_was_made_on(tmp_path: Path, factor: int) -> None:
    picture = np.full((76, 128, 3), 100, np.uint8)
    picture[24:48, 32:72] = (250, 250, 250)
    files = write_pyramid(tmp_path, SQUARE, picture, (1, 2, 4))
    bright = halved(picture, factor)[..., :1] > 200
    slide_segmentation(files[(1, 2, 4).index(factor)], bright, "BINARY", tile=(9, 13)).save_as(tmp_path / "seg.dcm")
    assert render(tmp_path, tmp_path / "with.png", "--style", "fill", "--opacity", "1") == 0
    assert render(tmp_path, tmp_path / "without.png", "--layers", "none") == 0
    changed = (colours_of(tmp_path / "with.png") != colours_of(tmp_path / "without.png")).any(axis=-1)
    assert np.array_equal(changed, picture[..., 0] > 200)


@pytest.mark.real_data
@pytest.mark.parametrize(
    "name", ["multi_frame_jpeg_camelyon_challenge_image", "multi_frame_jpeg2000_camelyon_challenge_image"]
)
def test_real_slides_are_the_tiles_of_pydicom_side_by_side(real_data: Path, tmp_path: Path, name: str) -> None:
    path = real_data / "wsi-small-jpeg" / f"{name}.dcm"
    assert render(path, tmp_path / "out.png") == 0
    source = pydicom.dcmread(path)
    # highdicom asks for the origin of the matrix, which these files do not state: the tiles of pydicom, row by row.
    across = -(-source.TotalPixelMatrixColumns // source.Columns)
    lines = [np.hstack(list(tiles)) for tiles in source.pixel_array.reshape(-1, across, source.Rows, source.Columns, 3)]
    expected = np.vstack(lines)[: source.TotalPixelMatrixRows, : source.TotalPixelMatrixColumns]
    apart = np.abs(colours_of(tmp_path / "out.png").astype(int) - expected)
    # Decoders of lossy JPEG round differently, and fill up colours stored at half size differently.
    assert np.percentile(apart, 99.9) <= (0 if source.LossyImageCompression == "00" else 8)


@pytest.mark.real_data
def test_the_label_map_of_a_real_slide_lies_on_its_figures(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "wsi-tiny-seg-ann"
    expected = hd.seg.segread(folder / "seg_image_sm_control_labelmap.dcm").get_total_pixel_matrix(combine_segments=True)
    uid = hd.imread(folder / "seg_image_sm_control_labelmap.dcm").SOPInstanceUID
    options = ("--style", "fill", "--opacity", "1")
    assert render(folder, tmp_path / "with.png", "--layers", uid, *options) == 0
    assert render(folder, tmp_path / "without.png", "--layers", "none", *options) == 0
    changed = (colours_of(tmp_path / "with.png") != colours_of(tmp_path / "without.png")).any(axis=-1)
    assert not (changed & (np.squeeze(expected) == 0)).any()
    assert changed.sum() > 0.9 * (np.squeeze(expected) > 0).sum()
