"""A renderer on a thread of its own: the window never waits for a 3D picture.

Decided
    The thread makes its OpenGL context, uses it and ends it, so that none ever changes hands. VTK lets other threads run
    while it renders. Off-screen there is no window that would have to belong to the window's thread.
    Of several pictures that are asked for while one is made only the newest is made.
    macOS makes windows on the main thread only, those off screen too: there a picture is made when it is asked for.
"""

from __future__ import annotations

import sys
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from viewer.geometry.camera import Camera
from viewer.scene.volume_drawables import VolumeScene
from viewer.scene.volume_inputs import Graphics
from viewer.ui.volume.renderer import Background, Quality, Renderer

_HAS_THREAD = sys.platform != "darwin"


@dataclass(frozen=True, eq=False)
class Wanted:
    """A picture that is asked for; see ``Renderer.render``."""

    scene: VolumeScene
    camera: Camera
    size: tuple[int, int]
    quality: Quality
    background: Background


@dataclass(frozen=True, eq=False)
class Made:
    """A picture, what it shows, and how long it took; the first one makes ready what the others stand on and counts 0."""

    wanted: Wanted
    image: QImage
    took_s: float


class RenderThread(QObject):
    """Makes the pictures of one 3D pane. To be called on the window's thread.

    Signals
    -------
    picture_made
        With a ``Made``, on the window's thread.
    failed
        With the exception that ended a picture.
    """

    picture_made = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject, graphics: Graphics) -> None:
        super().__init__(parent)
        self._graphics = graphics
        self._renderer: Renderer | None = None
        self._changed = threading.Condition()
        self._next: Wanted | None = None
        self._at_once: list[tuple[Wanted, Future[QImage]]] = []
        self._busy = self._ending = False
        self._thread = threading.Thread(target=self._run, name="3D pictures", daemon=True) if _HAS_THREAD else None
        if self._thread is not None:
            self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether a picture is being made or waits."""
        with self._changed:
            return self._busy or self._next is not None

    def ask(self, wanted: Wanted) -> None:
        """Ask for a picture; one that still waits is forgotten."""
        if self._thread is None:
            self._deliver(wanted)
            return
        with self._changed:
            self._next = wanted
            self._changed.notify()

    def make(self, wanted: Wanted) -> QImage:
        """Return a picture, however long it takes."""
        if self._thread is None:
            return self._rendered(wanted)
        future: Future[QImage] = Future()
        with self._changed:
            self._at_once.append((wanted, future))
            self._changed.notify()
        return future.result()

    def close(self) -> None:
        """Give everything back to OpenGL; returns when that is done."""
        with self._changed:
            self._ending = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        else:
            self._end()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.wait_for(lambda: self._ending or self._at_once or self._next is not None)
                if self._ending:
                    break
                self._busy = True
                at_once, self._at_once = self._at_once, []
                wanted, self._next = self._next, None
            for one, future in at_once:
                self._answer(one, future)
            if wanted is not None:
                self._deliver(wanted)
        for _, future in self._at_once:
            future.cancel()
        self._end()

    def _answer(self, wanted: Wanted, future: Future[QImage]) -> None:
        try:
            future.set_result(self._rendered(wanted))
        except Exception as error:  # noqa: BLE001 - a job's border
            future.set_exception(error)

    def _deliver(self, wanted: Wanted) -> None:
        first, begun = self._renderer is None, perf_counter()
        try:
            image = self._rendered(wanted)
        except Exception as error:  # noqa: BLE001 - a job's border
            self.failed.emit(error)
            return
        self.picture_made.emit(Made(wanted, image, 0.0 if first else perf_counter() - begun))

    def _rendered(self, wanted: Wanted) -> QImage:
        if self._renderer is None:
            self._renderer = Renderer(self._graphics)
        pixels = self._renderer.render(
            wanted.scene, wanted.camera, wanted.size, quality=wanted.quality, background=wanted.background
        )
        height, width, _ = pixels.shape
        return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()

    def _end(self) -> None:
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None
