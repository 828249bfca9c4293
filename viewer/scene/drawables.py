"""What a canvas can draw, bottom to top. Positions are ``position_image`` of the scene's plane unless said otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from viewer.domain.graphic import MarkStyle, TextStyle
from viewer.domain.image_attributes import LookupTable, Window
from viewer.domain.instance import InstanceKey
from viewer.geometry.plane import Plane
from viewer.imaging.grey import looked_up
from viewer.representations.on_plane import Cloud
from viewer.scene.color_bar import ColorBar

Color = tuple[int, int, int]


@dataclass(frozen=True)
class PartRef:
    """The part (and report item) a drawable shows: what a click on it selects."""

    overlay: InstanceKey
    part: int
    item: str = ""


@dataclass(frozen=True, eq=False)
class ImagePicture:
    """The image. ``pixels`` is (rows, columns) uint8 grey or (rows, columns, 3) uint8 RGB."""

    pixels: NDArray[np.uint8]
    smooth: bool = True


class GreyPicture(ImagePicture):
    """A large grey image whose pixels are worked out when somebody asks for them: a viewport seldom needs all.

    ``stored`` is (rows, columns) of an integer type, ``table`` the uint8 grey of every bit pattern of it, in the order of
    the unsigned type. ``quick`` says that the next picture follows at once.
    """

    stored: NDArray[np.generic]
    table: NDArray[np.uint8]
    quick: bool

    def __init__(self, stored: NDArray[np.generic], table: NDArray[np.uint8], *, smooth: bool, quick: bool) -> None:
        # What __init__ of a frozen dataclass does, but for the pixels.
        self.__dict__.update(stored=stored, table=table, smooth=smooth, quick=quick)

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """All pixels, (rows, columns) uint8."""
        return looked_up(self.table, self.stored)


@dataclass(frozen=True, eq=False)
class TilePicture:
    """A tile of a whole slide. ``pixels`` is (rows, columns) uint8 grey or (rows, columns, 3) uint8 RGB.

    ``transform`` maps the tile's (column, row) to positions of the scene's plane, as for ``LabelComposite``.
    """

    pixels: NDArray[np.uint8]
    transform: tuple[tuple[float, float, float], tuple[float, float, float]]
    smooth: bool = True


@dataclass(frozen=True, eq=False)
class SlideMap:
    """The whole slide for the corner of a viewport. ``pixels`` is (rows, columns, 3) uint8 RGB; None: not there yet.

    ``shown`` is (left, top, right, bottom) of what is on the screen, as fractions of the slide; ``aspect`` its height over
    its width.
    """

    pixels: NDArray[np.uint8] | None
    shown: tuple[float, float, float, float]
    aspect: float


@dataclass(frozen=True, eq=False)
class LabelComposite:
    """All label pictures that share a grid, as one premultiplied ARGB32 picture (rows, columns) uint32.

    ``transform`` maps the picture's (column, row) to positions of the scene's plane: 2x3, x' = t00 x + t01 y + t02.
    """

    argb: NDArray[np.uint32]
    transform: tuple[tuple[float, float, float], tuple[float, float, float]]


@dataclass(frozen=True, eq=False)
class OutlinePaths:
    """Lines, screen pixels wide at every zoom, over a darker line that keeps them visible on any grey.

    ``paths`` are (n, 2) positions; closed ones are joined. ``fill`` is RGBA or None, painted by even-odd over all paths.
    """

    paths: tuple[NDArray[np.float64], ...]
    color: Color
    opacity: float
    part: PartRef
    closed: bool = True
    dashed: bool = False
    selected: bool = False
    projected: bool = False
    fill: tuple[int, int, int, int] | None = None
    hovered: bool = False

    @property
    def held_bytes(self) -> int:
        """Bytes of the paths, and a little for the rest."""
        return 512 + sum(path.nbytes + 96 for path in self.paths)


@dataclass(frozen=True, eq=False)
class CloudDrawable:
    """A group of a great many annotations; the painter draws those on the screen, tiny ones as dots."""

    cloud: Cloud
    color: Color
    opacity: float
    part: PartRef
    selected: bool = False


@dataclass(frozen=True, eq=False)
class MarkDrawable:
    """A mark of a report or state: ``path`` (n, 2) already made of line segments, ``handles`` its end points."""

    path: NDArray[np.float64]
    handles: NDArray[np.float64]
    closed: bool
    color: Color
    part: PartRef
    label: str = ""
    filled: bool = False
    selected: bool = False
    projected: bool = False
    space: Literal["PIXEL", "DISPLAY"] = "PIXEL"
    style: MarkStyle | None = None
    hovered: bool = False


@dataclass(frozen=True, eq=False)
class MeasurementDrawable:
    """A measurement of the reader: its line (n, 2), its handles (m, 2), and on a plate the value and what it rests on.

    ``further``: the other line (2, 2) of one of two lines. ``link``: a thin line (2, 2) that says what belongs together.
    ``detail`` stands on the plate of the selected one. ``held`` is the handle that keys move. ``pointed``: the first point
    of the path has the head of an arrow. ``projected``: it was made on another plane.
    """

    measurement: str
    path: NDArray[np.float64]
    handles: NDArray[np.float64]
    closed: bool
    label: str = ""
    selected: bool = False
    further: tuple[NDArray[np.float64], ...] = ()
    link: NDArray[np.float64] | None = None
    detail: str = ""
    held: int | None = None
    pointed: bool = False
    projected: bool = False


@dataclass(frozen=True)
class TextDrawable:
    """Words at a box or an anchor. Always upright. DISPLAY coordinates are fractions of the displayed area (0..1)."""

    text: str
    color: Color
    part: PartRef
    box: tuple[tuple[float, float], tuple[float, float]] | None
    box_space: Literal["PIXEL", "DISPLAY"]
    anchor: tuple[float, float] | None
    anchor_space: Literal["PIXEL", "DISPLAY"]
    anchor_visible: bool
    justification: str
    style: TextStyle | None = None


@dataclass(frozen=True)
class CornerText:
    """Lines for the four corners; the first of the top left ones is the patient.

    ``ai`` is the AI line, top right. ``linked`` stands below: the reader linked this stack with another by hand.
    """

    top_left: tuple[str, ...] = ()
    top_right: tuple[str, ...] = ()
    bottom_left: tuple[str, ...] = ()
    bottom_right: tuple[str, ...] = ()
    ai: str = ""
    linked: str = ""


@dataclass(frozen=True)
class Notice:
    """A sentence that stands in the viewport instead of, or above, the image."""

    title: str
    text: str = ""
    severity: Literal["info", "warning", "error"] = "info"
    replaces_image: bool = True


PatientPlane = Literal["axial", "coronal", "sagittal"]


@dataclass(frozen=True)
class ReferenceLine:
    """Where the plane of another viewport cuts this one. ``plane`` names the other one: its colour.

    ``strength``: that of the active viewport is strong, others are faint; ``end`` is the first or last slice of a stack.
    ``registered``: a registration brought it here.
    """

    ends: tuple[tuple[float, float], tuple[float, float]]
    plane: PatientPlane
    strength: Literal["strong", "faint", "end"]
    registered: bool = False


@dataclass(frozen=True)
class CrosshairDrawable:
    """A cross over the whole picture, open in its middle. Each line has the colour of the plane that it stands for.

    ``along`` are the directions (column, row) of the horizontal and of the vertical line: those of turned planes slant.
    """

    at: tuple[float, float]
    vertical: PatientPlane
    horizontal: PatientPlane
    along: tuple[tuple[float, float], tuple[float, float]] = ((1.0, 0.0), (0.0, 1.0))


Drawable = (
    ImagePicture
    | GreyPicture
    | TilePicture
    | LabelComposite
    | OutlinePaths
    | CloudDrawable
    | MarkDrawable
    | TextDrawable
    | MeasurementDrawable
    | ReferenceLine
    | CrosshairDrawable
)


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything one pane shows, bottom to top.

    ``letters`` are the orientation letters (left, right, top, bottom) of the untransformed image; the canvas moves them with
    the view. ``scale_mm`` is the size of an image pixel (row, column) in mm, None without calibration.
    ``complete`` is False while something asked for is still pending.
    """

    plane: Plane | None
    drawables: tuple[Drawable, ...] = ()
    corner_text: CornerText = CornerText()
    letters: tuple[str, str, str, str] = ("", "", "", "")
    scale_mm: tuple[float, float] | None = None
    notices: tuple[Notice, ...] = ()
    complete: bool = True
    here: tuple[PartRef, ...] = ()
    """Parts that have anything on this plane, visible or not."""
    displayed_area: tuple[float, float, float, float] | None = None
    """(left, top, right, bottom) positions that "fit" shows: that of an applied presentation state; None: the image."""
    fit_zoom: float | None = None
    """Device pixels an image pixel that "fit" means, when an applied presentation state fixes it; None: as large as fits."""
    aspect: float | None = None
    """Height of an image pixel over its width, when an applied presentation state says it; None: as the plane's spacing."""
    plate: tuple[str, str, Color] | None = None
    """Name, value and colour of the selected part, when it has anything here."""
    window: Window | LookupTable | None = None
    """The window in force; None in colour and while there is no image."""
    color_bars: tuple[ColorBar, ...] = ()
    """What greys and colours stand for: of the image first, then of what is laid over it."""
    slide_map: SlideMap | None = None
    """Of a whole slide, unless it is switched off or all of it is on the screen."""
    objective_power: float | None = None
    """Magnification at which one pixel of a whole slide was taken, where the file states it."""
