"""Waveforms (PS3.3 A.34, C.10.9, C.10.10): groups, channels with their units, annotations, and their samples.

Decided
    A value is stored x Channel Sensitivity x correction factor + Channel Baseline, in the unit of the sensitivity
    (C.10.9.1.4). Without a sensitivity the stored values are shown and said to have no unit.
    Sample positions and time offsets of annotations become seconds from the start of their group; a date and time becomes
    words, as nothing in the object says when its first sample was taken to that precision.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from viewer.dicom.datasets import UnreadableDataset, read_dataset
from viewer.dicom.sop_classes import sop_class_name
from viewer.domain.content_words import concept_text, unit_text
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import issue
from viewer.domain.overlay import Overlay
from viewer.domain.provenance import Provenance
from viewer.domain.waveform import Channel, ChannelGroup, Samples, Waveform, WaveformAnnotation, WaveformSort
from viewer.iods.coded_concepts import concept_of
from viewer.iods.elements import data, floats, integer, integers, items, number, text
from viewer.iods.g711 import LAW_VALUES
from viewer.iods.listed import references_of

_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.9."
_SORTS: Final[dict[str, WaveformSort]] = {
    **dict.fromkeys(("1.1", "1.2", "1.3", "1.4"), "ecg"),
    **dict.fromkeys(("4.1", "4.2"), "audio"),
    **dict.fromkeys(("2.1", "3.1", "5.1", "6.1", "6.2", "7.1", "7.2", "7.3", "7.4", "8.1"), "other"),
}
SOP_CLASSES: Final[tuple[str, ...]] = tuple(_STORAGE + tail for tail in _SORTS)
"""ECG, haemodynamic, electrophysiology, audio, arterial pulse, respiratory, EEG, EMG, EOG and position waveforms."""

_SAMPLE_TYPES: Final = {
    ("SB", 8): "i1",
    ("UB", 8): "u1",
    ("SS", 16): "<i2",
    ("US", 16): "<u2",
    ("SL", 32): "<i4",
    ("UL", 32): "<u4",
    ("SV", 64): "<i8",
    ("UV", 64): "<u8",
    ("MB", 8): "u1",
    ("AB", 8): "u1",
}
"""Waveform Sample Interpretation and Bits Allocated (C.10.9.1.5); MB and AB are the laws of G.711."""

LARGEST_BYTES: Final = 512 << 20
_MOST_GROUPS: Final = 64
_MOST_CHANNELS: Final = 512
_MOST_ANNOTATIONS: Final = 5000


def read(header: InstanceHeader) -> Overlay:
    """Return a waveform object as an overlay that opens in the report panel; raises ``UnreadableDataset``."""
    dataset = _dataset(header)
    groups = tuple(
        _group(place, item) for place, item in enumerate(items(dataset, "WaveformSequence")[:_MOST_GROUPS], start=1)
    )
    name = sop_class_name(header.sop_class_uid)
    references = references_of(dataset)
    unread = [
        issue("waveform_not_read", "warning", group=place, reason=group.unreadable)
        for place, group in enumerate(groups, start=1)
        if group.unreadable
    ]
    if not groups:
        unread.append(issue("waveform_not_read", "warning", group=1, reason="it is not there"))
    title = header.series_description or text(dataset, "ContentDescription") or name.removesuffix(" Storage")
    return Overlay(
        instance=header.key,
        sop_instance_uid=header.sop_instance_uid,
        series_instance_uid=header.series_instance_uid,
        patient_id=header.patient_id,
        kind="waveform",
        subtype=name.removesuffix(" Storage"),
        label=title,
        provenance=Provenance(
            header.manufacturer,
            header.model,
            header.software_versions,
            content_date=header.content_date + header.content_time,
        ),
        parts=(),
        content=Waveform(
            title, _SORTS.get(header.sop_class_uid.removeprefix(_STORAGE), "other"), groups, _annotations(dataset, groups)
        ),
        frame_of_reference_uids=(),
        references=references,
        referenced_series=tuple(dict.fromkeys(one.series_instance_uid for one in references if one.series_instance_uid)),
        issues=(*header.issues, *unread),
    )


def read_samples(header: InstanceHeader, group: int) -> Samples:
    """Return the samples of a group (0-based) in the units of its channels.

    Raises
    ------
    UnreadableDataset
        The file is gone or damaged, or its samples are of a form that is not read.
    """
    found = items(_dataset(header), "WaveformSequence")
    if group >= len(found):
        raise UnreadableDataset("it is not there")
    item = found[group]
    described = _group(group + 1, item)
    if described.unreadable:
        raise UnreadableDataset(described.unreadable)
    channels, samples = len(described.channels), described.samples
    interpretation = text(item, "WaveformSampleInterpretation")
    kind = np.dtype(_SAMPLE_TYPES[interpretation, integer(item, "WaveformBitsAllocated") or 0])
    stored = np.frombuffer(data(item, "WaveformData"), kind, channels * samples).reshape(samples, channels).T
    law = LAW_VALUES.get(interpretation)
    values = (law[stored] if law is not None else stored).astype(np.float32)
    padding = _padding(item, kind)
    for place, channel in enumerate(described.channels):
        row: NDArray[np.float32] = values[place]
        row *= channel.sensitivity
        row += channel.baseline
        if padding is not None:
            row[stored[place] == padding] = np.nan
    return Samples(group, values)


def _dataset(header: InstanceHeader) -> Dataset:
    if header.file_size > LARGEST_BYTES:
        raise UnreadableDataset(f"it is larger than {LARGEST_BYTES >> 20} MiB")
    return read_dataset(header)


def _padding(item: Dataset, kind: np.dtype[np.generic]) -> int | None:
    written = data(item, "WaveformPaddingValue")
    if len(written) >= kind.itemsize:
        return int(np.frombuffer(written, kind, 1)[0])
    return integer(item, "WaveformPaddingValue")


def _group(place: int, item: Dataset) -> ChannelGroup:
    definitions = items(item, "ChannelDefinitionSequence")[:_MOST_CHANNELS]
    frequency = number(item, "SamplingFrequency") or 0.0
    stated, samples = integer(item, "NumberOfWaveformChannels") or 0, integer(item, "NumberOfWaveformSamples") or 0
    reason = ""
    bits, interpretation = integer(item, "WaveformBitsAllocated") or 0, text(item, "WaveformSampleInterpretation")
    if (interpretation, bits) not in _SAMPLE_TYPES:
        reason = f"samples of the form {interpretation or 'that is not stated'} with {bits} bits are not read"
    elif stated != len(definitions) or stated < 1:
        reason = f"it states {stated} channels and describes {len(definitions)}"
    elif samples < 1 or frequency <= 0:
        reason = "it states no sampling frequency" if samples >= 1 else "it has no samples"
    elif (present := len(data(item, "WaveformData"))) < stated * samples * bits // 8:
        # What is whole is shown: the time that every channel has.
        samples = present // (stated * bits // 8)
        reason = "" if samples else "its data is cut off"
    return ChannelGroup(
        label=text(item, "MultiplexGroupLabel") or f"Group {place}",
        frequency_hz=frequency,
        samples=max(samples, 0),
        channels=tuple(_channel(n, one) for n, one in enumerate(definitions, start=1)),
        offset_s=(number(item, "MultiplexGroupTimeOffset") or 0.0) / 1000,
        unreadable=reason,
    )


def _channel(place: int, item: Dataset) -> Channel:
    label = text(item, "ChannelLabel") or concept_text(concept_of(item, "ChannelSourceSequence"))
    sensitivity = number(item, "ChannelSensitivity")
    correction = number(item, "ChannelSensitivityCorrectionFactor")
    unit = unit_text(concept_of(item, "ChannelSensitivityUnitsSequence")) if sensitivity is not None else ""
    skew = number(item, "ChannelTimeSkew") or 0.0
    return Channel(
        label=label or f"Channel {place}",
        unit=unit,
        sensitivity=(1.0 if sensitivity is None else sensitivity) * (1.0 if correction is None else correction),
        baseline=number(item, "ChannelBaseline") or 0.0,
        skew_s=skew,
    )


def _annotations(dataset: Dataset, groups: Sequence[ChannelGroup]) -> tuple[WaveformAnnotation, ...]:
    found = []
    for item in items(dataset, "WaveformAnnotationSequence")[:_MOST_ANNOTATIONS]:
        pairs = integers(item, "ReferencedWaveformChannels")
        channels = tuple(zip(pairs[::2], pairs[1::2], strict=False))
        words = _annotation_words(item)
        if words:
            group = next((groups[one - 1] for one, _ in channels if 0 < one <= len(groups)), groups[0] if groups else None)
            times = _times(item, group)
            found.append(WaveformAnnotation(words, channels, times))
    return tuple(found)


def _annotation_words(item: Dataset) -> str:
    written = text(item, "UnformattedTextValue")
    name = concept_text(concept_of(item, "ConceptNameCodeSequence"))
    value = concept_text(concept_of(item, "ConceptCodeSequence")) or text(item, "NumericValue").replace("\\", ", ")
    unit = unit_text(concept_of(item, "MeasurementUnitsCodeSequence"))
    when = text(item, "ReferencedDateTime").replace("\\", ", ")
    valued = " ".join(filter(None, (value, unit)))
    return " ".join(filter(None, (written, f"{name}: {valued}" if name and valued else name or valued, when)))


def _times(item: Dataset, group: ChannelGroup | None) -> tuple[float, ...]:
    """Return where an annotation points in seconds from the start of its group; the first sample has the number 1."""
    samples = integers(item, "ReferencedSamplePositions")
    if samples and group is not None and group.frequency_hz > 0:
        return tuple((sample - 1) / group.frequency_hz for sample in samples)
    offsets = floats(item, "ReferencedTimeOffsets")
    start = group.offset_s if group is not None else 0.0
    return tuple(offset / 1000 - start for offset in offsets if math.isfinite(offset))
