"""What prose may say of the edition that is being made: the values of [[edition:…]], and what holds for [[with:…]] (scripts/prose.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from scripts.load import Knowledge
from scripts.pages import words
from scripts.pages.markdown import in_markdown

COMPLIES = {"fully": "is fully compliant", "partly": "is partially compliant", "not": "is not compliant"}
"""What an owner found (Accessibility.complies), as its statement says it."""


def facts(k: Knowledge) -> Mapping[str, Markup]:
    """The facts that the edition has, by the name that prose gives them, ready to stand in Markdown."""
    edition, statement = k.edition, k.edition.accessibility
    mailbox = Markup('<a href="mailto:{0}">{0}</a>').format(in_markdown(edition.mailbox)) if edition.mailbox else None
    found: dict[str, Markup | str | None] = {
        "name": edition.name,
        "owner": edition.owner,
        "mailbox": mailbox,
        "areas": words.listing([k.areas[slug].name for slug in edition.areas]),
        "settings": words.listing([k.settings[slug].name for slug in edition.settings]),
        "about": Markup("\n\n").join(map(in_markdown, edition.about)),
    }
    if statement:
        found |= {
            "prepared": words.day(statement.prepared),
            "complies": COMPLIES[statement.complies],
            "not-accessible": _list(statement.not_accessible),
            "answer-within": statement.answer_within,
        }
    return {name: value if isinstance(value, Markup) else in_markdown(value) for name, value in found.items() if value}


def has(k: Knowledge) -> frozenset[str]:
    """What the edition has of the conditions that prose may ask for."""
    statement = k.edition.accessibility
    return frozenset({*facts(k), k.edition.policy} | ({"public-body"} if statement and statement.public_body else set()))


def _list(items: Sequence[str]) -> Markup:
    return Markup("\n").join(Markup("- {}").format(in_markdown(item)) for item in items)
