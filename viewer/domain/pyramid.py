"""A whole slide as a pyramid: total pixel matrices of falling resolution, each cut into tiles that are frames.

Positions are ``position_image`` of a level: (column, row) with the origin at the corner of the first pixel. The base level,
the largest, is the first; every level says how its positions lie on it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from viewer.domain.instance import FrameKey, InstanceKey
from viewer.geometry.plane import Plane, to_vector


@dataclass(frozen=True, eq=False)
class TileLevel:
    """One total pixel matrix.

    Parameters
    ----------
    rows, columns
        Of the total pixel matrix.
    tile_shape
        (rows, columns) of a tile; those at the right and lower edge reach beyond the matrix.
    instances
        The object whose frames the tiles are; several for a concatenation.
    first_frames
        For each of ``instances`` the number that its first frame has in ``frames``.
    frames
        (focal planes, tiles down, tiles across) int32: which frame a tile is, counted through ``instances``; -1 for a tile
        that the file leaves out.
    step
        (columns, rows) of the base level that one column and row of this level stand for.
    shift
        Position on the base level of this level's upper left corner.
    spacing_mm
        (between rows, between columns).
    sop_instance_uids
        Of ``instances``.
    stated
        How much further right and down, in base positions, the file's own numbers place this level than it is laid.
    """

    rows: int
    columns: int
    tile_shape: tuple[int, int]
    instances: tuple[InstanceKey, ...]
    first_frames: tuple[int, ...]
    frames: NDArray[np.int32]
    step: tuple[float, float]
    shift: tuple[float, float]
    spacing_mm: tuple[float, float]
    sop_instance_uids: tuple[str, ...]
    stated: tuple[float, float] = (0.0, 0.0)

    @property
    def tiles_down(self) -> int:
        """Rows of tiles."""
        return int(self.frames.shape[1])

    @property
    def tiles_across(self) -> int:
        """Columns of tiles."""
        return int(self.frames.shape[2])

    def frame(self, depth: int, row: int, column: int) -> FrameKey | None:
        """Return the frame of a tile (0-based tile row and column) at a focal plane; None where the file has none."""
        number = int(self.frames[depth, row, column])
        if number < 0:
            return None
        part = bisect_right(self.first_frames, number) - 1
        return FrameKey(self.instances[part], number - self.first_frames[part])

    def place_of(self, sop_instance_uid: str, number: int, depth: int) -> tuple[int, int] | None:
        """Return the (row, column) of the tile that a frame of an instance (1-based) is at a focal plane, or None."""
        uids = [uid.partition("@")[0] for uid in self.sop_instance_uids]
        uid = sop_instance_uid.partition("@")[0]
        if uid not in uids:
            return None
        found = np.argwhere(self.frames[depth] == self.first_frames[uids.index(uid)] + number - 1)
        return (int(found[0, 0]), int(found[0, 1])) if len(found) else None

    def first_frame(self, depth: int) -> FrameKey:
        """Return the first tile there is of a focal plane: it stands for the plane where one frame must."""
        there = np.flatnonzero(self.frames[depth].ravel() >= 0)
        place = int(there[0]) if len(there) else 0
        found = self.frame(depth, *divmod(place, self.tiles_across))
        return found if found is not None else FrameKey(self.instances[0], 0)

    def depths_of(self, instance: InstanceKey, frames: tuple[int, ...]) -> tuple[int, ...]:
        """Return the focal planes that frames of an instance (0-based; empty: all) belong to."""
        if instance not in self.instances:
            return ()
        if not frames:
            return tuple(range(len(self.frames)))
        first = self.first_frames[self.instances.index(instance)]
        wanted = np.array(frames) + first
        return tuple(int(one) for one in np.flatnonzero([np.isin(wanted, plane).any() for plane in self.frames]))

    def depths_of_uid(self, sop_instance_uid: str, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """Return the focal planes that frames (1-based numbers; empty: all) of an object belong to, by its UID."""
        uid = sop_instance_uid.partition("@")[0]
        places = [place for place, own in enumerate(self.sop_instance_uids) if own.partition("@")[0] == uid]
        frames = tuple(number - 1 for number in numbers)
        return self.depths_of(self.instances[places[0]], frames) if places else ()

    def on_base(self, column: float, row: float) -> tuple[float, float]:
        """Return the position on the base level of a position of this level."""
        return self.shift[0] + column * self.step[0], self.shift[1] + row * self.step[1]

    def from_base(self, column: float, row: float) -> tuple[float, float]:
        """Return the position on this level of a position of the base level."""
        return (column - self.shift[0]) / self.step[0], (row - self.shift[1]) / self.step[1]

    def region(
        self, base: Plane, place: tuple[int, int], shape: tuple[int, int], off: tuple[float, float] = (0.0, 0.0)
    ) -> Plane:
        """Return the plane of a rectangle of this level's pixels, as it lies on the base level's plane.

        Parameters
        ----------
        base
            The plane of the base level.
        place
            0-based (row, column) of the first pixel.
        shape
            (rows, columns).
        off
            Base positions (right, down) that the plane is moved by.
        """
        column, row = self.on_base(place[1] + 0.5, place[0] + 0.5)
        origin = base.point_patient([column + off[0], row + off[1]])
        return replace(
            base,
            origin=to_vector(origin),
            spacing_mm=(base.spacing_mm[0] * self.step[1], base.spacing_mm[1] * self.step[0]),
            shape=shape,
            image=None,
        )


@dataclass(frozen=True, eq=False)
class Pyramid:
    """The levels of one image, largest first. ``objective_power`` is the magnification it was taken at, where stated."""

    levels: tuple[TileLevel, ...]
    objective_power: float | None = None
    flavor: str = "VOLUME"
    """Value 3 of Image Type: VOLUME, LABEL, OVERVIEW, THUMBNAIL or LOCALIZER."""

    @property
    def base(self) -> TileLevel:
        """The largest level."""
        return self.levels[0]

    @cached_property
    def instances(self) -> frozenset[InstanceKey]:
        """All objects that tiles come from."""
        return frozenset(key for level in self.levels for key in level.instances)

    @cached_property
    def overview_frames(self) -> tuple[FrameKey, ...]:
        """The tiles of the smallest level, of its middle focal plane: a sample of everything."""
        level = self.levels[-1]
        depth = len(level.frames) // 2
        places = ((row, column) for row in range(level.tiles_down) for column in range(level.tiles_across))
        return tuple(found for row, column in places if (found := level.frame(depth, row, column)) is not None)

    def level_of(self, sop_instance_uid: str) -> TileLevel | None:
        """Return the level that an object is (part of)."""
        uid = sop_instance_uid.partition("@")[0]
        found = (level for level in self.levels if uid in {one.partition("@")[0] for one in level.sop_instance_uids})
        return next(found, None)

    def depths_of(self, instance: InstanceKey, frame_numbers: tuple[int, ...] = ()) -> tuple[int, ...]:
        """Return the focal planes (0-based) that frames of an instance (1-based numbers; empty: all) belong to."""
        frames = tuple(number - 1 for number in frame_numbers)
        return next((found for level in self.levels if (found := level.depths_of(instance, frames))), ())
