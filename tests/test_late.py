"""An old copy shows by itself what has run out since it was made, and lets the fallback stand first: with a moved clock, in another time zone, without script, on paper."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from scripts.build import Checked
from scripts.load import assemble
from scripts.model import Slot
from scripts.prose import Text
from scripts.rules.case import Case
from scripts.standing import Standing, first_until, judge
from tests.conftest import TODAY, Files, serving, small_site
from tests.editing import edit

BARNET = "pathways/areas/barnet.yml"
CHECKED = """  barnet-mash:
    confirmations: [{on: 2026-11-20, how: phone, by: duty-officer, phone: "020 8359 4066", covers: [barnet/children, barnet/lado]}]"""
LAST_DAY = "2027-05-20"
"""Six months after the check."""


@pytest.fixture(scope="module")
def case(files: Files, texts: tuple[Text, ...]) -> Checked:
    """The real data, with Barnet's front door checked two days before the site is made."""
    return Checked(Case(assemble(edit(files, BARNET, r"^  barnet-mash:", CHECKED)), TODAY, texts))


@pytest.fixture(scope="module")
def copy(case: Checked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of that case."""
    return small_site(tmp_path_factory.mktemp("copy"), case)


@pytest.fixture(scope="module")
def address(copy: Path) -> Iterator[str]:
    """Where that site is served."""
    with serving(copy) as served:
        yield served


def read(browser: Browser, address: str, path: str, moment: str, zone: str = "Europe/London", script: bool = True) -> Page:
    """A page of the copy, read at a moment of UTC in a browser that thinks it is in that time zone."""
    page = browser.new_context(java_script_enabled=script, timezone_id=zone, viewport={"width": 360, "height": 640}).new_page()
    if script:
        page.clock.set_fixed_time(moment)
    page.goto(f"{address}{path}")
    return page


def order(page: Page, section: str = "#child") -> list[str]:
    """The names on the cards that are to be seen, in their order on the page."""
    return [name.split("\n")[0] for name in page.locator(f"{section} .pp-card:visible .pp-card__name").all_inner_texts()]


def mash(page: Page, section: str = "#child") -> str:
    """What the card of Barnet's front door says."""
    return page.locator(f"{section} .pp-card:visible", has_text="020 8359 4066").inner_text()


def test_on_its_last_day_a_confirmed_number_stands_first(browser: Browser, address: str) -> None:
    page = read(browser, address, "/barnet/school/", f"{LAST_DAY}T10:00:00Z")
    assert "Multi-Agency Safeguarding Hub" in order(page)[0]
    assert "Checked by phone, 20 November 2026. Good until 20 May 2027." in mash(page)
    page.context.close()


@pytest.mark.parametrize("path", ["/barnet/", "/barnet/school/", "/barnet/family/"])
def test_the_day_after_the_fallback_stands_first_and_the_card_says_why(browser: Browser, address: str, path: str) -> None:
    page = read(browser, address, path, "2027-05-21T10:00:00Z")
    first, second = order(page)
    assert "Police non-emergency" in first
    assert first.startswith("USE FIRST")  # capitals by the style sheet
    assert "Multi-Agency Safeguarding Hub" in second
    assert "Use with care: the last check ran out on 20 May 2027." in mash(page)
    assert "Checked by phone" not in mash(page)
    assert page.locator("#child .pp-gap:visible").inner_text() == "The children’s line we found was not checked lately enough to stand first."
    page.context.close()


def test_a_step_that_names_the_line_names_what_stands_in_for_it(browser: Browser, address: str) -> None:
    page = read(browser, address, "/barnet/school/", "2027-05-21T10:00:00Z")
    line = page.locator(".pp-step__contact:visible", has_text="Children’s front door").first.inner_text()
    assert "not checked lately enough to stand first; use Police non-emergency" in line
    assert "020 8359 4066" not in line
    page.context.close()


def test_a_line_without_a_fallback_beside_it_gets_one(browser: Browser, address: str) -> None:
    before, after = (read(browser, address, "/barnet/", moment) for moment in ("2027-05-20T10:00:00Z", "2027-05-21T10:00:00Z"))
    assert len(order(before, "#lado")) == 1
    assert len(order(after, "#lado")) == 2
    assert "020 8359 4066" not in after.locator("#lado .pp-card:visible").first.inner_text()
    before.context.close()
    after.context.close()


def test_the_day_is_londons_wherever_the_device_thinks_it_is(browser: Browser, address: str) -> None:
    """Half past ten on the last evening in London is the next day in Tokyo; half past midnight in London is the day before in New York."""
    last = read(browser, address, "/barnet/", "2027-05-20T21:30:00Z", zone="Asia/Tokyo")
    assert "Multi-Agency Safeguarding Hub" in order(last)[0]
    late = read(browser, address, "/barnet/", "2027-05-20T23:30:00Z", zone="America/New_York")
    assert "Police non-emergency" in order(late)[0]
    last.context.close()
    late.context.close()


def test_a_clock_before_the_day_the_copy_was_made_changes_nothing(browser: Browser, address: str) -> None:
    page = read(browser, address, "/barnet/", "2001-01-01T10:00:00Z")
    assert "Multi-Agency Safeguarding Hub" in order(page)[0]
    assert page.locator(".pp-old").is_hidden()
    page.context.close()


def test_nothing_moves_after_the_first_paint(browser: Browser, address: str) -> None:
    page = browser.new_context(viewport={"width": 360, "height": 640}).new_page()
    page.clock.set_fixed_time("2027-05-21T10:00:00Z")
    page.add_init_script(
        "window.shifts = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => window.shifts += entry.value)).observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(f"{address}/barnet/school/")
    page.wait_for_timeout(300)
    assert page.evaluate("window.shifts") < 0.1  # web.dev's good, as in tests/test_browser.py
    assert "Police non-emergency" in order(page)[0]
    page.context.close()


def test_without_script_the_printed_dates_tell(browser: Browser, address: str) -> None:
    page = read(browser, address, "/barnet/school/", "", script=False)
    assert "Checked by phone, 20 November 2026. Good until 20 May 2027." in mash(page)
    assert page.locator("[data-late]:visible, [data-instead]:visible").count() == 0
    page.context.close()


def test_a_copy_of_six_months_says_on_every_page_that_it_is_old(browser: Browser, address: str) -> None:
    for path in ("/", "/barnet/", "/myths/spying/", "/about/"):
        young, old = (read(browser, address, path, moment) for moment in ("2027-05-22T10:00:00Z", "2027-05-23T10:00:00Z"))
        assert young.locator(".pp-old").is_hidden(), path
        assert old.locator(".pp-old").inner_text().startswith("This copy was made on 22 November 2026."), path
        young.context.close()
        old.context.close()


def test_paper_carries_the_day_of_the_first_card_that_runs_out(browser: Browser, address: str) -> None:
    page = read(browser, address, "/barnet/school/", "2026-11-24T10:00:00Z")
    assert page.locator(".pp-print").last.is_hidden()
    page.emulate_media(media="print")
    day = min(value for value in page.locator(".pp-card[data-until]").evaluate_all("cards => cards.map(card => card.dataset.until)"))
    written = datetime.date.fromisoformat(day)
    assert f"valid until {written.day} {written:%B %Y}" in page.locator(".pp-print").last.inner_text()
    assert day <= LAST_DAY
    page.context.close()


def test_paper_is_never_good_for_longer_than_a_check(browser: Browser, address: str) -> None:
    page = read(browser, address, "/now/", "2026-11-24T10:00:00Z")
    page.emulate_media(media="print")
    assert "valid until 22 May 2027" in page.locator(".pp-print").last.inner_text()
    page.context.close()


def test_the_day_a_card_carries_is_the_last_on_which_its_standing_is_good(real: Checked) -> None:
    """For every filling of the real data: good on that day, not good on the next, and where there is no day, good in thirty years."""
    seen = 0
    for (_, slot), found in real.k.fillings.items():
        for id, filling in found:
            if slot not in set(Slot) or not judge(real.k, id, filling, TODAY).first:
                continue
            until = first_until(real.k, id, filling, TODAY)
            if until is None:
                assert judge(real.k, id, filling, TODAY.replace(year=2056)).first, id
                continue
            seen += 1
            assert judge(real.k, id, filling, until).first, id
            assert not judge(real.k, id, filling, until + datetime.timedelta(days=1)).first, id
    assert seen > 5


def test_a_prevent_teams_check_runs_out_before_the_first_of_april(files: Files) -> None:
    """Grants are given afresh each 1 April; the same check of another slot lasts its six months."""
    text = (
        '  invented-team:\n    name: Invented team\n    what_for: Prevent.\n    phone: "020 7946 0001"\n    fictional: true\n    fills:\n'
        + "".join(f"      - {{slot: {slot}, area: barnet, seen_in: [bels-safeguarding]}}\n" for slot in ("prevent", "children"))
    )
    text += '    sightings: [{source: bels-safeguarding, phone: "020 7946 0001"}]\n'
    text += '    confirmations: [{on: 2026-11-20, how: phone, by: duty-officer, phone: "020 7946 0001", covers: [barnet/prevent, barnet/children]}]'
    k = assemble(edit(files, BARNET, r"^contacts:", f"contacts:\n{text}"))
    prevent, children = k.contacts["invented-team"].fills
    assert judge(k, "invented-team", prevent, TODAY).until == datetime.date(2027, 3, 31)
    assert judge(k, "invented-team", children, TODAY).until == datetime.date(2027, 5, 20)
    assert judge(k, "invented-team", prevent, datetime.date(2027, 4, 1)).standing is Standing.LAPSED
    assert judge(k, "invented-team", children, datetime.date(2027, 4, 1)).standing is Standing.CONFIRMED
