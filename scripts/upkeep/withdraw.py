"""`python -m scripts withdraw ID --why …`: recall a contact point. Its fallback takes its place at once, and /changes/ says so."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scripts import build
from scripts.load import Knowledge
from scripts.model import Slot
from scripts.pages.search import SCRIPT
from scripts.pages.words import count, day, listing
from scripts.problem import Problem, Refused, near
from scripts.routes import ADVICE, EMERGENCY, FALLBACKS, NOW, answer
from scripts.rules.case import Case
from scripts.rules.values import reachable
from scripts.standing import shown_by
from scripts.upkeep.edit import Edit, flow, problem, put

SHORTEST = 6
"""Numbers of up to six digits (999) are national: that two contact points show one tells nothing."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("ids", metavar="ID", nargs="+", help="the contact point, such as barnet-mash; more than one where they show the same number")
    parser.add_argument("--why", required=True, help="why, in one plain sentence for readers; no numbers, no names of people")
    parser.add_argument("--on", metavar="DATE", type=the_day, help="the day of the recall, such as 2026-12-01 (left out: today)")


def the_day(text: str) -> datetime.date:
    """A date as typed; argparse says what is wrong with another."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write year-month-day, such as 2026-12-01") from None


def run(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Recall, and tell what follows.

    Raises:
        Refused: with every problem; nothing was changed then.
    """
    today = build.day_of_build()
    edit = Edit(root, today)
    ids = tuple(dict.fromkeys(options.ids))
    if problems := [fault for id in ids for fault in withdraw(edit, id, options.why, options.on or today, ids)]:
        raise Refused(problems)
    after = edit.after()
    stood = printed(edit, ids)
    edit.commit(after)
    for line in told(edit.before, after, ids, stood):
        say(line)
    return 0


def withdraw(edit: Edit, id: str, why: str, on: datetime.date, together: Sequence[str] = ()) -> Iterator[Problem]:
    """Prepare the recall of one contact point, or say why it cannot be. `together`: what else is recalled in the same change."""
    k = edit.before
    if id not in k.contacts:
        yield problem(
            "unknown-id", f"there is no contact point called {id}", near(id, k.contacts) or "the ids stand in pathways/areas/ and national.yml"
        )
        return
    contact, why = k.contacts[id], " ".join(why.split())
    if not why:
        yield problem("why", "says no reason", 'write --why "…", one plain sentence for readers')
    elif on > edit.today:
        yield problem("future", f"{on} is in the future", "withdraw it on the day; until then the site shows it")
    elif contact.hold:
        yield k.problem(k.home("contact", id, "hold"), "held", f"{id} is held and shown nowhere: {contact.hold.reason}", "there is nothing to recall")
    elif contact.withdrawn:
        message = f"{id} was withdrawn on {contact.withdrawn.on}: {contact.withdrawn.why}"
        yield k.problem(k.home("contact", id, "withdrawn"), "withdrawn", message, "there is nothing left to do")
    elif id in _leaned_on():
        tip = f'if its number changed: python -m scripts confirm {id} --how … --by … --phone "…"; else put another line in its place in scripts/routes.py'
        yield k.problem(k.home("contact", id), "fallback", f"{id} stands in for missing local numbers, and nothing takes its place", tip)
    elif others := _also_shown(k, id, on, (id, *together)):
        tip = f"if the number itself is wrong: python -m scripts withdraw {' '.join((id, *others))} --why …; else first confirm {listing(others)}"
        yield k.problem(k.home("contact", id), "also-shown", f"{listing(others)} shows the same number, mailbox or page as {id}", tip)
    else:
        put(edit.contact(id), "withdrawn", flow({"on": on, "why": why}))
        areas = sorted({filling.area for filling in contact.fills})
        edit.add_change(on, id, {
            "kind": "number",
            "what": f"{contact.name} was withdrawn: do not use it.",
            "why": why if why.endswith((".", "!", "?")) else f"{why}.",
            "act": "Anyone who wrote it down, printed it or saved it must take it out. The pages named here say what to use instead.",
            "areas": areas,
            "contacts": [id],
            "pages": pages_about(k, id),
        })  # fmt: skip


def _leaned_on() -> set[str]:
    """The contact points that stand in for others: they must be there."""
    return {name for names in (*FALLBACKS.values(), *ADVICE.values()) for name in names if not isinstance(name, Slot)} | {EMERGENCY}


def _also_shown(k: Knowledge, id: str, on: datetime.date, gone: Sequence[str]) -> tuple[str, ...]:
    """The other contact points that show a value of this one, and were not checked since."""
    values = [value for value in reachable(k.contacts[id]) if len(value.replace(" ", "")) > SHORTEST]
    found = {other for value in values for other, checked in shown_by(k, value, on).items() if not checked}
    return tuple(sorted(found - set(gone)))


def pages_about(k: Knowledge, id: str) -> list[str]:
    """The pages to look at after a change of a contact point: its areas' own, or where national ones are shown."""
    areas = sorted({filling.area for filling in k.contacts[id].fills})
    return [f"/{area}/" for area in areas] or ["/coverage/", *(["/now/"] if id in NOW.values() else [])]


def printed(edit: Edit, ids: Sequence[str]) -> list[str]:
    """The files of the site that print a number, mailbox or page of these contact points before the change, by path."""
    values = {value.encode() for id in ids for value in reachable(edit.before.contacts[id])}
    made = build.render_files(edit.checked, root=edit.root)
    return sorted(path for path, content in made.items() if any(value in content for value in values))


def told(before: Knowledge, after: Case, ids: Sequence[str], stood: Sequence[str]) -> Iterator[str]:
    """What follows from a recall, in plain words. `stood`: what `printed` found."""
    k = after.k
    for id in ids:
        contact = k.contacts[id]
        assert contact.withdrawn is not None
        yield f"{contact.name} is withdrawn from {day(contact.withdrawn.on)}. Why: {contact.withdrawn.why}"
        for filling in contact.fills:
            place = f"{filling.slot.replace('-', ' ')} in {k.areas[filling.area].name}"
            if filling.slot not in set(Slot):
                continue
            first = answer(k, filling.area, Slot(filling.slot), False, after.today).cards[0]
            yield f"  {place}: {first.name} stands first now"
    pages = sorted(f"/{path.removesuffix('index.md')}" for path in stood if path.endswith("index.md"))
    sheets = [path for path in pages if path.startswith("/coverage/") and path != "/coverage/"]
    others = [path for path in stood if not path.endswith("index.md") and path != SCRIPT]
    yield f"It stood on {count(len(pages) - len(sheets), 'page')}: {shortened([path for path in pages if path not in sheets])}"
    if sheets:
        yield f"and on {count(len(sheets), 'call sheet')}: {shortened(sheets)}"
    if others:
        yield f"and in {count(len(others), 'file')} to take away (cards, slides, bundles, data): {shortened(others)}"
    yield "Build and publish again: python -m scripts build. Copies, cards, print-outs and bundles made before still show it until they are replaced."
    yield f"/changes/ says so: {listing([f'/changes/#{change}' for change, entry in k.changes.items() if set(entry.contacts) & set(ids) and change not in before.changes])}"


def shortened(paths: Sequence[str]) -> str:
    """Paths in a sentence: /barnet/ and 26 below it, /now/."""
    tops: dict[str, int] = {}
    for path in paths:
        above = next((top for top in tops if path.startswith(top) and path.startswith("/") and top not in ("/", "/coverage/")), None)
        if above:
            tops[above] += 1
        else:
            tops[path] = 0
    return ", ".join(f"{top} and {below} below it" if below else top for top, below in tops.items()) or "none"
