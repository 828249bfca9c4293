"""What an instance is for: image, overlay, report, document ... decided by SOP class first, then by what it holds."""

from __future__ import annotations

from viewer.domain.instance import InstanceHeader, Role
from viewer.domain.overlay import OverlayKind

_STORAGE = "1.2.840.10008.5.1.4.1.1."

KINDS: dict[str, tuple[Role, OverlayKind]] = {
    # segmentations, contours, surfaces
    _STORAGE + "66.4": ("overlay", "segmentation"),
    _STORAGE + "66.7": ("overlay", "segmentation"),
    _STORAGE + "66.5": ("overlay", "surface_segmentation"),
    _STORAGE + "481.3": ("overlay", "structure_set"),
    _STORAGE + "481.2": ("overlay", "dose"),
    # presentation states
    **{_STORAGE + f"11.{number}": ("overlay", "presentation_state") for number in range(1, 13)},
    # annotations of slides
    _STORAGE + "91.1": ("overlay", "bulk_annotations"),
    # reports
    **{
        _STORAGE + f"88.{number}": ("report", "report")
        for number in (1, 2, 3, 4, 11, 22, 33, 34, 35, 40, 50, 65, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77)
    },
    _STORAGE + "88.59": ("report", "key_objects"),
    # registrations
    **{_STORAGE + f"66.{number}": ("registration", "registration") for number in (1, 2, 3)},
    _STORAGE + "66.6": ("other", "other"),
    _STORAGE + "66": ("other", "other"),
    # documents
    **{_STORAGE + f"104.{number}": ("document", "document") for number in range(1, 6)},
    # maps and values
    _STORAGE + "30": ("image", "parametric_map"),
    _STORAGE + "67": ("other", "real_world_value_map"),
    "1.2.840.10008.5.1.4.39.1": ("other", "color_palette"),
    # radiotherapy besides structure sets and dose
    **{_STORAGE + f"481.{number}": ("other", "plan") for number in (*range(4, 23), 25)},
    # waveforms
    **{
        _STORAGE + f"9.{number}": ("other", "waveform")
        for number in ("1.1", "1.2", "1.3", "1.4", "2.1", "3.1", "4.1", "4.2", "5.1", "6.1", "6.2", "7.1", "7.2", "8.1")
    },
}
"""Role and kind of every SOP class that is not a plain image."""


def overlay_kind(sop_class_uid: str) -> OverlayKind | None:
    """Return the kind under which objects of a SOP class stand in the layers, or None for plain images."""
    found = KINDS.get(sop_class_uid)
    return found[1] if found else None


def role_of(header: InstanceHeader) -> Role:
    """Return what an instance is for.

    A SOP class outside the table is an image when the object has rows and columns or pixels (so that unknown and private
    classes open generically), else something other.
    """
    found = KINDS.get(header.sop_class_uid)
    if found:
        return found[0]
    if header.pixels is not None or (header.rows > 0 and header.columns > 0):
        return "image"
    return "other"


def is_for_processing(header: InstanceHeader) -> bool:
    """Say whether an image is meant for processing, not for reading (Presentation Intent Type (0008,0068), any modality)."""
    return header.presentation_intent == "FOR PROCESSING" or header.sop_class_uid in _FOR_PROCESSING


_FOR_PROCESSING = frozenset(_STORAGE + tail for tail in ("1.1.1", "1.2.1", "1.3.1", "13.1.5", "14.2"))


def is_localizer(image_type: tuple[str, ...]) -> bool:
    """Say whether Image Type marks a localiser (scout)."""
    return "LOCALIZER" in image_type
