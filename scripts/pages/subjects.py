"""The pages beside the routes: situations, guides, the guided check, myths, scenarios, training. Each file in pathways/ makes its own page."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping

from scripts.load import Knowledge
from scripts.model import Area, Guide, Myth, Outcome, Scenario
from scripts.pages.charts import drawing
from scripts.pages.diagram import diagram
from scripts.pages.page import HOME, Page
from scripts.routes import Way, in_place, offered

SITUATIONS = ("/situations/", "Situations")
CHECK = ("/check/", "Help me decide")
MYTHS = ("/myths/", "Myths and answers")
SCENARIOS = ("/scenarios/", "Scenarios for training")
TRAINING = ("/training/", "Training")
LANDINGS = (SITUATIONS, CHECK, MYTHS, SCENARIOS, TRAINING)

Areas = tuple[tuple[str, Area], ...]
Lines = Mapping[str, Way]


def guide_path(slug: str, guide: Guide) -> str:
    """The address of a guide: after.yml is /after/, policy.yml with `under: publish` is /publish/policy/."""
    return f"/{guide.under}/{slug}/" if guide.under else f"/{slug}/"


def short_code(record: Myth | Scenario | Area) -> str:
    """The code that stays for ever: a myth's or a scenario's own; an area's is A and the last two digits of its ONS code."""
    return f"A{record.ons_code[-2:]}" if isinstance(record, Area) else record.code


def code_path(record: Myth | Scenario | Area) -> str:
    """The address of a short code: M07 is /m07/, Barnet (E09000003) is /a03/."""
    return f"/{short_code(record).lower()}/"


def subject_paths(k: Knowledge) -> Iterator[str]:
    """The path of every page made here, without making it."""
    yield from (path for path, _ in LANDINGS)
    yield from (f"/situations/{slug}/" for slug in k.situations)
    yield from (guide_path(slug, guide) for slug, guide in k.guides.items())
    yield from (f"/check/{id}/" for id in (*k.check.questions, *k.check.outcomes) if id != next(iter(k.check.questions)))
    for folder, records in (("myths", k.myths), ("scenarios", k.scenarios)):
        for slug, record in records.items():
            yield f"/{folder}/{slug}/"
            yield code_path(record)


def subject_pages(k: Knowledge, lines: Lines, areas: Areas, today: datetime.date) -> Iterator[Page]:
    """Every page made here. `lines`: the national contact points as they stand today."""
    yield from _situations(k, lines)
    yield from _guides(k, lines, areas)
    yield from _check(k, lines)
    yield from _myths(k)
    yield from _scenarios(k, today)
    jobs = tuple((slug, setting) for slug, setting in sorted(k.settings.items(), key=lambda item: item[1].name) if setting.courses)
    yield _landing(TRAINING, "Which course for which job, how long it takes and where it is.", "training.html",
                   {"training": k.training, "jobs": jobs, "ways": lines}, "pathways/training.yml")  # fmt: skip


def _landing(address: tuple[str, str], description: str, template: str, context: Mapping[str, object], source: str) -> Page:
    path, title = address
    return Page(path, title, description, template, context, landing=True, trail=(HOME,), source=source)


def _situations(k: Knowledge, lines: Lines) -> Iterator[Page]:
    found = tuple(sorted(k.situations.items(), key=lambda item: item[1].name))
    yield _landing(SITUATIONS, "What is going on, and which route comes first.", "situations.html", {"situations": found}, "pathways/situations/")
    for slug, situation in found:
        context = {"situation": situation, "ways": lines}
        source = k.home("situation", slug).path
        yield Page(f"/situations/{slug}/", situation.name, situation.summary, "situation.html", context, trail=(HOME, SITUATIONS), source=source)


def _guides(k: Knowledge, lines: Lines, areas: Areas) -> Iterator[Page]:
    for slug, guide in k.guides.items():
        context = {"guide": guide, "ways": lines, "places": areas if slug == PER_AREA else ()}
        yield Page(guide_path(slug, guide), guide.name, guide.summary, "guide.html", context, trail=(HOME,), source=k.home("guide", slug).path)


PER_AREA = "not-prevent"
"""The guide that ends with a way to each area."""


def _check(k: Knowledge, lines: Lines) -> Iterator[Page]:
    questions, outcomes = k.check.questions, k.check.outcomes
    left = questions_left(k)
    back: dict[str, str] = {}
    for id, node in questions.items():
        for answer in node.answers:
            back.setdefault(answer.to, id)
    first = next(iter(questions))

    def path(id: str) -> str:
        return "/check/" if id == first else f"/check/{id}/"

    names = {id: node.asks for id, node in questions.items()} | {id: outcome.name for id, outcome in outcomes.items()}
    twin = tuple((path(id), node, tuple((path(answer.to), answer, names[answer.to]) for answer in node.answers)) for id, node in questions.items())
    for id, node in questions.items():
        answers = tuple((path(answer.to), answer) for answer in node.answers)
        context: dict[str, object] = {"node": node, "answers": answers, "left": left[id], "back": path(back[id]) if id in back else "/"}
        context |= {"drawn": diagram(k.check), "twin": twin} if id == first else {"drawn": None, "twin": ()}
        trail = (HOME,) if id == first else (HOME, CHECK)
        description = f"{node.asks} {node.why}"
        title = CHECK[1] if id == first else node.asks
        yield Page(path(id), title, description, "question.html", context, landing=id == first, trail=trail, source="pathways/check.yml")
    for id, outcome in outcomes.items():
        context = {"outcome": outcome, "contacts": _ways(k, outcome, lines), "back": path(back[id])}
        yield Page(path(id), outcome.name, outcome.does.do, "outcome.html", context, trail=(HOME, CHECK), source="pathways/check.yml")


def _ways(k: Knowledge, outcome: Outcome, lines: Lines) -> tuple[Way, ...]:
    return tuple(lines[id] for id in in_place(k, outcome.does.contacts))


def questions_left(k: Knowledge) -> dict[str, int]:
    """For every question of the check, how many questions there may be from it on, itself included."""
    found: dict[str, int] = {}

    def count(id: str) -> int:
        if id not in k.check.questions:
            return 0
        if id not in found:
            found[id] = 1 + max(count(answer.to) for answer in k.check.questions[id].answers)
        return found[id]

    for id in k.check.questions:
        count(id)
    return found


def _myths(k: Knowledge) -> Iterator[Page]:
    found = tuple(sorted(k.myths.items(), key=lambda item: item[1].code))
    yield _landing(MYTHS, "What people say about Prevent, what is true in it, and what the evidence shows.", "myths.html", {"myths": found},
                   "pathways/myths/")  # fmt: skip
    for slug, myth in found:
        path, source = f"/myths/{slug}/", k.home("myth", slug).path
        charts = tuple(drawing(id, k.statistics) for id in myth.charts)
        named = [id for fact in (*myth.true_in_it, *myth.evidence, *myth.criticism) for id in fact.figures]
        drawn = [bar.figure for chart in charts for bar in chart.chart.bars]
        figures = tuple((id, k.statistics.figures[id]) for id in dict.fromkeys((*named, *drawn)))
        context = {"myth": myth, "charts": charts, "figures": figures}
        yield Page(path, f"“{myth.claim}”", myth.answer, "myth.html", context, trail=(HOME, MYTHS), source=source)
        yield code_page(myth, path, f"“{myth.claim}”", source)


def _scenarios(k: Knowledge, today: datetime.date) -> Iterator[Page]:
    found = tuple(sorted(k.scenarios.items(), key=lambda item: item[1].code))
    yield _landing(SCENARIOS, "Invented cases to train with: facts, questions to stop at, and the route.", "scenarios.html", {"scenarios": found},
                   "pathways/scenarios/")  # fmt: skip
    for slug, scenario in found:
        path, source = f"/scenarios/{slug}/", k.home("scenario", slug).path
        here = offered(k, scenario, scenario.home, today)
        moved = offered(k, scenario, scenario.elsewhere.home, today) if scenario.elsewhere else ()
        context = {
            "scenario": scenario,
            "setting": k.settings[scenario.setting],
            "outcome": k.check.outcomes[scenario.check[-1]],
            "first": here[0] if here else None,
            "first_elsewhere": moved[0] if moved else None,
        }
        description = f"An invented case for training. {scenario.facts[0]}"
        yield Page(path, scenario.name, description, "scenario.html", context, trail=(HOME, SCENARIOS), source=source)
        yield code_page(scenario, path, scenario.name, source)


def code_page(record: Myth | Scenario | Area, path: str, name: str, source: str) -> Page:
    """The page that answers at a short code and leads on to the real one."""
    code = short_code(record)
    context = {"code": code, "to_path": path, "name": name}
    return Page(code_path(record), f"{code}: {name}", name, "code.html", context, trail=(HOME,), source=source, redirect=path)


def moved_pages(moved: Mapping[str, str], promised: Mapping[str, Collection[str]]) -> Iterator[Page]:
    """For every old address a page that leads on, and for every anchor once promised there a link to where that part is now.

    `promised`: the anchors of each address in pathways/permalinks.txt.
    """
    for old, new in moved.items():
        if "#" not in old:
            parts = tuple((anchor, part_now(moved, old, anchor)) for anchor in sorted(promised.get(old, ())))
            context = {"to_path": new, "parts": parts}
            description = f"What stood at {old} is now at {new}."
            yield Page(old, f"{old} has moved", description, "moved.html", context, trail=(HOME,), source="pathways/moved.yml", redirect=new)


def part_now(moved: Mapping[str, str], old: str, anchor: str) -> str:
    """Where a part of a page that moved is now: where a line of its own says, else at the same anchor of the new page.

    A page that became a part of another one has no parts of its own any more: all of them lead to that part.
    """
    new = moved[old]
    return moved.get(f"{old}#{anchor}", new if "#" in new else f"{new}#{anchor}")
