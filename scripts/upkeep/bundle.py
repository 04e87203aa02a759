"""`python -m scripts bundle`: the site as a zip that opens without a server: from a file share, a mapped drive, a memory stick."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable
from pathlib import Path

from scripts import build, bundle
from scripts.load import EDITION
from scripts.pages.write import Occupied
from scripts.problem import Problem, Refused


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--edition", default=EDITION, help="which file of pathways/editions/ (left out: london)")
    parser.add_argument(
        "--to", metavar="FILE", type=Path, help="the zip to write, or a folder for it (left out: prevent-pathways-<edition>-<date>.zip here)"
    )


def run(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Make the zip.

    Raises:
        Refused: the data are not sound, or the zip cannot be written. The last good zip stays.
    """
    say("checking and rendering")
    case = build.checked(root, build.day_of_build(), options.edition)
    target = place(root, options.to, f"{bundle.called(options.edition, case.today)}.zip")
    try:
        pages = bundle.bundle(root, case, target, say)
    except Occupied as occupied:
        say(str(occupied))
        return 1
    except SystemExit as stopped:
        say(f"MkDocs stopped: {stopped}; no zip was written")
        return 1
    except OSError as error:
        raise Refused([unwritable(target, error.strerror or str(error))]) from error
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    say(f"{target.name}: {pages} pages, {target.stat().st_size / 1e6:.1f} MB; unpack it anywhere and open START-HERE.html")
    print(f"{digest}  {target.name}")
    return 0


def place(root: Path, to: Path | None, name: str) -> Path:
    """Where the zip goes.

    Raises:
        Refused: its folder is not there.
    """
    target = root / name if to is None else to / name if to.is_dir() else to
    if not target.parent.is_dir():
        raise Refused([unwritable(target, f"there is no folder {target.parent}")])
    return target


def unwritable(target: Path, why: str) -> Problem:
    """The problem that a zip cannot be written, with the cure."""
    return Problem(str(target), 1, 1, "not-written", f"the zip cannot be written: {why}", "give a place with --to where you may write")
