"""Bulk annotations on a plane: all of a group as one cloud of positions, which a painter thins out by what can be seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.domain.bulk_annotations import AnnotationGroup, BulkAnnotations
from viewer.geometry.plane import Plane
from viewer.representations.on_plane import Cloud, OnPlane

_ELLIPSE_POINTS = 24


def annotations_on_plane(content: BulkAnnotations, plane: Plane) -> OnPlane:
    """Return the groups on a plane: of matrix positions on the images named, of mm where the plane has a place in space.

    Depths are not looked at: slides are thin, and files state their depth in many ways.
    """
    if content.on_matrix:
        # Tiles are numbered; the whole matrix goes by the number of its first one.
        if plane.image is None or plane.image[1] != 1 or plane.image[0].partition("@")[0] not in content.images:
            return OnPlane()
    elif not plane.in_patient_space:
        return OnPlane()
    clouds = tuple(_cloud(group, plane, content) for group in content.groups if len(group))
    return OnPlane(clouds=clouds, parts_here=frozenset(cloud.part for cloud in clouds))


def _cloud(group: AnnotationGroup, plane: Plane, content: BulkAnnotations) -> Cloud:
    points = np.asarray(group.points if content.on_matrix else plane.position_image(group.points), dtype=np.float32)
    starts = group.starts
    if group.shape == "ELLIPSE":
        points, starts = _ellipses(points.reshape(-1, 4, 2))
    return Cloud(group.number, points, starts, closed=group.shape != "POLYLINE")


def _ellipses(ends: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Return the outlines of ellipses given by the ends of their axes, (n, 4, 2)."""
    center = ends.mean(axis=1)
    major, minor = (ends[:, 1] - ends[:, 0]) / 2, (ends[:, 3] - ends[:, 2]) / 2
    angle = np.linspace(0, 2 * np.pi, _ELLIPSE_POINTS, endpoint=False, dtype=np.float32)[None, :, None]
    found = center[:, None] + np.cos(angle) * major[:, None] + np.sin(angle) * minor[:, None]
    starts = np.arange(0, len(ends) * _ELLIPSE_POINTS + 1, _ELLIPSE_POINTS, dtype=np.intp)
    return np.asarray(found.reshape(-1, 2), dtype=np.float32), starts
