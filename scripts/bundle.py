"""The offline bundle: a zip with the site in addresses that end in .html, for a file share, a mapped drive or a memory stick.

Same source and same day, same bytes: names are sorted, every time in the zip is the first minute of the data's date, and no owner is noted.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from scripts import files, manifest
from scripts.build import Checked, build_site, render_files, rendered_in
from scripts.manifest import MANIFEST
from scripts.pages.addresses import Style
from scripts.pages.data import V1
from scripts.pages.words import day
from scripts.pages.write import write_files
from scripts.problem import Problem, Refused
from scripts.standing import COPY_LASTS, period_after

SITE = "site"
"""The pages' folder in the bundle, so that whoever opens it sees START-HERE.html and not 150 folders."""
SUMS = "SHA256SUMS"
SERVERS_ONLY = ("404.html", "sitemap.xml", "sitemap.xml.gz")
"""What MkDocs makes for web servers."""
LONGEST = 180
"""Windows ends paths at 260 characters (learn.microsoft.com, "Maximum Path Length Limitation"); the folder it is unpacked into needs the rest."""


def called(edition: str, today: datetime.date) -> str:
    """The name of the bundle, and of the one folder in it."""
    return f"prevent-pathways-{edition}-{today.isoformat()}"


def bundle(root: Path, case: Checked, zip: Path, say: Callable[[str], None]) -> int:
    """Build the edition for reading without a server and write it as a zip, whole or not at all.

    Returns:
        The number of pages.

    Raises:
        Refused: an address of an earlier release would no longer answer, or a path is too long.
        mkdocs.exceptions.MkDocsException: when MkDocs refuses.
        scripts.pages.write.Occupied: a file that is none of ours stands in the rendered folder.
    """
    write_files(rendered_in(root, case.k.edition_id, Style.FILE), render_files(case, Style.FILE, root))
    with tempfile.TemporaryDirectory() as place:
        top = Path(place) / called(case.k.edition_id, case.today)
        top.mkdir()
        build_site(root, top / SITE, say, case.k, Style.FILE)
        pages = fill(root, top, case)
        say("packing")
        pack(top, zip, case.today)
    return pages


def fill(root: Path, top: Path, case: Checked) -> int:
    """Lay the other files round the built site: what it is, its checksums, its manifest. Returns the number of pages.

    Raises:
        Refused: a path is too long.
    """
    inner = top / SITE / MANIFEST
    built = manifest.read(inner.read_bytes(), SITE)
    inner.unlink()
    for name in SERVERS_ONLY:
        (top / SITE / name).unlink(missing_ok=True)
    k, pages = case.k, sum(1 for _ in (top / SITE).rglob("*.html"))
    words = {
        "name": k.edition.name,
        "edition": k.edition_id,
        "notice": json.loads((top / SITE / V1 / "index.json").read_bytes())["notice"],
        "home": f"{SITE}/index.html",
        "made": case.today,
        "until": period_after(case.today, COPY_LASTS),
        "revision": built.revision + (" with changes not yet committed" if built.clean is False else ""),
        "pages": pages,
    }
    templates = Environment(
        loader=FileSystemLoader(root / "theme" / "bundle"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    templates.filters["day"] = day
    for name, end in (("START-HERE.html", "\n"), ("README.txt", "\r\n")):  # Windows' older editors know no other line end
        (top / name).write_bytes(templates.get_template(name).render(words).replace("\n", end).encode())
    (top / SUMS).write_bytes(manifest.sums(manifest.entries(top)))
    listed = manifest.entries(top)
    if long := [name for name in listed if len(f"{top.name}/{name}") > LONGEST]:
        raise Refused(Problem(name, 1, 1, "bundle-path", f"its path has more than {LONGEST} characters", "shorten its address") for name in long)
    files.write(top / MANIFEST, manifest.text(dataclasses.replace(built, files=listed)))
    return pages


def pack(top: Path, zip: Path, today: datetime.date) -> None:
    """Write a folder as a zip, beside its place and then swapped in."""
    fresh = zip.with_name(f".{zip.name}{files.NEW}")
    try:
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted(path.relative_to(top.parent).as_posix() for path in top.rglob("*") if path.is_file()):
                info = zipfile.ZipInfo(name, (today.year, today.month, today.day, 0, 0, 0))
                info.create_system, info.external_attr, info.compress_type = 3, 0o100644 << 16, zipfile.ZIP_DEFLATED  # Unix; everybody may read
                archive.writestr(info, (top.parent / name).read_bytes())
        os.replace(fresh, zip)
    finally:
        fresh.unlink(missing_ok=True)
