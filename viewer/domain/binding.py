"""The one resolver: whether and how an overlay lies on a stack, with the evidence (domain facts: PS3.3 A.51.5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue

Evidence = Literal["frame_of_reference", "referenced_images", "registration"]


@dataclass(frozen=True)
class LiesOn:
    """An overlay lies on a stack.

    ``frames`` are the first and last 0-based place of the stack that it touches, None when it touches none of them.
    """

    stack_id: str
    by: Evidence
    default: bool
    frames: tuple[int, int] | None
    because: str
    """A sentence: the evidence in words."""


@dataclass(frozen=True)
class Binding:
    """Where an overlay lies. ``not_shown_because`` is set exactly when ``lies_on`` is empty."""

    overlay: InstanceKey
    lies_on: tuple[LiesOn, ...]
    not_shown_because: Issue | None = None
    issues: tuple[Issue, ...] = ()

    def on_stack(self, stack_id: str) -> LiesOn | None:
        """Return how the overlay lies on a stack, or None."""
        return next((entry for entry in self.lies_on if entry.stack_id == stack_id), None)

    @property
    def default_stack_id(self) -> str | None:
        """The stack it is meant for."""
        return next((entry.stack_id for entry in self.lies_on if entry.default), None)
