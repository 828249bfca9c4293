"""A text document as inert text: written with a text cursor, so that nothing of a file is ever read as markup."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTableFormat,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit

from viewer.iods.document_text import TextBlock
from viewer.ui.document.words import tr
from viewer.ui.theme.current import metrics, tokens

MARGIN = 16
_MOST_HITS = 2_000


class TextView(QTextBrowser):
    """Shows blocks of text; words in it can be found."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setProperty("kind", "plain")
        self.setAccessibleName(tr("Text of the document"))
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDocumentMargin(MARGIN)
        self._blocks: tuple[TextBlock, ...] = ()
        self._hits: list[QTextCursor] = []
        self._current = -1

    def show_blocks(self, blocks: Sequence[TextBlock]) -> None:
        """Show a text from its beginning on."""
        self._blocks = tuple(blocks)
        self.write_anew()

    def write_anew(self) -> None:
        """Write the text in the colours and sizes in force."""
        self._hits, self._current = [], -1
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        place = 0
        while place < len(self._blocks):
            block = self._blocks[place]
            if block.kind in ("row", "head"):
                rows = []
                while place < len(self._blocks) and self._blocks[place].kind in ("row", "head"):
                    rows.append(self._blocks[place])
                    place += 1
                _write_table(cursor, rows)
                continue
            _write(cursor, block, first=place == 0)
            place += 1
        cursor.endEditBlock()
        self.setExtraSelections([])
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def find_words(self, words: str) -> int:
        """Mark every place where the words stand and go to the first; returns how many there are."""
        self._hits, self._current = [], -1
        cursor = QTextCursor(self.document())
        while words and len(self._hits) < _MOST_HITS:
            cursor = self.document().find(words, cursor, QTextDocument.FindFlag(0))
            if cursor.isNull():
                break
            self._hits.append(cursor)
        self.go_to_hit(0)
        return len(self._hits)

    @property
    def current_hit(self) -> int:
        """The place (0-based) gone to last; -1 when none is found."""
        return self._current

    def go_to_hit(self, number: int) -> None:
        """Go to a place where the words stand; after the last comes the first."""
        self._current = number % len(self._hits) if self._hits else -1
        marks = []
        for place, cursor in enumerate(self._hits):
            mark = QTextEdit.ExtraSelection()
            color = QColor(tokens().fill)
            color.setAlpha(220 if place == self._current else 90)
            mark.format.setBackground(color)
            mark.cursor = cursor
            marks.append(mark)
        self.setExtraSelections(marks)
        if self._hits:
            shown = QTextCursor(self._hits[self._current])
            shown.clearSelection()
            self.setTextCursor(shown)
            self.ensureCursorVisible()

    def copy_text(self) -> None:
        """Put what is selected on the clipboard, or all of it when nothing is."""
        if not self.textCursor().hasSelection():
            self.selectAll()
        self.copy()


def _write(cursor: QTextCursor, block: TextBlock, *, first: bool) -> None:
    sizes = metrics()
    layout, letters = QTextBlockFormat(), _letters()
    if block.kind == "title":
        letters.setFontWeight(QFont.Weight.DemiBold)
        letters.setProperty(QTextCharFormat.Property.FontPixelSize, sizes.px(18))
        layout.setBottomMargin(sizes.px(8))
    elif block.kind == "heading":
        letters.setFontWeight(QFont.Weight.DemiBold)
        letters.setProperty(QTextCharFormat.Property.FontPixelSize, sizes.px(15 if block.level == 1 else 13))
        layout.setTopMargin(sizes.px(16 if block.level == 1 else 10))
        layout.setBottomMargin(sizes.px(4))
    elif block.kind == "item":
        layout.setLeftMargin(sizes.px(14) * block.level)
        layout.setTextIndent(-sizes.px(12))
        layout.setBottomMargin(sizes.px(2))
    else:
        layout.setBottomMargin(sizes.px(6))
    if first:
        cursor.setBlockFormat(layout)
        cursor.setBlockCharFormat(letters)
    else:
        cursor.insertBlock(layout, letters)
    cursor.insertText(("• " if block.kind == "item" else "") + block.text, letters)


def _write_table(cursor: QTextCursor, rows: Sequence[TextBlock]) -> None:
    columns = max(len(row.texts) for row in rows)
    form = QTextTableFormat()
    form.setBorder(0)
    form.setCellSpacing(0)
    form.setCellPadding(metrics().px(4))
    form.setTopMargin(metrics().px(4))
    form.setBottomMargin(metrics().px(8))
    form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_None)
    form.setWidth(QTextLength(QTextLength.Type.VariableLength, 0))
    table = cursor.insertTable(len(rows), columns, form)
    plain, quiet, strong = _letters(), _letters(), _letters()
    quiet.setForeground(QColor(tokens().text3))
    strong.setFontWeight(QFont.Weight.DemiBold)
    facts = columns == 2 and all(row.kind == "row" for row in rows)
    for number, row in enumerate(rows):
        for column, text in enumerate(row.texts):
            letters = strong if row.kind == "head" else quiet if facts and column == 0 else plain
            table.cellAt(number, column).firstCursorPosition().insertText(text, letters)
    cursor.movePosition(QTextCursor.MoveOperation.End)


def _letters() -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(QColor(tokens().text1))
    made.setProperty(QTextCharFormat.Property.FontPixelSize, metrics().px(13))
    return made
