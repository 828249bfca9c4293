"""Icons follow the theme, fonts have figures of one width, rows paint what they were told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QFontInfo, QFontMetrics, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from viewer.app.settings import Settings
from viewer.ui.theme import rows
from viewer.ui.theme.apply import apply_theme, load_resources
from viewer.ui.theme.fonts import font
from viewer.ui.theme.icons import icon, svg_text
from viewer.ui.theme.metrics import Metrics
from viewer.ui.theme.tokens import DARK, LIGHT

RESOURCES = Path(__file__).parents[3] / "resources"


@pytest.fixture
def themed(qapp: QApplication) -> Iterator[QApplication]:
    load_resources(RESOURCES)
    apply_theme(qapp, Settings())
    yield qapp
    apply_theme(qapp, Settings())


def colors_of(pixmap: QPixmap) -> set[str]:
    """Return the colours of the fully covered pixels."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    found = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {color.name().upper() for color in found if color.alpha() == 255}


def test_an_icon_takes_its_token_and_changes_with_the_theme(themed: QApplication) -> None:
    made = icon("square", color="text1")
    assert DARK.text1 in colors_of(made.pixmap(QSize(48, 48), 1.0))
    apply_theme(themed, Settings(theme="light"))
    assert LIGHT.text1 in colors_of(made.pixmap(QSize(48, 48), 1.0))


def test_disabled_and_checked_icons_have_their_own_colours(themed: QApplication) -> None:
    made = icon("square")
    disabled = made.pixmap(QSize(48, 48), 1.0, QIcon.Mode.Disabled)
    checked = made.pixmap(QSize(48, 48), 1.0, QIcon.Mode.Normal, QIcon.State.On)
    assert DARK.disabled in colors_of(disabled)
    assert DARK.accent in colors_of(checked)


def test_an_icon_is_sharp_on_a_screen_of_another_pixel_ratio(themed: QApplication) -> None:
    made = icon("square").pixmap(QSize(18, 18), 1.5)
    assert (made.width(), made.height()) == (27, 27)
    assert made.devicePixelRatio() == pytest.approx(1.5)


def test_every_icon_has_the_one_stroke(themed: QApplication) -> None:
    text = svg_text("layers", DARK.text1).decode()
    assert 'stroke-width="1.75"' in text
    assert "currentColor" not in text


def test_every_icon_named_in_the_window_is_shipped(themed: QApplication) -> None:
    import re

    ui = RESOURCES.parent / "viewer" / "ui"
    named = re.compile(r'(?:icon|icon_button|IconMark|EmptyState|paint_icon|draw_icon)\([^"\n]*"([a-z0-9-]+)"')
    found = {name for file in ui.rglob("*.py") for name in named.findall(file.read_text())}
    shipped = {file.stem for file in (RESOURCES / "icons").glob("*.svg")}
    tokens = set(DARK.colors())
    assert found - tokens <= shipped


def test_the_bundled_font_is_used_and_its_figures_are_of_one_width(themed: QApplication) -> None:
    assert QFontInfo(font()).family() == "Inter"
    measures = QFontMetrics(font(12))
    assert measures.horizontalAdvance("1111") == measures.horizontalAdvance("0000")


def test_rows_grow_with_the_text_and_shift_with_the_density() -> None:
    assert Metrics(1.0, "normal").row(26) == 26
    assert Metrics(1.5, "normal").row(26) == 34
    assert Metrics(1.0, "compact").row(26) == 22
    assert Metrics(1.0, "roomy").row(26) == 32


def test_a_swatch_is_hollow_where_its_part_is_not_on_the_slice(themed: QApplication) -> None:
    def middle(*, hollow: bool) -> QColor:
        image = QImage(20, 26, QImage.Format.Format_ARGB32)
        image.fill(QColor(0, 0, 0))
        painter = QPainter(image)
        rows.paint_swatch(painter, QRect(0, 0, 20, 26), (250, 120, 0), hollow=hollow)
        painter.end()
        return image.pixelColor(10, 13)

    assert middle(hollow=True) == QColor(0, 0, 0)
    assert middle(hollow=False).red() == pytest.approx(250 * 0.45, abs=3)
