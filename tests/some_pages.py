"""A few pages of a project, rendered without the other thousand."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from scripts import permalinks
from scripts.build import ASSETS, ROOT, Checked, pages_of
from scripts.pages.addresses import Style, source_file
from scripts.pages.render import Renderer
from scripts.pages.site import tally
from scripts.prose import names


def some_pages(case: Checked, addresses: Collection[str], style: Style = Style.DIRECTORY, root: Path = ROOT) -> dict[str, bytes]:
    """The Markdown files of those pages, and with them what MkDocs would miss; and the assets but for the search.

    What it would miss: the pages in the navigation, the pages by hand, and those that they name. The anchors that moved are in all of them.
    """
    pages = pages_of(case)
    named = {found.id.partition("#")[0] for page in pages if page.prose for found in names(page.prose.text) if found.kind == "page"}
    wanted = {*addresses, *named}
    titles = {page.path: page.title for page in pages}
    renderer = Renderer(root, case.k, case.today, style, tally(case.k, case.today), titles)
    made = {source_file(page.path): renderer.text(page).encode() for page in pages if page.landing or page.prose or page.path in wanted}
    assets = (path for path in sorted((root / "docs" / ASSETS).rglob("*")) if path.is_file())
    made |= {path.relative_to(root / "docs").as_posix(): path.read_bytes() for path in assets}
    return permalinks.with_old_anchors(case.k, made, style, titles)
