"""``overread self-test``: whether what was installed works here; one line for each transfer syntax, picture and window."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from viewer.app.commands.codec_samples import Sample, samples
from viewer.app.commands.opening import Refused, open_library
from viewer.app.commands.output import print_json, print_text
from viewer.app.commands.rendering import Wish, pane_state
from viewer.app.paths import resources
from viewer.dicom.sop_classes import transfer_syntax_name
from viewer.domain.overlay import FrameNotRead
from viewer.loading.decode_worker import DecodeWorker
from viewer.loading.eager import EagerInputs
from viewer.loading.graphics import try_graphics
from viewer.loading.opened import read_content
from viewer.scene.drawables import ImagePicture
from viewer.scene.slice_scene import effective_view, slice_scene
from viewer.ui.printing import Paper, print_scene, start_off_screen

_WINDOW_SECONDS = 60.0


@dataclass(frozen=True)
class Line:
    """What was tried, whether it worked, and in words how or why not."""

    what: str
    passed: bool
    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Try everything; returns 1 when something does not work, else 0."""
    lines = []
    for line in tried():
        lines.append(line)
        if not arguments.json:
            print_text(f"{'ok    ' if line.passed else 'FAILED'}  {line.what}: {line.text}\n")
    failed = sum(not line.passed for line in lines)
    if arguments.json:
        print_json({"lines": [{"what": line.what, "passed": line.passed, "text": line.text} for line in lines]})
    else:
        print_text(f"{len(lines)} tried, {failed} failed\n")
    return 1 if failed else 0


def tried() -> Iterator[Line]:
    """Try one thing after another and give a line for each."""
    with tempfile.TemporaryDirectory() as folder, DecodeWorker() as worker:
        for sample in samples(resources()):
            yield _decoded(sample, worker, Path(folder))
    for what, attempt in (("picture", _picture), ("3D picture", _volume_picture), ("window", _window)):
        try:
            text = attempt()
        except Refused as reason:
            yield Line(what, False, str(reason))
        except Exception as bug:  # noqa: BLE001 - whatever broke, the other lines are wanted
            yield Line(what, False, f"stopped with {type(bug).__name__}")
        else:
            yield Line(what, True, text)


def _decoded(sample: Sample, worker: DecodeWorker, folder: Path) -> Line:
    uid = sample.transfer_syntax_uid
    name = transfer_syntax_name(uid)
    what = f"{name} ({uid})" if name != uid else f"Private ({uid})"
    if sample.bits == 1:
        what += ", one bit a pixel"
    header, attributes = sample.written(folder)
    try:
        found = worker.decode(header, attributes, sample.frame).stored
    except FrameNotRead as unreadable:
        return Line(what, False, unreadable.issue.text)
    if found.shape != sample.picture.shape:
        return Line(what, False, f"the picture has {found.shape} samples instead of {sample.picture.shape}")
    off = int(np.abs(found.astype(int) - sample.picture.astype(int)).max())
    if off > sample.tolerance:
        return Line(what, False, f"a sample is {off} off; at most {sample.tolerance} is expected")
    return Line(what, True, "exact" if off == 0 else f"within {off} of {np.iinfo(sample.picture.dtype).max}")


def _picture() -> str:
    """Render the sample study as ``overread render`` does."""
    start_off_screen(resources())
    library = open_library((), sample=True)
    with EagerInputs(library, {}) as first:
        content = read_content(library, first.readers)
    with EagerInputs(library, dict(content.overlays)) as inputs:
        state = pane_state(content, inputs, Wish())
        scene = slice_scene(state, 0, inputs)
    if not any(isinstance(one, ImagePicture) for one in scene.drawables):
        raise Refused("the sample study gives no picture")
    picture = print_scene(scene, effective_view(state, 0), Paper((320, 240), words=True))
    colours = {picture.pixel(x, y) for x in range(0, 320, 5) for y in range(0, 240, 5)}
    if len(colours) < 8:
        raise Refused("the picture of the sample study is empty")
    return f"{picture.width()} x {picture.height()} pixels of the sample study"


def _volume_picture() -> str:
    found = try_graphics()
    if not found.works:
        raise Refused("OpenGL does not work here; the 3D pane will say so, everything else works")
    return f"{found.renderer}{' (no graphics card)' if found.software else ''}"


def _window() -> str:
    """Open and close the window off-screen in a process of its own, with settings and data of its own."""
    said = _in_a_child(_open_and_close)
    if said is None:
        raise Refused("the process that opened it ended early or took too long")
    return said


def _in_a_child(target: Callable[[Connection], None]) -> str | None:
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    child = context.Process(target=target, args=(sending,))
    child.start()
    sending.close()
    try:
        said = receiving.recv() if receiving.poll(_WINDOW_SECONDS) else None
    except (EOFError, OSError):
        said = None
    finally:
        child.join(10.0 if said is not None else 0.0)
        if child.is_alive():
            said = None
            child.kill()
            child.join()
        ended_well = child.exitcode == 0
        child.close()
        receiving.close()
    return str(said) if said is not None and ended_well else None


def _open_and_close(sending: Connection) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from viewer.app.window import Program

    application = QApplication(["overread"])
    with tempfile.TemporaryDirectory() as folder:
        program = Program(application, settings_path=Path(folder) / "settings.json", data_folder=Path(folder))
        program.window.show()
        application.processEvents()
        size = program.window.size()
        program.window.close()
        program.close()
    sending.send(f"opened with {size.width()} x {size.height()} pixels and closed")
