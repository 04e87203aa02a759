"""Any text in any field lands on the page letter by letter, never as markup or script.

The real records are rewritten twice: once with plain marks for texts, once with the same marks and texts between them that try to break
out. Both are rendered, and both are parsed as a browser would. Tags, attributes and their order must be the same, and every text and
every attribute must be the marked one with the nasty text put in. The walk over the records knows no field by name: a new one is in it.
"""

from __future__ import annotations

import dataclasses
import functools
import http.server
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from playwright.sync_api import Browser, expect
from pydantic import TypeAdapter, ValidationError

from scripts import model
from scripts.build import ROOT, Checked, build_site, pages_of, prose_of, render_files, rendered_in
from scripts.load import Knowledge, parse
from scripts.model import Record
from scripts.pages.addresses import Style, source_file
from scripts.pages.page import Page
from scripts.pages.render import Renderer
from scripts.pages.site import site_paths, tally
from scripts.pages.write import write_files
from scripts.prose import Text
from scripts.rules.case import Case
from tests.browsing import DESKTOP, open_search, visit
from tests.conftest import TODAY, Files, Handler, problems_in
from tests.editing import edit, line_in

# --- what somebody might write ------------------------------------------------------------------------------------------

KNOWN = (
    """<script>alert(1)</script>""", """"><img src=x onerror=alert(1)>""", """' onmouseover='alert(1)' x='""", """" autofocus onfocus="alert(1)""",
    """</p></div></section></a>""", """<a href="javascript:alert(1)">x</a>""", "javascript:alert(1)", "</script><script>alert(1)</script>", "</style>",
    "</title><b>", "<!--", "-->", "<![CDATA[", "]]>", "<?php ?>", "<!doctype html>", "&amp;", "&lt;b&gt;", "&#60;b&#62;", "&#x3c;", "&nosuch;", "&",
    "{{ 7*7 }}", "{% raw %}", "{# x #}", "{{", "%}", "[[contact:police-101]]", "[[page:/areas/]]", "[[nothing:at-all]]", "](javascript:alert(1))",
    "[x](https://example.org)", "![x](x)", "[x]: https://example.org", "<https://example.org>", "**x**", "__x__", "*x*", "`x`", "``<b>``", "~~x~~",
    "\n# x", "\n\n# x\n\n", "\n\n    four spaces\n\n", "\n---\n", "\n===\n", "\n- x\n", "\n1. x\n", "\n> x", "\n| a | b |\n|---|---|\n| x | y |\n",
    "{: onclick=alert(1) }", "{#x onclick=alert(1)}", "\\", "\\\\", "\\*", "\\u003cb\\u003e", "\\1", "\\g<0>", "%s%(x)s", "{0}{x}", "$1$&", "\n\n\n",
    "title: x", "---", "...", ": #", "x" * 300, "\u00a0", "𝕏👩‍🚒", "é", "\N{RIGHT SINGLE QUOTATION MARK}", "\u202ex\u202c", "\u2028", "\u2028--- x",
    "\u200b", "\ufeff", "\x01block\x01", "\x01title\x01", "\x02lado\x03", "\x02nothing\x03", "\x02wzxhzdk:0\x03", "\x00", "\x0c", "\x1b", "\x7f",
    "\x85", "\x85--- x", "\r", "\r\r", "\t",
)  # fmt: skip
"""Markup, ways out of an attribute, template and Markdown syntax, our own marks, and letters that nobody sees."""

TYPES = {sort: TypeAdapter[str](getattr(model, sort)) for sort in ("Text", "Url", "SourceUrl", "Email")}
"""The types of the model whose values are printed as somebody wrote them. Ids, numbers, dates and words of a list are none."""


def holds(sort: str, text: str) -> bool:
    """Whether a file of pathways/ can hold this text in such a field: YAML can write it, and neither the loader nor the model refuses it."""
    document = parse("pathways/x.yml", yaml.safe_dump([text], allow_unicode=True).encode())
    if document.problems or document.data != [text]:
        return False
    try:
        return bool(TYPES[sort].validate_python(text) == text)
    except ValidationError:
        return False


HELD = [text for text in KNOWN if holds("Text", f"x{text}")]
"""Those of them that a file can hold."""
ALL = " ".join(HELD)
"""Everything at once."""

PIECES = st.one_of(
    st.sampled_from(KNOWN), st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), st.sampled_from(list("<>\"'&=/\\`*_[](){}#!|\n "))
)
NASTY = st.lists(PIECES, min_size=1, max_size=6).map("".join).filter(lambda text: holds("Text", f"x{text}"))
POOLS = st.lists(NASTY, min_size=20, max_size=40, unique=True)


def examples(count: int) -> settings:
    """So many examples, the same ones in every run. A failure names page and place by itself, so nothing is shrunk."""
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


# --- the records, rewritten ---------------------------------------------------------------------------------------------

Place = tuple[str, str]
"""A record's type and a field of it."""
Write = Callable[[str, Place, str | None], str | None]
"""From the type of a text (one of TYPES), its place and what stands there to what shall stand there."""

LEFT: Mapping[Place, str] = {
    ("ContactPoint", "hours"): "for machines: opening_hours reads it, and a page prints minutes",
    ("Confirmation", "covers"): "names fillings",
}
"""Texts that are no words, and why."""
NOT_FILLED: Mapping[Place, str] = {("ContactPoint", "owner"): "every line would change its owner, and few would be good enough to stand first"}


@functools.cache
def hints(kind: type) -> Mapping[str, Any]:
    """The types of a record's fields."""
    return get_type_hints(kind, include_extras=True)


def type_of(hint: Any) -> str | None:
    """Which of TYPES a field's type is, by itself or beside None."""
    options = (hint, *get_args(hint)) if get_origin(hint) in (Union, UnionType) else (hint,)
    return next((name for name in TYPES for option in options if option == getattr(model, name)), None)


def rewritten(value: Any, hint: Any, place: Place, write: Write) -> Any:
    """A value with every text in it as `write` has it. A field for words that is empty gets some."""
    if isinstance(value, Record):
        kind = type(value)
        return value.model_copy(
            update={name: rewritten(getattr(value, name), hints(kind)[name], (kind.__name__, name), write) for name in kind.model_fields}
        )
    name = type_of(hint)
    if name is not None:
        empty = value is None and (name != "Text" or place in NOT_FILLED)
        return value if empty or place in LEFT else write(name, place, value)
    inner = get_args(hint)[0] if hasattr(hint, "__metadata__") else hint
    item = next((argument for argument in reversed(get_args(inner)) if argument is not Ellipsis), None)
    if isinstance(value, Mapping):
        return MappingProxyType({key: rewritten(one, item, place, write) for key, one in value.items()})
    if isinstance(value, tuple):
        some = value or ((None,) if type_of(item) == "Text" and place not in LEFT else ())
        return tuple(rewritten(one, item, place, write) for one in some)
    return value


def with_texts(k: Knowledge, write: Write) -> Knowledge:
    """The knowledge with every text in it as `write` has it."""
    changed = {
        field.name: rewritten(getattr(k, field.name), hints(Knowledge)[field.name], ("Knowledge", field.name), write)
        for field in dataclasses.fields(k)
    }
    return dataclasses.replace(k, **changed)


Pools = Mapping[str, Sequence[str]]
"""What to put between the marks, by type (see TYPES). A type that is not named gets nothing."""
CLOSING = {"Text": "q", "Url": "u", "SourceUrl": "s", "Email": "m"}
"""The letter before the number of a closing mark."""
MARK = re.compile(r"(?=([qusm])(\d+)z)|(?=Q(\d+)Z)")


class Texts:
    """Gives every text of the real records a number, and equal ones the same, so that a council is still the publisher of its own pages."""

    def __init__(self, k: Knowledge) -> None:
        self.numbers: dict[tuple[str, str | Place], int] = {}
        self.places: dict[int, set[Place]] = {}
        self.abbreviation = next(term.name for term in k.terms.values() if term.spelled_out)

    def marked(self, name: str, place: Place, value: str | None, pools: Pools, abbreviations: bool) -> str:
        """A text between its marks. With `abbreviations` the terms have names without spaces, and every text has one of them in it."""
        number = self.numbers.setdefault((name, place if value is None else value), len(self.numbers))
        self.places.setdefault(number, set()).add(place)
        nasty = put_in(pools.get(name, ()), number)
        if name != "Text":
            end = f"{nasty}{CLOSING[name]}{number}z"
            return f"o{number}x{end}@example.org" if name == "Email" else f"https://example.org/o{number}x{end}"
        if abbreviations and place == ("Term", "name"):
            return f"QO{number}X{''.join(nasty.split())}Q{number}Z"
        figure = f"{value} " if place == ("Figure", "value") else ""  # a chart's lengths are read from it
        word = self.marked("Text", ("Term", "name"), self.abbreviation, pools, True) + " " if abbreviations else ""
        return f"{figure}Qo{number}x {word}{nasty}q{number}z"


def put_in(pool: Sequence[str], number: int) -> str:
    """The text of a pool that stands between the marks of a number."""
    return pool[number % len(pool)] if pool else ""


def filled_in(text: str, pools: Pools) -> str:
    """What a marked text must have become: the nasty one before each closing mark, and white space folded."""
    names = {letter: name for name, letter in CLOSING.items()}

    def nasty(found: re.Match[str]) -> str:
        if found[1]:
            return put_in(pools.get(names[found[1]], ()), int(found[2]))
        return "".join(put_in(pools.get("Text", ()), int(found[3])).split())

    return " ".join(MARK.sub(nasty, text).split())


# --- pages, parsed ------------------------------------------------------------------------------------------------------

SCHEMES = frozenset(["", "https", "mailto", "tel", "sms"])
LEADS = frozenset(["href", "src", "action", "formaction", "data", "xlink:href", "srcdoc", "poster", "cite", "background"])
"""Attributes a browser follows or loads."""
Event = tuple[str, ...]


class Parsed(HTMLParser):
    """A page as a flat list: tags with their attributes, and texts. White space is folded.

    The boxes of the drawn check are left out: their texts are cut after three lines, so there are more or fewer of them.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.words: list[str] = []
        self.drawn = self.box = False
        self.feed(page)
        self.close()
        self.flush()

    def flush(self) -> None:
        if text := " ".join("".join(self.words).split()):
            self.events.append(("text", text))
        self.words.clear()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.flush()
        self.drawn |= tag == "svg" and ("class", "pp-diagram") in attrs
        self.box = self.drawn and tag == "text"
        if not self.box:
            self.events.append(("start", tag, *(part for name, value in attrs for part in (name, " ".join((value or "").split())))))

    def handle_endtag(self, tag: str) -> None:
        if self.box:
            self.words.clear()
        self.flush()
        if not (self.drawn and tag == "text"):
            self.events.append(("end", tag))
        self.box = False
        self.drawn &= tag != "svg"

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.flush()
        self.events.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.flush()
        self.events.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.flush()
        self.events.append(("instruction", data))

    def unknown_decl(self, data: str) -> None:
        self.flush()
        self.events.append(("declaration", data))


def differences(plain: Sequence[Event], nasty: Sequence[Event], pools: Pools) -> Iterator[str]:
    """Where a nasty page is not the plain one with the texts put in; and links that lead where no link may."""
    for number, event in enumerate(nasty):
        for name, value in zip(event[2::2], event[3::2], strict=True) if event[0] == "start" else ():
            lead = urlsplit(value) if name in LEADS else None
            if lead and (lead.scheme not in SCHEMES or (lead.netloc and lead.scheme != "https")):
                yield f"a link to {value!r}"
            if name.startswith("on"):
                yield f"an attribute that is script: {name}"
        wanted = tuple(filled_in(part, pools) for part in plain[number]) if number < len(plain) else ("the end",)
        if event != wanted:
            yield f"{event!r:.600} where {wanted!r:.600} belongs"
            return
    if len(nasty) < len(plain):
        yield f"the end, where {plain[len(nasty)]!r} belongs"


SIZE = re.compile(r"(?<=pp-paper--|pp-slide--)[sml](?=\")")


def as_printed(text: str) -> str:
    """A rendered page as Material prints it: title and description in the head as they are, then the body."""
    front, _, body = text.removeprefix("---\n").partition("\n---\n")
    head = yaml.safe_load(front)
    assert set(head) - {"redirect", "owner", "colour"} == {"title", "description"}
    body = SIZE.sub("", body)  # a card with more to read is set smaller
    return f'<title>{head["title"]}</title><meta name="description" content="{head["description"]}">{body}<p>{head.get("owner", "")}</p>'


# --- the property -------------------------------------------------------------------------------------------------------


def case_of(k: Knowledge, texts: tuple[Text, ...]) -> Checked:
    """The knowledge with its pages; no rule is asked."""
    return Checked(Case(k, TODAY, texts, site_paths(k, prose_of(texts), TODAY)))


MANY = ("route.html", "card_sheet.html")
"""The templates of pages of which there is one for each area and setting."""


def chosen(pages: Sequence[Page]) -> list[Page]:
    """Every page but most routes and cards: of these each setting's in one area, area after area in turn."""
    many: dict[tuple[str, str], list[Page]] = {}
    for page in pages:
        if page.template in MANY:
            many.setdefault((page.template, page.path.removeprefix("/cards").partition("/")[2].partition("/")[2]), []).append(page)
    one_each = {found[number % len(found)].path for number, found in enumerate(many.values())}
    return [page for page in pages if page.template not in MANY or page.path in one_each]


class World:
    """The real knowledge with marks for its texts, and its pages parsed."""

    def __init__(self, real: Checked, abbreviations: bool = False) -> None:
        self.real, self.abbreviations = real, abbreviations
        self.texts = Texts(real.k)
        self.plain = {path: Parsed(page).events for path, page in self.pages({}).items()}

    def case(self, pools: Pools, *more: Text) -> Checked:
        """The real knowledge with these texts in it, and its prose with more."""
        k = with_texts(self.real.k, lambda name, place, value: self.texts.marked(name, place, value, pools, self.abbreviations))
        texts = (*self.real.texts, *more)
        return Checked(Case(k, TODAY, texts, site_paths(k, prose_of(texts), TODAY)))

    def pages(self, pools: Pools, root: Path = ROOT, only: tuple[str, ...] = ()) -> dict[str, str]:
        """The chosen pages as printed, by path (of these templates only). Prose is Markdown until MkDocs has been over it: see the built site below."""
        case = self.case(pools)
        pages = pages_of(case)
        renderer = Renderer(root, case.k, TODAY, Style.DIRECTORY, tally(case.k, TODAY), {page.path: page.title for page in pages})
        return {page.path: as_printed(renderer.text(page)) for page in chosen(pages) if page.prose is None and (not only or page.template in only)}

    def faults(self, pools: Pools, root: Path = ROOT, only: tuple[str, ...] = ()) -> list[str]:
        """What is wrong with the pages (of these templates only) when these texts stand in them."""
        pages = self.pages(pools, root, only)
        assert only or pages.keys() == self.plain.keys()
        return [f"{path}: {fault}" for path, page in pages.items() for fault in differences(self.plain[path], Parsed(page).events, pools)]


@pytest.fixture(scope="module")
def world(real: Checked) -> World:
    """Texts without abbreviations."""
    return World(real)


@pytest.fixture(scope="module")
def explained(real: Checked) -> World:
    """Texts with an abbreviation in each, which the page explains; its name and its long form are nasty too."""
    return World(real, abbreviations=True)


def test_everything_at_once_in_every_field_lands_letter_by_letter(explained: World) -> None:
    assert explained.faults({"Text": [ALL]}) == []


def test_every_nasty_text_lands_letter_by_letter(world: World) -> None:
    assert world.faults({"Text": HELD}) == []


@examples(2)
@given(pool=POOLS)
def test_any_text_in_any_field_lands_letter_by_letter(world: World, pool: list[str]) -> None:
    assert world.faults({"Text": pool}) == []


@pytest.mark.whole
@examples(60)
@given(pool=POOLS)
def test_many_more_texts_in_any_field_land_letter_by_letter(world: World, pool: list[str]) -> None:
    assert world.faults({"Text": pool}) == []


@pytest.mark.whole
@examples(40)
@given(pool=POOLS)
def test_many_more_texts_land_letter_by_letter_beside_and_inside_an_abbreviation(explained: World, pool: list[str]) -> None:
    assert explained.faults({"Text": pool}) == []


NOWHERE: Mapping[Place, str] = {
    **{("Change", field): "on the page of changes" for field in ("what", "why", "act")},
    **{("RuleException", field): "for editors" for field in ("at", "reason")},
    **{(kind, "note"): "for editors" for kind in ("ContactPoint", "Area", "Source", "EmptySlot")},
    **{(kind, "hours_text"): "compared with the contact point's, never printed" for kind in ("Sighting", "Confirmation")},
    **{
        (kind, "also_known_as"): "for the search"
        for kind in ("ContactPoint", "Setting", "Situation", "Guide", "Section", "Session", "Myth", "Procedure", "SlotWords")
    },
    **{("SearchFile", "pages"): "for the search", ("SlotWords", "name"): "for the search", ("Area", "places"): "for the search"},
    ("Sighting", "says"): "for editors",
    ("Hold", "reason"): "for editors",
    ("Withdrawal", "why"): "for editors",
    ("Setting", "lead"): "for the rules",
    ("ContactPoint", "owner"): "a publisher's name in most records, which is on the page",
    ("Setting", "in_words"): "for sentences that no page has yet",
    ("Chart", "new_count_from"): "compared with a bar's label, never printed",
    ("Edition", "name"): "in the frame of the built site",
    **dict.fromkeys(
        (("Edition", "about"), ("Accessibility", "not_accessible"), ("Accessibility", "answer_within")), "on a page by hand (tests/test_editions.py)"
    ),
}
"""Texts that may be on none of the rendered pages, and why. Every other one is on one, or the property would say nothing of it."""


def test_every_field_with_words_reaches_a_page(world: World) -> None:
    shown = {int(number) for events in world.plain.values() for event in events for part in event for number in re.findall(r"q(\d+)z", part)}
    alone = {number: next(iter(world.texts.places[number])) for _, number in world.texts.numbers.items() if len(world.texts.places[number]) == 1}
    reached = {alone[number] for number in shown if number in alone}
    texts = {alone[number] for (name, _), number in world.texts.numbers.items() if name == "Text" and number in alone}
    assert len(reached) > 80
    assert sorted(texts - reached - set(NOWHERE)) == []
    for_editors = {place for place, why in NOWHERE.items() if why == "for editors"}
    assert sorted(reached & for_editors) == []


# --- addresses ----------------------------------------------------------------------------------------------------------

TAILS = st.lists(PIECES, max_size=5).map("".join)
FRONTS = {
    "Url": [
        "https://example.org/",
        "https://",
        "http://example.org/",
        "javascript:",
        "JavaScript:",
        "data:text/html,",
        "//example.org/",
        " https://x/",
        "",
    ],
    "SourceUrl": ["https://example.org/", "http://example.org/", "javascript:", "vbscript:", "https:/", "file:///"],
    "Email": ["team", "javascript:", "https://", "mailto:", "a@b.c?bcc=", ""],
}


@examples(400)
@given(st.data())
def test_a_link_is_an_address_of_the_web_or_a_mailbox_whatever_a_file_says(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FRONTS)))
    text = data.draw(st.sampled_from(FRONTS[name])) + data.draw(TAILS) + ("@example.org" if name == "Email" else "")
    if holds(name, text):
        found = urlsplit(f"mailto:{text}" if name == "Email" else text)
        assert found.scheme in {"Url": ["https"], "SourceUrl": ["https", "http"], "Email": ["mailto"]}[name]
        assert not re.search(r"[\s\x00-\x1f<>]" if name != "Email" else r"[\s\x00-\x1f]", text)


@examples(1)
@given(st.lists(TAILS.filter(bool), min_size=30, max_size=60, unique=True))
def test_any_address_the_model_takes_stays_inside_its_attribute(world: World, tails: list[str]) -> None:
    known = [*KNOWN, *tails]
    pools = {name: ["", *(text for text in known if holds(name, f"https://example.org/x{text}"))] for name in ("Url", "SourceUrl")}
    pools["Email"] = ["", *(text for text in known if holds("Email", f"x{text}x@example.org"))]
    assert min(map(len, pools.values())) > 5
    assert world.faults(pools) == []


# --- what nobody can see ------------------------------------------------------------------------------------------------

UNSEEN = ["\x00", "\x01block\x01", "\x02lado\x03", "\x1b", "\x7f", "\x85", "\r", "\t", "\u200b", "\u2028", "\u202e", "\u2066", "\ufeff", "\ufffd"]


@pytest.mark.parametrize("letter", UNSEEN, ids=ascii)
def test_a_character_nobody_can_see_is_refused_where_it_stands(files: Files, letter: str) -> None:
    """YAML takes it as an escape in double quotes. It could end a line of the front matter, stand for one of our marks, or turn a number round."""
    path = "pathways/settings/school.yml"
    found = problems_in(edit(files, path, "^name: School$", f"name: {yaml.safe_dump(f'School{letter}', default_style=chr(34)).strip()}"))
    assert [(problem.path, problem.line, problem.rule) for problem in found] == [(path, line_in(files, path, "\nname: School\n") + 1, "character")]
    assert found[0].tip


# --- the property can fail ----------------------------------------------------------------------------------------------

HOLES = [
    ("_steps.html", "{{ step.who }}", "{{ step.who | safe }}"),
    ("_card.html", "{{ c.hours_text }}", "{{ c.hours_text | safe }}"),
    ("_page.html", "{{ title }}", "{{ title | safe }}"),
    ("guide.html", 'aria-label="{{ section.title }}"', "aria-label={{ section.title }}"),
    ("_chart.html", "<desc", '<desc title="{{ drawn.chart.summary | safe }}"'),
    ("myth.html", "{% block body %}", "{% block body %}{% autoescape false %}"),
    ("glossary.html", "{{ term.means }}", "{{ term.means | striptags }}"),
    ("question.html", "{{ answer.says }}", "{{ answer.says | safe }}"),
    ("sources.html", 'href="{{ source.url }}"', 'href="{{ source.title }}"'),
]


@pytest.mark.parametrize(
    ("template", "old", "new"),
    [pytest.param(*hole, id=f"{hole[0]}: {hole[2]}", marks=() if number < 2 else pytest.mark.whole) for number, hole in enumerate(HOLES)],
)
def test_a_hole_in_a_template_is_seen(world: World, tmp_path: Path, template: str, old: str, new: str) -> None:
    """A template that prints a text as it is, forgets the quotes of an attribute, or makes a link of a word."""
    shutil.copytree(ROOT / "theme", tmp_path / "theme")
    path = tmp_path / "theme" / "pages" / template
    text = path.read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new)
    path.write_text(text.replace("{% endblock %}", "{% endautoescape %}{% endblock %}") if "autoescape" in new else text, encoding="utf-8")
    kinds = {"_steps.html": "setting", "_card.html": "coverage", "_page.html": "route", "_chart.html": "myth"}
    assert world.faults({"Text": HELD}, tmp_path, (kinds.get(template, template.removesuffix(".html")) + ".html",)) != []


# --- the built site -----------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Built:
    """A project of its own with the chosen pages, and the site MkDocs made of them."""

    project: Path
    case: Checked

    @property
    def site(self) -> Path:
        """The site."""
        return self.project / "site"

    def html(self, site: Path | None = None) -> dict[str, str]:
        """Every page, by its path in the site."""
        top = site or self.site
        return {path.relative_to(top).as_posix(): path.read_text(encoding="utf-8") for path in sorted(top.rglob("*.html"))}


def built(world: World, project: Path, pools: Pools) -> Built:
    """The chosen pages and one of prose that names records, built as `make build` does."""
    project.mkdir()
    shutil.copy(ROOT / "mkdocs.yml", project)
    for folder in ("scripts", "theme", "pathways", "docs"):
        (project / folder).symlink_to(ROOT / folder)
    k = world.real.k
    lines_for_all = [id for id, area in k.contact_area.items() if area is None and not k.contacts[id].hidden]
    named = {"term": list(k.terms), "source": list(k.sources), "contact": lines_for_all}
    names = [f"[[{kind}:{id}]]" for kind, ids in named.items() for id in ids[:2]]
    lines = [f"{name} in a line, *{name}*, **{name}**\n\n- {name}\n\n{name}\n\n| {name} |\n|---|\n| {name} |\n" for name in names]
    case = world.case(pools, Text("docs/invented.md", "# Invented {#invented}\n\n" + "\n".join(lines)))
    wanted = {source_file(page.path) for page in chosen(pages_of(case))}
    made = {path: content for path, content in render_files(case).items() if path in wanted or not path.endswith(".md")}
    write_files(rendered_in(project), made)
    build_site(project, project / "site", lambda message: None, case.k)
    return Built(project, case)


@pytest.fixture(scope="module")
def plain_site(world: World, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """With nothing between the marks."""
    return built(world, tmp_path_factory.mktemp("plain") / "project", {})


@pytest.fixture(scope="module")
def nasty_site(world: World, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """With a nasty text between them, one in each field."""
    return built(world, tmp_path_factory.mktemp("nasty") / "project", {"Text": HELD})


@contextmanager
def serving(site: Path) -> Iterator[str]:
    """The site's address on loopback."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def compared(plain: Built, nasty: Mapping[str, str]) -> list[str]:
    """What is wrong with built pages."""
    before = plain.html()
    assert before.keys() == nasty.keys()
    return [
        f"{path}: {fault}" for path, page in nasty.items() for fault in differences(Parsed(before[path]).events, Parsed(page).events, {"Text": HELD})
    ]


@pytest.mark.whole
def test_the_built_pages_hold_every_text_letter_by_letter(plain_site: Built, nasty_site: Built) -> None:
    """Head, frame, breadcrumbs and content; pages in the navigation, in a shell, and prose that names records."""
    assert compared(plain_site, nasty_site.html()) == []


@pytest.mark.whole
def test_markdown_leaves_every_text_as_it_is_too(nasty_site: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the hook each block goes through Python-Markdown."""
    edition = nasty_site.case.k.edition
    own = {"docs_dir": str(rendered_in(nasty_site.project)), "site_name": edition.name, "site_url": edition.base_address or ""}
    site = nasty_site.project / "by-markdown"
    config = load_config(str(nasty_site.project / "mkdocs.yml"), site_dir=str(site), strict=True, hooks=[], **own)
    config.plugins.on_startup(command="build", dirty=False)
    mkdocs_build(config)
    config.plugins.on_shutdown()
    with_hook = nasty_site.html()
    without = nasty_site.html(site)
    assert [path for path in with_hook if Parsed(with_hook[path]).events != Parsed(without[path]).events] == []
    assert with_hook.keys() == without.keys()


TAGS = """() => [...document.querySelectorAll("*")].filter(one => !one.closest(".pp-diagram"))
    .map(one => [one.localName, ...one.getAttributeNames()].join(" "))"""
LOOKED_AT = ("/", "/now/", "/find/", "/check/", "/glossary/", "/sources/", "/coverage/", "/procedures/", "/training/", "/barnet/", "/settings/school/",
             "/myths/southport/", "/scenarios/about-to-leave/", "/situations/online/", "/after/", "/write/", "/invented/")  # fmt: skip


@pytest.mark.whole
def test_a_browser_sees_the_same_tags_and_runs_nothing(browser: Browser, plain_site: Built, nasty_site: Built) -> None:
    found: list[dict[str, object]] = []
    for one in (plain_site, nasty_site):
        with serving(one.site) as address, visit(browser, address, DESKTOP) as page:
            page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
            tags: dict[str, object] = {}
            for path in LOOKED_AT:
                page.goto(path)
                tags[path] = page.evaluate(TAGS)
            found.append(tags)
    assert [path for path in LOOKED_AT if found[0][path] != found[1][path]] == []


@pytest.mark.whole
def test_the_search_finds_nasty_texts_and_shows_them_letter_by_letter(browser: Browser, world: World, nasty_site: Built) -> None:
    """The index is still a script, and what it finds is text."""
    with serving(nasty_site.site) as address, visit(browser, address, DESKTOP) as page:
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        page.goto("/")
        open_search(page, DESKTOP)
        for kind, name in (("Area", "Barnet"), ("Setting", "School")):
            number = world.texts.numbers["Text", name]
            page.get_by_role("searchbox").fill(f"qo{number}x")
            first = page.locator("[data-search-results] a").first
            expect(first).to_contain_text(f"Qo{number}x")
            shown = page.locator("[data-search-results] a strong").all_text_contents()
            assert any(" ".join(text.split()) == filled_in(f"Qo{number}x q{number}z", {"Text": HELD}) for text in shown), kind
            tags = page.locator("[data-search-results] *").evaluate_all("all => [...new Set(all.map(one => one.localName))].sort()")
            assert set(tags) <= {"a", "li", "p", "span", "strong", "ul"}
