"""What a header says of the size of its pixels: calibration type, magnification, film, ultrasound regions."""

from __future__ import annotations

import struct
from dataclasses import replace

from viewer.dicom.tag_reader import Item
from viewer.dicom.wanted_items import double, items, number, tag, text, texts, to_number, tree, word
from viewer.domain.calibration import PixelSizes, UltrasoundRegion
from viewer.domain.issues import Issue, issue

_EDGES = ("RegionLocationMinX0", "RegionLocationMinY0", "RegionLocationMaxX1", "RegionLocationMaxY1")
PIXEL_SIZES_WANTED = (
    "PixelSpacingCalibrationType",
    "EstimatedRadiographicMagnificationFactor",
    "NominalScannedPixelSpacing",
)
"""Elements of pixel sizes at the top level."""
REGIONS_WANTED = tree(
    [
        *_EDGES,
        *("ReferencePixelX0", "ReferencePixelY0", "ReferencePixelPhysicalValueX", "ReferencePixelPhysicalValueY"),
        *("RegionSpatialFormat", "PhysicalUnitsXDirection", "PhysicalUnitsYDirection", "PhysicalDeltaX", "PhysicalDeltaY"),
    ]
)
"""Elements of an item of the Sequence of Ultrasound Regions."""


def read_pixel_sizes(item: Item) -> PixelSizes:
    """Return what a header says of its pixels' size; a region that lacks its place or scale is none."""
    film = [to_number(written) for written in texts(item, "NominalScannedPixelSpacing")]
    spacing = (film[0], film[1]) if len(film) == 2 and film[0] and film[1] and min(film[0], film[1]) > 0 else None
    regions = (_region(one) for one in items(item, "SequenceOfUltrasoundRegions"))
    return PixelSizes(
        text(item, "PixelSpacingCalibrationType"),
        number(item, "EstimatedRadiographicMagnificationFactor"),
        spacing,
        tuple(one for one in regions if one is not None),
    )


def fitted_to_image(sizes: PixelSizes, rows: int, columns: int) -> tuple[PixelSizes, tuple[Issue, ...]]:
    """Return the sizes as far as regions fit an image of so many pixels, and what is wrong with those that do not.

    Regions that reach beyond the image across and down are those of a larger picture that was scaled down afterwards
    (seen in real files): their scale would give lengths that are wrong by that factor, so none of them is used. Beyond one
    edge only the image was cropped, and its pixels are as large as before. One pixel more is a common way of counting.
    """
    beyond_right = any(region.rectangle[2] > columns for region in sizes.regions)
    beyond_bottom = any(region.rectangle[3] > rows for region in sizes.regions)
    if not beyond_right and not beyond_bottom:
        return sizes, ()
    if beyond_right and beyond_bottom:
        return replace(sizes, regions=(), regions_doubted=True), (issue("regions_of_larger_image", "warning"),)
    return sizes, (issue("regions_beyond_image", "info"),)


def _region(item: Item) -> UltrasoundRegion | None:
    edges = [item.values.get(tag(edge), b"") for edge in _EDGES]
    deltas = double(item, "PhysicalDeltaX"), double(item, "PhysicalDeltaY")
    if any(len(edge) < 4 for edge in edges) or deltas[0] is None or deltas[1] is None:
        return None
    left, top, right, bottom = (struct.unpack_from("<I", edge)[0] for edge in edges)
    units = word(item, "PhysicalUnitsXDirection", 0), word(item, "PhysicalUnitsYDirection", 0)
    across, down = (item.values.get(tag(f"ReferencePixel{axis}0"), b"") for axis in "XY")
    reference = tuple(struct.unpack_from("<i", value)[0] if len(value) >= 4 else 0 for value in (across, down))
    stands_for = tuple(double(item, f"ReferencePixelPhysicalValue{axis}") or 0.0 for axis in "XY")
    return UltrasoundRegion(
        (left, top, right, bottom),
        word(item, "RegionSpatialFormat", 0),
        units,
        (deltas[0], deltas[1]),
        (reference[0], reference[1]),
        (stands_for[0], stands_for[1]),
    )
