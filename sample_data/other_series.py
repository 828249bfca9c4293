"""Images beside the CT and the MR: a map of diffusion on a coarse grid, and a CT of another day that is registered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from highdicom.pm import RealWorldValueMapping
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset
from pydicom.sr.coding import Code
from pydicom.uid import JPEGLSLossless
from scipy import ndimage

from sample_data.anatomy import SEED, Phantom
from sample_data.scanner import APPEARANCE, points
from sample_data.shapes import Points
from sample_data.tissues import Tissue
from tests.synthetic.identity import Study, as_file, uid
from tests.synthetic.image import Grid, Series, image_series
from tests.synthetic.registration import registration

DIFFUSION_GRID = Grid((20, 64, 64), (15.0, 7.5, 7.5), (-236.25, -228.25, 7.5))
PLANNING_GRID = Grid((16, 64, 64), (15.0, 6.0, 6.0), (-189.0, -181.0, 35.0))
_FINE = 4
"""Points a pixel along each side."""
TURN_DEGREES, SHIFT_MM = 4.0, (14.0, -9.0, 6.0)
"""How the patient lay on the other day: about the long axis, and moved."""

_DIFFUSION = {
    Tissue.LESION: 950,
    Tissue.NECROSIS: 1900,
    Tissue.LIVER: 1200,
    Tissue.LIVER_VESSEL: 1500,
    Tissue.SPLEEN: 820,
    Tissue.KIDNEY_RIGHT: 2000,
    Tissue.KIDNEY_LEFT: 2000,
    Tissue.MEDULLA_RIGHT: 1900,
    Tissue.MEDULLA_LEFT: 1900,
    Tissue.STOMACH_FLUID: 2800,
    Tissue.BILE: 2900,
    Tissue.CORD: 1000,
    Tissue.MUSCLE: 1400,
    Tissue.PANCREAS: 1500,
}
"""Millionths of a mm2/s; what is not named gives too little signal for a number."""


def planning_to_ct() -> NDArray[np.float64]:
    """Return 4x4 from the Frame of Reference of the planning CT to that of the CT, mm."""
    turn = np.radians(TURN_DEGREES)
    made = np.eye(4)
    made[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    made[:3, 3] = SHIFT_MM
    return np.round(made, 6)


def diffusion(study: Study) -> list[FileDataset]:
    """Make an axial map of apparent diffusion in the Frame of Reference of the CT."""
    table = np.zeros(len(Tissue))
    for one, value in _DIFFUSION.items():
        table[one] = value
    mean = _averaged(table[Phantom(points(DIFFUSION_GRID, fine=(1, _FINE, _FINE))).paint()])
    random = np.random.default_rng(SEED + 70)
    noise = ndimage.gaussian_filter(random.normal(size=mean.shape), (0.3, 0.8, 0.8))
    stored = np.where(mean > 0, mean + 40 * noise / noise.std(), 0)
    attributes = (
        ("ImageType", ["DERIVED", "PRIMARY", "DIFFUSION MAP"]),
        ("BodyPartExamined", "ABDOMEN"),
        ("WindowCenter", "1500"),
        ("WindowWidth", "3000"),
    )
    series = Series("diffusion", "MR", 3, "Apparent diffusion, axial", study, attributes=attributes)
    return image_series(_stored(stored), DIFFUSION_GRID, series, compression=JPEGLSLossless)


def planning_ct(study: Study) -> list[FileDataset]:
    """Make a coarse CT of the same patient in another position: a Frame of Reference of its own."""
    grid = points(PLANNING_GRID, fine=(1, _FINE, _FINE))
    flat = np.stack([axis.ravel() for axis in np.broadcast_arrays(grid.x, grid.y, grid.z)] + [np.ones(grid.shape).ravel()])
    x, y, z = ((planning_to_ct() @ flat)[axis].reshape(grid.shape) for axis in range(3))
    mean = _averaged(np.array([APPEARANCE[one][0] for one in Tissue])[Phantom(Points(x, y, z)).paint()])
    random = np.random.default_rng(SEED + 71)
    stored = mean + 1024 + 12 * random.normal(size=mean.shape)
    attributes = (("BodyPartExamined", "CHESTABDOMEN"), ("WindowCenter", "40"), ("WindowWidth", "400"))
    own = uid(study.name, "planning", "frame of reference")
    series = Series("planning", "CT", 4, "Planning CT, low dose", study, frame_of_reference=own, attributes=attributes)
    return image_series(_stored(stored), PLANNING_GRID, series, compression=JPEGLSLossless)


def joined(ct: Sequence[Dataset], planning: Sequence[Dataset]) -> Dataset:
    """Make the registration that leads from the planning CT to the CT."""
    made = registration(ct[0], planning[0], [("RIGID", planning_to_ct())], name="planning registration")
    made.SeriesNumber, made.InstanceNumber, made.SeriesDescription = 333, 1, "Planning CT to CT"
    made.BodyPartExamined, made.PositionReferenceIndicator = "CHESTABDOMEN", ""
    made.Manufacturer, made.ManufacturerModelName = "Overread", "Phantom"
    made.DeviceSerialNumber, made.SoftwareVersions = "0", "1"
    made.ContentLabel = "PLANNING_TO_CT"
    made.ContentDescription, made.ContentCreatorName = "Planning CT to CT", "Sample^Reader"
    made.ContentTime = "100000"
    for item, images in zip(made.RegistrationSequence, (ct, planning), strict=True):
        item.ReferencedImageSequence = [_reference(one) for one in images]
        item.MatrixRegistrationSequence[0].RegistrationTypeCodeSequence = []
        item.MatrixRegistrationSequence[0].FrameOfReferenceTransformationComment = ""
    made.ReferencedSeriesSequence = [_series(ct), _series(planning)]
    return made


def diffusion_values(images: Sequence[Dataset]) -> Dataset:
    """Make the real-world value map of the diffusion images: what a stored value of 1000 means."""
    made = Dataset()
    first = images[0]
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate"):
        setattr(made, keyword, first[keyword].value)
    for keyword in ("StudyTime", "StudyID", "StudyDescription", "ReferringPhysicianName", "AccessionNumber"):
        setattr(made, keyword, first[keyword].value)
    name = "diffusion values"
    made.SOPClassUID = "1.2.840.10008.5.1.4.1.1.67"
    made.SOPInstanceUID = uid(made.StudyInstanceUID, name, "instance")
    made.SeriesInstanceUID = uid(made.StudyInstanceUID, name, "series")
    made.Modality, made.SeriesNumber, made.InstanceNumber = "RWV", 334, 1
    made.SeriesDescription, made.BodyPartExamined = "Apparent diffusion, values", "ABDOMEN"
    made.Manufacturer, made.ManufacturerModelName = "Overread", "Phantom"
    made.DeviceSerialNumber, made.SoftwareVersions = "0", "1"
    made.ContentDate, made.ContentTime = "20260115", "100000"
    made.ContentLabel, made.ContentDescription, made.ContentCreatorName = "ADC", "Apparent diffusion", "Sample^Reader"
    group = Dataset()
    group.ReferencedImageSequence = [_reference(one) for one in images]
    unit = Code("mm2/s", "UCUM", "square millimeter per second")
    mapping = RealWorldValueMapping("ADC", "Apparent diffusion", unit, (0, 4095), slope=1e-6, intercept=0.0)
    group.RealWorldValueMappingSequence = [mapping]
    made.ReferencedImageRealWorldValueMappingSequence = [group]
    made.ReferencedSeriesSequence = [_series(images)]
    return as_file(made)


def _averaged(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of the points that each pixel was divided into: what lies in part of a pixel shows in part."""
    slices, rows, columns = values.shape
    return np.asarray(values.reshape(slices, rows // _FINE, _FINE, columns // _FINE, _FINE).mean(axis=(2, 4)))


def _stored(values: NDArray[np.float64]) -> NDArray[np.uint16]:
    return np.clip(np.rint(values), 0, 4095).astype(np.uint16)


def _series(images: Sequence[Dataset]) -> Dataset:
    made = Dataset()
    made.SeriesInstanceUID = images[0].SeriesInstanceUID
    made.ReferencedInstanceSequence = [_reference(one) for one in images]
    return made


def _reference(of: Dataset) -> Dataset:
    made = Dataset()
    made.ReferencedSOPClassUID, made.ReferencedSOPInstanceUID = of.SOPClassUID, of.SOPInstanceUID
    return made
