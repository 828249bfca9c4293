"""What a reader made of contours and of lines of reports, as items of a review's groups: regions, and numbers in them.

Decided
    A corrected number stands beside the reported one with a method that says so, and with the region it was measured in.
    A corrected contour is an SCOORD3D of the Frame of Reference of its ROI, one a contour of which a point was edited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from viewer.domain.report import ContentItem, Report
from viewer.domain.review_codes import CORRECTED, CORRECTED_REGION
from viewer.domain.structure_set import Contour, RegionOfInterest, StructureSet
from viewer.export.new_objects import written_code
from viewer.export.review_record import EditedRegion
from viewer.export.reviewed_claim import REGIONS

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

RegionOf = Callable[[ContentItem, Report], Any]
"""Returns a region of a report as an Image Region; None when it names no image that is known."""

_GRAPHIC_OF: Final = {
    "CLOSED_PLANAR": "POLYGON",
    "CLOSEDPLANAR_XOR": "POLYGON",
    "OPEN_PLANAR": "POLYLINE",
    "OPEN_NONPLANAR": "POLYLINE",
    "POINT": "POINT",
}
_LEAST_IN_POLYGON: Final = 3


def corrected_number(name: Any, unit: Any, value: float, coordinates: list[Any]) -> Any:
    """Return a number that the reader's own region gives (PS3.16 TID 300)."""
    from highdicom import sr

    return sr.Measurement(
        name, float(f"{value:.6g}"), unit, method=written_code(CORRECTED), referenced_coordinates=coordinates or None
    )


def corrected_regions(edited: EditedRegion, region_of: RegionOf) -> Iterator[Dataset]:
    """Yield the regions of a part that were edited, but for those that a corrected number has with it."""
    content = edited.alone.content
    if isinstance(content, StructureSet):
        for roi in content.rois:
            for number, contour in enumerate(roi.contours):
                if str(number) in edited.places and (made := _contour(roi, contour)) is not None:
                    yield made
    elif isinstance(content, Report) and not edited.numbers:
        for place in sorted(edited.places):
            region = content.by_position.get(place)
            drawn = region_of(region, content) if region is not None and region.value_type in REGIONS else None
            if drawn is not None:
                drawn.ConceptNameCodeSequence[0] = written_code(CORRECTED_REGION)
                yield drawn


def _contour(roi: RegionOfInterest, contour: Contour) -> Dataset | None:
    from highdicom.sr import RelationshipTypeValues, Scoord3DContentItem

    kind = _GRAPHIC_OF.get(contour.geometric_type)
    if kind is None or not roi.frame_of_reference_uid:
        return None
    points = contour.points
    if kind == "POLYGON":
        if len(points) < _LEAST_IN_POLYGON:
            return None
        # A polygon ends where it began (PS3.3 C.18.9.1.2).
        points = np.concatenate([points, points[:1]])
    made: Dataset = Scoord3DContentItem(
        written_code(CORRECTED_REGION),
        kind,
        points,
        roi.frame_of_reference_uid,
        relationship_type=RelationshipTypeValues.CONTAINS,
    )
    return made
