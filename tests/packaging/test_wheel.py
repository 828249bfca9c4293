"""The built wheel carries everything, installs outside the checkout and does its work there."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
# What a declared library always brings in the same version.
BROUGHT = {"shiboken6": "pyside6-essentials"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(REPOSITORY)]
    subprocess.run(command, check=True, capture_output=True)
    (made,) = out.glob("overread-*.whl")
    return made


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own; only the third-party libraries are borrowed, by a path file (they are over 1 GB)."""
    home = tmp_path_factory.mktemp("elsewhere") / "environment"
    venv.EnvBuilder(symlinks=True).create(home)
    python = home / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(install, check=True, capture_output=True, env=_clean())
    (site,) = home.glob("lib/python3*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home


def _clean() -> dict[str, str]:
    """The environment of a user who has no display and knows nothing of this checkout."""
    hidden = ("PYTHON", "QT_", "DISPLAY", "WAYLAND_DISPLAY", "VIRTUAL_ENV", "COVERAGE", "PYTEST", "OVERREAD")
    return {name: value for name, value in os.environ.items() if not name.startswith(hidden)}


def _run(environment: Path, *command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program, *arguments = command
    return subprocess.run(
        [environment / "bin" / program, *arguments], capture_output=True, text=True, cwd=folder, env=_clean(), check=False
    )


def test_the_wheel_carries_resources_the_sample_study_and_the_licence(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder, inside in (("resources", "viewer/resources"), ("sample_data/study", "viewer/sample_data/study")):
        here = {f"{inside}/{p.relative_to(REPOSITORY / folder)}" for p in (REPOSITORY / folder).rglob("*") if p.is_file()}
        assert here <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "packaging/", "sample_data/"))]


def test_the_installed_program_scans_its_sample_study_outside_the_checkout(environment: Path, tmp_path: Path) -> None:
    where = _run(environment, "python", "-c", "import viewer; print(viewer.__file__)", folder=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(environment)
    done = _run(environment, "overread", "scan", "--sample", "--json", folder=tmp_path)
    assert done.stderr == ""
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert [patient["patient_name"] for patient in said["patients"]] == ["Sample^Torso"]
    instances = [series["instances"] for study in said["patients"][0]["studies"] for series in study["series"]]
    assert sum(instances) == said["files"] == len(list((REPOSITORY / "sample_data" / "study").rglob("*.dcm")))
    assert said["skipped"] == []


def test_the_installed_program_finds_its_resources(environment: Path, tmp_path: Path) -> None:
    code = "from viewer.app.paths import resources, sample_data; print(resources()); print(sample_data())"
    for line in _run(environment, "python", "-c", code, folder=tmp_path).stdout.split():
        assert Path(line).is_relative_to(environment)
        assert Path(line).is_dir()


def test_without_a_display_the_window_says_so(environment: Path, tmp_path: Path) -> None:
    done = _run(environment, "overread", "--sample", folder=tmp_path)
    assert done.returncode == 2
    assert "no display" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_library_that_the_program_imports_is_declared() -> None:
    """The borrowed libraries cannot hide one that a user would not have."""
    declared = re.findall(r'^    "([A-Za-z0-9_.-]+)', _table("dependencies"), flags=re.M)
    declared = {_plain(name) for name in declared}
    owners = packages_distributions()
    missing = set()
    for path in (REPOSITORY / "viewer").rglob("*.py"):
        for name in _imported(ast.parse(path.read_text(encoding="utf-8"))):
            if name in sys.stdlib_module_names or name == "viewer":
                continue
            if not declared & {BROUGHT.get(_plain(owner), _plain(owner)) for owner in owners.get(name, ())}:
                missing.add((name, str(path.relative_to(REPOSITORY))))
    assert missing == set()


def test_no_library_is_declared_that_the_program_does_not_import() -> None:
    imported = {
        name
        for path in (REPOSITORY / "viewer").rglob("*.py")
        for name in _imported(ast.parse(path.read_text(encoding="utf-8")))
    }
    used = {_plain(owner) for name in imported for owner in packages_distributions().get(name, ())}
    used |= {BROUGHT[name] for name in used & BROUGHT.keys()}
    declared = {_plain(name) for name in re.findall(r'^    "([A-Za-z0-9_.-]+)', _table("dependencies"), flags=re.M)}
    assert declared - used == set()


def _table(key: str) -> str:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    return text.split(f"\n{key} = [", 1)[1].split("\n]", 1)[0]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names
