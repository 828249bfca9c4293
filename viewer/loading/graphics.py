"""Whether OpenGL works on this machine: tried in a child process, because where it does not VTK ends the process."""

from __future__ import annotations

import multiprocessing
import threading
from multiprocessing.connection import Connection

from viewer.scene.volume_inputs import Graphics

_SOFTWARE = ("llvmpipe", "softpipe", "swiftshader", "software", "swrast", "gdi generic")
_SECONDS = 30.0


_trying = threading.Lock()
_found: list[Graphics] = []


def known_graphics() -> Graphics:
    """Return what ``try_graphics`` says; tried once in a process, for all windows, if it works. Any thread may call it."""
    with _trying:
        if not _found:
            tried = try_graphics()
            if not tried.works:
                return tried
            _found.append(tried)
        return _found[0]


def try_graphics(*, seconds: float = _SECONDS) -> Graphics:
    """Render a small picture in a child process and say whether it came out. Takes about a second; any thread may call it.

    Parameters
    ----------
    seconds
        A child that takes longer is ended: then OpenGL does not work here.
    """
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(sending,), daemon=True)
    child.start()
    sending.close()
    try:
        found = receiving.recv() if receiving.poll(seconds) else None
    except (EOFError, OSError):
        found = None
    finally:
        child.join(1.0)
        if child.is_alive():
            child.kill()
            child.join()
        receiving.close()
    if not isinstance(found, str):
        return Graphics(works=False)
    return Graphics(works=True, renderer=found, software=any(name in found.lower() for name in _SOFTWARE))


def _child(sending: Connection) -> None:
    name = _render_something()
    if name is not None:
        sending.send(name)
    sending.close()


def _render_something() -> str | None:
    """Return what OpenGL calls itself after a red square was rendered and read back; None when it is not red."""
    import vtkmodules.vtkRenderingOpenGL2  # noqa: F401
    from vtkmodules.util.numpy_support import vtk_to_numpy
    from vtkmodules.vtkCommonCore import vtkLogger, vtkUnsignedCharArray
    from vtkmodules.vtkFiltersSources import vtkPlaneSource
    from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkRenderer, vtkRenderWindow

    # What does not work is the answer, not a message for the terminal.
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    window, renderer = vtkRenderWindow(), vtkRenderer()
    window.SetOffScreenRendering(1)
    window.SetSize(32, 32)
    window.AddRenderer(renderer)
    source, mapper, actor = vtkPlaneSource(), vtkPolyDataMapper(), vtkActor()
    mapper.SetInputConnection(source.GetOutputPort())
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(1, 0, 0)
    actor.GetProperty().LightingOff()
    renderer.AddActor(actor)
    renderer.ResetCamera()
    window.Render()
    pixels = vtkUnsignedCharArray()
    window.GetPixelData(16, 16, 16, 16, 1, pixels, 0)
    red, green, blue = vtk_to_numpy(pixels).reshape(-1)[:3].tolist()
    lines = str(window.ReportCapabilities()).splitlines()
    name = next((line.partition(":")[2].strip() for line in lines if "renderer string" in line.lower()), "")
    window.Finalize()
    return name if red > 200 and green < 50 and blue < 50 else None
