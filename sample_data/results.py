"""What two algorithms and a reader made of the sample images. The three mistakes on purpose are made here only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.uid import DeflatedExplicitVRLittleEndian, RLELossless
from scipy import ndimage

from sample_data.anatomy import LESION, SEED
from sample_data.maps import kidney_flow, lesion_dose
from sample_data.papers import key_images, lesion_surface, letter, summary
from sample_data.scanner import Tissues, points
from sample_data.tissues import Tissue
from tests.synthetic.image import Grid
from tests.synthetic.presentation_state import Annotation, Mark, Note, StateResult, presentation_state
from tests.synthetic.report import Group, Reading, ReportResult, measurement_report
from tests.synthetic.segmentation import LEFT, RIGHT, Algorithm, Part, Result, segmentation
from tests.synthetic.structure_set import Outline, Region, StructureSetResult, structure_set

FIRST = Algorithm("Torso Organs A", "2.1", "AUTOMATIC", "Sample Algorithms")
SECOND = Algorithm("Torso Organs B", "0.9", "AUTOMATIC", "Sample Algorithms")

VOLUME = Code("118565006", "SCT", "Volume")
DIAMETER = Code("103339001", "SCT", "Long axis")
MILLILITRE = Code("ml", "UCUM", "milliliter")
MILLIMETRE = Code("mm", "UCUM", "millimeter")
LESION_TYPE = Code("52988006", "SCT", "Lesion")
LIVER = Code("10200004", "SCT", "Liver")
ABNORMALITY = Code("49755003", "SCT", "Morphologically Altered Structure")

REPORTED_TOO_LARGE = ("Spleen", 1.45)
"""Mistake 1: the first algorithm reports this part's volume times this factor."""


@dataclass(frozen=True)
class Organ:
    """One organ as algorithms see it: what they call it, and which tissues belong to it."""

    part: Part
    tissues: tuple[Tissue, ...]


def _organ(label: str, code: Code, color: tuple[int, int, int], *tissues: Tissue, side: Code | None = None) -> Organ:
    return Organ(Part(label, code, codes.SCT.Organ, color, side, tracking=f"A {label}"), tissues)


KIDNEY, LUNG = Code("64033007", "SCT", "Kidney"), Code("39607008", "SCT", "Lung")
ORGANS = (
    _organ("Liver", LIVER, (183, 108, 78), Tissue.LIVER, Tissue.LIVER_VESSEL),
    _organ("Spleen", Code("78961009", "SCT", "Spleen"), (157, 108, 162), Tissue.SPLEEN),
    _organ("Right kidney", KIDNEY, (235, 150, 72), Tissue.KIDNEY_RIGHT, Tissue.MEDULLA_RIGHT, side=RIGHT),
    _organ("Left kidney", KIDNEY, (212, 188, 90), Tissue.KIDNEY_LEFT, Tissue.MEDULLA_LEFT, side=LEFT),
    _organ(
        "Stomach",
        Code("69695003", "SCT", "Stomach"),
        (216, 132, 165),
        Tissue.STOMACH_WALL,
        Tissue.STOMACH_FLUID,
        Tissue.STOMACH_AIR,
    ),
    _organ("Pancreas", Code("15776009", "SCT", "Pancreas"), (249, 180, 111), Tissue.PANCREAS),
    _organ("Aorta", Code("15825003", "SCT", "Aorta"), (224, 77, 66), Tissue.AORTA),
    _organ("Heart", Code("80891009", "SCT", "Heart"), (206, 96, 86), Tissue.MYOCARDIUM, Tissue.BLOOD),
    _organ("Right lung", LUNG, (110, 184, 209), Tissue.LUNG_RIGHT, side=RIGHT),
    _organ("Left lung", LUNG, (122, 164, 224), Tissue.LUNG_LEFT, side=LEFT),
)
LESION_PART = Part("Liver lesion", LESION_TYPE, ABNORMALITY, (80, 214, 160), regions=(LIVER,), tracking="A Liver lesion 1")
LESION_TISSUES = (Tissue.LESION, Tissue.NECROSIS)


def masks(tissues: Tissues, roughness: float, seed: int) -> NDArray[np.uint8]:
    """Find what an algorithm finds: (slices, rows, columns, organs + lesion), smooth but not exact, without overlap."""
    random = np.random.default_rng(SEED + seed)
    found = np.zeros((*tissues.shape, len(ORGANS) + 1), np.uint8)
    wanted = [*(organ.tissues for organ in ORGANS), LESION_TISSUES]
    for number, members in enumerate(wanted):
        true = np.isin(tissues, [int(member) for member in members])
        if members[0] in (Tissue.LUNG_RIGHT, Tissue.LUNG_LEFT):
            true = ndimage.binary_closing(true, np.ones((1, 3, 3), bool), iterations=2)
        soft = ndimage.gaussian_filter(true.astype(np.float32), (0.25, 1.0, 1.0))
        wobble = ndimage.gaussian_filter(random.normal(size=true.shape).astype(np.float32), (0.5, 3, 3))
        found[..., number] = soft + roughness * wobble / wobble.std() > 0.5
        found[..., number] = _largest(found[..., number])
    first = found.argmax(axis=-1)
    return np.asarray((np.arange(found.shape[-1]) == first[..., None]) & (found > 0), np.uint8)


def _largest(mask: NDArray[np.uint8]) -> NDArray[np.bool_]:
    labels, count = ndimage.label(mask)
    if count == 0:
        return mask.astype(bool)
    return np.asarray(labels == 1 + np.argmax(np.bincount(labels.ravel())[1:]))


def first_organs(images: Sequence[Dataset], found: NDArray[np.uint8]) -> Dataset:
    """Make the first algorithm's segmentation: every organ and the lesion, on the CT's own grid."""
    result = Result("organs A", 101, "Organs A (AI)", "ORGANS_A", FIRST)
    parts = [*(organ.part for organ in ORGANS), LESION_PART]
    return segmentation(images, found, parts, result, transfer_syntax=DeflatedExplicitVRLittleEndian)


def first_labelmap(images: Sequence[Dataset], found: NDArray[np.uint8]) -> Dataset:
    """Make the same as a label map."""
    result = Result("organs A label map", 102, "Organs A as label map (AI)", "ORGANS_A_MAP", FIRST)
    parts = [*(organ.part for organ in ORGANS), LESION_PART]
    numbers = (found * np.arange(1, found.shape[-1] + 1, dtype=np.uint8)).sum(axis=-1, dtype=np.uint8)
    return segmentation(images, numbers, parts, result, kind="LABELMAP", transfer_syntax=RLELossless)


def lesion_probability(images: Sequence[Dataset], grid: Grid) -> Dataset:
    """Make the first algorithm's probability of lesion, stored as 0 to 255."""
    random = np.random.default_rng(SEED + 40)
    inside = 1 - LESION.norm(points(grid))
    wobble = ndimage.gaussian_filter(random.normal(size=grid.shape), (0.6, 2.5, 2.5))
    probability = 1 / (1 + np.exp(-9 * (inside + 0.05 * wobble / wobble.std())))
    probability[probability < 0.04] = 0
    result = Result("lesion probability", 103, "Liver lesion probability (AI)", "LESION_PROB", FIRST)
    pixels = probability.astype(np.float32)[..., None]
    return segmentation(images, pixels, [LESION_PART], result, kind="FRACTIONAL", transfer_syntax=RLELossless)


def second_organs(images: Sequence[Dataset], found: NDArray[np.uint8], grid: Grid) -> Dataset:
    """Make the second algorithm's segmentation, on its own coarser grid.

    Mistake 2: what lies over the left kidney is called the right kidney. Mistake 3: the lesion is described and not found.
    """
    chosen = ("Liver", "Spleen", "Right kidney", "Left kidney", "Stomach", "Aorta")
    labels = [organ.part.label for organ in ORGANS]
    parts = [
        Part(
            o.part.label,
            o.part.property_type,
            o.part.category,
            o.part.color,
            o.part.laterality,
            tracking=f"B {o.part.label}",
        )
        for o in ORGANS
        if o.part.label in chosen
    ]
    wrong = labels.index("Left kidney")
    parts[[part.label for part in parts].index("Left kidney")] = Part(
        "Right kidney", KIDNEY, codes.SCT.Organ, ORGANS[wrong].part.color, RIGHT, tracking="B Right kidney 2"
    )
    parts.append(
        Part("Liver lesion", LESION_TYPE, ABNORMALITY, (80, 214, 160), regions=(LIVER,), tracking="B Liver lesion 1")
    )
    pixels = np.stack([found[..., labels.index(name)] for name in chosen] + [np.zeros(grid.shape, np.uint8)], axis=-1)
    # The second algorithm has no lesion class in its liver: the liver is whole there.
    pixels[..., 0] |= found[..., -1]
    result = Result("organs B", 111, "Organs B (AI)", "ORGANS_B", SECOND, time="100500")
    return segmentation(images, pixels, parts, result, grid=grid, transfer_syntax=DeflatedExplicitVRLittleEndian)


def reader_contours(images: Sequence[Dataset], tissues: Tissues, grid: Grid) -> Dataset:
    """Make a reader's structure set: the liver with the lesion as a hole, the lesion, the spinal canal, the body outline."""
    lesion = np.isin(tissues, LESION_TISSUES)
    liver = np.isin(tissues, (Tissue.LIVER, Tissue.LIVER_VESSEL)) | lesion
    hole = ndimage.binary_erosion(lesion, np.ones((1, 3, 3), bool))
    body = ndimage.binary_fill_holes(_largest((tissues > 0) & (tissues != Tissue.TABLE) & (tissues != Tissue.FOAM)))
    regions = (
        Region("Body", _outlines(np.asarray(body), images, grid), (120, 200, 120), "EXTERNAL"),
        Region("Liver without lesion", _outlines(liver & ~hole, images, grid), (230, 159, 0), "ORGAN"),
        Region("GTV liver", _outlines(lesion, images, grid), (213, 94, 0), "GTV"),
        Region("Spinal canal", _outlines(_canal(tissues), images, grid), (86, 180, 233), "AVOIDANCE"),
    )
    return structure_set(images, regions, StructureSetResult("reader contours", "READER", "Contours (reader)"))


def _canal(tissues: Tissues) -> NDArray[np.bool_]:
    return np.asarray(ndimage.binary_dilation(tissues == Tissue.CORD, np.ones((1, 3, 3), bool)))


def _outlines(mask: NDArray[np.bool_], images: Sequence[Dataset], grid: Grid) -> tuple[Outline, ...]:
    """Trace a mask slice by slice, half a pixel off the voxel centres; holes are contours of their own."""
    outlines = []
    for k in np.flatnonzero(mask.any(axis=(1, 2))):
        soft = ndimage.gaussian_filter(mask[k].astype(float), 0.8)
        for line in contour_generator(z=soft).lines(0.5):
            if len(line) < 8:
                continue
            kept = _simplified(np.asarray(line)[:-1])
            x0, y0, z = grid.position(int(k))
            xyz = np.column_stack(
                (x0 + kept[:, 0] * grid.spacing_mm[2], y0 + kept[:, 1] * grid.spacing_mm[1], np.full(len(kept), z))
            )
            outlines.append(Outline(xyz, image=images[int(k)]))
    return tuple(outlines)


def _simplified(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keep the points that stand off the chord of their neighbours by more than a twentieth of a pixel."""
    while len(line) > 12:
        before, after = np.roll(line, 1, axis=0), np.roll(line, -1, axis=0)
        chord = after - before
        off = np.abs(chord[:, 0] * (line - before)[:, 1] - chord[:, 1] * (line - before)[:, 0])
        off /= np.maximum(np.hypot(chord[:, 0], chord[:, 1]), 1e-9)
        drop = (off < 0.05) & (np.arange(len(line)) % 2 == 1)
        if not drop.any():
            break
        line = line[~drop]
    return line


@dataclass(frozen=True)
class LesionAxis:
    """The longest axis of the lesion on its largest slice: end points as (column, row) from the corner, and length."""

    k: int
    start: tuple[float, float]
    end: tuple[float, float]
    length_mm: float
    box: tuple[float, float, float, float]


def lesion_axis(mask: NDArray[np.uint8], grid: Grid) -> LesionAxis:
    """Measure the lesion on the slice where it is largest."""
    k = int(mask.sum(axis=(1, 2)).argmax())
    rows, columns = np.nonzero(mask[k])
    centers = np.column_stack((columns, rows)).astype(float)
    step = (grid.spacing_mm[2], grid.spacing_mm[1])
    apart = np.hypot(*((centers[:, None] - centers[None]) * step).transpose(2, 0, 1))
    first, second = np.unravel_index(int(apart.argmax()), apart.shape)
    start, end = centers[first] + 0.5, centers[second] + 0.5
    box = (columns.min() - 3.0, rows.min() - 3.0, columns.max() + 4.0, rows.max() + 4.0)
    pair = [(float(point[0]), float(point[1])) for point in (start, end)]
    return LesionAxis(k, pair[0], pair[1], float(apart[first, second]), tuple(float(v) for v in box))  # type: ignore[arg-type]


def reported_volumes(found: NDArray[np.uint8], grid: Grid) -> dict[str, float]:
    """Return the volume in ml that the first algorithm reports of each part; mistake 1 is made here."""
    parts = [*(organ.part for organ in ORGANS), LESION_PART]
    voxel_ml = float(np.prod(grid.spacing_mm)) / 1000
    volumes = {}
    for number, part in enumerate(parts):
        volume = float(found[..., number].sum()) * voxel_ml
        if part.label == REPORTED_TOO_LARGE[0]:
            volume *= REPORTED_TOO_LARGE[1]
        volumes[part.label] = round(volume, 1)
    return volumes


def first_report(images: Sequence[Dataset], organs: Dataset, found: NDArray[np.uint8], grid: Grid) -> Dataset:
    """Make the first algorithm's report: a volume of every part, and the lesion's long axis drawn on its slice."""
    parts = [*(organ.part for organ in ORGANS), LESION_PART]
    volumes = reported_volumes(found, grid)
    groups = [
        Group(part, (Reading(VOLUME, volumes[part.label], MILLILITRE),), segment=number)
        for number, part in enumerate(parts, 1)
    ]
    axis = lesion_axis(found[..., -1], grid)
    length = Reading(DIAMETER, round(axis.length_mm, 1), MILLIMETRE)
    groups.append(Group(LESION_PART, (length,), image=images[axis.k], points=(axis.start, axis.end)))
    return measurement_report(images, organs, groups, ReportResult("report A", "Measurements A (AI)", 104, FIRST))


def first_marks(images: Sequence[Dataset], found: NDArray[np.uint8], grid: Grid) -> Dataset:
    """Make the first algorithm's presentation state: an ellipse round the lesion, an arrow, its length, a liver window."""
    axis = lesion_axis(found[..., -1], grid)
    near = tuple(images[k] for k in range(axis.k - 1, axis.k + 2))
    left, top, right, bottom = axis.box
    middle, height = (left + right) / 2, (top + bottom) / 2
    ellipse = Mark("ELLIPSE", ((left, height), (right, height), (middle, top), (middle, bottom)))
    tip = (left - 1.0, top - 1.0)
    arrow = Mark("POLYLINE", ((tip[0] - 14, tip[1] - 14), tip, (tip[0] - 5, tip[1] - 1), tip, (tip[0] - 1, tip[1] - 5)))
    note = Note(f"Lesion {axis.length_mm:.0f} mm", (tip[0] - 14, tip[1] - 16))
    return presentation_state(
        images,
        (
            Annotation(near, "AI FINDINGS", (ellipse, arrow)),
            Annotation((images[axis.k],), "AI TEXT", (), (note,)),
        ),
        StateResult("marks A", "LESION_A", "Lesion marks A (AI)", 105, FIRST.manufacturer, FIRST.name, FIRST.version),
        window=(90.0, 180.0),
        layer_colors={"AI FINDINGS": (80, 214, 160), "AI TEXT": (240, 228, 66)},
    )


def coarse_grid(fine: Grid) -> Grid:
    """Make the second algorithm's grid: pixels twice as wide, the upper belly only."""
    skip, keep = 3, 34
    half = fine.spacing_mm[2] / 2
    x, y, z = fine.position(skip)
    spacing = (fine.spacing_mm[0], 2 * fine.spacing_mm[1], 2 * fine.spacing_mm[2])
    return Grid((keep, fine.shape[1] // 2, fine.shape[2] // 2), spacing, (x + half, y + half, z))


def everything(ct: Sequence[Dataset], grid: Grid, tissues: Tissues, coarse_tissues: Tissues) -> dict[str, Any]:
    """Make all derived objects, by file name."""
    found = masks(tissues, 0.05, 10)
    coarse = coarse_grid(grid)
    organs = first_organs(ct, found)
    axis = lesion_axis(found[..., -1], grid)
    return {
        "organs_a.dcm": organs,
        "organs_a_labelmap.dcm": first_labelmap(ct, found),
        "lesion_probability.dcm": lesion_probability(ct, grid),
        "organs_b.dcm": second_organs(ct, masks(coarse_tissues, 0.09, 20), coarse),
        "contours.dcm": reader_contours(ct, tissues, grid),
        "blood_flow.dcm": kidney_flow(ct, tissues, grid),
        "dose.dcm": lesion_dose(ct),
        "marks_a.dcm": first_marks(ct, found, grid),
        "report_a.dcm": first_report(ct, organs, found, grid),
        "summary_a.dcm": summary(ct, reported_volumes(found, grid), axis.length_mm, FIRST),
        "lesion_surface_a.dcm": lesion_surface(ct, FIRST),
        "key_images.dcm": key_images(ct, axis.k),
        "letter.dcm": letter(ct, axis.k),
    }
