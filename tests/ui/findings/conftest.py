"""The sample study as the window has it at rest, read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.test_main_window import Program
from viewer.app.commands.layers import content_of, read_layers
from viewer.app.commands.opening import open_library
from viewer.app.settings import Settings
from viewer.loading.checking import checks_of
from viewer.loading.document_worker import DocumentWorker
from viewer.loading.documents import Documents
from viewer.loading.eager import EagerInputs
from viewer.loading.store import Store
from viewer.reading.changes.library import hang_default
from viewer.reading.reading import Reading
from viewer.reading.state import Content, ReadingState
from viewer.ui.main_window import MainWindow


@pytest.fixture(scope="session")
def sample_content() -> Content:
    """What the files of the sample study say, measured and checked."""
    library = open_library([], sample=True)
    content = content_of(list(read_layers(library)), library)
    with EagerInputs(library, {}) as inputs:
        return replace(content, checks=checks_of(content, inputs.readers))


@pytest.fixture
def sample_state(sample_content: Content) -> ReadingState:
    """The sample study just opened."""
    return hang_default(ReadingState(content=sample_content))


class ReviewProgram(Program):
    """The program around the window, with what a pane in 3D asks of it."""

    def save_surfaces(self, surfaces: object, path: object, tell: object) -> None:
        raise AssertionError("nothing is saved here")


@pytest.fixture
def window(qtbot: QtBot, reading: Reading) -> Iterator[MainWindow]:
    """The window on the reading of the test, 1280 x 720, with the keyboard on the images."""
    program = ReviewProgram()
    # The sample study has documents: what reads them ends with the window.
    program.documents = Documents(lambda: None, DocumentWorker())
    made = MainWindow(reading, Store(budget_bytes=1 << 24), program.settings, program)
    program.window = made
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    qtbot.waitExposed(made)
    made.grid.active_picture.setFocus()
    qtbot.wait(100)
    yield made
    program.change_settings(Settings())
    reading.apply(lambda state: replace(state, decisions={}))
    made.close()
    program.documents.close()
