"""What a 3D pane can draw. Positions are patient LPS mm of one Frame of Reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.domain.transfer import TransferFunction
from viewer.geometry.box import Box
from viewer.geometry.plane import FloatArray, Plane, Vector
from viewer.scene.drawables import Color, Notice, PartRef, PatientPlane


@dataclass(frozen=True, eq=False)
class SurfaceDrawable:
    """The surface of a part. ``opacity`` is 0..1; ``coarse`` stands for ``mesh`` while the camera moves."""

    part: PartRef
    mesh: Mesh
    color: Color
    coarse: Mesh | None = None
    opacity: float = 1.0
    selected: bool = False


@dataclass(frozen=True, eq=False)
class VolumeDrawable:
    """The image as a volume: ``voxels`` (k, j, i), placed by ``affine`` (4x4 of (k, j, i, 1))."""

    voxels: NDArray[np.int16] | NDArray[np.uint16] | NDArray[np.uint8] | NDArray[np.float32]
    affine: FloatArray
    slope: float
    intercept: float
    transfer: TransferFunction


@dataclass(frozen=True, eq=False)
class PlaneDrawable:
    """A picture (rows, columns, 3) uint8 on its plane, seen from both sides; ``name`` is which of the patient's it is."""

    plane: Plane
    pixels: NDArray[np.uint8]
    name: PatientPlane


@dataclass(frozen=True)
class PointDrawable:
    """The crosshair's point."""

    point_patient: Vector
    color: Color


VolumeThing = SurfaceDrawable | VolumeDrawable | PlaneDrawable | PointDrawable


@dataclass(frozen=True, eq=False)
class VolumeScene:
    """Everything a 3D pane shows. ``waiting`` counts surfaces that are still being made."""

    drawables: tuple[VolumeThing, ...] = ()
    bounds: Box | None = None
    clipping: Box | None = None
    notices: tuple[Notice, ...] = ()
    waiting: int = 0
