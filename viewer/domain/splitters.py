"""What may tell frames at one position apart: one literal table, in the order in which it is tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

IMAGE_TYPE = "ImageType"
OBJECT = "Object"
REPETITION = "repetition"
DIMENSION_INDEX = "DimensionIndex"
"""With ``:`` and the 0-based number of the index: what the Dimension Index Sequence says (PS3.3 C.7.6.17)."""

Spell = Callable[[str], str]


@dataclass(frozen=True)
class Splitter:
    """One attribute that splits.

    Parameters
    ----------
    keyword
        Of the attribute.
    form
        The label of a part of a series, with ``{}`` for the value; part of the command-line contract.
    name
        What the second slider calls it.
    unit
        Of the value.
    spelled
        Writes the value.
    numbered
        The place among the values says more than the value: "Time 3 of 20".
    prefix
        Stands before a value that follows a number: "Echo 2 of 4 · TE 20 ms".
    is_time
        Its values follow one another in time: they can be played.
    """

    keyword: str
    form: str
    name: str
    unit: str = ""
    spelled: Spell = str
    numbered: bool = False
    prefix: str = ""
    is_time: bool = False


def _vector(value: str) -> str:
    return "(" + ", ".join(f"{float(part):.2f}" for part in value.split("\\")) + ")"


def _clock(value: str) -> str:
    digits = value.partition(".")[0][-6:]
    return f"{digits[:2]}:{digits[2:4]}:{digits[4:6]}" if len(digits) == 6 else value


def _components(value: str) -> str:
    return value.replace("\\", " ")


def _moment(keyword: str, form: str, name: str = "Time", unit: str = "", spelled: Spell = str) -> Splitter:
    return Splitter(keyword, form, name, unit, spelled, numbered=True, is_time=True)


SPLITTERS: tuple[Splitter, ...] = (
    _moment("TemporalPositionIdentifier", "time {}"),
    _moment("TemporalPositionIndex", "time {}"),
    _moment("TemporalPositionTimeOffset", "{} s", unit="s"),
    Splitter("EchoNumbers", "echo {}", "Echo", numbered=True),
    Splitter("EchoTime", "TE {} ms", "Echo", "ms", numbered=True, prefix="TE"),
    Splitter("EffectiveEchoTime", "TE {} ms", "Echo", "ms", numbered=True, prefix="TE"),
    Splitter("DiffusionBValue", "b {}", "b-value", "s/mm²"),
    Splitter("DiffusionGradientOrientation", "direction {}", "Direction", spelled=_vector, numbered=True),
    Splitter("DiffusionDirectionality", "{}", "Diffusion", spelled=str.lower),
    Splitter("ASLContext", "{}", "Spin labelling", spelled=str.lower),
    Splitter(IMAGE_TYPE, "{}", "Image type", spelled=_components),
    Splitter("ComplexImageComponent", "{}", "Image type", spelled=str.lower),
    Splitter("VelocityEncodingDirection", "velocity {}", "Velocity", spelled=_vector, numbered=True),
    _moment("TriggerTime", "trigger {} ms", "Trigger time", "ms"),
    _moment("NominalPercentageOfCardiacPhase", "phase {} %", "Cardiac phase", "%"),
    _moment("NominalCardiacTriggerDelayTime", "trigger {} ms", "Trigger time", "ms"),
    _moment("NominalPercentageOfRespiratoryPhase", "respiratory phase {} %", "Respiratory phase", "%"),
    Splitter("InversionTime", "TI {} ms", "Inversion", "ms", numbered=True, prefix="TI"),
    Splitter("InversionTimes", "TI {} ms", "Inversion", "ms", numbered=True, prefix="TI"),
    Splitter("FlipAngle", "flip angle {} °", "Flip angle", "°"),
    _moment("FrameReferenceTime", "{} ms", unit="ms"),
    _moment("RRIntervalVector", "R-R interval {}", "R-R interval"),
    _moment("TimeSlotVector", "time slot {}", "Time slot"),
    _moment("TimeSliceVector", "time {}"),
    Splitter("EnergyWindowVector", "energy window {}", "Energy window"),
    Splitter("DetectorVector", "detector {}", "Detector"),
    _moment("PhaseVector", "phase {}", "Phase"),
    Splitter("RotationVector", "rotation {}", "Rotation", numbered=True),
    Splitter("AngularViewVector", "view {}", "Angular view", numbered=True),
    _moment("AcquisitionNumber", "acquisition {}", "Acquisition"),
    _moment("FrameAcquisitionNumber", "acquisition {}", "Acquisition"),
    Splitter("MonoenergeticEnergyEquivalent", "{} keV", "Energy", "keV"),
    Splitter("KVP", "{} kV", "Tube voltage", "kV"),
    _moment("AcquisitionDateTime", "{}", spelled=_clock),
    _moment("AcquisitionTime", "{}", spelled=_clock),
    _moment("FrameReferenceDateTime", "{}", spelled=_clock),
    _moment("FrameAcquisitionDateTime", "{}", spelled=_clock),
    _moment("ContentTime", "{}", spelled=_clock),
    Splitter(OBJECT, "", "Volume", numbered=True),
)
"""Attributes that split, in the order in which they are tried."""

BY_KEYWORD: Mapping[str, Splitter] = {one.keyword: one for one in SPLITTERS}
ORDER: Mapping[str, int] = {one.keyword: place for place, one in enumerate(SPLITTERS)}

SECONDS: tuple[tuple[str, float | Literal["clock"]], ...] = (
    ("TemporalPositionTimeOffset", 1.0),
    ("TriggerTime", 1e-3),
    ("NominalCardiacTriggerDelayTime", 1e-3),
    ("FrameReferenceTime", 1e-3),
    ("FrameReferenceDateTime", "clock"),
    ("FrameAcquisitionDateTime", "clock"),
    ("AcquisitionDateTime", "clock"),
    ("AcquisitionTime", "clock"),
)
"""Attributes that say when something was, with the seconds in their unit; a clock counts from the first."""

SPATIAL_INDICES = frozenset({0x00200032, 0x00209057, 0x00209056, 0x00209113, 0x00209301, 0x0020930E, 0x00201041})
"""Dimension Index Pointers that say where a frame lies, not what tells it from others there."""


def spaced(keyword: str) -> str:
    """Return a keyword as words: ``DiffusionBValue`` is ``diffusion b value``."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in keyword).strip()
