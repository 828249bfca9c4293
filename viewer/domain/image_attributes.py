"""What turns the stored values of an image into values with a unit and into grey or colour. All as the file states it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from viewer.domain.calibration import PixelSizes
from viewer.domain.cine import CineAttributes
from viewer.domain.coded_concept import CodedConcept
from viewer.domain.issues import Issue
from viewer.domain.pet import PetAttributes
from viewer.domain.shutter import Shutter

VoiFunction = Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"]


@dataclass(frozen=True)
class Window:
    """Window Center and Width in modality units, with the function (PS3.3 C.11.2.1.2)."""

    center: float
    width: float
    function: VoiFunction = "LINEAR"
    name: str = ""
    """Window Center & Width Explanation, or the name of a preset."""


@dataclass(frozen=True, eq=False)
class LookupTable:
    """A Modality or VOI LUT (PS3.3 C.11.1.1, C.11.2.1.1).

    ``entries`` (n,) are unsigned; ``first`` is the first input mapped (signed when the input can be); values below it take
    the first entry, above the last. ``bits`` is the number of bits of an entry that count.
    """

    entries: NDArray[np.uint16]
    first: int
    bits: int
    explanation: str = ""


@dataclass(frozen=True)
class Rescale:
    """Rescale Slope, Intercept and Type of a frame."""

    slope: float = 1.0
    intercept: float = 0.0
    type: str = ""


@dataclass(frozen=True)
class PaddingRange:
    """Pixel Padding Value .. Range Limit, both inclusive, as stored values (PS3.3 C.7.5.1.1.2); of float pixels, too."""

    lowest: float
    highest: float


@dataclass(frozen=True, eq=False)
class Palette:
    """Red, green and blue tables (n,) of 8-bit values for display; input below ``first`` takes the first entry.

    A supplemental palette colours only values from ``first`` on; those below stay grey (PS3.3 C.7.6.3.1.6, C.7.6.19).
    """

    red: NDArray[np.uint8]
    green: NDArray[np.uint8]
    blue: NDArray[np.uint8]
    first: int
    supplemental: bool = False


@dataclass(frozen=True, eq=False)
class OverlayPlane:
    """One 60xx group: a bitmap laid on the image (PS3.3 C.9.2).

    ``bits`` is (frames, rows, columns) of 0 / 1; ``origin`` is (row, column), 1-based, as stored; ``first_frame`` is the
    1-based image frame that the first overlay frame belongs to. ``activation_layer`` is None when the element is absent.
    """

    group: int
    bits: NDArray[np.uint8]
    origin: tuple[int, int]
    first_frame: int = 1
    kind: str = "G"
    """G graphics, R region of interest."""
    label: str = ""
    description: str = ""
    activation_layer: str | None = None


@dataclass(frozen=True)
class RealWorldValueMapping:
    """A Real World Value Mapping on stored values from ``first`` to ``last`` (PS3.3 C.7.6.16.2.11).

    ``table`` has one value for each stored value from ``first`` on; where it is empty slope and intercept count.
    """

    slope: float
    intercept: float
    first: float
    last: float
    unit: CodedConcept
    label: str = ""
    explanation: str = ""
    quantity: str = ""
    """What is measured, of the Quantity Definition Sequence."""
    table: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """What the mapping gives, in the file's words."""
        return self.label or self.quantity or self.explanation or self.unit.meaning or self.unit.value


@dataclass(frozen=True)
class FrameValues:
    """Per-frame part of the grey pipeline."""

    rescale: Rescale | None = None
    windows: tuple[Window, ...] = ()
    real_world: tuple[RealWorldValueMapping, ...] = ()
    shutter: Shutter | None = None
    voi_luts: tuple[LookupTable, ...] = ()
    """Of the Frame VOI LUT functional group; those of the whole image stand in ``ImageAttributes``."""


@dataclass(frozen=True, eq=False)
class ImageAttributes:
    """Everything of an image instance's header that its display depends on.

    ``frames`` has one entry a frame when they differ, else exactly one.
    """

    rows: int
    columns: int
    number_of_frames: int
    samples_per_pixel: int
    photometric_interpretation: str
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    planar_configuration: int
    transfer_syntax_uid: str
    modality: str
    frames: tuple[FrameValues, ...] = (FrameValues(),)
    modality_lut: LookupTable | None = None
    voi_luts: tuple[LookupTable, ...] = ()
    presentation_lut_shape: str = ""
    presentation_lut: LookupTable | None = None
    """Of a presentation state: sent through it is what the window puts out, at full depth (PS3.3 C.11.6)."""
    padding: PaddingRange | None = None
    palette: Palette | None = None
    icc_profile: bytes = b""
    overlay_planes: tuple[OverlayPlane, ...] = ()
    rescale_type: str = ""
    units: str = ""
    """Units (0054,1001) of PET."""
    frame_time_ms: float | None = None
    """1000 / Recommended Display Frame Rate or Cine Rate, else Frame Time."""
    cine: CineAttributes = CineAttributes()
    float_pixels: bool = False
    """The pixels are Float or Double Float Pixel Data."""
    pet: PetAttributes | None = None
    """Of PET images."""
    sizes: PixelSizes = PixelSizes()
    issues: tuple[Issue, ...] = ()

    @property
    def held_bytes(self) -> int:
        """About how much memory it takes: bitmaps and tables, and a little for each frame."""
        luts = (self.modality_lut, self.presentation_lut, *self.voi_luts)
        of_frames = {id(one): one for frame in self.frames for one in frame.voi_luts}
        tables = [one.entries.nbytes for one in (*luts, *of_frames.values()) if one is not None]
        bitmaps = sum(plane.bits.nbytes for plane in self.overlay_planes)
        palette = 3 * self.palette.red.nbytes if self.palette is not None else 0
        return 2048 + 512 * len(self.frames) + bitmaps + palette + sum(tables) + len(self.icc_profile)

    def frame_values(self, index: int) -> FrameValues:
        """Return the per-frame values of frame ``index`` (0-based)."""
        return self.frames[index] if index < len(self.frames) else self.frames[0]


@dataclass(frozen=True, eq=False)
class DecodedFrame:
    """One frame as stored values.

    ``stored`` is (rows, columns) for one sample a pixel, (rows, columns, 3) RGB for colour (YBR already converted), with
    unused high bits cleared and the sign extended. ``whole`` is the number of rows that were present in the file.
    ``missing`` (rows, columns) is True where a plane through a stack has no value; None: everywhere else there is one.
    """

    stored: NDArray[np.generic]
    whole: int
    issues: tuple[Issue, ...] = ()
    missing: NDArray[np.bool_] | None = None
