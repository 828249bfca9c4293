"""A structured report as plain text: every content item on a line of its own, indented by depth."""

from __future__ import annotations

from viewer.domain.content_words import code_text, coordinate_text, name_text, value_text
from viewer.domain.report import ContentItem
from viewer.export.report_page import Describe, ReportPage

_RELATIONSHIPS = {"INFERRED FROM": "based on ", "SELECTED FROM": "on "}
"""Relationships that change what an item says; the others only place it."""


def report_text(page: ReportPage, describe: Describe) -> str:
    """Return the whole report as text: facts first, then every item with its identifier and codes."""
    lines = [page.title, page.subtitle, *page.standing, *page.notes, ""]
    lines += [f"{name}: {value}" for name, value in page.facts]
    lines.append("")
    for item in page.root.walk():
        depth = item.position.count(".")
        first, *rest = (item_line(item, describe) or "").splitlines() or [""]
        indent = "  " * depth
        lines.append(f"{indent}{item.position} {first}")
        lines += [f"{indent}{' ' * (len(item.position) + 1)}{line}" for line in rest]
    return "\n".join(lines) + "\n"


def item_line(item: ContentItem, describe: Describe) -> str:
    """Return an item in one line: relationship, name, value and codes."""
    words = item_words(item, describe)
    codes = "; ".join(filter(None, (code_text(item.concept), code_text(item.code), code_text(item.unit))))
    line = _RELATIONSHIPS.get(item.relationship, "") + name_text(item) + (f": {words}" if words else "")
    return line + (f" [{codes}]" if codes else "")


def item_words(item: ContentItem, describe: Describe) -> str:
    """Return the value of an item with what it refers to, when it was observed and where its points lie."""
    found = [item.value, *map(describe, item.references)] if item.references else [value_text(item)]
    if item.graphic_data and item.graphic_type != "POINT":
        found.append(" ".join(map(coordinate_text, item.graphic_data)))
    if item.frame_of_reference_uid:
        found.append(f"Frame of Reference {item.frame_of_reference_uid}")
    if item.datetime:
        found.append(f"observed {item.datetime}")
    return ", ".join(filter(None, found))
