"""Surfaces as files that 3D programs open: STL (one body), PLY (coloured), glTF 2.0 (named and coloured parts)."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from viewer.domain.mesh import Mesh
from viewer.export.masks import Mask
from viewer.export.meshes import surface_of, write_stl
from viewer.export.whole_files import written_whole

_ARRAY, _ELEMENTS, _FLOAT, _UNSIGNED = 34962, 34963, 5126, 5125
"""Names of glTF 2.0 (Khronos) for buffers of vertices and of indices, and for their number types."""

_MM = 0.001


@dataclass(frozen=True, eq=False)
class NamedMesh:
    """A surface with its name and colour."""

    name: str
    mesh: Mesh
    color: tuple[int, int, int]


def surfaces_of(mask: Mask, colors: Mapping[int, tuple[int, int, int]]) -> tuple[NamedMesh, ...]:
    """Return the surface of each part of a mask that has any voxel; ``colors`` by part number."""
    found = []
    for place, one in enumerate(mask.labels):
        if mask.overlapping:
            voxels = mask.voxels[place]
        elif mask.voxels.dtype == np.float32:
            voxels = mask.voxels
        else:
            voxels = (mask.voxels == one.value).astype(np.uint8)
        surface = surface_of(Mask(voxels, mask.affine, (one,)))
        if len(surface.triangles):
            found.append(NamedMesh(one.label, surface, colors[one.number]))
    return tuple(found)


def write_surfaces(surfaces: Sequence[NamedMesh], path: Path) -> None:
    """Write surfaces by the ending of the file name: ``.stl``, ``.ply`` or ``.gltf``; another one is taken for ``.stl``.

    Without any surface the file holds none. STL and PLY are in patient LPS mm; glTF is in metres with y upwards, as it must
    be: the head is up, the face towards +z.
    Raises OSError.
    """
    writers: Mapping[str, Callable[[Sequence[NamedMesh], Path], None]] = {".ply": _write_ply, ".gltf": _write_gltf}
    writers.get(path.suffix.lower(), _write_one_stl)(surfaces, path)


def _write_one_stl(surfaces: Sequence[NamedMesh], path: Path) -> None:
    write_stl(_together(surfaces), path)


def _together(surfaces: Sequence[NamedMesh]) -> Mesh:
    if not surfaces:
        return Mesh(np.empty((0, 3)), np.empty((0, 3), np.int64))
    starts = np.cumsum([0, *(len(one.mesh.points) for one in surfaces[:-1])]).tolist()
    return Mesh(
        np.concatenate([one.mesh.points for one in surfaces]),
        np.concatenate([one.mesh.triangles + start for one, start in zip(surfaces, starts, strict=True)]),
    )


def _write_ply(surfaces: Sequence[NamedMesh], path: Path) -> None:
    whole = _together(surfaces)
    points = np.zeros(len(whole.points), np.dtype([("at", "<f4", 3), ("color", "u1", 3)]))
    points["at"] = whole.points
    colors = [np.empty((0, 3), np.uint8)]
    points["color"] = np.concatenate(
        [*colors, *(np.tile(np.array(one.color, np.uint8), (len(one.mesh.points), 1)) for one in surfaces)]
    )
    faces = np.zeros(len(whole.triangles), np.dtype([("count", "u1"), ("corners", "<i4", 3)]))
    faces["count"], faces["corners"] = 3, whole.triangles
    names = "".join(f"comment part {one.name}\n" for one in surfaces if one.name.isascii() and one.name.isprintable())
    head = (
        "ply\nformat binary_little_endian 1.0\ncomment Overread surface, patient LPS mm\n"
        f"{names}element vertex {len(points)}\n"
        "property float x\nproperty float y\nproperty float z\n"
        "property uchar red\nproperty uchar green\nproperty uchar blue\n"
        f"element face {len(faces)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    with written_whole(path) as temporary, temporary.open("wb") as file:
        file.write(head.encode("ascii"))
        file.write(points.tobytes())
        file.write(faces.tobytes())


def _write_gltf(surfaces: Sequence[NamedMesh], path: Path) -> None:
    buffer = bytearray()
    views: list[dict[str, Any]] = []
    accessors: list[dict[str, Any]] = []

    def add(values: np.ndarray[Any, Any], target: int, **more: Any) -> int:
        views.append({"buffer": 0, "byteOffset": len(buffer), "byteLength": values.nbytes, "target": target})
        buffer.extend(values.tobytes())
        accessors.append({"bufferView": len(views) - 1, **more})
        return len(accessors) - 1

    meshes, materials = [], []
    for one in surfaces:
        # Left, back, head becomes right-handed x, y up, z towards the viewer.
        points = (one.mesh.points[:, [0, 2, 1]] * (1, 1, -1) * _MM).astype("<f4")
        corners = one.mesh.triangles.astype("<u4").reshape(-1)
        extent = {"min": points.min(axis=0).tolist(), "max": points.max(axis=0).tolist()}
        at = add(points, _ARRAY, componentType=_FLOAT, count=len(points), type="VEC3", **extent)
        by = add(corners, _ELEMENTS, componentType=_UNSIGNED, count=len(corners), type="SCALAR")
        color = [round((channel / 255) ** 2.2, 4) for channel in one.color]
        materials.append(
            {"name": one.name, "pbrMetallicRoughness": {"baseColorFactor": [*color, 1.0], "metallicFactor": 0.0}}
        )
        meshes.append(
            {
                "name": one.name,
                "primitives": [{"attributes": {"POSITION": at}, "indices": by, "material": len(materials) - 1}],
            }
        )
    data = base64.b64encode(bytes(buffer)).decode("ascii")
    document = {
        "asset": {"version": "2.0", "generator": "Overread"},
        "scene": 0,
        "scenes": [{"nodes": list(range(len(meshes)))}],
        "nodes": [{"name": one.name, "mesh": number} for number, one in enumerate(surfaces)],
        "meshes": meshes,
        "materials": materials,
        "buffers": [{"byteLength": len(buffer), "uri": f"data:application/octet-stream;base64,{data}"}],
        "bufferViews": views,
        "accessors": accessors,
    }
    with written_whole(path) as temporary:
        temporary.write_text(json.dumps(document), encoding="utf-8")
