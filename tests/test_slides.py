"""The last slide and the decks: what they say is what the records say, it fits, it can be read aloud, and it is the same file every time."""

from __future__ import annotations

import dataclasses
import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from ctypes import byref, c_float
from pathlib import Path
from typing import Any

import cv2
import numpy
import pypdfium2
import pypdfium2.raw
import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from scripts.build import ROOT, Checked, checked, prose_of
from scripts.load import Knowledge
from scripts.pages.edition import view
from scripts.pages.handouts import Handout, Line, handout
from scripts.pages.site import tally
from scripts.pages.words import day
from scripts.prints import fit
from scripts.prints.canvas import HIGH, PAPER, WIDE, Block
from scripts.prints.decks import SIDES, myth_deck, printed, session_deck
from scripts.prints.slides import BY_DAY, BY_NIGHT, LOOKS, layout, notes, question, slide, warnings
from scripts.standing import Standing
from tests.conftest import TODAY
from tests.test_serving import program

SESSIONS = tuple(sorted(path.stem for path in (ROOT / "pathways" / "sessions").glob("*.yml")))
WITH_ADDRESS = ("change-the-address", "three-questions", "toolbox-talk")
"""The sessions whose deck is made for the edition with an address too."""
FOOT = ("Where to read on",)
NUMBER = re.compile(r"\b(?:0\d{2,4}(?: ?\d{2,4}){2,3}|18001 \d+|101|111|999)\b")
"""Anything on a slide that somebody would dial."""


def edition(name: str) -> Knowledge:
    case = checked(ROOT, TODAY, name)
    return view(case.k, prose_of(case.texts))


@pytest.fixture(scope="module")
def example() -> Knowledge:
    """The invented edition: it has an address, so its slides bear QR codes."""
    return edition("example")


def handouts(k: Knowledge) -> Iterator[Handout]:
    """Every handout of an edition: of each area, and of each setting in it."""
    counted = tally(k, TODAY)
    for area in k.areas:
        for setting in (None, *(slug for slug, record in k.settings.items() if record.local)):
            yield handout(k, area, setting, TODAY, counted)


@pytest.fixture(scope="module")
def everything(real: Checked, example: Knowledge) -> tuple[Handout, ...]:
    """Every handout there is, with and without an address."""
    return (*handouts(real.k), *handouts(example))


Laid = list[tuple[Handout, tuple[Block, ...]]]


@pytest.fixture(scope="module")
def laid(everything: tuple[Handout, ...]) -> Laid:
    """Every handout with its slide's texts in their places."""
    return [(each, layout(each)) for each in everything]


@pytest.fixture(scope="module")
def sample(everything: tuple[Handout, ...]) -> tuple[Handout, ...]:
    """Every area's own, and with an address every setting in Haringey, whose texts are the longest."""
    return tuple(each for each in everything if (each.area_slug == "haringey" if each.address else each.setting is None))


@pytest.fixture(scope="module")
def decks(real: Checked, example: Knowledge) -> dict[str, bytes]:
    """Every deck without an address; some with one, and with an area's slide at their end."""
    found = {}
    for k, last in ((real.k, ()), (example, (handout(example, "haringey", "school", TODAY, tally(example, TODAY)),))):
        counted = tally(k, TODAY)
        found[f"{k.edition_id}-myth-deck"] = myth_deck(k, TODAY, counted, last)
        found |= {f"{k.edition_id}-{slug}": session_deck(k, slug, TODAY, counted, last) for slug in k.sessions if not last or slug in WITH_ADDRESS}
    return found


# --- reading back ------------------------------------------------------------------------------------------------------


def opened(file: bytes) -> Any:
    return Presentation(io.BytesIO(file))


def texts(made: Any) -> list[str]:
    """The paragraphs of a slide, in the order of reading."""
    return [para.text for shape in made.shapes if shape.has_text_frame for para in shape.text_frame.paragraphs if para.text]


def spoken(made: Any) -> str:
    return str(made.notes_slide.notes_text_frame.text)


def decorative(shape: Any) -> bool:
    return any(each.tag.endswith("}decorative") and each.get("val") == "1" for each in shape._element.iter())


def box(shape: Any) -> tuple[float, float, float, float]:
    """Left, top, right and bottom in points."""
    return tuple(value / 12700 for value in (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height))


def written(shape: Any) -> list[fit.Para]:
    """What a shape holds, as the measure takes it."""
    return [
        fit.Para(
            tuple(fit.Run(run.text, run.font.size.pt, bool(run.font.bold)) for run in para.runs),
            para.space_before.pt if para.space_before else 0,
            para._p.find(f"{qn('a:pPr')}/{qn('a:buChar')}") is not None,
        )
        for para in shape.text_frame.paragraphs
        if para.runs
    ]


def faults(made: Any) -> Iterator[str]:
    """What somebody would see or hear go wrong on a slide."""
    seen = [shape for shape in made.shapes if not decorative(shape)]
    for shape in seen:
        left, top, right, bottom = box(shape)
        if left < 0 or top < 0 or right > WIDE + 0.1 or bottom > HIGH + 0.1:
            yield f"{shape.name} leaves the slide"
        if shape.has_text_frame:
            frame = shape.text_frame
            room = right - left - frame.margin_left.pt - frame.margin_right.pt
            if fit.height(written(shape), room) + frame.margin_top.pt + frame.margin_bottom.pt > bottom - top + 0.1:
                yield f"{shape.name} is too small for its text"
        for other in seen[seen.index(shape) + 1 :]:
            a, b, c, d = box(other)
            if min(right, c) - max(left, a) > 0.1 and min(bottom, d) - max(top, b) > 0.1:
                yield f"{shape.name} and {other.name} overlap"
    if made.shapes.title is None or not made.shapes.title.text_frame.text.strip():
        yield "no title"
    elif made.shapes[0].shape_id != made.shapes.title.shape_id:
        yield "the title is not read first"
    for run in (*made._element.iter(qn("a:r")), *made.notes_slide._element.iter(qn("a:r"))):
        if run.find(qn("a:rPr")).get("lang") != "en-GB":
            yield f"no language: {run.find(qn('a:t')).text}"
    for shape in made.shapes:
        silent = not shape.has_text_frame or not shape.text_frame.text
        if silent and not decorative(shape) and not shape._element.xpath(".//p:cNvPr")[0].get("descr"):
            yield f"{shape.name} says nothing to those who cannot see it"
    if len(spoken(made)) < 40:
        yield "no notes"


# --- the last slide ----------------------------------------------------------------------------------------------------


def test_every_handout_fits_on_its_slide_and_says_all_it_has_to_say(laid: Laid) -> None:
    assert len(laid) > 891
    for each, made in laid:
        blocks = {block.name: " \n".join(para.text for para in block.paras) for block in made}
        said = "\n".join(blocks.values())
        for value in (question(each), each.first, each.danger.phone, each.danger.mark, each.in_print, each.short, each.edition, each.draft):
            assert not value or value in said, f"{each.slug}: {value}"
        assert f"Valid until {day(each.valid_until)}" in said
        for part in each.parts[:2]:
            for when, lines in ((BY_DAY, part.by_day), (BY_NIGHT, part.by_night)):
                there = blocks[f"{part.title}: {when.lower()}"]
                for line in lines:
                    assert row_of(line) in there, f"{each.slug}: {row_of(line)}"
        advice = " ".join(text for name, text in blocks.items() if name.startswith(each.parts[2].title))
        assert all(line.name in advice and (line.phone or line.other or "") in advice and line.mark in advice for line in each.parts[2].by_day)
        for line in each.lines:
            for value in (line.name, line.ask_for, line.hours):
                assert not value or value in said, f"{each.slug}: {value}"


def row_of(line: Line) -> str:
    """How a number begins its row: what to do with it, then the number."""
    return f"{line.label}  {line.phone or line.other}" if line.label else str(line.phone or line.other)


def broken(para: fit.Para, number: str, block: Block) -> bool:
    """Whether a row ends within the number."""
    at = next((at for at, run in enumerate(para.runs) if run.text.strip() == number), None)
    return at is not None and len(fit.rows(fit.Para(para.runs[: at + 1]), block.box.width - 2 * block.inset[0])) > 1


def test_a_number_stands_in_one_row_with_how_it_stands(laid: Laid) -> None:
    for each, made in laid:
        for block in made:
            for para in block.paras:
                for number in NUMBER.findall(para.text):
                    lines = [line for line in each.lines if line.phone == number]
                    assert number == "999" or not broken(para, number, block), f"{each.slug}: {para.text}"
                    assert any(line.mark in para.text for line in lines) or (number == "101" and not lines), f"{each.slug}: {para.text}"


def test_no_number_comes_from_anywhere_else(sample: tuple[Handout, ...]) -> None:
    for each in sample:
        made = opened(slide(each)).slides[0]
        known = {line.phone for line in each.lines} | {number for line in each.lines for text in line.cautions for number in NUMBER.findall(text)}
        assert set(NUMBER.findall("\n".join((*texts(made), spoken(made))))) <= known, each.slug


def test_a_warning_stands_on_the_slide_or_in_the_notes_with_its_sign(laid: Laid) -> None:
    for each, made in laid:
        said, aloud = "\n".join(para.text for block in made for para in block.paras), "\n".join(notes(each))
        for text, number in warnings(each).items():
            assert f"Note {number}. " in aloud
            assert text in aloud
            assert text in said or re.search(rf"\(note [\d, ]*\b{number}\b", said), f"{each.slug}: {text}"
        if any(text not in said for text in warnings(each)):
            assert "The notes below this slide say what to know first." in said


def test_letters_are_large_enough_for_a_room(laid: Laid) -> None:
    """14 points on a slide of 540 are as 28 on a screen of 1080 rows. Marks and the last row are a little smaller; few slides go below that."""
    least = {each: min(run.size for block in made for para in block.paras for run in para.runs if block.name not in FOOT) for each, made in laid}
    assert sum(size < 13 for size in least.values()) <= len(laid) * 0.4
    assert sum(size < 12 for size in least.values()) <= len(laid) * 0.03
    assert min(least.values()) >= 10


@pytest.mark.parametrize("standing", list(Standing)[:4])
def test_each_standing_has_its_words_and_a_colour_that_can_be_read(real: Checked, standing: Standing) -> None:
    marks = {
        Standing.CONFIRMED: "Checked in person, 21 September 2026",
        Standing.LAPSED: "Use with care: the last check ran out on 30 September 2026",
    }
    plain = handout(real.k, "haringey", "school", TODAY, tally(real.k, TODAY))

    def standing_so(line: Line) -> Line:
        return dataclasses.replace(line, standing=standing, mark=marks.get(standing, "Use with care: not yet checked"), staff_only=True)

    parts = tuple(
        dataclasses.replace(part, by_day=tuple(map(standing_so, part.by_day)), by_night=tuple(map(standing_so, part.by_night)))
        for part in plain.parts
    )
    changed = dataclasses.replace(plain, parts=parts)
    made = opened(slide(changed)).slides[0]
    assert list(faults(made)) == []
    said = "\n".join(texts(made))
    assert said.count(parts[0].by_day[0].mark) == sum(len(part.by_day) + len(part.by_night) for part in parts)
    assert "(staff only)" in said


def light(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_has_a_contrast_of_at_least_four_and_a_half(sample: tuple[Handout, ...], decks: dict[str, bytes]) -> None:
    def ground(of: Any, otherwise: str) -> str:
        return str(of.fill.fore_color.rgb) if of.fill.type == 1 else otherwise

    for file in (*map(slide, sample[:40]), *decks.values()):
        for made in opened(file).slides:
            paper = ground(made.background, PAPER) if made._element.find(f".//{qn('p:bg')}") is not None else PAPER
            for shape in made.shapes:
                for run in (run for para in (shape.text_frame.paragraphs if shape.has_text_frame else ()) for run in para.runs if run.text.strip()):
                    one, other = sorted((light(str(run.font.color.rgb)), light(ground(shape, paper))))
                    assert (other + 0.05) / (one + 0.05) >= 4.5, f"{run.text} in {run.font.color.rgb}"


def test_the_file_is_whole_titled_dated_and_readable_aloud(sample: tuple[Handout, ...]) -> None:
    for each in sample:
        file = opened(slide(each))
        made = file.slides[0]
        assert list(faults(made)) == [], each.slug
        assert made.shapes.title.text_frame.text == question(each) == file.core_properties.title
        assert file.core_properties.language == "en-GB"
        assert file.core_properties.modified.date() == TODAY
        wanted = ["Title", *(["Draft"] if each.draft else []), "Danger", "First step"]
        wanted += [f"{part.title}{more}" for part in each.parts[:2] for more in ("", f": {BY_DAY.lower()}", f": {BY_NIGHT.lower()}")]
        names = [shape.name for shape in made.shapes if not decorative(shape)]
        assert names[: len(wanted)] == wanted
        assert texts(made) == [para.text for block in layout(each) for para in block.paras]
        assert spoken(made) == "\n".join(notes(each))


def test_the_notes_say_what_to_say_how_each_number_stands_and_until_when(sample: tuple[Handout, ...]) -> None:
    for each in sample:
        aloud = "\n".join(notes(each))
        assert each.first in aloud
        assert f"Valid until {day(each.valid_until)}" in aloud
        assert not each.draft or each.draft in aloud
        for line in each.lines:
            assert f"{line.phone or line.other}, {line.name}: {line.mark}" in aloud


def test_the_qr_code_leads_to_the_page_and_says_so(example: Knowledge) -> None:
    for each in (one for one in handouts(example) if one.setting_slug in (None, "family")):
        made = opened(slide(each)).slides[0]
        (picture,) = (shape for shape in made.shapes if shape.shape_type == 13)
        drawn = cv2.imdecode(numpy.frombuffer(picture.image.blob, numpy.uint8), cv2.IMREAD_GRAYSCALE)
        assert drawn is not None
        assert cv2.QRCodeDetector().detectAndDecode(drawn)[0] == each.address
        assert picture._element.nvPicPr.cNvPr.get("descr") == f"QR code that leads to {each.in_print}"
        assert picture.width == picture.height


def test_an_edition_without_an_address_has_no_qr_code(real: Checked) -> None:
    made = opened(slide(next(handouts(real.k)))).slides[0]
    assert not [shape for shape in made.shapes if shape.shape_type == 13]


def test_the_same_handout_makes_the_same_bytes(real: Checked) -> None:
    one = handout(real.k, "barnet", "school", TODAY, tally(real.k, TODAY))
    first, again = slide(one), slide(one)
    assert first == again
    with zipfile.ZipFile(io.BytesIO(first)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(TODAY.year, TODAY.month, TODAY.day, 0, 0, 0)}
        assert not [name for name in file.namelist() if "thumbnail" in name or "printerSettings" in name]
    assert slide(dataclasses.replace(one, title="Another")) != first


def test_texts_without_room_are_refused(real: Checked) -> None:
    one = handout(real.k, "barnet", "school", TODAY, tally(real.k, TODAY))
    with pytest.raises(ValueError, match="has no room for its texts"):
        slide(dataclasses.replace(one, first="Tell somebody who knows what to do. " * 40))


# --- the measure -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("font", "bold"), [(b"Helvetica", False), (b"Helvetica-Bold", True)])
def test_no_text_is_wider_than_its_measure(font: bytes, bold: bool) -> None:
    """Against the widths that another program has for the same letters."""
    with pypdfium2.PdfDocument.new() as document:
        letters = pypdfium2.raw.FPDFText_LoadStandardFont(document.raw, font)
        for code in range(32, 127):
            found = c_float()
            assert pypdfium2.raw.FPDFFont_GetGlyphWidth(letters, code, 1000.0, byref(found))
            assert found.value <= fit.width(chr(code), 1000, bold) <= found.value * fit.SLACK + 5, chr(code)
        pypdfium2.raw.FPDFFont_Close(letters)


def test_rows_break_between_words_and_a_long_word_takes_its_own() -> None:
    assert fit.rows(fit.Para((fit.Run("one two three", 10),)), 1000) == [10]
    assert fit.rows(fit.Para((fit.Run("one two three", 10),)), 45) == [10, 10]
    assert fit.rows(fit.Para((fit.Run("a ", 10), fit.Run("large", 30), fit.Run(" word", 10))), 1000) == [30]
    assert len(fit.rows(fit.Para((fit.Run("x" * 100, 10),)), 100)) > 4
    assert fit.height([fit.Para((fit.Run("one", 10),), before=5)], 100) == 5 + 10 * fit.LINE


def test_the_looks_go_from_the_largest_to_the_smallest() -> None:
    assert [look.small for look in LOOKS if look.warned] == sorted((look.small for look in LOOKS if look.warned), reverse=True)
    assert [look.small for look in LOOKS if not look.warned] == sorted((look.small for look in LOOKS if not look.warned), reverse=True)


# --- the decks ---------------------------------------------------------------------------------------------------------


def test_every_slide_of_every_deck_fits_and_can_be_read_aloud(decks: dict[str, bytes]) -> None:
    for name, file in decks.items():
        titles = []
        for number, made in enumerate(opened(file).slides, 1):
            assert list(faults(made)) == [], f"{name}, slide {number}"
            titles.append(made.shapes.title.text_frame.text)
        assert len(set(titles)) >= len(titles) - titles.count("Stop and ask"), name


def test_the_myth_deck_holds_every_card_with_its_answer_and_its_notes(real: Checked, decks: dict[str, bytes]) -> None:
    k = real.k
    slides = list(opened(decks["london-myth-deck"]).slides)
    assert len(slides) == len(k.myths) + 2
    for made, (slug, myth) in zip(slides[1:], sorted(k.myths.items(), key=lambda item: item[1].code), strict=False):
        said, aloud = "\n".join(texts(made)), spoken(made)
        assert made.shapes.title.text_frame.text.endswith(f"“{myth.claim}”")
        assert myth.answer in said
        assert myth.code in said
        assert f"/{myth.code.lower()}/" in said
        assert aloud.startswith(f"Say it in 20 seconds\n{myth.say}")
        facts = (*myth.true_in_it, *myth.evidence, *myth.criticism)
        wanted = (
            [fact.says for fact in facts] + [k.sources[id].title for fact in facts for id in fact.sources] + [myth.trainer_note, f"/myths/{slug}/"]
        )
        assert [text for text in wanted if text not in aloud] == []
        assert "No safeguarding lead has reviewed it yet." in aloud or myth.reviewed


def test_a_deck_ends_with_the_areas_slide_or_with_a_place_for_it(decks: dict[str, bytes], example: Knowledge) -> None:
    own = handout(example, "haringey", "school", TODAY, tally(example, TODAY))
    for name, file in decks.items():
        last = list(opened(file).slides)[-1]
        if name.startswith("example"):
            assert texts(last) == [para.text for block in layout(own) for para in block.paras]
            assert spoken(last) == "\n".join(notes(own))
        else:
            assert "Put your borough's slide here" in texts(last)
            assert "/cards/" in "\n".join(texts(last))
            assert "999" in "\n".join(texts(last))


@pytest.mark.parametrize("slug", SESSIONS)
def test_a_session_deck_shows_each_part_and_leaves_the_words_to_the_trainer(real: Checked, decks: dict[str, bytes], slug: str) -> None:
    session = real.k.sessions[slug]
    slides = list(opened(decks[f"london-{slug}"]).slides)
    shown = ["\n".join(texts(made)) for made in slides]
    aloud = [spoken(made) for made in slides]
    minute = 0
    for part in session.parts:
        number = next(number for number, text in enumerate(shown) if f"Minute {minute} to {minute + part.minutes}\n{part.name}" in text)
        minute += part.minutes
        assert [text for text in (*part.does, *part.say, *part.notes) if text not in aloud[number]] == []
        assert [text for text in part.say if text in shown[number]] == []
        for case in (real.k.scenarios[case] for case in part.cases):
            whole = "\n".join(shown)
            assert [text for text in (*case.facts, *case.pause) if text not in whole] == []
            assert [point.says for point in case.debrief if point.says in whole] == []
    everything_said = "\n".join((*shown, *aloud))
    for doubt in session.doubts:
        assert f"“{doubt.hears}”" in "\n".join(shown)
        assert doubt.say in "\n".join(aloud)
    for text in (*session.can_do, *session.handout.says, *session.limits, *(material.what for material in (*session.brings, *session.leave))):
        assert text in everything_said


def test_an_example_shows_its_facts_and_keeps_its_answer_in_the_notes(real: Checked, decks: dict[str, bytes]) -> None:
    examples = next(section for section in real.k.guides["thresholds"].sections if section.id == "examples").examples
    slides = [made for made in opened(decks["london-thresholds"]).slides if "Which side of the line?" in texts(made)]
    assert len(slides) == len(examples)
    for made, example in zip(slides, examples, strict=True):
        assert example.facts in texts(made)
        assert f"{SIDES[example.side]}. {example.why.says}" in spoken(made)
        assert example.why.says not in "\n".join(texts(made))


def test_the_sides_of_the_line_are_called_as_on_the_page() -> None:
    page = (ROOT / "theme" / "pages" / "guide.html").read_text(encoding="utf-8")
    assert all(words in page for words in SIDES.values())


def test_two_homes_name_both_pages_and_no_number(example: Knowledge, decks: dict[str, bytes]) -> None:
    slides = [made for made in opened(decks["example-change-the-address"]).slides if "One case, two homes" in texts(made)]
    assert slides
    for made in [made for made in slides if "First home" in "\n".join(texts(made))]:
        said = "\n".join(texts(made))
        pages = re.findall(r"prevent\.example\.org/([a-z-]+)/[a-z-]+", said)
        assert len(set(pages)) == 2
        assert not NUMBER.findall(said)
        assert "What changes: " in spoken(made)


def test_no_number_in_a_deck_comes_from_anywhere_but_a_record(real: Checked, example: Knowledge, decks: dict[str, bytes]) -> None:
    for name, file in decks.items():
        k = example if name.startswith("example") else real.k
        known = {
            number for contact in k.contacts.values() if not contact.hidden for number in (contact.phone, *contact.phone_alternatives, contact.sms)
        }
        for made in opened(file).slides:
            assert set(NUMBER.findall("\n".join((*texts(made), spoken(made))))) <= known, name


def test_a_deck_is_the_same_bytes_twice(real: Checked, decks: dict[str, bytes]) -> None:
    counted = tally(real.k, TODAY)
    assert myth_deck(real.k, TODAY, counted) == decks["london-myth-deck"]
    assert session_deck(real.k, "thresholds", TODAY, counted) == decks["london-thresholds"]


def test_every_address_in_a_deck_is_one_of_the_site(real: Checked, example: Knowledge, decks: dict[str, bytes]) -> None:
    from scripts.pages.site import site_paths

    for k, name in ((real.k, "london"), (example, "example")):
        known = {printed(k, path) for path in site_paths(k, prose_of(real.texts), TODAY)} | {printed(k, "/cards/")}
        for deck in (deck for deck in decks if deck.startswith(name)):
            for made in opened(decks[deck]).slides:
                foot = next(shape for shape in made.shapes if shape.name == "Where to read on").text_frame.paragraphs[0]
                for run in foot.runs:
                    if "/" in run.text:
                        assert run.text.partition("#")[0].rstrip("/") in {path.rstrip("/") for path in known}, f"{deck}: {run.text}"


# --- in another program ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office() -> str:
    """LibreOffice, with a font as wide as Arial: Debian's packages, installed where they are missing and that can be done."""
    found = program("soffice")
    arial = subprocess.run([program("fc-match"), "Arial"], capture_output=True, text=True).stdout
    if "Liberation" not in arial and "Arial" not in arial:
        pytest.fail("this test needs a font as wide as Arial. Run: sudo apt-get install fonts-liberation, then run the tests again")
    return found


def letters(text: str) -> str:
    """A text without what programs set in their own way: spaces, bullets, and hyphens at the end of a row."""
    return re.sub(r"[\s\x02\u00ad\ufffe•-]", "", text)


@pytest.mark.whole  # LibreOffice is installed where it is missing, which `make test` must not need
def test_libreoffice_opens_every_kind_and_no_text_leaves_its_box(
    office: str, everything: tuple[Handout, ...], decks: dict[str, bytes], tmp_path: Path
) -> None:
    """Every area's own slide, family and school in each, the longest texts there are, and every deck: the words of each box stand inside it."""
    longest = sorted(everything, key=lambda each: sum(len(para.text) for block in layout(each) for para in block.paras))[-40:]
    chosen = [each for each in everything if each.setting_slug in (None, "family", "school")] + longest
    files = {f"{'web-' if each.address else ''}{each.slug}": slide(each) for each in chosen} | decks
    for name, file in files.items():
        (tmp_path / f"{name}.pptx").write_bytes(file)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    sources = [str(tmp_path / f"{name}.pptx") for name in files]
    subprocess.run([office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *sources], check=True, capture_output=True)
    for name, file in files.items():
        slides = list(opened(file).slides)
        with pypdfium2.PdfDocument(tmp_path / f"{name}.pdf") as document:
            assert len(document) == len(slides), name
            for number, (made, page) in enumerate(zip(slides, document, strict=True), 1):
                text = page.get_textpage()
                high = page.get_height()
                for shape in made.shapes:
                    if shape.has_text_frame and shape.text_frame.text.strip():
                        left, top, right, bottom = box(shape)
                        inside = text.get_text_bounded(left - 1, high - bottom - 1, right + 1, high - top + 1)
                        assert letters(inside) == letters(shape.text_frame.text), f"{name}, slide {number}, {shape.name}"
