"""The mouse on a row of the tree lets its marks stand out in the images, and the mouse on a mark its row."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex

from viewer.domain.overlay import Overlay
from viewer.reading.changes.hovering import hover
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState, Selection
from viewer.scene.hovered import parts_hovered
from viewer.ui.report.content_model import ITEM_ROLE, ContentModel
from viewer.ui.report.standing import part_of_item
from viewer.ui.row_view import RowView


class TreeHover:
    """Both ways for one tree.

    Parameters
    ----------
    overlay
        Returns the report that the tree shows.
    """

    def __init__(self, reading: Reading, tree: RowView, model: ContentModel, overlay: Callable[[], Overlay | None]) -> None:
        self._reading, self._tree, self._model, self._overlay = reading, tree, model, overlay
        tree.entered.connect(self._hover)
        tree.left.connect(lambda: reading.apply(hover, Selection()))

    def follow(self, old: ReadingState, new: ReadingState) -> None:
        """Let the rows stand out that stand for what the mouse is on elsewhere."""
        if old.hovered != new.hovered:
            self._tree.let_stand_out(self._rows(new))

    def _hover(self, index: QModelIndex) -> None:
        item, overlay = index.data(ITEM_ROLE), self._overlay()
        if item is not None and overlay is not None:
            part = part_of_item(overlay, item.position)
            self._reading.apply(hover, Selection(overlay.instance, part, item.position))

    def _rows(self, state: ReadingState) -> list[QModelIndex]:
        """Return the rows; of an item that is folded away the row that it is folded into."""
        overlay, on = self._overlay(), state.hovered
        if overlay is None or on.overlay is None:
            return []
        if on.overlay == overlay.instance and on.item:
            return [self._unfolded(on.item)]
        here = {part for key, part in parts_hovered(state) if key == overlay.instance}
        return [self._unfolded(part.item) for part in overlay.parts if part.number in here and part.item]

    def _unfolded(self, position: str) -> QModelIndex:
        found = self._model.index_of(position)
        above = found.parent()
        while above.isValid():
            found = found if self._tree.isExpanded(above) else above
            above = above.parent()
        return found
