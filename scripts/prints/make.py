"""What can be made of a handout, and the making of many: each file once, kept by its content, side by side on every core.

The table ARTEFACTS is the only list of what there is to print; the pages, the build and `python -m scripts print` all read it.
"""

from __future__ import annotations

import concurrent.futures
import functools
import hashlib
import importlib.metadata
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts import files
from scripts.model import Edition
from scripts.pages.handouts import Handout, card_path
from scripts.prints.cards import FOLDER, TooLong, card, poster, wallet

CACHE = Path(".cache") / "prints"
KEPT_DAYS = 14
"""How long the cache keeps a file that nobody asks for. Every day has its own: the day stands on each."""
ALONE = 3
"""Up to this many files are made here; for more it pays to start a process a core."""
FAMILY = ("typst", "segno", "python-pptx", "lxml")
"""The packages whose versions show in the bytes they make."""


def _slide(handout: Handout) -> bytes:
    from scripts.prints.slides import slide  # imported here: pages name the files, and need nothing that makes them

    return slide(handout)


@dataclass(frozen=True)
class Artefact:
    """One kind of file: how its name ends, what a link to it says, and what makes it."""

    name: str
    suffix: str
    title: str
    make: Callable[[Handout], bytes]


ARTEFACTS: tuple[Artefact, ...] = (
    Artefact("card-a6", "pdf", "Card, A6", card),
    Artefact("card-wallet", "pdf", "Wallet card, two sides", wallet),
    Artefact("poster-a4", "pdf", "Poster, A4", poster),
    Artefact("slide", "pptx", "Slide, 16:9", _slide),
)


@dataclass(frozen=True)
class Job:
    """One file to be made."""

    handout: Handout
    artefact: Artefact

    @property
    def name(self) -> str:
        """barnet-school-card-a6.pdf."""
        return f"{self.handout.slug}-{self.artefact.name}.{self.artefact.suffix}"

    @property
    def path(self) -> str:
        """Where it stands, from the root of a site: cards/barnet/school/barnet-school-card-a6.pdf."""
        return f"{card_path(self.handout.area_slug, self.handout.setting_slug)}{self.name}".lstrip("/")

    @property
    def key(self) -> str:
        """What its bytes hang on: the words, the templates and programs, and the packages that make it."""
        return hashlib.sha256(f"{_makers()}\n{self.artefact.name}\n{self.handout!r}".encode()).hexdigest()


@dataclass(frozen=True)
class Made:
    """A finished file, and whether it had to be made."""

    job: Job
    content: bytes
    fresh: bool


def jobs(handouts: Iterable[Handout]) -> tuple[Job, ...]:
    """Every file of the handouts."""
    return tuple(Job(handout, artefact) for handout in handouts for artefact in ARTEFACTS)


def may_print(edition: Edition, handout: Handout) -> bool:
    """Whether an edition prints a handout: one with unconfirmed contact points only where its policy lets it (Edition.print_unconfirmed)."""
    return edition.print_unconfirmed or not handout.unconfirmed


def offered(edition: Edition, handout: Handout) -> tuple[Job, ...]:
    """The files that the handout's page links to in an edition, and that stand beside it."""
    wanted = edition.downloads == "all" or (edition.downloads == "areas" and handout.setting_slug is None)
    return jobs([handout]) if wanted and may_print(edition, handout) else ()


def made(wanted: Sequence[Job], cache: Path) -> Iterator[Made]:
    """Make files, or take them from the cache, in any order.

    Raises:
        TooLong: when the words of a handout fit no size. What was made before stays in the cache.
    """
    missing = []
    for job in wanted:
        kept = cache / job.key
        if kept.is_file():
            os.utime(kept)
            yield Made(job, kept.read_bytes(), False)
        else:
            missing.append(job)
    for job, content in _side_by_side(missing):
        files.write(cache / job.key, content)
        yield Made(job, content, True)
    if missing:
        _tidy(cache)


def once(cache: Path, key: str, make: Callable[[], bytes]) -> bytes:
    """A file from the cache, or made now. `key`: all that its bytes hang on, but for the templates, programs and packages that make it."""
    place = cache / hashlib.sha256(f"{_makers()}\n{key}".encode()).hexdigest()
    if not place.is_file():
        files.write(place, make())
    os.utime(place)
    return place.read_bytes()


def _side_by_side(wanted: Sequence[Job]) -> Iterator[tuple[Job, bytes]]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if len(wanted) <= ALONE or cores == 1:
        yield from ((job, job.artefact.make(job.handout)) for job in wanted)
        return
    # A new process each, not a copy of this one: the compiler keeps threads, and threads do not survive copying.
    with concurrent.futures.ProcessPoolExecutor(cores, multiprocessing.get_context("spawn")) as pool:
        waiting = {pool.submit(job.artefact.make, job.handout): job for job in wanted}
        try:
            for done in concurrent.futures.as_completed(waiting):
                yield waiting[done], done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@functools.cache
def _makers() -> str:
    """What makes the files, as one sum: our templates and programs, and the versions of the packages."""
    ours = [path for folder in (FOLDER, Path(__file__).parent) for path in sorted(folder.iterdir()) if path.is_file()]
    sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in ours]
    return "\n".join([*sums, *(f"{name} {importlib.metadata.version(name)}" for name in FAMILY)])


def _tidy(cache: Path) -> None:
    """Remove what nobody asked for lately."""
    old = time.time() - KEPT_DAYS * 24 * 3600
    for path in cache.iterdir():
        try:
            if path.stat().st_mtime < old:
                path.unlink()
        except FileNotFoundError:
            continue  # another run was faster


__all__ = ["ARTEFACTS", "CACHE", "Artefact", "Job", "Made", "TooLong", "jobs", "made", "may_print", "offered", "once"]
