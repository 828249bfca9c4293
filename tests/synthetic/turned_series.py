"""Made series that lie any way in the patient: for lines, crosshairs and links between different directions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tests.synthetic.values import header
from viewer.domain.instance import FrameKey
from viewer.domain.library import Series
from viewer.domain.stack import Stack
from viewer.geometry.orientation import Orientation, name_of
from viewer.geometry.plane import Plane, to_vector

AXIAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
CORONAL = ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0))
SAGITTAL = ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0))
Axes = tuple[ArrayLike, ArrayLike]


def turned_series(
    name: str,
    axes: Axes,
    *,
    origin: ArrayLike = (0.0, 0.0, 0.0),
    step: ArrayLike = (0.0, 0.0, -2.5),
    slices: int = 5,
    spacing_mm: tuple[float, float] = (0.5, 0.25),
    shape: tuple[int, int] = (40, 60),
    frame_of_reference: str | None = "for",
    modality: str = "MR",
    description: str = "",
) -> Series:
    """Return a series of one stack: slices from ``origin`` on, ``step`` mm apart."""
    fields = {"modality": modality, "series_description": description or name}
    instances = tuple(header(f"{name}.{number}", **fields) for number in range(slices))
    column, row = (to_vector(axis) for axis in axes)
    planes = tuple(
        Plane(
            to_vector(np.asarray(origin, float) + n * np.asarray(step, float)),
            *(column, row, spacing_mm, shape, frame_of_reference),
            image=(f"{name}.{n}", 1),
        )
        for n in range(slices)
    )
    orientation: Orientation = name_of(planes[0].normal)
    stack = Stack(
        id=f"{name}#1",
        series_key=name,
        label="",
        frames=tuple(FrameKey(instance.key) for instance in instances),
        planes=planes,
        orientation=orientation,
        regular=True,
        spacing_mm=(float(np.linalg.norm(step)), *spacing_mm),
        origin=planes[0].origin,
        frame_of_reference_uid=frame_of_reference,
        rows=shape[0],
        columns=shape[1],
    )
    uid = instances[0].sop_class_uid
    return Series(name, name, modality, 1, description or name, uid, "image", instances, (stack,))
