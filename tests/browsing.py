"""How the tests use a browser: devices, a visitor who is watched, and the search box as its users use it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect


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
NARROW = Device("narrow", 320, 640)
"""Which is also a 1280-pixel screen at 400 % zoom."""

TUESDAY_MORNING = "2026-11-24T10:00:00Z"
SUNDAY_NIGHT = "2026-11-29T21:00:00Z"
"""Two moments: pages with opening hours look at the clock."""

SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""How far a page can be scrolled sideways."""


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


def open_search(page: Page, device: Device) -> None:
    """Open the search as a user of this device does, and wait until it can answer."""
    button = page.get_by_role("button", name="Search")
    button.tap() if device.phone else button.click()
    expect(page.get_by_role("searchbox", name="Search: borough, job or worry")).to_be_focused()
    page.wait_for_function("() => window.preventPathwaysFind !== undefined")


def results(page: Page) -> list[tuple[str, str]]:
    """What the search shows: each result's path with its anchor, and its words."""
    found = page.locator("[data-search-results] a").evaluate_all("links => links.map(link => [link.pathname + link.hash, link.innerText])")
    return [(str(path), str(words)) for path, words in found]


def search(page: Page, device: Device, query: str) -> list[tuple[str, str]]:
    """Open the search, type, and read the results."""
    open_search(page, device)
    page.keyboard.type(query)
    page.locator("[data-search-results] a").first.wait_for()
    assert page.evaluate(SIDEWAYS) == 0, "the open search is wider than the screen"
    return results(page)
