"""A command that is killed at any moment leaves the YAML, the rendered tree and the last good site whole.

The moments are those that matter: every time the command is about to open, rename or remove a file, as Python's own audit
events tell. A child process stops itself there, with the signal that no program can catch. Commands that touch few files are killed at every
one of them; rendering and building touch thousands and are killed at a spread of them.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import files as whole
from scripts.build import ROOT, Checked, rendered_in
from scripts.load import load
from scripts.pages.write import write_files
from tests.conftest import small_site

KILLED = """
import os, signal, sys
sys.path.insert(0, {root!r})
count, limit = 0, int(sys.argv[1])
def look(event, arguments):
    global count
    if event == "open":
        touches = isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    else:
        touches = event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "ctypes.dlopen", "ctypes.dlsym")
    if touches:
        count += 1
        if count == limit:
            os.kill(os.getpid(), signal.SIGKILL)
{imports}
sys.addaudithook(look)
{command}
print(count)
"""
"""`imports` come before the hook: what Python writes while importing is not the command's."""


def run(limit: int, imports: str, command: str) -> subprocess.CompletedProcess[str]:
    """Run a piece of a command in a process that dies at its `limit`-th touch of a file (0: never)."""
    program = KILLED.format(root=str(ROOT), imports=imports, command=command)
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "SOURCE_DATE_EPOCH": "1795348800", "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run([sys.executable, "-c", program, str(limit)], capture_output=True, text=True, env=environment)


def touches(imports: str, command: str) -> int:
    """How many times a command touches a file when nobody kills it."""
    done = run(0, imports, command)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split()[-1])


def state(folder: Path) -> dict[str, bytes]:
    """Every file below a folder that is not on its way in or out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith((".change", ".new")) and path.name != whole.JOURNAL
    }


# --- several files as one change: what confirm, withdraw, rename and agree do ------------------------------------------

CHANGE = {"a.txt": b"new a", "b/c.txt": b"new c", "new.txt": b"new", "gone.txt": None}
BEFORE = {"a.txt": b"old a", "b/c.txt": b"old c", "gone.txt": b"old"}
AFTER = {"a.txt": b"new a", "b/c.txt": b"new c", "new.txt": b"new"}


def three_files(folder: Path) -> Path:
    for name, content in BEFORE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_change_of_several_files_is_made_whole_or_not_at_all_wherever_it_is_killed(tmp_path: Path) -> None:
    imports = "from pathlib import Path; from scripts import files"

    def command(folder: Path) -> str:
        return f"files.write_all(Path({str(folder)!r}), {CHANGE!r})"

    total = touches(imports, command(three_files(tmp_path / "whole")))
    assert state(tmp_path / "whole") == AFTER
    assert total > 8
    outcomes = set()
    for moment in range(1, total + 1):
        folder = three_files(tmp_path / str(moment))
        assert run(moment, imports, command(folder)).returncode == -signal.SIGKILL
        whole.finish(folder)  # every command does this first
        found = state(folder)
        assert found in (BEFORE, AFTER), f"killed at touch {moment} of {total}"
        outcomes.add(found == AFTER)
    assert outcomes == {False, True}, "some moments come before the point of no return, some after"


# --- the commands themselves, on a copy of the real project -----------------------------------------------------------

COMMANDS = {
    "confirm": ["barnet-mash", "--how", "phone", "--by", "duty-officer", "--on", "2026-11-20"],
    "withdraw": ["barnet-adult-mash", "--why", "The line was closed."],
    "rename": ["/myths/spying/", "/myths/watching/"],
    "permalinks": ["--release", "2026.12"],
}
"""Every command that edits more than one file, or a file by hand; all of them write through scripts/files.py."""


def command_of(name: str, folder: Path) -> tuple[str, str]:
    """The imports and the call of a command on a copy of the project."""
    imports = f"import argparse; from pathlib import Path; from scripts import files; from scripts.upkeep import {name}"
    call = f"parser = argparse.ArgumentParser(); {name}.arguments(parser); files.finish(Path({str(folder)!r}))\n"
    return imports, call + f"assert {name}.run(Path({str(folder)!r}), parser.parse_args({COMMANDS[name]!r}), lambda message: None) == 0"


def project_copy(folder: Path) -> Path:
    for name in ("docs", "pathways", "theme"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "mkdocs.yml", folder)
    return folder


@pytest.mark.parametrize(
    ("name", "moments"), [("confirm", 3), *(pytest.param(name, 40, marks=pytest.mark.whole, id=f"{name}-whole") for name in COMMANDS)]
)
def test_a_command_that_edits_leaves_the_yaml_whole_wherever_it_is_killed(name: str, moments: int, tmp_path: Path) -> None:
    total = touches(*command_of(name, project_copy(tmp_path / "whole")))
    before, after = state(project_copy(tmp_path / "before") / "pathways"), state(tmp_path / "whole" / "pathways")
    assert before != after
    seen = set()
    for moment in spread(total, min(moments, total)):
        folder = project_copy(tmp_path / str(moment))
        assert run(moment, *command_of(name, folder)).returncode == -signal.SIGKILL
        whole.finish(folder)  # every command does this first
        found = state(folder / "pathways")
        assert found in (before, after), f"killed at touch {moment} of {total}"
        assert load(folder)
        seen.add(found == after)
        shutil.rmtree(folder)
    assert seen == {False, True}


# --- rendering ---------------------------------------------------------------------------------------------------------

RENDER = "from pathlib import Path; from scripts.pages.write import write_files"
MOMENTS = 25


def spread(total: int, moments: int = MOMENTS) -> Iterator[int]:
    """Moments from the first to the last, evenly."""
    yield from sorted({1 + round(number * (total - 1) / (moments - 1)) for number in range(moments)})


def test_a_rendered_tree_holds_whole_files_wherever_rendering_is_killed_and_the_next_run_mends_it(tmp_path: Path) -> None:
    old = {f"{number}/index.md": f"old {number}".encode() for number in range(12)}
    new = {f"{number}/index.md": f"new {number}".encode() for number in range(6, 18)} | {"6/index.md": b"old 6"}
    third = {**old, "17/index.md": b"third"}

    def command(folder: Path, files: dict[str, bytes]) -> str:
        return f"write_files(Path({str(folder)!r}), {files!r})"

    total = 0
    for moment in [0, *range(1, 200)]:
        folder = tmp_path / str(moment)
        write_files(folder, old)
        done = run(moment, RENDER, command(folder, new))
        if moment == 0:
            total = int(done.stdout.split()[-1])
            continue
        if moment > total:
            break
        assert done.returncode == -signal.SIGKILL
        left = {name: content for name, content in state(folder).items() if not name.startswith(".")}
        assert all(content in (old.get(name), new.get(name)) for name, content in left.items()), "each file is the old one or the new one"
        for files in (new, third):
            write_files(folder, files)
            assert {name: content for name, content in state(folder).items() if not name.startswith(".")} == files
    assert total > 20


# --- building ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(real: Checked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project with a good site, and one page changed since."""
    folder = tmp_path_factory.mktemp("killed")
    small_site(folder, real)
    page = rendered_in(folder / "project") / "barnet" / "index.md"
    page.write_text(page.read_text(encoding="utf-8").replace("who to tell", "whom to tell"), encoding="utf-8")
    return folder / "project"


def test_the_last_good_site_stands_whole_wherever_a_build_is_killed(project: Path) -> None:
    imports = (
        "from pathlib import Path; from scripts.build import build_site; from scripts.load import load; import mkdocs.commands.build, mkdocs.config"
    )
    command = f"build_site(Path({str(project)!r}), Path({str(project / 'site')!r}), lambda message: None, k)"
    imports += f"; k = load(Path({str(project)!r}))"
    good = state(project / "site")
    assert "barnet/index.html" in good
    total_guess = 2 * len(good)
    killed = 0
    for moment in (*spread(total_guess, 4), 100000):
        done = run(moment, imports, command)
        found = state(project / "site")
        if done.returncode == 0:
            assert found != good, "a build that nobody kills puts the new site in"
            break
        killed += 1
        assert done.returncode == -signal.SIGKILL
        assert found == good, f"killed at touch {moment}"
    assert killed > 1
    assert load(project)  # the YAML is read, never written


def test_the_swap_of_two_folders_is_whole_wherever_it_is_killed(tmp_path: Path) -> None:
    imports = "from pathlib import Path; from scripts import files"

    def command(folder: Path) -> str:
        return f"files.swap_in(Path({str(folder / 'fresh')!r}), Path({str(folder / 'place')!r}))"

    def two(folder: Path) -> Path:
        for name in ("fresh", "place"):
            for number in range(3):
                (folder / name / str(number)).mkdir(parents=True)
                (folder / name / str(number) / "which").write_text(name)
        return folder

    total = touches(imports, command(two(tmp_path / "whole")))
    assert total > 5
    seen = set()
    for moment in range(1, total + 1):
        folder = two(tmp_path / str(moment))
        assert run(moment, imports, command(folder)).returncode == -signal.SIGKILL
        found = {path.read_text() for path in (folder / "place").rglob("which")}
        assert len(list((folder / "place").rglob("which"))) == 3
        assert len(found) == 1, f"killed at touch {moment}: half of each"
        seen |= found
        assert run(0, imports, f"files.restore(Path({str(folder / 'place')!r}))").returncode == 0
        assert (folder / "place" / "2" / "which").is_file()
    assert seen == {"fresh", "place"}


def test_two_folders_change_places_in_one_step(tmp_path: Path) -> None:
    for name in ("fresh", "place"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which").write_text(name)
    whole.swap_in(tmp_path / "fresh", tmp_path / "place")
    assert (tmp_path / "place" / "which").read_text() == "fresh"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["place"]


def test_where_a_system_cannot_exchange_folders_a_stop_between_the_two_steps_is_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "_exchange", lambda one, other: False)
    for name in ("fresh", "place"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which").write_text(name)
    real_rename = Path.rename

    def dies(self: Path, target: Path) -> Path:
        if self.name == "fresh":
            raise KeyboardInterrupt
        return real_rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", dies)
        with pytest.raises(KeyboardInterrupt):
            whole.swap_in(tmp_path / "fresh", tmp_path / "place")
    assert not (tmp_path / "place").exists()
    whole.restore(tmp_path / "place")
    assert (tmp_path / "place" / "which").read_text() == "place"
    whole.swap_in(tmp_path / "fresh", tmp_path / "place")
    assert (tmp_path / "place" / "which").read_text() == "fresh"


def test_the_journal_names_every_file_before_the_first_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, bool]] = []
    monkeypatch.setattr(whole, "finish", lambda root: seen.append(json.loads((root / whole.JOURNAL).read_text())))
    whole.write_all(three_files(tmp_path), CHANGE)
    assert seen == [{"a.txt": True, "b/c.txt": True, "new.txt": True, "gone.txt": False}]
    assert (tmp_path / "a.txt").read_bytes() == b"old a"
