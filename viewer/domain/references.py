"""References between objects, as the file states them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ImageReference:
    """A reference to an instance, perhaps to some of its frames or segments (Image SOP Instance Reference Macro).

    ``frames`` are 1-based frame numbers, empty for all; ``segments`` are segment numbers, empty for all.
    """

    sop_instance_uid: str
    sop_class_uid: str = ""
    series_instance_uid: str = ""
    frames: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()
    spatial_locations_preserved: str = ""
    """YES, NO, REORIENTED_ONLY or empty (0028,135A)."""
