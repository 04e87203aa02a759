"""`python -m scripts agree`: show what differs from the register of agreed values, and agree to it.

The register (pathways/agreed.txt, see scripts/agreed.py) catches slips of the finger: a value that changed and that nobody agreed to is
refused by the check. After a change that is meant this command shows every difference, asks, and writes the register.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from scripts import agreed, files
from scripts.build import day_of_build, prose_of
from scripts.load import Knowledge, load
from scripts.pages.site import site_paths
from scripts.problem import Refused
from scripts.prose import read_texts
from scripts.rules import check
from scripts.rules.case import Case


def arguments(parser: argparse.ArgumentParser) -> None:
    """The command's own arguments."""
    parser.add_argument("--yes", action="store_true", help="agree without being asked")


def run(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Show the differences and write the register; 0 if everything is agreed then, 1 if nobody agreed.

    Raises:
        Refused: with every problem, while any other rule is broken; nothing is written then.
    """
    k = _sound(root)
    place = root / agreed.FILE
    register = place.read_text(encoding="utf-8", errors="replace") if place.exists() else ""
    wanted = agreed.text(k)
    if register == wanted:
        say("every value is as agreed")
        return 0
    found = agreed.differences(k, register) if register.strip() else ()
    for path, differences in groupby(found, key=lambda difference: difference.path):
        print(path)
        for difference in differences:
            print(f"  {difference.says}")
    say(f"{len(found)} {'difference' if len(found) == 1 else 'differences'}" if register.strip() else "there is no register yet")
    if not (options.yes or _asked(say)):
        return 1
    files.write(place, wanted.encode())
    say(f"agreed: {agreed.FILE} is written; commit it with the change")
    return 0


def _sound(root: Path) -> Knowledge:
    """The knowledge, if every rule but the register's own holds."""
    k, texts = load(root), read_texts(root)
    if problems := check(Case(k, day_of_build(), texts, site_paths(k, prose_of(texts), day_of_build()))):
        raise Refused(problems)
    return k


def _asked(say: Callable[[str], None]) -> bool:
    """Whether a person at the terminal agrees. Where nobody can be asked, nobody does."""
    if not sys.stdin.isatty():
        say("nothing was written; look at the differences, then run it again with --yes")
        return False
    print("Is every one of these meant? Compare each with its source first. [y/N] ", end="", flush=True)
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    say("nothing was written")
    return False
