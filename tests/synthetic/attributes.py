"""What a header says of the pixels of a made CT."""

from __future__ import annotations

from typing import Any

from viewer.domain.image_attributes import ImageAttributes


def ct_attributes(rows: int, columns: int, /, **others: Any) -> ImageAttributes:
    """Return the attributes of images of 16 signed bits; ``others`` change or add to them."""
    values: dict[str, Any] = {
        "rows": rows,
        "columns": columns,
        "number_of_frames": 1,
        "samples_per_pixel": 1,
        "photometric_interpretation": "MONOCHROME2",
        "bits_allocated": 16,
        "bits_stored": 16,
        "high_bit": 15,
        "signed": True,
        "planar_configuration": 0,
        "transfer_syntax_uid": "1.2.840.10008.1.2.1",
        "modality": "CT",
    }
    return ImageAttributes(**{**values, **others})
