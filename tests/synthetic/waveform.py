"""Waveform objects built by hand (PS3.3 A.34.4, C.10.9): groups of channels, and an electrocardiogram by formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from tests.synthetic.documents import coded
from tests.synthetic.identity import Study, as_file, uid

GENERAL_ECG = "1.2.840.10008.5.1.4.1.1.9.1.2"


@dataclass(frozen=True)
class Lead:
    """A channel: what it measures as a code of MDC or SCPECG, and what a step is worth."""

    value: str
    meaning: str
    sensitivity: float | None = 5.0
    correction: float = 1.0
    baseline: float = 0.0
    unit: tuple[str, str] = ("uV", "microvolt")


@dataclass(frozen=True)
class Group:
    """A multiplex group: ``stored`` is (samples, channels)."""

    leads: tuple[Lead, ...]
    stored: NDArray[np.int16]
    frequency_hz: float
    label: str = "RHYTHM"


LIMB_LEADS = (
    Lead("2:1", "Lead I"),
    Lead("2:2", "Lead II"),
    Lead("2:61", "Lead III"),
)


def electrocardiogram(seconds: float = 10.0, frequency_hz: float = 250.0, rate: float = 66.0) -> NDArray[np.int16]:
    """Return (samples, 3) steps of 5 uV: limb leads of a steady rhythm from sums of Gaussians."""
    time = np.arange(round(seconds * frequency_hz)) / frequency_hz
    phase = (time * rate / 60) % 1.0
    # Place in the beat, width, and height in mV of P, Q, R, S and T.
    waves = ((0.18, 0.025, 0.12), (0.285, 0.008, -0.10), (0.30, 0.011, 1.05), (0.32, 0.010, -0.22), (0.55, 0.045, 0.28))
    second = sum(height * np.exp(-(((phase - place) / width) ** 2) / 2) for place, width, height in waves)
    first = 0.62 * np.asarray(second) + 0.02 * np.sin(2 * np.pi * 0.3 * time)
    third = np.asarray(second) - first
    return np.round(np.stack([first, np.asarray(second), third], axis=1) * 1000 / 5).astype(np.int16)


def waveform(groups: Sequence[Group], study: Study, name: str, *, sop_class: str = GENERAL_ECG) -> Dataset:
    """Make a waveform object of a study."""
    made = Dataset()
    study.fill(made)
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SOPClassUID = sop_class
    made.SOPInstanceUID = uid(study.name, name, "instance")
    made.SeriesInstanceUID = uid(study.name, name, "series")
    made.Modality = "ECG"
    made.SeriesNumber, made.InstanceNumber = 910, 1
    made.SeriesDescription = name
    made.Manufacturer, made.ManufacturerModelName = "Overread", "Synthetic"
    made.SoftwareVersions, made.DeviceSerialNumber = "1", "1"
    made.SynchronizationFrameOfReferenceUID = uid(study.name, "clock")
    made.SynchronizationTrigger, made.AcquisitionTimeSynchronized = "NO TRIGGER", "N"
    made.ContentDate, made.ContentTime = study.date, study.time
    made.AcquisitionDateTime = study.date + study.time
    made.AcquisitionContextSequence = []
    made.WaveformSequence = [_group(one) for one in groups]
    return as_file(made)


def annotation(text: str, *, group: int = 1, channel: int = 0, samples: Sequence[int] = ()) -> Dataset:
    """Make an item of the Waveform Annotation Sequence; sample positions count from 1."""
    item = Dataset()
    item.UnformattedTextValue = text
    item.AnnotationGroupNumber = 1
    item.ReferencedWaveformChannels = [group, channel]
    if samples:
        item.TemporalRangeType = "POINT" if len(samples) == 1 else "MULTIPOINT"
        item.ReferencedSamplePositions = list(samples)
    return item


def _group(group: Group) -> Dataset:
    item = Dataset()
    item.WaveformOriginality = "ORIGINAL"
    item.NumberOfWaveformChannels = len(group.leads)
    item.NumberOfWaveformSamples = len(group.stored)
    item.SamplingFrequency = f"{group.frequency_hz:g}"
    item.MultiplexGroupLabel = group.label
    item.ChannelDefinitionSequence = [_channel(place, lead) for place, lead in enumerate(group.leads, start=1)]
    item.WaveformBitsAllocated = 16
    item.WaveformSampleInterpretation = "SS"
    item.add_new(0x54001010, "OW", np.ascontiguousarray(group.stored, "<i2").tobytes())
    return item


def _channel(place: int, lead: Lead) -> Dataset:
    item = Dataset()
    item.WaveformChannelNumber = place
    item.ChannelSourceSequence = [coded(lead.value, "MDC", lead.meaning)]
    if lead.sensitivity is not None:
        item.ChannelSensitivity = f"{lead.sensitivity:g}"
        item.ChannelSensitivityUnitsSequence = [coded(lead.unit[0], "UCUM", lead.unit[1])]
        item.ChannelSensitivityCorrectionFactor = f"{lead.correction:g}"
        item.ChannelBaseline = f"{lead.baseline:g}"
    item.ChannelSampleSkew = "0"
    item.WaveformBitsStored = 16
    return item
