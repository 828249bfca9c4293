"""Keeps the voxels of edited parts as the state wants them: those of the source, with the edits applied or taken back.

Decided
    The voxels of a part are read once. A step keeps what was in its box before, so that undo is as quick as the step was.
    A brush is applied at once, on the window's thread: it touches few voxels. All else is worked out by a job from voxels
    that nobody changes meanwhile, and taken over if it is still wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile

import numpy as np

from viewer.domain.edit import Brush, Edit, PartEdits
from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue
from viewer.domain.overlay import FrameNotRead, Overlay
from viewer.domain.registered import stack_for
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.loading.edited_planes import EditedPart, ShownPoints, ShownVoxels
from viewer.loading.readers import Readers
from viewer.loading.runner import Job, JobControl, Runner
from viewer.loading.store import Store
from viewer.reading.changes.editing import goes_on
from viewer.reading.edited import edits_open, images_of, part_name, selected_segment, why_not_edited
from viewer.reading.state import VOXEL_TOOLS, ReadingState
from viewer.representations.edited import Box, Mask, Values, edited_box
from viewer.representations.edited_part import CannotEdit, EditedVoxels, edit_grid, part_mask
from viewer.representations.volume_grid import VolumeGrid
from viewer.scene.inputs import Unavailable

_PRIORITY = 0
Key = tuple[InstanceKey, int]


@dataclass(eq=False)
class _Step:
    edit: Edit
    before: list[tuple[Box, Mask]] = field(default_factory=list)


@dataclass(eq=False)
class _Editing:
    """A part that is edited: its voxels with ``steps`` applied, and the edits that are wanted."""

    overlay: Overlay
    images: Stack | None
    wanted: PartEdits
    shown: bool = True
    voxels: EditedVoxels | None = None
    count: int = 0
    steps: list[_Step] = field(default_factory=list)
    refused: Issue | None = None

    def put(self, step: _Step, box: Box, after: Mask) -> None:
        assert self.voxels is not None
        here = self.voxels.mask[box]
        step.before.append((box, here.copy()))
        self.count += int(after.sum()) - int(here.sum())
        here[...] = after

    def take_back(self) -> None:
        assert self.voxels is not None
        for box, before in reversed(self.steps.pop().before):
            here = self.voxels.mask[box]
            self.count += int(before.sum()) - int(here.sum())
            here[...] = before


class EditedParts:
    """Follows a reading and keeps edited parts in the store. Lives on the window's thread.

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
        self._parts: dict[Key, _Editing] = {}
        self._points: dict[Key, tuple[PartEdits, ShownPoints]] = {}

    def forget(self) -> None:
        """Another folder is opened; running jobs were cancelled."""
        self._parts.clear()
        self._points.clear()

    def follow(self, old: ReadingState, new: ReadingState) -> None:
        """Make the voxels in the store those that the state wants, at once or as soon as a job has made them."""
        same = old.edits is new.edits and old.originals_shown == new.originals_shown
        same = same and (old.tool, old.selection) == (new.tool, new.selection)
        if same and (old.content is new.content or not (new.edits or self._parts)):
            return
        wanted = dict(self._wanted(new))
        self._follow_points(new, wanted)
        wanted = {key: one for key, one in wanted.items() if isinstance(one[0].content, Segmentation)}
        gone = self._parts.keys() - wanted.keys()
        for key in gone:
            del self._parts[key]
        for instance in {key[0] for key in gone}:
            self._publish(instance)
        for key, (overlay, edits, shown) in wanted.items():
            known = self._parts.get(key)
            if known is None or known.wanted.threshold != edits.threshold:
                known = self._parts[key] = _Editing(overlay, images_of(new.content, key[0]), edits)
            elif known.wanted == edits and known.shown == shown:
                continue
            known.wanted, known.shown = edits, shown
            self._advance(key)

    def _wanted(self, state: ReadingState) -> Iterator[tuple[Key, tuple[Overlay, PartEdits, bool]]]:
        """Yield what is edited, and whether that is shown; and what is about to be, so that a first stroke need not wait."""
        chosen = selected_segment(state) if state.tool in VOXEL_TOOLS else None
        # Whether it can be is asked once, and not with every move of the brush.
        if chosen is not None and (chosen in self._parts or why_not_edited(state, *chosen) is None):
            yield chosen, (state.content.overlays[chosen[0]], PartEdits(threshold=state.layer(chosen[0]).threshold), False)
        for key, of_parts in edits_open(state).items():
            for number, edits in of_parts.items():
                shown = part_name(state.content, key, number) not in state.originals_shown
                yield (key, number), (state.content.overlays[key], edits, shown)

    def _follow_points(self, state: ReadingState, wanted: Mapping[Key, tuple[Overlay, PartEdits, bool]]) -> None:
        """Make contours and lines those that the state wants: that takes no time."""
        before = self._points
        self._points = {}
        for key, (overlay, edits, shown) in wanted.items():
            if not shown or isinstance(overlay.content, Segmentation):
                continue
            known = before.get(key)
            if known is None or known[0] != edits:
                known = (edits, ShownPoints.of(state.content, *key, edits))
            self._points[key] = known
        changed = {key for key in before.keys() | self._points.keys() if before.get(key) != self._points.get(key)}
        for instance in {key[0] for key in changed}:
            self._publish(instance)

    def _advance(self, key: Key) -> None:
        """Bring a part nearer to what is wanted, as far as that goes without waiting."""
        part = self._parts.get(key)
        # While a job is at work nothing changes what it reads; one that was cancelled is asked for anew.
        if part is None or part.refused is not None or self._runner.is_busy_with(_slot(key)):
            return
        if part.voxels is None:
            self._read(key, part)
            return
        self._step(key, part)
        self._publish(key[0])

    def _step(self, key: Key, part: _Editing) -> None:
        edits = part.wanted.edits
        shared = len(list(takewhile(lambda pair: pair[0].edit == pair[1], zip(part.steps, edits, strict=False))))
        if shared == len(part.steps) - 1 and shared < len(edits) and goes_on(part.steps[shared].edit, edits[shared]):
            _draw_on(part, part.steps[shared], edits[shared])
            shared += 1
        while len(part.steps) > shared:
            part.take_back()
        for edit in edits[shared:]:
            if not isinstance(edit, Brush):
                self._work_out(key, part, edit)
                return
            step = _Step(edit)
            _brush(part, step, edit)
            part.steps.append(step)

    def _read(self, key: Key, part: _Editing) -> None:
        readers, edits = self._readers(), part.wanted

        def work(control: JobControl) -> EditedVoxels | Issue:
            try:
                grid = edit_grid(part.overlay, part.images)
                read_frame = readers.read_frame_of(part.overlay)
                mask = part_mask(part.overlay, key[1], grid, read_frame, threshold=edits.threshold, check=control.went_on)
            except CannotEdit as reason:
                return reason.issue
            except FrameNotRead as reason:
                return reason.issue
            return EditedVoxels.of(part.overlay, key[1], grid, mask)

        def done(found: EditedVoxels | Issue) -> None:
            if isinstance(found, Issue):
                part.refused = found
                self._publish(key[0])
            elif part.voxels is None:
                part.voxels, part.count = found, int(found.mask.sum())
                self._advance(key)

        self._submit(key, work, done, "Reading segment")

    def _work_out(self, key: Key, part: _Editing, edit: Edit) -> None:
        voxels, readers, place = part.voxels, self._readers(), len(part.steps)
        assert voxels is not None

        def values_on(grid: VolumeGrid) -> Values | None:
            return image_values_on(part.overlay, part.images, grid, readers)

        def work(_: JobControl) -> tuple[Box, Mask] | None:
            return edited_box(voxels.mask, voxels.grid, edit, values_on)

        def done(found: tuple[Box, Mask] | None) -> None:
            edits = part.wanted.edits
            still = place == len(part.steps) and edits[place : place + 1] == (edit,)
            if still and all(step.edit == one for step, one in zip(part.steps, edits, strict=False)):
                step = _Step(edit)
                if found is not None:
                    part.put(step, *_changed(voxels.mask, *found))
                part.steps.append(step)
            self._advance(key)

        self._submit(key, work, done, "Editing segment")

    def _submit(self, key: Key, work: Callable[[JobControl], object], done: Callable[..., None], label: str) -> None:
        part = self._parts[key]

        def take(found: object) -> None:
            # A part that was let go of meanwhile, or begun anew, wants nothing of it.
            if self._parts.get(key) is part:
                done(found)

        self._runner.submit(Job(_slot(key), _PRIORITY, work, take, self._raise, label))

    def _publish(self, overlay: InstanceKey) -> None:
        """Put what is there of an overlay's edited parts into the store."""
        found: dict[int, EditedPart] = {
            number: ShownVoxels(part.voxels, part.count, tuple(step.edit for step in part.steps))
            for (key, number), part in self._parts.items()
            if key == overlay and part.voxels is not None and part.shown
        }
        found |= {number: shown for (key, number), (_, shown) in self._points.items() if key == overlay}
        refused = {
            number: part.refused
            for (key, number), part in self._parts.items()
            if key == overlay and part.shown and part.refused is not None
        }
        self._store.put_edited(overlay, found, refused)


def _slot(key: Key) -> tuple[str, InstanceKey, int]:
    return ("edited", *key)


def _brush(part: _Editing, step: _Step, brush: Brush) -> None:
    assert part.voxels is not None
    found = edited_box(part.voxels.mask, part.voxels.grid, brush, lambda _: None)
    if found is not None:
        part.put(step, *found)


def _draw_on(part: _Editing, step: _Step, edit: Edit) -> None:
    """Apply only what a stroke has more than before: it covers what it covered."""
    before = step.edit
    assert isinstance(edit, Brush) and isinstance(before, Brush)
    step.edit = edit
    _brush(part, step, replace(edit, path=edit.path[len(before.path) - 1 :]))


def _changed(mask: Mask, box: Box, after: Mask) -> tuple[Box, Mask]:
    """Return the smallest box that holds every change."""
    places = np.argwhere(mask[box] != after)
    if not len(places):
        empty = slice(box[0].start, box[0].start)
        return (empty, box[1], box[2]), after[:0]
    low, high = places.min(axis=0).tolist(), (places.max(axis=0) + 1).tolist()
    inner = tuple(slice(first, end) for first, end in zip(low, high, strict=True))
    whole = tuple(slice(one.start + first, one.start + end) for one, first, end in zip(box, low, high, strict=True))
    return (whole[0], whole[1], whole[2]), after[inner]


def image_values_on(overlay: Overlay, images: Stack | None, grid: VolumeGrid, readers: Readers) -> Values | None:
    """Return the modality values of images (k, j, i) on a grid of an overlay, NaN where there are none; None without any."""
    if images is None:
        return None
    own = stack_for(overlay, images)
    values = np.full(grid.shape, np.nan, np.float32)
    found = False
    for k, plane in enumerate(grid.planes):
        image = readers.image_on_plane(own, plane).image
        if not isinstance(image, Unavailable):
            values[k], found = image.values, True
    return values if found else None
