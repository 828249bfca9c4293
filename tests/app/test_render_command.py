"""``overread render`` on real studies: exact values, its options, and plain sentences with the right exit status."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from viewer.app.main import main

pytestmark = [pytest.mark.real_data, pytest.mark.usefixtures("qapp")]


@pytest.fixture
def liver(real_data: Path) -> Path:
    return real_data / "seg-ct-liver-overlapping"


def opened(path: Path) -> Image.Image:
    """A picture, read whole and closed."""
    with Image.open(path) as picture:
        picture.load()
        return picture


def render(*arguments: object) -> int:
    return main(["render", *map(str, arguments)])


def test_grey_is_the_formula_of_the_standard_rounded_to_nearest(liver: Path, tmp_path: Path, capsys) -> None:
    assert render(liver, "--frame", 2, "--window", "-600,1500", "--grey", "--out", tmp_path / "g.png", "--json") == 0
    drawn = json.loads(capsys.readouterr().out)
    source = next(one for one in map(pydicom.dcmread, liver.rglob("*.dcm")) if one.SOPInstanceUID == drawn["instance"])
    values = source.pixel_array * float(source.RescaleSlope) + float(source.RescaleIntercept)
    expected = np.rint(np.clip(((values + 600.5) / 1499 + 0.5) * 255, 0, 255)).astype(np.uint8)
    picture = opened(tmp_path / "g.png")
    assert picture.mode == "L"
    assert np.array_equal(np.asarray(picture), expected)


def test_layers_style_and_opacity_colour_exactly_the_segment(liver: Path, tmp_path: Path) -> None:
    segment = next(one for one in map(pydicom.dcmread, liver.rglob("*.dcm")) if one.Modality == "SEG")
    chosen = f"{segment.SOPInstanceUID}:1"
    for name, layers in (("with", chosen), ("without", "none")):
        arguments = ("--frame", 2, "--layers", layers, "--style", "fill", "--opacity", 1)
        assert render(liver, *arguments, "--out", tmp_path / f"{name}.png") == 0
    with_it, without = (np.asarray(opened(tmp_path / f"{name}.png")).astype(int) for name in ("with", "without"))
    changed = (with_it != without).any(axis=2)
    assert changed.any()
    assert len(np.unique(with_it[changed], axis=0)) == 1


def test_size_keeps_the_shape_of_the_pixels_and_text_is_not_for_diagnosis(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "seg-ct-nonsquare-labelmap"
    assert render(folder, "--size", "400x300", "--text", "--out", tmp_path / "t.png") == 0
    assert opened(tmp_path / "t.png").size == (400, 300)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--stack", "1.2#9"), "There is no stack 1.2#9"),
        (("--frame", "99"), "there is no frame 99"),
        (("--instance", "1.2.3"), "1.2.3"),
        (("--at", "-500,0,9000"), "outside the stack"),
        (("--window", "Moonlight"), "There is no window Moonlight"),
        (("--window", "nan,400"), "There is no window nan,400"),
        (("--window", "40,inf"), "There is no window 40,inf"),
        (("--layers", "1.2.3"), "1.2.3"),
        (("--state", "1.2.3"), "1.2.3"),
    ],
)
def test_what_is_not_there_is_said_and_nothing_is_written(
    liver: Path, tmp_path: Path, capsys, arguments: tuple[str, ...], sentence: str
) -> None:
    assert render(liver, *arguments, "--out", tmp_path / "n.png") == 1
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "n.png").exists()


@pytest.mark.parametrize(
    "arguments",
    [("--frame", "0"), ("--size", "big"), ("--opacity", "2"), ("--at", "1,2"), ("--at", "1,2,nan"), ("--at", "inf,2,3")],
)
def test_wrong_usage_exits_with_2(liver: Path, tmp_path: Path, capsys, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        render(liver, *arguments, "--out", tmp_path / "u.png")
    assert ended.value.code == 2


def test_an_opened_file_is_never_overwritten(liver: Path, capsys) -> None:
    file = next(liver.rglob("*.dcm"))
    before = file.read_bytes()
    assert render(liver, "--out", file) == 2
    assert file.read_bytes() == before


def test_a_presentation_state_is_applied_whole(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "gsps-overlays-clunie"
    state = next(
        one
        for one in (pydicom.dcmread(path, force=True) for path in sorted(folder.rglob("*")) if path.is_file())
        if one.get("Modality") == "PR"
    )
    reference = state.ReferencedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID
    arguments = ("--instance", reference, "--state", state.SOPInstanceUID)
    assert render(folder, *arguments, "--out", tmp_path / "p.png") == 0
