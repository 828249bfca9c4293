"""VTK as a painter: a scene and a camera in, a picture out. Nothing of it is ever shown by VTK itself.

Every VTK object that lies behind another is held here: one that goes while its port is in use ends the program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from viewer.geometry.box import Box
from viewer.geometry.camera import VIEW_ANGLE_DEGREES, Camera
from viewer.scene.volume_drawables import (
    PlaneDrawable,
    PointDrawable,
    SurfaceDrawable,
    VolumeDrawable,
    VolumeScene,
)
from viewer.scene.volume_inputs import Graphics
from viewer.ui.volume.actors import PlaneActor, PointActor, Samples, SurfaceActor, VolumeActor

if TYPE_CHECKING:
    from collections.abc import Hashable

    from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow

Quality = Literal["moving", "still"]
Background = tuple[int, int, int] | None
"""None: transparent."""

_PEELS = 8
_TRIANGLES: Mapping[Quality, int] = {"moving": 150_000, "still": 500_000}
"""So many are drawn without a graphics card; beyond them the largest surfaces are drawn coarsely."""
_SAMPLES: tuple[Samples, ...] = ((3.0, 2.0), (2.0, 1.4), (1.5, 1.0), (1.0, 0.7))
"""From few to all."""
_LONGEST_S = 0.3
"""A still picture of a volume may take so long without a graphics card."""
_CUBE_SHARE = 0.16
_Actor = SurfaceActor | VolumeActor | PlaneActor | PointActor


@dataclass(frozen=True)
class _Light:
    """Where it comes from, seen from the camera (right, up, towards the viewer), and how strong it is."""

    position: tuple[float, float, float]
    intensity: float


_LIGHTS = (_Light((0.4, 0.6, 1.0), 0.85), _Light((-0.8, -0.2, 0.5), 0.3))


class Renderer:
    """Renders scenes of one 3D pane. Only on the thread of the window.

    Parameters
    ----------
    graphics
        What was found in the child process; without a graphics card there is less detail while the mouse is down.
    """

    def __init__(self, graphics: Graphics) -> None:
        import vtkmodules.vtkRenderingOpenGL2
        import vtkmodules.vtkRenderingVolumeOpenGL2  # noqa: F401
        from vtkmodules.vtkCommonCore import vtkLogger, vtkUnsignedCharArray
        from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow

        # That there is no X server is no news: without one it renders by EGL.
        vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
        self._software = graphics.software
        self._window: vtkRenderWindow = vtkRenderWindow()
        self._window.SetOffScreenRendering(1)
        self._window.SetMultiSamples(0)
        self._window.SetAlphaBitPlanes(1)
        self._window.SetNumberOfLayers(2)
        self._renderer: vtkRenderer = vtkRenderer()
        self._window.AddRenderer(self._renderer)
        self._pixels = vtkUnsignedCharArray()
        self._actors: dict[Hashable, _Actor] = {}
        self._clipping: Box | None = None
        self._seconds_a_sample: float | None = None
        self._add_lights()
        self._cube = self._add_cube()

    def render(
        self,
        scene: VolumeScene,
        camera: Camera,
        size: tuple[int, int],
        *,
        quality: Quality = "still",
        background: Background = (0, 0, 0),
    ) -> NDArray[np.uint8]:
        """Return the picture of a scene.

        Parameters
        ----------
        size
            (width, height) in device pixels, at least 1.
        quality
            ``moving``: fewer triangles and samples where there is no graphics card.

        Returns
        -------
        NDArray
            (height, width, 4) RGBA; alpha is 255 unless the background is transparent.
        """
        width, height = max(size[0], 1), max(size[1], 1)
        self._window.SetSize(width, height)
        self._take(scene, quality)
        self._look(camera, width / height)
        self._paint_behind(background)
        self._render_in_time(scene, quality, width * height)
        return self._picture(width, height, opaque=background is not None)

    def _render_in_time(self, scene: VolumeScene, quality: Quality, pixels: int) -> None:
        """Render; a volume without a graphics card with as many samples as there is time for."""
        volumes = [(self._actors[_key_of(one)], one) for one in scene.drawables if isinstance(one, VolumeDrawable)]
        if not volumes or not self._software:
            self._window.Render()
            return
        samples = _SAMPLES[0]
        if quality == "still" and self._seconds_a_sample is not None:
            samples = self._affordable(pixels)
        self._render_volumes(volumes, samples, pixels)
        better = self._affordable(pixels) if quality == "still" else samples
        if better != samples and _cost(better) > _cost(samples):
            self._render_volumes(volumes, better, pixels)

    def _render_volumes(self, volumes: Sequence[tuple[_Actor, VolumeDrawable]], samples: Samples, pixels: int) -> None:
        for actor, thing in volumes:
            if isinstance(actor, VolumeActor):
                actor.show(thing, samples=samples)
        begun = perf_counter()
        self._window.Render()
        self._seconds_a_sample = (perf_counter() - begun) / (_cost(samples) * pixels)

    def _affordable(self, pixels: int) -> Samples:
        """Return the most samples that there is time for, by what the last picture took."""
        unit_s = (self._seconds_a_sample or 0.0) * pixels
        return next((one for one in reversed(_SAMPLES) if _cost(one) * unit_s <= _LONGEST_S), _SAMPLES[0])

    def close(self) -> None:
        """Give everything back to OpenGL."""
        for actor in self._actors.values():
            self._renderer.RemoveViewProp(actor.prop)
        self._actors.clear()
        self._window.Finalize()

    def _take(self, scene: VolumeScene, quality: Quality) -> None:
        wanted = {_key_of(thing): thing for thing in scene.drawables}
        for key in [key for key in self._actors if key not in wanted]:
            self._renderer.RemoveViewProp(self._actors.pop(key).prop)
        coarse = _coarse_ones(scene, _TRIANGLES[quality]) if self._software else frozenset()
        translucent = False
        for key, thing in wanted.items():
            actor = self._actors.get(key)
            if actor is None:
                actor = self._actors[key] = self._actor_of(thing)
                self._renderer.AddViewProp(actor.prop)
                actor.clip(scene.clipping)
            elif scene.clipping != self._clipping:
                actor.clip(scene.clipping)
            if isinstance(actor, SurfaceActor) and isinstance(thing, SurfaceDrawable):
                actor.show(thing, detail="coarse" if key in coarse else "full")
                translucent = translucent or thing.opacity < 1
            elif isinstance(actor, VolumeActor) and isinstance(thing, VolumeDrawable):
                actor.show(thing, samples=_SAMPLES[-1])
            elif isinstance(actor, PlaneActor) and isinstance(thing, PlaneDrawable):
                actor.show(thing)
            if isinstance(actor, PointActor) and isinstance(thing, PointDrawable):
                actor.show(thing)
        self._clipping = scene.clipping
        self._renderer.SetUseDepthPeeling(translucent)
        self._renderer.SetMaximumNumberOfPeels(_PEELS)
        self._renderer.SetOcclusionRatio(0.0 if quality == "still" else 0.1)

    def _actor_of(self, thing: object) -> _Actor:
        if isinstance(thing, SurfaceDrawable):
            return SurfaceActor()
        if isinstance(thing, VolumeDrawable):
            return VolumeActor(mapper="processor" if self._software else "card")
        if isinstance(thing, PlaneDrawable):
            return PlaneActor()
        return PointActor()

    def _look(self, camera: Camera, aspect: float) -> None:
        shown = self._renderer.GetActiveCamera()
        shown.SetPosition(*camera.position)
        shown.SetFocalPoint(*camera.focus)
        shown.SetViewUp(*camera.up)
        shown.SetViewAngle(VIEW_ANGLE_DEGREES)
        shown.SetParallelProjection(int(camera.parallel))
        shown.SetParallelScale(camera.height_mm / 2)
        self._renderer.ResetCameraClippingRange()
        cube_camera = self._cube.GetActiveCamera()
        cube_camera.SetPosition(*(-4.0 * camera.towards))
        cube_camera.SetFocalPoint(0.0, 0.0, 0.0)
        cube_camera.SetViewUp(*camera.up)
        self._cube.SetViewport(0.0, 0.0, min(_CUBE_SHARE / aspect, 1.0), _CUBE_SHARE)
        self._cube.ResetCameraClippingRange()

    def _paint_behind(self, background: Background) -> None:
        red, green, blue = background if background is not None else (0, 0, 0)
        self._renderer.SetBackground(red / 255, green / 255, blue / 255)
        self._renderer.SetBackgroundAlpha(0.0 if background is None else 1.0)

    def _picture(self, width: int, height: int, *, opaque: bool) -> NDArray[np.uint8]:
        from vtkmodules.util.numpy_support import vtk_to_numpy

        self._window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 1, self._pixels, 0)
        rows: NDArray[np.uint8] = vtk_to_numpy(self._pixels).reshape(height, width, 4)[::-1].copy()
        if opaque:
            rows[..., 3] = 255
        return rows

    def _add_lights(self) -> None:
        from vtkmodules.vtkRenderingCore import vtkLight

        self._renderer.AutomaticLightCreationOff()
        for one in _LIGHTS:
            light = vtkLight()
            light.SetLightTypeToCameraLight()
            light.SetPosition(*one.position)
            light.SetFocalPoint(0.0, 0.0, 0.0)
            light.SetIntensity(one.intensity)
            self._renderer.AddLight(light)

    def _add_cube(self) -> vtkRenderer:
        """Add the orientation marker: a cube whose faces bear the letters of the patient's directions."""
        from vtkmodules.vtkRenderingAnnotation import vtkAnnotatedCubeActor
        from vtkmodules.vtkRenderingCore import vtkRenderer

        cube = vtkAnnotatedCubeActor()
        cube.SetXPlusFaceText("L")
        cube.SetXMinusFaceText("R")
        cube.SetYPlusFaceText("P")
        cube.SetYMinusFaceText("A")
        cube.SetZPlusFaceText("H")
        cube.SetZMinusFaceText("F")
        cube.SetFaceTextScale(0.6)
        cube.SetZFaceTextRotation(180)
        cube.GetCubeProperty().SetColor(0.28, 0.31, 0.36)
        cube.GetTextEdgesProperty().SetColor(0.55, 0.6, 0.68)
        for letter in (
            cube.GetXPlusFaceProperty(),
            cube.GetXMinusFaceProperty(),
            cube.GetYPlusFaceProperty(),
            cube.GetYMinusFaceProperty(),
            cube.GetZPlusFaceProperty(),
            cube.GetZMinusFaceProperty(),
        ):
            letter.SetColor(0.92, 0.94, 0.97)
        renderer = vtkRenderer()
        renderer.SetLayer(1)
        renderer.InteractiveOff()
        renderer.AddViewProp(cube)
        self._window.AddRenderer(renderer)
        return renderer


def _cost(samples: Samples) -> float:
    """Return how many samples a pixel of the picture has, in proportion."""
    return 1.0 / (samples[0] ** 2 * samples[1])


def _coarse_ones(scene: VolumeScene, most: int) -> frozenset[Hashable]:
    """Return the keys of surfaces that are drawn coarsely so that all have about so many triangles: the largest."""
    surfaces = [thing for thing in scene.drawables if isinstance(thing, SurfaceDrawable)]
    total, coarse = sum(len(thing.mesh.triangles) for thing in surfaces), set()
    for thing in sorted(surfaces, key=lambda one: (one.selected, -len(one.mesh.triangles))):
        if total <= most:
            break
        if thing.coarse is not None:
            total -= len(thing.mesh.triangles) - len(thing.coarse.triangles)
            coarse.add(_key_of(thing))
    return frozenset(coarse)


def _key_of(thing: object) -> Hashable:
    if isinstance(thing, SurfaceDrawable):
        return ("surface", thing.part.overlay, thing.part.part)
    if isinstance(thing, PlaneDrawable):
        return ("plane", thing.name)
    return type(thing).__name__
