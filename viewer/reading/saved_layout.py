"""A layout that the reader named: how many viewports, and which series hangs in each, told so that it fits other studies.

Decided
    A series is told by its modality, its description and how it lies in the patient; never by a UID, a number or its place
    in a list. The modality must be the same; a series with the same description comes before one that only lies alike.
    A viewport whose series is not there stays empty and says what was looked for: nothing is hung in its stead.
    A camera is told by its side, and in shares of what it looks at; axes are directions in the patient. The reader's
    function of values is kept for presets in modality values alone: shares of the values that occur are others elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from viewer.domain.library import Library, Series
from viewer.domain.stack import Stack
from viewer.domain.transfer import TransferFunction
from viewer.geometry.box import Box
from viewer.geometry.camera import Camera, looking
from viewer.geometry.orientation import Orientation
from viewer.geometry.plane import Vector, to_vector
from viewer.geometry.slab import THIN, Slab
from viewer.reading.reslicing import Axes
from viewer.reading.state import Layout, PaneKind

_LEAST_MM = 1e-3


@dataclass(frozen=True)
class HangRule:
    """What hangs in one viewport. An empty rule (no modality) leaves it empty."""

    modality: str = ""
    description: str = ""
    orientation: Orientation = "none"

    @property
    def words(self) -> str:
        """The rule as a reader would say it: “T2 tse” (MR, sagittal)."""
        kind = ", ".join(part for part in (self.modality, "" if self.orientation == "none" else self.orientation) if part)
        return f"“{self.description}” ({kind})" if self.description else kind


@dataclass(frozen=True)
class CameraRule:
    """From which side, how near and with which projection a camera looks.

    ``away`` and ``up`` are unit vectors in the patient: from what is looked at to the camera, and to the top of the picture.
    ``focus`` is where it looks, in shares of the sides of the box around the images; ``height`` what the picture's height
    shows, in shares of that box's diagonal.
    """

    away: Vector
    up: Vector
    focus: Vector
    height: float
    parallel: bool = False


@dataclass(frozen=True)
class PaneShape:
    """How a viewport shows what hangs in it: its frames, planes through it with their slab, or all in 3D.

    What follows the slab belongs to a 3D pane; see ``volume_view.VolumeView``.
    """

    kind: PaneKind = "stack"
    slab: Slab = THIN
    preset: str = ""
    surfaces: bool = True
    planes: bool = False
    camera: CameraRule | None = None
    transfer: TransferFunction | None = None

    @property
    def words(self) -> str:
        """The shape as a reader would say it; empty for frames."""
        if self.kind in ("stack", "volume"):
            return "in 3D" if self.kind == "volume" else ""
        slab = f", {self.slab.thickness_mm:g} mm {self.slab.projection}" if self.slab.thickness_mm > 0 else ""
        return f"{self.kind} planes{slab}"


@dataclass(frozen=True)
class SavedLayout:
    """A layout with a name; ``hangs`` and ``shapes`` have one entry a viewport, the latter none where all show frames.

    ``axes`` are those that planes were turned to; None: the stack's own.
    """

    name: str
    layout: Layout
    hangs: tuple[HangRule, ...] = field(default=())
    shapes: tuple[PaneShape, ...] = field(default=())
    axes: Axes | None = None

    @property
    def shared(self) -> tuple[int, ...]:
        """For each viewport the first one that shows the same images, itself where none does: planes through them do."""
        shapes = (*self.shapes, *(PaneShape(),) * len(self.hangs))
        return tuple(
            next(
                first
                for first in range(number + 1)
                if first == number or (self.hangs[first] == rule and {shapes[first].kind, shapes[number].kind} != {"stack"})
            )
            for number, rule in enumerate(self.hangs)
        )

    @property
    def words(self) -> tuple[str, ...]:
        """What hangs in each viewport, and how; empty for an empty one."""
        shapes = (*self.shapes, *(PaneShape(),) * len(self.hangs))
        return tuple(
            " · ".join(part for part in (rule.words, self._shape_words(shape) if rule.words else "") if part)
            for rule, shape in zip(self.hangs, shapes, strict=False)
        )

    def _shape_words(self, shape: PaneShape) -> str:
        turned = ", turned" if self.axes is not None and shape.kind not in ("stack", "volume") else ""
        return shape.words + turned


@dataclass(frozen=True)
class _Candidate:
    stack: Stack
    rule: HangRule


def rule_of(library: Library, stack: Stack | None) -> HangRule:
    """Return the rule that tells a stack; the empty one for an empty viewport."""
    if stack is None or not stack.frames:
        return HangRule()
    series = library.series_of(stack.frames[0].instance)
    return HangRule(series.modality, series.description.strip(), stack.orientation)


def rule_of_camera(camera: Camera, box: Box) -> CameraRule:
    """Return how a camera looks at what is in a box."""
    size = np.maximum(np.subtract(box.high, box.low), _LEAST_MM)
    focus = np.subtract(camera.focus, box.low) / size
    height = camera.height_mm / max(box.diagonal_mm, _LEAST_MM)
    return CameraRule(to_vector(-camera.towards), to_vector(camera.upright), to_vector(focus), height, camera.parallel)


def camera_of_rule(rule: CameraRule, box: Box) -> Camera:
    """Return the camera that looks so at what is in a box."""
    focus = box.share(rule.focus, (1.0, 1.0, 1.0)).low
    height_mm = rule.height * max(box.diagonal_mm, _LEAST_MM)
    return looking(np.asarray(focus), np.asarray(rule.away), rule.up, height_mm=height_mm, parallel=rule.parallel)


def stacks_for(rules: Sequence[HangRule], series: Iterable[Series]) -> tuple[Stack | None, ...]:
    """Return the stack for every rule, None where nothing fits.

    Parameters
    ----------
    series
        What may be hung, the preferred first. The same stack hangs twice only where two rules are equal.
    """
    candidates = [
        _Candidate(stack, HangRule(one.modality, one.description.strip(), stack.orientation))
        for one in series
        for stack in one.stacks
    ]
    found: dict[int, Stack] = {}
    for fits in _PASSES:
        for number, rule in enumerate(rules):
            if rule.modality and number not in found:
                stack = _first(rule, candidates, fits, {one.id for one in found.values()})
                if stack is not None:
                    found[number] = stack
    for number, rule in enumerate(rules):
        twin = next((one for one in found if rules[one] == rule), None)
        if number not in found and twin is not None:
            found[number] = found[twin]
    return tuple(found.get(number) for number in range(len(rules)))


def _first(
    rule: HangRule, candidates: Sequence[_Candidate], fits: Callable[[HangRule, HangRule], bool], taken: set[str]
) -> Stack | None:
    return next((one.stack for one in candidates if one.stack.id not in taken and fits(rule, one.rule)), None)


def _same_text(one: HangRule, other: HangRule) -> bool:
    return one.modality == other.modality and one.description.casefold() == other.description.casefold()


def _same_direction(one: HangRule, other: HangRule) -> bool:
    return one.modality == other.modality and one.orientation == other.orientation


_PASSES: tuple[Callable[[HangRule, HangRule], bool], ...] = (
    lambda one, other: _same_text(one, other) and _same_direction(one, other),
    lambda one, other: bool(one.description) and _same_text(one, other),
    _same_direction,
)
"""What counts as fitting, the best first."""
