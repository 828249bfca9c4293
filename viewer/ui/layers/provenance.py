"""The provenance card: who made what is selected, when, how sure, and why it lies where it lies."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from viewer.domain.overlay import Overlay
from viewer.domain.provenance import Origin, Provenance
from viewer.domain.segmentation import Segmentation
from viewer.domain.structure_set import StructureSet
from viewer.domain.surface_segmentation import SurfaceSegmentation
from viewer.reading.reading import Reading
from viewer.reading.state import ReadingState
from viewer.scene.plain_words import date_and_time, plain
from viewer.ui.layers.row import tr
from viewer.ui.layers.tree import why_not_here
from viewer.ui.parts import icon_button, label
from viewer.ui.plain_text import sentence, tooltip
from viewer.ui.theme.icons import icon

_BETWEEN_ROWS = 4
_MORE_THAN_ROWS = 20
_ROWS_KEPT = 7
"""Room for so many lines is always kept: a card that grew when a row is clicked would take the place of that very row."""


def provenance_of(overlay: Overlay, part: int | None) -> Provenance:
    """Return the provenance of a part where the file states one for it, else that of its object."""
    content = overlay.content
    found: Provenance | None = None
    if part is not None and isinstance(content, Segmentation):
        found = next((segment.provenance for segment in content.segments if segment.number == part), None)
    if part is not None and isinstance(content, StructureSet):
        found = next((roi.provenance for roi in content.rois if roi.number == part), None)
    if part is not None and isinstance(content, SurfaceSegmentation):
        surface = content.by_number.get(part)
        found = surface.segment.provenance if surface is not None else None
    return found if found is not None and found != Provenance() else overlay.provenance


def provenance_lines(state: ReadingState) -> tuple[tuple[str, str], ...]:
    """Return what the card says of the selection, as (label, text) pairs; empty when nothing is selected."""
    if state.selection.measurement:
        return ((tr("Kind"), tr("Measured here, by the reader")),)
    overlay = state.content.overlays.get(state.selection.overlay) if state.selection.overlay else None
    if overlay is None:
        return ()
    found = provenance_of(overlay, state.selection.part)
    whole = overlay.provenance
    algorithm = " ".join(word for word in (found.algorithm_name, found.algorithm_version) if word)
    maker = " ".join(word for word in (whole.manufacturer, whole.model, whole.software_versions) if word)
    person = found.creator or whole.creator
    kinds = {"AUTOMATIC": tr("Automatic"), "SEMIAUTOMATIC": tr("Semi-automatic"), "MANUAL": tr("Manual")}
    kind = kinds.get(found.algorithm_type) or (
        tr("By a device") if overlay.origin is Origin.AI else tr("By a person") if person else tr("Origin not stated")
    )
    codes = {one.code for one in overlay.issues}
    if "unverified" in codes:
        kind += " · " + tr("not verified")
    lines = [
        (tr("Algorithm"), plain(algorithm)),
        (tr("Kind"), kind),
        (tr("Made by"), plain(maker)),
        (tr("Person"), plain(person)),
        (tr("Made"), date_and_time(whole.content_date)),
        (tr("Lies here"), lies_here(state, overlay)),
    ]
    return tuple((name, text) for name, text in lines if text)


def lies_here(state: ReadingState, overlay: Overlay) -> str:
    """Return the evidence that puts an overlay on the active stack, or the reason why it is not on it."""
    binding = state.content.bindings.get(overlay.instance)
    entry = binding.on_stack(state.pane.stack_id) if binding is not None and state.pane.stack_id else None
    return plain(entry.because) if entry is not None else why_not_here(state, overlay)


def _short_words(lines: tuple[tuple[str, str], ...]) -> str:
    """Return who made it and how, on one line."""
    return " · ".join(text for name, text in lines if name in (tr("Algorithm"), tr("Kind")))


class ProvenanceCard(QWidget):
    """The card: a head that folds it to one line, and label and text in two columns."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._reading = reading
        self._open = True
        self._narrow = False
        self._title = label(tr("Provenance"), "head")
        self._short = label("", "third")
        self._fold = icon_button("chevron-down", tr("Fold"))
        self._fold.clicked.connect(self.toggle)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(12, 0, 12, 10)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(_BETWEEN_ROWS)
        self._grid.setColumnMinimumWidth(0, 82)
        self._grid.setColumnStretch(1, 1)
        self._grid.setRowStretch(_MORE_THAN_ROWS, 1)
        self._body = QWidget()
        self._body.setLayout(self._grid)
        self._labels: list[tuple[QLabel, QLabel]] = []
        head = QHBoxLayout()
        head.setContentsMargins(12, 4, 8, 4)
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._short, 1)
        head.addWidget(self._fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._body)
        stop = reading.connect(self._follow)
        self.destroyed.connect(stop)
        self._show()

    def set_open(self, opened: bool) -> None:
        """Open the card, or fold it to one line."""
        self._open = opened
        self._show()

    def fit(self, *, narrow: bool) -> None:
        """Fold to one line when the window becomes narrow, where the rows above need the room; open when it becomes wide."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.set_open(not narrow)

    def toggle(self) -> None:
        """Open or fold."""
        self.set_open(not self._open)

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        if (
            old.selection != new.selection
            or old.pane.stack_id != new.pane.stack_id
            or old.content.overlays is not new.content.overlays
            or old.content.bindings is not new.content.bindings
        ):
            self._show()

    def _show(self) -> None:
        lines = provenance_lines(self._reading.state)
        self.setVisible(bool(self._reading.state.content.overlays))
        self._body.setVisible(self._open)
        self._body.setMinimumHeight(_ROWS_KEPT * (self.fontMetrics().lineSpacing() + _BETWEEN_ROWS))
        self._fold.setIcon(icon("chevron-down" if self._open else "chevron-right"))
        self._fold.setAccessibleName(tr("Fold provenance") if self._open else tr("Open provenance"))
        self._short.setText(tr("Nothing is selected.") if not lines else "" if self._open else _short_words(lines))
        while len(self._labels) < len(lines):
            row = len(self._labels)
            pair = (label("", "second"), label("", wrap=True))
            pair[1].setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for column, made in enumerate(pair):
                self._grid.addWidget(made, row, column, Qt.AlignmentFlag.AlignTop)
            self._labels.append(pair)
        for row, (name, text) in enumerate(self._labels):
            used = row < len(lines)
            name.setVisible(used)
            text.setVisible(used)
            if used:
                name.setText(lines[row][0])
                text.setText(lines[row][1])
        self._title.setToolTip(tooltip(*self._issue_lines()))

    def _issue_lines(self) -> list[str]:
        state = self._reading.state
        overlay = state.content.overlays.get(state.selection.overlay) if state.selection.overlay else None
        return [sentence(found) for found in overlay.issues] if overlay is not None else []
