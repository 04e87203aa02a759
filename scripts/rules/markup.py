"""Words stay words: no record holds markup, and no template lets any through (design section 9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from scripts.load import Home, Pointer
from scripts.problem import Problem
from scripts.prose import place
from scripts.rules.case import Case

MARKUP = re.compile(r"<[A-Za-z/!?]|&#|&[A-Za-z]{2,8};|\b(?:java|vb)script:|\bdata:text", re.IGNORECASE)
"""A tag, an entity, an address that runs. (Letters that nobody sees are refused by `load`.)"""
UNESCAPED = re.compile(r"\|\s*safe\b|\bautoescape\b|\bMarkup\b|\|\s*forceescape\b|(?:href|src|action)=\{\{|<[a-z][^<>]*\son[a-z]+\s*=")
"""What would let a value be read as markup or script: escaping off, an address without quotes, a handler in a tag."""


def no_markup(case: Case) -> Iterator[Problem]:
    """No text in any record holds markup or a script; every text is plain words."""
    for path, document in case.k.documents.items():
        for pointer, text in _texts(document.data, ()):
            if found := _markup(text):
                message = f"markup stands here: {found!r}"
                yield case.problem(Home(path, pointer), "no-markup", message, "write plain words; pages do their own layout")


def templates_escape(case: Case) -> Iterator[Problem]:
    """No template switches escaping off, and none puts a script into a tag: a value from a record can never become markup."""
    for text in case.texts:
        for match in UNESCAPED.finditer(text.text) if text.path.startswith("theme/") else ():
            line, column = place(text.text, match.start())
            tip = "let the value be escaped; markup that templates share belongs into a macro or an include"
            yield Problem(text.path, line, column, "templates-escape", f"lets markup through: {match[0]}", tip, at=f"{text.path}#{match[0]}")


@cache
def _markup(text: str) -> str:
    """The first piece of markup in a text, or nothing. Kept: the rules are asked again and again while somebody edits."""
    match = MARKUP.search(text)
    return match[0] if match else ""


def _texts(data: object, pointer: Pointer) -> Iterator[tuple[Pointer, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*pointer, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*pointer, index))
    elif isinstance(data, str):
        yield pointer, data
