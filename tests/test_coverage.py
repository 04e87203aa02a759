"""/coverage/ says of every area and slot how it stands, in words and in few bytes; an area's own page says it in full."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag

from scripts.build import Checked, render_files
from scripts.model import Slot
from scripts.standing import Standing

Row = tuple[str, ...]
MOST = 250
"""Bytes of a row, more or less: what one more area adds to the page."""


@pytest.fixture(scope="module")
def made(real: Checked) -> dict[str, bytes]:
    """Every rendered file of the real site."""
    return render_files(real)


def table(made: dict[str, bytes], name: str) -> Tag:
    found = BeautifulSoup(made[name], "html.parser").select_one("table.pp-matrix")
    assert found is not None
    return found


def standing(real: Checked, area: str, slot: Slot) -> set[str]:
    """The words that may stand for a slot: its standing; where nothing is shown, why not."""
    found = real.case.answers[area, False][slot].standing
    return {"Not found", "Held", "Withdrawn"} if found is Standing.NOT_FOUND else {found.replace("-", " ").capitalize()}


def test_a_row_says_how_every_slot_stands_in_words_and_what_stands_first_in_bold(real: Checked, made: dict[str, bytes]) -> None:
    rows = table(made, "coverage/index.md").select("tbody tr")
    assert len(rows) == len(real.k.areas)
    by_name = {area.name: slug for slug, area in real.k.areas.items()}
    for row in rows:
        head = row.select_one('th[scope="row"]')
        assert head is not None
        slug = by_name[head.get_text(strip=True)]
        cells = row.select("td")
        assert len(cells) == len(Slot) + 1
        for cell, slot in zip(cells, Slot, strict=False):
            assert cell.get_text() in standing(real, slug, slot)
            assert bool(cell.select("b")) == real.case.answers[slug, False][slot].local_first


def test_every_column_has_a_header(made: dict[str, bytes]) -> None:
    heads = table(made, "coverage/index.md").select('thead th[scope="col"]')
    assert len(heads) == len(Slot) + 2
    assert all(head.get_text(strip=True) for head in heads)


def test_a_row_costs_few_bytes(real: Checked, made: dict[str, bytes]) -> None:
    body = table(made, "coverage/index.md").select_one("tbody")
    assert body is not None
    assert len(str(body).encode()) / len(real.k.areas) < MOST


def test_the_page_of_an_area_says_the_same_slot_by_slot_and_leads_on(real: Checked, made: dict[str, bytes]) -> None:
    for slug in real.k.areas:
        rows = table(made, f"coverage/{slug}/index.md").select("tbody tr")
        assert len(rows) == len(Slot)
        for row, slot in zip(rows, Slot, strict=True):
            said, first = (cell.get_text() for cell in row.select("td"))
            assert said in standing(real, slug, slot)
            assert (first == "The local contact") == real.case.answers[slug, False][slot].local_first
        text = made[f"coverage/{slug}/index.md"].decode()
        for address in (f"../../{slug}/", f"../../sources/{slug}/", f"../../data/due/{slug}.ics", "../../coverage/#words"):
            assert f'href="{address}"' in text
