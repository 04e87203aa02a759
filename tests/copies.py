"""Copies of the real files for commands that change them, on 1 December 2026."""

from __future__ import annotations

import argparse
import copy
import datetime
import difflib
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from scripts import agreed
from scripts.build import ROOT
from scripts.load import load, read_folder
from scripts.problem import Problem, Refused
from scripts.upkeep.edit import Edit

DAY = datetime.date(2026, 12, 1)
NOON = str(int(datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC).timestamp()))

Command = Callable[..., list[str]]


def copied(root: Path) -> Path:
    """Copy what the commands read."""
    for name in ("pathways", "docs", "theme"):
        shutil.copytree(ROOT / name, root / name)
    (root / agreed.FILE).write_text(agreed.text(load(root)), encoding="utf-8")
    return root


def fresh(prepared: Edit) -> Edit:
    """An edit that was checked before, with no file open."""
    edit = copy.copy(prepared)
    edit.open = {}
    return edit


def typing(module: ModuleType, root: Path) -> Command:
    """A command as typed; returns what it says."""

    def run(*typed: str) -> list[str]:
        parser = argparse.ArgumentParser()
        module.arguments(parser)
        said: list[str] = []
        assert module.run(root, parser.parse_args(typed), said.append) == 0
        return said

    return run


def refused(command: Command, *typed: str) -> tuple[Problem, ...]:
    """The problems with which a command refuses."""
    with pytest.raises(Refused) as caught:
        command(*typed)
    return caught.value.problems


def altered(root: Path) -> dict[str, list[str]]:
    """The lines that differ from the real files, by file, each with + or - before it."""
    found = {}
    for path, content in read_folder(root).items():
        assert isinstance(content, bytes)
        if content != (ROOT / path).read_bytes():
            found[path] = differing((ROOT / path).read_bytes(), content)
    return found


def differing(one: bytes, other: bytes) -> list[str]:
    """The lines that differ, each with + or - before it."""
    found = difflib.unified_diff(one.decode().splitlines(), other.decode().splitlines(), n=0, lineterm="")
    return [f"{line[0]} {line[1:]}" for line in list(found)[2:] if line[0] in "+-"]
