"""What a report says of an item with the item itself or with what contains it: the nearest counts (PS3.16 TID 300, 1419)."""

from __future__ import annotations

from collections.abc import Sequence

from viewer.domain.content_words import value_text
from viewer.domain.report import ContentItem, Report


class Nearby:
    """What a report says near its items, asked of each container once: a group may hold thousands of findings."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._known: dict[tuple[str, tuple[str, str]], str] = {}

    def said(self, item: ContentItem, concept: tuple[str, str]) -> str:
        """Return what the item, else what contains it most closely, says under a concept."""
        for one in around(self._report, item):
            key = (one.position, concept)
            if key not in self._known:
                self._known[key] = said([one], concept)
            if self._known[key]:
                return self._known[key]
        return ""


def around(report: Report, item: ContentItem) -> list[ContentItem]:
    """Return the item and what contains it, nearest first, without the document itself."""
    found = [item]
    position = item.position
    while "." in position:
        position = position.rpartition(".")[0]
        above = report.by_position.get(position)
        if above is not None and "." in position:
            found.append(above)
    return found


def said(items: Sequence[ContentItem], concept: tuple[str, str]) -> str:
    """Return what the nearest item says under a concept, also as a modifier of a finding; several are joined."""
    for one in items:
        below = [child for child in one.children if child.value_type != "NUM"]
        below += [inner for child in below for inner in child.children if child.value_type == "CODE"]
        values = [value_text(child) for child in below if child.is_concept(*concept)]
        if values:
            return ", ".join(dict.fromkeys(values))
    return ""
