"""The Display Shutter of an image or of a frame (PS3.3 C.7.6.11, C.7.6.16.2.16)."""

from __future__ import annotations

from viewer.dicom.tag_reader import Item
from viewer.dicom.wanted_items import number, texts, to_number, word, words
from viewer.domain.issues import Issue, issue
from viewer.domain.shutter import Shutter

_EDGES = ("ShutterLeftVerticalEdge", "ShutterRightVerticalEdge", "ShutterUpperHorizontalEdge", "ShutterLowerHorizontalEdge")
SHUTTER_WANTED = (
    "ShutterShape",
    *_EDGES,
    "CenterOfCircularShutter",
    "RadiusOfCircularShutter",
    "VerticesOfThePolygonalShutter",
    "ShutterPresentationValue",
    "ShutterPresentationColorCIELabValue",
)
"""Elements of a shutter."""


def read_shutter(item: Item, issues: list[Issue]) -> Shutter | None:
    """Return the shutter, or None without one; a shape that lacks its coordinates is left out with an Issue."""
    rectangle: tuple[int, int, int, int] | None = None
    circle: tuple[int, int, int] | None = None
    polygon: tuple[tuple[int, int], ...] = ()
    for shape in texts(item, "ShutterShape"):
        if shape == "RECTANGULAR":
            left, right, upper, lower = (number(item, edge) for edge in _EDGES)
            if left is not None and right is not None and upper is not None and lower is not None:
                rectangle = (int(left), int(right), int(upper), int(lower))
                continue
        elif shape == "CIRCULAR":
            center, radius = _integers(item, "CenterOfCircularShutter"), number(item, "RadiusOfCircularShutter")
            if len(center) == 2 and radius is not None:
                circle = (center[0], center[1], int(radius))
                continue
        elif shape == "POLYGONAL":
            values = _integers(item, "VerticesOfThePolygonalShutter")
            if len(values) >= 6:
                polygon = tuple(zip(values[0::2], values[1::2], strict=False))
                continue
        elif not shape:
            continue
        found = issue("shutter_ignored", "warning", what=shape)
        if found not in issues:
            issues.append(found)
    if rectangle is None and circle is None and not polygon:
        return None
    lab = words(item, "ShutterPresentationColorCIELabValue")
    cielab = (lab[0], lab[1], lab[2]) if len(lab) == 3 else None
    return Shutter(rectangle, circle, polygon, word(item, "ShutterPresentationValue", 0), cielab)


def _integers(item: Item, keyword: str) -> tuple[int, ...]:
    """Return the values of an IS element; nothing when one is no number, for then the others have no meaning."""
    found = [to_number(written) for written in texts(item, keyword)]
    return tuple(int(value) for value in found if value is not None) if None not in found else ()
