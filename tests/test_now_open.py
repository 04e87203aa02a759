"""The line that answers now stands first and says so, in London's time and with England's bank holidays; without script or with a wrong clock the order is the safe one."""

from __future__ import annotations

import datetime

import pytest
from playwright.sync_api import Browser, Page

from scripts.pages.hours import bank_holidays, open_on_bank_holidays, week


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [
        ("Mo-Fr 09:00-17:00", "540-1020/540-1020/540-1020/540-1020/540-1020//"),
        ("Mo-Th 09:00-17:15; Fr 09:00-17:00", "540-1035/540-1035/540-1035/540-1035/540-1020//"),
        ("Mo-Fr 11:00-15:00; PH off", "660-900/660-900/660-900/660-900/660-900//"),
        ("24/7", "/".join(["0-1440"] * 7)),
        ("Fr 22:00-02:00", "////1320-1440/0-120/"),
    ],
)
def test_opening_hours_become_a_plain_week_in_minutes(hours: str, minutes: str) -> None:
    assert week(hours) == minutes


def test_only_round_the_clock_hours_are_taken_to_hold_on_bank_holidays() -> None:
    assert open_on_bank_holidays("24/7")
    assert not open_on_bank_holidays("Mo-Fr 09:00-17:00")
    assert not open_on_bank_holidays("Mo-Fr 09:00-17:00; PH off")


def test_bank_holidays_are_englands_and_reach_years_ahead() -> None:
    found = bank_holidays(2026).split()
    assert {"2026-12-25", "2026-12-28", "2027-03-29", "2027-08-30", "2028-12-26"} <= set(found)
    assert "2027-01-02" not in found, "a bank holiday in Scotland only"
    assert all(datetime.date.fromisoformat(day) for day in found)


def barnet(browser: Browser, served: str, moment: str, script: bool = True, zone: str = "Europe/London") -> Page:
    """Barnet's page at a moment of UTC, in a browser that thinks it is in that time zone."""
    context = browser.new_context(java_script_enabled=script, timezone_id=zone)
    page = context.new_page()
    if script:
        page.clock.set_fixed_time(moment)
    page.goto(f"{served}/barnet/")
    return page


def child(page: Page) -> tuple[str, str]:
    """What stands first for a child, a card or the line for evenings and weekends, and what the front door's card says of now."""
    first = page.locator("#child :is(.pp-card, .pp-after):visible").first.get_attribute("class") or ""
    signs = page.locator("#child .pp-card", has_text="020 8359 4066").locator(".pp-open")
    return first.split()[0], signs.inner_text() if signs.count() else ""


@pytest.mark.parametrize(
    ("moment", "first", "sign"),
    [
        ("2026-11-24T10:00:00Z", "pp-card", "Open now"),  # a Tuesday morning
        ("2026-11-24T17:14:00Z", "pp-card", "Open now"),  # the last minute of it
        ("2026-11-24T17:15:00Z", "pp-after", "Closed now"),
        ("2026-11-29T21:00:00Z", "pp-after", "Closed now"),  # 9pm on a Sunday
        ("2027-07-13T08:30:00Z", "pp-card", "Open now"),  # half past nine in London's summer
        ("2027-07-13T07:30:00Z", "pp-after", "Closed now"),
        ("2026-12-25T11:00:00Z", "pp-after", "Bank holiday today: may be closed"),
        ("2027-08-30T11:00:00Z", "pp-after", "Bank holiday today: may be closed"),
    ],
)
def test_the_line_that_answers_now_stands_first_and_says_so(browser: Browser, served: str, moment: str, first: str, sign: str) -> None:
    page = barnet(browser, served, moment)
    assert child(page) == (first, sign)
    page.context.close()


def test_the_time_is_londons_wherever_the_device_thinks_it_is(browser: Browser, served: str) -> None:
    page = barnet(browser, served, "2026-11-24T10:00:00Z", zone="Asia/Tokyo")
    assert child(page) == ("pp-card", "Open now")
    page.context.close()


def test_a_clock_before_the_day_the_page_was_made_is_not_believed(browser: Browser, served: str) -> None:
    page = barnet(browser, served, "2020-01-05T21:00:00Z")
    assert child(page) == ("pp-card", "")
    page.context.close()


def test_without_script_the_order_is_the_safe_one(browser: Browser, served: str) -> None:
    page = barnet(browser, served, "", script=False)
    assert child(page) == ("pp-card", "")
    page.context.close()


def test_the_police_line_is_open_on_a_bank_holiday(browser: Browser, served: str) -> None:
    page = barnet(browser, served, "2026-12-25T11:00:00Z")
    assert page.locator("#child .pp-card", has_text="Police non-emergency").locator(".pp-open").inner_text() == "Open now"
    page.context.close()
