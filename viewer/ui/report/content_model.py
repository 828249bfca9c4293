"""The content tree of one report as a Qt model that makes nothing in advance: rows are the items themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from viewer.domain.content_words import code_text, name_text, value_text
from viewer.domain.library import Library
from viewer.domain.report import ContentItem, Report
from viewer.ui.plain_text import tooltip
from viewer.ui.report.words import row_words

ITEM_ROLE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex

_OPEN_DEPTH: Final = 3
_OPEN_ROWS: Final = 400


class ContentModel(QAbstractItemModel):
    """The model. ``ITEM_ROLE`` gives the content item; display and accessible text its name and value."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._report: Report | None = None
        self._library = Library()
        self._items: list[ContentItem] = []
        self._numbers: dict[str, int] = {}

    def show_report(self, report: Report | None, library: Library) -> None:
        """Show another report."""
        self.beginResetModel()
        self._report, self._library = report, library
        self._items = list(report.by_position.values()) if report is not None else []
        self._numbers = {item.position: number for number, item in enumerate(self._items)}
        self.endResetModel()

    @property
    def library(self) -> Library:
        """The files that references are looked up in."""
        return self._library

    @property
    def items(self) -> list[ContentItem]:
        """Every item, top to bottom."""
        return self._items

    def item(self, index: Index) -> ContentItem | None:
        """Return the content item of a row, or None."""
        return self._items[index.internalId()] if index.isValid() and self._report is not None else None

    def index_of(self, position: str) -> QModelIndex:
        """Return the row of a content item identifier; an invalid index when there is none."""
        number = self._numbers.get(position)
        if number is None:
            return QModelIndex()
        last = position.rpartition(".")[2]
        return self.createIndex(int(last) - 1 if "." in position else 0, 0, number)

    def first_levels(self) -> Iterator[QModelIndex]:
        """Yield the containers to open at first, as far as that stays a list that can be looked through."""
        opened = 0
        for item in self._items:
            if item.position.count(".") < _OPEN_DEPTH and item.children and item.value_type == "CONTAINER":
                opened += len(item.children)
                if opened > _OPEN_ROWS:
                    return
                yield self.index_of(item.position)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        above = self.item(parent)
        if above is None:
            return self.index_of("1") if (row, column) == (0, 0) else QModelIndex()
        return self.index_of(f"{above.position}.{row + 1}") if column == 0 and row < len(above.children) else QModelIndex()

    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        item = self.item(child)
        return self.index_of(item.position.rpartition(".")[0]) if item is not None else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return 1 if self._report is not None else 0
        item = self.item(parent)
        return len(item.children) if item is not None else 0

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.item(index)
        if item is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return " ".join(filter(None, row_words(item, self._library)))
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(item)
        return item if role == ITEM_ROLE else None


def _tip(item: ContentItem) -> str:
    codes = " · ".join(filter(None, (code_text(item.concept), code_text(item.code), code_text(item.unit))))
    relation = " ".join(filter(None, (item.relationship.lower(), item.value_type, item.position)))
    return tooltip(f"{name_text(item)} {value_text(item)}"[:400], codes, relation, item.template)
