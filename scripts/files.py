"""Reading and writing files so that a stop at any moment leaves them whole: one file, several files as one change, a folder in another's place."""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

JOURNAL = ".change.json"
"""Names the files of a change that has begun. Whoever finds it finishes the change."""
NEW = ".new"

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
"""linux/fcntl.h and linux/fs.h: what renameat2 is told to exchange two names in one step."""


def text(path: Path) -> str:
    """What stands in a file; nothing where it is missing."""
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""


def sum_of(folder: Path) -> str:
    """The SHA-256 of every file in a folder with its name: another one as soon as one of them is not as it was."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found.update(f"{path.relative_to(folder).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return found.hexdigest()


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}{NEW}")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def write_all(root: Path, files: Mapping[str, bytes | None]) -> None:
    """Change several files (by path from `root`; None removes one) as one: all of them, or none, or `finish` does the rest.

    First every new content is laid beside its file, then the journal says which; from there on the change is made.
    """
    for name, content in files.items():
        if content is not None:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            _put(_beside(root / name), content)
    write(root / JOURNAL, json.dumps({name: content is not None for name, content in files.items()}, sort_keys=True).encode())
    finish(root)


def finish(root: Path) -> bool:
    """Finish a change that was stopped midway; returns whether there was one. Every command asks this first."""
    journal = root / JOURNAL
    try:
        names: dict[str, bool] = json.loads(journal.read_bytes())
    except FileNotFoundError:
        return False
    for name, kept in names.items():
        laid = _beside(root / name)
        if not kept:
            (root / name).unlink(missing_ok=True)
        elif laid.exists():
            os.replace(laid, root / name)
    journal.unlink()
    return True


def swap_in(fresh: Path, place: Path) -> None:
    """Put a finished folder in another's place; the one that stood there is removed.

    On Linux the two change places in one step, so that `place` is never missing. Elsewhere there are two steps, and
    `restore` puts the old folder back if the program was stopped between them.
    """
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        if _exchange(fresh, place):
            fresh.rename(old)
        else:
            place.rename(old)
            fresh.rename(place)
    else:
        fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def restore(place: Path) -> None:
    """Put back the folder that a stopped `swap_in` left aside, where nothing stands in its place."""
    old = place.with_name(f".{place.name}.old")
    if old.exists() and not place.exists():
        old.rename(place)


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.change")


def _put(path: Path, content: bytes) -> None:
    """Write through to the disk, so that a name never leads to half a file."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _exchange(one: Path, other: Path) -> bool:
    """Let two names change places in one step; False where this system cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return bool(renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0)
