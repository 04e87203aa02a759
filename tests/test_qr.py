"""Every QR code is read back by OpenCV, which owes nothing to what drew it, from the finished paper at print size, and leads to a page that is there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy
import pypdfium2
import pytest
from playwright.sync_api import Browser

from scripts.build import ROOT, Checked, checked, render_files, shown
from scripts.pages.addresses import source_file
from scripts.pages.handouts import Handout, handouts
from scripts.pages.site import tally
from scripts.prints import qr
from scripts.prints.cards import FORMS, pdf
from tests.conftest import TODAY

DOTS = 300
"""Dots an inch: a plain office printer."""
HOST = "https://prevent.example.org/"


@pytest.fixture(scope="module")
def example() -> Checked:
    """The invented edition, which has an address."""
    return checked(ROOT, TODAY, "example")


@pytest.fixture(scope="module")
def printed(example: Checked) -> tuple[Handout, ...]:
    k = shown(example)
    return tuple(handouts(k, TODAY, tally(k, TODAY)))


def read(picture: cv2.typing.MatLike) -> list[str]:
    """The texts of the QR codes on a picture."""
    found, texts, _, _ = cv2.QRCodeDetectorAruco().detectAndDecodeMulti(picture)
    several = [text for text in texts if text] if found else []
    one = cv2.QRCodeDetector().detectAndDecode(picture)[0]
    return several or ([one] if one else [])


def pictures(content: bytes) -> list[cv2.typing.MatLike]:
    """The pages of a PDF as a printer would put them on paper."""
    pages = pypdfium2.PdfDocument(content)
    return [page.render(scale=DOTS / 72).to_numpy() for page in pages]


def read_back(handout: Handout, form: str) -> list[str]:
    return [text for picture in pictures(pdf(handout, form)) for text in read(picture)]


@pytest.fixture(scope="module")
def pages(example: Checked) -> dict[str, str]:
    """The pages of the edition's site, by file."""
    return {name: content.decode() for name, content in render_files(example, root=ROOT).items() if name.endswith("index.md")}


def test_each_code_on_paper_leads_to_its_page(pages: Mapping[str, str], printed: Sequence[Handout]) -> None:
    for handout in printed[::9]:
        for form in FORMS:
            assert read_back(handout, form) == [handout.address], (handout.slug, form)
            assert handout.address is not None
            assert source_file(handout.address.removeprefix(HOST)) in pages


@pytest.mark.whole
def test_every_code_on_paper_leads_to_its_page(pages: Mapping[str, str], printed: Sequence[Handout]) -> None:
    for handout in printed:
        assert handout.address is not None
        assert source_file(handout.address.removeprefix(HOST)) in pages
        assert [read_back(handout, form) for form in FORMS] == [[handout.address]] * len(FORMS)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_code_on_a_page_is_read_in_either_theme(pages: Mapping[str, str], browser: Browser, tmp_path: Path, theme: str) -> None:
    page = browser.new_page(color_scheme=theme)  # type: ignore[arg-type]
    style = (ROOT / "theme" / "material" / "style.html").read_text(encoding="utf-8")
    body = pages["cards/barnet/school/index.md"].partition("\n---\n")[2]
    page.set_content(f"<!doctype html><html lang=en><head>{style}</head><body>{body}</body></html>")
    for place in ("#card .pp-qr", "#slide .pp-qr"):
        page.locator(place).screenshot(path=tmp_path / "qr.png", scale="device")
        picture = cv2.imread(str(tmp_path / "qr.png"))
        assert picture is not None
        picture = cv2.resize(picture, None, fx=3, fy=3, interpolation=cv2.INTER_NEAREST)
        picture = cv2.copyMakeBorder(picture, 8, 8, 8, 8, cv2.BORDER_CONSTANT, value=(20, 26, 25))
        assert read(picture) == [f"{HOST}barnet/school/"], place
    page.close()


def test_an_edition_without_an_address_has_no_code(real: Checked) -> None:
    handout = next(handouts(real.k, TODAY, tally(real.k, TODAY)))
    assert handout.address is None
    assert [read_back(handout, form) for form in FORMS] == [[]] * len(FORMS)


def test_a_code_survives_dirt() -> None:
    drawn = qr.on_paper(f"{HOST}barnet/school/")
    side = int(re.findall(r'viewBox="0 0 (\d+)', drawn)[0])
    import segno

    code = segno.make(f"{HOST}barnet/school/", error=qr.CORRECTION, micro=False)
    assert code.symbol_size(border=qr.QUIET)[0] == side
    assert code.error in ("M", "Q", "H")
    picture = numpy.full((side * 8, side * 8), 255, numpy.uint8)
    for row, line in enumerate(code.matrix_iter(border=qr.QUIET)):
        for column, dark in enumerate(line):
            picture[row * 8 : row * 8 + 8, column * 8 : column * 8 + 8] = 0 if dark else 255
    picture[side * 4 : side * 4 + 24, side * 4 : side * 4 + 24] = 255  # a scratch of nine modules
    assert read(picture) == [f"{HOST}barnet/school/"]


def test_a_code_says_where_it_leads_to_those_who_cannot_see_it() -> None:
    drawn = qr.on_page(f"{HOST}barnet/")
    assert 'role="img"' in drawn
    assert 'aria-label="QR code that leads to prevent.example.org/barnet"' in drawn
    assert "style=" not in drawn, "a content policy refuses styles on elements"


# --- under the headings of pages that trainers send people to -------------------------------------------------------------


PASSED_ON = ("myths/spying", "scenarios/home-across-the-border", "write", "trainers/three-questions")
FOLDED = re.compile(
    r'<details class="pp-share"><summary>Link<span class="pp-sr"> to “(.*?)”</span></summary>\s*<p><a href="([^"]*)">([^<]*)</a></p>(.*?)</details>',
    re.S,
)


@pytest.mark.parametrize("name", PASSED_ON)
def test_every_heading_offers_its_link_on_request_with_a_code_that_leads_there(pages: Mapping[str, str], browser: Browser, name: str) -> None:
    body = pages[f"{name}/index.md"]
    sections = re.findall(r'<section id="([^"]+)"><h2>', body)
    found = FOLDED.findall(body)
    assert [address for _, _, address, _ in found] == [f"{HOST}{name}/", *(f"{HOST}{name}/#{id}" for id in sections)]
    assert [href for _, href, _, _ in found[1:]] == [f"#{id}" for id in sections]
    page = browser.new_page()
    for _, _, address, rest in found:
        page.set_content(f"<!doctype html><title>x</title><style>svg {{ width: 30mm; height: 30mm; display: block }}</style>{rest}")
        picture = cv2.imdecode(numpy.frombuffer(page.locator("svg").screenshot(), numpy.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        assert read(cv2.resize(picture, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)) == [address]
    page.close()


def test_a_page_with_a_code_of_its_own_names_it_once(pages: Mapping[str, str], example: Checked) -> None:
    code = example.k.myths["spying"].code
    assert pages["myths/spying/index.md"].count(f"Short: {HOST}{code.lower()}/") == 1
    assert f"{code.lower()}/index.md" in pages


def test_without_an_address_the_link_stands_alone(real: Checked) -> None:
    made = render_files(real, root=ROOT)["myths/spying/index.md"].decode()
    assert "pp-qr" not in made
    assert FOLDED.findall(made)[1][2] == "/myths/spying/#true-in-it"


def test_pages_for_people_in_a_hurry_carry_no_such_link(pages: Mapping[str, str]) -> None:
    assert not any("pp-share" in pages[f"{name}/index.md"] for name in ("barnet", "barnet/school", "now", "situations/online"))
