"""The built site keeps its promises: only records' values, whole pages, the right order, no other host, the same bytes every time."""

from __future__ import annotations

import functools
import itertools
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from jinja2 import TemplateSyntaxError
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort

from scripts import __main__ as commands
from scripts.build import RENDERED, ROOT, Checked, build_site, pages_of, render_files
from scripts.load import Knowledge
from scripts.model import UNPLACED, ContactPoint, Slot, Values
from scripts.pages.addresses import source_file
from scripts.pages.words import tel
from scripts.pages.write import write_files
from scripts.prose import Text
from scripts.routes import FALLBACKS
from scripts.standing import Standing, judge
from tests.conftest import TODAY, Files
from tests.test_pages import HOSTILE, case_of, hostile, replaced

BARNET = "pathways/areas/barnet.yml"
NOT_FOUND = "404.html"
"""The page for addresses that are not there: made by the theme, so it carries no records and no strip."""

Pages = Mapping[str, BeautifulSoup]


@pytest.fixture(scope="module")
def pages(site: Path) -> Pages:
    """Every HTML file of the site, read once, by its path in the site."""
    return {path.relative_to(site).as_posix(): read(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}


def read(html: str) -> BeautifulSoup:
    """An HTML page as a tree."""
    return BeautifulSoup(html, "html.parser")


def built(path: str) -> str:
    """The HTML file of a page: /barnet/ is barnet/index.html."""
    return source_file(path).removesuffix(".md") + ".html"


def find(inside: Tag, selector: str) -> list[Tag]:
    """The elements that a selector names. On a whole page its first part is looked up in a list made once."""
    head, _, rest = selector.partition(" ")
    if not isinstance(inside, BeautifulSoup) or not re.fullmatch(r"[.#]?[\w-]+", head):
        return list(inside.select(selector))
    found = listed(inside).get(head, [])
    return [tag for part in found for tag in part.select(rest)] if rest else found


_lists: dict[int, tuple[Tag, dict[str, list[Tag]]]] = {}


def listed(page: Tag) -> dict[str, list[Tag]]:
    """A page's elements by name, by .class and by #id."""
    if id(page) not in _lists:
        by: dict[str, list[Tag]] = {}
        for tag in page.find_all(True):
            for key in (
                tag.name,
                *(f".{name}" for name in tag.get_attribute_list("class") if name),
                *([f"#{tag['id']}"] if "id" in tag.attrs else []),
            ):
                by.setdefault(key, []).append(tag)
        _lists[id(page)] = page, by
    return _lists[id(page)][1]


def one(inside: Tag, selector: str) -> Tag:
    """The only element that a selector names."""
    found = find(inside, selector)
    assert len(found) == 1, f"{len(found)} elements are {selector}"
    return found[0]


def first(inside: Tag, selector: str) -> Tag:
    """The first element that a selector names."""
    found = find(inside, selector)
    assert found, f"nothing is {selector}"
    return found[0]


def words(tag: Tag) -> str:
    """The words of an element, with single spaces."""
    return " ".join(tag.get_text().split())


def routes(case: Checked) -> list[tuple[str, str, str]]:
    """Every route: its HTML file, its area, its setting."""
    local = [slug for slug, setting in case.k.settings.items() if setting.local]
    return [(f"{area}/{setting}/index.html", area, setting) for area in case.k.areas for setting in local]


# --- which pages there are ---------------------------------------------------------------------------------------------


def test_the_site_holds_the_pages_that_were_made_and_no_others(real: Checked, pages: Pages) -> None:
    made = [built(page.path) for page in pages_of(real)]
    assert len(made) == len(set(made))
    assert set(pages) == {*made, NOT_FOUND}


def test_only_the_landing_pages_stand_in_the_navigation(real: Checked) -> None:
    nav = load_config(str(ROOT / "mkdocs.yml")).nav
    assert nav == [source_file(page.path) for page in pages_of(real) if page.landing]
    assert len(nav) < 12


def test_every_page_links_to_every_landing_page_and_home(real: Checked, pages: Pages) -> None:
    landing = {built(page.path) for page in pages_of(real) if page.landing}
    for name, page in pages.items():
        assert {target(name, str(link["href"]))[0] for link in find(page, ".pp-footer a")} == landing, name


# --- whole pages -------------------------------------------------------------------------------------------------------


def test_every_page_has_one_heading_a_title_of_its_own_a_language_and_a_description(pages: Pages) -> None:
    titles: Counter[str] = Counter()
    for name, page in pages.items():
        assert words(one(page, "h1")), name
        assert one(page, "html")["lang"] == "en", name
        assert str(one(page, "head meta[name=description]")["content"]).strip(), name
        titles[words(one(page, "title"))] += 1
    assert {title: count for title, count in titles.items() if count > 1 or not title} in ({}, {"Prevent Pathways": 2})
    assert words(first(pages["index.html"], "title")) == words(first(pages[NOT_FOUND], "title")) == "Prevent Pathways"


def test_no_id_stands_twice_on_a_page(pages: Pages) -> None:
    for name, page in pages.items():
        ids = Counter({key: len(tags) for key, tags in listed(page).items() if key.startswith("#")})
        assert [id for id, count in ids.items() if count > 1] == [], name


def test_headings_leave_no_level_out(pages: Pages) -> None:
    for name, page in pages.items():
        levels = [int(tag.name[1]) for tag in one(page, "main").find_all(re.compile("^h[1-6]$"))]
        assert levels[0] == 1, name
        assert [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1] == [], name


LEFTOVERS = re.compile(
    r"\{\{|\}\}|\{%|%\}|\{#|\[\[(?![a-z]+:…\]\])|[\x00-\x08\x0b\x0c\x0e-\x1f]|\bNone\b|\bundefined\b|\bnull\b|\bNaN\b"
    r"|object at 0x|mappingproxy|Markup\(|<Slot|\bStanding\.|&(?:amp;)?(?:lt|gt|amp|#\d+);"
)
PLACEHOLDERS = re.compile(
    r"\b(?:TODO|FIXME|TBC|TBA|XXX+|lorem ipsum|example\.(?:com|org)|placeholder text|insert (?:name|number) here)\b", re.IGNORECASE
)


def test_no_template_mark_no_empty_value_and_no_placeholder_is_left_on_any_page(site: Path, pages: Pages) -> None:
    for name, page in pages.items():
        texts = shown_texts(page)
        assert len(texts) > 20, name
        assert [text for text in texts if LEFTOVERS.search(text) or PLACEHOLDERS.search(text)] == [], name
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", (site / name).read_text(encoding="utf-8")), name


@pytest.mark.parametrize("left", ["{{ name }}", "[[contact:x]]", "a\x02slot\x03", "Call None", "&lt;b&gt;", "TBC", "mail me@example.org"])
def test_what_is_left_over_would_be_seen(left: str) -> None:
    assert LEFTOVERS.search(left) or PLACEHOLDERS.search(left)


# --- links -------------------------------------------------------------------------------------------------------------


def target(name: str, href: str) -> tuple[str, str]:
    """The file in the site, and the anchor, that an inside address leads to from a page."""
    parts = urlsplit(href)
    path = unquote(parts.path)
    if not path:
        return name, unquote(parts.fragment)
    inside = path.lstrip("/") if path.startswith("/") else posixpath.join(posixpath.dirname(name), path)
    folder = path.endswith("/") or posixpath.basename(path) in (".", "..")
    file = posixpath.normpath(inside or ".")
    return (posixpath.normpath(posixpath.join(file, "index.html")) if folder else file), unquote(parts.fragment)


def inside_links(page: Tag) -> Iterator[str]:
    """Every address in a page that leads to this site."""
    for tag in page.find_all(("a", "link", "script", "img", "area", "use", "iframe", "source")):
        address = str(tag.get("href") or tag.get("src") or "")
        if address and not urlsplit(address).scheme and not address.startswith("//"):
            yield address


def test_every_inside_link_leads_to_a_file_and_every_anchor_to_an_id(site: Path, pages: Pages) -> None:
    ids = {name: {key.removeprefix("#") for key in listed(page) if key.startswith("#")} for name, page in pages.items()}
    followed = 0
    for name, page in pages.items():
        for href in inside_links(page):
            file, anchor = target(name, href)
            assert (site / file).is_file(), f"{name}: {href} leads to no file"
            assert not anchor or anchor in ids[file], f"{name}: {href} leads to no place on its page"
            followed += 1
    assert followed > 50 * len(pages)


def test_every_page_can_be_reached_from_home(pages: Pages) -> None:
    seen, waiting = {"index.html"}, ["index.html"]
    while waiting:
        name = waiting.pop()
        found = {target(name, str(link["href"]))[0] for link in find(pages[name], "a") if not urlsplit(str(link["href"])).scheme}
        waiting += found - seen
        seen |= found
    assert seen == set(pages) - {NOT_FOUND}


def test_links_use_only_safe_schemes_and_outside_ones_tell_nobody_where_they_come_from(pages: Pages) -> None:
    for name, page in pages.items():
        assert one(page, "head meta[name=referrer]")["content"] == "no-referrer", name
        for link in find(page, "a"):
            scheme = urlsplit(str(link["href"])).scheme
            assert scheme in ("", "https", "mailto", "tel", "sms"), f"{name}: {link}"
            assert link.get("target") is None, f"{name}: {link}"
            assert not link.get("ping"), f"{name}: {link}"


# --- nothing from another host -----------------------------------------------------------------------------------------

LOADED = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "object": "data",
    "embed": "src",
    "use": "href",
}
LOADED |= {"form": "action", "base": "href"}


def test_no_page_loads_anything_from_another_host(pages: Pages) -> None:
    loaded = 0
    for name, page in pages.items():
        for tag in page.find_all(tuple(LOADED)):
            address = str(tag.get(LOADED[tag.name], ""))
            assert not urlsplit(address).scheme, f"{name}: {tag}"
            assert not address.startswith("//"), f"{name}: {tag}"
            assert "srcset" not in tag.attrs, f"{name}: {tag}"
            assert tag.name != "iframe", f"{name}: {tag}"
            loaded += bool(address)
        assert not page.find_all("meta", attrs={"http-equiv": True}), name
        assert not page.find_all("link", rel=["preconnect", "dns-prefetch", "prefetch", "prerender"]), name
        assert [tag for tag in page.find_all(style=True) if "url(" in str(tag["style"])] == [], name
        assert [tag for tag in page.find_all("style") if "url(" in tag.get_text()] == [], name
    assert loaded > 4 * len(pages)


def test_no_style_sheet_loads_anything_from_another_host(site: Path) -> None:
    sheets = list(site.rglob("*.css"))
    assert site / "assets" / "site.css" in sheets
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        found = re.findall(r"url\(\s*['\"]?([^'\")]*)", text) + re.findall(r"@import\s+['\"]([^'\"]+)", text)
        assert [address for address in found if re.match(r"(?:https?:)?//", address)] == [], sheet.name


def test_our_own_script_asks_nothing_of_any_network(site: Path) -> None:
    text = (site / "assets" / "site.js").read_text(encoding="utf-8")
    assert not re.search(r"https?:|fetch|XMLHttpRequest|sendBeacon|WebSocket|EventSource|cookie|import\(", text)


# --- every value is a record's -----------------------------------------------------------------------------------------

DIGITS = re.compile(r"(?<![\w./-])\+?\d(?:[ \u00a0-]?\d){6,}(?![\w/])")
"""Anything with seven digits or more, whatever it starts with, as a number is printed."""
RUN = re.compile(r"\d(?:[ \u00a0-]?\d){6,}")
"""The same in words that run together."""
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s\"'<>“”’)]+")
TOLD = ("title", "content", "aria-label", "alt", "placeholder", "value", "summary", "label")
"""Attributes whose words a reader meets."""


def ways_in(values: Values) -> Iterator[str]:
    """Every number, mailbox and page."""
    yield from (value for value in (values.phone, *values.phone_alternatives, values.sms, values.email, values.page) if value)


def plain(value: str) -> str:
    """A value without its spaces, in small letters."""
    return re.sub(r"[\s\u00a0-]", "", value).lower() if DIGITS.fullmatch(value) else value.replace(" ", "").lower()


def hidden(contact: ContactPoint) -> bool:
    """Whether nothing of it may be shown."""
    return contact.hold is not None or contact.withdrawn is not None


@dataclass(frozen=True)
class Known:
    """What may stand on a page: numbers, mailboxes and outside addresses of records."""

    values: frozenset[str]
    dialled: frozenset[str]
    addresses: frozenset[str]


@pytest.fixture(scope="module")
def known(real: Checked) -> Known:
    """The values of every record that is not held."""
    k = real.k
    shown = [contact for contact in k.contacts.values() if not hidden(contact)]
    values = {value for contact in shown for value in ways_in(contact)}
    dialled = {tel(number) for contact in shown for number in (contact.phone, *contact.phone_alternatives) if number}
    dialled |= {f"sms:{contact.sms}" for contact in shown if contact.sms}
    addresses = {contact.page for contact in shown if contact.page}
    addresses |= {source.url for source in k.sources.values() if source.link} | {area.website for area in k.areas.values()} | {k.edition.exit_page}
    return Known(frozenset(plain(value) for value in values), frozenset(dialled), frozenset(addresses))


def shown_texts(page: Tag) -> list[str]:
    """Every piece of text on a page, and the words in its attributes; drawings and scripts apart."""
    found: list[str] = []
    for part in page.children:
        if isinstance(part, Tag):
            found += [str(part[name]) for name in TOLD if name in part.attrs]
            found += [] if part.name in UNREAD else shown_texts(part)
        elif type(part) is NavigableString and part.strip():
            found.append(str(part))
    return found


INLINE = ("a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup", "time", "u", "wbr")


def as_it_runs(page: Tag) -> str:
    """The text of a page with its inline markup taken out, a line for each block."""
    found = ""
    for part in page.children:
        if isinstance(part, Tag):
            found += "" if part.name in UNREAD else as_it_runs(part) if part.name in INLINE else f"\n{as_it_runs(part)}\n"
        elif type(part) is NavigableString:
            found += str(part).replace("\n", " ")
    return found


UNREAD = ("script", "style", "svg")
OUTWARD = ("href", "src", "action", "data", "srcset", "poster", "formaction", "cite", "ping", "background")


@functools.cache
def values_in(text: str) -> frozenset[str]:
    """What looks like a number, a mailbox or an outside address in a text. (Most texts stand on many pages: each is read once.)"""
    return frozenset([*DIGITS.findall(text), *MAIL.findall(text), *(match.rstrip(".,;:") for match in ADDRESS.findall(text))])


def strays(page: Tag, known: Known) -> set[str]:
    """What looks like a number, a mailbox or an outside address and is no record's value."""
    found = {value for text in shown_texts(page) for value in values_in(text) if plain(value) not in known.values and value not in known.addresses}
    # A number may be split by markup, so the page is read once more as it runs.
    found |= {number for number in RUN.findall(as_it_runs(page)) if plain(number) not in known.values}
    for tag in page.find_all(True):
        for address in (str(tag[name]) for name in OUTWARD if name in tag.attrs):
            scheme = urlsplit(address).scheme
            if scheme in ("tel", "sms"):
                found |= {address} - known.dialled
            elif scheme == "mailto":
                found |= {address} if plain(address.removeprefix("mailto:")) not in known.values else set()
            elif scheme or address.startswith("//"):
                found |= {address} - known.addresses
    return found


def test_every_number_mailbox_and_outside_address_on_any_page_is_a_records(pages: Pages, known: Known) -> None:
    assert {name: found for name, page in pages.items() if (found := strays(page, known))} == {}


@pytest.mark.parametrize(
    "slip",
    [
        "<p>Ring 020 7946 0999</p>",
        "<p>Ring 020<b> 7946 0999</b></p>",
        "<p>Ring 7946 0999</p>",
        "<p>Ring +44 20 7946 0999</p>",
        '<a href="tel:112">emergency</a>',
        '<a href="tel:+442079460999">ring</a>',
        '<a href="sms:61017">text</a>',
        '<a href="mailto:team@example.org">write</a>',
        "<p>Write to team@example.org.</p>",
        '<span title="see www.example.org">here</span>',
        '<a href="https://example.org/form">form</a>',
        '<a href="//example.org/form">form</a>',
        '<img src="https://example.org/a.png" alt="">',
        '<meta name="description" content="Ring 020 7946 0999">',
    ],
)
def test_a_value_that_is_no_records_would_be_seen(site: Path, known: Known, slip: str) -> None:
    html = (site / "now" / "index.html").read_text(encoding="utf-8")
    assert strays(read(html), known) == set()
    assert len(strays(read(html.replace("<h1>", f"{slip}<h1>", 1)), known)) >= 1


def test_every_number_in_the_search_index_is_a_records(site: Path, known: Known) -> None:
    entries = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]
    assert {"barnet/", "now/", "glossary/"} <= {entry["location"] for entry in entries}
    assert {entry["location"]: found for entry in entries if (found := strays(read(f"<b>{entry['title']}</b>{entry['text']}"), known))} == {}


def test_every_link_to_dial_or_write_says_the_value_it_leads_to(pages: Pages) -> None:
    links = [
        (name, link) for name, page in pages.items() for link in find(page, "a") if str(link.get("href")).startswith(("tel:", "sms:", "mailto:"))
    ]
    assert len(links) > 10 * len(pages)
    for name, link in links:
        said, address = words(link), str(link["href"])
        assert address in (tel(said), f"sms:{said}", f"mailto:{said}"), f"{name}: {link}"


def test_the_records_values_do_stand_on_the_pages(real: Checked, pages: Pages) -> None:
    """The other way round: what a record shows in a slot is on its area's page."""
    for (area, slot), fillings in real.k.fillings.items():
        page = pages[f"{area}/index.html"]
        links = {str(link["href"]) for link in find(page, "a")}
        if slot == UNPLACED:
            continue
        for id, _ in fillings:
            contact = real.k.contacts[id]
            ways = [tel(contact.phone)] if contact.phone else [f"mailto:{contact.email}"] if contact.email else [str(contact.page)]
            assert hidden(contact) or set(ways) <= links, f"{id} is not on the page of {area}"


def not_to_be_shown(k: Knowledge, known: Known) -> dict[str, str]:
    """Every value that a record keeps but does not show, with the contact point that keeps it."""
    kept: dict[str, str] = {}
    for id, contact in k.contacts.items():
        for values in (contact, *contact.sightings) if hidden(contact) else contact.sightings:
            kept |= {value: id for value in ways_in(values) if plain(value) not in known.values and value not in known.addresses}
    return kept


def test_no_held_value_and_no_value_that_was_only_sighted_stands_anywhere_in_the_site(real: Checked, site: Path, known: Known) -> None:
    kept = not_to_be_shown(real.k, known)
    held = {id for id, contact in real.k.contacts.items() if hidden(contact) and any(ways_in(contact))}
    assert held
    assert held <= set(kept.values())
    files = [path for path in site.rglob("*") if path.is_file() and path.suffix not in (".gz", ".png", ".ico", ".woff2")]
    assert site / "search" / "search_index.json" in files
    for path in files:
        text = path.read_text(encoding="utf-8").lower()
        run_together = re.sub(r"[\s-]", "", text)
        for value, id in kept.items():
            assert not stands_in(value, text, run_together), f"{path.relative_to(site)} holds {value} of {id}"


def stands_in(value: str, text: str, run_together: str) -> bool:
    """Whether a value stands in a text, with its digits set in any way."""
    digits = plain(value)
    if not digits.isdigit():
        return value.lower() in text
    if len(digits) < 7:
        return re.search(rf"(?<![\w.#/-]){digits}(?![\w.%/-])", text) is not None
    return digits in run_together or f"44{digits[1:]}" in run_together


@pytest.mark.parametrize("text", ["ring 020 8303 7777", "ring 0208 303-7777", "tel:+442083037777", "ring 020\n8303 7777"])
def test_a_held_number_would_be_seen_however_it_is_set(text: str) -> None:
    assert stands_in("020 8303 7777", text, re.sub(r"[\s-]", "", text))
    assert not stands_in("020 8303 7778", text, re.sub(r"[\s-]", "", text))


# --- every page, and route pages above all -----------------------------------------------------------------------------


def place(tag: Tag) -> tuple[int, int]:
    """Where an element starts in the file."""
    assert tag.sourceline is not None
    assert tag.sourcepos is not None
    return tag.sourceline, tag.sourcepos


def test_every_page_opens_with_the_draft_strip_and_the_danger_line(real: Checked, pages: Pages) -> None:
    shown = sum(not hidden(contact) for contact in real.k.contacts.values())
    for name, page in pages.items():
        if name == NOT_FOUND:
            continue
        strip, danger = one(page, ".pp-draft"), one(page, ".pp-danger")
        assert words(strip) == f"Draft: 0 of {shown} contact points confirmed. Not for operational use.", name
        assert first(danger, "a.pp-tel")["href"] == "tel:999", name
        assert target(name, str(danger.select("a")[1]["href"]))[0] == "now/index.html", name
        assert place(strip) < place(danger) < place(one(page, "h1")), name


def test_the_page_for_a_wrong_address_leads_to_danger_areas_and_settings_first(pages: Pages) -> None:
    page = pages[NOT_FOUND]
    assert [target(NOT_FOUND, str(link["href"]))[0] for link in page.select("article a")] == [
        "now/index.html",
        "areas/index.html",
        "settings/index.html",
    ]
    assert not page.select('a[href^="tel:"], a[href^="mailto:"]')


def local_lines(case: Checked, area: str, slot: Slot, public: bool) -> dict[str, tuple[ContactPoint, Standing]]:
    """The contact points that may be shown for a slot, with their standing, by name. From the records, not from the page's own code."""
    found = {}
    for id, filling in case.k.fillings.get((area, slot), ()):
        contact = case.k.contacts[id]
        if not hidden(contact) and not (public and contact.audience == "professionals"):
            found[filling.called or contact.name] = (contact, judge(case.k, id, filling, TODAY).standing)
    return found


def best(case: Checked, area: str, slot: Slot, public: bool) -> str:
    """The number that must stand first for a slot: a confirmed or published local one, else the fallback's."""
    lines = local_lines(case, area, slot, public).values()
    for standing in (Standing.CONFIRMED, Standing.PUBLISHED):
        for contact, its in lines:
            if its is standing:
                return str(contact.phone)
    (fallback,) = FALLBACKS[slot]
    return str(case.k.contacts[fallback].phone)


def test_a_route_shows_danger_then_the_first_step_then_the_childs_number_then_the_adults(real: Checked, pages: Pages) -> None:
    assert len(routes(real)) >= 33 * 9
    for name, area, setting in routes(real):
        page, record = pages[name], real.k.settings[setting]
        child, adult = first(page, "#child .pp-number"), first(page, "#adult .pp-number")
        danger, step = one(page, ".pp-danger"), one(page, ".pp-first")
        assert place(danger) < place(step) < place(child) < place(adult) < place(one(page, "#steps")), name
        do = next(step.do for step in record.steps if step.id == record.first_step)
        assert do in words(step), name
        public = record.audience == "public"
        assert words(first(child, "a")) == best(real, area, Slot.CHILDREN, public), name
        assert words(first(adult, "a")) == best(real, area, Slot.ADULTS, public), name


PARTS = ("child", "adult", "local", "steps", "form", "out-of-hours", "not-sure", "what-next", "not-prevent", "record", "page-sources")


def test_a_route_has_its_parts_in_the_order_of_the_design(real: Checked, pages: Pages) -> None:
    for name, _, _ in routes(real):
        found = [str(tag["id"]) for tag in find(pages[name], "section") if "id" in tag.attrs]
        assert [id for id in found if id in PARTS] == [id for id in PARTS if id in found], name
        assert {"child", "adult", "steps", "out-of-hours", "page-sources"} <= set(found), name


WORDED = {
    Standing.CONFIRMED: "Checked by ",
    Standing.PUBLISHED: "Published, not yet checked",
    Standing.WEAK: "Use with care: ",
    Standing.LAPSED: "Use with care: the last check ran out on ",
}


def test_every_card_says_its_standing_in_words(pages: Pages) -> None:
    cards = [(name, card) for name, page in pages.items() for card in find(page, ".pp-card")]
    assert len(cards) > 33 * 9 * 4
    for name, card in cards:
        standing = Standing(str(card["data-standing"]))
        assert words(one(card, ".pp-standing")).startswith(WORDED[standing]), f"{name}: {words(card)}"
        assert words(one(card, ".pp-standing strong")), name


@dataclass(frozen=True)
class Card:
    """A card as the page shows it."""

    name: str
    fallback: bool
    standing: Standing
    label: str
    ways: tuple[str, ...]


def card_of(tag: Tag) -> Card:
    """Read a card."""
    title = first(tag, ".pp-card__name")
    label = " ".join(words(part) for part in title.select(".pp-label"))
    name = "".join(str(text) for text in title.find_all(string=True) if not text.find_parent(class_=("pp-label", "pp-local")))
    ways = tuple(str(link["href"]) for link in tag.select(".pp-number a, .pp-mail a, .pp-page a"))
    return Card(" ".join(name.split()), label in ("Use first", "If that fails"), Standing(str(tag["data-standing"])), label, ways)


def groups(page: Tag) -> Iterator[tuple[Slot, list[Card], str]]:
    """The cards of each slot that a route shows, in order, with the words around them."""
    for id, slot in (("child", Slot.CHILDREN), ("adult", Slot.ADULTS)):
        section = one(page, f"#{id}")
        yield slot, [card_of(card) for card in section.select(".pp-card")], words(section)
    for id, titles in (("out-of-hours", ("For a child", "For an adult")), ("form", ("Prevent team",))):
        for title in titles:
            slot = {"For a child": Slot.OUT_OF_HOURS_CHILDREN, "For an adult": Slot.OUT_OF_HOURS_ADULTS, "Prevent team": Slot.PREVENT}[title]
            heading = next(tag for tag in one(page, f"#{id}").select("h3") if words(tag) == title)
            part = []
            for tag in heading.find_next_siblings():
                if tag.name == "h3":
                    break
                part.append(tag)
            yield slot, [card_of(tag) for tag in part if "pp-card" in tag.get_attribute_list("class")], " ".join(words(tag) for tag in part)


def test_the_fallback_stands_after_a_published_number_and_before_a_weak_one(real: Checked, pages: Pages) -> None:
    seen: Counter[tuple[Standing, bool]] = Counter()
    for name, area, setting in routes(real):
        public = real.k.settings[setting].audience == "public"
        for slot, cards, around in groups(pages[name]):
            where = f"{name}, {slot}"
            lines = local_lines(real, area, slot, public)
            fallbacks = [card for card in cards if card.fallback]
            local = [card for card in cards if not card.fallback and not card.label]
            assert [card.name for card in fallbacks] == [real.k.contacts[str(id)].name for id in FALLBACKS[slot]], where
            assert {card.name: card.standing for card in local} == {line: standing for line, (_, standing) in lines.items()}, where
            good = {Standing.CONFIRMED, Standing.PUBLISHED}
            for card in local:
                for fallback in fallbacks:
                    assert (cards.index(card) < cards.index(fallback)) is (card.standing in good), where
                seen[card.standing, cards[0].fallback] += 1
            expected = "If that fails" if any(card.standing in good for card in local) else "Use first"
            assert {card.label for card in fallbacks} == {expected}, where
            assert ("has not been checked well enough to stand first" in around) is (bool(local) and expected == "Use first"), where
            assert (f" was found for {real.k.areas[area].name}" in around or "was found that says so" in around) is (not local), where
    assert seen[Standing.PUBLISHED, False] > 0
    assert seen[Standing.WEAK, True] > 0


def test_a_route_and_an_area_page_name_the_out_of_hours_line_beside_the_daytime_number(real: Checked, pages: Pages) -> None:
    for name, area, setting in routes(real):
        public = real.k.settings[setting].audience == "public"
        for id, slot in (("child", Slot.OUT_OF_HOURS_CHILDREN), ("adult", Slot.OUT_OF_HOURS_ADULTS)):
            after = one(pages[name], f"#{id} .pp-after")
            assert words(first(after, "a.pp-tel")) == best(real, area, slot, public), name
            assert after.select("a")[-1]["href"] == "#out-of-hours", name


def test_deaf_readers_find_their_ways_with_every_out_of_hours_block_and_on_now(real: Checked, pages: Pages) -> None:
    k = real.k
    ways = {str(k.contacts["emergency-999-bsl"].page), f"sms:{k.contacts['emergency-sms'].sms}", tel(str(k.contacts["police-101-text-relay"].phone))}
    for name in (*(name for name, _, _ in routes(real)), *(f"{area}/index.html" for area in k.areas)):
        assert {str(link["href"]) for link in find(pages[name], "#out-of-hours .pp-deaf a")} >= ways, name
    assert {str(link["href"]) for link in find(pages["now/index.html"], "a")} >= ways


# --- for families ------------------------------------------------------------------------------------------------------


def for_the_public(case: Checked) -> set[str]:
    """The pages of the settings that are not staff's."""
    slugs = [slug for slug, setting in case.k.settings.items() if setting.audience == "public"]
    assert "family" in slugs
    return {f"settings/{slug}/index.html" for slug in slugs} | {name for name, _, setting in routes(case) if setting in slugs}


def test_family_pages_have_one_way_out_before_their_heading_and_staff_pages_have_none(real: Checked, pages: Pages) -> None:
    public = for_the_public(real)
    for name, page in pages.items():
        exits = find(page, ".pp-exit a")
        assert len(exits) == (name in public), name
        assert "Leave this page" in page.get_text() if name in public else "Leave this page" not in page.get_text(), name
        if exits:
            assert exits[0]["href"] == real.k.edition.exit_page, name
            assert place(exits[0]) < place(one(page, "h1")), name
            safely = [target(name, str(link["href"])) for link in find(page, "a") if str(link["href"]).endswith("#leave")]
            assert safely == [("about/index.html", "leave")], name


def test_family_pages_show_no_line_that_is_for_professionals_only(real: Checked, pages: Pages) -> None:
    closed = {id: contact for id, contact in real.k.contacts.items() if contact.audience == "professionals" and not hidden(contact)}
    open_values = {
        value for contact in real.k.contacts.values() if contact.audience != "professionals" and not hidden(contact) for value in ways_in(contact)
    }
    assert any(set(ways_in(contact)) - open_values for contact in closed.values())
    for name in for_the_public(real):
        page = pages[name]
        text, addresses = page.get_text(), {str(link["href"]) for link in find(page, "a")}
        assert "staff only" not in text, name
        for id, contact in closed.items():
            for value in set(ways_in(contact)) - open_values:
                assert value not in text, f"{name} shows {id}"
                assert not {value, tel(value), f"mailto:{value}"} & addresses, f"{name} links to {id}"


def test_staff_pages_do_show_the_lines_for_professionals_and_say_so(real: Checked, pages: Pages) -> None:
    marked = 0
    for (area, slot), fillings in real.k.fillings.items():
        for id, filling in fillings:
            contact = real.k.contacts[id]
            if contact.audience == "professionals" and not hidden(contact) and slot != UNPLACED:
                cards = [card for card in find(pages[f"{area}/index.html"], ".pp-card") if card_of(card).name == (filling.called or contact.name)]
                assert cards, f"{id} is not on the page of {area}"
                assert all("staff only" in words(card) for card in cards), f"{area}: {id}"
                marked += 1
    assert marked > 0


# --- building ----------------------------------------------------------------------------------------------------------

BUILD = """
import datetime, sys
from scripts.build import ROOT, build_site, render
render(ROOT, datetime.date.fromisoformat(sys.argv[1]))
build_site(ROOT, ROOT / "site", print)
"""


def clone(folder: Path) -> Path:
    """The project as a fresh clone has it."""
    left_out = shutil.ignore_patterns(".git", ".venv", "site", ".site.*", "rendered", "__pycache__", ".*_cache", "tests")
    shutil.copytree(ROOT, folder, ignore=left_out)
    (folder / RENDERED).mkdir(parents=True)
    return folder


def built_in(folder: Path, seed: str) -> Path:
    """Render and build a clone in a Python of its own."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1795348800", "PYTHONPATH": ""}
    subprocess.run([sys.executable, "-c", BUILD, TODAY.isoformat()], cwd=folder, env=environment, check=True, capture_output=True)
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with its site built; not to be changed."""
    return built_in(clone(tmp_path_factory.mktemp("twin") / "clone"), "1")


@pytest.fixture
def good(twin: Path, tmp_path: Path) -> Path:
    """A copy of it, to break."""
    return Path(shutil.copytree(twin, tmp_path / "project"))


def test_two_builds_on_the_same_day_in_different_places_give_the_same_bytes(twin: Path, tmp_path: Path) -> None:
    other = built_in(clone(tmp_path / "elsewhere" / "another-name"), "2")
    first, second = tree(twin / "site"), tree(other / "site")
    assert set(first) == set(second)
    assert [name for name in first if first[name] != second[name]] == []
    assert len(first) > 350


def test_no_file_of_the_site_says_where_it_was_built(twin: Path) -> None:
    assert [name for name, content in tree(twin / "site").items() if str(twin).encode() in content] == []


def test_a_site_built_without_the_hooks_short_cuts_is_the_same(twin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page: the hook saves time, it decides nothing. (Both builds together take seconds, so there is no need of a sample.)"""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795348800")
    config = load_config(str(twin / "mkdocs.yml"), site_dir=str(tmp_path / "plain"), strict=True, hooks=[])
    assert not config.hooks
    config.plugins.on_startup(command="build", dirty=False)
    mkdocs_build(config)
    config.plugins.on_shutdown()
    plain_site, hooked = tree(tmp_path / "plain"), tree(twin / "site")
    assert set(plain_site) == set(hooked)
    assert [name for name in hooked if plain_site[name] != hooked[name]] == []


def broken_link(project: Path) -> None:
    (project / RENDERED / "about" / "index.md").write_text("# About\n\n[Nowhere](../nowhere/index.md)\n", encoding="utf-8")


def broken_template(project: Path) -> None:
    (project / "theme" / "material" / "main.html").write_text("{% extends 'base.html' %}{% block header %}", encoding="utf-8")


def broken_configuration(project: Path) -> None:
    path = project / "mkdocs.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("  - now/index.md", "  - not-there/index.md"), encoding="utf-8")


@pytest.mark.parametrize(("breaking", "refusal"), [(broken_link, Abort), (broken_template, TemplateSyntaxError), (broken_configuration, Abort)])
def test_a_build_that_fails_leaves_the_last_good_site(good: Path, twin: Path, breaking: Callable[[Path], None], refusal: type[BaseException]) -> None:
    breaking(good)
    with pytest.raises(refusal):
        build_site(good, good / "site", lambda message: None)
    assert tree(good / "site") == tree(twin / "site")


def test_a_builder_that_dies_half_way_leaves_the_last_good_site_and_the_next_build_is_whole(
    good: Path, twin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795348800")
    written: list[str] = []

    def dies(output: bytes, path: str) -> None:
        written.append(path)
        if len(written) > 40:
            raise OSError("no space left on device")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(output)

    with monkeypatch.context() as patched:
        patched.setattr("mkdocs.utils.write_file", dies)
        with pytest.raises(OSError, match="no space left"):
            build_site(good, good / "site", lambda message: None)
    assert len(written) == 41
    assert tree(good / "site") == tree(twin / "site")
    build_site(good, good / "site", lambda message: None)
    assert tree(good / "site") == tree(twin / "site")
    assert sorted(path.name for path in good.glob("*site*")) == ["site"]


def test_the_build_command_says_that_the_last_good_site_stays(
    good: Path, twin: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken_link(good)
    monkeypatch.setattr(commands, "ROOT", good)
    monkeypatch.setattr(commands, "SITE", good / "site")
    monkeypatch.setattr(commands, "render", lambda: 0)
    assert commands.build() == 1
    assert "the last good site/ stays" in capsys.readouterr().err
    assert tree(good / "site") == tree(twin / "site")


def plain_mkdocs(project: Path) -> subprocess.CompletedProcess[str]:
    """`mkdocs build`, as somebody would type it in a fresh clone."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1795348800", "PYTHONPATH": "", "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    return subprocess.run([sys.executable, "-m", "mkdocs", "build"], cwd=project, env=environment, capture_output=True, text=True)


def test_plain_mkdocs_builds_the_same_site_from_a_fresh_clone(twin: Path, tmp_path: Path) -> None:
    project = clone(tmp_path / "fresh")
    done = plain_mkdocs(project)
    assert done.returncode == 0, done.stderr
    assert tree(project / "site") == tree(twin / "site")


def test_plain_mkdocs_names_file_and_line_of_a_broken_record_and_leaves_the_site(good: Path, twin: Path) -> None:
    path = good / BARNET
    path.write_bytes(replaced({BARNET: path.read_bytes()}, BARNET, ("ons_code: E09000003", "ons_code: E09000099"))[BARNET])
    done = plain_mkdocs(good)
    assert done.returncode == 1
    assert f"{BARNET}:3:1: form: ons_code" in done.stdout + done.stderr
    assert tree(good / "site") == tree(twin / "site")


# --- escaping, all the way ---------------------------------------------------------------------------------------------


def behaviour(page: Tag) -> Counter[str]:
    """What a page could run: its scripts and its event attributes."""
    found = Counter(re.sub(r"\s+", " ", str(tag)) for tag in page.select("script, iframe, object, embed"))
    return found + Counter(f"{tag.name} {name}" for tag in page.find_all(True) for name in tag.attrs if name.startswith("on"))


ATTACKED: Sequence[str] = (
    "index.html",
    "barnet/index.html",
    "barnet/school/index.html",
    "barnet/gp/index.html",
    "brent/school/index.html",
    "settings/school/index.html",
)
ATTACKED = (*ATTACKED, "settings/index.html", "glossary/index.html", "sources/index.html", "procedures/index.html", "coverage/index.html")


def test_hostile_words_in_a_record_change_no_page_the_browser_runs(good: Path, files: Files, texts: tuple[Text, ...], pages: Pages) -> None:
    write_files(good / RENDERED, render_files(case_of(hostile(files), texts)))
    build_site(good, good / "site", lambda message: None)
    for name in ATTACKED:
        page = read((good / "site" / name).read_text(encoding="utf-8"))
        assert behaviour(page) == behaviour(pages[name]), name
        assert len(page.select("head > *")) == len(pages[name].select("head > *")), name
    route = read((good / "site" / "barnet" / "school" / "index.html").read_text(encoding="utf-8"))
    assert first(route, "title").get_text() == f"Setting{HOSTILE} in Area{HOSTILE} · Prevent Pathways"
    assert str(one(route, "meta[name=description]")["content"]).endswith(f"Summary{HOSTILE}")
    assert one(route, "h1").get_text() == f"Setting{HOSTILE} in Area{HOSTILE}"
    index = json.loads((good / "site" / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert [entry["location"] for entry in index["docs"] if "<script" in entry["title"] + entry["text"]] == []
