"""Overread: the viewer that reads images together with what an AI said about them.

Purpose
    Open DICOM studies, lay every derived object (SEG, RTSTRUCT, GSPS, SR and the rest) where its own coordinates say,
    and give the reader a place to agree or disagree.
Decided
    Packages import downwards only: app, ui, export, loading, scene, reading, iods, dicom | imaging | representations,
    domain, geometry. ``lint-imports`` enforces it.
    Everything small that can change is one immutable ``ReadingState``; pixels live in a bounded ``Store``.
Words
    Coordinates say their space: ``point_patient`` (mm, LPS+), ``index_voxel`` (k, j, i), ``position_image`` (column, row;
    origin at the corner of the first pixel), ``position_view`` (widget pixels). Numbers say their unit: ``_mm``, ``_ms``.
"""
