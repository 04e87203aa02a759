"""The offline bundle: unpacked into a folder with a space and an umlaut it works from file://, asks nothing of anyone, and is whole.

`make test` takes Barnet's; `make test-all` opens every page of it, and looks at London's too.
"""

from __future__ import annotations

import argparse
import html
import os
import posixpath
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts import bundle, manifest
from scripts.build import ROOT, Checked, checked, pages_of
from scripts.pages.site import site_paths
from scripts.problem import Refused
from scripts.upkeep import bundle as command
from scripts.upkeep import verify
from tests.browsing import DESKTOP, PHONE, Device, search, visit
from tests.conftest import TODAY, Files
from tests.copies import typing
from tests.editing import edit
from tests.test_browser import PAGE_TYPES
from tests.test_late import BARNET, CHECKED, LAST_DAY, order

NOON = "1795348800"
"""Noon of TODAY, in seconds."""
NAME = "prevent-pathways-barnet-2026-11-22"

MAKE = """
import argparse, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from scripts.upkeep import bundle
parser = argparse.ArgumentParser()
bundle.arguments(parser)
sys.exit(bundle.run(Path(sys.argv[1]), parser.parse_args(sys.argv[2:]), print))
"""


def project(folder: Path, files: Files) -> Path:
    """A copy of the project in which Barnet's front door was checked two days before."""
    left_out = shutil.ignore_patterns(".git", ".venv", "site", "site-*", "deploy-*", ".*", "rendered", "__pycache__", "tests", "*.zip")
    shutil.copytree(ROOT, folder, ignore=left_out)
    (folder / BARNET).write_bytes(edit(files, BARNET, r"^  barnet-mash:", CHECKED)[BARNET])
    return folder


def made(root: Path, seed: str) -> Path:
    """Its bundle, made by the command in a Python whose sets and dicts are shuffled by `seed`."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": NOON, "PYTHONHASHSEED": seed, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    done = subprocess.run([sys.executable, "-c", MAKE, str(root), "--edition", "barnet"], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return root / f"{NAME}.zip"


pytestmark = pytest.mark.whole  # thirty seconds of a bundle built, opened and taken apart


@pytest.fixture(scope="module")
def zipped(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Barnet's bundle."""
    return made(project(tmp_path_factory.mktemp("bundle") / "project", files), "1")


@pytest.fixture(scope="module")
def top(zipped: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It, unpacked on somebody's stick."""
    stick = tmp_path_factory.mktemp("stick") / "Für alle & jeden #1 100%"
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(stick)
    return stick / NAME


@contextmanager
def reading(browser: Browser, top: Path, device: Device = PHONE, **more: Any) -> Iterator[Page]:
    """A reader without a connection, in the unpacked folder; nothing outside it may be asked for."""
    beyond: list[str] = []
    with visit(browser, f"{top.as_uri()}/", device, offline=True, **more) as page:
        page.context.on("request", lambda request: beyond.append(request.url) if not request.url.startswith(f"{top.as_uri()}/") else None)
        yield page
    assert beyond == [], "a page asked for something outside the folder"


def file(path: str) -> str:
    """Where the page of an address is in the bundle."""
    return f"site/{path.strip('/')}/index.html".replace("//", "/")


# --- reading it --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_from_start_here_to_barnets_school_route(browser: Browser, top: Path, script: bool) -> None:
    with reading(browser, top, java_script_enabled=script) as page:
        page.goto("START-HERE.html")
        expect(page.get_by_role("heading", level=1)).to_have_text("Prevent Pathways, Barnet")
        expect(page.locator("main")).to_contain_text("contact points confirmed. Not for operational use.")
        expect(page.locator("main")).to_contain_text("This copy was made on 22 November 2026. Replace it by 22 May 2027.")
        page.get_by_role("link", name="Open the site").click()
        expect(page).to_have_url(f"{top.as_uri()}/site/index.html")
        page.locator("#main").get_by_role("link", name="Barnet", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Barnet: who to tell")
        page.get_by_role("link", name="School in Barnet", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("School in Barnet")
        expect(page.locator("#child").get_by_text("020 8359 4066", exact=True)).to_be_visible()
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Barnet: who to tell")
        page.go_forward()
        expect(page).to_have_url(f"{top.as_uri()}/{file('/barnet/school/')}")


def test_every_kind_of_page_opens(browser: Browser, top: Path) -> None:
    own = next(path.name for path in sorted((top / "site" / "scenarios").iterdir()) if path.is_dir())
    kinds = {**PAGE_TYPES, "scenario": f"/scenarios/{own}/", "data": "/data/", "changes": "/changes/", "publish": "/publish/file-share/"}
    del kinds["not found"]  # a server's page
    with reading(browser, top) as page:
        for kind, path in kinds.items():
            page.goto(file(path))
            assert page.locator("h1").count() == 1, kind
            assert page.locator("h1").is_visible(), kind
            assert page.locator(".pp-footer__links a").first.evaluate("link => link.href") == f"{top.as_uri()}/site/index.html", kind


@pytest.mark.whole
def test_every_page_opens(browser: Browser, top: Path) -> None:
    with reading(browser, top) as page:
        for path in sorted(top.rglob("*.html")):
            page.goto(path.relative_to(top).as_posix(), wait_until="load")
            expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize(("start", "device"), [("/", PHONE), ("/barnet/school/", DESKTOP), ("/publish/file-share/", PHONE)])
def test_the_search_finds_barnet_and_its_result_opens(browser: Browser, top: Path, start: str, device: Device) -> None:
    with reading(browser, top, device) as page:
        page.goto(file(start))
        found = search(page, device, "Barnet")
        assert found[0][0].endswith("/site/barnet/index.html")
        page.locator("[data-search-results] a").first.click()
        expect(page).to_have_url(f"{top.as_uri()}/{file('/barnet/')}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Barnet: who to tell")


def test_the_search_puts_area_and_job_and_area_and_line_together(browser: Browser, top: Path) -> None:
    with reading(browser, top) as page:
        for query, path, heading in (
            ("school barnet", file("/barnet/school/"), "School in Barnet"),
            ("Barnet MASH", f"{file('/barnet/')}#child", "Barnet: who to tell"),
            ("DSL", f"{file('/glossary/')}#dsl", "Glossary"),
        ):
            page.goto(file("/"))
            assert search(page, PHONE, query)[0][0].endswith(path)
            page.keyboard.press("Enter")
            expect(page).to_have_url(f"{top.as_uri()}/{path}")
            expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


def test_the_guided_check_leads_to_an_outcome_and_back(browser: Browser, top: Path) -> None:
    with reading(browser, top) as page:
        page.goto(file("/check/"))
        asked = []
        while page.locator(".pp-answers").count():
            asked.append(page.url)
            assert len(asked) < 8
            page.locator(".pp-answers a").nth(1).click()  # neither the emergency nor “not sure”
            page.wait_for_url(lambda url: url != asked[-1])
        assert len(asked) > 1
        expect(page.locator("#do-this-now")).to_be_visible()
        page.go_back()
        expect(page).to_have_url(asked[-1])
        page.go_forward()
        page.get_by_role("link", name="Start again").click()
        expect(page).to_have_url(asked[0])


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_short_code_leads_to_its_page(browser: Browser, top: Path, real: Checked, script: bool) -> None:
    myth = real.k.myths["channel-compulsory"]
    with reading(browser, top, java_script_enabled=script) as page:
        page.goto(file(f"/{myth.code.lower()}/"))
        page.wait_for_url(f"{top.as_uri()}/{file('/myths/channel-compulsory/')}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(myth.claim)


def test_an_old_copy_tells_what_has_run_out_and_lets_the_fallback_stand_first(browser: Browser, top: Path) -> None:
    with reading(browser, top) as page:
        page.clock.set_fixed_time(f"{LAST_DAY}T10:00:00Z")
        page.goto(file("/barnet/school/"))
        assert "Multi-Agency Safeguarding Hub" in order(page)[0]
        page.clock.set_fixed_time("2027-05-21T10:00:00Z")
        page.goto(file("/barnet/school/"))
        assert "Police non-emergency" in order(page)[0]
        page.clock.set_fixed_time("2027-05-23T10:00:00Z")
        page.goto(file("/barnet/school/"))
        expect(page.locator(".pp-old")).to_be_visible()


# --- what is in it -----------------------------------------------------------------------------------------------------


ADDRESS = re.compile(r'\s(?:href|src)="([^"]*)"|\scontent="0; url=([^"]*)"')


def dead_ends(top: Path) -> tuple[int, list[tuple[str, str]]]:
    """How many links inside the bundle there are, and those that lead to no file or no anchor."""
    files = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
    texts = {name: (top / name).read_text(encoding="utf-8") for name in files if name.endswith(".html")}
    ids = {name: set(re.findall(r'\sid="([^"]*)"', text)) for name, text in texts.items()}
    count, dead = 0, []
    for name, text in texts.items():
        for address in {html.unescape(one or other) for one, other in ADDRESS.findall(text)}:
            url = urlsplit(address)
            if url.scheme or url.netloc:
                continue
            count += 1
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(url.path))) if url.path else name
            if target not in files or (url.fragment and url.fragment not in ids.get(target, ())):
                dead.append((name, address))
    return count, dead


def test_every_link_of_every_page_leads_to_a_file_and_an_anchor_in_it(top: Path) -> None:
    count, dead = dead_ends(top)
    assert dead == []
    assert count > 5000


def test_a_link_as_a_server_takes_it_would_be_found(top: Path, tmp_path: Path) -> None:
    shutil.copytree(top, tmp_path / "copy")
    page = tmp_path / "copy" / file("/about/")
    page.write_text(page.read_text(encoding="utf-8").replace('href="../areas/index.html"', 'href="../areas/"', 1), encoding="utf-8")
    assert dead_ends(tmp_path / "copy")[1] == [(file("/about/"), "../areas/")]


def test_it_holds_every_page_and_nothing_that_only_a_server_needs(top: Path) -> None:
    pages = {path.relative_to(top).as_posix() for path in top.rglob("*.html")}
    assert pages == {"START-HERE.html", *(file(page.path) for page in pages_of(checked(ROOT, TODAY, "barnet")))}
    assert {path.name for path in top.iterdir()} == {"START-HERE.html", "README.txt", "SHA256SUMS", ".manifest.json", "site"}
    assert not [path for path in top.rglob("*") if path.name.startswith((".", "sitemap")) and path != top / ".manifest.json"]


def test_the_readme_says_what_it_is_how_old_it_may_get_and_how_to_check_it(top: Path) -> None:
    text = (top / "README.txt").read_bytes()
    assert text.count(b"\r\n") == text.count(b"\n"), "Windows' line ends"
    words = text.decode()
    strip = re.search(r'class="pp-draft">([^<]+)<', (top / "site" / "index.html").read_text(encoding="utf-8"))
    assert strip
    for said in (strip[1], "Prevent Pathways, Barnet", "barnet", "22 November 2026", "Replace this copy by 22 May 2027", "unknown", "SHA256SUMS"):
        assert said in words
        assert "&" not in words


def test_checksums_and_manifest_cover_every_file_and_agree(top: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=top, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    summed = {line.split("  ", 1)[1] for line in (top / "SHA256SUMS").read_text(encoding="utf-8").splitlines()}
    every = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
    assert summed == every - {"SHA256SUMS", ".manifest.json"}
    with manifest.opened(top) as copy:
        found = manifest.verify(copy)
    assert found.good
    assert found.manifest.files.keys() == every - {".manifest.json"}
    assert (found.manifest.edition, found.manifest.data_date) == ("barnet", "2026-11-22")


def verified(place: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """What the command says of a copy."""
    code = verify.run(ROOT, argparse.Namespace(copy=place), lambda message: None)
    return code, capsys.readouterr().out.splitlines()


def test_a_tampered_a_cut_and_a_half_copied_bundle_are_told(zipped: Path, top: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert verified(zipped, capsys)[0] == 0
    copy = tmp_path / "copy"
    shutil.copytree(top, copy)
    assert verified(copy, capsys)[0] == 0
    page = copy / file("/barnet/")
    page.write_bytes(page.read_bytes().replace(b"020 8359 4066", b"020 7946 0000", 1))
    (copy / file("/barnet/school/")).unlink()
    (copy / "site" / "more.html").write_bytes(b"")
    code, lines = verified(copy, capsys)
    assert code == 1
    assert lines[:-1] == [
        f"missing: {file('/barnet/school/')}",
        f"changed: {file('/barnet/')}: what stands in it is not what was built",
        "not built by us: site/more.html",
    ]
    every = sorted(path for path in top.rglob("*") if path.is_file())
    half = tmp_path / "half"
    for path in every[: len(every) // 2]:
        (half / path.relative_to(top)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, half / path.relative_to(top))
    code, lines = verified(half, capsys)
    assert code == 1
    assert sum(line.startswith("missing: ") for line in lines) == len(every) - len(every) // 2
    (tmp_path / "cut.zip").write_bytes(zipped.read_bytes()[:-1000])
    assert verified(tmp_path / "cut.zip", capsys) == (1, ["cut.zip cannot be read as a zip: it is damaged, or was copied in part. Copy it again."])


# --- the zip -----------------------------------------------------------------------------------------------------------


def test_another_copy_of_the_project_gives_the_same_bytes(zipped: Path, files: Files, tmp_path: Path) -> None:
    """Elsewhere, in a Python with other hashes, from files with other times."""
    root = project(tmp_path / "another name", files)
    for path in root.rglob("*"):
        os.utime(path, (86400, 86400))
    assert made(root, "2").read_bytes() == zipped.read_bytes()


def test_its_entries_are_sorted_in_one_folder_readable_by_all_and_carry_no_time_but_the_datas(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as archive:
        found = archive.infolist()
    names = [info.filename for info in found]
    assert names == sorted(names)
    assert len(names) == len({name.lower() for name in names}), "Windows does not tell capitals from small letters"
    assert {name.split("/")[0] for name in names} == {NAME}
    assert {info.date_time for info in found} == {(2026, 11, 22, 0, 0, 0)}
    assert {(info.external_attr >> 16, info.create_system, info.extra) for info in found} == {(0o100644, 3, b"")}
    assert all(re.fullmatch(r"[\w./-]+", name, re.ASCII) for name in names), "names that every file system takes"


def test_no_path_is_too_long_for_windows_in_any_edition(real: Checked) -> None:
    longest = max(len(f"{bundle.called('a' * 20, TODAY)}/{file(path)}") for path in site_paths(real.k, (), TODAY))
    assert longest < bundle.LONGEST


def small(folder: Path) -> Path:
    """A folder to pack."""
    for number in range(5):
        (folder / "site" / str(number)).mkdir(parents=True)
        (folder / "site" / str(number) / "index.html").write_text(f"{number}")
    return folder


def test_a_stop_while_packing_leaves_the_last_good_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "out" / "a.zip"
    place.parent.mkdir()
    bundle.pack(small(tmp_path / "top"), place, TODAY)
    good = place.read_bytes()
    written: list[str] = []
    real_write = zipfile.ZipFile.writestr

    def dies(self: zipfile.ZipFile, info: zipfile.ZipInfo, data: bytes) -> None:
        written.append(info.filename)
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        real_write(self, info, data)

    (tmp_path / "top" / "site" / "0" / "index.html").write_text("new")
    with monkeypatch.context() as patched:
        patched.setattr(zipfile.ZipFile, "writestr", dies)
        with pytest.raises(OSError, match="No space"):
            bundle.pack(tmp_path / "top", place, TODAY)
    assert place.read_bytes() == good
    assert [path.name for path in place.parent.iterdir()] == ["a.zip"]
    bundle.pack(tmp_path / "top", place, TODAY)
    assert place.read_bytes() != good


def test_a_place_that_is_not_there_is_refused_with_the_cure(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        command.place(tmp_path, tmp_path / "no" / "a.zip", "name.zip")
    (problem,) = caught.value.problems
    assert problem.message == f"the zip cannot be written: there is no folder {tmp_path / 'no'}"
    assert problem.tip == "give a place with --to where you may write"
    assert command.place(tmp_path, tmp_path, "name.zip") == tmp_path / "name.zip"
    assert command.place(tmp_path, tmp_path / "own.zip", "name.zip") == tmp_path / "own.zip"
    assert command.place(tmp_path, None, "name.zip") == tmp_path / "name.zip"


# --- London ------------------------------------------------------------------------------------------------------------


@pytest.mark.whole
def test_londons_bundle_is_whole_too_and_every_link_and_redirect_in_it_leads_somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    typing(command, ROOT)("--to", str(tmp_path))
    (place,) = tmp_path.glob("*.zip")
    with zipfile.ZipFile(place) as archive:
        archive.extractall(tmp_path)
    count, dead = dead_ends(tmp_path / place.stem)
    assert dead == []
    assert count > 50_000
    with manifest.opened(place) as copy:
        assert manifest.verify(copy).good
