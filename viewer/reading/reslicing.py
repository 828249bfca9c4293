"""Planes through a stack that are not those of its frames: axial, coronal, sagittal, or turned away from these.

Decided
    The three planes run along the stack's own axes where these are near the patient's, so that the picture is made of the
    scanner's voxels and not of interpolated ones; turning them is the reader's act.
    A plane along voxels goes through their centres: scrolling takes whole voxels, and nothing is blurred.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from viewer.domain.instance import Cut, FrameKey
from viewer.domain.stack import Stack
from viewer.geometry.orientation import name_of, scroll_direction
from viewer.geometry.plane import FloatArray, Plane, Vector, to_vector
from viewer.geometry.rotation import rotation
from viewer.geometry.slab import THIN, Slab
from viewer.representations.slice_depths import slice_depths

PlaneKind = Literal["axial", "coronal", "sagittal"]
Axes = tuple[Vector, Vector, Vector]
"""Unit vectors at right angles: to the patient's left, to the back, to the head."""

PLANE_KINDS: tuple[PlaneKind, ...] = ("axial", "coronal", "sagittal")
_ALIGNED_COSINE = 1 - 1e-7
_LARGEST_PIXELS = 2048
_LEAST_UPRIGHT = 0.3
_EDGE = 1e-3
_KEPT = 64
_known: OrderedDict[tuple[int, PlaneKind, Axes | None], tuple[Stack, Reslicing]] = OrderedDict()
"""By the identity of the stack, which stays alive with it: to hash a stack costs more than to cut it."""

_known_stacks: OrderedDict[tuple[int, PlaneKind, Axes | None, Slab], tuple[Stack, Stack]] = OrderedDict()


@dataclass(frozen=True)
class Reslicing:
    """What a stack is when it is cut along one of three axes: planes one ``step_mm`` apart, in scrolling order.

    ``first`` is the first of ``count`` planes; its shape is that of all.
    """

    first: Plane
    direction: Vector
    """Unit vector along which the planes follow one another."""
    step_mm: float
    count: int

    def plane(self, place: int) -> Plane:
        """Return the plane at a 0-based place."""
        shift = np.multiply(self.direction, self.step_mm * place)
        return replace(self.first, origin=to_vector(np.add(self.first.origin, shift)))

    def place_of(self, point: Vector) -> int:
        """Return the 0-based place of the plane that is nearest to a patient point (mm)."""
        along = float(np.dot(np.subtract(point, self.first.origin), self.direction))
        return int(np.clip(np.round(along / self.step_mm), 0, self.count - 1))


def why_not_resliced(stack: Stack) -> str:
    """Return the code of the Issue that says why a stack cannot be cut along other planes; empty when it can."""
    if not stack.in_patient_space or stack.pyramid is not None:
        return "reslice_no_position"
    if stack.temporal or len(stack.frames) < 2 or stack.depth_mm <= _EDGE:
        return "reslice_one_place"
    return ""


def own_axes(stack: Stack) -> Axes:
    """Return the stack's own axes, named by the patient's axes that they are nearest to, made right-handed."""
    first = stack.planes[0]
    own = np.array([first.axis_column, first.axis_row, first.normal])
    chosen: list[FloatArray] = []
    left = [0, 1, 2]
    # The axis that leaves least doubt is named first.
    order = sorted(range(3), key=lambda axis: -float(np.abs(own[:, axis]).max()))
    named: dict[int, FloatArray] = {}
    for axis in order:
        best = max(left, key=lambda row: abs(float(own[row, axis])))
        left.remove(best)
        named[axis] = own[best] * (1 if own[best, axis] >= 0 else -1)
    chosen = [named[0], named[1], named[2]]
    if float(np.dot(np.cross(chosen[0], chosen[1]), chosen[2])) < 0:
        chosen[order[-1]] = -chosen[order[-1]]
    return to_vector(chosen[0]), to_vector(chosen[1]), to_vector(chosen[2])


def reslicing(stack: Stack, kind: PlaneKind, axes: Axes | None = None) -> Reslicing:
    """Return the planes of one kind through a stack.

    Parameters
    ----------
    stack
        In patient space, with frames at several places.
    axes
        Those that the planes run along; None: the stack's own.

    Raises
    ------
    ValueError
        When ``why_not_resliced`` names a reason.
    """
    key = (id(stack), kind, axes)
    found = _known.get(key)
    if found is None:
        found = _known[key] = (stack, _resliced(stack, kind, axes))
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return found[1]


def _resliced(stack: Stack, kind: PlaneKind, axes: Axes | None) -> Reslicing:
    if why_not_resliced(stack):
        raise ValueError("The stack has no other planes")
    across, down = _upright(kind, own_axes(stack), axes)
    normal = to_vector(np.cross(across, down))
    corner, size_mm, steps = _extent(stack, np.array([across, down, scroll_direction(normal)]))
    counts = np.minimum(np.floor(size_mm / steps + _EDGE).astype(int) + 1, _LARGEST_PIXELS)
    steps = np.where(counts == _LARGEST_PIXELS, size_mm / (_LARGEST_PIXELS - 1), steps)
    first = Plane(
        to_vector(corner),
        across,
        down,
        (float(steps[1]), float(steps[0])),
        (int(counts[1]), int(counts[0])),
        stack.frame_of_reference_uid,
        thickness_mm=float(steps[2]),
        anatomical=stack.planes[0].anatomical,
    )
    return Reslicing(first, scroll_direction(normal), float(steps[2]), int(counts[2]))


def resliced_stack(stack: Stack, kind: PlaneKind, axes: Axes | None = None, slab: Slab = THIN) -> Stack:
    """Return the planes of one kind through a stack as a stack: it scrolls, links and is laid over like any other.

    Its frames name the frame in the middle of the stack, whose windows and unit count.
    """
    key = (id(stack), kind, axes, slab)
    found = _known_stacks.get(key)
    if found is None:
        found = _known_stacks[key] = (stack, _as_stack(stack, reslicing(stack, kind, axes), slab))
        while len(_known_stacks) > _KEPT:
            _known_stacks.popitem(last=False)
    return found[1]


def _as_stack(stack: Stack, cut: Reslicing, slab: Slab) -> Stack:
    first, thickness_mm = cut.first, slab.thickness_mm or cut.first.thickness_mm
    shifts = np.arange(cut.count)[:, None] * np.multiply(cut.direction, cut.step_mm)
    origins = (np.asarray(first.origin) + shifts).tolist()
    # Made one by one: while planes are turned there are hundreds of new ones with every move of the mouse.
    planes = tuple(
        Plane(
            (x, y, z),
            first.axis_column,
            first.axis_row,
            first.spacing_mm,
            first.shape,
            first.frame_of_reference_uid,
            thickness_mm=thickness_mm,
            anatomical=first.anatomical,
        )
        for x, y, z in origins
    )
    middle = stack.frames[len(stack.frames) // 2]
    return replace(
        stack,
        frames=tuple(FrameKey(middle.instance, middle.index, Cut(stack.id, plane, slab)) for plane in planes),
        planes=planes,
        orientation=name_of(planes[0].normal),
        spacing_mm=(cut.step_mm, *planes[0].spacing_mm),
        origin=planes[0].origin,
        rows=planes[0].shape[0],
        columns=planes[0].shape[1],
        frame_dimensions=(),
        resliced=True,
    )


def are_axes(axes: Axes) -> bool:
    """Say whether three vectors can be axes: unit vectors at right angles, right-handed."""
    matrix = np.array(axes)
    return bool(np.allclose(matrix @ matrix.T, np.eye(3), atol=1e-6)) and float(np.linalg.det(matrix)) > 0


def turned_axes(axes: Axes, about: Vector, degrees: float) -> Axes:
    """Return axes turned about a unit vector, right-handed."""
    turn = rotation(about, degrees)
    left, back, head = (turn @ np.asarray(axis) for axis in axes)
    return to_vector(left), to_vector(back), to_vector(head)


def axes_through(plane: Plane, kind: PlaneKind) -> Axes:
    """Return axes along which planes of a kind lie like a given one, which was made as one of that kind."""
    normal, down = np.asarray(plane.normal), np.asarray(plane.axis_row)
    if kind == "axial":
        left, back, head = np.cross(down, normal), down, normal
    elif kind == "coronal":
        left, back, head = np.cross(normal, -down), normal, -down
    else:
        left, back, head = -normal, np.cross(-down, -normal), -down
    return to_vector(left), to_vector(back), to_vector(head)


def _upright(kind: PlaneKind, own: Axes, axes: Axes | None) -> tuple[Vector, Vector]:
    """Return the directions across and down of planes: their normals turn with the axes, what is on top stays there."""
    left, back, head = own if axes is None else axes
    normal = np.asarray({"axial": head, "coronal": back, "sagittal": np.negative(left)}[kind])
    wanted, turned = (own[1], back) if kind == "axial" else (to_vector(np.negative(own[2])), to_vector(np.negative(head)))
    down = np.asarray(wanted) - float(np.dot(wanted, normal)) * normal
    # Where the plane lies so that nothing of it points there, it turns with the axes.
    down = np.asarray(turned) if float(np.linalg.norm(down)) < _LEAST_UPRIGHT else down / np.linalg.norm(down)
    return to_vector(np.cross(down, normal)), to_vector(down)


def _extent(stack: Stack, directions: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the first point, the size (mm) and the step (mm) along three directions that hold all voxel centres."""
    corners = np.concatenate([stack.planes[0].corners_patient(), stack.planes[-1].corners_patient()])
    along = corners @ directions.T
    low, high = along.min(axis=0), along.max(axis=0)
    first, gap_mm = stack.planes[0], slice_depths(stack).usual_mm
    voxel = [
        (np.asarray(first.axis_column), first.spacing_mm[1]),
        (np.asarray(first.axis_row), first.spacing_mm[0]),
        (np.asarray(first.normal), gap_mm),
    ]
    finest = min(step for _, step in voxel)
    steps = np.array(
        [
            next((step for axis, step in voxel if abs(float(axis @ direction)) > _ALIGNED_COSINE), finest)
            for direction in directions
        ]
    )
    return low @ directions, high - low, steps
