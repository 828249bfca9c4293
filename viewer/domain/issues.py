"""What is wrong with an object: a stable code, a severity, and one table of English sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True)
class Issue:
    """One thing the reader must be able to find out about an object.

    Parameters
    ----------
    code
        A key of ``SENTENCES``; part of the command-line contract.
    severity
        How bad it is.
    parameters
        Values for the sentence, as (name, text) pairs: hashable, and translatable apart from the sentence.
    """

    code: str
    severity: Severity
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        """The sentence of its code, to be filled with the parameters: that for one where it counts one."""
        one = dict(self.parameters).get("count") == "1" and self.code in SENTENCES_FOR_ONE
        return SENTENCES_FOR_ONE[self.code] if one else SENTENCES[self.code]

    @property
    def text(self) -> str:
        """The English sentence."""
        return self.sentence.format(**dict(self.parameters))


def issue(code: str, severity: Severity, **parameters: object) -> Issue:
    """Return an Issue; raises KeyError when the table has no sentence for the code."""
    found = Issue(code, severity, tuple((name, str(value)) for name, value in parameters.items()))
    _ = found.text
    return found


SENTENCES: dict[str, str] = {
    # geometry of stacks
    "missing_slices": "{total}: {where}. The gap is kept as it is.",
    "irregular_spacing": "The gap between slices varies from {smallest} to {largest} mm.",
    "gantry_tilt": "The slices are shifted in plane by {degrees} degrees (gantry tilt); each is shown where it lies.",
    "duplicate_positions": "Slices stand at a position that another slice has ({count}); nothing tells them apart.",
    "tiles_not_assembled": "The tiles of the slide are shown one by one: {reason}.",
    "tiles_missing": "{count} of {total} tiles of the slide are not in the file; nothing is shown there.",
    "no_position": "The file states no position in the patient, so nothing can be laid on it by position.",
    "bad_orientation": "Image Orientation is not two unit vectors at a right angle, so the position is not used.",
    "concatenation_incomplete": "An object was divided into {total} files; {which} not opened, so its frames are missing.",
    "regions_of_larger_image": "Its ultrasound regions are those of a larger image, so nothing is measured in mm by them.",
    "regions_beyond_image": "Its ultrasound regions reach beyond the image, which was probably cropped.",
    "spacing_from_thickness": "The spacing between slices is not stated; their thickness ({mm} mm) was taken.",
    # pixels
    "no_decoder": "Compressed with {name} ({uid}): no decoder can read it.",
    "no_pixels": "The file has no pixel data.",
    "truncated_pixels": "Pixel data is cut off: {present} of {expected} bytes; {frames} of {total} frames are whole.",
    "decode_failed": "Frame {frame} could not be decoded: {reason}.",
    "decoder_not_started": "The program that decodes compressed images did not start, tried {count} times.",
    "video_shorter": "The video ends after {present} frames; the header says {total}.",
    "video_longer": "The video goes on after the {total} frames that the header counts; the others are not shown.",
    "video_one_eye": "The video is stereoscopic; one of its two views is shown.",
    "video_depth": "The video has {bits} bits a sample; it is shown with 8.",
    "codestream_cut": "The compressed data of frame {frame} ends early; a part of the picture may be wrong.",
    "window_missing_data": "The window in the file misses all pixel values; a window from the values is used.",
    "lossy_segmentation": "The segmentation was compressed with loss, so its edges are not exact.",
    "suv_not_available": "SUV not available: {reason}.",
    "fusion_colour": "It is in colour, so its values cannot be laid over another series.",
    "fusion_slide": "Whole slides are not laid over one another.",
    "fusion_no_position": "One of the two states no position in the patient, so they cannot be laid over one another.",
    "fusion_moments": "Its frames are moments of one place, so it cannot be laid over another series.",
    "fusion_other_space": "It lies in another Frame of Reference, and no registration joins the two.",
    "fusion_apart": "It shows another region of the patient; no slice of the two meets.",
    "fusion_not_read": "{what} cannot be laid over this slice: {reason}",
    "reslice_no_position": "Its images state no position in the patient, so no other plane can be cut through them.",
    "reslice_one_place": "It has images of one place only, so no other plane can be cut through it.",
    "reslice_colour": "It is in colour; other planes are cut through grey images only.",
    "reslice_lut": "Its values go through a lookup table before the window, so nothing can be interpolated between them.",
    "reslice_mixed": "Its images differ in size or depth, so no other plane can be cut through them.",
    "reslice_too_large": "Its images need more memory than the settings allow, so no other plane is cut through them.",
    "reslice_tilt": "The slices are shifted in plane by {degrees} degrees (gantry tilt); planes and volumes are resampled.",
    "reslice_uneven": "The gap between slices varies from {smallest} to {largest} mm; planes and volumes are resampled.",
    "reslice_gap": "{total}; planes and volumes stay empty there.",
    "surface_not_made": "No surface can be made: its slices overlap, cannot be read, or need too much memory.",
    "shutter_ignored": "The display shutter is incomplete ({what}); the whole image is shown.",
    "real_world_doubt": "The mapping gives {mapped} where dose and weight in the image give {computed}.",
    # edits of parts
    "edit_no_segment": "Choose a segment first: click it in the image or in the layers.",
    "edit_background": "What is selected is the background, not a segment.",
    "edit_no_position": "The segment has no place in the patient, so its voxels cannot be edited.",
    "edit_slide": "Segments of whole slides cannot be edited.",
    "edit_deformed": "A registration deforms this result; open the images that it was made on to edit it.",
    "edit_no_grid": "The slices of the segmentation form no regular grid, so its voxels cannot be edited.",
    "edit_too_large": "The segmentation has too many voxels to be edited.",
    "edit_hidden": "The segment is hidden; show it to edit it.",
    "edit_elsewhere": "Another window reviews this study; here nothing is changed.",
    "edit_not_on_image": "The segment does not lie on this image by its coordinates.",
    "edit_no_piece": "There is no piece of the segment here; click one.",
    "edit_no_points": "Choose a contour, or a line of a report, to move its points; ellipses and surfaces have none.",
    "edit_few_points": "No more of its points can be deleted.",
    "edit_no_point_held": "Click the point that is to go.",
    "edit_nothing": "That changes nothing of the segment.",
    "edit_no_place": "This image has no place in the patient.",
    # identity
    "missing_uid": "{attribute} is empty; the object is grouped by its folder.",
    "repaired_instance_uid": "SOP Instance UID is empty; it was taken from the file meta information.",
    "duplicate_uid": "{count} files with different content share the UID {uid}; all are kept.",
    "executable_preamble": "The first 128 bytes look like a program ({kind}); nothing of it is run.",
    "copy": "Copy of {path}.",
    # hostile or broken
    "too_deep": "Sequences are nested deeper than {limit} levels; what lies deeper is not read.",
    "too_large": "{what} is larger than the limit of {limit}.",
    "damaged": "The file is damaged: {reason}.",
    "for_processing": "This series is marked for processing, not for reading.",
    "map_without_overlay": "The parametric map is shown as images of its own; this version does not lay it on others.",
    "not_rendered": "{what} is listed, but this version draws nothing for it.",
    # parametric maps and dose
    "map_alone": "No image that it can be laid over is opened; it is shown as images of its own.",
    "map_no_position": "It states no position in the patient, so it cannot be laid over other images.",
    "dose_not_shown": "The dose distribution is not shown: {reason}.",
    "dose_signed": "The dose is stored with a sign, which only a difference of doses may have.",
    "dose_unit_unknown": "Dose Units says {unit}, which is no unit of dose; the values are shown without one.",
    "repaired_dose_offsets": "Grid Frame Offset Vector begins with {value}, neither 0 nor the position; it was taken as 0.",
    # doubts about claims
    "side_differs": "It is called {side} and lies on the {other} side of the body.",
    "parts_overlap": "It shares {voxels} voxels with {other}, and the two cannot be in the same place.",
    "outside_body": "It lies outside of the body that the image shows.",
    "cut_off": "It reaches the first or last image of the series: a part of it may be missing.",
    "missed_here": "It is described here and nothing of it is there; {other} shows {volume} of it.",
    "identical_versions": "Another version ({other}) of the algorithm gives the same result to the voxel.",
    # documents, surfaces and waveforms
    "document_not_shown": "A document of this form ({form}) is not shown; a copy of it can be saved.",
    "opens_apart": "It names no image that is open; it opens in the report panel.",
    "surface_not_read": "The surface cannot be read: {reason}.",
    "surface_without_unit": "The surface states no unit of length; millimetres were taken.",
    "annotations_not_read": "{name} cannot be read: {reason}.",
    "annotations_empty": "{name} has no annotations.",
    "annotations_by_tile": "Its positions count from corners of single tiles, which is not understood; nothing is drawn.",
    "annotations_count_differs": "{name} states {stated} annotations and has {count}.",
    "annotations_outside": "{name}: {count} annotations lie outside of the slide.",
    "repaired_point_index": "{name}: where outlines begin is counted in points instead of coordinates; it was read so.",
    "segment_surface_not_read": "{name}: a surface cannot be read: {reason}.",
    "surface_reference_missing": "{name} names {count} surfaces that are not in the file.",
    "surface_without_triangles": "{name} has no triangles; its points and lines are drawn on slices and not in 3D.",
    "surface_not_closed": "{name} says that it encloses a volume, but its surface is open, so it has none.",
    "surface_turned": "{name}: the triangles turn inwards, so programs that follow them take its inside for its outside.",
    "surface_mirrored": "The surface says that it is mirrored, so it is not laid on images.",
    "waveform_not_read": "Samples of the group {group} cannot be read: {reason}.",
    # references and binding
    "source_not_loaded": "It refers to {count} images that are not among the opened files{series}.",
    "frame_of_reference_conflict": "It refers to these images, but states another Frame of Reference than theirs.",
    "rows_columns_differ": "It has {rows} x {columns} pixels, the image it refers to {image_rows} x {image_columns}.",
    "patient_differs": "Images that it lies on have another Patient ID than its own.",
    "registered": "Placed through {name}.",
    "registration_switched_off": "The registration that would place it is switched off.",
    "registration_without_effect": "The registration moves nothing: all its matrices and vectors are those of no change.",
    "deformed": "It is deformed to fit, to within {accuracy} mm; its volumes and measurements are those of its own images.",
    "values_not_deformed": "The values of doses and maps are not deformed: {name} does not place it.",
    "deformed_not_drawn": "It cannot be deformed: its slices overlap, cannot be read, or need too much memory.",
    "palette_to_choose": "It is a colour map: it can be chosen for every grey image, map and dose.",
    "registration_joins": "It joins {count} Frames of Reference: overlays of one are placed on images of another.",
    "registration_not_used": "It places nothing: {reason}.",
    "registration_not_applied": "A registration links it to opened images, but is not used: {reason}.",
    "no_place_stated": "It states neither a Frame of Reference nor images, so nothing says where it belongs.",
    "frame_of_reference_not_loaded": "No opened series has its Frame of Reference.",
    "atlas_frame_of_reference": "Its Frame of Reference is that of an atlas, so it need not belong to these images.",
    "names_no_images": "It names no images, so it is read as a text.",
    "frames_name_no_image": "{count} of its frames do not say on which image they were made, so they lie nowhere.",
    "text_about_other_objects": "It names {count} objects, none of which is an opened image.",
    "contours_outside_stack": "{count} of its contours lie outside this series.",
    "drawn_on_another_series": "The series it names is not opened; it is drawn on one of the same Frame of Reference.",
    "outside_stack": "{count} of its frames lie outside this series.",
    "reference_position_differs": "It refers to another slice than the one its position names; the position is used.",
    # segmentation
    "undescribed_value": "Pixels have the value {value}, which no segment describes.",
    "value_above_maximum": "Stored values above Maximum Fractional Value ({maximum}) were taken as the maximum.",
    "overlap_not_declared": "Segments overlap although the file says that they do not.",
    "overlap_in_labelmap": "Two frames at one position disagree about {count} pixels.",
    "colour_repaired": "The colour of {name} could not be seen on an image; another one is used.",
    "per_frame_padding": "Each frame of the 1-bit pixel data is padded to whole bytes; it was read that way.",
    "spatial_locations_not_preserved": "The file says that its pixels do not correspond to those of the source.",
    "repaired_unnamed_segment": "{count} frames name no segment; the only one described ({number}) was taken.",
    "segment_described_twice": "Segment {number} is described more than once; the first description counts.",
    "pixel_spacing_varies": "{count} frames have another pixel spacing than the first; they cannot be placed.",
    # structure set
    "contour_point_count": "{name}: a contour states {stated} points and has {found}.",
    "contour_not_planar": "{name}: a closed contour does not lie in one plane.",
    "contour_degenerate": "{name}: {count} closed contours have fewer than three points.",
    "contours_cross": "{name}: contours on one slice cross each other; their union is taken.",
    "contour_reference_differs": "{name}: contours refer to another image than the one they lie on.",
    "contours_without_roi": "There are contours of ROI {number}, which the structure set does not describe.",
    "contour_type_unknown": "{name}: a contour is of an unknown type ({type}); it is drawn as an open line.",
    "roi_number_repeated": "{name}: its ROI Number is missing or used twice; it is listed as number {number}.",
    "off_at_first": "{name} is off at first: {reason}.",
    "contour_reference_missing": "{name}: {count} contours refer to images that are not among the opened files.",
    # reports and states
    "superseded": "A newer version of this object is loaded.",
    "unverified": "Nobody has verified this report.",
    "partial": "The report says of itself that it is partial.",
    "preliminary": "The report says of itself that it is preliminary.",
    "rejected_by_key_object": "A key object selection lists it as rejected: {title}.",
    "images_rejected": "{count} of {total} images are listed as rejected by a key object selection: {title}.",
    "reference_dangling": "Item {position} refers to item {target}, which does not exist.",
    "reference_cycle": "Item {position} refers to an item that contains it.",
    "item_incomplete": "Item {position} has no {what}.",
    "tree_cut": "The report has more than {limit} items; the rest is not shown.",
    "state_incomplete": "The presentation state asks for {what}, which is not applied.",
    # health of results, for those who make them
    "no_frame_of_reference": "It states no Frame of Reference, though the images it was made from have one.",
    "no_frame_of_reference_at_all": "It states no Frame of Reference and names no source image, so nothing can place it.",
    "no_series_reference": "It does not name the series it was made from; some programs then show nothing.",
    "geometry_outside_source": "All of it lies outside the images that it was made from.",
    "spacing_declared_differs": "Spacing Between Slices says {stated} mm; its positions are {found} mm apart.",
    "no_slice_thickness": "It states no Slice Thickness.",
    "part_empty": "{name} is described, but nothing of it is there.",
    "histograms_contradict": "{count} dose-volume histograms state a maximum of {stated}; the curve ends at {reached}.",
    "colours_identical": "{names} have the same colour.",
    "algorithm_not_identified": "{name} is said to be {type}, but no algorithm is named.",
    "algorithm_not_named": "An algorithm made it, but its name and version are not stated.",
    "segment_incomplete": "{name} has no {attribute}.",
    "segment_numbers_have_gaps": "Segment numbers are {numbers}; they must run from 1 without gaps.",
    "padding_not_allowed": "It has {attribute}, which a {type} segmentation must not have.",
    "padding_missing": "The label map states no Pixel Padding Value, so its value 0 ({name}) is a segment, not background.",
    "segment_reference_missing": "Item {position} refers to segment {number} of a segmentation that has no such segment.",
    "tracking_differs": "Item {position} and the segment it refers to ({name}) have different Tracking UIDs.",
    # named repairs
    "repaired_character_set": "The character set {term} is not a defined term; it was read as {used}.",
    "repaired_number": "{attribute} is not a valid number ({value}).",
    "repaired_transfer_syntax": "The file states no transfer syntax; it was read as {used}.",
    "repaired_vr": "{attribute} has a wrong value representation; it was read as {used}.",
    "repaired_top_level_geometry": "Position or orientation stands outside the functional groups; it was taken from there.",
    "repaired_segmentation_type": "Segmentation Type is missing; it was taken as {used}.",
    "repaired_segment_reference": "Frames name segment {number}, which is not described.",
}
"""One English sentence a code: what happened, to which object, what it means."""

SENTENCES_FOR_ONE: dict[str, str] = {
    "source_not_loaded": "It refers to 1 image that is not among the opened files{series}.",
    "frames_name_no_image": "1 of its frames does not say on which image it was made, so it lies nowhere.",
    "text_about_other_objects": "It names 1 object, which is not an opened image.",
    "contours_outside_stack": "1 of its contours lies outside this series.",
    "outside_stack": "1 of its frames lies outside this series.",
    "overlap_in_labelmap": "Two frames at one position disagree about 1 pixel.",
    "repaired_unnamed_segment": "1 frame names no segment; the only one described ({number}) was taken.",
    "pixel_spacing_varies": "1 frame has another pixel spacing than the first; it cannot be placed.",
    "annotations_outside": "{name}: 1 annotation lies outside of the slide.",
    "surface_reference_missing": "{name} names 1 surface that is not in the file.",
    "contour_degenerate": "{name}: 1 closed contour has fewer than three points.",
    "contour_reference_missing": "{name}: 1 contour refers to an image that is not among the opened files.",
}
"""What is said instead where the parameter ``count`` is 1."""

TITLES: dict[str, str] = {
    "side_differs": "A name says another side of the body than the place does",
    "missed_here": "A part is described, and another result shows it where this one does not",
    "parts_overlap": "Parts overlap that cannot be in the same place",
    "identical_versions": "Two versions of an algorithm give the same result",
    "spacing_declared_differs": "The spacing between slices is not what the positions say",
    "part_empty": "A part is described, but nothing of it is there",
    "histograms_contradict": "Dose-volume histograms contradict themselves",
    "values_not_deformed": "Values of doses and maps are not deformed",
    "colours_identical": "Parts have the same colour",
    "algorithm_not_identified": "A part is made by an algorithm that is not named",
    "segment_incomplete": "A segment lacks something it must have",
    "segment_numbers_have_gaps": "Segment numbers do not run from 1 without gaps",
    "padding_not_allowed": "A segmentation has padding that it must not have",
    "padding_missing": "A label map names no value as background",
    "segment_reference_missing": "A report refers to a segment that is not there",
    "tracking_differs": "A report and its segment have different Tracking UIDs",
    # geometry of stacks
    "tiles_not_assembled": "The tiles of a slide are shown one by one",
    "tiles_missing": "Tiles of a slide are missing",
    "missing_slices": "Slices are missing",
    "irregular_spacing": "The gap between slices varies",
    "gantry_tilt": "Slices are shifted in plane (gantry tilt)",
    "duplicate_positions": "Several slices stand at one position",
    "concatenation_incomplete": "Parts of a divided object are not opened",
    "spacing_from_thickness": "The spacing between slices is not stated",
    # pixels
    "no_decoder": "No decoder for the compression",
    "truncated_pixels": "Pixel data is cut off",
    "decode_failed": "Frames could not be decoded",
    "decoder_not_started": "The program that decodes compressed images did not start",
    "codestream_cut": "Compressed data ends early",
    "video_shorter": "A video has fewer frames than its header says",
    "video_longer": "A video has more frames than its header says",
    "video_one_eye": "One view of a stereoscopic video is shown",
    "video_depth": "A video is shown with fewer bits than it has",
    "suv_not_available": "SUV is not available",
    "shutter_ignored": "The display shutter is incomplete",
    "real_world_doubt": "A mapping of values contradicts the image",
    "fusion_not_read": "A fused series has no values on the slice shown",
    "reslice_gap": "Planes and volumes stay empty where slices are missing",
    "reslice_uneven": "Planes and volumes of unevenly spaced slices are resampled",
    "reslice_tilt": "Planes and volumes of a tilted stack are resampled",
    # identity
    "missing_uid": "A UID is empty",
    "duplicate_uid": "Different files share a UID",
    "executable_preamble": "The first bytes look like a program",
    "copy": "Copies of other files",
    # hostile or broken
    "too_deep": "Sequences are nested too deeply",
    "too_large": "Something is larger than the limit",
    "damaged": "Files are damaged",
    "not_rendered": "Listed, but nothing is drawn for it",
    # parametric maps and dose
    "dose_not_shown": "Dose distributions that cannot be shown",
    "dose_unit_unknown": "Doses without a known unit",
    "repaired_dose_offsets": "The planes of a dose grid are counted from its first one",
    # documents, surfaces and waveforms
    "document_not_shown": "Documents of a form that is not shown",
    "surface_not_read": "Surfaces that cannot be read",
    "surface_without_unit": "Surfaces without a unit of length",
    "annotations_not_read": "Groups of annotations that cannot be read",
    "annotations_empty": "Groups without annotations",
    "annotations_count_differs": "A group has another number of annotations than it states",
    "annotations_outside": "Annotations lie outside of the slide",
    "repaired_point_index": "Outlines of annotations are counted in points",
    "segment_surface_not_read": "Surfaces of segments that cannot be read",
    "surface_reference_missing": "A segment names surfaces that are not in the file",
    "surface_without_triangles": "Segments that are points and lines",
    "surface_not_closed": "Surfaces that should be closed are open",
    "surface_turned": "Surfaces that are turned inside out",
    "surface_mirrored": "Surfaces that are mirrored",
    "waveform_not_read": "Samples of waveforms cannot be read",
    # references and binding
    "source_not_loaded": "Images that it refers to are not opened",
    "rows_columns_differ": "Its size differs from that of the image",
    "registered": "Placed through a registration",
    "deformed": "It is deformed to fit",
    "palette_to_choose": "Colour maps that files bring",
    "registration_joins": "Registrations that place overlays on other images",
    "registration_not_used": "Registrations that place nothing",
    "registration_not_applied": "A registration is not used",
    "frames_name_no_image": "Frames do not say on which image they were made",
    "text_about_other_objects": "It names objects that are no opened images",
    "contours_outside_stack": "Contours lie outside the series",
    "outside_stack": "Frames lie outside the series",
    # segmentation
    "undescribed_value": "Pixels have a value that no segment describes",
    "value_above_maximum": "Stored values are above the stated maximum",
    "overlap_in_labelmap": "Two frames at one position disagree",
    "colour_repaired": "A colour could not be seen on an image",
    "repaired_unnamed_segment": "Frames name no segment",
    "segment_described_twice": "A segment is described more than once",
    "pixel_spacing_varies": "Pixel spacing varies between frames",
    # structure set
    "contour_point_count": "A contour has another number of points than it states",
    "contour_not_planar": "A closed contour does not lie in one plane",
    "contour_degenerate": "Closed contours have fewer than three points",
    "contours_cross": "Contours on one slice cross each other",
    "contour_reference_differs": "Contours refer to another image than theirs",
    "contours_without_roi": "Contours of an ROI that is not described",
    "contour_type_unknown": "A contour is of an unknown type",
    "roi_number_repeated": "An ROI Number is missing or used twice",
    "off_at_first": "Off at first",
    "contour_reference_missing": "Contours refer to images that are not opened",
    # reports and states
    "rejected_by_key_object": "Listed as rejected by a key object selection",
    "images_rejected": "Images are listed as rejected",
    "reference_dangling": "Report items refer to items that do not exist",
    "reference_cycle": "Report items refer to what contains them",
    "item_incomplete": "Report items are incomplete",
    "tree_cut": "The report is too long to be shown whole",
    "state_incomplete": "The presentation state asks for something that is not applied",
    # named repairs
    "repaired_character_set": "The character set is not a defined term",
    "repaired_number": "An attribute is not a valid number",
    "repaired_transfer_syntax": "The file states no transfer syntax",
    "repaired_vr": "An attribute has a wrong value representation",
    "repaired_segmentation_type": "Segmentation Type is missing",
    "repaired_segment_reference": "Frames name a segment that is not described",
}
"""What stands over several issues of one code whose sentences differ; a sentence without parameters needs none."""

_NO_TITLE = "Other remarks"


def title_of(code: str) -> str:
    """Return the title over several issues of a code: never a sentence with gaps."""
    said = SENTENCES.get(code, "")
    return TITLES.get(code) or (said if said and "{" not in said else _NO_TITLE)
