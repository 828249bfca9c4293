"""Every geometric tolerance, once, with the reason for its size."""

DIRECTION_UNIT_ERROR = 1e-2
"""Largest error of norm or right angle of an Image Orientation that is re-orthonormalised; beyond, it is refused."""

SAME_DIRECTION = 1e-4
"""Largest difference of a direction cosine between frames of one stack (decimal strings carry 1e-5 of noise)."""

PARALLEL_DEGREES = 0.5
"""Planes closer in angle than this count as parallel."""

SAME_SPACING_RELATIVE = 1e-4
"""Largest relative difference of Pixel Spacing inside one stack."""

REGULAR_RELATIVE = 1e-2
"""Largest deviation of a slice gap from the median gap, as a part of it, in a regular stack."""

DUPLICATE_POSITION_MM = 1e-2
"""Frames closer than this (or 1 % of the median gap) stand at one position."""

SAME_GRID_PIXELS = 0.1
"""Corner distance in pixels up to which two grids in one plane are the same grid."""

TILT_RELATIVE = 1e-2
"""In-plane shift from slice to slice, as a part of the gap, from which a stack counts as tilted."""

CONTOUR_FLAT_MM = 1e-2
"""Extent up to which the points of a contour have one coordinate in common (decimal strings, 32-bit floats)."""

SAME_CONTOUR_PLANE_MM = 2e-2
"""Contours closer than this along their normal lie in one plane."""

SAME_CONTOUR_PLANE_RELATIVE = 0.05
"""Part of the usual gap between contour planes below which two contours lie in one plane."""

CONTOUR_PLANAR_MM = 0.1
"""Largest distance of a point from the plane of its closed contour that still counts as planar."""

ON_PLANE_RELATIVE = 0.1
"""Part of the slice gap up to which a contour beside a slice is shown as lying on it, not as a nearby one."""

UNKNOWN_GAP_MM = 1.0
"""Gap taken where neither slices nor contours state one."""

ON_VOXELS = 0.02
"""Part of a voxel by which pixels may lie beside the centres of voxels, and yet show these and nothing between."""
