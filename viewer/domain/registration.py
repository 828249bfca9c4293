"""Registrations between Frames of Reference, and how they bring a plane into the space of an overlay (PS3.3 C.20.2, C.20.3).

Decided
    Only what is drawn on is moved: a plane of the images goes into the overlay's own space, where the overlay is cut as it
    stands. Nothing of the overlay is changed, so its volumes and its places on its own images stay what they are.
    Of those that are matrices only registrations that say RIGID and are rigid are used. A scaled or affine one would change
    lengths on the screen. A deformable one changes them on purpose, and whatever it places is marked as deformed.
    Of several between the same two spaces the newest is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewer.domain.deformation import Deformation
from viewer.geometry.plane import FloatArray, Plane, Vector, to_vector

Matrix = tuple[float, ...]
"""16 numbers, row by row: from one patient space to another, mm."""

_RIGID_TOLERANCE = 1e-3


@dataclass(frozen=True)
class RegisteredSpace:
    """A Frame of Reference of a registration object; ``matrix`` brings its points into the registered space.

    With a ``deformation`` that does it, and ``matrix`` has no meaning.
    """

    frame_of_reference_uid: str
    matrix: Matrix
    deformation: Deformation | None = None


@dataclass(frozen=True)
class Registration:
    """What a Spatial Registration object says: the spaces it joins, the registered one among them.

    ``refused`` is a sentence's end that says why some of it is not used; empty when all of it is.
    """

    spaces: tuple[RegisteredSpace, ...]
    refused: str = ""

    @property
    def moves_nothing(self) -> bool:
        """Whether points keep their coordinates in every space that it joins."""
        return all(
            np.allclose(as_array(space.matrix), np.eye(4)) and (space.deformation is None or space.deformation.moves_nothing)
            for space in self.spaces
        )

    def between(self, source_uid: str, target_uid: str) -> Matrix | None:
        """Return the matrix from one space to another, or None when no matrix joins them."""
        by_uid = {space.frame_of_reference_uid: space.matrix for space in self.spaces if space.deformation is None}
        if source_uid not in by_uid or target_uid not in by_uid:
            return None
        return to_matrix(np.linalg.inv(as_array(by_uid[target_uid])) @ as_array(by_uid[source_uid]))


@dataclass(frozen=True)
class Move:
    """How an overlay's own space reaches another one; ``because`` names the registration, as the end of a sentence."""

    own_uid: str
    other_uid: str
    matrix: Matrix
    because: str
    deformation: Deformation | None = None
    """What moves points instead of the matrix; then a plane stays no plane."""
    towards_source: bool = False
    """The own space is the registered one of the deformation, the other one its source."""

    def point_other(self, point: Vector) -> Vector:
        """Return a point (mm) of the overlay's own space in the other one; as good as it can be said where undefined."""
        if self.deformation is not None:
            return to_vector(self._deformed(np.array([point], dtype=float), beyond=True)[0])
        return to_vector((as_array(self.matrix) @ [*point, 1.0])[:3])

    def points_other(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points (n, 3) mm of the overlay's own space in the other one; NaN where a deformation does not say."""
        if self.deformation is not None:
            return self._deformed(points)
        matrix = as_array(self.matrix)
        return np.asarray(points @ matrix[:3, :3].T + matrix[:3, 3])

    def points_own(self, points: FloatArray) -> FloatArray:
        """Return points (n, 3) mm of the other space in the overlay's own one; NaN where a deformation does not say."""
        if self.deformation is None:
            back = np.linalg.inv(as_array(self.matrix))
            return np.asarray(points @ back[:3, :3].T + back[:3, 3])
        return self.deformation.to_registered(points) if self.towards_source else self.deformation.to_source(points)

    def _deformed(self, points: FloatArray, *, beyond: bool = False) -> FloatArray:
        assert self.deformation is not None
        way = self.deformation.to_source if self.towards_source else self.deformation.to_registered
        return way(points, beyond=beyond)

    def plane_own(self, plane: Plane) -> Plane:
        """Return a plane of the other space in the overlay's own one."""
        back: NDArray[np.float64] = np.asarray(np.linalg.inv(as_array(self.matrix)), dtype=np.float64)
        return _moved(plane, back, self.own_uid)

    def plane_other(self, plane: Plane) -> Plane:
        """Return a plane of the overlay's own space in the other one."""
        return _moved(plane, as_array(self.matrix), self.other_uid)


def _moved(plane: Plane, by: NDArray[np.float64], frame_of_reference_uid: str) -> Plane:
    turn = by[:3, :3]
    return replace(
        plane,
        origin=to_vector(turn @ plane.origin + by[:3, 3]),
        axis_column=to_vector(turn @ plane.axis_column),
        axis_row=to_vector(turn @ plane.axis_row),
        frame_of_reference_uid=frame_of_reference_uid,
    )


def as_array(matrix: Matrix) -> NDArray[np.float64]:
    """Return a matrix as (4, 4)."""
    return np.array(matrix, dtype=float).reshape(4, 4)


def to_matrix(values: ArrayLike) -> Matrix:
    """Return (4, 4) numbers row by row."""
    return tuple(float(value) for value in np.asarray(values, dtype=float).ravel())


def is_rigid(matrix: Matrix) -> bool:
    """Say whether a matrix only turns and shifts: lengths, angles and handedness stay."""
    values = as_array(matrix)
    turn = values[:3, :3]
    return bool(
        np.isfinite(values).all()
        and np.allclose(values[3], (0.0, 0.0, 0.0, 1.0), atol=_RIGID_TOLERANCE)
        and np.allclose(turn @ turn.T, np.eye(3), atol=_RIGID_TOLERANCE)
        and np.linalg.det(turn) > 0
    )


def moves_from(own_uids: Sequence[str], registrations: Sequence[tuple[Registration, str]]) -> tuple[Move, ...]:
    """Return how spaces of an overlay reach other ones; ``registrations`` with words that name each, newest first."""
    found: dict[str, Move] = {}
    for own in own_uids:
        for registration, because in registrations:
            for space in registration.spaces:
                other = space.frame_of_reference_uid
                matrix = registration.between(own, other)
                if other in own_uids or other in found:
                    continue
                bent = _bent(registration, own, other, because)
                if matrix is not None:
                    found[other] = Move(own, other, matrix, because)
                elif bent is not None:
                    found[other] = bent
    return tuple(found.values())


def _bent(registration: Registration, own: str, other: str, because: str) -> Move | None:
    """Return how a deformation joins two spaces, one of which is the registered one."""
    by_uid = {space.frame_of_reference_uid: space for space in registration.spaces}
    if own not in by_uid or other not in by_uid:
        return None
    here, there = by_uid[own], by_uid[other]
    identity = to_matrix(np.eye(4))
    if here.deformation is not None and there.deformation is None:
        return Move(own, other, identity, because, here.deformation)
    if there.deformation is not None and here.deformation is None:
        return Move(own, other, identity, because, there.deformation, towards_source=True)
    return None
