"""The readable page of a report for the window: the page model in the colours of the theme, with links to items."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QFontMetrics

from viewer.domain.content_words import code_text, name_text
from viewer.domain.report import ContentItem, is_at_or_below
from viewer.export.report_page import Describe, Finding, ReportPage
from viewer.export.report_tables import NumberTable
from viewer.export.report_text import item_words
from viewer.ui.report.words import tr
from viewer.ui.theme.current import metrics, tokens
from viewer.ui.theme.fonts import font

LINK: Final = "item:"
"""Scheme of links that lead to a content item; nothing on the page leads out of the program."""

_COLUMN_GAP: Final = 12
_CELL: Final = f"white-space:nowrap; padding:5px {_COLUMN_GAP}px 5px 0;"

_UID: Final = re.compile(r"[0-2](?:\.\d+){2,}(?<=[\d.]{20})")

MOST_ITEMS: Final = 400
MOST_FINDINGS: Final = 150
"""What is written out on the page; the rest of a longer report is read in the tree, and the page says so."""


def page_html(page: ReportPage, words: Describe, *, selected: str = "", width: int = 10_000) -> str:
    """Return the page as HTML for a text browser ``width`` logical pixels wide.

    The row of the selected item has the ground of a selection. Numbers have sensible digits; tooltips have all of them.
    """
    ink, sizes = tokens(), metrics()
    parts = [
        f'<html><body style="color:{ink.text1}; font-size:{sizes.px(13)}px">',
        f'<p style="font-size:{sizes.px(18)}px; font-weight:600; margin-bottom:0">{plain_html(page.title)}</p>',
        f'<p style="color:{ink.text2}; margin-top:2px">{plain_html(page.subtitle)}</p>',
    ]
    parts += [_notice(sentence) for sentence in page.standing]
    parts += [_head(tr("About this report")), _facts(page.facts)]
    if page.findings:
        parts += [_head(tr("Findings")), _findings(page, selected, width)]
    for table in page.tables:
        parts += [_head(table.title), _numbers(table)]
    if page.notes:
        parts.append(_head(tr("What to know of it")))
        parts += [f'<p style="color:{ink.text2}">{plain_html(sentence)}</p>' for sentence in page.notes]
    parts += [_head(tr("Whole report")), _items(page.root, words, selected), "</body></html>"]
    return "\n".join(parts)


def plain_html(text: str) -> str:
    """Escape text from a file: it is never markup."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(character for character in lines if character in "\n\t" or ord(character) >= 32)
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
        f'<tr><td style="color:{ink.text3}; white-space:nowrap; padding:2px 16px 2px 0">{plain_html(name)}</td>'
        f'<td style="padding:2px 0">{plain_html(value)}</td></tr>'
        for name, value in facts
    )
    return f'<table cellspacing="0">{rows}</table>'


def findings_fit(page: ReportPage, width: int) -> bool:
    """Say whether the table of findings fits a width (logical pixels) with every cell on one line."""
    words, small = QFontMetrics(font(13)), QFontMetrics(font(11))
    rows = [_cells(finding) for finding in page.findings[:MOST_FINDINGS]]
    heads = _heads(page)
    natural = sum(
        max([small.horizontalAdvance(head), *(words.horizontalAdvance(row[place]) for row in rows)]) + _COLUMN_GAP
        for place, head in enumerate(heads)
    )
    return natural <= width


def _heads(page: ReportPage) -> list[str]:
    return ["#", tr("Finding"), *page.columns, tr("Where")]


def _cells(finding: Finding) -> list[str]:
    return [str(finding.number), finding.name, *finding.short_values, _where(finding)]


def _where(finding: Finding) -> str:
    return finding.where or tr("Show in the tree")


def _findings(page: ReportPage, selected: str, width: int) -> str:
    """Write a table where it fits with whole lines; else one block a finding, its values below one another."""
    shown = page.findings[:MOST_FINDINGS]
    chosen = [is_at_or_below(selected, finding.item) for finding in shown]
    if findings_fit(page, width):
        numeric = [all(_begins_as_number(one.short_values[n]) for one in shown) for n in range(len(page.columns))]
        style = f"color:{tokens().text3}; font-size:{metrics().px(11)}px; {_CELL}"
        sides = ["left", "left", *("right" if one else "left" for one in numeric), "left"]
        head = "".join(
            f'<td align="{side}" style="{style}">{plain_html(text)}</td>'
            for text, side in zip(_heads(page), sides, strict=True)
        )
        body = "".join(_row(one, sides, chosen=at) for one, at in zip(shown, chosen, strict=True))
        written = f"<tr>{head}</tr>{body}"
    else:
        written = "".join(_block(one, chosen=at) for one, at in zip(shown, chosen, strict=True))
    table = f'<table width="100%" cellspacing="0">{written}</table>'
    return table + _more(len(page.findings) - len(shown), tr("{number} more findings stand in the tree."))


def _row(finding: Finding, sides: Sequence[str], *, chosen: bool) -> str:
    cells = [str(finding.number), plain_html(finding.name), *map(_value, finding.short_values, finding.values)]
    cells.append(_link(finding.item, _where(finding)))
    written = "".join(f'<td align="{side}" style="{_CELL}">{cell}</td>' for side, cell in zip(sides, cells, strict=True))
    line = f"<tr{_ground(chosen=chosen)}>{written}</tr>"
    if not finding.details:
        return line
    quiet = f"color:{tokens().text3}; font-size:{metrics().px(11)}px; padding:0 {_COLUMN_GAP}px 5px 0"
    told = " · ".join(f"{plain_html(tr(name))} {_shortened(words)}" for name, words in finding.details)
    return line + f'<tr{_ground(chosen=chosen)}><td></td><td colspan="{len(sides) - 1}" style="{quiet}">{told}</td></tr>'


def _shortened(words: str) -> str:
    """Write words with their UIDs shortened; the tooltip has them whole."""
    short = _UID.sub(lambda found: f"{found[0][:8]}…{found[0][-4:]}", words)
    return f'<span title="{plain_html(words)}">{plain_html(short)}</span>' if short != words else plain_html(words)


def _block(finding: Finding, *, chosen: bool) -> str:
    """Write a finding with every number, how it was made, and all else on lines of their own, as wide as there is room."""
    ground, quiet = _ground(chosen=chosen), f"color:{tokens().text3}; padding:1px {_COLUMN_GAP}px 1px 0"
    lines = [
        f'<tr{ground}><td width="{metrics().px(24)}" style="padding:5px 0">{finding.number}</td>'
        f'<td colspan="2" style="padding:5px 0; font-weight:600">{plain_html(finding.name)}</td></tr>'
    ]
    told = [
        (one.name, _value(one.short_value, one.value) + (_quiet(one.method) if one.method else ""))
        for one in finding.measured
    ]
    told += [(tr(name), _shortened(words)) for name, words in finding.details if name != "Method"]
    told.append((tr("Where"), _link(finding.item, _where(finding))))
    lines += [
        f'<tr{ground}><td></td><td style="{quiet}">{plain_html(name)}</td><td style="padding:1px 0">{words}</td></tr>'
        for name, words in told
    ]
    return "".join(lines)


def _quiet(words: str) -> str:
    return f'<span style="color:{tokens().text3}"> · {plain_html(words)}</span>'


def _numbers(table: NumberTable) -> str:
    """Write a table of numbers, as written in the file; each row leads to its container."""
    ink, shown = tokens(), table.rows[:MOST_FINDINGS]
    head = f"color:{ink.text3}; font-size:{metrics().px(11)}px; padding:5px {_COLUMN_GAP}px 5px 0"
    cell = f"padding:3px {_COLUMN_GAP}px 3px 0"
    lines = ["<tr>" + "".join(f'<td style="{head}">{plain_html(one)}</td>' for one in ("#", *table.columns)) + "</tr>"]
    for number, (position, cells) in enumerate(shown, 1):
        first = f'<td style="{cell}">{_link(position, str(number))}</td>'
        rest = "".join(f'<td style="{cell}">{plain_html(one)}</td>' for one in cells)
        lines.append(f"<tr>{first}{rest}</tr>")
    written = f'<table cellspacing="0">{"".join(lines)}</table>'
    return written + _more(len(table.rows) - len(shown) + table.left_out, tr("{number} more rows stand in the tree."))


def _value(short: str, written: str) -> str:
    """Write a value with sensible digits; the tooltip has it as written in the file."""
    return f'<span title="{plain_html(written)}">{plain_html(short)}</span>' if short != written else plain_html(short)


def _begins_as_number(text: str) -> bool:
    return not text or text[0].isdigit() or text[0] in "-+−"


def _ground(*, chosen: bool) -> str:
    return f' style="background-color:{tokens().sel}"' if chosen else ""


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
    shown = _link(item.position, value) if leads and value else f"<b>{plain_html(value)}</b>"
    ground = f"; background-color:{ink.sel}" if chosen else ""
    return (
        f'<p style="margin:1px 0 1px {indent}px{ground}">'
        + (f'<span style="color:{ink.text3}">{plain_html(relation)} </span>' if relation else "")
        + f'<span style="color:{ink.text2}">{name}</span> {shown}</p>'
    )


def _link(position: str, text: str) -> str:
    return f'<a href="{LINK}{position}" style="color:{tokens().accent}; text-decoration:none">{plain_html(text)}</a>'
