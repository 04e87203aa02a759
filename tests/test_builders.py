"""Three builders make one site: MkDocs, which we use, and ProperDocs and Zensical, to which we could move (docs/publish/builders.md).

`make test` tries what needs no other builder. `make test-all` gets the other two and builds the whole of London with each: every page
must be the page that MkDocs makes, letter for letter, but for the differences listed here; and the tasks and the queries are tried
again on each. test_tasks and test_search lend their tests: those that are imported here run on the other builders' sites.
"""

from __future__ import annotations

import difflib
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser

from scripts import builders
from scripts.build import ROOT, Checked, checked, pages_of, rendered_in
from scripts.builders import OTHERS, Stopped
from scripts.manifest import MANIFEST
from scripts.pages.search import SCRIPT
from scripts.pages.write import write_files
from tests.browsing import DESKTOP, PHONE, Device, open_search, search, visit
from tests.conftest import TODAY, serving
from tests.some_pages import some_pages
from tests.test_search import QUERIES, test_the_list_of_misses_is_the_truth, test_what_people_type_finds_the_page_they_want
from tests.test_tasks import (
    Site,
    test_1_someone_in_danger_no_click,
    test_2_this_child_in_this_borough_in_hours_two_clicks,
    test_3_the_same_at_nine_on_a_sunday_evening_two_clicks,
    test_4_should_i_refer_five_questions_at_most,
    test_5_which_form_and_where_it_goes_three_clicks,
    test_6_8_and_9_also_stand_on_every_staff_route_two_clicks_away,
    test_6_to_9_the_answer_is_two_clicks_away,
    test_10_a_myth_two_clicks_and_none_by_its_short_code,
)

LENT = (
    test_1_someone_in_danger_no_click,
    test_2_this_child_in_this_borough_in_hours_two_clicks,
    test_3_the_same_at_nine_on_a_sunday_evening_two_clicks,
    test_4_should_i_refer_five_questions_at_most,
    test_5_which_form_and_where_it_goes_three_clicks,
    test_6_to_9_the_answer_is_two_clicks_away,
    test_6_8_and_9_also_stand_on_every_staff_route_two_clicks_away,
    test_10_a_myth_two_clicks_and_none_by_its_short_code,
    test_what_people_type_finds_the_page_they_want,
    test_the_list_of_misses_is_the_truth,
)
"""They ask for `walked` or `answers`, which are this module's own."""


@dataclass(frozen=True)
class Difference:
    """Something in which a page differs between builders, and why that is no loss. `pattern` is taken out of both pages."""

    builders: frozenset[str]
    why: str
    pattern: re.Pattern[str]


DIFFERENCES = (
    Difference(frozenset(OTHERS), "Each builder signs its pages. No reader sees it.", re.compile(r'<meta name="generator" content="[^"]*">')),
    Difference(
        frozenset(["zensical"]),
        "The cover behind the theme's menu, which our style sheet does not show, is also hidden from screen readers.",
        re.compile(r'(?<=<label class="md-overlay" for="__drawer")(?: aria-hidden="true")?(?=>)'),
    ),
    Difference(
        frozenset(["zensical"]),
        "The theme's message box, which our style sheet does not show, is marked as a status.",
        re.compile(r'(?<=<div class="md-dialog" data-md-component="dialog")(?: role="status" aria-atomic="true")?(?=>)'),
    ),
    Difference(
        frozenset(["zensical"]),
        "Zensical does not tell a template which page is the home page, so its title says first what the page says, as on every other page.",
        re.compile(r"(?<=<title>)Worried about someone\? · (?=Prevent Pathways</title>)"),
    ),
    Difference(
        frozenset(["zensical"]),
        "On pages of prose Material adds a second link past the header, which our style sheet does not show. Zensical's own leads nowhere in our frame, "
        "so builders.mend takes it out; the frame's own link past the header is on every page.",
        re.compile(r'<a href="#[\w-]*" class="md-skip">.*?</a>', re.DOTALL),
    ),
)
"""Beside these, addresses are spelt differently: Zensical writes ./now/ or ../areas/ where MkDocs writes now/ or ../. They lead to the same page, and
`plain` writes both out. And lines are indented differently, which nobody sees in HTML; `plain` strips them."""

FILES_MISSING = {"zensical": {"sitemap.xml.gz"}}
"""Zensical does not compress the site map; a server that is asked for compressed files finds those that `deploy` makes."""
LINK = re.compile(r'(?<= )(href|src|content)="((?:0; url=)?)([^"#:]*)(#[^"]*)?"')


def plain(html: str, address: str) -> list[str]:
    """A page's lines without the listed differences, each address in it written out from the root."""

    def whole(link: re.Match[str]) -> str:
        name, before, path, anchor = link.groups()
        if name == "content" and not before:
            return link[0]
        to = posixpath.normpath(posixpath.join("/", posixpath.dirname(address), unescape(path))) if path else ""
        return f'{name}="{before}{to}{anchor or ""}"'

    for difference in DIFFERENCES:
        html = difference.pattern.sub("", html)
    return [line.strip() for line in LINK.sub(whole, html).splitlines() if line.strip()]


# --- without another builder -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(real: Checked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a builder is laid out from: the landing pages, the prose and four others, the theme and the settings."""
    root = tmp_path_factory.mktemp("project")
    prose = (page.path for page in pages_of(real) if page.prose)  # their links are the builder's to write
    some = ["/barnet/school/", "/myths/spying/", "/m07/", "/check/", *prose]
    write_files(rendered_in(root), some_pages(real, some))
    (root / "theme").mkdir()
    (root / "theme" / "material").symlink_to(ROOT / "theme" / "material")
    (root / "mkdocs.yml").symlink_to(ROOT / "mkdocs.yml")
    return root


def test_what_a_builder_reads_needs_no_hook_and_makes_the_same_pages(project: Path, real: Checked, site: Path) -> None:
    """Our own MkDocs stands in for the others here: same folder, same settings, and no hook."""
    folder = builders.lay_out(project, "properdocs", real.k)
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q", "--no-strict"], cwd=folder, check=True, capture_output=True)
    assert builders.left_out(folder / "docs", folder / "site") == []
    builders.mend(folder / "site", "properdocs")
    made = sorted(page.relative_to(folder / "site").as_posix() for page in (folder / "site").rglob("index.html"))
    assert len(made) > 20
    for name in made:
        assert (folder / "site" / name).read_text(encoding="utf-8") == (site / name).read_text(encoding="utf-8"), name
    assert {path.name for path in (folder / "site" / "assets").iterdir()} == {path.name for path in (ROOT / "docs" / "assets").iterdir()}


@pytest.mark.parametrize("builder", OTHERS)
@pytest.mark.parametrize("edition", ["barnet", "example"])
def test_an_edition_has_its_own_name_and_address_in_the_settings(builder: str, edition: str) -> None:
    k = checked(ROOT, TODAY, edition).k
    shared = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    made = builders.settings(shared, builder, k)
    assert made["site_name"] == k.edition.name
    assert made.get("site_url") == k.edition.base_address
    assert "hooks" not in made
    assert made["nav"] == shared["nav"]
    assert shared["theme"]["custom_dir"] == "theme/material", "the shared settings were changed"


def test_a_page_that_a_builder_drops_without_a_word_is_named(tmp_path: Path) -> None:
    for name in ("docs/index.md", "docs/now/index.md", "docs/areas/index.md", "site/index.html", "site/areas/index.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert builders.left_out(tmp_path / "docs", tmp_path / "site") == ["now/index.html"]


def test_a_builder_that_refuses_says_why_and_the_last_good_site_stays(
    project: Path, real: Checked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real MkDocs again, which refuses a link that leads nowhere."""
    broken, site = tmp_path / "project", tmp_path / "site"
    shutil.copytree(project, broken, symlinks=True, ignore=shutil.ignore_patterns(".cache"))
    (rendered_in(broken) / "astray").mkdir()
    (rendered_in(broken) / "astray" / "index.md").write_text("[Astray](nowhere.md)")
    site.mkdir()
    (site / "index.html").write_text("the last good one")
    monkeypatch.setattr(builders, "python_of", lambda root, builder, say: Path(sys.executable))
    with pytest.raises(Stopped, match=r"mkdocs stopped:[\s\S]*nowhere\.md"):
        builders.build_with("mkdocs", broken, site, lambda message: None, real.k)
    assert (site / "index.html").read_text() == "the last good one"


def test_the_other_builders_stay_out_of_our_environment_and_come_pinned_with_hashes() -> None:
    ours = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for builder in OTHERS:
        assert f"\n{builder}==" not in f"\n{ours}"
        pins = [pin for pin in builders.pins(ROOT, builder).read_text(encoding="utf-8").replace("\\\n", " ").splitlines() if pin.strip()]
        assert all("==" in pin and "--hash=sha256:" in pin for pin in pins)
        wanted = re.findall(rf"^{builder}==[\d.]+$", (ROOT / f"requirements-{builder}.in").read_text(encoding="utf-8"), re.MULTILINE)
        assert len(wanted) == 1
        assert any(pin.startswith(f"{wanted[0]} ") for pin in pins)
        record = (ROOT / "docs" / "publish" / "builders.md").read_text(encoding="utf-8")
        assert wanted[0].partition("==")[2] in record, "the decision record speaks of another version"


# --- on the other builders' sites --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[pytest.param(builder, marks=pytest.mark.whole) for builder in OTHERS])
def builder(request: pytest.FixtureRequest) -> str:
    """Each of the other builders."""
    return str(request.param)


@pytest.fixture(scope="module")
def other(builder: str, site: Path, real: Checked) -> Path:
    """The site that another builder makes from the folder that `site` was made from."""
    return builders.built(builder, ROOT, lambda message: None, real.k)


@pytest.fixture(scope="module")
def walked(other: Path) -> Site:
    """The other builder's site, walked from home. (test_10 also reads the redirect in MkDocs' own page; the page of the other equals it.)"""
    return Site(other)


@pytest.fixture(scope="module")
def at(other: Path) -> Iterator[str]:
    """The other builder's site on loopback."""
    with serving(other) as address:
        yield address


def asked(browser: Browser, address: str) -> Mapping[str, tuple[str, ...]]:
    """For every query what the search of a site finds, best first."""
    with visit(browser, address, DESKTOP) as page:
        page.goto("/")
        open_search(page, DESKTOP)
        found = page.evaluate("asked => asked.map(query => window.preventPathwaysFind(query).map(result => result.url))", [one.q for one in QUERIES])
    return {query.q: tuple("/" + str(to).removeprefix("./") for to in addresses) for query, addresses in zip(QUERIES, found, strict=True)}


@pytest.fixture(scope="module")
def answers(browser: Browser, at: str) -> Mapping[str, tuple[str, ...]]:
    """What the search of the other builder's site finds."""
    return asked(browser, at)


def files_in(folder: Path) -> dict[str, Path]:
    """Every file of a site, by its path in it."""
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_page_is_the_same_but_for_the_listed_differences(builder: str, other: Path, site: Path) -> None:
    """Text, headings, ids, links, scripts and styles: the whole page is compared."""
    ours, theirs = files_in(site), files_in(other)
    pages = [name for name in ours if name.endswith(".html")]
    assert len(pages) > 1000
    for name in pages:
        one, two = (plain(folder[name].read_text(encoding="utf-8"), name) for folder in (ours, theirs))
        assert one == two, f"{name}:\n" + "\n".join(list(difflib.unified_diff(one, two, "mkdocs", builder, n=0, lineterm=""))[:12])


def test_every_other_file_is_the_same_byte_for_byte(builder: str, other: Path, site: Path) -> None:
    ours, theirs = files_in(site), files_in(other)
    assert set(ours) - set(theirs) == FILES_MISSING.get(builder, set())
    assert set(theirs) - set(ours) == set()
    same = [name for name in ours if name in theirs and not name.endswith((".html", "sitemap.xml.gz", MANIFEST))]
    assert SCRIPT in same
    assert [name for name in same if ours[name].read_bytes() != theirs[name].read_bytes()] == []


def test_a_difference_that_is_no_longer_there_is_taken_off_the_list(builder: str, other: Path, site: Path) -> None:
    pages = ("index.html", "about/index.html", "barnet/school/index.html")
    for difference in DIFFERENCES:
        seen = any(
            difference.pattern.findall((site / name).read_text(encoding="utf-8"))
            != difference.pattern.findall((other / name).read_text(encoding="utf-8"))
            for name in pages
        )
        assert seen == (builder in difference.builders), difference.why


def test_the_search_finds_the_same_pages(answers: Mapping[str, tuple[str, ...]], browser: Browser, served: str) -> None:
    assert answers == asked(browser, served)


@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=str)
def test_a_route_two_folders_deep_searches_and_has_no_error(browser: Browser, at: str, device: Device) -> None:
    with visit(browser, at, device) as page:
        page.goto("/barnet/school/")
        assert page.locator("html.js").count() == 1, "the early script ran"
        assert search(page, device, "gp haringey")[0][0] == "/haringey/gp/"


def test_the_lent_tests_are_all_those_of_the_tasks() -> None:
    from tests import test_tasks

    assert {test.__name__ for test in LENT} >= {name for name in vars(test_tasks) if name.startswith("test_")}
