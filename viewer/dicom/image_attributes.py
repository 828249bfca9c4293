"""Everything of an image's header that its display depends on, as the file states it (PS3.3 C.7.6.3, C.11.1, C.11.2)."""

from __future__ import annotations

import struct
from dataclasses import replace

from viewer.dicom.cine_attributes import CINE_WANTED, read_cine_attributes, read_frame_time_ms
from viewer.dicom.lookup_tables import read_lookup_tables, read_palette
from viewer.dicom.overlay_planes import WANTED as OVERLAY_WANTED
from viewer.dicom.overlay_planes import read_overlay_planes
from viewer.dicom.pet_attributes import PET_WANTED, read_pet_attributes
from viewer.dicom.pixel_sizes import PIXEL_SIZES_WANTED, REGIONS_WANTED, fitted_to_image, read_pixel_sizes
from viewer.dicom.real_world_mappings import MAPPING_WANTED, read_mappings
from viewer.dicom.repeated_runs import RepeatedRuns
from viewer.dicom.shutters import SHUTTER_WANTED, read_shutter
from viewer.dicom.tag_reader import Item
from viewer.dicom.wanted_items import (
    first_item,
    items,
    number,
    read_wanted,
    tag,
    text,
    texts,
    to_number,
    tree,
    word,
    words,
)
from viewer.domain.image_attributes import (
    FrameValues,
    ImageAttributes,
    PaddingRange,
    Rescale,
    VoiFunction,
    Window,
)
from viewer.domain.instance import InstanceHeader
from viewer.domain.issues import Issue, issue

_LUT = tree(["LUTDescriptor", "LUTData", "LUTExplanation", "ModalityLUTType"])
_WINDOW = ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "VOILUTFunction")
_RESCALE = ("RescaleSlope", "RescaleIntercept", "RescaleType")
_GROUPS = tree(
    PixelValueTransformationSequence=tree(_RESCALE),
    FrameVOILUTSequence=tree(_WINDOW, VOILUTSequence=_LUT),
    RealWorldValueMappingSequence=MAPPING_WANTED,
    FrameDisplayShutterSequence=tree(SHUTTER_WANTED),
)
_PIXELS = (
    "Rows",
    "Columns",
    "NumberOfFrames",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "PlanarConfiguration",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
)
_PALETTE = tuple(
    f"{prefix}{colour}PaletteColorLookupTable{suffix}"
    for colour in ("Red", "Green", "Blue")
    for prefix, suffix in (("", "Descriptor"), ("", "Data"), ("Segmented", "Data"))
)
_FLOAT_PADDING = (
    *("FloatPixelPaddingValue", "FloatPixelPaddingRangeLimit"),
    *("DoubleFloatPixelPaddingValue", "DoubleFloatPixelPaddingRangeLimit"),
)
_PIXEL_TREE = tree(_PIXELS)
_TREE = {
    **tree(
        [
            *_PIXELS,
            *_PALETTE,
            *_RESCALE,
            *_WINDOW,
            *SHUTTER_WANTED,
            *PIXEL_SIZES_WANTED,
            "ImageType",
            "PixelPaddingValue",
            "PixelPaddingRangeLimit",
            *_FLOAT_PADDING,
            "PresentationLUTShape",
            "ICCProfile",
            "Units",
            *CINE_WANTED,
            "DoseGridScaling",
            "DoseUnits",
        ],
        ModalityLUTSequence=_LUT,
        VOILUTSequence=_LUT,
        RealWorldValueMappingSequence=MAPPING_WANTED,
        SequenceOfUltrasoundRegions=REGIONS_WANTED,
        OpticalPathSequence=tree(["ICCProfile"]),
        SharedFunctionalGroupsSequence=_GROUPS,
        PerFrameFunctionalGroupsSequence=_GROUPS,
    ),
    **OVERLAY_WANTED,
}
_PET_TREE = {**_TREE, **PET_WANTED}
_RUNS = {explicit: RepeatedRuns(_TREE) for explicit in (False, True)}
_PET_RUNS = {explicit: RepeatedRuns(_PET_TREE) for explicit in (False, True)}
_OF_HEADER = (
    *("rows", "columns", "number_of_frames", "samples_per_pixel", "bits_allocated", "photometric_interpretation"),
    *("transfer_syntax_uid", "modality"),
)
"""What of an instance header display attributes depend on besides the elements read for them."""
_stated_alike: dict[tuple[object, ...], ImageAttributes] = {}
"""Hundreds of slices of a series state the same: one object stands for all of them."""
_MOST_STATED_ALIKE = 64
_FUNCTIONS: dict[str, VoiFunction] = {"LINEAR": "LINEAR", "LINEAR_EXACT": "LINEAR_EXACT", "SIGMOID": "SIGMOID"}


def read_pixel_description(header: InstanceHeader) -> ImageAttributes:
    """Read only what stored values depend on: size, samples, bits, sign.

    Raises
    ------
    UnreadableDataset
        When the header cannot be parsed.
    """
    return ImageAttributes(**_pixel_description(read_wanted(header, _PIXEL_TREE), header))  # type: ignore[arg-type]


def read_image_attributes(header: InstanceHeader) -> ImageAttributes:
    """Read everything that the display of an image depends on.

    Per-frame values come from the functional groups: per frame, then shared, then, for files that put them there, the
    top level.

    Raises
    ------
    UnreadableDataset
        When the header cannot be parsed.
    """
    pet = header.modality == "PT"
    item = read_wanted(header, _PET_TREE if pet else _TREE, runs=_PET_RUNS if pet else _RUNS)
    if item.sequences or not OVERLAY_WANTED.keys().isdisjoint(item.values):
        return _attributes(item, header)
    stated = (*(getattr(header, name) for name in _OF_HEADER), _is_float(header), *item.values.items())
    known = _stated_alike.get(stated)
    if known is None:
        if len(_stated_alike) >= _MOST_STATED_ALIKE:
            _stated_alike.clear()
        known = _stated_alike[stated] = _attributes(item, header)
    return known


def _attributes(item: Item, header: InstanceHeader) -> ImageAttributes:
    described = _pixel_description(item, header)
    signed = bool(described["signed"])
    stored_signed = signed or _rescales_below_zero(item)
    photometric = str(described["photometric_interpretation"])
    modality_luts = read_lookup_tables(item, "ModalityLUTSequence", signed=signed)
    sizes, misfit = fitted_to_image(read_pixel_sizes(item), header.rows, header.columns)
    issues: list[Issue] = [*misfit]
    return ImageAttributes(
        **described,  # type: ignore[arg-type]
        frames=_frame_values(item, issues, signed=signed),
        modality_lut=modality_luts[0] if modality_luts else None,
        voi_luts=read_lookup_tables(item, "VOILUTSequence", signed=stored_signed and not modality_luts),
        presentation_lut_shape=text(item, "PresentationLUTShape"),
        padding=_float_padding(item) if _is_float(header) else _padding(item, signed=signed),
        palette=read_palette(item, signed=signed, supplemental=photometric != "PALETTE COLOR"),
        icc_profile=_icc_profile(item),
        overlay_planes=read_overlay_planes(item, header, bits_allocated=int(str(described["bits_allocated"]))),
        rescale_type=_rescale_type(item, header),
        units=text(item, "Units") or text(item, "DoseUnits"),
        frame_time_ms=read_frame_time_ms(item),
        cine=read_cine_attributes(item),
        float_pixels=_is_float(header),
        pet=read_pet_attributes(item) if header.modality == "PT" else None,
        sizes=sizes,
        issues=tuple(issues),
    )


def _pixel_description(item: Item, header: InstanceHeader) -> dict[str, object]:
    bits_allocated = word(item, "BitsAllocated", header.bits_allocated)
    bits_stored = word(item, "BitsStored", bits_allocated)
    if not 1 <= bits_stored <= bits_allocated:
        bits_stored = bits_allocated
    high_bit = word(item, "HighBit", bits_stored - 1)
    if not bits_stored - 1 <= high_bit < bits_allocated:
        high_bit = bits_stored - 1
    frames = text(item, "NumberOfFrames")
    return {
        "rows": word(item, "Rows", header.rows),
        "columns": word(item, "Columns", header.columns),
        "number_of_frames": int(frames) if frames.isdigit() and int(frames) > 0 else max(header.number_of_frames, 1),
        "samples_per_pixel": word(item, "SamplesPerPixel", max(header.samples_per_pixel, 1)),
        "photometric_interpretation": text(item, "PhotometricInterpretation") or header.photometric_interpretation,
        "bits_allocated": bits_allocated,
        "bits_stored": bits_stored,
        "high_bit": high_bit,
        "signed": word(item, "PixelRepresentation", 0) == 1,
        "planar_configuration": word(item, "PlanarConfiguration", 0),
        "transfer_syntax_uid": header.transfer_syntax_uid,
        "modality": header.modality,
    }


def _rescales_below_zero(item: Item) -> bool:
    return (number(item, "RescaleIntercept") or 0.0) < 0 or (number(item, "RescaleSlope") or 1.0) < 0


def _rescale_type(item: Item, header: InstanceHeader) -> str:
    """Return the unit of modality values: Modality LUT Type or Rescale Type; HU for a CT that states none.

    PS3.3 C.8.2.1: the output of a CT's rescale is in Hounsfield Units unless stated otherwise; a localiser has none.
    """
    table = first_item(item, "ModalityLUTSequence")
    stated = text(table, "ModalityLUTType") if table else text(item, "RescaleType")
    if not stated:
        groups = first_item(item, "SharedFunctionalGroupsSequence") or first_item(item, "PerFrameFunctionalGroupsSequence")
        transformation = first_item(groups, "PixelValueTransformationSequence") if groups else None
        stated = text(transformation, "RescaleType") if transformation else ""
    if stated or header.modality != "CT" or "LOCALIZER" in texts(item, "ImageType"):
        return stated
    return "HU" if number(item, "RescaleIntercept") is not None else ""


def _frame_values(item: Item, issues: list[Issue], *, signed: bool) -> tuple[FrameValues, ...]:
    mappings = read_mappings(items(item, "RealWorldValueMappingSequence"), signed=signed)
    top = FrameValues(_rescale(item, issues), _windows(item, issues), mappings, read_shutter(item, issues))
    dose_scaling = number(item, "DoseGridScaling")
    if dose_scaling and top.rescale is None:
        # An RT Dose has its own name for the slope (PS3.3 C.8.8.3).
        top = replace(top, rescale=Rescale(dose_scaling, 0.0, text(item, "DoseUnits")))
    shared = first_item(item, "SharedFunctionalGroupsSequence")
    base = _group_values(shared, top, issues, signed=signed) if shared else top
    per_frame = items(item, "PerFrameFunctionalGroupsSequence")
    frames = tuple(_group_values(group, base, issues, signed=signed) for group in per_frame)
    if not frames:
        return (base,)
    return frames if any(frame != frames[0] for frame in frames) else frames[:1]


def _group_values(group: Item, base: FrameValues, issues: list[Issue], *, signed: bool) -> FrameValues:
    if not group.sequences:
        return base
    transformation = first_item(group, "PixelValueTransformationSequence")
    voi = first_item(group, "FrameVOILUTSequence")
    shutter = first_item(group, "FrameDisplayShutterSequence")
    mappings = read_mappings(items(group, "RealWorldValueMappingSequence"), signed=signed)
    rescale = (_rescale(transformation, issues) if transformation else None) or base.rescale
    # What goes into a VOI LUT is signed when the rescale of its frame can reach below zero (PS3.3 C.11.2.1.1).
    below_zero = signed or (rescale is not None and (rescale.intercept < 0 or rescale.slope < 0))
    return FrameValues(
        rescale,
        (_windows(voi, issues) if voi else ()) or base.windows,
        mappings or base.real_world,
        (read_shutter(shutter, issues) if shutter else None) or base.shutter,
        (read_lookup_tables(voi, "VOILUTSequence", signed=below_zero) if voi else ()) or base.voi_luts,
    )


def _rescale(item: Item, issues: list[Issue]) -> Rescale | None:
    slope, intercept = text(item, "RescaleSlope"), text(item, "RescaleIntercept")
    if not slope and not intercept:
        return None
    found = to_number(slope) if slope else 1.0, to_number(intercept) if intercept else 0.0
    if found[0] is None or found[1] is None or found[0] == 0:
        bad = ("Rescale Slope", slope) if found[0] is None or found[0] == 0 else ("Rescale Intercept", intercept)
        _once(issues, issue("repaired_number", "warning", attribute=bad[0], value=bad[1]))
        return None
    return Rescale(found[0], found[1], text(item, "RescaleType"))


def _windows(item: Item, issues: list[Issue]) -> tuple[Window, ...]:
    centers, widths = texts(item, "WindowCenter"), texts(item, "WindowWidth")
    names = texts(item, "WindowCenterWidthExplanation")
    function = _FUNCTIONS.get(text(item, "VOILUTFunction"), "LINEAR")
    windows: list[Window] = []
    for index, (written_center, written_width) in enumerate(zip(centers, widths, strict=False)):
        center, width = to_number(written_center), to_number(written_width)
        if center is None or width is None or not _usable(width, function):
            if written_center and written_width:
                bad = ("Window Center", written_center) if center is None else ("Window Width", written_width)
                _once(issues, issue("repaired_number", "warning", attribute=bad[0], value=bad[1]))
            continue
        windows.append(Window(center, width, function, names[index] if index < len(names) else ""))
    return tuple(windows)


def _usable(width: float, function: VoiFunction) -> bool:
    """Say whether a width is allowed: at least 1 for LINEAR, above 0 for the others (PS3.3 C.11.2.1.2.1)."""
    return width >= 1 if function == "LINEAR" else width > 0


def _once(issues: list[Issue], found: Issue) -> None:
    if found not in issues:
        issues.append(found)


def _icc_profile(item: Item) -> bytes:
    """Return the ICC Profile of the image, or of the first optical path of a slide (PS3.3 C.11.15, C.8.12.5)."""
    path = first_item(item, "OpticalPathSequence") or Item()
    key = tag("ICCProfile")
    return item.values.get(key, b"") or path.values.get(key, b"")


def _padding(item: Item, *, signed: bool) -> PaddingRange | None:
    values = words(item, "PixelPaddingValue", signed=signed)
    if not values:
        return None
    limit = words(item, "PixelPaddingRangeLimit", signed=signed) or values
    return PaddingRange(min(values[0], limit[0]), max(values[0], limit[0]))


def _is_float(header: InstanceHeader) -> bool:
    return header.pixels is not None and header.pixels.keyword != "PixelData"


def _float_padding(item: Item) -> PaddingRange | None:
    """Return the padding of Float or Double Float Pixel Data (PS3.3 C.7.6.24, C.7.6.25)."""
    for kind, code in (("Float", "<f"), ("DoubleFloat", "<d")):
        written = [item.values.get(tag(f"{kind}PixelPadding{which}"), b"") for which in ("Value", "RangeLimit")]
        values = [struct.unpack_from(code, one)[0] for one in written if len(one) >= struct.calcsize(code)]
        if values:
            return PaddingRange(min(values), max(values))
    return None
