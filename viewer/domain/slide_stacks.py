"""From whole slide images to stacks: levels of one pyramid together, each focal plane a frame, each optical path a stack.

A frame of such a stack is a total pixel matrix, and its plane is that of the base level in the slide coordinate system
(PS3.3 C.8.12.2), which takes the patient's role: the Frame of Reference is the slide's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from viewer.domain.dimensions import Dimension
from viewer.domain.instance import InstanceHeader, InstanceKey
from viewer.domain.issues import Issue, issue
from viewer.domain.pyramid import Pyramid, TileLevel
from viewer.domain.stack import Stack
from viewer.domain.tiling import Tiling
from viewer.geometry.orientation import orthonormal_axes
from viewer.geometry.plane import Plane, Vector, to_vector

_VOLUME = "VOLUME"
_FLAVORS = ("LABEL", "OVERVIEW", "THUMBNAIL", "LOCALIZER")
_MOST_TILES = 50_000_000
_SAME_SHAPE = 0.02
"""Levels of one image agree in the ratio of width to height within this part, or one pixel."""


@dataclass(frozen=True)
class _Image:
    """One total pixel matrix of one optical path: its instance, or the parts of its concatenation."""

    headers: tuple[InstanceHeader, ...]
    tiling: Tiling
    path: int

    @property
    def first(self) -> InstanceHeader:
        return self.headers[0]


def is_slide(header: InstanceHeader) -> bool:
    """Say whether an instance is cut into tiles in a way that can be put together."""
    return header.tiling is not None and _why_not(header, header.tiling) is None


def with_reason(stack: Stack, headers: Sequence[InstanceHeader]) -> Stack:
    """Return a stack with why the tiles of a slide are its frames one by one, when they are."""
    shown = {frame.instance for frame in stack.frames[:1]}
    slides = [header for header in headers if header.tiling is not None and header.key in shown]
    found = [why for header in slides if header.tiling is not None and (why := _why_not(header, header.tiling)) is not None]
    return replace(stack, issues=(*stack.issues, *found)) if found else stack


def _why_not(header: InstanceHeader, tiling: Tiling) -> Issue | None:
    if not header.rows or not header.columns:
        return issue("tiles_not_assembled", "warning", reason="Rows or Columns are missing")
    if _tiles_down(header, tiling) * _tiles_across(header, tiling) * max(tiling.focal_planes, 1) > _MOST_TILES:
        return issue("tiles_not_assembled", "warning", reason="the total pixel matrix is impossibly large")
    if tiling.organization == "TILED_FULL":
        return None
    places = tiling.place_of_frames
    if not len(places) or (places[:, 0] < 0).all():
        if header.number_of_frames == 1:
            return None
        return issue("tiles_not_assembled", "warning", reason="the file does not say where its tiles lie")
    return None


def slide_stacks(series_key: str, headers: Sequence[InstanceHeader]) -> list[tuple[Stack, str]]:
    """Return stacks without an id and what tells each from the others: the slide first, then label and overview."""
    groups: dict[tuple[object, ...], list[_Image]] = {}
    for image in _images(headers):
        groups.setdefault(_kind(image), []).append(image)
    found = [(kind, pyramid) for kind, images in groups.items() for pyramid in _pyramids(images)]
    found.sort(key=lambda entry: (_flavor(entry[1][0]) != _VOLUME, -entry[1][0].tiling.rows * entry[1][0].tiling.columns))
    several = Counter(str(kind[0]) for kind, _ in found)
    sets = {image.first.key: -number for number, image in enumerate((images[0] for _, images in found), start=1)}
    stacks = []
    for kind, images in found:
        stack = _stack(series_key, images)
        if images[0].tiling.optical_path_count > 1:
            stack = replace(stack, dimensions=(_path_dimension(images[0]),), volume_set=sets[images[0].first.key])
        stacks.append((stack, _label(images[0], several=several[str(kind[0])] > 1, alone=len(found) == 1)))
    return stacks


def _path_dimension(image: _Image) -> Dimension:
    """Return the optical path as what tells a stack from those beside it, so that one slider goes through the channels."""
    count = image.tiling.optical_path_count
    return Dimension("OpticalPathIdentifier", "Optical path", _path_name(image), number=image.path + 1, count=count)


def _path_name(image: _Image) -> str:
    paths = image.tiling.optical_paths
    if image.path >= len(paths):
        return str(image.path + 1)
    return paths[image.path].description or paths[image.path].identifier or str(image.path + 1)


def _images(headers: Sequence[InstanceHeader]) -> list[_Image]:
    parts: dict[str, list[InstanceHeader]] = {}
    for header in headers:
        tiling = header.tiling
        assert tiling is not None
        parts.setdefault(tiling.concatenation or header.key, []).append(header)
    found = []
    for together in parts.values():
        ordered = sorted(together, key=lambda header: header.tiling.first_frame if header.tiling else 0)
        tiling = ordered[0].tiling
        assert tiling is not None
        found += [_Image(tuple(ordered), tiling, path) for path in range(tiling.optical_path_count)]
    return found


def _flavor(image: _Image) -> str:
    return next((value for value in image.first.image_type[2:3] if value in _FLAVORS), _VOLUME)


def _path_identifier(image: _Image) -> str:
    paths = image.tiling.optical_paths
    return paths[image.path].identifier if image.path < len(paths) else str(image.path + 1)


def _kind(image: _Image) -> tuple[object, ...]:
    """Return what levels of one pyramid share; label and overview show something else and stand alone."""
    header, flavor = image.first, _flavor(image)
    alone = header.key if flavor != _VOLUME else ""
    return (
        *(flavor, header.frame_of_reference_uid, image.tiling.container, _path_identifier(image), alone),
        *(header.samples_per_pixel, image.tiling.optical_path_count),
    )


def _pyramids(images: Sequence[_Image]) -> list[list[_Image]]:
    """Return the levels of each pyramid, largest first: one of each size, and all of one shape."""
    pyramids: list[list[_Image]] = []
    for image in sorted(images, key=lambda one: (-one.tiling.columns * one.tiling.rows, one.first.source.shown)):
        home = next((levels for levels in pyramids if _belongs(image, levels)), None)
        if home is None:
            pyramids.append([image])
        else:
            home.append(image)
    return pyramids


def _belongs(image: _Image, levels: list[_Image]) -> bool:
    base, own = levels[0].tiling, image.tiling
    if not image.first.frame_of_reference_uid or _depth_count(image) != _depth_count(levels[0]):
        return False
    if any((own.rows, own.columns) == (other.tiling.rows, other.tiling.columns) for other in levels):
        return False
    across, down = base.columns / own.columns, base.rows / own.rows
    slack = _SAME_SHAPE * max(across, down) + max(across / own.columns, down / own.rows)
    return abs(across - down) <= slack


def _tiles_across(header: InstanceHeader, tiling: Tiling) -> int:
    return -(-tiling.columns // header.columns)


def _tiles_down(header: InstanceHeader, tiling: Tiling) -> int:
    return -(-tiling.rows // header.rows)


def _depth_count(image: _Image) -> int:
    return len(image.tiling.depths_um) or image.tiling.focal_planes


def _stack(series_key: str, images: Sequence[_Image]) -> Stack:
    base = images[0]
    spacing = _spacing(base) or (1.0, 1.0)
    issues: list[Issue] = []
    levels = tuple(_level(image, base, spacing, issues) for image in images)
    paths = base.tiling.optical_paths
    power = paths[base.path].objective_power if base.path < len(paths) else None
    pyramid = Pyramid(levels, power, _flavor(base))
    planes = _planes(base, spacing)
    gap = abs(planes[1].offset_mm - planes[0].offset_mm) if len(planes) > 1 else None
    placed = planes[0].in_patient_space
    return Stack(
        id="",
        series_key=series_key,
        label="",
        frames=tuple(levels[0].first_frame(depth) for depth in range(len(planes))),
        planes=planes,
        orientation="none",
        regular=False,
        spacing_mm=(gap, *spacing) if _spacing(base) else (None, None, None),
        origin=planes[0].origin if placed else None,
        frame_of_reference_uid=base.first.frame_of_reference_uid,
        rows=base.tiling.rows,
        columns=base.tiling.columns,
        issues=tuple(dict.fromkeys(issues)),
        pyramid=pyramid,
    )


def _spacing(image: _Image) -> tuple[float, float] | None:
    return image.tiling.spacing_mm


def _planes(base: _Image, spacing: tuple[float, float]) -> tuple[Plane, ...]:
    tiling = base.tiling
    axes = orthonormal_axes(tiling.orientation) if tiling.orientation is not None else None
    placed = axes is not None and tiling.origin_mm is not None and tiling.spacing_mm is not None
    across, down = axes if axes is not None and placed else ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    origin = tiling.origin_mm if placed and tiling.origin_mm is not None else (0.0, 0.0, 0.0)
    depths = _depths_mm(tiling)
    thickness = tiling.thickness_mm if len(depths) == 1 else float(np.diff(depths).min())
    uid = base.first.sop_instance_uid
    # Where only one focal plane was taken, whatever is stated of the slide lies on it: depths are stated in many ways.
    return tuple(
        Plane(
            origin=_deeper(origin, depth),
            axis_column=across,
            axis_row=down,
            spacing_mm=spacing,
            shape=(tiling.rows, tiling.columns),
            frame_of_reference_uid=base.first.frame_of_reference_uid,
            in_patient_space=placed,
            thickness_mm=abs(thickness),
            anatomical=False,
            image=(uid, 1),
        )
        for depth in depths
    )


def _depths_mm(tiling: Tiling) -> list[float]:
    """Return how far each focal plane lies from the stated origin, mm."""
    if len(tiling.depths_um) > 1:
        return [depth / 1000 - (tiling.origin_mm[2] if tiling.origin_mm else 0.0) for depth in tiling.depths_um]
    return [place * (tiling.between_planes_mm or tiling.thickness_mm or 0.001) for place in range(tiling.focal_planes)]


def _deeper(origin: Vector, depth_mm: float) -> Vector:
    return (origin[0], origin[1], origin[2] + depth_mm)


def _level(image: _Image, base: _Image, spacing: tuple[float, float], issues: list[Issue]) -> TileLevel:
    tiling, header = image.tiling, image.first
    found = _level_frames(image)
    if found.missing and tiling.organization == "TILED_FULL":
        issues.append(issue("tiles_missing", "warning", count=found.missing, total=found.numbers[0].size))
    step, shift, stated = _alignment(image, base, spacing)
    own = _spacing(image) or (spacing[0] * step[1], spacing[1] * step[0])
    starts, keys = [], []
    for part in image.headers:
        starts.append(found.start_of[part.key])
        keys.append(part.key)
    return TileLevel(
        tiling.rows,
        tiling.columns,
        (header.rows, header.columns),
        tuple(keys),
        tuple(starts),
        found.numbers,
        step,
        shift,
        own,
        tuple(part.sop_instance_uid for part in image.headers),
        stated,
    )


@dataclass(frozen=True, eq=False)
class _LevelFrames:
    numbers: NDArray[np.int32]
    start_of: dict[InstanceKey, int]
    missing: int


def _level_frames(image: _Image) -> _LevelFrames:
    """Return which frame each tile is: by order for TILED_FULL (PS3.3 C.7.6.17.3), else where the file says it lies."""
    header, tiling = image.first, image.tiling
    down, across, depths = _tiles_down(header, tiling), _tiles_across(header, tiling), _depth_count(image)
    starts: dict[InstanceKey, int] = {}
    total = 0
    present: list[tuple[int, int]] = []
    for part in image.headers:
        start = part.tiling.first_frame if part.tiling is not None and tiling.concatenation else 0
        starts[part.key] = start
        present.append((start, start + part.number_of_frames))
        total = max(total, start + part.number_of_frames)
    numbers = np.full((depths, down, across), -1, dtype=np.int32)
    if tiling.organization == "TILED_FULL" or not tiling.places:
        each = depths * down * across
        wanted = np.arange(image.path * each, (image.path + 1) * each, dtype=np.int32)
        there = np.zeros(each, dtype=bool)
        for first, last in present:
            there |= (wanted >= first) & (wanted < last)
        numbers.reshape(-1)[there] = wanted[there]
    else:
        for part in image.headers:
            if part.tiling is not None:
                _put_sparse(numbers, part.tiling, image, starts[part.key])
    return _LevelFrames(numbers, starts, int((numbers < 0).sum()))


def _put_sparse(numbers: NDArray[np.int32], tiling: Tiling, image: _Image, start: int) -> None:
    places = tiling.place_of_frames
    rows, columns = places[:, 0] // image.first.rows, places[:, 1] // image.first.columns
    depths, down, across = numbers.shape
    good = (places[:, 0] >= 0) & (places[:, 1] >= 0) & (rows < down) & (columns < across)
    good &= (places[:, 3] == image.path) & (places[:, 2] < depths)
    chosen = np.flatnonzero(good)
    numbers[places[chosen, 2], rows[chosen], columns[chosen]] = chosen + start


def _alignment(
    image: _Image, base: _Image, spacing: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Return how a level lies on the base level: base (columns, rows) a pixel, the position of its corner, ``stated``.

    Levels are made by shrinking the whole, so that their corners agree: so they are laid when what they state differs by
    less than half of their own pixel. Most writers repeat the centre of the base level's first pixel as theirs.
    """
    own = image.tiling
    if image is base:
        return (1.0, 1.0), (0.0, 0.0), (0.0, 0.0)
    step = (base.tiling.columns / own.columns, base.tiling.rows / own.rows)
    stated = _spacing(image)
    if stated is not None and _spacing(base) is not None:
        ratio = (stated[1] / spacing[1], stated[0] / spacing[0])
        # The last row or column of a shrunk matrix may be cut off or filled up.
        if all(
            abs(one * size - whole) <= one * 1.5
            for one, size, whole in zip(ratio, (own.columns, own.rows), (base.tiling.columns, base.tiling.rows), strict=True)
        ):
            step = (_near_whole(ratio[0]), _near_whole(ratio[1]))
    axes = orthonormal_axes(own.orientation) if own.orientation is not None else None
    if own.origin_mm is None or base.tiling.origin_mm is None or axes is None or stated is None:
        return step, (0.0, 0.0), (0.0, 0.0)
    apart = np.subtract(own.origin_mm, base.tiling.origin_mm)
    centre = (float(apart @ to_vector(axes[0])) / spacing[1], float(apart @ to_vector(axes[1])) / spacing[0])
    corner = (centre[0] + 0.5 - step[0] / 2, centre[1] + 0.5 - step[1] / 2)
    if all(abs(one) <= 0.55 * size for one, size in zip(corner, step, strict=True)):
        return step, (0.0, 0.0), corner
    return step, corner, (0.0, 0.0)


def _near_whole(ratio: float) -> float:
    """Return a ratio of spacings without the noise of decimal strings."""
    return float(round(ratio)) if abs(ratio - round(ratio)) < 1e-3 * ratio else ratio


def _label(image: _Image, *, several: bool, alone: bool) -> str:
    """Return what tells a stack from the others of its series: ``alone`` there are none."""
    flavor = _flavor(image)
    words = [flavor.lower()] if flavor != _VOLUME else []
    if image.tiling.optical_path_count > 1:
        words.append(_path_name(image))
    elif several:
        words.append(f"{image.tiling.columns} x {image.tiling.rows}")
    return ", ".join(words) or ("" if alone else "slide")
