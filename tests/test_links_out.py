"""The check of outside addresses gives the right verdict on every way a site can misbehave, asks politely, and can be stopped at any moment."""

from __future__ import annotations

import asyncio
import datetime
import json
import math
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from scripts.build import ROOT
from scripts.load import assemble
from scripts.model import Verdict
from scripts.upkeep.asking import USER_AGENT, Limits, ask_all
from scripts.upkeep.links import REGISTER, STATE, State, places, register
from scripts.upkeep.verdicts import MEANINGS, Result, fingerprint, says_not_there
from tests.asking_few import QUICK, TODAY, Files, drive
from tests.editing import line_in
from tests.misbehaving import REDIRECTS, Server, certificates, lead_names_to_loopback, misbehaving

YESTERDAY = TODAY - datetime.timedelta(days=1)


def asked(addresses: Iterable[str], limits: Limits = QUICK, known: Mapping[str, Result] | None = None) -> Mapping[str, Result]:
    """The result of each address."""
    found: dict[str, Result] = {}
    asyncio.run(ask_all(addresses, limits, TODAY, lambda result: found.update({result.address: result}), known))
    return found


@pytest.fixture
def names() -> Iterator[Counter[str]]:
    """Names under .test lead to loopback; how often each was looked up."""
    with pytest.MonkeyPatch.context() as patch:
        yield lead_names_to_loopback(patch)


@pytest.fixture
def server(names: Counter[str]) -> Iterator[Server]:
    """The misbehaving server, for one test."""
    with misbehaving() as running:
        yield running


# --- every behaviour, its verdict ----------------------------------------------------------------------------------------------

V = Verdict
EXPECTED: Mapping[str, tuple[Verdict, str]] = {
    "/": (V.GOOD, ""),
    "/fine": (V.GOOD, ""),
    "/fine.pdf": (V.GOOD, ""),
    "/head-405.pdf": (V.GOOD, ""),
    "/head-501.pdf": (V.GOOD, ""),
    "/head-403.pdf": (V.GOOD, ""),
    "/head-404.pdf": (V.GOOD, ""),
    "/head-reset.pdf": (V.GOOD, ""),
    "/301": (V.MOVED, "/fine"),
    "/308": (V.MOVED, "/fine"),
    "/moved.pdf": (V.MOVED, "/fine.pdf"),
    "/chain": (V.MOVED, "/chain-3"),  # its last hop is temporary: the address to write down is the one before it
    "/302": (V.REDIRECTED, "/fine"),
    "/303": (V.REDIRECTED, "/fine"),
    "/307": (V.REDIRECTED, "/fine"),
    "/to-a-sound-login": (V.REDIRECTED, "/fine"),
    "/cookie": (V.REDIRECTED, "/cookie"),
    "/loop": (V.BROKEN_REDIRECT, "circle"),
    "/endless-1": (V.BROKEN_REDIRECT, "more than 6"),
    "/bad-location": (V.BROKEN_REDIRECT, "no address"),
    "/location-script": (V.BROKEN_REDIRECT, "no web address"),
    "/location-none": (V.BROKEN_REDIRECT, "no web address"),
    "/to-home": (V.SOFT_404, "first page"),
    "/to-home.pdf": (V.SOFT_404, "first page"),
    "/soft-title": (V.SOFT_404, "Page not found"),
    "/soft-heading": (V.SOFT_404, "can't find that page"),
    "/gzip-soft": (V.SOFT_404, "Page not found"),
    "/to-gone": (V.GONE, "404"),
    "/gone": (V.GONE, "404"),
    "/gone.html": (V.GONE, "404"),
    "/removed": (V.GONE, "410"),
    "/private": (V.SIGN_IN, "401"),
    "/to-login": (V.SIGN_IN, "/login"),
    "/forbidden": (V.NO_ROBOTS, "403"),
    "/unacceptable": (V.NO_ROBOTS, "406"),
    "/odd": (V.NO_ROBOTS, "999"),
    "/teapot": (V.NO_ROBOTS, "400"),
    "/challenge": (V.NO_ROBOTS, "503"),
    "/busy": (V.NO_ROBOTS, "429"),
    "/busy-once": (V.GOOD, ""),
    "/back-in-1": (V.GOOD, ""),
    "/back-on-a-date": (V.GOOD, ""),
    "/back-in-an-hour": (V.NOT_ASKED, "left alone for 3600 seconds"),
    "/broken-once": (V.GOOD, ""),
    "/broken": (V.SERVER_FAULT, "500"),
    "/unwritten": (V.SERVER_FAULT, "501"),
    "/slow": (V.TIME_OUT, "0.6 seconds"),
    "/slow-once": (V.GOOD, ""),
    "/hangs": (V.TIME_OUT, "0.6 seconds"),
    "/drip": (V.TIME_OUT, "0.6 seconds"),
    "/short": (V.BROKEN_ANSWER, "cut"),
    "/closes": (V.BROKEN_ANSWER, "cut"),
    "/resets": (V.BROKEN_ANSWER, "cut"),
    "/no-http": (V.BROKEN_ANSWER, "cut"),
    "/gzip-bad": (V.BROKEN_ANSWER, "cut"),
    "/huge": (V.GOOD, ""),
    "/gzip": (V.GOOD, ""),
    "/charset": (V.GOOD, ""),
    "/etag": (V.GOOD, ""),
    "/dated": (V.GOOD, ""),
}
"""What stands in the detail, or where it leads, beside each verdict."""
HOSTS: Mapping[str, tuple[Verdict, str]] = {
    "http://nowhere.invalid/": (V.NO_HOST, "no such name"),
    "http://mute.invalid/": (V.NOT_ASKED, "name service"),
    "http://refused.test:{refused}/": (V.NO_CONNECTION, "refused"),
    "http://same.test:{port}/deep/page": (V.SOFT_404, "very same page"),
    "http://lost.test:{port}/deep/page": (V.SOFT_404, "/what-now"),
    "https://sound.test:{secure}/fine": (V.GOOD, ""),
    "https://expired.test:{secure}/fine": (V.CERTIFICATE, "expired"),
    "https://other-name.test:{secure}/fine": (V.CERTIFICATE, "made out to another name"),
    "https://self-signed.test:{secure}/fine": (V.CERTIFICATE, "self-signed"),
    "https://stranger.test:{secure}/fine": (V.CERTIFICATE, "authority that nobody knows"),
    "https://plain.test:{port}/fine": (V.CERTIFICATE, "no secure connection"),
}


@dataclass(frozen=True)
class Everything:
    """One run over every behaviour, each on a host of its own."""

    server: Server
    found: Mapping[str, Result]
    names: Counter[str]


def host_for(path: str) -> str:
    return f"{path.strip('/').replace('.', '-') or 'home'}.test"


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    folder = tmp_path_factory.mktemp("certificates")
    made = certificates(folder)
    with pytest.MonkeyPatch.context() as patch, misbehaving(made) as running:
        counted = lead_names_to_loopback(patch)
        patch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
        ports = {"port": running.port, "secure": running.secure_port, "refused": running.refused_port}
        addresses = {path: running.url(host_for(path), path) for path in EXPECTED} | {address: address.format(**ports) for address in HOSTS}
        found = asked(addresses.values())
        yield Everything(running, {name: found[address] for name, address in addresses.items()}, counted)


@pytest.mark.parametrize("behaviour", [*EXPECTED, *HOSTS])
def test_each_behaviour_gets_its_verdict(behaviour: str, everything: Everything) -> None:
    verdict, says = {**EXPECTED, **HOSTS}[behaviour]
    result = everything.found[behaviour]
    assert (result.verdict, says in f"{result.detail} {result.leads_to}") == (verdict, True), result
    assert result.on == TODAY
    if verdict is V.MOVED:
        assert result.leads_to.endswith(says)


def test_every_verdict_is_given_by_some_behaviour_and_has_its_words() -> None:
    given = {verdict for verdict, _ in [*EXPECTED.values(), *HOSTS.values()]}
    assert given | {V.UNCHANGED, V.DISPUTED} == set(Verdict) == set(MEANINGS)  # those two have tests of their own
    for meaning in MEANINGS.values():
        assert meaning.says
        assert meaning.tip or meaning.weight == "fine"


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/fine", ["GET"]),
        ("/fine.pdf", ["HEAD"]),
        ("/head-405.pdf", ["HEAD", "GET"]),
        ("/head-404.pdf", ["HEAD", "GET"]),
        ("/head-reset.pdf", ["HEAD", "GET"]),
        ("/gone", ["GET"]),
        ("/forbidden", ["GET"]),
        ("/busy-once", ["GET", "GET"]),
        ("/busy", ["GET", "GET"]),
        ("/broken", ["GET", "GET"]),
        ("/unwritten", ["GET"]),
        ("/slow", ["GET", "GET"]),
        ("/resets", ["GET", "GET"]),
        ("/back-in-an-hour", ["GET"]),
    ],
)
def test_only_what_may_pass_is_asked_again_and_head_is_trusted_only_where_it_tells(path: str, methods: list[str], everything: Everything) -> None:
    host = host_for(path)
    assert [one.method for one in everything.server.by_host()[host] if one.path == path] == methods


def test_a_pause_that_a_site_asks_for_is_kept(everything: Everything) -> None:
    for path in ("/busy-once", "/back-in-1", "/back-on-a-date"):
        first, again, *_ = everything.server.by_host()[host_for(path)]
        assert again.start - first.start >= 0.95, path


def test_of_a_huge_page_only_the_beginning_is_read(everything: Everything) -> None:
    assert everything.server.sent["/huge"] < 20_000_000  # what the sockets between us hold comes on top of the 100 kB


def test_every_request_says_who_asks(everything: Everything) -> None:
    assert {one.headers.get("user-agent") for one in everything.server.log} == {USER_AGENT}
    assert "Prevent Pathways link check" in USER_AGENT


# --- manners -------------------------------------------------------------------------------------------------------------------


def test_never_two_at_once_on_a_host_never_too_soon_and_never_too_many_in_all(names: Counter[str]) -> None:
    limits = replace(QUICK, at_once=3, pause=0.3, timeout=5)
    with misbehaving(latency=0.04) as server:
        addresses = [server.url(f"host-{host}.test", f"/page-{number}") for number in range(4) for host in range(5)]
        for number in range(3):  # redirects from elsewhere wait for their turn too
            REDIRECTED[f"/over-{number}"] = (302, server.url("host-0.test", f"/page-over-{number}"))
        addresses += [server.url(f"other-{number}.test", f"/over-{number}") for number in range(3)]
        found = asked(addresses, limits)
    assert Counter(result.verdict for result in found.values()) == {V.GOOD: 20, V.REDIRECTED: 3}
    assert len(server.by_host()["host-0.test"]) == 4 + 3 + 1  # its own, those led there, and one that cannot exist
    for host, log in server.by_host().items():
        for (i, one), (j, other) in combinations(enumerate(log), 2):
            assert other.start >= one.end, f"two at once on {host}"
            assert other.start - one.start >= (j - i) * limits.pause - 0.2, f"too soon on {host}"  # a busy machine may see one late
    for one in server.log:
        assert sum(other.start <= one.start < other.end for other in server.log) <= limits.at_once


REDIRECTED: dict[str, tuple[int, str]] = REDIRECTS  # type: ignore[assignment]


def test_what_is_known_is_asked_for_only_if_it_has_changed(server: Server) -> None:
    addresses = [server.url("known.test", path) for path in ("/etag", "/dated", "/fine")]
    first = asked(addresses)
    again = asked(addresses, known=first)
    assert [again[address].verdict for address in addresses] == [V.UNCHANGED, V.UNCHANGED, V.GOOD]
    once_more = asked(addresses[:1], known=again)
    assert once_more[addresses[0]].verdict is V.UNCHANGED
    assert once_more[addresses[0]].etag == '"v1"'


def test_a_page_that_was_not_there_is_read_again_whatever_the_site_says_of_its_age(server: Server) -> None:
    address = server.url("known.test", "/etag")
    before = {address: Result(address, V.SOFT_404, YESTERDAY, etag='"v1"')}
    assert asked([address], known=before)[address].verdict is V.GOOD


def test_a_site_that_is_not_there_is_not_asked_for_each_of_its_addresses(server: Server, names: Counter[str]) -> None:
    found = asked(f"http://nowhere.invalid/{number}" for number in range(9))
    assert {result.verdict for result in found.values()} == {V.NO_HOST}
    assert names["nowhere.invalid"] == 1
    found = asked(f"http://refused.test:{server.refused_port}/{number}" for number in range(9))
    assert {result.verdict for result in found.values()} == {V.NO_CONNECTION}
    assert names["refused.test"] == 2
    assert sum("not asked again" in result.detail for result in found.values()) == 7


def test_a_dead_site_behind_a_redirect_does_not_speak_for_the_site_that_leads_there(server: Server) -> None:
    for number in range(4):
        REDIRECTED[f"/away-{number}"] = (302, f"http://nowhere.invalid/{number}")
    found = asked([*(server.url("good.test", f"/away-{number}") for number in range(4)), server.url("good.test", "/fine")])
    assert [result.verdict for result in found.values()] == [V.NO_HOST] * 4 + [V.GOOD]


def test_a_site_that_wants_to_be_left_alone_is_left_alone(server: Server) -> None:
    found = asked(server.url("tired.test", path) for path in ("/back-in-an-hour", "/fine", "/gone"))
    assert {result.verdict for result in found.values()} == {V.NOT_ASKED}
    assert len(server.log) == 1


# --- soft 404s -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["404", "404 - Not found", "Error 404", "Page not found | Example", "Not found", "Sorry, that page cannot be found",
                                   "This page does not exist", "The page you requested could not be found", "We can’t find the page", "Page no longer exists",
                                   "This page is no longer available", "HTTP 404"])  # fmt: skip
def test_a_title_that_says_it_is_not_there_is_understood(title: str) -> None:
    assert says_not_there(f"<title>{title}</title><h1>Council</h1>")
    assert says_not_there(f"<title>Council</title>\n<h1 class='big'><span>{title}</span></h1>")


@pytest.mark.parametrize("title", ["Prevent duty guidance", "Lost and found", "Report a missing child", "What to do if help is not found", "Room 404 bookings",
                                   "Children who cannot be found at home", "Services no longer available in libraries", "Page 404 of the minutes", ""])  # fmt: skip
def test_a_title_about_things_that_are_not_found_is_no_such_page(title: str) -> None:
    assert not says_not_there(f"<title>{title}</title><h1>{title}</h1><p>Page not found</p>")


def test_a_page_built_to_hold_us_up_does_not() -> None:
    start = time.perf_counter()
    for hostile in ("<" * 256_000, "<title" * 40_000, "<script>" * 30_000, "<h1><" * 50_000, "page " * 50_000):
        says_not_there(hostile)
        fingerprint(hostile, "/x")
        says_not_there(f"<title>{hostile}")
    assert time.perf_counter() - start < 2


# --- the command ---------------------------------------------------------------------------------------------------------------


def test_the_command_reports_by_file_and_line_keeps_a_register_and_does_not_ask_twice(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = ("/fine", "/gone", "/301", "/302", "/forbidden", "/soft-title", "/shy")
    addresses = [f"http://127.0.0.1:{server.port}{path}" for path in paths]
    assert drive(tmp_path, addresses) == 1
    said = capsys.readouterr().out
    files = {"pathways/sources.yml": (tmp_path / "pathways/sources.yml").read_bytes()}
    at = {
        path: f"pathways/sources.yml:{line_in(files, 'pathways/sources.yml', f'url: {address}')}:5: "
        for path, address in zip(paths, addresses, strict=True)
    }
    assert f"{at['/gone']}link-gone: {addresses[1]} is gone (HTTP 404; LinkChecker: 404 Whatever)\n    tip: find the page" in said
    assert f"{at['/301']}link-moved: {addresses[2]} has moved for good: http://127.0.0.1:{server.port}/fine" in said
    assert f"{at['/forbidden']}link-no-robots: " in said
    assert f"{at['/soft-title']}link-soft-404: " in said
    assert f"{at['/shy']}link-disputed: " in said
    assert at["/fine"] not in said
    assert at["/302"] not in said
    assert "said: 1 good, 1 redirected, 1 moved, 1 no-robots, 1 disputed, 1 gone, 1 soft-404" in said
    written = (tmp_path / REGISTER).read_text()
    assert written.startswith("# yaml-language-server: $schema=schema/links.json\n# By hand.\n")
    assert written.endswith("last_good:\n" + "".join(f"  {address}: {TODAY}\n" for address in sorted(addresses[i] for i in (0, 2, 3))))
    before, count = written, len(server.log)
    assert drive(tmp_path, addresses, "--format", "json") == 1
    out = capsys.readouterr().out
    assert [item["rule"] for item in json.loads(out[out.index("[\n") : out.rindex("]") + 1])].count("link-gone") == 1
    assert len(server.log) == count
    assert (tmp_path / REGISTER).read_text() == before
    assert drive(tmp_path, addresses[2:3], "--again", "--format", "github") == 0
    assert "::warning file=pathways/sources.yml,line=" in capsys.readouterr().out
    assert len(server.log) > count
    assert (tmp_path / REGISTER).read_text().count(f": {TODAY}\n") == 1  # what no record holds any more drops out


def test_an_exception_silences_its_verdict_and_is_reported_when_nobody_needs_it(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, fine = (f"http://127.0.0.1:{server.port}{path}" for path in ("/gone", "/fine"))
    end = f"reason: Its owner is mending it., since: {TODAY}}}"
    assert drive(tmp_path, [gone, fine], exceptions=f"[{{address: {gone}, verdict: gone, {end}]") == 0
    assert "link-gone" not in capsys.readouterr().out
    others = f"[{{address: {gone}, verdict: time-out, {end}, {{address: https://www.example.org/, verdict: gone, {end}]"
    assert drive(tmp_path, [gone, fine], exceptions=others) == 1
    said = capsys.readouterr().out
    assert "link-gone" in said
    assert f"pathways/links.yml:3:15: unneeded-exception: {gone} is not “time-out” any more: it is gone" in said
    assert "unneeded-exception: no record holds https://www.example.org/" in said


def test_a_machine_without_a_network_calls_nothing_dead(names: Counter[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert drive(tmp_path, [f"https://site-{number}.invalid/page" for number in range(5)]) == 1
    said = capsys.readouterr().out
    assert "link-" not in said
    assert "no address could be asked: nobody answers; is this machine online?" in said
    assert (tmp_path / STATE).read_bytes() == b""


def test_which_addresses_are_asked(files: Files) -> None:
    k = assemble(files)
    linked, evidence = places(k), places(k, link_only=False)
    assert set(linked) < set(evidence)
    assert not any("#" in address or "example.org" in address for address in evidence)
    assert set(linked) >= {area.website.partition("#")[0] for area in k.areas.values()}
    assert {source.url.partition("#")[0] for source in k.sources.values() if source.link} <= set(linked)
    assert all(home.path in k.documents for homes in evidence.values() for home in homes)


def test_the_register_changes_nothing_but_its_days(files: Files, tmp_path: Path) -> None:
    address = "https://www.example.org/" + "long-" * 60 + "?a=1&b=[2]"
    path = tmp_path / "links.yml"
    known = '  - {address: https://www.example.org/, verdict: gone, reason: "It’s known.", since: 2026-11-01}'
    text = f"# By hand.\nexceptions: # why\n{known} # and who\nlast_good: {{}}\n"
    path.write_text(text)
    k = assemble(files)
    dead = Result("https://www.example.org/dead", V.GONE, TODAY)
    register(path, k, [Result(address, V.GOOD, TODAY), dead], [address, dead.address])
    assert path.read_text() == text.replace("last_good: {}\n", f"last_good:\n  {address}: {TODAY}\n")
    again = assemble({**files, REGISTER: path.read_bytes()})
    assert again.links.last_good == {address: TODAY}


# --- stopped at any moment ---------------------------------------------------------------------------------------------------------


def test_a_line_that_was_cut_short_is_left_out_and_the_others_count(tmp_path: Path) -> None:
    path = tmp_path / "links.jsonl"
    state = State(path)
    for number in range(3):
        state.add(Result(f"https://www.example.org/{number}", V.GOOD, TODAY, etag='"é"'))
    state.close()
    whole = path.read_bytes()
    for length in range(0, len(whole) + 1, 7):
        path.write_bytes(whole[:length])
        state = State(path)
        assert len(state.known) == whole[:length].count(b"}\n") + (whole[:length].endswith(b"}"))
        state.add(Result("https://www.example.org/more", V.GOOD, TODAY))
        state.close()
        assert "https://www.example.org/more" in State(path).known


def begun(root: Path, server: Server, addresses: Sequence[str], judged: int) -> subprocess.Popen[str]:
    """The command in a process of its own, as soon as so many addresses were judged."""
    code = "import sys; from pathlib import Path; from tests.asking_few import drive; sys.exit(drive(Path(sys.argv[1]), sys.argv[2:]))"
    command = [sys.executable, "-c", code, str(root), *addresses]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    until = time.monotonic() + 30
    while not (root / STATE).exists() or (root / STATE).read_bytes().count(b"\n") < judged:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)
    return process


@pytest.mark.parametrize("stop", [signal.SIGKILL, pytest.param(signal.SIGINT, marks=pytest.mark.whole)])
def test_a_run_that_was_stopped_goes_on_where_it_was(
    stop: signal.Signals, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.latency = 0.05
    addresses = [f"http://127.0.0.1:{server.port}/page-{number}" for number in range(16)]
    process = begun(tmp_path, server, addresses, 3)
    process.send_signal(stop)
    out, _ = process.communicate(timeout=20)
    judged = set(State(tmp_path / STATE).known)
    assert 3 <= len(judged) < 16
    days = yaml.safe_load((tmp_path / REGISTER).read_text())["last_good"]
    if stop is signal.SIGINT:
        assert process.returncode == 130
        assert "goes on from here" in out
        assert "Traceback" not in out
        assert set(days) == judged
    else:
        assert process.returncode == -signal.SIGKILL
        assert days == {}
    count = len(server.log)
    assert drive(tmp_path, addresses) == 0
    asked_again = {f"http://127.0.0.1:{server.port}{one.path}" for one in server.log[count:]}
    assert not asked_again & judged
    assert set(addresses) - judged <= asked_again
    assert set(State(tmp_path / STATE).known) == set(addresses)


# --- how long it takes -------------------------------------------------------------------------------------------------------------


@pytest.mark.whole
@pytest.mark.parametrize("at_once", [Limits().at_once, 64])
def test_five_hundred_addresses_on_sixty_hosts_take_at_most_half_as_long_again_as_manners_demand(at_once: int, names: Counter[str]) -> None:
    latency, limits = 1.0, Limits(at_once=at_once)
    on_one_host = math.ceil(500 / 60)
    least = max((on_one_host - 1) * max(limits.pause, latency) + latency, 500 * latency / limits.at_once)
    for _ in range(2):  # on a machine that has other things to do it gets a second chance
        with misbehaving(latency=latency) as server:
            addresses = [server.url(f"host-{number % 60}.test", f"/page-{number}") for number in range(500)]
            start = time.monotonic()
            found = asked(addresses, limits)
            took = time.monotonic() - start
        assert len(found) == 500
        assert {result.verdict for result in found.values()} == {V.GOOD}
        print(f"{at_once} at once: {took:.1f} s, polite minimum {least:.1f} s, ratio {took / least:.2f}, {len(server.log)} requests")
        if took <= 1.5 * least:
            return
    pytest.fail(f"took {took:.1f} s where manners demand {least:.1f} s")
