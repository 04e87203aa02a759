"""Prose by hand: what a line may ask of an edition, and which lines an edition shows."""

from __future__ import annotations

import dataclasses

import pytest

from scripts.build import Checked
from scripts.pages.facts import facts, has
from scripts.prose import CONDITIONS, FACTS, for_edition

TEXT = """# A page

[[with:owner]] **They** answer for it.
[[without:owner]] Nobody does.

[[with:about]] What they say.

- always
[[with:draft]] - a draft
[[with:draft]] [[without:owner]] - a draft that nobody owns

[[with:mailbox]] ## Write {#write}

The end.
"""


@pytest.mark.parametrize(
    ("edition", "shown"),
    [
        (set(), "# A page\n\nNobody does.\n\n- always\n\nThe end.\n"),
        ({"owner"}, "# A page\n\n**They** answer for it.\n\n- always\n\nThe end.\n"),
        ({"draft"}, "# A page\n\nNobody does.\n\n- always\n- a draft\n- a draft that nobody owns\n\nThe end.\n"),
        (
            {"owner", "about", "draft", "mailbox"},
            "# A page\n\n**They** answer for it.\n\nWhat they say.\n\n- always\n- a draft\n\n## Write {#write}\n\nThe end.\n",
        ),
    ],
)
def test_a_line_stands_only_where_all_it_asks_for_holds(edition: set[str], shown: str) -> None:
    assert for_edition(TEXT, edition) == shown


def test_what_can_be_asked_is_what_the_pages_have(real: Checked) -> None:
    """Every fact that prose may name has a value in the edition that shows everything, and no edition has another."""
    names: set[str] = set()
    conditions: set[str] = set()
    for slug in real.k.editions:
        k = dataclasses.replace(real.k, edition_id=slug)
        names |= set(facts(k))
        conditions |= has(k)
        assert set(facts(k)) <= has(k)
    assert names == set(FACTS)
    assert conditions == CONDITIONS - {"confirmed-core", "confirmed-only"}
