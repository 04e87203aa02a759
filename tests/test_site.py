"""The built site keeps its promises: only records' values, whole pages, the right order, no other host, the same bytes every time.

What can be read in a page's text alone is asked of every page. What needs a page as a tree is asked of every page that is no route and
of one route in SAMPLE, and by `make test-all` of all routes, a part of them at a time.
"""

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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from jinja2 import TemplateSyntaxError
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.exceptions import Abort
from mkdocs.plugins import event_priority

from scripts import __main__ as commands
from scripts.build import RENDERED_ALREADY, ROOT, UNUSED, Checked, build_site, day_of_build, lay_prints, pages_of, render_files, rendered_in
from scripts.load import Knowledge, load
from scripts.model import UNPLACED, ContactPoint, Myth, Scenario, Slot, Values
from scripts.pages.addresses import source_file
from scripts.pages.search import SCRIPT
from scripts.pages.subjects import code_path, guide_path
from scripts.pages.words import tel
from scripts.pages.write import write_files
from scripts.prose import Text
from scripts.routes import FALLBACKS
from scripts.standing import Standing, judge
from tests.conftest import TODAY, Files
from tests.test_pages import DANGER, HOSTILE, case_of, hostile, replaced

BARNET = "pathways/areas/barnet.yml"
NOT_FOUND = "404.html"
"""The page for addresses that are not there: made by the theme, so it carries no records and no strip."""

SAMPLE = 25
"""One route in so many is read as a tree by `make test`. It is one less than there are settings with routes, so that each area and each
setting has its turn."""


class Pages(Mapping[str, BeautifulSoup]):
    """The site's pages as trees, by their path in it. Those of the sample are listed; any other can be asked for too."""

    def __init__(self, site: Path, names: Iterable[str]) -> None:
        self.site, self.names = site, tuple(names)
        self.trees: dict[str, BeautifulSoup] = {}

    def __getitem__(self, name: str) -> BeautifulSoup:
        if name not in self.trees:
            self.trees[name] = read((self.site / name).read_text(encoding="utf-8"))
        return self.trees[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def names_in(site: Path) -> list[str]:
    """The path of every HTML file of the site."""
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))


def texts_in(site: Path) -> Iterator[tuple[str, str]]:
    """Every HTML file of the site, as text, one after the other."""
    yield from ((name, (site / name).read_text(encoding="utf-8")) for name in names_in(site))


@pytest.fixture(
    scope="module", params=[0, *(pytest.param(rest, marks=pytest.mark.whole) for rest in range(1, SAMPLE))], ids=lambda rest: f"part{rest}"
)
def pages(request: pytest.FixtureRequest, site: Path, real: Checked) -> Iterator[Pages]:
    """Part 0: every page that is no route and no card of one, and every SAMPLE-th of those. Each other part: those that come so many after."""
    every = [f"{folder}{name}" for name, _, _ in routes(real) for folder in ("", "cards/")]
    others = set(names_in(site)) - set(every) if request.param == 0 else set[str]()
    yield Pages(site, sorted({*others, *every[request.param :: SAMPLE]}))
    _lists.clear()


@pytest.fixture(scope="module")
def page(site: Path) -> Iterator[Pages]:
    """Any page that is asked for; none is listed."""
    yield Pages(site, ())
    _lists.clear()


def read(html: str) -> BeautifulSoup:
    """An HTML page as a tree."""
    return BeautifulSoup(html, "html.parser")


def built(path: str) -> str:
    """The HTML file of a page: /barnet/ is barnet/index.html."""
    return source_file(path).removesuffix(".md") + ".html"


def find_any(page: Tag, names: Iterable[str]) -> list[Tag]:
    """The elements of any of these names."""
    return [tag for name in names for tag in listed(page).get(name, [])]


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


def listed_routes(case: Checked, pages: Pages) -> list[tuple[str, str, str]]:
    """The routes among the pages that are read as trees."""
    found = [route for route in routes(case) if route[0] in pages.names]
    assert len(found) >= len(case.k.areas)
    return found


# --- which pages there are ---------------------------------------------------------------------------------------------


def test_the_site_holds_the_pages_that_were_made_and_no_others(real: Checked, site: Path) -> None:
    made = [built(page.path) for page in pages_of(real)]
    assert len(made) == len(set(made))
    assert set(names_in(site)) == {*made, NOT_FOUND}


def test_the_sample_of_routes_covers_every_area_and_every_setting_with_routes(real: Checked, pages: Pages) -> None:
    found = listed_routes(real, pages)
    assert {area for _, area, _ in found} == set(real.k.areas)
    assert {setting for _, _, setting in found} == {slug for slug, setting in real.k.settings.items() if setting.local}


def test_only_the_landing_pages_stand_in_the_navigation(real: Checked) -> None:
    nav = list(load_config(str(ROOT / "mkdocs.yml")).nav or ())
    assert sorted(nav) == sorted(source_file(page.path) for page in pages_of(real) if page.landing)
    assert len(nav) < 24


def test_every_page_links_to_every_landing_page_and_home(real: Checked, site: Path) -> None:
    wanted = {built(page.path) for page in pages_of(real) if page.landing} | {"after/index.html"}
    for name, text in texts_in(site):
        footer = text.partition('<footer class="pp-footer">')[2]
        assert {target(name, href)[0] for href in re.findall(r'<a href="([^"]*)"', footer)} == wanted, name


def test_every_page_has_the_same_menu_and_a_way_past_it(site: Path) -> None:
    menu = ["areas", "settings", "situations", "after", "myths"]
    for name, text in texts_in(site):
        header = text.partition('<nav class="pp-menu"')[2].partition("</nav>")[0]
        assert [target(name, href)[0] for href in re.findall(r'href="([^"]*)"', header)] == [f"{page}/index.html" for page in menu], name
        assert text.index('<a href="#main" class="pp-skip">') < text.index("<header") < text.index('id="main"'), name


# --- whole pages -------------------------------------------------------------------------------------------------------


def test_every_page_has_one_heading_a_title_of_its_own_a_language_and_a_description(site: Path) -> None:
    titles: dict[str, list[str]] = {}
    for name, text in texts_in(site):
        (heading,) = re.findall(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
        assert re.sub(r"<[^>]*>", "", heading).strip(), name
        assert re.findall(r"<html[^>]* lang=\"([^\"]*)\"", text) == ["en"], name
        (description,) = re.findall(r'<meta name="description" content="([^"]*)">', text)
        assert description.strip(), name
        (title,) = re.findall(r"<title>(.*?)</title>", text, re.DOTALL)  # a drawing's title has an id
        assert title.strip(), name
        titles.setdefault(title, []).append(name)
    assert {title: names for title, names in titles.items() if len(names) > 1} == {"Prevent Pathways": [NOT_FOUND, "index.html"]}


def test_no_id_stands_twice_on_a_page(site: Path) -> None:
    for name, text in texts_in(site):
        assert [id for id, count in Counter(re.findall(r'\sid="([^"]*)"', text)).items() if count > 1] == [], name


def test_headings_leave_no_level_out(pages: Pages) -> None:
    for name, page in pages.items():
        levels = [int(tag.name[1]) for tag in one(page, "main").find_all(re.compile("^h[1-6]$"))]
        assert levels[0] == 1, name
        assert [pair for pair in itertools.pairwise(levels) if pair[1] > pair[0] + 1] == [], name


LEFTOVERS = re.compile(
    r"\{\{|\}\}|\{%|%\}|\{#|\[\[(?![a-z]+:…\]\])|[\x00-\x08\x0b\x0c\x0e-\x1f]|\bNone\b(?! of\b)|\bundefined\b|\bnull\b|\bNaN\b"
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
        assert not CONTROL.search((site / name).read_text(encoding="utf-8")), name


CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
TAG = re.compile(r"<[^>]*>")


def fresh_in(site: Path) -> Iterator[tuple[str, str]]:
    """Every page, with only those of its lines that no page before it has. (Pages share most of theirs: this is the whole site in 5 MB.)"""
    seen: set[str] = set()
    for name, text in texts_in(site):
        fresh = [line for line in text.split("\n") if line not in seen]
        seen.update(fresh)
        yield name, "\n".join(fresh)


def outside_scripts(text: str) -> str:
    """A page without its scripts and styles."""
    return re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)


def test_nothing_is_left_over_in_any_line_of_any_page(site: Path) -> None:
    for name, text in fresh_in(site):
        assert not CONTROL.search(text), name
        shown = unescape(TAG.sub("\n", outside_scripts(text)))
        assert [found[0] for found in (LEFTOVERS.search(shown), PLACEHOLDERS.search(shown)) if found] == [], name


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


LINK = re.compile(r"<(?:a|link|script|img|area|use|iframe|source)\b[^>]*?\s(?:href|src)=\"([^\"]*)\"")


def inside_links(text: str) -> set[str]:
    """Every address in a page that leads to this site."""
    addresses = {unescape(found) for found in LINK.findall(text)}
    return {address for address in addresses if address and not urlsplit(address).scheme and not address.startswith("//")}


def test_every_inside_link_leads_to_a_file_and_every_anchor_to_an_id(site: Path) -> None:
    links: dict[tuple[str, str], str] = {}
    ids: dict[str, set[str]] = {}
    followed = 0
    for name, text in texts_in(site):
        ids[name] = set(re.findall(r'\sid="([^"]*)"', text))
        found = inside_links(text)
        links |= {target(name, href): f"{name}: {href}" for href in found}
        followed += len(found)
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert [where for (file, _), where in links.items() if file not in files] == []
    assert [where for (file, anchor), where in links.items() if anchor and anchor not in ids[file]] == []
    assert followed > 50 * len(ids)


def test_every_page_can_be_reached_from_home(site: Path) -> None:
    seen, waiting = {"index.html"}, ["index.html"]
    while waiting:
        name = waiting.pop()
        if not name.endswith(".html"):
            continue
        text = (site / name).read_text(encoding="utf-8")
        found = {target(name, unescape(href))[0] for href in re.findall(r'<a\b[^>]*?\shref="([^"]*)"', text) if not urlsplit(href).scheme}
        waiting += found - seen
        seen |= found
    moved = {built(old) for old in load(ROOT).moved if "#" not in old}
    assert {name for name in seen if name.endswith(".html")} == set(names_in(site)) - {NOT_FOUND} - moved


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


def test_no_page_loads_anything_from_another_host(real: Checked, pages: Pages) -> None:
    loaded = 0
    codes = {built(page.path) for page in pages_of(real) if page.redirect}
    for name, page in pages.items():
        for tag in find_any(page, LOADED):
            address = str(tag.get(LOADED[tag.name], ""))
            assert not urlsplit(address).scheme, f"{name}: {tag}"
            assert not address.startswith("//"), f"{name}: {tag}"
            assert "srcset" not in tag.attrs, f"{name}: {tag}"
            assert tag.name != "iframe", f"{name}: {tag}"
            loaded += bool(address)
        assert bool(page.find_all("meta", attrs={"http-equiv": True})) is (name in codes), name
        assert not page.find_all("link", rel=["preconnect", "dns-prefetch", "prefetch", "prerender"]), name
        assert [tag for tag in page.find_all(style=True) if "url(" in str(tag["style"])] == [], name
    assert loaded >= len(pages)


def test_the_style_stands_in_every_page_and_is_the_same_everywhere_and_loads_nothing(site: Path) -> None:
    styles: set[str] = set()
    for name, text in texts_in(site):
        (style,) = re.findall(r"<style>(.*?)</style>", text.partition("</head>")[0], re.DOTALL)
        assert text.count("<style") == 1, name
        assert 'rel="stylesheet"' not in text, name
        styles.add(style)
    assert len(styles) == 1
    for sheet in site.rglob("*.css"):  # Material's own, which nothing links to
        assert not re.search(r"(?:url\(\s*|@import\s*)['\"]?(?:https?:)?//", sheet.read_text(encoding="utf-8")), sheet.name
    (style,) = styles
    assert "pp-card" in style
    assert not re.search(r"url\(|@import|@font-face|</", style)


NETWORK = re.compile(
    r"https?:|(?:(?<![.\w])|window\.|self\.|globalThis\.)fetch\((?!\w+(?:,\w+)*\)\{)|XMLHttpRequest|sendBeacon|WebSocket|EventSource|cookie|localStorage|sessionStorage|indexedDB|\bcaches\b|import\(|eval\(|new Function"
)


SCRIPTS = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)


def own_scripts(text: str) -> list[str]:
    """Our own scripts in a page: what runs before the first paint, the line that is open now (areas and routes only), a call, and the search box.

    The page of an address that moved has one more, which carries the anchor over.
    """
    early, *scripts = [inside for _, inside in SCRIPTS.findall(text)]
    assert early.strip().startswith('document.documentElement.classList.replace("no-js", "js")')
    assert "preventPathwaysLate(document)" in scripts
    assert len(scripts) == 2 + ('class="pp-ages"' in text) + ("<h1>This page has moved</h1>" in text)
    return [early, *scripts]


def test_our_own_scripts_ask_nothing_of_any_network_and_keep_nothing(site: Path) -> None:
    """The one in the page fetches one file, from beside the page; the search asks for nothing at all."""
    early, now_open, _, text = own_scripts((site / "barnet" / "index.html").read_text(encoding="utf-8"))
    for script in (early, now_open):
        assert not NETWORK.search(script)
        assert not re.search(r"\.src\b|createElement\(.script", script)
    assert not NETWORK.search(text)
    assert re.findall(r"\.src\s*=\s*(.*?);", text) == [f"`${{base}}{SCRIPT}`"]
    search = re.sub(
        r"/\*.*?\*/", "", INDEX.sub("", (site / SCRIPT).read_text(encoding="utf-8")), count=1, flags=re.DOTALL
    )  # but for the library's licence
    assert not NETWORK.search(search)
    assert not re.search(r"\.src\b|\.href\s*=|createElement", search)


def test_the_scripts_stand_in_every_page_and_are_the_same_everywhere(site: Path) -> None:
    scripts: set[str] = set()
    for name, text in texts_in(site):
        assert not any(attributes for attributes, _ in SCRIPTS.findall(text)), name
        assert not re.search(r"<[^>]*\son[a-z]+=", SCRIPTS.sub("", text)), name
        scripts.update(own_scripts(text))
    assert len(scripts) == 4


# --- every value is a record's -----------------------------------------------------------------------------------------

DIGITS = re.compile(r"(?<![\w./-])\+?\d(?:[ \u00a0-]?\d){6,}(?![\w/])")
"""Anything with seven digits or more, whatever it starts with, as a number is printed."""
RUN = re.compile(r"(?<!\d,)\d(?:[ \u00a0-]?\d){6,}")
"""The same in words that run together; not the end of a number of thousands with a year after it (8,778 2025)."""
ONS_CODE = re.compile(r"E09\d{6}")
"""The official code of a London authority: no number to dial."""
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
    found |= {number for number in RUN.findall(ONS_CODE.sub("", as_it_runs(page))) if plain(number) not in known.values}
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


def test_every_number_mailbox_and_outside_address_in_any_line_of_any_page_is_a_records(site: Path, known: Known) -> None:
    """Of all pages, by their text: what is written, what links lead to, and what stands in attributes."""
    found: dict[str, str] = {}
    for name, text in fresh_in(site):
        text = outside_scripts(text)
        shown = unescape(TAG.sub("\n", text))
        told = unescape("\n".join(value for _, value in re.findall(rf'\s({"|".join(TOLD)})="([^"]*)"', text)))
        found |= {value: name for value in values_in(shown) | values_in(told) if plain(value) not in known.values and value not in known.addresses}
        for address in map(unescape, re.findall(rf'\s(?:{"|".join(OUTWARD)})="([^"]*)"', text)):
            scheme = urlsplit(address).scheme
            if scheme in ("tel", "sms"):
                found |= {} if address in known.dialled else {address: name}
            elif scheme == "mailto":
                found |= {} if plain(address.removeprefix("mailto:")) in known.values else {address: name}
            elif scheme or address.startswith("//"):
                found |= {} if address in known.addresses else {address: name}
    assert found == {}


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


INDEX = re.compile(r"^const PREVENT_PATHWAYS_INDEX=(.*);$", re.MULTILINE)


def index_of(site: Path) -> dict[str, list[dict[str, object]]]:
    """What the search searches."""
    found = INDEX.search((site / SCRIPT).read_text(encoding="utf-8"))
    assert found
    index: dict[str, list[dict[str, object]]] = json.loads(found[1])
    return index


def words_of(value: object) -> Iterator[str]:
    """Every text in a value of the index."""
    if isinstance(value, str):
        yield value
    else:
        assert isinstance(value, list)
        yield from value


def test_every_number_in_the_search_index_is_a_shown_records(real: Checked, site: Path, known: Known) -> None:
    index = index_of(site)
    assert set(index) == {"docs", "slots"}
    assert {"barnet/", "now/", "glossary/", "glossary/#dsl", "myths/southport/"} <= {entry["url"] for entry in index["docs"]}
    for entry in (*index["docs"], *index["slots"]):
        texts = [text for value in entry.values() for text in words_of(value)]
        assert [value for text in texts for value in values_in(text) if plain(value) not in known.values] == [], entry
        assert [text for text in words_of(entry.get("number", [])) if plain(text) not in known.values] == [], entry
    numbers = {plain(text) for entry in index["docs"] for text in words_of(entry.get("number", []))}
    shown = [contact for contact in real.k.contacts.values() if not hidden(contact)]
    assert numbers == {
        plain(value) for contact in shown for value in (contact.phone, *contact.phone_alternatives, contact.sms, contact.email) if value
    }


def test_everything_the_search_finds_is_a_place_in_the_site(site: Path) -> None:
    for entry in index_of(site)["docs"]:
        file, anchor = target("index.html", str(entry["url"]))
        assert (site / file).is_file(), entry
        assert not anchor or f' id="{anchor}"' in (site / file).read_text(encoding="utf-8"), entry


def test_every_link_to_dial_or_write_says_the_value_it_leads_to(pages: Pages) -> None:
    links = [
        (name, link) for name, page in pages.items() for link in find(page, "a") if str(link.get("href")).startswith(("tel:", "sms:", "mailto:"))
    ]
    assert len(links) > 2 * len(pages)
    for name, link in links:
        said, address = words(link), str(link["href"])
        assert address in (tel(said), f"sms:{said}", f"mailto:{said}"), f"{name}: {link}"


def test_the_records_values_do_stand_on_the_pages(real: Checked, page: Pages) -> None:
    """The other way round: what a record shows in a slot is on its area's page."""
    for (area, slot), fillings in real.k.fillings.items():
        links = {str(link["href"]) for link in find(page[f"{area}/index.html"], "a")}
        if slot == UNPLACED:
            continue
        for id, _ in fillings:
            contact = real.k.contacts[id]
            ways = [tel(contact.phone)] if contact.phone else [f"mailto:{contact.email}"] if contact.email else [str(contact.page)]
            assert hidden(contact) or set(ways) <= links, f"{id} is not on the page of {area}"


PRINTED = (".pdf", ".pptx")
"""Files to keep: tests/test_cards.py and tests/test_slides.py read them, and find no number that is not its handout's."""


def not_to_be_shown(k: Knowledge, known: Known) -> dict[str, str]:
    """Every value that a record keeps but does not show, with the contact point that keeps it."""
    kept: dict[str, str] = {}
    for id, contact in k.contacts.items():
        for values in (contact, *contact.sightings) if hidden(contact) else contact.sightings:
            kept |= {value: id for value in ways_in(values) if plain(value) not in known.values and value not in known.addresses}
    return kept


def test_no_held_value_and_no_value_that_was_only_sighted_stands_anywhere_in_the_site(real: Checked, site: Path, known: Known, pages: Pages) -> None:
    """The pages of the sample and all that is no page are read whole; of the other pages, every line that no page before them has."""
    kept = not_to_be_shown(real.k, known)
    held = {id for id, contact in real.k.contacts.items() if hidden(contact) and any(ways_in(contact))}
    assert held
    assert held <= set(kept.values())
    others = [path for path in site.rglob("*") if path.is_file() and path.suffix not in (".html", ".gz", ".png", ".ico", ".woff2", *PRINTED)]
    assert site / SCRIPT in others
    whole = ((path.relative_to(site).as_posix(), path.read_text(encoding="utf-8")) for path in (*others, *(site / name for name in pages)))
    for name, text in itertools.chain(whole, fresh_in(site)):
        text = text.lower()
        run_together = re.sub(r"[\s-]", "", text)
        for value, id in kept.items():
            assert not stands_in(value, text, run_together), f"{name} holds {value} of {id}"


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


def test_every_page_opens_with_the_draft_strip_and_the_danger_line(real: Checked, site: Path) -> None:
    shown = sum(not hidden(contact) for contact in real.k.contacts.values())
    strip = f'<p class="pp-draft">Draft: 0 of {shown} contact points confirmed. Not for operational use.</p>'
    for name, text in texts_in(site):
        if name == NOT_FOUND:
            continue
        assert text.count(strip) == text.count('class="pp-draft"') == text.count('class="pp-danger"') == 1, name
        danger = DANGER.search(text)
        assert danger, name
        assert target(name, re.findall(r'href="([^"]*)"', danger[0])[1])[0] == "now/index.html", name
        assert text.index(strip) < danger.start() < text.index("<h1"), name
        assert "tel:" not in text[: danger.start()], name


def test_the_page_for_a_wrong_address_leads_to_danger_areas_and_settings_first(page: Pages) -> None:
    found = page[NOT_FOUND]
    assert [target(NOT_FOUND, str(link["href"]))[0] for link in found.select(".pp a")] == [
        "now/index.html",
        "areas/index.html",
        "settings/index.html",
    ]
    assert not found.select('a[href^="tel:"], a[href^="mailto:"]')


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
    assert len(routes(real)) >= 33 * 26
    for name, area, setting in listed_routes(real, pages):
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
    for name, _, _ in listed_routes(real, pages):
        found = [str(tag["id"]) for tag in find(pages[name], "section") if "id" in tag.attrs]
        assert [id for id in found if id in PARTS] == [id for id in PARTS if id in found], name
        assert {"child", "adult", "steps", "out-of-hours", "page-sources"} <= set(found), name


WORDED = {
    Standing.CONFIRMED: "Checked by ",
    Standing.PUBLISHED: "Published, not yet checked",
    Standing.WEAK: "Use with care: ",
    Standing.LAPSED: "Use with care: the last check ran out on ",
}


def test_every_card_says_its_standing_in_words(real: Checked, pages: Pages) -> None:
    cards = [(name, card) for name, page in pages.items() for card in find(page, ".pp-card[data-standing]")]
    assert len(cards) > 4 * len(listed_routes(real, pages))
    for name, card in cards:
        standing = Standing(str(card["data-standing"]))
        assert words(one(card, ".pp-standing:not([hidden])")).startswith(WORDED[standing]), f"{name}: {words(card)}"
        assert words(one(card, ".pp-standing:not([hidden]) strong")), name


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
        yield slot, [card_of(card) for card in section.select(".pp-card:not([hidden])")], words(section)
    for id, titles in (("out-of-hours", ("For a child", "For an adult")), ("form", ("Prevent team",))):
        for title in titles:
            slot = {"For a child": Slot.OUT_OF_HOURS_CHILDREN, "For an adult": Slot.OUT_OF_HOURS_ADULTS, "Prevent team": Slot.PREVENT}[title]
            heading = next(tag for tag in one(page, f"#{id}").select("h3") if words(tag) == title)
            part = []
            for tag in heading.find_next_siblings():
                if tag.name == "h3":
                    break
                part.append(tag)
            cards = [card for tag in part for card in tag.select(".pp-card:not([hidden])")]
            yield slot, [card_of(card) for card in cards], " ".join(words(tag) for tag in part)


def test_the_fallback_stands_after_a_published_number_and_before_a_weak_one(real: Checked, pages: Pages) -> None:
    seen: Counter[tuple[Standing, bool]] = Counter()
    for name, area, setting in listed_routes(real, pages):
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
    for name, area, setting in listed_routes(real, pages):
        public = real.k.settings[setting].audience == "public"
        for id, slot in (("child", Slot.OUT_OF_HOURS_CHILDREN), ("adult", Slot.OUT_OF_HOURS_ADULTS)):
            after = one(pages[name], f"#{id} .pp-after:not([hidden])")
            assert words(first(after, "a.pp-tel")) == best(real, area, slot, public), name
            assert after.select("a")[-1]["href"] == "#out-of-hours", name


def test_deaf_readers_find_their_ways_with_every_out_of_hours_block_and_on_now(real: Checked, pages: Pages) -> None:
    k = real.k
    ways = {str(k.contacts["emergency-999-bsl"].page), f"sms:{k.contacts['emergency-sms'].sms}", tel(str(k.contacts["police-101-text-relay"].phone))}
    for name in (*(name for name, _, _ in listed_routes(real, pages)), *(f"{area}/index.html" for area in k.areas)):
        assert {str(link["href"]) for link in find(pages[name], "#out-of-hours .pp-deaf a")} >= ways, name
    assert {str(link["href"]) for link in find(pages["now/index.html"], "a")} >= ways


# --- for families ------------------------------------------------------------------------------------------------------


def for_the_public(case: Checked) -> set[str]:
    """The pages of the settings that are not staff's."""
    slugs = [slug for slug, setting in case.k.settings.items() if setting.audience == "public"]
    assert "family" in slugs
    return {f"settings/{slug}/index.html" for slug in slugs} | {
        f"{folder}{name}" for name, _, setting in routes(case) if setting in slugs for folder in ("", "cards/")
    }


def test_family_pages_have_one_way_out_before_their_heading_and_staff_pages_have_none(real: Checked, site: Path) -> None:
    public = for_the_public(real)
    for name, text in texts_in(site):
        exits = re.findall(r'<p class="pp-exit">.*?<a [^>]*?href="([^"]*)"', text, re.DOTALL)
        assert len(exits) == text.count('class="pp-exit"') == (name in public), name
        assert ("Leave this page" in text.partition("</head>")[2]) is (name in public), name
        if exits:
            assert unescape(exits[0]) == real.k.edition.exit_page, name
            assert text.index('class="pp-exit"') < text.index("<h1"), name
            safely = [target(name, href) for href in re.findall(r'href="([^"]*#leave)"', text)]
            assert safely == [("about/index.html", "leave")], name


def test_family_pages_show_no_line_that_is_for_professionals_only(real: Checked, site: Path) -> None:
    closed = {id: contact for id, contact in real.k.contacts.items() if contact.audience == "professionals" and not hidden(contact)}
    open_values = {
        value for contact in real.k.contacts.values() if contact.audience != "professionals" and not hidden(contact) for value in ways_in(contact)
    }
    assert any(set(ways_in(contact)) - open_values for contact in closed.values())
    for name in for_the_public(real):
        text = unescape((site / name).read_text(encoding="utf-8"))
        assert "staff only" not in text.partition("</head>")[2], name
        for id, contact in closed.items():
            for value in set(ways_in(contact)) - open_values:
                assert value not in text, f"{name} shows {id}"
                assert f'"{tel(value)}"' not in text, f"{name} links to {id}"


def test_staff_pages_do_show_the_lines_for_professionals_and_say_so(real: Checked, page: Pages) -> None:
    marked = 0
    for (area, slot), fillings in real.k.fillings.items():
        for id, filling in fillings:
            contact = real.k.contacts[id]
            if contact.audience == "professionals" and not hidden(contact) and slot != UNPLACED:
                cards = [card for card in find(page[f"{area}/index.html"], ".pp-card") if card_of(card).name == (filling.called or contact.name)]
                assert cards, f"{id} is not on the page of {area}"
                assert all("staff only" in words(card) for card in cards), f"{area}: {id}"
                marked += 1
    assert marked > 0


# --- situations, guides, myths, scenarios ------------------------------------------------------------------------------


def coded(case: Checked) -> tuple[Myth | Scenario, ...]:
    """Every record with a short code."""
    return (*case.k.myths.values(), *case.k.scenarios.values())


def parts(page: Tag, names: Iterable[str]) -> list[str]:
    """The sections of a page that have these names, in the order in which they stand."""
    wanted = set(names)
    return [str(tag["id"]) for tag in find(page, "section") if tag.get("id") in wanted]


def in_order(*names: str | tuple[str, object]) -> list[str]:
    """The names of sections; one with a value beside it only where the value is something."""
    return [name if isinstance(name, str) else name[0] for name in names if isinstance(name, str) or name[1]]


def test_a_situation_has_its_sections_in_order(real: Checked, page: Pages) -> None:
    every = ("what-to-do", "do-not", "who-leads", "good-to-know", "see-also", "about-this-page")
    for slug, record in real.k.situations.items():
        found = page[f"situations/{slug}/index.html"]
        expected = in_order(*every[:3], ("good-to-know", record.know), ("see-also", record.see), "about-this-page")
        assert parts(found, every) == expected, slug
        assert len(find(found, "#what-to-do .pp-stage")) == len(record.routes), slug
        assert len(find(found, "#do-not li")) == len(record.do_not), slug
        assert place(one(found, ".pp-first")) < place(one(found, "#what-to-do")), slug


def test_a_guide_has_its_sections_in_the_order_of_its_file(real: Checked, page: Pages) -> None:
    for slug, guide in real.k.guides.items():
        found = page[built(guide_path(slug, guide))]
        own = [section.id for section in guide.sections]
        expected = in_order(*own, ("by-borough", slug == "not-prevent"), ("see-also", guide.see), "about-this-page")
        assert parts(found, {*own, "by-borough", "see-also", "about-this-page"}) == expected, slug
        for section in guide.sections:
            inside = one(found, f"#{section.id}")
            assert words(first(inside, "h2")) == section.title, slug
            counts: list[tuple[str, Sequence[object]]] = [
                (".pp-stage", section.actions),
                (".pp-script", section.scripts),
                (".pp-pair", section.pairs),
                (".pp-example", section.examples),
                ("tbody tr", section.questions),
                (".pp-paste", section.paste),
                (".pp-record__line", section.blanks),
                (".pp-card", section.lines),
            ]
            assert [len(inside.select(selector)) for selector, _ in counts] == [len(items) for _, items in counts], f"{slug}#{section.id}"


def test_a_myth_has_its_sections_in_order(real: Checked, page: Pages) -> None:
    every = ("true-in-it", "evidence", "criticism", "not-known", "say-it", "figures", "trainer-note", "see-also", "about-this-page")
    for slug, myth in real.k.myths.items():
        found = page[f"myths/{slug}/index.html"]
        named = {id for fact in (*myth.true_in_it, *myth.evidence, *myth.criticism) for id in fact.figures}
        named |= {bar.figure for id in myth.charts for bar in real.k.statistics.charts[id].bars}
        assert parts(found, every) == in_order(*every[:5], ("figures", named), "trainer-note", ("see-also", myth.see), "about-this-page"), slug
        assert place(one(found, ".pp-first")) < place(one(found, "#true-in-it")), slug
        assert myth.answer in words(one(found, ".pp-first")), slug
        assert words(one(found, "#say-it blockquote")) == " ".join(myth.say.split()), slug
        assert {str(tag["id"]) for tag in find(found, "#figures dl > div")} == {f"figure-{id}" for id in named}, slug
        for id in named:
            said = words(one(found, f"#figure-{id}"))
            figure = real.k.statistics.figures[id]
            assert said.startswith(f"{figure.value} {figure.year}"), f"{slug}: {id}"
            assert f"It cannot show: {figure.cannot_show}" in said, f"{slug}: {id}"


def test_a_chart_says_in_a_table_what_it_draws(real: Checked, page: Pages) -> None:
    drawn: Counter[str] = Counter()
    for slug, myth in real.k.myths.items():
        found = page[f"myths/{slug}/index.html"]
        assert [tag["id"] for tag in find(found, "figure")] == [f"chart-{id}" for id in myth.charts], slug
        for id in myth.charts:
            chart, figures = real.k.statistics.charts[id], real.k.statistics.figures
            picture = one(found, f"#chart-{id}")
            drawing = one(picture, "svg")
            values = [words(tag) for tag in drawing.select("text.pp-chart__value")]
            labels = [words(tag) for tag in drawing.select("text:not(.pp-chart__value):not(.pp-chart__note)")]
            rows = [(words(one(row, "td")), words(one(row, "th"))) for row in picture.select("tbody tr")]
            assert [value for value, _ in rows] == values, f"{slug}: {id}"
            assert [label.removesuffix(" (counted in a new way)") for _, label in rows] == labels, f"{slug}: {id}"
            bars = [(figures[bar.figure].value, bar.label) for bar in chart.bars]
            assert list(zip(values, labels, strict=True))[: len(bars)] == bars, f"{slug}: {id}"
            assert labels[len(bars) :] in ([], ["Not broken down here"]), f"{slug}: {id}"
            assert len(drawing.select("rect")) == len(rows), f"{slug}: {id}"
            named = [words(one(picture, f"#{name}")) for name in str(drawing["aria-labelledby"]).split()]
            assert named == [chart.title, chart.summary], f"{slug}: {id}"
            assert drawing["role"] == "img", f"{slug}: {id}"
            drawn[id] += 1
    assert set(drawn) == set(real.k.statistics.charts)


def test_a_scenario_has_its_sections_in_order(real: Checked, page: Pages) -> None:
    every = ("facts", "pause", "route", "must-not", "elsewhere", "see-also", "about-this-page")
    for slug, case in real.k.scenarios.items():
        found = page[f"scenarios/{slug}/index.html"]
        expected = in_order(*every[:4], ("elsewhere", case.elsewhere), ("see-also", case.situations), "about-this-page")
        assert parts(found, every) == expected, slug
        assert real.k.check.outcomes[case.check[-1]].name == words(one(found, "#route .pp-first")), slug
        links = {target(f"scenarios/{slug}/index.html", str(link["href"])) for link in find(found, "#route a")}
        local = case.home and real.k.settings[case.setting].local
        route = (f"{case.home}/{case.setting}/index.html", str(case.branch)) if local else (f"settings/{case.setting}/index.html", "")
        assert {route, (f"check/{case.check[-1]}/index.html", "")} <= links, slug


def test_a_scenario_prints_no_number_and_no_mailbox_but_the_danger_lines(real: Checked, page: Pages) -> None:
    """A number in an invented case would be read without its standing: the case leads to the route, which has it."""
    for slug in real.k.scenarios:
        found = one(page[f"scenarios/{slug}/index.html"], ".pp")
        links = [link for link in found.select("a") if str(link["href"]).startswith(("tel:", "sms:", "mailto:"))]
        assert [(str(link["href"]), "pp-danger" in link.parent.get_attribute_list("class")) for link in links if link.parent] == [
            ("tel:999", True)
        ], slug
        outside = "\n".join(words(tag) for tag in found.select("section, h1"))
        assert not DIGITS.findall(outside), slug
        assert not MAIL.findall(outside), slug


def test_a_short_code_leads_on_to_its_page_by_itself_and_by_a_link_with_a_relative_address(real: Checked, site: Path, page: Pages) -> None:
    leads = {code_path(record): f"/{folder}/{slug}/" for folder in ("myths", "scenarios") for slug, record in real.k.__dict__[folder].items()}
    leads |= {code_path(area): f"/{slug}/" for slug, area in real.k.areas.items()}
    assert len(leads) == len(coded(real)) + len(real.k.areas)
    for path, to in leads.items():
        name = built(path)
        found = page[name]
        wait, _, address = str(one(found, "head meta[http-equiv=refresh]")["content"]).partition("; url=")
        assert wait == "0", name
        link = str(one(found, ".pp-lede a")["href"])
        for way in (address, link):
            assert not urlsplit(way).scheme, name
            assert not way.startswith("/"), name
            assert target(name, way) == (built(to), ""), name
        code = path.strip("/").upper()
        assert words(one(found, "h1")) == code, name
        area = real.k.areas.get(to.strip("/"))
        heading = area.name if area else words(one(page[built(to)], "h1"))
        assert words(one(found, "head title")) == f"{code}: {heading} · {real.k.edition.name}", name
        shown = "#about-this-page a" if area else ".pp-progress a"
        assert name in {target(built(to), str(link["href"]))[0] for link in find(page[built(to)], shown)}, name
    refreshed = {name for name, text in texts_in(site) if "http-equiv" in text}
    assert refreshed == {built(path) for path in leads} | {built(old) for old in real.k.moved if "#" not in old}


# --- the guided check --------------------------------------------------------------------------------------------------

MOST_CHOICES = 5


def test_every_outcome_of_the_check_is_reached_in_at_most_five_choices_by_links_alone(real: Checked, page: Pages) -> None:
    outcomes = {f"check/{id}/index.html" for id in real.k.check.outcomes}
    longest = {"check/index.html": 0}
    for _ in range(MOST_CHOICES + 2):  # a circle would grow past the most
        for name in [name for name in longest if name not in outcomes]:
            for link in find(page[name], ".pp-answers a"):
                file, anchor = target(name, str(link["href"]))
                assert not anchor, name
                longest[file] = max(longest.get(file, 0), longest[name] + 1)
    assert {name for name in longest if name in outcomes} == outcomes
    assert {name for name in longest if name not in outcomes} == {name for name in longest if find(page[name], ".pp-answers")}
    assert max(longest.values()) <= MOST_CHOICES
    assert len(longest) == len(outcomes) + len(real.k.check.questions)
    for name in longest:
        assert not one(page[name], ".pp").select("form, input, button, select, script"), name


def test_every_question_of_the_check_has_its_answers_one_for_who_is_not_sure_and_a_way_back(real: Checked, page: Pages) -> None:
    start, *_ = real.k.check.questions
    for id, node in real.k.check.questions.items():
        name = "check/index.html" if id == start else f"check/{id}/index.html"
        found = page[name]
        answers = [(words(link), target(name, str(link["href"]))[0]) for link in find(found, ".pp-answers a")]
        assert answers == [(answer.says, f"check/{answer.to}/index.html") for answer in node.answers], id
        assert len([answer for answer in node.answers if answer.not_sure]) == 1, id
        assert words(one(found, "h1")) == node.asks, id
        back = [target(name, str(link["href"]))[0] for link in find(found, "a") if words(link) == "Back"]
        asked = {
            built("/check/" if other == start else f"/check/{other}/")
            for other, its in real.k.check.questions.items()
            if id in [a.to for a in its.answers]
        }
        assert len(back) == 1, id
        assert set(back) <= (asked or {"index.html"}), id


def test_every_outcome_of_the_check_says_what_to_do_why_what_to_write_and_whom_to_turn_to(real: Checked, page: Pages) -> None:
    every = ("do-this-now", "why", "record", "disagree")
    for id, outcome in real.k.check.outcomes.items():
        name = f"check/{id}/index.html"
        found = page[name]
        assert parts(found, every) == list(every), id
        assert outcome.does.do in words(one(found, "#do-this-now .pp-first")), id
        numbers = {str(link["href"]) for link in find(found, "#do-this-now .pp-card a")}
        contacts = [real.k.contacts[contact] for contact in outcome.does.contacts]
        assert {tel(contact.phone) for contact in contacts if contact.phone} <= numbers, id
        leads = {target(name, str(link["href"]))[0] for link in find(found, "#do-this-now a") if not urlsplit(str(link["href"])).scheme}
        assert not outcome.does.slots or {"areas/index.html", "settings/index.html"} <= leads, id
        backs = [target(name, str(link["href"]))[0] for link in find(found, "a") if words(link) in ("Back", "Start again")]
        assert len(backs) == 2, id
        assert backs[1] == "check/index.html", id


# --- building ----------------------------------------------------------------------------------------------------------


def clone(folder: Path) -> Path:
    """The project as a fresh clone has it."""
    left_out = shutil.ignore_patterns(
        ".git", ".venv", "site", "site-*", "deploy-*", ".site*", ".cache", "rendered", "__pycache__", ".*_cache", "tests"
    )
    shutil.copytree(ROOT, folder, ignore=left_out)
    rendered_in(folder).mkdir(parents=True)
    return folder


def plain_mkdocs(project: Path, seed: str = "1") -> subprocess.CompletedProcess[str]:
    """`mkdocs build`, as somebody would type it in a fresh clone, in a Python whose sets and dicts are shuffled by `seed`."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": NOON, "PYTHONHASHSEED": seed, "PYTHONPATH": ""}
    environment |= {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    return subprocess.run([sys.executable, "-m", "mkdocs", "build"], cwd=project, env=environment, capture_output=True, text=True)


NOON = "1795348800"
"""Noon of TODAY, in seconds."""


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def differing(one: Path, other: Path) -> list[str]:
    """The files that two folders do not both hold, or not with the same bytes. (Read a pair at a time: a site holds 90 MB.)"""
    own = ".manifest.json"  # names the revision, which a copy without git has not; tests/test_manifest.py looks at it
    names = [{path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.name != own} for folder in (one, other)]
    assert len(names[0]) > 40
    return sorted(
        str(name) for name in names[0] | names[1] if name not in names[0] & names[1] or (one / name).read_bytes() != (other / name).read_bytes()
    )


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh clone, built by plain `mkdocs build` in a Python of its own; not to be changed."""
    project = clone(tmp_path_factory.mktemp("twin") / "another-name")
    done = plain_mkdocs(project)
    assert done.returncode == 0, done.stderr
    return project


KEPT = ("barnet", "brent")
"""The areas that a small project keeps."""


@pytest.fixture(scope="module")
def small(twin: Path, real: Checked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The clone with the pages of two areas only, built; not to be changed."""
    project = tmp_path_factory.mktemp("small") / "project"
    left_out = [rendered_in(twin) / area for area in real.k.areas if area not in KEPT]
    shutil.copytree(twin, project, ignore=lambda folder, names: [name for name in names if name == "site" or Path(folder, name) in left_out])
    os.environ["SOURCE_DATE_EPOCH"] = NOON
    build_site(project, project / "site", lambda message: None, load(project))
    return project


@pytest.fixture
def good(small: Path, tmp_path: Path) -> Path:
    """A copy of it, to break."""
    return Path(shutil.copytree(small, tmp_path / "project"))


def test_our_build_and_plain_mkdocs_in_a_fresh_clone_elsewhere_give_the_same_bytes(site: Path, twin: Path) -> None:
    """Two whole builds on the same day: in this process, and in one with other hashes, started as somebody would who knows MkDocs only."""
    assert differing(site, twin / "site") == []
    assert len(names_in(site)) > 1000


def test_no_file_of_the_site_says_where_it_was_built(twin: Path) -> None:
    assert [path for path in (twin / "site").rglob("*") if path.is_file() and str(twin).encode() in path.read_bytes()] == []


def without_hooks(project: Path, folder: Path) -> Path:
    """The rendered pages of a project, built by MkDocs alone, with the cards as files that a build lays beside them."""
    config = load_config(str(project / "mkdocs.yml"), site_dir=str(folder), strict=True, hooks=[])
    assert not config.hooks
    config.plugins.on_startup(command="build", dirty=False)
    mkdocs_build(config)
    config.plugins.on_shutdown()
    for unused in UNUSED:  # the hook takes out what Material brings and no page uses
        shutil.rmtree(folder / "assets" / unused)
    lay_prints(folder, project, load(project), day_of_build())
    return folder


def test_a_site_built_without_the_hooks_short_cuts_is_the_same(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hook saves time, it decides nothing. Here with the pages of two areas; `make test-all` takes all."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    assert differing(without_hooks(small, tmp_path / "plain"), small / "site") == []


@pytest.mark.whole
def test_the_whole_site_built_without_the_hooks_short_cuts_is_the_same(twin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    assert differing(without_hooks(twin, tmp_path / "plain"), twin / "site") == []


def test_every_page_outside_the_navigation_is_put_into_the_shell_of_its_depth(real: Checked, good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for the first of each depth, which makes the shell; short codes and prose stay Material's."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    monkeypatch.setenv(RENDERED_ALREADY, "1")
    config = load_config(str(good / "mkdocs.yml"), site_dir=str(good / "site"), strict=True)
    templates: dict[str, str] = {}

    @event_priority(-100)
    def noted(output: str, *, page: Any, config: Any) -> str:
        templates[page.file.src_uri] = page.meta.get("template", "")
        return output

    config.plugins.events["post_page"].append(noted)
    mkdocs_build(config)
    outside = [page for page in pages_of(real) if not (page.landing or page.redirect or page.prose) and source_file(page.path) in templates]
    assert len(outside) > 150
    made_by_material = [page.path for page in outside if templates[source_file(page.path)] != "shell.html"]
    assert {path.count("/") for path in made_by_material} == {page.path.count("/") for page in outside}
    assert len(made_by_material) == len({path.count("/") for path in made_by_material})
    shelled = {page.path for page in outside} - set(made_by_material)
    assert {name for name, template in templates.items() if template} == {source_file(path) for path in shelled}


def broken_link(project: Path) -> None:
    (rendered_in(project) / "about" / "index.md").write_text("# About\n\n[Nowhere](../nowhere/index.md)\n", encoding="utf-8")


def broken_template(project: Path) -> None:
    (project / "theme" / "material" / "main.html").write_text("{% extends 'base.html' %}{% block header %}", encoding="utf-8")


def broken_configuration(project: Path) -> None:
    path = project / "mkdocs.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("  - now/index.md", "  - not-there/index.md"), encoding="utf-8")


@pytest.mark.parametrize(("breaking", "refusal"), [(broken_link, Abort), (broken_template, TemplateSyntaxError), (broken_configuration, Abort)])
def test_a_build_that_fails_leaves_the_last_good_site(
    good: Path, small: Path, breaking: Callable[[Path], None], refusal: type[BaseException]
) -> None:
    breaking(good)
    with pytest.raises(refusal):
        build_site(good, good / "site", lambda message: None, load(good))
    assert differing(good / "site", small / "site") == []


def test_a_builder_that_dies_half_way_leaves_the_last_good_site_and_the_next_build_is_whole(
    good: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
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
            build_site(good, good / "site", lambda message: None, load(good))
    assert len(written) == 41
    assert differing(good / "site", small / "site") == []
    build_site(good, good / "site", lambda message: None, load(good))
    assert differing(good / "site", small / "site") == []
    assert sorted(path.name for path in good.glob("*site*")) == ["site"]


def test_the_build_command_says_that_the_last_good_site_stays(
    good: Path, small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken_link(good)
    monkeypatch.setattr(commands, "ROOT", good)
    rendered = SimpleNamespace(case=SimpleNamespace(k=load(good), today=TODAY))
    monkeypatch.setattr(commands, "render", lambda edition: rendered)
    assert commands.build("london") == 1
    assert "the last good site/ stays" in capsys.readouterr().err
    assert differing(good / "site", small / "site") == []


def test_plain_mkdocs_names_file_and_line_of_a_broken_record_and_leaves_the_site(good: Path, small: Path) -> None:
    path = good / BARNET
    path.write_bytes(replaced({BARNET: path.read_bytes()}, BARNET, ("ons_code: E09000003", "ons_code: E09000099"))[BARNET])
    done = plain_mkdocs(good)
    assert done.returncode == 1
    assert f"{BARNET}:3:1: form: ons_code" in done.stdout + done.stderr
    assert differing(good / "site", small / "site") == []


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
ATTACKED = (*ATTACKED, "situations/online/index.html", "after/index.html", "myths/southport/index.html", "scenarios/about-to-leave/index.html")
ATTACKED = (*ATTACKED, "m22/index.html", "check/index.html", "check/danger-now/index.html", "training/index.html", "find/index.html")
ATTACKED = (*ATTACKED, "settings/index.html", "glossary/index.html", "sources/index.html", "procedures/index.html", "coverage/index.html")


def test_hostile_words_in_a_record_change_no_page_the_browser_runs(good: Path, files: Files, texts: tuple[Text, ...], page: Pages) -> None:
    rendered = render_files(case_of(hostile(files), texts))
    kept = {path.relative_to(rendered_in(good)).as_posix() for path in rendered_in(good).rglob("*") if path.is_file()}
    write_files(rendered_in(good), {name: content for name, content in rendered.items() if name in kept})
    build_site(good, good / "site", lambda message: None, load(good))
    for name in ATTACKED:
        found = read((good / "site" / name).read_text(encoding="utf-8"))
        assert behaviour(found) == behaviour(page[name]), name
        assert len(found.select("head > *")) == len(page[name].select("head > *")), name
    route = read((good / "site" / "barnet" / "school" / "index.html").read_text(encoding="utf-8"))
    assert first(route, "title").get_text() == f"Setting{HOSTILE} in Area{HOSTILE} · Prevent Pathways"
    assert str(one(route, "meta[name=description]")["content"]).endswith(f"Summary{HOSTILE}")
    assert one(route, "h1").get_text() == f"Setting{HOSTILE} in Area{HOSTILE}"
    index = index_of(good / "site")  # data in a script of its own, which no page's markup holds and the page's script shows as text
    assert [entry["title"] for entry in index["docs"] if entry["url"] == "barnet/"] == [f"Area{HOSTILE}"]
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write",
        "".join(own_scripts((good / "site" / "barnet" / "index.html").read_text(encoding="utf-8"))),
    )
    assert not INDEX.sub("", (good / "site" / SCRIPT).read_text(encoding="utf-8")).count(HOSTILE)
