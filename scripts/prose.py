"""Prose by hand (docs/*.md) names facts instead of typing them: [[contact:act-early-line]], [[term:dsl]], [[source:actearly-faq]], [[page:/areas/]].

What differs between editions comes from the edition's file. [[edition:owner]] is filled in. A line that begins with [[with:owner]] stands
only where the edition has an owner, and one that begins with [[without:owner]] only where it has none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.problem import Problem, Refused

NAME = re.compile(r"\[\[(?P<kind>[a-z]+):(?P<id>[^\]\s]+)\]\]")
KINDS = ("contact", "term", "source", "page", "edition", "with", "without")
FACTS = ("name", "owner", "mailbox", "areas", "settings", "about", "prepared", "complies", "not-accessible", "answer-within")
"""What [[edition:…]] can name. scripts/pages/facts.py has the values."""
CONDITIONS = frozenset({*FACTS, "draft", "confirmed-core", "confirmed-only", "public-body"})
"""What [[with:…]] and [[without:…]] can ask of an edition: that it has such a fact, that this is its policy, that its owner is a public body."""
MARKS = re.compile(r"(?:\[\[(?:with|without):[^\]\s]+\]\] *)+")
"""The conditions at the beginning of a line."""


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


def for_edition(text: str, has: Collection[str]) -> str:
    """A text without the lines whose conditions do not hold in an edition that has these of CONDITIONS, and without the conditions.

    A paragraph that a line left behind, empty, goes too.
    """
    kept = []
    for line in text.split("\n"):
        marks = MARKS.match(line)
        if marks is None:
            kept.append(line)
        elif all((found.id in has) is (found.kind == "with") for found in names(marks[0])):
            kept.append(line[marks.end() :])
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept))
