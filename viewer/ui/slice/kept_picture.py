"""The finished picture of a pane at rest; when only some overlays changed, only the place where they lie is painted again.

Decided
    Three pictures: the image alone, the image with all that is drawn over it, and that with its words. Of an image that
    stays, and of outlines that stay, no pixel is painted twice: of 118 outlines one is switched on within a frame.
    Only label pictures and outlines are mended in place. Everything else that changes paints all anew: marks have plates
    that move one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter

from viewer.geometry.plane import FloatArray
from viewer.reading.state import View
from viewer.scene.drawables import Drawable, GreyPicture, ImagePicture, LabelComposite, OutlinePaths, Scene, TilePicture
from viewer.scene.view_geometry import ViewGeometry
from viewer.ui.slice.frame_words import paint_frame_words
from viewer.ui.slice.painters import paint_each
from viewer.ui.slice.pictures import Pictures
from viewer.ui.slice.scene_painter import blank, empty

_SMALL = 0.6
"""Part of the picture up to which it is mended rather than painted anew."""


@dataclass(frozen=True, eq=False)
class _Painted:
    """What the pictures show."""

    drawables: tuple[Drawable, ...]
    geometry: ViewGeometry


class KeptPicture:
    """The pictures, of one canvas. ``pictures`` keeps what was made for Qt of the drawables."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._painted: _Painted | None = None
        self._images = self._drawn = self._whole = QImage()

    def of(self, scene: Scene, geometry: ViewGeometry, view: View) -> QImage:
        """Return the picture of a scene in device pixels; its ratio is that of the geometry."""
        before, now = self._painted, _Painted(scene.drawables, geometry)
        if (self._drawn.width(), self._drawn.height()) != geometry.size:
            # New memory costs more than painting the old picture black.
            self._images, self._drawn, self._whole = (blank(geometry.size) for _ in range(3))
            before = None
        if before is not None and before.geometry != geometry:
            before = None
        place = self._place_to_mend(before, now) if before is not None else None
        if place is None:
            self._paint_images(before, now)
        if place is None or not place.isEmpty():
            self._paint_over_images(now, place)
        self._painted = now
        self._whole.setDevicePixelRatio(1.0)
        painter = QPainter(self._whole)
        painter.drawImage(0, 0, self._drawn)
        paint_frame_words(painter, scene, geometry, view, "")
        painter.end()
        self._whole.setDevicePixelRatio(geometry.ratio)
        return self._whole

    def _place_to_mend(self, before: _Painted, now: _Painted) -> QRect | None:
        """Return where to paint again, in device pixels, perhaps nowhere; None: everywhere."""
        old, new = set(map(id, before.drawables)), set(map(id, now.drawables))
        went = [one for one in before.drawables if id(one) not in new]
        came = [one for one in now.drawables if id(one) not in old]
        if not all(isinstance(one, LabelComposite | OutlinePaths) for one in (*went, *came)):
            return None
        stayed_before = [one for one in before.drawables if id(one) in new]
        if any(a is not b for a, b in zip(stayed_before, (one for one in now.drawables if id(one) in old), strict=True)):
            # Another order.
            return None
        place = QRect()
        for one in (*went, *came):
            if isinstance(one, OutlinePaths):
                place = place.united(self._pictures.outline_reach(one, now.geometry))
        for box, transform in _differing([one for one in went if isinstance(one, LabelComposite)], came):
            place = place.united(_placed(box, now.geometry.followed_by_picture(transform)))
        width, height = now.geometry.size
        place = place.intersected(QRect(0, 0, width, height))
        return None if place.width() * place.height() > _SMALL * width * height else place

    def _paint_images(self, before: _Painted | None, now: _Painted) -> None:
        images = _images(now.drawables)
        if before is not None and list(map(id, images)) == list(map(id, _images(before.drawables))):
            return
        self._images.setDevicePixelRatio(1.0)
        empty(self._images)
        painter = QPainter(self._images)
        paint_each(painter, images, now.geometry, self._pictures)
        painter.end()

    def _paint_over_images(self, now: _Painted, place: QRect | None) -> None:
        painter = QPainter(self._drawn)
        where = place or QRect(0, 0, *now.geometry.size)
        if place is not None:
            painter.setClipRect(place)
        painter.drawImage(where, self._images, where)
        over = now.drawables[len(_images(now.drawables)) :]
        paint_each(painter, over, now.geometry, self._pictures, place, staying=True)
        painter.end()


def _images(drawables: Sequence[Drawable]) -> tuple[Drawable, ...]:
    """Return the images at the bottom of a scene."""
    for place, one in enumerate(drawables):
        if not isinstance(one, ImagePicture | GreyPicture | TilePicture):
            return tuple(drawables[:place])
    return tuple(drawables)


Transform = tuple[tuple[float, float, float], tuple[float, float, float]]
Box = tuple[int, int, int, int]


def _differing(went: Sequence[LabelComposite], came: Sequence[Drawable]) -> list[tuple[Box, Transform]]:
    """Return the (left, top, right, bottom) of label pictures in which old and new ones differ."""
    old, found = list(went), []
    for new in came:
        if not isinstance(new, LabelComposite):
            continue
        twin = next((one for one in old if one.transform == new.transform and one.argb.shape == new.argb.shape), None)
        if twin is None:
            found.append((_whole_box(new), new.transform))
            continue
        old.remove(twin)
        differs = twin.argb != new.argb
        rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
        if len(rows):
            box = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
            found.append((box, new.transform))
    return [*found, *((_whole_box(one), one.transform) for one in old)]


def _whole_box(labels: LabelComposite) -> Box:
    rows, columns = labels.argb.shape
    return 0, 0, columns, rows


def _placed(box: Box, matrix: FloatArray) -> QRect:
    """Return the device pixels that a box of a picture covers, and one around it."""
    left, top, right, bottom = box
    corners = np.array([[left, top], [right, top], [left, bottom], [right, bottom]]) @ matrix[:, :2].T + matrix[:, 2]
    (x0, y0), (x1, y1) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return QRectF(x0, y0, x1 - x0, y1 - y0).adjusted(-1, -1, 1, 1).toAlignedRect()
