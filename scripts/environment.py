"""Gets the project what it needs on a machine with Python 3.11 or later and nothing else. Imports the standard library only."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements.txt"
OLDEST = (3, 11)

Say = Callable[[str], None]


class Missing(Exception):
    """Something the machine lacks; the message says which one command mends it."""


def python() -> Path:
    """The project's own Python."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure(say: Say) -> None:
    """Make .venv hold exactly what requirements.txt names, checked by hash. Quick when it does already.

    Raises:
        Missing: when Python is too old or a package cannot be installed.
    """
    if sys.version_info < OLDEST:
        raise Missing(f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed; this is {sys.version.split()[0]}")
    mark = VENV / "installed"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if mark.is_file() and mark.read_text() == wanted and python().exists():
        return
    say("making the environment in .venv (once; about a minute)")
    shutil.rmtree(VENV, ignore_errors=True)
    venv.create(VENV, with_pip=True)
    command = [str(python()), "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "--no-deps", "-r", str(REQUIREMENTS)]
    if subprocess.run(command, env={**os.environ, "PIP_NO_INPUT": "1"}).returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Missing("the packages could not be installed; the lines above say why. Check the connection, then run the same command again")
    mark.write_text(wanted)


def run_inside(arguments: list[str]) -> int:
    """Run `python -m scripts …` in the project's own Python, and return its exit code."""
    # None of pydantic's plugins is used, and looking for them slows every start.
    settings = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true", "PYDANTIC_DISABLE_PLUGINS": "__all__"}
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    try:
        return subprocess.run([str(python()), "-m", "scripts", *arguments], cwd=ROOT, env=environment).returncode
    except KeyboardInterrupt:
        return 130


def inside() -> bool:
    """Whether this is the project's own Python."""
    return Path(sys.prefix).resolve() == VENV.resolve()


# --- a browser for the tests -------------------------------------------------------------------------------------------

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def browser(say: Say) -> str:
    """The path of a Chromium that starts: one that is there, else Playwright's own, else (as root on Debian) the system's package.

    Raises:
        Missing: when there is none and none can be had; the message is the one command to run.
    """
    for found in _installed():
        if _starts(found):
            return found
    say("getting a browser for the tests (once)")
    if _playwright_download() and (own := _playwright_path()) and _starts(own):
        return own
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        say("Playwright's own browser cannot be had here; installing Debian's package chromium")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], env=quiet, stdout=subprocess.DEVNULL)
        for found in _installed():
            if _starts(found):
                return found
    raise Missing("the tests need Chromium. Run: sudo apt-get install chromium (Debian, Ubuntu), or install Chrome, then run the tests again")


def _installed() -> list[str]:
    candidates = [os.environ.get("CHROMIUM"), *(shutil.which(name) for name in NAMES), _playwright_path()]
    return [path for path in candidates if path and Path(path).exists()]


def _playwright_path() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _playwright_download() -> bool:
    try:
        done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], timeout=300, capture_output=True)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _starts(path: str) -> bool:
    """Whether a browser really runs here (a download can lack system libraries)."""
    command = [path, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "about:blank"]
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
