"""Whether two Frames of Reference are one place: the same one, or joined by a rigid registration."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.domain.registration import Matrix, Move, as_array, moves_from
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane, Vector, to_vector
from viewer.reading.state import Content

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Passage:
    """How one patient space reaches another. ``registered``: by a registration object; else they are the same."""

    move: Move
    registered: bool = False

    def point(self, point: Vector) -> Vector:
        """Return a point (mm) of the first space in the second."""
        return to_vector((as_array(self.move.matrix) @ [*point, 1.0])[:3]) if self.registered else point

    def plane(self, plane: Plane) -> Plane:
        """Return a plane of the first space in the second."""
        return self.move.plane_other(plane) if self.registered else plane


def space_of(stack: Stack) -> str:
    """Return the Frame of Reference of a stack; one that states none is a space of its own."""
    return stack.frame_of_reference_uid or f"stack {stack.id}"


def passage(content: Content, source_uid: str | None, target_uid: str | None) -> Passage | None:
    """Return how points of one Frame of Reference are found in another; None when nothing joins them.

    Of several registrations the newest counts.
    """
    if source_uid is None or target_uid is None:
        return None
    if source_uid == target_uid:
        return Passage(Move(source_uid, target_uid, _IDENTITY, ""))
    found = [one for one in content.overlays.values() if one.registration is not None and not one.registration_off]
    if not found:
        return None
    found.sort(key=lambda one: (one.provenance.content_date, one.sop_instance_uid), reverse=True)
    named = [(one.registration, "") for one in found if one.registration is not None]
    move = next((one for one in moves_from((source_uid,), named) if one.other_uid == target_uid), None)
    # A deformation bends planes: lines and linked slices would lie about where they are.
    return Passage(move, registered=True) if move is not None and move.deformation is None else None
