"""In a real browser: from home to the right number by tap, click and keyboard, without script, on a small phone, on paper, and with nothing sent away.

Accessibility is asked of axe-core, on one page of each kind: every rule it has by default and the size of targets, in two of the four
pairs of screen and colours (phone in light, desktop in dark); in the other two, on a sample, the rules that a colour can change. All
rules on all four, and on every page that is no route, stand under the marker `whole`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from scripts.build import Checked
from scripts.model import Slot
from scripts.pages.words import tel
from tests.browsing import DESKTOP, NARROW, PHONE, SIDEWAYS, SUNDAY_NIGHT, TUESDAY_MORNING, Device, results, search, visit

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
    "setting without areas": "/settings/prison/",
    "situations": "/situations/",
    "situation": "/situations/online/",
    "guide with stages": "/after/",
    "guide with pairs and a record": "/write/",
    "guide with examples": "/thresholds/",
    "guide with scripts": "/talk/",
    "guide with every area": "/not-prevent/",
    "guide with words to paste": "/publish/policy/",
    "guide with a table": "/publish/self-audit/",
    "question": "/check/",
    "later question": "/check/person/",
    "outcome": "/check/refer/",
    "outcome with lines": "/check/danger-now/",
    "myths": "/myths/",
    "myth": "/myths/channel-compulsory/",
    "myth with a chart": "/myths/only-muslims/",
    "scenarios": "/scenarios/",
    "scenario": "/scenarios/about-to-leave/",
    "training": "/training/",
    "trainers": "/trainers/",
    "session": "/trainers/three-questions/",
    "quiz": "/trainers/quiz/",
    "quiz answer": "/trainers/quiz/proof/",
    "cards": "/cards/",
    "card of an area": "/cards/barnet/",
    "card of a job": "/cards/barnet/school/",
    "procedures": "/procedures/",
    "glossary": "/glossary/",
    "sources": "/sources/",
    "sources of an area": "/sources/barnet/",
    "coverage": "/coverage/",
    "coverage and call sheet of an area": "/coverage/barnet/",
    "A to Z": "/find/",
    "areas, unknown": "/areas/unknown/",
    "areas, outside London": "/areas/outside-london/",
    "accessibility": "/accessibility/",
    "about": "/about/",
    "not found": "/404.html",
}
"""One page of each kind. A short code's page leads on at once, so it has tests of its own."""

every_page_type = pytest.mark.parametrize("path", PAGE_TYPES.values(), ids=PAGE_TYPES.keys())
both_devices = pytest.mark.parametrize("device", DEVICES, ids=str)


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


@both_devices
def test_a_search_for_barnet_mash_finds_barnet_first_and_leads_there(browser: Browser, served: str, device: Device) -> None:
    with visit(browser, served, device) as page:
        page.goto("/")
        found = search(page, device, "Barnet MASH")
        assert found[0][0] == "/barnet/#child"
        assert "Barnet" in found[0][1]
        result = page.locator("[data-search-results] a").first
        result.tap() if device.phone else result.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Barnet: who to tell")
        expect(page).to_have_url(f"{served}/barnet/#child")


@both_devices
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_search_stays_on_the_screen_and_has_no_accessibility_fault(browser: Browser, served: str, device: Device, scheme: str) -> None:
    with visit(browser, served, device, color_scheme=scheme, reduced_motion="reduce") as page:
        page.goto("/barnet/school/")
        search(page, device, "school")
        expect(page.get_by_role("searchbox")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)
        expect(page.locator("[data-search-results]")).to_be_in_viewport(ratio=1)
        assert faults(page, within=".pp-search") == []


def test_on_the_narrowest_screen_the_open_search_fits(browser: Browser, served: str) -> None:
    with visit(browser, served, NARROW) as page:
        page.goto("/barnet/school/")
        assert search(page, NARROW, "kensington college")
        for part in (page.get_by_role("searchbox"), page.get_by_role("button", name="Close"), page.locator("[data-search-results]")):
            expect(part).to_be_in_viewport(ratio=1)


@both_devices
def test_a_tap_or_a_click_on_close_or_on_the_page_closes_the_search(browser: Browser, served: str, device: Device) -> None:
    with visit(browser, served, device) as page:
        page.goto("/barnet/school/")
        box = page.get_by_role("searchbox")
        search(page, device, "school")
        close = page.get_by_role("button", name="Close")
        close.tap() if device.phone else close.click()
        expect(box).to_be_hidden()
        assert results(page) == []
        expect(page.get_by_role("button", name="Search")).to_be_focused()
        search(page, device, "school")
        page.locator("#main").click(position={"x": 5, "y": 300})
        expect(box).to_be_hidden()


# --- every kind of page ------------------------------------------------------------------------------------------------


COLOURS = ("color-contrast", "link-in-text-block")
"""The rules of axe that light and dark can change."""
BOTH_SCHEMES = ("/", "/now/", "/barnet/family/", "/check/refer/", "/write/", "/myths/only-muslims/", "/training/", "/404.html")


def faults(page: Page, only: Sequence[str] = (), within: str = "") -> list[tuple[str, str, list[str]]]:
    """What axe finds against a page, of any weight: rule, weight, and where. Without `only`, every default rule and the size of targets."""
    asked: dict[str, Any] = {"runOnly": {"type": "rule", "values": list(only)}} if only else {"rules": {"target-size": {"enabled": True}}}
    result = Axe().run(page, context=within or None, options={"resultTypes": ["violations"], **asked}).response
    ran = {rule["id"] for kind in ("passes", "violations", "incomplete") for rule in result[kind]}
    assert COLOURS[0] in ran
    assert only or within or {"document-title", "link-name", "region", "target-size", "heading-order", "landmark-one-main"} <= ran
    return [(fault["id"], fault["impact"], [node["html"][:200] for node in fault["nodes"]][:5]) for fault in result["violations"]]


@every_page_type
@both_devices
def test_no_page_has_any_accessibility_fault(browser: Browser, served: str, path: str, device: Device) -> None:
    """Phone in light and desktop in dark: every rule. The other two pairs: what a colour can change, on one page of each make."""
    whole, rest = ("light", "dark") if device.phone else ("dark", "light")
    with visit(browser, served, device, color_scheme=whole, reduced_motion="reduce") as page:
        page.goto(path)
        assert faults(page) == [], whole
        if path in BOTH_SCHEMES:
            page.emulate_media(color_scheme=rest)  # type: ignore[arg-type]
            assert faults(page, COLOURS) == [], rest


@pytest.mark.whole
@both_devices
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_but_the_routes_and_no_route_of_one_area_has_any_accessibility_fault(
    browser: Browser, served: str, site: Path, real: Checked, device: Device, scheme: str
) -> None:
    found = {}
    with visit(browser, served, device, color_scheme=scheme, reduced_motion="reduce") as page:
        for file in sorted(site.rglob("*.html")):
            path = f"/{file.relative_to(site).as_posix()}"
            area, _, rest = path.strip("/").partition("/")
            if "http-equiv" in file.read_text(encoding="utf-8") or (area in real.k.areas and area != longest_area(real) and "/" in rest):
                continue
            page.goto(path)
            if bad := faults(page):
                found[path] = bad
    assert found == {}


def longest_area(real: Checked) -> str:
    """The area with the longest name: its pages are the tightest."""
    return max(real.k.areas, key=lambda slug: len(real.k.areas[slug].name))


def test_without_script_every_page_is_whole_and_the_a_to_z_takes_the_place_of_the_search(browser: Browser, served: str) -> None:
    with visit(browser, served, PHONE, color_scheme="light", java_script_enabled=False) as page:
        for path in PAGE_TYPES.values():
            page.goto(path)
            seen = page.locator("h1, header a.pp-find, .pp-search__open").evaluate_all(
                "parts => parts.map(part => [part.tagName, part.checkVisibility()])"
            )
            assert sorted(seen) == [["A", True], ["BUTTON", False], ["H1", True]], path
            grounds = []
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                grounds.append(page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor"))
            assert grounds[0] != grounds[1], "dark and light follow the device"
        page.locator("header").get_by_role("link", name="A to Z").click()
        expect(page).to_have_url(f"{served}/find/")
        page.locator("#main").get_by_role("link", name="Barnet", exact=True).click()
        expect(page).to_have_url(f"{served}/barnet/")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_short_code_leads_to_its_page(browser: Browser, served: str, real: Checked, script: bool) -> None:
    myth, scenario = real.k.myths["channel-compulsory"], real.k.scenarios["about-to-leave"]
    with visit(browser, served, PHONE, java_script_enabled=script) as page:
        page.goto(f"/{myth.code.lower()}/")
        page.wait_for_url(f"{served}/myths/channel-compulsory/")
        expect(page.get_by_role("heading", level=1)).to_contain_text(myth.claim)
        page.goto(f"/{scenario.code.lower()}/")
        page.wait_for_url(f"{served}/scenarios/about-to-leave/")


def test_no_kind_of_page_scrolls_sideways_at_320_pixels(browser: Browser, served: str) -> None:
    with visit(browser, served, NARROW) as page:
        assert [path for path in PAGE_TYPES.values() if page.goto(path) and page.evaluate(SIDEWAYS) != 0] == []


@pytest.mark.whole
def test_no_page_at_all_scrolls_sideways_at_320_pixels(browser: Browser, served: str, site: Path) -> None:
    with visit(browser, served, NARROW) as page:
        wide = []
        for file in sorted(site.rglob("*.html")):
            page.goto(f"/{file.relative_to(site).as_posix()}", wait_until="domcontentloaded")
            wide += [file.parent.name] if page.evaluate(SIDEWAYS) else []
    assert wide == []


MOVING = """() => [...document.querySelectorAll('*')].filter(part => {
  const style = getComputedStyle(part);
  return style.animationName !== 'none' || style.transitionDuration.split(', ').some(time => parseFloat(time) > 0) || style.scrollBehavior === 'smooth';
}).map(part => part.outerHTML.slice(0, 120))"""
"""Everything that would move or fade."""


@both_devices
def test_nothing_moves_for_readers_who_asked_for_less_motion(browser: Browser, served: str, device: Device) -> None:
    with visit(browser, served, device, reduced_motion="reduce") as page:
        for path in PAGE_TYPES.values():
            page.goto(path)
            assert page.evaluate(MOVING) == [], path


# --- forced colours ----------------------------------------------------------------------------------------------------

CONTRASTS = """selector => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => numbers(colour).slice(0, 3).map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = 'Canvas';
  const ground = light(getComputedStyle(probe).color);
  probe.remove();
  const contrast = colour => (Math.max(light(colour), ground) + 0.05) / (Math.min(light(colour), ground) + 0.05);
  return [...document.querySelectorAll(selector)].filter(part => part.checkVisibility()).map(part => {
    const style = getComputedStyle(part), drawn = part.closest('svg') !== null;
    const colours = drawn ? [style.fill, ...(part.matches('text') ? [] : [style.stroke])] : [style.color];
    return [Math.max(...colours.filter(colour => colour !== 'none').map(contrast)), part.outerHTML.slice(0, 120)];
  });
}"""
"""How far the colour of each part stands off from the system's ground: words by their colour, drawings by their fill or line, whichever does."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/barnet/school/", "/myths/only-muslims/", "/myths/spying/", "/check/", "/coverage/"])
def test_in_forced_colours_words_bars_and_focus_are_to_be_seen(browser: Browser, served: str, path: str, scheme: str) -> None:
    """Also with colours that are not those of the page: the system's ground may be dark where the page thinks it is light."""
    with visit(browser, served, DESKTOP, forced_colors="active", color_scheme=scheme) as page:
        page.goto(path)
        written = page.evaluate(CONTRASTS, "h1, h2, h3, p, li, a, td, th, button, summary, svg text")
        assert len(written) > 15
        assert [found for found in written if found[0] < 4.5] == []
        bars = page.evaluate(CONTRASTS, "svg rect, svg line")
        assert bars or not path.startswith("/myths/")
        assert [found for found in bars if found[0] < 3] == []
        for _ in range(9):
            page.keyboard.press("Tab")
            part = page.evaluate(FOCUSED)
            assert part["ring"], part["what"]


def test_in_forced_colours_a_bar_takes_the_systems_colour_and_not_the_pages(browser: Browser, served: str) -> None:
    """Playwright's forced colours follow light and dark; a reader's own need not. So no bar may keep a colour of ours."""
    seen = []
    for forced in ("none", "active"):
        with visit(browser, served, DESKTOP, forced_colors=forced) as page:
            page.goto("/myths/only-muslims/")
            seen.append(
                page.locator(".pp-chart__part").first.evaluate("part => [getComputedStyle(part).fill, getComputedStyle(document.body).color]")
            )
    (ours, _), (fill, ink) = seen
    assert fill == ink != ours


# --- above the fold ----------------------------------------------------------------------------------------------------

FOLD = """() => ['.pp-danger', '.pp-first', '.pp-ages :is(.pp-number, .pp-after:not([hidden])) .pp-tel'].map(selector => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return box.height > 0 && box.top >= 0 ? box.bottom : Infinity;
})"""


def below_the_fold(browser: Browser, served: str, paths: list[str]) -> dict[str, list[float]]:
    """The routes on which the danger line, the first step or the first number to dial now reaches below a small phone's first screen, in or out of hours."""
    found = {}
    for moment in (TUESDAY_MORNING, SUNDAY_NIGHT):
        with visit(browser, served, PHONE) as page:
            page.clock.set_fixed_time(moment)
            for path in paths:
                page.goto(path, wait_until="domcontentloaded")
                bottoms = page.evaluate(FOLD)
                if max(bottoms) > PHONE.height:
                    found[f"{path} {moment}"] = bottoms
    return found


def test_on_a_small_phone_danger_first_step_and_first_number_stand_above_the_fold_in_every_area(browser: Browser, served: str, real: Checked) -> None:
    """The stated sample: every area's school route, and the area with the longest name for every setting."""
    longest = longest_area(real)
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
"""What web.dev/articles/cls calls good. On a quiet machine the figure is 0."""


@both_devices
def test_nothing_moves_once_a_page_is_there(browser: Browser, served: str, device: Device) -> None:
    with visit(browser, served, device) as page:
        page.add_init_script(
            "window.moved = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => window.moved += entry.value)).observe({type: 'layout-shift', buffered: true})"
        )
        page.clock.set_fixed_time(SUNDAY_NIGHT)
        for path in PAGE_TYPES.values() if device.phone else ("/", "/barnet/", "/barnet/family/", "/check/", "/myths/only-muslims/", "/find/"):
            page.goto(path)
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
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
  const style = getComputedStyle(part), box = part.getBoundingClientRect();
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const seen = box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight;
  return {waiting: part.dataset.waiting ?? null, ring, seen, what: part.outerHTML.slice(0, 160)};
}"""
"""What has the focus: whether it is in sight, and whether a ring shows it."""


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


BY_KEYBOARD = [
    *(
        (path, DESKTOP)
        for path in ("/", "/now/", "/barnet/", "/barnet/school/", "/barnet/family/", "/settings/", "/coverage/", "/situations/online/")
    ),
    *((path, DESKTOP) for path in ("/publish/self-audit/", "/check/", "/myths/only-muslims/", "/scenarios/about-to-leave/", "/find/", "/404.html")),
    *((path, PHONE) for path in ("/", "/barnet/school/", "/write/")),
]


@both_devices
def test_the_search_works_by_keyboard_alone(browser: Browser, served: str, device: Device) -> None:
    with visit(browser, served, device) as page:
        page.goto("/barnet/school/")
        button, box = page.locator("button.pp-search__open"), page.get_by_role("searchbox", name="Search: borough, job or worry")
        for _ in range(10):
            page.keyboard.press("Tab")
            if button.evaluate("part => part === document.activeElement"):
                break
        expect(button).to_be_focused()
        expect(button).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("Enter")
        expect(box).to_be_focused()
        expect(button).to_have_attribute("aria-expanded", "true")
        assert page.evaluate(FOCUSED)["ring"]
        page.keyboard.type("barnet mash")
        links = page.locator("[data-search-results] a")
        links.nth(1).wait_for()
        for key, number in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)):
            page.keyboard.press(key)
            expect(links.nth(number)).to_be_focused()
            part = page.evaluate(FOCUSED)
            assert part["ring"]
            assert part["seen"]
        page.keyboard.press("ArrowUp")
        expect(box).to_be_focused()
        for start in ("the box", "a result"):
            if start == "a result":
                page.keyboard.press("Enter")
                page.keyboard.type("barnet mash")
                links.first.wait_for()
                page.keyboard.press("ArrowDown")
            page.keyboard.press("Escape")
            expect(box).to_be_hidden()
            expect(links).to_have_count(0)
            expect(button).to_be_focused()
            expect(button).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("Enter")
        page.keyboard.type("barnet mash")
        links.nth(2).wait_for()
        second = links.nth(1).evaluate("link => link.href")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page).to_have_url(second)


def test_enter_in_the_search_box_goes_to_the_first_result(browser: Browser, served: str) -> None:
    with visit(browser, served, DESKTOP) as page:
        page.goto("/find/")
        search(page, DESKTOP, "teacher hackney")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{served}/hackney/school/")


def test_the_open_search_never_lies_over_what_has_the_focus(browser: Browser, served: str) -> None:
    with visit(browser, served, DESKTOP) as page:
        page.goto("/barnet/school/")
        found = search(page, DESKTOP, "barnet mash")
        for _ in range(len(found) + 1):  # "Close", then the results
            page.keyboard.press("Tab")
        expect(page.locator("[data-search-results] a").last).to_be_focused()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('#main') !== null")
        expect(page.get_by_role("searchbox")).to_be_hidden()


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


PAPER = """() => {
  const shown = selector => [...document.querySelectorAll(selector)].map(part => [part.outerHTML.slice(0, 100), part.checkVisibility() && part.getClientRects().length > 0]);
  return {
    gone: shown('header.pp-header, footer.pp-footer, .pp-skip, .pp-trail, .pp-exit'),
    stay: shown('h1, .pp-draft, .pp-danger, .pp-first, :not([hidden]) > .pp-number, .pp-step__do, .pp-chart svg'),
  };
}"""


def test_on_paper_header_and_footer_are_gone_and_the_numbers_and_the_draft_strip_stay(browser: Browser, served: str) -> None:
    with visit(browser, served, DESKTOP) as page:
        for path in (path for path in PAGE_TYPES.values() if not path.startswith("/cards/barnet/")):  # a poster instead: tests/test_cards.py
            page.emulate_media(media="screen")
            page.goto(path)
            assert all(shown for _, shown in page.evaluate(PAPER)["stay"]), path
            page.emulate_media(media="print")
            parts = page.evaluate(PAPER)
            assert len(parts["gone"]) >= 3
            assert [part for part, shown in parts["gone"] if shown] == [], path
            assert len(parts["stay"]) >= (1 if path == "/404.html" else 3)
            assert [part for part, shown in parts["stay"] if not shown] == [], path


@pytest.mark.parametrize("path", ["/barnet/school/", "/myths/only-muslims/", "/write/", "/now/"])
def test_on_paper_the_dark_theme_is_black_on_white(browser: Browser, served: str, path: str) -> None:
    with visit(browser, served, DESKTOP, color_scheme="dark") as page:
        page.goto(path)
        page.emulate_media(media="print", color_scheme="dark")
        colours = page.evaluate(
            """[...document.querySelectorAll('h1, h2, p, li, td, th, .pp-number a, .pp-standing, .pp-step__do, .pp-danger, svg text, svg rect.pp-chart__part')].map(part => {
              const style = getComputedStyle(part);
              return (part.closest('svg') ? style.fill : style.color).match(/[\\d.]+/g).map(Number);
            })"""
        )
        assert len(colours) > 20
        assert [colour for colour in colours if max(colour[:3]) > 0x99] == []
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
