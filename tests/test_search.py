"""The search in a real browser: what people would type leads where they want, and nothing they type goes anywhere.

tests/search/queries.yml was written before its writer saw the site. Every query is asked of the function the box asks; every
sixth is also typed into the box, key by key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from scripts.build import ROOT, Checked, pages_of
from scripts.pages.search import entries
from tests.browsing import DESKTOP, PHONE, Device, open_search, results, search, visit

FOLDER = ROOT / "tests" / "search"
TOP_THREE, AT_THE_TOP = 0.97, 0.90
"""How many queries must have a page they want among the first three results, and how many as the very first."""


@dataclass(frozen=True)
class Query:
    """What somebody types, and the addresses any of which answers it."""

    q: str
    want: tuple[str, ...]
    before: bool
    """One of the 60 that were fixed before the search was first tuned."""

    def answered_by(self, found: Sequence[str]) -> bool:
        """Whether one of the results is wanted: the same page, and the same part of it where a part is wanted."""
        return any(address == want if "#" in want else address.partition("#")[0] == want for address in found for want in self.want)


def queries() -> tuple[Query, ...]:
    """All the queries."""
    read = yaml.safe_load((FOLDER / "queries.yml").read_text(encoding="utf-8"))["queries"]
    return tuple(Query(one["q"], tuple([one["want"]] if isinstance(one["want"], str) else one["want"]), one.get("before", False)) for one in read)


QUERIES = queries()
SAMPLE = QUERIES[::6][:40]
"""The queries that are typed key by key: every sixth, so that all kinds are in it."""


@pytest.fixture(scope="module")
def answers(browser: Browser, served: str) -> Mapping[str, tuple[str, ...]]:
    """For every query the addresses found, best first."""
    with visit(browser, served, DESKTOP) as page:
        page.goto("/")
        open_search(page, DESKTOP)
        found = page.evaluate("asked => asked.map(query => window.preventPathwaysFind(query).map(result => result.url))", [one.q for one in QUERIES])
    return {query.q: tuple("/" + str(address).removeprefix("./") for address in addresses) for query, addresses in zip(QUERIES, found, strict=True)}


def misses(answers: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The queries with no wanted page among the first three results, and what came first."""
    return {one.q: (answers[one.q][:1] or ("",))[0] for one in QUERIES if not one.answered_by(answers[one.q][:3])}


def test_there_are_enough_queries_and_each_stands_once() -> None:
    assert len({query.q for query in QUERIES}) == len(QUERIES) == 251
    assert sum(query.before for query in QUERIES) == 60
    assert len(SAMPLE) == 40


def test_every_wanted_address_is_a_page(real: Checked) -> None:
    made = {page.path for page in pages_of(real)}
    assert {want.partition("#")[0] for query in QUERIES for want in query.want} - made == set()


@pytest.mark.parametrize("which", ["all", "fixed before"])
def test_what_people_type_finds_the_page_they_want(answers: Mapping[str, Sequence[str]], which: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [query for query in QUERIES if query.before or which == "all"]
    three, first = (sum(query.answered_by(answers[query.q][:most]) for query in asked) for most in (3, 1))
    with capsys.disabled():
        print(f"\nsearch, {which}: {three} of {len(asked)} in the first three ({three / len(asked):.1%}), {first} first ({first / len(asked):.1%})")
    assert three / len(asked) >= TOP_THREE
    assert first / len(asked) >= AT_THE_TOP


def test_the_list_of_misses_is_the_truth(answers: Mapping[str, Sequence[str]]) -> None:
    listed = yaml.safe_load((FOLDER / "misses.yml").read_text(encoding="utf-8"))["misses"]
    assert {one["q"]: one["got"] for one in listed} == misses(answers)
    assert all(one["reason"].strip() for one in listed)


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=str)
def test_typed_into_the_box_a_query_shows_its_results_says_how_many_and_leaves_no_trace(
    browser: Browser, served: str, answers: Mapping[str, Sequence[str]], device: Device
) -> None:
    """On the desktop the whole sample, from a page two folders deep; on the phone a quarter of it, from home."""
    start, sample = ("/", SAMPLE[::4]) if device.phone else ("/barnet/school/", SAMPLE)
    with visit(browser, served, device) as page:
        page.goto(start)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        before = page.evaluate("history.length")
        open_search(page, device)
        box, status = page.get_by_role("searchbox"), page.locator("header [role=status]")
        for query in sample:
            box.fill("")
            page.keyboard.type(query.q)
            found = results(page)
            assert [address for address, _ in found] == list(answers[query.q]), query.q
            expect(status).to_have_text(f"{len(found)} result{'' if len(found) == 1 else 's'}")
            assert page.url == f"{served}{start}"
        assert [url for url in asked if not url.endswith("/mark.svg")] == [
            f"{served}/assets/search.js"
        ]  # the browser asks for the page's sign itself
        assert page.evaluate("[history.length, localStorage.length, sessionStorage.length]") == [before, 0, 0]


def test_the_status_is_there_before_it_has_words_so_that_a_screen_reader_hears_them(browser: Browser, served: str) -> None:
    with visit(browser, served, DESKTOP) as page:
        page.goto("/")
        page.evaluate("window.status_before = document.querySelector('header [role=status]')")
        search(page, DESKTOP, "zzyzx school")
        assert page.evaluate("window.status_before === document.querySelector('header [role=status]')")
        expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d results?$"))


def test_a_word_that_is_nowhere_finds_nothing_and_says_what_to_do(browser: Browser, served: str) -> None:
    with visit(browser, served, DESKTOP) as page:
        page.goto("/")
        open_search(page, DESKTOP)
        page.keyboard.type("zzyzx")
        expect(page.get_by_role("status")).to_contain_text("Nothing found")
        assert results(page) == []
        page.get_by_role("searchbox").fill("")
        expect(page.get_by_role("status")).to_have_text("")


def test_a_search_that_cannot_be_loaded_says_so_and_tries_again(browser: Browser, served: str) -> None:
    context = browser.new_context(base_url=served)
    page = context.new_page()
    context.route("**/assets/search.js", lambda route: route.abort())
    page.goto("/")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status")).to_contain_text("could not be loaded")
    context.unroute("**/assets/search.js")
    page.keyboard.press("Escape")
    assert search(page, DESKTOP, "barnet")[0][0] == "/barnet/"
    context.close()


@pytest.mark.parametrize("query", ["", " ", "the", "?", "a" * 300, "<b>x</b>", "'\"; --", "\\", "(((", "ß ı İ 💥", "constructor", "__proto__"])
def test_nothing_that_can_be_typed_breaks_it(browser: Browser, served: str, query: str) -> None:
    with visit(browser, served, DESKTOP) as page:
        page.goto("/")
        open_search(page, DESKTOP)
        page.get_by_role("searchbox").fill(query)
        assert page.locator("[data-search-results] b").count() == 0
        assert page.evaluate("query => Array.isArray(window.preventPathwaysFind(query))", query)


# --- the index ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def index(site: Path) -> Mapping[str, Any]:
    """The index as the site carries it."""
    found = re.search(r"^const PREVENT_PATHWAYS_INDEX=(\{.*\});$", (site / "assets" / "search.js").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return dict(json.loads(found[1]))


def leads_nowhere(site: Path, address: str) -> bool:
    """Whether an address from the site's root names no page, or a part that its page does not have."""
    path, _, anchor = address.partition("#")
    file = site / path.strip("/") / "index.html"
    return not file.is_file() or (anchor != "" and f'id="{anchor}"' not in file.read_text(encoding="utf-8"))


def test_every_entry_leads_to_a_page_and_a_part_that_are_there(site: Path, real: Checked, index: Mapping[str, Any]) -> None:
    made = [entry.to for entry in entries(real.k, pages_of(real))]
    assert ["/" + doc["url"].removeprefix("./") for doc in index["docs"]] == made
    assert len(made) > 300
    assert [to for to in made if leads_nowhere(site, to)] == []


def test_every_address_that_the_browser_puts_together_is_there(site: Path, index: Mapping[str, Any]) -> None:
    areas = [doc["url"] for doc in index["docs"] if doc["kind"] == "area"]
    ends = [slot["anchor"] for slot in index["slots"]] + [f"{doc['slug']}/" for doc in index["docs"] if doc.get("slug")]
    assert (len(areas), len(ends) > 30) == (33, True)
    assert [area + end for area in areas for end in ends if leads_nowhere(site, area + end)] == []


def test_every_result_of_every_query_leads_to_a_page_that_is_there(site: Path, answers: Mapping[str, Sequence[str]]) -> None:
    found = {address for addresses in answers.values() for address in addresses}
    assert len(found) > 200
    assert [address for address in sorted(found) if leads_nowhere(site, address)] == []


# --- without a server --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["index.html", "barnet/school/index.html"])
def test_opened_as_a_file_the_search_lists_results(browser: Browser, site: Path, start: str) -> None:
    """The addresses of this build need a server to be followed; the search itself needs none."""
    with visit(browser, "", DESKTOP) as page:
        page.goto((site / start).as_uri())
        found = search(page, DESKTOP, "teacher hackney")
        assert found[0][0] == (site / "hackney" / "school").as_uri().removeprefix("file://") + "/"


def test_every_page_can_be_searched_from(browser: Browser, served: str) -> None:
    """One page of each depth: the addresses of results are right from each."""
    with visit(browser, served, DESKTOP) as page:
        for start in ("/", "/find/", "/settings/school/", "/publish/policy/", "/404.html"):
            page.goto(start)
            assert links(page)[:1] == ["/hackney/school/"], start


def links(page: Page) -> list[str]:
    """Where the results of one query lead."""
    return [address for address, _ in search(page, DESKTOP, "teacher hackney")]
