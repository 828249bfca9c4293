"""Puts a theme in force: style, palette, font, and the one sheet, in that order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol

from PySide6.QtCore import QDir, Qt, QTemporaryDir
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from viewer.ui.theme.current import Theme, put_in_force
from viewer.ui.theme.fonts import font, load_fonts
from viewer.ui.theme.icons import svg_text
from viewer.ui.theme.metrics import Density, Metrics
from viewer.ui.theme.sheet import style_sheet
from viewer.ui.theme.tokens import THEMES, Tokens

ThemeChoice = Literal["dark", "light", "system"]

_TINTED = (
    ("check", "check", "on_fill"),
    ("check-accent", "check", "accent"),
    ("chevron-down", "chevron-down", "text2"),
    ("chevron-up", "chevron-up", "text2"),
    ("chevron-right", "chevron-right", "text2"),
)
"""Icons that the sheet names, with the token each is coloured with: a sheet cannot colour a file."""

_tinted_folders: list[QTemporaryDir] = []

_ROLES: Mapping[QPalette.ColorRole, str] = {
    QPalette.ColorRole.Window: "bg1",
    QPalette.ColorRole.Base: "bg1",
    QPalette.ColorRole.AlternateBase: "bg2",
    QPalette.ColorRole.Button: "bg2",
    QPalette.ColorRole.WindowText: "text1",
    QPalette.ColorRole.Text: "text1",
    QPalette.ColorRole.ButtonText: "text1",
    QPalette.ColorRole.BrightText: "text1",
    QPalette.ColorRole.PlaceholderText: "text3",
    QPalette.ColorRole.Highlight: "sel",
    QPalette.ColorRole.HighlightedText: "text1",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.ToolTipBase: "text1",
    QPalette.ColorRole.ToolTipText: "bg0",
    QPalette.ColorRole.Light: "bg4",
    QPalette.ColorRole.Midlight: "bg3",
    QPalette.ColorRole.Mid: "line2",
    QPalette.ColorRole.Dark: "bg0",
    QPalette.ColorRole.Shadow: "canvas",
}


def palette_of(tokens: Tokens) -> QPalette:
    """Return the Qt palette of a set of tokens."""
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, QColor(getattr(tokens, name)))
    palette.setColor(QPalette.ColorGroup.Inactive, QPalette.ColorRole.Highlight, QColor(tokens.sel_idle))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.disabled))
    return palette


def load_resources(resources: Path) -> None:
    """Make fonts, icons and help texts of the resources folder known to Qt, once, before the first ``apply_theme``.

    Afterwards ``icons:NAME.svg``, ``help:NAME.md``, ``licences:NAME`` and ``app:NAME`` name files for Qt.
    """
    load_fonts(resources / "fonts")
    for prefix in ("icons", "help", "licences"):
        QDir.setSearchPaths(prefix, [str(resources / prefix)])
    QDir.setSearchPaths("app", [str(resources)])


def tokens_for(choice: ThemeChoice) -> Tokens:
    """Return the tokens a choice means; "system" asks the desktop, and means dark where it does not say."""
    if choice != "system":
        return THEMES[choice]
    scheme = QApplication.styleHints().colorScheme()
    return THEMES["light" if scheme == Qt.ColorScheme.Light else "dark"]


class ThemeSettings(Protocol):
    """The settings that make a theme."""

    @property
    def theme(self) -> ThemeChoice: ...
    @property
    def text_size(self) -> float: ...
    @property
    def density(self) -> Density: ...


def apply_theme(app: QApplication, settings: ThemeSettings) -> None:
    """Put a theme in force for the whole program; may be called again at any time."""
    theme = Theme(tokens_for(settings.theme), Metrics(settings.text_size, settings.density))
    put_in_force(theme)
    _write_tinted(theme.tokens)
    if app.style().objectName().lower() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(palette_of(theme.tokens))
    app.setFont(font())
    app.setStyleSheet(style_sheet(theme))


def _write_tinted(tokens: Tokens) -> None:
    folder = QTemporaryDir()
    for name, source, token in _TINTED:
        text = svg_text(source, getattr(tokens, token))
        if text:
            Path(folder.filePath(f"{name}.svg")).write_bytes(text)
    _tinted_folders[:] = [folder]
    QDir.setSearchPaths("tinted", [folder.path()])
