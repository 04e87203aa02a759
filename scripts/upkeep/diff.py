"""`python -m scripts diff REV [REV2]`: what differs for a reader between two revisions, in plain words.

Both sides are judged on the same day, so that nothing differs only because time went by. A revision may be older than
today's records: what it could not know yet is no difference, and a file that cannot be read even so is named (see `fit`).
"""

from __future__ import annotations

import argparse
import datetime
import io
import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, get_origin, get_type_hints

from scripts.build import day_of_build, prose_of
from scripts.load import FOLDER, FOLDERS, SINGLE_FILES, Knowledge, assemble, parse, read_folder
from scripts.model import VALUE_FIELDS, WAYS_IN, Area, Filling, Guide, Record, Setting, Slot, Step
from scripts.pages.site import prose_path, site_paths
from scripts.pages.subjects import guide_path
from scripts.pages.trainers import question_path, session_path
from scripts.pages.words import count, day, listing
from scripts.problem import Problem, Refused
from scripts.prose import Text, read_texts
from scripts.routes import ADVICE, FALLBACKS, answer
from scripts.standing import judge

NOW = "the working tree"
ROUNDS = 40
"""How often `fit` mends and tries again; a fault that another one hid takes one round more."""
READ = re.compile(rf"{FOLDER}/([^/]+\.ya?ml|({'|'.join(FOLDERS)})/.+)")
MOST = 8
"""So many records of which the same is said are listed in the text; all of them stand in the JSON."""

Files = Mapping[str, bytes]


class Unknown(Exception):
    """A revision cannot be had. The text says why, and what to do."""


@dataclass(frozen=True)
class Side:
    """One revision: what it says, its prose, and in words what of it could not be read."""

    name: str
    k: Knowledge
    texts: tuple[Text, ...]
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """One thing that differs, under its heading: it was added, is gone, or changed, and how."""

    group: str
    sort: str
    """added, gone or changed."""
    id: str
    name: str
    says: tuple[str, ...] = ()


# --- the command -------------------------------------------------------------------------------------------------------


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command line takes."""
    parser.add_argument("rev", help="the revision to compare from: a commit, a tag, HEAD~3")
    parser.add_argument("rev2", nargs="?", help=f"the revision to compare to; left out: {NOW}")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how it is printed")
    parser.add_argument("--on", type=datetime.date.fromisoformat, metavar="DATE", help="the day both sides are judged on; left out: today")


def run(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Print what differs; 0, or 1 where a revision cannot be had.

    Raises:
        Refused: when the files of the working tree are compared and cannot be used.
    """
    try:
        before, after = sides(root, options.rev, options.rev2)
    except Unknown as unknown:
        say(str(unknown))
        return 1
    today = options.on or day_of_build()
    printed = as_json if options.format == "json" else as_text
    try:
        print(printed(before, after, today, tuple(compare(before, after, today))), flush=True)
    except BrokenPipeError:  # whoever reads it has seen enough (| head); Python must find nothing left to write when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def as_text(before: Side, after: Side, today: datetime.date, found: Sequence[Found]) -> str:
    """What differs, under headings, for people."""
    lines = [f"From {before.name} to {after.name}, both as of {day(today)}"]
    lines += [f"not read: {note}" for note in (*before.unread, *after.unread)]
    for group in dict.fromkeys(item.group for item in found):
        items = [item for item in found if item.group == group]
        counts = [f"{number} {sort}" for sort in ("added", "gone", "changed") if (number := sum(item.sort == sort for item in items))]
        lines += ["", f"{group}: {', '.join(counts)}"]
        for sort, mark in (("added", "+"), ("gone", "-"), ("changed", "~")):
            alike: dict[tuple[str, ...], list[Found]] = {}
            for item in items:
                if item.sort == sort:
                    alike.setdefault(item.says, []).append(item)
            for says, same in alike.items():
                lines += [f"  {mark} {item.id}" + (f" ({item.name})" if item.name != item.id else "") for item in same[:MOST]]
                lines += [f"  {mark} and {len(same) - MOST} more; --format json lists them"] if len(same) > MOST else []
                lines += [f"      {'each: ' if len(same) > 1 else ''}{text}" for text in says]
    return "\n".join(lines if found else [*lines, "", "Nothing that a reader meets differs."])


def as_json(before: Side, after: Side, today: datetime.date, found: Sequence[Found]) -> str:
    """The same for programs, in full."""
    head = {"from": before.name, "to": after.name, "on": today.isoformat(), "not_read": [*before.unread, *after.unread]}
    return json.dumps(head | {"differences": [asdict(item) for item in found]}, indent=2, ensure_ascii=False)


# --- a revision --------------------------------------------------------------------------------------------------------


def sides(root: Path, rev: str, rev2: str | None) -> tuple[Side, Side]:
    """Both sides; `rev2` None is the working tree.

    Raises:
        Unknown: with a sentence, when git does not know a revision, or it holds nothing that can be read.
        Refused: when the working tree is a side and cannot be used.
    """
    here = read_folder(root)
    now = {path: content for path, content in here.items() if isinstance(content, bytes)}
    old = _files(root, rev)
    if rev2 is None:
        return _side(rev, old, (now,)), Side(NOW, assemble(here), read_texts(root))
    new = _files(root, rev2)
    return _side(rev, old, (new, now)), _side(rev2, new, (old, now))


def _side(rev: str, files: Files, spare: Sequence[Files]) -> Side:
    texts = tuple(Text(name, content.decode(errors="replace").replace("\r\n", "\n")) for name, content in files.items() if name.endswith(".md"))
    try:
        k, unread = fit({name: content for name, content in files.items() if READ.fullmatch(name)}, spare)
    except Refused as refused:
        first = refused.problems[0]
        raise Unknown(f"{rev} cannot be read by this version of the program ({first.path}: {first.message}); name a later revision") from None
    return Side(rev, k, texts, tuple(f"{rev}, {note}" for note in unread))


def _files(root: Path, rev: str) -> Files:
    """The data and the prose of a revision, by path, read in memory."""
    unknown = f"git knows no revision called {rev}; “git log --oneline” and “git tag” list those there are"
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}", otherwise=unknown).decode().strip()
    names = _git(root, "ls-tree", "-z", "--name-only", commit).decode().split("\0")
    if FOLDER not in names:
        raise Unknown(f"{rev} has no folder called {FOLDER}, so there is nothing to compare; name a later revision")
    with tarfile.open(fileobj=io.BytesIO(_git(root, "archive", "--format=tar", commit, "--", FOLDER, *({"docs"} & set(names))))) as archive:
        return {member.name: content.read() for member in archive if (content := archive.extractfile(member)) is not None}


def _git(root: Path, *words: str, otherwise: str = "") -> bytes:
    """What git prints. `otherwise`: what to say when it refuses."""
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True)
    except FileNotFoundError:
        raise Unknown("git is not installed, and only git knows earlier revisions; install git") from None
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip()
        if "not a git repository" in told:
            raise Unknown(f"{root} is not a git repository, so there is no earlier revision; run this in a clone")
        raise Unknown(otherwise or f"git cannot read this revision: {told}")
    return done.stdout


# --- an older revision -------------------------------------------------------------------------------------------------


def fit(files: Files, spare: Sequence[Files]) -> tuple[Knowledge, tuple[str, ...]]:
    """The knowledge of files that may be older than today's records, and in words what could not be read.

    A file that was not there yet is empty. A key that is no longer known is left out; one that was not known yet is as in
    `spare` (what is compared with, then the working tree). A file with any other fault is as in `spare` too, so that
    nothing in it differs, and is named. Where there is none, it is left out with all that names its records.

    Raises:
        Refused: when nothing is left that can be used.
    """
    contents = {f"{FOLDER}/{name}": _yaml(_empty(kind)) for name, kind in SINGLE_FILES.items()} | dict(files)
    tried: dict[str, int] = {}
    unread: list[str] = []
    for _ in range(ROUNDS):
        try:
            return assemble(contents), tuple(unread)
        except Refused as refused:
            faulty = {path: [problem for problem in refused.problems if problem.path == path] for path in {p.path for p in refused.problems}}
            if not faulty.keys() & contents.keys():
                raise
            for path in sorted(faulty.keys() & contents.keys()):
                data = parse(path, contents[path]).data
                beside = [parse(path, other[path]).data for other in spare if path in other]
                bad = next((problem for problem in faulty[path] if not _mended(data, problem, beside)), None)
                if bad is None:
                    contents[path] = _yaml(_swept(data))
                    continue
                if path not in tried:
                    unread.append(f"{path}: {bad.message}")
                others = [other[path] for other in spare if path in other][tried.get(path, 0) :]
                tried[path] = tried.get(path, 0) + 1
                kind = SINGLE_FILES.get(path.removeprefix(f"{FOLDER}/"))
                if others:
                    contents[path] = others[0]
                elif kind is not None:
                    contents[path] = _yaml(_empty(kind))
                else:
                    del contents[path]
    return assemble(contents), tuple(unread)


class _Gone:
    """Stands where something is to be taken out, so that its neighbours keep their places until all is known."""


def _mended(data: Any, problem: Problem, beside: Sequence[Any]) -> bool:
    """Whether a fault could be mended in the file's data: an unknown key or a dangling name taken out, a missing key filled in."""
    way = problem.at.partition("#")[2].split(".") if problem.at.partition("#")[2] else []
    if problem.rule == "missing-key":
        key = problem.message.removesuffix(" is missing")
        holder = _at(data, way)
        for other in beside:
            found = _at(other, way)
            if isinstance(holder, dict) and isinstance(found, dict) and key in found:
                holder[key] = found[key]
                return True
    elif problem.rule in ("unknown-key", "reference") and way:
        holder = _at(data, way[:-1])
        if isinstance(holder, dict) and way[-1] in holder:
            holder[way[-1]] = _Gone()
            return True
        if isinstance(holder, list) and way[-1].isdigit():
            holder[int(way[-1])] = _Gone()
            return True
    return False


def _at(data: Any, way: Sequence[str]) -> Any:
    """What stands at a place, or None."""
    for step in way:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data


def _swept(data: Any) -> Any:
    """The data without what is to be taken out."""
    if isinstance(data, dict):
        return {key: _swept(value) for key, value in data.items() if not isinstance(value, _Gone)}
    return [_swept(value) for value in data if not isinstance(value, _Gone)] if isinstance(data, list) else data


def _yaml(data: Any) -> bytes:
    """Data as YAML: as JSON, with every character but plain ones in the one escape that YAML has for all of them."""
    return re.sub(r"[^\x20-\x7e]", lambda match: f"\\U{ord(match[0]):08x}", json.dumps(data, ensure_ascii=False)).encode()


def _empty(kind: type[Record]) -> dict[str, Any]:
    """A file of this kind that says nothing."""
    hints = {name: hint for name, hint in get_type_hints(kind).items() if name in kind.model_fields and kind.model_fields[name].is_required()}
    return {
        name: _empty(hint) if isinstance(hint, type) and issubclass(hint, Record) else [] if get_origin(hint) is tuple else {}
        for name, hint in hints.items()
    }


# --- what differs ------------------------------------------------------------------------------------------------------

WORDS: Mapping[str, str] = {
    "phone": "number", "phone_alternatives": "further numbers", "sms": "text number", "email": "mailbox", "page": "web page",
    "hours_text": "hours", "hours": "hours for machines", "what_for": "what it is for", "ask_for": "what to ask for", "also_known_as": "other names",
    "check_every": "how often it is checked", "who": "who acts", "do": "what to do", "by_when": "by when", "have_ready": "what to have ready",
    "our_advice": "whether it is our advice", "responsible": "who is responsible", "responsible_sources": "who says who is responsible",
    "first_step": "the first step", "lead": "whom to tell first", "in_words": "its name in a sentence", "owner_role": "whose page it is",
    "reviewed": "when it was reviewed", "review_every": "how often it is reviewed", "do_not": "what not to do", "true_in_it": "what is true in it",
    "not_known": "what is not known", "see": "pages to see", "say": "spoken answer", "ons_code": "ONS code", "website": "the council's own site",
}  # fmt: skip
"""How a field is called, where its own name does not say it."""
UNSEEN = ("note", "says")
"""What only editors read, in a contact point, an area and a sighting."""
REWORDED = ("who", "do", "by_when", "how", "have_ready", "responsible")
"""The words of a step; everything else a step has is named by itself."""

T = TypeVar("T")


def compare(before: Side, after: Side, today: datetime.date) -> Iterator[Found]:
    """Everything that differs, heading by heading; what moves readers most stands first."""
    old, new = before.k, after.k
    yield from _table("Contact points", old.contacts, new.contacts, partial(_contact, old, new, today), partial(_stands_now, old, new, today))
    yield from _table("Areas", old.areas, new.areas, lambda id: (*_first(old, new, today, id), *_area(old.areas[id], new.areas[id])))
    yield from _table("Settings and their steps", old.settings, new.settings, lambda id: _setting(old.settings[id], new.settings[id]))
    yield from _table("Guides", old.guides, new.guides, lambda id: _guide(old.guides[id], new.guides[id]))
    tables: tuple[tuple[str, Mapping[str, Record], Mapping[str, Record]], ...] = (
        ("Advice on every page", _parts(old.advice), _parts(new.advice)),
        ("Situations", old.situations, new.situations),
        ("Guided check", {**old.check.questions, **old.check.outcomes}, {**new.check.questions, **new.check.outcomes}),
        ("Myths", old.myths, new.myths),
        ("Scenarios", old.scenarios, new.scenarios),
        ("Sessions", old.sessions, new.sessions),
        ("Quiz", old.quiz.questions, new.quiz.questions),
        ("Procedures", old.procedures, new.procedures),
        ("Courses", old.training.courses, new.training.courses),
        ("Figures", old.statistics.figures, new.statistics.figures),
        ("Where sources differ", old.differences, new.differences),
        ("Glossary", old.terms, new.terms),
        ("Changes", old.changes, new.changes),
        ("Editions", old.editions, new.editions),
        ("Sources", old.sources, new.sources),
    )
    for group, one, other in tables:
        yield from _table(group, one, other, partial(_fields, one, other))
    yield from _pages(before, after, today)


def _table(
    group: str, old: Mapping[str, T], new: Mapping[str, T], how: Callable[[str], Iterable[str]], what: Callable[[str], Iterable[str]] = lambda id: ()
) -> Iterator[Found]:
    """The records of one kind. `how`: in what one of both sides differs; `what`: what to know of one that only one side has."""
    for id in sorted({**old, **new}):
        name = _name((new if id in new else old)[id], id)
        if id not in old or id not in new:
            yield Found(group, "added" if id in new else "gone", id, name, tuple(what(id)))
        elif says := tuple(how(id)):
            yield Found(group, "changed", id, name, says)


def _name(record: object, id: str) -> str:
    """What a reader calls a record."""
    return next((str(value) for field in ("name", "claim", "asks", "about", "what", "title") if (value := getattr(record, field, None))), id)


def _parts(record: Record) -> dict[str, Record]:
    """The records that stand in a record's fields."""
    return {name: value for name in type(record).model_fields if isinstance(value := getattr(record, name), Record)}


def _fields(old: Mapping[str, Record], new: Mapping[str, Record], id: str) -> Iterator[str]:
    yield from _also(old[id], new[id])


def _also(old: Record, new: Record, but: Collection[str] = ()) -> Iterator[str]:
    """In one line, which fields differ, those apart that are told by themselves."""
    names = [name for name in type(new).model_fields if name not in but and name not in UNSEEN[:1] and getattr(old, name) != getattr(new, name)]
    if names:
        yield f"changed: {', '.join(WORDS.get(name, name.replace('_', ' ')) for name in names)}"


def _contact(old: Knowledge, new: Knowledge, today: datetime.date, id: str) -> Iterator[str]:
    """How a contact point differs. A value that may not be shown is not printed here either."""
    one, other = old.contacts[id], new.contacts[id]
    if other.withdrawn and not one.withdrawn:
        yield f"withdrawn on {day(other.withdrawn.on)}: {other.withdrawn.why}"
    if other.hold and not one.hold:
        yield f"held since {day(other.hold.since)}"
    if one.hidden and not other.hidden:
        yield "shown again"
    for field in (*VALUE_FIELDS, "hours"):
        was, now = getattr(one, field), getattr(other, field)
        if was != now:
            told = f": {_value(was)} → {_value(now)}" if not (one.hidden or other.hidden) else " changed"
            yield f"{WORDS.get(field, field)}{told}"
    if one.name != other.name:
        yield f"name: {one.name} → {other.name}"
    was_at, now_at = _fillings(old, id), _fillings(new, id)
    yield from (f"no longer fills {where}" for where in was_at if where not in now_at)
    yield from (f"now fills {where}" for where in now_at if where not in was_at)
    moved: dict[str, list[str]] = {}
    for where in now_at:
        if where in was_at and (was := _standing(old, id, was_at[where], today)) != (now := _standing(new, id, now_at[where], today)):
            moved.setdefault(f"{was} → {now}", []).append(where)
    yield from (f"standing {change}: {'; '.join(places)}" for change, places in moved.items())
    yield from (f"checked on {day(check.on)} ({check.how}, {check.by})" for check in other.confirmations if check not in one.confirmations)
    before, after = ({s.source: s.model_dump(exclude=set(UNSEEN)) for s in contact.sightings} for contact in (one, other))
    for what, sources in (
        ("seen in", [source for source in after if source not in before]),
        ("no longer seen in", [source for source in before if source not in after]),
        ("sighting changed", [source for source in after if source in before and before[source] != after[source]]),
    ):
        if sources:
            yield f"{what}: {', '.join(sources)}"
    told_above = {*VALUE_FIELDS, "hours", "name", "fills", "sightings", "confirmations", "hold", "withdrawn"}
    yield from _also(one, other, told_above)


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) and value else str(value or "none")


def _fillings(k: Knowledge, id: str) -> dict[str, Filling | None]:
    """Where a contact point stands, in words; a national one stands everywhere."""
    contact = k.contacts[id]
    return {f"{filling.slot} in {k.areas[filling.area].name}": filling for filling in contact.fills} or {"everywhere": None}


def _standing(k: Knowledge, id: str, filling: Filling | None, today: datetime.date) -> str:
    judgement = judge(k, id, filling, today)
    return judgement.standing.replace("-", " ") + (", disputed" if judgement.disputed else "")


def _stands_now(old: Knowledge, new: Knowledge, today: datetime.date, id: str) -> Iterator[str]:
    """For a contact point that only one side has: its number if it may be shown, and where it stands how."""
    k = new if id in new.contacts else old
    contact = k.contacts[id]
    if not contact.hidden:
        yield from (f"{WORDS[field]}: {_value(value)}" for field in WAYS_IN[:4] if (value := getattr(contact, field)))
    for where, filling in _fillings(k, id).items():
        yield f"{_standing(k, id, filling, today)}: {where}"


def _first(old: Knowledge, new: Knowledge, today: datetime.date, area: str) -> Iterator[str]:
    """What staff see first in each slot of an area, where that differs."""
    needed = {name for names in (*FALLBACKS.values(), *ADVICE.values()) for name in names if not isinstance(name, Slot)}
    if needed <= old.contacts.keys() & new.contacts.keys():
        for slot in Slot:
            was, now = (next((way.id for way in answer(k, area, slot, False, today).cards), "nothing") for k in (old, new))
            if was != now:
                yield f"stands first for {slot}: {was} → {now}"


def _area(old: Area, new: Area) -> Iterator[str]:
    for who, was, now in (("a child", old.referral.under_18, new.referral.under_18), ("an adult", old.referral.adults, new.referral.adults)):
        if was != now:
            if isinstance(was, str) or isinstance(now, str):
                yield f"arrangement for {who}: {'not found' if isinstance(was, str) else 'found'} → {'not found' if isinstance(now, str) else 'found'}"
            else:
                yield f"arrangement for {who}: {'reworded' if was.says != now.says else 'other sources'}"
    yield from (f"{slot}: now declared empty" for slot in new.slots if slot not in old.slots)
    yield from (f"{slot}: no longer declared empty" for slot in old.slots if slot not in new.slots)
    if looked := [slot for slot in new.slots if slot in old.slots and old.slots[slot] != new.slots[slot]]:
        yield f"looked again for: {', '.join(looked)}"
    yield from _also(old, new, ("referral", "slots", "contacts"))


def _guide(old: Guide, new: Guide) -> Iterator[str]:
    before, after = ({section.id: section for section in guide.sections} for guide in (old, new))
    yield from (f"part {id}: added" for id in after if id not in before)
    yield from (f"part {id}: gone" for id in before if id not in after)
    yield from (f"part {id}: {text}" for id in after if id in before for text in _also(before[id], after[id]))
    yield from _also(old, new, ("sections",))


def _setting(old: Setting, new: Setting) -> Iterator[str]:
    before, after = ({step.id: step for step in setting.steps} for setting in (old, new))
    for id in dict.fromkeys((*before, *after)):
        if id not in before or id not in after:
            yield f"step {id}: {'added' if id in after else 'gone'}"
        else:
            yield from (f"step {id}: {text}" for text in _step(before[id], after[id]))
    kept = [id for id in before if id in after]
    if kept != [id for id in after if id in before]:
        yield "the steps stand in another order"
    yield from _also(old, new, ("steps",))


def _step(old: Step, new: Step) -> Iterator[str]:
    if words := [WORDS.get(field, field) for field in REWORDED if getattr(old, field) != getattr(new, field)]:
        yield f"reworded ({', '.join(words)})"
    if old.force != new.force:
        yield f"force {old.force} → {new.force}"
    if old.stage != new.stage:
        yield f"stage {old.stage} → {new.stage}"
    for field in ("ages", "clocks", "sources", "slots", "contacts"):
        was, now = getattr(old, field), getattr(new, field)
        if was != now:
            yield f"{field}: {_value(was)} → {_value(now)}"
    yield from _also(old, new, (*REWORDED, "force", "stage", "ages", "clocks", "sources", "slots", "contacts"))


def _pages(before: Side, after: Side, today: datetime.date) -> Iterator[Found]:
    """Addresses that were added or are gone, and pages with another title. Routes of one setting are told together, and so are its cards.

    Both sides' addresses are those that today's program makes of their files.
    """
    old, new = (site_paths(side.k, prose_of(side.texts), today) for side in (before, after))
    for sort, paths, k in (("added", new - old, after.k), ("gone", old - new, before.k)):
        routes: dict[str, list[str]] = {}
        for path in sorted(paths):
            cards, (area, _, setting) = path.startswith("/cards/"), path.removeprefix("/cards").strip("/").partition("/")
            if setting and area in k.areas:
                routes.setdefault(f"{'cards/' if cards else ''}…/{setting}", []).append(k.areas[area].name)
            else:
                leads = f"leads on to {after.k.moved[path]}" if path in after.k.moved else ""
                yield Found("Pages", sort, path, path, (leads,) if leads else ())
        for setting, places in routes.items():
            yield Found("Pages", sort, f"/{setting}/", f"in {count(len(places), 'area')}", (listing(places),) if len(places) < MOST else ())
    titles, now = _titles(before), _titles(after)
    for path in sorted(titles.keys() & now.keys()):
        if titles[path] != now[path]:
            yield Found("Pages", "changed", path, path, (f"title: {titles[path]} → {now[path]}",))


def _titles(side: Side) -> dict[str, str]:
    """What the pages are called that are made from one record or one text each."""
    k = side.k
    titles = {f"/{slug}/": area.name for slug, area in k.areas.items()}
    titles |= {f"/settings/{slug}/": setting.name for slug, setting in k.settings.items()}
    titles |= {f"/situations/{slug}/": situation.name for slug, situation in k.situations.items()}
    titles |= {guide_path(slug, guide): guide.name for slug, guide in k.guides.items()}
    titles |= {f"/myths/{slug}/": myth.claim for slug, myth in k.myths.items()}
    titles |= {f"/scenarios/{slug}/": scenario.name for slug, scenario in k.scenarios.items()}
    titles |= {session_path(slug): session.name for slug, session in k.sessions.items()}
    titles |= {question_path(id): question.asks for id, question in k.quiz.questions.items()}
    for text in prose_of(side.texts):
        if heading := re.search(r"^# (.+?)(?: *\{#[\w-]+\})?$", text.text, re.MULTILINE):
            titles[prose_path(text)] = heading[1]
    return titles
