"""Documents on paper: HTML of ours as a PDF with page numbers, in fonts that hold every script."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QTextDocument

from viewer.export.whole_files import written_whole
from viewer.ui.theme.tokens import LIGHT

_MARGIN_MM: Final = 18
_FOOT_MM: Final = 9
_INDENT_MM: Final = 3
_DPI: Final = 300
_BODY_POINTS: Final = 8.5
_SHEET: Final = f"""
h1 {{ font-size: 16pt; font-weight: 600; margin-bottom: 2px }}
h2 {{ font-size: 11.5pt; font-weight: 600; margin-top: 16px; margin-bottom: 4px }}
p {{ margin-top: 2px; margin-bottom: 2px }}
.quiet {{ color: {LIGHT.text2} }}
.standing {{ background-color: {LIGHT.warning_bg}; font-weight: 600 }}
th {{ text-align: left; font-weight: 500; color: {LIGHT.text2} }}
td, th {{ padding-right: 12px; padding-bottom: 2px }}
.value {{ font-weight: 600 }}
ul {{ list-style-type: none; margin-top: 0; margin-bottom: 0 }}
"""


def write_pdf(body: str, path: Path, *, title: str, foot: str) -> None:
    """Write the inside of an HTML page (ours: escaped, without links) as an A4 PDF; raises OSError.

    Parameters
    ----------
    title
        The title of the document, in its properties.
    foot
        Stands at the foot of every page, with the page number.
    """
    with written_whole(path) as temporary:
        writer = QPdfWriter(str(temporary))
        writer.setResolution(_DPI)
        writer.setTitle(title)
        writer.setCreator("Overread")
        writer.setPageLayout(
            QPageLayout(
                QPageSize(QPageSize.PageSizeId.A4),
                QPageLayout.Orientation.Portrait,
                QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM),
                QPageLayout.Unit.Millimeter,
            )
        )
        _paint(writer, body, foot)


def _paint(writer: QPdfWriter, body: str, foot: str) -> None:
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError(0, "the file could not be written")
    foot_height = _FOOT_MM / 25.4 * _DPI
    area = QSizeF(writer.width(), writer.height() - foot_height)
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    document.setDefaultFont(_letters(_BODY_POINTS))
    document.setDefaultStyleSheet(_SHEET)
    document.setDocumentMargin(0)
    document.setIndentWidth(_INDENT_MM / 25.4 * _DPI)
    document.setHtml(body)
    document.setPageSize(area)
    pages = document.pageCount()
    for page in range(pages):
        if page:
            writer.newPage()
        painter.save()
        painter.translate(0, -page * area.height())
        document.drawContents(painter, QRectF(0, page * area.height(), area.width(), area.height()))
        painter.restore()
        painter.setFont(_letters(8))
        painter.setPen(QColor(LIGHT.text2))
        line = QRectF(0, area.height(), area.width(), foot_height)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), foot)
        number = _tr("Page {page} of {pages}").format(page=page + 1, pages=pages)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom), number)
    painter.end()


def _letters(points: float) -> QFont:
    found = QFont(["Inter", "Noto Sans", "DejaVu Sans"])
    found.setPointSizeF(points)
    return found


def _tr(text: str) -> str:
    return QCoreApplication.translate("Paged", text)
