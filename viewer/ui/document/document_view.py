"""One document or waveform with its tools: the right view for its form, find, zoom, copy, save a copy."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from viewer.domain.document import DOCUMENT_ENDINGS, Document
from viewer.domain.instance import InstanceHeader
from viewer.domain.overlay import Overlay
from viewer.domain.waveform import Samples, Waveform
from viewer.export.whole_files import written_whole
from viewer.loading.document_questions import Answer, AskHits, AskPages, AskText, Hits, Pages, Text, Unread
from viewer.loading.documents import Documents
from viewer.reading.state import ReadingState
from viewer.scene.plain_words import plain
from viewer.ui.document.facts import surface_blocks
from viewer.ui.document.pdf_view import PdfView
from viewer.ui.document.signal_view import SignalView
from viewer.ui.document.text_view import TextView
from viewer.ui.document.words import tr
from viewer.ui.parts import EmptyState, icon_button, is_theme_change, label, search_field
from viewer.ui.theme.current import metrics
from viewer.ui.theme.icons import icon
from viewer.ui.theme.metrics import GROUP_ROW

_ZOOM_STEP = 1.25


class _NoteList(QListWidget):
    """The annotations of a waveform."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Annotations of the waveform"))
        self.setViewportMargins(8, 4, 8, 4)
        self.setUniformItemSizes(True)

    def add(self, words: str, seconds: float | None) -> None:
        """Add an annotation, and where it points."""
        item = QListWidgetItem(words)
        item.setData(Qt.ItemDataRole.UserRole, seconds)
        item.setSizeHint(QSize(0, metrics().row(GROUP_ROW)))
        self.addItem(item)


class DocumentView(QWidget):
    """The view. ``save_failed`` tells why a copy could not be written."""

    save_failed = Signal(str)

    def __init__(self, documents: Documents) -> None:
        super().__init__()
        self._documents = documents
        self._header: InstanceHeader | None = None
        self._overlay: Overlay | None = None
        self._hit_count = 0
        self.pdf, self.text, self.signal = PdfView(documents), TextView(), SignalView()
        self.notes = _NoteList()
        self.empty = EmptyState("file-text", tr("Reading the document"))
        self.search = search_field(tr("Find in document"))
        self.search.setMinimumWidth(60)
        self.found = label("", "third")
        self.previous = icon_button("chevron-left", tr("Previous place found (Shift+F3)"))
        self.next = icon_button("chevron-right", tr("Next place found (F3)"))
        self.groups = QComboBox()
        self.groups.setAccessibleName(tr("Channels"))
        self.page = QSpinBox()
        self.page.setAccessibleName(tr("Page"))
        self.page.setMinimum(1)
        self.pages = label("", "third")
        self.smaller = icon_button("minus", tr("Smaller"))
        self.larger = icon_button("plus", tr("Larger"))
        self.fit = icon_button("scan", tr("Fit the width"))
        self.scale = label("", "third")
        self.told = label("", "second")
        self.copy, self.save = QPushButton(icon("copy"), ""), QPushButton(icon("upload"), "")
        self._lay_out()
        self._connect_parts()

    def show_overlay(self, overlay: Overlay, state: ReadingState) -> None:
        """Show a document or waveform."""
        header = state.content.library.instance(overlay.instance)
        if self._header is not None and self._header.key == header.key:
            self._overlay = overlay
            return
        self._header, self._overlay = header, overlay
        self.search.clear()
        self.told.clear()
        self._say(tr("Reading the document"))
        content = overlay.content
        if isinstance(content, Waveform):
            self._open_waveform(content)
        elif isinstance(content, Document) and content.mesh is not None:
            self.text.show_blocks(surface_blocks(overlay, content, state))
            self._show(self.text)
        elif isinstance(content, Document) and content.form == "pdf":
            self._documents.ask(("open", header.key), AskPages(header), partial(self._take_answer, header))
        elif isinstance(content, Document) and content.form in ("cda", "text"):
            self._documents.ask(("open", header.key), AskText(header), partial(self._take_answer, header))
        else:
            reason = next((one.text for one in reversed(overlay.issues)), "")
            self._say(tr("This document is not shown"), plain(reason))
        self._dress()

    def forget(self) -> None:
        """Show nothing any more."""
        self._header = self._overlay = None

    @property
    def shows(self) -> QWidget | None:
        """The view in front."""
        return self._views.currentWidget()

    @property
    def front(self) -> QWidget:
        """What has the keyboard when the document has it."""
        focused: dict[QWidget | None, QWidget] = {self.pdf: self.pdf, self.text: self.text, self.waves: self.signal}
        return focused.get(self.shows, self.save)

    def copy_text(self) -> None:
        """Put what is selected on the clipboard, or the page, or the text."""
        if self.shows is self.pdf:
            self.pdf.copy()
        elif self.shows is self.text:
            self.text.copy_text()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if is_theme_change(event) and hasattr(self, "_views"):
            self.text.write_anew()
            for view in (self.pdf, self.signal):
                view.viewport().update()

    def _lay_out(self) -> None:
        for button, words in ((self.copy, tr("Copy")), (self.save, tr("Save a copy…"))):
            button.setProperty("kind", "small")
            button.setAccessibleName(words)
            button.setToolTip(words)
        finding = QHBoxLayout()
        finding.setContentsMargins(10, 0, 10, 6)
        finding.setSpacing(6)
        for widget in (self.search, self.found, self.previous, self.next, self.copy, self.save):
            finding.addWidget(widget, 1 if widget is self.search else 0)
        self.looking = QWidget()
        looking = QHBoxLayout(self.looking)
        looking.setContentsMargins(10, 0, 10, 8)
        looking.setSpacing(6)
        beside: tuple[QWidget, ...] = (self.groups, self.page, self.pages)
        for chosen in beside:
            looking.addWidget(chosen)
        looking.addStretch(1)
        for tool in (self.told, self.scale, self.smaller, self.larger, self.fit):
            looking.addWidget(tool)
        self.waves = QSplitter(Qt.Orientation.Vertical)
        self.waves.setChildrenCollapsible(False)
        self.waves.addWidget(self.signal)
        self.waves.addWidget(self.notes)
        self.waves.setStretchFactor(0, 4)
        self.waves.setStretchFactor(1, 1)
        self._views = QStackedWidget()
        for view in (self.empty, self.pdf, self.text, self.waves):
            self._views.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(finding)
        column.addWidget(self.looking)
        column.addWidget(self._views, 1)

    def _connect_parts(self) -> None:
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(lambda: self._step_hit(1))
        self.next.clicked.connect(lambda: self._step_hit(1))
        self.previous.clicked.connect(lambda: self._step_hit(-1))
        for key, by in ((QKeySequence.StandardKey.FindNext, 1), (QKeySequence.StandardKey.FindPrevious, -1)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._step_hit, by))
        self.page.valueChanged.connect(lambda number: self.pdf.go_to_page(number - 1))
        self.pdf.moved.connect(self._follow_view)
        self.signal.moved.connect(self._follow_view)
        self.signal.pointed.connect(self.told.setText)
        self.smaller.clicked.connect(lambda: self._zoom(1 / _ZOOM_STEP))
        self.larger.clicked.connect(lambda: self._zoom(_ZOOM_STEP))
        self.fit.clicked.connect(self._fit)
        self.groups.activated.connect(self._open_group)
        self.notes.currentItemChanged.connect(self._go_to_note)
        self.copy.clicked.connect(self.copy_text)
        self.save.clicked.connect(self._ask_where)

    # opening

    def _take_answer(self, header: InstanceHeader, answer: Answer) -> None:
        if header is not self._header:
            return
        if isinstance(answer, Pages):
            self.pdf.show_pages(header, answer)
            self.page.setMaximum(len(answer.sizes))
            of = tr("of {number}").format(number=len(answer.sizes))
            self.pages.setText(
                of + (" " + tr("({number} more not shown)").format(number=answer.more) if answer.more else "")
            )
            self._show(self.pdf)
        elif isinstance(answer, Text):
            self.text.show_blocks(answer.blocks)
            self._show(self.text)
            self.told.setText(tr("cut: the rest is only in the file") if answer.cut else "")
        elif isinstance(answer, Unread):
            self._say(tr("This document cannot be shown"), tr("Reason: {reason}.").format(reason=plain(answer.reason)))
        self._dress()

    def _open_waveform(self, waveform: Waveform) -> None:
        self.groups.clear()
        self.groups.addItems([plain(group.label) for group in waveform.groups])
        self.notes.clear()
        for note in waveform.annotations:
            words = self._note_words(waveform, note.text, note.channels)
            self.notes.add(words, note.times_s[0] if note.times_s else None)
        self.notes.setVisible(bool(waveform.annotations))
        if waveform.groups:
            self._open_group(0)
        else:
            self._say(tr("This waveform cannot be shown"), tr("It holds no channels."))

    @staticmethod
    def _note_words(waveform: Waveform, text: str, channels: tuple[tuple[int, int], ...]) -> str:
        names = [
            plain(waveform.groups[group - 1].channels[channel - 1].label)
            for group, channel in channels
            if 0 < group <= len(waveform.groups) and 0 < channel <= len(waveform.groups[group - 1].channels)
        ]
        return " · ".join(filter(None, (plain(text), ", ".join(names))))

    def _open_group(self, group: int) -> None:
        if self._header is not None:
            self._documents.ask_samples(self._header, group, partial(self._take_samples, self._header))

    def _take_samples(self, header: InstanceHeader, answer: Samples | Unread) -> None:
        overlay = self._overlay
        if header is not self._header or overlay is None or not isinstance(overlay.content, Waveform):
            return
        if isinstance(answer, Unread):
            self._say(tr("This waveform cannot be shown"), tr("Reason: {reason}.").format(reason=plain(answer.reason)))
        else:
            self.signal.show_samples(overlay.content, answer)
            self._show(self.waves)
        self._dress()

    def _go_to_note(self, item: QListWidgetItem | None) -> None:
        seconds = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        if seconds is not None:
            self.signal.go_to_time(float(seconds))

    # finding

    def _find(self, text: str) -> None:
        words = text.strip()
        self._hit_count = 0
        if self.shows is self.text:
            self._hit_count = self.text.find_words(words)
        elif self.shows is self.pdf and self._header is not None:
            self.pdf.show_hits(())
            if words:
                header = self._header
                self._documents.ask(("find", header.key), AskHits(header, words), partial(self._take_hits, header))
        self._say_hits()

    def _take_hits(self, header: InstanceHeader, answer: Answer) -> None:
        if header is self._header and isinstance(answer, Hits) and answer.words == self.search.text().strip():
            self._hit_count = len(answer.found)
            self.pdf.show_hits(answer.found)
            self._say_hits()

    def _step_hit(self, by: int) -> None:
        view = self.pdf if self.shows is self.pdf else self.text
        if self._hit_count:
            view.go_to_hit(view.current_hit + by)
        self._say_hits()

    def _say_hits(self) -> None:
        view = self.pdf if self.shows is self.pdf else self.text
        words = ""
        if self.search.text().strip():
            of = tr("{number} of {count}").format(number=view.current_hit + 1, count=self._hit_count)
            words = of if self._hit_count else tr("not found")
        self.found.setText(words)
        for button in (self.previous, self.next):
            button.setEnabled(self._hit_count > 0)

    # looking

    def _zoom(self, factor: float) -> None:
        (self.pdf if self.shows is self.pdf else self.signal).zoom_by(factor)

    def _fit(self) -> None:
        (self.pdf if self.shows is self.pdf else self.signal).fit_width()

    def _follow_view(self) -> None:
        if self.shows is self.pdf:
            self.page.blockSignals(True)
            self.page.setValue(self.pdf.page + 1)
            self.page.blockSignals(False)
            self.scale.setText(f"{self.pdf.zoom:.0%}")
        else:
            self.scale.setText(self.signal.speed)

    def _show(self, view: QWidget) -> None:
        self._views.setCurrentWidget(view)
        self._follow_view()

    def _say(self, title: str, text: str = "") -> None:
        self.empty.say(title, text)
        self._views.setCurrentWidget(self.empty)

    def _dress(self) -> None:
        """Show the tools that the view in front has."""
        pdf, text, waves = (self.shows is view for view in (self.pdf, self.text, self.waves))
        for widget in (self.search, self.found, self.previous, self.next, self.copy):
            widget.setVisible(pdf or text)
        self.page.setVisible(pdf)
        self.pages.setVisible(pdf)
        for widget in (self.smaller, self.larger, self.fit, self.scale):
            widget.setVisible(pdf or waves)
        self.groups.setVisible(waves and self.groups.count() > 1)
        self.told.setVisible(waves or text)
        self.looking.setVisible(pdf or waves or bool(self.told.text()))
        self.save.setVisible(self._overlay is not None and isinstance(self._overlay.content, Document))
        self._say_hits()

    # a copy

    def _ask_where(self) -> None:
        overlay = self._overlay
        if overlay is None or not isinstance(overlay.content, Document):
            return
        ending = DOCUMENT_ENDINGS.get(overlay.content.mime_type, "bin")
        title = tr("Save a copy of the document. It was made by somebody else: open it with care.")
        chosen, _ = QFileDialog.getSaveFileName(self, title, f"document.{ending}", f"*.{ending}")
        if chosen:
            self.save_copy(Path(chosen))

    def save_copy(self, path: Path) -> None:
        """Write the bytes of the document to a file; ``save_failed`` tells why that could not be done."""
        if self._header is not None:
            self._documents.ask_copy(self._header, partial(self._write_copy, path))

    def _write_copy(self, path: Path, content: bytes | Unread) -> None:
        if isinstance(content, Unread):
            self.save_failed.emit(content.reason)
            return
        try:
            with written_whole(path) as temporary:
                temporary.write_bytes(content)
        except OSError as error:
            self.save_failed.emit(error.strerror or "")
