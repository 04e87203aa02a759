"""From a `Page` to the text of its Markdown file: one HTML block from an auto-escaping template, or prose with its facts filled in."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from scripts.load import Knowledge
from scripts.model import Area, Edition, Slot, Term
from scripts.pages import hours, words
from scripts.pages.addresses import Style, link, root, source_file
from scripts.pages.facts import facts, has
from scripts.pages.markdown import in_markdown
from scripts.pages.page import Page, Tally
from scripts.pages.sources import source_pages_of
from scripts.prints.qr import on_page
from scripts.prose import NAME, for_edition
from scripts.routes import NOW, Answer, Way, national
from scripts.standing import COPY_LASTS, first_until, judge, lead, period_after

BLANK_LINES = re.compile(r"\n\s*\n")
PAGE_MARK, PRINT_MARK = "\x04", "\x05"
"""Where a page's own address goes in the parts that many pages share, and where its paper's last day goes. YAML text cannot hold them."""
PASSED_ON = frozenset({"myth.html", "scenario.html", "guide.html", "session.html"})
"""The templates of pages that trainers send people to, heading by heading."""
HEADING = re.compile(r'(?s)(?:<section id="(?P<id>[^"]+)"><h2>|<h1>)(?P<title>.*?)</h[12]>')
UNTIL = re.compile(r'class="pp-card[^>]*?data-until="(\d{4}-\d\d-\d\d)"')


class Renderer:
    """Renders pages of one knowledge, on one day, in one address style.

    A part that many pages share (an area's cards, a setting's steps) is rendered once; that is all it remembers between pages.
    """

    def __init__(self, root_folder: Path, k: Knowledge, today: datetime.date, style: Style, tally: Tally, titles: Mapping[str, str]) -> None:
        """`titles`: every page's title by its path."""
        self.k, self.today, self.style, self.tally = k, today, style, tally
        self.listed = source_pages_of(k)
        at = {procedure.source: id for id, procedure in k.procedures.items()}
        self.facts, self.has = facts(k), has(k)
        self.templates = environment(root_folder)
        self.templates.globals |= {
            "k": k,
            "source_at": self.source_at,
            "now": {name: national(k, id, today) for name, id in NOW.items()},
            "tally": tally,
            "draft": k.edition.policy == "draft",
            "made": today.isoformat(),
            "made_on": today,
            "copy_until": period_after(today, COPY_LASTS),
            "stands_until": self._stands_until,
            "lead": lead,
            "asked": words.ASKED,
            "is_own": lambda step: any(step is own for steps in k.edition.steps.values() for own in steps),
            "mailbox": k.edition.mailbox,
            "page_mark": PAGE_MARK,
            "print_mark": PRINT_MARK,
            "bank_holidays": hours.bank_holidays(today.year),
            "site_name": k.edition.name,
            "title_of": lambda path: titles[path.partition("#")[0]],
            "procedures_of": lambda item: tuple(dict.fromkeys((*item.procedures, *(at[id] for id in item.sources if id in at)))),
            "judge": lambda id, filling, field: judge(k, id, filling, today, field),
        }
        self.parts: dict[tuple[str, ...], Markup] = {}
        self.until: dict[tuple[str, str, str], datetime.date | None] = {}
        self.glossary = Glossary(k.terms)
        self.templates.filters["gloss"] = self.glossary.filter

    def source_at(self, id: str) -> str:
        """The address of a source, anchor and all."""
        return f"{self.listed[id]}#{id}"

    def _stands_until(self, way: Way) -> datetime.date | None:
        """The last day a card may stand first if nobody touches the files; None where it does not today, or time alone does not end it."""
        if not way.first:
            return None
        key = (way.id, way.filling.area if way.filling else "", way.filling.slot if way.filling else "")
        if key not in self.until:
            self.until[key] = first_until(self.k, way.id, way.filling, self.today)
        return self.until[key]

    def text(self, page: Page) -> str:
        """The page's Markdown file, front matter included."""
        return self._marked(page, self._text(page))

    def _marked(self, page: Page, text: str) -> str:
        """The text with the page's own address in its cards, and under them what paper says of itself: where it is from, and until when it is good."""
        at = (self.k.edition.base_address or "/") + page.path.removeprefix("/")
        note = f"{self.k.edition.name}: {at}"
        if 'class="pp-card' in text:
            days = [datetime.date.fromisoformat(day) for day in UNTIL.findall(text)]
            until = min([*days, period_after(self.today, COPY_LASTS)])
            note += f". Printed copy, valid until {words.day(until)}. Then throw it away and print a new one."
        before, mark, after = text.partition(f"{PRINT_MARK}\n")
        if mark:
            text = f'{before.rstrip()}\n<p class="pp-print">{escape(note)}</p>\n{after}'
        return text.replace(PAGE_MARK, quote(page.path))

    def _text(self, page: Page) -> str:
        way = root(page.path)
        shared = {"page": page, "to": lambda path: link(path, way, self.style)}

        def once(template: str, *key: str, **given: Any) -> Markup:
            name = (template, way, *key)
            if name not in self.parts:
                html = self.templates.get_template(template).render({**given, **shared, "explained": set[str]()})
                self.parts[name] = Markup(BLANK_LINES.sub("\n", html).strip())
            return self.parts[name]

        context = {**page.context, **shared, "once": once, "explained": set[str]()}
        head = self._head(page)
        if page.prose is None:
            body = self.templates.get_template(page.template).render(context)
            if page.template in PASSED_ON:
                body = self._with_links(page, body)
            return head + BLANK_LINES.sub("\n", body).strip() + "\n"
        frame = BLANK_LINES.sub("\n", self.templates.get_template("prose.html").render(context)).strip()
        return f"{head}{frame}\n\n{self._prose(page)}"

    def _with_links(self, page: Page, body: str) -> str:
        """The page with a link to copy, and its QR code where the edition has an address, under each heading, folded until somebody asks."""
        base = self.k.edition.base_address or "/"
        here = base + page.path.removeprefix("/")
        codes = [record.code for record in map(page.context.get, ("myth", "scenario")) if record]
        share = self.templates.get_template("_share.html")

        def folded(heading: re.Match[str]) -> str:
            id = heading["id"]
            address = f"{here}#{id}" if id else here
            drawn = on_page(address) if self.k.edition.base_address else ""
            short = f"{base}{codes[0].lower()}/" if codes and not id else ""
            code = codes[0] if short else ""
            return heading[0] + share.render(
                href=f"#{id}" if id else link(page.path, root(page.path), self.style),
                title=Markup(heading["title"]).striptags(),
                address=address,
                code=code,
                short=short,
                drawn=drawn,
            )

        return HEADING.sub(folded, body)

    def _head(self, page: Page) -> str:
        """The front matter. Material prints title and description as they are, so they are escaped here."""
        lines = [
            "---",
            f"# Made from {page.source} by scripts/pages. Change that file, not this one.",
            f"title: {json.dumps(str(escape(page.title)), ensure_ascii=False)}",
            f"description: {json.dumps(str(escape(page.description)), ensure_ascii=False)}",
        ]
        lines += [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in frame(self.k.edition).items()]
        if page.redirect:
            lines.append(f"redirect: {json.dumps(link(page.redirect, root(page.path), self.style))}")
        return "\n".join([*lines, "---", ""])

    def _prose(self, page: Page) -> str:
        """Prose with its [[names]] filled in. An unknown name was refused by the rules before."""
        assert page.prose is not None
        ways, way = page.context["ways"], root(page.path)

        def markdown_link(path: str) -> str:
            """A link MkDocs can check and write in either address style."""
            target, hash_, anchor = path.partition("#")
            return f"{way}{source_file(target)}{hash_}{anchor}"

        def fill(match: re.Match[str]) -> str:
            kind, id = match["kind"], match["id"]
            if kind == "contact":
                return str(self.templates.get_template("_inline.html").module.contact(ways[id]))  # type: ignore[attr-defined]
            if kind == "term":
                return f"[{in_markdown(self.k.terms[id].name)}]({markdown_link(f'/glossary/#{id}')})"
            if kind == "source":
                return f"[{in_markdown(self.k.sources[id].title)}]({markdown_link(self.source_at(id))})"
            return str(self.facts[id]) if kind == "edition" else markdown_link(id)

        return NAME.sub(fill, for_edition(page.prose.text, self.has)).strip() + "\n"


def frame(edition: Edition) -> dict[str, str]:
    """What the frame of every page shows of the edition, beside its name (theme/material/main.html prints it as it is, so it is escaped here)."""
    found = {"owner": edition.owner, "colour": edition.colour}
    return {key: str(escape(value)) for key, value in found.items() if value}


SLOT_LINE = re.compile("\x02([a-z-]+)\x03")
"""Where a slot's local contact goes in a setting's steps. YAML text cannot hold these two control characters."""


def filled(steps: Markup, slots: Mapping[Slot, Answer], once: Callable[..., Markup], area: Area, here: Sequence[str]) -> Markup:
    """A setting's steps with each slot's place taken by the area's line for it."""
    return Markup(SLOT_LINE.sub(lambda match: once("_line.html", *here, match[1], found=slots[Slot(match[1])], area=area), steps))


def compiled_templates(root_folder: Path) -> FileSystemBytecodeCache:
    """Where templates stay compiled between runs, as Python keeps its modules; each is keyed by its source."""
    folder = root_folder / ".cache" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    return FileSystemBytecodeCache(str(folder))


def environment(root_folder: Path) -> Environment:
    """The template environment: escapes everything by default, and an undefined name stops the build."""
    templates = Environment(
        loader=FileSystemLoader(root_folder / "theme" / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        bytecode_cache=compiled_templates(root_folder),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters |= {
        "day": words.day,
        "dated": words.dated,
        "tel": words.tel,
        "listing": words.listing,
        "count_of": words.count,
        "sentence": words.sentence,
        "filled": filled,
        "in_markdown": in_markdown,
        "week": hours.week,
        "open_on_bank_holidays": hours.open_on_bank_holidays,
    }
    return templates


class Glossary:
    """Links the first use of each abbreviation on a page to its glossary entry, with the long form as a tooltip."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self.by_word = {word: (id, term) for id, term in terms.items() if term.spelled_out for word in _abbreviations(term)}
        longest_first = sorted(self.by_word, key=lambda word: (-len(word), word))
        self.pattern = re.compile(r"(?<![\w&.-])(" + "|".join(re.escape(word) for word in longest_first) + r")(?![\w&-])") if longest_first else None

        @pass_context
        def gloss(context: Context, text: str) -> Markup:
            return self._explain(context, text)

        self.filter = gloss

    def _explain(self, context: Context, text: str) -> Markup:
        if self.pattern is None or not (found := self.pattern.search(text)):
            return escape(text)
        explained, to = context["explained"], context["to"]
        parts: list[Markup] = []
        start = 0
        while found:
            word = found[1]
            id, term = self.by_word[word]
            if id not in explained:
                explained.add(id)
                parts.append(escape(text[start : found.start()]))
                parts.append(Markup('<a class="pp-term" href="{}" title="{}">{}</a>').format(to(f"/glossary/#{id}"), term.spelled_out, word))
                start = found.end()
            found = self.pattern.search(text, found.end())
        parts.append(escape(text[start:]))
        return Markup("").join(parts)


def _abbreviations(term: Term) -> Iterable[str]:
    """The term's name and other names that are abbreviations: short, with two capitals."""
    return [word for word in (term.name, *term.also_known_as) if sum(letter.isupper() for letter in word) > 1 and " " not in word]
