"""For trainers: a session can be run from its page alone, in the time it says, and every question of the quiz has one right answer."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.problem import Problem
from scripts.rules.case import Case

TAKEN = frozenset({"quiz"})
"""Addresses under /trainers/ that are no session's."""


def sessions_timed(case: Case) -> Iterator[Problem]:
    """The parts of a session take as many minutes as the session says, together."""
    for slug, session in case.k.sessions.items():
        total = sum(part.minutes for part in session.parts)
        if total != session.minutes:
            message = f"says {session.minutes} minutes, and its parts take {total}"
            yield case.problem(case.k.home("session", slug, "minutes"), "sessions-timed", message, "mend the total, or the minutes of a part")


def sessions_runnable(case: Case) -> Iterator[Problem]:
    """Every part of a session has an anchor of its own, names each case once, and compares two home addresses only where its cases have two."""
    for slug, session in case.k.sessions.items():
        if slug in TAKEN:
            tip = "give the file another name"
            yield case.problem(case.k.home("session", slug, "name"), "sessions-runnable", f"/trainers/{slug}/ is taken by another page", tip)
        ids: set[str] = set()
        for index, part in enumerate(session.parts):
            if part.id in ids:
                yield case.problem(case.k.home("session", slug, "parts", index, "id"), "sessions-runnable", f"{part.id} stands twice", "rename one")
            ids.add(part.id)
            if len(set(part.cases)) < len(part.cases):
                at = case.k.home("session", slug, "parts", index, "cases")
                yield case.problem(at, "sessions-runnable", "names the same case twice", "take one of the two out")
            if part.two_homes and not part.cases:
                at = case.k.home("session", slug, "parts", index, "two_homes")
                yield case.problem(at, "sessions-runnable", "compares two home addresses, and names no case", "name one under cases:")
            for place, id in enumerate(part.cases if part.two_homes else ()):
                scenario = case.k.scenarios[id]
                if scenario.elsewhere is None or scenario.elsewhere.home == scenario.home:
                    message = f"{id} has no second home address to compare"
                    at = case.k.home("session", slug, "parts", index, "cases", place)
                    yield case.problem(at, "sessions-runnable", message, "choose a case with elsewhere:, or take two_homes: away")


def quiz_answerable(case: Case) -> Iterator[Problem]:
    """Every question of the quiz has exactly one right answer, and every answer an anchor of its own."""
    for id, question in case.k.quiz.questions.items():
        home = case.k.home("quiz-question", id, "choices")
        if (right := sum(choice.right for choice in question.choices)) != 1:
            yield case.problem(home, "quiz-answerable", f"{id} has {right} right answers", "give right: true to exactly one of them")
        if len({choice.id for choice in question.choices}) < len(question.choices):
            yield case.problem(home, "quiz-answerable", f"two answers to {id} have one id", "give each an id of its own")
