"""Options of the command line are named by commands alone: the window says what the packages below say."""

from __future__ import annotations

import ast
import re
from pathlib import Path

VIEWER = Path(__file__).parents[1] / "viewer"
OPTION = re.compile(r"(?<![\w-])--[a-z]{2}")


def texts_of(path: Path) -> list[str]:
    """The string constants of a module that are no docstrings or notes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    notes = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    constants = [one for one in ast.walk(tree) if isinstance(one, ast.Constant) and id(one) not in notes]
    return [one.value for one in constants if isinstance(one.value, str)]


def test_no_sentence_below_the_commands_names_an_option() -> None:
    below = [path for path in VIEWER.rglob("*.py") if path.relative_to(VIEWER).parts[0] != "app"]
    assert len(below) > 500
    found = [(path.name, text) for path in below for text in texts_of(path) if OPTION.search(text)]
    assert found == []
