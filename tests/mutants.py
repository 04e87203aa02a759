"""Damage to the real data: every kind of slip, swap and fault that a hand or a program can do to a file, one at a time.

`mutants` yields them in a fixed order. Each changes one file; `tests/test_mutants.py` asks which of them the checks refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from typing import TypeVar

import yaml

from scripts.load import Pointer
from tests.editing import cut

NUMBERS = ("phone", "phone_alternatives", "sms")
LINKS = ("url", "page", "website", "exit_page", "email", "see", "to", "pages", "lines", "moved")
REFERENCES = ("source", "sources", "responsible_sources", "seen_in", "looked", "copied_from", "contacts", "procedures", "courses", "situations",
              "setting", "home", "area", "check", "first", "not_offered", "figures", "figure", "charts", "contact", "whole", "areas", "first_step",
              "lines", "cases")  # fmt: skip
DAYS = ("seen", "not_found", "since", "on", "reviewed", "tried")
CHOICES = ("force", "kind", "stage", "age", "ages", "clock", "clocks", "slot", "slots", "scope", "group", "audience", "side", "police", "policy",
           "unit", "concern", "how_asked", "superseded", "link", "local", "our_advice", "not_sure", "fictional", "differs", "dated", "check_every",
           "review_every", "hours", "ons_code", "code", "id", "anchor", "under", "verdict", "minutes", "right", "two_homes")  # fmt: skip
NOT_WORDS = frozenset((*NUMBERS, *LINKS, *REFERENCES, *DAYS, *CHOICES))
EDITORS = ("note", "reason")
MACHINE = ("pathways/links.yml",)
"""Written by a command; nothing in it reaches a reader."""
OTHER_EDITIONS = re.compile(r"pathways/editions/(?!london)")


@dataclass(frozen=True)
class Mutant:
    """One damaged file. `content` is None where the file is gone; `field` is the key that was touched."""

    kind: str
    path: str
    field: str
    what: str
    content: bytes | None


@dataclass(frozen=True)
class Spot:
    """One scalar of a YAML file, and where it stands in the text."""

    path: str
    pointer: Pointer
    start: int
    end: int
    value: str
    block: bool

    @property
    def key(self) -> str:
        """The key it stands under."""
        return next((step for step in reversed(self.pointer) if isinstance(step, str)), "")

    @property
    def at(self) -> str:
        """The way to it, in words."""
        return ".".join(str(step) for step in self.pointer)

    @property
    def editors(self) -> bool:
        """Whether only editors read it."""
        return self.key in EDITORS or (self.key == "says" and "sightings" in self.pointer) or self.path in MACHINE

    @property
    def words(self) -> bool:
        """Whether it is wording for readers."""
        return self.key not in NOT_WORDS and not self.editors


class Real:
    """The real files as text, with every scalar's place."""

    def __init__(self, files: Mapping[str, bytes], texts: Mapping[str, str]) -> None:
        self.files = {path: content.decode() for path, content in files.items() if not OTHER_EDITIONS.match(path)}
        self.texts = dict(texts)

    @cached_property
    def spots(self) -> tuple[Spot, ...]:
        """Every scalar value of every YAML file, in file order."""
        return tuple(spot for path, text in self.files.items() for spot in _spots(path, yaml.compose(text, Loader=yaml.CBaseLoader), ()))

    @cached_property
    def records(self) -> tuple[tuple[str, Pointer], ...]:
        """Every mapping or item of a list, by file and pointer."""
        return tuple(
            (path, pointer) for path, text in self.files.items() for pointer in _records(yaml.compose(text, Loader=yaml.CBaseLoader), ()) if pointer
        )

    def of(self, *keys: str) -> tuple[Spot, ...]:
        """The scalars under these keys."""
        return tuple(spot for spot in self.spots if spot.key in keys)

    def put(self, spot: Spot, new: str) -> bytes:
        """The file with another text in a scalar's place."""
        text = self.files[spot.path]
        return (text[: spot.start] + new + text[spot.end :]).encode()

    def within(self, spot: Spot, old: str, new: str) -> bytes:
        """The file with the first match of a regular expression inside a scalar replaced."""
        text = self.files[spot.path]
        return (text[: spot.start] + re.sub(old, lambda _: new, text[spot.start : spot.end], count=1) + text[spot.end :]).encode()

    def digit(self, spot: Spot, turn: int) -> bytes:
        """The file with one digit of a scalar another one. Which digit depends on `turn`."""
        text = self.files[spot.path]
        places = [match.start() for match in re.finditer(r"\d", text[spot.start : spot.end])]
        if not places:
            return text.encode()
        place = spot.start + places[-1 - turn % len(places)]
        return (text[:place] + str((int(text[place]) + 1 + turn % 8) % 10) + text[place + 1 :]).encode()

    def without(self, spot: Spot) -> bytes:
        """The file without the key or item of a scalar."""
        return cut(self.files[spot.path].encode(), spot.pointer)

    def cut(self, path: str, pointer: Pointer) -> bytes:
        """The file without the record at that place."""
        return cut(self.files[path].encode(), pointer)

    def splice(self, path: str, start: int, end: int, new: str) -> bytes:
        """The file, data or text, with something else between two places."""
        text = self.files.get(path) or self.texts[path]
        return (text[:start] + new + text[end:]).encode()


def _spots(path: str, node: yaml.Node | None, pointer: Pointer) -> Iterator[Spot]:
    if isinstance(node, yaml.ScalarNode):
        yield Spot(path, pointer, node.start_mark.index, node.end_mark.index, node.value, node.style in ("|", ">"))
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _spots(path, value, (*pointer, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _spots(path, item, (*pointer, index))


def _records(node: yaml.Node | None, pointer: Pointer) -> Iterator[Pointer]:
    if isinstance(node, yaml.MappingNode):
        yield pointer
        for key, value in node.value:
            yield from _records(value, (*pointer, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _records(item, (*pointer, index))


T = TypeVar("T")

Found = Iterator[tuple[str, str, str, Callable[[], bytes | None]]]
"""A mutant without its kind: file, field, what, and how its content is made (only few of all that could be are)."""


def _change(spot: Spot, what: str, make: Callable[..., bytes | None], *given: object) -> tuple[str, str, str, Callable[[], bytes | None]]:
    """A mutant at a scalar."""
    return spot.path, spot.key, f"{spot.at}: {what}", partial(make, *given)


def _others(spots: Iterable[Spot]) -> Iterator[tuple[Spot, str]]:
    """Each spot with the value of the next one that has another."""
    found = list(spots)
    for index, spot in enumerate(found):
        other = next((other.value for other in (*found[index + 1 :], *found[:index]) if other.value != spot.value), None)
        if other is not None:
            yield spot, other


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- the kinds that must all be refused ---------------------------------------------------------------------------------


def numbers(real: Real) -> Found:
    """A digit, two digits, another's number; a digit in words that readers see."""
    for turn, (spot, other) in enumerate(_others(real.of(*NUMBERS))):
        yield _change(spot, "a digit", real.digit, spot, turn)
        if pair := re.search(r"(\d)(?!\1)(\d)(?=\D*$)", spot.value):
            yield _change(spot, "two digits swapped", real.within, spot, rf"{pair[0]}(?=\D*$)", pair[2] + pair[1])
        yield _change(spot, f"another's number {other}", real.put, spot, _quoted(other))
        yield _change(spot, "a digit less", real.within, spot, r"\d(?=\D*$)", "")
        yield _change(spot, "the number dropped", real.without, spot)
    for turn, spot in enumerate(spot for spot in real.spots if spot.words and re.search(r"\d", spot.value)):
        yield _change(spot, "a digit in words", real.digit, spot, turn)


def ages(real: Real) -> Found:
    """A step, a procedure or a scenario for another age."""
    for spot in real.of("ages"):
        other = "adult" if spot.value == "child" else "child"
        yield _change(spot, f"{spot.value} → {other}", real.put, spot, other)
        yield _change(spot, f"{spot.value} dropped", real.without, spot)
    for spot in real.of("age"):
        for other in (age for age in ("17", "18", "not known", "81") if age != spot.value):
            yield _change(spot, f"{spot.value} → {other}", real.put, spot, _quoted(other))
    yield from _narrowed(real, "ages", ("child", "adult"))


def clocks(real: Real) -> Found:
    """A step or a scenario at another hour."""
    for spot in real.of("clock", "clocks"):
        other = "out-of-hours" if spot.value == "office-hours" else "office-hours"
        yield _change(spot, f"{spot.value} → {other}", real.put, spot, other)
        yield _change(spot, f"{spot.value} dropped", real.without, spot)
    yield from _narrowed(real, "clocks", ("office-hours", "out-of-hours"))


def _narrowed(real: Real, key: str, choices: tuple[str, str]) -> Found:
    """Steps that held for everyone, for some only."""
    for path, text in real.files.items():
        if path.startswith("pathways/settings/"):
            for number, match in enumerate(re.finditer(r"^    stage: .*\n", text, re.MULTILINE)):
                step = text[match.end() :].partition("\n  - id:")[0]
                if f"    {key}:" not in step:
                    choice = choices[number % 2]
                    yield path, key, f"step {number}: {choice} only", partial(real.splice, path, match.end(), match.end(), f"    {key}: [{choice}]\n")


def areas(real: Real) -> Found:
    """Crossed wires between areas."""
    for spot, other in _others(spot for spot in real.of("area", "areas") if "fills" in spot.pointer or spot.key == "areas"):
        yield _change(spot, f"{spot.value} → {other}", real.put, spot, other)
    for key in ("ons_code", "council", "website", "police", "home"):
        for spot, other in _others(real.of(key)):
            yield _change(spot, f"{spot.value} → {other}", real.put, spot, other)
    for spot, other in _others(spot for spot in real.of("name") if spot.path.startswith("pathways/areas/") and len(spot.pointer) == 1):
        yield _change(spot, f"{spot.value} → {other}", real.put, spot, other)
    paths = [path for path in real.files if path.startswith("pathways/areas/")]
    for path, other in zip(paths, (*paths[1:], paths[0]), strict=True):
        yield path, "", "another area's file in this one's place", partial(str.encode, real.files[other])
        block = re.compile(r"^contacts:\n(?:  .*\n|\n)+", re.MULTILINE)
        here, there = block.search(real.files[path]), block.search(real.files[other])
        if here and there:
            yield path, "contacts", "another area's contacts", partial(real.splice, path, here.start(), here.end(), there[0])


def hours(real: Real) -> Found:
    """Other hours, other days, no hours."""
    for turn, spot in enumerate(real.of("hours", "hours_text")):
        if re.search(r"\d", spot.value):
            yield _change(spot, "a digit", real.digit, spot, turn)
        for old, new in (
            ("Monday", "Tuesday"),
            ("Mo", "Tu"),
            ("Friday", "Saturday"),
            ("Fr", "Sa"),
            ("am", "pm"),
            ("weekends", "weekdays"),
            ("fter", "efore"),
        ):
            if re.search(rf"{old}", spot.value):
                yield _change(spot, f"{old} → {new}", real.within, spot, old, new)
        yield _change(spot, "dropped", real.without, spot)


def standings(real: Real) -> Found:
    """What a number's standing rests on: whose page, how old, replaced, copied, held, confirmed."""
    for spot, other in _others(real.of("publisher")):
        yield _change(spot, f"{spot.value} → {other}", real.put, spot, _quoted(other))
    for turn, spot in enumerate(real.of("dated", "seen")):
        yield _change(spot, "a digit", real.digit, spot, turn * 2)
        if spot.key == "dated" and spot.value != "null":
            yield _change(spot, "dropped", real.without, spot)
            yield _change(spot, "this year's", real.put, spot, '"2026"')
    for spot in real.of("superseded", "copied_from", "differs", "check_every", "owner", "audience", "link"):
        yield _change(spot, "dropped", real.without, spot)
    for path, pointer in real.records:
        text = real.files[path]
        if pointer[-2:-1] == ("sightings",):
            for added in ("superseded: true", "differs: true", "copied_from: actearly-contact"):
                yield path, "sightings", f"{pointer}: {added}", partial(_first_key, text, pointer, added)
        if pointer[-1] in ("hold", "withdrawn"):
            yield path, str(pointer[-1]), f"{pointer}: freed", partial(real.cut, path, pointer)
        if pointer[-2:-1] == ("contacts",) and path.startswith(("pathways/areas/", "pathways/national")):
            phone = re.search(rf'^  {pointer[-1]}:\n(?:    .*\n)*?    phone: (".*")', text, re.MULTILINE)
            number = phone[1] if phone else '"020 7946 0000"'
            for key, added in (
                ("confirmations", f"confirmations: [{{on: 2026-11-01, how: phone, by: duty-officer, phone: {number}}}]"),
                ("check_every", "check_every: 48 months"),
                ("hold", 'hold: {reason: "Check.", since: 2026-11-21}'),
                ("withdrawn", "withdrawn: {on: 2026-11-21, why: Closed.}"),
                ("fictional", "fictional: true"),
                ("owner", "owner: Metropolitan Police"),
            ):
                yield path, key, f"{pointer[-1]}: {added}", partial(_first_key, text, pointer, added)
    for spot in real.of("seen_in"):
        yield _change(spot, f"{spot.value} dropped", real.without, spot)
    for spot, other in _others(spot for spot in real.of("kind") if spot.path.endswith("sources.yml")):
        yield _change(spot, f"{spot.value} → {other}", real.put, spot, other)


def _first_key(text: str, pointer: Pointer, added: str) -> bytes:
    """A text with one more key at the head of the mapping at this place."""
    node = yaml.compose(text, Loader=yaml.CBaseLoader)
    for step in pointer:
        assert node is not None
        node = node.value[step] if isinstance(step, int) else next(value for key, value in node.value if key.value == step)
    assert isinstance(node, yaml.MappingNode)
    start = node.start_mark.index
    if node.flow_style:
        return (text[: start + 1] + f"{added}, " + text[start + 1 :]).encode()
    return (text[:start] + f"{added}\n{' ' * node.start_mark.column}" + text[start:]).encode()


def fallbacks(real: Real) -> Found:
    """What stands in for a missing number, or what a step hands over to, changed."""
    national = "pathways/national.yml"
    for path, pointer in real.records:
        if path == national and len(pointer) == 2:
            id = str(pointer[1])
            start = real.files[path].index(f"\n  {id}:\n") + 3
            yield path, id, f"{id} dropped", partial(real.cut, path, pointer)
            yield path, id, f"{id} renamed", partial(real.splice, path, start, start + len(id), f"{id}-x")
            for added in ('hold: {reason: "Check.", since: 2026-11-21}', "withdrawn: {on: 2026-11-21, why: Closed.}", "audience: professionals"):
                yield path, id, f"{id}: {added}", partial(_first_key, real.files[path], pointer, added)
    for spot in real.of("phone"):
        if spot.path == national and "sightings" not in spot.pointer:
            yield _change(spot, "emptied", real.put, spot, '""')
            yield _change(spot, "nothing", real.put, spot, "")
    for spot, other in _others(
        spot
        for spot in real.of("contacts", "slots", "slot", "first", "not_offered")
        if isinstance(spot.pointer[-1], int) or spot.key in ("slot", "first")
    ):
        yield _change(spot, f"{spot.value} → {other}", real.put, spot, other)
        if isinstance(spot.pointer[-1], int):
            yield _change(spot, f"{spot.value} dropped", real.without, spot)


def links(real: Real) -> Found:
    """An address, a mailbox, a page or a way through the check that leads elsewhere."""
    for spot, other in _others(real.of("url", "page", "website", "exit_page")):
        yield _change(spot, f"another's address {other}", real.put, spot, _quoted(other))
        yield _change(spot, "a letter", real.within, spot, r"(?<=://)(www\.)?.", "z")
        yield _change(spot, "not encrypted", real.within, spot, "https:", "http:")
        yield _change(spot, "an address that runs", real.put, spot, '"javascript:alert(1)"')
    for spot, other in _others(real.of("email", "mailbox")):
        yield _change(spot, f"another's mailbox {other}", real.put, spot, other)
        yield _change(spot, "a letter", real.within, spot, r"@.", "@z")
        yield _change(spot, "dropped", real.without, spot)
    for key in ("see", "to", "pages", "lines"):
        for spot, other in _others(real.of(key)):
            yield _change(spot, f"{spot.value} → {other}", real.put, spot, other)
    for spot, other in _others(spot for spot in real.spots if spot.path.endswith("search.yml") and "lines" in spot.pointer):
        yield _change(spot, f"{spot.value} → {other}", real.put, spot, other)
    for spot in real.of("link"):
        yield _change(spot, "turned", real.put, spot, "true" if spot.value == "false" else "false")


def escapes(real: Real) -> Found:
    """Markup in words, escaping off in a template."""
    payloads = (
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "&#60;b&#62;",
        "</main><h1>",
        "\\u202e",
        "\\u200b",
        "javascript:alert(1)",
    )
    words = [spot for spot in real.spots if spot.words and not spot.block]
    for turn, spot in enumerate(_thin(words, 350)):
        payload = payloads[turn % len(payloads)]
        plain = _quoted(spot.value)
        yield _change(spot, payload, real.put, spot, f'{plain[:-1]} {payload}"')
    for spot in _thin([spot for spot in real.spots if spot.editors and not spot.block and spot.path not in MACHINE], 30):
        yield _change(spot, "a script in a note", real.put, spot, '"<script>alert(1)</script>"')
    for path, text in real.texts.items():
        if path.startswith("theme/"):
            for match in re.finditer(r"\{\{-? *([^{}]+?) *-?\}\}", text):
                yield path, "", f"{match[1]} | safe", partial(real.splice, path, match.end(1), match.end(1), " | safe")
            if "{{" in text:
                yield path, "", "escaping off", partial(str.encode, f"{{% autoescape false %}}{text}{{% endautoescape %}}")
            if tag := re.search(r'href="\{\{', text):
                yield path, "", "an address without quotes", partial(real.splice, path, tag.start(), tag.end(), "href={{")
            if tag := re.search(r"<(a|p|li|div|section) ", text):
                yield path, "", "a handler in a tag", partial(real.splice, path, tag.end(), tag.end(), 'onclick="x()" ')


# --- the other kinds ----------------------------------------------------------------------------------------------------


def drops(real: Real) -> Found:
    """A record gone."""
    for path, pointer in real.records:
        yield path, next(step for step in reversed(pointer) if isinstance(step, str)), f"{pointer} dropped", partial(real.cut, path, pointer)


def lines(real: Real) -> Found:
    """A key or an item gone."""
    for spot in real.spots:
        if not spot.editors:
            yield _change(spot, "dropped", real.without, spot)


def blanks(real: Real) -> Found:
    """Nothing where a value was."""
    for turn, spot in enumerate(real.spots):
        if spot.value and not spot.block and spot.value != "null":
            yield _change(spot, "blanked", real.put, spot, ('""', "", '" "')[turn % 3])


def swaps(real: Real) -> Found:
    """Two neighbours' values swapped."""
    for one, other in pairwise(real.spots):
        if one.path == other.path and one.key == other.key and one.value != other.value and not one.block and not other.block and not one.editors:
            text = real.files[one.path]
            first, between, second = text[one.start : one.end], text[one.end : other.start], text[other.start : other.end]
            yield _change(one, "swapped with the next", real.splice, one.path, one.start, other.end, second + between + first)


def dangles(real: Real) -> Found:
    """A name of nothing."""
    for spot in real.of(*REFERENCES):
        if not spot.block:
            yield _change(spot, f"{spot.value} → no-such-thing", real.put, spot, "no-such-thing")
    for path, text in real.texts.items():
        for match in re.finditer(r"\[\[[a-z]+:([^\]]+)\]\]", text):
            yield path, "", f"{match[0]} dangles", partial(real.splice, path, match.end(1), match.end(1), "-x")


def duplicates(real: Real) -> Found:
    """The same thing twice."""
    for path, text in real.files.items():
        for number, row in enumerate(re.finditer(r"^ *[^ #\n].*\n", text, re.MULTILINE)):
            field = row[0].strip(" -\n").partition(":")[0]
            yield path, field, f"line {number + 1} twice", partial(real.splice, path, row.start(), row.start(), row[0])


def loops(real: Real) -> Found:
    """A question that leads back."""
    for spot in real.of("to"):
        for target in ("danger", "about", "thing", "person", "trust"):
            yield _change(spot, f"{spot.value} → {target}", real.put, spot, target)


def futures(real: Real) -> Found:
    """A day that has not come."""
    for turn, spot in enumerate(real.of(*DAYS)):
        if spot.value != "null" and spot.path not in MACHINE:
            yield _change(spot, "the future", real.put, spot, ("2027-01-01", "2026-12-24", "2099-12-31")[turn % 3])
    for spot in real.of("reviewed"):
        yield _change(spot, "reviewed", real.put, spot, ("2027-01-01", "2026-11-20")[len(spot.path) % 2])
    for spot in real.of("dated"):
        yield _change(spot, "the future", real.put, spot, '"2027"')


def unsourced(real: Real) -> Found:
    """No source."""
    for spot in real.of("sources", "seen_in"):
        if spot.pointer[-1] == 0:
            yield _change(spot, "no sources", real.cut, spot.path, spot.pointer[:-1])
    for path, pointer in real.records:
        if pointer[-2:-1] == ("sightings",):
            yield path, "sightings", f"{pointer} dropped", partial(real.cut, path, pointer)


def legacies(real: Real) -> Found:
    """A retired domain."""
    for turn, spot in enumerate(real.of("email")):
        domain = ("x.gsi.gov.uk", "met.pnn.police.uk", "x.gcsx.gov.uk", "cjsm.net")[turn % 4]
        yield _change(spot, domain, real.put, spot, f"{spot.value.partition('@')[0]}@{domain}")
    for turn, spot in enumerate(real.of("page")):
        host = ("https://web.archive.org/x", "https://www-uat.example.gov.uk/x", "https://x.gsi.gov.uk/")[turn % 3]
        yield _change(spot, "a test host", real.put, spot, host)


def names(real: Real) -> Found:
    """A script, nothing or a person in a name."""
    for turn, spot in enumerate(real.of("name", "called", "title", "claim", "in_words")):
        yield _change(spot, "a script", real.put, spot, ('"<script>x</script>"', '"TODO"', '"\\u202Ename"', '"020 7946 0000"')[turn % 4])


def types(real: Real) -> Found:
    """A value of another type."""
    for turn, spot in enumerate(real.spots):
        if not spot.block:
            yield _change(spot, "another type", real.put, spot, ("[one, two]", "{a: b}", "12", "yes", "[]", "{}")[turn % 6])


def encodings(real: Real) -> Found:
    """Not the text it was."""
    for path, text in {**real.files, **real.texts}.items():
        half = len(text) // 2
        yield path, "", "a byte of another encoding", partial(lambda one, other: one.encode() + b"\xe9\n" + other.encode(), text[:half], text[half:])
        yield path, "", "UTF-16", partial(str.encode, text, "utf-16")
        if path in real.files:
            yield path, "", "a NUL", partial(real.splice, path, 100, 100, "\0")
            indent = text.find("\n  ")
            if indent >= 0:
                yield path, "", "a tab", partial(real.splice, path, indent + 1, indent + 3, "\t")


def truncations(real: Real) -> Found:
    """Cut off."""
    for path, text in real.files.items():
        for part in (0, 1, 3, 5, 7, 9):
            yield path, "", f"{part}/10 of it", partial(str.encode, text[: len(text) * part // 10])
        yield path, "", "gone", lambda: None


def choices(real: Real) -> Found:
    """Another word of a closed list, another flag."""
    lists = {"force": ("must", "should", "could"), "stage": ("notice", "check", "share", "record", "follow-up"), "scope": ("pan-london", "national"),
             "group": ("education", "health", "council", "justice", "before", "after"), "audience": ("staff", "public", "professionals", "everyone"),
             "side": ("danger", "share", "other-help", "not-a-concern"), "our_advice": ("true", "false"), "not_sure": ("true", "false"),
             "local": ("true", "false"), "concern": ("none", "islamist", "extreme-right-wing"), "unit": ("percent", "referrals")}  # fmt: skip
    for key, words in lists.items():
        for turn, spot in enumerate(real.of(key)):
            others = [word for word in words if word != spot.value]
            yield _change(spot, f"{spot.value} → {others[turn % len(others)]}", real.put, spot, others[turn % len(others)])


def wordings(real: Real) -> Found:
    """A word less in a text that readers see."""
    for spot in real.spots:
        if spot.words and spot.value.count(" ") > 1 and not spot.block:
            yield _change(spot, "a word less", real.within, spot, r" [^\s\"':]+(?= )", "")


def notes(real: Real) -> Found:
    """What only editors read: dropped, or other digits."""
    for turn, spot in enumerate(spot for spot in real.spots if spot.editors):
        if spot.key in ("note", "says"):
            yield _change(spot, "dropped", real.without, spot)
        if re.search(r"\d", spot.value) and spot.path not in MACHINE:
            yield _change(spot, "a digit", real.digit, spot, turn)
    for path, text in real.files.items():
        if comment := re.search(r"^ *# ---.*\n", text, re.MULTILINE):
            yield path, "#", "a comment dropped", partial(real.splice, path, comment.start(), comment.end(), "")


def orders(real: Real) -> Found:
    """Two neighbours of a list in the other order."""
    for path, pointer in real.records:
        if isinstance(pointer[-1], int) and pointer[-1] > 0:
            yield path, str(pointer[-2]), f"{pointer} before its neighbour", partial(_exchanged, real.files[path], pointer)


def _exchanged(text: str, pointer: Pointer) -> bytes | None:
    node = yaml.compose(text, Loader=yaml.CBaseLoader)
    for step in pointer[:-1]:
        assert node is not None
        node = node.value[step] if isinstance(step, int) else next(value for key, value in node.value if key.value == step)
    assert isinstance(node, yaml.SequenceNode)
    assert isinstance(pointer[-1], int)
    one, other = node.value[pointer[-1] - 1], node.value[pointer[-1]]
    first, second = (text[item.start_mark.index : item.end_mark.index].rstrip() for item in (one, other))
    start, end = one.start_mark.index, other.start_mark.index
    return (text[:start] + second + text[start + len(first) : end] + first + text[end + len(second) :]).encode()


def prose(real: Real) -> Found:
    """A number, a mailbox or an address typed by hand."""
    for path, text in real.texts.items():
        typed = ("020 7946 0000", "team@example.org", "https://example.org/x", "0800 011 3764", "[[contact:no-such-line]]", "[[page:/no-such-page/]]")
        for turn, what in enumerate(typed if path.startswith("docs/") else typed[:4]):
            place = text.find("\n\n", len(text) * turn // 7)
            yield path, "", f"{what} typed", partial(real.splice, path, place % (len(text) + 1), place % (len(text) + 1), f"\n\n{what}\n")


REFUSED = ("number", "age", "area", "clock", "hours", "standing", "fallback", "link", "escape")
"""The kinds of which every single mutant must be refused with the right file."""

KINDS: Mapping[str, tuple[Callable[[Real], Found], int]] = {
    "number": (numbers, 260), "age": (ages, 120), "area": (areas, 120), "clock": (clocks, 90), "hours": (hours, 110), "standing": (standings, 260),
    "fallback": (fallbacks, 150), "link": (links, 180), "escape": (escapes, 220),
    "drop a record": (drops, 90), "drop a line": (lines, 90), "blank": (blanks, 60), "swap": (swaps, 60), "dangle": (dangles, 60),
    "duplicate": (duplicates, 60), "loop": (loops, 40), "future date": (futures, 60), "unsourced": (unsourced, 50), "legacy domain": (legacies, 40),
    "bad name": (names, 50), "wrong type": (types, 60), "encoding": (encodings, 70), "truncated": (truncations, 80), "other word": (choices, 60),
    "wording": (wordings, 50), "note": (notes, 40), "order": (orders, 40), "prose": (prose, 50),
}  # fmt: skip
"""Every kind of damage, and the most mutants of it that are judged: they are taken evenly over all that could be made."""


def _thin(items: list[T], most: int) -> list[T]:
    """At most so many of them, evenly spread."""
    return [items[number * len(items) // most] for number in range(most)] if len(items) > most else items


def mutants(files: Mapping[str, bytes], texts: Mapping[str, str], every: int = 1) -> tuple[Mutant, ...]:
    """Every mutant, or one in so many of each kind, in a fixed order; each differs from the original and from all others."""
    real = Real(files, texts)
    before = {**{path: text.encode() for path, text in real.files.items()}, **{path: text.encode() for path, text in texts.items()}}
    seen: set[tuple[str, bytes | None]] = set(before.items())
    found: list[Mutant] = []
    for kind, (make, most) in KINDS.items():
        for path, field, what, made in _thin(list(make(real)), most)[::every]:
            content = made()
            if (path, content) not in seen:
                seen.add((path, content))
                found.append(Mutant(kind, path, field, what, content))
    return tuple(found)
