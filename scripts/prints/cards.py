"""The card (A6), the poster (A4) and the wallet card (85.6 × 54 mm, ISO/IEC 7810 ID-1) as PDF/UA-1 (ISO 14289-1), set by Typst from theme/prints/card.typ.

Typst gets every word as data and none as markup. It uses only the fonts it brings along, and the file is dated by the handout, so that the
same handout gives the same bytes on every machine.
"""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.pages.handouts import Handout, Line
from scripts.pages.words import day
from scripts.prints import qr
from scripts.standing import FIRST

if TYPE_CHECKING:
    from typst import Compiler

FOLDER = Path(__file__).resolve().parent.parent.parent / "theme" / "prints"
FONT = "Libertinus Serif"
"""Comes with Typst's wheel, in regular, semibold and bold (SIL Open Font License)."""
FORMS: Mapping[str, str] = {"card-a6": "card", "poster-a4": "poster", "card-wallet": "wallet card"}
"""The forms, each with what it is called in the title of its file."""


class TooLong(Exception):
    """The words of a handout do not fit a form at its smallest size. The message names both."""


def card(handout: Handout) -> bytes:
    """The A6 card, one page. Raises TooLong."""
    return pdf(handout, "card-a6")


def poster(handout: Handout) -> bytes:
    """The A4 poster, one page: the card at twice the size. Raises TooLong."""
    return pdf(handout, "poster-a4")


def wallet(handout: Handout) -> bytes:
    """The wallet card, front and back. It shows the first way in of each part; a note too long for it is named, and stands on the page. Raises TooLong."""
    return pdf(handout, "card-wallet")


def pdf(handout: Handout, form: str) -> bytes:
    """A handout in one of FORMS, as a PDF/UA-1 file.

    Raises:
        TooLong: when the words do not fit at the smallest size that the form allows.
    """
    from typst import TypstError

    inputs = {"handout": json.dumps(given(handout, form), ensure_ascii=False), "form": form}
    midnight = datetime.datetime.combine(handout.made_on, datetime.time(), datetime.UTC)
    try:
        made = _compiler().compile(sys_inputs=inputs, format="pdf", pdf_standards="ua-1", timestamp=midnight)
    except TypstError as error:
        if "does not fit" in str(error):
            raise TooLong(f"{handout.title}: the words do not fit the {FORMS[form]}. Shorten a name, hours or a caution of a contact point") from None
        raise
    assert isinstance(made, bytes)
    return made


def given(handout: Handout, form: str) -> dict[str, Any]:
    """What the template is given: the handout's words, dates written out."""
    name = FORMS[form]
    return {
        "file_title": f"{handout.title}: who to tell ({name})",
        "file_description": f"Who to tell when you are worried that someone is being drawn into terrorism: {handout.title}.",
        "font": FONT,
        "title": handout.title,
        "area": handout.area,
        "first": handout.first,
        "first_ways": [_line(line) for line in handout.first_ways],
        "danger": _line(handout.danger),
        "parts": [
            {
                "title": part.title,
                "note": part.note,
                "by_day": [_line(line) for line in part.by_day],
                "by_night": [_line(line) for line in part.by_night],
            }
            for part in handout.parts
        ],
        "in_print": handout.in_print,
        "short": handout.short,
        "qr": qr.on_paper(handout.address) if handout.address else None,
        "qr_says": qr.spoken(handout.address) if handout.address else "",
        "edition": handout.edition,
        "draft": handout.draft,
        "made_on": day(handout.made_on),
        "valid_until": day(handout.valid_until),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "phone": line.phone,
        "other": line.other,
        "label": line.label,
        "ask_for": line.ask_for,
        "hours": line.hours,
        "mark": line.mark,
        "weak": line.standing not in FIRST,
        "cautions": list(line.cautions),
        "staff_only": line.staff_only,
    }


@functools.cache
def _compiler() -> Compiler:
    """One compiler a process: it keeps its fonts and the template."""
    import typst

    return typst.Compiler(str(FOLDER / "card.typ"), root=str(FOLDER), ignore_system_fonts=True)
