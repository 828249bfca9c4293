"""Finding sheets on paper: pages of a PDF, or one picture. The slice, the numbers, where it came from, the decision.

Painted by hand from a sheet's content, so that a finding's block is never cut by a page where it fits on one. Works on any
thread: only pictures and fonts are used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextLayout, QTextOption

from viewer.export.finding_sheet import Fact, Sheet, SheetBlock
from viewer.ui.slice.frame_words import NOT_FOR_DIAGNOSIS
from viewer.ui.theme.fonts import FAMILY
from viewer.ui.theme.tokens import LIGHT

_DOTS_PER_MM: Final = 300 / 25.4
_WIDTH_MM, _HEIGHT_MM, _MARGIN_MM = 210.0, 297.0, 15.0
_PICTURE_MM: Final = 74.0
_GAP_MM: Final = 5.0
_SLACK_MM: Final = 0.5
"""What a page may be overfilled by."""
_HEAD_MM: Final = 17.0
_FOOT_MM: Final = 8.0
PICTURE_PIXELS: Final = 900
_PNG_DOTS_PER_MM: Final = 150 / 25.4
_POINT_MM: Final = 25.4 / 72

PictureOf = Callable[[SheetBlock], QImage | None]
Check = Callable[[float], None]

_VERDICTS: Final[Mapping[str, tuple[str, str]]] = {
    "accepted": ("Accepted", LIGHT.accepted),
    "rejected": ("Rejected", LIGHT.rejected),
    "uncertain": ("Uncertain", LIGHT.uncertain),
    "modified": ("Modified", LIGHT.modified),
    "undecided": ("Undecided", LIGHT.undecided),
}


def tr(text: str) -> str:
    """Translate a text of the sheets."""
    return QCoreApplication.translate("FindingSheets", text)


def save_sheet_pdf(sheet: Sheet, picture_of: PictureOf, path: Path, check: Check = lambda _: None) -> None:
    """Write a sheet as PDF pages of A4.

    Parameters
    ----------
    picture_of
        Returns the picture of a block, about ``PICTURE_PIXELS`` square; None where there is none.
    check
        Called with how much is done, 0 to 1; may raise to end the work.

    Raises
    ------
    OSError
        The file cannot be written.
    """
    writer = QPdfWriter(str(path))
    writer.setTitle(tr("Review of results"))
    writer.setCreator("Overread")
    size = QPageSize(QPageSize.PageSizeId.A4)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    writer.setResolution(300)
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError(0, tr("the file could not be written"))
    try:
        page = _Pages(_Paper(painter, _DOTS_PER_MM), sheet, writer.newPage)
        for place, block in enumerate(sheet.blocks):
            check(place / len(sheet.blocks))
            page.put(block, picture_of(block))
    finally:
        painter.end()


def sheet_picture(sheet: Sheet, picture_of: PictureOf) -> QImage:
    """Return a sheet as one picture of the width of A4, as high as it needs to be."""
    scale = _PNG_DOTS_PER_MM
    trial = QImage(1, 1, QImage.Format.Format_RGB32)
    measuring = QPainter(trial)
    heights = sum(_block_height(_Paper(measuring, scale), block) + _GAP_MM for block in sheet.blocks)
    measuring.end()
    height = _MARGIN_MM * 2 + _HEAD_MM + _FOOT_MM + heights
    made = QImage(round(_WIDTH_MM * scale), round(height * scale), QImage.Format.Format_RGB32)
    made.fill(QColor("white"))
    painter = QPainter(made)
    pages = _Pages(_Paper(painter, scale), sheet, lambda: True, height_mm=height)
    for block in sheet.blocks:
        pages.put(block, picture_of(block))
    painter.end()
    return made


class _Paper:
    """A painter that counts in mm."""

    def __init__(self, painter: QPainter, dots_per_mm: float) -> None:
        self.painter, self.dots = painter, dots_per_mm
        self.bottoms: list[float] = []
        """Where the lines written since it was emptied end, in mm."""
        hints = QPainter.RenderHint
        painter.setRenderHints(hints.Antialiasing | hints.TextAntialiasing | hints.SmoothPixmapTransform)

    def rect(self, left: float, top: float, width: float, height: float) -> QRectF:
        return QRectF(left * self.dots, top * self.dots, width * self.dots, height * self.dots)

    def font(self, points: float, weight: int = 400) -> QFont:
        made = QFont([FAMILY, "Noto Sans", "DejaVu Sans"])
        made.setPixelSize(max(1, round(points * _POINT_MM * self.dots)))
        made.setWeight(QFont.Weight(weight))
        # Its contextual forms have no letter of their own: "2026-01-15" could not be searched for or copied.
        made.setFeature(QFont.Tag("calt"), 0)
        return made

    def text(
        self, place: tuple[float, float], width: float, text: str, font: QFont, color: str, *, draw: bool = True
    ) -> float:
        """Write text in lines of a width, broken anywhere where a word is too long; return its height in mm."""
        height = 0.0
        self.painter.setPen(QColor(color))
        for paragraph in text.splitlines() or [""]:
            # Qt's own device is named: a painter on a PDF measures type in its own dots.
            layout = QTextLayout(paragraph, font, self.painter.device())
            option = QTextOption()
            option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
            layout.setTextOption(option)
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(width * self.dots)
                line.setPosition(QRectF(0, height * self.dots, 1, 1).topLeft())
                height += line.height() / self.dots
                self.bottoms.append(place[1] + height)
            layout.endLayout()
            if draw:
                layout.draw(self.painter, self.rect(*place, 0, 0).topLeft())
        return height


class _Pages:
    """Puts blocks onto pages, a new one where a block does not fit."""

    def __init__(self, paper: _Paper, sheet: Sheet, new_page: Callable[[], bool], *, height_mm: float = _HEIGHT_MM) -> None:
        self._paper, self._sheet, self._new_page, self._height = paper, sheet, new_page, height_mm
        self._number = 1
        self._frame()

    def put(self, block: SheetBlock, picture: QImage | None) -> None:
        """Paint a block; one that is longer than a page goes on over the next ones, broken between lines."""
        self._paper.bottoms.clear()
        height = _block_height(self._paper, block)
        ends = sorted(set(self._paper.bottoms))
        top_of_page, bottom = _MARGIN_MM + _HEAD_MM, self._height - _MARGIN_MM - _FOOT_MM
        if self._top > top_of_page and self._top + height > bottom + _SLACK_MM:
            self._next_page()
        start = 0.0
        while True:
            room = bottom - self._top + _SLACK_MM
            end = height if height - start <= room else max(one for one in ends if one - start <= room)
            painter = self._paper.painter
            painter.save()
            painter.setClipRect(self._paper.rect(0.0, self._top, _WIDTH_MM, end - start))
            _paint_block(self._paper, block, picture, self._top - start)
            painter.restore()
            self._top += end - start + _GAP_MM
            if end >= height:
                return
            start = end
            self._next_page()

    def _next_page(self) -> None:
        self._new_page()
        self._number += 1
        self._frame()

    def _frame(self) -> None:
        """Paint head and foot of a page."""
        paper, wide = self._paper, _WIDTH_MM - 2 * _MARGIN_MM
        top = _MARGIN_MM
        top += paper.text((_MARGIN_MM, top), wide, self._sheet.patient, paper.font(11, 600), LIGHT.text1)
        top += paper.text((_MARGIN_MM, top + 0.5), wide, self._sheet.study, paper.font(8.5), LIGHT.text2) + 0.5
        paper.text((_MARGIN_MM, top + 0.5), wide, self._sheet.signed, paper.font(8.5), LIGHT.text2)
        foot = self._height - _MARGIN_MM - 3.5
        paper.painter.fillRect(paper.rect(_MARGIN_MM, _MARGIN_MM + _HEAD_MM - 2, wide, 0.2), QColor(LIGHT.line2))
        paper.text((_MARGIN_MM, foot), wide, tr(NOT_FOR_DIAGNOSIS), paper.font(8, 600), LIGHT.text1)
        number = tr("Page {number}").format(number=self._number)
        paper.painter.setFont(paper.font(8))
        paper.painter.setPen(QColor(LIGHT.text2))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
        paper.painter.drawText(paper.rect(_MARGIN_MM, foot, wide, 5), right, f"Overread · {number}")
        self._top = _MARGIN_MM + _HEAD_MM


def _block_height(paper: _Paper, block: SheetBlock) -> float:
    return max(_PICTURE_MM, _write_block(paper, block, 0.0, draw=False))


def _paint_block(paper: _Paper, block: SheetBlock, picture: QImage | None, top: float) -> None:
    place = paper.rect(_MARGIN_MM, top, _PICTURE_MM, _PICTURE_MM)
    paper.painter.fillRect(place, QColor(LIGHT.canvas if picture is not None else LIGHT.bg1))
    if picture is not None:
        size = QSizeF(picture.size()).scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
        middle = QRectF(place.center().x() - size.width() / 2, place.center().y() - size.height() / 2, *size.toTuple())
        paper.painter.drawImage(middle, picture)
    else:
        paper.painter.setFont(paper.font(9))
        paper.painter.setPen(QColor(LIGHT.text3))
        paper.painter.drawText(place, Qt.AlignmentFlag.AlignCenter, tr("No image of it is open."))
    _write_block(paper, block, top, draw=True)


def _write_block(paper: _Paper, block: SheetBlock, top: float, *, draw: bool) -> float:
    """Write the words of a block beside its picture; return how high they are, in mm."""
    left = _MARGIN_MM + _PICTURE_MM + _GAP_MM
    wide = _WIDTH_MM - _MARGIN_MM - left
    y = top
    y += paper.text((left, y), wide, block.title, paper.font(11.5, 600), LIGHT.text1, draw=draw)
    if block.place:
        y += paper.text((left, y), wide, block.place, paper.font(9), LIGHT.text2, draw=draw)
    verdict, color = _VERDICTS[block.verdict]
    y += 1.5
    if draw:
        paper.painter.fillRect(paper.rect(left, y, 1.0, 4.6), QColor(color))
    y += paper.text((left + 2.5, y), wide - 2.5, tr(verdict), paper.font(10, 600), color, draw=draw)
    for fact in block.said:
        y += _write_fact(paper, fact, (left + 2.5, y + 0.6), wide - 2.5, draw=draw) + 0.6
    y += 2.0
    for fact in block.facts:
        y += _write_fact(paper, fact, (left, y), wide, draw=draw) + 0.6
    return y - top


def _write_fact(paper: _Paper, fact: Fact, place: tuple[float, float], width: float, *, draw: bool) -> float:
    column = width * 0.34
    color = LIGHT.error if fact.warns else LIGHT.text1
    mark = "! " if fact.warns else ""
    name = paper.text(place, column - 1.5, fact.name, paper.font(8.5), LIGHT.text2, draw=draw)
    value = paper.text((place[0] + column, place[1]), width - column, mark + fact.value, paper.font(8.5), color, draw=draw)
    return max(name, value)
