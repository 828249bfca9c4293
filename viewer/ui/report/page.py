"""The readable page of a report for the window: the page model in the colours of the theme, with links to items."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Final

from viewer.domain.content_words import code_text, name_text
from viewer.domain.report import ContentItem
from viewer.export.report_page import Describe, Finding, ReportPage
from viewer.export.report_text import item_words
from viewer.ui.report.words import tr
from viewer.ui.theme.current import metrics, tokens

LINK: Final = "item:"
"""Scheme of links that lead to a content item; nothing on the page leads out of the program."""

MOST_ITEMS: Final = 400
MOST_FINDINGS: Final = 150
"""What is written out on the page; the rest of a longer report is read in the tree, and the page says so."""


def page_html(page: ReportPage, words: Describe, *, selected: str = "") -> str:
    """Return the page as HTML for a text browser; the row of the selected item has the ground of a selection."""
    ink, sizes = tokens(), metrics()
    parts = [
        f'<html><body style="color:{ink.text1}; font-size:{sizes.px(13)}px">',
        f'<p style="font-size:{sizes.px(18)}px; font-weight:600; margin-bottom:0">{plain_html(page.title)}</p>',
        f'<p style="color:{ink.text2}; margin-top:2px">{plain_html(page.subtitle)}</p>',
    ]
    parts += [_notice(sentence) for sentence in page.standing]
    parts += [_head(tr("About this report")), _facts(page.facts)]
    if page.findings:
        parts += [_head(tr("Findings")), _findings(page, selected)]
    if page.notes:
        parts.append(_head(tr("What is wrong with it")))
        parts += [f'<p style="color:{ink.text2}">{plain_html(sentence)}</p>' for sentence in page.notes]
    parts += [_head(tr("Whole report")), _items(page.root, words, selected), "</body></html>"]
    return "\n".join(parts)


def plain_html(text: str) -> str:
    """Escape text from a file: it is never markup."""
    kept = "".join(character for character in text if character in "\n\t" or ord(character) >= 32)
    return html.escape(kept, quote=True).replace("\n", "<br>")


def _head(text: str) -> str:
    return f'<p style="font-weight:600; margin-top:{metrics().px(16)}px; margin-bottom:4px">{plain_html(text)}</p>'


def _notice(sentence: str) -> str:
    ink = tokens()
    cell = f'<td style="background-color:{ink.warning_bg}; color:{ink.warning}; padding:8px">{plain_html(sentence)}</td>'
    return f'<table width="100%" cellspacing="0" style="margin-top:4px"><tr>{cell}</tr></table>'


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    ink = tokens()
    rows = "".join(
        f'<tr><td style="color:{ink.text3}; padding:2px 16px 2px 0">{plain_html(name)}</td>'
        f'<td style="padding:2px 0">{plain_html(value)}</td></tr>'
        for name, value in facts
    )
    return f'<table cellspacing="0">{rows}</table>'


def _findings(page: ReportPage, selected: str) -> str:
    ink = tokens()
    heads = ["#", tr("Finding"), *page.columns, tr("Where")]
    head = "".join(
        f'<td style="color:{ink.text3}; font-size:{metrics().px(11)}px; padding:4px 12px 4px 0">{plain_html(text)}</td>'
        for text in heads
    )
    shown = page.findings[:MOST_FINDINGS]
    body = "".join(_finding(finding, chosen=_is_at_or_below(selected, finding.item)) for finding in shown)
    table = f'<table width="100%" cellspacing="0"><tr>{head}</tr>{body}</table>'
    return table + _more(len(page.findings) - len(shown), tr("{number} more findings stand in the tree."))


def _finding(finding: Finding, *, chosen: bool) -> str:
    ground = f' style="background-color:{tokens().sel}"' if chosen else ""
    cells = [str(finding.number), finding.name, *finding.values]
    written = "".join(f'<td style="padding:5px 12px 5px 0">{plain_html(text)}</td>' for text in cells)
    where = f'<td style="padding:5px 0">{_link(finding.item, finding.where or tr("Show in the tree"))}</td>'
    return f"<tr{ground}>{written}{where}</tr>"


def _items(root: ContentItem, words: Describe, selected: str) -> str:
    lines, total = [], 0
    for item in root.walk():
        total += 1
        if total <= MOST_ITEMS:
            lines.append(_item(item, words, chosen=item.position == selected))
    lines.append(_more(total - MOST_ITEMS, tr("{number} more items stand in the tree.")))
    return "\n".join(lines)


def _more(number: int, sentence: str) -> str:
    """Return the sentence that says how much is left out; nothing when all is there."""
    if number <= 0:
        return ""
    return f'<p style="color:{tokens().warning}">{plain_html(sentence.format(number=number))}</p>'


def _item(item: ContentItem, words: Describe, *, chosen: bool) -> str:
    ink = tokens()
    indent = item.position.count(".") * metrics().px(14)
    relation = {"INFERRED FROM": tr("based on"), "SELECTED FROM": tr("on")}.get(item.relationship, "")
    value = item_words(item, words)
    heavy = ' style="font-weight:600"' if item.value_type == "CONTAINER" else ""
    codes = plain_html(code_text(item.concept))
    name = f'<span title="{codes}"{heavy}>{plain_html(name_text(item))}</span>'
    leads = bool(item.references or item.graphic_data or item.by_reference)
    written = _link(item.position, value) if leads and value else f"<b>{plain_html(value)}</b>"
    ground = f"; background-color:{ink.sel}" if chosen else ""
    return (
        f'<p style="margin:1px 0 1px {indent}px{ground}">'
        + (f'<span style="color:{ink.text3}">{plain_html(relation)} </span>' if relation else "")
        + f'<span style="color:{ink.text2}">{name}</span> {written}</p>'
    )


def _link(position: str, text: str) -> str:
    return f'<a href="{LINK}{position}" style="color:{tokens().accent}; text-decoration:none">{plain_html(text)}</a>'


def _is_at_or_below(position: str, ancestor: str) -> bool:
    return bool(position) and (position == ancestor or position.startswith(ancestor + "."))
