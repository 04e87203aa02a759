"""A deck of slides: real text, notes, alternative texts, a reading order, and the same bytes for the same content.

All measures are points on a slide of 960 by 540 (16:9). Reading order is the order in which things are put on a slide.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import segno
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Pt

from scripts.prints import qr
from scripts.prints.fit import Para, Run, height

WIDE, HIGH = 960.0, 540.0
EDGE = 24.0
"""What stays free at the left and the right."""

INK, QUIET, ACCENT, PAPER, SOFT = "14211f", "475755", "0b5c5a", "ffffff", "f3f6f5"
DANGER, DANGER_GROUND, CARE, CARE_GROUND = "8c1414", "fdf1ef", "6b4200", "fff6e2"
"""The colours of the pages (theme/material/style.html), so that screen, paper and slide look alike."""

SPARE = 1.5
"""What a box is higher than its text."""

FONT = "Arial"
"""On Windows and macOS; Linux takes Liberation Sans, which is as wide."""
LANGUAGE = "en-GB"

_DECORATIVE = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}">'
    '<adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)
"""How PowerPoint marks a shape that a screen reader passes over."""


@dataclass(frozen=True)
class Box:
    """A place on a slide."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class Block:
    """A text in its place. `name` is what a screen reader's list of shapes calls it."""

    name: str
    box: Box
    paras: tuple[Para, ...]
    ground: str | None = None
    inset: tuple[float, float] = (0, 0)
    """Room inside the box, at its sides and above and below."""

    @property
    def needs(self) -> float:
        """The height that its text takes, with the room inside."""
        return height(self.paras, self.box.width - 2 * self.inset[0]) + 2 * self.inset[1] + SPARE


def para(text: str, size: float, bold: bool = False, colour: str = INK, before: float = 0, bullet: bool = False) -> Para:
    """A paragraph in one size, weight and colour."""
    return Para((Run(text, size, bold, colour),), before, bullet)


def new_deck() -> Any:
    """An empty deck in 16:9 with one layout, which holds a title and nothing else."""
    return Presentation(io.BytesIO(_empty()))


@cache
def _empty() -> bytes:
    """python-pptx's own empty deck, made ours: 16:9, one layout, Arial, no thumbnail, nothing that is never shown."""
    deck: Any = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDE), Pt(HIGH)
    master = deck.slide_master
    title_only = deck.slide_layouts.get_by_name("Title Only")
    for layout in list(deck.slide_layouts):
        if layout is not title_only:
            deck.slide_layouts.remove(layout)
    for holder in (master, title_only):
        for shape in list(holder.placeholders):
            if shape.placeholder_format.type not in (1, 2):  # title and body; the master must keep both
                shape._element.getparent().remove(shape._element)
    for shape in master.placeholders:
        top, high = (30.0, 50.0) if shape.placeholder_format.type == 1 else (110.0, 400.0)
        _place(shape, Box(EDGE, top, WIDE - 2 * EDGE, high))
    package = deck.part.package
    for kind in (RELATIONSHIP_TYPE.THUMBNAIL, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES):
        _forget(package._rels, kind)
    _forget(deck.part.rels, RELATIONSHIP_TYPE.PRINTER_SETTINGS)
    theme = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme._blob = theme.blob.replace(b'<a:latin typeface="Calibri"/>', f'<a:latin typeface="{FONT}"/>'.encode())
    for part in (master, title_only, deck.notes_master):
        _speak(part._element)
    return _saved(deck, datetime.datetime(2000, 1, 1))


def _forget(relations: Any, kind: str) -> None:
    for id in [id for id, relation in relations.items() if relation.reltype == kind]:
        relations.pop(id)


def _speak(element: Any) -> None:
    """Every text in our language, as a screen reader needs it."""
    for found in element.iter(qn("a:rPr"), qn("a:endParaRPr"), qn("a:defRPr")):
        found.set("lang", LANGUAGE)
        found.attrib.pop("smtClean", None)


def new_slide(deck: Any, title: Block) -> Any:
    """A slide with its title in the title's own place, so that programs can list it."""
    slide = deck.slides.add_slide(deck.slide_layouts[0])
    shape = slide.shapes.title
    shape.name = "Title"
    _fill(shape, title)
    return slide


def ground(slide: Any, colour: str) -> None:
    """The colour of the whole slide."""
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = _colour(colour)


def put(slide: Any, block: Block) -> Any:
    """A text on a slide, after everything that is there."""
    shape = slide.shapes.add_textbox(0, 0, 0, 0)
    shape.name = block.name
    _fill(shape, block)
    return shape


def bar(slide: Any, box: Box, colour: str) -> None:
    """A stripe that says nothing and is marked so."""
    shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, 0, 0)
    shape.name = "Decoration"
    _place(shape, box)
    shape.fill.solid()
    shape.fill.fore_color.rgb = _colour(colour)
    shape.line.fill.background()
    shape._element.remove(shape._element.find(qn("p:style")))  # it would throw a shadow
    _speak(shape._element)
    shape._element.nvSpPr.cNvPr.append(parse_xml(_DECORATIVE))


def picture_of(slide: Any, address: str, box: Box) -> None:
    """The QR code of an address: a picture in a square box, with words for those who cannot see it."""
    drawn = io.BytesIO()
    segno.make(address, error=qr.CORRECTION, micro=False).save(drawn, kind="png", scale=10, border=qr.QUIET)
    drawn.seek(0)
    shape = slide.shapes.add_picture(drawn, Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height))
    shape.name = "QR code"
    shape._element.nvPicPr.cNvPr.set("descr", qr.spoken(address))


def note(slide: Any, lines: Iterable[str]) -> None:
    """The speaker's notes, a paragraph a line."""
    frame = slide.notes_slide.notes_text_frame
    frame.text = "\n".join(lines)
    _speak(slide.notes_slide._element)
    for run in slide.notes_slide._element.iter(qn("a:r")):
        run.get_or_add_rPr().set("lang", LANGUAGE)


def finished(deck: Any, title: str, owner: str, made_on: datetime.date) -> bytes:
    """The deck as a file: titled, dated, and the same bytes whenever it is made of the same things."""
    said = deck.core_properties
    midnight = datetime.datetime(made_on.year, made_on.month, made_on.day)
    said.title, said.author, said.last_modified_by, said.language = title, owner, owner, LANGUAGE
    said.created = said.modified = midnight
    said.revision, said.subject, said.keywords, said.comments, said.category = 1, "", "", "", ""
    return _saved(deck, midnight)


def _saved(deck: Any, when: datetime.datetime) -> bytes:
    """The deck as a zip in which every file bears the same time: python-pptx writes the time of day."""
    drawn, made = io.BytesIO(), io.BytesIO()
    deck.save(drawn)
    with zipfile.ZipFile(drawn) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (when.year, when.month, when.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return made.getvalue()


def _colour(name: str) -> RGBColor:
    return RGBColor(*bytes.fromhex(name))  # type: ignore[no-untyped-call]


def _place(shape: Any, box: Box) -> None:
    shape.left, shape.top, shape.width, shape.height = Pt(box.left), Pt(box.top), Pt(box.width), Pt(box.height)


def _fill(shape: Any, block: Block) -> None:
    _place(shape, block.box)
    frame = shape.text_frame
    frame.word_wrap = True
    frame.auto_size = MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = Pt(block.inset[0])
    frame.margin_top = frame.margin_bottom = Pt(block.inset[1])
    if block.ground:
        shape.fill.solid()
        shape.fill.fore_color.rgb = _colour(block.ground)
    for number, wanted in enumerate(block.paras):
        _write(frame.paragraphs[0] if number == 0 else frame.add_paragraph(), wanted)


def _write(made: Any, wanted: Para) -> None:
    made.alignment = PP_ALIGN.LEFT
    made.space_before = Pt(wanted.before)
    settings = made._p.get_or_add_pPr()
    if wanted.bullet:
        indent = Pt(wanted.indent)
        settings.set("marL", str(indent))
        settings.set("indent", str(-indent))
        settings.append(parse_xml('<a:buChar xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" char="•"/>'))
    for run in wanted.runs:
        put_in = made.add_run()
        put_in.text = run.text
        font = put_in.font
        font.size, font.bold, font.name = Pt(run.size), run.bold, FONT
        font.color.rgb = _colour(run.colour)
        put_in._r.get_or_add_rPr().set("lang", LANGUAGE)
