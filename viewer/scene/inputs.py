"""What a scene may ask of the store, as Protocols. ``loading/store.py`` fulfils them; the command line does so eagerly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.issues import Issue
from viewer.geometry.plane import Plane
from viewer.representations.image_on_plane import ImageOnPlane
from viewer.representations.on_plane import OnPlane


@dataclass(frozen=True)
class Pending:
    """Asked for, not there yet."""


@dataclass(frozen=True)
class Unavailable:
    """Will not come; the Issue says why."""

    issue: Issue


PENDING = Pending()


class SceneInputs(Protocol):
    """The store, as a scene sees it. Every call answers at once; what is missing is ``Pending``."""

    def attributes(self, instance: InstanceKey) -> ImageAttributes | Pending | Unavailable:
        """Return the display attributes of an image instance."""

    def frame(self, frame: FrameKey) -> DecodedFrame | Pending | Unavailable:
        """Return the stored values of a frame."""

    def value_range(self, stack_id: str) -> tuple[float, float] | None:
        """Return the (1 %, 99 %) percentiles of a stack's modality values without padding, once known; constant after."""

    def on_plane(self, overlay: InstanceKey, plane: Plane) -> OnPlane | Pending | Unavailable:
        """Return what of an overlay lies on a plane."""

    def image_on_plane(self, stack_id: str, plane: Plane) -> ImageOnPlane | Pending | Unavailable:
        """Return the values of a stack at the pixel centres of a plane in its own Frame of Reference."""
