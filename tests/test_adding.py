"""Adding a setting, a situation, a guide, a myth or a scenario is adding one file: nothing else changes, and the site lists it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from scripts.build import ROOT, checked, pages_of, render_files
from scripts.pages.addresses import source_file
from scripts.problem import Refused
from tests.conftest import TODAY, agree

NEW = {
    "settings": ("faith", "invented-place", "name: Invented place", "/settings/", ["/settings/invented-place/", "/barnet/invented-place/"]),
    "situations": ("hate-crime", "invented-trouble", "name: Invented trouble", "/situations/", ["/situations/invented-trouble/"]),
    "guides": ("after", "invented-guide", "name: Invented guide", "/", ["/invented-guide/"]),
    "myths": ("spying", "invented-claim", "claim: Invented claim", "/myths/", ["/myths/invented-claim/", "/m98/"]),
    "sessions": ("three-questions", "invented-session", "name: Invented session", "/trainers/", ["/trainers/invented-session/"]),
    "scenarios": ("", "invented-case", "name: Invented case", "/scenarios/", ["/scenarios/invented-case/", "/s98/"]),
}
"""Folder: the real file whose text is taken, the new file's name, its new title, the page that lists it, and the pages it makes."""


@pytest.mark.parametrize("folder", NEW)
def test_one_new_file_is_a_new_page_that_the_site_lists(folder: str, tmp_path: Path) -> None:
    like, slug, title, listed_on, paths = NEW[folder]
    for name in ("docs", "theme", "pathways"):
        shutil.copytree(ROOT / name, tmp_path / name)
    before = {page.path for page in pages_of(checked(tmp_path, TODAY))}
    home = tmp_path / "pathways" / folder
    text = (home / f"{like}.yml" if like else sorted(home.glob("*.yml"))[0]).read_text(encoding="utf-8")
    text = re.sub(rf"^{title.partition(':')[0]}: .*", title, text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^code: ([MS])\d\d", r"code: \g<1>98", text, count=1, flags=re.MULTILINE)
    (home / f"{slug}.yml").write_text(text, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        checked(tmp_path, TODAY)
    assert {problem.rule for problem in refused.value.problems} == {"values-agreed"}, "what is new is agreed to first"
    agree(tmp_path)
    case = checked(tmp_path, TODAY)
    assert set(paths) <= {page.path for page in pages_of(case)} - before
    files = render_files(case, root=tmp_path)
    assert title.partition(": ")[2] in files[source_file(listed_on)].decode()
    assert f"{slug}/" in files[source_file(listed_on)].decode()
