"""Which section of the DICOM standard an issue says is not met; codes that break no rule are not in the table."""

from __future__ import annotations

from typing import Final

SECTIONS: Final[dict[str, str]] = {
    # frame of reference, references, geometry
    "no_frame_of_reference": "PS3.3 A.51.5.1",
    "no_frame_of_reference_at_all": "PS3.3 A.51.5.1",
    "no_place_stated": "PS3.3 C.7.4.1",
    "frames_name_no_image": "PS3.3 A.51.5.1",
    "frame_of_reference_conflict": "PS3.3 C.7.4.1",
    "rows_columns_differ": "PS3.3 A.51.5.1",
    "source_not_loaded": "PS3.3 C.12.2",
    "no_series_reference": "PS3.3 C.12.2",
    "reference_position_differs": "PS3.3 C.7.6.16.2.6",
    "spatial_locations_not_preserved": "PS3.3 C.7.6.16.2.6",
    "geometry_outside_source": "PS3.3 C.7.6.16.2.3",
    "no_position": "PS3.3 C.7.6.16.2.3",
    "bad_orientation": "PS3.3 C.7.6.2.1.1",
    "pixel_spacing_varies": "PS3.3 C.7.6.16.2.1",
    "spacing_declared_differs": "PS3.3 C.7.6.16.2.1",
    "no_slice_thickness": "PS3.3 C.7.6.16.2.1",
    "repaired_top_level_geometry": "PS3.3 C.7.6.16",
    # segmentation
    "undescribed_value": "PS3.3 C.8.20.2",
    "value_above_maximum": "PS3.3 C.8.20.2.3",
    "overlap_not_declared": "PS3.3 C.8.20.2",
    "overlap_in_labelmap": "PS3.3 C.8.20.2",
    "lossy_segmentation": "PS3.3 C.8.20.2.2",
    "repaired_segmentation_type": "PS3.3 C.8.20.2",
    "repaired_segment_reference": "PS3.3 C.8.20.3",
    "repaired_unnamed_segment": "PS3.3 C.8.20.3",
    "segment_described_twice": "PS3.3 C.8.20.2",
    "segment_numbers_have_gaps": "PS3.3 C.8.20.2.4",
    "segment_incomplete": "PS3.3 C.8.20.4",
    "algorithm_not_identified": "PS3.3 C.8.20.4",
    "padding_not_allowed": "PS3.3 A.51.4",
    "padding_missing": "PS3.3 C.7.5.1.1.2",
    "per_frame_padding": "PS3.5 8.1.1",
    # structure set
    "contour_point_count": "PS3.3 C.8.8.6",
    "contour_not_planar": "PS3.3 C.8.8.6.1",
    "contour_degenerate": "PS3.3 C.8.8.6.1",
    "contour_type_unknown": "PS3.3 C.8.8.6.1",
    "contour_reference_differs": "PS3.3 C.8.8.6",
    "contour_reference_missing": "PS3.3 C.8.8.6",
    "contours_without_roi": "PS3.3 C.8.8.6",
    "roi_number_repeated": "PS3.3 C.8.8.5",
    # bulk annotations
    "annotations_not_read": "PS3.3 C.37.1.2",
    "annotations_empty": "PS3.3 C.37.1.2",
    "annotations_count_differs": "PS3.3 C.37.1.2",
    "annotations_outside": "PS3.3 C.37.1.1",
    "repaired_point_index": "PS3.3 C.37.1.2",
    # dose
    "histograms_contradict": "PS3.3 C.8.8.4",
    # surfaces
    "segment_surface_not_read": "PS3.3 C.27.4",
    "surface_reference_missing": "PS3.3 C.8.23.2",
    "surface_not_closed": "PS3.3 C.27.1",
    "surface_turned": "PS3.3 C.27.4.1",
    # reports
    "item_incomplete": "PS3.3 C.17.3",
    "reference_dangling": "PS3.3 C.17.3.2.5",
    "reference_cycle": "PS3.3 C.17.3.2.5",
    "segment_reference_missing": "PS3.3 C.18.4",
    "tracking_differs": "PS3.3 C.8.20.4",
    # bytes and identity
    "no_pixels": "PS3.3 C.7.6.3",
    "truncated_pixels": "PS3.3 C.7.6.3",
    "codestream_cut": "PS3.5 A.4",
    "video_shorter": "PS3.3 C.7.6.6",
    "video_longer": "PS3.3 C.7.6.6",
    "missing_uid": "PS3.3 C.12.1",
    "duplicate_uid": "PS3.3 C.12.1",
    "repaired_instance_uid": "PS3.3 C.12.1",
    "repaired_character_set": "PS3.3 C.12.1.1.2",
    "repaired_number": "PS3.5 6.2",
    "repaired_vr": "PS3.5 6.2",
    "repaired_transfer_syntax": "PS3.10 7.1",
}
"""Issue code to section."""
