"""What the files say: the library, the overlays with where they lie, and what was found out about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

from viewer.domain.agreement import Tolerances
from viewer.domain.binding import Binding
from viewer.domain.checked import Checks
from viewer.domain.instance import InstanceKey
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay, PartMeasure
from viewer.domain.stack import Stack


@dataclass(frozen=True)
class Content:
    """What the files say. Grows as jobs deliver; not subject to undo.

    ``overlays`` are in the order of the library, whichever was read first: `in_library_order` puts them there.
    ``unreadable`` maps a derived object that could not be read to the sentence that says why.
    """

    library: Library = Library()
    overlays: Mapping[InstanceKey, Overlay] = field(default_factory=lambda: MappingProxyType({}))
    bindings: Mapping[InstanceKey, Binding] = field(default_factory=lambda: MappingProxyType({}))
    measures: Mapping[InstanceKey, Mapping[int, PartMeasure]] = field(default_factory=lambda: MappingProxyType({}))
    unreadable: Mapping[InstanceKey, str] = field(default_factory=lambda: MappingProxyType({}))
    scanning: bool = False
    digests: Mapping[InstanceKey, str] = field(default_factory=lambda: MappingProxyType({}))
    """Digests of the bytes of derived objects, as far as known: a decision is stale when they changed."""
    checks: Checks = Checks()
    """Reported numbers computed again, and doubts: found in the background, for the findings of all patients."""
    tolerances: Tolerances = Tolerances()
    """Up to where reported numbers and those computed again agree: of the settings, the same whatever is opened."""
    listings: int = 0
    """How many lists of findings were worked out in the background: a change says that one is there."""
    read_only_studies: frozenset[str] = frozenset()
    """Study Instance UIDs of the studies whose review another window holds: here nothing of it is changed."""

    def in_library_order(self) -> Content:
        """Return the content with its overlays in the order of the library, which jobs do not read them in."""
        keys = sorted(self.overlays, key=self.library.rank_of)
        if keys == list(self.overlays):
            return self
        return replace(self, overlays=MappingProxyType({key: self.overlays[key] for key in keys}))

    def overlays_on(self, stack_id: str) -> tuple[Overlay, ...]:
        """Return the overlays that lie on a stack, in the order of the library."""
        return self._by_stack.get(stack_id, ())

    @cached_property
    def _by_stack(self) -> Mapping[str, tuple[Overlay, ...]]:
        """The overlays of every stack, found once: they are asked for with every frame that is wanted."""
        found: dict[str, list[Overlay]] = {}
        for key, overlay in self.overlays.items():
            for entry in self.bindings[key].lies_on if key in self.bindings else ():
                found.setdefault(entry.stack_id, []).append(overlay)
        return {stack_id: tuple(overlays) for stack_id, overlays in found.items()}

    def overlays_at(self, stack: Stack, place: int) -> tuple[Overlay, ...]:
        """Return the overlays of a stack that touch its frame at ``place`` (0-based): only those need be asked for it."""
        if stack.resliced:
            return tuple(overlay for overlay in self.overlays_on(stack.id) if self._is_placed(overlay, stack.id))
        return tuple(
            overlay
            for overlay in self.overlays_on(stack.id)
            if (found := self.bindings[overlay.instance].on_stack(stack.id)) is not None
            and found.frames is not None
            and found.frames[0] <= place <= found.frames[1]
        )

    def _is_placed(self, overlay: Overlay, stack_id: str) -> bool:
        """Say whether an overlay lies by its coordinates: what belongs to single images lies on no other plane."""
        found = self.bindings[overlay.instance].on_stack(stack_id)
        return found is not None and found.by != "referenced_images"
