"""What the tests share: the real data, a way to break a copy of it, and the real site, built once and served on loopback."""

from __future__ import annotations

import datetime
import fcntl
import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from scripts import agreed, permalinks
from scripts.build import ROOT, Checked, build_site, checked, prose_of, render_files, rendered_in
from scripts.load import EDITION, assemble, load, read_folder
from scripts.pages.site import site_paths
from scripts.pages.write import write_files
from scripts.problem import Problem, Refused
from scripts.prose import Text, read_texts
from scripts.rules import check
from scripts.rules.case import Case

TODAY = datetime.date(2026, 11, 22)
"""The day the tests pretend it is, so that nothing lapses under them."""

Files = Mapping[str, bytes]


@pytest.fixture(scope="session")
def files() -> Files:
    """The real files, by path."""
    found = read_folder(ROOT)
    return {path: content for path, content in found.items() if isinstance(content, bytes)}


@pytest.fixture(scope="session")
def texts() -> tuple[Text, ...]:
    """The real prose and templates."""
    return read_texts(ROOT)


@pytest.fixture(scope="session")
def real() -> Checked:
    """The real data, checked, on the tests' day."""
    return checked(ROOT, TODAY)


def agree(root: Path) -> None:
    """Let an editor agree to what a copy of the project says now, and promise the addresses of the real site."""
    (root / agreed.FILE).write_text(agreed.text(load(root)), encoding="utf-8")
    shutil.copyfile(ROOT / permalinks.FILE, root / permalinks.FILE)


def problems_in(
    files: Mapping[str, bytes | Problem], texts: tuple[Text, ...] = (), today: datetime.date = TODAY, edition: str = EDITION
) -> tuple[Problem, ...]:
    """Every problem of a set of files, as the commands would print them: those of loading, else those of the rules."""
    try:
        k = assemble(files, edition)
    except Refused as refused:
        return refused.problems
    pages = site_paths(k, prose_of(texts), today)
    return check(Case(k, today, texts, pages))


# --- the built site ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def site(real: Checked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site, rendered and built as `make build` does, into a folder of its own."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(int(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC).timestamp())))
    base = tmp_path_factory.getbasetemp()
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base  # test files run side by side; the first to come builds for all
    folder = base / "site"
    with (base / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            write_files(rendered_in(ROOT), render_files(real))
            build_site(ROOT, folder, lambda message: None, real.k)
    return folder


def small_site(folder: Path, case: Checked, areas: tuple[str, ...] = ("barnet",)) -> Path:
    """The site of a case, its routes in a few areas only, built by MkDocs from a copy of the project in `folder`."""
    left_out = shutil.ignore_patterns(
        ".git", ".venv", "site", "site-*", "deploy-*", "prints-*", ".site*", "rendered", "__pycache__", ".*_cache", ".cache", "tests"
    )
    project = folder / "project"
    shutil.copytree(ROOT, project, ignore=left_out)
    others = set(case.k.areas) - set(areas)
    kept = {name: content for name, content in render_files(case, root=ROOT).items() if name.removeprefix("cards/").split("/")[0] not in others}
    write_files(rendered_in(project, case.k.edition_id), kept)
    build_site(project, project / "site", lambda message: None, case.k)
    return project / "site"


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A folder on loopback."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the site; the header tells LinkChecker that it need not wait between requests."""

    def end_headers(self) -> None:
        self.send_header("LinkChecker", "welcome")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """The site's address on loopback, without a slash at its end."""
    with serving(site) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser (`python -m scripts test` names it in CHROMIUM)."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM") or None, args=["--no-sandbox"])
        yield launched
        launched.close()
