"""What the window says of the saving of reviews."""

from __future__ import annotations

from typing import Final, Literal, Protocol

from PySide6.QtCore import QCoreApplication

from viewer.ui.notices import Notice, Severity

NewsKind = Literal["not_saved", "saved_again", "not_read", "set_aside", "elsewhere", "here_again"]


class News(Protocol):
    """What there is to say; see ``app.review_saving``."""

    @property
    def kind(self) -> NewsKind: ...
    @property
    def reason(self) -> str: ...


def tr(text: str) -> str:
    """Translate a text of these notices."""
    return QCoreApplication.translate("Review", text)


_WORDS: Final[dict[NewsKind, tuple[str, str, Severity, str]]] = {
    "not_saved": (
        "What you measured could not be saved.",
        "{reason}. It is kept in this window, and saved with the next change or when you try again.",
        "error",
        "Try again",
    ),
    "saved_again": ("Everything is saved.", "What could not be saved before is saved now.", "ok", ""),
    "not_read": (
        "Saved measurements of this study could not be read.",
        "{reason}. The file stays as it is, and what you measure now is added to it.",
        "error",
        "Try again",
    ),
    "set_aside": (
        "Saved measurements of this study could not be understood.",
        "They are kept in {reason}; a new file was begun.",
        "warning",
        "",
    ),
    "elsewhere": (
        "This study is being reviewed in another window.",
        "Here you can look, but nothing can be measured or changed until that window is closed.",
        "warning",
        "Try again",
    ),
    "here_again": ("This study can be reviewed here now.", "The other window has closed it.", "ok", ""),
}


def review_notice(news: News) -> Notice:
    """Return what the window says; its link, if it has one, is to try again."""
    title, text, severity, link = _WORDS[news.kind]
    return Notice(tr(title), tr(text).format(reason=news.reason), severity, tr(link) if link else "")
