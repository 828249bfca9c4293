"""The 3D pane: surfaces, the image as a volume, and the planes of the other panes, painted by Qt from VTK's picture.

Purpose
    The renderer, the widget with its mouse, its controls.
May import
    Qt, ``scene`` and what lies below, ``ui.theme`` and the plain parts of ``ui``. No other pane. ``vtkmodules`` inside the
    functions that need them: they are loaded when the pane opens for the first time.
Decided
    VTK renders into a window that is never shown; the picture is copied into a QImage and painted by a plain QWidget. Native
    VTK widgets die or stay blank off-screen and under Wayland, and Qt cannot grab them.
    The pictures of a pane are made on a thread of its own (``render_thread.py``), which makes, uses and ends the OpenGL
    context: with 104 segments on a processor a picture takes 0.1 s and more, and the planes beside it would wait for it.
    OpenGL is tried in a child process first (``loading/graphics.py``): where it does not work ``Render`` takes the whole
    program with it.
    The camera is a value of ours (``geometry/camera.py``); VTK's interactors are not used. So turning is testable, undo and
    autosave hold it, and the command line renders the same picture.
    Picking meets the triangles with a ray (``representations/ray.py``) and asks no OpenGL.
    Without a graphics card there are fewer triangles and samples while the mouse is down, and full ones 200 ms after.
Refused
    One mesh of all parts with a colour table: switching a part would build it anew.
"""
