"""Where the files that ship with Overread and the user's own files are: the only place that knows.

In a checkout ``resources/`` and ``sample_data/`` stand beside ``viewer/``; the wheel and the frozen program carry them
inside it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import platformdirs

import viewer

APPLICATION = "overread"


def resources() -> Path:
    """Find the folder of icons, fonts, window presets, guide and licences."""
    return _shipped("resources")


def sample_data() -> Path:
    """Find the folder of the bundled synthetic study: DICOM files and nothing else."""
    return _shipped("sample_data") / "study"


def user_data() -> Path:
    """Make and name the user's folder for reviews and the saved state, readable by the user alone."""
    folder = Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def user_settings() -> Path:
    """Make and name the user's folder for settings."""
    folder = Path(platformdirs.user_config_dir(APPLICATION, appauthor=False))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def user_logs() -> Path:
    """Make and name the user's folder for logs."""
    folder = Path(platformdirs.user_log_dir(APPLICATION, appauthor=False))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@cache
def _shipped(name: str) -> Path:
    """Find a shipped folder: inside the installed package, else beside it.

    Raises
    ------
    FileNotFoundError
        When the installation is damaged and has the folder in neither place.
    """
    package = Path(viewer.__file__).resolve().parent
    for folder in (package / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"The installation is incomplete: the folder {name} is missing. Install Overread again.")
