"""Presentation states are read whole: what is drawn, how images are shown, and in words what is not applied."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from viewer.dicom.scan import scan
from viewer.domain.graphic import MarkStyle, TextStyle
from viewer.domain.image_attributes import Rescale
from viewer.domain.instance import InstanceHeader, Source
from viewer.domain.overlay import Overlay
from viewer.domain.presentation import PresentationState
from viewer.domain.provenance import Origin
from viewer.iods.presentation_state import read, state_overlay

GREY = "1.2.840.10008.5.1.4.1.1.11.1"
IMAGE = "1.2.840.10008.5.1.4.1.1.2"


def header(sop_class: str = GREY) -> InstanceHeader:
    return InstanceHeader(Source("file", "/made/state"), 0, "1.2.9", sop_class, "1.2.840.10008.1.2.1", "1.2", "1.2.8")


def item(**elements: object) -> Dataset:
    made = Dataset()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def references(*uids: str, frames: list[int] | None = None) -> list[Dataset]:
    made = [item(ReferencedSOPClassUID=IMAGE, ReferencedSOPInstanceUID=uid) for uid in uids]
    for one in made if frames else ():
        one.ReferencedFrameNumber = frames
    return made


def state(**elements: object) -> Dataset:
    series = item(SeriesInstanceUID="1.2.7", ReferencedImageSequence=references("1.2.1", "1.2.2"))
    made = item(ContentLabel="LABEL", ReferencedSeriesSequence=[series], PresentationLUTShape="IDENTITY", **elements)
    made.set_original_encoding(False, True, "iso8859")
    return made


def graphic(graphic_type: str, data: list[float], **more: object) -> Dataset:
    return item(GraphicAnnotationUnits="PIXEL", GraphicType=graphic_type, GraphicData=data, GraphicFilled="N", **more)


def annotated(*graphics: Dataset, texts: tuple[Dataset, ...] = (), **more: object) -> Dataset:
    annotation = item(GraphicLayer="L", GraphicObjectSequence=list(graphics), **more)
    if texts:
        annotation.TextObjectSequence = list(texts)
    layer = item(GraphicLayer="L", GraphicLayerOrder="2", GraphicLayerDescription="marks")
    return state(GraphicAnnotationSequence=[annotation], GraphicLayerSequence=[layer])


def content(overlay: Overlay) -> PresentationState:
    assert isinstance(overlay.content, PresentationState)
    return overlay.content


def read_made(dataset: Dataset, sop_class: str = GREY) -> tuple[Overlay, PresentationState]:
    overlay = state_overlay(dataset, header(sop_class))
    return overlay, content(overlay)


def test_a_polyline_keeps_its_coordinates_and_belongs_to_its_layer() -> None:
    overlay, found = read_made(annotated(graphic("POLYLINE", [15.0, 15.0, 18.5, 15.0])))
    (mark,) = found.graphics
    assert mark.points == ((15.0, 15.0), (18.5, 15.0))
    assert (mark.layer, mark.part) == ("L", 1)
    assert [(part.number, part.label) for part in overlay.parts] == [(1, "marks")]
    assert [image.sop_instance_uid for image in found.images] == ["1.2.1", "1.2.2"]


def test_an_annotation_may_belong_to_some_frames_only() -> None:
    annotation = annotated(graphic("POINT", [1, 2]), ReferencedImageSequence=references("1.2.1", frames=[3]))
    _, found = read_made(annotation)
    assert [(image.sop_instance_uid, image.frames) for image in found.graphics[0].images] == [("1.2.1", (3,))]


def test_only_closed_shapes_are_filled() -> None:
    opened = graphic("POLYLINE", [0, 0, 4, 0, 4, 3])
    closed = graphic("POLYLINE", [0, 0, 4, 0, 4, 3, 0, 0])
    circle = graphic("CIRCLE", [2, 2, 3, 2])
    for one in (opened, closed, circle):
        one.GraphicFilled = "Y"
    _, found = read_made(annotated(opened, closed, circle))
    assert [mark.filled for mark in found.graphics] == [False, True, True]


def test_text_has_box_or_anchor_each_with_its_units() -> None:
    words = item(
        UnformattedTextValue="two\r\nlines",
        BoundingBoxAnnotationUnits="DISPLAY",
        BoundingBoxTopLeftHandCorner=[0.1, 0.2],
        BoundingBoxBottomRightHandCorner=[0.5, 0.3],
        BoundingBoxTextHorizontalJustification="RIGHT",
        AnchorPointAnnotationUnits="PIXEL",
        AnchorPoint=[7.0, 8.0],
        AnchorPointVisibility="Y",
    )
    _, found = read_made(annotated(texts=(words,)))
    (mark,) = found.texts
    assert mark.text == "two\nlines"
    assert (mark.box_space, mark.justification, mark.anchor_space) == ("DISPLAY", "RIGHT", "PIXEL")
    assert mark.anchor == (7.0, 8.0)
    assert mark.box is not None
    assert np.allclose(mark.box, ((0.1, 0.2), (0.5, 0.3)))
    assert mark.anchor_visible


def test_layers_come_in_their_order_and_an_undefined_one_is_added_on_top() -> None:
    layers = [item(GraphicLayer="TOP", GraphicLayerOrder="9"), item(GraphicLayer="LOW", GraphicLayerOrder="1")]
    annotation = item(GraphicLayer="LOST", GraphicObjectSequence=[graphic("POINT", [1, 1])])
    overlay, found = read_made(state(GraphicLayerSequence=layers, GraphicAnnotationSequence=[annotation]))
    assert [layer.name for layer in found.layers] == ["LOW", "TOP", "LOST"]
    assert found.layers[2].order > 9
    assert len(overlay.parts) == 3


def test_windows_and_tables_are_read_with_the_images_they_hold_for() -> None:
    table = item(LUTDescriptor=[4, 64512, 8], LUTData=b"\x01\x00\x02\x00\x03\x00\x04\x00")
    voi = [
        item(WindowCenter="40", WindowWidth="400", WindowCenterWidthExplanation="SOFT", VOILUTFunction="SIGMOID"),
        item(VOILUTSequence=[table], ReferencedImageSequence=references("1.2.2")),
    ]
    table.add_new(0x00283006, "OW", b"\x01\x00\x02\x00\x03\x00\x04\x00")
    _, found = read_made(state(SoftcopyVOILUTSequence=voi, RescaleSlope="2", RescaleIntercept="-1024", RescaleType="HU"))
    first, second = found.voi
    assert (first.windows[0].center, first.windows[0].function, first.windows[0].name) == (40, "SIGMOID", "SOFT")
    assert first.images == ()
    assert second.images[0].sop_instance_uid == "1.2.2"
    assert second.luts[0].entries.tolist() == [1, 2, 3, 4]
    assert found.rescale == Rescale(2.0, -1024.0, "HU")


def test_a_table_that_begins_below_zero_is_read_as_signed_when_it_would_otherwise_end_above_all_words() -> None:
    table = item(LUTDescriptor=[2048, 64512, 8])
    table.add_new(0x00283006, "OW", bytes(4096))
    _, found = read_made(state(SoftcopyVOILUTSequence=[item(VOILUTSequence=[table])]))
    assert found.voi[0].luts[0].first == -1024


def test_rotation_flip_and_displayed_area_are_read() -> None:
    area = item(
        DisplayedAreaTopLeftHandCorner=[1, 2],
        DisplayedAreaBottomRightHandCorner=[3, 1],
        PresentationSizeMode="MAGNIFY",
        PresentationPixelMagnificationRatio=2.0,
        PresentationPixelAspectRatio=["2", "1"],
    )
    _, found = read_made(state(ImageRotation=90, ImageHorizontalFlip="Y", DisplayedAreaSelectionSequence=[area]))
    assert (found.rotation, found.flipped) == (90, True)
    (shown,) = found.displayed_areas
    assert (shown.top_left, shown.bottom_right) == ((1, 2), (3, 1))
    assert (shown.magnification, shown.pixel_aspect_ratio) == (2.0, (2, 1))


def test_overlay_planes_are_switched_on_by_their_activation_layer_only() -> None:
    """Check 63: a zero-length activation layer means not shown."""
    dataset = state(GraphicLayerSequence=[item(GraphicLayer="OVL", GraphicLayerOrder="1")])
    for group, layer in ((0x6000, ""), (0x6002, "OVL")):
        dataset.add_new((group, 0x0010), "US", 2)
        dataset.add_new((group, 0x0011), "US", 3)
        dataset.add_new((group, 0x0040), "CS", "G")
        dataset.add_new((group, 0x0050), "SS", [0, 0])
        dataset.add_new((group, 0x0100), "US", 1)
        dataset.add_new((group, 0x0102), "US", 0)
        dataset.add_new((group, 0x1001), "CS", layer)
        dataset.add_new((group, 0x3000), "OW", b"\x2a\x00")
    _, found = read_made(dataset)
    assert found.activations == ((0x6002, "OVL"),)
    (plane,) = found.overlay_planes
    assert plane.origin == (0, 0)
    assert plane.bits.tolist() == [[[0, 1, 0], [1, 0, 1]]]


def test_what_is_not_applied_is_said_in_words() -> None:
    dataset = annotated(
        graphic("SPIRAL", [1, 1]),
        graphic("ELLIPSE", [1, 1]),
        graphic("POLYLINE", [1, 1, 2, 2], LineStyleSequence=[item(LineDashingStyle="DASHED")]),
    )
    dataset.ShutterShape = "RECTANGULAR"
    dataset.DisplayedAreaSelectionSequence = [
        item(DisplayedAreaTopLeftHandCorner=[1, 1], DisplayedAreaBottomRightHandCorner=[3, 2], PresentationSizeMode=mode)
        for mode in ("MAGNIFY", "TRUE SIZE")
    ]
    overlay, found = read_made(dataset)
    assert len(found.graphics) == 1
    assert set(found.not_applied) == {
        "a graphic of the unknown type SPIRAL",
        "an ellipse with incomplete coordinates",
        "an incomplete or unknown shutter, RECTANGULAR",
    }
    assert [one.code for one in overlay.issues] == ["state_incomplete"] * 3


def test_a_compound_graphic_is_drawn_as_its_simple_twin_and_named_when_it_has_none() -> None:
    compound = [
        item(CompoundGraphicInstanceID=1, CompoundGraphicType="RULER"),
        item(CompoundGraphicInstanceID=2, CompoundGraphicType="AXIS"),
    ]
    twin = graphic("POLYLINE", [1, 1, 5, 1], CompoundGraphicInstanceID=1)
    _, found = read_made(annotated(twin, CompoundGraphicSequence=compound))
    assert len(found.graphics) == 1
    assert found.not_applied == ("an axis that has no simple form",)


def compound(kind: str, data: list[float], **more: object) -> Dataset:
    return item(
        CompoundGraphicInstanceID=7, CompoundGraphicType=kind, CompoundGraphicUnits="PIXEL", GraphicData=data, **more
    )


def test_a_compound_rectangle_is_drawn_instead_of_its_twin_and_turns_counterclockwise() -> None:
    twin = graphic("POLYLINE", [0, 0, 9, 9], CompoundGraphicInstanceID=7)
    other = graphic("POINT", [4, 4])
    plain = compound("RECTANGLE", [2, 1, 6, 3], GraphicFilled="Y")
    _, found = read_made(annotated(twin, other, CompoundGraphicSequence=[plain]))
    assert [mark.shape for mark in found.graphics] == ["POLYLINE", "POINT"]
    assert found.graphics[0].points == ((2, 1), (6, 1), (6, 3), (2, 3), (2, 1))
    assert found.graphics[0].filled
    turned = compound("RECTANGLE", [2, 1, 6, 3], RotationAngle=90.0, RotationPoint=[2.0, 1.0])
    _, found = read_made(annotated(twin, CompoundGraphicSequence=[turned]))
    # Rows run down: what pointed right points up after a quarter turn counterclockwise, what pointed down points right.
    assert np.allclose(found.graphics[0].points, [(2, 1), (2, -3), (4, -3), (4, 1), (2, 1)])
    assert found.not_applied == ()


def test_a_compound_ellipse_fills_its_box_and_a_multiline_is_pairs() -> None:
    _, found = read_made(annotated(CompoundGraphicSequence=[compound("ELLIPSE", [2, 1, 6, 3])]))
    assert [(mark.shape, mark.points) for mark in found.graphics] == [("ELLIPSE", ((2, 2), (6, 2), (4, 1), (4, 3)))]
    _, found = read_made(annotated(CompoundGraphicSequence=[compound("MULTILINE", [1, 1, 2, 2, 3, 3, 4, 5])]))
    assert [mark.points for mark in found.graphics] == [((1, 1), (2, 2)), ((3, 3), (4, 5))]


@pytest.mark.parametrize(
    "broken",
    [
        compound("RECTANGLE", [2, 1, 6]),
        compound("ELLIPSE", [2, 1]),
        compound("RECTANGLE", [2, 1, 6, 3], RotationAngle=30.0),
        compound("ARROW", [2, 1, 6, 3]),
    ],
)
def test_a_compound_graphic_that_cannot_be_drawn_leaves_its_twin(broken: Dataset) -> None:
    twin = graphic("POLYLINE", [0, 0, 9, 9], CompoundGraphicInstanceID=7)
    _, found = read_made(annotated(twin, CompoundGraphicSequence=[broken]))
    assert [mark.points for mark in found.graphics] == [((0, 0), (9, 9))]


def test_objects_keep_their_own_styles() -> None:
    line = item(PatternOnColorCIELabValue=[34886, 53484, 50172], LineThickness=4.0, LineDashingStyle="DASHED")
    fill = item(PatternOnColorCIELabValue=[34886, 53484, 50172], PatternOnOpacity=0.5)
    styled = graphic("CIRCLE", [4, 4, 6, 4], LineStyleSequence=[line], FillStyleSequence=[fill])
    note = item(UnformattedTextValue="x", AnchorPointAnnotationUnits="PIXEL", AnchorPoint=[1.0, 1.0])
    note.TextStyleSequence = [item(TextColorCIELabValue=[34886, 53484, 50172], Bold="Y", Italic="N")]
    _, found = read_made(annotated(styled, graphic("POINT", [1, 1]), texts=(note,)))
    assert found.graphics[0].style == MarkStyle((255, 0, 0), 1.0, 4.0, True, (255, 0, 0), 0.5)
    assert found.graphics[1].style is None
    assert found.texts[0].style == TextStyle((255, 0, 0), bold=True)


@pytest.mark.parametrize(
    ("creator", "manufacturer", "origin"),
    [("Doe^Jane", "Maker", Origin.READER), ("Maker", "Maker Inc.", Origin.NOT_STATED), ("", "Maker", Origin.NOT_STATED)],
)
def test_a_state_by_a_person_is_a_readers_and_one_by_its_maker_is_nobodys(
    creator: str, manufacturer: str, origin: Origin
) -> None:
    overlay, _ = read_made(state(ContentCreatorName=creator, Manufacturer=manufacturer))
    assert overlay.origin == origin


def test_blending_names_the_images_of_both_series_and_says_when_it_lacks_what_it_needs() -> None:
    series = [item(SeriesInstanceUID=f"1.2.{n}", ReferencedImageSequence=references(f"1.2.{n}.1")) for n in (5, 6)]
    dataset = item(BlendingSequence=[item(ReferencedSeriesSequence=[one]) for one in series])
    dataset.set_original_encoding(False, True, "iso8859")
    overlay, found = read_made(dataset, "1.2.840.10008.5.1.4.1.1.11.4")
    assert [image.sop_instance_uid for image in found.images] == ["1.2.5.1", "1.2.6.1"]
    assert overlay.subtype == "BLENDING"
    assert found.not_applied == ("blending of two series, one of which or whose palette it lacks",)


@pytest.mark.real_data
def test_a_real_ai_state_is_read_with_its_words_and_outlines(real_data: Path) -> None:
    (found,) = [one for one in scan([real_data / "gsps-ai-lunit-orphan"]) if isinstance(one, InstanceHeader)]
    overlay = read(found)
    drawn = content(overlay)
    assert {mark.text for mark in drawn.texts} >= {"98%", "87%", "Abnormality Score : 98%"}
    assert [len(mark.points) for mark in drawn.graphics] == [1903, 829]
    assert overlay.parts[0].label == "for AI analysis"


@pytest.mark.real_data
def test_a_real_state_activates_planes_of_the_image_and_of_its_own(real_data: Path) -> None:
    states = [
        one
        for one in scan([real_data / "gsps-overlays-clunie"])
        if isinstance(one, InstanceHeader) and one.sop_class_uid == GREY
    ]
    drawn = content(read(states[0]))
    assert [group for group, _ in drawn.activations] == [0x6000, 0x6002, 0x6004, 0x6006, 0x6008, 0x600A]
    assert [plane.group for plane in drawn.overlay_planes] == [0x6008, 0x600A]
    assert all(plane.bits.any() for plane in drawn.overlay_planes)
