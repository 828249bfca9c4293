"""A Real World Value Mapping object: what the stored values of other objects' images mean (PS3.3 A.46, C.7.6.16.2.11)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from viewer.domain.image_attributes import RealWorldValueMapping
from viewer.domain.references import ImageReference


@dataclass(frozen=True)
class MappedImages:
    """Images and the mappings of their stored values."""

    images: tuple[ImageReference, ...]
    mappings: tuple[RealWorldValueMapping, ...]


@dataclass(frozen=True, eq=False)
class RealWorldMap:
    """The content of a Real World Value Mapping object. It draws nothing; it gives values a meaning."""

    groups: tuple[MappedImages, ...]

    def of_image(self, sop_instance_uid: str, frame_number: int) -> tuple[RealWorldValueMapping, ...]:
        """Return the mappings of a frame (1-based), in the object's order."""
        return tuple(
            mapping
            for numbers, mappings in self._by_uid.get(sop_instance_uid.partition("@")[0], ())
            if not numbers or frame_number in numbers
            for mapping in mappings
        )

    @property
    def names(self) -> tuple[str, ...]:
        """What the mappings give, each named once."""
        found = (mapping.explanation or mapping.name for group in self.groups for mapping in group.mappings)
        return tuple(dict.fromkeys(found))

    @cached_property
    def _by_uid(self) -> dict[str, list[tuple[frozenset[int], tuple[RealWorldValueMapping, ...]]]]:
        found: dict[str, list[tuple[frozenset[int], tuple[RealWorldValueMapping, ...]]]] = {}
        for group in self.groups:
            for image in group.images:
                found.setdefault(image.sop_instance_uid, []).append((frozenset(image.frames), group.mappings))
        return found
