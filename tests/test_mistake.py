"""Report a mistake: on every card of an edition whose owner has a mailbox, and nowhere in an edition without one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from scripts.build import Checked, render_files
from scripts.load import assemble
from scripts.prose import Text
from scripts.rules.case import Case
from tests.conftest import TODAY, Files, serving, small_site

PAGES = ("barnet/school/index.md", "barnet/index.md", "hackney/family/index.md", "coverage/index.md", "now/index.md", "check/refer/index.md")


@pytest.fixture(scope="module")
def example(files: Files, texts: tuple[Text, ...]) -> Checked:
    """The invented edition, which has a mailbox and an address."""
    return Checked(Case(assemble(files, "example"), TODAY, texts))


@pytest.fixture(scope="module")
def rendered(example: Checked) -> dict[str, BeautifulSoup]:
    """Some of its pages."""
    made = render_files(example)
    return {name: BeautifulSoup(made[name], "html.parser") for name in PAGES if name in made}


def test_every_card_has_the_link_with_record_page_and_field_filled_in(rendered: dict[str, BeautifulSoup]) -> None:
    seen: set[str] = set()
    for name, page in rendered.items():
        cards = page.select(".pp-card")
        for card in cards:
            link = card.select_one(".pp-mistake a")
            assert link is not None, f"{name}: {card.get_text()[:80]}"
            address = urlsplit(str(link["href"]))
            asked = parse_qs(address.query)
            assert (address.scheme, address.path) == ("mailto", "safeguarding@example.org")
            (subject,), (body,) = asked["subject"], asked["body"]
            record = subject.removeprefix("Mistake: ")
            seen.add(record)
            path = "/" + name.removesuffix("index.md")
            assert body.splitlines()[:2] == [f"Record: {record}", f"Page: {path}"]
            assert body.splitlines()[2].startswith("Field: "), body
            assert body.endswith("Please do not put names in this message.")
            assert "Do not put names" in card.get_text()
    assert {"barnet-mash", "police-101"} <= seen


def test_an_edition_without_a_mailbox_asks_nobody_to_write(real: Checked) -> None:
    assert real.k.edition.mailbox is None
    assert [name for name, content in render_files(real).items() if b"Report a mistake" in content] == []


def test_the_link_works_as_a_reader_meets_it(browser: Browser, example: Checked, tmp_path: Path) -> None:
    with serving(small_site(tmp_path, example)) as address:
        page = browser.new_context(viewport={"width": 360, "height": 640}).new_page()
        page.goto(f"{address}/barnet/school/")
        link = page.locator("#child .pp-card").first.get_by_role("link", name="Report a mistake")

        assert "Page: /barnet/school/\n" in unquote(link.get_attribute("href") or "")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        assert page.title().endswith("Prevent Pathways, Invented Academies Trust")
        page.context.close()


def test_text_in_a_mailbox_or_an_id_cannot_leave_the_address(example: Checked) -> None:
    edition = example.k.edition.model_copy(update={"mailbox": 'a"&<b@example.org'})
    k = dataclasses.replace(example.k, editions={**example.k.editions, "example": edition})
    page = BeautifulSoup(render_files(Checked(Case(k, TODAY, example.texts)))["barnet/index.md"], "html.parser")
    links = [str(link["href"]) for link in page.select(".pp-mistake a")]
    assert links
    assert all(link.startswith('mailto:a"&<b@example.org?') for link in links)
