"""The large studies, written once a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks.studies import BodyStudy, body_study, many_files


@pytest.fixture(scope="session")
def body(tmp_path_factory: pytest.TempPathFactory) -> BodyStudy:
    return body_study(tmp_path_factory.mktemp("body"))


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return many_files(tmp_path_factory.mktemp("many"))
