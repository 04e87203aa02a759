"""The code itself: in its one format, clean, and typed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scripts.build import ROOT


@pytest.mark.parametrize(
    "tool",
    [("ruff", "format", "--check", "."), ("ruff", "check", "."), ("mypy",)],
    ids=["every file is in its one format", "the linter finds nothing", "the types hold"],
)
def test_tools(tool: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
