"""Reads a Code Sequence item (PS3.3 Section 8.8), and knows the current twin of a retired SNOMED-RT code."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from pydicom.dataset import Dataset

from viewer.domain.coded_concept import CodedConcept
from viewer.iods.elements import first_item, text

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
    if not value and not meaning:
        return None
    scheme = text(item, "CodingSchemeDesignator")
    concept = CodedConcept(value, scheme, meaning, text(item, "CodingSchemeVersion"))
    return replace(concept, same_as=_current_twin(scheme, value))


def concept_of(dataset: Dataset, keyword: str) -> CodedConcept | None:
    """Return the concept in the first item of a code sequence of a dataset, or None."""
    return read_concept(first_item(dataset, keyword))


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
