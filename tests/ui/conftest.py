"""The window's tests use the program's own theme, fonts and icons."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from viewer.app.settings import Settings
from viewer.ui.theme.apply import apply_theme, load_resources


@pytest.fixture(scope="session")
def qapp(qapp_args: list[str], qapp_cls: type[QApplication]) -> QApplication:
    """The application of the whole test run, dressed as the program's."""
    found = QApplication.instance()
    application = found if isinstance(found, QApplication) else qapp_cls(qapp_args)
    load_resources(Path(__file__).parents[2] / "resources")
    apply_theme(application, Settings())
    return application
