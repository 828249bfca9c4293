"""What was looked at, in words: for a finding, and for an object that says it found nothing."""

from __future__ import annotations

from viewer.domain.finding import Finding
from viewer.domain.overlay import Overlay
from viewer.reading.coverage import Covered, FindingCoverage, finding_coverage, object_coverage
from viewer.reading.state import ReadingState
from viewer.scene.plain_words import count
from viewer.scene.remembered import Remembered
from viewer.scene.strip import coverage_of
from viewer.ui.findings.words import tr

_found: Remembered[FindingCoverage] = Remembered(64)


def coverage_line(state: ReadingState, finding: Finding) -> str:
    """Return where a finding lies and what its objects looked at; empty where there is nothing to say."""
    content = state.content
    overlays = [content.overlays.get(key) for key in dict.fromkeys(source.overlay for source in finding.sources)]
    objects = (content.library, *overlays)
    made = _found.recall(objects, finding.id, lambda: finding_coverage(content, finding, coverage_of))
    said = []
    if made.empty:
        said.append(tr("Looked for, and not found: it is described and nothing of it is there."))
    elif made.drawn_on is not None and made.stack is not None:
        said.append(tr("Drawn on {images}.").format(images=_images(made.drawn_on, len(made.stack.frames))))
    said += _looked_at(made)
    if made.partial:
        said.append(tr("Its report says of itself that it is partial."))
    return " ".join(said)


def object_line(state: ReadingState, overlay: Overlay) -> str:
    """Return what an object without findings says that it looked at."""
    content = state.content
    made = _found.recall((content.library, overlay), overlay.instance, lambda: object_coverage(content, overlay))
    return " ".join(_looked_at(made))


def _looked_at(made: FindingCoverage) -> list[str]:
    said = []
    if made.spoken_of is not None and made.stack is not None:
        said.append(tr("It speaks of {images}.").format(images=_images(made.spoken_of, len(made.stack.frames))))
    elif not made.named:
        said.append(tr("It does not say which images it looked at."))
    if made.missing:
        words = tr("{missing} of the {named} images that it names are not among the opened files.")
        said.append(words.format(missing=count(made.missing), named=count(made.named)))
    return said


def _images(covered: Covered, all_of_them: int) -> str:
    if covered.count == all_of_them:
        return tr("all {all} images").format(all=count(all_of_them)) if all_of_them > 1 else tr("the image")
    if covered.count == 1:
        return tr("image {one} of {all}").format(one=count(covered.first + 1), all=count(all_of_them))
    words = tr("images {first} to {last} of {all}").format(
        first=count(covered.first + 1), last=count(covered.last + 1), all=count(all_of_them)
    )
    return words + tr(", not {number} between").format(number=count(covered.between)) if covered.between else words
