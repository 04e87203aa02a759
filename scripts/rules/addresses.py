"""Promise 8: what moved leads on for ever (pathways/moved.yml). Whether every released address still answers is asked of the rendered
pages (scripts/permalinks.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from scripts.load import Home
from scripts.problem import Problem, near
from scripts.rules.case import Case

MOVED = "pathways/moved.yml"
SHORT_CODE = re.compile(r"/[ams][0-9]{2}/")
"""/m07/, /s07/, /a03/: printed and spoken, so they lead to the same thing for ever."""


def moved_away(case: Case) -> Iterator[Problem]:
    """An address that moved is no page any more, and a short code never moves."""
    for old in case.k.moved:
        page, _, anchor = old.partition("#")
        home = Home(MOVED, ("moved", old))
        if SHORT_CODE.fullmatch(page):
            yield case.problem(home, "moved-away", f"{page} is a short code, and a short code never moves", "take the line out")
        elif case.pages is not None and not anchor and page in case.pages:
            yield case.problem(home, "moved-away", f"{page} is said to have moved, and is a page", "take the line out, or rename what is there now")
        elif case.pages is not None and anchor and page not in case.pages and page not in case.k.moved:
            message, tip = f"{old} is an anchor of {page}, which is no page and did not move", near(page, case.pages) or "look the old page up in git"
            yield case.problem(home, "moved-away", message, tip)


def moved_to_pages(case: Case) -> Iterator[Problem]:
    """Every address that moved leads to a page of this site in one go: no chain, no loop."""
    moved = case.k.moved
    for old, new in moved.items():
        page = new.partition("#")[0]
        home = Home(MOVED, ("moved", old))
        if new in moved or page in moved:
            last = _end(moved, new)
            tip = f"write {last} here" if last else "decide which of them is the page, and take the other line out"
            yield case.problem(home, "moved-to-pages", f"{old} leads to {new}, which moved itself", tip)
        elif case.pages is not None and page not in case.pages:
            tip = near(page, case.pages) or "look the page up on the built site"
            yield case.problem(home, "moved-to-pages", f"{old} leads to {new}, and there is no such page", tip)


def _end(moved: Mapping[str, str], address: str) -> str:
    """Where a chain of moves ends; nothing where it goes round."""
    seen = {address}
    while True:
        page, hash_, anchor = address.partition("#")
        onward = moved.get(address) or (f"{moved[page]}{hash_}{anchor}" if page in moved else "")
        if not onward:
            return address
        if onward in seen:
            return ""
        seen.add(onward)
        address = onward
