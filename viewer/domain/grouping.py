"""From headers to a library: patients, studies, series and stacks. Pure; called anew as a scan goes on."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import PurePath

from viewer.domain.concatenations import concatenation_issues
from viewer.domain.instance import InstanceHeader, Role, Skipped
from viewer.domain.issues import Issue, issue
from viewer.domain.library import Library, Patient, Series, Study
from viewer.domain.roles import is_for_processing, is_localizer, role_of
from viewer.domain.stack_building import build_stacks

_ROLE_ORDER: tuple[Role, ...] = ("image", "overlay", "report", "document", "registration", "other")


def build_library(
    headers: Sequence[InstanceHeader], skipped: Sequence[Skipped] = (), *, seconds: float = 0.0, files: int = 0
) -> Library:
    """Group headers into patients, studies, series and stacks.

    A missing Study or Series Instance UID groups by folder. One Series Instance UID that occurs in two studies, or for
    objects of different roles, gives one series each, so that a key names one thing only.

    Parameters
    ----------
    headers
        What the scan found, in path order; SOP Instance UIDs are unique (``UID@2`` for a repeated one).
    skipped
        The files that are no instances.
    seconds, files
        Of the scan: how long, and how many files it looked at.
    """
    patients: dict[str, dict[str, list[InstanceHeader]]] = {}
    for header in headers:
        studies = patients.setdefault(_patient_key(header), {})
        studies.setdefault(header.study_instance_uid or _folder_key(header), []).append(header)
    keys = _Keys()
    made = [_patient(key, studies, keys) for key, studies in patients.items()]
    made.sort(key=lambda patient: (patient.name.casefold(), patient.patient_id, patient.key))
    return Library(tuple(made), tuple(skipped), files=files, seconds=seconds)


class _Keys:
    """Hands out each key once: a repeated one gets ``@2``, ``@3`` ..."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def unique(self, wanted: str) -> str:
        """Return the key, numbered when it was given before."""
        self._given[wanted] = self._given.get(wanted, 0) + 1
        return wanted if self._given[wanted] == 1 else f"{wanted}@{self._given[wanted]}"


def _patient_key(header: InstanceHeader) -> str:
    """Return what makes headers one patient: the ID; without one the name and birth date; without those the study."""
    if header.patient_id:
        return f"id:{header.patient_id}"
    if header.patient_name:
        return f"name:{header.patient_name}:{header.patient_birth_date}"
    return f"study:{header.study_instance_uid or _folder_key(header)}"


def _folder_key(header: InstanceHeader) -> str:
    """Return a key for the folder of an object, short and without its name."""
    source = header.source
    folder = (
        str(PurePath(source.path).parent) if source.kind == "file" else f"{source.path}!{PurePath(source.member).parent}"
    )
    return f"folder-{hashlib.sha256(folder.encode('utf8', 'surrogateescape')).hexdigest()[:12]}"


def _patient(key: str, studies: dict[str, list[InstanceHeader]], keys: _Keys) -> Patient:
    made = [_study(keys.unique(f"study {uid}").removeprefix("study "), headers, keys) for uid, headers in studies.items()]
    made.sort(key=lambda study: study.key)
    made.sort(key=lambda study: (study.date, study.time), reverse=True)
    headers = [header for found in studies.values() for header in found]
    return Patient(
        key=key,
        patient_id=headers[0].patient_id,
        name=_first(header.patient_name for header in headers),
        birth_date=_first(header.patient_birth_date for header in headers),
        sex=_first(header.patient_sex for header in headers),
        studies=tuple(made),
        age=_first(header.patient_age for header in headers),
    )


def _study(key: str, headers: list[InstanceHeader], keys: _Keys) -> Study:
    series: dict[tuple[str, Role, str], list[InstanceHeader]] = {}
    for header in headers:
        role = role_of(header)
        # Derived objects of different SOP classes in one series are different things; images are split into stacks.
        sop_class = "" if role == "image" else header.sop_class_uid
        series.setdefault((header.series_instance_uid or _folder_key(header), role, sop_class), []).append(header)
    ordered = sorted(series.items(), key=lambda entry: _series_order(entry[0][1], entry[1][0]))
    made = tuple(_series(keys.unique(uid), role, found) for (uid, role, _), found in ordered)
    return Study(
        key=key,
        study_instance_uid=headers[0].study_instance_uid,
        date=_first(header.study_date for header in headers),
        time=_first(header.study_time for header in headers),
        description=_first(header.study_description for header in headers),
        series=made,
    )


def _series_order(role: Role, header: InstanceHeader) -> tuple[int, bool, int, str, str, str]:
    return (
        _ROLE_ORDER.index(role),
        header.series_number is None,
        header.series_number or 0,
        header.series_date + header.series_time,
        header.series_instance_uid,
        header.source.shown,
    )


def _series(key: str, role: Role, headers: list[InstanceHeader]) -> Series:
    stacks = build_stacks(key, [header for header in headers if header.rows and header.columns]) if role == "image" else ()
    place = {frame.instance: at for at, frame in reversed(list(enumerate(f for stack in stacks for f in stack.frames)))}
    after = len(place)
    instances = sorted(
        headers,
        key=lambda header: (place.get(header.key, after), header.instance_number or 0, header.source.shown),
    )
    first = instances[0]
    for_processing = any(is_for_processing(header) for header in headers) and role == "image"
    issues = [*_shared_issues(headers), *concatenation_issues(headers)]
    if for_processing:
        issues.append(issue("for_processing", "info"))
    return Series(
        key=key,
        series_instance_uid=first.series_instance_uid,
        modality=_first(header.modality for header in instances),
        series_number=first.series_number,
        description=_first(header.series_description for header in instances)
        or _first(header.content_label for header in instances),
        sop_class_uid=first.sop_class_uid,
        role=role,
        instances=tuple(instances),
        stacks=stacks,
        for_processing=for_processing,
        localizer=role == "image" and all(is_localizer(header.image_type) for header in headers),
        issues=tuple(issues),
    )


def _shared_issues(headers: Sequence[InstanceHeader]) -> Iterable[Issue]:
    """Return the issues of the instances, each once; repeated UIDs are counted per UID."""
    found = dict.fromkeys(found for header in headers for found in header.issues if found.code != "duplicate_uid")
    repeated = Counter(header.sop_instance_uid.partition("@")[0] for header in headers if "@" in header.sop_instance_uid)
    return [*found, *(issue("duplicate_uid", "warning", count=count + 1, uid=uid) for uid, count in repeated.items())]


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value), "")
