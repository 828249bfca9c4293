"""Loads what planes through stacks and 3D panes need: voxels, surfaces, and whether OpenGL works here.

Decided
    Two jobs at a time, chosen anew whenever one ends: what was selected meanwhile comes next.
    Of a large stack that is looked through a few slices are read first, and rendered while all the others are read.
    Every surface is made coarse first and of all voxels afterwards, so that the whole is there soon; those of a
    segmentation all at once. What lies nearest to the crosshair comes first.
    Without a graphics card only the selected part and small ones are made of all voxels: others would slow every turn down.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import cast

import numpy as np

from viewer.domain.image_attributes import DecodedFrame
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.issues import issue
from viewer.domain.library import Library
from viewer.domain.mesh import Mesh
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.loading.coarse_volume import coarse_volume, has_coarse_volume
from viewer.loading.graphics import known_graphics
from viewer.loading.image_volumes import Read, StackVolume, build_volume
from viewer.loading.readers import Readers
from viewer.loading.runner import Job, JobControl, Runner
from viewer.loading.store import Delivered, Store
from viewer.reading.reslicing import why_not_resliced
from viewer.reading.state import Pane, ReadingState
from viewer.representations.regular_volume import RegularVolume, regular_volume
from viewer.scene.held_bytes import held_bytes
from viewer.scene.inputs import PENDING, Pending, Unavailable
from viewer.scene.volume_inputs import Graphics, PartSurface, SurfaceKey
from viewer.scene.volume_scene import surface_keys

_VOLUME, _GRAPHICS, _PREVIEW, _FULL, _IDLE = 0, 1, 3, 60, 20_000
_GRAPHICS_SLOT = ("graphics",)
_AT_ONCE = 2
"""Besides the trial of OpenGL, which waits for a child process."""

_PREVIEW_VOXELS = 1_500_000
"""Of all parts of a segmentation together."""

_FRACTIONAL_VOXELS = 60_000
_SMALL_TRIANGLES = 3_000
_FINE_VOXELS = 250_000
_LARGEST_SHARE = 0.6
"""A volume may take so much of what the store may."""

_LARGEST_WITH_COPY = 0.8
"""A volume and what was resampled of it may take so much of that together."""


@dataclass(frozen=True)
class _Want:
    slot: Hashable
    priority: int
    work: Callable[[JobControl], object]
    done: Callable[[object], None]
    label: str = ""
    part_done: Callable[[object], None] | None = None
    keys: tuple[SurfaceKey, ...] = ()
    """Surfaces that come of it."""


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
        self._under_way: set[SurfaceKey] = set()
        self._seen_coarsely: set[str] = set()
        self._complete_at: int | None = None
        """How often the store had let something go when all that was needed was there."""
        store.listen(self._take)

    def follow(self, state: ReadingState) -> None:
        """Queue what a state needs and is not there."""
        before, self._state = self._state, state
        if not any(pane.kind != "stack" for pane in state.panes):
            return
        if self._complete_at == self._store.let_go and _needs_the_same(before, state):
            # The crosshair is dragged through a hundred surfaces that are all there.
            return
        self._complete_at = None
        for want in self._wants(state):
            if len(self._running - {_GRAPHICS_SLOT}) >= _AT_ONCE:
                return
            if want.slot not in self._running:
                self._queue(want)
        if not self._running:
            self._complete_at = self._store.let_go

    def prepare(self, library: Library) -> None:
        """Try OpenGL once nothing else is to be done, if anything has depth: a 3D pane then need not wait for it."""
        if isinstance(self._store.graphics(), Pending) and any(not why_not_resliced(stack) for stack in library.stacks):
            self._runner.submit(Job(("idle",), _IDLE, lambda _: None, lambda _: self._try_graphics(), self._raise))

    def _try_graphics(self) -> None:
        # Without the libraries, which fill memory that nobody may need.
        self._runner.submit(
            Job(("trial",), _IDLE, lambda _: known_graphics(), lambda _: None, self._raise, waits=True),
        )

    def _take(self, what: Delivered) -> None:
        if what.kind == "edited":
            self.follow(self._state)

    def forget(self) -> None:
        """Another folder is opened; running jobs were cancelled."""
        self._running.clear()
        self._under_way.clear()
        self._seen_coarsely.clear()
        self._complete_at = None
        self._state = ReadingState()

    def _queue(self, want: _Want) -> None:
        self._running.add(want.slot)
        self._under_way.update(want.keys)

        def ended() -> None:
            self._running.discard(want.slot)
            self._under_way.difference_update(want.keys)

        def done(result: object) -> None:
            ended()
            want.done(result)
            self.follow(self._state)

        def failed(error: Exception) -> None:
            ended()
            self._raise(error)

        waits = want.slot == _GRAPHICS_SLOT
        self._runner.submit(Job(want.slot, want.priority, want.work, done, failed, want.label, want.part_done, waits))

    def _wants(self, state: ReadingState) -> Iterator[_Want]:
        """Yield what is missing, most urgent first."""
        in_3d: list[Stack] = []
        for pane in state.panes:
            stack = state.content.library.stack(pane.stack_id) if pane.stack_id and pane.kind != "stack" else None
            if stack is None:
                continue
            cuts = pane.kind != "volume" and not why_not_resliced(stack)
            looks_through = pane.kind == "volume" and bool(pane.volume.preset) and self._is_to_be_regular(stack)
            # What a volume takes over is looked up frame by frame: not again at every change while it is being read.
            if looks_through and self._is_worth_a_coarse_look(stack):
                yield self._coarse(stack)
            elif (cuts or looks_through) and not self._is_held("volume", stack):
                yield self._volume(stack)
            elif looks_through and ("regular", stack.id) not in self._running:
                yield from self._resampled(stack)
            if pane.kind == "volume":
                in_3d.append(stack)
        if in_3d and isinstance(self._store.graphics(), Pending):
            yield _Want(_GRAPHICS_SLOT, _GRAPHICS, lambda _: _tried_graphics(), self._take_graphics)
        keys = list(dict.fromkeys(key for stack in in_3d for key in surface_keys(state, stack)))
        pending = [key for key in keys if isinstance(self._store.surface_now(key), Pending) and self._is_made(key)]
        # What is in full comes after all that is coarse.
        yield from self._previews(state, pending) if pending else self._in_full(state, keys)

    def _frames_of(self, stack: Stack) -> Callable[[FrameKey], Read]:
        """Return what reads the frames of a stack, or knows them already."""
        readers, held = self._readers(), _held(self._store, stack)

        def read(key: FrameKey) -> Read:
            return readers.attributes(key.instance), held.get(key) or readers.frame(key)

        return read

    def _volume(self, stack: Stack) -> _Want:
        read = self._frames_of(stack)
        limit = int(self._store.budget_bytes * _LARGEST_SHARE)

        def work(control: JobControl) -> StackVolume | Unavailable:
            if len(stack.frames) * stack.rows * stack.columns * 2 > limit:
                return Unavailable(issue("reslice_too_large", "warning"))
            return build_volume(stack, read, check=control.went_on)

        def done(found: object) -> None:
            if isinstance(found, (StackVolume, Unavailable)):
                self._store.put_volume(stack.id, found)

        return _Want(("volume", stack.id), _VOLUME, work, done, "Reading the images")

    def _coarse(self, stack: Stack) -> _Want:
        """Return the reading of a few frames, to be looked through while the others are read."""
        read = self._frames_of(stack)

        def done(found: object) -> None:
            self._seen_coarsely.add(stack.id)
            if isinstance(found, RegularVolume) and not self._store.has(("volume", stack.id)):
                self._store.put_coarse_volume(stack.id, found)

        return _Want(("coarse", stack.id), _VOLUME, lambda control: coarse_volume(stack, read, check=control.went_on), done)

    def _is_held(self, kind: str, stack: Stack) -> bool:
        """Say whether the voxels of a stack are there or being made."""
        return (kind, stack.id) in self._running or self._store.has((kind, stack.id))

    def _is_worth_a_coarse_look(self, stack: Stack) -> bool:
        there = self._store.has(("volume", stack.id)) or stack.id in self._seen_coarsely
        return not there and has_coarse_volume(stack)

    def _is_to_be_regular(self, stack: Stack) -> bool:
        return isinstance(self._store.whole_regular_volume(stack.id), Pending)

    def _resampled(self, stack: Stack) -> Iterator[_Want]:
        """Yield the making of an even grid of voxels that are none."""
        voxels = self._store.stack_volume(stack.id)
        if not isinstance(voxels, StackVolume):
            return
        limit = int(self._store.budget_bytes * _LARGEST_WITH_COPY)

        def work(control: JobControl) -> RegularVolume | Unavailable:
            found = regular_volume(voxels.volume, check=control.went_on)
            # Both have to stay: else they would drive one another out for ever.
            too_large = held_bytes(found) + voxels.held_bytes > limit
            return Unavailable(issue("reslice_too_large", "warning")) if too_large else found

        def done(found: object) -> None:
            if isinstance(found, (RegularVolume, Unavailable)):
                self._store.put_regular_volume(stack.id, found)

        yield _Want(("regular", stack.id), _VOLUME, work, done, "Resampling the images")

    def _take_graphics(self, found: object) -> None:
        if isinstance(found, Graphics):
            self._store.put_graphics(found)

    def _previews(self, state: ReadingState, pending: list[SurfaceKey]) -> Iterator[_Want]:
        together: dict[tuple[InstanceKey, str], list[SurfaceKey]] = {}
        for key in pending:
            content = state.content.overlays[key.overlay].content
            if key.edits is not None:
                yield self._surface(state, key, _PREVIEW, _FRACTIONAL_VOXELS, partial(self._put_preview, key))
            elif not isinstance(content, Segmentation):
                yield self._surface(state, key, _PREVIEW, None, partial(self._put_whole, key))
            elif content.type == "FRACTIONAL":
                yield self._surface(state, key, _PREVIEW, _FRACTIONAL_VOXELS, partial(self._put_preview, key))
            elif key not in self._under_way:
                together.setdefault((key.overlay, key.frame_of_reference_uid), []).append(key)
        for alike in together.values():
            yield self._all_previews(state, tuple(alike))

    def _all_previews(self, state: ReadingState, keys: tuple[SurfaceKey, ...]) -> _Want:
        overlay, readers = state.content.overlays[keys[0].overlay], self._readers()

        def work(control: JobControl) -> None:
            for found in readers.previews(overlay, keys, _PREVIEW_VOXELS, check=lambda _: control.check()):
                control.deliver_part(found)

        def part_done(found: object) -> None:
            key, surface = cast(tuple[SurfaceKey, PartSurface | Unavailable], found)
            if key in self._under_way:
                self._store.put_surface(key, surface)

        def done(_: object) -> None:
            self._store.count_elsewhere(readers.segmentation_bytes)

        return _Want(("previews", keys), _PREVIEW, work, done, part_done=part_done, keys=keys)

    def _in_full(self, state: ReadingState, keys: list[SurfaceKey]) -> Iterator[_Want]:
        graphics = self._store.graphics()
        whole = isinstance(graphics, Graphics) and not graphics.software
        held = ((key, self._store.surface_now(key)) for key in keys)
        missing = [(key, known) for key, known in held if isinstance(known, PartSurface) and known.full is None]
        for key, known in sorted(missing, key=lambda one: (not _is_chosen(one[0], state), _away_mm(one[1].preview, state))):
            small = len(known.preview.triangles) < _SMALL_TRIANGLES
            most = None if whole or small or _is_chosen(key, state) else _FINE_VOXELS
            yield self._surface(state, key, _FULL, most, partial(self._put_full, key, known.preview))

    def _is_made(self, key: SurfaceKey) -> bool:
        """Say whether what a surface is made of is there: an edited part has all its edits, which jobs may be at work on."""
        part = self._store.edited_part(key.overlay, key.part) if key.edits is not None else None
        return key.edits is None or (part is not None and part.edits == key.edits.edits)

    def _put_preview(self, key: SurfaceKey, mesh: Mesh) -> None:
        self._store.put_surface(key, PartSurface(mesh, mesh if not len(mesh.triangles) else None))

    def _put_whole(self, key: SurfaceKey, mesh: Mesh) -> None:
        self._store.put_surface(key, PartSurface(mesh, mesh))

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
        edited = self._store.edited_part(key.overlay, key.part) if key.edits is not None else None

        def work(control: JobControl) -> Mesh | Unavailable:
            control.check()
            if edited is not None:
                # Should the voxels change meanwhile, so has the key that is asked for.
                return edited.surface(key.frame_of_reference_uid, most_voxels)
            return readers.surface(overlay, key, most_voxels, check=lambda _: control.check())

        def done(found: object) -> None:
            self._store.count_elsewhere(readers.segmentation_bytes)
            if isinstance(found, Mesh):
                put(found)
            elif isinstance(found, Unavailable):
                self._store.put_surface(key, found)

        return _Want(("surface", key, priority), priority, work, done)


def _needs_the_same(before: ReadingState, after: ReadingState) -> bool:
    """Say whether two states need the same voxels and surfaces: they differ in where the reader looks at most."""
    if before is after:
        # Somebody says that something else changed.
        return False
    if [_depth_of(pane) for pane in before.panes] != [_depth_of(pane) for pane in after.panes]:
        return False
    return all(getattr(before, name) is getattr(after, name) for name in _NEEDED)


_LOOKING = {"panes", "crosshair", "hovered", "hovered_below", "active_pane"}
_NEEDED = tuple(entry.name for entry in fields(ReadingState) if entry.name not in _LOOKING)


def _depth_of(pane: Pane) -> tuple[object, ...]:
    return pane.kind, pane.stack_id, pane.volume.preset


def _is_chosen(key: SurfaceKey, state: ReadingState) -> bool:
    return (state.selection.overlay, state.selection.part) == (key.overlay, key.part)


def _away_mm(mesh: Mesh, state: ReadingState) -> float:
    """Return how far a surface is from the crosshair; 0 without one."""
    if state.crosshair is None or mesh.bounds is None:
        return 0.0
    return float(np.linalg.norm(np.subtract(mesh.bounds.center, state.crosshair.point_patient)))


def _tried_graphics() -> Graphics:
    found = known_graphics()
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
