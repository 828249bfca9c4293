"""Bulk annotations as drawables, and which of them are under the mouse."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from viewer.domain.bulk_annotations import AnnotationGroup, BulkAnnotations
from viewer.geometry.paths import distance_from_paths, is_in_polygon
from viewer.representations.on_plane import Cloud
from viewer.scene.drawables import CloudDrawable, PartRef
from viewer.scene.layer_drawables import ShownLayer
from viewer.scene.remembered import Remembered

_MOST_LOOKED_AT = 64
_MOST_VALUES = 4
_drawn: Remembered[CloudDrawable] = Remembered(64)


def clouds(layers: Sequence[ShownLayer]) -> tuple[CloudDrawable, ...]:
    """Return the visible groups of annotations, in the order of their objects."""
    found = []
    for layer in layers:
        for cloud in layer.on_plane.clouds:
            look = layer.looks.get(cloud.part)
            if look is None or not look.visible:
                continue
            part = PartRef(layer.overlay.instance, cloud.part)
            opacity = max(look.line, look.fill)
            values = (look.color, opacity, part, look.selected)
            found.append(_drawn.recall((cloud,), values, partial(CloudDrawable, cloud, *values)))
    return tuple(found)


def annotations_at(layer: ShownLayer, position: tuple[float, float], reach: float) -> Iterator[tuple[int, str]]:
    """Yield the part, and the words for one annotation, of each group that has one at a position: the smallest last.

    Parameters
    ----------
    reach
        How near, in image pixels, a point or line must be.
    """
    found = []
    for cloud in layer.on_plane.clouds:
        nearest = annotation_near(cloud, position, reach)
        if nearest is not None:
            found.append((float(cloud.sizes[nearest]), cloud.part, _words(layer, cloud.part, nearest)))
    yield from ((part, words) for _, part, words in sorted(found, key=lambda one: -one[0]))


def annotation_near(cloud: Cloud, position: tuple[float, float], reach: float) -> int | None:
    """Return the 0-based annotation that a position is in or nearest to, the smallest of several; None without any."""
    x, y = position
    boxes = cloud.boxes
    met = (boxes[:, 0] <= x + reach) & (boxes[:, 2] >= x - reach) & (boxes[:, 1] <= y + reach) & (boxes[:, 3] >= y - reach)
    found = np.flatnonzero(met)
    if not len(found):
        return None
    sizes = (boxes[found, 2:] - boxes[found, :2]).sum(axis=1)
    for number in found[np.argsort(sizes, kind="stable")][:_MOST_LOOKED_AT].tolist():
        path = cloud.points[cloud.starts[number] : cloud.starts[number + 1]].astype(float)
        if distance_from_paths((path,), position, closed=cloud.closed) <= reach or (
            cloud.closed and is_in_polygon(path, position)
        ):
            return int(number)
    return None


def _words(layer: ShownLayer, part: int, number: int) -> str:
    """Return the name of a group, the number of one of its annotations, and what was measured of it."""
    content = layer.overlay.content
    label = layer.overlay.part(part).label
    if not isinstance(content, BulkAnnotations):
        return label
    group: AnnotationGroup = next(one for one in content.groups if one.number == part)
    words = [f"{label} {number + 1}" if len(group) > 1 else label]
    for value in group.values[:_MOST_VALUES]:
        amount = float(value.values[number])
        if math.isfinite(amount):
            words.append(f"{value.name} {amount:.4g} {value.unit}".strip())
    return " · ".join(words)
