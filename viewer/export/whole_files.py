"""Files are written beside their place and then moved there, so that a failure never leaves half a file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yield a path in the same folder with the same endings; on success it replaces ``path``, on failure it goes.

    Raises OSError when the folder cannot be written to.
    """
    with _beside(path) as temporary:
        yield temporary
        temporary.replace(path)
        path.chmod(0o644)


@contextmanager
def written_new(path: Path) -> Iterator[Path]:
    """Yield a path in the same folder with the same endings; on success it becomes ``path``, on failure it goes.

    Raises
    ------
    FileExistsError
        Something has that name by then; it stays as it is.
    OSError
        When the folder cannot be written to.
    """
    with _beside(path) as temporary:
        yield temporary
        temporary.chmod(0o644)
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise
        except OSError:
            # A disk without hard links: the name is taken first, so that nobody else's file is replaced.
            path.touch(exist_ok=False)
            temporary.replace(path)


def write_atomically(path: Path, text: str) -> None:
    """Write text that the user alone may read; ``path`` holds the old or the new text, even when the power fails.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path) as temporary:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Yield a new, empty file in the same folder that the user alone may read; what is left of it at the end goes."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".overread-", suffix="".join(path.suffixes[-2:]))
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
