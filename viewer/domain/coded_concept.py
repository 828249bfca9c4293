"""A coded concept: a meaning named by a code of a coding scheme (PS3.3 Section 8).

Codes are compared by scheme and value, never by their meaning's wording. The retired SNOMED-RT scheme designators are
mapped to SNOMED CT by the reader in ``iods``, which has the table.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class CodedConcept:
    """Code Value, Coding Scheme Designator and Code Meaning.

    Equality ignores the meaning, and uses ``same_as`` when the code is a retired one with a current twin.
    """

    value: str
    scheme: str
    meaning: str = field(compare=False, default="")
    version: str = field(compare=False, default="")

    def is_code(self, scheme: str, value: str) -> bool:
        """Say whether this is the code of that scheme."""
        return self.scheme == scheme and self.value == value
