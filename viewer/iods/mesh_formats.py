"""Reads surfaces from the bytes of STL and OBJ files, within bounds: the payload of encapsulated documents.

Decided
    An STL is binary when its size is exactly what its number of triangles asks for: many binary ones begin with "solid".
    Vertices at one place are joined, so that a surface knows its neighbours. Of an OBJ only vertices and faces are read;
    materials, textures and files that it names are not: nothing is fetched.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST_TRIANGLES: Final = 4_000_000
_STL_HEAD: Final = 84
_STL_TRIANGLE: Final = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_FARTHEST: Final = 1e7

Points = NDArray[np.float64]
Triangles = NDArray[np.int64]


class NotAMesh(Exception):
    """The bytes are no such surface; ``reason`` is a clause for a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_stl(content: bytes) -> tuple[Points, Triangles]:
    """Return vertices (n, 3) and triangles (m, 3) of a binary or ASCII STL.

    Raises
    ------
    NotAMesh
        It is empty, cut off, no STL, or larger than the limit.
    """
    if not content.strip(b"\0 \r\n"):
        raise NotAMesh("it is empty")
    count = struct.unpack_from("<I", content, 80)[0] if len(content) >= _STL_HEAD else -1
    exact = _STL_HEAD + count * _STL_TRIANGLE.itemsize
    # An odd length is padded with one byte (PS3.5 Section 6.2).
    if count >= 0 and len(content) in (exact, exact + 1):
        corners = _binary_corners(content, count)
    elif content.lstrip()[:5].lower() == b"solid" and b"facet" in content[:100_000]:
        corners = _ascii_corners(content)
    elif count > 0 and exact > len(content):
        raise NotAMesh("it is cut off")
    else:
        raise NotAMesh("it is no STL file")
    return joined_corners(corners)


def _binary_corners(content: bytes, count: int) -> Points:
    if count > MOST_TRIANGLES:
        raise NotAMesh(f"it has more than {MOST_TRIANGLES} triangles")
    return np.frombuffer(content, _STL_TRIANGLE, count, _STL_HEAD)["corners"].astype(np.float64)


def _ascii_corners(content: bytes) -> Points:
    lines = [line.split() for line in content.splitlines() if line.lstrip()[:6].lower() == b"vertex"]
    if len(lines) > 3 * MOST_TRIANGLES:
        raise NotAMesh(f"it has more than {MOST_TRIANGLES} triangles")
    if len(lines) % 3:
        raise NotAMesh("it is cut off")
    try:
        corners = np.array([words[1:4] for words in lines], dtype=np.float64)
    except ValueError as error:
        raise NotAMesh("it has a vertex that is not three numbers") from error
    return corners.reshape(-1, 3, 3)


def joined_corners(corners: Points) -> tuple[Points, Triangles]:
    """Return vertices and triangles of the corners (m, 3, 3) of single triangles, with equal corners joined."""
    flat = corners.reshape(-1, 3)
    _check(flat)
    vertices, which = np.unique(flat, axis=0, return_inverse=True)
    return vertices, which.reshape(-1, 3).astype(np.int64)


def read_obj(content: bytes) -> tuple[Points, Triangles]:
    """Return vertices and triangles of a Wavefront OBJ; faces with more corners are cut into triangles like a fan.

    Raises
    ------
    NotAMesh
        It is empty, no OBJ, names a vertex that is not there, or is larger than the limit.
    """
    vertices: list[tuple[float, float, float]] = []
    triangles: list[tuple[int, int, int]] = []
    for line in content.splitlines():
        words = line.split()
        if not words:
            continue
        try:
            if words[0] == b"v":
                x, y, z = (float(word) for word in words[1:4])
                vertices.append((x, y, z))
            elif words[0] == b"f":
                corners = [_vertex(word, len(vertices)) for word in words[1:]]
                triangles += [(corners[0], one, other) for one, other in pairwise(corners[1:])]
        except ValueError as error:
            raise NotAMesh("it has a vertex or a face that cannot be read") from error
        if len(triangles) > MOST_TRIANGLES or len(vertices) > 3 * MOST_TRIANGLES:
            raise NotAMesh(f"it has more than {MOST_TRIANGLES} triangles")
    if not triangles:
        raise NotAMesh(
            "it has no faces" if vertices else "it is no OBJ file" if content.strip(b"\0 \r\n") else "it is empty"
        )
    points, faces = np.array(vertices, dtype=np.float64), np.array(triangles, dtype=np.int64)
    _check(points)
    if faces.min() < 0 or faces.max() >= len(points):
        raise NotAMesh("it names a vertex that is not there")
    return points, faces


def _vertex(word: bytes, so_far: int) -> int:
    """Return the 0-based vertex of a corner ``v/vt/vn``; a negative number counts back from the last one."""
    number = int(word.partition(b"/")[0])
    return number - 1 if number > 0 else so_far + number


def _check(points: Points) -> None:
    if not (np.isfinite(points).all() and (np.abs(points) <= _FARTHEST).all()):
        raise NotAMesh("it has a vertex that lies nowhere")
