"""Pictures without a window: the viewports' own painters on an image, saved as PNG."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from viewer.reading.state import View
from viewer.scene.drawables import ImagePicture, Scene, TilePicture
from viewer.ui.slice.frame_words import NOT_FOR_DIAGNOSIS, translated
from viewer.ui.slice.painters import paint_drawables
from viewer.ui.slice.pictures import Pictures
from viewer.ui.slice.scene_painter import blank, geometry_of, paint_onto
from viewer.ui.theme.apply import load_resources


@dataclass(frozen=True)
class Paper:
    """What a picture is printed on.

    ``size`` is (width, height); None is the native matrix, one picture pixel for each image pixel. ``words`` adds corner
    text, letters and scale bar. ``grey`` leaves everything but the image out and saves one 8-bit channel.
    """

    size: tuple[int, int] | None = None
    words: bool = False
    grey: bool = False


_application: list[QApplication] = []
"""Qt allows one application a process; ours lives until the process ends, for fonts and icons hang on it."""


def start_off_screen(resources: Path) -> None:
    """Make Qt ready to paint without a display, with the bundled fonts and icons."""
    if QApplication.instance() is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        _application.append(QApplication(["overread"]))
    load_resources(resources)


def print_scene(scene: Scene, view: View, paper: Paper) -> QImage:
    """Return the picture of a scene. Zoom and position of the view are not used: the picture shows all.

    Parameters
    ----------
    view
        Rotation and flips; ``effective_view`` of the pane.
    """
    whole = replace(view, zoom=None, center=None)
    if paper.size is None:
        whole = replace(whole, zoom=1.0)
    size = paper.size if paper.size is not None else native_size(scene, view)
    if paper.grey:
        images = tuple(one for one in scene.drawables if isinstance(one, ImagePicture | TilePicture))
        scene = replace(scene, drawables=images)
    geometry = geometry_of(scene, whole, size=size, square=paper.size is None)
    picture = blank(size)
    painter = QPainter(picture)
    if paper.words and not paper.grey:
        paint_onto(painter, scene, geometry, view, Pictures(), foot=translated(NOT_FOR_DIAGNOSIS))
    else:
        paint_drawables(painter, scene, geometry, Pictures())
    painter.end()
    return picture.convertToFormat(QImage.Format.Format_Grayscale8 if paper.grey else QImage.Format.Format_RGB888)


def native_size(scene: Scene, view: View) -> tuple[int, int]:
    """Return (width, height) of one picture pixel for each image pixel of what "fit" shows."""
    rows, columns = scene.plane.shape if scene.plane is not None else (1, 1)
    left, top, right, bottom = scene.displayed_area or (0.0, 0.0, float(columns), float(rows))
    width, height = max(round(right - left), 1), max(round(bottom - top), 1)
    return (height, width) if view.rotation in (90, 270) else (width, height)


def save_png(picture: QImage, path: Path) -> None:
    """Save a picture; the file appears whole or not at all.

    Raises
    ------
    OSError
        When the place cannot be written.
    """
    with NamedTemporaryFile(dir=path.parent, suffix=".png", delete=False) as place:
        temporary = Path(place.name)
    try:
        if not picture.save(str(temporary)):
            raise OSError(0, "the picture could not be written")
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
