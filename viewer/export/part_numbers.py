"""The numbers of a part: how large it is, how it is shaped, and what the images say inside it.

Decided
    Sizes are measured on the object's own grid (of contours: that of the stack they lie on). Values are those of the
    pixels of the stack whose centres lie in the part, never of the image as a window shows it. They are taken only where
    the stack shares the Frame of Reference: nothing is carried over by a registration.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey
from viewer.domain.overlay import FrameNotRead, PartMeasure
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.domain.structure_set import StructureSet
from viewer.export.masks import segmentation_mask, structure_set_mask
from viewer.export.two_objects import Compared, PartMasks
from viewer.geometry.plane import Plane
from viewer.imaging.colour import takes_window
from viewer.imaging.shown_values import modality_picture, shown_scale
from viewer.representations.part_shape import PartShape, part_shape
from viewer.representations.volume_grid import NoGrid, VolumeGrid, own_grid, stack_grid
from viewer.scene.inputs import Unavailable

ReadImage = Callable[[FrameKey], tuple[ImageAttributes | Unavailable, DecodedFrame | Unavailable]]


@dataclass(frozen=True)
class ValuesInside:
    """Of ``pixels`` pixels of the source, in ``unit``; ``deviation`` is that of exactly these (divided by their number)."""

    pixels: int
    mean: float
    deviation: float
    lowest: float
    highest: float
    unit: str
    name: str = ""


@dataclass(frozen=True)
class PartNumbers:
    """All numbers of one part. What cannot be had is None, and ``why`` says why."""

    part: int
    label: str
    measure: PartMeasure | None
    shape: PartShape | None
    values: ValuesInside | None
    why: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Measured:
    """What numbers are taken of: an object with its measures, and the stack whose values count (None: none)."""

    one: Compared
    stack: Stack | None


def part_numbers(
    what: Measured,
    parts: Sequence[int],
    read_image: ReadImage,
    *,
    check: Callable[[float], None] = lambda _: None,
) -> tuple[PartNumbers, ...]:
    """Return the numbers of some parts of a segmentation or structure set.

    Parameters
    ----------
    read_image
        Returns attributes and stored values of a frame of the stack.
    check
        Called with the part done, 0 to 1; what it raises ends it.
    """
    overlay, why = what.one.overlay, list[str]()
    shapes: dict[int, PartShape | None] = {}
    only = parts[0] if len(parts) == 1 else None
    try:
        grid = _grid(what)
        masks = PartMasks(what.one, grid, only=only)
        for place, number in enumerate(parts):
            check(0.5 * place / len(parts))
            shapes[number] = _shape_of(masks, number, grid)
    except (NoGrid, FrameNotRead, UnreadableDataset) as refused:
        why.append(str(refused))
    values: Mapping[int, ValuesInside] = {}
    if what.stack is None:
        why.append("No values: it lies on no opened images.")
    else:
        try:
            values = _values(what, parts, read_image, lambda share: check(0.5 + 0.5 * share))
        except (NoGrid, FrameNotRead, UnreadableDataset) as refused:
            why.append(str(refused))
    return tuple(
        PartNumbers(
            number,
            overlay.part(number).label,
            what.one.measures.get(number),
            shapes.get(number),
            values.get(number),
            tuple(dict.fromkeys(why)),
        )
        for number in parts
    )


def _grid(what: Measured) -> VolumeGrid:
    content = what.one.overlay.content
    if isinstance(content, Segmentation):
        return own_grid(content)
    if what.stack is None:
        raise NoGrid("The contours lie on no opened images, so there is no grid to measure them on.")
    return stack_grid(what.stack)


def _shape_of(masks: PartMasks, number: int, grid: VolumeGrid) -> PartShape | None:
    found = masks.box(number)
    if found is None:
        return None
    (k, j, i), size = found
    box = (slice(k, k + size[0]), slice(j, j + size[1]), slice(i, i + size[2]))
    return part_shape(masks.cut(number, box), (k, j, i), grid.affine)


def _values(
    what: Measured, parts: Sequence[int], read_image: ReadImage, check: Callable[[float], None]
) -> Mapping[int, ValuesInside]:
    stack = what.stack
    assert stack is not None
    sums = {number: _Sums() for number in parts}
    unit = name = ""
    for place, plane in enumerate(stack.planes):
        check(place / len(stack.planes))
        inside = dict(_inside(what.one, plane, parts))
        if not inside:
            continue
        key = stack.frames[place]
        attributes, frame = read_image(key)
        if isinstance(attributes, Unavailable):
            raise FrameNotRead(attributes.issue)
        if isinstance(frame, Unavailable):
            raise FrameNotRead(frame.issue)
        if not takes_window(attributes):
            raise NoGrid("No values: the images are in colour.")
        scale = shown_scale(attributes, key.index)
        unit, name = scale.unit, scale.name
        picture = modality_picture(frame, attributes, index=key.index)
        for number, mask in inside.items():
            held = picture[mask].astype(np.float64)
            sums[number].add(held[np.isfinite(held)] * scale.factor + scale.offset)
    return {number: found for number, one in sums.items() if (found := one.result(unit, name)) is not None}


def _inside(one: Compared, plane: Plane, parts: Sequence[int]) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """Yield the pixels of a plane that lie in each part that touches it."""
    overlay = one.overlay
    grid = VolumeGrid((plane,), plane.affine)
    part = parts[0] if len(parts) == 1 else None
    if isinstance(overlay.content, Segmentation):
        threshold = one.threshold if overlay.content.type == "FRACTIONAL" else None
        mask = segmentation_mask(overlay, one.read_frame, grid, part=part, threshold=threshold)
    elif isinstance(overlay.content, StructureSet):
        mask = structure_set_mask(overlay, grid, part=part)
    else:
        return
    for _, number, inside in mask.parts_by_slice():
        if number in parts:
            yield number, inside


class _Sums:
    """Adds up values slice by slice; deviations are kept about a first value, so that nothing is lost by large ones."""

    def __init__(self) -> None:
        self._count, self._about = 0, 0.0
        self._sum = self._squares = 0.0
        self._lowest, self._highest = np.inf, -np.inf

    def add(self, values: NDArray[np.float64]) -> None:
        if not values.size:
            return
        if not self._count:
            self._about = float(values[0])
        apart = values - self._about
        self._count += int(values.size)
        self._sum += float(apart.sum())
        self._squares += float((apart**2).sum())
        self._lowest = min(self._lowest, float(values.min()))
        self._highest = max(self._highest, float(values.max()))

    def result(self, unit: str, name: str) -> ValuesInside | None:
        if not self._count:
            return None
        mean = self._sum / self._count
        deviation = float(np.sqrt(max(self._squares / self._count - mean**2, 0.0)))
        return ValuesInside(self._count, mean + self._about, deviation, self._lowest, self._highest, unit, name)
