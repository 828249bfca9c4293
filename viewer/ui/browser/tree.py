"""What the study browser lists: a pure function from the reading state to rows. Nothing that was opened is left out.

Patient, study, series; under a series the overlays that lie on it by default; what lies nowhere, with its reason, under its
study; what could not be read, with its reason; at the end the files that are no DICOM.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QCoreApplication

from viewer.domain.burned_in import has_burned_in_ai
from viewer.domain.instance import InstanceHeader, InstanceKey
from viewer.domain.issues import Issue
from viewer.domain.library import Patient, Series, Study
from viewer.domain.overlay import Overlay, OverlayKind
from viewer.domain.provenance import Origin
from viewer.domain.report import Report
from viewer.domain.stack import Stack
from viewer.reading.state import Content
from viewer.scene.corner_text import link_words
from viewer.scene.overlay_names import overlay_name
from viewer.scene.plain_words import age, count, date, numbered, plain, shortened
from viewer.ui.browser.series_words import frames_text, missing_slices
from viewer.ui.browser.volumes import groups_of, volumes_text
from viewer.ui.plain_text import sentence, tooltip
from viewer.ui.theme.rows import Badge

RowKind = Literal["patient", "study", "series", "stack", "processing", "overlay", "more", "warning", "skipped"]

KIND_ICON: dict[OverlayKind, str] = {
    "segmentation": "layers",
    "structure_set": "pentagon",
    "presentation_state": "spline",
    "report": "file-chart-column",
    "parametric_map": "flame",
    "key_objects": "key-round",
    "dose": "radiation",
    "surface_segmentation": "cuboid",
    "registration": "link-2",
    "real_world_value_map": "sliders-horizontal",
    "bulk_annotations": "spline",
    "plan": "list-tree",
    "color_palette": "blend",
    "waveform": "scan-line",
    "document": "file-text",
    "other": "file",
}
"""The icon of each kind of overlay."""

FOLD_FROM = 8
"""So many objects of one kind under one series are folded: the first five, then "38 more"."""
FOLD_TO = 5


@dataclass(frozen=True)
class BrowserRow:
    """One row of the browser. ``second`` is its second line, ``reason`` a sentence below it."""

    key: Hashable
    kind: RowKind
    name: str
    second: str = ""
    count: str = ""
    icon: str = ""
    badges: tuple[Badge, ...] = ()
    unverified: bool = False
    reason: str = ""
    dimmed: bool = False
    tip: str = ""
    stack_id: str = ""
    series_key: str = ""
    stack_ids: tuple[str, ...] = ()
    """All volumes of the place that a row stands for; empty: ``stack_id`` alone."""
    overlay: InstanceKey | None = None
    is_report: bool = False
    children: tuple[BrowserRow, ...] = ()


def tr(text: str) -> str:
    """Translate a text of the browser."""
    return QCoreApplication.translate("Browser", text)


def browser_rows(content: Content, search: str = "") -> tuple[BrowserRow, ...]:
    """Return the whole tree, or what of it holds every word of ``search``, with what stands above and below it."""
    rows = [_patient_row(content, patient) for patient in content.library.patients]
    if content.library.skipped:
        rows.append(_skipped_row(content))
    words = search.casefold().split()
    return tuple(kept for row in rows if (kept := _matching(row, words)) is not None)


def _matching(row: BrowserRow, words: list[str]) -> BrowserRow | None:
    if not words:
        return row
    text = f"{row.name} {row.second} {row.tip} {' '.join(badge.text for badge in row.badges)}".casefold()
    if all(word in text for word in words):
        return row
    left = tuple(kept for child in row.children if (kept := _matching(child, words)) is not None)
    return replace(row, children=left) if left else None


def _patient_row(content: Content, patient: Patient) -> BrowserRow:
    facts = [plain(patient.sex), age(patient.age) if patient.age else ""]
    return BrowserRow(
        key=("patient", patient.key),
        kind="patient",
        name=patient_name(patient),
        second=" · ".join(fact for fact in facts if fact),
        tip=tooltip(patient.name, f"ID {patient.patient_id}" if patient.patient_id else ""),
        children=tuple(_study_row(content, study) for study in patient.studies),
    )


def patient_name(patient: Patient) -> str:
    """Return the name of a patient; of one without a name what else tells it from others: ID, date of birth or of study."""
    if name := plain(patient.name):
        return name
    born = date(patient.birth_date)
    first = next((date(study.date) for study in patient.studies if study.date), "")
    if patient.patient_id:
        apart = tr("ID {id}").format(id=shortened(plain(patient.patient_id)))
    else:
        apart = tr("born {date}").format(date=born) if born else first
    return " · ".join(filter(None, (tr("No name"), apart)))


def _link_rows(content: Content, series: Series) -> list[BrowserRow]:
    """Return rows that lead to the series this one was made from, and to those made of it."""
    library, links = content.library, content.library.links_of(series)
    found = []
    for made, keys in (("from", links.made_from), ("of it", links.used_by)):
        for key in keys:
            other = library.series_by_key(key)
            if other is None or not other.stacks:
                continue
            name = link_words(library, key, tr, made="from" if made == "from" else "of it")
            found.append(
                BrowserRow(
                    key=("link", series.key, made, key),
                    kind="stack",
                    name=name,
                    icon="link-2",
                    stack_id=max(other.stacks, key=lambda stack: len(stack.frames)).id,
                    series_key=key,
                    tip=tooltip(name, tr("Shows that series.")),
                )
            )
    return found


def _study_row(content: Content, study: Study) -> BrowserRow:
    hung: dict[str, list[BrowserRow]] = {}
    loose: list[BrowserRow] = []
    for series in study.series:
        if series.role == "image":
            # 60xx planes: the overlay shares the key of its image.
            keys = [instance for instance in series.instances if instance.key in content.overlays]
        else:
            keys = list(series.instances)
        for instance in keys:
            row = _overlay_row(content, instance, series)
            target = _series_under(content, instance.key, study)
            (hung.setdefault(target, []) if target else loose).append(row)
    rows: list[BrowserRow] = []
    processing: list[BrowserRow] = []
    for series in study.series:
        if series.role == "image":
            below = (*_link_rows(content, series), *_folded(hung.get(series.key, []), series.key))
            row = _series_row(series, below)
            (processing if series.for_processing else rows).append(row)
    rows += [*_folded(loose, study.key), *processing]
    return BrowserRow(
        key=("study", study.key),
        kind="study",
        name=date(study.date) or tr("No date"),
        second=plain(study.description),
        count=count(len(study.series)),
        tip=tooltip(study.description, study.study_instance_uid),
        children=tuple(rows),
    )


def _series_under(content: Content, key: InstanceKey, study: Study) -> str | None:
    """Return the key of the image series of a study that an overlay lies on by default, else of the first it lies on."""
    binding = content.bindings.get(key)
    if binding is None:
        return None
    series_of_stack = {stack.id: series.key for series in study.series for stack in series.stacks}
    wanted = [binding.default_stack_id, *(entry.stack_id for entry in binding.lies_on)]
    return next((series_of_stack[stack_id] for stack_id in wanted if stack_id in series_of_stack), None)


def _series_row(series: Series, overlays: tuple[BrowserRow, ...]) -> BrowserRow:
    stacks = series.stacks
    groups = groups_of(series)
    several = len(groups) > 1
    below = [_stacks_row(series, group, number) for number, group in enumerate(groups, start=1)] if several else []
    below += overlays
    below += _warnings(series)
    frames = sum(len(stack.frames) for stack in stacks)
    missing = missing_slices(series)
    badges = []
    if has_burned_in_ai(series):
        badges.append(Badge(tr("AI, burned in"), "ai"))
    if series.for_processing:
        badges.append(Badge(tr("for processing")))
    if series.localizer:
        badges.append(Badge(tr("localizer")))
    if "rejected_by_key_object" in {found.code for found in series.issues}:
        badges.append(Badge(tr("rejected"), "must_know"))
    if not stacks:
        badges.append(Badge(tr("not shown"), "must_know"))
    facts = [
        plain(series.modality),
        frames_text(stacks if several else stacks[:1]),
        volumes_text(groups[0]) if len(groups) == 1 else "",
        tr("{number} missing").format(number=count(missing)) if missing else "",
        tr("{number} parts").format(number=len(groups)) if several else "",
    ]
    largest = max(stacks, key=lambda stack: len(stack.frames), default=None)
    name = plain(series.description)
    if not name:
        number = series.series_number
        name = tr("Series without a name") if number is None else tr("Series {number}").format(number=number)
    return BrowserRow(
        key=("series", series.key),
        kind="processing" if series.for_processing else "series",
        name=name,
        second=" · ".join(fact for fact in facts if fact),
        count=count(frames) if series.for_processing else "",
        icon="circle-slash-2" if series.for_processing else "",
        badges=tuple(badges),
        dimmed=series.for_processing,
        reason="" if stacks else _first_reason(series.issues) or tr("No image of it can be shown."),
        tip=tooltip(name, *(fact for fact in facts if fact), series.series_instance_uid),
        stack_id=largest.id if largest else "",
        series_key=series.key,
        stack_ids=tuple(stack.id for stack in stacks) if len(groups) == 1 else (),
        children=tuple(below),
    )


def _stacks_row(series: Series, stacks: tuple[Stack, ...], number: int) -> BrowserRow:
    """Return the row of a stack, or of the volumes of one place."""
    first = stacks[0]
    volumes = volumes_text(stacks)
    frames = frames_text((first,))
    return BrowserRow(
        key=("stack", first.id),
        kind="stack",
        name=volumes or _stack_name(first, number),
        count=count(sum(len(stack.frames) for stack in stacks)),
        icon="images",
        stack_id=first.id,
        stack_ids=tuple(stack.id for stack in stacks),
        series_key=series.key,
        tip=tooltip(volumes or first.label, frames),
    )


def _stack_name(stack: Stack, number: int) -> str:
    """Return what a part of a series is called; a bare number says nothing."""
    label = plain(stack.label)
    return tr("Part {number}").format(number=label or number) if not label or label.isdigit() else label


def _warnings(series: Series) -> list[BrowserRow]:
    issues: dict[Issue, None] = {}
    for found in (*series.issues, *(one for stack in series.stacks for one in stack.issues)):
        if found.severity != "info" and not (series.for_processing and found.code == "for_processing"):
            issues[found] = None
    if not series.stacks:
        return []
    return [
        BrowserRow(
            key=("warning", series.key, found),
            kind="warning",
            name=sentence(found),
            icon="triangle-alert" if found.severity == "warning" else "octagon-alert",
            tip=tooltip(sentence(found)),
        )
        for found in issues
    ]


def _overlay_row(content: Content, instance: InstanceHeader, series: Series) -> BrowserRow:
    overlay = content.overlays.get(instance.key)
    if overlay is not None:
        return _read_overlay_row(content, overlay, instance)
    failed = content.unreadable.get(instance.key)
    name = plain(series.description) or plain(instance.content_label) or plain(instance.modality) or tr("Object")
    return BrowserRow(
        key=("overlay", instance.key),
        kind="overlay",
        name=name,
        icon="file",
        badges=(Badge(tr("failed"), "failed"),) if failed else (),
        reason=plain(failed) if failed else "",
        dimmed=True,
        tip=tooltip(name, failed or tr("Waits to be read."), instance.source.shown),
        overlay=instance.key,
    )


def _read_overlay_row(content: Content, overlay: Overlay, instance: InstanceHeader) -> BrowserRow:
    binding = content.bindings.get(overlay.instance)
    refusal = binding.not_shown_because if binding is not None else None
    # What is read by itself needs no place on an image.
    quiet = isinstance(overlay.content, Report) or (refusal is not None and refusal.code == "opens_apart")
    codes = {found.code for found in (*overlay.issues, *(binding.issues if binding else ()))}
    badges: list[Badge] = []
    if overlay.origin in (Origin.AI, Origin.AI_ASSISTED):
        badges.append(Badge(overlay.origin.value, "ai"))
    if refusal is not None and overlay.content is not None and not quiet:
        badges.append(Badge(tr("not shown"), "must_know"))
    if "rejected_by_key_object" in codes:
        badges.append(Badge(tr("rejected"), "must_know"))
    if "superseded" in codes:
        badges.append(Badge(tr("superseded")))
    if overlay.content is None:
        badges.append(Badge(tr("listed only")))
    reasons = [sentence(refusal)] if refusal is not None and not quiet else []
    name = overlay_name(content, overlay, tr)
    return BrowserRow(
        key=("overlay", overlay.instance),
        kind="overlay",
        name=name.name,
        second=name.apart,
        count=count(len(overlay.parts)) if overlay.parts else "",
        icon=_icon(overlay),
        badges=tuple(badges[:2]),
        unverified="unverified" in codes or instance.verification_flag == "UNVERIFIED",
        reason=reasons[0] if reasons else "",
        dimmed="superseded" in codes or not overlay.visible_by_default,
        tip=tooltip(
            name.whole,
            f"{overlay.subtype} · {overlay.origin.value}",
            *(sentence(found) for found in overlay.issues if found.severity != "info"),
            *reasons,
            overlay.sop_instance_uid,
        ),
        overlay=overlay.instance,
        is_report=overlay.readable,
    )


def _icon(overlay: Overlay) -> str:
    """Return the icon of an overlay; a document that is a surface has that of surfaces."""
    is_surface = overlay.kind == "document" and overlay.draws
    return KIND_ICON["surface_segmentation" if is_surface else overlay.kind]


def _folded(rows: list[BrowserRow], under: str) -> list[BrowserRow]:
    """Fold long runs of quiet objects of one icon; what has a reason or a failure always stays in sight."""
    by_icon: dict[str, list[BrowserRow]] = {}
    for row in rows:
        by_icon.setdefault(row.icon, []).append(row)
    found: list[BrowserRow] = []
    for icon, with_icon in by_icon.items():
        names = numbered([row.name for row in with_icon])
        same = [replace(row, name=name) for row, name in zip(with_icon, names, strict=True)]
        if len(same) < FOLD_FROM:
            found += same
            continue
        shown = [*same[:FOLD_TO], *(row for row in same[FOLD_TO:] if row.reason)]
        hidden = tuple(row for row in same[FOLD_TO:] if not row.reason)
        found += shown
        if hidden:
            name = tr("{number} more").format(number=len(hidden))
            found.append(BrowserRow(("more", under, icon), "more", name, icon="ellipsis", tip=name, children=hidden))
    return found


def _skipped_row(content: Content) -> BrowserRow:
    number = len(content.library.skipped)
    name = tr("1 file skipped") if number == 1 else tr("{number} files skipped").format(number=count(number))
    tip = tooltip(name, tr("The Health panel says why."))
    return BrowserRow("skipped", "skipped", name, icon="triangle-alert", tip=tip)


def _first_reason(issues: tuple[Issue, ...]) -> str:
    return sentence(issues[0]) if issues else ""
