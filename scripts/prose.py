"""Prose by hand (docs/*.md) names facts instead of typing them: [[contact:act-early-line]], [[term:dsl]], [[source:actearly-faq]], [[page:/areas/]]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.problem import Problem, Refused

NAME = re.compile(r"\[\[(?P<kind>[a-z]+):(?P<id>[^\]\s]+)\]\]")
KINDS = ("contact", "term", "source", "page")


@dataclass(frozen=True)
class Text:
    """A file by hand: its path from the repository's root and what stands in it."""

    path: str
    text: str


@dataclass(frozen=True)
class Named:
    """One name in prose, with its place (line and column from 1)."""

    kind: str
    id: str
    line: int
    column: int


def read_texts(root: Path) -> tuple[Text, ...]:
    """The prose (docs/**/*.md) and the templates (theme/**/*.html) below `root`, in path order.

    Raises:
        Refused: when one of them is not UTF-8 text.
    """
    paths = [*sorted((root / "docs").rglob("*.md")), *sorted((root / "theme").rglob("*.html"))]
    texts: list[Text] = []
    problems: list[Problem] = []
    for path in filter(Path.is_file, paths):
        name, content = path.relative_to(root).as_posix(), path.read_bytes()
        try:
            texts.append(Text(name, content.decode("utf-8").replace("\r\n", "\n")))
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            problems.append(Problem(name, line, 1, "encoding", "is not UTF-8 text", "save the file as UTF-8 in your editor"))
    if problems:
        raise Refused(problems)
    return tuple(texts)


def names(text: str) -> Iterator[Named]:
    """Every [[kind:id]] in a text."""
    for match in NAME.finditer(text):
        yield Named(match["kind"], match["id"], *place(text, match.start()))


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column (from 1) of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
