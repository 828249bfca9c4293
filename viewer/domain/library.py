"""What is open: patients, studies, series, stacks and what was skipped. Immutable; built anew as a scan goes on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from viewer.domain.instance import FrameKey, InstanceHeader, InstanceKey, Role, Skipped
from viewer.domain.issues import Issue
from viewer.domain.stack import Stack


@dataclass(frozen=True)
class Series:
    """One series of a study; ``key`` is unique in the library even when the UID is empty or repeated."""

    key: str
    series_instance_uid: str
    modality: str
    series_number: int | None
    description: str
    sop_class_uid: str
    role: Role
    instances: tuple[InstanceHeader, ...]
    stacks: tuple[Stack, ...] = ()
    for_processing: bool = False
    localizer: bool = False
    issues: tuple[Issue, ...] = ()

    @cached_property
    def _volumes(self) -> dict[int, tuple[Stack, ...]]:
        found: dict[int, list[Stack]] = {}
        for stack in self.stacks:
            if stack.volume_set:
                found.setdefault(stack.volume_set, []).append(stack)
        return {number: tuple(stacks) for number, stacks in found.items()}

    def volumes_of(self, volume_set: int) -> tuple[Stack, ...]:
        """Return the stacks that are volumes of one place, by the number they share, in order."""
        return self._volumes.get(volume_set, ())


@dataclass(frozen=True)
class SeriesLinks:
    """Which series a series was made from, and which were made from it: keys, each once."""

    made_from: tuple[str, ...] = ()
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Study:
    """One study of a patient."""

    key: str
    study_instance_uid: str
    date: str
    time: str
    description: str
    series: tuple[Series, ...]


@dataclass(frozen=True)
class Patient:
    """One patient: Patient ID with the name as written in the first object."""

    key: str
    patient_id: str
    name: str
    birth_date: str
    sex: str
    studies: tuple[Study, ...]
    age: str = ""


@dataclass(frozen=True)
class Library:
    """Everything that was opened. Lookup tables are computed once, on first use."""

    patients: tuple[Patient, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    files: int = 0
    """Regular files looked at; each is an instance or in ``skipped``."""
    seconds: float = 0.0

    @cached_property
    def _by_key(self) -> dict[InstanceKey, tuple[InstanceHeader, Series, Study, Patient]]:
        return {
            instance.key: (instance, series, study, patient)
            for patient in self.patients
            for study in patient.studies
            for series in study.series
            for instance in series.instances
        }

    @cached_property
    def _by_uid(self) -> dict[str, tuple[InstanceKey, ...]]:
        found: dict[str, tuple[InstanceKey, ...]] = {}
        for key, (instance, *_) in self._by_key.items():
            uid = instance.sop_instance_uid.partition("@")[0]
            found[uid] = (*found.get(uid, ()), key)
        return found

    @cached_property
    def series(self) -> tuple[Series, ...]:
        """All series, in the order of the browser."""
        return tuple(series for patient in self.patients for study in patient.studies for series in study.series)

    @cached_property
    def stacks(self) -> tuple[Stack, ...]:
        """All stacks, in the order of the browser."""
        return tuple(stack for series in self.series for stack in series.stacks)

    @cached_property
    def _stack_by_id(self) -> dict[str, Stack]:
        return {stack.id: stack for stack in self.stacks}

    @cached_property
    def _place_of_frame(self) -> dict[FrameKey, tuple[str, int]]:
        return {frame: (stack.id, place) for stack in self.stacks for place, frame in enumerate(stack.frames)}

    @cached_property
    def _slide_of(self) -> dict[InstanceKey, Stack]:
        slides = [stack for stack in self.stacks if stack.pyramid is not None]
        return {key: stack for stack in reversed(slides) for key in (stack.pyramid.instances if stack.pyramid else ())}

    @cached_property
    def _series_by_key(self) -> dict[str, Series]:
        return {series.key: series for series in self.series}

    @cached_property
    def _links(self) -> dict[str, SeriesLinks]:
        """The links of every series that has one: spectral images to their basis, processed ones to what they were."""
        made: dict[str, dict[str, None]] = {}
        used: dict[str, dict[str, None]] = {}
        for key, series in self._series_by_key.items():
            for source in {one.sop_instance_uid: None for header in series.instances for one in header.made_from}:
                for instance in self._by_uid.get(source, ()):
                    other = self._by_key[instance][1].key
                    if other != key:
                        made.setdefault(key, {})[other] = None
                        used.setdefault(other, {})[key] = None
        return {key: SeriesLinks(tuple(made.get(key, ())), tuple(used.get(key, ()))) for key in {**made, **used}}

    def links_of(self, series: Series) -> SeriesLinks:
        """Return what a series was made from and what was made from it, among what is open."""
        return self._links.get(series.key, _NO_LINKS)

    def series_by_key(self, key: str) -> Series | None:
        """Return a series by its key, or None."""
        return self._series_by_key.get(key)

    def holds(self, key: InstanceKey) -> bool:
        """Say whether an instance is in the library."""
        return key in self._by_key

    def instance(self, key: InstanceKey) -> InstanceHeader:
        """Return the header of an instance; raises KeyError."""
        return self._by_key[key][0]

    def series_of(self, key: InstanceKey) -> Series:
        """Return the series of an instance; raises KeyError."""
        return self._by_key[key][1]

    def study_of(self, key: InstanceKey) -> Study:
        """Return the study of an instance; raises KeyError."""
        return self._by_key[key][2]

    def patient_of(self, key: InstanceKey) -> Patient:
        """Return the patient of an instance; raises KeyError."""
        return self._by_key[key][3]

    def instances_with_uid(self, sop_instance_uid: str) -> tuple[InstanceKey, ...]:
        """Return the keys of all instances that claim a SOP Instance UID, in path order; a ``UID@n`` names one."""
        uid, at, _ = sop_instance_uid.partition("@")
        keys = self._by_uid.get(uid, ())
        if not at:
            return keys
        return tuple(key for key in keys if self.instance(key).sop_instance_uid == sop_instance_uid)

    def stack(self, stack_id: str) -> Stack | None:
        """Return a stack by its id, or None."""
        return self._stack_by_id.get(stack_id)

    def place_of(self, frame: FrameKey) -> tuple[str, int] | None:
        """Return (stack id, 0-based place) of a frame, or None when it is in no stack."""
        found = self._place_of_frame.get(frame)
        slide = self._slide_of.get(frame.instance) if found is None else None
        if slide is None or slide.pyramid is None:
            return found
        depths = slide.pyramid.depths_of(frame.instance, (frame.index + 1,))
        return (slide.id, depths[0]) if depths else None

    @property
    def instances(self) -> tuple[InstanceHeader, ...]:
        """All instances, in the order of the browser."""
        return tuple(entry[0] for entry in self._by_key.values())

    @cached_property
    def _rank(self) -> dict[InstanceKey, int]:
        return {key: rank for rank, key in enumerate(self._by_key)}

    def rank_of(self, key: InstanceKey) -> int:
        """Return the place of an instance among all, in the order of the browser; one that is not here comes last."""
        return self._rank.get(key, len(self._rank))


_NO_LINKS = SeriesLinks()
