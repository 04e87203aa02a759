"""Promise 6: the guided check is a finite tree of plain questions that ends in something to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scripts.load import Home
from scripts.problem import Problem
from scripts.rules.case import Case

MOST_QUESTIONS = 5
"""Questions before an outcome, at most (design section 6, promise 6)."""


def check_ends(case: Case) -> Iterator[Problem]:
    """Every way through the guided check ends in an outcome after at most five questions, and every question and outcome is reached."""
    check = case.k.check
    for id in check.questions.keys() & check.outcomes.keys():
        yield case.problem(_home("outcomes", id), "check-ends", f"{id} is a question and an outcome", "give one of them another id")
    if not check.questions:
        if check.outcomes:
            yield case.problem(_home("questions"), "check-ends", "there is no question, so no outcome is reached", "add the first question")
        return
    longest = _longest({id: tuple(answer.to for answer in node.answers) for id, node in check.questions.items()}, next(iter(check.questions)))
    for kind, ids in (("questions", check.questions), ("outcomes", check.outcomes)):
        for id in ids:
            if id not in longest:
                yield case.problem(_home(kind, id), "check-ends", f"no answer leads to {id}", "lead an answer there, or take it out")
            elif longest[id] > MOST_QUESTIONS + (kind == "outcomes") - 1:
                message = f"{id} may come after {longest[id]} questions or more; {MOST_QUESTIONS} are the most"
                yield case.problem(_home(kind, id), "check-ends", message, "join questions, and look for an answer that leads back up")


def _home(*pointer: str) -> Home:
    return Home("pathways/check.yml", pointer)


def _longest(leads: Mapping[str, tuple[str, ...]], first: str) -> dict[str, int]:
    """The most questions that can stand before each node. A circle shows as more than any tree could have."""
    found = {first: 0}
    for _ in range(MOST_QUESTIONS + 2):
        for id, targets in leads.items():
            for target in targets if id in found else ():
                found[target] = max(found.get(target, 0), found[id] + 1)
    return found


def check_answerable(case: Case) -> Iterator[Problem]:
    """Every question of the guided check says why it is asked and has one answer for a reader who is not sure; every outcome names who to turn to."""
    for id, node in case.k.check.questions.items():
        if sum(answer.not_sure for answer in node.answers) != 1:
            message = f"{id} needs exactly one answer for a reader who is not sure"
            yield case.problem(_home("questions", id, "answers"), "check-answerable", message, "add not_sure: true to that answer")
    for id, outcome in case.k.check.outcomes.items():
        if not (outcome.does.contacts or outcome.does.slots):
            message = f"{id} names no contact point and no slot"
            yield case.problem(_home("outcomes", id, "does"), "check-answerable", message, "say under contacts: or slots: who to turn to")
