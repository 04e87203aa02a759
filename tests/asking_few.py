"""The link check as a command on a few addresses in place of the real ones. It imports little, because tests start it as a process of its own."""

from __future__ import annotations

import argparse
import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from scripts.build import ROOT
from scripts.load import Knowledge, assemble, read_folder, read_record
from scripts.model import LinksFile, SourcesFile
from scripts.upkeep import links
from scripts.upkeep.asking import Limits

Files = Mapping[str, bytes]
TODAY = datetime.date(2026, 11, 22)
QUICK = Limits(at_once=100, pause=0.05, timeout=0.6, tries=2, backoff=0.05, longest_wait=5, most_bytes=100_000, hops=6)
SOURCES = "pathways/sources.yml"
BLANK = "# yaml-language-server: $schema=schema/links.json\n# By hand.\nexceptions: []\nlast_good: {}\n"
"""A register in which nothing stands yet."""


@cache
def real_files() -> Files:
    """The real files, by path."""
    return {path: content for path, content in read_folder(ROOT).items() if isinstance(content, bytes)}


@cache
def real() -> Knowledge:
    """What the real files say."""
    return assemble(real_files())


def knowledge(addresses: Sequence[str], register: bytes) -> tuple[Files, Knowledge]:
    """The files of sources and of links with the first sources moved to other addresses, and what they say, of those sources only."""
    ids = [id for id, source in real().sources.items() if source.link][: len(addresses)]
    lines = real_files()[SOURCES].decode().splitlines(keepends=True)
    for id, address in zip(ids, addresses, strict=True):
        at = lines.index(f"  {id}:\n")
        url = next(number for number in range(at, len(lines)) if lines[number].startswith("    url: "))
        lines[url] = f"    url: {address}\n"
    files = {SOURCES: "".join(lines).encode(), links.REGISTER: register}
    (sources_document, sources), (links_document, kept) = (read_record(path, content) for path, content in files.items())
    assert isinstance(sources, SourcesFile)
    assert isinstance(kept, LinksFile)
    documents = {**real().documents, SOURCES: sources_document, links.REGISTER: links_document}
    few = {id: sources.sources[id] for id in ids}
    return files, replace(real(), sources=few, areas={}, contacts={}, editions={}, links=kept, documents=documents)


def drive(root: Path, addresses: Sequence[str], *more: str, exceptions: str = "[]") -> int:
    """The command on a few addresses, its register and its state below `root`."""
    kept = (root / links.REGISTER).read_text() if (root / links.REGISTER).exists() else BLANK
    files, k = knowledge(addresses, re.sub("^exceptions: .*$", f"exceptions: {exceptions}", kept, flags=re.MULTILINE).encode())
    for path in (SOURCES, links.REGISTER):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(files[path])
    parser = argparse.ArgumentParser()
    links.arguments(parser)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "load", lambda root: k)
        patch.setattr(links, "Limits", lambda **given: replace(QUICK, **given) if given else QUICK)
        patch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.datetime.combine(TODAY, datetime.time(12), datetime.UTC).timestamp())))
        return links.run(root, parser.parse_args(["--pause", "0.05", "--timeout", "1", *more]), lambda message: print(f"said: {message}"))
