"""A structured report as HTML: self-contained, escaped, without a link that leaves the document.

Text in a report may hold anything, markup included: everything that comes from a file goes through ``_plain``.
"""

from __future__ import annotations

import html
from collections.abc import Sequence

from viewer.domain.content_words import code_text, name_text
from viewer.domain.report import ContentItem
from viewer.export.report_page import DETAILS, Describe, ReportPage
from viewer.export.report_text import item_words

_STYLE = """
body { font: 15px/1.5 Inter, "Noto Sans", "DejaVu Sans", sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 22px; margin-bottom: 0 } h2 { font-size: 16px; margin: 1.6em 0 .4em }
.quiet { opacity: .7 } .standing { border: 1px solid; border-radius: 5px; padding: .5em .8em; margin: .5em 0 }
table { border-collapse: collapse } td, th { text-align: left; padding: .2em .9em .2em 0; vertical-align: top }
th { font-weight: 500; opacity: .7 } .number { text-align: right; font-variant-numeric: tabular-nums }
ul { list-style: none; padding-left: 1.2em; margin: 0 } .value { font-weight: 600; white-space: pre-wrap }
:root { color-scheme: light dark }
"""

_RELATIONSHIPS = {"INFERRED FROM": "based on", "SELECTED FROM": "on"}


def report_html(pages: Sequence[ReportPage], describe: Describe) -> str:
    """Return one HTML document that holds every item of every report."""
    title = _plain(pages[0].title) if len(pages) == 1 else f"{len(pages)} reports"
    body = "\n<hr>\n".join(page_body(page, describe) for page in pages)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n"
        '<p class="quiet">Written by Overread. Not for diagnostic use.</p>\n</body>\n</html>\n'
    )


def page_body(page: ReportPage, describe: Describe) -> str:
    """Return the inside of the page of one report."""
    parts = [f"<h1>{_plain(page.title)}</h1>", f'<p class="quiet">{_plain(page.subtitle)}</p>']
    parts += [f'<p class="standing">{_plain(sentence)}</p>' for sentence in page.standing]
    parts.append("<h2>About this report</h2>")
    parts.append(_table([], [[name, value] for name, value in page.facts]))
    if page.findings:
        parts.append("<h2>Findings</h2>")
        told = [name for name in DETAILS if any(name in dict(one.details) for one in page.findings)]
        heads = ["#", "Finding", *page.columns, *told, "Where"]
        rows = [
            [str(f.number), f.name, *f.values, *(dict(f.details).get(name, "") for name in told), f.where]
            for f in page.findings
        ]
        parts.append(_table(heads, rows))
    for table in page.tables:
        parts.append(f"<h2>{_plain(table.title)}</h2>")
        parts.append(_table(["#", *table.columns], [[str(n), *cells] for n, (_, cells) in enumerate(table.rows, 1)]))
    if page.notes:
        parts.append("<h2>What to know of it</h2>")
        parts += [f"<p>{_plain(sentence)}</p>" for sentence in page.notes]
    parts.append("<h2>All items</h2>")
    parts.append(f"<ul>{_items(page.root, describe)}</ul>")
    return "\n".join(parts)


def _items(item: ContentItem, describe: Describe) -> str:
    """Return an item with everything below it. The reader limits the depth, so recursion is safe."""
    words = item_words(item, describe)
    codes = " · ".join(filter(None, (code_text(item.concept), code_text(item.code), code_text(item.unit))))
    relation = _RELATIONSHIPS.get(item.relationship, "")
    line = (
        f'<span class="quiet">{item.position}</span> '
        + (f'<span class="quiet">{relation}</span> ' if relation else "")
        + f'<span title="{_plain(codes)}">{_plain(name_text(item))}</span>'
        + (f' <span class="value">{_plain(words)}</span>' if words else "")
        + (f' <span class="quiet">[{_plain(codes)}]</span>' if codes else "")
    )
    below = "".join(_items(child, describe) for child in item.children)
    return f"<li>{line}{f'<ul>{below}</ul>' if below else ''}</li>\n"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = f"<tr>{''.join(f'<th>{_plain(text)}</th>' for text in heads)}</tr>\n" if heads else ""
    body = "".join(f"<tr>{''.join(f'<td>{_plain(text)}</td>' for text in row)}</tr>\n" for row in rows)
    return f"<table>\n{head}{body}</table>"


def _plain(text: str) -> str:
    """Escape text, and leave out control characters that HTML forbids."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    allowed = "".join(character for character in lines if character in "\n\t" or ord(character) >= 32)
    return html.escape(allowed, quote=True)
