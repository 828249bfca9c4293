"""From the images of a series to stacks: frames that share size, orientation and spacing, in display order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from viewer.domain.dimensions import dimensions_of
from viewer.domain.instance import InstanceHeader
from viewer.domain.placed_stacks import placed_stacks
from viewer.domain.projections import hanging_place
from viewer.domain.siblings import axes_of_volumes
from viewer.domain.slide_stacks import is_slide, slide_stacks, with_reason
from viewer.domain.splitting import Split, label_of
from viewer.domain.stack import Stack
from viewer.domain.stack_kinds import Kind, gather
from viewer.domain.unplaced_stacks import unplaced_stacks


def build_stacks(series_key: str, instances: Sequence[InstanceHeader]) -> tuple[Stack, ...]:
    """Return the stacks of a series: the largest kinds of frames are split no further than they must be.

    Frames are split by SOP class, size, photometric interpretation, Frame of Reference, localiser or not, Pixel Spacing,
    orientation and the view of a mammogram (``stack_kinds``); frames of one kind that share positions by what tells them
    apart (``splitting``), which makes them volumes of one place. Frames without a position keep their numbers' order;
    several frames without positions in one object are a cine.
    """
    slides = slide_stacks(series_key, [header for header in instances if is_slide(header)])
    instances = [header for header in instances if not is_slide(header)]
    tiled = [header for header in instances if header.tiling is not None]
    parts: list[tuple[Kind, Split, Stack]] = []
    kinds = sorted(gather(instances).items(), key=lambda one: hanging_place(one[0].view))
    for number, (kind, frames) in enumerate(kinds, start=1):
        make = unplaced_stacks if kind.orientation is None else placed_stacks
        found = make(series_key, kind, frames)
        dimensions = dimensions_of([part for part, _ in found])
        volume_set = number if len(found) > 1 else 0
        parts.extend(
            (kind, part, replace(stack, dimensions=told, volume_set=volume_set))
            for (part, stack), told in zip(found, dimensions, strict=True)
        )
    named = [
        *slides,
        *((with_reason(stack, tiled), label) for (_, _, stack), label in zip(parts, _labels(parts), strict=True)),
    ]
    return tuple(
        _with_axes(
            replace(stack, id=f"{series_key}#{number}", label=label) for number, (stack, label) in enumerate(named, start=1)
        )
    )


def _with_axes(stacks: Iterable[Stack]) -> Iterator[Stack]:
    """Yield stacks with the ways through the volumes beside them; those of one set follow one another."""
    for volume_set, members in groupby(stacks, key=lambda stack: stack.volume_set):
        volumes = list(members)
        if not volume_set:
            yield from volumes
            continue
        axes = axes_of_volumes([one.id for one in volumes], [one.dimensions for one in volumes])
        yield from (replace(stack, axes=found) for stack, found in zip(volumes, axes, strict=True))


def _labels(parts: Sequence[tuple[Kind, Split, Stack]]) -> list[str]:
    """Return for each stack what tells it from the others of its series; a lone mammogram is named by its view."""
    if len(parts) < 2:
        return [kind.view for kind, _, _ in parts]
    columns = [
        [kind.view for kind, _, _ in parts],
        ["localizer" if kind.localizer else "" for kind, _, _ in parts],
        ["" if stack.orientation == "none" else stack.orientation for _, _, stack in parts],
        [f"{kind.columns} x {kind.rows}" for kind, _, _ in parts],
        [_spacing_label(kind) for kind, _, _ in parts],
        [f"stack {kind.stack_id}" if kind.stack_id else "" for kind, _, _ in parts],
        [kind.photometric_interpretation for kind, _, _ in parts],
        [label_of(part.values, part.frames[0].header.dimension_names) for _, part, _ in parts],
    ]
    telling = [column for column in columns if len(set(column)) > 1]
    labels = [", ".join(filter(None, words)) for words in zip(*telling, strict=True)] if telling else [""] * len(parts)
    counts = Counter(labels)
    seen: Counter[str] = Counter()
    numbered = []
    for label in labels:
        seen[label] += 1
        numbered.append(label if counts[label] == 1 else f"{label} {seen[label]}".strip())
    return numbered


def _spacing_label(kind: Kind) -> str:
    return "{:.3g} x {:.3g} mm".format(*kind.pixel_spacing_mm) if kind.pixel_spacing_mm else ""
