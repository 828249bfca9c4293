"""Numbers of parts and comparisons for the window: worked out on job threads, each remembered while its files are open."""

from __future__ import annotations

from collections.abc import Callable

from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.image_attributes import DecodedFrame, ImageAttributes
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.overlay import FrameNotRead, Overlay
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.domain.value_stack import stack_for_values
from viewer.export.comparison import Comparison, compare_objects
from viewer.export.part_numbers import Measured, PartNumbers, part_numbers
from viewer.export.two_objects import Compared, NotComparable, read_compared
from viewer.loading.loader import Loader
from viewer.loading.readers import Readers
from viewer.loading.runner import Job, JobControl, Runner
from viewer.reading.reading import Reading
from viewer.representations.volume_grid import NoGrid
from viewer.scene.inputs import Unavailable

_NUMBERS, _ALL_NUMBERS, _COMPARING = 70, 9_000, 60
_KEPT = 256


class PartWork:
    """Fulfils ``ui.part_work.PartWork``. Lives on the window's thread.

    Parameters
    ----------
    words
        What the progress says while all parts are measured, and while two objects are compared.
    """

    def __init__(self, reading: Reading, loader: Loader, runner: Runner, words: tuple[str, str]) -> None:
        self._reading, self._loader, self._runner = reading, loader, runner
        self._measuring, self._comparing = words
        self._known: dict[object, tuple[object, object]] = {}

    def numbers(self, overlay: InstanceKey, part: int | None, done: Callable[[tuple[PartNumbers, ...]], None]) -> None:
        """Measure a part, or all of an object (None); ``done`` gets them, at once where they are known."""
        state = self._reading.state
        found = state.content.overlays.get(overlay)
        if found is None or not isinstance(found.content, Segmentation | StructureSet):
            done(())
            return
        measures = state.content.measures.get(overlay, {})
        threshold = state.layer(overlay).threshold
        stack = self._stack_id(found)
        # By identity: the measures are kept with what was found, so that no others can have theirs.
        key = ("numbers", found, part, threshold, stack, id(measures))
        parts = [part] if part is not None else [one.number for one in found.parts if one.state != "background"]
        readers, library = self._loader.readers, state.content.library

        def work(control: JobControl) -> tuple[PartNumbers, ...]:
            told = {number: one.at_threshold(threshold) for number, one in measures.items()}
            one = Compared(found, told, readers.read_frame_of(found), threshold)
            what = Measured(one, stack_for_values(found, library, stack))
            return part_numbers(what, parts, lambda frame: _read(readers, frame), check=control.went_on)

        slot, priority = ("numbers", part is None), _NUMBERS if part is not None else _ALL_NUMBERS
        self._do(key, Job(slot, priority, work, done, _raise, self._measuring if part is None else ""), measures)

    def compare(self, a: InstanceKey, b: InstanceKey, done: Callable[[Comparison | str], None]) -> None:
        """Compare two objects; ``done`` gets what was found, or the sentence that says why nothing could be."""
        state = self._reading.state
        first, second = state.content.overlays[a], state.content.overlays[b]
        readers, library = self._loader.readers, state.content.library
        thresholds = state.layer(a).threshold, state.layer(b).threshold

        def work(control: JobControl) -> Comparison | str:
            try:
                one, other = (
                    read_compared(overlay, readers.read_frame_of(overlay), threshold)
                    for overlay, threshold in zip((first, second), thresholds, strict=True)
                )
                return compare_objects(one, other, library, check=control.went_on)
            except NotComparable as reason:
                return str(reason)
            except NoGrid as refused:
                return refused.reason
            except (UnreadableDataset, FrameNotRead) as failure:
                return f"An object cannot be read: {failure}"

        key = ("compared", first, second, thresholds)
        self._do(key, Job(("comparing",), _COMPARING, work, done, _raise, self._comparing))

    def forget(self) -> None:
        """Forget what was found: other files are opened."""
        self._known.clear()

    def _do(self, key: object, job: Job, held: object = None) -> None:
        known = self._known.get(key)
        if known is not None:
            self._runner.cancel(job.slot)
            job.done(known[0])
            return

        def done(found: object) -> None:
            while len(self._known) >= _KEPT:
                self._known.pop(next(iter(self._known)))
            self._known[key] = (found, held)
            job.done(found)

        # What was asked for before is no longer wanted: its answer would be taken for that of this question.
        self._runner.cancel(job.slot)
        self._runner.submit(Job(job.slot, job.priority, job.work, done, job.failed, job.label))

    def _stack_id(self, overlay: Overlay) -> str | None:
        """Return the stack whose values count: that of the active viewport where the object lies on it, else its own."""
        state = self._reading.state
        binding = state.content.bindings.get(overlay.instance)
        if binding is None:
            return None
        shown = state.pane.stack_id
        here = binding.on_stack(shown) if shown is not None else None
        return shown if here is not None and here.by != "registration" else binding.default_stack_id


def _read(readers: Readers, frame: FrameKey) -> tuple[ImageAttributes | Unavailable, DecodedFrame | Unavailable]:
    return readers.attributes(frame.instance), readers.frame(frame)


def _raise(error: Exception) -> None:
    raise error
