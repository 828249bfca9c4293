"""Presentation states against DCMTK's dcmp2pgm: from files to grey values, on an asymmetric, non-square image.

``dcmp2pgm`` draws neither shutters nor displayed area nor annotations, and knows no SIGMOID: there the definitions count.
"""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.app.rendered import grey_of, render
from tests.synthetic.grey_state import grey_state, item, lut, overlay_group
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series

GRID = replace(Grid(), shape=(1, 14, 22))
ROWS, COLUMNS = GRID.shape[1:]
STORED = ((np.arange(ROWS * COLUMNS) * 13 + 7) % 4096).astype(np.uint16).reshape(GRID.shape)
OWN = (
    ("WindowCenter", "300"),
    ("WindowWidth", "50"),
    ("ShutterShape", "RECTANGULAR"),
    ("ShutterLeftVerticalEdge", 5),
    ("ShutterRightVerticalEdge", 6),
    ("ShutterUpperHorizontalEdge", 5),
    ("ShutterLowerHorizontalEdge", 6),
)
"""What the image says itself and a state must not use: a narrow window and a shutter over nearly everything."""

WIDE = {"SoftcopyVOILUTSequence": [item(WindowCenter="1500", WindowWidth="2500")]}
HU = {"RescaleSlope": "1", "RescaleIntercept": "-1024", "RescaleType": "HU"}


def theirs(state: Path, image: Path, out: Path) -> NDArray[np.uint8]:
    tool = shutil.which("dcmp2pgm")
    assert tool is not None
    subprocess.run([tool, "-q", "-p", str(state), str(image), str(out)], check=True, capture_output=True)
    return portable_grey(out)


def portable_grey(path: Path) -> NDArray[np.uint8]:
    data = path.read_bytes()
    found = re.match(rb"P5\s+(?:#[^\n]*\n)*\s*(\d+)\s+(\d+)\s+255\s", data)
    assert found is not None
    return np.frombuffer(data, np.uint8, offset=found.end()).reshape(int(found[2]), int(found[1]))


def both(
    folder: Path, image: dict[str, Any], state: dict[str, Any], *, bitmap: np.ndarray | None = None
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return our picture and theirs of one image under one state."""
    (made, *_) = image_series(image.pop("stored", STORED), GRID, Series(attributes=(*OWN, *image.items())))
    applied = grey_state([made], "state", **state)
    if bitmap is not None:
        overlay_group(applied, 0x6002, bitmap)
    paths = save([made, applied], folder / "in", names=["image.dcm", "state.dcm"])
    out = folder / "ours.png"
    assert render(folder / "in", out, "--state", applied.SOPInstanceUID, "--grey") == 0
    return grey_of(out), theirs(paths[1], paths[0], folder / "theirs.pgm")


def assert_agree(ours: NDArray[np.uint8], dcmtk: NDArray[np.uint8]) -> None:
    assert ours.shape == dcmtk.shape
    assert len(np.unique(dcmtk)) > 1
    # DCMTK cuts off where we round to the nearest grey.
    assert np.abs(ours.astype(int) - dcmtk).max() <= 1


@pytest.mark.parametrize(("rotation", "flip"), list(itertools.product((0, 90, 180, 270), "NY")))
def test_rotation_then_flip(tmp_path: Path, rotation: int, flip: str) -> None:
    ours, dcmtk = both(tmp_path, {}, WIDE | {"ImageRotation": rotation, "ImageHorizontalFlip": flip})
    assert_agree(ours, dcmtk)
    assert ours.shape == ((COLUMNS, ROWS) if rotation in (90, 270) else (ROWS, COLUMNS))


@pytest.mark.parametrize("shape", ["IDENTITY", "INVERSE"])
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_check_60_the_shape_of_the_state_alone_inverts(tmp_path: Path, photometric: str, shape: str) -> None:
    ours, dcmtk = both(tmp_path, {"PhotometricInterpretation": photometric}, WIDE | {"PresentationLUTShape": shape})
    assert_agree(ours, dcmtk)
    low, high = np.unravel_index(STORED[0].argmin(), ours.shape), np.unravel_index(STORED[0].argmax(), ours.shape)
    assert (ours[low] < ours[high]) == (shape == "IDENTITY")


def test_check_61_without_a_modality_lut_the_window_is_in_stored_values(tmp_path: Path) -> None:
    stored_units = both(tmp_path / "stored", {}, {"SoftcopyVOILUTSequence": [item(WindowCenter="1064", WindowWidth="400")]})
    in_hu = both(tmp_path / "hu", {}, HU | {"SoftcopyVOILUTSequence": [item(WindowCenter="40", WindowWidth="400")]})
    assert_agree(*stored_units)
    assert_agree(*in_hu)
    assert np.array_equal(stored_units[0], in_hu[0])


def test_without_a_window_the_whole_range_is_shown(tmp_path: Path) -> None:
    assert_agree(*both(tmp_path, {}, {}))


CURVE = [round(65535 * (place / 4095) ** 0.5) for place in range(4096)]
WINDOWS = {
    "narrow": item(WindowCenter="1500.5", WindowWidth="2"),
    "table": item(VOILUTSequence=[lut(CURVE)]),
    "short table of ten bits": item(VOILUTSequence=[lut([1023 - place // 2 for place in range(2000)], first=900, bits=10)]),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_windows_and_tables(tmp_path: Path, name: str) -> None:
    assert_agree(*both(tmp_path, {}, {"SoftcopyVOILUTSequence": [WINDOWS[name]]}))


def test_a_sigmoid_which_dcmp2pgm_does_not_know_is_what_dcmtk_shows_of_an_image_with_it(tmp_path: Path) -> None:
    sigmoid = {"WindowCenter": "1500", "WindowWidth": "900", "VOILUTFunction": "SIGMOID"}
    ours, linear = both(tmp_path, {}, {"SoftcopyVOILUTSequence": [item(**sigmoid)]})
    assert np.abs(ours.astype(int) - linear).max() > 20, "dcmp2pgm reads every window as LINEAR"
    (image, *_) = image_series(STORED, GRID, Series(attributes=(*sigmoid.items(), ("RescaleIntercept", "0"))))
    image.save_as(tmp_path / "image.dcm", enforce_file_format=True)
    tool = shutil.which("dcm2pnm")
    assert tool is not None
    out = tmp_path / "image.pgm"
    subprocess.run([tool, "-q", "-O", "+Wi", "1", str(tmp_path / "image.dcm"), str(out)], check=True, capture_output=True)
    assert_agree(ours, portable_grey(out))


def test_a_modality_table_stands_in_for_rescale(tmp_path: Path) -> None:
    table = lut([place // 3 + 100 for place in range(4096)], bits=12, ModalityLUTType="US")
    window = item(WindowCenter="700", WindowWidth="900")
    assert_agree(*both(tmp_path, {}, {"ModalityLUTSequence": [table], "SoftcopyVOILUTSequence": [window]}))


PRESENTATION_LUTS = {
    "full depth": lut([round(4095 * (place / 4095) ** 3) for place in range(4096)], bits=12),
    "sixteen bits": lut([65535 - 16 * place for place in range(4096)], bits=16),
    "eight bits": lut([30 + round(0.8 * place) for place in range(256)], bits=8),
}


@pytest.mark.parametrize("name", PRESENTATION_LUTS)
def test_presentation_luts(tmp_path: Path, name: str) -> None:
    window = item(WindowCenter="2048", WindowWidth="4096")
    state = {"SoftcopyVOILUTSequence": [window], "PresentationLUTSequence": [PRESENTATION_LUTS[name]]}
    assert_agree(*both(tmp_path, {}, state))


def test_a_presentation_lut_gets_the_whole_depth_of_the_window(tmp_path: Path) -> None:
    """All grey lies in the last 16 of 4096 entries: through 8 bits one grey would be left."""
    steep = lut([0] * 4080 + [65535 * place // 15 for place in range(16)], bits=16)
    stored = (4080 + np.arange(ROWS * COLUMNS) % 16).astype(np.uint16).reshape(GRID.shape)
    window = item(WindowCenter="2048", WindowWidth="4096")
    state = {"SoftcopyVOILUTSequence": [window], "PresentationLUTSequence": [steep]}
    ours, dcmtk = both(tmp_path, {"stored": stored}, state)
    assert len(np.unique(dcmtk)) == 16
    assert_agree(ours, dcmtk)


VALUE = {"ShutterPresentationValue": 0x6060}
RECTANGLE = {
    "ShutterLeftVerticalEdge": 3,
    "ShutterRightVerticalEdge": 19,
    "ShutterUpperHorizontalEdge": 2,
    "ShutterLowerHorizontalEdge": 11,
}
CIRCLE = {"CenterOfCircularShutter": [6, 15], "RadiusOfCircularShutter": 6}
POLYGON = {"VerticesOfThePolygonalShutter": [2, 4, 2, 16, 12, 16, 12, 4]}
BITMAP = {"ShutterOverlayGroup": 0x6002}
BITS = np.zeros((ROWS, COLUMNS), np.uint8)
BITS[2:5, 1:9] = 1
BITS[8, :20] = 1


def left_open(shapes: tuple[str, ...]) -> NDArray[np.bool_]:
    """What the definitions of PS3.3 C.7.6.11 and C.7.6.15 leave open, rows and columns counted from 1."""
    row, column = np.ogrid[1 : ROWS + 1, 1 : COLUMNS + 1]
    of_shape = {
        "RECTANGULAR": (column >= 3) & (column <= 19) & (row >= 2) & (row <= 11),
        "CIRCULAR": (row - 6) ** 2 + (column - 15) ** 2 <= 36,
        "POLYGONAL": (row >= 2) & (row <= 12) & (column >= 4) & (column <= 16),
        "BITMAP": BITS == 0,
    }
    return np.logical_and.reduce([of_shape[shape] for shape in shapes])


@pytest.mark.parametrize(
    "shapes",
    [
        ("RECTANGULAR",),
        ("CIRCULAR",),
        ("POLYGONAL",),
        ("BITMAP",),
        ("RECTANGULAR", "CIRCULAR"),
        ("CIRCULAR", "POLYGONAL"),
        ("RECTANGULAR", "CIRCULAR", "POLYGONAL"),
    ],
)
def test_check_62_shutters_leave_the_least_image_and_turn_with_it(tmp_path: Path, shapes: tuple[str, ...]) -> None:
    """``dcmp2pgm`` leaves shutters to the program that shows its picture: what is covered is by definition."""
    shutter: dict[str, Any] = {"ShutterShape": list(shapes)} | VALUE | RECTANGLE | CIRCLE | POLYGON | BITMAP
    turned = {"ImageRotation": 90, "ImageHorizontalFlip": "Y"}
    ours, dcmtk = both(tmp_path, {}, WIDE | shutter | turned, bitmap=BITS)
    seen = np.fliplr(np.rot90(left_open(shapes), -1))
    assert 0 < seen.sum() < seen.size
    assert_agree(np.where(seen, ours, dcmtk), dcmtk)
    assert (ours[~seen] == 0x60).all()


def test_what_stands_beside_the_shapes_of_a_shutter_covers_nothing(tmp_path: Path) -> None:
    assert_agree(*both(tmp_path, {}, WIDE | RECTANGLE | CIRCLE | POLYGON | BITMAP, bitmap=BITS))
