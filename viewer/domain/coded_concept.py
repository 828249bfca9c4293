"""A coded concept: a meaning named by a code of a coding scheme (PS3.3 Section 8).

Codes are compared by scheme and value, never by their meaning's wording. The retired SNOMED-RT scheme designators are
mapped to SNOMED CT by the reader in ``iods``, which has the table.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class CodedConcept:
    """Code Value, Coding Scheme Designator and Code Meaning, as written.

    Equality ignores the meaning, and uses ``same_as`` when the code is a retired one with a current twin.
    """

    value: str
    scheme: str
    meaning: str = ""
    version: str = ""
    same_as: tuple[str, str] | None = None
    """(scheme, value) of the current code that replaced this one."""

    @property
    def current(self) -> tuple[str, str]:
        """(scheme, value) to compare by."""
        return self.same_as or (self.scheme, self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CodedConcept) and self.current == other.current

    def __hash__(self) -> int:
        return hash(self.current)

    def is_code(self, scheme: str, value: str) -> bool:
        """Say whether this is the code of that scheme, as written or by its current twin."""
        return (self.scheme == scheme and self.value == value) or self.current == (scheme, value)
