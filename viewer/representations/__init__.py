"""Labelmap, contour and surface: what of an overlay lies on a plane, and the measures and converters between them.

Decided
    Each representation answers one question: what of you lies on this plane? The answer is ``OnPlane``: label and fraction
    pictures, outlines, graphics and texts, all coplanar with the plane. 2D, MPR, screenshots and the command line share it.
    Bytes come through a ``ReadFrame`` callable; nothing here opens a file.
"""
