"""The bar under a 3D picture: how the image is seen through, what is drawn and cut off, from where, pictures and files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from viewer.geometry.camera import Camera, StandardView, seen_from, with_projection
from viewer.imaging.volume_presets import presets_for, volume_preset
from viewer.reading.changes.volume import (
    set_camera,
    set_clipping,
    set_preset,
    toggle_planes_in_3d,
    toggle_surfaces,
)
from viewer.reading.reading import Reading
from viewer.reading.state import Pane, ReadingState
from viewer.ui.parts import icon_button, paint_own_ground
from viewer.ui.theme.current import metrics

_HEIGHT = 34
_VIEWS: Final[tuple[tuple[StandardView, str], ...]] = (
    ("anterior", "From the front"),
    ("posterior", "From the back"),
    ("left", "From the left"),
    ("right", "From the right"),
    ("head", "From the head"),
    ("feet", "From the feet"),
)


def tr(text: str) -> str:
    """Translate a text of the 3D pane."""
    return QCoreApplication.translate("Volume", text)


@dataclass(frozen=True)
class BarCalls:
    """What the bar asks of its pane.

    ``camera``: the one in force. ``edit_transfer``: open the editor of the transfer function. ``clip``: begin to cut with a
    box around everything. ``spin``: begin or end to turn. ``save_picture``, ``copy_picture``, ``save_surfaces``.
    """

    camera: Callable[[], Camera | None]
    edit_transfer: Callable[[], None]
    clip: Callable[[], None]
    spin: Callable[[], None]
    save_picture: Callable[[], None]
    copy_picture: Callable[[], None]
    save_surfaces: Callable[[], None]


class VolumeBar(QWidget):
    """The controls of one 3D pane."""

    def __init__(self, reading: Reading, pane: int, calls: BarCalls) -> None:
        super().__init__()
        self._reading, self._pane, self._calls = reading, pane, calls
        paint_own_ground(self)
        self.setFixedHeight(metrics().px(_HEIGHT))
        self.preset = QPushButton()
        self.preset.setProperty("kind", "menu")
        self.preset.setAccessibleName(tr("Show the image as a volume"))
        self.preset.setToolTip(tr("Show the image as a volume"))
        self._presets = QMenu(self.preset)
        self._presets.aboutToShow.connect(self._fill_presets)
        self.preset.setMenu(self._presets)
        self.transfer = icon_button("sliders-horizontal", tr("Edit colours and opacity…"))
        self.transfer.clicked.connect(calls.edit_transfer)
        self.surfaces = self._toggle("layers", tr("Surfaces of segments and regions"), toggle_surfaces)
        self.planes = self._toggle("scan", tr("Planes of the other viewports"), toggle_planes_in_3d)
        self.clipping = icon_button("scissors", tr("Cut off what lies outside a box"))
        self.clipping.setCheckable(True)
        self.clipping.clicked.connect(self._toggle_clipping)
        self.view = self._menu_button("cuboid", tr("From where it is seen"), self._fill_views)
        self.spin = icon_button("rotate-cw", tr("Turn by itself"))
        self.spin.setCheckable(True)
        self.spin.clicked.connect(calls.spin)
        self.more = self._menu_button("ellipsis", tr("Pictures and files"), self._fill_more)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(4)
        for widget in (self.preset, self.transfer, self.surfaces, self.planes, self.clipping):
            row.addWidget(widget)
        row.addStretch(1)
        for widget in (self.view, self.spin, self.more):
            row.addWidget(widget)

    def on_changed(self, state: ReadingState) -> None:
        """Show the choices of the pane."""
        if self._pane >= len(state.panes):
            return
        pane = state.panes[self._pane]
        preset = volume_preset(pane.volume.preset)
        self.preset.setText(tr(preset.name) if preset is not None else tr("No volume"))
        self.transfer.setEnabled(preset is not None)
        self.surfaces.setChecked(pane.volume.surfaces)
        self.planes.setChecked(pane.volume.planes)
        self.clipping.setChecked(pane.volume.clipping is not None)

    def _toggle(self, name: str, text: str, change: Callable[[ReadingState, int], ReadingState]) -> QToolButton:
        button = icon_button(name, text)
        button.setCheckable(True)
        button.clicked.connect(lambda: self._reading.apply_undoable("", change, self._pane))
        return button

    def _menu_button(self, name: str, text: str, fill: Callable[[QMenu], None]) -> QToolButton:
        button = icon_button(name, text)
        menu = QMenu(button)
        menu.aboutToShow.connect(lambda: fill(menu))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _shown(self) -> Pane:
        return self._reading.state.panes[self._pane]

    def _fill_presets(self) -> None:
        menu, state, shown = self._presets, self._reading.state, self._shown()
        menu.clear()
        frame = state.frame_of(shown)
        modality = state.content.library.instance(frame.instance).modality if frame is not None else ""
        choices = (("", tr("No volume")), *((one.id, tr(one.name)) for one in presets_for(modality)))
        for preset_id, name in choices:
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(preset_id == shown.volume.preset)
            action.triggered.connect(
                lambda _=False, preset_id=preset_id: self._reading.apply_undoable("", set_preset, self._pane, preset_id)
            )

    def _fill_views(self, menu: QMenu) -> None:
        menu.clear()
        for view, text in _VIEWS:
            menu.addAction(tr(text)).triggered.connect(lambda _=False, view=view: self._see_from(view))
        menu.addSeparator()
        menu.addAction(tr("See everything")).triggered.connect(
            lambda: self._reading.apply_undoable("", set_camera, self._pane, None)
        )
        camera = self._calls.camera()
        parallel = menu.addAction(tr("Parallel projection"))
        parallel.setCheckable(True)
        parallel.setChecked(camera is not None and camera.parallel)
        parallel.setEnabled(camera is not None)
        parallel.triggered.connect(self._toggle_projection)

    def _see_from(self, view: StandardView) -> None:
        camera = self._calls.camera()
        if camera is not None:
            self._reading.apply_undoable("", set_camera, self._pane, seen_from(camera, view))

    def _toggle_projection(self) -> None:
        camera = self._calls.camera()
        if camera is not None:
            changed = with_projection(camera, "perspective" if camera.parallel else "parallel")
            self._reading.apply_undoable("", set_camera, self._pane, changed)

    def _toggle_clipping(self) -> None:
        if self._shown().volume.clipping is None:
            self._calls.clip()
        else:
            self._reading.apply_undoable("", set_clipping, self._pane, None)

    def _fill_more(self, menu: QMenu) -> None:
        menu.clear()
        menu.addAction(tr("Save the picture…")).triggered.connect(self._calls.save_picture)
        menu.addAction(tr("Copy the picture")).triggered.connect(self._calls.copy_picture)
        menu.addAction(tr("Save the surfaces…")).triggered.connect(self._calls.save_surfaces)
