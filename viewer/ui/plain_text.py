"""Words that Qt shows: literal in tooltips, Issues in the language of the window. What is not Qt's is in ``plain_words``."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import Qt

from viewer.domain.issues import Issue
from viewer.scene.plain_words import plain


def tooltip(*lines: str) -> str:
    """Return lines for a tooltip that Qt shows literally: what looks like markup to Qt is escaped."""
    text = "\n".join(plain(line) for line in lines if line)
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text


def sentence(issue: Issue) -> str:
    """Return an Issue's sentence in the language of the window."""
    template = QCoreApplication.translate("Issue", issue.sentence)
    return plain(template.format(**dict(issue.parameters)))
