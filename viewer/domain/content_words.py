"""The words for a content item's value: what a person reads in the tree, the page, the text export and beside a mark.

Numbers stay as written in the file. Dates and names are only set out for reading; the JSON export has them as stored.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from viewer.domain.coded_concept import CodedConcept
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem

_ONE_DECIMAL_FROM: Final = 10.0
_SIGNIFICANT: Final = 3
_DECIMALS_KEPT: Final = 2
"""So many decimals are what somebody meant to write."""
NO_BREAK_SPACE: Final = "\N{NO-BREAK SPACE}"

_UNITS: Final = {
    "[hnsf'U]": "HU",
    "ml": "mL",
    "mm2": "mm²",
    "cm2": "cm²",
    "m2": "m²",
    "mm3": "mm³",
    "cm3": "cm³",
    "deg": "°",
    "um": "µm",
    "um2": "µm²",
    "uV": "µV",
    "g/ml": "g/mL",
    "cm2/ml": "cm²/mL",
    "g/ml{SUVbw}": "SUVbw g/mL",
    "g/ml{SUVlbm}": "SUVlbm g/mL",
    "1": "",
}
"""UCUM codes that people write in another way. Codes in braces are annotations: no unit."""

_SHAPES: Final = {
    "POINT": "Point",
    "MULTIPOINT": "Points",
    "POLYLINE": "Polyline",
    "POLYGON": "Polygon",
    "CIRCLE": "Circle",
    "ELLIPSE": "Ellipse",
    "ELLIPSOID": "Ellipsoid",
}


def unit_text(unit: CodedConcept | None) -> str:
    """Return a unit as people write it; empty for none, for "1" and for a bare annotation."""
    if unit is None or not unit.value:
        return ""
    if unit.scheme != "UCUM":
        return unit.value if len(unit.value) <= len(unit.meaning) or not unit.meaning else unit.meaning
    if "[" in unit.value and unit.value not in _UNITS:
        return unit.meaning or unit.value
    return ucum_text(unit.value)


def ucum_text(code: str) -> str:
    """Return a unit of the Unified Code for Units of Measure as people write it; empty for "1" and for a bare annotation."""
    if code in _UNITS:
        return _UNITS[code]
    annotation, closed, rest = code.removeprefix("{").partition("}")
    if code.startswith("{") and closed:
        return f"{annotation} {_UNITS.get(rest, rest)}".strip() if rest else ""
    return code


def with_unit(value: str, unit: str) -> str:
    """Return a number with its unit in words, joined so that no line breaks between; a degree sign stands at the number."""
    return value + (unit if unit == "°" else NO_BREAK_SPACE + unit if unit else "")


def number_text(item: ContentItem) -> str:
    """Return a NUM's value with its unit as written, or the reason why it has none (its qualifier)."""
    return _number_with_unit(item, item.value)


def short_number_text(item: ContentItem) -> str:
    """Return a NUM's value with its unit, rounded for a label: never more digits than written."""
    return _number_with_unit(item, sensible_digits(item.value))


def sensible_digits(written: str) -> str:
    """Return a decimal string with one decimal from 10 on, else with three significant digits; shorter ones as written.

    Programs write lengths such as 23.8644067796610 mm: far more digits than were measured.
    """
    _whole, point, decimals = written.strip().partition(".")
    try:
        value = float(written)
    except ValueError:
        return written
    if not point or not math.isfinite(value) or not decimals.isdigit() or not value:
        return written
    digits = 1 if abs(value) >= _ONE_DECIMAL_FROM else _SIGNIFICANT - 1 - math.floor(math.log10(abs(value)))
    return written if len(decimals) <= max(digits, _DECIMALS_KEPT) else f"{value:.{digits}f}"


def _number_with_unit(item: ContentItem, value: str) -> str:
    qualifier = concept_text(item.qualifier)
    if not item.value:
        return qualifier or "no value"
    joined = with_unit(value, unit_text(item.unit))
    return f"{joined} ({qualifier})" if qualifier else joined


def concept_text(concept: CodedConcept | None) -> str:
    """Return the meaning of a concept, else its code."""
    return (concept.meaning or concept.value) if concept is not None else ""


def name_text(item: ContentItem) -> str:
    """Return what an item is called: its concept name, else its kind."""
    return concept_text(item.concept) or _KINDS.get(item.value_type, f"[{item.value_type}]" if item.value_type else "Item")


def is_tracking_code(text: str) -> bool:
    """Say whether a Tracking Identifier is a code that a program made up ("0agh25tj42gr"), not words for people."""
    return bool(text) and not any(character.isspace() for character in text) and any(map(str.isdigit, text))


def code_text(concept: CodedConcept | None) -> str:
    """Return ``value, scheme`` of a concept, for tooltips; empty for none."""
    return ", ".join(part for part in (concept.value, concept.scheme) if part) if concept is not None else ""


def value_text(item: ContentItem) -> str:
    """Return an item's value in words; empty for a container and for an image reference that names no frame."""
    if item.by_reference:
        return f"see item {item.by_reference}"
    if item.value_type == "NUM":
        return number_text(item)
    if item.value_type in ("SCOORD", "SCOORD3D"):
        return _coordinates_text(item)
    if item.value_type in ("DATE", "TIME", "DATETIME"):
        return moment_text(item.value)
    if item.value_type == "PNAME":
        return person_text(item.value)
    if item.value_type == "TCOORD":
        return f"{item.graphic_type.capitalize()} {item.value}".strip()
    if item.references:
        described = "; ".join(filter(None, map(reference_text, item.references)))
        return "; ".join(filter(None, (item.value, described)))
    return item.value


def reference_text(reference: ImageReference) -> str:
    """Return the frames and segments that a reference names, in words."""
    return ", ".join(filter(None, (_counted("frame", reference.frames), _counted("segment", reference.segments))))


def coordinate_text(value: float) -> str:
    """Return a coordinate with as many digits as the 32-bit number in the file has, and no more."""
    return str(np.float32(value)).removesuffix(".0")


def moment_text(written: str) -> str:
    """Return a DICOM date, time or date and time for reading; as written when it is none of them."""
    digits, dot, rest = written.partition(".")
    zone = ""
    for sign in "+-":
        digits, mark, offset = digits.partition(sign)
        zone += f" {mark}{offset}" if mark else ""
    if not digits.isdigit():
        return written
    if len(digits) == 8:
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}{zone}"
    if len(digits) == 6:
        return f"{digits[:2]}:{digits[2:4]}:{digits[4:]}{dot}{rest}{zone}"
    if len(digits) in (10, 12, 14):
        clock = ":".join(digits[place : place + 2] for place in range(8, len(digits), 2))
        return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]} {clock}{dot}{rest}{zone}"
    return written


def person_text(written: str) -> str:
    """Return a person name for reading: prefix given middle family suffix of its first group that is not empty."""
    group = next((part for part in written.split("=") if part.strip()), "")
    parts = [part.strip() for part in group.split("^")]
    family, given, middle, prefix, suffix = (parts + [""] * 5)[:5]
    return " ".join(filter(None, (prefix, given, middle, family, suffix)))


def _coordinates_text(item: ContentItem) -> str:
    dimensions = 3 if item.value_type == "SCOORD3D" else 2
    count = len(item.graphic_data) // dimensions
    shape = _SHAPES.get(item.graphic_type, item.graphic_type or "No shape")
    if item.graphic_type == "POINT":
        return f"{shape} at {', '.join(map(coordinate_text, item.graphic_data))}"
    return f"{shape}, {count} points"


def _counted(word: str, numbers: tuple[int, ...]) -> str:
    if not numbers:
        return ""
    shown = ", ".join(str(number) for number in numbers[:8]) + (f" and {len(numbers) - 8} more" if len(numbers) > 8 else "")
    return f"{word} {shown}" if len(numbers) == 1 else f"{word}s {shown}"


_KINDS: Final = {
    "CONTAINER": "Section",
    "TEXT": "Text",
    "CODE": "Code",
    "NUM": "Number",
    "PNAME": "Person",
    "DATE": "Date",
    "TIME": "Time",
    "DATETIME": "Date and time",
    "UIDREF": "UID",
    "IMAGE": "Image",
    "COMPOSITE": "Object",
    "WAVEFORM": "Waveform",
    "SCOORD": "Region",
    "SCOORD3D": "Region in space",
    "TCOORD": "Time range",
    "TABLE": "Table",
    "": "Reference",
}
