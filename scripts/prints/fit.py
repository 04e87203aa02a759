"""How much room a text takes on a slide, without a font at hand: text that runs out of its box is text that a room cannot read.

The widths are Arial's, which Windows and macOS have; Liberation Sans on Linux and Helvetica have the same ones.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

LINE = 1.17
"""Height of a row, in sizes of its largest letters. Arial's own is 1.149; a row with two sizes in it comes out a little higher."""
SLACK = 1.015
"""Every width is taken for a little more than it is: programs round differently."""
OTHER = 1000
"""A character that is not below counts as a very wide one."""

_FROM = " "
_REGULAR = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 "
    "556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 "
    "667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 "
    "556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
_BOLD = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 "
    "556 556 333 333 584 584 584 611 1072 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 "
    "667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 "
    "611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584"
)
"""Advance widths from the space to ~, in thousandths of the size; of the bold @, on which fonts differ, the largest."""


def _table(widths: str, more: str) -> dict[str, int]:
    table = {chr(ord(_FROM) + number): int(width) for number, width in enumerate(widths.split())}
    return table | {mark: int(width) for mark, width in zip("‘’“”–·•", more.split(), strict=True)}


_TABLES = {False: _table(_REGULAR, "222 222 333 333 556 278 350"), True: _table(_BOLD, "278 278 500 500 556 278 350")}


@dataclass(frozen=True)
class Run:
    """Words in one size, weight and colour."""

    text: str
    size: float
    bold: bool = False
    colour: str = "14211f"
    """As RRGGBB. Left out: the site's ink."""


@dataclass(frozen=True)
class Para:
    """A paragraph."""

    runs: tuple[Run, ...]
    before: float = 0
    """Room above it, in points."""
    bullet: bool = False

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(run.text for run in self.runs)

    @property
    def indent(self) -> float:
        """How far it stands in from the left: a bullet needs room."""
        return self.runs[0].size if self.bullet else 0


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text in one row, in points, never less than it is."""
    return _units(text, bold) * size / 1000 * SLACK


@lru_cache(maxsize=1 << 16)
def _units(text: str, bold: bool) -> int:
    """A width in thousandths of the size. Kept, because a slide is measured many times before its words fit."""
    table = _TABLES[bold]
    return sum(table.get(letter, OTHER) for letter in text)


def height(paras: Iterable[Para], room: float) -> float:
    """The height of paragraphs in a box that is `room` points wide."""
    return sum(para.before + sum(size * LINE for size in rows(para, room - para.indent)) for para in paras)


def rows(para: Para, room: float) -> list[float]:
    """The rows of a paragraph as it breaks between words: for each, its largest size."""
    found: list[float] = []
    taken = 0.0
    for space, word, size in _words(para):
        if found and taken + space + word <= room:
            taken += space + word
            found[-1] = max(found[-1], size)
        else:  # a word that is longer than a row takes as many as it needs
            found += [size] * max(1, math.ceil(word / room))
            taken = word % room if word > room else word
    return found or [para.runs[0].size]


def _words(para: Para) -> Iterator[tuple[float, float, float]]:
    """Each word with the room before it, its own, and its largest size. A word may go on from one run to the next."""
    space = word = size = 0.0
    for run in para.runs:
        for piece in re.findall(r"\s+|\S+", run.text):
            if piece.isspace() and word:
                yield space, word, size
                space = word = size = 0.0
            if piece.isspace():
                space += width(piece, run.size, run.bold)
            else:
                word += width(piece, run.size, run.bold)
                size = max(size, run.size)
    if word:
        yield space, word, size
