"""The theme in force: what delegates and painters read at the moment they paint, so that a change needs only a repaint."""

from __future__ import annotations

from dataclasses import dataclass

from viewer.ui.theme.metrics import Metrics
from viewer.ui.theme.tokens import DARK, Tokens


@dataclass(frozen=True)
class Theme:
    """Colours and sizes."""

    tokens: Tokens = DARK
    metrics: Metrics = Metrics()


class _InForce:
    """Like the palette of QApplication, there is one theme a process; only ``apply.py`` sets it."""

    theme = Theme()


def current() -> Theme:
    """Return the theme in force."""
    return _InForce.theme


def tokens() -> Tokens:
    """Return the colours in force."""
    return _InForce.theme.tokens


def metrics() -> Metrics:
    """Return the sizes in force."""
    return _InForce.theme.metrics


def put_in_force(theme: Theme) -> None:
    """Make a theme the one in force; ``apply.apply_theme`` does the rest."""
    _InForce.theme = theme
