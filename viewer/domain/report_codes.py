"""Codes of the templates that we act on (PS3.16 TID 1500, 4000, 2010), as (Coding Scheme Designator, Code Value)."""

from __future__ import annotations

from typing import Final

Code = tuple[str, str]

IMAGING_MEASUREMENT_REPORT: Final[Code] = ("DCM", "126000")
MEASUREMENT_GROUP: Final[Code] = ("DCM", "125007")
TRACKING_IDENTIFIER: Final[Code] = ("DCM", "112039")
TRACKING_UID: Final[Code] = ("DCM", "112040")
FINDING: Final[Code] = ("DCM", "121071")
FINDING_SITE: Final[Code] = ("SCT", "363698007")
FINDING_CATEGORY: Final[Code] = ("SCT", "276214006")
LATERALITY: Final[Code] = ("SCT", "272741003")
METHOD: Final[Code] = ("SCT", "370129005")
DERIVATION: Final[Code] = ("DCM", "121401")
COMMENT: Final[Code] = ("DCM", "121106")
ALGORITHM_NAME: Final[Code] = ("DCM", "111001")
ALGORITHM_VERSION: Final[Code] = ("DCM", "111003")
OBSERVER_TYPE: Final[Code] = ("DCM", "121005")
DEVICE: Final[Code] = ("DCM", "121007")
PERSON_OBSERVER_NAME: Final[Code] = ("DCM", "121008")
DEVICE_OBSERVER_UID: Final[Code] = ("DCM", "121012")
DEVICE_OBSERVER_NAME: Final[Code] = ("DCM", "121013")
MANUAL_PROCESSING: Final[Code] = ("DCM", "123109")
ARTIFICIAL_INTELLIGENCE: Final[Code] = ("DCM", "123110")
RENDERING_INTENT: Final[Code] = ("DCM", "111056")
PRESENTATION_REQUIRED: Final[Code] = ("DCM", "111150")
PRESENTATION_OPTIONAL: Final[Code] = ("DCM", "111151")
CAD_SUMMARY: Final[Code] = ("DCM", "111017")

IMAGE_LIBRARY: Final[Code] = ("DCM", "111028")
CAD_STATUS: Final[tuple[Code, ...]] = (("DCM", "111064"), ("DCM", "111065"))
"""Summary of Detections, Summary of Analyses: concept names whose value is one of ``STATUS_OUTCOMES``."""

STATUS_OUTCOMES: Final[dict[Code, str]] = {
    ("DCM", "111223"): "partial",
    ("DCM", "111224"): "failed",
    ("DCM", "111225"): "not_evaluated",
}
"""CID 6042: partially succeeded, failed, not attempted."""

CAD_OUTCOMES: Final[dict[Code, str]] = {
    ("DCM", "111241"): "no_findings",
    ("DCM", "111242"): "findings",
    ("DCM", "111243"): "partial",
    ("DCM", "111244"): "partial",
    ("DCM", "111245"): "failed",
}
"""CID 6047: whether all, some or none of the algorithms succeeded, and whether there are findings."""
