"""Geometry and sorting attributes of frames: from the top level of a classic object or from functional groups."""

from __future__ import annotations

import struct

from viewer.dicom.decimal_strings import numbers, pair, single, strings, vector
from viewer.dicom.frame_dimensions import DIMENSION_TAGS, DIMENSION_TREE, classic_dimensions, group_dimensions
from viewer.dicom.functional_groups import FunctionalGroups
from viewer.dicom.source_images import DERIVATION_TREE
from viewer.dicom.tag_reader import Item, Tree
from viewer.domain.instance import FrameHeader

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
_VOLUME_POSITION = 0x0020930E
_VOLUME_ORIENTATION = 0x0020930F
_DIMENSION_INDICES = 0x00209157
_FRAME_ANATOMY = 0x00209071
_FRAME_LATERALITY = 0x00209072

# MR, CT, PET, XA/XRF, ultrasound, parametric map, unassigned: each has its own macro for Frame Type.
_FRAME_TYPES = (0x00189226, 0x00189329, 0x00189751, 0x00189412, 0x00189806, 0x00409092, 0x00209477)

_OWN_TREE: dict[int, Tree] = {
    _PLANE_POSITION: {POSITION: None},
    _PLANE_ORIENTATION: {ORIENTATION: None},
    _VOLUME_POSITION: {0x00209301: None},
    _VOLUME_ORIENTATION: {0x00209302: None},
    _PIXEL_MEASURES: {PIXEL_SPACING: None, SLICE_THICKNESS: None, SPACING_BETWEEN: None},
    _FRAME_CONTENT: {_STACK_ID: None, _DIMENSION_INDICES: None},
    _FRAME_ANATOMY: {_FRAME_LATERALITY: None},
    **{tag: {_FRAME_TYPE: None, _VOLUMETRIC_PROPERTIES: None, _CALCULATION: None} for tag in _FRAME_TYPES},
}
FRAME_TREE: Tree = {
    **DERIVATION_TREE,
    **{
        macro: {**(_OWN_TREE.get(macro) or {}), **(DIMENSION_TREE.get(macro) or {})}
        for macro in {**_OWN_TREE, **DIMENSION_TREE}
    },
}
"""What is wanted of the functional groups of an image."""

TOP_LEVEL_TAGS = frozenset(
    {POSITION, ORIENTATION, PIXEL_SPACING, SLICE_THICKNESS, SPACING_BETWEEN, IMAGE_TYPE, *DIMENSION_TAGS}
)
"""What is wanted of the top level."""


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
        dimensions=classic_dimensions(values),
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
        if not position:
            # An ultrasound volume states places in a space of its own.
            position = _doubles(groups.macro(index, _VOLUME_POSITION), 0x00209301)
            orientation = orientation or _doubles(groups.macro(index, _VOLUME_ORIENTATION), 0x00209302)
        measures = groups.macro(index, _PIXEL_MEASURES)
        anatomy = groups.macro(index, _FRAME_ANATOMY)
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
                dimensions=group_dimensions(groups, index) or top.dimensions,
                stack_id="\\".join(strings(content.values.get(_STACK_ID))) if content else "",
                distorted=_is_distorted(types),
                dimension_indices=_dimension_indices(content),
                laterality="".join(strings(anatomy.values.get(_FRAME_LATERALITY))) if anatomy else "",
            )
        )
    return tuple(found)


def has_volume_positions(groups: FunctionalGroups) -> bool:
    """Say whether the frames state their places in the space of a volume, not of the patient (PS3.3 C.8.24.3)."""
    return groups.macro(0, _PLANE_POSITION) is None and groups.macro(0, _VOLUME_POSITION) is not None


def _doubles(item: Item | None, tag: int) -> tuple[float, ...]:
    value = item.values.get(tag, b"") if item is not None else b""
    return struct.unpack(f"<{len(value) // 8}d", value[: len(value) // 8 * 8])


def _dimension_indices(content: Item | None) -> tuple[int, ...]:
    value = content.values.get(_DIMENSION_INDICES, b"") if content is not None else b""
    return struct.unpack(f"<{len(value) // 4}L", value[: len(value) // 4 * 4])


def _is_distorted(types: dict[int, bytes]) -> bool:
    """Say whether the plane position does not describe the pixels (C.7.6.16.2.3), as in a curved reformat.

    Scanners write DISTORTED on plain slices as well, meaning that geometric distortion was not corrected; there no volume
    was calculated from, and the position is as good as that of any slice.
    """
    calculated = set(strings(types.get(_CALCULATION))) - {"", "NONE"}
    return "DISTORTED" in strings(types.get(_VOLUMETRIC_PROPERTIES)) and bool(calculated)


def _first(values: tuple[float, ...], otherwise: float | None) -> float | None:
    return values[0] if values else otherwise
