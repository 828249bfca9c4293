"""Exporting a layer: which of its parts, as what, on which grid; then a file. Written in the background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from viewer.domain.instance import InstanceKey
from viewer.domain.overlay import Overlay
from viewer.domain.parametric_map import ParametricMap
from viewer.domain.segmentation import Segmentation
from viewer.domain.stack import Stack
from viewer.export.converted_segmentation import Target
from viewer.export.part_files import PartOrder, can_be_written
from viewer.export.value_masks import brings_values
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.representations.volume_grid import Need
from viewer.scene.plain_words import plain
from viewer.ui.host import Host
from viewer.ui.notices import Notice
from viewer.ui.parts import divider, label


def tr(text: str) -> str:
    """Translate a text of exporting."""
    return QCoreApplication.translate("ExportParts", text)


@dataclass(frozen=True)
class ExportForm:
    """One kind of file. ``kind`` says what it holds; ``form`` is that of a segmentation."""

    name: str
    ending: str
    kind: str
    form: Target | None = None


FORMS: Final = (
    ExportForm("NIfTI voxels", ".nii.gz", "voxels"),
    ExportForm("NRRD voxels", ".nrrd", "voxels"),
    ExportForm("STL surface, all parts as one body", ".stl", "surface"),
    ExportForm("PLY surface, coloured", ".ply", "surface"),
    ExportForm("glTF surface, named and coloured parts", ".gltf", "surface"),
    ExportForm("DICOM label map", ".dcm", "dicom", "labelmap"),
    ExportForm("DICOM segmentation, one bit a voxel", ".dcm", "dicom", "binary"),
)


def remedy(need: Need) -> str:
    """Return what to choose in the dialog so that an export that was refused goes after all; empty when nothing helps."""
    words: Mapping[Need, str] = {
        "": "",
        "stack": tr("Choose the grid of an image series."),
        "part": tr("Choose a single part."),
        "threshold": tr("Set a threshold in the layers panel."),
    }
    return words[need]


def forms_of(overlay: Overlay) -> tuple[ExportForm, ...]:
    """Return the kinds of file that an object can be written as."""
    content = overlay.content
    if isinstance(content, ParametricMap):
        return tuple(one for one in FORMS if one.kind == "voxels")
    if not isinstance(content, Segmentation):
        return tuple(one for one in FORMS if one.kind != "dicom")
    placed = bool(overlay.frame_of_reference_uids) and content.frames.tile_offset is None
    return tuple(one for one in FORMS if one.form is None or (placed and content.type.lower() != one.form))


def grids_of(state: ReadingState, overlay: Overlay) -> tuple[Stack, ...]:
    """Return the stacks whose grid can be taken: those that the object lies on by its coordinates, the meant one first."""
    binding = state.content.bindings.get(overlay.instance)
    entries = sorted(binding.lies_on if binding else (), key=lambda one: not one.default)
    found = (state.content.library.stack(one.stack_id) for one in entries)
    return tuple(stack for stack in found if stack is not None and stack.in_patient_space and stack.pyramid is None)


class ExportDialog(QDialog):
    """Asks which parts, as what and on which grid; ``chosen`` is called with the order but for its file.

    Parameters
    ----------
    part
        The part that is selected, if any.
    """

    def __init__(
        self,
        state: ReadingState,
        overlay: Overlay,
        part: int | None,
        chosen: Callable[[ExportForm, int | None, Stack | None], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export a layer"))
        self._state, self._overlay, self._chosen = state, overlay, chosen
        self._forms, self._grids = forms_of(overlay), grids_of(state, overlay)
        self.what, self.form, self.grid = QComboBox(), QComboBox(), QComboBox()
        self.note = label("", "second", wrap=True)
        whole = tr("Its values") if brings_values(overlay) else tr("All parts ({number})").format(number=len(overlay.parts))
        self.what.addItem(whole, None)
        for one in overlay.parts if not isinstance(overlay.content, ParametricMap) else ():
            if one.state != "background":
                self.what.addItem(plain(one.label), one.number)
        if part is not None:
            self.what.setCurrentIndex(max(self.what.findData(part), 0))
        for one_form in self._forms:
            self.form.addItem(f"{tr(one_form.name)} ({one_form.ending})")
        self.form.currentIndexChanged.connect(self._follow)
        self.what.currentIndexChanged.connect(lambda _: self._follow_words())
        self._build()
        self._follow()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(plain(self._overlay.label) or tr("Export a layer"), "dialog-title"))
        fields = QGridLayout()
        fields.setHorizontalSpacing(12)
        fields.setVerticalSpacing(8)
        for row, (words, field) in enumerate(((tr("What"), self.what), (tr("As"), self.form), (tr("Grid"), self.grid))):
            name = label(words)
            name.setBuddy(field)
            field.setAccessibleName(words)
            fields.addWidget(name, row, 0)
            fields.addWidget(field, row, 1)
        fields.setColumnStretch(1, 1)
        column.addLayout(fields)
        column.addWidget(self.note)
        column.addWidget(divider())
        self.go = QPushButton(tr("Export…"))
        self.go.setProperty("kind", "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self._done)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(label(tr("Opened files are never changed."), "second"))
        foot.addStretch()
        foot.addWidget(cancel)
        foot.addWidget(self.go)
        column.addLayout(foot)
        self.setMinimumWidth(520)

    def _follow(self) -> None:
        """Offer the grids that the form can have, and say what happens to fractions."""
        form = self._forms[self.form.currentIndex()]
        own = self._own_words(form)
        self.grid.clear()
        if own:
            self.grid.addItem(own, None)
        for stack in self._grids if form.kind != "dicom" else ():
            series = self._state.content.library.series_of(stack.frames[0].instance)
            name = plain(series.description) or plain(series.modality)
            self.grid.addItem(tr("Of the images “{name}”").format(name=name), stack.id)
        self.grid.setEnabled(self.grid.count() > 1)
        self._follow_words()
        self.go.setEnabled(self.grid.count() > 0)

    def _follow_words(self) -> None:
        self.note.setText(self._words(self._forms[self.form.currentIndex()]))
        self.note.setVisible(bool(self.note.text()))

    def _own_words(self, form: ExportForm) -> str:
        if isinstance(self._overlay.content, Segmentation) or brings_values(self._overlay):
            return tr("Its own")
        return tr("As it is, without a grid") if self._overlay.meshes and form.kind == "surface" else ""

    def _words(self, form: ExportForm) -> str:
        if not self.grid.count():
            return tr("It lies on no opened images whose grid could be taken.")
        content = self._overlay.content
        if brings_values(self._overlay) and form.kind == "voxels" and self.what.currentData() is None:
            return tr("Values are written as they are, in their unit; beyond its grid there are none.")
        if not isinstance(content, Segmentation) or content.type != "FRACTIONAL":
            return ""
        if form.kind == "voxels":
            return tr("Fractions are written as they are, from 0 to 1.")
        at = self._state.layer(self._overlay.instance).threshold
        return tr("What has at least the fraction {threshold} is inside.").format(threshold=f"{at:.2f}")

    def _done(self) -> None:
        form = self._forms[self.form.currentIndex()]
        wanted = self.grid.currentData()
        stack = next((one for one in self._grids if one.id == wanted), None)
        self.accept()
        self._chosen(form, self.what.currentData(), stack)


class ExportInWindow:
    """What of exporting needs the window.

    Parameters
    ----------
    parent
        Over which the dialogs open.
    tell
        Shows a notice.
    """

    def __init__(self, reading: Reading, parent: QWidget, host: Host, tell: Callable[[Notice], None]) -> None:
        self._reading, self._parent, self._host, self._tell = reading, parent, host, tell

    @property
    def acts(self) -> Mapping[str, Callable[[], None]]:
        """What to do for the actions."""
        return {"export_layer": self.ask_for_selected}

    def ask_for_selected(self) -> None:
        """Export the selected layer, else the first that can be."""
        state = self._reading.state
        stack = state.stack_of(state.pane)
        listed = [*(state.content.overlays_on(stack.id) if stack else ()), *state.content.overlays.values()]
        usable = [one for one in listed if can_be_written(one)]
        chosen = state.content.overlays.get(state.selection.overlay) if state.selection.overlay else None
        if chosen is not None and can_be_written(chosen):
            self.ask(chosen.instance, state.selection.part)
        elif usable:
            self.ask(usable[0].instance, None)
        else:
            text = tr("Segmentations, structure sets, surfaces, doses and maps can be exported; none is open.")
            self._tell(Notice(tr("There is nothing to export."), text, "info"))

    def ask(self, key: InstanceKey, part: int | None) -> None:
        """Ask how to export an object, or one of its parts."""
        state = self._reading.state
        overlay = state.content.overlays[key]
        ExportDialog(
            state, overlay, part, lambda form, number, stack: self._ask_file(key, form, number, stack), self._parent
        ).open()

    def _ask_file(self, key: InstanceKey, form: ExportForm, part: int | None, stack: Stack | None) -> None:
        state = self._reading.state
        overlay = state.content.overlays[key]
        named, _ = QFileDialog.getSaveFileName(
            self._parent,
            tr("Export a layer"),
            str(_proposed() / f"{_stem(overlay, part)}{form.ending}"),
            f"{tr(form.name)} (*{form.ending})",
        )
        if not named:
            return
        path = Path(named)
        whole = path if path.name.lower().endswith(form.ending) else path.with_name(path.name + form.ending)
        refused = self._host.review_work.why_not_here(whole.parent)
        if not refused and whole != path and whole.exists():
            # The dialog asked about another name.
            refused = tr("{name} exists already; choose another name.").format(name=whole.name)
        if refused:
            self._tell(Notice(tr("The layer was not exported."), refused, "error"))
            return
        content = overlay.content
        fractional = isinstance(content, Segmentation) and content.type == "FRACTIONAL"
        threshold = state.layer(key).threshold if fractional and form.kind != "voxels" else None
        binding = state.content.bindings[key]
        order = PartOrder(overlay, binding, whole, part, stack, threshold, form.form)
        self._host.export_parts(order, lambda wrong: self._tell_done(whole, wrong))

    def _tell_done(self, path: Path, wrong: str) -> None:
        if wrong:
            self._tell(Notice(tr("The layer was not exported."), wrong, "error"))
        else:
            self._tell(Notice(tr("The layer was exported."), str(path), "ok"))


def _proposed() -> Path:
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation) or Path.home())


def _stem(overlay: Overlay, part: int | None) -> str:
    """Return a name for a file: of the part or object, with nothing of the patient."""
    words = overlay.part(part).label if part is not None else overlay.label or overlay.kind
    kept = "".join(one if one.isalnum() else "-" for one in plain(words).casefold())
    return "-".join(word for word in kept.split("-") if word)[:60] or "layer"
