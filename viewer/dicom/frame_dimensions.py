"""Attributes that tell frames at one position apart: time, echo, b-value, phase, energy ...; each value in one spelling."""

from __future__ import annotations

import struct
from functools import lru_cache

from viewer.dicom.decimal_strings import numbers
from viewer.dicom.functional_groups import FunctionalGroups
from viewer.dicom.tag_reader import Tree

_FRAME_CONTENT = 0x00209111
_DIFFUSION = 0x00189117
_GRADIENT_SEQUENCE = 0x00189076

DIMENSION_TREE: dict[int, Tree] = {
    _FRAME_CONTENT: {0x00209128: None, 0x00209156: None, 0x00189074: None, 0x00189151: None},
    0x00209310: {0x0020930D: None},
    _DIFFUSION: {0x00189087: None, 0x00189075: None, _GRADIENT_SEQUENCE: {0x00189089: None}},
    0x00189114: {0x00189082: None},
    0x00189115: {0x00189079: None},
    0x00189118: {0x00209241: None, 0x00209153: None},
    0x00209253: {0x00209245: None},
    0x00189197: {0x00189090: None},
    0x00189251: {0x00189257: None},
    0x00189112: {0x00181314: None},
    0x00189226: {0x00089208: None},
    0x00189325: {0x00180060: None},
    0x00189363: {0x0018937C: None},
    0x00189364: {0x0018937C: None},
}
"""What is wanted of the functional groups, by macro."""

# Attribute, tag, and how its value is written: (s)tring, (d)ecimal or integer string, (U)S, (D)ouble,
# (F)loat, (u)nsigned long.
_CLASSIC_DIMENSIONS = (
    ("TemporalPositionIdentifier", 0x00200100, "d"),
    ("EchoNumbers", 0x00180086, "d"),
    ("EchoTime", 0x00180081, "d"),
    ("DiffusionBValue", 0x00189087, "D"),
    ("DiffusionGradientOrientation", 0x00189089, "D"),
    ("TriggerTime", 0x00181060, "d"),
    ("NominalPercentageOfCardiacPhase", 0x00209241, "D"),
    ("InversionTime", 0x00180082, "d"),
    ("FrameReferenceTime", 0x00541300, "d"),
    ("KVP", 0x00180060, "d"),
    ("MonoenergeticEnergyEquivalent", 0x0018937C, "D"),
    ("FlipAngle", 0x00181314, "d"),
    ("ComplexImageComponent", 0x00089208, "s"),
    ("AcquisitionNumber", 0x00200012, "d"),
    ("AcquisitionDateTime", 0x0008002A, "s"),
    ("AcquisitionTime", 0x00080032, "s"),
    ("ContentTime", 0x00080033, "s"),
)
_GROUP_DIMENSIONS = (
    ("TemporalPositionIndex", _FRAME_CONTENT, 0x00209128, "u"),
    ("TemporalPositionTimeOffset", 0x00209310, 0x0020930D, "D"),
    ("EffectiveEchoTime", 0x00189114, 0x00189082, "D"),
    ("DiffusionBValue", _DIFFUSION, 0x00189087, "D"),
    ("DiffusionDirectionality", _DIFFUSION, 0x00189075, "s"),
    ("NominalPercentageOfCardiacPhase", 0x00189118, 0x00209241, "D"),
    ("NominalCardiacTriggerDelayTime", 0x00189118, 0x00209153, "D"),
    ("InversionTimes", 0x00189115, 0x00189079, "D"),
    ("NominalPercentageOfRespiratoryPhase", 0x00209253, 0x00209245, "F"),
    ("VelocityEncodingDirection", 0x00189197, 0x00189090, "D"),
    ("ASLContext", 0x00189251, 0x00189257, "s"),
    ("FlipAngle", 0x00189112, 0x00181314, "d"),
    ("ComplexImageComponent", 0x00189226, 0x00089208, "s"),
    ("KVP", 0x00189325, 0x00180060, "d"),
    ("MonoenergeticEnergyEquivalent", 0x00189363, 0x0018937C, "D"),
    ("MonoenergeticEnergyEquivalent", 0x00189364, 0x0018937C, "D"),
    ("FrameAcquisitionNumber", _FRAME_CONTENT, 0x00209156, "U"),
    ("FrameReferenceDateTime", _FRAME_CONTENT, 0x00189151, "s"),
    ("FrameAcquisitionDateTime", _FRAME_CONTENT, 0x00189074, "s"),
)

# b-values of vendors, used only where the standard attribute is absent: (private creator, its tag, value tag).
_PRIVATE_B_VALUES = (
    ("SIEMENS MR HEADER", 0x00190010, 0x0019100C),
    ("GEMS_PARM_01", 0x00430010, 0x00431039),
    ("Philips Imaging DD 001", 0x20010010, 0x20011003),
)

DIMENSION_TAGS: tuple[int, ...] = (
    *(tag for _, tag, _ in _CLASSIC_DIMENSIONS),
    *(tag for _, creator, value in _PRIVATE_B_VALUES for tag in (creator, value)),
)


def classic_dimensions(values: dict[int, bytes]) -> tuple[tuple[str, str], ...]:
    """Return (keyword, value) of the attributes that may split a stack, of the top level of an object."""
    return _classic_dimensions_of(tuple(map(values.get, DIMENSION_TAGS)))


@lru_cache(maxsize=4096)
def _classic_dimensions_of(raw: tuple[bytes | None, ...]) -> tuple[tuple[str, str], ...]:
    values = {tag: value for tag, value in zip(DIMENSION_TAGS, raw, strict=True) if value is not None}
    found = [(keyword, _written(values[tag], form)) for keyword, tag, form in _CLASSIC_DIMENSIONS if values.get(tag)]
    if 0x00189087 not in values:
        for creator, creator_tag, tag in _PRIVATE_B_VALUES:
            if tag in values and values.get(creator_tag, b"").decode("ascii", "replace").strip(" \0") == creator:
                b_value = _private_b_value(values[tag])
                if b_value:
                    found.append(("DiffusionBValue", b_value))
    return tuple((keyword, value) for keyword, value in found if value)


def _private_b_value(value: bytes) -> str:
    text = numbers(value)
    if text:
        # GE adds 1e9 to mark a later software version (seen in dcm2niix's notes on (0043,1039)).
        return f"{text[0] % 1e9:g}"
    if len(value) == 4:
        return f"{struct.unpack('<f', value)[0]:g}"
    return ""


def group_dimensions(groups: FunctionalGroups, index: int) -> tuple[tuple[str, str], ...]:
    """Return (keyword, value) of the attributes that may split a stack, of the functional groups of a frame (0-based)."""
    found = []
    for keyword, macro, tag, form in _GROUP_DIMENSIONS:
        item = groups.macro(index, macro)
        value = item.values.get(tag) if item is not None else None
        if value:
            found.append((keyword, _written(value, form)))
    diffusion = groups.macro(index, _DIFFUSION)
    gradient = diffusion.first(_GRADIENT_SEQUENCE) if diffusion is not None else None
    if gradient is not None and gradient.values.get(0x00189089):
        found.append(("DiffusionGradientOrientation", _written(gradient.values[0x00189089], "D")))
    return tuple((keyword, value) for keyword, value in found if value)


@lru_cache(maxsize=16384)
def _written(value: bytes, form: str) -> str:
    """Return a value in one spelling, so that 5 and 5.0 are the same echo time."""
    if form == "d":
        found = numbers(value)
        return "\\".join(f"{number:.9g}" for number in found) or value.decode("ascii", "replace").strip(" \0")
    if form == "s":
        return value.decode("ascii", "replace").strip(" \0")
    code, size = {"D": ("d", 8), "F": ("f", 4), "U": ("H", 2), "u": ("L", 4)}[form]
    count = len(value) // size
    return "\\".join(f"{number:.9g}" for number in struct.unpack_from(f"<{count}{code}", value))
