"""Tables for spreadsheet programs: comma-separated for files, tab-separated for the clipboard, without formulas.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula, which can fetch and send. Texts come
from files that anybody may have made, so such a text gets an apostrophe before it; numbers stay as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?|[+-]?\.[0-9]+([eE][+-]?[0-9]+)?")


def harmless(text: str) -> str:
    """Return text that no spreadsheet takes for a formula; a number as written stays as it is."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not _is_number(text) else text


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as comma-separated values (RFC 4180) with harmless texts."""
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\r\n")
    table.writerow(columns)
    table.writerows([harmless(text) for text in row] for row in rows)
    return made.getvalue()


def tab_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as tab-separated lines with harmless texts; tabs and line ends inside a text become spaces."""
    return "\n".join("\t".join(harmless(" ".join(text.split())) for text in row) for row in rows)


def _is_number(text: str) -> bool:
    """Say whether text is a decimal number and nothing else (a decimal string of DICOM, PS3.5 Section 6.2)."""
    return _NUMBER.fullmatch(text) is not None
