"""Every need that the two boards and the evidence name is answered where tests/needs.yml says, in the words it gives."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup, Tag

from scripts.build import ROOT

ROWS: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "needs.yml").read_text(encoding="utf-8"))
IDS = [f"{letters}{number}" for letters, last in (("Ha", 31), ("Ba", 32), ("N", 15)) for number in range(1, last + 1)]
MOST_OPEN = 8


@functools.cache
def read(path: Path) -> BeautifulSoup:
    """A page of the site; many needs lead to the same one."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def words_at(site: Path, address: str) -> str:
    """The words of the section that an address leads to; of the page's own part where it names no section."""
    path, _, anchor = address.partition("#")
    assert path.startswith("/"), f"{address} is no address"
    assert path.endswith("/"), f"{address} is no address"
    file = site / path.strip("/") / "index.html"
    assert file.is_file(), f"there is no page {path}"
    found = read(file).find(id=anchor or "main")
    assert isinstance(found, Tag), f"{path} has no part called {anchor}"
    parts = [found]
    if re.fullmatch("h[1-6]", found.name):  # on a page by hand a heading has the anchor, and its section is what follows it
        for tag in found.find_next_siblings():
            if re.fullmatch("h[1-6]", tag.name) and tag.name <= found.name:
                break
            parts.append(tag)
    return " ".join(" ".join(tag.get_text() for tag in parts).split())


def test_every_need_is_listed_once() -> None:
    assert sorted(row["id"] for row in ROWS) == sorted(IDS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_need_is_answered_where_the_list_says(row: dict[str, Any], site: Path) -> None:
    assert set(row) <= {"id", "need", "at", "says", "also", "open"}
    assert row["need"].strip()
    assert len(row["says"].split()) >= 2, "words that stand on no other page by chance"
    assert " ".join(row["says"].split()) in words_at(site, row["at"])
    for address in row.get("also", ()):
        assert words_at(site, address)


def test_few_needs_are_open_and_each_says_what_is_missing() -> None:
    unanswered = {row["id"]: row["open"] for row in ROWS if "open" in row}
    assert len(unanswered) <= MOST_OPEN, unanswered
    assert all(text.strip().endswith(".") for text in unanswered.values())


@pytest.mark.parametrize("id", [row["id"] for row in ROWS if "open" in row])
def test_still_open(id: str, site: Path) -> None:
    """Names each open need in the list of tests; its nearest page is there."""
    (row,) = (row for row in ROWS if row["id"] == id)
    assert words_at(site, row["at"])
