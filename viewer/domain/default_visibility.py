"""Which parts are off at first, and why: what surrounds the patient or is the whole patient hides everything else."""

from __future__ import annotations

import re

_SURROUNDINGS = re.compile(
    r"(body|external|outline|patient|patient outline|couch.*|table|table ?top|treatment (couch|table)|bed)[ _-]*\d*",
    re.IGNORECASE,
)

_TYPES = {"EXTERNAL": "it is the outline of the whole patient", "SUPPORT": "it is a support, not anatomy"}


def reason_off_at_first(label: str, *, interpreted_type: str = "") -> str:
    """Return in words why a part is off at first, or an empty text when it is on.

    ``interpreted_type`` is RT ROI Interpreted Type (PS3.3 C.8.8.8).
    """
    if interpreted_type.upper() in _TYPES:
        return _TYPES[interpreted_type.upper()]
    if _SURROUNDINGS.fullmatch(label.strip()):
        return "its name says that it is the couch or the whole body"
    return ""
