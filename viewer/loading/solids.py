"""Loads what planes through stacks and 3D panes need: voxels, surfaces, and whether OpenGL works here.

Decided
    Two jobs at a time, chosen anew whenever one ends: what was selected meanwhile comes next.
    Every surface is made coarse first and of all voxels afterwards, so that the whole is there soon.
    Without a graphics card only the selected part and small ones are made of all voxels: others would slow every turn down.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from viewer.domain.image_attributes import DecodedFrame
from viewer.domain.instance import FrameKey
from viewer.domain.issues import issue
from viewer.domain.mesh import Mesh
from viewer.domain.stack import Stack
from viewer.loading.graphics import try_graphics
from viewer.loading.image_volumes import Read, StackVolume, build_volume
from viewer.loading.readers import Readers
from viewer.loading.runner import Job, JobControl, Runner
from viewer.loading.store import Store
from viewer.reading.reslicing import why_not_resliced
from viewer.reading.state import ReadingState
from viewer.scene.inputs import PENDING, Pending, Unavailable
from viewer.scene.volume_inputs import Graphics, PartSurface, SurfaceKey
from viewer.scene.volume_scene import surface_keys

_VOLUME, _GRAPHICS, _PREVIEW, _FULL = 0, 1, 3, 60
_AT_ONCE = 2
_PREVIEW_VOXELS = 60_000
_SMALL_TRIANGLES = 3_000
_FINE_VOXELS = 250_000
_LARGEST_SHARE = 0.6
"""A volume may take so much of what the store may."""


@dataclass(frozen=True)
class _Want:
    slot: Hashable
    priority: int
    work: Callable[[JobControl], object]
    done: Callable[[object], None]
    label: str = ""


class Solids:
    """Follows a reading and keeps the store filled with what has depth. Lives on the window's thread.

    Parameters
    ----------
    readers
        Returns what reads the files that are open now.
    raise_
        Takes a bug that ended a job.
    """

    def __init__(
        self, store: Store, runner: Runner, readers: Callable[[], Readers], raise_: Callable[[Exception], None]
    ) -> None:
        self._store, self._runner, self._readers, self._raise = store, runner, readers, raise_
        self._state = ReadingState()
        self._running: set[Hashable] = set()

    def follow(self, state: ReadingState) -> None:
        """Queue what a state needs and is not there."""
        self._state = state
        if not any(pane.kind != "stack" for pane in state.panes):
            return
        for want in self._wants(state):
            if len(self._running) >= _AT_ONCE:
                return
            if want.slot not in self._running:
                self._queue(want)

    def forget(self) -> None:
        """Another folder is opened; running jobs were cancelled."""
        self._running.clear()
        self._state = ReadingState()

    def _queue(self, want: _Want) -> None:
        self._running.add(want.slot)

        def done(result: object) -> None:
            self._running.discard(want.slot)
            want.done(result)
            self.follow(self._state)

        def failed(error: Exception) -> None:
            self._running.discard(want.slot)
            self._raise(error)

        self._runner.submit(Job(want.slot, want.priority, want.work, done, failed, want.label))

    def _wants(self, state: ReadingState) -> Iterator[_Want]:
        """Yield what is missing, most urgent first."""
        in_3d: list[Stack] = []
        for pane in state.panes:
            stack = state.content.library.stack(pane.stack_id) if pane.stack_id and pane.kind != "stack" else None
            if stack is None:
                continue
            cuts = pane.kind != "volume" and not why_not_resliced(stack)
            slot = ("volume", stack.id)
            # What a volume takes over is looked up frame by frame: not again at every change while it is being read.
            if (cuts or (pane.kind == "volume" and pane.volume.preset)) and not (
                slot in self._running or self._store.has(slot)
            ):
                yield self._volume(stack)
            if pane.kind == "volume":
                in_3d.append(stack)
        if in_3d and isinstance(self._store.graphics(), Pending):
            yield _Want(("graphics",), _GRAPHICS, lambda _: _tried_graphics(), self._take_graphics)
        keys = list(dict.fromkeys(key for stack in in_3d for key in surface_keys(state, stack)))
        coarse = False
        for want in self._previews(state, keys):
            coarse = True
            yield want
        if not coarse:
            yield from self._in_full(state, keys)

    def _volume(self, stack: Stack) -> _Want:
        readers, held = self._readers(), _held(self._store, stack)
        limit = int(self._store.budget_bytes * _LARGEST_SHARE)

        def read(key: FrameKey) -> Read:
            return readers.attributes(key.instance), held.get(key) or readers.frame(key)

        def work(control: JobControl) -> StackVolume | Unavailable:
            if len(stack.frames) * stack.rows * stack.columns * 2 > limit:
                return Unavailable(issue("reslice_too_large", "warning"))
            return build_volume(stack, read, check=control.went_on)

        def done(found: object) -> None:
            if isinstance(found, (StackVolume, Unavailable)):
                self._store.put_volume(stack.id, found)

        return _Want(("volume", stack.id), _VOLUME, work, done, "Reading the images")

    def _take_graphics(self, found: object) -> None:
        if isinstance(found, Graphics):
            self._store.put_graphics(found)

    def _previews(self, state: ReadingState, keys: list[SurfaceKey]) -> Iterator[_Want]:
        for key in keys:
            if isinstance(self._store.surface(key), Pending):
                yield self._surface(state, key, _PREVIEW, _PREVIEW_VOXELS, partial(self._put_preview, key))

    def _in_full(self, state: ReadingState, keys: list[SurfaceKey]) -> Iterator[_Want]:
        graphics = self._store.graphics()
        whole = isinstance(graphics, Graphics) and not graphics.software
        for key in keys:
            known = self._store.surface(key)
            if not isinstance(known, PartSurface) or known.full is not None:
                continue
            chosen = (state.selection.overlay, state.selection.part) == (key.overlay, key.part)
            small = len(known.preview.triangles) < _SMALL_TRIANGLES
            most = None if whole or chosen or small else _FINE_VOXELS
            yield self._surface(state, key, _FULL, most, partial(self._put_full, key, known.preview))

    def _put_preview(self, key: SurfaceKey, mesh: Mesh) -> None:
        self._store.put_surface(key, PartSurface(mesh, mesh if not len(mesh.triangles) else None))

    def _put_full(self, key: SurfaceKey, preview: Mesh, mesh: Mesh) -> None:
        self._store.put_surface(key, PartSurface(preview, mesh))

    def _surface(
        self,
        state: ReadingState,
        key: SurfaceKey,
        priority: int,
        most_voxels: int | None,
        put: Callable[[Mesh], None],
    ) -> _Want:
        overlay, readers = state.content.overlays[key.overlay], self._readers()

        def work(control: JobControl) -> Mesh | Unavailable:
            control.check()
            return readers.surface(overlay, key, most_voxels, check=lambda _: control.check())

        def done(found: object) -> None:
            self._store.count_elsewhere(readers.segmentation_bytes)
            if isinstance(found, Mesh):
                put(found)
            elif isinstance(found, Unavailable):
                self._store.put_surface(key, found)

        return _Want(("surface", key, priority), priority, work, done)


def _tried_graphics() -> Graphics:
    found = try_graphics()
    if found.works:
        # Here nobody waits for the import.
        import vtkmodules.vtkRenderingAnnotation
        import vtkmodules.vtkRenderingVolumeOpenGL2  # noqa: F401
    return found


def _held(store: Store, stack: Stack) -> Mapping[FrameKey, DecodedFrame]:
    """Return the frames of a stack that are decoded already."""
    found: dict[FrameKey, DecodedFrame] = {}
    for key in stack.frames:
        frame = store.frame(key) if store.has(key) else PENDING
        if isinstance(frame, DecodedFrame):
            found[key] = frame
    return found
