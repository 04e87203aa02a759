"""The manifest tells a tampered, cut or half-copied site from a good one, in plain words, in a folder and in a zip."""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts import manifest
from scripts.build import ROOT, Checked, builder
from scripts.manifest import MANIFEST, UNKNOWN
from scripts.upkeep import deploy, verify
from tests.conftest import small_site

FILES: Mapping[str, bytes] = {
    "index.html": b"<h1>Home</h1>" * 9,
    "barnet/index.html": b"<h1>Barnet</h1>" * 90,
    "assets/search.js": b"let index = 1\n" * 900,
    "data/v1/index.json": b'{"data_date": "2026-11-22", "edition": {"id": "barnet"}}',
    "sitemap.xml": b"<urlset/>",
    "sitemap.xml.gz": gzip.compress(b"<urlset/>", mtime=5),
    "empty.txt": b"",
}
BUILDER = "invented 1.0"


def put(folder: Path, files: Mapping[str, bytes] = FILES) -> Path:
    """A small finished site without its manifest."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small finished site."""
    folder = put(tmp_path / "site")
    manifest.lay(folder, tmp_path, BUILDER)
    return folder


def zipped(site: Path, place: Path, top: str = "a-site") -> Path:
    """The site as a zip, in one folder."""
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(site.rglob("*")):
            archive.write(path, f"{top}/{path.relative_to(site).as_posix()}")
    return place


@pytest.fixture(params=["folder", "zip"])
def kind(request: pytest.FixtureRequest) -> str:
    """How the copy comes."""
    return str(request.param)


@pytest.fixture
def told(site: Path, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[], tuple[int, list[str]]]:
    """Judge the site as it now is, as a folder or as a zip: the exit code and what is printed."""

    def judge() -> tuple[int, list[str]]:
        place = zipped(site, tmp_path / "copy.zip") if kind == "zip" else site
        return typed(str(place)), capsys.readouterr().out.splitlines()

    return judge


def typed(*words: str) -> int:
    """The command, as typed."""
    parser = argparse.ArgumentParser()
    verify.arguments(parser)
    return verify.run(ROOT, parser.parse_args(words), lambda message: None)


Told = Callable[[], tuple[int, list[str]]]

# --- a good one --------------------------------------------------------------------------------------------------------


def test_a_site_as_it_was_built_is_good_and_says_what_it_is(site: Path, told: Told) -> None:
    code, lines = told()
    assert code == 0
    assert lines[0].endswith(
        f"is as it was built: {len(FILES)} files, edition barnet, data of 22 November 2026, source revision unknown, built with {BUILDER}."
    )
    assert hashlib.sha256((site / MANIFEST).read_bytes()).hexdigest() in lines[1]
    assert len(lines) == 2


def test_the_manifest_lists_every_file_with_size_and_hash_and_can_be_read_by_any_program(site: Path) -> None:
    found = json.loads((site / MANIFEST).read_bytes())
    assert found["files"].keys() == FILES.keys()
    assert found["files"]["index.html"] == {"bytes": 117, "sha256": hashlib.sha256(FILES["index.html"]).hexdigest()}
    assert {key: found[key] for key in ("manifest", "edition", "data_date", "builder")} == {
        "manifest": 1,
        "edition": "barnet",
        "data_date": "2026-11-22",
        "builder": BUILDER,
    }


def test_the_same_site_made_at_another_time_has_the_same_manifest(site: Path, tmp_path: Path) -> None:
    other = put(tmp_path / "other", dict(sorted(FILES.items(), reverse=True)))
    for path in other.rglob("*"):
        os.utime(path, (1, 1))
    manifest.lay(other, tmp_path, BUILDER)
    assert (other / MANIFEST).read_bytes() == (site / MANIFEST).read_bytes()


def test_compressed_copies_and_a_servers_own_files_are_accepted_and_the_latter_named(site: Path, told: Told) -> None:
    for name in ("barnet/index.html", "sitemap.xml", MANIFEST):
        (site / f"{name}.gz").write_bytes(gzip.compress((site / name).read_bytes()))  # the sitemap's listed copy too is another one now
    put(site, {".well-known/security.txt": b"Contact:", "web.config": b"<configuration/>"})
    code, lines = told()
    assert code == 0
    assert lines[:2] == ["not judged: .well-known/security.txt was added for a server", "not judged: web.config was added for a server"]


# --- one that is not ---------------------------------------------------------------------------------------------------


def change(name: str, content: bytes) -> Callable[[Path], object]:
    return lambda site: put(site, {name: content})


def remove(*names: str) -> Callable[[Path], object]:
    def leave_out(site: Path) -> None:
        for name in names:
            (site / name).unlink()

    return leave_out


BREAKS: Mapping[str, tuple[Callable[[Path], object], list[str]]] = {
    "one byte": (change("index.html", b"<h2" + FILES["index.html"][3:]), ["changed: index.html: what stands in it is not what was built"]),
    "cut": (change("index.html", FILES["index.html"][:7]), ["changed: index.html: it ends after 7 of 117 bytes"]),
    "emptied": (change("assets/search.js", b""), ["changed: assets/search.js: it ends after 0 of 12,600 bytes"]),
    "longer": (change("empty.txt", b"!"), ["changed: empty.txt: it is longer than it was"]),
    "dropped": (remove("barnet/index.html"), ["missing: barnet/index.html"]),
    "added": (change("barnet/more.html", b"<script>"), ["not built by us: barnet/more.html"]),
    "hidden": (change(".more", b""), ["not built by us: .more"]),
    "half copied": (
        lambda site: (remove("index.html", "sitemap.xml")(site), change("assets/search.js", b"let")(site)),
        ["missing: index.html", "missing: sitemap.xml", "changed: assets/search.js: it ends after 3 of 12,600 bytes"],
    ),
    "a copy of another text": (
        change("index.html.gz", gzip.compress(b"<h1>Another</h1>")),
        ["changed: index.html.gz: it does not unpack to index.html"],
    ),
    "a copy cut short": (change("index.html.gz", gzip.compress(FILES["index.html"])[:20]), ["changed: index.html.gz: it ends too early"]),
    "a copy that is none": (change("index.html.gz", b"<h1>"), ["changed: index.html.gz: it cannot be read (damaged)"]),
    "a copy that unpacks to far more": (
        change("index.html.gz", b"".join(gzip.compress(bytes(1 << 20)) for _ in range(4))),
        ["changed: index.html.gz: it does not unpack to index.html"],
    ),
    "a copy of nothing": (change("none.html.gz", gzip.compress(b"")), ["not built by us: none.html.gz"]),
    "a copy of a copy": (change("index.html.gz.gz", gzip.compress(b"")), ["not built by us: index.html.gz.gz"]),
    "a name that would write on the screen": (change("\x1b[2J", b""), [r"not built by us: '\x1b[2J'"]),
}


@pytest.mark.parametrize(("breaking", "expected"), BREAKS.values(), ids=BREAKS.keys())
def test_each_fault_is_told_in_plain_words(site: Path, told: Told, breaking: Callable[[Path], object], expected: list[str]) -> None:
    breaking(site)
    code, lines = told()
    assert code == 1
    assert lines[:-1] == expected
    assert "is NOT as it was built: " in lines[-1]


def test_the_summary_counts_the_faults(site: Path, told: Told) -> None:
    remove("index.html", "sitemap.xml")(site)
    put(site, {"more.html": b"", "empty.txt": b"!"})
    assert "2 missing, 1 changed, 1 too many; it should be 7 files, edition barnet" in told()[1][-1]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(name for name in FILES if FILES[name])), at=st.integers(0), bit=st.integers(0, 7))
def test_one_bit_anywhere_is_told(site: Path, name: str, at: int, bit: int) -> None:
    content = bytearray(FILES[name])
    content[at % len(content)] ^= 1 << bit
    put(site, {name: bytes(content)})
    with manifest.opened(site) as copy:
        found = manifest.verify(copy)
    put(site, {name: FILES[name]})
    assert list(found.changed) == [name] or (name == "sitemap.xml.gz" and gzip.decompress(bytes(content)) == FILES["sitemap.xml"])


# --- nothing to compare with -------------------------------------------------------------------------------------------


def rewritten(old: str, new: str) -> Callable[[bytes], bytes]:
    def rewrite(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode(), 1)

    return rewrite


DAMAGES: Mapping[str, Callable[[bytes], bytes]] = {
    "empty": lambda content: b"",
    "cut": lambda content: content[:-100],
    "not JSON": lambda content: b"{",
    "not text": lambda content: b"\xff\xfe",
    "another kind": lambda content: b"[]",
    "rendered's own list": lambda content: b'{"index.md": "abc"}',
    "nested without end": lambda content: b"[" * 100_000,
    "a later version": rewritten('"manifest": 1', '"manifest": 2'),
    "a name that leads out": rewritten('"index.html"', '"../index.html"'),
    "an absolute name": rewritten('"index.html"', '"/index.html"'),
    "a drive": rewritten('"index.html"', '"C:/index.html"'),
    "a size in words": rewritten('"bytes": 117', '"bytes": "117"'),
    "a hash too short": rewritten('"sha256": "', '"sha256": "0'),
    "a key more": rewritten('"manifest": 1', '"manifest": 1, "more": 1'),
    "a file twice": rewritten('"index.html": {', '"index.html": {}, "index.html": {'),
    "an edition that is no word": rewritten('"edition": "barnet"', '"edition": 7'),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_manifest_is_a_sentence(site: Path, told: Told, damage: Callable[[bytes], bytes]) -> None:
    path = site / MANIFEST
    path.write_bytes(damage(path.read_bytes()))
    code, lines = told()
    assert code == 1
    assert len(lines) == 1
    assert f"{MANIFEST} in " in lines[0]
    assert lines[0].endswith("is damaged: it is not as it was written. Copy the site again, or build it again.")


def test_a_missing_manifest_is_a_sentence(site: Path, told: Told) -> None:
    (site / MANIFEST).unlink()
    code, lines = told()
    assert code == 1
    assert len(lines) == 1
    assert lines[0].endswith(
        f"holds no {MANIFEST}, so nothing can be compared. Copy the site again with the files whose names start with a dot, or build it again."
    )


def test_the_folder_above_leads_to_the_right_one(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(str(site.parent)) == 1
    assert capsys.readouterr().out.endswith("Give the folder site in it.\n")


def test_what_is_not_there_and_what_is_no_zip_are_sentences(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(str(tmp_path / "nowhere")) == 1
    assert capsys.readouterr().out == f"There is no {tmp_path / 'nowhere'}. Give the folder that holds the site, or the zip.\n"
    whole = zipped(site, tmp_path / "copy.zip").read_bytes()
    for part in (b"", whole[:-30], whole[: len(whole) // 2]):
        (tmp_path / "copy.zip").write_bytes(part)
        assert typed(str(tmp_path / "copy.zip")) == 1
        assert capsys.readouterr().out == "copy.zip cannot be read as a zip: it is damaged, or was copied in part. Copy it again.\n"


@pytest.mark.parametrize("step", range(0, 100, 7))
def test_a_byte_changed_inside_a_zip_is_never_called_good_and_never_a_traceback(site: Path, tmp_path: Path, step: int) -> None:
    place = zipped(site, tmp_path / "copy.zip")
    content = bytearray(place.read_bytes())
    with zipfile.ZipFile(place) as archive:
        info = archive.getinfo("a-site/assets/search.js")
    content[info.header_offset + 30 + len(info.filename) + step % info.compress_size] ^= 0xFF
    place.write_bytes(content)
    assert typed(str(place)) == 1


def test_a_file_that_stands_in_a_zip_twice_or_beside_its_folder_is_told(site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = zipped(site, tmp_path / "copy.zip")
    with zipfile.ZipFile(place, "a") as archive:
        archive.writestr("beside.html", b"")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a-site/index.html", FILES["index.html"])
    assert typed(str(place)) == 1
    assert capsys.readouterr().out.splitlines()[:-1] == ["changed: index.html: it is in the zip twice", "not built by us: ../beside.html"]


def test_a_file_that_may_not_be_read_and_a_link_to_a_folder_are_told(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "more").symlink_to(tmp_path)
    with manifest.opened(site) as copy:
        real_open = copy.open

        def refuses(name: str) -> object:
            if name == "index.html":
                raise PermissionError(13, "Permission denied")
            return real_open(name)

        found = manifest.verify(manifest.Copy(copy.called, copy.names, copy.twice, refuses))  # type: ignore[arg-type]
    assert found.changed == {"index.html": "it cannot be read (Permission denied)"}
    assert found.extra == ("more",)


# --- where it comes from -----------------------------------------------------------------------------------------------


def git(folder: Path, *words: str) -> str:
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    name = ("-c", "user.name=editor", "-c", "user.email=editor@example.org")
    return subprocess.run(["git", "-C", str(folder), *name, *words], check=True, capture_output=True, text=True, env={**os.environ, **own}).stdout


def test_the_source_is_a_commit_and_whether_anything_was_changed_since(tmp_path: Path) -> None:
    assert manifest.source(tmp_path) == (UNKNOWN, None)
    git(tmp_path, "init", "-q")
    assert manifest.source(tmp_path) == (UNKNOWN, None), "no commit yet"
    put(tmp_path, {"a.yml": b"a"})
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "A")
    commit = git(tmp_path, "rev-parse", "HEAD").strip()
    assert manifest.source(tmp_path) == (commit, True)
    put(tmp_path, {"b.yml": b"b"})
    assert manifest.source(tmp_path) == (commit, False)
    (tmp_path / "inside").mkdir()
    assert manifest.source(tmp_path / "inside") == (UNKNOWN, None), "another project's commit says nothing of this one"


def test_without_git_the_source_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert manifest.source(ROOT) == (UNKNOWN, None)


def test_sums_are_what_sha256sum_reads(site: Path, tmp_path: Path) -> None:
    (tmp_path / "sums").write_bytes(manifest.sums(manifest.entries(site)))
    done = subprocess.run(["sha256sum", "--check", "--strict", str(tmp_path / "sums")], cwd=site, capture_output=True, text=True)
    assert done.stdout.splitlines() == [f"{name}: OK" for name in sorted(FILES)]


# --- the real build ----------------------------------------------------------------------------------------------------


def test_a_built_site_holds_its_manifest_and_a_deployed_one_is_good_with_all_that_was_added(
    real: Checked, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = small_site(tmp_path, real)
    with manifest.opened(built) as copy:
        found = manifest.verify(copy)
    assert found.good
    assert not found.others
    assert (found.manifest.edition, found.manifest.data_date) == ("london", "2026-11-22")
    assert (found.manifest.builder, found.manifest.revision) == (builder(), UNKNOWN)
    assert found.manifest.files["barnet/index.html"] == manifest.entries(built)["barnet/index.html"]
    assert deploy.lay(tmp_path / "deployed", built, {"site/.well-known/security.txt": "Contact:\n"}) > 100
    assert typed(str(tmp_path / "deployed" / "site")) == 0
    assert "not judged: .well-known/security.txt" in capsys.readouterr().out
    page = tmp_path / "deployed" / "site" / "barnet" / "index.html"
    page.write_bytes(page.read_bytes().replace(b"020 8359 4066", b"020 7946 0000"))
    assert typed(str(tmp_path / "deployed" / "site")) == 1
    assert capsys.readouterr().out.splitlines()[0] == "changed: barnet/index.html: what stands in it is not what was built"
    shutil.rmtree(tmp_path / "deployed" / "site" / "barnet")
    assert typed(str(tmp_path / "deployed" / "site")) == 1
    assert "missing: barnet/school/index.html" in capsys.readouterr().out
