"""Promise 2: every step has an actor, an action, a time, a force and a source (the model sees to that), and stages have no holes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scripts.load import Home, Pointer
from scripts.model import Action, Age, Clock, Force, Point, Record, SourceKind, Stage
from scripts.problem import Problem
from scripts.routes import CORE
from scripts.rules.case import Case

BACKING = {
    Force.MUST: frozenset({SourceKind.STATUTE}),
    Force.SHOULD: frozenset({SourceKind.STATUTE, SourceKind.STATUTORY_GUIDANCE, SourceKind.GUIDANCE, SourceKind.PROCEDURE}),
}
"""The kinds of source that carry a force (design section 2): law for must; law, guidance or procedure for should."""


CORE_SLOTS = {slot: branch for branch, slot in CORE.items()}
"""The slots that are for one age and one part of the day."""


def stages_complete(case: Case) -> Iterator[Problem]:
    """Every stage of every pathway has at least one step for each age and each clock."""
    for slug, setting in case.k.settings.items():
        for stage in Stage:
            for age in Age:
                for clock in Clock:
                    if not any(step.stage is stage and age in step.ages and clock in step.clocks for step in setting.steps):
                        home = case.k.home("setting", slug, "steps")
                        message = f"stage {stage} has no step for {age}, {clock}"
                        yield case.problem(home, "stages-complete", message, "add a step, or widen the ages and clocks of one that is there")


def steps_fit(case: Case) -> Iterator[Problem]:
    """A step that needs the number for one age, or for one part of the day, is a step for that age and that part of the day only."""
    for slug, setting in case.k.settings.items():
        for index, step in enumerate(setting.steps):
            needed = [CORE_SLOTS[slot] for slot in step.slots if slot in CORE_SLOTS]
            clocks = {clock for _, clock in needed}
            if clocks and clocks != set(step.clocks):
                message = f"names a slot of {_and(sorted(clocks))}, and is a step for {_and(step.clocks)}"
                tip = "write the clocks of its slots, or name the slots of its clocks"
                yield case.problem(case.k.home("setting", slug, "steps", index, "clocks"), "steps-fit", message, tip)
            for age in step.ages if needed else ():
                if age not in {found for found, _ in needed}:
                    message = f"is a step for a {_and(step.ages)}, and names no slot for a {age}"
                    yield case.problem(case.k.home("setting", slug, "steps", index, "ages"), "steps-fit", message, "mend its ages, or its slots")
            if (needed and needed[0][0] not in step.ages) or (step.ages == (Age.CHILD,) and any(age is Age.ADULT for age, _ in needed)):
                message = f"is a step for a {_and(step.ages)}, and names {_and(step.slots)}"
                yield case.problem(case.k.home("setting", slug, "steps", index, "slots"), "steps-fit", message, "mend its ages, or its slots")


def _and(words: Iterable[str]) -> str:
    return " and ".join(str(word) for word in words)


def first_step_known(case: Case) -> Iterator[Problem]:
    """The step that stands at the top of the page is a step of the share stage that holds for everyone; step ids stand once."""
    for slug, setting in case.k.settings.items():
        step = next((step for step in setting.steps if step.id == setting.first_step), None)
        home = case.k.home("setting", slug, "first_step")
        if step is None:
            yield case.problem(home, "first-step-known", f"there is no step called {setting.first_step}", "name the id of a step in the share stage")
        elif step.stage is not Stage.SHARE or len(step.ages) * len(step.clocks) != len(Age) * len(Clock):
            yield case.problem(home, "first-step-known", f"{step.id} is not a step of the share stage for every age and clock", "choose one that is")
        ids = [step.id for step in setting.steps]
        for index, step in enumerate(setting.steps):
            if step.id in ids[:index]:
                yield case.problem(
                    case.k.home("setting", slug, "steps", index, "id"), "first-step-known", f"{step.id} stands twice", "give it another id"
                )


def force_backed(case: Case) -> Iterator[Problem]:
    """A "must" rests on law, a "should" on law, guidance or a procedure; only a "could" may be our own advice."""
    for home, step in _forced(case):
        needed = BACKING.get(step.force)
        kinds = {case.k.sources[source].kind for source in step.sources}
        if needed is not None and not kinds & needed:
            message = f"“{step.force}” needs a source that is {' or '.join(sorted(needed))}; these are {', '.join(sorted(kinds))}"
            yield case.problem(home, "force-backed", message, "name the source that binds, or lower the force")
        if step.our_advice and step.force is not Force.COULD:
            yield case.problem(home, "force-backed", f"our own advice cannot bind: it is a “could”, not a “{step.force}”", "write force: could")


def _forced(case: Case) -> Iterator[tuple[Home, Action | Point]]:
    """Every action and every point, with its place."""
    for kind, table in (("setting", case.k.settings), ("situation", case.k.situations), ("guide", case.k.guides), ("scenario", case.k.scenarios),
                        ("session", case.k.sessions), ("procedure", case.k.procedures), ("difference", case.k.differences)):  # fmt: skip
        for id in table:
            yield from ((case.k.home(kind, id, *pointer), found) for pointer, found in _inside(table[id], ()))
    for path, record in (("pathways/advice.yml", case.k.advice), ("pathways/check.yml", case.k.check), ("pathways/training.yml", case.k.training),
                         ("pathways/quiz.yml", case.k.quiz)):  # fmt: skip
        yield from ((Home(path, pointer), found) for pointer, found in _inside(record, ()))


def _inside(value: object, pointer: Pointer) -> Iterator[tuple[Pointer, Action | Point]]:
    if isinstance(value, Action | Point):
        yield pointer, value
    elif isinstance(value, Record):
        for name in type(value).model_fields:
            yield from _inside(getattr(value, name), (*pointer, name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _inside(item, (*pointer, key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _inside(item, (*pointer, index))


def sources_used(case: Case) -> Iterator[Problem]:
    """Every source is used by something."""
    used = {reference.id for reference in case.k.references if reference.kind == "source"} | {name.id for name in case.names if name.kind == "source"}
    for id in case.k.sources:
        if id not in used:
            yield case.problem(case.k.home("source", id), "sources-used", f"nothing uses {id}", "remove it, or name it where it belongs")


def contacts_used(case: Case) -> Iterator[Problem]:
    """Every local contact point fills a slot. Steps and advice name national ones only, and no professionals' line where the public reads."""
    for reference in case.k.references:
        if reference.kind != "contact":
            continue
        # tests of the routes, area by area, and what changed about a line: their pages print no number
        apart = reference.home.path.startswith(("pathways/scenarios/", "pathways/changes.yml"))
        if not apart and (area := case.k.contact_area[reference.id]) is not None:
            message = f"{reference.id} belongs to {case.k.areas[area].name}, and this text is read in every area"
            yield case.problem(reference.home, "contacts-used", message, "name the slot that it fills instead")
        if not apart and case.k.contacts[reference.id].audience == "professionals" and _for_the_public(case, reference.home):
            message = f"{reference.id} is for professionals, and the public reads this"
            yield case.problem(reference.home, "contacts-used", message, "name another contact point, or move the text to staff")
    for id, contact in case.k.contacts.items():
        if case.k.contact_area[id] is not None and not contact.fills:
            yield case.problem(
                case.k.home("contact", id), "contacts-used", f"{id} fills no slot, so nobody will see it", "say under fills: which slot it fills"
            )


def _for_the_public(case: Case, home: Home) -> bool:
    """Whether families read the text at this place: everything but the steps of a staff setting, advice for staff, procedures and training."""
    if home.path == "pathways/advice.yml":
        return home.pointer[0] != "staff"
    if home.path in ("pathways/procedures.yml", "pathways/training.yml"):
        return False
    if home.path.startswith("pathways/editions/") and home.pointer[:1] == ("steps",):
        return case.k.settings[str(home.pointer[1])].audience != "staff"
    return not any(setting.audience == "staff" and case.k.homes["setting", slug].path == home.path for slug, setting in case.k.settings.items())
