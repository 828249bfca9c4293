"""What the window does for colour and fusion: menus at the image, the histogram, the editor of window presets."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from viewer.domain.instance import InstanceKey
from viewer.imaging.window_presets import WindowPreset
from viewer.loading.store import Store
from viewer.reading.reading import Reading
from viewer.ui.dose_volumes import DoseVolumesDialog
from viewer.ui.histogram import HistogramDialog
from viewer.ui.host import Host, Settings
from viewer.ui.live_actions import Actions
from viewer.ui.looks_menus import fill_color_maps, fill_fusion, tr
from viewer.ui.menus import fill_windows
from viewer.ui.screen_pixels import ScreenPixels
from viewer.ui.settings.presets import PresetsDialog
from viewer.ui.state_menu import fill_states

Fill = Callable[[QMenu, Reading], None]


class Looks:
    """Opens them over the window.

    Parameters
    ----------
    images
        Returns the widget of the active viewport's image: menus open in its middle.
    host
        Keeps the presets.
    """

    def __init__(
        self,
        parent: QWidget,
        reading: Reading,
        store: Store,
        actions: Actions,
        *,
        images: Callable[[], QWidget],
        host: Host,
    ) -> None:
        self._parent, self._reading, self._store = parent, reading, store
        self._actions, self._images, self._host = actions, images, host
        self._pixels = ScreenPixels(parent, reading)
        self.histogram: HistogramDialog | None = None

    @property
    def acts(self) -> Mapping[str, Callable[[], None]]:
        """What to do for the actions of the window."""
        return {
            "color_map": lambda: self._open(fill_color_maps),
            "fuse_with": lambda: self._open(fill_fusion),
            "presentation_state": lambda: self._open(fill_states),
            "histogram": self.open_histogram,
            "edit_presets": self.open_presets,
            "dose_volumes": self.open_dose_volumes,
        }

    @property
    def menus(self) -> dict[str, tuple[str, Callable[[QMenu], None]]]:
        """What stands in the menu bar after an action, by its id."""
        return {
            "color_bar": (tr("Colour map"), lambda menu: fill_color_maps(menu, self._reading)),
            "fused_shown": (tr("Lay over it"), lambda menu: fill_fusion(menu, self._reading)),
            "filter_layers": (tr("Presentation state"), lambda menu: fill_states(menu, self._reading)),
        }

    def fill_windows(self, menu: QMenu) -> None:
        """List the windows of the active viewport, and what else gives one."""
        fill_windows(menu, self._reading, self._store)
        menu.addSeparator()
        for action_id in ("slice_window", "region_window", "histogram", "edit_presets"):
            menu.addAction(self._actions[action_id])
        menu.addSeparator()
        fill_color_maps(menu.addMenu(tr("Colour map")), self._reading)
        menu.addAction(self._actions["color_bar"])

    def open_histogram(self) -> None:
        """Show the histogram beside the images, or bring it to the front."""
        if self.histogram is not None and self.histogram.isVisible():
            self.histogram.raise_()
            self.histogram.activateWindow()
            return
        self.histogram = HistogramDialog(self._reading, self._store, self._parent)
        self.histogram.show()

    def open_presets(self) -> None:
        """Open the editor of the window presets."""
        presets = self._reading.state.window_presets
        PresetsDialog(presets, self._take_presets, lambda: self._reading.state.window_presets, self._parent).open()

    def open_dose_volumes(self, dose: InstanceKey | None = None) -> None:
        """Show how much of each region receives which dose."""
        chosen = self._reading.state.selection.overlay if dose is None else dose
        dialog = DoseVolumesDialog(self._reading, self._host, self._parent, chosen)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def show_settings(self, settings: Settings) -> None:
        """Take the size of the screen from the settings."""
        self._pixels.take(settings.screen_width_mm)

    def close(self) -> None:
        """End what follows the reading."""
        if self.histogram is not None:
            self.histogram.stop()

    def _take_presets(self, presets: tuple[WindowPreset, ...] | None) -> None:
        self._host.change_window_presets(presets)

    def _open(self, fill: Fill) -> None:
        """Open a menu in the middle of the active viewport, its first row chosen, so that keys alone suffice."""
        menu = QMenu(self._parent)
        fill(menu, self._reading)
        if menu.isEmpty():
            menu.addAction(tr("No other series is open.")).setEnabled(False)
        image = self._images()
        spot = image.mapToGlobal(image.rect().center()) - QPoint(menu.sizeHint().width() // 2, 0)
        first = next((one for one in menu.actions() if one.isEnabled() and not one.isSeparator()), None)
        if first is not None:
            menu.setActiveAction(first)
        menu.exec(spot)
        menu.deleteLater()
