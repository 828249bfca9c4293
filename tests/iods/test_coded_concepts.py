"""Coded concepts are compared by current code; what the file says stays as written."""

from __future__ import annotations

from pydicom.dataset import Dataset

from viewer.domain.coded_concept import CodedConcept
from viewer.iods.coded_concepts import concept_of, read_concept


def item(**elements: str) -> Dataset:
    made = Dataset()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def test_a_retired_code_equals_its_current_twin_and_stays_as_written() -> None:
    retired = read_concept(item(CodeValue="T-D0050", CodingSchemeDesignator="SRT", CodeMeaning="Tissue"))
    current = read_concept(item(CodeValue="85756007", CodingSchemeDesignator="SCT", CodeMeaning="Gewebe"))
    assert retired is not None
    assert retired == current
    assert hash(retired) == hash(current)
    assert (retired.value, retired.scheme) == ("T-D0050", "SRT")
    assert retired.is_code("SCT", "85756007")
    assert retired.is_code("SRT", "T-D0050")


def test_older_names_of_the_same_scheme_mean_the_same() -> None:
    older = read_concept(item(CodeValue="T-D0050", CodingSchemeDesignator="99SDM", CodeMeaning="Tissue"))
    assert older == CodedConcept("85756007", "SCT")


def test_one_value_in_two_schemes_is_two_concepts() -> None:
    assert CodedConcept("1", "A") != CodedConcept("1", "B")


def test_long_and_urn_codes_are_read() -> None:
    long = read_concept(item(LongCodeValue="12345678901234567890", CodingSchemeDesignator="SCT", CodeMeaning="long"))
    urn = read_concept(item(URNCodeValue="urn:lex:us:federal", CodeMeaning="law"))
    assert long is not None
    assert urn is not None
    assert long.value == "12345678901234567890"
    assert (urn.value, urn.scheme) == ("urn:lex:us:federal", "")


def test_a_missing_or_empty_item_is_no_concept() -> None:
    assert read_concept(None) is None
    assert read_concept(Dataset()) is None
    assert concept_of(Dataset(), "ConceptNameCodeSequence") is None
