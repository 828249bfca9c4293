"""Words of the report panel: what a reference names among the opened files, and what a report is called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from viewer.dicom.sop_classes import sop_class_name
from viewer.domain.content_words import name_text, reference_text, value_text
from viewer.domain.instance import FrameKey
from viewer.domain.library import Library
from viewer.domain.overlay import Overlay
from viewer.domain.references import ImageReference
from viewer.domain.report import ContentItem
from viewer.export.report_page import Describe
from viewer.reading.state import ReadingState
from viewer.scene.overlay_names import overlay_name
from viewer.scene.plain_words import count, date_and_time, plain


def tr(text: str) -> str:
    """Translate a text of the report panel."""
    return QCoreApplication.translate("Report", text)


def describe(library: Library) -> Describe:
    """Return a function that says what a reference names: series and slice, or that it is not opened."""

    def words(reference: ImageReference) -> str:
        for key in library.instances_with_uid(reference.sop_instance_uid):
            series = library.series_of(key)
            name = plain(series.description) or series.modality
            index = reference.frames[0] - 1 if reference.frames else 0
            place = library.place_of(FrameKey(key, index))
            if place is not None:
                return tr("{series}, slice {number}").format(series=name, number=place[1] + 1)
            return ", ".join(filter(None, (name, reference_text(reference))))
        what = sop_class_name(reference.sop_class_uid) if reference.sop_class_uid else tr("object")
        return tr("{what} that is not opened").format(what=what)

    return words


def row_words(item: ContentItem, library: Library) -> tuple[str, str]:
    """Return the name and the value that stand in the row of an item."""
    name, value = plain(name_text(item)), plain(value_text(item))
    if item.references and not item.by_reference:
        value = describe(library)(item.references[0])
    elif item.value_type == "CONTAINER" and item.children:
        value = _count_words(item)
    return name, value


def _count_words(item: ContentItem) -> str:
    images = sum(child.value_type == "IMAGE" for child in item.children)
    groups = sum(child.value_type == "CONTAINER" for child in item.children)
    if groups:
        return tr("1 group") if groups == 1 else tr("{number} groups").format(number=count(groups))
    if images:
        return tr("1 image") if images == 1 else tr("{number} images").format(number=count(images))
    return ""


def report_name(overlay: Overlay, state: ReadingState) -> str:
    """Return what a report is called in the selector: its name, what tells it apart from others, and its date."""
    name = overlay_name(state.content, overlay, tr)
    moment = date_and_time(overlay.provenance.content_date)
    return name.whole if name.apart.startswith(moment) and moment else " · ".join(filter(None, (name.whole, moment)))
