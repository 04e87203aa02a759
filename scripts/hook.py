"""The MkDocs hook: renders before each build, so that plain `mkdocs build` and `mkdocs serve` work and a YAML edit reloads the page.

It decides nothing about content. It also hands MkDocs the pages that are one HTML block as they are: Python-Markdown passes
such a block through unchanged, only slowly (tests/test_site.py builds both ways and compares).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from mkdocs.exceptions import Abort

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from scripts.build import RENDERED_ALREADY, render  # noqa: E402
from scripts.pages.write import Occupied  # noqa: E402
from scripts.problem import Refused, summary  # noqa: E402
from scripts.problem import render as problem_text  # noqa: E402

BLOCK = '<div class="pp">\n'
_blocks: dict[str, str] = {}


def on_pre_build(config: Any) -> None:
    """Render the pages; stop the build, with every problem, when the files cannot be used."""
    if RENDERED_ALREADY in os.environ:
        return
    try:
        render(ROOT)
    except Refused as refused:
        raise Abort(f"\n{problem_text(refused.problems, 'text')}\n{summary(refused.problems)}; nothing was built") from None
    except Occupied as occupied:
        raise Abort(str(occupied)) from None


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """Keep a page that is one HTML block away from Python-Markdown."""
    if markdown.startswith(BLOCK) and markdown.endswith("\n</div>\n"):
        _blocks[page.file.src_uri] = markdown.rstrip("\n")
        return ""
    return markdown


def on_page_content(html: str, *, page: Any, config: Any, files: Any) -> str:
    """Give the block back as the page's content."""
    return _blocks.pop(page.file.src_uri, html)
