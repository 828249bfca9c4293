"""Waveforms: values in the unit of their channel as pydicom has them, groups, notes, and what cannot be read."""

from __future__ import annotations

import importlib
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset

from tests.dicom.header_of import header_of
from tests.synthetic.identity import Study
from tests.synthetic.waveform import Group, Lead, annotation, electrocardiogram, waveform
from viewer.dicom.datasets import UnreadableDataset
from viewer.domain.overlay import Overlay
from viewer.domain.waveform import Waveform
from viewer.iods.g711 import LAW_VALUES
from viewer.iods.registry import read_overlay
from viewer.iods.waveform import read_samples

LEADS = (
    Lead("2:1", "Lead I", sensitivity=2.5, correction=1.1, baseline=-40.0),
    Lead("2:2", "Lead II", sensitivity=0.005, unit=("mV", "millivolt")),
    Lead("2:61", "Counter", sensitivity=None),
)
STORED = np.arange(-30, 30, dtype=np.int16).reshape(20, 3) * 7


def made() -> Dataset:
    second = Group(LEADS[:1], np.array([[5], [6], [-7]], np.int16), 2.0, "SLOW")
    return waveform([Group(LEADS, STORED, 40.0, "FAST"), second], Study(), "Made waveform")


def written(dataset: Dataset, folder: Path) -> Overlay:
    dataset.save_as(folder / "waveform.dcm", enforce_file_format=True)
    return read_overlay(header_of(folder / "waveform.dcm"))


def waveform_of(overlay: Overlay) -> Waveform:
    assert isinstance(overlay.content, Waveform)
    return overlay.content


def test_values_are_those_of_pydicom_in_the_unit_of_each_channel(tmp_path: Path) -> None:
    dataset = made()
    found = waveform_of(written(dataset, tmp_path))
    assert [(group.label, group.frequency_hz, group.samples) for group in found.groups] == [
        ("FAST", 40.0, 20),
        ("SLOW", 2.0, 3),
    ]
    assert [(one.label, one.unit) for one in found.groups[0].channels] == [
        ("Lead I", "µV"),
        ("Lead II", "mV"),
        ("Counter", ""),
    ]
    for number in range(2):
        samples = read_samples(header_of(tmp_path / "waveform.dcm"), number)
        assert np.allclose(samples.values.T, dataset.waveform_array(number), rtol=1e-6)


def test_padded_samples_are_no_values(tmp_path: Path) -> None:
    dataset = made()
    dataset.WaveformSequence[0].add_new(0x5400100A, "OW", np.int16(STORED[4, 1]).tobytes())
    written(dataset, tmp_path)
    values = read_samples(header_of(tmp_path / "waveform.dcm"), 0).values
    assert np.argwhere(np.isnan(values)).tolist() == [[1, 4]]


def test_notes_point_at_the_time_of_their_sample(tmp_path: Path) -> None:
    dataset = made()
    dataset.WaveformAnnotationSequence = [
        annotation("whole"),
        annotation("first sample", channel=2, samples=[1]),
        annotation("later", channel=1, samples=[5, 9]),
    ]
    notes = waveform_of(written(dataset, tmp_path)).annotations
    assert [(one.text, one.channels, one.times_s) for one in notes] == [
        ("whole", ((1, 0),), ()),
        ("first sample", ((1, 2),), (0.0,)),
        ("later", ((1, 1),), (0.1, 0.2)),
    ]


def test_what_is_cut_off_is_shown_as_far_as_it_is_whole(tmp_path: Path) -> None:
    dataset = made()
    dataset.WaveformSequence[0].WaveformData = dataset.WaveformSequence[0].WaveformData[: 7 * 6 + 2]
    found = waveform_of(written(dataset, tmp_path))
    assert found.groups[0].samples == 7
    assert read_samples(header_of(tmp_path / "waveform.dcm"), 0).values.shape == (3, 7)


@pytest.mark.parametrize(
    ("keyword", "value", "reason"),
    [
        ("WaveformSampleInterpretation", "XX", "form XX"),
        ("WaveformBitsAllocated", 12, "12 bits"),
        ("NumberOfWaveformChannels", 5, "states 5 channels and describes 3"),
        ("NumberOfWaveformSamples", 0, "no samples"),
        ("SamplingFrequency", "0", "no sampling frequency"),
        ("WaveformData", b"", "cut off"),
    ],
)
def test_a_group_that_cannot_be_read_says_why(tmp_path: Path, keyword: str, value: object, reason: str) -> None:
    dataset = made()
    setattr(dataset.WaveformSequence[0], keyword, value)
    overlay = written(dataset, tmp_path)
    assert reason in overlay.issues[-1].text
    with pytest.raises(UnreadableDataset, match=reason):
        read_samples(header_of(tmp_path / "waveform.dcm"), 0)


def test_a_waveform_without_groups_says_so(tmp_path: Path) -> None:
    dataset = made()
    dataset.WaveformSequence = []
    assert written(dataset, tmp_path).issues[-1].code == "waveform_not_read"


def test_an_implausibly_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    written(made(), tmp_path)
    header = replace(header_of(tmp_path / "waveform.dcm"), file_size=1 << 40)
    with pytest.raises(UnreadableDataset, match="larger"):
        read_samples(header, 0)


def test_the_laws_of_sound_are_those_of_python() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        audioop = importlib.import_module("audioop")
    every = bytes(range(256))
    assert LAW_VALUES["MB"].tolist() == np.frombuffer(audioop.ulaw2lin(every, 2), "<i2").tolist()
    assert LAW_VALUES["AB"].tolist() == np.frombuffer(audioop.alaw2lin(every, 2), "<i2").tolist()


def test_the_made_electrocardiogram_obeys_einthoven() -> None:
    stored = electrocardiogram()
    assert np.abs(stored[:, 0] + stored[:, 2] - stored[:, 1]).max() <= 1


@pytest.mark.real_data
def test_a_real_electrocardiogram_has_the_values_of_pydicom_and_its_notes(real_data: Path) -> None:
    path = real_data / "stl-ecg-waveform" / "waveform_ecg.dcm"
    found = waveform_of(read_overlay(header_of(path)))
    dataset = pydicom.dcmread(path)
    assert [len(group.channels) for group in found.groups] == [12, 12]
    for number in range(2):
        assert np.allclose(read_samples(header_of(path), number).values.T, dataset.waveform_array(number))
    assert len(found.annotations) == len(dataset.WaveformAnnotationSequence)
    assert "PR Interval: 161 ms" in {note.text for note in found.annotations}
