"""How a series is counted in words: slices, frames, images, levels of a slide; and how many are missing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from viewer.domain.library import Series
from viewer.domain.stack import Stack
from viewer.scene.plain_words import NO_BREAK_SPACE, count


def tr(text: str) -> str:
    """Translate a text of the browser."""
    return QCoreApplication.translate("Browser", text)


def frames_text(stacks: Sequence[Stack]) -> str:
    """Return how many slices, frames of a film, or images there are: what scrolling steps through."""
    slide = next((stack.pyramid for stack in stacks if stack.pyramid is not None), None)
    if slide is not None:
        text = tr("slide, {number} levels") if len(slide.levels) > 1 else tr("slide")
        return text.format(number=len(slide.levels))
    number = sum(len(stack.frames) for stack in stacks)
    if number == 1:
        return tr("1 image")
    if all(stack.temporal or (_of_one_file(stack) and not stack.in_patient_space) for stack in stacks):
        text = tr("{number} frames")
    elif all(stack.in_patient_space and len(stack.frames) > 1 for stack in stacks):
        text = tr("{number} slices")
    else:
        text = tr("{number} images")
    return text.format(number=count(number)).replace(" ", NO_BREAK_SPACE, 1)


def _of_one_file(stack: Stack) -> bool:
    return len({frame.instance for frame in stack.frames}) == 1


def missing_slices(series: Series) -> int:
    """Return how many slices the stacks of a series lack between their first and last ones."""
    issues = (*series.issues, *(one for stack in series.stacks for one in stack.issues))
    stated = (dict(found.parameters).get("count", "") for found in dict.fromkeys(issues) if found.code == "missing_slices")
    return sum(int(number) for number in stated if number.isdigit())
