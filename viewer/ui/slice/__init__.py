"""The slice viewports: widgets that make the screen match the scene of one plane.

Purpose
    Canvas, slice strip, viewport grid, mouse; and the painters that the command line and the printer use as well.
May import
    Qt, ``scene`` and what lies below, ``ui.theme`` and the plain parts of ``ui``. No other pane.
Decided
    The canvas is a plain QWidget, not a pyqtgraph view box. What was weighed:
    (1) Exact pixels: at zoom 1 every screen pixel must be the look-up table's value, whatever the screen's pixel ratio. The
    canvas paints into an image of device pixels that it owns; no toolkit scales anything behind our back.
    (2) One path: the same painters take a QPainter, a scene and a view geometry, and serve the window, the printer and
    ``overread render``; a view box paints only inside its graphics scene.
    (3) Speed: rotation and flips are numpy views, so Qt only ever scales along the axes, its fastest path; a benchmark holds
    the canvas against a bare pyqtgraph image. (4) Start: pyqtgraph costs 0.38 s.
    The map between image and screen is ``scene.view_geometry``: pure, tested without a window.
    What is made for Qt is kept by the identity of the drawable, weakly; the scene hands back drawables that did not change.
    The mouse knows a picture by a protocol (``pointing.PointedAt``), so that other planes are pointed at in the same way.
    The bar of a cine stands under the picture, not on it. A cine waits for what is not read or not yet painted, so its
    real pace is what was on the screen.
    While the frame changes, label borders lie on the pixel grid; 80 ms after the last change they are traced and sharp.
Refused
    A graphics item a segment: twenty of them fall under 15 frames a second.
    Showing an old image under a new slice number: until the new frame is there, the old picture stays with its own words.
"""
