"""Where the pages of a PDF lie below one another at a zoom, and which letter is nearest to a point. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from viewer.loading.document_questions import Letters, Rectangle

GAP = 12.0
"""Between pages and around them, logical pixels."""


@dataclass(frozen=True)
class PagePlaces:
    """Pages in one column. ``tops`` are heights in pixels, ``scale`` is logical pixels a point."""

    sizes: tuple[tuple[float, float], ...]
    tops: tuple[float, ...]
    scale: float
    width: float
    height: float

    def rectangle(self, page: int) -> Rectangle:
        """Return left, top, right, bottom of a page in the column, pixels."""
        width, height = (side * self.scale for side in self.sizes[page])
        left = (self.width - width) / 2
        return left, self.tops[page], left + width, self.tops[page] + height

    def page_at(self, y: float) -> int:
        """Return the page at a height, or the one before the gap there."""
        return max(bisect_right(self.tops, y) - 1, 0)

    def pages_between(self, top: float, bottom: float) -> range:
        """Return the pages of which anything lies between two heights."""
        return range(self.page_at(top), min(self.page_at(bottom) + 1, len(self.sizes)))

    def point_on_page(self, page: int, x: float, y: float) -> tuple[float, float]:
        """Return a point of the column in points from the top left corner of a page."""
        left, top, _, _ = self.rectangle(page)
        return (x - left) / self.scale, (y - top) / self.scale

    def on_column(self, page: int, place: Rectangle) -> Rectangle:
        """Return a rectangle of a page (points) in pixels of the column."""
        left, top, _, _ = self.rectangle(page)
        return (
            left + place[0] * self.scale,
            top + place[1] * self.scale,
            left + place[2] * self.scale,
            top + place[3] * self.scale,
        )


def placed(sizes: Sequence[tuple[float, float]], scale: float, least_width: float) -> PagePlaces:
    """Return where pages lie; the column is at least as wide as what it is seen through."""
    tops, y = [], GAP
    for _, height in sizes:
        tops.append(y)
        y += height * scale + GAP
    width = max(max((width for width, _ in sizes), default=0.0) * scale + 2 * GAP, least_width)
    return PagePlaces(tuple(sizes), tuple(tops), scale, width, y)


def nearest_letter(letters: Letters, x: float, y: float) -> int:
    """Return the letter (0-based) that is nearest to a point of its page; a line counts for more than a column."""
    best, best_distance = 0, float("inf")
    for number, (left, top, right, bottom) in enumerate(letters.places):
        across = max(left - x, 0.0, x - right)
        down = max(top - y, 0.0, y - bottom)
        distance = across + 4 * down
        if distance < best_distance:
            best, best_distance = number, distance
    return best


def lines_of(letters: Letters, first: int, last: int) -> list[Rectangle]:
    """Return the rectangles that cover the letters from ``first`` to ``last``, joined along each line."""
    found: list[Rectangle] = []
    for left, top, right, bottom in letters.places[first : last + 1]:
        if right <= left or bottom <= top:
            continue
        if found:
            before = found[-1]
            middle = (top + bottom) / 2
            if before[1] <= middle <= before[3] and left >= before[0]:
                found[-1] = (before[0], min(before[1], top), max(before[2], right), max(before[3], bottom))
                continue
        found.append((left, top, right, bottom))
    return found
