"""Pictures that an AI drew its result into: there is no layer to take away, so the picture itself is the result.

Decided
    Nothing in DICOM says so plainly. Burned In Annotation (0028,0301) speaks of text that identifies the patient, which a
    result need not be, and a scanned letter is a secondary capture as well. So only a secondary capture counts that was made
    by a program and says of itself that an AI made it: in Image Type, or in the words of its maker and series.
"""

from __future__ import annotations

import re

from viewer.domain.instance import InstanceHeader
from viewer.domain.library import Series

_SECONDARY_CAPTURE = frozenset({"1.2.840.10008.5.1.4.1.1.7", *(f"1.2.840.10008.5.1.4.1.1.7.{n}" for n in range(1, 5))})
_MADE_FROM_PAPER_OR_FILM = frozenset({"DV", "DI", "DF", "SD", "DRW"})
"""Conversion Type (0008,0064) of what a camera, a scanner or a person made (PS3.3 C.8.6.1)."""

_AI = re.compile(r"(?<![A-Za-z])AI(?![A-Za-z])")
_PHRASES = ("artificial intelligence", "deep learning", "machine learning")
_MAKERS = frozenset(
    {
        "aidoc", "annalise", "azmed", "brainomix", "combinostics", "contextflow", "deepnoid", "gleamer", "icometrix",
        "infervision", "lunit", "mediaire", "milvue", "oxipit", "quantib", "qure", "rapidai", "riverain", "screenpoint",
        "therapixel", "transpara", "vuno",
    }
)  # fmt: skip
"""Makers and products whose pictures are results of an algorithm and of nothing else: words of Manufacturer or Model."""


def is_burned_in_ai(header: InstanceHeader) -> bool:
    """Say whether an image is a picture that an AI drew its result into, as far as the file says so.

    Parameters
    ----------
    header
        Of any instance; only secondary captures can be such pictures.
    """
    if header.sop_class_uid not in _SECONDARY_CAPTURE or header.conversion_type in _MADE_FROM_PAPER_OR_FILM:
        return False
    maker = f"{header.manufacturer} {header.model}"
    said = " ".join((*header.image_type, maker, header.series_description))
    named = set(re.split(r"[^a-z]+", maker.casefold())) & _MAKERS
    return bool(named or _AI.search(said)) or any(phrase in said.casefold() for phrase in _PHRASES)


def has_burned_in_ai(series: Series) -> bool:
    """Say whether a series holds a picture that an AI drew its result into."""
    return series.role == "image" and any(map(is_burned_in_ai, series.instances))
