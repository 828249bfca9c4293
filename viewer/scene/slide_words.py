"""Words that whole slides need: focal planes, levels, and sizes of pixels that are far below a millimetre."""

from __future__ import annotations

from collections.abc import Callable

from viewer.domain.stack import Stack
from viewer.scene.plain_words import NO_BREAK_SPACE, decimal, plain

_FLAVORS = {"LABEL": "Label", "OVERVIEW": "Overview", "THUMBNAIL": "Thumbnail", "LOCALIZER": "Localizer"}


def slide_lines(stack: Stack, place: int, say: Callable[[str], str]) -> tuple[str, ...]:
    """Return the lines of a frame of a slide: its focal plane, its optical path, and in how many sizes it is stored."""
    pyramid = stack.pyramid
    assert pyramid is not None
    lines = []
    if len(stack.frames) > 1:
        apart_um = (stack.planes[place].offset_mm - stack.planes[0].offset_mm) * 1000
        where = f"{decimal(abs(apart_um), 1)}{NO_BREAK_SPACE}µm"
        words = say("Focal plane {number} / {count}").format(number=place + 1, count=len(stack.frames))
        lines.append(f"{words}  {where}")
    if pyramid.flavor in _FLAVORS:
        lines.append(say(_FLAVORS[pyramid.flavor]))
    elif stack.dimensions:
        lines.append(plain(stack.label))
    if len(pyramid.levels) > 1:
        lines.append(say("{number} levels").format(number=len(pyramid.levels)))
    return tuple(lines)


def pixel_size(spacing_mm: tuple[float, float]) -> str:
    """Return the size of a pixel (between rows, between columns), in micrometres where it is far below a millimetre."""
    between_rows, between_columns = spacing_mm
    if max(spacing_mm) < 0.02:
        between_rows, between_columns, unit = between_rows * 1000, between_columns * 1000, "µm"
    else:
        unit = "mm"
    same = abs(between_rows - between_columns) < 5e-4
    size = f"{between_columns:.3f}" if same else f"{between_columns:.3f} × {between_rows:.3f}"
    return f"{size}{NO_BREAK_SPACE}{unit}"
