"""Measures what many areas cost: 33 real ones, then 100 and 330, the further ones invented, each number a temporary copy of the project.

Every further area is a real one in other clothes: as many contact points, sightings and gaps, with invented names, Ofcom's drama numbers
and addresses at example.org, all marked fictional. Nothing invented is written into this project. Each step runs in a process of its
own, which says how long it took and how much memory it had at its peak.
"""

from __future__ import annotations

import gc
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts import agreed, load, rules
from scripts import bundle as bundles
from scripts.build import ROOT, build_site, checked, day_of_build, render_files, rendered_in
from scripts.load import EDITION
from scripts.measure import STOCK
from scripts.model import WAYS_IN
from scripts.pages.search import SCRIPT
from scripts.pages.write import write_files

SIZES = (33, 100, 330)
"""London; three times London; about as many as there are upper-tier and unitary councils and boroughs in the country."""
LEFT_OUT = frozenset(["areas-whole", "areas-official"])
"""Rules that are about the 33 real authorities: their names, codes and websites. An invented area can keep none of them."""
MOST_BYTES = 10_000_000
"""For 330 areas in one project sources.yml is larger than a file may be (scripts/load.py: 1 MB), so the measurement lifts that bound."""
ALLOWED = 1.1
"""Doubling the areas may at most double a figure, 10 % either way (issue 6): × 2.2."""
LINK = 250
"""A page may grow by so many bytes for each further area: a link to it, or a row of a table with a word for each slot."""
CODE = re.compile(r"[ams]\d\d")
"""The first part of the address of a short code: the areas', the myths', the scenarios'."""
INVENTED = "Invented Area "
"""What every invented name begins with."""
FILLER = "Invented. "
PLAIN: dict[object, object] = {"true": True, "false": False, "null": None}
COPIED = ("pathways", "docs", "theme", "scripts", "mkdocs.yml", "requirements.txt")

Record = dict[str, Any]


# --- invented areas ----------------------------------------------------------------------------------------------------


def drama(number: int) -> str:
    """One of Ofcom's numbers for drama: London's thousand, then the freephone, the mobile and the placeless thousands, then from the start again."""
    block, rest = divmod(number % 4000, 1000)
    return (f"020 7946 0{rest:03d}", f"0808 157 0{rest:03d}", f"07700 900{rest:03d}", f"01632 960{rest:03d}")[block]


class Invented:
    """One invented area, made from a real one. `number` makes its names and values its own; `names` finds those of real areas."""

    def __init__(
        self, number: int, slug: str, area: Record, contacts: Mapping[str, Record], sources: Mapping[str, Record], names: re.Pattern[str]
    ) -> None:
        self.number, self.like, self.area, self.real = number, slug, area, sources
        self.name, self.slug = f"{INVENTED}{letters(number)}", f"invented-area-{letters(number).lower()}"
        self.council = f"{self.name} Council"
        self.values: dict[str, str] = {}
        self.sources: dict[str, Record] = {}
        self.names = names
        self.contacts = contacts

    def record(self) -> Record:
        """The area's file. Its sources are in `sources` afterwards."""
        mine = {id: contact for id, contact in self.contacts.items() if any(fill["area"] == self.like for fill in contact.get("fills", ()))}
        made = {key: value for key, value in self.area.items() if key in ("ons_code", "police")}
        made |= {"name": self.name, "council": self.council, "website": f"https://{self.slug}.example.org"}
        made["places"] = [f"Invented Place {letters(self.number)} {letters(index)}" for index, _ in enumerate(self.area.get("places", ()))]
        made["referral"] = self._deep(self.area["referral"])
        made["contacts"] = {f"{self.slug}-{id}": self._contact(contact) for id, contact in mine.items()}
        made["slots"] = self._deep(self.area["slots"])
        return made

    def _contact(self, contact: Record) -> Record:
        fills = [{**fill, "area": self.slug} for fill in contact["fills"] if fill["area"] == self.like]
        kept = {key: value for key, value in contact.items() if key not in ("fills", "owner", "confirmations")}
        return {**self._deep(kept), "fills": self._deep(fills), "fictional": True}

    def _deep(self, value: Any, key: str = "") -> Any:
        """A value in its invented clothes, by the key it stands under."""
        if isinstance(value, dict):
            return {name: self._deep(item, name) for name, item in value.items()}
        if isinstance(value, list):
            return [self._deep(item, key) for item in value]
        if key in ("source", "sources", "seen_in", "looked", "copied_from"):
            return self._source(value)
        if key in WAYS_IN:
            same = value if key in ("email", "page") else re.sub(r"^44", "0", re.sub(r"\D", "", value))  # sources space one number differently
            return self.values.setdefault(same, self._way(key, len(self.values)))
        if key in ("says", "note") and value:
            return (FILLER * (len(value) // len(FILLER) + 1)).strip()
        return PLAIN.get(value, self.names.sub(self.name, value) if isinstance(value, str) else value)

    def _way(self, key: str, index: int) -> str:
        if key == "email":
            return f"team{index}@{self.slug}.example.org"
        return f"https://{self.slug}.example.org/{index}" if key == "page" else drama(self.number * 12 + index)

    def _source(self, id: str) -> str:
        real, own = self.real[id], f"{self.slug}-{id}"
        publisher = self.council if real["publisher"] == self.area["council"] else f"Invented publisher {len(self.sources)}"
        kept = {key: PLAIN.get(value, value) for key, value in real.items() if key in ("kind", "link", "dated", "seen")}
        self.sources[own] = {
            "title": f"Invented page about {self.name}",
            "publisher": publisher,
            "url": f"https://{self.slug}.example.org/{id}",
            **kept,
        }
        return own


def letters(number: int) -> str:
    """A number as three letters: 0 is Aaa. (An area's address is made of letters only.)"""
    return "".join(chr(97 + number // 26**power % 26) for power in (2, 1, 0)).capitalize()


def invent(root: Path, count: int) -> None:
    """Write invented areas into a copy of the project until it has `count`, and agree to their values there."""
    folder, register = root / load.FOLDER / "areas", root / load.FOLDER / "sources.yml"
    areas = {path.stem: _read(path) for path in sorted(folder.glob("*.yml"))}
    sources = _read(register)["sources"]
    contacts = {id: contact for area in areas.values() for id, contact in area["contacts"].items()}
    real = {name for area in areas.values() for name in (area["council"], area["name"], *area.get("also_known_as", ()))}
    names = re.compile("|".join(re.escape(name) for name in sorted(real, key=len, reverse=True)))
    slugs, added = list(areas), list[str]()
    for number in range(count - len(areas)):
        like = slugs[number % len(slugs)]
        area = Invented(number, like, areas[like], contacts, sources, names)
        text = yaml.dump(area.record(), Dumper=_Quoting, sort_keys=False, width=10_000, allow_unicode=True)
        (folder / f"{area.slug}.yml").write_text(f"# yaml-language-server: $schema=../schema/area.json\n{text}", encoding="utf-8")
        added += [f"  {id}: {json.dumps(source)}\n" for id, source in area.sources.items()]
    with register.open("a", encoding="utf-8") as file:
        file.write("".join(added))
    (root / agreed.FILE).write_text(agreed.text(load.load(root)), encoding="utf-8")


def _read(path: Path) -> Record:
    """A file with every value as the text it is written as."""
    found: Record = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    return found


class _Quoting(yaml.CSafeDumper):
    """Writes every text in quotes: one that looks like a number stays text."""


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def lenient() -> None:
    """Leave out, in this process, the rules and the bound that are about the real 33."""
    rules.RULES = tuple(rule for rule in rules.RULES if rules.name(rule) not in LEFT_OUT)
    load.MOST_BYTES = MOST_BYTES


# --- one step, in a process of its own ---------------------------------------------------------------------------------


def step(name: str) -> None:
    """Do one step in the copy that this module stands in, and print its seconds and its peak of memory as JSON.

    Seconds of the processor: what else the machine does at the time does not count. Every step works in one thread.
    """
    took: dict[str, float] = {}

    def timed(what: str, action: Callable[[], Any]) -> Any:
        started = time.process_time()
        done = action()
        took[what] = time.process_time() - started
        return done

    def silent(message: str) -> None:
        """Say nothing: what is printed is read by a program."""

    if name != "bundle":
        gc.disable()  # as the commands do (scripts/__main__.py)
    if len(list((ROOT / load.FOLDER / "areas").glob("*.yml"))) > SIZES[0]:
        lenient()
    case = timed("check", lambda: checked(ROOT))
    if name == "build":
        made = timed("render", lambda: render_files(case))
        timed("write", lambda: write_files(rendered_in(ROOT), made))
        timed("build", lambda: build_site(ROOT, ROOT / "site", silent, case.k))
    elif name == "bundle":
        timed("bundle", lambda: bundles.bundle(ROOT, case, ROOT / "bundle.zip", silent))
    print(json.dumps({"seconds": took, "megabytes": peak()}))


def peak() -> float:
    """The most memory that this process has had, in megabytes."""
    import resource  # not on Windows

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


# --- all steps, for each size ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measured:
    """What one number of areas came to."""

    areas: int
    pages: int
    figures: Mapping[str, float]
    """Seconds, megabytes and milliseconds, by what they measure."""
    bytes: Mapping[str, int]
    """The size of every page, by path in the site."""
    slugs: frozenset[str] = frozenset()
    """The areas, as they stand in addresses."""


SEARCH = """
const { readFileSync } = require("fs"); globalThis.window = globalThis;
delete globalThis.module; delete globalThis.exports; // as in a browser
const started = process.cpuUsage(); (0, eval)(readFileSync(process.argv[1], "utf8"));
const ready = process.cpuUsage(started).user / 1000; const queries = JSON.parse(process.argv[2]); const took = [];
for (const query of queries) { const from = performance.now(); window.preventPathwaysFind(query); took.push(performance.now() - from); }
console.log(JSON.stringify({ ready, took }));
"""


def search_times(script: Path, areas: Sequence[str]) -> dict[str, float]:
    """How long the search takes to be ready, and to answer, in the JavaScript engine that the browser tests bring along.

    An invented area is asked for by its own three letters: the words that mark it as invented would find all of them.
    """
    from playwright._impl._driver import compute_driver_executable

    queries = [
        f"{what} {area.removeprefix(INVENTED)}"
        for area in areas[:: max(1, len(areas) // 33)]
        for what in ("", "school", "gp out of hours", "nurse worried about patient in")
    ]
    command = [str(compute_driver_executable()[0]), "-e", SEARCH, str(script), json.dumps(queries)]
    rounds = [json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout) for _ in range(5)]
    took = [min(one["took"][number] for one in rounds) for number in range(len(queries))]
    ready = min(one["ready"] for one in rounds)
    return {"search ready, ms": ready, "search answers, ms (median)": statistics.median(took), "… slowest": max(took)}


def measured(folder: Path, count: int, say: Callable[[str], None]) -> Measured:
    """Build a copy of the project with so many areas, step by step."""
    root = copied(folder)
    if count > SIZES[0]:
        lenient()
        say(f"inventing {count - SIZES[0]} areas")
        invent(root, count)
    figures: dict[str, float] = {}
    for name in ("check", "build", "bundle"):
        say(f"{count} areas: {name}")
        env = {**os.environ, "PYTHONPATH": str(root), "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH", str(int(time.time())))}
        done = subprocess.run([sys.executable, "-m", "scripts.scale", name], cwd=root, env=env, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{name} with {count} areas failed:\n{done.stdout}{done.stderr}")
        told = json.loads(done.stdout.splitlines()[-1])
        figures |= {f"{what}, s": seconds for what, seconds in told["seconds"].items()} | {f"memory of {name}, MB": told["megabytes"]}
    figures["site, MB"] = sum(path.stat().st_size for path in (root / "site").rglob("*") if path.is_file()) / 1e6
    figures["bundle, MB"] = (root / "bundle.zip").stat().st_size / 1e6
    figures["search index, kB"] = (root / "site" / SCRIPT).stat().st_size / 1e3
    names = [_read(path)["name"] for path in sorted((root / load.FOLDER / "areas").glob("*.yml"))]
    figures |= search_times(root / "site" / SCRIPT, names)
    sizes = {path.relative_to(root / "site").as_posix(): path.stat().st_size for path in (root / "site").rglob("*.html")}
    return Measured(count, len(sizes), figures, sizes, frozenset(path.stem for path in (root / load.FOLDER / "areas").glob("*.yml")))


def copied(folder: Path) -> Path:
    """A copy of what a build reads, in `folder`."""
    folder.mkdir(parents=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    (folder / "rendered" / EDITION).mkdir(parents=True)
    edition = folder / load.FOLDER / "editions" / f"{EDITION}.yml"
    edition.write_text(
        re.sub(r"(?m)^downloads: .*\n", "", edition.read_text(encoding="utf-8")), encoding="utf-8"
    )  # cards as files: a time of their own
    (folder / agreed.FILE).write_text(agreed.text(load.load(folder)), encoding="utf-8")
    return folder


def stock(root: Path) -> float:
    """How long stock Material takes for the Markdown that a copy has rendered, in seconds of the processor."""
    import resource  # not on Windows

    config = root / "stock.yml"
    config.write_text(STOCK.format(docs=rendered_in(root), site=root / "stock"))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(config)]
    subprocess.run(command, cwd=root, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# --- what grows --------------------------------------------------------------------------------------------------------


def doubling(sizes: Sequence[Measured], what: str) -> float:
    """What a figure is multiplied by for each doubling of the areas: 2 is in step with them. The line through all sizes, on logarithmic axes."""
    slope = statistics.linear_regression([math.log(one.areas) for one in sizes], [math.log(one.figures[what]) for one in sizes]).slope
    return float(2**slope)


def faster(sizes: Sequence[Measured]) -> Iterator[str]:
    """The figures that more than double, ALLOWED apart, when the areas double."""
    for what in sizes[0].figures:
        if (times := doubling(sizes, what)) > 2 * ALLOWED:
            yield f"{what}: × {times:.2f} for each doubling of the areas"


def kind(page: str, areas: Collection[str]) -> str:
    """Which type of page one is: its address with … for each part that tells it from others of its type."""
    first, *more = re.sub(r"index\.(html|md)$", "", page).strip("/").split("/")
    if first in areas or CODE.fullmatch(first):
        return f"/<{'code' if CODE.fullmatch(first) else 'area'}>/" + "<setting>/" * len(more)
    return f"/{first}/".replace("//", "/") + "".join("<area>/" if part in areas else "…/" for part in more)


def growth(sizes: Sequence[Measured]) -> dict[str, tuple[int, float]]:
    """By type of page: how many there are at the smallest number of areas, and the most bytes that one of them grows by for each further area."""
    first, last = sizes[0], sizes[-1]
    found: dict[str, tuple[int, float]] = {}
    for page, size in first.bytes.items():
        if page in last.bytes:
            type_ = kind(page, first.slugs)
            number, most = found.get(type_, (0, -math.inf))
            found[type_] = (number + 1, max(most, (last.bytes[page] - size) / (last.areas - first.areas)))
    return found


def heavy(sizes: Sequence[Measured]) -> Iterator[str]:
    """The types of page that grow by more than a link for each further area: they hold what belongs on the pages of the areas."""
    for type_, (_, most) in growth(sizes).items():
        if most > LINK:
            yield f"{type_} grows by {most:.0f} bytes for each further area; a link is at most {LINK}"


def types(sizes: Sequence[Measured]) -> Iterator[str]:
    """The types of page with what they grow by, the most first; those that do not grow together in a last line."""
    found = sorted(growth(sizes).items(), key=lambda item: (-item[1][1], item[0]))
    for type_, (number, most) in found:
        if most >= 1:
            size = max(size for page, size in sizes[-1].bytes.items() if kind(page, sizes[-1].slugs) == type_)
            yield f"{type_:30}{number:>6}{most:>10.0f} bytes an area, {size / 1e3:.0f} kB with {sizes[-1].areas} areas"
    still = [(type_, number) for type_, (number, most) in found if most < 1]
    yield f"{'no growth':30}{sum(number for _, number in still):>6} pages of {len(still)} types"


def table(sizes: Sequence[Measured]) -> str:
    """The figures, a line each: a column for each number of areas, and what a doubling of the areas multiplies them by."""
    rows = [("areas", *(str(one.areas) for one in sizes), "a doubling"), ("pages", *(str(one.pages) for one in sizes), "")]
    for what in sizes[0].figures:
        figures = (one.figures[what] for one in sizes)
        rows.append((what, *(f"{figure:.2f}" if figure < 100 else f"{figure:.0f}" for figure in figures), f"× {doubling(sizes, what):.2f}"))
    return "\n".join(f"{what:30}" + "".join(f"{value:>12}" for value in values) for what, *values in rows)


def main(say: Callable[[str], None]) -> int:
    """Print the figures for each of SIZES; returns 1 if one grows faster than the areas do, or a page by more than a link for each."""
    sizes = []
    print(f"data of {day_of_build().isoformat()}; left out for invented areas: {', '.join(sorted(LEFT_OUT))}, and the bound on a file's size")
    with tempfile.TemporaryDirectory() as folder:
        for count in SIZES:
            sizes.append(measured(Path(folder) / str(count), count, say))
            if count == SIZES[0]:
                say("stock Material on the same Markdown (only for the smallest: its navigation grows with the square of the pages)")
                ours, theirs = sizes[0].figures["build, s"], stock(Path(folder) / str(count))
                print(f"{count} areas, from the Markdown to the site: ours {ours:.1f} s, stock Material {theirs:.1f} s")
            shutil.rmtree(Path(folder) / str(count))
    print(table(sizes))
    print("types of page, how many, and the most that one grows by:")
    for line in types(sizes):
        print(line)
    found = [*faster(sizes), *heavy(sizes)]
    for line in found:
        print(f"too much: {line}")
    return int(bool(found))


if __name__ == "__main__":
    step(sys.argv[1])
