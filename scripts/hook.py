"""The MkDocs hook: renders before each build, so that plain `mkdocs build` and `mkdocs serve` work and a YAML edit reloads the page.

It decides nothing about content. The rest of it only saves time, and a site built without it is the same byte for byte
(tests/test_site.py builds both ways and compares):

- A page that is one HTML block is handed to MkDocs as it is; Python-Markdown would pass it through unchanged, only slowly.
- Around the block and the title of pages outside the navigation Material's template writes the same page a thousand times,
  but for the depth of its links. It writes the first of each depth; the others are put into that shell.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

from mkdocs.exceptions import Abort

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from scripts import manifest  # noqa: E402
from scripts.build import RENDERED_ALREADY, UNUSED, Checked, builder, lay_prints, render  # noqa: E402
from scripts.pages.render import compiled_templates, frame  # noqa: E402
from scripts.pages.write import Occupied  # noqa: E402
from scripts.problem import Refused, summary  # noqa: E402
from scripts.problem import render as problem_text  # noqa: E402

BLOCK = ('<div class="pp">\n', '<div class="pp pp--')
SHELL = "shell.html"
"""A template of the theme that prints a page made already."""

_blocks: dict[str, str] = {}
_listed: set[str] = set()
"""The pages in the navigation: `previous` and `next` and the footer's links are their own, so no shell fits them."""
_shells: dict[int, str] = {}
_case: list[Checked] = []
"""What was rendered, where this hook did it."""
_first: set[int] = set()


def on_pre_build(config: Any) -> None:
    """Render the pages of the edition whose folder `docs_dir` names; stop the build, with every problem, when the files cannot be used."""
    _blocks.clear()
    _listed.clear()
    _shells.clear()
    _first.clear()
    _case.clear()
    if RENDERED_ALREADY in os.environ:
        return
    try:
        _case.append(render(ROOT, edition=Path(config.docs_dir).name).case)
        edition = _case[0].k.edition
    except Refused as refused:
        raise Abort(f"\n{problem_text(refused.problems, 'text')}\n{summary(refused.problems)}; nothing was built") from None
    except Occupied as occupied:
        raise Abort(str(occupied)) from None
    config.site_name, config.extra["edition"] = edition.name, frame(edition)


def on_nav(nav: Any, *, config: Any, files: Any) -> None:
    """Note which pages stand in the navigation (MkDocs counts them among `not_in_nav` too, since its pattern names every page)."""
    _listed.update(page.file.src_uri for page in nav.pages)


def on_env(env: Any, *, config: Any, files: Any) -> Any:
    """Keep Material's templates compiled between builds."""
    env.bytecode_cache = compiled_templates(ROOT)
    return env


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """Keep a page that is one HTML block away from Python-Markdown."""
    if not (markdown.startswith(BLOCK) and markdown.endswith("\n</div>\n")):
        return markdown
    _blocks[page.file.src_uri] = markdown.rstrip("\n")
    return ""


def on_page_content(html: str, *, page: Any, config: Any, files: Any) -> str:
    """Give a block back as the page's content; one outside the navigation waits for its shell."""
    if not _waits(page):
        return _blocks.pop(page.file.src_uri, html)
    if _depth(page) in _first:
        page.meta["template"] = SHELL
    _first.add(_depth(page))
    return ""


def on_page_context(context: dict[str, Any], *, page: Any, config: Any, nav: Any) -> dict[str, Any]:
    """Fill a waiting page: by Material's template the first time, then by the shell."""
    if _waits(page):
        page.content = _blocks[page.file.src_uri]
        if page.meta.get("template") == SHELL:
            context["shell"] = _fill(_shells[_depth(page)], page)
    return context


def on_post_page(output: str, *, page: Any, config: Any) -> str:
    """Keep the first page as the shell for the others of its depth (relative links differ by depth only)."""
    if _waits(page) and page.meta.get("template") != SHELL:
        shell = output
        for mark, text in _parts(page):
            assert shell.count(text) == 1, f"{page.file.src_uri}: the page cannot serve as a shell"
            shell = shell.replace(text, mark)
        _shells[_depth(page)] = shell
    return output


def on_post_build(*, config: Any) -> None:
    """Take out what no page of ours uses, and lay the cards as files and the manifest, which `build_site` does itself."""
    for unused in UNUSED:
        shutil.rmtree(Path(config.site_dir) / "assets" / unused, ignore_errors=True)
    if RENDERED_ALREADY not in os.environ:
        lay_prints(Path(config.site_dir), ROOT, _case[0].k, _case[0].today)
        manifest.lay(Path(config.site_dir), ROOT, builder())


def _waits(page: Any) -> bool:
    return page.file.src_uri in _blocks and page.file.src_uri not in _listed and "redirect" not in page.meta


def _depth(page: Any) -> int:
    return int(page.url.count("/"))


def _parts(page: Any) -> tuple[tuple[str, str], ...]:
    """What differs between two such pages, with a mark that no text can hold."""
    title, description = page.meta["title"], page.meta["description"]
    return (
        ("\x01block\x01", page.content),
        ("\x01title\x01", f"<title>{title} "),
        ("\x01description\x01", f'<meta name="description" content="{description}">'),
    )


def _fill(shell: str, page: Any) -> str:
    for mark, text in reversed(_parts(page)):
        shell = shell.replace(mark, text, 1)
    return shell
