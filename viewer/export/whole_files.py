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
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".overread-", suffix="".join(path.suffixes[-2:]))
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.replace(path)
        path.chmod(0o644)
    finally:
        temporary.unlink(missing_ok=True)
