"""`python -m scripts due`: what falls due, the longest overdue first, area by area, with the command to type next."""

from __future__ import annotations

import argparse
import datetime
import json
import re
from collections.abc import Callable
from pathlib import Path

from scripts import build
from scripts.due import Due, due, within
from scripts.exports.due import row
from scripts.load import Knowledge
from scripts.pages.words import count, day
from scripts.problem import Refused, near
from scripts.standing import period_after
from scripts.upkeep.edit import problem

WITHIN = re.compile(r"([1-9][0-9]{0,2})([dwm])")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--within", metavar="PERIOD", default="30d", type=period, help="how far ahead to look: 30d, 6w, 2m (left out: 30d)")
    parser.add_argument("--area", help="one area only, such as barnet")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="json: for other programs, shaped as data/due.json")


def period(text: str) -> str:
    """A period as typed, in the words of `period_after`."""
    found = WITHIN.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no period; write 30d, 6w or 2m")
    number, unit = int(found[1]), found[2]
    return f"{number} months" if unit == "m" else f"{number * (7 if unit == 'w' else 1)} days"


def run(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Print the list; `say` gets the count.

    Raises:
        Refused: when the files are not sound, or there is no such area.
    """
    today = build.day_of_build()
    k = build.checked(root, today).k
    if options.area and options.area not in k.areas:
        raise Refused([problem("unknown-area", f"there is no area called {options.area}", near(options.area, k.areas) or "such as barnet")])
    days = (period_after(today, options.within) - today).days
    found = within(due(k, today), today, days, options.area)
    if options.format == "json":
        print(json.dumps([row(k, item, today) for item in found], indent=1, ensure_ascii=False))
    else:
        for line in text(k, found, today):
            print(line)
    overdue = sum(item.overdue(today) for item in found)
    say(f"{overdue} overdue, {len(found) - overdue} more due by {day(today + datetime.timedelta(days=days))}")
    return 0


def text(k: Knowledge, found: tuple[Due, ...], today: datetime.date) -> list[str]:
    """The list in words: the areas with the longest overdue first, then what stands everywhere, then texts to read."""
    groups: dict[str, list[Due]] = {}
    for item in found:
        name = k.areas[item.area].name if item.area else "Everywhere" if item.is_contact else "To be read by a safeguarding lead"
        groups.setdefault(name, []).append(item)
    lines: list[str] = []
    for name, items in sorted(groups.items(), key=lambda group: (not group[1][0].is_contact, group[1][0].area is None, group[1][0].on, group[0])):
        if lines:
            lines.append("")
        lines.append(f"{name}: {count(len(items), 'thing')}")
        seen: dict[str, list[Due]] = {}
        for item in items:
            seen.setdefault(item.id, []).append(item)
        for id, same in seen.items():
            lines.append(f"  {_when(same[0], today)}: {same[0].what}{_slots(same)}")
            lines.append(f"      {_next(k, id, same[0])}")
    return lines


def _when(item: Due, today: datetime.date) -> str:
    if item.why in ("never-checked", "never-read"):
        return f"{'never checked' if item.is_contact else 'never read'}, known since {day(item.on)}"
    return f"overdue since {day(item.on)}" if item.overdue(today) else f"due on {day(item.on)}"


def _slots(items: list[Due]) -> str:
    slots = [item.slot.replace("-", " ") for item in items if item.slot]
    return f" ({', '.join(slots)})" if slots else ""


def _next(k: Knowledge, id: str, item: Due) -> str:
    """What to type, or to do, next."""
    if item.is_contact:
        return f'python -m scripts confirm {id} --how phone --by "…"'
    kind, _, slug = id.partition("/")
    home = k.home(kind, slug)
    return f"read it, then write the day behind reviewed: in {home.path}"
