"""3D pictures without a window: the pane's own renderer, letters and legend on an image."""

from __future__ import annotations

from PySide6.QtGui import QColor, QImage, QPainter

from viewer.geometry.camera import Camera, fitted
from viewer.reading.state import ReadingState
from viewer.scene.volume_drawables import VolumeScene
from viewer.scene.volume_inputs import Graphics
from viewer.ui.volume.legend import paint_over
from viewer.ui.volume.renderer import Renderer

BACKGROUND = (11, 13, 16)


def print_volume(
    state: ReadingState, scene: VolumeScene, graphics: Graphics, size: tuple[int, int], *, words: bool
) -> QImage:
    """Return the picture of the first pane's 3D scene.

    Parameters
    ----------
    graphics
        Those of this machine; they must work.
    size
        (width, height) in pixels.
    words
        With letters, the view's name and the legend.
    """
    camera = camera_of(state, scene)
    renderer = Renderer(graphics)
    try:
        pixels = renderer.render(scene, camera, size, background=BACKGROUND)
    finally:
        renderer.close()
    height, width, _ = pixels.shape
    made = QImage(width, height, QImage.Format.Format_RGB888)
    made.fill(QColor(*BACKGROUND))
    painter = QPainter(made)
    painter.drawImage(0, 0, QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888))
    if words:
        paint_over(painter, state, scene, camera, size, 1.0)
    painter.end()
    return made


def camera_of(state: ReadingState, scene: VolumeScene) -> Camera:
    """Return the camera of the first pane; one that sees everything where none was chosen. Needs bounds or a camera."""
    camera = state.panes[0].volume.camera
    if camera is not None:
        return camera
    assert scene.bounds is not None
    return fitted(scene.bounds)
