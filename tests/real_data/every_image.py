"""A table of every file of the real data: it shows, or the sentence that stands in its place.

As a program: prints the table of the folder named.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from viewer.app.commands.opening import open_library
from viewer.domain.instance import FrameKey, InstanceHeader
from viewer.domain.library import Library
from viewer.loading.eager import EagerInputs
from viewer.reading.changes.workspace import show_stack
from viewer.reading.state import Content, ReadingState
from viewer.scene.drawables import ImagePicture
from viewer.scene.inputs import Unavailable
from viewer.scene.slice_scene import slice_scene


@dataclass(frozen=True)
class Row:
    """``name`` relative to the folder of real data; ``why_not`` is empty when the picture is there."""

    name: str
    transfer_syntax_uid: str
    is_image: bool
    """Has Rows and Columns."""
    why_not: str

    def __str__(self) -> str:
        return f"{self.name}: {self.why_not or 'shows'}"


def rows(real_data: Path) -> Iterator[Row]:
    """Give a row for every file, folder by folder: an image through the scene of a viewport, at its middle frame."""
    for folder in sorted(one for one in real_data.iterdir() if one.is_dir()):
        library = open_library([folder])
        for skipped in library.skipped:
            yield Row(str(Path(skipped.path).relative_to(real_data)), "", False, skipped.reason)
        with EagerInputs(library, {}) as inputs:
            for header in library.instances:
                is_image = bool(header.rows and header.columns)
                why_not = _why_not(header, library, inputs) if is_image else "It has no pixels."
                name = str(Path(header.source.path).relative_to(real_data))
                yield Row(name, header.transfer_syntax_uid, is_image, why_not)


def _why_not(header: InstanceHeader, library: Library, inputs: EagerInputs) -> str:
    wanted = FrameKey(header.key, header.number_of_frames // 2)
    for stack in library.stacks:
        if wanted in stack.frames:
            state = show_stack(ReadingState(content=Content(library=library)), 0, stack.id, stack.frames.index(wanted))
            scene = slice_scene(state, 0, inputs)
            if any(isinstance(one, ImagePicture) for one in scene.drawables):
                return ""
            return " ".join(f"{one.title} {one.text}" for one in scene.notices if one.replaces_image)
    # Segmentations and doses are no stacks: their frames are read when they are laid on one.
    frame = inputs.readers.frame(wanted)
    return frame.issue.text if isinstance(frame, Unavailable) else ""


if __name__ == "__main__":
    for row in rows(Path(sys.argv[1])):
        print(row)
