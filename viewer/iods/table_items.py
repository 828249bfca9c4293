"""The content item that is a table: its rows and columns, and what every cell holds (PS3.3 C.18.10)."""

from __future__ import annotations

from typing import Final

from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset

from viewer.iods.coded_concepts import concept_of
from viewer.iods.elements import first_item, integer, items, text

_MOST: Final = 1000
"""Rows, and columns, that are written out."""


def table_value(dataset: Dataset) -> str:
    """Return a TABLE as lines: its size, the names of its columns, and its rows with what their cells hold (PS3.3 C.18.10).

    A cell without a value says its reason.
    """
    table = first_item(dataset, "TabulatedValuesSequence")
    if table is None:
        return ""
    cells: dict[tuple[int, int], str] = {}
    for item in items(table, "CellValuesSequence"):
        at, across = integer(item, "TableRowNumber"), integer(item, "TableColumnNumber")
        if at is not None and across is not None and max(at, across) <= _MOST:
            cells[at, across] = _cell_value(item)
    rows, columns = _defined(table, "Row"), _defined(table, "Column")
    row_count = max(integer(table, "NumberOfTableRows") or 0, *(one for one, _ in cells), *rows, 0, 0)
    column_count = max(integer(table, "NumberOfTableColumns") or 0, *(one for _, one in cells), *columns, 0, 0)
    lines = [f"{row_count} rows, {column_count} columns"]
    places = range(1, min(column_count, _MOST) + 1)
    named = [""] if rows else []
    if columns:
        lines.append(" | ".join([*named, *(columns.get(one, "") for one in places)]))
    for number in range(1, min(row_count, _MOST) + 1):
        name = [rows.get(number, "")] if rows else []
        lines.append(" | ".join([*name, *(cells.get((number, one), "") for one in places)]))
    return "\n".join(lines)


def _defined(table: Dataset, which: str) -> dict[int, str]:
    """Return the names of rows or columns, with their units."""
    found: dict[int, str] = {}
    for item in items(table, f"Table{which}DefinitionSequence"):
        number, name = integer(item, f"Table{which}Number"), concept_of(item, "ConceptNameCodeSequence")
        unit = concept_of(item, "MeasurementUnitsCodeSequence")
        if number is not None and name is not None:
            found[number] = (name.meaning or name.value) + (f" ({unit.value})" if unit is not None else "")
    return found


def _cell_value(cell: Dataset) -> str:
    """Return what a cell holds, in whichever element its kind has it; else the reason why it holds nothing."""
    held: list[str] = []
    for tag in sorted(cell.keys()):
        keyword = keyword_for_tag(tag)
        if keyword in ("TableRowNumber", "TableColumnNumber", "NumericValueQualifierCodeSequence"):
            continue
        code = concept_of(cell, keyword) if keyword and items(cell, keyword) else None
        held.append((code.meaning or code.value) if code is not None else text(cell, keyword) if keyword else "")
    reason = concept_of(cell, "NumericValueQualifierCodeSequence")
    return ", ".join(filter(None, held)) or ((reason.meaning or reason.value) if reason is not None else "no value")
