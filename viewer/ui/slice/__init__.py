"""The slice viewports: widgets that make the screen match the scene of one plane.

Purpose
    Canvas, slice strip, viewport grid, mouse; and the painters that the command line and the printer use as well.
May import
    Qt, ``scene`` and what lies below, ``ui.theme`` and the plain parts of ``ui``. No other pane.
Decided
    The canvas is a plain QWidget, not a pyqtgraph view box. What was weighed: (1) exact pixels: we need every screen pixel at
    zoom 1 to be the look-up table's value, on screens of any pixel ratio; the canvas paints into an image of device pixels
    that it owns and copies it to the window, so no toolkit scales anything behind our back. (2) one path: the same painters
    take a QPainter, a scene and a view geometry and serve the window, the printer and ``overread render``; a view box
    paints only inside its graphics scene. (3) speed: rotation and flips are done by numpy views, so Qt only ever scales
    along the axes, its fastest path; benchmarks hold it against a bare pyqtgraph image. (4) start: pyqtgraph costs 0.38 s.
    The map between image and screen is ``scene.view_geometry``: pure, tested without a window.
    Pictures and paths made for Qt are kept by the identity of the drawable, weakly; the scene hands back unchanged drawables.
    While the frame changes, label borders lie on the pixel grid; 80 ms after the last change they are traced and sharp.
Refused
    A graphics item a segment: twenty of them fall under 15 frames a second.
    Showing an old image under a new slice number: until the new frame is there, the old picture stays with its own words.
"""
