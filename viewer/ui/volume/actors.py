"""One VTK actor for each kind of drawable: takes the drawable, and changes only what differs from the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from viewer.domain.mesh import Mesh
from viewer.domain.transfer import TransferFunction
from viewer.geometry.box import Box
from viewer.geometry.plane import FloatArray
from viewer.representations.vtk_arrays import poly_data
from viewer.scene.volume_drawables import (
    PlaneDrawable,
    PointDrawable,
    SurfaceDrawable,
    VolumeDrawable,
)

if TYPE_CHECKING:
    from vtkmodules.vtkCommonDataModel import vtkImageData, vtkPolyData
    from vtkmodules.vtkRenderingCore import vtkAbstractMapper

Detail = Literal["full", "coarse"]
Samples = tuple[float, float]
"""How far rays are apart (pixels), and how far samples along them (voxels)."""
MOST_VOXELS_WITHOUT_CARD = 6_000_000
"""More than that a processor does not look through quickly: every second or third voxel is taken instead."""

_SHINE = (0.12, 0.88, 0.22, 20.0)
"""Ambient, diffuse and specular light of surfaces, and the specular power."""

_SELECTED_AMBIENT = 0.38
_POINT_MM = 2.5


class SurfaceActor:
    """The surface of a part: its full mesh, and a coarse one for while the camera moves."""

    def __init__(self) -> None:
        from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

        self.prop = vtkActor()
        self._mappers = {"full": vtkPolyDataMapper(), "coarse": vtkPolyDataMapper()}
        self._shown: SurfaceDrawable | None = None
        self._detail: Detail | None = None
        self._held: dict[Detail, tuple[Mesh, vtkPolyData]] = {}

    def show(self, thing: SurfaceDrawable, *, detail: Detail) -> None:
        """Take a drawable."""
        mesh = thing.coarse if detail == "coarse" and thing.coarse is not None else thing.mesh
        held = self._held.get(detail)
        if held is None or held[0] is not mesh:
            surface = _with_normals(mesh)
            self._held[detail] = (mesh, surface)
            self._mappers[detail].SetInputData(surface)
            self._mappers[detail].ScalarVisibilityOff()
        if self._detail != detail:
            self.prop.SetMapper(self._mappers[detail])
            self._detail = detail
        if self._shown is not thing:
            self._shown = thing
            look = self.prop.GetProperty()
            look.SetColor(*(channel / 255 for channel in thing.color))
            look.SetOpacity(thing.opacity)
            ambient, diffuse, specular, power = _SHINE
            look.SetAmbient(_SELECTED_AMBIENT if thing.selected else ambient)
            look.SetDiffuse(diffuse)
            look.SetSpecular(specular)
            look.SetSpecularPower(power)
            look.SetInterpolationToPhong()

    def clip(self, box: Box | None) -> None:
        """Show only what is inside a box."""
        for mapper in self._mappers.values():
            _clip(mapper, box)


class PlaneActor:
    """A picture on its plane."""

    def __init__(self) -> None:
        from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkTexture

        self.prop = vtkActor()
        self._mapper = vtkPolyDataMapper()
        self._texture = vtkTexture()
        self._texture.InterpolateOn()
        self.prop.SetMapper(self._mapper)
        self.prop.SetTexture(self._texture)
        self.prop.GetProperty().LightingOff()
        self._shown: PlaneDrawable | None = None
        self._image: vtkImageData | None = None
        self._quad: vtkPolyData | None = None

    def show(self, thing: PlaneDrawable) -> None:
        """Take a drawable."""
        from vtkmodules.util.numpy_support import numpy_to_vtk
        from vtkmodules.vtkCommonDataModel import vtkImageData

        if self._shown is thing:
            return
        rows, columns, _ = thing.pixels.shape
        image = vtkImageData()
        image.SetDimensions(columns, rows, 1)
        image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(thing.pixels).reshape(-1, 3), deep=1))
        self._texture.SetInputData(image)
        outer = [(0, 0), (columns, 0), (columns, rows), (0, rows)]
        self._quad = _quad(thing.plane.point_patient(outer))
        self._mapper.SetInputData(self._quad)
        self._image, self._shown = image, thing

    def clip(self, box: Box | None) -> None:
        """Show only what is inside a box."""
        _clip(self._mapper, box)


class PointActor:
    """A small ball at the crosshair's point."""

    def __init__(self) -> None:
        from vtkmodules.vtkFiltersSources import vtkSphereSource
        from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

        self._ball = vtkSphereSource()
        self._ball.SetThetaResolution(20)
        self._ball.SetPhiResolution(20)
        self._ball.SetRadius(_POINT_MM)
        self._mapper = vtkPolyDataMapper()
        self._mapper.SetInputConnection(self._ball.GetOutputPort())
        self.prop = vtkActor()
        self.prop.SetMapper(self._mapper)

    def show(self, thing: PointDrawable) -> None:
        """Take a drawable."""
        self.prop.SetPosition(*thing.point_patient)
        self.prop.GetProperty().SetColor(*(channel / 255 for channel in thing.color))

    def clip(self, box: Box | None) -> None:
        """Leave it whole: it says where the other panes are."""


class VolumeActor:
    """The image as a volume. Its voxels are shared with whoever made the drawable, not copied."""

    def __init__(self, *, mapper: Literal["processor", "card"]) -> None:
        from vtkmodules.vtkRenderingCore import vtkVolume
        from vtkmodules.vtkRenderingVolume import vtkFixedPointVolumeRayCastMapper, vtkGPUVolumeRayCastMapper

        self.prop = vtkVolume()
        self._on_card = mapper == "card"
        self._mapper = vtkGPUVolumeRayCastMapper() if self._on_card else vtkFixedPointVolumeRayCastMapper()
        self.prop.SetMapper(self._mapper)
        self._shown: VolumeDrawable | None = None
        self._image: vtkImageData | None = None
        self._voxels: NDArray[np.generic] | None = None
        self._step_mm = 1.0

    def show(self, thing: VolumeDrawable, *, samples: Samples) -> None:
        """Take a drawable."""
        before = self._shown
        if before is None or before.voxels is not thing.voxels:
            self._image = self._image_of(thing)
            self._mapper.SetInputData(self._image)
        if before is None or before.affine is not thing.affine:
            self.prop.SetUserMatrix(_turn(thing.affine))
        if before is None or (before.transfer, before.slope, before.intercept) != (
            thing.transfer,
            thing.slope,
            thing.intercept,
        ):
            self._show_transfer(thing.transfer, thing.slope, thing.intercept)
        self._shown = thing
        step_mm = self._step_mm
        self._mapper.SetAutoAdjustSampleDistances(False)
        if self._on_card:
            self._mapper.SetSampleDistance(step_mm / 2)
        else:
            self._mapper.SetImageSampleDistance(samples[0])
            self._mapper.SetSampleDistance(step_mm * samples[1])

    def clip(self, box: Box | None) -> None:
        """Show only what is inside a box."""
        _clip(self._mapper, box)

    def _image_of(self, thing: VolumeDrawable) -> vtkImageData:
        from vtkmodules.util.numpy_support import numpy_to_vtk
        from vtkmodules.vtkCommonDataModel import vtkImageData

        steps = (1, 1, 1) if self._on_card else thinned(thing)
        voxels = thing.voxels[:: steps[0], :: steps[1], :: steps[2]]
        slices, rows, columns = voxels.shape
        spacing = [float(np.linalg.norm(thing.affine[:3, axis])) * steps[axis] for axis in range(3)]
        self._step_mm = min(spacing)
        image = vtkImageData()
        image.SetDimensions(columns, rows, slices)
        image.SetSpacing(*reversed(spacing))
        self._voxels = np.ascontiguousarray(voxels)
        image.GetPointData().SetScalars(numpy_to_vtk(self._voxels.reshape(-1), deep=0))
        return image

    def _show_transfer(self, transfer: TransferFunction, slope: float, intercept: float) -> None:
        from vtkmodules.vtkCommonDataModel import vtkPiecewiseFunction
        from vtkmodules.vtkRenderingCore import vtkColorTransferFunction

        colors, opacities = vtkColorTransferFunction(), vtkPiecewiseFunction()
        for point in transfer.points:
            stored = (point.value - intercept) / slope
            colors.AddRGBPoint(stored, *(channel / 255 for channel in point.color))
            opacities.AddPoint(stored, point.opacity)
        look = self.prop.GetProperty()
        look.SetColor(colors)
        look.SetScalarOpacity(opacities)
        look.SetScalarOpacityUnitDistance(1.0)
        look.SetInterpolationTypeToLinear()
        look.SetShade(int(transfer.shaded))
        look.SetAmbient(0.25)
        look.SetDiffuse(0.8)
        look.SetSpecular(0.2)
        look.SetSpecularPower(12.0)


def thinned(thing: VolumeDrawable) -> tuple[int, int, int]:
    """Return of how many voxels one is taken along each axis, so that a processor looks through what is left quickly."""
    steps = [1, 1, 1]
    spacing = [float(np.linalg.norm(thing.affine[:3, axis])) for axis in range(3)]
    while thing.voxels[:: steps[0], :: steps[1], :: steps[2]].size > MOST_VOXELS_WITHOUT_CARD:
        # The finest direction loses least.
        finest = min(range(3), key=lambda axis: spacing[axis] * steps[axis])
        steps[finest] += 1
    return steps[0], steps[1], steps[2]


def _with_normals(mesh: Mesh) -> vtkPolyData:
    """Return a mesh for VTK, with smooth normals."""
    from vtkmodules.util.numpy_support import numpy_to_vtk

    surface = poly_data(mesh.points.astype(np.float32), mesh.triangles)
    surface.GetPointData().SetNormals(numpy_to_vtk(mesh.normals.astype(np.float32), deep=1))
    return surface


def _quad(corners: FloatArray) -> vtkPolyData:
    """Return the rectangle of a picture with the given corners (4, 3): top left, top right, bottom right, bottom left."""
    from vtkmodules.util.numpy_support import numpy_to_vtk

    quad = poly_data(corners.astype(np.float32), np.array([(0, 1, 2, 3)]))
    places = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    quad.GetPointData().SetTCoords(numpy_to_vtk(places, deep=1))
    return quad


def _turn(affine: FloatArray) -> object:
    """Return the matrix that places a volume whose axes run along x (columns), y (rows), z (slices) in mm."""
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    matrix = vtkMatrix4x4()
    turned = np.eye(4)
    for place, axis in enumerate((2, 1, 0)):
        turned[:3, place] = affine[:3, axis] / np.linalg.norm(affine[:3, axis])
    turned[:3, 3] = affine[:3, 3]
    matrix.DeepCopy(turned.reshape(-1).tolist())
    return matrix


def _clip(mapper: vtkAbstractMapper, box: Box | None) -> None:
    from vtkmodules.vtkCommonDataModel import vtkPlane

    mapper.RemoveAllClippingPlanes()
    if box is None:
        return
    for axis in range(3):
        for corner, sign in ((box.low, 1.0), (box.high, -1.0)):
            plane = vtkPlane()
            plane.SetOrigin(*corner)
            plane.SetNormal(*(sign if one == axis else 0.0 for one in range(3)))
            mapper.AddClippingPlane(plane)
