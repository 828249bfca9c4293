"""Numbers of a report that are no findings as tables: one row for each container of a kind, whatever the template.

So radiation dose reports (PS3.16 TID 10001, 10011, 10021) read as tables of their events, and any other template does too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from viewer.domain.content_words import name_text, number_text, value_text
from viewer.domain.report import ContentItem

_MOST_COLUMNS: Final = 8
_MOST_ROWS: Final = 200
_MOST_IN_CELL: Final = 12


@dataclass(frozen=True)
class NumberTable:
    """One table: ``rows`` are (content item identifier, a text for each column); the last column has what has none."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    left_out: int = 0
    """Rows beyond the most that a page has; they stand in the tree."""


def number_tables(root: ContentItem) -> tuple[NumberTable, ...]:
    """Return the tables of a content tree, in the order of the document. The reader limits the depth of the tree."""
    return tuple(_tables(root))


def _tables(container: ContentItem) -> Iterator[NumberTable]:
    own = [child for child in container.children if child.value_type == "NUM" and child.relationship != "HAS ACQ CONTEXT"]
    if own:
        yield _table(name_text(container), [(container, own)])
    alike: dict[object, list[ContentItem]] = {}
    for child in container.children:
        if child.value_type == "CONTAINER" and child.children:
            alike.setdefault(child.concept.current if child.concept is not None else "", []).append(child)
    for several in alike.values():
        rows = [(one, [item for item in one.walk() if item.value_type == "NUM"]) for one in several]
        if len(several) > 1 and any(numbers for _, numbers in rows):
            yield _table(name_text(several[0]), rows)
        elif len(several) == 1:
            yield from _tables(several[0])


def _table(title: str, rows: list[tuple[ContentItem, list[ContentItem]]]) -> NumberTable:
    counts: dict[str, int] = {}
    for _, numbers in rows:
        for name in dict.fromkeys(map(name_text, numbers)):
            counts[name] = counts.get(name, 0) + 1
    columns = sorted(counts, key=lambda name: -counts[name])[:_MOST_COLUMNS]
    described = any(_words(one) for one, _ in rows)
    others = len(counts) > len(columns)
    written = []
    for one, numbers in rows[:_MOST_ROWS]:
        by_name: dict[str, list[str]] = {}
        for item in numbers:
            by_name.setdefault(name_text(item), []).append(number_text(item))
        cells = [_joined(by_name.pop(name, []), ", ") for name in columns]
        rest = _joined([f"{name} {_joined(texts, ', ')}" for name, texts in by_name.items()], "; ")
        written.append((one.position, (*([_words(one)] if described else []), *cells, *([rest] if others else []))))
    heads = (*(["Of"] if described else []), *columns, *(["Other numbers"] if others else []))
    return NumberTable(title, heads, tuple(written), max(len(rows) - _MOST_ROWS, 0))


def _joined(texts: list[str], between: str) -> str:
    """Return texts in one cell, the first of very many; the tree has all of them."""
    shown = between.join(texts[:_MOST_IN_CELL])
    return shown + (f" and {len(texts) - _MOST_IN_CELL} more" if len(texts) > _MOST_IN_CELL else "")


def _words(container: ContentItem) -> str:
    """Return what a row is of: the first codes and texts that stand directly in its container."""
    found = [value_text(child) for child in container.children if child.value_type in ("CODE", "TEXT") and child.value]
    return ", ".join(dict.fromkeys(found[:2]))
