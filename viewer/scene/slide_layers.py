"""What overlays bring to a whole slide: asked for piece by piece, as far as it is on the screen, and put together.

A segmentation of a slide may have as many pixels as the slide. It is asked for on pieces of the level that is shown, and
each piece is sampled by its place on the slide, whatever level the segmentation was made at. Marks are few: they are asked
for on the whole matrix of every level that their object names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.pyramid import Pyramid, TileLevel
from viewer.domain.references import ImageReference
from viewer.domain.report import Report
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.geometry.plane import FloatArray, Plane
from viewer.geometry.tolerances import SAME_GRID_PIXELS
from viewer.representations.image_on_plane import ImageOnPlane
from viewer.representations.on_plane import FractionPicture, LabelPicture, OnPlane
from viewer.scene.held_bytes import held_bytes
from viewer.scene.inputs import PENDING, Pending, SceneInputs, Unavailable
from viewer.scene.remembered import Remembered
from viewer.scene.slide_view import SlideView, block_at, blocks_in

BY_PIECES: tuple[type, ...] = (Segmentation,)
"""Contents that are asked for on pieces of a level; all others on whole matrices."""

_together: Remembered[OnPlane] = Remembered(32, held_bytes)
_moved: Remembered[OnPlane] = Remembered(64, held_bytes)
_grids: Remembered[tuple[float, float]] = Remembered(64)
_SAME_SPACING = 1e-3
_MOST_NAMED_TILES = 256
"""So many tiles with marks of their own are looked at."""


@dataclass(frozen=True)
class Piece:
    """A plane that an overlay is asked for, and the plane on which its answer is laid."""

    asked: Plane
    laid: Plane


def pieces_of(overlay: Overlay, stack: Stack, depth: int, seen: SlideView) -> tuple[Piece, ...]:
    """Return the planes that an overlay is asked for, for what a viewport shows: the most urgent first."""
    pyramid = stack.pyramid
    assert pyramid is not None
    plane = stack.planes[depth]
    if isinstance(overlay.content, BY_PIECES):
        level, off = pyramid.levels[seen.level], _made_on(overlay, pyramid, plane)
        places = blocks_in(level, seen.visible)
        return tuple(Piece(block_at(level, plane, place, off), block_at(level, plane, place)) for place in places)
    others = [level_plane(level, plane, uid) for level, uid in _named_levels(overlay, pyramid)]
    others += _named_tiles(overlay, pyramid, plane, depth)
    return (Piece(plane, plane), *(Piece(one, one) for one in others))


def _made_on(overlay: Overlay, pyramid: Pyramid, base: Plane) -> tuple[float, float]:
    """Return how far, in base positions, a segmentation must be moved back to lie on the pixels it was made on.

    A level is laid with its corner on that of the base, whatever half pixels its origin states; a segmentation that repeats
    the grid of such a level, to a tenth of a pixel, goes with it.
    """
    content = overlay.content
    if not isinstance(content, Segmentation) or content.spacing_mm is None:
        return (0.0, 0.0)
    return _grids.recall((content, pyramid), base, lambda: _offset_of_grid(content, pyramid, base))


def _offset_of_grid(content: Segmentation, pyramid: Pyramid, base: Plane) -> tuple[float, float]:
    placed = np.flatnonzero(np.isfinite(content.frames.position).all(axis=1))
    if not len(placed) or content.spacing_mm is None:
        return (0.0, 0.0)
    position = base.position_image(content.frames.position[placed[0]])
    for level in pyramid.levels[1:]:
        alike = np.allclose(content.spacing_mm, level.spacing_mm, rtol=_SAME_SPACING)
        column, row = level.from_base(*(position - level.stated))
        off_grid = max(abs(one - 0.5 - round(one - 0.5)) for one in (column, row))
        if alike and off_grid < SAME_GRID_PIXELS:
            return level.stated
    return (0.0, 0.0)


def level_plane(level: TileLevel, base: Plane, sop_instance_uid: str) -> Plane:
    """Return the plane of a coarser level as an image's own, for what counts the pixels of that image.

    It has no place in space: what lies by position is asked for on the base level, once.
    """
    whole = level.region(base, (0, 0), (level.rows, level.columns))
    return replace(whole, in_patient_space=False, image=(sop_instance_uid, 1))


def _named_tiles(overlay: Overlay, pyramid: Pyramid, base: Plane, depth: int) -> list[Plane]:
    """Return the planes of single tiles that marks are drawn on, as images of their own."""
    found: dict[tuple[str, int], Plane] = {}
    for reference in _named_images(overlay):
        level = pyramid.level_of(reference.sop_instance_uid) if reference.frames else None
        for number in reference.frames if level is not None else ():
            first_of_matrix = level is pyramid.base and number == 1
            place = None if level is None or first_of_matrix else level.place_of(reference.sop_instance_uid, number, depth)
            if level is None or place is None or len(found) >= _MOST_NAMED_TILES:
                continue
            height, width = level.tile_shape
            tile = level.region(base, (place[0] * height, place[1] * width), level.tile_shape)
            image = (reference.sop_instance_uid, number)
            found[image] = replace(tile, in_patient_space=False, image=image)
    return list(found.values())


def _named_images(overlay: Overlay) -> Iterator[ImageReference]:
    content = overlay.content
    if isinstance(content, Report):
        for graphic in content.graphics:
            yield from graphic.images


def _named_levels(overlay: Overlay, pyramid: Pyramid) -> list[tuple[TileLevel, str]]:
    """Return the levels other than the base that an object names, with the instance it names."""
    found: dict[str, TileLevel] = {}
    named = {reference.sop_instance_uid for reference in overlay.references}
    named |= {one.sop_instance_uid for images in (overlay.places.images if overlay.places else ()) for one in images}
    for uid in named:
        level = pyramid.level_of(uid)
        if level is not None and level is not pyramid.base:
            found.setdefault(uid, level)
    return [(level, uid) for uid, level in sorted(found.items())]


@dataclass
class SlideInputs:
    """The store as a scene of a slide sees it: an overlay on the slide's plane is put together from pieces.

    ``waiting`` is True once something asked for is on its way.
    """

    inputs: SceneInputs
    stack: Stack
    depth: int
    seen: SlideView
    overlays: dict[InstanceKey, Overlay]
    waiting: bool = False

    def attributes(self, instance: InstanceKey) -> ImageAttributes | Pending | Unavailable:
        """Return the display attributes of an image instance."""
        return self.inputs.attributes(instance)

    def frame(self, frame: FrameKey) -> DecodedFrame | Pending | Unavailable:
        """Return the stored values of a frame."""
        return self.inputs.frame(frame)

    def value_range(self, stack_id: str) -> tuple[float, float] | None:
        """Return the percentiles of a stack's modality values."""
        return self.inputs.value_range(stack_id)

    def image_on_plane(self, stack_id: str, plane: Plane) -> ImageOnPlane | Pending | Unavailable:
        """Return the values of another stack on a plane."""
        return self.inputs.image_on_plane(stack_id, plane)

    def on_plane(self, overlay: InstanceKey, plane: Plane) -> OnPlane | Pending | Unavailable:
        """Return what of an overlay lies on the slide's plane, as far as it is on the screen."""
        if plane != self.stack.planes[self.depth] or overlay not in self.overlays:
            return self.inputs.on_plane(overlay, plane)
        planes = pieces_of(self.overlays[overlay], self.stack, self.depth, self.seen)
        answers = [(piece.laid, self.inputs.on_plane(overlay, piece.asked)) for piece in planes]
        refused = next((answer for _, answer in answers if isinstance(answer, Unavailable)), None)
        there = [(piece, answer) for piece, answer in answers if isinstance(answer, OnPlane)]
        self.waiting = self.waiting or any(isinstance(answer, Pending) for _, answer in answers)
        if not there:
            return refused if refused is not None else OnPlane() if not planes else PENDING
        if isinstance(self.overlays[overlay].content, BY_PIECES):
            return _pieces_together(there)
        return _on_base(there, plane)


def _pieces_together(there: list[tuple[Plane, OnPlane]]) -> OnPlane:
    """Return one picture of pieces side by side, so that no border is drawn where they meet."""
    answers = tuple(answer for _, answer in there)
    planes = tuple(piece for piece, _ in there)
    return _together.recall(answers, planes, lambda: _assembled(there))


def _assembled(there: list[tuple[Plane, OnPlane]]) -> OnPlane:
    first = there[0][0]
    places = [np.round(first.position_image(piece.origin) - 0.5).astype(int) for piece, _ in there]
    left, top = np.min(places, axis=0).tolist()
    right = max(int(place[0]) + piece.shape[1] for place, (piece, _) in zip(places, there, strict=True))
    bottom = max(int(place[1]) + piece.shape[0] for place, (piece, _) in zip(places, there, strict=True))
    origin = first.point_patient([left + 0.5, top + 0.5])
    whole = replace(first, origin=(float(origin[0]), float(origin[1]), float(origin[2])), shape=(bottom - top, right - left))
    corners = [(int(place[1]) - top, int(place[0]) - left) for place in places]
    fractions: dict[int, NDArray[np.float32]] = {}
    for (row, column), (_, answer) in zip(corners, there, strict=True):
        for fraction in answer.fractions:
            amounts = fractions.setdefault(fraction.part, np.zeros(whole.shape, np.float32))
            _put(amounts, fraction.fractions, row, column)
    return OnPlane(
        labels=_labels_together([answer.labels for _, answer in there], corners, whole),
        fractions=tuple(FractionPicture(whole, amounts, part) for part, amounts in sorted(fractions.items())),
        parts_here=frozenset().union(*(answer.parts_here for _, answer in there)),
    )


def _labels_together(
    pieces: Sequence[tuple[LabelPicture, ...]], corners: Sequence[tuple[int, int]], whole: Plane
) -> tuple[LabelPicture, ...]:
    """Return the label pictures of pieces side by side, each part in one and the same of them everywhere.

    Where parts overlap, each piece spreads them over pictures in its own way: a part that changed its picture at the edge
    of a piece would have a border there.
    """
    parts = next((picture.parts for piece in pieces for picture in piece), ())
    home = _homes([[picture.labels for picture in piece] for piece in pieces], len(parts))
    canvases = [np.zeros(whole.shape, np.uint16) for _ in range(int(home.max(initial=-1)) + 1)]
    for (row, column), piece in zip(corners, pieces, strict=True):
        for picture in piece:
            here = home[picture.labels]
            for number, canvas in enumerate(canvases):
                rows, columns = picture.labels.shape
                np.copyto(canvas[row : row + rows, column : column + columns], picture.labels, where=here == number)
    return tuple(LabelPicture(whole, _small(canvas), parts) for canvas in canvases)


def _homes(pieces: Sequence[Sequence[NDArray[np.integer]]], count: int) -> NDArray[np.int16]:
    """Return for each label value the number of its picture, so that parts which overlap anywhere have different ones."""
    present = np.zeros(count + 1, dtype=bool)
    rivals: dict[int, set[int]] = {}
    for layers in pieces:
        for place, labels in enumerate(layers):
            present |= np.bincount(labels.reshape(-1), minlength=count + 1) > 0
            for other in layers[:place]:
                both = (labels > 0) & (other > 0)
                pairs = np.unique(labels[both].astype(np.int64) * (count + 1) + other[both])
                for one, rival in zip(*np.divmod(pairs, count + 1), strict=True):
                    rivals.setdefault(int(one), set()).add(int(rival))
                    rivals.setdefault(int(rival), set()).add(int(one))
    home = np.full(count + 1, -1, dtype=np.int16)
    for value in np.flatnonzero(present[1:]) + 1:
        taken = {int(home[rival]) for rival in rivals.get(int(value), ())}
        home[value] = next(number for number in range(count + 1) if number not in taken)
    return home


def _put(canvas: NDArray[np.generic], part: NDArray[np.generic], row: int, column: int) -> None:
    canvas[row : row + part.shape[0], column : column + part.shape[1]] = part


def _small(canvas: NDArray[np.uint16]) -> NDArray[np.uint8] | NDArray[np.uint16]:
    return canvas.astype(np.uint8) if int(canvas.max(initial=0)) < 256 else canvas


def _on_base(there: list[tuple[Plane, OnPlane]], base: Plane) -> OnPlane:
    """Return marks of all levels in positions of the base level."""
    found = [answer if piece == base else _moved_onto(answer, piece, base) for piece, answer in there]
    if len(found) == 1:
        return found[0]
    return _together.recall(tuple(found), base, lambda: _joined(found))


def _joined(found: Sequence[OnPlane]) -> OnPlane:
    return OnPlane(
        labels=tuple(one for answer in found for one in answer.labels),
        fractions=tuple(one for answer in found for one in answer.fractions),
        bitmaps=tuple(one for answer in found for one in answer.bitmaps),
        outlines=tuple(one for answer in found for one in answer.outlines),
        shapes=tuple(one for answer in found for one in answer.shapes),
        words=tuple(one for answer in found for one in answer.words),
        clouds=tuple(one for answer in found for one in answer.clouds),
        parts_here=frozenset().union(*(answer.parts_here for answer in found)),
    )


def _moved_onto(answer: OnPlane, piece: Plane, base: Plane) -> OnPlane:
    return _moved.recall((answer,), (piece, base), lambda: _in_positions_of(answer, piece, base))


def _in_positions_of(answer: OnPlane, piece: Plane, base: Plane) -> OnPlane:
    corner, far = base.position_image(piece.point_patient([[0.0, 0.0], [1.0, 1.0]]))
    step = far - corner

    def moved(points: FloatArray) -> FloatArray:
        return np.asarray(points * step + corner, dtype=float)

    def moved_pair(point: tuple[float, float]) -> tuple[float, float]:
        x, y = moved(np.array(point)).tolist()
        return (x, y)

    return replace(
        answer,
        bitmaps=(),
        clouds=tuple(one.moved(step, corner) for one in answer.clouds),
        outlines=tuple(replace(one, paths=tuple(map(moved, one.paths))) for one in answer.outlines),
        shapes=tuple(replace(one, points=moved(one.points)) if one.space == "PIXEL" else one for one in answer.shapes),
        words=tuple(
            replace(
                one,
                box=(moved_pair(one.box[0]), moved_pair(one.box[1])) if one.box and one.box_space == "PIXEL" else one.box,
                anchor=moved_pair(one.anchor) if one.anchor and one.anchor_space == "PIXEL" else one.anchor,
            )
            for one in answer.words
        ),
    )
