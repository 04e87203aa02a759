"""What a page is. `site` and `subjects` make them, `render` turns them into text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.prose import Text

Trail = tuple[tuple[str, str], ...]

HOME = ("/", "Home")
AREAS = ("/areas/", "Your borough")
SETTINGS = ("/settings/", "Your job or role")


@dataclass(frozen=True)
class Page:
    """One page: its path from the site's root, its title and description, and how its body is made."""

    path: str
    title: str
    description: str
    template: str = ""
    """The template in theme/pages/; empty for prose."""
    context: Mapping[str, Any] = field(default_factory=dict)
    prose: Text | None = None
    """The Markdown by hand, for a prose page."""
    landing: bool = False
    """Whether it stands in the navigation."""
    trail: tuple[tuple[str, str], ...] = ()
    """The pages above it, as (path, title)."""
    source: str = ""
    """The file an editor changes to change this page."""
    redirect: str = ""
    """The path this page leads on to by itself: a short code's page."""


@dataclass(frozen=True)
class Tally:
    """How many contact points the site shows and how many of them a person has confirmed."""

    shown: int
    confirmed: int
