"""Grayscale presentation states written element by element, so that a test can state every one of them and omit any."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import UID

from tests.synthetic.identity import as_file, uid

GREYSCALE, COLOUR, PSEUDO_COLOUR, BLENDING, XA_GREYSCALE, PLANAR_MPR, ADVANCED_BLENDING = (
    UID(f"1.2.840.10008.5.1.4.1.1.11.{kind}") for kind in (1, 2, 3, 4, 5, 6, 8)
)


def item(**elements: object) -> Dataset:
    """Make a sequence item."""
    made = Dataset()
    for keyword, value in elements.items():
        setattr(made, keyword, value)
    return made


def lut(entries: Sequence[int], *, first: int = 0, bits: int = 16, **elements: object) -> Dataset:
    """Make an item of a Modality, VOI or Presentation LUT Sequence (PS3.3 C.11.1, C.11.2, C.11.6)."""
    made = item(**elements)
    made.add_new(0x00283002, "US" if first >= 0 else "SS", [len(entries) & 0xFFFF, first, bits])
    made.add_new(0x00283006, "OW", np.asarray(entries, "<u2").tobytes())
    return made


def overlay_group(dataset: Dataset, group: int, bits: np.ndarray, *, layer: str | None = None) -> None:
    """Add an overlay plane of 0 and 1, (rows, columns), to a dataset (PS3.3 C.9.2)."""
    rows, columns = bits.shape
    dataset.add_new((group, 0x0010), "US", rows)
    dataset.add_new((group, 0x0011), "US", columns)
    dataset.add_new((group, 0x0040), "CS", "G")
    dataset.add_new((group, 0x0050), "SS", [1, 1])
    dataset.add_new((group, 0x0100), "US", 1)
    dataset.add_new((group, 0x0102), "US", 0)
    if layer is not None:
        dataset.add_new((group, 0x1001), "CS", layer)
    packed = np.packbits(bits.ravel(), bitorder="little").tobytes()
    dataset.add_new((group, 0x3000), "OW", packed + b"\0" * (len(packed) % 2))


def grey_state(
    images: Sequence[Dataset], name: str, *, sop_class: UID = GREYSCALE, frames: Sequence[int] = (), **elements: object
) -> FileDataset:
    """Make a state over images of one series.

    Nothing is copied from the images: what ``elements`` leave out is absent, but for a shape of IDENTITY, a displayed
    area of the whole image with its own spacing, and no rotation. An element of None is left out altogether.

    Parameters
    ----------
    frames
        The frames that are referenced; none means all.
    """
    first = images[0]
    references = [item(ReferencedSOPClassUID=one.SOPClassUID, ReferencedSOPInstanceUID=one.SOPInstanceUID) for one in images]
    for reference in references if frames else ():
        reference.ReferencedFrameNumber = list(frames)
    area = item(
        DisplayedAreaTopLeftHandCorner=[1, 1],
        DisplayedAreaBottomRightHandCorner=[first.Columns, first.Rows],
        PresentationSizeMode="SCALE TO FIT",
        PresentationPixelSpacing=first.PixelSpacing,
    )
    made = item(
        SOPClassUID=sop_class,
        SOPInstanceUID=uid(first.StudyInstanceUID, name, "state"),
        StudyInstanceUID=first.StudyInstanceUID,
        SeriesInstanceUID=uid(first.StudyInstanceUID, name, "states"),
        PatientName=first.PatientName,
        PatientID=first.PatientID,
        Modality="PR",
        SeriesNumber=900,
        InstanceNumber=1,
        ContentLabel="STATE",
        PresentationCreationDate="20260115",
        PresentationCreationTime="101500",
        ReferencedSeriesSequence=[item(SeriesInstanceUID=first.SeriesInstanceUID, ReferencedImageSequence=references)],
        DisplayedAreaSelectionSequence=[area],
        PresentationLUTShape="IDENTITY",
        ImageRotation=0,
        ImageHorizontalFlip="N",
    )
    for keyword, value in elements.items():
        if value is None:
            delattr(made, keyword)
        else:
            setattr(made, keyword, value)
    if "PresentationLUTSequence" in made:
        del made.PresentationLUTShape
    return as_file(made)
