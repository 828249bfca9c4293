"""Texts of presentation states, which ``dcmp2pgm`` does not draw, against positions computed by hand (PS3.3 C.10.5.1.1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.app.rendered import colours_of, render
from tests.app.test_presented_pictures import BRIGHT, GREEN, RED, annotation, graphic, made
from tests.synthetic.grey_state import item

BLACK = np.zeros_like(BRIGHT)
SIZE = (220, 280)
"""A pixel of the image, half as wide as high, takes 10 x 20 of the picture."""


def words(**more: Any) -> Dataset:
    return item(UnformattedTextValue="WWW", **more)


def box(left: float, top: float, right: float, bottom: float, units: str = "PIXEL", **more: Any) -> Dataset:
    stated = {
        "BoundingBoxAnnotationUnits": units,
        "BoundingBoxTopLeftHandCorner": [left, top],
        "BoundingBoxBottomRightHandCorner": [right, bottom],
        "BoundingBoxTextHorizontalJustification": "LEFT",
    }
    return words(**stated | more)


def texts(*objects: Dataset) -> dict[str, Any]:
    return {
        "GraphicAnnotationSequence": [item(GraphicLayer="L", TextObjectSequence=list(objects))],
        "GraphicLayerSequence": [item(GraphicLayer="L", GraphicLayerOrder=1)],
    }


def inked(folder: Path, *, size: tuple[int, int] = SIZE, **state: Any) -> NDArray[np.bool_]:
    """Return where something brighter than the black image is drawn."""
    uid = made(folder, BLACK, **state)
    assert render(folder / "in", folder / "out.png", "--state", uid, "--size", f"{size[0]}x{size[1]}") == 0
    return np.asarray(colours_of(folder / "out.png").astype(int).max(axis=-1) > 60)


def extent(where: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return (left, top, right, bottom) of what is drawn, the last ones excluded."""
    rows, columns = np.nonzero(where)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


@pytest.mark.parametrize("justification", ["LEFT", "CENTER", "RIGHT"])
def test_words_stand_in_their_box_where_it_justifies_them(tmp_path: Path, justification: str) -> None:
    # Columns 4 to 18 are 40 to 180 of the picture, rows 3 to 8 are 60 to 160.
    left, top, right, bottom = extent(
        inked(tmp_path, **texts(box(4, 3, 18, 8, BoundingBoxTextHorizontalJustification=justification)))
    )
    assert 60 <= top < bottom <= 80
    place = {"LEFT": left - 40, "CENTER": (left + right) / 2 - 110, "RIGHT": right - 180}
    assert abs(place[justification]) <= 2


@pytest.mark.parametrize(("vertical", "top_to_bottom"), [("TOP", (60, 77)), ("CENTER", (102, 119)), ("BOTTOM", (143, 160))])
def test_a_text_style_places_words_up_and_down_in_their_box(
    tmp_path: Path, vertical: str, top_to_bottom: tuple[int, int]
) -> None:
    style = item(HorizontalAlignment="RIGHT", VerticalAlignment=vertical)
    _, top, right, bottom = extent(inked(tmp_path, **texts(box(4, 3, 18, 8, TextStyleSequence=[style]))))
    assert abs(right - 180) <= 2
    assert top_to_bottom[0] <= top < bottom <= top_to_bottom[1]


@pytest.mark.parametrize(
    ("rotation", "flip", "size"), [(90, "N", (280, 220)), (180, "Y", (220, 280)), (270, "Y", (280, 220))]
)
def test_check_58_text_in_display_units_stays_upright_where_it_stands_on_the_screen(
    tmp_path: Path, rotation: int, flip: str, size: tuple[int, int]
) -> None:
    turned = {"ImageRotation": rotation, "ImageHorizontalFlip": flip}
    where = inked(tmp_path / "a", size=size, **turned, **texts(box(0.5, 0.25, 0.9, 0.5, "DISPLAY")))
    upright = inked(tmp_path / "b", **texts(box(0.5, 0.25, 0.9, 0.5, "DISPLAY")))
    left, top, right, bottom = extent(where)
    assert abs(left - size[0] * 0.5) <= 2
    assert size[1] * 0.25 <= top < bottom <= size[1] * 0.25 + 20
    at = extent(upright)
    assert np.array_equal(where[top:bottom, left:right], upright[at[1] : at[3], at[0] : at[2]])


def test_a_visible_anchor_has_a_line_to_the_words_and_an_invisible_one_none(tmp_path: Path) -> None:
    anchored = {"AnchorPoint": [2.0, 12.0], "AnchorPointAnnotationUnits": "PIXEL"}
    seen = inked(tmp_path / "a", **texts(box(10, 1, 20, 2, AnchorPointVisibility="Y", **anchored)))
    hidden = inked(tmp_path / "b", **texts(box(10, 1, 20, 2, AnchorPointVisibility="N", **anchored)))
    left, _, _, bottom = extent(seen & ~hidden)
    assert (abs(left - 20) <= 1, abs(bottom - 240) <= 1) == (True, True)
    assert extent(hidden)[3] <= 40


def test_words_have_the_colour_the_line_below_and_the_shadow_of_their_style(tmp_path: Path) -> None:
    plain = inked(tmp_path / "plain", **texts(box(4, 3, 18, 8)))
    shadow = {"ShadowStyle": "NORMAL", "ShadowOffsetX": 40.0, "ShadowOffsetY": 30.0, "ShadowOpacity": 1.0}
    style = item(TextColorCIELabValue=RED, Underlined="Y", ShadowColorCIELabValue=GREEN, **shadow)
    uid = made(tmp_path / "styled", BLACK, **texts(box(4, 3, 18, 8, TextStyleSequence=[style])))
    out = tmp_path / "styled" / "out.png"
    assert render(tmp_path / "styled" / "in", out, "--state", uid, "--size", "220x280") == 0
    picture = colours_of(out).astype(int)
    red, green = (picture[..., one] > picture[..., other] + 100 for one, other in ((0, 1), (1, 0)))
    at, below = extent(plain), extent(red)
    assert at[3] < below[3] <= at[3] + 4, "the line lies below the letters"
    fallen = extent(green)
    assert abs(fallen[0] - below[0] - 40) <= 2
    assert abs(fallen[3] - below[3] - 30) <= 2


def test_a_named_font_gives_letters_of_its_own(tmp_path: Path) -> None:
    plain = extent(inked(tmp_path / "a", **texts(box(4, 3, 18, 8))))
    style = item(CSSFontName="monospace")
    other = extent(inked(tmp_path / "b", **texts(box(4, 3, 18, 8, TextStyleSequence=[style]))))
    assert other != plain
    unknown = item(FontName="No Such Font At All", FontNameType="ISO_32000")
    assert extent(inked(tmp_path / "c", **texts(box(4, 3, 18, 8, TextStyleSequence=[unknown])))) == plain


def test_between_dashes_lies_the_colour_that_the_style_gives_there(tmp_path: Path) -> None:
    style = item(
        PatternOnColorCIELabValue=RED,
        PatternOffColorCIELabValue=GREEN,
        PatternOffOpacity=1.0,
        LineThickness=6.0,
        LineDashingStyle="DASHED",
    )
    line = graphic("POLYLINE", [2.0, 7.0, 20.0, 7.0], LineStyleSequence=[style])
    uid = made(tmp_path, BLACK, **annotation(line))
    assert render(tmp_path / "in", tmp_path / "out.png", "--state", uid, "--size", "220x280") == 0
    along = colours_of(tmp_path / "out.png").astype(int)[140, 30:190]
    red, green = along[:, 0] > along[:, 1] + 80, along[:, 1] > along[:, 0] + 80
    assert (red.sum() > 40, green.sum() > 20) == (True, True)


def test_every_line_of_a_text_stands_below_the_one_before(tmp_path: Path) -> None:
    two = box(4, 3, 18, 8)
    two.UnformattedTextValue = "WWW\r\nWWW"
    rows = np.flatnonzero(inked(tmp_path, **texts(two)).any(axis=1))
    breaks = np.flatnonzero(np.diff(rows) > 1)
    assert len(breaks) == 1
    assert rows[breaks[0] + 1] - rows[0] == 17
