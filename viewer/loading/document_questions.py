"""What the document worker is asked, and what it answers: values that travel between two processes.

Positions on a page are in points (1/72 inch) from the top left corner of the page as it is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from viewer.domain.instance import InstanceHeader
from viewer.iods.document_text import TextBlock

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom in points."""


@dataclass(frozen=True)
class AskPages:
    """How many pages a PDF has, and how large they are."""

    header: InstanceHeader


@dataclass(frozen=True)
class AskPicture:
    """A page (0-based) as a picture; ``scale`` is pixels a point."""

    header: InstanceHeader
    page: int
    scale: float


@dataclass(frozen=True)
class AskLetters:
    """The letters of a page with their places."""

    header: InstanceHeader
    page: int


@dataclass(frozen=True)
class AskHits:
    """Where words stand in a PDF; capitals do not count."""

    header: InstanceHeader
    words: str


@dataclass(frozen=True)
class AskText:
    """The text of a document that is none of pages."""

    header: InstanceHeader


Question = AskPages | AskPicture | AskLetters | AskHits | AskText


@dataclass(frozen=True)
class Pages:
    """Sizes (width, height) of the pages in points. ``more`` pages are beyond the limit and not shown."""

    sizes: tuple[tuple[float, float], ...]
    more: int = 0


@dataclass(frozen=True)
class Picture:
    """A page as 24-bit RGB, rows without gaps."""

    page: int
    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True)
class Letters:
    """The letters of a page in reading order, with one rectangle each."""

    page: int
    text: str
    places: tuple[Rectangle, ...]


@dataclass(frozen=True)
class Hit:
    """One place where the words stand: the rectangles of its lines on one page (0-based)."""

    page: int
    places: tuple[Rectangle, ...]


@dataclass(frozen=True)
class Hits:
    """All places found. ``cut`` says that there are more than the limit."""

    words: str
    found: tuple[Hit, ...]
    cut: bool = False


@dataclass(frozen=True)
class Text:
    """A text in blocks. ``cut`` says that it is longer than the limit."""

    blocks: tuple[TextBlock, ...]
    cut: bool = False


@dataclass(frozen=True)
class Unread:
    """The question could not be answered; ``reason`` is a clause for a sentence."""

    reason: str


Answer = Pages | Picture | Letters | Hits | Text | Unread
