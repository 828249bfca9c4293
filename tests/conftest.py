"""Fixtures for all tests: Qt off-screen before anything imports it, and the folder of real data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from tests.leaks import alive, freeze, left_behind


@pytest.hookimpl(optionalhook=True)
def pytest_xvfb_disable() -> bool:
    """Say whether the tests go without an X server of their own: they need one for real windows, where there is none."""
    return os.environ["QT_QPA_PLATFORM"] != "xcb" or "DISPLAY" in os.environ


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real studies; a missing one is a failure, never a skip."""
    folder = Path(os.environ.get("OVERREAD_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    assert folder.is_dir(), "OVERREAD_TEST_DATA names no folder of real studies"
    return folder


@pytest.fixture(autouse=True)
def nothing_is_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, process, visible window or running timer behind."""
    qt = bool({"qtbot", "qapp"} & set(request.fixturenames))
    if qt:
        freeze()
    before = alive(qt=qt)
    yield
    assert not left_behind(before, qt=qt)
