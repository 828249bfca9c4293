"""Instance headers without files: for tests of grouping."""

from __future__ import annotations

from typing import Any

from viewer.domain.instance import FrameHeader, InstanceHeader, Source

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
CT = "1.2.840.10008.5.1.4.1.1.2"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"


def frame(position: tuple[float, float, float] | None, **changes: Any) -> FrameHeader:
    """Return a frame of 0.5 x 0.25 mm pixels, axial unless said otherwise."""
    stated: dict[str, Any] = {"orientation": AXIAL, "pixel_spacing_mm": (0.5, 0.25), "slice_thickness_mm": 9.0}
    return FrameHeader(position=position, **(stated | changes))


def header(number: int, frames: tuple[FrameHeader, ...], **changes: Any) -> InstanceHeader:
    """Return the header of an image of 3 rows and 5 columns."""
    stated: dict[str, Any] = {
        "source": Source("file", f"/folder/{number:04}.dcm"),
        "file_size": 1000,
        "sop_instance_uid": f"1.9.{number}",
        "sop_class_uid": CT,
        "transfer_syntax_uid": "1.2.840.10008.1.2.1",
        "study_instance_uid": "1.1",
        "series_instance_uid": "1.2",
        "patient_id": "P",
        "modality": "CT",
        "instance_number": number,
        "frame_of_reference_uid": "1.3",
        "rows": 3,
        "columns": 5,
        "number_of_frames": len(frames),
        "photometric_interpretation": "MONOCHROME2",
        "frames": frames,
    }
    return InstanceHeader(**(stated | changes))
