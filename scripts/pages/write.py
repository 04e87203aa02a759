"""Puts rendered pages and assets into the folder MkDocs reads: only what changed, and never a file it did not write."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.files import write

MANIFEST = ".manifest.json"
"""Lists what the last run wrote, with each file's hash, so that the next can tell what to change and what to remove."""


@dataclass(frozen=True)
class Written:
    """What a run did: how many files it wrote, left as they were, and removed."""

    wrote: int
    kept: int
    removed: int


class Occupied(Exception):
    """A file stands where a page should go, and this program did not write it."""


def write_files(folder: Path, files: Mapping[str, bytes]) -> Written:
    """Make `folder` hold `files` (by path inside it).

    A file is written only when its bytes differ, whole or not at all; what the last run wrote and this one does not make is
    removed; a file that no run wrote is never touched.

    Raises:
        Occupied: when such a file stands where a page should go. Nothing is written then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = read_manifest(folder)
    strangers = [name for name in files if name not in before and (folder / name).exists() and (folder / name).read_bytes() != files[name]]
    if strangers:
        raise Occupied(f"{folder.name}/{strangers[0]} was not written by this program; move it away, then run the command again")
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    gone = [name for name in before if name not in files]
    wrote = 0
    if hashes != before:  # claims the new names before they are written, so that a run after a stopped one knows them for its own
        same = {name: hashes[name] if hashes.get(name) == before.get(name) else "" for name in {**before, **hashes}}
        write(folder / MANIFEST, _listed(same))
    for name, content in files.items():
        path = folder / name
        if before.get(name) == hashes[name] and path.is_file():
            continue
        if not (path.is_file() and path.read_bytes() == content):
            write(path, content)
            wrote += 1
    for name in gone:
        (folder / name).unlink(missing_ok=True)
        _remove_empty(folder, (folder / name).parent)
    if hashes != before:
        write(folder / MANIFEST, _listed(hashes))
    return Written(wrote, len(files) - wrote, len(gone))


def read_manifest(folder: Path) -> dict[str, str]:
    """What the last run wrote: paths and hashes. Empty where there is no list, or it cannot be read."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _listed(hashes: Mapping[str, str]) -> bytes:
    return json.dumps(hashes, indent=0, sort_keys=True).encode()


def _remove_empty(top: Path, folder: Path) -> None:
    while folder != top and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
