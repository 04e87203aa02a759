"""The way from files to a rendered folder and to a site: load, check, render, write, build. The commands and the hook call this."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts import agreed, files, manifest, permalinks
from scripts.exports import data, due, feed
from scripts.load import EDITION, Knowledge, load
from scripts.pages.addresses import Style, source_file
from scripts.pages.edition import view
from scripts.pages.handouts import handouts
from scripts.pages.page import Page
from scripts.pages.render import Renderer, frame
from scripts.pages.search import SCRIPT, script
from scripts.pages.site import site_pages, site_paths, tally, with_a_to_z
from scripts.pages.write import Written, write_files
from scripts.prints import make
from scripts.prints.decks import decks
from scripts.problem import Problem, Refused
from scripts.prose import Text, read_texts
from scripts.rules import RULES, check, name
from scripts.rules.case import Case

ROOT = Path(__file__).resolve().parent.parent
ASSETS = "assets"
UNUSED = ("images", "javascripts", "stylesheets")
"""What a theme puts into the assets and no page of ours uses: 2.5 MB."""
RENDERED_ALREADY = "PREVENT_PATHWAYS_RENDERED"
"""Set while `build_site` runs: tells the hook that the pages are fresh."""


@dataclass(frozen=True)
class Checked:
    """Knowledge that broke no rule, with the texts by hand."""

    case: Case
    promised: str | None = None
    """The addresses that must answer for ever (pathways/permalinks.txt), empty where the file is missing. None: not asked."""

    @property
    def k(self) -> Knowledge:
        """The knowledge, whole."""
        return self.case.k

    @property
    def texts(self) -> tuple[Text, ...]:
        """The prose and the templates."""
        return self.case.texts

    @property
    def today(self) -> datetime.date:
        """The day the standings are judged on."""
        return self.case.today


@dataclass(frozen=True)
class Rendered:
    """What was rendered, and what writing it came to."""

    case: Checked
    written: Written


def rendered_in(root: Path, edition: str = EDITION, style: Style = Style.DIRECTORY) -> Path:
    """The folder an edition is rendered into, each address style into its own. `docs_dir` in mkdocs.yml names London's; it is in git, empty, because MkDocs looks for it before any hook runs."""
    return root / "rendered" / (edition if style is Style.DIRECTORY else f"{edition}-offline")


def site_in(root: Path, edition: str = EDITION) -> Path:
    """The folder an edition's site is built into: London's is site/, another's site-<edition>/."""
    return root / ("site" if edition == EDITION else f"site-{edition}")


def day_of_build() -> datetime.date:
    """Today, or the day SOURCE_DATE_EPOCH names (https://reproducible-builds.org/specs/source-date-epoch/)."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC).date() if epoch else datetime.date.today()


def checked(root: Path = ROOT, today: datetime.date | None = None, edition: str = EDITION) -> Checked:
    """Load and check everything for one edition. A change of several files that was stopped midway is finished first.

    Raises:
        Refused: with every problem, when the files cannot be read or a rule is broken.
    """
    day = today or day_of_build()
    files.finish(root)
    register = files.text(root / agreed.FILE) if edition == EDITION else None  # another edition's own values are its owner's to agree to
    try:
        k, texts = load(root, edition), read_texts(root)
    except Refused as refused:
        raise Refused((*refused.problems, *agreed.gone(refused.problems, register or ""))) from None
    case = Case(k, day, texts, site_paths(k, prose_of(texts), day), register)
    if problems := check(case):
        raise Refused(problems)
    return Checked(case, files.text(root / permalinks.FILE))


def prose_of(texts: tuple[Text, ...]) -> tuple[Text, ...]:
    """The texts that are pages by hand."""
    return tuple(text for text in texts if text.path.startswith("docs/"))


def shown(case: Checked) -> Knowledge:
    """What the edition shows."""
    return view(case.k, prose_of(case.texts))


def pages_of(case: Checked) -> tuple[Page, ...]:
    """Every page of the edition's site."""
    k = shown(case)
    described = tuple((name(rule), " ".join((rule.__doc__ or "").split())) for rule in RULES)
    promised = permalinks.promised(case.promised or "")
    return with_a_to_z(k, tuple(site_pages(k, case.today, case.case.answers, prose_of(case.texts), described, promised)))


def render_files(case: Checked, style: Style = Style.DIRECTORY, root: Path = ROOT) -> dict[str, bytes]:
    """Every file MkDocs is to read: the pages as Markdown, the assets, and the data for other programs.

    Raises:
        Refused: when an address or anchor of an earlier release would no longer answer.
    """
    k = shown(case)
    pages = pages_of(case)
    titles = {page.path: page.title for page in pages}
    renderer = Renderer(root, k, case.today, style, tally(k, case.today), titles)
    made = {source_file(page.path): renderer.text(page).encode() for page in pages}
    made = permalinks.with_old_anchors(k, made, style, titles)
    made |= due.files(k, case.today) | feed.files(k, case.today) | data.files(k, case.today, case.case.answers)
    if problems := permalinks.check(k, made, case.promised):
        raise Refused(problems)
    made[SCRIPT] = script(k, pages, style, root / "theme")
    for path in sorted((root / "docs" / ASSETS).rglob("*")):
        if path.is_file():
            made[path.relative_to(root / "docs").as_posix()] = path.read_bytes()
    return made


def render(root: Path = ROOT, today: datetime.date | None = None, edition: str = EDITION) -> Rendered:
    """Load, check and render an edition into its rendered folder; the hook calls this too.

    Raises:
        Refused: with every problem; nothing is written then.
    """
    case = checked(root, today, edition)
    return Rendered(case, write_files(rendered_in(root, edition), render_files(case, root=root)))


def lay_prints(site: Path, root: Path, k: Knowledge, today: datetime.date) -> int:
    """Put the edition's cards, posters, slides and decks beside their pages in a built site, as its `downloads` says; returns how many.

    Raises:
        Refused: when the words of one do not fit.
    """
    if k.edition.downloads == "none":
        return 0
    small = view(k, prose_of(read_texts(root)))
    counted = tally(small, today)
    found = handouts(small, today, counted, settings=None if k.edition.downloads == "all" else (None,))
    wanted = [job for handout in found for job in make.offered(k.edition, handout) if (site / job.path).parent.is_dir()]
    try:
        for item in make.made(wanted, root / make.CACHE):
            files.write(site / item.job.path, item.content)
    except make.TooLong as too_long:
        raise Refused([Problem(k.home("edition", k.edition_id).path, 1, 1, "too-long", str(too_long), "or let downloads: say none")]) from None
    facts = files.sum_of(root / "pathways")
    made = decks(small, today, counted)
    for path, deck in made.items():
        if (site / path).parent.is_dir():
            files.write(site / path, make.once(root / make.CACHE, f"{path} {k.edition_id} {today} {facts}", deck))
    return len(wanted) + len(made)


def build_site(
    root: Path, site: Path, say: Callable[[str], None], k: Knowledge, style: Style = Style.DIRECTORY, today: datetime.date | None = None
) -> int:
    """Build the rendered folder of the edition in `k` with MkDocs into `site`. The last good site stays until the new one is whole.

    The site holds its manifest (scripts/manifest.py), and its cards as files. `today`: the day they carry; left out, the day of the build.

    Returns:
        The number of HTML pages in the new site.

    Raises:
        mkdocs.exceptions.MkDocsException: when MkDocs refuses.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    os.environ.setdefault("DISABLE_MKDOCS_2_WARNING", "true")
    from mkdocs.commands.build import build  # imported here: checking needs no MkDocs
    from mkdocs.config import load_config

    files.restore(site)
    fresh = site.with_name(f".{site.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    say("building the site with MkDocs")
    with (root / "mkdocs.yml").open("rb") as settings:
        web = style is Style.DIRECTORY
        own: dict[str, Any] = {
            "docs_dir": str(rendered_in(root, k.edition_id, style)),
            "site_name": k.edition.name,
            "site_url": (k.edition.base_address or "") if web else "",
            "extra": {"generator": False, "edition": frame(k.edition)},
        }
        config = load_config(settings, site_dir=str(fresh), strict=True, use_directory_urls=web, **own)
    config.plugins.on_startup(command="build", dirty=False)
    os.environ[RENDERED_ALREADY] = "1"
    try:
        build(config)
    finally:
        del os.environ[RENDERED_ALREADY]
        config.plugins.on_shutdown()
    lay_prints(fresh, root, k, today or day_of_build())
    manifest.lay(fresh, root, builder())
    files.swap_in(fresh, site)
    return sum(1 for _ in site.rglob("*.html"))


def builder() -> str:
    """What turns the rendered pages into a site, with its version."""
    return f"mkdocs {importlib.metadata.version('mkdocs')}"
