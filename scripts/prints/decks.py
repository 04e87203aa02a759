"""Decks for a session, made from records: a card for each myth, and the slides of a session plan.

What the room sees stands on the slide, what the trainer says and what it rests on in the notes. Nothing is added to the records.
The last slide is the area's own where one is named; else it says where to take it from.
"""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from scripts.load import Knowledge
from scripts.model import Example, Fact, Guide, Kept, Point, Scenario, Section, Session, SessionPart
from scripts.pages.handouts import Handout, draft_words, mark
from scripts.pages.page import Tally
from scripts.pages.subjects import code_path, guide_path
from scripts.pages.trainers import CARDS, TRAINERS, session_path
from scripts.pages.words import count, dated, day, sentence
from scripts.prints.canvas import (
    ACCENT,
    CARE,
    CARE_GROUND,
    EDGE,
    HIGH,
    INK,
    PAPER,
    QUIET,
    WIDE,
    Block,
    Box,
    bar,
    finished,
    ground,
    new_deck,
    new_slide,
    note,
    para,
    picture_of,
    put,
)
from scripts.prints.fit import Para, Run
from scripts.prints.slides import add_handout
from scripts.routes import EMERGENCY, national, offered

LONG = 30
"""A session of this many minutes has time for the pages that its parts name; a shorter one gets its parts and cases only."""
SIDES = {
    "danger": "Danger: call the police now",
    "share": "Share it as a Prevent concern",
    "other-help": "Another kind of help",
    "not-a-concern": "Not a concern to pass on",
}
"""The sides of the line, in the words of the thresholds page (theme/pages/guide.html)."""
SIZES = (36.0, 34.0, 32.0, 30.0, 28.0, 26.0, 24.0, 22.0, 20.0, 18.0)
"""How large the words on a slide may be, the best first. What does not fit in the last goes on to another slide."""
QR = 112.0


@dataclass(frozen=True)
class Card:
    """One slide of a deck: what the room sees, and what the trainer reads."""

    title: str
    says: tuple[Para, ...]
    """In the largest size; it is made smaller where there is much to say. Without any, the slide opens a part."""
    notes: tuple[str, ...]
    over: str = ""
    """A few words above the title: the minutes, a code."""
    path: str = ""
    """The page that says more."""


MYTH_DECK = "trainers/myth-deck.pptx"


def myth_deck(k: Knowledge, today: datetime.date, tally: Tally, last: Sequence[Handout] = ()) -> bytes:
    """Every myth card of an edition, one a slide. `last`: whose slides stand at the end; none leaves a place for them."""
    cards = [_how_to_use(k), *(_myth(k, slug) for slug in sorted(k.myths, key=lambda slug: k.myths[slug].code))]
    return _deck(k, "Myths and answers", cards, today, tally, last)


def session_deck(k: Knowledge, slug: str, today: datetime.date, tally: Tally, last: Sequence[Handout] = ()) -> bytes:
    """The slides of a session plan (a key of `k.sessions`). `last`: as above."""
    return _deck(k, k.sessions[slug].name, list(_session(k, slug, today)), today, tally, last)


def decks(k: Knowledge, today: datetime.date, tally: Tally, last: Sequence[Handout] = ()) -> dict[str, Callable[[], bytes]]:
    """What makes each deck of an edition, by where its file stands from the root of a site: beside the page that names it."""
    found: dict[str, Callable[[], bytes]] = {MYTH_DECK: lambda: myth_deck(k, today, tally, last)}
    return found | {f"trainers/{slug}/{slug}.pptx": functools.partial(session_deck, k, slug, today, tally, last) for slug in k.sessions}


def _deck(k: Knowledge, title: str, cards: Iterable[Card], today: datetime.date, tally: Tally, last: Sequence[Handout]) -> bytes:
    deck = new_deck()
    for card in (*cards, *(() if last else (_place_for_last(k, today),))):
        _add(deck, k, card, today, tally)
    for handout in last:
        add_handout(deck, handout)
    return finished(deck, title, k.edition.name, today)


# --- one slide ---------------------------------------------------------------------------------------------------------


def _add(deck: Any, k: Knowledge, card: Card, today: datetime.date, tally: Tally) -> None:
    """Put a card on as many slides as its words need."""
    draft = draft_words(k, tally)
    top = 24.0 if draft else 0.0
    opens = not card.says
    colour, quiet, link = (PAPER, PAPER, PAPER) if opens else (INK, QUIET, ACCENT)
    base = None if card.path.startswith(TRAINERS[0]) else k.edition.base_address  # the plan is for the trainer, not for the room's phones
    title = _title(card, 170 if opens else top + 20, WIDE - 2 * EDGE - 24 - (QR + 16 if base else 0), colour, quiet)
    start = max(title.box.top + title.box.height + 18, top + QR + 18 if base else 0)
    room = Box(EDGE + 24, start, WIDE - 2 * EDGE - 48, HIGH - 44 - start)
    pages = _pages(card.says, room)
    for number, paras in enumerate(pages, 1):
        more = f" ({number} of {len(pages)})" if len(pages) > 1 else ""
        slide = new_slide(deck, replace(title, paras=(*title.paras[:-1], _with(title.paras[-1], more))))
        if opens:
            ground(slide, ACCENT)
        if draft:
            put(slide, Block("Draft", Box(0, 0, WIDE, 24), (para(draft, 14, True, CARE),), CARE_GROUND, (EDGE, 3.5)))
        if paras:
            put(slide, Block("Text", room, paras))
        where = (Run(printed(k, card.path), 14, True, link), Run("  ", 14)) if card.path else ()
        foot = Para((*where, Run(f"{k.edition.name}. Made on {day(today)}.", 12, False, quiet)))
        put(slide, Block("Where to read on", Box(EDGE, HIGH - 32, WIDE - 2 * EDGE, 22), (foot,)))
        bar(slide, Box(EDGE, title.box.top, 5, title.box.height), link)
        if base:
            picture_of(slide, f"{base}{card.path.lstrip('/')}", Box(WIDE - EDGE - QR, top + 12, QR, QR))
        note(slide, card.notes if number == 1 else (f"Goes on from the slide before: {card.title}", "", *card.notes))


def _title(card: Card, top: float, room: float, colour: str, quiet: str) -> Block:
    """The title in its largest letters that keep it in two rows, with the words above it."""
    over = (para(card.over, 16, True, quiet),) if card.over else ()
    for size in (38, 34, 30, 26) if card.says else (54, 46, 38, 32, 26):
        title = Block("Title", Box(EDGE + 24, top, room, 0), (*over, para(card.title, size, True, colour)))
        if title.needs <= (len(over) * 24) + size * 2.5:
            break
    return replace(title, box=replace(title.box, height=title.needs))


def _with(last: Para, more: str) -> Para:
    return replace(last, runs=(*last.runs, Run(more, 16, False, QUIET))) if more else last


def _pages(says: Sequence[Para], room: Box) -> list[tuple[Para, ...]]:
    """The words of a card as large as they fit; on several slides where even the smallest do not."""
    for size in SIZES:
        paras = _sized(says, size)
        if Block("", room, paras).needs <= room.height:
            return [paras]
    pages: list[tuple[Para, ...]] = [()]
    for each in _sized(says, 20):
        if pages[-1] and Block("", room, (*pages[-1], each)).needs > room.height:
            pages.append(())
        pages[-1] = (*pages[-1], each)
    return pages


def _sized(says: Sequence[Para], size: float) -> tuple[Para, ...]:
    """Paragraphs made smaller together: `size` takes the place of the largest size, and room between them goes with it."""
    most = SIZES[0]
    return tuple(
        Para(tuple(replace(run, size=max(16.0, round(run.size * size / most))) for run in each.runs), round(each.before * size / most), each.bullet)
        for each in says
    )


def _say(text: str, bold: bool = False, colour: str = INK) -> Para:
    return para(text, SIZES[0], bold, colour, before=12)


def _points(texts: Iterable[str]) -> tuple[Para, ...]:
    return tuple(para(text, SIZES[0], before=12, bullet=True) for text in texts)


def printed(k: Knowledge, path: str) -> str:
    """An address as paper prints it: with the edition's host where it has one."""
    base = k.edition.base_address
    return f"{base}{path.lstrip('/')}".removeprefix("https://").rstrip("/") if base else path


# --- what every deck says ----------------------------------------------------------------------------------------------


def _how_to_use(k: Knowledge) -> Card:
    says = _points(
        (
            "One claim a slide. Choose the ones that the room brings up.",
            "Say first what is true in a claim.",
            "The notes hold an answer to say in 20 seconds, fair criticism and the sources.",
            "Each code stays the same. It leads to the card with its evidence.",
            "The last slide is your borough's: who to tell, and on which number.",
        )
    )
    notes = (
        f"{count(len(k.myths), 'card')}, in the order of their codes. Take out the slides that you do not need.",
        "Read the notes of your cards beforehand. Each has a note for trainers.",
        "Say where a figure comes from and which year it is about. Leave out any figure that is not on the card.",
        f"All cards: {printed(k, '/myths/')}",
    )
    return Card("What people say about Prevent", says, notes, "How to use these slides", "/myths/")


def _place_for_last(k: Knowledge, today: datetime.date) -> Card:
    danger = national(k, EMERGENCY, today)
    says = (
        _say("Take it from the page of cards and slides. It says who to tell, on which number, by day and by night."),
        _say(f"Until it is here: in danger now, call {danger.contact.phone}. Otherwise tell your safeguarding lead.", True),
    )
    notes = (
        f"Open {printed(k, CARDS)}, choose your borough, and put its slide in the place of this one.",
        "It says until when it is good. Take a new one after that day.",
    )
    return Card("Put your borough's slide here", says, notes, "Last slide", CARDS)


def _kept(record: Kept) -> tuple[str, ...]:
    """Whether a safeguarding lead has read it, in the words of the page."""
    read = f"Read by a safeguarding lead on {day(record.reviewed)}." if record.reviewed else "No safeguarding lead has reviewed it yet."
    return ("", f"It belongs to: {record.owner_role}. {read}")


def _sources(k: Knowledge, ids: Iterable[str]) -> tuple[str, ...]:
    """Each source once: its title, its publisher and its date."""
    lines = []
    for id in dict.fromkeys(ids):
        source = k.sources[id]
        by = "" if source.publisher in source.title else f" ({source.publisher})"
        lines.append(f"{source.title}{by}, {dated(source.dated)}")
    return tuple(lines)


def _part(title: str, lines: Iterable[str]) -> tuple[str, ...]:
    """A part of the notes with its heading; nothing where it has no lines."""
    found = tuple(lines)
    return ("", title, *found) if found else ()


# --- myths -------------------------------------------------------------------------------------------------------------


def _myth(k: Knowledge, slug: str) -> Card:
    myth = k.myths[slug]
    facts = (*myth.true_in_it, *myth.evidence, *myth.criticism)
    notes = (
        "Say it in 20 seconds",
        myth.say,
        *_part("What is true in it", (fact.says for fact in myth.true_in_it)),
        *_part("What the evidence shows", (fact.says for fact in myth.evidence)),
        *_part("Fair criticism", (fact.says for fact in myth.criticism)),
        *_part("What we do not know", myth.not_known),
        *_part("Note for trainers", (myth.trainer_note,)),
        *_part("The figures, and what they cannot show", _figures(k, facts)),
        *_part("Sources", _sources(k, (id for fact in facts for id in fact.sources))),
        "",
        f"The whole card: {printed(k, f'/myths/{slug}/')}. The code {myth.code} and this address stay the same.",
        *_kept(myth),
    )
    says = (_say("In short", True, ACCENT), _say(myth.answer))
    return Card(f"“{myth.claim}”", says, notes, f"Heard about Prevent  {myth.code}", code_path(myth))


def _figures(k: Knowledge, facts: Iterable[Fact]) -> Iterator[str]:
    for id in dict.fromkeys(id for fact in facts for id in fact.figures):
        figure = k.statistics.figures[id]
        yield f"{figure.value} ({figure.year}): {sentence(figure.counts)} It cannot show: {sentence(figure.cannot_show)}"


# --- sessions ----------------------------------------------------------------------------------------------------------


def _session(k: Knowledge, slug: str, today: datetime.date) -> Iterator[Card]:
    session = k.sessions[slug]
    path = session_path(slug)
    ends = tuple(accumulate(part.minutes for part in session.parts))
    plan = [f"Minute {end - part.minutes} to {end}: {part.name}" for end, part in zip(ends, session.parts, strict=True)]
    tried = f"Last held with people in a room on {day(session.tried)}." if session.tried else "Nobody has tried this plan in a room yet."
    notes = (
        f"For: {session.for_whom}",
        tried,
        *_part("What you need", (material.what for material in session.brings)),
        *_part("The plan", plan),
        *_part("What this session cannot do", session.limits),
        *_part("What it rests on", _rests(k, session.rests_on)),
        *_kept(session),
    )
    yield Card(session.name, (_say(session.summary),), notes, count(session.minutes, "minute"), path)
    yield Card("Afterwards you can", _points(session.can_do), ("Read these out now, and come back to them at the end.",), session.name, path)
    for end, part in zip(ends, session.parts, strict=True):
        yield from _session_part(k, session, part, f"Minute {end - part.minutes} to {end}", path, today)
    doubts = [line for doubt in session.doubts for line in (f"“{doubt.hears}”", doubt.say, *(_pages_named(k, doubt.see)), "")]
    yield Card("What you may hear", _points(f"“{doubt.hears}”" for doubt in session.doubts), tuple(doubts[:-1]), "If it comes up", path)
    leave = (*_part("What you leave behind", (material.what for material in session.leave)), *_pages_named(k, session.handout.see))
    lines = (*session.handout.says, *(f"{line}:" if line[-1] not in ".?:" else line for line in session.handout.blanks))
    yield Card(
        session.handout.title,
        _points(lines),
        ("The handout is the last page of the plan. Print one for each person.", *leave),
        "To take with you",
        path,
    )


def _session_part(k: Knowledge, session: Session, part: SessionPart, when: str, path: str, today: datetime.date) -> Iterator[Card]:
    notes = (
        "Do",
        *part.does,
        *_part("Say, in your own words", part.say),
        *_part("Notes", part.notes),
        *_part("Pages", _pages_named(k, part.see)),
    )
    numbers = tuple(
        Para((Run(f"{way.contact.phone}  ", SIZES[0], True), Run(f"{way.name}. ", SIZES[0]), Run(mark(way), 24, True, QUIET)), 12)
        for way in (national(k, id, today) for id in part.contacts)
        if way.contact.phone
    )
    yield Card(part.name, numbers, notes, when, f"{path}#part-{part.id}")
    for slug in part.cases:
        yield from _case(k, slug, part.two_homes, today)
    if session.minutes >= LONG:
        for address in part.see:
            yield from _shown(k, address)


def _case(k: Knowledge, slug: str, two_homes: bool, today: datetime.date) -> Iterator[Card]:
    """An invented case: its facts, where to stop, and with two homes what to look up. The answers stand in the notes."""
    case = k.scenarios[slug]
    over, path = f"An invented case  {case.code}", code_path(case)
    debrief = (*_part("Why", (f"{point.says} {_voice(point)}" for point in case.debrief)), *_part("Not", case.must_not))
    yield Card(
        case.name,
        tuple(_say(text) for text in case.facts),
        (
            "Read out the facts. Everybody in them is invented.",
            *_part("Sources", _sources(k, (id for point in case.debrief for id in point.sources))),
        ),
        over,
        path,
    )
    outcome = k.check.outcomes[case.check[-1]]
    answer = ("The answer", f"{outcome.name}. {_route(k, case, case.home, today)}")
    yield Card("Stop and ask", _points(case.pause), (*answer, *debrief), over, path)
    if two_homes and case.elsewhere and case.home:
        homes = (
            (name, k.areas[home].name, f"/{home}/{case.setting}/") for name, home in (("First home", case.home), ("Second home", case.elsewhere.home))
        )
        says = tuple(
            Para((Run(f"{name}: {area}  ", SIZES[0], True), Run(printed(k, page), SIZES[0], False, ACCENT)), 12) for name, area, page in homes
        )
        found = (
            f"First home: {_route(k, case, case.home, today)}",
            f"Second home: {_route(k, case, case.elsewhere.home, today)}",
            f"What changes: {case.elsewhere.says}",
        )
        yield Card("One case, two homes", (*says, _say("Who comes first, and what stands under the number?")), found, over, path)


def _route(k: Knowledge, case: Scenario, home: str | None, today: datetime.date) -> str:
    """The setting and the home, and who comes first outside the organisation. No number: the page is to be opened."""
    setting = k.settings[case.setting]
    first = next(iter(offered(k, case, home, today)), None)
    where = f"{setting.name} in {k.areas[home].name}" if home and setting.local else setting.name
    return f"{where}: first outside your organisation, {k.contacts[first].name}." if first else f"{where}."


def _shown(k: Knowledge, address: str) -> Iterator[Card]:
    """The slides of a page that a part names: a part of a guide, its examples one by one, or a myth card."""
    parts = address.strip("/").split("/")
    if parts[0] == "myths" and len(parts) == 2 and parts[1] in k.myths:
        yield _myth(k, parts[1])
    for slug, guide in k.guides.items():
        for section in guide.sections:
            if address == f"{guide_path(slug, guide)}#{section.id}":
                yield from _section(k, guide, section, address)


def _section(k: Knowledge, guide: Guide, section: Section, address: str) -> Iterator[Card]:
    for number, example in enumerate(section.examples, 1):
        yield _example(k, example, number, address)
    texts = [*(f"{action.who}: {action.do}" for action in section.actions), *(point.says for point in section.points)]
    intro = (_say(section.intro, True),) if section.intro else ()
    if not texts:
        return
    notes = [f"From the page: {printed(k, address)}", "", "What each line rests on"]
    for action in section.actions:
        notes += [f"{action.do} {_voice(action)}", *_sources(k, action.sources)]
    for point in section.points:
        notes += [f"{point.says} {_voice(point)}", *_sources(k, point.sources)]
    yield Card(section.title, (*intro, *_points(texts)), tuple(notes), guide.name, address)


def _example(k: Knowledge, example: Example, number: int, address: str) -> Card:
    why = example.why
    notes = (
        "The answer, for after the room has chosen",
        f"{SIDES[example.side]}. {why.says} {_voice(why)}",
        *_part("Sources", _sources(k, why.sources)),
    )
    return Card("Which side of the line?", (_say(example.facts),), notes, f"Invented example {number}", address)


def _voice(point: Any) -> str:
    """Whose voice it is: law, guidance, good practice or ours."""
    return "(our advice)" if point.our_advice else f"({point.force})"


def _rests(k: Knowledge, points: Iterable[Point]) -> Iterator[str]:
    for point in points:
        yield f"{point.says} {_voice(point)}"
        yield from _sources(k, point.sources)


def _pages_named(k: Knowledge, see: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"Page: {printed(k, path)}" for path in see)
