"""`python -m scripts print`: cards, posters and slides as files, for the printer and the projector. Only what changed is made."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from tqdm import tqdm

from scripts import build, files
from scripts.load import EDITION, Knowledge
from scripts.pages.handouts import Handout, handouts
from scripts.pages.site import tally
from scripts.pages.words import count, listing
from scripts.prints.decks import decks
from scripts.prints.make import CACHE, TooLong, jobs, made, may_print, once
from scripts.problem import Refused, near
from scripts.upkeep.edit import problem

NAMED = 5
"""How many handouts that may not be printed are named one by one."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--area", action="append", default=[], metavar="AREA", help="an area, such as barnet; may be given again (left out: all)")
    parser.add_argument(
        "--setting",
        action="append",
        default=[],
        metavar="SETTING",
        help="a setting, such as school; may be given again (left out: each area's own, and all settings)",
    )
    parser.add_argument("--edition", default=EDITION, help="which file of pathways/editions/ (left out: london)")
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where to put them (left out: prints-<edition>/)")


def run(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Make the files; `say` gets the count.

    Raises:
        Refused: when the files are not sound, there is no such area or setting, or words do not fit.
    """
    k, wanted = chosen(root, options, say)
    if not wanted:
        return 1
    folder = options.to or root / f"prints-{options.edition}"
    if folder.exists() and not folder.is_dir():
        raise Refused([problem("no-folder", f"{folder} is a file", "name a folder after --to")])
    wrote = kept = 0
    work = jobs(wanted)
    also = _decks(root, k, wanted, options)
    try:
        with tqdm(total=len(work) + len(also), unit="file", desc="printing", disable=None) as bar:
            cards = ((f"{item.job.handout.area_slug}/{item.job.name}", item.content) for item in made(work, root / CACHE))
            for name, content in chain(cards, ((name, make()) for name, make in also.items())):
                place = folder / name
                if place.is_file() and place.read_bytes() == content:
                    kept += 1
                else:
                    files.write(place, content)
                    wrote += 1
                bar.update()
    except TooLong as too_long:
        raise Refused(
            [problem("too-long", str(too_long), "the record's file is in pathways/; then type the command again: what was made stays")]
        ) from None
    except OSError as error:
        raise Refused(
            [problem("not-written", f"{error.filename or folder} cannot be written: {error.strerror}", "name another folder after --to")]
        ) from None
    say(f"{count(wrote, 'file')} made, {kept} unchanged, in {folder}")
    return 0


def _decks(root: Path, k: Knowledge, wanted: tuple[Handout, ...], options: argparse.Namespace) -> dict[str, Callable[[], bytes]]:
    """What makes each deck, by the name of its file: once for all, or once for each area that was named, with that area's own slides at its end."""
    today, facts = wanted[0].made_on, files.sum_of(root / "pathways")
    counted = tally(k, today)
    found: dict[str, Callable[[], bytes]] = {}
    for area in options.area or (None,):
        last = tuple(handout for handout in wanted if handout.area_slug == area and (handout.setting_slug in options.setting or not options.setting))
        last = last if options.setting else last[:1]
        for path, deck in decks(k, today, counted, last).items():
            name = f"{area}/{area}-{Path(path).name}" if area else path
            key = f"{path} {k.edition_id} {today} {facts} {[handout.slug for handout in last]}"
            found[name] = functools.partial(once, root / CACHE, key, deck)
    return found


def chosen(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> tuple[Knowledge, tuple[Handout, ...]]:
    """What the edition shows, and the handouts that were asked for and may be printed; what may not be is named.

    Raises:
        Refused: when the files are not sound, or there is no such edition, area or setting.
    """
    today = build.day_of_build()
    checked = build.checked(root, today, options.edition)
    k = build.shown(checked)
    local = [slug for slug, setting in k.settings.items() if setting.local]
    unknown = [
        problem(f"unknown-{kind}", f"there is no {kind} called {name} in this edition", near(name, known) or f"such as {next(iter(known))}")
        for kind, names, known in (("area", options.area, tuple(k.areas)), ("setting", options.setting, tuple(local)))
        for name in names
        if name not in known
    ]
    if unknown:
        raise Refused(unknown)
    found = handouts(k, today, tally(k, today), options.area or None, options.setting or None)
    allowed = [(handout, may_print(k.edition, handout)) for handout in found]
    if refused := [handout for handout, may in allowed if not may]:
        say(f"not printed, because this edition prints confirmed contact points only (print_unconfirmed: false): {count(len(refused), 'handout')}")
        for handout in refused[:NAMED]:
            say(f"  {handout.title}: confirm {listing(handout.unconfirmed)}")
        if len(refused) > NAMED:
            say(f"  and {len(refused) - NAMED} more")
    return k, tuple(handout for handout, may in allowed if may)
