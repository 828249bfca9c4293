"""A 3D pane: the picture, the clipping sliders while a box cuts, and the bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from viewer.export.mesh_files import NamedMesh
from viewer.geometry.camera import turned
from viewer.imaging.volume_presets import volume_preset
from viewer.reading.changes.volume import set_clipping, set_transfer
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.reading.volume_view import stack_box
from viewer.scene.plain_words import plain
from viewer.scene.volume_drawables import SurfaceDrawable
from viewer.scene.volume_inputs import VolumeInputs
from viewer.ui.volume.bar import BarCalls, VolumeBar
from viewer.ui.volume.canvas import VolumeCanvas
from viewer.ui.volume.clipping import ClippingSliders
from viewer.ui.volume.transfer_editor import TransferEditor

_SPIN_MS, _SPIN_STEP = 16, 0.004
_PICTURE = (1600, 1200)


def tr(text: str) -> str:
    """Translate a text of the 3D pane."""
    return QCoreApplication.translate("Volume", text)


@dataclass(frozen=True)
class VolumeCalls:
    """What a 3D pane tells its owner.

    ``on_maximise``: double click. ``save_surfaces``: write named surfaces into a file whose ending says the format, in the
    background; its last argument hears what went wrong, or None. ``tell``: a sentence with its reason, for what failed.
    """

    on_maximise: Callable[[], None]
    save_surfaces: Callable[[Sequence[NamedMesh], Path, Callable[[OSError | None], None]], None]
    tell: Callable[[str, str], None]


class VolumePane(QWidget):
    """Everything of one 3D pane."""

    def __init__(self, reading: Reading, inputs: VolumeInputs, pane: int, calls: VolumeCalls) -> None:
        super().__init__()
        self._reading, self._inputs, self._pane, self._calls = reading, inputs, pane, calls
        self.canvas = VolumeCanvas(reading, inputs, pane, on_maximise=calls.on_maximise)
        self.clipping = ClippingSliders(reading, pane)
        self.bar = VolumeBar(
            reading,
            pane,
            BarCalls(
                camera=lambda: self.canvas.camera,
                edit_transfer=self._edit_transfer,
                clip=self._clip,
                spin=self._toggle_spin,
                save_picture=self._save_picture,
                copy_picture=self._copy_picture,
                save_surfaces=self._save_surfaces,
            ),
        )
        self._spin = QTimer(self)
        self._spin.setInterval(_SPIN_MS)
        self._spin.timeout.connect(self._spin_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.clipping)
        column.addWidget(self.bar)
        self.setFocusProxy(self.canvas)
        self.on_changed(reading.state, reading.state)

    @property
    def widget(self) -> QWidget:
        """What stands in the viewport."""
        return self

    def on_changed(self, old: ReadingState, new: ReadingState) -> None:
        """Follow a change of the reading."""
        self.canvas.on_changed(old, new)
        self.bar.on_changed(new)
        self.clipping.on_changed(new)

    def refresh(self) -> None:
        """Make the picture anew: something was delivered."""
        self.canvas.refresh()

    def end(self) -> None:
        """End everything that goes on; the pane is about to go."""
        self._spin.stop()
        self.canvas.end()

    def hideEvent(self, event: object) -> None:
        """Stop turning where nobody sees it."""
        self._spin.stop()
        self.bar.spin.setChecked(False)
        super().hideEvent(event)  # type: ignore[arg-type]

    def _clip(self) -> None:
        stack = self._reading.state.stack_of(self._reading.state.panes[self._pane])
        if stack is not None and stack.in_patient_space:
            self._reading.apply_undoable("", set_clipping, self._pane, stack_box(stack))

    def _toggle_spin(self) -> None:
        if self._spin.isActive():
            self._spin.stop()
        else:
            self._spin.start()
        self.bar.spin.setChecked(self._spin.isActive())

    def _spin_on(self) -> None:
        camera = self.canvas.camera
        if camera is not None:
            self.canvas.glide(turned(camera, _SPIN_STEP, 0.0))

    def _edit_transfer(self) -> None:
        view = self._reading.state.panes[self._pane].volume
        preset = volume_preset(view.preset)
        stack = self._reading.state.stack_of(self._reading.state.panes[self._pane])
        if preset is None or stack is None:
            return
        usual = preset.function(self._inputs.value_range(stack.id))
        key = f"transfer:{self._pane}"
        TransferEditor(
            view.transfer or usual,
            self,
            changed=lambda function: self._reading.apply_undoable(key, set_transfer, self._pane, function),
            ended=self._reading.end_step,
            preset=lambda: usual,
        ).open()

    def _save_picture(self) -> None:
        picture = self.canvas.picture(_PICTURE)
        if picture is None:
            return
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the picture"), tr("3d.png"), tr("Pictures (*.png)"))
        if path and not picture.save(path if path.lower().endswith(".png") else f"{path}.png"):
            self._calls.tell(tr("The picture could not be saved."), path)

    def _copy_picture(self) -> None:
        picture = self.canvas.picture(_PICTURE)
        if picture is not None:
            QGuiApplication.clipboard().setImage(picture)

    def _save_surfaces(self) -> None:
        state = self._reading.state
        named = tuple(
            NamedMesh(plain(state.content.overlays[thing.part.overlay].part(thing.part.part).label), thing.mesh, thing.color)
            for thing in self.canvas.scene.drawables
            if isinstance(thing, SurfaceDrawable)
        )
        if not named:
            self._calls.tell(tr("There is no surface to save."), tr("Switch a segment or a region on."))
            return
        kinds = tr("Surfaces (*.stl *.ply *.gltf)")
        path, _ = QFileDialog.getSaveFileName(self, tr("Save the surfaces"), tr("surfaces.stl"), kinds)
        if path:
            self._calls.save_surfaces(named, Path(path), self._tell_saved)

    def _tell_saved(self, error: OSError | None) -> None:
        if error is not None:
            self._calls.tell(tr("The surfaces could not be saved."), error.strerror or str(error))
