"""The outline of the whole trunk as a surface segmentation: rings about the long axis, on the skin."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from sample_data.anatomy import body_at
from sample_data.shapes import Points
from tests.synthetic.documents import coded
from tests.synthetic.segmentation import Algorithm
from tests.synthetic.surface_segmentation import Surface, SurfacePart, surface_segmentation

_AROUND, _STEP_MM, _TOP_MM = 40, 12.5, 297.5
_MIDDLE = (1.5, 10.0)


def body_surface(images: Sequence[Dataset], made_by: Algorithm) -> Dataset:
    """Make the surface. Its name says that it is the whole body, so that it is off at first."""
    points, triangles = skin_mesh()
    part = SurfacePart(
        "Body",
        (Surface(points, triangles, color=(52000, 36000, 38000), opacity=0.4, wide=False),),
        family=("123110", "Artificial Intelligence"),
        algorithm_type=made_by.kind,
    )
    made = surface_segmentation(images, [part], name="body surface")
    made.SeriesNumber, made.SeriesDescription, made.BodyPartExamined = 108, "Body surface A (AI)", "CHESTABDOMEN"
    made.Manufacturer, made.ManufacturerModelName = made_by.manufacturer, made_by.name
    made.SoftwareVersions, made.ContentLabel, made.ContentDescription = made_by.version, "BODY_A", "Body surface"
    made.ContentTime = "100000"
    (segment,) = made.SegmentSequence
    segment.SegmentedPropertyTypeCodeSequence = [coded("38266002", "SCT", "Entire body")]
    for reference in segment.ReferencedSurfaceSequence:
        (algorithm,) = reference.SegmentSurfaceGenerationAlgorithmIdentificationSequence
        algorithm.AlgorithmName, algorithm.AlgorithmVersion = made_by.name, made_by.version
    return made


def skin_mesh() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return points (n, 3) in mm and triangles (m, 3), turned outwards; flat at both ends."""
    heights = np.arange(_STEP_MM / 5, _TOP_MM + 1, _STEP_MM)
    turn = np.arange(_AROUND) * 2 * np.pi / _AROUND
    rings = np.stack([_ring(float(z), turn) for z in heights])
    ends = [(*_MIDDLE, heights[0]), (*_MIDDLE, heights[-1])]
    points = np.round(np.concatenate([rings.reshape(-1, 3), ends]), 2)
    faces: list[tuple[int, int, int]] = []
    low, high = len(points) - 2, len(points) - 1
    last = (len(heights) - 1) * _AROUND
    for place in range(_AROUND):
        beside = (place + 1) % _AROUND
        for row in range(len(heights) - 1):
            under, over = row * _AROUND, (row + 1) * _AROUND
            faces += [(under + place, under + beside, over + beside), (under + place, over + beside, over + place)]
        faces += [(low, beside, place), (high, last + place, last + beside)]
    return points, np.array(faces)


def _ring(z: float, turn: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where the skin is at a height in some directions, by halving."""
    low, high = np.full(len(turn), 20.0), np.full(len(turn), 260.0)
    for _ in range(30):
        middle = (low + high) / 2
        x, y = _MIDDLE[0] + middle * np.cos(turn), _MIDDLE[1] + middle * np.sin(turn)
        inside = body_at(Points(x, y, np.full(len(turn), z))).depth > 0
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.stack([_MIDDLE[0] + low * np.cos(turn), _MIDDLE[1] + low * np.sin(turn), np.full(len(turn), z)], axis=1)
