"""Compares our rendering with a floor, and the whole build with a peer, in one run: ratios to trust, seconds as they came.

The floor is bare Jinja: the same templates over the same records into the same bytes, with nothing loaded, checked or kept
between pages. The peer is stock Material for MkDocs on the same Markdown. Both sides run in turn, several times; the median counts.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scripts.build import ROOT, Checked, checked, day_of_build, pages_of, render_files, rendered_in
from scripts.load import read_record
from scripts.pages.addresses import Style, source_file
from scripts.pages.page import Page
from scripts.pages.render import Renderer
from scripts.pages.site import tally
from scripts.pages.write import write_files

ROUNDS = 5
STOCK_ROUNDS = 2
"""Stock Material writes every page into every page's navigation, and takes a minute or more."""
STOCK = """site_name: Stock
docs_dir: {docs}
site_dir: {site}
theme: {{name: material, font: false}}
plugins: [search]
markdown_extensions: [attr_list, tables]
"""


class Forgetful(dict[tuple[str, ...], object]):
    """Keeps nothing, so that every part is rendered anew for every page."""

    def __contains__(self, key: object) -> bool:
        return False


def ours() -> dict[str, bytes]:
    """Load, check and render, from files on disk."""
    read_record.cache_clear()
    return render_files(checked(ROOT))


def floor(case: Checked, pages: tuple[Page, ...]) -> dict[str, bytes]:
    """Bare Jinja over the same records."""
    renderer = Renderer(ROOT, case.k, case.today, Style.DIRECTORY, tally(case.k, case.today), {page.path: page.title for page in pages})
    renderer.parts = Forgetful()  # type: ignore[assignment]
    return {source_file(page.path): renderer.text(page).encode() for page in pages}


def timed(action: Callable[[], dict[str, bytes]]) -> tuple[float, dict[str, bytes]]:
    """How long an action takes, writing its files into an empty folder included."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        made = action()
        write_files(Path(folder), made)
        return time.perf_counter() - started, made


def main(say: Callable[[str], None]) -> int:
    """Print the figures; returns 1 if a bound of the issue tracker's first issue does not hold."""
    case = checked(ROOT, day_of_build())
    pages = pages_of(case)
    say(f"{len(pages)} pages; {ROUNDS} rounds of bare Jinja and ours in turn")
    floors, mine = [], []
    for _ in range(ROUNDS):
        seconds, bare = timed(lambda: floor(case, pages))
        floors.append(seconds)
        seconds, made = timed(ours)
        mine.append(seconds)
        different = [name for name in bare if bare[name] != made[name]]
        if different:
            say(f"not the same bytes: {different[0]}")
            return 1
    ratio = statistics.median(a / b for a, b in zip(mine, floors, strict=True))
    print(
        f"load, rules and render: {statistics.median(mine):.2f} s; bare Jinja, same bytes: {statistics.median(floors):.2f} s; ratio {ratio:.2f} (bound 2)"
    )

    say(f"{ROUNDS} rounds of the whole build, {STOCK_ROUNDS} of stock Material on the same Markdown")
    builds, stocks = [], []
    with tempfile.TemporaryDirectory() as folder:
        docs, config = Path(folder) / "docs", Path(folder) / "mkdocs.yml"
        shutil.copytree(rendered_in(ROOT), docs)
        config.write_text(STOCK.format(docs=docs, site=Path(folder) / "stock"))
        for round in range(ROUNDS):
            builds.append(_seconds([sys.executable, "-m", "scripts", "build"]))
            if round < STOCK_ROUNDS:
                stocks.append(_seconds([sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(config)]))
    each = statistics.median(builds) / len(pages) * 1000
    print(f"whole build: {statistics.median(builds):.2f} s, {each:.1f} ms a page (bound 6); quickest {min(builds) / len(pages) * 1000:.1f}; "
          f"stock Material: {statistics.median(stocks):.2f} s; ratio {statistics.median(builds) / statistics.median(stocks):.2f}")  # fmt: skip
    return int(ratio > 2 or each > 6)


def _seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, capture_output=True)
    return time.perf_counter() - started
