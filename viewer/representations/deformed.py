"""Overlays that a deformable registration brings to another space: voxels sampled through it, all else moved by it.

Decided
    Voxels are looked up where each pixel of the asked plane comes from: nearest for labels, linear for fractions.
    Closed contours are taken for the surface around their slabs, which is moved and then cut like any surface: a contour
    that is bent lies on no slice any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from viewer.domain.graphic import Graphic
from viewer.domain.issues import issue
from viewer.domain.mesh import Mesh
from viewer.domain.overlay import FrameNotRead, Overlay, ReadFrame
from viewer.domain.report import Report
from viewer.domain.segmentation import Segment, Segmentation
from viewer.domain.structure_set import RegionOfInterest, StructureSet
from viewer.domain.surface_segmentation import SegmentSurface, SurfaceSegmentation
from viewer.geometry.plane import FloatArray, Plane
from viewer.representations.label_volume import LabelVolume
from viewer.representations.on_plane import FractionPicture, LabelPicture, OnPlane
from viewer.representations.part_codes import bits_are_readable, part_codes
from viewer.representations.part_surfaces import roi_surface
from viewer.representations.pile_levels import BentPlane
from viewer.representations.segmentation_volumes import SegmentationVolumes, VolumesOf
from viewer.representations.slice_source import SliceSource

MovePoints = Callable[[FloatArray], FloatArray]
"""Points (n, 3) mm to points (n, 3) mm of another space, NaN where they have no place there."""

_VOLUME_BYTES = 512 << 20


def bent_segmentation_on_plane(
    overlay: Overlay, plane: Plane, to_own: MovePoints, read_frame: ReadFrame, volumes_of: VolumesOf | None
) -> OnPlane:
    """Return a segmentation on the pixels of a plane of another space.

    Parameters
    ----------
    to_own
        Moves points of the plane's space to the segmentation's own.
    volumes_of
        Its voxels; None builds them here.

    Raises
    ------
    FrameNotRead
        When there are no voxels: slices overlap, cannot be read, or need too much memory.
    """
    content = overlay.content
    assert isinstance(content, Segmentation)
    if not bits_are_readable(content):
        return OnPlane()
    source = SliceSource(content, read_frame, part_codes(overlay))
    volumes = (volumes_of or SegmentationVolumes(_VOLUME_BYTES).built)(source)
    bent = _bent(plane, to_own)
    labels: list[LabelPicture] = []
    fractions: list[FractionPicture] = []
    here: set[int] = set()
    for volume in volumes:
        if volume is None:
            raise FrameNotRead(issue("deformed_not_drawn", "warning"))
        if isinstance(volume, LabelVolume):
            for picture in volume.sampled(bent):
                labels.append(LabelPicture(plane, picture, source.codes.numbers))
                here |= {source.codes.numbers[code - 1] for code in np.unique(picture[picture != 0]).tolist()}
        else:
            for number, amounts in sorted(volume.sampled(bent).items()):
                fractions.append(FractionPicture(plane, amounts, number))
                here.add(number)
    return OnPlane(labels=tuple(labels), fractions=tuple(fractions), parts_here=frozenset(here))


def bent_surfaces(overlay: Overlay, own_uid: str, to_other: MovePoints) -> SurfaceSegmentation:
    """Return the contours or surfaces of an overlay as surfaces in another space.

    Parameters
    ----------
    own_uid
        The Frame of Reference that ``to_other`` moves points from.
    """
    content = overlay.content
    own: tuple[SegmentSurface, ...] = ()
    if isinstance(content, StructureSet):
        own = tuple(_of_roi(roi) for roi in content.rois if roi.frame_of_reference_uid in (None, own_uid))
    elif isinstance(content, SurfaceSegmentation):
        own = content.surfaces
    else:
        own = tuple(SegmentSurface(Segment(number, ""), mesh) for number, mesh in overlay.meshes.items())
    return SurfaceSegmentation(tuple(_moved(one, to_other) for one in own))


def bent_report(report: Report, own_uid: str, other_uid: str, to_other: MovePoints) -> Report:
    """Return a report whose marks in the patient are those of another space; marks without a place there are left out.

    The axes of an ellipse are moved by their ends: it stays an ellipse.
    """
    found: list[Graphic] = []
    for one in report.graphics:
        if one.space != "PATIENT" or one.frame_of_reference_uid not in (None, "", own_uid):
            continue
        points = to_other(np.asarray(one.points, dtype=float).reshape(-1, 3))
        if np.isfinite(points).all():
            found.append(replace(one, points=tuple(map(tuple, points.tolist())), frame_of_reference_uid=other_uid))
    return replace(report, graphics=tuple(found))


def _bent(plane: Plane, to_own: MovePoints) -> BentPlane:
    rows, columns = plane.shape
    across, down = np.meshgrid(np.arange(columns) + 0.5, np.arange(rows) + 0.5)
    centres = plane.point_patient(np.stack([across.reshape(-1), down.reshape(-1)], axis=1))
    return BentPlane(to_own(centres).reshape(rows, columns, 3))


def _of_roi(roi: RegionOfInterest) -> SegmentSurface:
    lines = tuple(one.points for one in roi.contours if not one.is_closed and one.geometric_type != "POINT")
    points = [one.points for one in roi.contours if one.geometric_type == "POINT"]
    return SegmentSurface(
        Segment(roi.number, roi.name), roi_surface(roi), lines, np.concatenate([np.empty((0, 3)), *points])
    )


def _moved(surface: SegmentSurface, to_other: MovePoints) -> SegmentSurface:
    points = to_other(surface.points)
    return replace(
        surface,
        mesh=moved_mesh(surface.mesh, to_other),
        lines=tuple(_placed(to_other(line)) for line in surface.lines),
        points=_placed(points),
    )


def moved_mesh(mesh: Mesh, to_other: MovePoints) -> Mesh:
    """Return a surface in another space, without the triangles that have a corner without a place there."""
    points = to_other(mesh.points)
    there = np.asarray(np.isfinite(points).all(axis=1))
    triangles = mesh.triangles if there.all() else mesh.triangles[there[mesh.triangles].all(axis=1)]
    return Mesh(np.nan_to_num(points), triangles)


def _placed(points: FloatArray) -> FloatArray:
    return np.asarray(points[np.isfinite(points).all(axis=1)])
