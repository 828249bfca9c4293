"""The Health panel, "What is wrong with these files?": skipped files and every Issue, grouped, in plain words."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStackedLayout, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from viewer.domain.instance import InstanceKey
from viewer.domain.issues import Issue, Severity, title_of
from viewer.reading.changes.layers import select
from viewer.reading.reading import Reading
from viewer.reading.state import Content, ReadingState, Selection
from viewer.scene.overlay_names import overlay_names
from viewer.scene.plain_words import breakable, count, plain
from viewer.ui.parts import EmptyState
from viewer.ui.plain_text import sentence, tooltip
from viewer.ui.row_view import RowView
from viewer.ui.theme import rows
from viewer.ui.theme.current import metrics
from viewer.ui.theme.fonts import font
from viewer.ui.theme.icons import paint_icon
from viewer.ui.theme.metrics import OBJECT_HEAD, SIDE, TREE_ROW
from viewer.ui.tree_model import NODE_ROLE, TreeModel
from viewer.ui.turns import Later

ICONS: dict[Severity, str] = {"error": "octagon-alert", "warning": "triangle-alert", "info": "info"}
_ORDER: dict[Severity, int] = {"error": 0, "warning": 1, "info": 2}


def tr(text: str) -> str:
    """Translate a text of the Health panel."""
    return QCoreApplication.translate("Health", text)


@dataclass(frozen=True)
class HealthRow:
    """A group (a sentence, how often) or one object it concerns."""

    key: Hashable
    name: str
    severity: Severity
    count: str = ""
    tip: str = ""
    overlay: InstanceKey | None = None
    group: bool = False
    children: tuple[HealthRow, ...] = ()


def issues_of(content: Content) -> Iterator[tuple[Issue, str, InstanceKey | None]]:
    """Return every Issue with the name of what it concerns, and the overlay when it is one."""
    for patient in content.library.patients:
        for study in patient.studies:
            for series in study.series:
                name = plain(series.description) or plain(series.modality)
                for found in (*series.issues, *(one for stack in series.stacks for one in stack.issues)):
                    yield found, name, None
                for instance in series.instances:
                    for found in instance.issues:
                        yield found, instance.source.shown, None
    names = {key: one.whole for key, one in overlay_names(content, tr).items()}
    for key, overlay in content.overlays.items():
        for found in overlay.issues:
            yield found, names.get(key, plain(overlay.label)), key
    for key, binding in content.bindings.items():
        overlay_name = names.get(key, "")
        refusal = (binding.not_shown_because,) if binding.not_shown_because is not None else ()
        for found in (*refusal, *binding.issues):
            yield found, overlay_name, key


def health_rows(content: Content) -> tuple[HealthRow, ...]:
    """Return the groups: what could not be opened first, then by severity. Nothing is left out."""
    groups: list[HealthRow] = []
    unreadable = [(key, plain(reason)) for key, reason in content.unreadable.items()]
    if unreadable:
        shown = {instance.key: instance.source.shown for instance in content.library.instances}
        children = tuple(
            HealthRow(
                ("unreadable", key), f"{shown.get(key, '')}: {reason}", "error", tip=tooltip(shown.get(key, ""), reason)
            )
            for key, reason in unreadable
        )
        groups.append(_group("unreadable", tr("Objects that could not be read"), "error", children))
    if content.library.skipped:
        by_reason: dict[str, list[str]] = {}
        for skipped in content.library.skipped:
            by_reason.setdefault(plain(skipped.reason), []).append(skipped.path)
        for reason, paths in by_reason.items():
            children = tuple(
                HealthRow(("skipped", number, path), plain(path), "warning", tip=tooltip(path, reason))
                for number, path in enumerate(paths)
            )
            groups.append(_group(("skipped", reason), tr("Skipped: {reason}").format(reason=reason), "warning", children))
    groups += _issue_groups(content)
    return tuple(groups)


def number_of_issues(found: Sequence[HealthRow]) -> int:
    """Return how many kinds of things are worth a look: what a thousand files share counts once, information not at all."""
    return sum(row.severity != "info" for row in found)


def _issue_groups(content: Content) -> list[HealthRow]:
    """Group by kind of Issue; where the sentences of a kind differ, the kind's title stands over them."""
    found: dict[tuple[str, Severity], dict[Hashable, tuple[Issue, str, InstanceKey | None]]] = {}
    for one, name, overlay in issues_of(content):
        found.setdefault((one.code, one.severity), {})[("issue", one, overlay or name)] = (one, name, overlay)
    groups = []
    for (code, severity), entries in sorted(found.items(), key=lambda item: _ORDER[item[0][1]]):
        sentences = {sentence(one) for one, _, _ in entries.values()}
        children = []
        for key, (one, name, overlay) in entries.items():
            text = name if len(sentences) == 1 else f"{name}: {sentence(one)}"
            children.append(HealthRow(key, text, severity, tip=tooltip(name, sentence(one)), overlay=overlay))
        title = sentences.pop() if len(sentences) == 1 else _title(code)
        groups.append(_group(("group", code, severity), title, severity, tuple(children)))
    return groups


def _title(code: str) -> str:
    return QCoreApplication.translate("Issue", title_of(code))


def _group(key: Hashable, name: str, severity: Severity, children: tuple[HealthRow, ...]) -> HealthRow:
    return HealthRow(key, name, severity, count(len(children)), tooltip(name), group=True, children=children)


class _HealthDelegate(QStyledItemDelegate):
    def __init__(self, view: RowView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        node: HealthRow = index.data(NODE_ROLE)
        if not node.group:
            return QSize(60, metrics().row(TREE_ROW))
        return QSize(60, max(metrics().row(OBJECT_HEAD), self._height_of(node) + 12))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        node: HealthRow = index.data(NODE_ROLE)
        rect: QRect = option.rect
        full = QRect(0, rect.y(), self._view.viewport().width(), rect.height())
        rows.paint_ground(painter, option, full, focused=self._view.hasFocus())
        place = QRect(rect.x() + 2, rect.y(), full.right() - SIDE - rect.x(), rect.height())
        if node.group:
            top = QRect(place.x(), place.y() + 6, 16, metrics().px(16))
            paint_icon(painter, top, ICONS[node.severity], node.severity, 14)
            number = QRect(place.x(), place.y() + 6, place.width(), metrics().px(16))
            rows.paint_number(painter, number, node.count, token=rows.second_text(option))
            painter.setFont(font(12, 500))
            painter.setPen(rows.color("text1"))
            words = QRect(place.x() + 22, place.y() + 6, self._width(), place.height() - 8)
            painter.drawText(words, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, breakable(node.name))
        else:
            rows.paint_text(painter, place.adjusted(8, 0, 0, 0), node.name, token="text2")
        if rows.has_focus(option):
            rows.paint_focus(painter, full)

    def _width(self) -> int:
        return max(100, self._view.viewport().width() - self._view.indentation() - SIDE - 22 - 36)

    def _height_of(self, node: HealthRow) -> int:
        measures = QFontMetrics(font(12, 500))
        place = QRect(0, 0, self._width(), 1000)
        return measures.boundingRect(place, int(Qt.TextFlag.TextWordWrap), breakable(node.name)).height()


class HealthPanel(QWidget):
    """The panel. ``number_changed`` tells how many things are worth a look."""

    number_changed = Signal(int)

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._reading = reading
        self.model: TreeModel[HealthRow] = TreeModel(self)
        self.view = RowView()
        self.view.setModel(self.model)
        self.view.setItemDelegate(_HealthDelegate(self.view))
        self.view.setAccessibleName(tr("What is wrong with these files"))
        self.view.clicked.connect(self._choose)
        self.view.entered_key.connect(self._toggle)
        self.view.doubleClicked.connect(self._toggle)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.view)
        self._empty = EmptyState("check", tr("Nothing to report"), tr("Every file was read, and nothing in them is wrong."))
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.addLayout(self._pages)
        self._pending = Later(self, self.refresh, wait_ms=50)
        stop = reading.connect(self._follow)
        self.destroyed.connect(stop)
        self.refresh()

    def refresh(self) -> None:
        """Make the rows match the state now."""
        content = self._reading.state.content
        found = health_rows(content)
        self.model.set_tree(found)
        self._pages.setCurrentIndex(0 if found else 1)
        if content.library.files or content.library.instances:
            self._empty.say(tr("Nothing to report"), tr("Every file was read, and nothing in them is wrong."))
        else:
            self._empty.say(tr("Nothing open"))
        self.number_changed.emit(number_of_issues(found))

    def _follow(self, old: ReadingState, new: ReadingState) -> None:
        if old.content is not new.content:
            self._pending.ask()

    def _choose(self, index: QModelIndex) -> None:
        node = index.data(NODE_ROLE)
        if isinstance(node, HealthRow) and node.overlay is not None:
            self._reading.apply(select, Selection(node.overlay))

    def _toggle(self, index: QModelIndex) -> None:
        self.view.setExpanded(index, not self.view.isExpanded(index))
