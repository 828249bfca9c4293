"""Synthetic objects, saved, opened and bound as the program does it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydicom.dataset import Dataset

from tests.synthetic.identity import save
from viewer.app.commands.opening import open_library
from viewer.domain.binding import Binding, bind
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.stack import Stack
from viewer.iods.registry import read_overlay


def opened(datasets: Sequence[Dataset], folder: Path) -> Library:
    """Save data sets and open their folder."""
    save(datasets, folder)
    return open_library([folder])


def overlay_of(library: Library, dataset: Dataset) -> Overlay:
    """Read the overlay of one of the opened objects."""
    (key,) = library.instances_with_uid(dataset.SOPInstanceUID)
    return read_overlay(library.instance(key))


def bound(library: Library, dataset: Dataset) -> Binding:
    """Read and bind one of the opened objects."""
    return bind(overlay_of(library, dataset), library)


def stack_of(library: Library, images: Sequence[Dataset]) -> Stack:
    """Return the stack that a series became."""
    (stack,) = [stack for stack in library.stacks if stack.id.startswith(images[0].SeriesInstanceUID)]
    return stack


def codes(binding: Binding) -> set[str]:
    """Return the codes of a binding's issues."""
    return {issue.code for issue in binding.issues}
