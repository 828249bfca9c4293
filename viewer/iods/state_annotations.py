"""Graphic layers, graphics and texts of a presentation state (PS3.3 C.10.5, C.10.7)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Final, Literal, cast

from pydicom.dataset import Dataset

from viewer.domain.graphic import Color, Graphic, GraphicShape, GraphicSpace, MarkStyle, TextMark, TextStyle
from viewer.domain.palette import part_color, visible_color
from viewer.domain.presentation import GraphicLayer
from viewer.domain.references import ImageReference
from viewer.imaging.cielab import color_of_cielab
from viewer.iods.compound_graphics import Bounds, compound_graphic
from viewer.iods.elements import floats, integer, integers, items, text
from viewer.iods.state_styles import mark_style, text_style

Justification = Literal["LEFT", "CENTER", "RIGHT"]

MAX_MARKS: Final = 20_000

_SIDE_NOT_STATED: Final = 1024.0
"""Pixels: of a state that lacks the displayed area it must have."""

_LEAST_POINTS: Final = {"POINT": 1, "POLYLINE": 2, "INTERPOLATED": 2, "CIRCLE": 2, "ELLIPSE": 4}


@dataclass
class Annotations:
    """What a presentation state draws, collected item by item."""

    layers: list[GraphicLayer] = field(default_factory=list)
    graphics: list[Graphic] = field(default_factory=list)
    texts: list[TextMark] = field(default_factory=list)
    not_applied: list[str] = field(default_factory=list)
    stated_colors: dict[int, set[Color]] = field(default_factory=dict)
    """Colours that the line and text styles of a layer's objects name, by part."""

    def part_of_layer(self, name: str) -> int:
        """Return the part of a layer; one that is used without being defined is added on top."""
        for layer in self.layers:
            if layer.name == name:
                return layer.part
        number = len(self.layers) + 1
        top = max((layer.order for layer in self.layers), default=0) + 1
        self.layers.append(GraphicLayer(name, top, number))
        return number

    def color_of(self, layer: GraphicLayer) -> tuple[Color, bool]:
        """Return the colour of a layer and whether the file states it: by its objects' styles, else by the layer."""
        styled = self.stated_colors.get(layer.part, set())
        stated = next(iter(styled)) if len(styled) == 1 else layer.color
        own = part_color(layer.part - 1)
        return (visible_color(stated, layer.part - 1), True) if stated is not None else (own, False)

    def leave_out(self, what: str) -> None:
        """Note once that something is read past."""
        if what not in self.not_applied:
            self.not_applied.append(what)


def read_annotations(state: Dataset) -> Annotations:
    """Read all layers and everything drawn in them."""
    found, bounds = Annotations(), _displayed(state)
    _read_layers(state, found)
    for annotation in items(state, "GraphicAnnotationSequence"):
        layer = text(annotation, "GraphicLayer")
        part = found.part_of_layer(layer)
        images = referenced_images(annotation)
        compound = _read_compound_graphics(annotation, found, (part, layer, images), bounds)
        for item in items(annotation, "GraphicObjectSequence"):
            if integer(item, "CompoundGraphicInstanceID") not in compound:
                _read_graphic(item, found, part, layer, images)
        for item in items(annotation, "TextObjectSequence"):
            if integer(item, "CompoundGraphicInstanceID") not in compound:
                _read_text(item, found, part, layer, images)
    _name_slides(state, found)
    return found


def _name_slides(state: Dataset, found: Annotations) -> None:
    """Let marks over a total pixel matrix name the slides, whatever tiles are named with them."""
    of_state = tuple(image for series in items(state, "ReferencedSeriesSequence") for image in referenced_images(series))
    for place, graphic in enumerate(found.graphics):
        if graphic.on_matrix:
            found.graphics[place] = replace(graphic, images=_whole(graphic.images or of_state))
    for place, words in enumerate(found.texts):
        if words.on_matrix:
            found.texts[place] = replace(words, images=_whole(words.images or of_state))


def _whole(images: tuple[ImageReference, ...]) -> tuple[ImageReference, ...]:
    return tuple(dict.fromkeys(replace(one, frames=()) for one in images))


def _displayed(state: Dataset) -> Bounds:
    """Return what all displayed areas of a state cover together: lengths of compound graphics are parts of it."""
    corners = [
        (x, y)
        for area in items(state, "DisplayedAreaSelectionSequence")
        for keyword in ("DisplayedAreaTopLeftHandCorner", "DisplayedAreaBottomRightHandCorner")
        for x, y in [(*integers(area, keyword), 0, 0)[:2]]
    ]
    if not corners:
        return 0.0, 0.0, _SIDE_NOT_STATED, _SIDE_NOT_STATED
    columns, rows = [x for x, _ in corners], [y for _, y in corners]
    return min(columns) - 1.0, min(rows) - 1.0, float(max(columns)), float(max(rows))


def referenced_images(dataset: Dataset, series_instance_uid: str = "") -> tuple[ImageReference, ...]:
    """Return the items of a Referenced Image Sequence (PS3.3 Section 10.3)."""
    return tuple(
        ImageReference(
            sop_instance_uid=text(item, "ReferencedSOPInstanceUID"),
            sop_class_uid=text(item, "ReferencedSOPClassUID"),
            series_instance_uid=series_instance_uid,
            frames=integers(item, "ReferencedFrameNumber"),
        )
        for item in items(dataset, "ReferencedImageSequence")
    )


def _read_layers(state: Dataset, found: Annotations) -> None:
    layers = [
        (integer(item, "GraphicLayerOrder") or 0, text(item, "GraphicLayer"), item)
        for item in items(state, "GraphicLayerSequence")
    ]
    for number, (order, name, item) in enumerate(sorted(layers, key=lambda entry: entry[0]), start=1):
        found.layers.append(GraphicLayer(name, order, number, text(item, "GraphicLayerDescription"), _layer_color(item)))


def _layer_color(item: Dataset) -> Color | None:
    by_cielab = color_of_cielab(integers(item, "GraphicLayerRecommendedDisplayCIELabValue"))
    if by_cielab is not None:
        return by_cielab
    rgb = integers(item, "GraphicLayerRecommendedDisplayRGBValue")
    if len(rgb) == 3:
        return (rgb[0] >> 8, rgb[1] >> 8, rgb[2] >> 8)
    grey = integer(item, "GraphicLayerRecommendedDisplayGrayscaleValue")
    # Grey marks on a grey image are hard to see unless they are white: anything darker is left to the palette.
    return (255, 255, 255) if grey == 0xFFFF else None


def _read_graphic(item: Dataset, found: Annotations, part: int, layer: str, images: tuple[ImageReference, ...]) -> None:
    shape = text(item, "GraphicType").upper()
    space = _space(text(item, "GraphicAnnotationUnits"), found)
    data = floats(item, "GraphicData")
    points = tuple(zip(data[::2], data[1::2], strict=False))
    if shape not in _LEAST_POINTS:
        found.leave_out(f"a graphic of the unknown type {shape or 'none'}")
        return
    if len(points) < _LEAST_POINTS[shape] or not all(map(math.isfinite, data)):
        found.leave_out(f"{_with_article(shape.lower())} with incomplete coordinates")
        return
    if space is None or _is_full(found):
        return
    filled = text(item, "GraphicFilled").upper() == "Y" and _is_closed(shape, points)
    style = mark_style(item, part)
    graphic = Graphic(cast(GraphicShape, shape), space, points, part, images, filled=filled, layer=layer, style=style)
    found.graphics.append(replace(graphic, on_matrix=_is_over_matrix(text(item, "GraphicAnnotationUnits"))))
    _note_color(style, found, part)


def _read_text(item: Dataset, found: Annotations, part: int, layer: str, images: tuple[ImageReference, ...]) -> None:
    words = text(item, "UnformattedTextValue").replace("\r\n", "\n").replace("\r", "\n")
    corner, opposite = floats(item, "BoundingBoxTopLeftHandCorner"), floats(item, "BoundingBoxBottomRightHandCorner")
    anchor = floats(item, "AnchorPoint")
    box_space = _space(text(item, "BoundingBoxAnnotationUnits"), found) if corner else "PIXEL"
    anchor_space = _space(text(item, "AnchorPointAnnotationUnits"), found) if anchor else "PIXEL"
    if box_space is None or anchor_space is None or _is_full(found):
        return
    box = ((corner[0], corner[1]), (opposite[0], opposite[1])) if _is_pair(corner) and _is_pair(opposite) else None
    if box is None and not _is_pair(anchor):
        found.leave_out(f"the text “{words[:40]}”, which states no place")
        return
    style = text_style(item, part)
    justification = text(item, "BoundingBoxTextHorizontalJustification").upper()
    found.texts.append(
        TextMark(
            text=words,
            part=part,
            box=box,
            box_space=box_space,
            justification=cast(Justification, justification) if justification in ("LEFT", "CENTER", "RIGHT") else "LEFT",
            anchor=(anchor[0], anchor[1]) if _is_pair(anchor) else None,
            anchor_space=anchor_space,
            anchor_visible=text(item, "AnchorPointVisibility").upper() == "Y",
            images=images,
            layer=layer,
            style=style,
            on_matrix=any(
                _is_over_matrix(text(item, units)) for units in ("BoundingBoxAnnotationUnits", "AnchorPointAnnotationUnits")
            ),
        )
    )
    _note_color(style, found, part)


def _is_over_matrix(units: str) -> bool:
    return units.upper() == "MATRIX"


def _space(units: str, found: Annotations) -> GraphicSpace | None:
    # Positions over a total pixel matrix are those of the whole slide, which is shown as one image.
    if units.upper() in ("PIXEL", "MATRIX", ""):
        return "PIXEL"
    if units.upper() == "DISPLAY":
        return "DISPLAY"
    found.leave_out(f"annotations placed in units of {units}")
    return None


def _note_color(style: MarkStyle | TextStyle | None, found: Annotations, part: int) -> None:
    if style is not None and style.color is not None:
        found.stated_colors.setdefault(part, set()).add(style.color)


def _read_compound_graphics(
    annotation: Dataset, found: Annotations, where: tuple[int, str, tuple[ImageReference, ...]], bounds: Bounds
) -> frozenset[int]:
    """Read the compound graphics that are drawn as such and return their numbers: their twins are left out (PS3.4 N.3)."""
    simple = (*items(annotation, "GraphicObjectSequence"), *items(annotation, "TextObjectSequence"))
    twins = {integer(item, "CompoundGraphicInstanceID") for item in simple} - {None}
    drawn: set[int] = set()
    part, layer, images = where
    for item in items(annotation, "CompoundGraphicSequence"):
        number, made = integer(item, "CompoundGraphicInstanceID"), compound_graphic(item, bounds)
        space = _space(text(item, "CompoundGraphicUnits"), found) if made.lines else None
        if space is None or _is_full(found):
            if number not in twins:
                kind = text(item, "CompoundGraphicType").lower() or "compound graphic"
                found.leave_out(f"{_with_article(kind)} that has no simple form")
            continue
        style, filled = mark_style(item, part), text(item, "GraphicFilled").upper() == "Y"
        on_matrix = _is_over_matrix(text(item, "CompoundGraphicUnits"))
        for shape, points in made.lines:
            inside = filled and _is_closed(shape, points)
            line = Graphic(shape, space, points, part, images, filled=inside, layer=layer, style=style, on_matrix=on_matrix)
            found.graphics.append(line)
        for words, at in made.labels:
            label = TextMark(words, part, anchor=at, anchor_space=space, images=images, layer=layer, on_matrix=on_matrix)
            found.texts.append(replace(label, style=text_style(item, part)))
        _note_color(style, found, part)
        if number is not None:
            drawn.add(number)
    return frozenset(drawn)


def _is_full(found: Annotations) -> bool:
    full = len(found.graphics) + len(found.texts) >= MAX_MARKS
    if full:
        found.leave_out(f"more than {MAX_MARKS} marks")
    return full


def _is_closed(shape: str, points: tuple[tuple[float, ...], ...]) -> bool:
    return shape in ("CIRCLE", "ELLIPSE") or (len(points) > 2 and points[0] == points[-1])


def _is_pair(values: tuple[float, ...]) -> bool:
    return len(values) == 2 and all(map(math.isfinite, values))


def _with_article(word: str) -> str:
    return f"an {word}" if word[:1] in "aeiou" else f"a {word}"
