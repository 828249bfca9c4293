"""Key object selections, written by highdicom (PS3.3 A.35.4)."""

from __future__ import annotations

from collections.abc import Sequence

import highdicom as hd
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from tests.synthetic.identity import settle, uid

OF_INTEREST = Code("113000", "DCM", "Of Interest")
REJECTED_FOR_QUALITY = Code("113001", "DCM", "Rejected for Quality Reasons")
REJECTED_FOR_SAFETY = Code("113037", "DCM", "Rejected for Patient Safety Reasons")
INCORRECT_WORKLIST_ENTRY = Code("113038", "DCM", "Incorrect Modality Worklist Entry")
RETENTION_EXPIRED = Code("113039", "DCM", "Data Retention Policy Expired")


def key_objects(listed: Sequence[Dataset], title: Code, *, name: str = "key objects") -> Dataset:
    """Make a selection that lists objects of one study under a title."""
    study = listed[0].StudyInstanceUID
    content = hd.ko.KeyObjectSelection(document_title=title, referenced_objects=listed)
    made = hd.ko.KeyObjectSelectionDocument(
        evidence=listed,
        content=content,
        series_instance_uid=uid(study, name, "series"),
        series_number=900,
        sop_instance_uid=uid(study, name, "instance"),
        instance_number=1,
        manufacturer="Overread",
    )
    settle(made, name, date="20260115", time="110000")
    return made
