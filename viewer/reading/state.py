"""The reading state: everything small that can change, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from viewer.domain.decision import BlindRead, Decision
from viewer.domain.edit import PartEdits, PartName
from viewer.domain.instance import FrameKey, InstanceKey
from viewer.domain.library import Patient
from viewer.domain.measurement import ImageName, Measurement, MeasurementKind, image_name
from viewer.domain.overlay import Overlay
from viewer.domain.stack import Stack
from viewer.geometry.plane import Plane, Vector
from viewer.geometry.slab import THIN, Slab
from viewer.imaging.window_presets import WindowPreset
from viewer.reading.blind import blinded
from viewer.reading.content import Content as Content  # noqa: PLC0414 - the state is had from here whole
from viewer.reading.reslicing import Axes, PlaneKind, resliced_stack, why_not_resliced
from viewer.reading.volume_view import VolumeView

Layout = Literal["1x1", "1x2", "1x3", "2x1", "2x2", "2x3", "3x1", "3x2", "3x3"]
"""Rows x columns of viewports."""
EditTool = Literal["brush", "eraser", "keep_island", "remove_island", "points"]
"""Tools that change the voxels of the selected segment, or the points of the selected contours or lines."""
VOXEL_TOOLS: frozenset[str] = frozenset({"brush", "eraser", "keep_island", "remove_island"})
Tool = Literal["window", "pan", "zoom", "scroll", "crosshair", "window_region"] | EditTool | MeasurementKind
Sweep = Literal["loop", "swing", "once"]
"""How a cine goes on at its end: from the start again, backwards, not at all."""
DrawStyle = Literal["fill", "outline", "both"]
PaneKind = Literal["stack", "volume"] | PlaneKind
WindowSource = Literal["file", "preset", "user", "auto", "state"]


@dataclass(frozen=True)
class WindowChoice:
    """Which window a pane uses.

    ``file``: the image's ``index``-th VOI LUT or window (LUTs first); ``preset``: named in resources; ``user``: center and
    width; ``auto``: from the values of the stack; ``state``: that of the presentation state of the pane.
    """

    source: WindowSource = "file"
    index: int = 0
    name: str = ""
    center: float = 0.0
    width: float = 0.0


@dataclass(frozen=True)
class FusedStack:
    """Another stack laid over the image of a pane.

    ``window`` in its file's own way (source ``file``) means the default of fused series: SUV 0 to 5 for PET.
    ``floor`` is the part of the window (0..1) below which it is transparent. ``color_map`` is an id; empty: grey.
    """

    stack_id: str
    visible: bool = True
    opacity: float = 0.5
    color_map: str = ""
    window: WindowChoice = WindowChoice()
    floor: float = 0.0


@dataclass(frozen=True)
class View:
    """How the picture lies in the pane. Rotation (clockwise, degrees) comes first, then the horizontal flip.

    ``zoom`` is screen pixels an image pixel along its columns; None fits. ``center`` is the ``position_image`` at the
    middle of the pane, None the middle of the image.
    """

    zoom: float | None = None
    center: tuple[float, float] | None = None
    rotation: Literal[0, 90, 180, 270] = 0
    flipped: bool = False
    inverted: bool = False


@dataclass(frozen=True)
class CineChoice:
    """How a pane plays. None: as the file says, else the default.

    ``first`` and ``last`` are 0-based places in the stack. ``shown``: its bar is open. ``backward``: a swing is on its way
    back.
    """

    frames_per_second: float | None = None
    sweep: Sweep | None = None
    first: int | None = None
    last: int | None = None
    shown: bool = False
    backward: bool = False


@dataclass(frozen=True)
class Pane:
    """One viewport. ``frame`` is the 0-based place in the stack.

    ``awaited`` names the series that a saved layout would have hung here and did not find.
    """

    stack_id: str | None = None
    frame: int = 0
    window: WindowChoice = WindowChoice()
    view: View = View()
    presentation_state: InstanceKey | None = None
    playing: bool = False
    plays: Literal["frames", "volumes"] = "frames"
    """What playing goes through: the frames of the stack, or the volumes of its place (time)."""
    color_map: str = ""
    """Id of a colour map for a grey image; empty: grey."""
    color_bar: bool | None = None
    """Show what the greys or colours stand for. None: where there is colour."""
    fused: tuple[FusedStack, ...] = ()
    """What is laid over the image, bottom to top."""
    cine: CineChoice = CineChoice()
    awaited: str = ""
    kind: PaneKind = "stack"
    """The frames of the stack; planes through them (then ``frame`` is the 0-based place among these); or all in 3D."""
    slab: Slab = THIN
    only_key_images: bool = False
    """Scroll through the key images of the stack alone."""
    volume: VolumeView = VolumeView()
    """Of a pane that shows the stack in 3D."""
    only_overlay: InstanceKey | None = None
    """The one result that it shows, beside another viewport that shows the other one; None: all."""


@dataclass(frozen=True)
class Links:
    """What linked viewports share: the place in the patient; zoom and position; the window."""

    scroll: bool = True
    view: bool = True
    window: bool = False


@dataclass(frozen=True)
class Crosshair:
    """A point of the patient that every viewport goes to. ``point_patient`` is in mm."""

    point_patient: Vector
    frame_of_reference_uid: str


@dataclass(frozen=True)
class PartStyle:
    """How one part is shown. None: as the object or the file says."""

    visible: bool | None = None
    opacity: float | None = None
    color: tuple[int, int, int] | None = None
    style: DrawStyle | None = None


@dataclass(frozen=True)
class LayerStyle:
    """How one overlay is shown. ``solo`` is the only part to show. ``threshold`` is for fractions."""

    visible: bool | None = None
    opacity: float = 1.0
    style: DrawStyle | None = None
    solo: int | None = None
    threshold: float = 0.5
    graded: bool = True
    parts: Mapping[int, PartStyle] = field(default_factory=lambda: MappingProxyType({}))
    color_map: str | None = None
    """Of a map or dose: id of its colours; None: the default of its kind, empty: grey."""
    window: WindowChoice = WindowChoice()
    """Of a map or dose: what its colours stand for."""
    floor: float | None = None
    """Of a map or dose: part of that range (0..1) below which it is transparent; None: the default of its kind."""
    values_of: str = ""
    """Id of the stack of a map that is shown, where it has several; empty: the first."""
    mapping: int = 0
    """Which real-world mapping of a map says its values, where it has several."""
    fill: float | None = None
    """Opacity (0..1) of fills before the factors above; None: the default of the look (fainter when there are many)."""


_DEFAULT_STYLE = LayerStyle()
_DEFAULT_PART = PartStyle()


@dataclass(frozen=True)
class Selection:
    """What is selected everywhere: an overlay, one of its parts, one of its report items; or a measurement, by its id."""

    overlay: InstanceKey | None = None
    part: int | None = None
    item: str = ""
    measurement: str = ""
    handle: int | None = None
    """The handle of the measurement that keys move; None: the whole."""
    finding: str = ""
    """Id of the finding that was gone to; several may be about one part."""
    said: tuple[tuple[InstanceKey, str], ...] = ()
    """Of a finding: the reports that speak of it, each with the item that does."""


@dataclass(frozen=True)
class ComparedPair:
    """Two results that are compared: as one picture of where they differ, or side by side.

    ``before`` is what the viewports showed before: layout, viewports, the active one.
    """

    a: InstanceKey
    b: InstanceKey
    shown: Literal["difference", "side_by_side"] = "difference"
    before: tuple[Layout, tuple[Pane, ...], int] | None = None


@dataclass(frozen=True)
class BrushChoice:
    """How the brush is: its radius, and whether it paints the slice on the screen or a ball through all of them."""

    radius_mm: float = 5.0
    reach: Literal["slice", "ball"] = "slice"


@dataclass(frozen=True)
class ReadingState:
    """The whole state of a reading."""

    content: Content = Content()
    panes: tuple[Pane, ...] = (Pane(),)
    layout: Layout = "1x1"
    active_pane: int = 0
    maximised: bool = False
    linked: bool = True
    links: Links = Links()
    """What ``linked`` viewports share."""
    pins: tuple[tuple[str, int], ...] = ()
    """(stack id, 0-based place) of slices that the reader linked by hand: they are the same place."""
    crosshair: Crosshair | None = None
    reference_lines: bool = True
    reference_ends: bool = False
    """Show where the first and last slice of the active viewport's stack cut the others."""
    tool: Tool = "window"
    layers: Mapping[InstanceKey, LayerStyle] = field(default_factory=lambda: MappingProxyType({}))
    overlays_hidden: bool = False
    smooth: bool = True
    screen_pixel_mm: float | None = None
    """Size of a pixel of the screen that the window is on; None unknown. Not subject to undo."""
    window_presets: tuple[WindowPreset, ...] = ()
    """The named windows of the settings, of all modalities; not subject to undo."""
    selection: Selection = Selection()
    measurements: Mapping[ImageName, tuple[Measurement, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """The reader's own, in the order in which they were made; also those of images that are not open."""
    measurements_hidden: bool = False
    decisions: Mapping[str, Decision] = field(default_factory=lambda: MappingProxyType({}))
    """What the reader decided, by the id of the finding; also of studies that are not open."""
    edits: Mapping[PartName, PartEdits] = field(default_factory=lambda: MappingProxyType({}))
    """What the reader did to parts; also to those of studies that are not open. The originals stay as they are."""
    originals_shown: frozenset[PartName] = frozenset()
    """Edited parts that are shown as the file has them."""
    brush: BrushChoice = BrushChoice()
    held_point: tuple[str, int] | None = None
    """The point of the selected part that was taken hold of last: what it belongs to, as ``MovePoint`` says, and which."""
    reader: str = ""
    """Whose reading it is: reviews of others are not shown unasked. Empty: not known."""
    blind: bool = False
    """A first read: nothing of an AI, or of unstated origin, is shown or counted."""
    whole_content: Content | None = None
    """In a blind read everything the files say; ``content`` is then only what may be seen of it."""
    blind_reads: Mapping[str, tuple[BlindRead, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """The blind reads of each study, by Study Instance UID, oldest first; for the record, not subject to undo."""
    hovered: Selection = Selection()
    """What the mouse is on, in an image or a list: it stands out everywhere."""
    hovered_below: tuple[tuple[InstanceKey, int], ...] = ()
    """Overlay and number of every further part under the mouse in an image."""
    layer_order: tuple[InstanceKey, ...] = ()
    """The reader's own order of the layers panel, top to bottom; what is not in it comes after."""
    safe_colors: bool = False
    """Parts have the colours that people with colour blindness tell apart, whatever the files say."""
    compared: ComparedPair | None = None
    """The two results that are being compared."""
    pane_sizes: Mapping[int, tuple[int, int]] = field(default_factory=lambda: MappingProxyType({}))
    """(width, height) in device pixels of viewports that show a slide: they say which of its tiles are wanted."""
    axes: Axes | None = None
    """What planes through stacks run along; None: each stack's own axes."""
    before_planes: tuple[Layout, tuple[Pane, ...], int] | None = None
    """Layout, viewports and the active one from before planes through a stack were shown."""
    slide_map: bool = True
    """Show the whole slide in a corner, with what of it is on the screen."""

    @property
    def whole(self) -> Content:
        """Everything the files say, whatever is hidden: for what loads, never for what shows."""
        return self.content if self.whole_content is None else self.whole_content

    def with_whole(self, whole: Content) -> ReadingState:
        """Return the state with other content; in a blind read what may not be seen of it is left out."""
        if not self.blind:
            return replace(self, content=whole, whole_content=None)
        return replace(self, content=blinded(whole, self.whole_content, self.content), whole_content=whole)

    @property
    def pane(self) -> Pane:
        """The active pane."""
        return self.panes[self.active_pane]

    def stack_of(self, pane: Pane) -> Stack | None:
        """Return the stack a pane shows, or None; where it shows planes through a stack, these as one."""
        stack = self.content.library.stack(pane.stack_id) if pane.stack_id else None
        if stack is None or pane.kind == "stack" or pane.kind == "volume" or why_not_resliced(stack):
            return stack
        return resliced_stack(stack, pane.kind, self.axes, pane.slab)

    def frame_of(self, pane: Pane) -> FrameKey | None:
        """Return the frame a pane shows, or None."""
        stack = self.stack_of(pane)
        if stack is None or not stack.frames:
            return None
        return stack.frames[min(pane.frame, len(stack.frames) - 1)]

    def measurements_on(self, frame: FrameKey) -> tuple[Measurement, ...]:
        """Return the measurements that are shown on a frame of the library."""
        if self.measurements_hidden or not self.measurements:
            return ()
        name = self.name_of(frame)
        found = self.measurements.get(name, ())
        if frame.cut is None:
            return found
        # A plane that was turned away and back differs in its last digits.
        alike = (one for one in self.measurements if one.cut is not None and one != name and one.cut.is_like(frame.cut))
        return (*found, *(measurement for one in alike for measurement in self.measurements[one]))

    def measurement(self, measurement_id: str) -> Measurement | None:
        """Return a measurement by its id, or None."""
        return next((one for all_ in self.measurements.values() for one in all_ if one.id == measurement_id), None)

    def name_of(self, frame: FrameKey) -> ImageName:
        """Return the name by which measurements know a frame of the library."""
        return image_name(self.content.library.instance(frame.instance), frame)

    def plane_of(self, frame: FrameKey) -> Plane | None:
        """Return the plane of a frame of the library, or of a plane through its stack; None when it is in no stack."""
        if frame.cut is not None:
            return frame.cut.plane
        place = self.content.library.place_of(frame)
        stack = self.content.library.stack(place[0]) if place is not None else None
        return stack.planes[place[1]] if stack is not None and place is not None else None

    @property
    def patient(self) -> Patient | None:
        """The patient of the active pane: findings, layers and report are scoped to it."""
        frame = self.frame_of(self.pane)
        return self.content.library.patient_of(frame.instance) if frame else None

    def layer(self, overlay: InstanceKey) -> LayerStyle:
        """Return the style chosen for an overlay; the default one when nothing was chosen."""
        return self.layers.get(overlay, _DEFAULT_STYLE)

    def overlay_visible(self, overlay: Overlay) -> bool:
        """Say whether an overlay is switched on (by choice, else by default)."""
        chosen = self.layer(overlay.instance).visible
        return overlay.visible_by_default if chosen is None else chosen

    def part_visible(self, overlay: Overlay, number: int) -> bool:
        """Say whether a part is switched on: its own switch, then solo. The overlay's switch is not consulted."""
        layer = self.layer(overlay.instance)
        if layer.solo is not None:
            return layer.solo == number
        chosen = layer.parts.get(number, _DEFAULT_PART).visible
        return overlay.part(number).visible_by_default if chosen is None else chosen
