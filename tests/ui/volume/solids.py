"""A study with three boxes as surfaces, a volume with one bright block, and a hand on the 3D pane."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.slice.pixels import array_of
from tests.ui.small_study import CT_STACK, SEG, small_state
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.issues import issue
from viewer.domain.mesh import Mesh
from viewer.geometry.box import Box
from viewer.geometry.camera import Camera, fitted
from viewer.geometry.plane import FloatArray, Plane, Vector
from viewer.loading.graphics import try_graphics
from viewer.reading.state import Pane, ReadingState
from viewer.representations.image_on_plane import ImageOnPlane
from viewer.representations.on_plane import OnPlane
from viewer.representations.regular_volume import RegularVolume
from viewer.representations.surface import voxel_surface
from viewer.scene.drawables import PartRef
from viewer.scene.inputs import PENDING, Pending, Unavailable
from viewer.scene.volume_drawables import SurfaceDrawable, VolumeScene
from viewer.scene.volume_inputs import Graphics, PartSurface, SurfaceKey
from viewer.ui.volume.canvas import VolumeCanvas

BOUNDS = Box((-10.0, -20.0, -30.0), (30.0, 20.0, 50.0))
"""Around the boxes; nothing of it is symmetric about the origin."""
BOXES = {
    1: Box((-8.0, -18.0, 20.0), (6.0, -6.0, 44.0)),
    2: Box((12.0, -2.0, -24.0), (28.0, 14.0, -4.0)),
    3: Box((-6.0, 6.0, 24.0), (4.0, 18.0, 40.0)),
}
"""Part 3 lies behind part 1, seen from the front."""
COLORS = {1: (230, 30, 30), 2: (40, 220, 60), 3: (40, 70, 240)}
GROUND = (0, 0, 0)
SIZE = (400, 300)
_PATIENCE_S = 20.0


def box_mesh(box: Box) -> Mesh:
    """The surface of a box, anti-clockwise seen from outside."""
    (a, b, c), (x, y, z) = box.low, box.high
    points = np.array([[i, j, k] for i in (a, x) for j in (b, y) for k in (c, z)], float)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    triangles = np.array([t for q in quads for t in ((q[0], q[1], q[2]), (q[0], q[2], q[3]))])
    mesh = Mesh(points, triangles)
    return mesh if mesh.volume_ml > 0 else mesh.turned()


def drawn(number: int, *, opacity: float = 1.0, selected: bool = False) -> SurfaceDrawable:
    """A box as a drawable."""
    return SurfaceDrawable(PartRef(SEG, number), box_mesh(BOXES[number]), COLORS[number], None, opacity, selected)


def scene_of(*numbers: int, opacity: float = 1.0, clipping: Box | None = None) -> VolumeScene:
    return VolumeScene(tuple(drawn(n, opacity=opacity) for n in numbers), BOUNDS, clipping)


def parallel(view: str = "anterior") -> Camera:
    """A camera that sees all boxes from a side, without perspective."""
    return fitted(BOUNDS, view=view, projection="parallel")  # type: ignore[arg-type]


def spot_of(camera: Camera, point: Vector | FloatArray, size: tuple[int, int] = SIZE) -> tuple[int, int]:
    """(column, row) of the pixel at which a parallel camera sees a patient point."""
    width, height = size
    way = np.subtract(point, camera.focus)
    across, up = way @ camera.across / camera.height_mm, way @ camera.upright / camera.height_mm
    return int(width / 2 + across * height), int(height / 2 - up * height)


def color_at(pixels: NDArray[np.uint8], camera: Camera, point: Vector | FloatArray) -> NDArray[np.int64]:
    """What stands where a parallel camera sees a point."""
    column, row = spot_of(camera, point, (pixels.shape[1], pixels.shape[0]))
    return pixels[row, column].astype(int)


def is_like(color: NDArray[np.int64], wanted: tuple[int, int, int]) -> bool:
    """Whether a lit colour is a shade of another: the brightest channel is the same, the others are clearly darker."""
    brightest = int(np.argmax(wanted))
    others = [color[axis] for axis in range(3) if axis != brightest]
    return bool(color[brightest] > 70 and color[brightest] > 1.5 * max(others))


@dataclass
class Solids:
    """Answers what a 3D scene asks. ``works`` is whether OpenGL does."""

    works: bool = True
    surfaces: dict[int, Mesh] = field(default_factory=lambda: {n: box_mesh(box) for n, box in BOXES.items()})
    volume: RegularVolume | None = None
    told: Graphics | Pending | None = None

    def surface(self, key: SurfaceKey) -> PartSurface | Pending | Unavailable:
        mesh = self.surfaces.get(key.part)
        return PENDING if mesh is None else PartSurface(mesh, mesh)

    def regular_volume(self, stack_id: str) -> RegularVolume | Pending | Unavailable:
        return PENDING if self.volume is None else self.volume

    def graphics(self) -> Graphics | Pending:
        if self.told is not None:
            return self.told
        return Graphics(works=self.works, renderer="llvmpipe", software=True)

    def attributes(self, instance: InstanceKey) -> ImageAttributes | Pending | Unavailable:
        return Unavailable(issue("no_pixels", "info"))

    def frame(self, frame: FrameKey) -> DecodedFrame | Pending | Unavailable:
        return Unavailable(issue("no_pixels", "info"))

    def value_range(self, stack_id: str) -> tuple[float, float] | None:
        return (0.0, 1000.0)

    def on_plane(self, overlay: InstanceKey, plane: Plane) -> OnPlane | Pending | Unavailable:
        return PENDING

    def image_on_plane(self, stack_id: str, plane: Plane) -> ImageOnPlane | Pending | Unavailable:
        return PENDING


def solid_state() -> ReadingState:
    """The small study, its CT in 3D; the colours of its parts are those of the boxes."""
    state = small_state()
    overlay = state.content.overlays[SEG]
    parts = tuple(replace(part, color=COLORS[part.number]) for part in overlay.parts if part.number in COLORS)
    overlays = {**state.content.overlays, SEG: replace(overlay, parts=parts)}
    content = replace(state.content, overlays=overlays)
    return replace(state, content=content, panes=(Pane(CT_STACK, 1, kind="volume"),))


def bright_block() -> tuple[NDArray[np.int16], FloatArray, tuple[slice, slice, slice]]:
    """Voxels with one bright block, their affine, and where the block is."""
    voxels = np.zeros((20, 24, 30), np.int16)
    where = (slice(11, 17), slice(3, 9), slice(18, 26))
    voxels[where] = 900
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1], affine[:3, 2] = (0, 0, 4.0), (0, 1.6, 0), (1.3, 0, 0)
    affine[:3, 3] = (-10.0, -20.0, -30.0)
    return voxels, affine, where


def picture_of(canvas: VolumeCanvas) -> NDArray[np.int64]:
    """What a canvas shows once its picture is that of the reading as it is."""
    canvas.grab()
    deadline = monotonic() + _PATIENCE_S
    while not canvas.is_current:
        assert monotonic() < deadline
        QTest.qWait(5)
        canvas.grab()
    return array_of(canvas.grab().toImage())


def sphere(radius: float) -> Mesh:
    """A ball of voxels as a surface, in voxel indices."""
    k, j, i = np.ogrid[:24, :24, :24]
    return voxel_surface((k - 11.5) ** 2 + (j - 11.5) ** 2 + (i - 11.5) ** 2 < radius**2)


def mouse(
    widget: QWidget,
    kind: QEvent.Type,
    at: tuple[float, float],
    button: Qt.MouseButton = Qt.MouseButton.LeftButton,
    *,
    held: bool = True,
) -> None:
    """One mouse event at a place of a widget."""
    moves = kind == QEvent.Type.MouseMove
    nothing = Qt.MouseButton.NoButton
    holds = nothing if kind == QEvent.Type.MouseButtonRelease or (moves and not held) else button
    place = QPointF(*at)
    event = QMouseEvent(
        kind, place, widget.mapToGlobal(place), nothing if moves else button, holds, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)


def click(widget: QWidget, at: tuple[float, float]) -> None:
    """Press and let go."""
    mouse(widget, QEvent.Type.MouseButtonPress, at)
    mouse(widget, QEvent.Type.MouseButtonRelease, at)


def graphics_here() -> Graphics:
    """What the child process finds on this machine."""
    return try_graphics()
