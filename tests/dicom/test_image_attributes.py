"""What the header says about display, with the faults that real files have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from tests.dicom.header_of import header_of
from tests.dicom.image_file import write_image
from viewer.dicom.image_attributes import read_image_attributes
from viewer.domain.image_attributes import ImageAttributes, PaddingRange, Rescale, Window
from viewer.imaging.padding import is_padding


def attributes_of(path: Path, **elements: Any) -> ImageAttributes:
    return read_image_attributes(header_of(write_image(path / "a", bytes(12), **elements)))


def item(**elements: Any) -> Dataset:
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def lut(descriptor: list[int], data: bytes, *, vr: str = "US", **elements: Any) -> Dataset:
    dataset = item(**elements)
    dataset.add_new("LUTDescriptor", vr, descriptor)
    dataset.add_new("LUTData", "OW", data)
    return dataset


def test_check_66_a_voi_lut_of_0_entries_has_65536_and_begins_at_a_negative_input(tmp_path: Path) -> None:
    data = np.arange(65536, dtype="<u2").tobytes()
    found = attributes_of(tmp_path, PixelRepresentation=1, VOILUTSequence=[lut([0, 64512, 16], data, LUTExplanation="Bone")])
    table = found.voi_luts[0]
    assert (table.entries.size, table.first, table.bits, table.explanation) == (65536, -1024, 16, "Bone")
    assert table.entries[1025] == 1025


def test_the_first_input_is_signed_after_a_rescale_below_zero_and_unsigned_otherwise(tmp_path: Path) -> None:
    sequence = [lut([2, 65535, 8], b"\0\0\xff\0")]
    rescaled = attributes_of(tmp_path, RescaleIntercept=-1024, RescaleSlope=1, VOILUTSequence=sequence)
    assert rescaled.voi_luts[0].first == -1
    assert attributes_of(tmp_path, VOILUTSequence=sequence).voi_luts[0].first == 65535


def test_entries_of_eight_bits_packed_two_to_a_word_are_unpacked(tmp_path: Path) -> None:
    found = attributes_of(tmp_path, ModalityLUTSequence=[lut([4, 0, 8], bytes([0, 10, 20, 255]), ModalityLUTType="OD")])
    assert found.modality_lut is not None
    assert found.modality_lut.entries.tolist() == [0, 10, 20, 255]
    assert found.rescale_type == "OD"


def test_a_table_with_more_bits_than_it_states_keeps_its_own_range(tmp_path: Path) -> None:
    data = np.array([0, 4095, 1, 2], "<u2").tobytes()
    assert attributes_of(tmp_path, VOILUTSequence=[lut([4, 0, 8], data)]).voi_luts[0].bits == 12


def test_a_table_without_data_is_left_out(tmp_path: Path) -> None:
    assert attributes_of(tmp_path, VOILUTSequence=[item(LUTExplanation="empty")]).voi_luts == ()


def test_windows_keep_their_names_and_function(tmp_path: Path) -> None:
    found = attributes_of(
        tmp_path,
        WindowCenter=["40", "-600.5"],
        WindowWidth=["400", "1500"],
        WindowCenterWidthExplanation=["Soft", "Lung"],
        VOILUTFunction="SIGMOID",
    )
    assert found.frame_values(0).windows == (Window(40, 400, "SIGMOID", "Soft"), Window(-600.5, 1500, "SIGMOID", "Lung"))


@pytest.mark.parametrize(("center", "width"), [("40", "0"), ("40", "-3"), ("40", "0.5")])
def test_check_65_a_window_that_is_not_allowed_is_left_out_with_an_issue(tmp_path: Path, center: str, width: str) -> None:
    found = attributes_of(tmp_path, WindowCenter=center, WindowWidth=width)
    assert found.frame_values(0).windows == ()
    assert found.issues[0].code == "repaired_number"


def test_numbers_that_are_no_numbers_become_issues(tmp_path: Path) -> None:
    path = write_image(
        tmp_path / "a", bytes(12), RescaleSlope="1.5", RescaleIntercept="0", WindowCenter="77", WindowWidth="400"
    )
    path.write_bytes(path.read_bytes().replace(b"1.5 ", b"1,5 ").replace(b"77", b"??"))
    found = read_image_attributes(header_of(path))
    assert found.frame_values(0).rescale is None
    assert [one.parameters[0][1] for one in found.issues] == ["Rescale Slope", "Window Center"]


@pytest.mark.parametrize("syntax", [None, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_padding_is_read_by_pixel_representation_whatever_its_vr_says(tmp_path: Path, syntax: str | None) -> None:
    dataset_elements: dict[str, Any] = {"PixelRepresentation": 1, "PixelPaddingRangeLimit": -1990}
    if syntax:
        dataset_elements["syntax"] = syntax
    path = write_image(tmp_path / "a", bytes(12), PixelPaddingValue=-2000, **dataset_elements)
    assert read_image_attributes(header_of(path)).padding == PaddingRange(-2000, -1990)


def test_padding_written_as_unsigned_in_a_signed_image_is_negative(tmp_path: Path) -> None:
    path = write_image(tmp_path / "a", bytes(12), PixelPaddingValue=63536)
    data = path.read_bytes()
    tag = b"\x28\x00\x03\x01US\x02\x00"
    assert data.count(tag) == 1
    path.write_bytes(data.replace(tag + b"\0\0", tag + b"\1\0"))
    assert read_image_attributes(header_of(path)).padding == PaddingRange(-2000, -2000)


@pytest.mark.parametrize("kind", ["Float", "DoubleFloat"])
def test_padding_of_float_pixels_has_elements_of_its_own(tmp_path: Path, kind: str) -> None:
    """PS3.3 C.7.6.24: Pixel Padding Value is not for float pixels."""
    path = write_image(tmp_path / "a", bytes(12), PixelPaddingValue=7)
    dataset = dcmread(path)
    del dataset.PixelData
    setattr(dataset, f"{kind}PixelData", bytes(12 * (4 if kind == "Float" else 8)))
    setattr(dataset, f"{kind}PixelPaddingValue", -3.5)
    setattr(dataset, f"{kind}PixelPaddingRangeLimit", -3.0)
    dataset.save_as(path)
    attributes = read_image_attributes(header_of(path))
    assert attributes.padding == PaddingRange(-3.5, -3.0)
    stored = np.array([[-3.6, -3.5, -3.25, -3.0, -2.9, np.nan]], np.float32)
    assert is_padding(stored, attributes).tolist() == [[False, True, True, True, False, False]]


def test_per_frame_values_win_over_shared_and_shared_over_the_top_level(tmp_path: Path) -> None:
    def frame(slope: float | None, center: float | None) -> Dataset:
        group = Dataset()
        if slope is not None:
            group.PixelValueTransformationSequence = [item(RescaleSlope=slope, RescaleIntercept=0, RescaleType="US")]
        if center is not None:
            group.FrameVOILUTSequence = [item(WindowCenter=center, WindowWidth=10)]
        return group

    found = attributes_of(
        tmp_path,
        NumberOfFrames=2,
        RescaleSlope=9,
        RescaleIntercept=9,
        SharedFunctionalGroupsSequence=[frame(None, 50)],
        PerFrameFunctionalGroupsSequence=[frame(2, None), frame(3, 60)],
    )
    assert found.frame_values(0).rescale == Rescale(2, 0, "US")
    assert found.frame_values(0).windows == (Window(50, 10),)
    assert found.frame_values(1).rescale == Rescale(3, 0, "US")
    assert found.frame_values(1).windows == (Window(60, 10),)


def test_each_frame_has_the_voi_luts_of_its_functional_groups(tmp_path: Path) -> None:
    def frame(low: int, name: str) -> Dataset:
        table = lut([2, 65534, 8], bytes([low, 0, 255, 0]), LUTExplanation=name)
        rescale = item(RescaleSlope=1, RescaleIntercept=-5, RescaleType="HU")
        return item(FrameVOILUTSequence=[item(VOILUTSequence=[table])], PixelValueTransformationSequence=[rescale])

    groups = [frame(10, "Lung"), frame(20, "Bone")]
    found = attributes_of(tmp_path, NumberOfFrames=2, PerFrameFunctionalGroupsSequence=groups)
    tables = [found.frame_values(place).voi_luts for place in (0, 1)]
    assert [(len(one), one[0].explanation, one[0].entries.tolist()) for one in tables] == [
        (1, "Lung", [10, 255]),
        (1, "Bone", [20, 255]),
    ]
    assert tables[0][0].first == -2, "what the rescale puts out can be negative"


def test_frames_that_do_not_differ_are_kept_once(tmp_path: Path) -> None:
    same = [item(PixelValueTransformationSequence=[item(RescaleSlope=2, RescaleIntercept=1)]) for _ in range(3)]
    found = attributes_of(tmp_path, NumberOfFrames=3, PerFrameFunctionalGroupsSequence=same)
    assert found.frames[0].rescale == Rescale(2, 1)
    assert len(found.frames) == 1


def test_real_world_mappings_have_their_range_and_unit(tmp_path: Path) -> None:
    unit = item(CodeValue="g/ml{SUVbw}", CodingSchemeDesignator="UCUM", CodeMeaning="SUV body weight")
    mapping = item(
        RealWorldValueSlope=0.5, RealWorldValueIntercept=-1.0, LUTLabel="SUV", MeasurementUnitsCodeSequence=[unit]
    )
    mapping.add_new("RealWorldValueFirstValueMapped", "SS", -10)
    mapping.add_new("RealWorldValueLastValueMapped", "SS", 300)
    found = attributes_of(tmp_path, PixelRepresentation=1, RealWorldValueMappingSequence=[mapping])
    read = found.frame_values(0).real_world[0]
    assert (read.slope, read.intercept, read.first, read.last, read.label) == (0.5, -1.0, -10.0, 300.0, "SUV")
    assert (read.unit.value, read.unit.scheme) == ("g/ml{SUVbw}", "UCUM")


def test_a_ct_without_rescale_type_is_in_hounsfield_units_unless_it_is_a_localiser(tmp_path: Path) -> None:
    ct = {"Modality": "CT", "RescaleIntercept": -1024, "RescaleSlope": 1}
    assert attributes_of(tmp_path, **ct).rescale_type == "HU"
    assert attributes_of(tmp_path, **ct, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"]).rescale_type == ""
    assert attributes_of(tmp_path, **ct, RescaleType="HU_MOD").rescale_type == "HU_MOD"


def overlay(group: int, rows: int, columns: int, **others: Any) -> list[tuple[int, str, Any]]:
    elements = {
        0x0010: ("US", rows),
        0x0011: ("US", columns),
        0x0040: ("CS", "G"),
        0x0050: ("SS", others.get("origin", [1, 1])),
        0x0100: ("US", others.get("bits_allocated", 1)),
        0x0102: ("US", others.get("bit", 0)),
    }
    if "data" in others:
        elements[0x3000] = ("OW", others["data"])
    if "frames" in others:
        elements[0x0015] = ("IS", others["frames"])
        elements[0x0051] = ("US", others["first_frame"])
    if "layer" in others:
        elements[0x1001] = ("CS", others["layer"])
    return [(group << 16 | element, vr, value) for element, (vr, value) in elements.items()]


def test_check_68_an_overlay_in_an_unused_bit_of_the_pixels_is_recovered(tmp_path: Path) -> None:
    values = np.array([1, 2, 3, 4, 5, 4095], "<u2")
    marks = np.array([1, 0, 0, 1, 1, 0], "<u2")
    added = overlay(0x6000, 2, 3, bits_allocated=16, bit=15)
    path = write_image(tmp_path / "a", (values | marks << 15).tobytes(), BitsStored=12, HighBit=11, added=added)
    plane = read_image_attributes(header_of(path)).overlay_planes[0]
    assert plane.bits.tolist() == [[[1, 0, 0], [1, 1, 0]]]
    assert plane.origin == (1, 1)


def test_overlay_bits_follow_each_other_and_missing_ones_are_empty(tmp_path: Path) -> None:
    added = [
        *overlay(0x6000, 3, 3, data=np.packbits([1, 0, 1, 0, 1, 0, 1, 0, 1], bitorder="little").tobytes(), origin=[0, -2]),
        *overlay(0x6002, 3, 3, data=b"\xff\0", layer="", frames=1, first_frame=2),
    ]
    first, second = attributes_of(tmp_path, added=added).overlay_planes
    assert first.bits.tolist() == [[[1, 0, 1], [0, 1, 0], [1, 0, 1]]]
    assert (first.origin, first.activation_layer) == ((0, -2), None)
    assert second.bits[0, 2].tolist() == [1, 1, 0]
    assert (second.group, second.first_frame, second.activation_layer) == (0x6002, 2, "")


def test_palettes_of_eight_and_sixteen_bits_and_in_segments_give_the_same_colours(tmp_path: Path) -> None:
    ramp = np.array([0, 51, 102, 153, 204, 255])
    descriptor = [(0x00281101 + index, "US", [6, 2, 8]) for index in range(3)]
    wide = [(0x00281101 + index, "US", [6, 2, 16]) for index in range(3)]
    segments = np.array([0, 1, 0, 1, 5, 255 << 8], "<u2").tobytes()  # discrete 0, then linear to the end in five steps
    forms = {
        "bytes": [*descriptor, *((0x00281201 + index, "OW", bytes(ramp.tolist())) for index in range(3))],
        "words": [*wide, *((0x00281201 + index, "OW", (ramp << 8).astype("<u2").tobytes()) for index in range(3))],
        "low bytes": [*wide, *((0x00281201 + index, "OW", ramp.astype("<u2").tobytes()) for index in range(3))],
        "segments": [*wide, *((0x00281221 + index, "OW", segments) for index in range(3))],
    }
    for name, added in forms.items():
        palette = attributes_of(tmp_path, added=added, PhotometricInterpretation="PALETTE COLOR").palette
        assert palette is not None, name
        assert palette.red.tolist() == palette.blue.tolist() == ramp.tolist(), name
        assert (palette.first, palette.supplemental) == (2, False)


def test_a_palette_on_a_grey_image_is_supplemental(tmp_path: Path) -> None:
    added = [(0x00281101 + index, "US", [2, 100, 8]) for index in range(3)]
    added += [(0x00281201 + index, "OW", bytes([9, 8])) for index in range(3)]
    palette = attributes_of(tmp_path, added=added).palette
    assert palette is not None
    assert (palette.first, palette.supplemental) == (100, True)


CHARACTER_SETS = [
    ("ISO_IR 192", "Ösophagus größer", "utf-8"),
    ("ISO_IR 100", "Ösophagus größer", "latin-1"),
    ("ISO_IR 144", "Печень", "iso8859-5"),
    ("\\ISO 2022 IR 87", "肝臓", "iso2022_jp"),
    ("GB18030", "肝脏㐀", "gb18030"),
]


@pytest.mark.parametrize(("term", "words", "codec"), CHARACTER_SETS, ids=[term for term, _, _ in CHARACTER_SETS])
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_names_of_windows_tables_and_overlays_are_read_in_the_character_set_of_the_file(
    tmp_path: Path, term: str, words: str, codec: str, syntax: str
) -> None:
    written = words.encode(codec)
    table = lut([2, 0, 8], b"\0\0\xff\0")
    table.add_new("LUTExplanation", "LO", written)
    path = write_image(
        tmp_path / "a",
        bytes(12),
        syntax=syntax,
        SpecificCharacterSet=term.split("\\"),
        WindowCenter=["40", "60"],
        WindowWidth=["400", "100"],
        VOILUTSequence=[table],
        added=[
            (0x00281055, "LO", written + b"\\plain"),
            (0x60000010, "US", 1),
            (0x60000011, "US", 1),
            (0x60000022, "LO", written),
            (0x60000040, "CS", "G"),
            (0x60000050, "SS", [1, 1]),
            (0x60000100, "US", 1),
            (0x60000102, "US", 0),
            (0x60001500, "LO", written),
            (0x60003000, "OW", b"\1\0"),
        ],
    )
    found = read_image_attributes(header_of(path))
    assert [window.name for window in found.frame_values(0).windows] == [words, "plain"]
    assert [one.explanation for one in found.voi_luts] == [words]
    assert [(one.label, one.description) for one in found.overlay_planes] == [(words, words)]


def test_a_file_that_states_no_character_set_and_has_another_is_read_as_well_as_can_be(tmp_path: Path) -> None:
    added = [(0x00281055, "LO", "größer".encode("latin-1"))]
    path = write_image(tmp_path / "a", bytes(12), added=added, WindowCenter="40", WindowWidth="400")
    assert [one.name for one in read_image_attributes(header_of(path)).frame_values(0).windows] == ["größer"]
