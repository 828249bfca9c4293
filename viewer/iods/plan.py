"""RT Plan objects: listed, and asked what dose they prescribe (PS3.3 C.8.8.10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from viewer.dicom.datasets import read_dataset
from viewer.domain.dose import PlanFacts
from viewer.domain.instance import InstanceHeader
from viewer.domain.overlay import Overlay
from viewer.iods import listed
from viewer.iods.elements import items, number, text

SOP_CLASSES: Final = ("1.2.840.10008.5.1.4.1.1.481.5", "1.2.840.10008.5.1.4.1.1.481.8")


def read(header: InstanceHeader) -> Overlay:
    """Return a plan as an overlay that draws nothing; raises ``UnreadableDataset`` when the file cannot be parsed."""
    dataset = read_dataset(header)
    doses = [number(item, "TargetPrescriptionDose") for item in items(dataset, "DoseReferenceSequence")]
    prescribed = max((one for one in doses if one is not None and one > 0), default=None)
    facts = PlanFacts(prescribed, text(dataset, "RTPlanLabel") or text(dataset, "RTPlanName"))
    return replace(listed.read(header), plan=facts)
