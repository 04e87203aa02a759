"""/changes/, the pages for those who were trained in a quarter, and the feed: nothing lost, nothing from elsewhere, in the right order."""

from __future__ import annotations

import datetime
import io
import json
import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Mapping

import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser

from scripts.build import ROOT, Checked, prose_of
from scripts.exports import feed
from scripts.load import Knowledge, assemble
from scripts.pages.addresses import Style
from scripts.pages.changes import Quarter, change_pages, change_paths, newest_first, quarter_of, quarters
from scripts.pages.render import Renderer
from scripts.pages.site import site_paths, tally
from scripts.pages.words import day
from scripts.prose import Text
from scripts.rules.words import MOST_WORDS, SENTENCE_END
from tests import invented
from tests.conftest import TODAY, Files

CHANGES = "pathways/changes.yml"
EXAMPLE = "example"
ATOM = "{http://www.w3.org/2005/Atom}"
NASTY = '<script>alert(1)</script> & "quotes" ]]>'
Record = dict[str, object]


def change(on: str, kind: str = "guidance", **more: object) -> Record:
    """An invented change."""
    record: Record = {"on": on, "kind": kind, "what": f"Something of {on} changed.", "why": "Because.", "act": "Nobody needs to do anything."}
    return {**record, "sources": ["actearly-contact"], **more}


def knowledge(files: Files, changes: Mapping[str, Record], edition: str = "london") -> Knowledge:
    """The real data with invented changes in place of its own."""
    return assemble({**files, CHANGES: yaml.safe_dump({"changes": dict(changes)}).encode()}, edition)


def page(k: Knowledge, path: str, today: datetime.date = TODAY) -> BeautifulSoup:
    """A page made from the changes, as a reader gets it."""
    renderer = Renderer(ROOT, k, today, Style.DIRECTORY, tally(k, today), defaultdict(lambda: "A page of this site"))
    return BeautifulSoup(renderer.text(next(page for page in change_pages(k, today) if page.path == path)), "html.parser")


def words(element: Tag | BeautifulSoup | None) -> str:
    assert element is not None
    return " ".join(element.get_text().split())


# --- quarters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "quarter", "name"),
    [
        ("2026-01-01", Quarter(2026, 1), "January to March 2026"),
        ("2026-03-31", Quarter(2026, 1), "January to March 2026"),
        ("2026-04-01", Quarter(2026, 2), "April to June 2026"),
        ("2026-09-30", Quarter(2026, 3), "July to September 2026"),
        ("2026-10-01", Quarter(2026, 4), "October to December 2026"),
        ("2026-12-31", Quarter(2026, 4), "October to December 2026"),
    ],
)
def test_a_day_lies_in_one_quarter(on: str, quarter: Quarter, name: str) -> None:
    found = quarter_of(datetime.date.fromisoformat(on))
    assert (found, found.name) == (quarter, name)
    assert found.first <= datetime.date.fromisoformat(on) < found.next.first


def test_there_is_a_page_for_each_quarter_from_the_earliest_change_to_today(files: Files) -> None:
    k = knowledge(files, {"a": change("2025-11-02"), "b": change("2026-08-01")})
    assert [quarter.path for quarter in quarters(k, TODAY)] == [
        "/changes/2025-q4/", "/changes/2026-q1/", "/changes/2026-q2/", "/changes/2026-q3/", "/changes/2026-q4/",
    ]  # fmt: skip
    assert [quarter.path for quarter in quarters(knowledge(files, {}), TODAY)] == ["/changes/2026-q4/"]


def test_the_pages_only_ever_grow(real: Checked, files: Files) -> None:
    """With the days, and with an entry more: an address that was printed on a slide answers for ever."""
    before = set(change_paths(real.k, TODAY))
    for days in (0, 1, 39, 40, 400, 4000):
        later = set(change_paths(real.k, TODAY + datetime.timedelta(days=days)))
        assert before <= later
        before = later
    assert len(before) > 50
    earlier = knowledge(files, {"a": change("2025-11-02")})
    assert set(change_paths(earlier, TODAY)) < set(change_paths(knowledge(files, {"a": change("2025-11-02"), "b": change("2024-01-01")}), TODAY))


def test_the_site_knows_the_pages_without_making_them(real: Checked, texts: tuple[Text, ...]) -> None:
    made = [page.path for page in change_pages(real.k, TODAY)]
    assert made == list(change_paths(real.k, TODAY))
    assert set(made) <= site_paths(real.k, prose_of(texts), TODAY)


# --- /changes/ ---------------------------------------------------------------------------------------------------------


def test_every_change_stands_on_the_page_under_its_own_anchor_newest_first(real: Checked) -> None:
    soup = page(real.k, "/changes/")
    articles = soup.select("article")
    assert [article["id"] for article in articles] == [id for id, _ in newest_first(real.k)]
    assert {str(article["id"]) for article in articles} == set(real.k.changes)
    days = [real.k.changes[str(article["id"])].on for article in articles]
    assert days == sorted(days, reverse=True)


def test_a_change_says_what_why_when_who_must_act_where_and_on_whose_word(real: Checked) -> None:
    soup = page(real.k, "/changes/")
    for id, record in real.k.changes.items():
        article = soup.find(id=id)
        assert isinstance(article, Tag)
        text = words(article)
        for wanted in (record.what, record.why, f"Who must act: {record.act}", day(record.on)):
            assert " ".join(wanted.split()) in text, id
        links = {str(link["href"]) for link in article.select("a[href]")}
        wanted_links = {f"../sources/#{source}" for source in record.sources} | {f"../{area}/" for area in record.areas}
        assert wanted_links | {f"..{path}" for path in record.pages} | {f"#{id}"} <= links, id
        for source in record.sources:
            assert f"read on {day(real.k.sources[source].seen)}" in text
        section = article.find_parent("section")
        assert section is not None
        assert words(section.h2) == quarter_of(record.on).name


def test_the_page_begins_with_when_did_you_train_and_leads_to_every_quarter(real: Checked) -> None:
    soup = page(real.k, "/changes/")
    assert words(soup.h2) == "When did you train?"
    choices = {str(link["href"]): words(link) for link in soup.select("#trained .pp-choices a")}
    assert choices == {f"..{quarter.path}": quarter.name for quarter in quarters(real.k, TODAY)}


def test_a_withdrawn_contact_point_is_named_with_its_day_and_never_with_its_number(files: Files) -> None:
    line = invented.line([invented.seen("council-new")], withdrawn={"on": "2026-11-20", "why": "It rings out."})
    told = change("2026-11-20", "number", sources=[], contacts=["invented-line"], areas=["invented"])
    k = invented.knowledge({**files, CHANGES: json.dumps({"changes": {"gone": told}}).encode()}, {"invented-line": line})
    for path in ("/changes/", "/changes/2026-q4/"):
        text = words(page(k, path))
        assert "Something of 2026-11-20 changed." in text
        assert invented.NUMBER not in text
    assert "Invented Line, withdrawn on 20 November 2026" in words(page(k, "/changes/"))


def test_a_number_that_was_checked_is_told_with_the_day_of_the_check(files: Files) -> None:
    checks = [{"on": on, "how": "phone", "by": "duty-officer", "phone": invented.NUMBER} for on in ("2026-11-20", "2026-05-01")]
    line = invented.line([invented.seen("council-new")], confirmations=checks)
    told = change("2026-11-20", "number", sources=[], contacts=["invented-line"])
    k = invented.knowledge({**files, CHANGES: json.dumps({"changes": {"new": told}}).encode()}, {"invented-line": line})
    assert "Who says so: Invented Line, checked with its owner on 20 November 2026." in words(page(k, "/changes/"))


# --- changed since you trained -----------------------------------------------------------------------------------------


def test_a_quarters_page_holds_what_changed_from_its_first_day_on_and_nothing_before(real: Checked) -> None:
    for quarter in quarters(real.k, TODAY):
        soup = page(real.k, quarter.path)
        found = {str(link["href"]).partition("#")[2] for link in soup.select(".pp-points a") if "changes/#" in str(link["href"])}
        assert found == {id for id, record in real.k.changes.items() if record.on >= quarter.first}, quarter
        for id in found:
            assert " ".join(real.k.changes[id].act.split()) in words(soup)


def test_law_comes_first_then_guidance_then_numbers_by_area_then_this_site(files: Files) -> None:
    kinds = ("site", "local", "number", "procedure", "guidance", "law")
    changes = {kind: change("2026-11-01", kind, areas=["brent"] if kind == "number" else []) for kind in kinds}
    changes["second-number"] = change("2026-11-02", "number", areas=["barnet", "camden"])
    soup = page(knowledge(files, changes), "/changes/2026-q4/")
    order = [str(link["href"]).partition("#")[2] for link in soup.select(".pp-points a")]
    assert order == ["law", "guidance", "procedure", "local", "second-number", "number", "site"]
    assert [words(heading) for heading in soup.select("h2, h3")] == [
        "Law, guidance and procedures", "Numbers and local arrangements", "All of London", "Barnet, Camden", "Brent", "This site",
    ]  # fmt: skip


def test_a_quarter_after_which_nothing_changed_says_so(files: Files) -> None:
    k = knowledge(files, {"a": change("2026-05-31")})
    for path, names in (("/changes/2026-q2/", True), ("/changes/2026-q3/", False), ("/changes/2026-q4/", False)):
        text = words(page(k, path))
        assert ("Something of 2026-05-31 changed." in text) == names
        assert ("nothing that this site knows of has changed since" in text) != names


def test_text_of_a_change_lands_as_text(files: Files) -> None:
    k = knowledge(files, {"a": change("2026-11-01", what=NASTY, why=NASTY, act=NASTY)})
    for path in ("/changes/", "/changes/2026-q4/"):
        soup = page(k, path)
        assert not soup.select("script")
        assert NASTY in words(soup)


def test_a_quarter_with_no_more_than_fourteen_changes_fits_one_sheet(real: Checked, served: str, browser: Browser) -> None:
    view = browser.new_page()
    for quarter in quarters(real.k, TODAY):
        view.goto(served + quarter.path)
        number = view.locator(".pp-points > li").count()
        sheets = len(re.findall(rb"/Type\s*/Page\b", view.pdf(format="A4")))
        assert sheets == 1 or number > 14, (quarter.name, number, sheets)
    view.close()


# --- the feed ----------------------------------------------------------------------------------------------------------


def entries(content: bytes) -> list[ET.Element]:
    return ET.parse(io.BytesIO(content)).getroot().findall(f"{ATOM}entry")


def texts_of(element: ET.Element, *names: str) -> list[str]:
    return [element.findtext(f"{ATOM}{name}", "") for name in names]


@pytest.fixture(scope="module")
def example(files: Files) -> Knowledge:
    """The real data in the invented edition that has an address."""
    return assemble(files, EXAMPLE)


def test_an_edition_without_an_address_has_no_feed_and_no_link_to_one(real: Checked, example: Knowledge) -> None:
    assert feed.files(real.k, TODAY) == {}
    assert not page(real.k, "/changes/").select("[href$='.xml']")
    assert set(feed.files(example, TODAY)) == {"changes/atom.xml"}
    assert [link["href"] for link in page(example, "/changes/").select("[href$='.xml']")] == ["atom.xml"]


def test_the_feed_holds_what_rfc_4287_asks_for(example: Knowledge) -> None:
    (content,) = feed.files(example, TODAY).values()
    root = ET.fromstring(content)
    assert root.tag == f"{ATOM}feed"
    for element in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):  # 4.1.1 and 4.1.2: exactly one of each
            assert len(element.findall(f"{ATOM}{name}")) == 1
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", texts_of(element, "updated")[0])  # 3.3
        assert texts_of(element, "id")[0].startswith("https://prevent.example.org/")  # 4.2.6: an absolute IRI
        alternates = [link for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
        assert alternates[0].get("href") == texts_of(element, "id")[0]
    assert [name.text for name in root.findall(f"{ATOM}author/{ATOM}name")] == ["Invented Academies Trust"]
    assert [link.get("href") for link in root.findall(f"{ATOM}link") if link.get("rel") == "self"] == ["https://prevent.example.org/changes/atom.xml"]
    known = {"id", "title", "subtitle", "updated", "published", "author", "name", "rights", "link", "entry", "category", "summary"}
    assert {element.tag for element in root.iter()} - {root.tag} <= {f"{ATOM}{name}" for name in known}
    assert not [
        element for element in root.iter() if element.tag not in {f"{ATOM}link", f"{ATOM}category"} and element.attrib and element is not root
    ]


def test_every_change_is_an_entry_whose_address_answers(example: Knowledge) -> None:
    (content,) = feed.files(example, TODAY).values()
    ids = [texts_of(entry, "id")[0] for entry in entries(content)]
    assert len(ids) == len(set(ids))
    assert ids == [f"https://prevent.example.org/changes/#{id}" for id, _ in newest_first(example)]
    anchors = {str(article["id"]) for article in page(example, "/changes/").select("article")}
    assert {id.partition("#")[2] for id in ids} == anchors
    for entry, (_, record) in zip(entries(content), newest_first(example), strict=True):
        assert texts_of(entry, "title", "updated") == [record.what, f"{record.on}T00:00:00Z"]
        assert texts_of(entry, "summary") == [f"{record.why} Who must act: {record.act}"]


def test_the_feed_is_as_new_as_its_newest_entry_and_the_same_bytes_each_day(example: Knowledge) -> None:
    made = {feed.files(example, TODAY + datetime.timedelta(days=days))["changes/atom.xml"] for days in (0, 0, 1)}
    assert len(made) == 1
    assert texts_of(ET.fromstring(made.pop()), "updated") == [f"{max(record.on for record in example.changes.values())}T00:00:00Z"]


def test_a_draft_edition_says_so_in_its_feed_too(example: Knowledge) -> None:
    (content,) = feed.files(example, TODAY).values()
    count = tally(example, TODAY)
    assert texts_of(ET.fromstring(content), "subtitle") == [
        f"Draft: {count.confirmed} of {count.shown} contact points confirmed. Not for operational use."
    ]


def test_any_text_is_fit_for_the_feed(files: Files) -> None:
    k = knowledge(files, {"a": change("2026-11-01", what=NASTY, why="é ∀ 😀")}, EXAMPLE)
    (content,) = feed.files(k, TODAY).values()
    (entry,) = entries(content)
    assert texts_of(entry, "title") == [NASTY]
    assert "é ∀ 😀" in texts_of(entry, "summary")[0]


def test_a_feed_without_entries_is_a_feed(files: Files) -> None:
    (content,) = feed.files(knowledge(files, {}, EXAMPLE), TODAY).values()
    assert entries(content) == []
    assert texts_of(ET.fromstring(content), "updated") == ["2026-11-22T00:00:00Z"]
    assert "Nothing has been noted yet." in words(page(knowledge(files, {}), "/changes/"))


# --- the entries -------------------------------------------------------------------------------------------------------


def test_the_entries_are_short_sentences(real: Checked) -> None:
    for id, record in real.k.changes.items():
        for text in (record.what, record.why, record.act):
            for sentence in SENTENCE_END.split(text):
                assert len(sentence.split()) <= MOST_WORDS, (id, sentence)


def test_an_entry_found_on_a_day_says_that_it_was_found_then(real: Checked) -> None:
    """Where no source prints the day of a change, the entry is dated when we found it, and its words say so."""
    started = min(record.on for record in real.k.changes.values() if record.kind == "site")
    for id, record in real.k.changes.items():
        read = {real.k.sources[source].seen for source in record.sources}
        if record.kind != "site" and record.on in {started, *read}:
            assert f"found it on {day(record.on)}" in record.why, id
