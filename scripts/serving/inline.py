"""Reads the built pages: the hashes of what a policy must allow, and everything a strict policy would not let through.

An inline script is allowed only where its text stands in a template of the theme. So a script that came in with a value of the data
is never hashed: the site is refused.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.problem import Problem, Refused

INLINE = re.compile(rb"<(script|style)\b([^>]*)>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
TYPE = re.compile(rb"\btype\s*=\s*[\"']?([^\"'\s>]*)", re.IGNORECASE)
SRC = re.compile(rb"\bsrc\s*=\s*[\"']?([^\"'\s>]*)", re.IGNORECASE)
RUNS = frozenset({b"", b"text/javascript", b"application/javascript", b"module", b"importmap", b"speculationrules"})
"""The types of a script that a policy judges; any other is a block of data, which no browser runs (HTML, "prepare the script element")."""
BLOCKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (rb"<[a-z][^>]*\s(style|on[a-z]+)\s*=", rb"=\s*[\"']?\s*(javascript:)", rb"<(base|object|embed|iframe)\b")
)
"""Searched one after the other: as one expression it takes ten times as long."""
MENDS = {
    "style": "give the element a class, and the class a rule in theme/material/style.html",
    "on": "listen for the event in a script of the theme (addEventListener)",
    "javascript": "make it a button, and listen for its click in a script of the theme",
    "": "take it out of the template; the policy allows none",
}


@dataclass(frozen=True)
class Inline:
    """The hashes of every inline script and style of a site, as a policy names them ('sha256-…'), sorted."""

    scripts: tuple[str, ...]
    styles: tuple[str, ...]


def read_inline(site: Path, theme: Path) -> Inline:
    """Every inline script and style in the site's pages, each hashed once (Content Security Policy Level 3, 6.7.3.3).

    Raises:
        Refused: a page holds a script or style that is in no template of `theme` (the first page is named), or something that a strict policy blocks.
    """
    templates = b"\n".join(path.read_bytes() for path in sorted(theme.rglob("*.html")))
    known = frozenset(found[3].strip() for found in INLINE.finditer(templates))
    texts: dict[bytes, set[bytes]] = {b"script": set(), b"style": set()}
    seen: set[tuple[bytes, bytes, bytes]] = set()
    problems: list[Problem] = []
    for page in sorted(site.rglob("*.html")):
        content = page.read_bytes().replace(b"\r\n", b"\n")
        for found in INLINE.finditer(content):
            parts = (found[1].lower(), found[2], found[3])
            if parts in seen:
                continue
            seen.add(parts)
            problems += (_problem(site, page, content, found.start(), message, tip) for message, tip in _judged(*parts, known))
            if _judgeable(*parts):
                texts[parts[0]].add(parts[2])
        problems += _blocked(site, page, content)
    if problems:
        raise Refused(problems)
    return Inline(*(tuple(sorted(map(_hash, texts[kind]))) for kind in (b"script", b"style")))


def _judgeable(kind: bytes, attributes: bytes, text: bytes) -> bool:
    """Whether a policy's hashes decide over it: an inline style, or an inline script that runs."""
    return kind == b"style" or (not SRC.search(attributes) and _type(attributes) in RUNS)


def _type(attributes: bytes) -> bytes:
    found = TYPE.search(attributes)
    return found[1].lower() if found else b""


def _judged(kind: bytes, attributes: bytes, text: bytes, known: frozenset[bytes]) -> Iterator[tuple[str, str]]:
    """What is wrong with one script or style, and the cure."""
    src = SRC.search(attributes)
    if src and re.match(rb"[a-z]+:|//", src[1], re.IGNORECASE):
        yield f"a script is fetched from {src[1].decode()}, another host", "keep the script in theme/ and take it from there"
    elif _judgeable(kind, attributes, text) and text.strip() not in known:
        shown = " ".join(text.decode(errors="replace").split())[:60]
        yield (
            f"an inline {kind.decode()} is in no template of theme/: {shown}",
            "build the site again; if it is still there it came with a value or a text: take it out of pathways/ or docs/",
        )


def _blocked(site: Path, page: Path, content: bytes) -> Iterator[Problem]:
    """What no hash can allow: style attributes, handlers in attributes, javascript: links, frames."""
    if not any(pattern.search(content) for pattern in BLOCKED):
        return
    bare = INLINE.sub(lambda found: b"\n" * found[0].count(b"\n"), content)
    for pattern in BLOCKED:
        for found in pattern.finditer(bare):
            what = found[1].decode().lower()
            key = "on" if what.startswith("on") else what
            yield _problem(site, page, bare, found.start(), f"“{what}” in a tag is blocked by the policy", MENDS.get(key, MENDS[""]))


def _problem(site: Path, page: Path, content: bytes, at: int, message: str, tip: str) -> Problem:
    line = content.count(b"\n", 0, at) + 1
    column = at - content.rfind(b"\n", 0, at)
    return Problem(f"{site.name}/{page.relative_to(site).as_posix()}", line, column, "strict-policy", message, tip)


def _hash(text: bytes) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'"
