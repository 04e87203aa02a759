"""The pages for trainers: where to start, the session plans, and the quiz. Each file in pathways/sessions/ makes its own page."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

from scripts.load import Knowledge
from scripts.model import Area, Scenario, Session, SessionPart
from scripts.pages.page import HOME, Page
from scripts.pages.subjects import guide_path
from scripts.routes import Way, offered

TRAINERS = ("/trainers/", "For trainers")
QUIZ = ("/trainers/quiz/", "A quiz without scores")
CARDS = "/cards/"
"""Where each area's slide, card and poster are, one folder an area (scripts/pages/cards.py)."""


@dataclass(frozen=True)
class Told:
    """An invented case as a session tells it: the case, and the contact point that stands first for each of its two homes."""

    slug: str
    scenario: Scenario
    first: str | None
    first_elsewhere: str | None


def session_path(slug: str) -> str:
    """The address of a session plan."""
    return f"/trainers/{slug}/"


def question_path(id: str) -> str:
    """The address of the page that answers a question of the quiz."""
    return f"/trainers/quiz/{id}/"


def trainer_paths(k: Knowledge) -> Iterator[str]:
    """The path of every page made here, without making it."""
    yield from (TRAINERS[0], QUIZ[0])
    yield from (session_path(slug) for slug in k.sessions)
    yield from (question_path(id) for id in k.quiz.questions)


def by_length(k: Knowledge) -> tuple[tuple[str, Session], ...]:
    """The sessions, the shortest first."""
    return tuple(sorted(k.sessions.items(), key=lambda item: (item[1].minutes, item[1].name)))


def trainer_pages(k: Knowledge, lines: Mapping[str, Way], areas: tuple[tuple[str, Area], ...], today: datetime.date) -> Iterator[Page]:
    """Every page made here. `lines`: the national contact points as they stand today."""
    cases = {slug: _told(k, slug, today) for slug in k.scenarios}
    shown = tuple(sorted(cases.values(), key=lambda told: told.scenario.code))
    myths = tuple(sorted(k.myths.items(), key=lambda item: item[1].code))
    start = {"sessions": by_length(k), "areas": areas, "cases": shown, "myths": myths}
    description = "Session plans with timings, invented cases, handouts and a quiz, and how to link so that it never breaks."
    yield Page(*TRAINERS, description, "trainers.html", start, landing=True, trail=(HOME,), source="theme/pages/trainers.html")
    names = _part_names(k)
    for slug, session in k.sessions.items():
        context = {"session": session, "plan": _timed(session), "cases": cases, "ways": lines, "names": names, "slug": slug}
        source = k.home("session", slug).path
        yield Page(session_path(slug), session.name, session.summary, "session.html", context, trail=(HOME, TRAINERS), source=source)
    yield from _quiz(k, lines, names)


def _timed(session: Session) -> tuple[tuple[int, int, SessionPart], ...]:
    """Each part with the minute at which it begins and ends."""
    ends = tuple(accumulate(part.minutes for part in session.parts))
    return tuple((end - part.minutes, end, part) for end, part in zip(ends, session.parts, strict=True))


def _told(k: Knowledge, slug: str, today: datetime.date) -> Told:
    scenario = k.scenarios[slug]
    here = offered(k, scenario, scenario.home, today)
    moved = offered(k, scenario, scenario.elsewhere.home, today) if scenario.elsewhere else ()
    return Told(slug, scenario, here[0] if here else None, moved[0] if moved else None)


def _part_names(k: Knowledge) -> dict[str, str]:
    """What the parts of guides are called in a link, by address."""
    return {
        f"{guide_path(slug, guide)}#{section.id}": f"{guide.name} {section.title}" if guide.name.endswith("?") else f"{guide.name}: {section.title}"
        for slug, guide in k.guides.items()
        for section in guide.sections
    }


def _quiz(k: Knowledge, lines: Mapping[str, Way], names: Mapping[str, str]) -> Iterator[Page]:
    questions = tuple(k.quiz.questions.items())
    paths = {id: question_path(id) for id, _ in questions}
    source = "pathways/quiz.yml"
    description = f"{len(questions)} questions for a session or for yourself. Each answer is a link, and nothing is stored."
    yield Page(*QUIZ, description, "quiz.html", {"questions": questions, "paths": paths}, trail=(HOME, TRAINERS), source=source)
    for number, (id, question) in enumerate(questions, 1):
        after = questions[number][0] if number < len(questions) else None
        context = {"id": id, "question": question, "number": number, "total": len(questions), "after": after, "ways": lines, "names": names}
        yield Page(paths[id], question.asks, question.why.says, "quiz_answer.html", context, trail=(HOME, TRAINERS, QUIZ), source=source)
