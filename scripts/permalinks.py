"""The addresses and anchors that must answer for ever: pathways/permalinks.txt, which only grows (design section 6, promise 8).

A reader printed an address on a card, a trainer put one on a slide, a council linked to a step. So every address and every
declared anchor of each released London edition is kept here, and a build in which one of them no longer answers is refused.
What moved is in pathways/moved.yml: an old page leads on, and an old anchor is put inside the element that now has its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from scripts.load import EDITION, FOLDER, Home, Knowledge
from scripts.pages.addresses import Style, link, root, source_file
from scripts.pages.subjects import part_now
from scripts.pages.words import count
from scripts.problem import Problem, near

FILE = f"{FOLDER}/permalinks.txt"
MOVED = f"{FOLDER}/moved.yml"
RULE = "permalinks-kept"
LEADS = "moved-anchors"

HEADING = """\
# Every address and anchor of each release. All of them must answer for ever, so this file only grows.
# Written by `python -m scripts permalinks --release NAME`; never by hand. The indented anchors hold for each address above them.
"""
COUNTED = re.compile(r"# (?P<addresses>\d+) addresses, (?P<anchors>\d+) anchors; last release: (?P<release>.+)")
ADDRESS = re.compile(r"/[\w./-]*")
ANCHOR = re.compile(r"  (?P<name>[\w:.-]+)")
RELEASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")
"""What a release may be called; git takes it as a tag too."""

ID = re.compile(rb' id="(?<!<title id=")(?<!<desc id=")([^"]+)"')
"""An id in a page's own HTML. The title and the description of a drawing have one for screen readers; nobody links there."""
HEADING_ID = re.compile(rb"^#+ .*\{#([\w-]+)\}\s*$", re.MULTILINE)
"""A heading of prose says its anchor itself."""
OPENINGS = r"(?:\s*<(?:article|caption|div|dl|dt|figcaption|h[1-6]|li|ol|p|section|summary|tbody|td|th|thead|tr|ul)\b[^>]*>)*"
"""Start tags after which a word could stand: an empty mark put there is valid HTML and takes no room."""

FEW = 40
"""Where more pages are gone than a setting has, the nearest ones are not looked for: it would take minutes."""

Anchors = Mapping[str, frozenset[str]]
"""The anchors of each address."""


@dataclass(frozen=True)
class Group:
    """Addresses that have the same anchors; each with the line it stands on (from 1)."""

    addresses: Mapping[str, int]
    anchors: Mapping[str, int]


# --- the file ----------------------------------------------------------------------------------------------------------


def groups(text: str) -> tuple[Group, ...]:
    """The groups of the file. Lines that are neither a comment, an address nor an anchor are left out; `unreadable` says so."""
    found: list[tuple[dict[str, int], dict[str, int]]] = []
    fresh = True
    for number, line in enumerate(text.splitlines(), 1):
        if ADDRESS.fullmatch(line):
            if fresh or found[-1][1]:
                found.append(({}, {}))
            found[-1][0][line] = number
            fresh = False
        elif (match := ANCHOR.fullmatch(line)) and not fresh:
            found[-1][1][match["name"]] = number
        elif not line:
            fresh = True
    return tuple(Group(addresses, anchors) for addresses, anchors in found)


def promised(text: str) -> Anchors:
    """Every address of the file with its anchors."""
    found: dict[str, frozenset[str]] = {}
    for group in groups(text):
        names = frozenset(group.anchors)
        for address in group.addresses:
            found[address] = found[address] | names if address in found else names
    return found


def compose(anchors: Anchors, release: str) -> str:
    """The file's text: groups in the order of their first address, everything sorted, and a line that counts it all."""
    sharing: dict[frozenset[str], list[str]] = {}
    for address in sorted(anchors):
        sharing.setdefault(anchors[address], []).append(address)
    counted = f"# {len(anchors)} addresses, {sum(map(len, anchors.values()))} anchors; last release: {release}\n"
    parts = ("\n".join((*addresses, *(f"  {name}" for name in sorted(names)))) + "\n" for names, addresses in sharing.items())
    return "\n".join((HEADING + counted, *parts))


def joined(one: Anchors, other: Anchors) -> Anchors:
    """Every address of both, with the anchors of both."""
    return {address: one.get(address, frozenset()) | other.get(address, frozenset()) for address in {*one, *other}}


# --- what answers ------------------------------------------------------------------------------------------------------


def anchors(text: str | bytes) -> frozenset[str]:
    """The anchors that a page declares: ids in its block of HTML, or the {#ids} of headings and ids in prose."""
    return frozenset(name.decode() for name in _declared(text.encode() if isinstance(text, str) else text))


def _declared(content: bytes) -> list[bytes]:
    found: list[bytes] = ID.findall(content)
    return found if content.endswith(b"\n</div>\n") else found + HEADING_ID.findall(content)


def answering(made: Mapping[str, bytes]) -> dict[str, frozenset[str]]:
    """Every address that the rendered files answer at, with its anchors. A file that is no page and no asset is an address too."""
    found: dict[str, frozenset[str]] = {}
    for name, content in made.items():
        if name.endswith(".md"):
            found[_address(name)] = anchors(content)
        elif not name.startswith("assets/"):
            found[f"/{name}"] = frozenset()
    return found


def _address(name: str) -> str:
    """The address of a rendered Markdown file: barnet/index.md is /barnet/."""
    return "/" + name.removesuffix(".md").removesuffix("index")


def broken(text: str, pages: Anchors) -> tuple[Problem, ...]:
    """Every address or anchor of permalinks.txt (`text`) that `pages`, which are all that answer, no longer have."""
    found = list(unreadable(text))
    named = groups(text)
    few = sum(len(group.addresses.keys() - pages.keys()) for group in named) <= FEW
    for group in named:
        there = [address for address in group.addresses if address in pages]
        for address in group.addresses.keys() - pages.keys():
            tip = near(address, pages) if few else ""
            found.append(_gone(address, group.addresses[address], 1, f"{address} no longer answers", tip))
        names = frozenset(group.anchors)
        lost: dict[str, list[str]] = {}
        for address in there:
            if not names <= pages[address]:
                for name in names - pages[address]:
                    lost.setdefault(name, []).append(address)
        for name, addresses in lost.items():
            more = f" (and {count(len(addresses) - 1, 'more page', 'more pages')} like it)" if len(addresses) > 1 else ""
            found.append(_gone(f"{addresses[0]}#{name}", group.anchors[name], 3, f"{addresses[0]}#{name} no longer answers{more}", ""))
    return tuple(sorted(found))


def _gone(address: str, line: int, column: int, message: str, tip: str) -> Problem:
    cure = f"restore it; or let it lead on, with python -m scripts rename OLD NEW or a line of your own in {MOVED}"
    return Problem(FILE, line, column, RULE, message, f"{cure} ({tip})" if tip else cure, at=f"{FILE}#{address}")


def unreadable(text: str) -> Iterator[Problem]:
    """What is wrong with the file itself: it is missing, cut short, or was written in by hand."""
    tip = f"restore {FILE} from git, then run: python -m scripts permalinks --release NAME"
    if not text.strip():
        yield Problem(FILE, 1, 1, "missing-file", "the file is missing or empty", tip)
        return
    counted: list[tuple[int, re.Match[str]]] = []
    after_address = False
    for number, line in enumerate(text.splitlines(), 1):
        if match := COUNTED.fullmatch(line):
            counted.append((number, match))
        elif ADDRESS.fullmatch(line):
            after_address = True
        elif not line:
            after_address = False
        elif not (line.startswith("# ") or (after_address and ANCHOR.fullmatch(line))):
            yield Problem(FILE, number, 1, RULE, f"this line is no address and no anchor: {line[:60]}", tip, at=f"{FILE}#{number}")
    known = promised(text)
    counts = (len(known), sum(map(len, known.values())))
    if len(counted) != 1 or counts != (int(counted[0][1]["addresses"]), int(counted[0][1]["anchors"])):
        at = counted[0][0] if counted else 1
        message = f"holds {counts[0]} addresses and {counts[1]} anchors, and its heading counts others: something was cut out or put in"
        yield Problem(FILE, at, 1, RULE, message, tip, at=f"{FILE}#heading")


# --- what moved --------------------------------------------------------------------------------------------------------


def with_old_anchors(k: Knowledge, made: Mapping[str, bytes], style: Style, titles: Mapping[str, str]) -> dict[str, bytes]:
    """The rendered files, with each anchor that moved put where it leads. `titles`: every page's title by its path.

    On its own page the old id goes inside the element that has the new one. Where the part went to another page, a line at
    the end of the old page has the old id and leads there. An old anchor of a page that moved stands on the page that leads on.
    """
    found = dict(made)
    for old, new in k.moved.items():
        page, _, anchor = old.partition("#")
        name = source_file(page)
        if anchor and page not in k.moved and name in found:
            text = found[name].decode()
            if new.partition("#")[0] == page:
                text = _marked(text, anchor, new.partition("#")[2])
            else:
                block, end = (text.removesuffix("</div>\n"), "</div>\n") if text.endswith("\n</div>\n") else (text + "\n", "")
                name_now = escape(titles.get(new.partition("#")[0], new))
                way = escape(link(new, root(page), style))
                text = f'{block}<p id="{anchor}" class="pp-note">This part has moved: <a href="{way}">{name_now}</a></p>\n{end}'
            found[name] = text.encode()
    return found


def _marked(text: str, old: str, new: str) -> str:
    """A page with the id `old` inside its element `new`, or inside its title where `new` is empty."""
    mark = f'<span id="{old}"></span>'
    body = text.index("\n---\n") if text.startswith("---\n") else 0  # after the front matter
    heading = rf"^#+ (?=.*\{{#{re.escape(new)}\}}\s*$)" if new else r"^# "
    element = rf'<[a-z0-9]+\b[^>]* id="{re.escape(new)}"[^>]*>{OPENINGS}' if new else r"<h1\b[^>]*>"
    place = re.compile(f"{heading}|{element}", re.MULTILINE).search(text, body)
    return text[: place.end()] + mark + text[place.end() :] if place else text


def unled(k: Knowledge, made: Mapping[str, bytes], pages: Anchors, known: Anchors) -> Iterator[Problem]:
    """Every moved anchor that leads to none, and every old anchor that is still another thing's. `known`: what was ever released."""
    for old, new in k.moved.items():
        page, _, anchor = old.partition("#")
        leads = {old: new}
        if not anchor:
            leads |= {f"{old}#{name}": part_now(k.moved, old, name) for name in known.get(old, ())}
        for before, now in leads.items():
            target, _, part = now.partition("#")
            if part and part not in pages.get(target, ()):
                tip = near(part, pages.get(target, ())) or "look at the ids of that page"
                if before != old:
                    tip = f"add a line {before}: … that names the part where it is now ({tip})"
                yield _line(k, old, f"{before} would lead to {now}, and there is no such part", tip)
        if anchor and _declared(made.get(source_file(page), b"")).count(anchor.encode()) > 1:
            yield _line(k, old, f"{old} is said to have moved, and is still there", "take the line out, or give what is there now another id")


def _line(k: Knowledge, old: str, message: str, tip: str) -> Problem:
    return k.problem(Home(MOVED, ("moved", old)), LEADS, message, tip)


def check(k: Knowledge, made: Mapping[str, bytes], text: str | None) -> tuple[Problem, ...]:
    """What of the rendered files (with their old anchors) breaks a promise. `text`: permalinks.txt; None where nobody asks.

    The promises are the London edition's; another edition may leave areas out.
    """
    if not k.moved and (text is None or k.edition_id != EDITION):
        return ()
    pages = answering(made)
    found: Iterable[Problem] = unled(k, made, pages, promised(text or ""))
    if text is not None and k.edition_id == EDITION:
        found = (*found, *broken(text, pages))
    return tuple(sorted(found))
