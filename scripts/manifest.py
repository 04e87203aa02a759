"""The manifest of a finished site: each of its files with size and SHA-256, so that a tampered or half-copied one can be told from a good one.

It lies in the site as `.manifest.json`; the settings we write for servers give out no such name. Nothing in it comes from a clock:
the same source and the same day give the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from scripts.files import write
from scripts.pages.data import V1

MANIFEST = ".manifest.json"
VERSION = 1
UNKNOWN = "unknown"
CHUNK = 1 << 20

SETTINGS = frozenset({"web.config", ".htaccess", "_headers", "staticwebapp.config.json"})
"""Files that /publish/ says to lay beside the pages. They are no part of a built site, so nothing here can judge them."""
WELL_KNOWN = ".well-known/"
"""Where `deploy` adds security.txt (RFC 8615)."""


@dataclass(frozen=True)
class Entry:
    """What a file must be."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a manifest says. `revision` is a commit or "unknown"; `clean`: whether nothing was changed since it; None where unknown."""

    edition: str
    data_date: str
    revision: str
    clean: bool | None
    builder: str
    files: Mapping[str, Entry]


class Damaged(Exception):
    """There is no manifest, or it cannot be read; says so in a sentence, with the cure."""


@dataclass(frozen=True)
class Verdict:
    """How a copy differs from what was built: paths from its root, sorted. `others` stand there and cannot be judged."""

    manifest: Manifest
    fingerprint: str
    """The SHA-256 of the manifest itself."""
    missing: tuple[str, ...]
    changed: Mapping[str, str]
    """Path to what is wrong with it."""
    extra: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def good(self) -> bool:
        """Whether every file is there, as it was built, and no other."""
        return not (self.missing or self.changed or self.extra)


# --- making one --------------------------------------------------------------------------------------------------------


def lay(site: Path, root: Path, builder: str) -> Manifest:
    """Write the manifest of a finished site into it, in the place of one that lies there.

    Args:
        site: the site; its edition and the date of its data are read from its own open data.
        root: the project's folder, for the source revision.
        builder: what built it, with its version.
    """
    made = Manifest(*_head(site), *source(root), builder, entries(site))
    write(site / MANIFEST, text(made))
    return made


def entries(folder: Path) -> dict[str, Entry]:
    """Every file below a folder but its manifest, by path, sorted."""
    return {name: _entry(folder / name) for name in sorted(_names(folder) - {MANIFEST})}


def text(manifest: Manifest) -> bytes:
    """The manifest as JSON, a file a line."""
    head = {
        "manifest": VERSION,
        "edition": manifest.edition,
        "data_date": manifest.data_date,
        "source": {"revision": manifest.revision, "clean": manifest.clean},
        "builder": manifest.builder,
    }
    files = ",\n".join(f"  {json.dumps(name)}: {json.dumps(vars(entry))}" for name, entry in sorted(manifest.files.items()))
    return f'{json.dumps(head, indent=1)[:-2]},\n "files": {{\n{files}\n }}\n}}\n'.encode()


def sums(files: Mapping[str, Entry]) -> bytes:
    """The hashes as `sha256sum --check` reads them."""
    return "".join(f"{entry.sha256}  {name}\n" for name, entry in sorted(files.items())).encode()


def source(root: Path) -> tuple[str, bool | None]:
    """The commit that `root` stands at, and whether nothing was changed since; "unknown" and None where it is no clone of its own."""
    try:
        top, head, status = (
            subprocess.run(["git", "--no-optional-locks", "-C", str(root), *words], capture_output=True, text=True)
            for words in (("rev-parse", "--show-toplevel"), ("rev-parse", "--verify", "HEAD"), ("status", "--porcelain"))
        )
    except OSError:
        return UNKNOWN, None
    if top.returncode or head.returncode or status.returncode or Path(top.stdout.rstrip("\n")).resolve() != root.resolve():
        return UNKNOWN, None
    return head.stdout.strip(), not status.stdout


def _head(site: Path) -> tuple[str, str]:
    """The edition's id and the date of the data, as the site's own open data say it."""
    try:
        found = json.loads((site / V1 / "index.json").read_bytes())
    except FileNotFoundError:
        return UNKNOWN, UNKNOWN
    return found["edition"]["id"], found["data_date"]


def _entry(path: Path) -> Entry:
    with path.open("rb") as file:
        return _measured(file)


def _measured(file: IO[bytes] | gzip.GzipFile, most: int | None = None) -> Entry:
    """Size and hash of what a file holds. Where it holds more than `most` bytes it is read no further: a small gz can unpack to gigabytes."""
    digest, count = hashlib.sha256(), 0
    while chunk := file.read(CHUNK):
        digest.update(chunk)
        count += len(chunk)
        if most is not None and count > most:
            break
    return Entry(count, digest.hexdigest())


def _names(folder: Path) -> set[str]:
    """Every file below a folder, by its path from there. A link to a folder counts as a file: we make none."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}


# --- judging a copy ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copy:
    """A folder or a zip: the files in it by path from the site's root, those that stand in it twice, and how to open one."""

    called: str
    names: frozenset[str]
    twice: frozenset[str]
    open: Callable[[str], IO[bytes]]


@contextmanager
def opened(place: Path) -> Iterator[Copy]:
    """A folder or a zip to be judged.

    Raises:
        Damaged: there is no such thing, or it is a file and no whole zip.
    """
    if place.is_dir():
        yield Copy(f"{place.name or place}/", frozenset(_names(place)), frozenset(), lambda name: (place / name).open("rb"))
        return
    if not place.exists():
        raise Damaged(f"There is no {place}. Give the folder that holds the site, or the zip.")
    try:
        archive = zipfile.ZipFile(place)
    except (zipfile.BadZipFile, OSError) as error:
        raise Damaged(f"{place.name} cannot be read as a zip: it is damaged, or was copied in part. Copy it again.") from error
    with archive:
        times = Counter(info.filename for info in archive.infolist() if not info.is_dir())
        top = min((name.removesuffix(MANIFEST) for name in times if f"/{name}".endswith(f"/{MANIFEST}")), key=len, default="")
        inside = {name.removeprefix(top) if name.startswith(top) else f"../{name}": name for name in times}
        twice = frozenset(name for name, whole in inside.items() if times[whole] > 1)
        yield Copy(place.name, frozenset(inside), twice, lambda name: archive.open(inside[name]))


def verify(copy: Copy) -> Verdict:
    """Compare a copy with the manifest in it.

    A compressed copy beside a file (`name.gz`) is good when it unpacks to that file; `deploy` makes them.

    Raises:
        Damaged: the manifest is missing or cannot be read.
    """
    content = _manifest(copy)
    manifest = read(content, copy.called)
    wanted = {**manifest.files, MANIFEST: Entry(len(content), hashlib.sha256(content).hexdigest())}
    changed = {name: why for name in sorted(copy.names) if (why := _fault(copy, wanted, name))}
    beyond = sorted(name for name in copy.names - wanted.keys() if not _compressed(wanted, name))
    others = tuple(name for name in beyond if name in SETTINGS or name.startswith(WELL_KNOWN))
    return Verdict(
        manifest,
        wanted[MANIFEST].sha256,
        tuple(sorted(wanted.keys() - copy.names)),
        changed,
        tuple(name for name in beyond if name not in others),
        others,
    )


def _manifest(copy: Copy) -> bytes:
    if MANIFEST not in copy.names:
        inner = min((name.removesuffix(f"/{MANIFEST}") for name in copy.names if name.endswith(f"/{MANIFEST}")), key=len, default="")
        tip = f"Give the folder {inner} in it" if inner else "Copy the site again with the files whose names start with a dot, or build it again"
        raise Damaged(f"{copy.called} holds no {MANIFEST}, so nothing can be compared. {tip}.")
    try:
        with copy.open(MANIFEST) as file:
            return file.read()
    except (OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise Damaged(f"{MANIFEST} in {copy.called} cannot be read. Copy the site again.") from error


def read(content: bytes, called: str) -> Manifest:
    """A manifest from its bytes. `called`: the copy it lies in, for the sentence.

    Raises:
        Damaged: it is not what `lay` writes.
    """
    try:
        found = json.loads(content)
        if found["manifest"] != VERSION:
            raise ValueError
        files = {name: _listed(name, entry) for name, entry in found["files"].items()}
        made = Manifest(found["edition"], found["data_date"], found["source"]["revision"], found["source"]["clean"], found["builder"], files)
        words = (made.edition, made.data_date, made.revision, made.builder)
        if not all(isinstance(word, str) for word in words) or made.clean not in (True, False, None):
            raise ValueError
        if text(made) != content:  # nothing in it but what was read
            raise ValueError
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged(f"{MANIFEST} in {called} is damaged: it is not as it was written. Copy the site again, or build it again.") from error
    return made


def _listed(name: str, entry: Any) -> Entry:
    """An entry of the list. A name that leads out of the folder is refused: it would have us read what is none of the site's."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or str(path) != name or "\\" in name or re.match("[A-Za-z]:", name):
        raise ValueError(name)
    if not re.fullmatch("[0-9a-f]{64}", entry["sha256"]) or type(entry["bytes"]) is not int or entry.keys() != {"bytes", "sha256"}:
        raise ValueError(name)
    return Entry(entry["bytes"], entry["sha256"])


def _compressed(wanted: Mapping[str, Entry], name: str) -> Entry | None:
    """What a compressed copy must unpack to; None where the name is not that of one."""
    return wanted.get(name.removesuffix(".gz")) if name.endswith(".gz") else None


def _fault(copy: Copy, wanted: Mapping[str, Entry], name: str) -> str:
    """What is wrong with a file that is there; nothing where it is good, or is not wanted at all."""
    if name in copy.twice:
        return "it is in the zip twice"
    itself, plain = wanted.get(name), _compressed(wanted, name)
    try:
        if itself:
            with copy.open(name) as file:
                found = _measured(file, itself.bytes)
            if found == itself:
                return ""
        if plain:
            with copy.open(name) as file, gzip.open(file) as unpacked:
                return "" if _measured(unpacked, plain.bytes) == plain else f"it does not unpack to {name.removesuffix('.gz')}"
    except EOFError:
        return "it ends too early"
    except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zlib.error) as error:
        return f"it cannot be read ({getattr(error, 'strerror', None) or 'damaged'})"
    if not itself:
        return ""
    if found.bytes < itself.bytes:
        return f"it ends after {found.bytes:,} of {itself.bytes:,} bytes"
    return "it is longer than it was" if found.bytes > itself.bytes else "what stands in it is not what was built"
