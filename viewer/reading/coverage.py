"""What a finding's objects say they looked at: on which images it is drawn, which they name, and what of these is missing.

Decided
    An object speaks about the images that it names, and of a report about those of its findings. Where it names none it
    does not say what it looked at, and nothing is guessed from where its parts lie.
    On which images a part of a label map lies is known only to its pixels, so nothing is said of it.
    "Nothing found", "not evaluated", "failed" and "partly evaluated" are said by objects: a CAD summary, an empty segment,
    a report that states itself to be partial. An object that could not be read says nothing at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from viewer.domain.coverage import referenced_frames
from viewer.domain.finding import Finding
from viewer.domain.overlay import Overlay
from viewer.domain.stack import Stack
from viewer.reading.content import Content

Outcome = Literal["no_findings", "not_evaluated", "failed", "partial", "unreadable"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("failed", "partial", "not_evaluated", "no_findings")
"""What objects say of themselves beside "findings", the worst first."""

Frames = NDArray[np.bool_]
TouchedOf = Callable[[Overlay, Stack], Mapping[int, Frames]]
"""Which frames of a stack each part touches: ``domain.coverage.coverage``, remembered where that pays."""


@dataclass(frozen=True)
class Covered:
    """Frames of a stack: the first and the last (0-based places), and how many in all."""

    first: int
    last: int
    count: int

    @property
    def between(self) -> int:
        """How many between the first and the last are not among them."""
        return self.last - self.first + 1 - self.count


@dataclass(frozen=True)
class FindingCoverage:
    """What is said of one finding, on the stack where it is looked at.

    Parameters
    ----------
    stack
        None: it lies on nothing that is open.
    drawn_on
        The frames on which its objects draw it; None where that is none, or not known without their pixels.
    spoken_of
        The frames that its objects name; None where they name none of the stack.
    named, missing
        How many images its objects name, and how many of these are not among the opened files.
    empty
        It is described and nothing of it is there: looked for, and not found.
    partial
        A report that says it states itself to be partial.
    """

    stack: Stack | None
    drawn_on: Covered | None
    spoken_of: Covered | None
    named: int = 0
    missing: int = 0
    empty: bool = False
    partial: bool = False


def finding_coverage(content: Content, finding: Finding, touched_of: TouchedOf) -> FindingCoverage:
    """Return what the objects of a finding looked at, as far as they say it."""
    keys = dict.fromkeys(source.overlay for source in finding.sources)
    overlays = [content.overlays[key] for key in keys if key in content.overlays]
    stack = _stack_of(content, finding, overlays)
    found = _spoken_of(content, overlays, stack)
    return replace(
        found,
        drawn_on=_drawn_on(finding, overlays, stack, touched_of) if stack is not None else None,
        empty=finding.empty,
        partial=any(issue.code == "partial" for overlay in overlays for issue in overlay.issues),
    )


def object_coverage(content: Content, overlay: Overlay) -> FindingCoverage:
    """Return what an object without findings says that it looked at."""
    binding = content.bindings.get(overlay.instance)
    stack = content.library.stack(binding.default_stack_id or "") if binding is not None else None
    return _spoken_of(content, [overlay], stack)


def outcome_of(overlay: Overlay) -> Outcome | None:
    """Return what an object says of itself; None when it has findings, or says nothing."""
    return next((one for one in OUTCOMES if one == overlay.outcome), None)


def covered(frames: Frames) -> Covered | None:
    """Return the first and last True place and how many there are; None for none."""
    places = np.flatnonzero(frames)
    return Covered(int(places[0]), int(places[-1]), len(places)) if len(places) else None


def _stack_of(content: Content, finding: Finding, overlays: Iterable[Overlay]) -> Stack | None:
    """Return the stack that a finding is looked at on; of one that lies nowhere, that of its object."""
    if finding.location is not None:
        return content.library.stack(finding.location.stack_id)
    for overlay in overlays:
        binding = content.bindings.get(overlay.instance)
        if binding is not None and binding.default_stack_id is not None:
            return content.library.stack(binding.default_stack_id)
    return None


def _drawn_on(finding: Finding, overlays: Iterable[Overlay], stack: Stack, touched_of: TouchedOf) -> Covered | None:
    overlays = list(overlays)
    if any(one.places is not None and (one.places.part < 0).any() for one in overlays):
        return None
    numbers = {(source.overlay, source.part) for source in finding.sources}
    frames = np.zeros(len(stack.frames), dtype=bool)
    for overlay in overlays:
        for part, here in touched_of(overlay, stack).items():
            if (overlay.instance, part) in numbers:
                frames |= here
    return covered(frames)


def _spoken_of(content: Content, overlays: Iterable[Overlay], stack: Stack | None) -> FindingCoverage:
    """Return which frames of a stack objects name, and how many of the images that they name are not open."""
    references = [one for overlay in overlays for one in overlay.references if not one.segments]
    images = [one for one in references if not one.whole_series]
    uids = {one.sop_instance_uid for one in images}
    frames = None
    if stack is not None:
        series = content.library.series_by_key(stack.series_key)
        whole = {one.series_instance_uid for one in references if one.whole_series}
        all_of_it = series is not None and series.series_instance_uid in whole
        frames = np.ones(len(stack.frames), dtype=bool) if all_of_it else referenced_frames(images, stack)
    return FindingCoverage(
        stack=stack,
        drawn_on=None,
        spoken_of=covered(frames) if frames is not None else None,
        named=len(uids),
        missing=sum(not content.library.instances_with_uid(uid) for uid in uids),
    )
