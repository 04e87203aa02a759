"""Editions: an owner's address, mailbox, colour and statement are usable, and an invented edition cannot be taken for a real one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scripts.load import Home
from scripts.problem import Problem, near
from scripts.prose import CONDITIONS, FACTS, MARKS, names
from scripts.routes import CORE, EMERGENCY, nationals
from scripts.rules.case import Case
from scripts.standing import HIDDEN, Standing

INVENTED = re.compile(r"(.+\.)?example\.(org|com|net)")
"""Hosts that belong to nobody, for examples (RFC 2606)."""
LEAST_CONTRAST = 4.5
"""Between letters of the header's size and their ground (WCAG 2.2, 1.4.3 "Contrast (Minimum)", level AA)."""


def editions_sound(case: Case) -> Iterator[Problem]:
    """An edition's base address ends with a slash, a mailbox has an owner, and only an invented edition uses a host that is kept for examples.

    White letters can be read on its colour. An accessibility statement says whom to write to and what is not accessible. Prose asks only
    for facts that an edition can have.
    """
    for slug, edition in case.k.editions.items():
        base, mailbox = edition.base_address, edition.mailbox
        if base and not base.endswith("/"):
            home = case.k.home("edition", slug, "base_address")
            yield case.problem(home, "editions-sound", f"{base} does not end with a slash", f"write {base}/")
        if (mailbox or base) and not edition.owner:
            home = case.k.home("edition", slug, "mailbox" if mailbox else "base_address")
            yield case.problem(home, "editions-sound", "nobody owns this edition", "say in owner: which organisation answers for it")
        for key, host in (("base_address", urlsplit(base or "").hostname), ("mailbox", (mailbox or "").rpartition("@")[2])):
            if host and bool(INVENTED.fullmatch(host)) != edition.fictional:
                home = case.k.home("edition", slug, key)
                message = f"{host} is {'a host for examples' if not edition.fictional else 'a real host'}"
                yield case.problem(home, "editions-sound", message, "an edition with fictional: true uses example.org, and only that one does")
        yield from _colour(case, slug)
        yield from _statement(case, slug)
    yield from _prose(case)


def _colour(case: Case, slug: str) -> Iterator[Problem]:
    """White letters can be read on the header's colour."""
    home, colour = case.k.home("edition", slug, "colour"), case.k.editions[slug].colour
    if colour is None and "colour" in case.k.documents[home.path].data:
        message = "colour: nothing stands here: without quotes a # begins a comment"
        yield case.problem(home, "editions-sound", message, 'write the colour in quotes, such as "#1f4e79"')
    elif colour and (found := contrast(colour)) < LEAST_CONTRAST:
        message = f"white letters on {colour} have a contrast of {math.floor(found * 100) / 100:.2f}:1; at least {LEAST_CONTRAST}:1 is needed"
        yield case.problem(home, "editions-sound", message, f"take a darker one; {readable(colour)} is the nearest of the same kind that can be read")


def contrast(colour: str) -> float:
    """The contrast of white with a colour (#rrggbb), from 1 to 21 (WCAG 2.2, "contrast ratio" and "relative luminance")."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def readable(colour: str) -> str:
    """The lightest shade of a colour, made darker in steps of one thousandth, on which white letters can be read."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    shades = ("#" + "".join(f"{part * step // 1000:02x}" for part in parts) for step in range(1000, -1, -1))
    return next(shade for shade in shades if contrast(shade) >= LEAST_CONTRAST)


def _statement(case: Case, slug: str) -> Iterator[Problem]:
    """An accessibility statement has a mailbox, a day that has come, and says what is not accessible."""
    edition = case.k.editions[slug]
    statement, home = edition.accessibility, case.k.home("edition", slug, "accessibility")
    if statement is None:
        return
    if not edition.mailbox:
        message = "an accessibility statement says whom to write to, and this edition has no mailbox"
        yield case.problem(home, "editions-sound", message, "add owner: and mailbox:, or take the statement out")
    if statement.prepared > case.today:
        home_of_day = Home(home.path, (*home.pointer, "prepared"))
        yield case.problem(home_of_day, "editions-sound", f"{statement.prepared} has not come yet", "write the day on which it was prepared")
    if (statement.complies == "fully") == bool(statement.not_accessible):
        what = "“fully” stands beside a list of what is not" if statement.not_accessible else f"“{statement.complies}” stands without what is not"
        tip = "say in not_accessible: what is not accessible, and why; leave it out only where complies: is fully"
        yield case.problem(Home(home.path, (*home.pointer, "complies")), "editions-sound", f"{what} accessible", tip)


def _prose(case: Case) -> Iterator[Problem]:
    """Prose asks for conditions at the beginning of a line only, and names a fact only on a line that asks for it."""
    for text in case.texts:
        for number, line in enumerate(text.text.split("\n"), 1):
            marks = MARKS.match(line)
            asked = {found.id for found in names(marks[0]) if found.kind == "with"} if marks else set()
            for found in names(line):
                message = tip = ""
                if found.kind in ("edition", "with", "without") and found.id not in (known := FACTS if found.kind == "edition" else CONDITIONS):
                    message, tip = f"an edition has no “{found.id}” to speak of", near(found.id, known) or f"one of {', '.join(sorted(known))}"
                elif found.kind in ("with", "without") and (marks is None or found.column > marks.end()):
                    message, tip = f"[[{found.kind}:{found.id}]] stands inside a line", "put it at the beginning: it decides over the whole line"
                elif found.kind == "edition" and found.id != "name" and found.id not in asked:
                    message, tip = f"not every edition has “{found.id}”", f"begin the line with [[with:{found.id}]]"
                if message:
                    yield Problem(text.path, number, found.column, "editions-sound", message, tip, at=f"{text.path}#{found.kind}:{found.id}")


def policy_kept(case: Case) -> Iterator[Problem]:
    """An edition that promises confirmed numbers shows no others: no core number (confirmed-core), or none at all (confirmed-only)."""
    k, edition = case.k, case.k.edition
    tip = f"confirm it, or let {k.home('edition', k.edition_id).path} say policy: draft until it is"
    if edition.policy == "draft":
        return
    for area in edition.areas or k.areas:
        for (age, clock), slot in CORE.items():
            first = case.answers[area, False][slot].cards[0]
            if first.judgement.standing is not Standing.CONFIRMED:
                message = f"{first.id} stands first in {k.areas[area].name} for {age}, {clock}, and is {first.judgement.standing}"
                yield case.problem(k.home("contact", first.id), "policy-kept", f"{message}; this edition promises confirmed core numbers", tip)
    if edition.policy == "confirmed-only":
        for id, way in nationals(k, case.today).items():
            if way.judgement.standing not in (*HIDDEN, Standing.CONFIRMED) and id != EMERGENCY:
                message = f"{id} is {way.judgement.standing}, and this edition shows confirmed contact points only"
                yield case.problem(k.home("contact", id), "policy-kept", message, tip)
