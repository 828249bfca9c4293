"""Writes a review: what ``export`` writes, and the sheet with its pictures. For commands and, in a job, for the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType

from PySide6.QtGui import QImage

from viewer.domain.finding import Finding
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.measurement import Measurement
from viewer.domain.overlay import FrameNotRead
from viewer.domain.segmentation import Segmentation
from viewer.export.corrected_segmentation import Correction
from viewer.export.finding_sheet import SheetBlock, sheet_of
from viewer.export.new_objects import CannotWrite
from viewer.export.review_files import (
    ReaderMarks,
    ReviewOrder,
    ReviewPlan,
    Written,
    all_or_none,
    save_new,
    stem_at,
    write_review,
)
from viewer.export.review_record import (
    EditedRegion,
    ReviewRecord,
    Signature,
    reviewed_content,
    studies_with_decisions,
)
from viewer.export.whole_files import written_whole
from viewer.loading.eager import EagerInputs
from viewer.loading.edited_masks import EditedMasks
from viewer.loading.edited_planes import EditedPart, ShownPoints
from viewer.loading.pixel_numbers import PixelNumbers
from viewer.loading.readers import Readers
from viewer.reading.changes.layers import set_overlay_visible, set_part_visible, set_style
from viewer.reading.changes.workspace import show_stack
from viewer.reading.edited import edits_open, images_of
from viewer.reading.edited_numbers import numbers_of, part_as_edited
from viewer.reading.navigate import frame_of_measurement
from viewer.reading.state import LayerStyle, ReadingState
from viewer.representations.edited import Mask
from viewer.representations.edited_part import CannotEdit
from viewer.representations.edited_points import edited_places
from viewer.scene.inputs import SceneInputs
from viewer.scene.measured_image import image_of_measurement
from viewer.scene.measured_words import copied_words
from viewer.scene.slice_scene import effective_view, slice_scene
from viewer.ui.finding_sheets import PICTURE_PIXELS, save_sheet_pdf, sheet_picture
from viewer.ui.measuring_acts import tr as say_measured
from viewer.ui.printing import Paper, print_scene

Check = Callable[[float], None]


def now() -> str:
    """Return the time, ISO 8601 in UTC, in whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_whole_review(state: ReadingState, order: ReviewOrder, check: Check) -> Written:
    """Write everything that was asked for, of every opened study with a decision.

    Raises
    ------
    CannotWrite
        Nothing is decided.
    OSError
        The folder cannot be written to.
    """
    at = now()
    plan = ReviewPlan(order.folder, stem_at(at), order.forms)
    with EagerInputs(state.content.library, dict(state.content.overlays)) as inputs, all_or_none() as files:
        records = records_of(state, order.signature, at, inputs.readers)
        if not records:
            raise CannotWrite("No finding of what is open is decided, so there is nothing to write.")
        marks, refused = _marks(state, inputs), list[str]()
        if "segments" in order.forms:
            marks = replace(marks, corrections=_corrections(state, inputs.readers, refused))
        if "sheet" in order.forms:
            show_edited(state, inputs)
        left_out = (*refused, *write_review(records, marks, plan, files, lambda part: check(part / 2)))
        for number, record in enumerate(records if "sheet" in order.forms else (), start=1):
            name = plan.stem if len(records) == 1 else f"{plan.stem}-{number}"
            files.append(_save_sheet(record, inputs, (order.folder, name), lambda part: check(0.5 + part / 2)))
        return Written(tuple(files), left_out)


def records_of(state: ReadingState, signature: Signature, at: str, readers: Readers) -> list[ReviewRecord]:
    """Return the records of all opened studies with a decision."""
    known = reviewed_content(state.content, PixelNumbers(state.content, readers))
    edited, volumes = _edited_regions(state), _edited_volumes(state, readers)
    return [
        replace(
            known.record(study, state.decisions, signature, at, state.blind_reads.get(study, ())),
            edited=edited,
            edited_volumes=volumes,
        )
        for study in studies_with_decisions(known.findings, state.decisions)
    ]


def _edited_volumes(
    state: ReadingState, readers: Readers, of: frozenset[InstanceKey] | None = None
) -> Mapping[tuple[InstanceKey, int], float]:
    """Return the volumes in ml of edited segments, of some objects or of all; one that cannot be read has none."""
    found: dict[tuple[InstanceKey, int], float] = {}
    for key, edits in edits_open(state).items():
        overlay = state.content.overlays[key]
        if (of is not None and key not in of) or not isinstance(overlay.content, Segmentation):
            continue
        try:
            masks = EditedMasks.of(overlay, images_of(state.content, key), edits, 0.5, readers)
            for number, shown in masks.shown().items():
                if shown.measure is not None and shown.measure.volume_ml is not None:
                    found[key, number] = shown.measure.volume_ml
        except (CannotEdit, FrameNotRead):
            continue  # Said where the corrected object is written.
    return MappingProxyType(found)


def _edited_regions(state: ReadingState) -> Mapping[tuple[InstanceKey, int], EditedRegion]:
    """Return the contours and lines of which the reader moved or deleted points."""
    found: dict[tuple[InstanceKey, int], EditedRegion] = {}
    for key, of_parts in edits_open(state).items():
        for number, edits in of_parts.items():
            places = edited_places(edits.edits)
            if places:
                alone = part_as_edited(state.content, key, number, edits)
                numbers = {one.item: one for one in numbers_of(state.content, key, alone, edits)}
                found[key, number] = EditedRegion(alone, places, MappingProxyType(numbers))
    return found


def _save_sheet(record: ReviewRecord, inputs: SceneInputs, place: tuple[Path, str], check: Check) -> Path:
    sheet = sheet_of(record)

    def save(path: Path) -> None:
        save_sheet_pdf(sheet, lambda block: picture_of(record, block, inputs), path, check)

    return save_new(save, place[0], f"{place[1]}-sheet", ".pdf")


def save_finding_sheet(state: ReadingState, finding: Finding, signature: Signature, path: Path, inputs: EagerInputs) -> None:
    """Save the sheet of one finding, decided or not; the ending says PDF or PNG. Raises OSError."""
    known = reviewed_content(state.content, PixelNumbers(state.content, inputs.readers))
    shown = frozenset(source.overlay for one in (finding.members or (finding,)) for source in one.sources)
    record = replace(
        known.record(finding.study_instance_uid, state.decisions, signature, now()),
        edited=_edited_regions(state),
        edited_volumes=_edited_volumes(state, inputs.readers, shown),
    )
    ids = frozenset(one.id for one in (finding.members or (finding,)))
    sheet = sheet_of(record, ids)

    def picture(block: SheetBlock) -> QImage | None:
        return picture_of(record, block, inputs)

    show_edited(state, inputs, shown)
    with written_whole(path) as temporary:
        if path.suffix.lower() != ".png":
            save_sheet_pdf(sheet, picture, temporary)
        elif not sheet_picture(sheet, picture).save(str(temporary), "PNG"):  # type: ignore[call-overload]
            raise OSError(0, "the picture could not be written")


def picture_of(record: ReviewRecord, block: SheetBlock, inputs: SceneInputs) -> QImage | None:
    """Return the slice with a finding on it, and nothing else laid over; None where it lies on no opened image."""
    finding = block.finding
    location = finding.location
    stack = record.content.library.stack(location.stack_id) if location is not None else None
    if location is None or stack is None:
        return None
    state = show_stack(ReadingState(content=record.content), 0, stack.id, location.frame)
    hidden = {one.instance: LayerStyle(visible=False) for one in record.content.overlays_on(stack.id)}
    state = replace(state, layers=MappingProxyType(hidden))
    for source in finding.sources:
        overlay = record.content.overlays[source.overlay]
        if source.overlay not in hidden or not overlay.draws:
            continue
        first = state.layer(source.overlay).visible is False
        for part in overlay.parts if first else ():
            state = set_part_visible(state, source.overlay, part.number, visible=False)
        state = set_part_visible(state, source.overlay, source.part, visible=True)
        state = set_overlay_visible(set_style(state, source.overlay, "outline"), source.overlay, visible=True)
    scene = slice_scene(state, 0, inputs)
    paper = Paper((PICTURE_PIXELS, PICTURE_PIXELS), words=False)
    return print_scene(scene, effective_view(state, 0), paper)


def _corrections(state: ReadingState, readers: Readers, refused: list[str]) -> Mapping[str, Sequence[Correction]]:
    """Return the segmentations of which segments were edited, by study; ``refused`` takes why one cannot be written."""
    found: dict[str, list[Correction]] = {}
    for key, edits in edits_open(state).items():
        overlay = state.content.overlays[key]
        if not isinstance(overlay.content, Segmentation):
            continue
        try:
            masks = EditedMasks.of(overlay, images_of(state.content, key), edits, state.layer(key).threshold, readers)
        except CannotEdit as reason:
            refused.append(str(reason))
            continue
        study = state.content.library.instance(key).study_instance_uid
        found.setdefault(study, []).append(Correction(overlay, masks.grid, frozenset(edits), partial(_mask_of, masks)))
    return found


def show_edited(state: ReadingState, inputs: EagerInputs, of: frozenset[InstanceKey] | None = None) -> None:
    """Let pictures show what the reader made of segments, contours and lines; of some objects, None for all."""
    for key, edits in edits_open(state).items():
        if of is not None and key not in of:
            continue
        overlay = state.content.overlays[key]
        parts: dict[int, EditedPart] = {}
        if isinstance(overlay.content, Segmentation):
            try:
                masks = EditedMasks.of(overlay, images_of(state.content, key), edits, 0.5, inputs.readers)
                parts = masks.shown()
            except (CannotEdit, FrameNotRead):
                continue  # Said where the corrected object is written; the picture has the original.
        else:
            parts = {
                number: ShownPoints(part_as_edited(state.content, key, number, one), one.edits)
                for number, one in edits.items()
            }
        inputs.show_edited(key, parts)


def _mask_of(masks: EditedMasks, number: int) -> Mask:
    try:
        return masks.mask_of(number)
    except FrameNotRead as reason:
        raise CannotWrite(f"The corrected segmentation was not written: {reason}") from reason


def _marks(state: ReadingState, inputs: SceneInputs) -> ReaderMarks:
    """Return the reader's measurements that lie on opened images, and their words."""
    marks: dict[FrameKey, Sequence[Measurement]] = {}
    for on_image in state.measurements.values():
        frame = frame_of_measurement(state, on_image[0]) if on_image else None
        if frame is not None:
            marks[frame] = on_image

    def words(measurement: Measurement) -> str:
        image = image_of_measurement(state, measurement, inputs)
        return copied_words(measurement, image, say_measured) if image is not None else measurement.text

    found: Mapping[FrameKey, Sequence[Measurement]] = marks
    return ReaderMarks(found, words)
