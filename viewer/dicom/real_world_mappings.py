"""Items of the Real World Value Mapping Sequence, in images and in objects of their own (PS3.3 C.7.6.16.2.11)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from viewer.dicom.tag_reader import Item
from viewer.dicom.wanted_items import double, first_item, items, tag, text, tree, words
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.image_attributes import RealWorldValueMapping

_CODE = tree(["CodeValue", "CodingSchemeDesignator", "CodeMeaning", "CodingSchemeVersion"])
MAPPING_WANTED = tree(
    [
        "RealWorldValueFirstValueMapped",
        "RealWorldValueLastValueMapped",
        "DoubleFloatRealWorldValueFirstValueMapped",
        "DoubleFloatRealWorldValueLastValueMapped",
        "RealWorldValueSlope",
        "RealWorldValueIntercept",
        "RealWorldValueLUTData",
        "LUTLabel",
        "LUTExplanation",
    ],
    MeasurementUnitsCodeSequence=_CODE,
    QuantityDefinitionSequence=tree(ConceptNameCodeSequence=_CODE, ConceptCodeSequence=_CODE),
)
"""What is wanted of an item."""

_QUANTITY = ("246205007", "G-C1C6")
"""Concept Name (Quantity, SCT) and what it was called in SRT."""


def read_mappings(found: Sequence[Item], *, signed: bool | None) -> tuple[RealWorldValueMapping, ...]:
    """Return the usable mappings of a sequence.

    Parameters
    ----------
    signed
        Pixel Representation of the images. None where it is not known, in an object of its own: the ends of the range
        are then read as signed when as unsigned they would be the wrong way round.
    """
    mappings = (_mapping(item, signed=signed) for item in found)
    return tuple(mapping for mapping in mappings if mapping is not None)


def _mapping(item: Item, *, signed: bool | None) -> RealWorldValueMapping | None:
    first, last = _range(item, signed=signed)
    table = _table(item, first, last)
    slope, intercept = double(item, "RealWorldValueSlope"), double(item, "RealWorldValueIntercept")
    if not table and (slope is None or intercept is None):
        return None
    if table:
        last = first + len(table) - 1
    unit = first_item(item, "MeasurementUnitsCodeSequence")
    return RealWorldValueMapping(
        slope=1.0 if slope is None else slope,
        intercept=0.0 if intercept is None else intercept,
        first=first,
        last=last,
        unit=_code(unit),
        label=text(item, "LUTLabel"),
        explanation=text(item, "LUTExplanation"),
        quantity=_quantity(item),
        table=table,
    )


def _table(item: Item, first: float, last: float) -> tuple[float, ...]:
    """Return the values of a LUT, one a stored value; what goes beyond the range is left out."""
    data = item.values.get(tag("RealWorldValueLUTData"), b"")
    if not data or not math.isfinite(first):
        return ()
    values = np.frombuffer(data[: len(data) // 8 * 8], "<f8")
    count = int(last - first) + 1 if math.isfinite(last) else len(values)
    return tuple(values[:count].tolist()) if count > 0 else ()


def _range(item: Item, *, signed: bool | None) -> tuple[float, float]:
    names = ("RealWorldValueFirstValueMapped", "RealWorldValueLastValueMapped")
    doubles = [double(item, f"DoubleFloat{name}") for name in names]
    shorts = [_short(item, name, signed=bool(signed)) for name in names]
    if signed is None and shorts[0] is not None and shorts[1] is not None and shorts[0] > shorts[1]:
        shorts = [_short(item, name, signed=True) for name in names]
    first, last = (wide if wide is not None else short for wide, short in zip(doubles, shorts, strict=True))
    return (-math.inf if first is None else first, math.inf if last is None else last)


def _short(item: Item, name: str, *, signed: bool) -> float | None:
    found = words(item, name, signed=signed)
    return float(found[0]) if found else None


def _quantity(item: Item) -> str:
    for entry in items(item, "QuantityDefinitionSequence"):
        name = first_item(entry, "ConceptNameCodeSequence")
        value = first_item(entry, "ConceptCodeSequence")
        if name is not None and value is not None and text(name, "CodeValue") in _QUANTITY:
            return text(value, "CodeMeaning")
    return ""


def _code(item: Item | None) -> CodedConcept:
    if item is None:
        return CodedConcept("", "", "", "")
    return CodedConcept(
        text(item, "CodeValue"),
        text(item, "CodingSchemeDesignator"),
        text(item, "CodeMeaning"),
        text(item, "CodingSchemeVersion"),
    )
