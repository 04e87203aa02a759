"""Small decisions about words that templates ask for: dates, numbers, lists. Pure functions of their arguments."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]

ASKED = {"phone": "by phone", "email": "by e-mail", "in-person": "in person", "letter": "by letter"}
"""How a confirmation was made (Confirmation.how), as a card says it."""


def day(date: datetime.date) -> str:
    """A date as the page prints it: 21 November 2026."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def _part(text: str) -> str:
    about = "about " if text.endswith("~") else ""
    pieces = text.rstrip("~").split("-")
    if len(pieces) == 1:
        return about + pieces[0]
    month = MONTHS[int(pieces[1]) - 1]
    return about + (f"{int(pieces[2])} {month} {pieces[0]}" if len(pieces) == 3 else f"{month} {pieces[0]}")


def dated(text: str | None) -> str:
    """A source's date in words: "2024-05" is "dated May 2024", "2020/2021" is "dated between 2020 and 2021", None is "undated"."""
    if text is None:
        return "undated"
    start, _, end = text.partition("/")
    if start == "..":
        return f"dated {_part(end)} or before"
    if end == "..":
        return f"dated after {_part(start)}"
    return f"dated between {_part(start)} and {_part(end)}" if end else f"dated {_part(start)}"


def tel(number: str) -> str:
    """The `tel:` address of a number: national numbers with the country code, short codes (999, 18001 101) as they are."""
    digits = number.replace(" ", "")
    return f"tel:+44{digits[1:]}" if digits.startswith("0") and len(digits) > 6 else f"tel:{digits}"


def listing(words: Sequence[str], last: str = "and") -> str:
    """Words as a sentence lists them: "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 source", "3 sources"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def sentence(text: str) -> str:
    """A text with its first letter large and a full stop at its end."""
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
