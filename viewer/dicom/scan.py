"""The scan: every regular file below some paths, exactly once, as an instance or as skipped with a reason.

Folders are walked in the order of their names, so that ``UID@2`` means the same file each time. Nothing is followed out of
the opened folder, and nothing that is not a regular file is opened: a FIFO would wait for ever.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from viewer.dicom.byte_reader import BytesUnavailable, FileBytes, open_stored, stored_size, zip_directory
from viewer.dicom.headers import NotAnInstance, read_header
from viewer.domain.instance import InstanceHeader, Skipped, Source
from viewer.domain.issues import issue

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
_HASH_STEP_BYTES = 1 << 20


@dataclass(frozen=True)
class ScanProgress:
    """How far a scan is: files looked at, instances found, and the folder it is in."""

    files: int
    instances: int
    folder: str


def never() -> bool:
    """Return False: a scan that nobody cancels."""
    return False


def scan(
    paths: Sequence[Path],
    *,
    on_progress: Callable[[ScanProgress], None] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Iterator[InstanceHeader | Skipped]:
    """Read the headers of everything below some paths.

    Parameters
    ----------
    paths
        Files, folders, zip files and DICOMDIRs. A DICOMDIR given by name stands for its folder.
    on_progress
        Called after each file.
    cancelled
        Asked before each file; the scan ends when it says yes.

    Yields
    ------
    InstanceHeader or Skipped
        One for each regular file or zip member, in path order. Where files with different bytes claim one SOP Instance UID
        the second is ``UID@2`` and so on; an identical one is skipped as a copy.
    """
    identities = _Identities()
    instances = 0
    for files, source in enumerate(_sources(paths), start=1):
        if cancelled():
            return
        found = source if isinstance(source, Skipped) else _read(source, identities)
        instances += isinstance(found, InstanceHeader)
        if on_progress is not None:
            shown = found.path if isinstance(found, Skipped) else found.source.path
            on_progress(ScanProgress(files, instances, os.path.dirname(shown)))  # noqa: PTH120 - a plain string
        yield found


def expand_for_window(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return the paths that the window opens: a single file stands for its folder; zip files stay what they are."""
    expanded = []
    for path in paths:
        single = path.is_file() and not _is_zip(str(path))
        expanded.append(path.absolute().parent if single else path)
    return tuple(dict.fromkeys(expanded))


class _Identities:
    """Which SOP Instance UIDs were seen, and with which bytes."""

    def __init__(self) -> None:
        self._seen: dict[str, list[tuple[Source, int]]] = {}
        self._hashes: dict[str, bytes] = {}

    def judge(self, header: InstanceHeader) -> InstanceHeader | Skipped:
        """Return the header, renamed when its UID stands for other bytes already, or a copy as skipped."""
        uid = header.sop_instance_uid
        seen = self._seen.setdefault(uid, [])
        for source, size in seen:
            if size == header.file_size and self._hash(source) == self._hash(header.source):
                return Skipped(header.source.shown, f"copy of {source.shown}")
        seen.append((header.source, header.file_size))
        if len(seen) == 1 or not uid:
            return header
        double = issue("duplicate_uid", "warning", count=len(seen), uid=uid)
        return replace(header, sop_instance_uid=f"{uid}@{len(seen)}", issues=(*header.issues, double))

    def _hash(self, source: Source) -> bytes:
        known = self._hashes.get(source.key)
        if known is None:
            known = self._hashes[source.key] = _hash_of(source)
        return known


def _hash_of(source: Source) -> bytes:
    digest = hashlib.blake2b(digest_size=20)
    try:
        with open_stored(source) as reader:
            offset = 0
            while data := reader.read(offset, _HASH_STEP_BYTES):
                digest.update(data)
                offset += len(data)
    except BytesUnavailable:
        # What cannot be read is equal to nothing but itself.
        digest.update(source.key.encode("utf8", "surrogateescape"))
    return digest.digest()


def _read(source: Source, identities: _Identities) -> InstanceHeader | Skipped:
    try:
        header = read_header(source)
    except NotAnInstance as error:
        return Skipped(source.shown, error.reason)
    except Exception as error:  # noqa: BLE001 - the border of one file: whatever it holds, the others are read
        return Skipped(source.shown, f"Cannot be read as DICOM ({type(error).__name__}).")
    if header.sop_class_uid == MEDIA_STORAGE_DIRECTORY:
        return Skipped(source.shown, "DICOMDIR, used for names")
    return identities.judge(header)


def _sources(paths: Sequence[Path]) -> Iterator[Source | Skipped]:
    """Yield every file below the paths once, however often it is named."""
    seen: set[tuple[int, int] | str] = set()
    for path in paths:
        shown = os.fspath(path)
        try:
            found = os.stat(shown)  # noqa: PTH116 - a path that the user names may be a link
        except OSError as error:
            yield Skipped(shown, f"Cannot be opened: {error.strerror}.")
            continue
        if stat.S_ISDIR(found.st_mode):
            yield from _walk(shown, seen)
        elif _is_directory_file(shown) and os.path.dirname(shown) not in seen:  # noqa: PTH120 - a plain string
            yield from _walk(os.path.dirname(shown) or ".", seen)  # noqa: PTH120
        else:
            yield from _file(shown, found, seen)


def _walk(folder: str, seen: set[tuple[int, int] | str]) -> Iterator[Source | Skipped]:
    """Yield the files of a folder and of those below it; the folders still to be read stand on a stack."""
    waiting, problem = _entries(folder)
    if problem:
        yield Skipped(folder, problem)
    while waiting:
        entry = waiting.pop()
        if entry.is_dir(follow_symlinks=False):
            below, problem = _entries(entry.path)
            waiting.extend(below)
            if problem:
                yield Skipped(entry.path, problem)
        elif entry.is_symlink():
            yield Skipped(entry.path, _link_reason(entry.path, folder))
        else:
            try:
                found = entry.stat(follow_symlinks=False)
            except OSError as error:
                yield Skipped(entry.path, f"Cannot be opened: {error.strerror}.")
                continue
            yield from _file(entry.path, found, seen)


def _entries(folder: str) -> tuple[list[os.DirEntry[str]], str]:
    """Return the entries of a folder, last name first, and what went wrong."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name, reverse=True), ""
    except OSError as error:
        return [], f"The folder cannot be opened: {error.strerror}."


def _link_reason(path: str, folder: str) -> str:
    target = os.path.realpath(path)
    root = os.path.realpath(folder)
    inside = target == root or target.startswith(root + os.sep)
    if not os.path.exists(target):  # noqa: PTH110 - a plain string
        return "A link to something that does not exist."
    return (
        "A link; what it leads to is opened in its own place."
        if inside
        else "A link out of the opened folder; not followed."
    )


def _file(path: str, found: os.stat_result, seen: set[tuple[int, int] | str]) -> Iterator[Source | Skipped]:
    if not stat.S_ISREG(found.st_mode):
        yield Skipped(path, "Not a regular file (a pipe, socket or device).")
        return
    if found.st_ino and found.st_nlink == 1:
        identity: tuple[int, int] | str = (found.st_dev, found.st_ino)
    else:
        # Hard links are files of their own, so they are told apart by path.
        identity = os.path.realpath(path)
    if identity in seen:
        return
    seen.add(identity)
    if found.st_size == 0:
        yield Skipped(path, "The file is empty.")
    elif _is_zip(path):
        yield from _zip_members(path)
    else:
        yield Source("file", path)


def _is_zip(path: str) -> bool:
    """Say whether a file is a zip file by name and first bytes: an instance may hold a zip signature, too."""
    if not path.lower().endswith(".zip"):
        return False
    try:
        with FileBytes(path) as reader:
            return reader.read(0, 4) in {b"PK\x03\x04", b"PK\x05\x06"}
    except BytesUnavailable:
        return False


def _zip_members(path: str) -> Iterator[Source | Skipped]:
    try:
        names = sorted(name for name, entry in zip_directory(path).items() if not entry.is_dir())
    except BytesUnavailable as error:
        yield Skipped(path, f"Cannot be read: {error.reason}.")
        return
    if not names:
        yield Skipped(path, "The zip file is empty.")
    for name in names:
        source = Source("zip", path, name)
        if stored_size(source) == 0:
            yield Skipped(source.shown, "The file is empty.")
        elif name.lower().endswith(".zip"):
            yield Skipped(source.shown, "A zip file inside a zip file is not opened.")
        else:
            yield source


def _is_directory_file(path: str) -> bool:
    """Say whether a path names a DICOMDIR (PS3.10 section 8): the user means the medium."""
    return os.path.basename(path).upper().partition(";")[0] == "DICOMDIR"  # noqa: PTH119 - a plain string
