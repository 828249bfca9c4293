"""The entry point: a command of the headless face, or the window."""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

COMMANDS: dict[str, str] = {
    "scan": "what is there, and what was skipped and why",
    "layers": "every overlay object, its parts, where it lies, or why not",
    "findings": "what there is to review: one entry a claim, joined over all objects",
    "render": "the picture a viewport would show",
    "probe": "what is at a point: value, unit, real-world values, every part there",
    "mask": "a segment or ROI as voxels",
    "report": "structured reports as a tree, text, HTML or JSON",
    "measure": "volumes of everything; reported numbers against recomputed ones",
    "check": "health of AI objects for their makers: conformance, references, geometry, colours, empty parts",
    "compare": "two segmentations or structure sets, part by part: overlap, distances, volumes",
    "review": "decisions on findings written as a standard record (DICOM SR), with a table and a sheet",
    "self-test": "whether what was installed works here: every transfer syntax, 2D, 3D, the window",
}
"""Command names with one line of help; each is a module of ``viewer.app.commands``, imported only when asked for."""

_WITHOUT_PATHS = frozenset({"self-test"})
_USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Overread; returns the exit status: 0 done, 1 something asked for is not there, 2 usage."""
    # In a frozen program the decode worker starts as this program again.
    multiprocessing.freeze_support()
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in COMMANDS:
            return _run_command(given[0], given[1:])
        return _run_window(given)
    except BrokenPipeError:
        # The reader of our output went away (`overread scan . | head`); nothing is left to say to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run_command(name: str, arguments: Sequence[str]) -> int:
    command: ModuleType = importlib.import_module(f"viewer.app.commands.{name.replace('-', '_')}")
    parser = argparse.ArgumentParser(prog=f"overread {name}", description=COMMANDS[name])
    command.add_arguments(parser)
    if name in _WITHOUT_PATHS:
        done: int = command.run(parser.parse_args(arguments))
        return done
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="file, folder, .zip or DICOMDIR")
    parser.add_argument("--sample", action="store_true", help="use the bundled study")
    parsed = parser.parse_args(arguments)
    if not parsed.paths and not parsed.sample:
        parser.error("name at least one PATH, or --sample")
    missing = [path for path in parsed.paths if not path.exists()]
    if missing:
        parser.error(f"no such file or folder: {missing[0]}")
    status: int = command.run(parsed)
    return status


def _run_window(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="overread",
        description="Read images together with what an AI said about them. Not for diagnostic use.",
        epilog="Commands without a window: " + "; ".join(f"{name} - {does}" for name, does in COMMANDS.items()),
    )
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="file, folder, .zip or DICOMDIR to open")
    parser.add_argument("--sample", action="store_true", help="open the bundled study")
    parser.add_argument(
        "--blind", action="store_true", help="a first read without any result of an AI, until you ask for it"
    )
    parser.add_argument("--version", action="store_true", help="show the version and exit")
    parsed = parser.parse_args(arguments)
    if parsed.version:
        print(f"Overread {importlib.import_module('importlib.metadata').version('overread')}")  # noqa: T201
        return 0
    if not _has_display():
        print(  # noqa: T201
            "overread: there is no display to open a window on. Commands that need none: " + ", ".join(COMMANDS) + ".",
            file=sys.stderr,
        )
        return _USAGE_ERROR
    launch = importlib.import_module("viewer.app.launch")
    status: int = launch.run(parsed.paths, sample=parsed.sample, blind=parsed.blind)
    return status


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
