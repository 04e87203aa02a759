"""Promise 4 for opening hours: what a machine reads and what a person reads are the same hours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.model import ContactPoint
from scripts.problem import Problem
from scripts.rules.case import Case

DAYS = {"monday": "Mo", "tuesday": "Tu", "wednesday": "We", "thursday": "Th", "friday": "Fr", "saturday": "Sa", "sunday": "Su"}
_DAY = f"(?:{'|'.join(DAYS)})"
_TIME = r"\d{1,2}(?:[.:]\d{2})? ?[ap]m|\d{1,2}[.:]\d{2}"
TIME = re.compile(_TIME)
PART = re.compile(
    rf"(?:(?P<first>{_DAY})(?: to (?P<last>{_DAY}))?,? (?P<from>{_TIME}) to (?P<to>{_TIME})"
    rf"|(?P<from2>{_TIME}) to (?P<to2>{_TIME}) (?P<all>weekdays|every day))(?:, |; |$)"
)
CLOSED = re.compile(r",? (?:excluding|except|closed(?: on)?) bank holidays$")
ALWAYS = "24 hours a day"
CLOCK = re.compile(r"\d{2}:\d{2}")


def hours_agree(case: Case) -> Iterator[Problem]:
    """Opening hours in words and in the form for machines tell the same days and times, and where the words print both, the form is there."""
    for id, contact in case.k.contacts.items():
        if fault := _fault(contact):
            message, tip = fault
            yield case.problem(case.k.home("contact", id, "hours" if contact.hours else "hours_text"), "hours-agree", message, tip)


def _fault(contact: ContactPoint) -> tuple[str, str] | None:
    told = machine(contact.hours_text or "")
    if told is not None and told != contact.hours:
        stands = f"hours say {contact.hours}" if contact.hours else "hours are missing"
        return f"“{contact.hours_text}” is {told}, and {stands}", f"compare both with the source; for these words write hours: {told}"
    if told is None and contact.hours:
        printed = sorted({time(found) for found in TIME.findall(contact.hours_text or "")})
        meant = sorted(set(CLOCK.findall(contact.hours)))
        if printed != meant:
            message = f"the words print {', '.join(printed) or 'no time of day'}, and hours say {', '.join(meant) or contact.hours}"
            return message, "compare both with the source; leave hours out where days and times are not printed"
    return None


def machine(text: str) -> str | None:
    """Hours in words as OpenStreetMap's opening_hours; None where the words do not print days and times in a plain form.

    "Monday to Thursday 9am to 5.15pm, Friday 9am to 5pm" is "Mo-Th 09:00-17:15; Fr 09:00-17:00".
    """
    words = text.strip().lower()
    if words == ALWAYS:
        return "24/7"
    open_words = CLOSED.sub("", words)
    found: list[str] = []
    end = 0
    while end < len(open_words):
        part = PART.match(open_words, end)
        if part is None:
            return None
        days = {"weekdays": "Mo-Fr ", "every day": "", None: ""}[part["all"]]
        if part["first"]:
            days = DAYS[part["first"]] + (f"-{DAYS[part['last']]}" if part["last"] else "") + " "
        found.append(f"{days}{time(part['from'] or part['from2'])}-{time(part['to'] or part['to2'])}")
        end = part.end()
    return "; ".join([*found, *(["PH off"] if words != open_words else [])]) if found else None


def time(words: str) -> str:
    """A time of day on the 24-hour clock: "5.15pm" is 17:15, "12am" is 00:00."""
    hour, _, minute = re.sub(r"[ apm]", "", words).replace(".", ":").partition(":")
    half = words[-2:]
    number = int(hour) % 12 + (12 if half == "pm" else 0) if half in ("am", "pm") else int(hour)
    return f"{number:02d}:{minute or '00'}"
