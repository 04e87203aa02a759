"""LinkChecker, a crawler that knows nothing of this project, walks the whole served site and finds no broken link and no broken anchor.

It reads a page once more for each anchor on it that something links to, so the whole takes many minutes and is left to `make test-all`.
`make test` has it ask for every page too, but read on from one route in SAMPLE only, and look at those anchors only that begin with a
letter of ANCHORS. (tests/test_site.py follows every link on every page to its file and its anchor, in its own way.)
"""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag

import pytest

from scripts.build import Checked
from tests.conftest import serving
from tests.test_site import routes

CONFIGURATION = """
[checking]
threads=4
maxrequestspersecond=100000
[filtering]
checkextern=0
[output]
log=csv
warnings=1
verbose=1
status=0
[csv]
parts=parentname,url,result,warningstring,valid
[AnchorCheck]
"""
"""Every link is reported, good or bad; outside links are not followed; the server welcomes LinkChecker, so it does not wait between requests."""


@dataclass(frozen=True)
class Crawl:
    """What LinkChecker said: its exit code, and for each address where it stands and what is wrong with it."""

    code: int
    found: tuple[dict[str, str], ...]

    def good(self) -> set[str]:
        """The addresses that answered."""
        return {row["url"] for row in self.found if row["valid"] == "True" and not row["warningstring"] and row["result"] == "200 OK"}

    def bad(self) -> dict[str, str]:
        """The addresses that did not answer, or whose anchor is not there, with the reason."""
        return {row["url"]: row["warningstring"] or row["result"] for row in self.found if row["valid"] != "True" or row["warningstring"]}


SAMPLE = 100
ANCHORS = "dl"


def crawl(address: str, folder: Path, filtering: str = "") -> Crawl:
    """Run the real LinkChecker from an address on, with more lines for its section on what to leave out."""
    configuration = folder / "linkcheckerrc"
    configuration.write_text(CONFIGURATION.replace("checkextern=0\n", f"checkextern=0\n{filtering}"), encoding="utf-8")
    command = [sys.executable, "-m", "linkcheck", "--config", str(configuration), "--no-status", address]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return Crawl(done.returncode, tuple(csv.DictReader(done.stdout.splitlines(), delimiter=";")))


def pages_in(site: Path) -> set[str]:
    """The path of every page that can be reached, as the server answers to it."""
    return {"/" + path.relative_to(site).as_posix().removesuffix("index.html") for path in site.rglob("*.html") if path.name != "404.html"}


@pytest.mark.parametrize("filtered", [True, pytest.param(False, marks=pytest.mark.whole)], ids=["sample", "whole"])
def test_a_crawler_reaches_every_page_from_home_and_finds_no_broken_link_and_no_broken_anchor(
    filtered: bool, real: Checked, site: Path, served: str, tmp_path: Path
) -> None:
    result = crawl(f"{served}/", tmp_path, left_out(real) if filtered else "")
    assert result.bad() == {}
    assert result.code == 0
    good = result.good()
    reached = {urldefrag(address).url.removeprefix(served) for address in good}
    assert pages_in(site) <= reached
    assert "/assets/mark.svg" in reached
    anchored = {address.removeprefix(served) for address in good if "#" in address}
    assert {"/glossary/#dsl", "/about/#leave"} <= anchored
    assert filtered or {"/barnet/school/#out-of-hours", "/sources/barnet/#bels-safeguarding"} <= anchored
    assert len(anchored) > (20 if filtered else 1000)


def left_out(case: Checked) -> str:
    """What a sample leaves out: reading on from most routes, and most anchors."""
    rest = [name.removesuffix("index.html") for number, (name, _, _) in enumerate(routes(case)) if number % SAMPLE]
    by_area: dict[str, list[str]] = {}
    for name in rest:
        area, setting, _ = name.split("/")
        by_area.setdefault(area, []).append(setting)
    unread = "|".join(f"{area}/(?:{'|'.join(settings)})" for area, settings in by_area.items())
    return f"nofollow=\n  /(?:cards/)?(?:{unread})/\nignore=\n  ^(?!.*/quiz/).*/#(?![{ANCHORS}])\n"


HOME = """<!doctype html><html lang="en"><head><title>Home</title></head><body><h1 id="top">Home</h1>
<p><a href="other/">Fine</a> <a href="other/#here">Fine too</a> {more} <a href="https://example.org/">Outside</a></p></body></html>"""
OTHER = """<!doctype html><html lang="en"><head><title>Other</title></head><body><h1 id="here">Other</h1></body></html>"""


def two_pages(folder: Path, more: str) -> Path:
    """A site of two pages; `more` stands among the links of the first."""
    site = folder / "site"
    (site / "other").mkdir(parents=True)
    (site / "index.html").write_text(HOME.format(more=more), encoding="utf-8")
    (site / "other" / "index.html").write_text(OTHER, encoding="utf-8")
    return site


def test_the_same_crawl_passes_a_sound_site_of_two_pages(tmp_path: Path) -> None:
    with serving(two_pages(tmp_path, "")) as address:
        result = crawl(f"{address}/", tmp_path)
    assert (result.code, result.bad()) == (0, {})
    assert result.good() == {f"{address}/", f"{address}/other/", f"{address}/other/#here"}


def test_the_same_crawl_catches_a_broken_link(tmp_path: Path) -> None:
    with serving(two_pages(tmp_path, '<a href="nowhere/">Broken</a>')) as address:
        result = crawl(f"{address}/", tmp_path)
    assert result.code == 1
    assert list(result.bad()) == [f"{address}/nowhere/"]
    assert "404" in result.bad()[f"{address}/nowhere/"]


def test_the_same_crawl_catches_a_broken_anchor(tmp_path: Path) -> None:
    with serving(two_pages(tmp_path, '<a href="other/#not-here">Broken</a>')) as address:
        result = crawl(f"{address}/", tmp_path)
    assert result.code == 1
    assert list(result.bad()) == [f"{address}/other/#not-here"]
    assert "Anchor `not-here' (decoded: `not-here') not found" in result.bad()[f"{address}/other/#not-here"]
