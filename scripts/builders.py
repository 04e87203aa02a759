"""Builds the rendered folder with ProperDocs or Zensical, each in an environment of its own: the ways on from MkDocs and Material.

Which builder is for what, and when to move, stands in docs/publish/builders.md; what differs, in tests/test_builders.py. Neither
builder is given our hook: pages are rendered before (scripts/build.py), and Zensical would leave a hook out without a word.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from scripts import files, manifest
from scripts.build import UNUSED, day_of_build, lay_prints, rendered_in
from scripts.load import Knowledge
from scripts.pages.render import frame

OTHERS = ("properdocs", "zensical")
FOLDER = Path(".cache") / "builders"
SKIP = re.compile(r'[ \t]*<a href="#__skip" class="md-skip">.*?</a>\n?', re.DOTALL)
"""Zensical's own link past the header. Our frame has one (theme/material/main.html), and the place that this one leads to is not in it."""

Say = Callable[[str], None]


class Stopped(Exception):
    """The builder could not be had, or did not build the site. The message is for whoever typed the command."""


def pins(root: Path, builder: str) -> Path:
    """The file that names a builder's packages, each with its hash (`python -m scripts lock` makes it)."""
    return root / f"requirements-{builder}.txt"


def version(root: Path, builder: str) -> str:
    """The version of a builder that its pins name."""
    found = re.search(rf"^{builder}==(\S+)", pins(root, builder).read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{pins(root, builder)} does not name {builder}"
    return found[1]


def python_of(root: Path, builder: str, say: Say) -> Path:
    """The Python of a builder's own environment, which is made when it is first asked for and when its packages change.

    Raises:
        Stopped: when the packages cannot be installed.
    """
    home, wanted = root / FOLDER / builder / "venv", pins(root, builder)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    mark = home / "installed"
    sum = hashlib.sha256(wanted.read_bytes() + sys.version.encode()).hexdigest()
    if mark.is_file() and mark.read_text() == sum:
        return python
    say(f"making an environment for {builder} in {home.relative_to(root)} (once; about a minute)")
    shutil.rmtree(home, ignore_errors=True)
    venv.create(home, with_pip=True)
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "--no-deps", "-r", str(wanted)]
    if subprocess.run(command, env={**os.environ, "PIP_NO_INPUT": "1"}).returncode:
        shutil.rmtree(home, ignore_errors=True)
        raise Stopped(f"{builder} could not be installed; the lines above say why. Check the connection, or build with MkDocs (leave --builder out)")
    mark.write_text(sum)
    return python


def settings(shared: Mapping[str, Any], builder: str, k: Knowledge) -> dict[str, Any]:
    """What mkdocs.yml says, for another builder and the edition in `k`, with every folder beside the file (Zensical takes no other)."""
    own = {name: value for name, value in shared.items() if name not in ("hooks", "watch", "site_url")}
    own |= {"site_name": k.edition.name, "docs_dir": "docs", "site_dir": "site"}
    own["theme"] = {**own["theme"], "custom_dir": "theme"}
    own["extra"] = {**own["extra"], "edition": frame(k.edition)}
    if k.edition.base_address:
        own["site_url"] = k.edition.base_address  # an empty one makes Zensical name every page by an address that starts with /
    if builder == "zensical":
        own["plugins"] = [{"search": {"enabled": False}}]  # it makes an index even where no plugin is asked for
    return own


def lay_out(root: Path, builder: str, k: Knowledge) -> Path:
    """A folder that holds all a builder is to read: the rendered pages of the edition in `k`, the theme and the settings."""
    folder = root / FOLDER / builder / k.edition_id
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(rendered_in(root, k.edition_id), folder / "docs")
    shutil.copytree(root / "theme" / "material", folder / "theme")
    shared = yaml.safe_load((root / "mkdocs.yml").read_text(encoding="utf-8"))
    (folder / "mkdocs.yml").write_text(yaml.safe_dump(settings(shared, builder, k), sort_keys=False, allow_unicode=True), encoding="utf-8")
    return folder


def mend(site: Path, builder: str) -> None:
    """Take out what the builder or its theme adds and no page of ours uses."""
    for unused in UNUSED:
        shutil.rmtree(site / "assets" / unused, ignore_errors=True)
    if builder == "zensical":
        (site / "search.json").unlink(missing_ok=True)  # an empty index: the site brings its own search
        for page in site.rglob("*.html"):
            page.write_text(SKIP.sub("", page.read_text(encoding="utf-8")), encoding="utf-8")


def left_out(docs: Path, site: Path) -> list[str]:
    """The pages that were to be built and were not. A builder that knows nothing of a setting can drop pages without a word."""
    wanted = (path.relative_to(docs).with_suffix(".html") for path in docs.rglob("*.md"))
    return sorted(path.as_posix() for path in wanted if not (site / path).is_file())


def built(builder: str, root: Path, say: Say, k: Knowledge) -> Path:
    """Build the rendered folder of the edition in `k` with one of OTHERS; returns the folder of the finished site, which is the next build's to remove.

    Raises:
        Stopped: when the builder cannot be had, refuses, or leaves a page out.
    """
    python = python_of(root, builder, say)
    folder = lay_out(root, builder, k)
    say(f"building the site with {builder}")
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    command = [str(python), "-m", builder, "build", "--strict", "--config-file", "mkdocs.yml"]
    done = subprocess.run(command, cwd=folder, env={**os.environ, **quiet}, capture_output=True, text=True)
    if done.returncode:
        raise Stopped(f"{builder} stopped:\n{done.stdout}{done.stderr}".rstrip())
    if missing := left_out(folder / "docs", folder / "site"):
        raise Stopped(f"{builder} left out {len(missing)} pages, among them {missing[0]}")
    mend(folder / "site", builder)
    lay_prints(folder / "site", root, k, day_of_build())
    manifest.lay(folder / "site", root, f"{builder} {version(root, builder)}")
    return folder / "site"


def build_with(builder: str, root: Path, site: Path, say: Say, k: Knowledge) -> int:
    """Build as `built` does, into `site`. The last good site stays until the new one is whole.

    Returns:
        The number of HTML pages in the new site.

    Raises:
        Stopped: as `built`.
    """
    files.restore(site)
    files.swap_in(built(builder, root, say, k), site)
    return sum(1 for _ in site.rglob("*.html"))
