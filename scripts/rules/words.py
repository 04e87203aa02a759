"""Promise 9: plain words, every abbreviation explained, living addresses, roles and never people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from urllib.parse import urlsplit

from scripts.load import FOLDERS, Home
from scripts.model import QuizQuestion, Record, Session
from scripts.problem import Problem, near
from scripts.rules.case import Case

MOST_WORDS = 25
"""Words in a sentence of an instruction (GOV.UK's content guidance, and design section 6)."""
MOST_WORDS_MEANING = 35
"""Words in a glossary entry (research/ux-anchors.md 4.3)."""
INSTRUCTIONS = frozenset(
    [
        "do",
        "how",
        "by_when",
        "have_ready",
        "says",
        "summary",
        "what_for",
        "ask_for",
        "caution",
        "responsible",
        "asks",
        "why",
        "answer",
        "say",
        "intro",
        "must_not",
        "pause",
        "trainer_note",
        "what",
        "act",
        "not_known",
        "evidence",
        "blanks",
        "does",
        "notes",
        "hears",
        "comment",
        "can_do",
        "limits",
    ]
)
SENTENCE_END = re.compile(r"(?<=[.!?:])\s+")

ABBREVIATION = re.compile(r"\b[A-Z][A-Za-z]{0,2}&?[A-Z][A-Za-z&]*[0-9]?\b")
"""Two capitals in one word: DSL, MASH, H&F, DfE, DSLs, MI5, StaCU."""
NOT_ABBREVIATIONS = frozenset({"TV"})

PLACEHOLDER = re.compile(
    r"\b(?:TODO|FIXME|TBC|TBA|XXX|lorem ipsum)\b|\[(?:insert|include|add|email|name)[^\]]*\]|\((?:insert|include) [^)]*\)", re.IGNORECASE
)
LEGACY = re.compile(r"(?:^|[@.])(?:gsi\.gov\.uk|gsx\.gov\.uk|gcsx\.gov\.uk|pnn\.police\.uk|cjsm\.net)$", re.IGNORECASE)
TEST_HOST = re.compile(
    r"(?:^|[.-])(?:web)?(?:uat|test|staging|tmp|prod)(?:[.-]|$)|archive\.org$|^webarchive\.|(?:^|\.)github\.com$|orangebus\.io$|verseonecloud\.com$"
)
"""Hosts that are evidence and never links (research/ux-anchors.md 1.5; london-facts.md 7)."""

ROLE_WORDS = frozenset(
    [
        "access",
        "admin",
        "adult",
        "adults",
        "asc",
        "board",
        "care",
        "channel",
        "child",
        "children",
        "community",
        "concern",
        "contact",
        "control",
        "counter",
        "csct",
        "cpat",
        "desk",
        "direct",
        "duty",
        "early",
        "edt",
        "emergency",
        "enquiries",
        "extremism",
        "families",
        "family",
        "firstresponse",
        "front",
        "frontdoor",
        "gateway",
        "help",
        "hub",
        "info",
        "lado",
        "mash",
        "office",
        "out",
        "prevent",
        "protection",
        "referral",
        "referrals",
        "report",
        "reporting",
        "response",
        "safeguarding",
        "school",
        "schools",
        "service",
        "services",
        "social",
        "support",
        "team",
    ]
)
"""A mailbox with a dot in its name is a role's only if one of these words stands in it."""


_CHILD, _ADULT = (r"\b[Cc]hild|\b[Yy]oung|\b[Ff]amil", "a child"), (r"\b[Aa]dult", "an adult")
_PREVENT = (r"\bPrevent\b|\bChannel\b|[Rr]adicalis|[Tt]erroris|[Ee]xtrem", "Prevent")
WHOM = {
    "children": _CHILD, "out-of-hours-children": _CHILD, "adults": _ADULT, "out-of-hours-adults": _ADULT,
    "prevent": _PREVENT, "referral-form": _PREVENT, "channel": _PREVENT,
    "lado": (r"\b[Ww]ork|\bvolunteer|\bstaff|\b[Aa]llegation|\bLADO\b|\bdesignated officer", "somebody who works with children"),
}  # fmt: skip
"""What a line's own words have to say where it fills a slot."""


def sentences_short(case: Case) -> Iterator[Problem]:
    """Sentences in instructions have at most 25 words; a glossary entry at most 35."""
    for reading in case.readings:
        if reading.key == "means":
            if (count := len(reading.text.split())) > MOST_WORDS_MEANING:
                yield case.problem(
                    reading.home,
                    "sentences-short",
                    f"{count} words; a meaning has at most {MOST_WORDS_MEANING}",
                    "say less; the page it links to can say more",
                )
        elif reading.key in INSTRUCTIONS:
            for sentence in _long(reading.text):
                message = f"a sentence of {len(sentence)} words: “{' '.join(sentence[:6])} …”"
                tip = f"make two of it; {MOST_WORDS} words are the most a tired reader takes in"
                yield case.problem(reading.home, "sentences-short", message, tip)


@cache
def _long(text: str) -> tuple[list[str], ...]:
    """The sentences that are too long, as lists of words. Kept: the rules are asked again and again while somebody edits."""
    return tuple(words for sentence in SENTENCE_END.split(text) if len(words := sentence.split()) > MOST_WORDS)


def abbreviations_known(case: Case) -> Iterator[Problem]:
    """Every abbreviation a reader may meet stands in the glossary."""
    words = [name for term in case.k.terms.values() for name in (term.name, *term.also_known_as, term.spelled_out or "")]
    known = {match for word in words for match in ABBREVIATION.findall(word)} | NOT_ABBREVIATIONS
    reported: set[tuple[str, str]] = set()
    for reading in case.readings:
        if reading.home.path.endswith("glossary.yml") or reading.key == "hours":
            continue
        for word in _abbreviations(reading.text):
            plain = word if word in known else word.removesuffix("s")
            if plain not in known and (reading.home.path, plain) not in reported:
                reported.add((reading.home.path, plain))
                yield case.problem(
                    reading.home, "abbreviations-known", f"{plain} is not in the glossary", "add a term to pathways/glossary.yml, or spell it out"
                )


@cache
def _abbreviations(text: str) -> tuple[str, ...]:
    return tuple(ABBREVIATION.findall(text))


def no_placeholders(case: Case) -> Iterator[Problem]:
    """No placeholder is left in any text."""
    titles = ((case.k.home("source", id, name), getattr(source, name)) for id, source in case.k.sources.items() for name in ("title", "publisher"))
    for home, text in (*((reading.home, reading.text) for reading in case.readings), *titles):
        if found := _placeholder(text):
            yield case.problem(home, "no-placeholders", f"a placeholder stands here: {found}", "write the real text, or leave the line out")


@cache
def _placeholder(text: str) -> str:
    match = PLACEHOLDER.search(text)
    return match[0] if match else ""


def no_legacy_domains(case: Case) -> Iterator[Problem]:
    """No mailbox or page on a retired government domain, unless it is held or the record warns the reader."""
    for id, contact in case.k.contacts.items():
        if contact.hidden or contact.caution:
            continue
        for name, host in (("email", (contact.email or "").rpartition("@")[2]), ("page", urlsplit(contact.page or "").hostname or "")):
            if host and LEGACY.search(host):
                yield case.problem(
                    case.k.home("contact", id, name),
                    "no-legacy-domains",
                    f"{host} is a retired domain",
                    "hold the contact, or say in caution: why it is still used",
                )


def says_whom(case: Case) -> Iterator[Problem]:
    """A contact point says in plain words whom it is for: a child, an adult, a Prevent concern, somebody who works with children."""
    for id, contact in case.k.contacts.items():
        for slot in {filling.slot: None for filling in contact.fills}:
            wanted = WHOM.get(slot)
            if wanted and not re.search(wanted[0], contact.what_for):
                message = f"fills {slot}, and its words do not say that it is about {wanted[1]}"
                tip = f"say in what_for: that it is about {wanted[1]}; or is it the wrong slot?"
                yield case.problem(case.k.home("contact", id, "what_for"), "says-whom", message, tip)


def role_mailboxes(case: Case) -> Iterator[Problem]:
    """Mailboxes belong to roles and teams: a personal one (first.last@) is refused."""
    for id, contact in case.k.contacts.items():
        for home, address in (
            (case.k.home("contact", id, "email"), contact.email),
            *((case.k.home("contact", id, "sightings", index, "email"), sighting.email) for index, sighting in enumerate(contact.sightings)),
        ):
            local = (address or "").partition("@")[0].lower()
            parts = re.split(r"[._-]", local)
            if len(parts) > 1 and not any(word in part for part in parts for word in ROLE_WORDS if len(word) > 2):
                yield case.problem(
                    home, "role-mailboxes", f"{address} looks like a person's mailbox", "use the team's mailbox; named people are never published"
                )


def links_allowed(case: Case) -> Iterator[Problem]:
    """Test hosts, archives, code and http pages are evidence and never links."""
    for id, source in case.k.sources.items():
        host = urlsplit(source.url).hostname or ""
        if source.link and (TEST_HOST.search(host) or source.url.startswith("http:")):
            what = "an http page" if source.url.startswith("http:") else f"{host} is a test host, an archive or code"
            yield case.problem(case.k.home("source", id, "url"), "links-allowed", f"{what}: evidence, never a link", "add link: false")
    for id, contact in case.k.contacts.items():
        if contact.page and TEST_HOST.search(urlsplit(contact.page).hostname or ""):
            yield case.problem(
                case.k.home("contact", id, "page"),
                "links-allowed",
                f"{contact.page} is on a test host",
                "leave the page out until the real one was seen",
            )


def schema_named(case: Case) -> Iterator[Problem]:
    """The first line of every file names its schema, so that an editor can help."""
    for path, document in case.k.documents.items():
        wanted = schema_line(path)
        if document.first_line.rstrip() != wanted:
            yield Problem(path, 1, 1, "schema-named", "the first line does not name the file's schema", f"make it: {wanted}", at=path)


def schema_line(path: str) -> str:
    """The first line of a file below pathways/."""
    _, folder, *rest = path.split("/")
    name = folder.removesuffix("s") if folder in FOLDERS else folder.removesuffix(".yml")
    return f"# yaml-language-server: $schema={'../' if rest else ''}schema/{name}.json"


def warnings_plain(case: Case) -> Iterator[Problem]:
    """What not to do begins with the words “Do not”, so that nobody who half hears it takes it for the opposite."""
    for kind, key, table in (("situation", "do_not", case.k.situations), ("scenario", "must_not", case.k.scenarios)):
        for slug, record in table.items():
            for index, item in enumerate(getattr(record, key)):
                if not (item if isinstance(item, str) else item.says).startswith("Do not"):
                    home = case.k.home(kind, slug, key, index)
                    yield case.problem(home, "warnings-plain", "does not begin with “Do not”", "begin it so (NHS service manual, do and don't lists)")


def pages_exist(case: Case) -> Iterator[Problem]:
    """Every page of this site that a record points to is there."""
    if case.pages is None:
        return
    for kind, table in (("situation", case.k.situations), ("guide", case.k.guides), ("myth", case.k.myths)):
        for slug, record in table.items():
            for index, address in enumerate(record.see):
                if address.split("#")[0] not in case.pages:
                    tip = near(address, case.pages) or "look the page up on the built site"
                    yield case.problem(case.k.home(kind, slug, "see", index), "pages-exist", f"there is no page {address}", tip)
    tables: tuple[tuple[str, Mapping[str, Session | QuizQuestion]], ...] = (("session", case.k.sessions), ("quiz-question", case.k.quiz.questions))
    for home, address in (found for kind, table in tables for id in table for found in _seen(case.k.home(kind, id), table[id])):
        if address.split("#")[0] not in case.pages:
            yield case.problem(home, "pages-exist", f"there is no page {address}", near(address, case.pages) or "look the page up on the built site")
    search = "pathways/search.yml"
    for key, addresses in (("pages", tuple((address, address) for address in case.k.search.pages)), ("lines", tuple(case.k.search.lines.items()))):
        for name, address in addresses:
            if address.split("#")[0] not in case.pages:
                yield case.problem(
                    Home(search, (key, name)), "pages-exist", f"there is no page {address}", near(address, case.pages) or "take it out"
                )
    for id in case.k.search.lines:
        if id not in case.k.contacts:
            yield case.problem(
                Home(search, ("lines", id)), "pages-exist", f"there is no contact called {id}", near(id, case.k.contacts) or "take it out"
            )


def _seen(home: Home, record: Record) -> Iterator[tuple[Home, str]]:
    """The pages that a record and the records in it name under `see`, each with its place."""
    for name in type(record).model_fields:
        value = getattr(record, name)
        items = [((name, index), item) for index, item in enumerate(value)] if isinstance(value, tuple) else [((name,), value)]
        for pointer, item in items:
            place = Home(home.path, (*home.pointer, *pointer))
            if isinstance(item, Record):
                yield from _seen(place, item)
            elif name == "see":
                yield place, item
