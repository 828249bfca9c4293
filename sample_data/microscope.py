"""A small slide of the lesion's biopsy, what an algorithm counts on it, and a colour presentation state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highdicom as hd
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import JPEGLSLossless
from scipy import ndimage

from sample_data.anatomy import SEED
from sample_data.colours import srgb_profile
from tests.synthetic.bulk_annotations import Group, bulk_annotations
from tests.synthetic.documents import coded
from tests.synthetic.identity import Study, settle, uid
from tests.synthetic.segmentation import Algorithm
from tests.synthetic.slide import Glass, Pixels, halved, level

FOURTH = Algorithm("Cell finder", "3.0", "AUTOMATIC", "Sample Algorithms")
ROWS, COLUMNS, TILE, PIXEL_MM = 256, 384, 128, 0.0005
_GLANDS = ((96.0, 88.0, 46.0, 34.0), (250.0, 70.0, 36.0, 30.0), (182.0, 176.0, 58.0, 40.0), (318.0, 186.0, 34.0, 42.0))
"""Column and row of the middle, half width and half height, pixels."""
_LUMEN = 0.42
_NUCLEI = 26
"""Around each gland."""


@dataclass(frozen=True)
class Biopsy:
    """The slide as pixels, with where its nuclei and glands are: (column, row) on the matrix."""

    pixels: Pixels
    nuclei: NDArray[np.float64]
    glands: tuple[NDArray[np.float64], ...]


def biopsy() -> Biopsy:
    """Paint a stained piece of tissue: glands with a lumen, a ring of nuclei about each, glass around it."""
    random = np.random.default_rng(SEED + 80)
    row, column = np.mgrid[:ROWS, :COLUMNS] + 0.5
    grain = ndimage.gaussian_filter(random.normal(size=(ROWS, COLUMNS)), 3)
    grain = np.rint(6 * grain / grain.std())[..., None]
    paint = np.full((ROWS, COLUMNS, 3), (238, 236, 240), float)
    piece = ((column - 200) / 178) ** 2 + ((row - 126) / 114) ** 2 + 0.05 * np.sin(column / 23) < 1
    paint[piece] = (np.array((226.0, 168.0, 196.0)) + grain)[piece]
    nuclei, glands = [], []
    for x, y, across, down in _GLANDS:
        away = np.hypot((column - x) / across, (row - y) / down)
        paint[away < 1] = (np.array((206.0, 140.0, 182.0)) + grain)[away < 1]
        paint[away < _LUMEN] = (240, 234, 238)
        turn = np.arange(_NUCLEI) * 2 * np.pi / _NUCLEI
        share = 0.8 + 0.06 * random.normal(size=_NUCLEI)
        nuclei.append(np.column_stack((x + share * across * np.cos(turn), y + share * down * np.sin(turn))))
        edge = np.linspace(0, 2 * np.pi, 33)[:-1]
        glands.append(np.column_stack((x + across * np.cos(edge), y + down * np.sin(edge))))
    found = np.round(np.concatenate(nuclei), 2)
    for x, y in found:
        paint[np.hypot(column - x, (row - y) * 1.3) < 3.2] = (92, 62, 138)
    return Biopsy(np.clip(np.rint(paint), 0, 255).astype(np.uint8), found, tuple(np.round(one, 2) for one in glands))


def slide_levels(study: Study, found: Biopsy) -> list[FileDataset]:
    """Make the slide at two resolutions."""
    glass = Glass("biopsy", study, (TILE, TILE), (PIXEL_MM, PIXEL_MM), (20.0, 40.0), container="BIOPSY-1")
    levels = [level(glass, [[found.pixels]]), level(glass, [[halved(found.pixels, 2)]], times=2)]
    for number, made in enumerate(levels, start=1):
        _complete(made, study, number)
        made.compress(JPEGLSLossless, generate_instance_uid=False)
    return levels


def annotations(slide: Dataset, found: Biopsy, made_by: Algorithm) -> Dataset:
    """Make an algorithm's annotations: every nucleus as a point, every gland as a polygon with its area."""
    areas = [float(_area(gland) * (PIXEL_MM * 1000) ** 2) for gland in found.glands]
    groups = (
        Group("Nuclei", "POINT", [nucleus[None].astype(np.float32) for nucleus in found.nuclei]),
        Group("Glands", "POLYGON", [gland.astype(np.float32) for gland in found.glands], areas=areas),
    )
    made = bulk_annotations(slide, groups, name="biopsy annotations", time="100000")
    made.SeriesDescription = "Nuclei and glands (AI)"
    made.Manufacturer, made.BodyPartExamined = made_by.manufacturer, "LIVER"
    made.AnnotationGroupSequence[1].AnnotationPropertyTypeCodeSequence = [coded("362884007", "SCT", "Entire gland")]
    return made


def _area(polygon: NDArray[np.float64]) -> float:
    x, y = polygon.T
    return float(abs(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2)


def slide_state(levels: Sequence[Dataset], made_by: Algorithm) -> Dataset:
    """Make a colour presentation state that shows the slide in the colours of its profile, as it is."""
    name = "slide colours"
    study = levels[0].StudyInstanceUID
    made = hd.pr.ColorSoftcopyPresentationState(
        referenced_images=list(levels),
        series_instance_uid=uid(study, name, "series"),
        series_number=332,
        sop_instance_uid=uid(study, name, "instance"),
        instance_number=1,
        manufacturer=made_by.manufacturer,
        manufacturer_model_name=made_by.name,
        software_versions=made_by.version,
        device_serial_number="0",
        content_label="STAINED",
        content_description="Biopsy in its own colours",
        icc_profile=srgb_profile(),
        series_description="Biopsy in its own colours",
    )
    made.BodyPartExamined = "LIVER"
    settle(made, name, date="20260115", time="100000")
    return made


def _complete(made: Dataset, study: Study, number: int) -> None:
    """Write what a slide must state besides its tiles (PS3.3 A.32.8)."""
    made.SeriesNumber, made.InstanceNumber = 330, number
    made.SeriesDescription, made.BodyPartExamined = "Biopsy of the lesion", "LIVER"
    made.Manufacturer, made.ManufacturerModelName = "Overread", "Phantom"
    made.DeviceSerialNumber, made.SoftwareVersions = "0", "1"
    made.PositionReferenceIndicator = "SLIDE_CORNER"
    made.ContentDate, made.ContentTime = study.date, study.time
    made.AcquisitionDateTime = study.date + study.time
    made.AcquisitionContextSequence = []
    made.VolumetricProperties, made.SpecimenLabelInImage, made.BurnedInAnnotation = "VOLUME", "NO", "NO"
    made.FocusMethod, made.ExtendedDepthOfField, made.LossyImageCompression = "AUTO", "NO", "00"
    height, width = (int(count) * PIXEL_MM * number for count in (made.TotalPixelMatrixRows, made.TotalPixelMatrixColumns))
    made.ImagedVolumeWidth, made.ImagedVolumeHeight, made.ImagedVolumeDepth = width, height, 1.0
    made.IssuerOfTheContainerIdentifierSequence = []
    made.ContainerTypeCodeSequence = [coded("433466003", "SCT", "Microscope slide")]
    specimen = Dataset()
    specimen.SpecimenIdentifier, specimen.SpecimenUID = "BIOPSY-1-1", uid(study.name, "biopsy", "specimen")
    specimen.IssuerOfTheSpecimenIdentifierSequence, specimen.SpecimenPreparationSequence = [], []
    made.SpecimenDescriptionSequence = [specimen]
    dimensions = Dataset()
    dimensions.DimensionOrganizationUID = uid(study.name, "biopsy", "dimensions")
    made.DimensionOrganizationSequence = [dimensions]
    kind = Dataset()
    kind.FrameType = list(made.ImageType)
    made.SharedFunctionalGroupsSequence[0].WholeSlideMicroscopyImageFrameTypeSequence = [kind]
    (path,) = made.OpticalPathSequence
    path.IlluminationColorCodeSequence = [coded("414298005", "SCT", "Full Spectrum")]
    path.IlluminationTypeCodeSequence = [coded("111744", "DCM", "Brightfield illumination")]
    path.ICCProfile = srgb_profile()
