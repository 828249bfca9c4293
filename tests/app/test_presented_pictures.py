"""What ``dcmp2pgm`` does not draw of a presentation state, against positions and colours computed by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import MultiFrameGrayscaleWordSecondaryCaptureImageStorage, SecondaryCaptureImageStorage

from tests.app.rendered import colours_of, grey_of, render
from tests.imaging.test_icc import swapped_primaries
from tests.synthetic.grey_state import COLOUR, PSEUDO_COLOUR, grey_state, item, overlay_group
from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series

GRID = replace(Grid(), shape=(1, 14, 22))
"""Pixels 0.5 mm high and 0.25 mm wide: twice as high as wide."""
ROWS, COLUMNS = GRID.shape[1:]
STORED = ((np.arange(ROWS * COLUMNS) * 13 + 7) % 4096).astype(np.uint16).reshape(GRID.shape)
BRIGHT = np.full(GRID.shape, 4095, np.uint16)
WHOLE = {"SoftcopyVOILUTSequence": [item(WindowCenter="2048", WindowWidth="4096")]}


def area(first: list[int], last: list[int], **more: Any) -> dict[str, Any]:
    stated = {"PresentationSizeMode": "SCALE TO FIT", "PresentationPixelSpacing": [0.5, 0.25]} | more
    shown = item(DisplayedAreaTopLeftHandCorner=first, DisplayedAreaBottomRightHandCorner=last)
    for keyword, value in stated.items():
        if value is not None:
            setattr(shown, keyword, value)
    return {"DisplayedAreaSelectionSequence": [shown]}


def made(folder: Path, stored: NDArray[np.uint16], **state: Any) -> str:
    """Write an image and a state; returns the UID of the state."""
    images = image_series(stored, replace(GRID, shape=stored.shape), Series())  # type: ignore[arg-type]
    applied = grey_state(images, "state", **WHOLE | state)
    save([*images, applied], folder / "in")
    return str(applied.SOPInstanceUID)


def shown(folder: Path, stored: NDArray[np.uint16], *arguments: object, **state: Any) -> NDArray[np.uint8]:
    uid = made(folder, stored, **state)
    assert render(folder / "in", folder / "out.png", "--state", uid, "--grey", *arguments) == 0
    return grey_of(folder / "out.png")


def extent(picture: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Return (left, top, width, height) of what is bright."""
    rows, columns = np.nonzero(picture > 128)
    left, top = int(columns.min()), int(rows.min())
    return left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1


def test_a_displayed_area_is_named_as_it_ends_up_and_the_rest_lies_outside(tmp_path: Path) -> None:
    whole = np.rint(STORED[0] * (255 / 4095)).astype(np.uint8)
    upright = shown(tmp_path / "a", STORED, **area([3, 2], [12, 9]))
    assert np.abs(upright.astype(int) - whole[1:9, 2:12]).max() <= 1
    turned = shown(tmp_path / "b", STORED, **area([3, 9], [12, 2]), ImageRotation=90)
    assert np.abs(turned.astype(int) - np.rot90(whole[1:9, 2:12], -1)).max() <= 1


def test_a_displayed_area_larger_than_the_image_leaves_a_margin(tmp_path: Path) -> None:
    picture = shown(tmp_path, BRIGHT, **area([-4, 1], [COLUMNS + 1, ROWS + 3]))
    assert picture.shape == (ROWS + 3, COLUMNS + 6)
    assert extent(picture) == (5, 0, COLUMNS, ROWS)


@pytest.mark.parametrize(
    ("shape", "height"),
    [
        ({"PresentationPixelSpacing": [0.5, 0.25]}, 280),
        ({"PresentationPixelSpacing": None, "PresentationPixelAspectRatio": ["1", "1"]}, 140),
        ({"PresentationPixelSpacing": None, "PresentationPixelAspectRatio": ["3", "2"]}, 210),
        ({"PresentationPixelSpacing": None}, 280),
    ],
)
def test_the_state_says_the_shape_of_the_pixels_and_the_image_where_it_does_not(
    tmp_path: Path, shape: dict[str, Any], height: int
) -> None:
    picture = shown(tmp_path, BRIGHT, "--size", "220x300", **area([1, 1], [COLUMNS, ROWS], **shape))
    assert extent(picture) == (0, (300 - height) // 2, 220, height)


def test_another_shape_of_pixels_than_the_images_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    square = {"PresentationPixelSpacing": None, "PresentationPixelAspectRatio": ["1", "1"]}
    shown(tmp_path / "a", BRIGHT, **area([1, 1], [COLUMNS, ROWS], **square))
    assert "another shape than the image" in capsys.readouterr().err
    shown(tmp_path / "b", BRIGHT, **area([1, 1], [COLUMNS, ROWS]))
    assert capsys.readouterr().err == ""


def test_magnify_gives_each_pixel_its_screen_pixels_whatever_the_size(tmp_path: Path) -> None:
    magnified = area([1, 1], [COLUMNS, ROWS], PresentationSizeMode="MAGNIFY", PresentationPixelMagnificationRatio=3.0)
    picture = shown(tmp_path, BRIGHT, "--size", "200x120", **magnified)
    assert extent(picture) == ((200 - 66) // 2, (120 - 84) // 2, 66, 84)


def test_a_picture_knows_no_screen_so_true_size_falls_back_to_fit_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = shown(tmp_path, BRIGHT, "--size", "220x300", **area([1, 1], [COLUMNS, ROWS], PresentationSizeMode="TRUE SIZE"))
    assert extent(picture) == (0, 10, 220, 280)
    assert "the size of the screen is not known. Shown as large as fits." in capsys.readouterr().err


def test_true_size_without_a_pixel_size_says_that_the_state_lacks_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    square = {"PresentationPixelSpacing": None, "PresentationPixelAspectRatio": ["2", "1"]}
    shown(tmp_path, BRIGHT, **area([1, 1], [COLUMNS, ROWS], PresentationSizeMode="TRUE SIZE", **square))
    assert "does not say how large a pixel is" in capsys.readouterr().err


def test_every_image_has_its_own_displayed_area(tmp_path: Path) -> None:
    images = image_series(np.concatenate([BRIGHT, BRIGHT]), replace(GRID, shape=(2, ROWS, COLUMNS)), Series())
    areas = []
    for image, last in zip(images, ([5, 4], [9, 3]), strict=True):
        (one,) = area([1, 1], last)["DisplayedAreaSelectionSequence"]
        reference = item(ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID)
        one.ReferencedImageSequence = [reference]
        areas.append(one)
    state = grey_state(images, "state", **WHOLE, DisplayedAreaSelectionSequence=areas)
    save([*images, state], tmp_path / "in")
    for image, size in zip(images, ((4, 5), (3, 9)), strict=True):
        wanted = ("--instance", image.SOPInstanceUID, "--state", state.SOPInstanceUID, "--grey")
        assert render(tmp_path / "in", tmp_path / "out.png", *wanted) == 0
        assert grey_of(tmp_path / "out.png").shape == size


def annotation(*objects: Dataset) -> dict[str, Any]:
    return {
        "GraphicAnnotationSequence": [item(GraphicLayer="L", GraphicObjectSequence=list(objects))],
        "GraphicLayerSequence": [item(GraphicLayer="L", GraphicLayerOrder=1)],
    }


def graphic(kind: str, data: list[float], **more: Any) -> Dataset:
    stated = {"GraphicAnnotationUnits": "PIXEL", "GraphicDimensions": 2, "NumberOfGraphicPoints": len(data) // 2}
    return item(**stated, GraphicData=data, GraphicType=kind, GraphicFilled="N", **more)


def drawn(folder: Path, *arguments: object, **state: Any) -> NDArray[np.bool_]:
    """Return where a picture with annotations differs from the one without."""
    uid = made(folder, BRIGHT, **state)
    pictures = []
    for layers in ("all", "none"):
        out = folder / f"{layers}.png"
        assert render(folder / "in", out, "--state", uid, "--layers", layers, *arguments) == 0
        pictures.append(colours_of(out).astype(int))
    return np.asarray(np.abs(pictures[0] - pictures[1]).sum(axis=-1) > 60)


def test_check_58_the_picture_turns_then_flips_and_a_circle_stays_on_its_anatomy(tmp_path: Path) -> None:
    small = np.array([[[0, 1, 2], [3, 4, 5]]], np.uint16) * 800
    turned = {"ImageRotation": 90, "ImageHorizontalFlip": "Y"}
    assert np.rint(shown(tmp_path / "small", small, **turned) / 255 * 4095 / 800).tolist() == [[0, 3], [1, 4], [2, 5]]
    circle = graphic("CIRCLE", [16.0, 4.0, 18.0, 4.0])
    where = drawn(tmp_path / "circle", "--size", "280x220", **turned, **annotation(circle))
    # Under 90 degrees and a flip (x, y) becomes (y, x); pixels are 20 high and 10 wide as the image has them.
    rows, columns = np.nonzero(where)
    assert (rows.min() + rows.max() + 1) / 2 == pytest.approx(160, abs=1)
    assert (columns.min() + columns.max() + 1) / 2 == pytest.approx(80, abs=1)


def test_check_59_a_line_at_15_15_runs_through_the_corner_between_pixels(tmp_path: Path) -> None:
    line = graphic("POLYLINE", [15.0, 2.0, 15.0, 10.0])
    where = drawn(tmp_path, "--size", "220x280", **annotation(line))
    columns = np.nonzero(where[100])[0]
    assert (columns.min() + columns.max() + 1) / 2 == pytest.approx(150, abs=0.5)


RED = [34886, 53484, 50172]
GREEN = [57517, 10760, 53480]


def test_lines_have_the_colour_thickness_and_dashes_of_their_style(tmp_path: Path) -> None:
    style = item(PatternOnColorCIELabValue=RED, PatternOnOpacity=1.0, LineThickness=8.0, LineDashingStyle="SOLID")
    dashed = item(PatternOnColorCIELabValue=GREEN, PatternOnOpacity=1.0, LineThickness=4.0, LineDashingStyle="DASHED")
    lines = (
        graphic("POLYLINE", [2.0, 3.0, 20.0, 3.0], LineStyleSequence=[style]),
        graphic("POLYLINE", [2.0, 10.0, 20.0, 10.0], LineStyleSequence=[dashed]),
    )
    uid = made(tmp_path, BRIGHT, **annotation(*lines))
    assert render(tmp_path / "in", tmp_path / "out.png", "--state", uid, "--size", "220x280") == 0
    picture = colours_of(tmp_path / "out.png").astype(int)
    red = (picture[:, 110] == (255, 0, 0)).all(axis=-1)
    assert (np.flatnonzero(red).min(), np.flatnonzero(red).max()) == (56, 63)
    along = picture[200, 30:190]
    green = (along[:, 1] > along[:, 0] + 80).astype(int)
    assert 4 < np.abs(np.diff(green)).sum() < 60, "a dashed line is there and not there in turns"


def test_check_64_frames_that_a_state_does_not_reference_stay_as_they_are(tmp_path: Path) -> None:
    (image, *_) = image_series(STORED, GRID, Series())
    image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = MultiFrameGrayscaleWordSecondaryCaptureImageStorage
    image.NumberOfFrames, image.PixelData = 3, image.PixelData * 3
    del image.ImagePositionPatient, image.ImageOrientationPatient
    turned = {"ImageRotation": 90, "PresentationLUTShape": "INVERSE"}
    state = grey_state([image], "state", frames=[3], **WHOLE | turned)
    save([image, state], tmp_path / "in")
    picture = tmp_path / "out.png"
    for frame in (1, 2):
        wanted = ("--instance", f"{image.SOPInstanceUID}:{frame}", "--state", state.SOPInstanceUID, "--grey")
        assert render(tmp_path / "in", picture, *wanted) == 1
        assert not picture.exists()
    assert render(tmp_path / "in", picture, "--instance", f"{image.SOPInstanceUID}:3", *wanted[2:]) == 0
    expected = 255 - np.rot90(STORED[0], -1) * (255 / 4095)
    assert np.abs(grey_of(picture) - expected).max() <= 1


def palette(entries: NDArray[np.int64], *, bits: int) -> dict[str, Any]:
    """Red rises, green falls, blue is its square."""
    largest = (1 << bits) - 1
    tables = {"Red": entries, "Green": largest - entries, "Blue": entries**2 // largest}
    found: dict[str, Any] = {}
    for colour, table in tables.items():
        found[f"{colour}PaletteColorLookupTableDescriptor"] = [len(table) & 0xFFFF, 0, bits]
        found[f"{colour}PaletteColorLookupTableData"] = table.astype("<u2").tobytes()
    return found


@pytest.mark.parametrize("count", [256, 4096])
def test_a_pseudo_colour_state_colours_the_grey_that_its_window_puts_out(tmp_path: Path, count: int) -> None:
    entries = np.arange(count) * 65535 // (count - 1)
    uid = made(tmp_path, STORED, sop_class=PSEUDO_COLOUR, PresentationLUTShape=None, **palette(entries, bits=16))
    assert render(tmp_path / "in", tmp_path / "out.png", "--state", uid) == 0
    places = np.rint(STORED[0] / 4095 * (count - 1)).astype(int)
    red = entries[places]
    expected = np.stack([red, 65535 - red, red**2 // 65535], axis=-1) >> 8
    assert np.abs(colours_of(tmp_path / "out.png").astype(int) - expected).max() <= 1


def test_a_pseudo_colour_state_without_its_palette_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    uid = made(tmp_path, STORED, sop_class=PSEUDO_COLOUR, PresentationLUTShape=None)
    assert render(tmp_path / "in", tmp_path / "out.png", "--state", uid) == 0
    assert "colour palette" in capsys.readouterr().err
    assert np.ptp(colours_of(tmp_path / "out.png"), axis=-1).max() == 0


def test_a_colour_state_brings_shutter_rotation_and_colour_space(tmp_path: Path) -> None:
    (image, *_) = image_series(STORED, GRID, Series())
    image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    image.SamplesPerPixel, image.PhotometricInterpretation, image.PlanarConfiguration = 3, "RGB", 0
    image.BitsAllocated = image.BitsStored = 8
    image.HighBit = 7
    rgb = np.random.default_rng(5).integers(0, 256, (ROWS, COLUMNS, 3), dtype=np.uint8)
    image.PixelData = rgb.tobytes()
    for keyword in ("RescaleSlope", "RescaleIntercept", "RescaleType"):
        delattr(image, keyword)
    shutter = {"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [6, 9], "RadiusOfCircularShutter": 5}
    red = {"ShutterPresentationColorCIELabValue": [34886, 53484, 50172]}
    stated = {"sop_class": COLOUR, "PresentationLUTShape": None, "ImageRotation": 270}
    state = grey_state([image], "state", **stated, **shutter, **red, ICCProfile=swapped_primaries())
    save([image, state], tmp_path / "in")
    assert render(tmp_path / "in", tmp_path / "out.png", "--state", state.SOPInstanceUID) == 0
    row, column = np.ogrid[1 : ROWS + 1, 1 : COLUMNS + 1]
    seen = (row - 6) ** 2 + (column - 9) ** 2 <= 25
    expected = np.rot90(np.where(seen[..., None], rgb[..., ::-1], (255, 0, 0)))
    assert np.abs(colours_of(tmp_path / "out.png").astype(int) - expected).max() <= 2


@pytest.mark.parametrize(("layer", "seen"), [(None, False), ("", False), ("L", True)])
def test_check_63_a_plane_of_the_image_is_seen_under_a_state_only_in_a_layer_of_it(
    tmp_path: Path, layer: str | None, seen: bool
) -> None:
    (image, *_) = image_series(BRIGHT, GRID, Series())
    bits = np.zeros((ROWS, COLUMNS), np.uint8)
    bits[3:9, 4] = 1
    overlay_group(image, 0x6000, bits)
    state = grey_state([image], "state", **WHOLE, GraphicLayerSequence=[item(GraphicLayer="L", GraphicLayerOrder=1)])
    if layer is not None:
        state.add_new((0x6000, 0x1001), "CS", layer)
    save([image, state], tmp_path / "in")
    pictures = []
    for layers in ((), ("--layers", "none")):
        out = tmp_path / f"{len(layers)}.png"
        assert render(tmp_path / "in", out, "--state", state.SOPInstanceUID, *layers) == 0
        pictures.append(colours_of(out).astype(int))
    where = np.abs(pictures[0] - pictures[1]).sum(axis=-1) > 60
    assert np.array_equal(where, (bits == 1) & seen)
