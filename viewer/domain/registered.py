"""An overlay seen from another Frame of Reference that a registration joins to its own.

Decided
    The values of doses and maps are laid over images by planes, and no plane stays one where it is deformed: a deformable
    registration does not place them, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from viewer.domain.deformation import ACCURACY_MM
from viewer.domain.dose import Dose
from viewer.domain.issues import Issue, issue
from viewer.domain.overlay import Overlay
from viewer.domain.parametric_map import ParametricMap
from viewer.domain.registration import Move, moves_from
from viewer.domain.stack import Stack
from viewer.geometry.plane import Vector

_NOT_DEFORMED = "values_not_deformed"


def with_moves(overlay: Overlay, registrations: Sequence[Overlay]) -> Overlay:
    """Return an overlay that knows how registrations bring its spaces to other ones; the newest of several counts."""
    usable = sorted(
        (one for one in registrations if one.registration is not None and not one.registration_off),
        key=lambda one: (one.provenance.content_date, one.sop_instance_uid),
        reverse=True,
    )
    told = tuple(one for one in overlay.issues if one.code != _NOT_DEFORMED)
    if overlay.content is None or not (usable or overlay.moves or len(told) < len(overlay.issues)):
        return overlay
    named = [(one.registration, _words(one)) for one in usable if one.registration is not None]
    moves = moves_from(overlay.frame_of_reference_uids, named)
    if isinstance(overlay.content, Dose | ParametricMap):
        bending = [one for one in moves if one.deformation is not None]
        moves = tuple(one for one in moves if one.deformation is None)
        told += tuple(issue(_NOT_DEFORMED, "info", name=name) for name in dict.fromkeys(one.because for one in bending))
    same = moves == overlay.moves and told == overlay.issues
    return overlay if same else replace(overlay, moves=moves, issues=told)


def move_to(overlay: Overlay, frame_of_reference_uid: str | None) -> Move | None:
    """Return how an overlay reaches a space; None when that is its own or no registration joins them."""
    if frame_of_reference_uid is None or frame_of_reference_uid in overlay.frame_of_reference_uids:
        return None
    return next((move for move in overlay.moves if move.other_uid == frame_of_reference_uid), None)


def stack_for(overlay: Overlay, stack: Stack) -> Stack:
    """Return a stack in the overlay's own space where a registration brings it there; else the stack as it is.

    A deformation bends planes: there is no such stack, and what asks for one must ask ``bent_onto`` before.
    """
    move = move_to(overlay, stack.frame_of_reference_uid) if stack.in_patient_space else None
    if move is None or move.deformation is not None:
        return stack
    planes = tuple(move.plane_own(plane) for plane in stack.planes)
    return replace(stack, planes=planes, frame_of_reference_uid=move.own_uid)


def bent_onto(overlay: Overlay, stack: Stack) -> Move | None:
    """Return the deformation that brings an overlay onto a stack; None for every other way of lying on it."""
    move = move_to(overlay, stack.frame_of_reference_uid) if stack.in_patient_space else None
    return move if move is not None and move.deformation is not None else None


def registered_issues(overlay: Overlay, stacks: Sequence[Stack]) -> list[Issue]:
    """Return what must be said of an overlay that registrations bring onto stacks: which, and whether they deform it."""
    moves = [move for stack in stacks if (move := move_to(overlay, stack.frame_of_reference_uid)) is not None]
    found = [issue("registered", "info", name=name) for name in dict.fromkeys(move.because for move in moves)]
    if any(move.deformation is not None for move in moves):
        found.append(issue("deformed", "info", accuracy=ACCURACY_MM))
    return found


def point_for(overlay: Overlay, point: Vector, stack: Stack) -> Vector:
    """Return a point (mm) of the overlay's own space in the space of a stack that it lies on."""
    move = move_to(overlay, stack.frame_of_reference_uid)
    return point if move is None else move.point_other(point)


def _is_deformable(registration: Overlay) -> bool:
    stated = registration.registration
    return stated is not None and any(space.deformation is not None for space in stated.spaces)


def _words(registration: Overlay) -> str:
    digits = registration.provenance.content_date[:8]
    date = f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 else ""
    label = f" “{registration.label}”" if registration.label else ""
    kind = "deformable registration" if _is_deformable(registration) else "registration"
    return f"the {kind}{label}{f' of {date}' if date else ''}"
