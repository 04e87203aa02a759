"""`python -m scripts links`: asks every outside address of the records whether it still answers, and says where to mend what does not.

Who judges. LinkChecker cannot make the first pass within the bound that holds here (500 addresses over 60 hosts, one second each, at most
one request a second to a host: within 1.5 times the nine seconds that this allows). Measured with LinkChecker 10.6, 60 threads,
maxrequestspersecond=1: 50.6 seconds, 5.6 times. The reason is in `Aggregate.wait_for_host`: it waits one to six times the
pause, and it does so inside one lock for all hosts. It also follows redirects without waiting, lets requests to one slow host overlap, knows
GET only, tries once, and takes every answer of 200 for good. So scripts/upkeep/asking.py asks, and LinkChecker is the second opinion: every
address that is to be called dead is shown to it, and where it gets an answer the address is only called disputed.
Soft 404s are not shown to it, because for LinkChecker they are good.

What is kept. `.cache/links.jsonl` holds a line for each result, written as it comes: a run that was stopped, even killed, goes on where it
was. `pathways/links.yml` holds the day on which each address last answered well, and the exceptions.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import datetime
import io
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import urldefrag

from ruamel.yaml.comments import CommentedMap
from tqdm import tqdm

from scripts.build import day_of_build
from scripts.files import write
from scripts.load import Home, Knowledge, load
from scripts.model import Verdict
from scripts.problem import Format, Problem, render
from scripts.upkeep.asking import USER_AGENT, Limits, ask_all, host_of
from scripts.upkeep.edit import round_trip
from scripts.upkeep.verdicts import MEANINGS, Result

STATE = Path(".cache/links.jsonl")
REGISTER = "pathways/links.yml"
INTERRUPTED = 130
SILENT = (Verdict.NO_HOST, Verdict.NO_CONNECTION, Verdict.TIME_OUT, Verdict.BROKEN_ANSWER)
"""Verdicts that a machine without a network would give to everything."""
OFFLINE_FROM = 3
"""When not one of so many hosts answers, the fault is more likely here than there."""

Say = Callable[[str], None]
Places = Mapping[str, tuple[Home, ...]]
"""Each address, without the part after #, and where it stands."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    usual = Limits()
    parser.add_argument("--all", action="store_true", help="ask also those addresses that are evidence only and never made into links")
    parser.add_argument("--again", action="store_true", help="ask every address, also those that were asked a short time ago")
    parser.add_argument("--fresh", type=int, default=7, metavar="DAYS", help="do not ask again what was asked in the last DAYS days (7)")
    parser.add_argument("--pause", type=float, default=usual.pause, metavar="SECONDS", help="least time between two requests to one host (1)")
    parser.add_argument("--at-once", type=int, default=usual.at_once, metavar="N", help="how many hosts are asked at once (32)")
    parser.add_argument("--timeout", type=float, default=usual.timeout, metavar="SECONDS", help="how long a silence may last (20)")
    parser.add_argument("--format", choices=("text", "json", "github"), default="text", help="how the findings are printed")


def run(root: Path, options: argparse.Namespace, say: Say) -> int:
    """Ask, report, and keep the register.

    Returns 0 when nothing must be mended, 1 when something must, 130 when it was interrupted.

    Raises:
        Refused: the files cannot be used as they are.
    """
    k, today = load(root), day_of_build()
    everywhere = places(k, link_only=False)
    wanted = everywhere if options.all else places(k)
    limits = Limits(at_once=max(1, options.at_once), pause=max(0.0, options.pause), timeout=max(0.1, options.timeout))
    try:
        with closing(State(root / STATE)) as state:
            since = today - datetime.timedelta(days=options.fresh)
            asked = [address for address in wanted if options.again or not state.fresh(address, since)]
            say(f"{len(wanted)} addresses; {len(asked)} to ask, {len(wanted) - len(asked)} asked since {since}")
            found = {address: state.known[address] for address in wanted if address in state.known and address not in asked}
            interrupted = False
            try:
                ask(asked, limits, today, state, found)
                dead = [result for result in found.values() if suspect(result)]
                if dead:
                    say(f"LinkChecker is shown the {len(dead)} that look dead")
                for result in seconded(dead, limits):
                    found[result.address] = result
                    state.add(result)
            except KeyboardInterrupt:
                interrupted = True
            register(root / REGISTER, k, found.values(), everywhere)
    except OSError as error:
        say(f"{error.filename or STATE} cannot be written: {error.strerror}; look at the folder's permissions and the room on the disk")
        return 1
    if interrupted:
        say(f"interrupted; {len(found)} of {len(wanted)} addresses are known. Run the same command again: it goes on from here")
        return INTERRUPTED
    return report(k, wanted, everywhere, found, options.format, say)


# --- which addresses ---------------------------------------------------------------------------------------------------------


def places(k: Knowledge, link_only: bool = True) -> Places:
    """Every outside address of a record that pages link to, with every place that holds it; with `link_only` false, evidence too.

    Invented records are left out. An address is asked without the part after #, which no server sees.
    """
    found: dict[str, list[Home]] = {}
    for address, home in _addresses(k, link_only):
        found.setdefault(urldefrag(address).url, []).append(home)
    return {address: tuple(sorted(homes, key=lambda home: (home.path, str(home.pointer)))) for address, homes in sorted(found.items())}


def _addresses(k: Knowledge, link_only: bool) -> Iterator[tuple[str, Home]]:
    for id, source in k.sources.items():
        if source.link or not link_only:
            yield source.url, k.home("source", id, "url")
    for id, contact in k.contacts.items():
        if contact.page and not contact.fictional and not (link_only and contact.hidden):
            yield contact.page, k.home("contact", id, "page")
    for slug, area in k.areas.items():
        yield area.website, k.home("area", slug, "website")
    for slug, edition in k.editions.items():
        if not edition.fictional:
            yield edition.exit_page, k.home("edition", slug, "exit_page")


# --- asking ------------------------------------------------------------------------------------------------------------------


def ask(addresses: Sequence[str], limits: Limits, today: datetime.date, state: State, found: dict[str, Result]) -> None:
    """Ask the addresses, show how far it has come, and keep each result at once in `state` and in `found`.

    As long as nobody at all has answered, silence may only mean that this machine is offline: such results wait.

    Raises:
        KeyboardInterrupt: it was interrupted; what came until then is kept.
    """
    waiting: list[Result] = []
    answered = False

    with tqdm(total=len(addresses), unit="address", file=sys.stderr, disable=None) as bar:

        def tell(result: Result) -> None:
            nonlocal answered
            bar.update()
            if result.verdict is Verdict.NOT_ASKED:
                found[result.address] = result
                return
            waiting.append(result)
            if answered := answered or result.verdict not in SILENT:
                for result in waiting:
                    found[result.address] = result
                    state.add(result)
                waiting.clear()

        asyncio.run(ask_all(addresses, limits, today, tell, state.known))
    offline = len({host_of(result.address) for result in waiting}) >= OFFLINE_FROM
    for result in waiting:
        if offline:
            result = replace(result, verdict=Verdict.NOT_ASKED, detail="nobody answers; is this machine online?")
        else:
            state.add(result)
        found[result.address] = result


def suspect(result: Result) -> bool:
    """Whether LinkChecker should see it before it is called dead."""
    return result.weight == "mend" and result.verdict is not Verdict.SOFT_404 and not result.second


def seconded(dead: Sequence[Result], limits: Limits) -> Iterator[Result]:
    """The results with LinkChecker's word on each; disputed where it got an answer. Where it has no word they stay as they are."""
    if not dead:
        return
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "linkcheckerrc"
        pace = min(10.0, 1 / max(limits.pause, 0.1))
        settings = f"threads=10\nmaxrequestspersecond={pace:g}\ntimeout={max(1, round(limits.timeout))}\nrecursionlevel=0\nrobotstxt=0\n"
        settings += f"useragent={USER_AGENT}\n[output]\nlog=csv\nverbose=1\nstatus=0\n[csv]\nparts=urlname,result,valid\n"
        configuration.write_text(f"[checking]\n{settings}", encoding="utf-8")
        command = [sys.executable, "-m", "linkcheck", "--config", str(configuration), "--no-status", "--stdin"]
        asked = "".join(f"{result.address}\n" for result in dead)
        done = subprocess.run(command, input=asked, cwd=folder, capture_output=True, text=True)
    said = {row["urlname"]: row for row in csv.DictReader(done.stdout.splitlines(), delimiter=";") if row.get("urlname")}
    for result in dead:
        row = said.get(result.address)
        if row is not None:
            word = " ".join((row["result"] or "").split()).split(": ")[0][:60]  # without the insides of an error
            answers = row["valid"] == "True" and word.startswith("2")
            verdict = Verdict.DISPUTED if answers else result.verdict
            detail = f"{MEANINGS[result.verdict].says}, {result.detail}" if answers else result.detail
            yield replace(result, verdict=verdict, detail=detail, second=word)


# --- what is kept between runs -----------------------------------------------------------------------------------------------


class State:
    """The results so far, by address, in a file that only grows while we ask: a line that was cut short is left out when it is read."""

    def __init__(self, path: Path) -> None:
        self.known: dict[str, Result] = {}
        lines = path.read_bytes().splitlines() if path.exists() else []
        for line in lines:
            if result := _read(line):
                self.known[result.address] = result
        write(path, b"".join(_line(result) for result in self.known.values()))
        self._file = path.open("ab")

    def add(self, result: Result) -> None:
        """Keep a result: in one write of one line."""
        self.known[result.address] = result
        self._file.write(_line(result))
        self._file.flush()

    def fresh(self, address: str, since: datetime.date) -> bool:
        """Whether the address was judged after that day."""
        return address in self.known and self.known[address].on > since

    def close(self) -> None:
        """Nothing more comes."""
        self._file.close()


def _line(result: Result) -> bytes:
    return (json.dumps({**asdict(result), "on": result.on.isoformat()}, ensure_ascii=False) + "\n").encode()


def _read(line: bytes) -> Result | None:
    """A result from its line; None where the line was cut short or is of another version."""
    try:
        data = json.loads(line)
        return Result(**{**data, "verdict": Verdict(data["verdict"]), "on": datetime.date.fromisoformat(data["on"])})
    except (ValueError, TypeError, KeyError):
        return None


def register(path: Path, k: Knowledge, results: Iterable[Result], in_use: Iterable[str]) -> None:
    """Write the days on which addresses last answered well into pathways/links.yml; addresses no record holds drop out.

    Everything else in the file, comments too, stays to the byte.
    """
    days = dict(k.links.last_good)
    for result in results:
        if result.weight == "fine" or result.verdict is Verdict.MOVED:
            days[result.address] = max(result.on, days.get(result.address, result.on))
    kept = {address: days[address] for address in sorted(set(in_use) & set(days))}
    if kept == dict(k.links.last_good):
        return
    yaml = round_trip()
    data = yaml.load(path.read_bytes())
    data["last_good"] = CommentedMap(kept)
    out = io.BytesIO()
    yaml.dump(data, out)
    write(path, out.getvalue())


# --- the report --------------------------------------------------------------------------------------------------------------


def report(k: Knowledge, wanted: Places, everywhere: Places, found: Mapping[str, Result], form: Format, say: Say) -> int:
    """Print what must be mended and what somebody should look at, by file, and how many there are of each; returns the exit code."""
    if found and all(result.verdict is Verdict.NOT_ASKED for result in found.values()):
        say(f"no address could be asked: {next(iter(found.values())).detail}. Nothing was changed; run the same command again later")
        return 1
    excepted = {(urldefrag(exception.address).url, exception.verdict) for exception in k.links.exceptions}
    shown = [result for result in found.values() if result.weight != "fine" and (result.address, result.verdict) not in excepted]
    wrong = [problem for result in shown if result.weight == "mend" for problem in problems(k, wanted, result)]
    wrong += unneeded(k, everywhere, found)
    others = [problem for result in shown if result.weight == "look" for problem in problems(k, wanted, result)]
    if form == "github":
        texts = [render(wrong, form), render(others, form).replace("::error ", "::warning ")]
        print("\n".join(text for text in texts if text))
    elif wrong or others or form == "json":
        print(render([*wrong, *others], form))
    counts = Counter(result.verdict for result in found.values())
    say(", ".join(f"{counts[verdict]} {verdict}" for verdict in MEANINGS if counts[verdict]) or "there is no address to ask")
    return 1 if wrong else 0


def problems(k: Knowledge, where: Places, result: Result) -> Iterator[Problem]:
    """A result at each place that holds the address."""
    for home in where[result.address]:
        yield k.problem(home, f"link-{result.verdict}", result.sentence(), MEANINGS[result.verdict].tip)


def unneeded(k: Knowledge, everywhere: Places, found: Mapping[str, Result]) -> Iterator[Problem]:
    """Exceptions that no record or no verdict needs any more (design section 6, promise 10)."""
    for number, exception in enumerate(k.links.exceptions):
        home, address = Home(REGISTER, ("exceptions", number, "address")), urldefrag(exception.address).url
        if address not in everywhere:
            yield k.problem(home, "unneeded-exception", f"no record holds {exception.address}", "take this exception out")
        elif (result := found.get(address)) and result.verdict not in (exception.verdict, Verdict.NOT_ASKED):
            message = f"{exception.address} is not “{exception.verdict}” any more: it {MEANINGS[result.verdict].says}"
            yield k.problem(home, "unneeded-exception", message, "take this exception out")
