"""The last slide: whom to tell here, on which number, by day and by night, for a room that is about to leave.

Everything on it and in its notes is a value of the `Handout`. The letters are as large as its texts allow; a warning that
finds no room on the slide stands in the notes, with a sign beside its number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scripts.pages.handouts import Handout, Line, Part, card_path
from scripts.pages.words import day, sentence
from scripts.prints.canvas import (
    ACCENT,
    CARE,
    CARE_GROUND,
    DANGER,
    DANGER_GROUND,
    EDGE,
    HIGH,
    INK,
    QUIET,
    SOFT,
    WIDE,
    Block,
    Box,
    bar,
    finished,
    new_deck,
    new_slide,
    note,
    para,
    picture_of,
    put,
)
from scripts.prints.fit import Para, Run, height, rows
from scripts.standing import Standing

BY_DAY, BY_NIGHT = "In office hours", "Evenings, weekends, bank holidays"
QR = 112.0
"""Side of the QR code, with its quiet zone."""
FULL = WIDE - 2 * EDGE
GAP = 12.0
COLUMN = (FULL - GAP) / 2
INSET = (8.0, 4.0)


@dataclass(frozen=True)
class Look:
    """How large the letters are, and whether the warnings stand on the slide."""

    number: float
    small: float
    warned: bool
    title: float = 32
    first: float = 18
    """The largest that the first step may be; it becomes a little smaller where that keeps it in one row."""


LOOKS = (
    *(Look(*sizes, warned=True) for sizes in ((26, 16), (24, 15), (24, 14), (22, 14), (20, 14))),
    Look(20, 14, warned=True, title=26, first=16),
    *(Look(*sizes, warned=False) for sizes in ((24, 15), (24, 14), (22, 14), (20, 14))),
    *(Look(*sizes, warned=False, title=26, first=16) for sizes in ((20, 14), (20, 13), (18, 12), (16, 11), (14, 10))),
)
"""From the best to the smallest. Only a slide with many long texts comes to the last ones; tests/test_slides.py says how few there may be."""


def slide(handout: Handout) -> bytes:
    """The last slide of an area, or of a setting in it, as a PPTX file: the same bytes for the same handout.

    Raises:
        ValueError: when its texts do not fit on a slide even in the smallest letters.
    """
    deck = new_deck()
    add_handout(deck, handout)
    return finished(deck, question(handout), handout.edition, handout.made_on)


def question(handout: Handout) -> str:
    """The slide's title: Who do I tell in Barnet? School in Barnet: who do I tell?"""
    return f"{handout.title}: who do I tell?" if handout.setting else f"Who do I tell in {handout.area}?"


def add_handout(deck: Any, handout: Handout) -> None:
    """Put a handout's slide at the end of a deck.

    Raises:
        ValueError: when its texts do not fit.
    """
    title, *blocks = layout(handout)
    made = new_slide(deck, title)
    for block in blocks:
        put(made, block)
    first = next(block for block in blocks if block.name == "First step")
    bar(made, Box(EDGE, first.box.top, 4, first.box.height), ACCENT)
    if handout.address:
        place = Box(WIDE - EDGE - QR, title.box.top - 4, QR, QR)
        picture_of(made, handout.address, place)
    note(made, notes(handout))


def layout(handout: Handout) -> tuple[Block, ...]:
    """Every text of the slide in its place, in the order of reading; the title first.

    Raises:
        ValueError: when they do not fit.
    """
    for look in LOOKS:
        blocks, spare = _composed(handout, look)
        if spare >= 0:
            return blocks
    raise ValueError(f"the slide of {handout.title} has no room for its texts: a name, a time or a first step is too long")


def warnings(handout: Handout) -> Mapping[str, int]:
    """What to know before using a number, each text once, with the number of its sign."""
    return {text: number for number, text in enumerate(dict.fromkeys(text for line in handout.lines for text in line.cautions), 1)}


def notes(handout: Handout) -> tuple[str, ...]:
    """What the speaker says, and what stands behind each number."""
    first = handout.parts[0]
    lines = [
        "What to say",
        f"In danger now? Call {handout.danger.phone}. Everything else starts with the first step: {handout.first}",
        f"Then the number. For a child, {first.note}, use the left side. For an adult, use the right side.",
        "Read the line for the evening aloud too. Ask everybody to take a picture of this slide.",
        "",
    ]
    if signs := warnings(handout):
        lines += ["Before you use a number"]
        for text, number in signs.items():
            names = dict.fromkeys(line.name for line in handout.lines if text in line.cautions)
            lines.append(f"Note {number}. {', '.join(names)}: {text}")
        lines.append("")
    lines.append("How each number stands")
    lines += dict.fromkeys(f"{_reached(line)}, {line.name}: {sentence(line.mark)}" for line in handout.lines)
    newer = card_path(handout.area_slug, handout.setting_slug)
    lines += ["", f"Made on {day(handout.made_on)}. Valid until {day(handout.valid_until)}. Then take a new one from {newer} on the site."]
    if handout.draft:
        lines.append(handout.draft)
    return tuple(lines)


def _reached(line: Line) -> str:
    return line.phone or line.other or ""


def _composed(handout: Handout, look: Look) -> tuple[tuple[Block, ...], float]:
    """The slide in one look, and how much room is left over: less than nothing where it does not fit."""
    top = 0.0
    blocks: list[Block] = []
    if handout.draft:
        blocks.append(Block("Draft", Box(0, 0, WIDE, 24), (para(handout.draft, 14, True, CARE),), CARE_GROUND, (EDGE, 3.5)))
        top = 24
    head = FULL - QR - 16 if handout.address else FULL
    title = _title(handout, top + 5, head, look.title)
    blocks.insert(0, title)
    top = title.box.top + title.box.height + 4
    danger = Block("Danger", Box(EDGE, top, head, 0), (_danger(handout.danger, look.first + 2),), DANGER_GROUND, (10, 4))
    first = Block("First step", Box(EDGE, 0, head, 0), _first(handout, head - 24, look.first), None, (12, 2))
    for block in (danger, first):
        blocks.append(replace(block, box=replace(block.box, top=top, height=block.needs)))
        top += block.needs + 6
    if handout.address:
        top = max(top, title.box.top + QR)
    grid, top = _grid(handout, look, top)
    blocks += grid
    foot = _foot(handout, look)
    advice = _advice(handout, look)
    spare = HIGH - 8 - foot.needs - 4 - advice[0].box.height - 8 - top
    down = max(0.0, HIGH - 8 - foot.needs)
    lift = 4 + max(0.0, spare) / 2  # what is left over is shared between above and below
    blocks += [replace(block, box=replace(block.box, top=down - lift - block.box.height)) for block in advice]
    blocks.append(replace(foot, box=replace(foot.box, top=down, height=foot.needs)))
    return tuple(blocks), spare


def _title(handout: Handout, top: float, room: float, largest: float) -> Block:
    """The title in one row where that can be, else in two."""
    text = question(handout)
    for size, most in ((largest, 1), (30, 1), (28, 1), (26, 1), (24, 1), (22, 2), (20, 2)):
        if size > largest:
            continue
        block = Block("Title", Box(EDGE, top, room, 0), (para(text, size, True),))
        if block.needs < size * 1.3 * most:
            break
    return replace(block, box=replace(block.box, height=block.needs))


def _danger(line: Line, size: float) -> Para:
    return Para(
        (
            Run("In danger now? ", size, True, DANGER),
            Run(f"Call {line.phone}. ", size, True),
            Run(f"{line.name}. ", 14),
            _mark(line, 14),
        )
    )


def _first(handout: Handout, room: float, largest: float) -> tuple[Para, ...]:
    """The first step, in one row where that can be, with the numbers that it names itself and what is said of them nowhere else."""
    named = [line for line in handout.first_ways if line.id != handout.danger.id]  # that one stands just above
    elsewhere = {line.id for part in handout.parts for line in (*part.by_day, *part.by_night)}
    for size in (largest, largest - 1, largest - 2, largest):
        step = ((Run("First: ", size, True, ACCENT),) if handout.setting else ()) + (Run(handout.first, size, True),)
        numbers = tuple(run for line in named for run in (Run(f"  {_reached(line)}", largest + 2, True), Run("  ", 14), _mark(line, 13)))
        if len(rows(Para(step + numbers), room)) == 1:
            return Para(step + numbers), *(Para(tuple(_about(line, 14))) for line in named if line.id not in elsewhere)
    below = (
        Para(
            (
                Run(_reached(line), largest + 2, True),
                Run("  ", 14),
                *(_about(line, 14) if line.id not in elsewhere else ()),
                Run("  ", 14),
                _mark(line, 13),
            )
        )
        for line in named
    )
    return Para(step), *below


def _mark(line: Line, size: float) -> Run:
    return Run(line.mark, size, True, {Standing.CONFIRMED: ACCENT, Standing.PUBLISHED: QUIET}.get(line.standing, CARE))


def _grid(handout: Handout, look: Look, top: float) -> tuple[list[Block], float]:
    """The child's side and the adult's, by day and by night, level with each other; and where they end."""
    blocks: list[Block] = []
    sides = handout.parts[:2]
    for number, part in enumerate(sides):
        left = EDGE + number * (COLUMN + GAP)
        heading = Para((Run(part.title, 20, True, ACCENT), Run(f"  {part.note}", 14, False, QUIET)))
        blocks.append(Block(part.title, Box(left, top, COLUMN, height([heading], COLUMN)), (heading,)))
    top += blocks[0].box.height + 2
    levels = []
    for when, lines in ((BY_DAY, [part.by_day for part in sides]), (BY_NIGHT, [part.by_night for part in sides])):
        level = []
        for number, (part, ways) in enumerate(zip(sides, lines, strict=True)):
            seen = {line.id for line in part.by_day} if ways is part.by_night else set()
            paras = (para(when, look.small, True, QUIET), *_ways(handout, ways, look, seen))
            level.append(Block(f"{part.title}: {when.lower()}", Box(EDGE + number * (COLUMN + GAP), top, COLUMN, 0), paras, SOFT, INSET))
        high = max(block.needs for block in level)
        levels.append([replace(block, box=replace(block.box, height=high)) for block in level])
        top += high + 5
    for number in (0, 1):
        blocks[number * 3 + 1 : number * 3 + 1] = [level[number] for level in levels]
    return blocks, top


def _ways(handout: Handout, lines: Sequence[Line], look: Look, seen: Collection[str] = (), heading: str = "") -> Iterator[Para]:
    """Each way in: its label, its number and how it stands; its name and hours; what to know before using it.

    `seen`: the ways in that stand above on the same side already; of these only what is needed to know them again is said.
    `heading`: what stands before the first one, in its row.
    """
    signs = warnings(handout)
    quiet = look.small - 1
    for number, line in enumerate(lines):
        again = line.id in seen
        start = [Run(f"{heading}  ", look.small, True, ACCENT)] if heading and number == 0 else []
        label = [Run(f"{line.label}  ", look.small, False, QUIET)] if line.label else []
        reached = Run(_reached(line), look.number if line.phone else min(look.number, 18), True)
        name = [Run(f"  {line.name}", look.small, True)] if again else []
        sign = f" (note {', '.join(str(signs[text]) for text in line.cautions)})" if line.cautions and not look.warned else ""
        marks = [Run("  ", quiet), _mark(line, quiet), *([Run(sign, quiet, True, CARE)] if sign else [])]
        yield Para((*start, *label, reached, *name, *marks), before=4 if number else 0)
        if not again:
            yield Para(tuple(_about(line, look.small)))
            if look.warned:
                yield from (para(text, look.small, False, CARE) for text in line.cautions)


def _about(line: Line, size: float) -> Iterator[Run]:
    yield Run(line.name, size, True, INK)
    if line.staff_only:
        yield Run(" (staff only)", size, True, ACCENT)
    for text in (line.ask_for, line.hours):
        if text:
            yield Run(f". {text}", size)


def _advice(handout: Handout, look: Look) -> list[Block]:
    """The parts after the two sides, across the slide; their lines stand beside each other."""
    blocks = [block for part in handout.parts[2:] for block in _strip(handout, part, look)]
    high = max(block.needs for block in blocks)
    return [replace(block, box=replace(block.box, height=high)) for block in blocks]


def _strip(handout: Handout, part: Part, look: Look) -> Iterator[Block]:
    lines = (*part.by_day, *part.by_night)
    if len(lines) == 1:
        paras = tuple(_ways(handout, lines, look, heading=part.title))
        yield Block(part.title, Box(EDGE, 0, FULL, 0), paras, SOFT, INSET)
        return
    wide = (FULL - GAP * (len(lines) - 1)) / len(lines)
    for number, line in enumerate(lines):
        heading = para(part.title if number == 0 else line.label or "Or", look.small, True, ACCENT)
        paras = (heading, *_ways(handout, (replace(line, label="" if number else line.label),), look))
        yield Block(f"{part.title}: {number + 1}", Box(EDGE + number * (wide + GAP), 0, wide, 0), paras, SOFT, INSET)


def _foot(handout: Handout, look: Look) -> Block:
    """Where to read on, until when this is good, and whose it is."""
    where = Para((Run("Read on: ", 14, False, QUIET), Run(handout.in_print, 14, True, ACCENT), Run("  Short code ", 14, False, QUIET),
                  Run(handout.short, 14, True, ACCENT)))  # fmt: skip
    until = f"Valid until {day(handout.valid_until)}."
    made = f" Made on {day(handout.made_on)}. {handout.edition}."
    hint = " The notes below this slide say what to know first." if warnings(handout) and not look.warned else ""
    return Block(
        "Where to read on", Box(EDGE, 0, FULL, 0), (where, Para((Run(until, 12, True), Run(made, 12, False, QUIET), Run(hint, 12, True, CARE))))
    )
