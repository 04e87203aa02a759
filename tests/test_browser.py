"""In a real browser: from home to the right number by tap, click and keyboard, without script, on a small phone, on paper, and with nothing sent away."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from scripts.build import Checked
from scripts.model import Slot
from scripts.pages.words import tel


@dataclasses.dataclass(frozen=True)
class Device:
    """A screen; a phone is touched and has no pointer."""

    name: str
    width: int
    height: int
    phone: bool = False

    def __str__(self) -> str:
        return self.name


PHONE = Device("phone", 360, 640, phone=True)
DESKTOP = Device("desktop", 1280, 900)
DEVICES = (PHONE, DESKTOP)

PAGE_TYPES = {
    "home": "/",
    "now": "/now/",
    "areas": "/areas/",
    "area": "/barnet/",
    "route": "/barnet/school/",
    "route for family": "/barnet/family/",
    "settings": "/settings/",
    "setting": "/settings/school/",
    "procedures": "/procedures/",
    "glossary": "/glossary/",
    "sources": "/sources/",
    "coverage": "/coverage/",
    "areas, unknown": "/areas/unknown/",
    "areas, outside London": "/areas/outside-london/",
    "about": "/about/",
    "not found": "/404.html",
}
"""One page of each kind."""

SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

every_page_type = pytest.mark.parametrize("path", PAGE_TYPES.values(), ids=PAGE_TYPES.keys())
both_devices = pytest.mark.parametrize("device", DEVICES, ids=str)


@contextmanager
def visit(browser: Browser, served: str, device: Device, **more: Any) -> Iterator[Page]:
    """A new visitor. Nothing may be asked of another host, nothing kept in a cookie, and no error may turn up, whatever the test does."""
    context: BrowserContext = browser.new_context(
        base_url=served, viewport={"width": device.width, "height": device.height}, is_mobile=device.phone, has_touch=device.phone, **more
    )
    abroad: list[str] = []
    errors: list[str] = []
    context.on("request", lambda request: abroad.append(request.url) if urlsplit(request.url).netloc not in (urlsplit(served).netloc, "") else None)
    context.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    context.on("weberror", lambda error: errors.append(str(error.error)))
    page = context.new_page()
    yield page
    assert abroad == [], "a page asked something of another host"
    assert errors == [], "the console has errors"
    assert context.cookies() == []
    context.close()


def number_links(page: Page, within: str) -> list[str]:
    """The numbers to dial in a part of the page, in order."""
    return [str(link.get_attribute("href")) for link in page.locator(f"{within} .pp-number a").all()]


def expected(real: Checked, area: str, slot: Slot, public: bool = False) -> list[str]:
    """The numbers that the records give for a slot, in the order of the cards."""
    ways = real.case.answers[area, public][slot].cards
    return [tel(number) for way in ways for number in (way.contact.phone, *way.contact.phone_alternatives) if number]


# --- from home to the number -------------------------------------------------------------------------------------------


@both_devices
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_home_barnets_numbers_are_one_choice_away_and_its_school_route_two(
    browser: Browser, served: str, real: Checked, device: Device, script: bool
) -> None:
    mash = real.k.contacts["barnet-mash"].phone
    assert mash
    with visit(browser, served, device, java_script_enabled=script) as page:
        page.goto("/")
        page.get_by_role("link", name="Barnet", exact=True).click()
        expect(page).to_have_url(f"{served}/barnet/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Barnet: who to tell")
        for section, slot in (("#child", Slot.CHILDREN), ("#adult", Slot.ADULTS)):
            assert number_links(page, section) == expected(real, "barnet", slot)
        assert tel(mash) == number_links(page, "#child")[0]
        expect(page.locator("#child").get_by_text(mash, exact=True)).to_be_visible()
        page.get_by_role("link", name="School in Barnet", exact=True).click()
        expect(page).to_have_url(f"{served}/barnet/school/")
        expect(page.get_by_role("heading", level=1)).to_have_text("School in Barnet")
        for section, slot in (("#child", Slot.CHILDREN), ("#adult", Slot.ADULTS)):
            assert number_links(page, section) == expected(real, "barnet", slot)
        expect(page.locator("#child").get_by_text(mash, exact=True)).to_be_visible()
        first = next(step for step in real.k.settings["school"].steps if step.id == real.k.settings["school"].first_step)
        expect(page.locator(".pp-first")).to_contain_text(first.do)


@both_devices
def test_from_a_job_the_route_is_one_more_choice_away(browser: Browser, served: str, device: Device) -> None:
    with visit(browser, served, device) as page:
        page.goto("/")
        page.get_by_role("link", name="School", exact=True).click()
        expect(page).to_have_url(f"{served}/settings/school/")
        page.get_by_role("link", name="School in Barnet", exact=True).click()
        expect(page).to_have_url(f"{served}/barnet/school/")


@both_devices
def test_danger_is_one_choice_away_from_a_route_and_says_999(browser: Browser, served: str, device: Device) -> None:
    with visit(browser, served, device) as page:
        page.goto("/barnet/school/")
        page.locator(".pp-danger").get_by_role("link", name="What to do").click()
        expect(page).to_have_url(f"{served}/now/")
        expect(page.locator("#emergency .pp-number a")).to_have_attribute("href", "tel:999")
        expect(page.locator("#emergency .pp-number a")).to_be_in_viewport()


def test_the_way_out_of_a_family_page_is_in_sight_and_asks_nothing_before_it_is_used(browser: Browser, served: str, real: Checked) -> None:
    with visit(browser, served, PHONE) as page:
        page.goto("/barnet/family/")
        leave = page.get_by_role("link", name="Leave this page", exact=True)
        expect(leave).to_be_in_viewport(ratio=1)
        expect(leave).to_have_attribute("href", real.k.edition.exit_page)


# --- search ------------------------------------------------------------------------------------------------------------


def search(page: Page, device: Device, query: str) -> list[tuple[str, str]]:
    """Open the search as a user of this device does, type, and read the results: path and words."""
    if device.phone:
        page.locator("label.pp-search-open").tap()
    else:
        page.get_by_role("textbox", name="Search").click()
    page.keyboard.type(query)
    page.locator(".md-search-result__item").first.wait_for()
    expect(page.locator(".md-search__form")).to_be_in_viewport(ratio=1)
    assert page.evaluate(SIDEWAYS) == 0, "the open search is wider than the screen"
    items = page.locator(".md-search-result__item").all()[:5]
    return [(urlsplit(str(item.locator("a").first.get_attribute("href"))).path, item.inner_text()) for item in items]


@both_devices
def test_a_search_for_barnet_mash_finds_barnet_first_and_leads_there(browser: Browser, served: str, device: Device) -> None:
    with visit(browser, served, device) as page:
        page.goto("/")
        found = search(page, device, "Barnet MASH")
        assert found[0][0] == "/barnet/"
        assert "Barnet" in found[0][1]
        result = page.locator(".md-search-result__item a").first
        result.tap() if device.phone else result.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Barnet: who to tell")
        assert urlsplit(page.url).path == "/barnet/"


@both_devices
@pytest.mark.parametrize(("query", "word"), [("referrals", "referral"), ("DSL", "dsl"), ("(DSL)", "dsl"), ("children's front door", "front door")])
def test_the_words_staff_type_find_something(browser: Browser, served: str, device: Device, query: str, word: str) -> None:
    with visit(browser, served, device) as page:
        page.goto("/barnet/school/")
        found = search(page, device, query)
        assert found
        assert any(word in words.lower() for _, words in found), found


@both_devices
def test_an_ampersand_does_not_leave_a_search_empty(browser: Browser, served: str, device: Device) -> None:
    """A&E is split at its ampersand, by the index and by the query alike."""
    with visit(browser, served, device) as page:
        page.goto("/")
        assert search(page, device, "A&E")


def test_a_word_that_is_nowhere_finds_nothing_and_says_so(browser: Browser, served: str) -> None:
    with visit(browser, served, DESKTOP) as page:
        page.goto("/")
        page.get_by_role("textbox", name="Search").click()
        page.keyboard.type("zzyzx")
        expect(page.locator(".md-search-result__meta")).to_have_text("No matching documents")


# --- every kind of page ------------------------------------------------------------------------------------------------


COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe that a theme can change; in the dark theme only these are asked again."""


@every_page_type
@both_devices
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_serious_or_critical_accessibility_fault(browser: Browser, served: str, path: str, device: Device, scheme: str) -> None:
    with visit(browser, served, device, color_scheme=scheme, reduced_motion="reduce") as page:
        page.goto(path)
        expect(page.locator("body")).to_have_attribute("data-md-color-scheme", {"light": "default", "dark": "slate"}[scheme])
        asked = {"runOnly": {"type": "rule", "values": COLOURS}} if scheme == "dark" else {"rules": {"target-size": {"enabled": True}}}
        result = Axe().run(page, options={"resultTypes": ["violations"], **asked}).response
        passed = {rule["id"] for rule in result["passes"]}
        assert COLOURS[0] in passed
        assert scheme == "dark" or {"document-title", "link-name", "region", "target-size"} <= passed
        bad = [fault for fault in result["violations"] if fault["impact"] in ("serious", "critical")]
        assert [(fault["id"], [node["html"][:200] for node in fault["nodes"]][:5]) for fault in bad] == []


@every_page_type
def test_without_script_dark_and_light_follow_the_device(browser: Browser, served: str, path: str) -> None:
    grounds = set()
    for scheme in ("light", "dark"):
        with visit(browser, served, PHONE, color_scheme=scheme, java_script_enabled=False) as page:
            page.goto(path)
            expect(page.locator("h1")).to_be_visible()
            grounds.add(page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor"))
    assert len(grounds) == 2


@every_page_type
def test_no_kind_of_page_scrolls_sideways_at_320_pixels(browser: Browser, served: str, path: str) -> None:
    """Which is also a 1280-pixel screen at 400 % zoom."""
    with visit(browser, served, Device("narrow", 320, 640)) as page:
        page.goto(path)
        assert page.evaluate(SIDEWAYS) == 0


@pytest.mark.whole
def test_no_page_at_all_scrolls_sideways_at_320_pixels(browser: Browser, served: str, site: Path) -> None:
    with visit(browser, served, Device("narrow", 320, 640)) as page:
        wide = []
        for file in sorted(site.rglob("*.html")):
            page.goto(f"/{file.relative_to(site).as_posix()}", wait_until="domcontentloaded")
            wide += [file.parent.name] if page.evaluate(SIDEWAYS) else []
    assert wide == []


# --- above the fold ----------------------------------------------------------------------------------------------------

FOLD = """() => ['.pp-danger', '.pp-first', '.pp-ages .pp-number'].map(selector => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return box.height > 0 && box.top >= 0 ? box.bottom : Infinity;
})"""


def below_the_fold(browser: Browser, served: str, paths: list[str]) -> dict[str, list[float]]:
    """The routes on which the danger line, the first step or the first number reaches below a small phone's first screen."""
    found = {}
    with visit(browser, served, PHONE) as page:
        for path in paths:
            page.goto(path)
            bottoms = page.evaluate(FOLD)
            if max(bottoms) > PHONE.height:
                found[path] = bottoms
    return found


def test_on_a_small_phone_danger_first_step_and_first_number_stand_above_the_fold_in_every_area(browser: Browser, served: str, real: Checked) -> None:
    """The stated sample: every area's school route, and the area with the longest name for every setting."""
    longest = max(real.k.areas, key=lambda slug: len(real.k.areas[slug].name))
    local = [slug for slug, setting in real.k.settings.items() if setting.local]
    paths = [f"/{area}/school/" for area in real.k.areas] + [f"/{longest}/{setting}/" for setting in local]
    assert below_the_fold(browser, served, paths) == {}


@pytest.mark.whole
def test_on_a_small_phone_danger_first_step_and_first_number_stand_above_the_fold_on_every_route(
    browser: Browser, served: str, real: Checked
) -> None:
    local = [slug for slug, setting in real.k.settings.items() if setting.local]
    assert below_the_fold(browser, served, [f"/{area}/{setting}/" for area in real.k.areas for setting in local]) == {}


GOOD_SHIFT = 0.1
"""What web.dev/articles/cls calls good. On a quiet machine the figure is 0; a busy one can paint the header before its script has run."""


@both_devices
def test_nothing_moves_once_a_page_is_there(browser: Browser, served: str, device: Device) -> None:
    with visit(browser, served, device) as page:
        page.add_init_script(
            "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => window.moved += entry.value)).observe({type: 'layout-shift', buffered: true})"
        )
        for path in ("/", "/barnet/", "/barnet/school/", "/barnet/family/", "/now/"):
            page.goto(path, wait_until="networkidle")
            assert page.evaluate("window.moved") < GOOD_SHIFT, path


# --- by keyboard -------------------------------------------------------------------------------------------------------

WAITING = """() => {
  const found = [...document.querySelectorAll('a[href], summary, button, [tabindex="0"]')].filter(part => part.checkVisibility({visibilityProperty: true, opacityProperty: true}));
  found.forEach((part, number) => part.dataset.waiting = number);
  return found.map(part => part.dataset.waiting);
}"""
"""Numbers everything on the page that can be used and seen."""

FOCUSED = """() => {
  const part = document.activeElement;
  if (!part || part === document.body) return null;
  // A choice of theme is a hidden field; its label is what is seen and what shows the focus.
  const shown = part.type === 'radio' ? part.nextElementSibling : part;
  const style = getComputedStyle(shown), box = shown.getBoundingClientRect();
  const ring = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  const seen = box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight;
  return {waiting: part.dataset.waiting ?? null, ring: ring || part.type === 'text', seen, what: part.outerHTML.slice(0, 160)};
}"""
"""What has the focus: whether it is in sight, and whether a ring shows it (a text field shows its caret)."""


@both_devices
def test_the_skip_link_comes_first_and_skips_to_the_content(browser: Browser, served: str, device: Device) -> None:
    with visit(browser, served, device) as page:
        page.goto("/barnet/school/")
        skip = page.get_by_role("link", name="Skip to the content")
        expect(skip).not_to_be_in_viewport()
        page.keyboard.press("Tab")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport(ratio=1)
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{served}/barnet/school/#main")
        page.keyboard.press("Tab")
        assert page.locator(":focus").evaluate("part => part.closest('#main') !== null")
        expect(page.locator(".pp-danger a").first).to_be_focused()


BY_KEYBOARD = [(path, DESKTOP) for path in ("/", "/now/", "/barnet/", "/barnet/school/", "/barnet/family/", "/settings/", "/coverage/", "/404.html")]
BY_KEYBOARD += [(path, PHONE) for path in ("/", "/barnet/school/")]


@pytest.mark.parametrize(("path", "device"), BY_KEYBOARD, ids=lambda value: str(value))
def test_every_link_can_be_reached_by_keyboard_and_shows_where_the_focus_is(browser: Browser, served: str, path: str, device: Device) -> None:
    with visit(browser, served, device, reduced_motion="reduce") as page:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        waiting = set(page.evaluate(WAITING))
        assert len(waiting) > 10
        reached: set[str] = set()
        for _ in range(len(waiting) + 20):
            page.keyboard.press("Tab")
            part = page.evaluate(FOCUSED)
            if part is None:
                break
            assert part["seen"], f"the focus is out of sight on {part['what']}"
            assert part["ring"], f"no focus is to be seen on {part['what']}"
            reached |= {part["waiting"]} - {None}
        assert waiting <= reached


# --- on paper ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/barnet/", "/barnet/school/", "/barnet/family/", "/now/"])
def test_on_paper_header_and_footer_are_gone_and_the_numbers_and_the_draft_strip_stay(browser: Browser, served: str, path: str) -> None:
    with visit(browser, served, DESKTOP) as page:
        page.goto(path)
        header, footer = page.locator("header.pp-header"), page.locator("footer.pp-footer")
        expect(header).to_be_visible()
        expect(footer).to_be_visible()
        page.emulate_media(media="print")
        for gone in (header, footer, page.locator(".pp-skip"), *page.locator(".pp-trail, .pp-exit").all()):
            expect(gone).to_be_hidden()
        stays: list[Locator] = [page.locator("h1"), page.locator(".pp-draft"), page.locator(".pp-danger"), *page.locator(".pp-number").all()]
        for part in stays:
            expect(part).to_be_visible()


def test_on_paper_the_dark_theme_is_black_on_white(browser: Browser, served: str) -> None:
    with visit(browser, served, DESKTOP, color_scheme="dark") as page:
        page.goto("/barnet/school/")
        page.emulate_media(media="print", color_scheme="dark")
        colours = page.evaluate(
            "[...document.querySelectorAll('h1, h2, .pp-number a, .pp-standing, .pp-step__do, .pp-danger')].map(part => getComputedStyle(part).color.match(/[\\d.]+/g).map(Number))"
        )
        assert len(colours) > 20
        assert [colour for colour in colours if max(colour[:3]) > 0x99] == []
