"""Reads a Code Sequence item (PS3.3 Section 8.8), and knows the current twin of a retired SNOMED-RT code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from pydicom.dataset import Dataset

from viewer.domain.coded_concept import CodedConcept
from viewer.iods.elements import first_item, first_raw_item, text

CODE_TAGS = (0x00080100, 0x00080119, 0x00080120, 0x00080104, 0x00080102, 0x00080103)
"""Code Value, Long Code Value, URN Code Value, Code Meaning, Coding Scheme Designator, Coding Scheme Version."""
_WANTED = dict.fromkeys(CODE_TAGS)

_SNOMED_RT_SCHEMES = frozenset({"SRT", "SNM3", "99SDM"})
"""SNOMED-RT under its designator and the two older ones (PS3.16 Table 8-1 notes, PS3.16 Section 8.1.1)."""


def read_concept(item: Dataset | None) -> CodedConcept | None:
    """Return the concept of a code sequence item as written, with its current twin beside it.

    The value is Code Value, else Long Code Value, else URN Code Value (PS3.3 Section 8.1). None for a missing item,
    and for one that has neither a value nor a meaning.
    """
    if item is None:
        return None
    value = text(item, "CodeValue") or text(item, "LongCodeValue") or text(item, "URNCodeValue")
    meaning = text(item, "CodeMeaning")
    return _concept(value, text(item, "CodingSchemeDesignator"), meaning, text(item, "CodingSchemeVersion"))


def _concept(value: str, scheme: str, meaning: str, version: str) -> CodedConcept | None:
    if not value and not meaning:
        return None
    concept = CodedConcept(value, scheme, meaning, version)
    return concept if scheme not in _SNOMED_RT_SCHEMES else replace(concept, same_as=_current_twin(scheme, value))


def concept_of_texts(texts: Mapping[int, str]) -> CodedConcept | None:
    """Return the concept that the texts of a code sequence item by tag give, as ``read_concept`` does."""
    value, long_value, urn, meaning, scheme, version = (texts.get(tag, "") for tag in CODE_TAGS)
    return _concept(value or long_value or urn, scheme, meaning, version)


def concept_of(dataset: Dataset, keyword: str) -> CodedConcept | None:
    """Return the concept in the first item of a code sequence of a dataset, or None."""
    raw = first_raw_item(dataset, keyword, _WANTED)
    values = raw.values if raw is not None else {}
    if values and all(value.isascii() and b"\x1b" not in value for value in values.values()):
        value, long_value, urn, meaning, scheme, version = (_ascii(values.get(tag, b"")) for tag in _WANTED)
        return _concept(value or long_value or urn, scheme, meaning, version)
    return read_concept(first_item(dataset, keyword))


def _ascii(value: bytes) -> str:
    return "\\".join(one.strip(" \0") for one in value.decode("ascii").split("\\")).strip()


def _current_twin(scheme: str, value: str) -> tuple[str, str] | None:
    """Return (scheme, value) of the SNOMED CT code that replaced a SNOMED-RT one, or None."""
    if scheme not in _SNOMED_RT_SCHEMES:
        return None
    current = _snomed_rt_to_ct().get(value)
    return ("SCT", current) if current else None


@cache
def _snomed_rt_to_ct() -> dict[str, str]:
    # pydicom.sr loads all context groups of the standard; only files with retired codes pay for it.
    from pydicom.sr._snomed_dict import mapping

    return dict(mapping["SRT"])
