"""A problem: one thing that is wrong, where it stands, and how to put it right."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Format = Literal["text", "json", "github"]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong. `line` and `column` count from 1; `at` names the record and field (it is what an exception names)."""

    path: str
    line: int
    column: int
    rule: str
    message: str
    tip: str = ""
    at: str = ""


class Refused(Exception):
    """The files cannot be used as they are. Carries every problem found, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(summary(self.problems))


def summary(problems: Iterable[Problem]) -> str:
    """One line that counts the problems and the files they stand in."""
    found = list(problems)
    files = len({problem.path for problem in found})
    return f"{len(found)} {'problem' if len(found) == 1 else 'problems'} in {files} {'file' if files == 1 else 'files'}"


def near(word: str, choices: Iterable[str]) -> str:
    """A tip that names the choice nearest to a misspelt word, or lists the choices when they are few."""
    known = sorted({str(choice) for choice in choices})
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    if len(known) <= 12:
        return f"known here: {', '.join(known)}" if known else ""
    return ""


def render(problems: Iterable[Problem], form: Format) -> str:
    """All problems as text for people, as JSON for programs, or as annotations for a code host.

    Text is `path:line:column: rule: message`, which editors make clickable, and the tip on a line of its own.
    """
    found = sorted(set(problems))
    if form == "json":
        return json.dumps([asdict(problem) for problem in found], indent=2, ensure_ascii=False)
    if form == "github":
        return "\n".join(
            f"::error file={p.path},line={p.line},col={p.column},title={p.rule}::{_escape(p.message + (f' ({p.tip})' if p.tip else ''))}"
            for p in found
        )
    return "\n".join(f"{p.path}:{p.line}:{p.column}: {p.rule}: {p.message}" + (f"\n    tip: {p.tip}" if p.tip else "") for p in found)


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
