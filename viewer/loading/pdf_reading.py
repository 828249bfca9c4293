"""Pages of a PDF by PDFium: sizes, pictures, letters, words found. Runs in the document worker only.

Nothing in a PDF runs: the library is built without JavaScript, links and attachments are not looked at, nothing is fetched.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from viewer.loading.document_questions import Hit, Hits, Letters, Pages, Picture, Rectangle

MOST_PAGES: Final = 5_000
MOST_PIXELS: Final = 40_000_000
MOST_LETTERS: Final = 100_000
MOST_HITS: Final = 2_000
_PASSWORD_NEEDED: Final = 4
_FINE: Final = 1000
"""Device units a point when places are asked for: they come as whole numbers."""
_LARGEST_POINTS: Final = 14_400.0
"""200 inches: the largest page that a PDF may have (ISO 32000-1 Annex C)."""


class NotAPdf(Exception):
    """The bytes cannot be opened as a PDF; ``reason`` is a clause for a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Pdf:
    """An opened PDF.

    Raises
    ------
    NotAPdf
        It is empty, broken, has no pages, or needs a password.
    """

    def __init__(self, content: bytes) -> None:
        import pypdfium2

        if not content.strip(b"\0 \r\n"):
            raise NotAPdf("it is empty")
        try:
            self._document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            if getattr(error, "err_code", None) == _PASSWORD_NEEDED:
                raise NotAPdf("it is encrypted and needs a password") from error
            raise NotAPdf("it is broken, or no PDF") from error
        # Without it the values in the fields of a form are not drawn. The library has no JavaScript.
        self._document.init_forms()
        if not len(self._document):
            raise NotAPdf("it has no pages")

    def pages(self) -> Pages:
        """Return the sizes of the pages in points."""
        count = len(self._document)
        sizes = tuple(self._size(page) for page in range(min(count, MOST_PAGES)))
        return Pages(sizes, max(count - MOST_PAGES, 0))

    def _size(self, page: int) -> tuple[float, float]:
        """Return (width, height), within reason: a page that states no size is shown as one of A4."""
        width, height = self._document.get_page_size(page)
        if not (0 < width <= _LARGEST_POINTS and 0 < height <= _LARGEST_POINTS):
            return 595.0, 842.0
        return float(width), float(height)

    def picture(self, page: int, scale: float) -> Picture:
        """Return a page as a picture on white; ``scale`` is pixels a point, lowered where that would take too many."""
        shown = self._document[page]
        width, height = self._size(page)
        scale = min(scale, math.sqrt(MOST_PIXELS / (width * height)))
        bitmap = shown.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
        pixels: Any = bitmap.to_numpy()[..., :3]
        return Picture(page, pixels.shape[1], pixels.shape[0], pixels.tobytes())

    def letters(self, page: int) -> Letters:
        """Return the letters of a page with their rectangles."""
        shown = self._document[page]
        found, placed = shown.get_textpage(), self._placing(shown, page)
        count = min(found.count_chars(), MOST_LETTERS)
        text: list[str] = []
        places: list[Rectangle] = []
        for index in range(count):
            letter = found.get_text_range(index, 1) or " "
            text.append(letter[0])
            places.append(placed(found.get_charbox(index)))
        return Letters(page, "".join(text), tuple(places))

    def hits(self, words: str) -> Hits:
        """Return where words stand on all pages."""
        found: list[Hit] = []
        for page in range(min(len(self._document), MOST_PAGES)):
            shown = self._document[page]
            letters, placed = shown.get_textpage(), self._placing(shown, page)
            searcher = letters.search(words)
            while (place := searcher.get_next()) is not None:
                if len(found) >= MOST_HITS:
                    return Hits(words, tuple(found), cut=True)
                boxes = (letters.get_rect(number) for number in range(letters.count_rects(*place)))
                found.append(Hit(page, tuple(placed(box) for box in boxes)))
            searcher.close()
            letters.close()
        return Hits(words, tuple(found))

    def _placing(self, shown: Any, page: int) -> Callable[[Rectangle], Rectangle]:
        """Return what turns a box of the page's own space (left, bottom, right, top) into one on the page as it is shown.

        Pages may be turned, and need not begin at (0, 0): three points tell how theirs lie.
        """
        import ctypes

        from pypdfium2 import raw

        width, height = self._size(page)
        size = (round(width * _FINE), round(height * _FINE))

        def seen(x: float, y: float) -> tuple[float, float]:
            across, down = ctypes.c_int(), ctypes.c_int()
            raw.FPDF_PageToDevice(shown, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
            return across.value / _FINE, down.value / _FINE

        (x0, y0), (xx, yx), (xy, yy) = seen(0, 0), seen(1000, 0), seen(0, 1000)
        by_x, by_y = ((xx - x0) / 1000, (yx - y0) / 1000), ((xy - x0) / 1000, (yy - y0) / 1000)

        def placed(box: Rectangle) -> Rectangle:
            corners = [(box[0], box[1]), (box[2], box[3])]
            xs = [x0 + by_x[0] * x + by_y[0] * y for x, y in corners]
            ys = [y0 + by_x[1] * x + by_y[1] * y for x, y in corners]
            return min(xs), min(ys), max(xs), max(ys)

        return placed

    def close(self) -> None:
        """Let go of the document."""
        self._document.close()
