"""The pages below /cards/: one for each area, and one for each setting in it. Each shows its handout as a card, a poster and a slide."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import chain

from scripts.load import Knowledge
from scripts.model import Area, Group, Setting
from scripts.pages.handouts import Handout, card_path, handouts
from scripts.pages.page import HOME, Page, Tally
from scripts.prints import qr
from scripts.prints.make import may_print, offered
from scripts.standing import FIRST

CARDS = ("/cards/", "Cards, posters and slides")
Areas = tuple[tuple[str, Area], ...]
Settings = tuple[tuple[str, Setting], ...]
SIZES = ((1040, "s"), (1280, "m"))
"""Up to how many letters a poster is set in which size, when a browser prints it: it cannot measure by itself. More than the last: l."""
SLIDE_SIZES = ((180, "s"), (265, "m"))
"""The same for the slide, which a browser scales but cannot make fit."""


def card_paths(k: Knowledge) -> Iterator[str]:
    """Every path below /cards/, without making the pages."""
    local = [slug for slug, setting in k.settings.items() if setting.local]
    yield CARDS[0]
    yield from chain.from_iterable((card_path(area), *(card_path(area, setting) for setting in local)) for area in k.areas)


def letters(handout: Handout) -> int:
    """How much there is to read on a handout."""
    each = (f"{line.name}{line.label}{line.hours or ''}{line.ask_for or ''}{line.mark}{''.join(line.cautions)}" for line in handout.lines)
    return len(handout.title) + len(handout.first) + sum(map(len, each)) + 20 * len(handout.lines)


def slide_letters(handout: Handout) -> int:
    """How much there is to read on the fuller half of a slide, with the title and the first step over it."""
    halves = [[*part.by_day[:1], *part.by_night[:1]] for part in handout.parts[:2]]
    most = max(sum(len(line.name) + len(line.hours or "") + len(line.ask_for or "") + 30 * bool(line.cautions) for line in half) for half in halves)
    return most + len(handout.title) + len(handout.first) + sum(60 + len(line.name) for line in handout.first_ways)


def card_pages(k: Knowledge, areas: Areas, settings: Settings, today: datetime.date, tally: Tally) -> Iterator[Page]:
    """The page that lists them, and every card's."""
    source = "theme/pages/cards.html"
    description = "A card, a poster and a slide for each borough and each job, with its own numbers."
    yield Page(CARDS[0], CARDS[1], description, "cards.html", {"areas": areas}, trail=(HOME,), source=source)
    groups = tuple((group, tuple(item for item in settings if item[1].group is group and item[1].local)) for group in Group)
    for found in handouts(k, today, tally):
        yield _card_page(k, found, groups)


def _card_page(k: Knowledge, handout: Handout, groups: tuple[tuple[Group, Settings], ...]) -> Page:
    area, setting = handout.area_slug, handout.setting_slug
    context = {
        "handout": handout,
        "first_standings": FIRST,
        "size": next((size for most, size in SIZES if letters(handout) <= most), "l"),
        "slide_size": next((size for most, size in SLIDE_SIZES if slide_letters(handout) <= most), "l"),
        "qr": qr.on_page(handout.address) if handout.address else None,
        "downloads": tuple((job.artefact.title, job.artefact.suffix, job.name) for job in offered(k.edition, handout)),
        "not_printed": () if may_print(k.edition, handout) else tuple((id, k.contacts[id].name) for id in handout.unconfirmed),
        "groups": () if setting else groups,
        "public": setting is not None and k.settings[setting].audience == "public",
    }
    trail = (HOME, CARDS) if setting is None else (HOME, CARDS, (card_path(area), handout.area))
    title = f"Card and poster: {handout.title}"
    description = f"{handout.title}: whom to tell, as a card, a poster and a slide."
    source = k.home("setting", setting).path if setting else k.home("area", area).path
    return Page(card_path(area, setting), title, description, "card_sheet.html", context, trail=trail, source=source)
