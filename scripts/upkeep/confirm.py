"""`python -m scripts confirm ID --how phone --by "Prevent coordinator"`: write down that somebody checked a contact point with its owner.

`--sheet` prints what to dial and to ask, `--from` takes the answers back.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts import build
from scripts.model import CONFIRMING_ROLES, VALUE_FIELDS
from scripts.problem import Problem, Refused
from scripts.upkeep import sheet
from scripts.upkeep.checks import HOWS, Check, Given, confirm, told
from scripts.upkeep.edit import Edit, problem
from scripts.upkeep.withdraw import the_day


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("id", metavar="ID", nargs="?", help="the contact point, such as barnet-mash")
    parser.add_argument("--how", choices=HOWS, help="how its owner was asked")
    parser.add_argument("--by", metavar="ROLE", help=f"the role of the person who asked, never a name: {', '.join(CONFIRMING_ROLES)}")
    parser.add_argument("--on", metavar="DATE", type=the_day, help="the day of the check, such as 2026-12-01 (left out: today)")
    parser.add_argument("--phone", help="the number as its owner said it; another one than shown changes it")
    parser.add_argument(
        "--alternative", action="append", metavar="PHONE", help="a further number of the same line; all of them, where there are more"
    )
    parser.add_argument("--sms", help="the number for text messages")
    parser.add_argument("--email", help="the role's mailbox")
    parser.add_argument("--page", help="the form or page")
    parser.add_argument("--hours-text", help="the opening times, in plain words")
    parser.add_argument("--only", action="append", choices=VALUE_FIELDS, default=[], help="check only this value; may be given more than once")
    parser.add_argument("--covers", nargs="+", metavar="AREA/SLOT", default=[], help="what was asked about, such as barnet/children (left out: all)")
    many = parser.add_argument_group("many at once")
    many.add_argument("--sheet", action="store_true", help="print a call sheet as CSV: what to dial, what to ask, and blanks for the answers")
    many.add_argument("--area", help="--sheet: the area; left out, every area and the national lines")
    many.add_argument("--edition", default="london", help="--sheet: the edition")
    many.add_argument("--csv", metavar="FILE", type=Path, help="--sheet: write it there")
    many.add_argument("--from", dest="answers", metavar="FILE", type=Path, help="take the answers of a sheet back: all of them, or none")


def run(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Write down one check, print a sheet, or take one back; then tell what changes on the site.

    Raises:
        Refused: with every problem; nothing was changed then.
    """
    today = build.day_of_build()
    if options.sheet:
        return sheet.write(root, options, today, say)
    edit = Edit(root, today)
    if options.answers:
        return sheet.take(edit, options, say)
    if problems := tuple(_missing(options)):
        raise Refused(problems)
    typed = {"phone": options.phone, "sms": options.sms, "email": options.email, "page": options.page, "hours_text": options.hours_text,
             "phone_alternatives": tuple(options.alternative or ())}  # fmt: skip
    new: dict[str, Given] = {name: value for name, value in typed.items() if value}
    only = tuple(dict.fromkeys((*options.only, *new)))
    wanted = Check(options.id, options.how, options.by, options.on or today, new, only, tuple(options.covers))
    if problems := tuple(confirm(edit, wanted)):
        raise Refused(problems)
    after = edit.after()
    edit.commit(after)
    for line in told(edit.before, after, (options.id,)):
        say(line)
    return 0


def _missing(options: argparse.Namespace) -> Iterator[Problem]:
    for name, tip in (("id", "name the contact point: confirm barnet-mash …"), ("how", f"write --how {' | '.join(HOWS)}"),
                      ("by", f"write --by and one of {', '.join(CONFIRMING_ROLES)}")):  # fmt: skip
        if not getattr(options, name):
            yield problem("missing", f"{'the id' if name == 'id' else f'--{name}'} is missing", tip)
