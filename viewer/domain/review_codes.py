"""The codes of a review record: what DICOM and its code lists have no words for, in a private coding scheme.

Decided
    No code for "a reader accepts what an algorithm said" stands in DCM, SNOMED CT, RadLex or NCIt, so a review is written
    with private codes (PS3.3 Section 8.2: designators that begin with 99). The scheme is declared in the Coding Scheme
    Identification Sequence of every object that uses it. Code Values are words, so that a record explains itself.
    A code never changes its meaning; new ones may come.
Refused
    Rejection titles of key object selections (113001, 113037, 113038, 113039, DCM) for disagreement: archives hide or delete
    what these list (IHE RAD TF-1, Imaging Object Change Management).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from viewer.domain.coded_concept import CodedConcept
from viewer.domain.decision import REASONS, Verdict
from viewer.domain.overlay import Overlay
from viewer.domain.report import ContentItem, Report

SCHEME: Final = "99OVERREAD"
SCHEME_NAME: Final = "Overread review codes"


def _own(value: str, meaning: str) -> CodedConcept:
    return CodedConcept(value, SCHEME, meaning)


DISPOSITION: Final = _own("disposition", "Reviewer disposition")
"""Concept name; its values are those of ``VERDICTS``."""
REASON: Final = _own("reason", "Reason for disposition")
"""Concept name of a CODE of ``REASON_CODES``, or of a TEXT in the reader's own words."""
REVIEWED_OBJECT: Final = _own("reviewed_object", "Reviewed object")
"""Concept name of a COMPOSITE reference to an object that carries the finding."""
CORRECTED_OBJECT: Final = _own("corrected_object", "Corrected object")
"""Concept name of a COMPOSITE reference to an object that holds what the reader made of the finding."""
CORRECTED_REGION: Final = _own("corrected_region", "Region as corrected by the reader")
"""Concept name of an SCOORD or SCOORD3D: a contour or line of which the reader moved or deleted points."""
CORRECTED: Final = _own("corrected", "Measured in the region as corrected by the reader")
"""Measurement method of a number that stands beside the reported one."""
PART_NUMBER: Final = _own("part_number", "Number of the part in the reviewed object")
"""Modifier of a reviewed or corrected object: Segment Number, ROI Number, or the running number of an annotation."""
ITEM: Final = _own("content_item", "Content item of the reviewed report")
"""Modifier of a reviewed object: the content item identifier, "1.4.2"."""
DIGEST: Final = _own("digest", "Digest of the reviewed object")
"""Modifier of a reviewed object: of its bytes as they were decided on."""
FINDING_ID: Final = _own("finding_id", "Identifier of the finding in Overread")
RECOMPUTED: Final = _own("recomputed", "Computed again by Overread")
"""Measurement method of a number that the reviewed object does not say."""
BLIND_READ: Final = _own("blind_read", "First read without results")

VERDICTS: Final[Mapping[Verdict, CodedConcept]] = {
    "accepted": _own("accepted", "Accepted"),
    "rejected": _own("rejected", "Rejected"),
    "uncertain": _own("uncertain", "Uncertain"),
    "modified": _own("modified", "Modified"),
}
REASON_CODES: Final[Mapping[str, CodedConcept]] = {reason: _own(reason, meaning) for reason, meaning in REASONS.items()}


def is_review_tree(root: ContentItem) -> bool:
    """Say whether a report is the record of a review."""
    return any(item.value_type == "CODE" and item.is_concept(SCHEME, DISPOSITION.value) for item in root.walk())


def is_review(overlay: Overlay) -> bool:
    """Say whether an object is the record of a review."""
    return overlay.kind == "report" and isinstance(overlay.content, Report) and is_review_tree(overlay.content.root)
