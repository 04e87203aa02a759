"""On paper: a route on two A4 sheets at most, the decision record on one, what is needed to act on them, and where the paper is from.

Chromium prints the real pages; pypdfium2 counts the sheets and reads their text. The type is Arial, or Liberation Sans where there is
none: both have the same widths, so the count holds on other machines too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page

from scripts.build import Checked
from tests.browsing import DESKTOP, visit
from tests.test_browser import PAGE_TYPES

A4 = (595, 842)
"""The size of a sheet in points, width and height, rounded."""
LONGEST = ("haringey/probation", "haringey/gp", "camden/school", "city-of-london/nhs", "southwark/probation", "barnet/family", "barnet/school")
"""The routes with the most to print, and three that people print."""


@pytest.fixture
def paper(browser: Browser, served: str) -> Iterator[Page]:
    with visit(browser, served, DESKTOP) as page:
        yield page


def sheets(page: Page, path: str) -> list[str]:
    """The text of each sheet that printing a page gives, as one line each."""
    page.goto(path)
    document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    for sheet in document:
        assert tuple(round(side) for side in sheet.get_size()) == A4
    return [" ".join(sheet.get_textpage().get_text_range().split()) for sheet in document]


def squeezed(text: str) -> str:
    """A text without what a line end changes: spaces, and the hyphen that stands there."""
    return re.sub(r"[\s\-\u00ad\ufffe]", "", text)


def check_route(page: Page, real: Checked, area: str, setting: str) -> None:
    printed = sheets(page, f"/{area}/{setting}/")
    assert len(printed) <= 2, f"{area}/{setting}"
    text = " ".join(printed)
    found = real.case.answers[area, real.k.settings[setting].audience == "public"]
    steps = real.k.settings[setting].steps
    numbers = {way.contact.phone for slot in {slot for step in steps for slot in step.slots} for way in found[slot].cards if way.contact.phone}
    on_page = squeezed(page.locator("#main").inner_text())
    missing = [number for number in numbers if squeezed(number) in on_page and squeezed(number) not in squeezed(text)]
    assert missing == [], f"{area}/{setting}"
    for step in steps:
        assert squeezed(step.do) in squeezed(text), f"{area}/{setting}: {step.id}"
    assert f"/{area}/{setting}/" in printed[-1]
    assert "valid until" in printed[-1]


@pytest.mark.parametrize("route", LONGEST)
def test_a_route_takes_two_sheets_at_most_and_has_every_step_and_number(paper: Page, real: Checked, route: str) -> None:
    area, setting = route.split("/")
    check_route(paper, real, area, setting)


@pytest.mark.whole
def test_every_route_takes_two_sheets_at_most_and_has_every_step_and_number(paper: Page, real: Checked) -> None:
    for area in real.k.areas:
        for setting, record in real.k.settings.items():
            if record.local:
                check_route(paper, real, area, setting)


def test_the_marks_of_standing_are_on_the_paper_of_a_route(paper: Page) -> None:
    first = sheets(paper, "/barnet/school/")[0]
    assert "Published, not yet checked with Barnet Council." in first
    assert "Use with care" in first
    assert re.search(r"Draft: \d+ of \d+ contact points confirmed\. Not for operational use\.", first)


def test_the_decision_record_takes_one_sheet_of_its_own(paper: Page, real: Checked) -> None:
    section = next(section for section in real.k.guides["write"].sections if section.blanks)
    printed = sheets(paper, "/write/")
    (record,) = (text for text in printed if section.blanks[0] in text)
    assert section.title in record
    assert [blank for blank in section.blanks if squeezed(blank) not in squeezed(record)] == []
    assert "See also" not in record
    assert "Weak and strong" not in record


@pytest.mark.parametrize("path", [path for path in PAGE_TYPES.values() if not path.endswith(".html")])
def test_every_kind_of_page_names_its_address_on_paper(paper: Page, path: str) -> None:
    read_on = path.removeprefix("/cards") if path.startswith("/cards/barnet/") else path  # a card leads to the page that it is a card of
    assert sheets(paper, path)[-1].rstrip().rfind(f" {read_on}") > 0


def test_an_outside_link_prints_its_address(paper: Page, real: Checked) -> None:
    page = real.k.contacts["report-terrorism-online"].page
    assert page
    assert squeezed(page) in squeezed("".join(sheets(paper, "/now/")))
