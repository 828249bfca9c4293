"""Color Palette objects, built by hand (PS3.3 A.58)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from pydicom.dataset import Dataset, FileDataset

from tests.synthetic.identity import as_file, uid

CLASS = "1.2.840.10008.5.1.4.39.1"


def color_palette(colours: ArrayLike, name: str = "Own colours", *, instance: str = "", profile: bytes = b"") -> FileDataset:
    """Make a palette of 8-bit colours (n, 3); it belongs to no patient, study or series."""
    table = np.asarray(colours, np.uint8)
    made = Dataset()
    made.SOPClassUID, made.SOPInstanceUID = CLASS, instance or uid(name, "palette")
    made.InstanceNumber, made.ContentLabel, made.ContentDescription = 1, "OWN", name
    made.ContentCreatorName = "Sample^Reader"
    for place, colour in enumerate(("Red", "Green", "Blue")):
        setattr(made, f"{colour}PaletteColorLookupTableDescriptor", [len(table), 0, 8])
        made[f"{colour}PaletteColorLookupTableDescriptor"].VR = "US"
        packed = table[:, place].tobytes()
        made.add_new(0x00281201 + place, "OW", packed + b"\0" * (len(packed) % 2))
    if profile:
        made.ICCProfile = profile
    return as_file(made)
