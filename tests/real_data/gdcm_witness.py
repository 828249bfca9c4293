"""What gdcm decodes of image files: asked in a child process, because files that are damaged take gdcm's process with them.

As a program: writes the middle frame of each file named on standard input to the folder that is its argument.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import gdcm
import numpy as np

_MOST_BYTES = 1 << 31
_TYPES = {
    "UINT8": "u1",
    "INT8": "i1",
    "UINT12": "u2",
    "INT12": "i2",
    "UINT16": "u2",
    "INT16": "i2",
    "UINT32": "u4",
    "INT32": "i4",
    "FLOAT32": "f4",
    "FLOAT64": "f8",
}


@dataclass(frozen=True)
class Decoded:
    """The middle frame of a file, (rows, columns) or (rows, columns, samples), before any colour conversion."""

    frame: np.ndarray
    photometric: str


def decoded(paths: list[Path], folder: Path) -> dict[Path, Decoded | None]:
    """Return what gdcm makes of each file; None where it refuses or breaks down."""
    found: dict[Path, Decoded | None] = {}
    left = list(paths)
    while left:
        command = [sys.executable, __file__, str(folder)]
        child = subprocess.run(command, input="\n".join(map(str, left)), capture_output=True, text=True, check=False)
        lines = [json.loads(line) for line in child.stdout.splitlines()]
        for path, (name, photometric) in zip(left, lines, strict=False):
            found[path] = Decoded(np.load(folder / name), photometric) if name else None
        left = left[len(lines) :]
        if left:
            found[left.pop(0)] = None
    return found


def _middle_frame(path: str) -> Decoded | None:
    reader = gdcm.ImageReader()
    reader.SetFileName(path)
    if not reader.Read():
        return None
    image = reader.GetImage()
    buffer = image.GetBuffer()
    kind = _TYPES.get(image.GetPixelFormat().GetScalarTypeAsString())
    if buffer is None or kind is None:
        return None
    columns, rows, *rest = image.GetDimensions()
    count = rest[0] if rest else 1
    samples = image.GetPixelFormat().GetSamplesPerPixel()
    values = np.frombuffer(buffer.encode("utf-8", "surrogateescape"), kind)
    if samples > 1 and image.GetPlanarConfiguration() == 1:
        frame = np.moveaxis(values.reshape(count, samples, rows, columns)[count // 2], 0, -1)
    else:
        frame = values.reshape(count, rows, columns, samples)[count // 2]
    return Decoded(frame[..., 0] if samples == 1 else frame, str(image.GetPhotometricInterpretation()))


def _main(folder: Path) -> None:
    # Two files announce gigabytes that they do not hold: gdcm would make them up.
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for switch in (gdcm.Trace.SetWarning, gdcm.Trace.SetError, gdcm.Trace.SetDebug):
        switch(False)
    for number, path in enumerate(sys.stdin.read().splitlines()):
        try:
            found = _middle_frame(path)
        except (ValueError, RuntimeError, MemoryError):
            found = None
        name = ""
        if found is not None:
            name = f"{Path(path).name}-{number}.npy"
            np.save(folder / name, found.frame)
        print(json.dumps([name, found.photometric if found else ""]), flush=True)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
