"""`python -m scripts permalinks --release NAME`: promise today's addresses and anchors for ever. Run it before a release is tagged."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable
from pathlib import Path

from scripts import build, files, permalinks
from scripts.pages.words import count


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--release", required=True, type=release, metavar="NAME", help="what the release will be called, such as 2026.11")


def release(name: str) -> str:
    """The name, if it can stand in the file's heading and be a tag."""
    if not permalinks.RELEASE.fullmatch(name):
        raise argparse.ArgumentTypeError(f"{name!r} cannot be a release's name: use letters, digits, dots and hyphens, such as 2026.11")
    return name


def run(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Add what answers today to pathways/permalinks.txt; nothing is ever taken out. Makes no tag.

    Raises:
        Refused: when the data breaks a rule, the file is damaged, or something promised earlier no longer answers.
    """
    case = build.checked(root)
    text = case.promised or ""
    if not text:
        say(f"there is no {permalinks.FILE}: a new one is begun. If there was one, restore it from git instead")
        case = dataclasses.replace(case, promised=None)
    before = permalinks.promised(text)
    after = permalinks.joined(before, permalinks.answering(build.render_files(case, root=root)))
    files.write_all(root, {permalinks.FILE: permalinks.compose(after, options.release).encode()})
    new = len(after) - len(before)
    more = sum(map(len, after.values())) - sum(map(len, before.values()))
    told = f"{count(new, 'new address', 'new addresses')} and {count(more, 'new anchor')}"
    say(f"{permalinks.FILE}: {told}; {len(after)} addresses answer for ever from {options.release} on")
    return 0
