"""`python -m scripts new edition NAME`: the file of a new edition, with a note for every key that it leaves out.

Nothing is written unless the edition that the file would make breaks no rule.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import wrap

from scripts import build, files
from scripts.load import FOLDER, NUMBER_LIKE, assemble, read_folder
from scripts.model import Edition
from scripts.pages.site import site_paths
from scripts.problem import Problem, Refused
from scripts.prose import read_texts
from scripts.rules import check
from scripts.rules.case import Case
from scripts.rules.words import schema_line
from scripts.upkeep.edit import HERE, problem

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TRIED = "new-edition"
"""The name under which a file is tried whose own name cannot be used, so that whatever else is wrong comes to light too."""
OFFLINE = "-offline"
"""The end of the folder that the pages of an offline bundle are rendered into (scripts.build.rendered_in)."""
EXIT_PAGE = "https://www.bbc.co.uk/weather"
WAITING: Mapping[str, str] = {
    "owner": "owner: The name of your organisation",
    "mailbox": "mailbox: safeguarding@example.org",
    "base_address": "base_address: https://prevent.example.org/",
    "colour": 'colour: "#1f4e79"',
    "about": "about:\n  - Who you are, and for whom you publish this.",
    "accessibility": "accessibility:\n  prepared: {today}\n  complies: partly\n  not_accessible:\n    - What somebody cannot do, and why.\n"
    "  answer_within: 5 working days\n  public_body: true",
    "home_text": "home_text: What you say to your own staff at the top of the home page.",
    "areas": "areas: [barnet, haringey]",
    "settings": "settings: [school, gp]",
    "downloads": "downloads: areas",
    "print_unconfirmed": "print_unconfirmed: false",
}
"""What a key that was left out looks like, for the keys that are simple."""
CHOSEN = ("exit_page", "policy")
"""Keys that stand in the file though nobody gave them: they get their note too."""
LATER = ("sources", "contacts", "steps")
"""Your own contact points and steps: a whole record each."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes. What a value may be is the model's and the rules' to say, all at once."""
    parser.add_argument("what", choices=["edition"], help="edition: one organisation's build")
    parser.add_argument("slug", metavar="NAME", help="what the edition is called in commands and folders, such as barnet-council")
    parser.add_argument("--name", help="the site's name, such as “Prevent Pathways, Barnet”")
    parser.add_argument("--owner", help="the organisation that answers for it")
    parser.add_argument("--mailbox", help="its role mailbox")
    parser.add_argument("--base-address", metavar="ADDRESS", help="where the site will stand: https://…/")
    parser.add_argument("--colour", metavar="COLOUR", help="the header's ground, such as #1f4e79, in quotes")
    parser.add_argument("--areas", metavar="A,B", help="the areas it has pages for: barnet,haringey (left out: all)")
    parser.add_argument("--settings", metavar="A,B", help="the settings it has pages for: school,gp (left out: all)")
    parser.add_argument("--policy", default="draft", help="draft (left out), confirmed-core or confirmed-only")
    parser.add_argument("--fictional", action="store_true", help="an invented edition, with addresses on example.org, to try things out")


def run(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Write the file, and say what comes next.

    Raises:
        Refused: the name cannot be used, a value is none, or the edition would break a rule. Every problem, and nothing is written.
    """
    today = build.day_of_build()
    content = text(options, today.isoformat()).encode()
    wrong = tuple(_name(root, options.slug))
    slug = TRIED if wrong else options.slug
    path = f"{FOLDER}/editions/{slug}.yml"
    if not options.name:
        wrong += (problem("missing-name", "the edition has no name", 'add --name "Prevent Pathways, …"; it stands in the header of every page'),)
    found = {name: file for name, file in read_folder(root).items() if isinstance(file, bytes)}
    try:
        k, texts = assemble({**found, path: content}, slug), read_texts(root)
        broken = check(Case(k, today, texts, site_paths(k, build.prose_of(texts), today)))
    except Refused as refused:
        broken = refused.problems
    if wrong or broken:
        raise Refused((*wrong, *(_typed(found) if found.path == path else found for found in broken)))
    files.write(root / path, content)
    say(f"wrote {path}. Open it in an editor: it explains each key that you left out")
    for what, command in (("check it", "check"), ("look at it", "serve"), ("build it", "build")):
        say(f"{what}: python3 -m scripts {command} --edition {slug}")
    return 0


def _name(root: Path, slug: str) -> Iterator[Problem]:
    """What is wrong with the name of the new file."""
    if not SLUG.fullmatch(slug):
        better = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-")
        tip = f"write {better}" if better else "write a word, such as barnet-council"
        yield problem("edition-name", f"“{slug}” cannot be a name: it takes small letters, digits and single hyphens", tip)
    elif slug.endswith(OFFLINE):
        yield problem("edition-name", f"no edition's name ends in {OFFLINE}: the offline bundle uses that folder", "take another name")
    elif (root / FOLDER / "editions" / f"{slug}.yml").exists():
        tip = "take another name, or open that file in an editor and change it"
        yield problem("edition-name", f"there is an edition called {slug} already: {FOLDER}/editions/{slug}.yml", tip)


def _typed(found: Problem) -> Problem:
    """A problem of the file that is not there yet: it was typed."""
    return replace(found, path=HERE, line=1, column=1, at="")


def text(options: argparse.Namespace, today: str) -> str:
    """The file: what was given, and a note and an example for each key that was not."""
    given = {
        "name": _words(options.name or "Prevent Pathways"),
        "owner": _words(options.owner),
        "mailbox": _words(options.mailbox),
        "base_address": _words(options.base_address),
        "fictional": "true" if options.fictional else None,
        "colour": _words(options.colour),
        "exit_page": EXIT_PAGE,
        "policy": _id(options.policy),
        "areas": _ids(options.areas),
        "settings": _ids(options.settings),
    }
    lines = [
        schema_line(f"{FOLDER}/editions/x.yml"),
        *_note("A line that begins with # is a note, or a key that waits: take the # and the space away, and fill it in."),
    ]
    for key, field in Edition.model_fields.items():
        if (value := given.get(key)) is not None:
            lines += [*(["", *_note(field.description or "")] if key in CHOSEN else []), f"{key}: {value}"]
        elif key in WAITING:
            example = WAITING[key].format(today=today)
            lines += ["", *_note(field.description or ""), *(f"# {line}" for line in example.split("\n")), ""]
    lines += ["", *_note(f"Your own contact points and steps ({', '.join(LATER)}): {FOLDER}/editions/example.yml shows a whole one of each.")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)) + "\n"


def _note(sentence: str) -> Sequence[str]:
    return [f"# {line}" for line in wrap(" ".join(sentence.split()), 118)]


def _words(value: str | None) -> str | None:
    """A text in quotes, which YAML and JSON write alike. What nobody can print goes in as an escape, for `load` to refuse."""
    return value if value is None else json.dumps(value, ensure_ascii=not value.isprintable())


def _id(value: str) -> str:
    return value if SLUG.fullmatch(value) and not NUMBER_LIKE.fullmatch(value) else json.dumps(value)


def _ids(value: str | None) -> str | None:
    """A list as typed, with commas or spaces between, as YAML has it in one line."""
    words = [_id(word) for word in re.split(r"[,\s]+", value or "") if word]
    return f"[{', '.join(words)}]" if words else None
