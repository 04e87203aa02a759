"""A card says what its handout says, no more and no less; it fits its paper, and its file can be read by everybody."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import io
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from scripts.build import ROOT, Checked, checked, pages_of, render_files, shown
from scripts.model import Edition
from scripts.pages.addresses import source_file
from scripts.pages.cards import card_paths
from scripts.pages.handouts import Handout, Line, card_path, handouts
from scripts.pages.site import tally
from scripts.pages.words import day
from scripts.prints import make
from scripts.prints.cards import FORMS, TooLong, pdf
from scripts.problem import Refused
from scripts.upkeep import print as printing
from tests.conftest import TODAY, small_site

SIZE = {"card-a6": (105, 148), "poster-a4": (210, 297), "card-wallet": (85.6, 54)}
"""In millimetres: ISO 216, and ISO/IEC 7810 ID-1."""
PAGES = {"card-a6": 1, "poster-a4": 1, "card-wallet": 2}
NASTY = '#panic("x") $a$ *b* _c_ `d` \\e "f" <g> @h //i = j [k] {l}'
EVERY = 40
"""`make test` looks at every fortieth handout, and at the longest."""


@pytest.fixture(scope="module")
def everything(real: Checked) -> tuple[Handout, ...]:
    """Every handout of London's edition."""
    return tuple(handouts(real.k, TODAY, tally(real.k, TODAY)))


@pytest.fixture(scope="module")
def sample(everything: Sequence[Handout]) -> tuple[Handout, ...]:
    longest = max(everything, key=lambda handout: len(repr(handout)))
    return (*everything[::EVERY], longest)


def squeezed(text: str) -> str:
    """A text without the spaces and the line ends, which a page sets as it likes."""
    return re.sub(r"\s+", "", text)


def text_of(content: bytes) -> str:
    """The text of a PDF, in the order of its pages."""
    text = "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    return text.translate({0xFFFE: "-", 0x02: "-"})  # what PDFium makes of a hyphen at the end of a line


def values(line: Line, notes: bool = True) -> Iterator[str]:
    """What a card says of a way in."""
    found = (line.name, line.phone, line.other, line.label, line.ask_for, line.hours, line.mark, *(line.cautions if notes else ()))
    return (value for value in found if value)


def lines_on(handout: Handout, form: str) -> Iterator[Line]:
    """The ways in that a form shows: all, or on a wallet card the first of each part and hour."""
    if form != "card-wallet":
        yield from handout.lines
        return
    yield from (handout.danger, *handout.first_ways)
    for part in handout.parts:
        yield from (*part.by_day[:1], *part.by_night[:1])


def says_all_and_no_more(handout: Handout, form: str) -> None:
    text = squeezed(text_of(pdf(handout, form)))
    shown_lines = list(lines_on(handout, form))
    wanted = [value for line in shown_lines for value in values(line, notes=form != "card-wallet" or line is handout.danger)]
    wanted += [handout.title, handout.first, handout.in_print, handout.short, handout.edition, day(handout.made_on), day(handout.valid_until)]
    wanted += [handout.draft] if handout.draft else []
    for value in wanted:
        assert squeezed(value) in text, (handout.slug, form, value)
    if form == "card-wallet":
        assert text.count(squeezed("Read the note on the page.")) == sum(bool(line.cautions) for line in shown_lines[1:]), handout.slug
    for value in sorted((squeezed(value) for value in wanted), key=len, reverse=True):
        text = text.replace(value, "|")
    rest = re.sub(r"under18|18andover", "", text)
    assert re.findall(r"\d+", rest) == [], f"{handout.slug} {form}: a number that no value of the handout holds"


def fits(handout: Handout, form: str) -> None:
    document = pypdfium2.PdfDocument(pdf(handout, form))
    assert len(document) == PAGES[form], (handout.slug, form)
    for page in document:
        wide, high = page.get_size()
        assert (round(wide / 72 * 25.4, 1), round(high / 72 * 25.4, 1)) == SIZE[form]
        text = page.get_textpage()
        for number in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(number)
            assert left > 6, (handout.slug, form)
            assert bottom > 6, (handout.slug, form)
            assert right < wide - 6, (handout.slug, form)
            assert top < high - 6, (handout.slug, form)


def is_for_everybody(content: bytes, title: str) -> None:
    """What PDF/UA-1 (ISO 14289-1) asks, read by pikepdf, as far as a program can tell. Not by veraPDF: no package was found that brings it."""
    with pikepdf.open(io.BytesIO(content)) as found:
        root = found.Root
        assert not found.is_encrypted
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "en-GB"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with found.open_metadata() as about:
            assert str(about["pdfuaid:part"]) == "1"
            assert about["dc:title"] == title
        tags = [(str(item.S), item) for item in structure(root.StructTreeRoot)]
        levels = [int(kind[2]) for kind, _ in tags if re.fullmatch(r"/H\d", kind)]
        assert levels[0] == 1
        assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels)), levels
        assert all(str(item.get("/Alt", "")) for kind, item in tags if kind == "/Figure"), "a picture without words"
        for page in found.pages:
            assert str(page.obj.get("/Tabs", "/S")) == "/S"
            assert everything_is_tagged(page)
            for font in page.resources.get("/Font", {}).values():
                described = font.DescendantFonts[0].FontDescriptor if "/DescendantFonts" in font else font.FontDescriptor
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.keys()), "a font that is not in the file"
                assert "/ToUnicode" in font


def structure(item: Any) -> Iterator[Any]:
    """The tags of a file, in the order of reading."""
    below = item.get("/K", [])
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from structure(child)


def everything_is_tagged(page: pikepdf.Page) -> bool:
    """Whether all that a page draws is content with a tag, or an artifact."""
    depth = 0
    for instruction in pikepdf.parse_content_stream(page):
        match str(instruction.operator):
            case "BDC" | "BMC":
                depth += 1
            case "EMC":
                depth -= 1
            case "Tj" | "TJ" | "Do" | "f" | "f*" | "S" | "s" | "B" | "b" | "sh" if depth == 0:
                return False
    return depth == 0


@pytest.mark.parametrize("form", FORMS)
def test_a_card_says_what_its_handout_says_and_fits(sample: Sequence[Handout], form: str) -> None:
    for handout in sample:
        says_all_and_no_more(handout, form)
        fits(handout, form)


@pytest.mark.whole
@pytest.mark.parametrize("form", FORMS)
def test_every_card_says_what_its_handout_says_and_fits(everything: Sequence[Handout], form: str) -> None:
    for handout in everything:
        says_all_and_no_more(handout, form)
        fits(handout, form)


@pytest.mark.parametrize("form", FORMS)
def test_a_card_is_tagged_named_and_legible_to_machines(sample: Sequence[Handout], form: str) -> None:
    for handout in sample[::6]:
        is_for_everybody(pdf(handout, form), f"{handout.title}: who to tell ({FORMS[form]})")


@pytest.mark.whole
@pytest.mark.parametrize("form", FORMS)
def test_every_card_is_tagged_named_and_legible_to_machines(everything: Sequence[Handout], form: str) -> None:
    for handout in everything:
        is_for_everybody(pdf(handout, form), f"{handout.title}: who to tell ({FORMS[form]})")


def test_the_picture_of_a_code_has_words(real: Checked) -> None:
    handout = dataclasses.replace(next(handouts(real.k, TODAY, tally(real.k, TODAY))), base_address="https://prevent.example.org/")
    with pikepdf.open(io.BytesIO(pdf(handout, "card-a6"))) as found:
        figures = [item for item in structure(found.Root.StructTreeRoot) if str(item.S) == "/Figure"]
        assert [str(item.Alt) for item in figures] == ["QR code that leads to prevent.example.org/barking-and-dagenham"]


@pytest.mark.parametrize("form", FORMS)
def test_the_same_handout_gives_the_same_bytes_and_another_day_others(sample: Sequence[Handout], form: str) -> None:
    tomorrow = dataclasses.replace(sample[0], made_on=sample[0].made_on + datetime.timedelta(days=1))
    assert pdf(sample[0], form) == pdf(sample[0], form)
    assert pdf(sample[0], form) != pdf(tomorrow, form)


@pytest.mark.parametrize("form", FORMS)
def test_text_never_becomes_markup(sample: Sequence[Handout], form: str) -> None:
    handout = sample[0]
    danger = dataclasses.replace(handout.danger, name=NASTY)
    text = squeezed(text_of(pdf(dataclasses.replace(handout, first=NASTY, danger=danger, edition=NASTY), form)))
    assert text.count(squeezed(NASTY)) == 3


@pytest.mark.parametrize("form", FORMS)
def test_words_that_fit_no_size_are_refused_by_name(sample: Sequence[Handout], form: str) -> None:
    with pytest.raises(TooLong, match=re.escape(sample[0].title)):
        pdf(dataclasses.replace(sample[0], first="Tell your safeguarding lead. " * 400), form)


# --- which are made ------------------------------------------------------------------------------------------------------


def edition_like(real: Checked, **more: object) -> Edition:
    return real.k.edition.model_copy(update=more)


def test_an_edition_says_which_files_stand_on_its_site(real: Checked, everything: Sequence[Handout]) -> None:
    area, setting = everything[0], everything[1]
    assert setting.setting_slug
    offered = {
        choice: [len(make.offered(edition_like(real, downloads=choice), each)) for each in (area, setting)] for choice in ("none", "areas", "all")
    }
    count = len(make.ARTEFACTS)
    assert offered == {"none": [0, 0], "areas": [count, 0], "all": [count, count]}


def test_an_edition_may_forbid_to_print_unconfirmed_numbers(real: Checked, everything: Sequence[Handout]) -> None:
    strict = edition_like(real, downloads="all", print_unconfirmed=False)
    assert everything[0].unconfirmed
    assert make.offered(strict, everything[0]) == ()
    assert make.may_print(real.k.edition, everything[0])


def test_the_cache_gives_back_what_was_made(everything: Sequence[Handout], tmp_path: Path) -> None:
    wanted = make.jobs(everything[:1])[:2]
    first, second = (list(make.made(wanted, tmp_path)) for _ in range(2))
    assert [item.fresh for item in first] == [True, True]
    assert [item.fresh for item in second] == [False, False]
    assert {item.job.name: item.content for item in first} == {item.job.name: item.content for item in second}
    assert len({job.key for job in make.jobs(everything[:9])}) == 9 * len(make.ARTEFACTS)


# --- the command ---------------------------------------------------------------------------------------------------------


def typed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    printing.arguments(parser)
    return parser.parse_args(arguments)


def test_the_command_makes_what_is_asked_for_and_only_once(tmp_path: Path) -> None:
    said: list[str] = []
    options = typed("--area", "barnet", "--setting", "school", "--to", str(tmp_path / "out"))
    assert [printing.run(ROOT, options, said.append) for _ in range(2)] == [0, 0]
    names = {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()}
    decks = {f"barnet-{deck}.pptx" for deck in ("myth-deck", *(path.stem for path in (ROOT / "pathways" / "sessions").glob("*.yml")))}
    assert names == {f"barnet-school-{kind.name}.{kind.suffix}" for kind in make.ARTEFACTS} | decks
    count = len(make.ARTEFACTS) + len(decks)
    assert [line.partition(", in")[0] for line in said] == [f"{count} files made, 0 unchanged", f"0 files made, {count} unchanged"]


def test_a_wrong_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        printing.run(ROOT, typed("--area", "barnett", "--setting", "scool", "--to", str(tmp_path)), lambda message: None)
    assert [(problem.rule, problem.tip) for problem in refused.value.problems] == [
        ("unknown-area", "did you mean barnet?"),
        ("unknown-setting", "did you mean school?"),
    ]


# --- the pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(real: Checked) -> Mapping[str, str]:
    """The pages below /cards/, by path."""
    made = render_files(real, root=ROOT)
    return {path: made[source_file(path)].decode() for path in card_paths(real.k)}


def test_every_handout_has_a_page_with_all_its_values(everything: Sequence[Handout], pages: Mapping[str, str]) -> None:
    assert set(pages) == {"/cards/", *(card_path(each.area_slug, each.setting_slug) for each in everything)}
    for handout in everything:
        soup = BeautifulSoup(pages[card_path(handout.area_slug, handout.setting_slug)], "html.parser")
        for place in ("#card", "#poster", "#slide"):
            assert len(soup.select(place)) == 1
        card = squeezed(soup.select_one("#card").get_text())  # type: ignore[union-attr]
        wanted = [value for line in handout.lines for value in values(line)]
        for value in (*wanted, handout.title, handout.first, handout.in_print, handout.short, day(handout.valid_until)):
            assert squeezed(value).rstrip(".") in card, (handout.slug, value)


def test_a_page_of_cards_is_small(pages: Mapping[str, str]) -> None:
    sizes = {path: len(text.encode()) for path, text in pages.items()}
    assert max(size for path, size in sizes.items() if path.count("/") == 4) < 13_000


def test_the_pages_lead_to_their_cards(real: Checked) -> None:
    made = render_files(real, root=ROOT)
    assert '"../cards/barnet/"' in made["barnet/index.md"].decode()
    assert '"../../cards/barnet/school/"' in made["barnet/school/index.md"].decode()
    assert not any(page.landing for page in pages_of(real) if page.path.startswith("/cards/"))


def test_the_longest_pages_print_on_one_sheet_and_show_on_one_slide(browser: Browser, sample: Sequence[Handout], pages: Mapping[str, str]) -> None:
    style = (ROOT / "theme" / "material" / "style.html").read_text(encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    for handout in sample:
        body = pages[card_path(handout.area_slug, handout.setting_slug)].partition("\n---\n")[2]
        page.set_content(f'<!doctype html><html lang=en><head>{style}</head><body><div class="pp-main">{body}</div></body></html>')
        assert page.evaluate("() => { const s = document.querySelector('.pp-slide'); return s.scrollHeight - s.clientHeight }") <= 0, handout.slug
        for target, size in (("", SIZE["poster-a4"]), ("card", SIZE["card-a6"])):
            page.evaluate("target => { location.hash = target }", target)
            printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
            assert len(printed) == 1, (handout.slug, target)
            assert printed[0].get_width() / 72 * 25.4 == pytest.approx(size[0], abs=1)
    page.close()


def test_files_stand_beside_their_pages_and_only_there(tmp_path: Path) -> None:
    case = checked(ROOT, TODAY, "example")
    site = small_site(tmp_path, case)
    k = shown(case)
    for handout in handouts(k, TODAY, tally(k, TODAY), ["barnet"], [None, "school"]):
        folder = site / card_path(handout.area_slug, handout.setting_slug).strip("/")
        linked = set(re.findall(r'href="([^"/]+\.(?:pdf|pptx))"', (folder / "index.html").read_text(encoding="utf-8")))
        assert linked == {path.name for path in folder.iterdir() if path.suffix in (".pdf", ".pptx")}
        assert len(linked) == len(make.ARTEFACTS)
