"""`python -m scripts rename OLD NEW`: move a page, or an anchor that is a record's id, to another address. The old one leads on for ever.

Everything that names it follows: the file, references in every YAML file, addresses in lists, [[names]] in prose, exceptions, earlier
moves. All of it is tried in memory first, with every rule and every promised address, and then written as one change.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from scripts import agreed, build, files
from scripts.load import FOLDER, Home, Knowledge, assemble, read_folder
from scripts.pages.site import site_paths
from scripts.pages.sources import SOURCES, listed_on
from scripts.pages.subjects import guide_path
from scripts.pages.trainers import session_path
from scripts.pages.words import count, listing
from scripts.problem import Problem, Refused, near
from scripts.prose import NAME, Text, place, read_texts
from scripts.rules import check
from scripts.rules.addresses import SHORT_CODE
from scripts.rules.case import Case
from scripts.rules.routing import TOP_WORDS

RULE = "rename"
PART = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ADDRESS = re.compile(r"(/[a-z0-9-]+)*/(#[a-z0-9-]+)?")
PAGES = {"setting": "settings", "situation": "situations", "guide": "guides", "myth": "myths", "scenario": "scenarios", "session": "sessions"}
"""Kinds of record that are a file and a page each, and their folder."""
IDS = {
    "/glossary/": (("term", "glossary.yml", "terms"),),
    "/sources/": (("source", "sources.yml", "sources"), ("difference", "differences.yml", "differences")),
    "/procedures/": (("procedure", "procedures.yml", "procedures"),),
    "/training/": (("course", "training.yml", "courses"),),
    "/changes/": (("change", "changes.yml", "changes"),),
}
"""Pages whose anchors are ids of records: the kind of record, its file, and the key it stands under."""
MOVED = f"{FOLDER}/moved.yml"
BY_HAND = ("README.md", "CONTRIBUTING.md", "theme", "scripts", "tests")
"""Where an address may be named in a way that no program can follow."""

Contents = Mapping[str, bytes]


@dataclass(frozen=True)
class Move:
    """One record that gets another name, and every address that goes with it."""

    kind: str
    id: str
    new_id: str
    addresses: Mapping[str, str]
    """Old addresses (pages, or one anchor) and their new ones."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("old", metavar="OLD", help="the address as it is: /myths/spying/, or /glossary/#dsl for the id of a record")
    parser.add_argument("new", metavar="NEW", help="the address as it shall be")


def run(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Rename, and say what was done.

    Raises:
        Refused: with every problem, and nothing is written, when the data is not sound before or would not be afterwards.
    """
    case = build.checked(root)
    move = planned(case.k, options.old, options.new)
    before: Contents = {path: document for path, document in read_folder(root).items() if isinstance(document, bytes)}
    texts = read_texts(root)
    after, told = renamed(case.k, before, move)
    texts_after = tuple(Text(text.path, prose_renamed(text.text, move)) if text.path.startswith("docs/") else text for text in texts)
    register = _tried(root, case, after, texts_after)

    changes: dict[str, bytes | None] = {path: after.get(path) for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    prose = {new.path: new.text.encode() for old, new in zip(texts, texts_after, strict=True) if old != new}
    if (root / agreed.FILE).exists():
        changes[agreed.FILE] = register
    files.write_all(root, {**changes, **prose})

    say(f"renamed the {move.kind} {move.id} to {move.new_id}")
    for line in told:
        say(line)
    if prose:
        say(f"changed its name in {listing(sorted(prose))}")
    first, *more = move.addresses.items()
    with_it = f", and {count(len(more), 'more address', 'more addresses')} with it" if more else ""
    say(f"{first[0]} leads on to {first[1]}{with_it}; the lines are in {MOVED}")
    if move.kind in ("myth", "scenario"):
        code = (case.k.myths if move.kind == "myth" else case.k.scenarios)[move.id].code
        say(f"the short code {code} stays, and leads to the new address")
    if named := sorted(_named_by_hand(root, move)):
        say(f"still named by hand in {listing(named)}: look at {'it' if len(named) == 1 else 'them'}")
    return 0


# --- what is meant -----------------------------------------------------------------------------------------------------


def planned(k: Knowledge, old: str, new: str) -> Move:
    """The record that an address belongs to, and its new name.

    Raises:
        Refused: when the address belongs to nothing that can be renamed, or the new one cannot be taken.
    """
    for address in (old, new):
        if not ADDRESS.fullmatch(address):
            raise _no(f"{address} is not an address of this site", "write it from the root with a slash at the end, such as /myths/spying/")
    if old == new:
        raise _no(f"{old} is its name already", "give two different addresses")
    (old_page, _, old_id), (new_page, _, new_id) = old.partition("#"), new.partition("#")
    if bool(old_id) != bool(new_id):
        raise _no(f"{old} and {new} are not of one kind", f"an anchor becomes an anchor; for one that goes elsewhere write a line into {MOVED}")
    if old_id:
        return _planned_anchor(k, old_page, old_id, new_page, new_id)
    first = old_page.strip("/").split("/")[0]
    if SHORT_CODE.fullmatch(old_page) or SHORT_CODE.fullmatch(new_page):
        raise _no(f"{old_page if SHORT_CODE.fullmatch(old_page) else new_page} is a short code, and a short code never moves", "rename its page")
    if first in k.areas and old_page.count("/") == 2:
        raise _no(f"{old_page} is an area, and an area's address is its name", "an area cannot be renamed")
    if first in k.areas:
        raise _no(f"{old_page} is made from a setting, for every area", f"rename /settings/{old_page.strip('/').split('/')[-1]}/ instead")
    for kind, folder in PAGES.items():
        records = getattr(k, folder)
        for slug, record in records.items():
            where = session_path(slug) if kind == "session" else guide_path(slug, record) if kind == "guide" else f"/{folder}/{slug}/"
            if where == old_page:
                return _planned_page(k, kind, slug, where, new_page)
    known = site_paths(k, ())
    if old_page in k.moved:
        raise _no(f"{old_page} has moved to {k.moved[old_page]} already", f"rename {k.moved[old_page]} instead")
    if old_page in known:
        raise _no(f"{old_page} is not made from a file of its own", "its address is fixed in the code and in the design")
    raise _no(
        f"there is no page {old_page} that can be renamed",
        near(old_page, known) or "settings, situations, guides, myths, scenarios and sessions can be",
    )


def _planned_page(k: Knowledge, kind: str, slug: str, old: str, new: str) -> Move:
    before, after = old.strip("/").split("/"), new.strip("/").split("/")
    if len(before) != len(after) or before[:-1] != after[:-1] or not PART.fullmatch(after[-1]):
        stem = "/".join(["", *before[:-1], ""])
        raise _no(f"a {kind} at {old} can only become another page right under {stem}", f"write {stem}…/ with small letters, digits and hyphens")
    if new in site_paths(k, ()):
        raise _no(f"{new} is taken by another page", "choose another address")
    if len(after) == 1 and after[0] not in TOP_WORDS:
        tip = "add it to TOP_WORDS in scripts/rules/routing.py first, so that no area can ever take it"
        raise _no(f"“{after[0]}” is a new first word of an address", tip)
    addresses = {old: new}
    if kind == "setting" and k.settings[slug].local:
        addresses |= {f"/{area}/{slug}/": f"/{area}/{after[-1]}/" for area in k.areas}
    return Move(kind, slug, after[-1], addresses)


def _planned_anchor(k: Knowledge, page: str, id: str, new_page: str, new_id: str) -> Move:
    old, new = f"{page}#{id}", f"{new_page}#{new_id}"
    if page != new_page:
        raise _no(f"{old} and {new} stand on two pages", f"move the record by hand and write a line into {MOVED}")
    addresses = {f"{where}#{id}": f"{where}#{new_id}" for where in listed_on(k, id)} if ("source", id) in k.homes else {}
    if old in addresses:
        taken = {name for sort, _, _ in IDS[SOURCES[0]] for kind, name in k.homes if kind == sort}
        if new_id in taken:
            raise _no(f"{new} is taken", "choose another id")
        return Move("source", id, new_id, {old: new} | addresses)
    if addresses and page.startswith(SOURCES[0]):
        raise _no(f"{old} is not where the source {id} stands", f"write {next(iter(addresses))}")
    found = [kind for kind, _, _ in IDS.get(page, ()) if kind != "source" and (kind, id) in k.homes]
    if not found:
        guides = [slug for slug, guide in k.guides.items() if guide_path(slug, guide) == page and any(part.id == id for part in guide.sections)]
        if not guides:
            known = [name for kind, _, _ in IDS.get(page, ()) for sort, name in k.homes if sort == kind]
            tip = near(id, known) or f"other anchors are moved by hand: change the id where it stands, and write a line into {MOVED}"
            raise _no(f"{old} is not the id of a term, a source, a procedure, a course, a change or a part of a guide", tip)
        taken = {part.id for part in k.guides[guides[0]].sections}
        found = ["section"]
    else:
        taken = {name for kind, _, _ in IDS[page] for sort, name in k.homes if sort == kind}
    if new_id in taken:
        raise _no(f"{new} is taken", "choose another id")
    return Move(found[0], id, new_id, {old: new})


def _no(message: str, tip: str) -> Refused:
    return Refused([Problem("rename", 1, 1, RULE, message, tip)])


# --- the files with the new name ---------------------------------------------------------------------------------------


def renamed(k: Knowledge, before: Contents, move: Move) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Every YAML file as it shall be, and what was done in plain words."""
    edits: dict[str, list[tuple[int, int, str]]] = {}
    told: list[str] = []
    for reference in k.references:
        if (reference.kind, reference.id) == (move.kind, move.id):
            node = _node(k, reference.home)
            _note(edits, reference.home.path, node, move.id, move.new_id)
    if keyed := next((Home(f"{FOLDER}/{file}", (key, move.id)) for rows in IDS.values() for kind, file, key in rows if kind == move.kind), None):
        _note(edits, keyed.path, _node(k, keyed, key=True), move.id, move.new_id)
    if move.kind == "section":
        page = next(iter(move.addresses)).partition("#")[0]
        slug, guide = next((slug, guide) for slug, guide in k.guides.items() if guide_path(slug, guide) == page)
        number = next(number for number, part in enumerate(guide.sections) if part.id == move.id)
        home = k.home("guide", slug, "sections", number, "id")
        _note(edits, home.path, _node(k, home), move.id, move.new_id)
    for path, document in k.documents.items():
        if path != MOVED:
            for node in _scalars(document.root):
                if (now := address_now(node.value, move)) != node.value:
                    _note(edits, path, node, node.value, now)
    for number, exception in enumerate(k.exceptions):
        if (now := _excepted(exception.at, move)) != exception.at:
            home = Home(f"{FOLDER}/exceptions.yml", ("exceptions", number, "at"))
            _note(edits, home.path, _node(k, home), exception.at, now)

    after = dict(before)
    for path, found in edits.items():
        text = before[path].decode()
        for start, end, new in sorted(set(found), reverse=True):
            text = text[:start] + new + text[end:]
        after[path] = text.encode()
    if move.kind in PAGES:
        old, new = (f"{FOLDER}/{PAGES[move.kind]}/{id}.yml" for id in (move.id, move.new_id))
        after[new] = after.pop(old)
        told.append(f"moved {old} to {new}")
    if others := sorted(path for path in edits if path in after):
        told.append(f"changed its name in {listing(others)}")
    after[MOVED] = moved_file(before[MOVED], move)
    return after, tuple(told)


def address_now(address: str, move: Move) -> str:
    """An address as it is after the move; anything else stays what it is."""
    if not address.startswith("/"):
        return address
    if address in move.addresses:
        return move.addresses[address]
    page, hash_, anchor = address.partition("#")
    return f"{move.addresses[page]}{hash_}{anchor}" if page in move.addresses else address


def _excepted(at: str, move: Move) -> str:
    """The place that an exception names, after the move."""
    names = {f"{FOLDER}/{file}#{key}.{move.id}": f"{FOLDER}/{file}#{key}.{move.new_id}" for rows in IDS.values() for kind, file, key in rows
             if kind == move.kind}  # fmt: skip
    if move.kind in PAGES:
        names = {f"{FOLDER}/{PAGES[move.kind]}/{move.id}.yml": f"{FOLDER}/{PAGES[move.kind]}/{move.new_id}.yml"}
    for old, new in names.items():
        if at == old or at.startswith((f"{old}#", f"{old}.")):
            return new + at.removeprefix(old)
    return at


def moved_file(content: bytes, move: Move) -> bytes:
    """moved.yml with the new lines. Earlier moves lead to the new address at once; a page that comes back is no move any more."""
    from ruamel.yaml import YAML  # imported here: only this file is written anew, and its comments must stay

    own = YAML()
    own.preserve_quotes = True
    own.width = 100_000
    own.indent(mapping=2, sequence=4, offset=2)
    data = own.load(content.decode())
    moved = data["moved"]
    moved.fa.set_block_style()
    for old, new in list(moved.items()):
        moved[old] = address_now(str(new), move)
    moved.update(move.addresses)
    back = set(move.addresses.values())
    for old in [old for old in moved if old in back]:
        del moved[old]
    out = io.StringIO()
    own.dump(data, out)
    return out.getvalue().encode()


def prose_renamed(text: str, move: Move) -> str:
    """Prose with the [[names]] that follow the move."""

    def now(match: re.Match[str]) -> str:
        kind, id = match["kind"], match["id"]
        if kind == "page":
            id = address_now(id, move)
        elif (kind, id) == (move.kind, move.id):
            id = move.new_id
        return f"[[{kind}:{id}]]"

    return NAME.sub(now, text)


def _node(k: Knowledge, home: Home, key: bool = False) -> yaml.ScalarNode:
    """The node at a place in a file: the value, or (`key`) the key it stands under."""
    node: yaml.Node | None = k.documents[home.path].root
    name: yaml.Node | None = None
    for step in home.pointer:
        if isinstance(step, int):
            assert isinstance(node, yaml.SequenceNode)
            node = node.value[step]
        else:
            assert isinstance(node, yaml.MappingNode)
            name, node = next((one, value) for one, value in node.value if one.value == step)
    found = name if key else node
    assert isinstance(found, yaml.ScalarNode)
    return found


def _scalars(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    """Every key and every value of a file that is a text."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)


def _note(edits: dict[str, list[tuple[int, int, str]]], path: str, node: yaml.ScalarNode, old: str, new: str) -> None:
    """Note an edit of a node's own text; quotes round it stay."""
    inset = 1 if node.style in ("'", '"') else 0
    start = node.start_mark.index + inset
    edits.setdefault(path, []).append((start, start + len(old), new))


# --- trying it ---------------------------------------------------------------------------------------------------------


def _tried(root: Path, case: build.Checked, after: Contents, texts: tuple[Text, ...]) -> bytes:
    """The register of agreed values after the move, once all of it has been loaded, checked and rendered in memory.

    Raises:
        Refused: with every problem there would be.
    """
    k = assemble(after, case.k.edition_id)
    found = Case(k, case.today, texts, site_paths(k, build.prose_of(texts), case.today))
    if problems := check(found):
        raise Refused(problems)
    build.render_files(dataclasses.replace(case, case=found), root=root)
    return agreed.text(k).encode()


def _named_by_hand(root: Path, move: Move) -> Iterator[str]:
    """Where the old name is written in code, tests or texts for editors, as path:line."""
    names = [address.lstrip("/") for address in move.addresses]
    if move.kind in PAGES:
        names.append(f"{PAGES[move.kind]}/{move.id}.yml")
    pattern = re.compile("|".join(rf"(?<![\w-]){re.escape(name)}(?![\w-])" for name in names))
    for name in BY_HAND:
        for path in sorted((root / name).rglob("*")) if (root / name).is_dir() else [root / name]:
            if path.suffix in (".py", ".html", ".md", ".js") and path.is_file():
                text = path.read_text(encoding="utf-8")
                if match := pattern.search(text):
                    yield f"{path.relative_to(root).as_posix()}:{place(text, match.start())[0]}"
