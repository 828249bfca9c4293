"""Writes a review into a folder that the reader named: new files only, each whole or not at all, none beside open ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from pydicom.dataset import Dataset

from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.library import Library
from viewer.domain.measurement import Measurement
from viewer.domain.structure_set import StructureSet
from viewer.export.corrected_segmentation import Correction, corrected_segmentation, new_numbers
from viewer.export.corrected_structure_set import corrected_structure_set
from viewer.export.findings_table import findings_table
from viewer.export.key_objects import key_object_selection, reviewed_images
from viewer.export.new_objects import CannotWrite
from viewer.export.reader_marks import reader_marks
from viewer.export.review_record import CorrectedObject, EditedRegion, ReviewRecord, Signature
from viewer.export.review_report import review_report
from viewer.export.whole_files import written_new

ReviewForm = Literal["report", "segments", "images", "marks", "table", "sheet"]
FORMS: Final[tuple[ReviewForm, ...]] = ("report", "segments", "images", "marks", "table", "sheet")
_TRIES: Final = 1000

Check = Callable[[float], None]
"""Called with how much is done, 0 to 1; may raise to end the work."""


@dataclass(frozen=True)
class ReaderMarks:
    """What the reader drew: measurements by frame, what stands beside each, and segments that were edited."""

    marks: Mapping[FrameKey, Sequence[Measurement]] = field(default_factory=lambda: MappingProxyType({}))
    words: Callable[[Measurement], str] = field(default=lambda one: one.text)
    corrections: Mapping[str, Sequence[Correction]] = field(default_factory=lambda: MappingProxyType({}))
    """The segmentations of which segments were edited, by Study Instance UID."""


@dataclass(frozen=True)
class ReviewOrder:
    """What a reader asked to be written."""

    folder: Path
    signature: Signature
    forms: frozenset[ReviewForm]


@dataclass(frozen=True)
class Written:
    """What was written, and what was asked for and is not there, as sentences."""

    files: tuple[Path, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReviewPlan:
    """What to write where. ``stem`` begins every name; it says nothing of the patient."""

    folder: Path
    stem: str
    forms: frozenset[ReviewForm]


def stem_at(at: str) -> str:
    """Return the beginning of file names of a review that is written at a time (ISO 8601)."""
    digits = "".join(one for one in at if one.isdigit())
    return f"review-{digits[:8]}-{digits[8:14]}"


def opened_folders(opened: Iterable[Path], library: Library, own: Collection[Path] = frozenset()) -> frozenset[Path]:
    """Return the folders in which nothing is written: what was opened, and wherever its files are, links followed.

    Parameters
    ----------
    opened
        The files and folders that were opened.
    own
        Files that this program has written meanwhile: what is beside these alone may be written to again.
    """
    roots = {path.resolve() if path.is_dir() else path.resolve().parent for path in opened if path not in own}
    sources = {Path(one.source.path) for one in library.instances} - set(own)
    # Few folders hold many files: each is followed once, and of the files only those that are links themselves.
    roots |= {folder.resolve() for folder in {source.parent for source in sources}}
    roots |= {source.resolve().parent for source in sources if source.is_symlink()}
    return frozenset(roots)


def why_not_here(folder: Path, roots: frozenset[Path]) -> str:
    """Return why nothing is written into a folder, as a sentence; empty when it may be. ``roots``: ``opened_folders``."""
    wanted = folder.resolve()
    if wanted.exists() and not wanted.is_dir():
        return "That is a file; choose a folder."
    if wanted in roots or not roots.isdisjoint(wanted.parents):
        return "That folder is part of what is open, where nothing is ever written; choose a folder elsewhere."
    return ""


@contextmanager
def all_or_none() -> Iterator[list[Path]]:
    """Yield a list for the files that are written; when the work fails or is given up, they go again."""
    files: list[Path] = []
    done = False
    try:
        yield files
        done = True
    finally:
        for path in () if done else files:
            path.unlink(missing_ok=True)


def write_review(
    records: Sequence[ReviewRecord], marks: ReaderMarks, plan: ReviewPlan, files: list[Path], check: Check
) -> tuple[str, ...]:
    """Write all forms but the sheet; return what was asked for and is not there, as sentences.

    Parameters
    ----------
    records
        One a study.
    files
        Takes what was written, as it is written.

    Raises
    ------
    OSError
        The folder cannot be written to.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    left_out: list[str] = []
    makers = [
        (number, *made)
        for number, record in enumerate(records, start=1)
        for made in _makers(_with_corrected(record, marks, plan.forms, left_out), marks, plan.forms)
    ]
    for place, (number, name, make) in enumerate(makers):
        check(place / (len(makers) + 1))
        stem = plan.stem if len(records) == 1 else f"{plan.stem}-{number}"
        try:
            objects = make()
        except CannotWrite as reason:
            left_out.append(str(reason))
            continue
        for one, dataset in enumerate(objects, start=1):
            more = f"-{one}" if len(objects) > 1 else ""
            files.append(_save(dataset, plan.folder, f"{stem}-{name}{more}"))
    if "table" in plan.forms:
        files.append(save_text(findings_table(records), plan.folder, f"{plan.stem}-findings"))
    check(1.0)
    return tuple(dict.fromkeys(left_out))


def _with_corrected(
    record: ReviewRecord, marks: ReaderMarks, forms: frozenset[ReviewForm], left_out: list[str]
) -> ReviewRecord:
    """Return a record that has the corrected segmentations and structure sets: its report names them."""
    made: dict[InstanceKey, CorrectedObject] = {}
    if "segments" not in forms:
        return record
    for one in marks.corrections.get(record.study_instance_uid, ()):
        try:
            dataset = corrected_segmentation(record.content, one, reader=record.signature.reader)
        except CannotWrite as reason:
            left_out.append(str(reason))
            continue
        made[one.overlay.instance] = CorrectedObject(dataset, new_numbers(one))
    for key, edited in _edited_structure_sets(record).items():
        overlay = record.content.overlays[key]
        try:
            dataset = corrected_structure_set(record.content, overlay, edited, reader=record.signature.reader)
        except CannotWrite as reason:
            left_out.append(str(reason))
            continue
        made[key] = CorrectedObject(dataset, {number: number for number in edited})
    return replace(record, corrected=MappingProxyType(made)) if made else record


def _edited_structure_sets(record: ReviewRecord) -> dict[InstanceKey, dict[int, EditedRegion]]:
    """Return the ROIs of the study of which points were edited, by structure set and ROI Number."""
    found: dict[InstanceKey, dict[int, EditedRegion]] = {}
    for (key, number), region in record.edited.items():
        study = record.content.library.instance(key).study_instance_uid
        if isinstance(region.alone.content, StructureSet) and study == record.study_instance_uid:
            found.setdefault(key, {})[number] = region
    return found


def _makers(
    record: ReviewRecord, marks: ReaderMarks, forms: frozenset[ReviewForm]
) -> Iterator[tuple[str, Callable[[], list[Dataset]]]]:
    library, study, reader = record.content.library, record.study_instance_uid, record.signature.reader
    if "report" in forms:
        yield "report", lambda: [review_report(record)]
    if record.corrected:
        yield "corrected", lambda: [one.dataset for one in record.corrected.values()]
    if "images" in forms:
        words = "Images of the findings that were reviewed"
        yield (
            "images",
            lambda: [key_object_selection(library, study, reviewed_images(record), reader=reader, description=words)],
        )
    if "marks" in forms:
        of_study = {
            frame: found
            for frame, found in marks.marks.items()
            if library.instance(frame.instance).study_instance_uid == study
        }
        yield "marks", lambda: reader_marks(library, of_study, marks.words, reader=reader)


def _save(dataset: Dataset, folder: Path, name: str) -> Path:
    def save(path: Path) -> None:
        dataset.save_as(path, enforce_file_format=True)

    return save_new(save, folder, name, ".dcm")


def save_text(text: str, folder: Path, name: str) -> Path:
    """Write a table into a new file; spreadsheets take one without the mark for one in an old code page."""

    def save(path: Path) -> None:
        path.write_text(text, encoding="utf-8-sig", newline="")

    return save_new(save, folder, name, ".csv")


def save_new(save: Callable[[Path], None], folder: Path, name: str, ending: str) -> Path:
    """Let ``save`` write a file under a name that nothing has, and return where it is. Raises OSError."""
    for number in range(1, _TRIES):
        path = folder / (f"{name}{ending}" if number == 1 else f"{name}-{number}{ending}")
        if path.exists():
            continue
        try:
            with written_new(path) as temporary:
                save(temporary)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(17, "every name is taken", str(folder / name))
