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
    whole_series: bool = False
    """No image is named but all of ``series_instance_uid``."""

    def names(self, image: tuple[str, int]) -> bool:
        """Say whether this names an image, (SOP Instance UID, 1-based frame number).

        An image whose UID another file claims too is called UID@2; a file that refers to the UID means each of them.
        One that names a whole series names every image; ``evidence`` decides which ones are of that series.
        """
        uid, number = image
        if self.whole_series:
            return True
        return self.sop_instance_uid in (uid, uid.partition("@")[0]) and (not self.frames or number in self.frames)
