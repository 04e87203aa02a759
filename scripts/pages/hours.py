"""Opening hours for the reader's browser: a plain week in minutes, and England's bank holidays. The browser knows the time; the build does not."""

from __future__ import annotations

import datetime
from functools import cache

import opening_hours

PLAIN_WEEK = datetime.datetime(2026, 11, 2)
"""A Monday with no bank holiday near it."""
YEARS = 3
"""How many years of bank holidays a page carries: a copy on a memory stick is read long after it was made."""


@cache
def week(hours: str) -> str:
    """Opening hours (OpenStreetMap's form) as seven days of minutes from midnight, Monday first: "540-1020/540-1020/…"; a closed day is empty."""
    days: list[list[str]] = [[] for _ in range(7)]
    for start, end, state, _ in opening_hours.OpeningHours(hours).intervals(PLAIN_WEEK, PLAIN_WEEK + datetime.timedelta(days=7)):
        if state != opening_hours.State.OPEN:
            continue
        until = end or PLAIN_WEEK + datetime.timedelta(days=7)
        while start < until:
            midnight = datetime.datetime.combine(start.date() + datetime.timedelta(days=1), datetime.time())
            stop = min(until, midnight)
            days[start.weekday()].append(f"{_minutes(start, start)}-{_minutes(stop, start)}")
            start = stop
    return "/".join(",".join(day) for day in days)


def _minutes(moment: datetime.datetime, day: datetime.datetime) -> int:
    return int((moment - datetime.datetime.combine(day.date(), datetime.time())).total_seconds() // 60)


def open_on_bank_holidays(hours: str) -> bool:
    """Whether the hours hold on bank holidays too. Only round-the-clock hours do; others may not, and the page does not claim it."""
    return hours == "24/7"


@cache
def bank_holidays(year: int) -> str:
    """England's bank holidays of a year and the next ones (see `YEARS`), as dates with spaces between them."""
    import holidays  # imported here: checking the data needs none of it

    found = holidays.country_holidays("GB", subdiv="ENG", years=range(year, year + YEARS))
    return " ".join(sorted(day.isoformat() for day in found))
