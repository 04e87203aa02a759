"""The guided check as a picture: questions on the left, outcomes on the right, and a line for every answer."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from scripts.model import CheckFile

BOX, TALL, ACROSS, DOWN = 210, 54, 420, 66
"""A box's width and height, and the distance from one to the next, in the drawing's own units."""
MARGIN = 50
"""Room at the left for the lines from question to question."""
LETTERS = 29
"""Letters in a line of a box."""


@dataclass(frozen=True)
class Box:
    """A question or an outcome, with its place."""

    lines: tuple[str, ...]
    x: int
    y: int
    question: bool


@dataclass(frozen=True)
class Line:
    """An answer: which one it is, where its number stands, and the path it runs (as SVG writes it)."""

    number: int
    x: int
    y: int
    path: str


@dataclass(frozen=True)
class Diagram:
    """The whole check, ready to be drawn."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int


def diagram(check: CheckFile) -> Diagram:
    """Questions and outcomes in two columns, in the order of the file; the questions spread over the height of the outcomes."""
    rows = max(len(check.questions), len(check.outcomes))
    top: dict[str, int] = {}
    for ids in (tuple(check.questions), tuple(check.outcomes)):
        for row, id in enumerate(ids):
            top[id] = row * DOWN * (rows - 1) // max(1, len(ids) - 1)
    boxes = [Box(_wrapped(node.asks), MARGIN, top[id], True) for id, node in check.questions.items()]
    boxes += [Box(_wrapped(outcome.name), MARGIN + ACROSS, top[id], False) for id, outcome in check.outcomes.items()]
    lines = []
    for id, node in check.questions.items():
        for number, answer in enumerate(node.answers, 1):
            y = top[id] + TALL * number // (len(node.answers) + 1)
            end = top[answer.to] + TALL // 2
            if answer.to in check.outcomes:
                start, stop = MARGIN + BOX, MARGIN + ACROSS
                lines.append(Line(number, start + 4, y - 2, f"M{start} {y}C{start + 70} {y} {stop - 70} {end} {stop} {end}"))
            else:
                lines.append(Line(number, MARGIN - 10, y - 2, f"M{MARGIN} {y}C0 {y} 0 {end} {MARGIN} {end}"))
    return Diagram(tuple(boxes), tuple(lines), MARGIN + ACROSS + BOX, (rows - 1) * DOWN + TALL)


def _wrapped(text: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, LETTERS)[:3])
