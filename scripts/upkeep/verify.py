"""`python -m scripts verify FOLDER|ZIP`: whether a copy of the site is what was built: nothing missing, nothing changed, nothing more."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

from scripts import manifest
from scripts.manifest import Damaged, Manifest, Verdict
from scripts.pages.words import count, day


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("copy", metavar="FOLDER|ZIP", type=Path, help="a built site, a copy of it on a server or a share, or a bundle")


def run(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Say what is wrong, a line each; 0 when nothing is, else 1."""
    try:
        with manifest.opened(options.copy) as copy:
            called, verdict = copy.called, manifest.verify(copy)
    except Damaged as damaged:
        print(damaged)
        return 1
    for line in told(verdict):
        print(line)
    print(f"{called} is {summary(verdict)}")
    if verdict.good:
        print(f"The fingerprint of its manifest is {verdict.fingerprint}. Whoever published it can tell you whether it is theirs.")
    return int(not verdict.good)


def told(verdict: Verdict) -> Iterator[str]:
    """Each file that is not as it was built."""
    yield from (f"missing: {printable(name)}" for name in verdict.missing)
    yield from (f"changed: {printable(name)}: {why}" for name, why in verdict.changed.items())
    yield from (f"not built by us: {printable(name)}" for name in verdict.extra)
    yield from (f"not judged: {printable(name)} was added for a server" for name in verdict.others)


def printable(name: str) -> str:
    """A name as a terminal can show it: a copy may hold names with control characters."""
    return name if name.isprintable() else ascii(name)


def summary(verdict: Verdict) -> str:
    """The outcome, and what the copy is."""
    if verdict.good:
        return f"as it was built: {count(len(verdict.manifest.files), 'file')}, {described(verdict.manifest)}."
    counts = f"{len(verdict.missing)} missing, {len(verdict.changed)} changed, {len(verdict.extra)} too many"
    return f"NOT as it was built: {counts}; it should be {count(len(verdict.manifest.files), 'file')}, {described(verdict.manifest)}. Copy it again."


def described(made: Manifest) -> str:
    """Edition, date and source in words."""
    try:
        dated = day(datetime.date.fromisoformat(made.data_date))
    except ValueError:
        dated = "an unknown day"
    state = {True: "", False: " with changes not yet committed", None: ""}[made.clean]
    return f"edition {made.edition}, data of {dated}, source revision {made.revision}{state}, built with {made.builder}"
