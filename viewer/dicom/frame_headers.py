"""Geometry and sorting attributes of frames: from the top level of a classic object or from functional groups."""

from __future__ import annotations

import math
import struct
from functools import lru_cache

from viewer.dicom import quirks
from viewer.dicom.functional_groups import FunctionalGroups
from viewer.dicom.tag_reader import Item, Tree
from viewer.domain.instance import FrameHeader
from viewer.geometry.plane import Vector

POSITION = 0x00200032
ORIENTATION = 0x00200037
PIXEL_SPACING = 0x00280030
SLICE_THICKNESS = 0x00180050
SPACING_BETWEEN = 0x00180088
IMAGE_TYPE = 0x00080008

_PLANE_POSITION = 0x00209113
_PLANE_ORIENTATION = 0x00209116
_PIXEL_MEASURES = 0x00289110
_FRAME_CONTENT = 0x00209111
_STACK_ID = 0x00209056
_FRAME_TYPE = 0x00089007
_VOLUMETRIC_PROPERTIES = 0x00089206
_CALCULATION = 0x00089207
_DIFFUSION = 0x00189117
_GRADIENT_SEQUENCE = 0x00189076

# MR, CT, PET, XA/XRF, ultrasound, parametric map, unassigned: each has its own macro for Frame Type.
_FRAME_TYPES = (0x00189226, 0x00189329, 0x00189751, 0x00189412, 0x00189806, 0x00409092, 0x00209477)

FRAME_TREE: Tree = {
    _PLANE_POSITION: {POSITION: None},
    _PLANE_ORIENTATION: {ORIENTATION: None},
    _PIXEL_MEASURES: {PIXEL_SPACING: None, SLICE_THICKNESS: None, SPACING_BETWEEN: None},
    _FRAME_CONTENT: {_STACK_ID: None, 0x00209128: None, 0x00209156: None, 0x00189074: None, 0x00189151: None},
    0x00209310: {0x0020930D: None},
    _DIFFUSION: {0x00189087: None, 0x00189075: None, _GRADIENT_SEQUENCE: {0x00189089: None}},
    0x00189114: {0x00189082: None},
    0x00189115: {0x00189079: None},
    0x00189118: {0x00209241: None, 0x00209153: None},
    **{tag: {_FRAME_TYPE: None, _VOLUMETRIC_PROPERTIES: None, _CALCULATION: None} for tag in _FRAME_TYPES},
}
"""What is wanted of the functional groups of an image."""

# Attribute, tag, and how its value is written: (s)tring, (d)ecimal or integer string, (U)S, (D)ouble, (u)nsigned long.
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

_DIMENSION_TAGS: tuple[int, ...] = (
    *(tag for _, tag, _ in _CLASSIC_DIMENSIONS),
    *(tag for _, creator, value in _PRIVATE_B_VALUES for tag in (creator, value)),
)

TOP_LEVEL_TAGS = frozenset(
    {POSITION, ORIENTATION, PIXEL_SPACING, SLICE_THICKNESS, SPACING_BETWEEN, IMAGE_TYPE, *_DIMENSION_TAGS}
)
"""What is wanted of the top level."""


def numbers(value: bytes | None) -> tuple[float, ...]:
    """Return the finite numbers of a decimal string value; empty when there are none or one is broken beyond repair."""
    if not value:
        return ()
    return _numbers(value)


@lru_cache(maxsize=16384)
def _numbers(value: bytes) -> tuple[float, ...]:
    try:
        found = [float(part) for part in value.rstrip(b"\0").split(b"\\")]
    except ValueError:
        return tuple(quirks.numbers(value.decode("ascii", "replace").strip(" \0")) or ())
    return tuple(found) if all(map(math.isfinite, found)) else ()


def vector(value: bytes | None) -> Vector | None:
    """Return three numbers, or None."""
    found = numbers(value)
    return (found[0], found[1], found[2]) if len(found) == 3 else None


def pair(value: bytes | None) -> tuple[float, float] | None:
    """Return two positive numbers, or None. A single one stands for both (seen in hand-made files)."""
    found = numbers(value)
    if len(found) == 1:
        found = (found[0], found[0])
    return (found[0], found[1]) if len(found) == 2 and min(found) > 0 else None


def single(value: bytes | None) -> float | None:
    """Return the first number, or None."""
    found = numbers(value)
    return found[0] if found else None


@lru_cache(maxsize=4096)
def strings(value: bytes | None) -> tuple[str, ...]:
    """Return the values of a code string."""
    return tuple(part.strip(" \0") for part in value.decode("ascii", "replace").split("\\")) if value else ()


def frame_of_top_level(item: Item) -> FrameHeader:
    """Return the one frame header of a classic object."""
    values = item.values
    orientation = numbers(values.get(ORIENTATION))
    return FrameHeader(
        position=vector(values.get(POSITION)),
        orientation=orientation if len(orientation) == 6 else None,
        pixel_spacing_mm=pair(values.get(PIXEL_SPACING)),
        slice_thickness_mm=single(values.get(SLICE_THICKNESS)),
        spacing_between_slices_mm=single(values.get(SPACING_BETWEEN)),
        image_type=strings(values.get(IMAGE_TYPE)),
        dimensions=_classic_dimensions(values),
    )


def frames_of_groups(groups: FunctionalGroups, top: FrameHeader) -> tuple[FrameHeader, ...]:
    """Return one frame header a frame; what no functional group states is taken from the top level (C.7.6.16.1.1)."""
    found = []
    shared = [groups.shared.first(tag) for tag in _FRAME_TYPES]
    previous: dict[tuple[int, bytes], tuple[float, ...]] = {}

    def parsed(item: Item | None, tag: int) -> tuple[float, ...]:
        value = item.values.get(tag) if item is not None else None
        if not value:
            return ()
        known = previous.get((tag, value))
        if known is None:
            known = previous[tag, value] = numbers(value)
        return known

    for index, frame in enumerate(groups.frames):
        position = parsed(groups.macro(index, _PLANE_POSITION), POSITION)
        orientation = parsed(groups.macro(index, _PLANE_ORIENTATION), ORIENTATION)
        measures = groups.macro(index, _PIXEL_MEASURES)
        content = groups.macro(index, _FRAME_CONTENT)
        own = [frame.first(tag) for tag in _FRAME_TYPES]
        types = next((item.values for item in (*own, *shared) if item is not None), {})
        found.append(
            FrameHeader(
                position=(position[0], position[1], position[2]) if len(position) == 3 else top.position,
                orientation=orientation if len(orientation) == 6 else top.orientation,
                pixel_spacing_mm=(pair(measures.values.get(PIXEL_SPACING)) if measures else None) or top.pixel_spacing_mm,
                slice_thickness_mm=_first(parsed(measures, SLICE_THICKNESS), top.slice_thickness_mm),
                spacing_between_slices_mm=_first(parsed(measures, SPACING_BETWEEN), top.spacing_between_slices_mm),
                image_type=strings(types.get(_FRAME_TYPE)) or top.image_type,
                dimensions=_group_dimensions(groups, index) or top.dimensions,
                stack_id="\\".join(strings(content.values.get(_STACK_ID))) if content else "",
                distorted=_is_distorted(types),
            )
        )
    return tuple(found)


def _is_distorted(types: dict[int, bytes]) -> bool:
    """Say whether the plane position does not describe the pixels (C.7.6.16.2.3), as in a curved reformat.

    Scanners write DISTORTED on plain slices as well, meaning that geometric distortion was not corrected; there no volume
    was calculated from, and the position is as good as that of any slice.
    """
    calculated = set(strings(types.get(_CALCULATION))) - {"", "NONE"}
    return "DISTORTED" in strings(types.get(_VOLUMETRIC_PROPERTIES)) and bool(calculated)


def _first(values: tuple[float, ...], otherwise: float | None) -> float | None:
    return values[0] if values else otherwise


def _classic_dimensions(values: dict[int, bytes]) -> tuple[tuple[str, str], ...]:
    return _classic_dimensions_of(tuple(map(values.get, _DIMENSION_TAGS)))


@lru_cache(maxsize=4096)
def _classic_dimensions_of(raw: tuple[bytes | None, ...]) -> tuple[tuple[str, str], ...]:
    values = {tag: value for tag, value in zip(_DIMENSION_TAGS, raw, strict=True) if value is not None}
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


def _group_dimensions(groups: FunctionalGroups, index: int) -> tuple[tuple[str, str], ...]:
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
    code, size = {"D": ("d", 8), "U": ("H", 2), "u": ("L", 4)}[form]
    count = len(value) // size
    return "\\".join(f"{number:.9g}" for number in struct.unpack_from(f"<{count}{code}", value))
