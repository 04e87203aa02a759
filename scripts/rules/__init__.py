"""The rules: what the data promises (design section 6). A rule is a function that yields problems; its docstring is its public description.

To add one: write the function in the module of its promise, name it in `RULES`, and write the test that breaks a copy of the
real data and sees the rule report the right file and line (tests/test_rules.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scripts.problem import Problem
from scripts.rules import (
    addresses,
    changes,
    days,
    editions,
    hours,
    markup,
    myths,
    places,
    routing,
    scenarios,
    sessions,
    steps,
    tree,
    typed,
    values,
    words,
)
from scripts.rules.case import Case

Rule = Callable[[Case], Iterator[Problem]]

RULES: tuple[Rule, ...] = (
    # promise 1: every route leads to something that can be used now
    routing.areas_whole,
    places.areas_official,
    routing.guides_apart,
    routing.slots_declared,
    routing.fallbacks_strong,
    routing.routes_usable,
    # promise 2: every step says who, what, by when, on whose word
    steps.stages_complete,
    steps.first_step_known,
    steps.steps_fit,
    steps.force_backed,
    steps.sources_used,
    steps.contacts_used,
    # promise 3: numbers and addresses come from records only
    typed.contacts_not_typed,
    typed.names_resolve,
    # promise 4: what is shown was seen
    values.values_sighted,
    values.sightings_agree,
    values.sightings_once,
    values.fillings_sighted,
    values.confirmations_sound,
    values.held_nowhere,
    values.values_valid,
    values.values_agreed,
    hours.hours_agree,
    days.days_past,
    # promise 5: myth cards are honest
    myths.myths_honest,
    myths.figures_explained,
    myths.charts_drawable,
    myths.codes_fixed,
    # promise 6: the guided check ends
    tree.check_ends,
    tree.check_answerable,
    # promise 7: scenarios are tests
    scenarios.scenarios_told,
    scenarios.scenarios_hold,
    # sessions can be run from their pages, and the quiz can be answered
    sessions.sessions_timed,
    sessions.sessions_runnable,
    sessions.quiz_answerable,
    # what changed is dated, backed and says who must act
    changes.changes_dated,
    changes.changes_backed,
    changes.changes_lead,
    changes.changes_say_who,
    # promise 8: what moved leads on for ever
    addresses.moved_away,
    addresses.moved_to_pages,
    # promise 9: plain words, living addresses, roles
    words.sentences_short,
    words.abbreviations_known,
    words.no_placeholders,
    words.no_legacy_domains,
    words.says_whom,
    words.role_mailboxes,
    words.links_allowed,
    words.schema_named,
    words.warnings_plain,
    words.pages_exist,
    # an edition keeps what its owner promises
    editions.editions_sound,
    editions.policy_kept,
    # nothing a record says can become markup or script
    markup.no_markup,
    markup.templates_escape,
)


def name(rule: Rule) -> str:
    """A rule's name as printed: slots_declared is `slots-declared`."""
    return rule.__name__.replace("_", "-")


def check(case: Case) -> tuple[Problem, ...]:
    """Every problem of every rule, but for the listed exceptions; an exception that is not needed is a problem itself (promise 10)."""
    found = [problem for rule in RULES for problem in rule(case)]
    excepted = {(exception.rule, exception.at) for exception in case.k.exceptions}
    used = {(problem.rule, problem.at) for problem in found} & excepted
    kept = [problem for problem in found if (problem.rule, problem.at) not in excepted]
    return tuple(sorted({*kept, *exceptions_needed(case, used)}))


def exceptions_needed(case: Case, used: set[tuple[str, str]]) -> Iterator[Problem]:
    """Every exception is still needed: one that no problem asks for any more is removed."""
    document = case.k.documents["pathways/exceptions.yml"]
    for index, exception in enumerate(case.k.exceptions):
        if (exception.rule, exception.at) not in used:
            line, column = document.place(("exceptions", index))
            message = f"nothing breaks {exception.rule} at {exception.at} any more"
            yield Problem(document.path, line, column, "exceptions-needed", message, "remove the exception")
