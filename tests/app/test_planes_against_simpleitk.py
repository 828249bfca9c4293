"""Planes through stacks against SimpleITK: grey values within one level, masks but for voxels that a border runs through."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import SimpleITK
from numpy.typing import NDArray
from scipy import ndimage

from tests.synthetic.identity import save
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.segmentation import Part, Result, segmentation
from viewer.app.commands.opening import open_library
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane
from viewer.geometry.slab import Slab
from viewer.loading.eager import EagerInputs
from viewer.loading.opened import read_content
from viewer.reading.changes.planes import set_axes
from viewer.reading.changes.workspace import show_stack
from viewer.reading.reslicing import PLANE_KINDS, PlaneKind, own_axes, turned_axes, why_not_resliced
from viewer.reading.state import Pane, ReadingState, WindowChoice
from viewer.representations.on_plane import OnPlane
from viewer.scene.drawables import ImagePicture
from viewer.scene.slice_scene import slice_scene

LOW, HIGH = 0.0, 510.0
"""The window: two values a grey level."""
OBLIQUE = np.linalg.qr(np.array([[0.95, 0.25, -0.15], [-0.2, 0.9, 0.35], [0.3, -0.2, 0.9]]))[0]
SHAPE = (14, 22, 17)


def directions(columns: NDArray[np.float64]) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    along, down = (tuple(float(x) for x in columns[:, axis]) for axis in range(2))
    return along, down  # type: ignore[return-value]


GRIDS = {
    "anisotropic": Grid(shape=SHAPE, spacing_mm=(3.0, 0.9, 0.6), origin_mm=(-12.0, 7.0, 33.0)),
    "flipped": Grid(
        shape=SHAPE,
        spacing_mm=(2.0, 1.1, 0.7),
        origin_mm=(12.0, 30.0, 50.0),
        along_row=(-1.0, 0, 0),
        down_column=(0, -1.0, 0),
    ),
    "oblique": Grid(SHAPE, (2.5, 0.8, 1.3), (-10.0, 5.0, 60.0), directions(OBLIQUE)[0], directions(OBLIQUE)[1]),
    "sagittal": Grid(SHAPE, (2.2, 0.9, 0.7), (-10.0, 5.0, 60.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
}


def values() -> NDArray[np.int16]:
    """Smooth and asymmetric: neighbours differ by many grey levels, but not from end to end."""
    noise = np.random.default_rng(3).normal(size=SHAPE)
    smooth = ndimage.gaussian_filter(noise, 1.2)
    return (255 + smooth / np.abs(smooth).max() * 250).astype(np.int16)


def labels() -> NDArray[np.uint8]:
    found = np.zeros(SHAPE, np.uint8)
    found[2:9, 3:15, 2:9] = 1
    found[6:12, 8:19, 9:15] = 2
    return found


def opened(folder: Path) -> tuple[ReadingState, EagerInputs]:
    library = open_library([folder])
    with EagerInputs(library, {}) as first:
        content = read_content(library, first.readers)
    state = ReadingState(content=content)
    return state, EagerInputs(library, dict(content.overlays))


def shown(
    state: ReadingState, inputs: EagerInputs, stack: Stack, kind: PlaneKind, place: int | None, *, slab: Slab | None = None
) -> tuple[Plane, NDArray[np.int64]]:
    """A plane as the viewport would show it: where it lies, and its greys."""
    window = WindowChoice("user", center=(LOW + HIGH) / 2, width=HIGH - LOW)
    pane = Pane(stack.id, window=window, kind=kind, slab=slab or Slab())
    state = replace(state, panes=(pane,))
    cut = state.stack_of(pane)
    assert cut is not None
    place = len(cut.frames) // 2 if place is None else place % len(cut.frames)
    scene = slice_scene(replace(state, panes=(replace(pane, frame=place),)), 0, inputs)
    (picture,) = (one for one in scene.drawables if isinstance(one, ImagePicture))
    assert scene.plane is not None
    return scene.plane, picture.pixels.astype(np.int64)


def image_of(stored: NDArray[np.generic], affine: NDArray[np.float64]) -> SimpleITK.Image:
    """Voxels (k, j, i) with the 4x4 affine of (k, j, i, 1)."""
    image = SimpleITK.GetImageFromArray(stored)
    steps = affine[:3, [2, 1, 0]]
    spacing = np.linalg.norm(steps, axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(affine[:3, 3].tolist())
    image.SetDirection((steps / spacing).reshape(-1).tolist())
    return image


def sampled(image: SimpleITK.Image, plane: Plane, *, nearest: bool = False, offset_mm: float = 0.0) -> NDArray[np.float64]:
    """SimpleITK's values at the pixel centres of a plane; NaN outside."""
    resample = SimpleITK.ResampleImageFilter()
    resample.SetSize([plane.shape[1], plane.shape[0], 1])
    resample.SetOutputSpacing([plane.spacing_mm[1], plane.spacing_mm[0], 1.0])
    resample.SetOutputOrigin(list(np.add(plane.origin, np.multiply(plane.normal, offset_mm))))
    resample.SetOutputDirection(np.array([plane.axis_column, plane.axis_row, plane.normal]).T.reshape(-1).tolist())
    resample.SetInterpolator(SimpleITK.sitkNearestNeighbor if nearest else SimpleITK.sitkLinear)
    resample.SetDefaultPixelValue(-30000.0)
    found = SimpleITK.GetArrayFromImage(resample.Execute(SimpleITK.Cast(image, SimpleITK.sitkFloat64)))[0]
    return np.where(found < -20000, np.nan, found)


def grey(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """The linear function of PS3.3 C.11.2.1.2 for the window above."""
    return np.clip(((value - ((LOW + HIGH) / 2 - 0.5)) / (HIGH - LOW - 1) + 0.5) * 255, 0, 255)


def agrees(pixels: NDArray[np.int64], witness: NDArray[np.float64]) -> None:
    """Within one grey level wherever SimpleITK has a value; nearly all of what it has none for is black here, too."""
    inside = np.isfinite(witness)
    assert inside.mean() > 0.2
    assert np.abs(pixels[inside] - grey(witness[inside])).max() <= 1.0


def at_pixels(mask: NDArray[np.bool_], own: Plane, plane: Plane) -> NDArray[np.bool_]:
    """What a mask on a grid of its own holds at the pixel centres of a coplanar plane."""
    rows, columns = np.indices(plane.shape)
    points = plane.point_patient(np.stack([columns + 0.5, rows + 0.5], axis=-1))
    assert np.abs(own.distance_mm(points)).max() < 1e-6
    index = np.floor(own.position_image(points)).astype(int)
    inside = ((index >= 0) & (index < np.array(mask.shape)[::-1])).all(axis=-1)
    found = np.zeros(plane.shape, bool)
    found[inside] = mask[index[inside][:, 1], index[inside][:, 0]]
    return found


@pytest.fixture(params=GRIDS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Grid, Path]:
    grid = GRIDS[request.param]
    images = image_series(values(), grid, Series("ct"))
    save([*images, segmentation(images, labels(), [Part("One"), Part("Two")], Result("seg"))], tmp_path)
    return grid, tmp_path


def turned(state: ReadingState, stack: Stack, how: str) -> ReadingState:
    if how == "straight":
        return state
    own = own_axes(stack)
    axes = turned_axes(turned_axes(own, own[2], 23.0), own[0], -11.0)
    return set_axes(replace(state, panes=(Pane(stack.id),)), axes)


@pytest.mark.parametrize("how", ["straight", "turned"])
def test_planes_through_made_volumes_are_those_of_simpleitk(made: tuple[Grid, Path], how: str) -> None:
    grid, folder = made
    state, inputs = opened(folder)
    image = image_of(values(), grid.affine)
    with inputs:
        stack = state.content.library.stacks[0]
        state = turned(state, stack, how)
        for kind in PLANE_KINDS:
            for place in (None, 3, -4) if how == "straight" else (None,):
                plane, pixels = shown(state, inputs, stack, kind, place)
                agrees(pixels, sampled(image, plane))


@pytest.mark.parametrize(("projection", "together"), [("maximum", np.fmax), ("minimum", np.fmin)])
def test_a_slab_through_made_volumes_is_what_simpleitk_has_in_it(
    made: tuple[Grid, Path], projection: str, together: np.ufunc
) -> None:
    grid, folder = made
    state, inputs = opened(folder)
    image = image_of(values(), grid.affine)
    with inputs:
        stack = state.content.library.stacks[0]
        for kind in PLANE_KINDS:
            state_of = replace(state, panes=(Pane(stack.id, kind=kind),))
            cut = state_of.stack_of(state_of.panes[0])
            assert cut is not None
            step_mm = cut.spacing_mm[0]
            assert step_mm is not None
            slab = Slab(4.2 * step_mm, projection)  # type: ignore[arg-type]
            plane, pixels = shown(state, inputs, stack, kind, None, slab=slab)
            # Voxels whose centres lie within half the thickness: two to each side.
            witness = together.reduce([sampled(image, plane, offset_mm=n * step_mm) for n in (-2, -1, 0, 1, 2)])
            agrees(pixels, witness)


@pytest.mark.parametrize("how", ["straight", "turned"])
def test_masks_on_planes_are_those_of_simpleitk_but_for_the_border(made: tuple[Grid, Path], how: str) -> None:
    grid, folder = made
    state, inputs = opened(folder)
    with inputs:
        stack = state.content.library.stacks[0]
        state = turned(state, stack, how)
        (overlay,) = state.content.overlays.values()
        seen = set()
        for kind in PLANE_KINDS:
            plane, _ = shown(state, inputs, stack, kind, None)
            content = inputs.on_plane(overlay.instance, plane)
            assert isinstance(content, OnPlane)
            for number in (1, 2):
                ours = np.zeros(plane.shape, bool)
                for label in content.labels:
                    if number in label.parts:
                        ours |= at_pixels(label.labels == label.parts.index(number) + 1, label.plane, plane)
                mask = image_of((labels() == number).astype(np.uint8), grid.affine)
                theirs = np.nan_to_num(sampled(mask, plane, nearest=True)) > 0.5
                # Half way between two voxels either one may be taken.
                unsure = np.abs(np.nan_to_num(sampled(mask, plane)) - 0.5) < 0.499
                seen |= {number} if theirs.any() else set()
                assert not ((ours != theirs) & ~unsure).any()
        assert seen == {1, 2}


REAL = {
    "mr-multiplane-brainix": 2,
    "rt-ibsi-lung-keyhole": 1,
    "seg-sr-flair-wmh-ohif": 1,
    "geometry-gantry-tilt": 2,
    "petct-suv-rwv": 2,
    "adc-mr-20": 1,
    "rt-bad-references": 1,
    "seg-ct-liver-overlapping": 1,
}
"""Folders, and how many stacks each has that planes are cut through."""


@pytest.mark.real_data
@pytest.mark.parametrize("how", ["straight", "turned"])
@pytest.mark.parametrize("name", REAL)
def test_planes_through_real_volumes_are_those_of_other_readers(real_data: Path, name: str, how: str) -> None:
    state, inputs = opened(real_data / name)
    with inputs:
        stacks = [one for one in state.content.library.stacks if not why_not_resliced(one)]
        assert len(stacks) == REAL[name]
        for stack in stacks:
            slices, origins = read_by_simpleitk(state, stack)
            # A cut is made of whole stored values: in a narrow window half of one is more than a grey level.
            lowest, highest = float(np.nanmin(slices)), float(np.nanmax(slices))
            low, high = lowest - (highest - lowest) / 2, highest + (highest - lowest) / 2
            hung = turned(show_stack(state, 0, stack.id), stack, how)
            compared = 0
            for kind in PLANE_KINDS:
                for share in (0.3, 0.5, 0.8):
                    plane, pixels = shown_in(hung, inputs, stack, kind, (low, high), share)
                    witness = between_slices(slices, origins, stack, plane)
                    inside = np.isfinite(witness)
                    compared += int(inside.sum())
                    expected = np.clip((witness[inside] - low) / (high - low) * 255, 0, 255)
                    assert not inside.any() or np.abs(pixels[inside] - expected).max() <= 1.0
            assert compared > 5_000


def read_by_simpleitk(state: ReadingState, stack: Stack) -> tuple[NDArray[np.float64], list[NDArray[np.float64]]]:
    """Modality values and origins of the slices by their depth; NaN where the file says that there is no value."""
    library = state.content.library
    order = np.argsort(stack.offsets_mm)
    files = [SimpleITK.ReadImage(library.instance(stack.frames[place].instance).source.path) for place in order]
    slices = np.stack([SimpleITK.GetArrayViewFromImage(one)[0] for one in files]).astype(np.float64)
    for one, values in zip(files, slices, strict=True):
        if one.HasMetaDataKey("0028|0120"):
            stored, slope, intercept = (float(one.GetMetaData(f"0028|{tag}")) for tag in ("0120", "1053", "1052"))
            values[values == stored * slope + intercept] = np.nan
    return slices, [np.array(one.GetOrigin()) for one in files]


def between_slices(
    slices: NDArray[np.float64], origins: list[NDArray[np.float64]], stack: Stack, plane: Plane
) -> NDArray[np.float64]:
    """Linear samples within the slices by scipy, each where its file says it lies, and linear between two neighbours."""
    first = stack.planes[0]
    across, down = np.asarray(first.axis_column), np.asarray(first.axis_row)
    depths = np.array([origin @ np.asarray(first.normal) for origin in origins])
    usual = float(np.median(np.diff(depths)))
    rows, columns = np.indices(plane.shape)
    points = plane.point_patient(np.stack([columns + 0.5, rows + 0.5], axis=-1)).reshape(-1, 3)
    depth = points @ np.asarray(first.normal)
    below = np.clip(np.searchsorted(depths, depth + 1e-6) - 1, 0, len(depths) - 2)
    gap = depths[below + 1] - depths[below]
    share = (depth - depths[below]) / gap
    total = np.zeros(len(points))
    for step in (0, 1):
        for level in np.unique(below):
            here = below == level
            away = points[here] - origins[level + step]
            place = [away @ down / first.spacing_mm[0], away @ across / first.spacing_mm[1]]
            weight = share[here] if step else 1 - share[here]
            found = ndimage.map_coordinates(slices[level + step], place, order=1, cval=np.nan)
            total[here] += np.where(np.abs(weight) < 1e-6, 0.0, weight * found)
    # Where slices are missing, and beyond the last one, nothing is known.
    total[(gap > 1.4 * usual) | (share < -1e-6) | (share > 1 + 1e-6)] = np.nan
    return total.reshape(plane.shape)


def shown_in(
    state: ReadingState, inputs: EagerInputs, stack: Stack, kind: PlaneKind, ends: tuple[float, float], share: float
) -> tuple[Plane, NDArray[np.int64]]:
    """The plane at a share of the way through a stack, under a window between two values."""
    window = WindowChoice("user", center=(ends[0] + ends[1]) / 2 + 0.5, width=ends[1] - ends[0] + 1)
    pane = Pane(stack.id, window=window, kind=kind)
    cut = replace(state, panes=(pane,)).stack_of(pane)
    assert cut is not None
    scene = slice_scene(replace(state, panes=(replace(pane, frame=int(share * len(cut.frames))),)), 0, inputs)
    (picture,) = (one for one in scene.drawables if isinstance(one, ImagePicture))
    assert scene.plane is not None
    return scene.plane, picture.pixels.astype(np.int64)
