"""Where an object or a part of it came from, and whether that makes it the word of an AI."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Origin(Enum):
    """Whose word it is. ``NOT_STATED`` is hidden together with the AI in a blind read."""

    AI = "AI"
    AI_ASSISTED = "AI-assisted"
    READER = "reader"
    NOT_STATED = "origin not stated"


@dataclass(frozen=True)
class Provenance:
    """Maker, algorithm and people named by an object (General Equipment, Algorithm Identification, SR observers)."""

    manufacturer: str = ""
    model: str = ""
    software_versions: str = ""
    algorithm_name: str = ""
    algorithm_version: str = ""
    algorithm_family: str = ""
    algorithm_type: str = ""
    """AUTOMATIC, SEMIAUTOMATIC, MANUAL or empty."""
    creator: str = ""
    """Content Creator's Name or the person observer."""
    device_observer: str = ""
    content_date: str = ""
    """DICOM date and time digits, or empty."""

    @property
    def origin(self) -> Origin:
        """AUTOMATIC or a device observer is AI; MANUAL or a person is a reader; otherwise not stated."""
        by_type = {"AUTOMATIC": Origin.AI, "SEMIAUTOMATIC": Origin.AI_ASSISTED, "MANUAL": Origin.READER}
        if self.algorithm_type in by_type:
            return by_type[self.algorithm_type]
        if self.device_observer:
            return Origin.AI
        return Origin.READER if self.creator else Origin.NOT_STATED
