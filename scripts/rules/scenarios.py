"""Promise 7: an invented case is a test. Its facts go in; the outcome and the contact point it expects must come out, and what must not, must not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from scripts.problem import Problem
from scripts.routes import as_expected, offered
from scripts.rules.case import Case

NUMBER = re.compile(r"\d+")


def scenarios_told(case: Case) -> Iterator[Problem]:
    """The age that a scenario is about stands in its facts, unless it is not known."""
    for slug, scenario in case.k.scenarios.items():
        if scenario.age.isdigit() and scenario.age not in NUMBER.findall(" ".join(scenario.facts)):
            message = f"the facts tell of nobody aged {scenario.age}"
            yield case.problem(case.k.home("scenario", slug, "age"), "scenarios-told", message, "mend the age, or tell it in the facts")


def scenarios_hold(case: Case) -> Iterator[Problem]:
    """Every scenario's way through the guided check exists and ends in an outcome, which offers the expected contact point first and no forbidden one.

    A check of another line, a lapse and a recall may change which one comes first; the page says which does.
    """
    check = case.k.check
    for slug, scenario in case.k.scenarios.items():
        path = scenario.check
        if path[0] != next(iter(check.questions), None):
            yield case.problem(
                case.k.home("scenario", slug, "check", 0), "scenarios-hold", f"{path[0]} is not the first question", "begin at the top"
            )
        for index, (here, there) in enumerate(pairwise(path), 1):
            if here not in check.questions or there not in [answer.to for answer in check.questions[here].answers]:
                home = case.k.home("scenario", slug, "check", index)
                yield case.problem(home, "scenarios-hold", f"no answer to {here} leads to {there}", "look the answers up in pathways/check.yml")
        if path[-1] not in check.outcomes:
            yield case.problem(case.k.home("scenario", slug, "check"), "scenarios-hold", f"{path[-1]} is not an outcome", "go on to the end")
            continue
        found = offered(case.k, scenario, scenario.home, case.today)
        first = found[0] if found else None
        if not as_expected(case.k, scenario.first, found, case.today):
            message = f"expects {scenario.first or 'nobody'} first, and the site offers {first or 'nobody'}"
            tip = "one of the two is wrong: look at the area's contact points before you change what is expected"
            yield case.problem(case.k.home("scenario", slug, "first"), "scenarios-hold", message, tip)
        for index, id in enumerate(scenario.not_offered):
            if id in found:
                message = f"{id} must not be offered here, and it is"
                yield case.problem(
                    case.k.home("scenario", slug, "not_offered", index), "scenarios-hold", message, "look at what the slot is filled with"
                )
        if elsewhere := scenario.elsewhere:
            moved = offered(case.k, scenario, elsewhere.home, case.today)
            if not as_expected(case.k, elsewhere.first, moved, case.today):
                message = f"expects {elsewhere.first} first in {elsewhere.home}, and the site offers {moved[0] if moved else 'nobody'}"
                yield case.problem(
                    case.k.home("scenario", slug, "elsewhere", "first"), "scenarios-hold", message, "look at that area's contact points"
                )
        elif scenario.home:
            message = "does not say what changes when the home address does"
            yield case.problem(case.k.home("scenario", slug), "scenarios-hold", message, "add elsewhere: with another area")
