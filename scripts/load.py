"""From YAML files to one immutable, typed, fully cross-referenced `Knowledge`, or to every problem in them at once.

The files are read strictly. PyYAML's C parser gives the node tree; every value keeps its line and column; a key that
stands twice, an anchor, a second document and a tab are errors; text stays text until the model types it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml
from pydantic import ValidationError

from scripts.model import (
    Advice,
    AdviceFile,
    Area,
    Change,
    ChangesFile,
    CheckFile,
    ContactPoint,
    Difference,
    DifferencesFile,
    Edition,
    ExceptionsFile,
    Filling,
    GlossaryFile,
    Guide,
    LinksFile,
    MovedFile,
    Myth,
    NationalFile,
    Procedure,
    ProceduresFile,
    QuizFile,
    Record,
    Ref,
    RuleException,
    Scenario,
    SearchFile,
    Session,
    Setting,
    Situation,
    Source,
    SourcesFile,
    StatisticsFile,
    Step,
    Term,
    TrainingFile,
    Unquoted,
)
from scripts.problem import Problem, Refused, near

FOLDER = "pathways"
SINGLE_FILES: Mapping[str, type[Record]] = {
    "national.yml": NationalFile,
    "advice.yml": AdviceFile,
    "changes.yml": ChangesFile,
    "check.yml": CheckFile,
    "differences.yml": DifferencesFile,
    "links.yml": LinksFile,
    "moved.yml": MovedFile,
    "procedures.yml": ProceduresFile,
    "quiz.yml": QuizFile,
    "search.yml": SearchFile,
    "statistics.yml": StatisticsFile,
    "training.yml": TrainingFile,
    "glossary.yml": GlossaryFile,
    "sources.yml": SourcesFile,
    "exceptions.yml": ExceptionsFile,
}
FOLDERS: Mapping[str, type[Record]] = {
    "areas": Area,
    "settings": Setting,
    "situations": Situation,
    "guides": Guide,
    "myths": Myth,
    "scenarios": Scenario,
    "sessions": Session,
    "editions": Edition,
}
TABLES = (
    ("procedures.yml", "procedures", "procedure"),
    ("glossary.yml", "terms", "term"),
    ("sources.yml", "sources", "source"),
    ("check.yml", "questions", "node"),
    ("check.yml", "outcomes", "node"),
    ("statistics.yml", "figures", "figure"),
    ("statistics.yml", "charts", "chart"),
    ("training.yml", "courses", "course"),
    ("quiz.yml", "questions", "quiz-question"),
    ("differences.yml", "differences", "difference"),
    ("changes.yml", "changes", "change"),
)
"""The files that hold many records under one key, and the kind of record each key holds."""
EDITION = "london"
"""The edition that is made where no other is asked for."""

MOST_BYTES = 1_000_000
"""A file larger than this is a mistake: the largest real one holds about 200 kB."""
DEEPEST = 20
"""Records nest eight levels deep; twenty leaves room."""

Pointer = tuple[str | int, ...]
R = TypeVar("R", bound=Record)
NUMBER_LIKE = re.compile(r"[-+.]?\d[\d_.:,\s]*([eE][-+]?\d+)?|0[xob][\da-fA-F_]+|true|false|yes|no|on|off|y|n", re.IGNORECASE)
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]")
"""Letters that nobody sees: control characters, marks of direction (which turn a number round), spaces of no width, what a wrong encoding
leaves behind. YAML takes them as escapes in double quotes; on a page they could end a line or stand for one of our own marks."""
NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True)
class Document:
    """One YAML file as it stands: its data as text, and its node tree for lines and columns."""

    path: str
    data: Any
    root: yaml.Node | None
    first_line: str
    problems: tuple[Problem, ...] = ()

    def place(self, pointer: Pointer) -> tuple[int, int]:
        """Line and column (from 1) of the value, or of the nearest thing that holds it."""
        node, mark = self.root, self.root.start_mark if self.root else None
        for step in pointer:
            if isinstance(node, yaml.MappingNode):
                for key, value in node.value:
                    if key.value == step:
                        node, mark = value, key.start_mark
                        break
                else:
                    break
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                mark = node.start_mark
            else:
                break
        return (mark.line + 1, mark.column + 1) if mark else (1, 1)


@dataclass(frozen=True)
class Home:
    """Where a record stands: the file, and the way to it inside the file."""

    path: str
    pointer: Pointer


@dataclass(frozen=True)
class Reference:
    """One record names another: `home` is where the name stands."""

    home: Home
    kind: str
    id: str


@dataclass(frozen=True)
class Knowledge:
    """Everything the files say, checked for shape and cross-references. All that follows is a pure function of it."""

    areas: Mapping[str, Area]
    settings: Mapping[str, Setting]
    situations: Mapping[str, Situation]
    guides: Mapping[str, Guide]
    myths: Mapping[str, Myth]
    scenarios: Mapping[str, Scenario]
    sessions: Mapping[str, Session]
    quiz: QuizFile
    check: CheckFile
    statistics: StatisticsFile
    training: TrainingFile
    differences: Mapping[str, Difference]
    search: SearchFile
    contacts: Mapping[str, ContactPoint]
    procedures: Mapping[str, Procedure]
    terms: Mapping[str, Term]
    sources: Mapping[str, Source]
    advice: AdviceFile
    changes: Mapping[str, Change]
    moved: Mapping[str, str]
    """Old addresses, and where each leads on to."""
    links: LinksFile
    """The register of outside addresses."""
    editions: Mapping[str, Edition]
    edition_id: str
    """The edition that is being made."""
    other_areas: Mapping[str, Area]
    """Areas that the edition has no pages for: it names their councils' own sites."""
    own: frozenset[str]
    """The contact points that stand in the edition's own file."""
    own_steps: Mapping[tuple[str, int], Home] = field(repr=False)
    """Where the edition's own steps stand: by setting and place among its steps."""
    exceptions: tuple[RuleException, ...]
    contact_area: Mapping[str, str | None]
    """Whose file a contact point stands in: an area's slug, or None for the national file."""
    fillings: Mapping[tuple[str, str], tuple[tuple[str, Filling], ...]]
    """(area, slot) to the contact points that fill it, in file order."""
    references: tuple[Reference, ...]
    homes: Mapping[tuple[str, str], Home]
    documents: Mapping[str, Document] = field(repr=False)

    @property
    def edition(self) -> Edition:
        """The edition that is being made."""
        return self.editions[self.edition_id]

    def home(self, kind: str, id: str, *more: str | int) -> Home:
        """Where a record (or a field of it) stands."""
        if kind == "setting" and more[:1] == ("steps",) and len(more) > 1 and (own := self.own_steps.get((id, int(more[1])))):
            return Home(own.path, own.pointer + more[2:])
        home = self.homes[kind, id]
        return Home(home.path, home.pointer + more)

    def problem(self, home: Home, rule: str, message: str, tip: str = "") -> Problem:
        """A problem at that place."""
        return problem_at(self.documents[home.path], home.pointer, rule, message, tip)

    def owner(self, contact: str) -> str:
        """The body that owns a contact point: its own `owner`, else the council of the area whose file it stands in."""
        area = self.contact_area[contact]
        council = (self.areas.get(area) or self.other_areas[area]).council if area else ""
        return self.contacts[contact].owner or (self.edition.owner if contact in self.own else None) or council

    def advice_for(self, setting: Setting) -> Advice:
        """The advice for this setting: what holds for everyone, then for its audience, then its own."""
        parts = (self.advice.everyone, self.advice.staff if setting.audience == "staff" else self.advice.public, setting.advice)
        return Advice(**{name: tuple(point for part in parts for point in getattr(part, name)) for name in Advice.model_fields})


def problem_at(document: Document, pointer: Pointer, rule: str, message: str, tip: str = "") -> Problem:
    """A problem at a place in a document."""
    line, column = document.place(pointer)
    return Problem(document.path, line, column, rule, message, tip, at=f"{document.path}#{'.'.join(str(step) for step in pointer)}")


def load(root: Path, edition: str = EDITION) -> Knowledge:
    """Read `root`/pathways for one edition.

    Raises:
        Refused: with every problem of every file, when any file cannot be used.
    """
    return assemble(read_folder(root), edition)


def read_folder(root: Path) -> Mapping[str, bytes | Problem]:
    """The bytes of every file below `root`/pathways, by path from `root`; a Problem where one cannot be read."""
    found: dict[str, bytes | Problem] = {}
    folder = root / FOLDER
    wanted = {folder / name for name in (*SINGLE_FILES, f"editions/{EDITION}.yml")}
    paths = wanted | {path for sub in FOLDERS for path in (folder / sub).glob("*")} | set(folder.glob("*.y*ml"))
    for path in sorted(path for path in paths if not path.name.startswith(".")):  # what a stopped command laid beside a file is no record
        name = path.relative_to(root).as_posix()
        try:
            found[name] = path.read_bytes()
        except FileNotFoundError:
            found[name] = Problem(name, 1, 1, "missing-file", "the file is missing", f"create {name}, or restore it from git")
        except IsADirectoryError:
            found[name] = Problem(name, 1, 1, "not-a-file", "a folder stands where a file should be", "move the folder away and put the file back")
        except OSError as error:
            found[name] = Problem(name, 1, 1, "unreadable", f"cannot be read: {error.strerror}", "check the file's permissions")
    return found


def assemble(files: Mapping[str, bytes | Problem], edition: str = EDITION) -> Knowledge:
    """Build the `Knowledge` from the files' bytes (see `read_folder`) for one edition.

    Raises:
        Refused: with every problem of every file.
    """
    problems: list[Problem] = []
    records: dict[str, Record] = {}
    documents: dict[str, Document] = {}
    for path, content in files.items():
        if isinstance(content, Problem):
            problems.append(content)
            continue
        document, record = read_record(path, content)
        problems += document.problems
        documents[path] = document
        if record is not None:
            records[path] = record
    areas = _folder(records, "areas", Area)
    folders = {folder: _folder(records, folder, kind) for folder, kind in FOLDERS.items()}
    homes = {(folder.removesuffix("s"), slug): Home(f"{FOLDER}/{folder}/{slug}.yml", ()) for folder, found in folders.items() for slug in found}
    contacts: dict[str, ContactPoint] = {}
    contact_area: dict[str, str | None] = {}
    owners: list[tuple[str | None, str, Mapping[str, ContactPoint]]] = [
        (slug, f"{FOLDER}/areas/{slug}.yml", area.contacts) for slug, area in areas.items()
    ]
    if isinstance(national := records.get(f"{FOLDER}/national.yml"), NationalFile):
        owners.append((None, f"{FOLDER}/national.yml", national.contacts))
    for slug, path, points in owners:
        for id, point in points.items():
            home = Home(path, ("contacts", id))
            if id in contacts:
                other = homes["contact", id]
                problems.append(
                    problem_at(documents[path], home.pointer, "one-record", f"{id} stands in {other.path} too", "give one of them another id")
                )
                continue
            contacts[id], contact_area[id], homes["contact", id] = point, slug, home
    chosen = f"{FOLDER}/editions/{edition}.yml"
    settings, sources = _folder(records, "settings", Setting), dict(getattr(records.get(f"{FOLDER}/sources.yml"), "sources", {}))
    own_steps: dict[tuple[str, int], Home] = {}
    own = records.get(chosen)
    editions = _folder(records, "editions", Edition)
    for path in [path for path in records if path.startswith(f"{FOLDER}/editions/") and path != chosen]:
        del records[path]  # another owner's edition: read for its shape, and nothing of it goes on
    for name, key, sort in TABLES:
        path = f"{FOLDER}/{name}"
        homes |= {(sort, id): Home(path, (key, id)) for id in getattr(records.get(path), key, ())}
    if isinstance(own, Edition):
        for id, point in own.contacts.items():
            contacts[id], homes["contact", id] = point, Home(chosen, ("contacts", id))
            contact_area.setdefault(id, None)
        for id, source in own.sources.items():
            if id in sources:
                message = f"{id} stands in {FOLDER}/sources.yml too"
                problems.append(problem_at(documents[chosen], ("sources", id), "one-record", message, "give one of them another id"))
            sources[id], homes["source", id] = source, Home(chosen, ("sources", id))
        for slug in own.steps.keys() - settings.keys():
            tip = near(slug, settings) or "write the name of a file in pathways/settings/"
            problems.append(problem_at(documents[chosen], ("steps", slug), "reference", f"there is no setting called {slug}", tip))
        for slug in own.steps.keys() & settings.keys():
            settings[slug] = _with_steps(settings[slug], slug, own.steps[slug], chosen, own_steps)

    references = [Reference(Home(path, pointer), kind, id) for path, record in records.items() for kind, id, pointer in record_references(record)]
    # A file that could not be used at all would make every reference into it dangle: say what is wrong with the file, once.
    broken = {sort for name, _, sort in (*TABLES, ("national.yml", "", "contact")) if f"{FOLDER}/{name}" not in records}
    broken |= {
        folder.removesuffix("s") for folder in FOLDERS if any(path.startswith(f"{FOLDER}/{folder}/") and path not in records for path in files)
    }
    broken |= {"area", "contact"} if any(path.startswith(f"{FOLDER}/areas/") and path not in records for path in files) or not areas else set()
    for reference in references:
        if (reference.kind, reference.id) not in homes and reference.kind not in broken:
            known = [id for kind, id in homes if kind == reference.kind]
            message = f"there is no {reference.kind} called {reference.id}"
            problems.append(
                problem_at(
                    documents[reference.home.path],
                    reference.home.pointer,
                    "reference",
                    message,
                    near(reference.id, known) or "write the id of one that is there, or add the record first",
                )
            )
    if not any(path.startswith(f"{FOLDER}/areas/") for path in files):
        problems.append(Problem(f"{FOLDER}/areas", 1, 1, "missing-file", "there is no area file", "add pathways/areas/<slug>.yml"))
    if edition not in folders["editions"] and not any(problem.path == f"{FOLDER}/editions/{edition}.yml" for problem in problems):
        tip = near(edition, folders["editions"]) or f"add {FOLDER}/editions/{edition}.yml"
        problems.append(Problem(f"{FOLDER}/editions/{edition}.yml", 1, 1, "missing-file", f"there is no edition called {edition}", tip))
    if problems:
        raise Refused(problems)

    def single(name: str, kind: type[R]) -> R:
        record = records[f"{FOLDER}/{name}"]
        assert isinstance(record, kind)
        return record

    fillings: dict[tuple[str, str], list[tuple[str, Filling]]] = {}
    for id, point in contacts.items():
        for filling in point.fills:
            fillings.setdefault((filling.area, filling.slot), []).append((id, filling))
    return Knowledge(
        areas=MappingProxyType(areas),
        settings=MappingProxyType(settings),
        situations=MappingProxyType(_folder(records, "situations", Situation)),
        guides=MappingProxyType(_folder(records, "guides", Guide)),
        myths=MappingProxyType(_folder(records, "myths", Myth)),
        scenarios=MappingProxyType(_folder(records, "scenarios", Scenario)),
        sessions=MappingProxyType(_folder(records, "sessions", Session)),
        quiz=single("quiz.yml", QuizFile),
        check=single("check.yml", CheckFile),
        statistics=single("statistics.yml", StatisticsFile),
        training=single("training.yml", TrainingFile),
        differences=single("differences.yml", DifferencesFile).differences,
        search=single("search.yml", SearchFile),
        contacts=MappingProxyType(contacts),
        procedures=single("procedures.yml", ProceduresFile).procedures,
        terms=single("glossary.yml", GlossaryFile).terms,
        sources=MappingProxyType(sources),
        advice=single("advice.yml", AdviceFile),
        changes=single("changes.yml", ChangesFile).changes,
        moved=single("moved.yml", MovedFile).moved,
        links=single("links.yml", LinksFile),
        editions=MappingProxyType(editions),
        edition_id=edition,
        other_areas=MappingProxyType({}),
        own=frozenset(own.contacts) if isinstance(own, Edition) else frozenset(),
        own_steps=MappingProxyType(own_steps),
        exceptions=single("exceptions.yml", ExceptionsFile).exceptions,
        contact_area=MappingProxyType(contact_area),
        fillings=MappingProxyType({key: tuple(value) for key, value in fillings.items()}),
        references=tuple(references),
        homes=MappingProxyType(homes),
        documents=MappingProxyType(documents),
    )


def _with_steps(setting: Setting, slug: str, own: tuple[Step, ...], path: str, homes: dict[tuple[str, int], Home]) -> Setting:
    """A setting with an edition's own steps: each takes the place of the one with its id, or comes after the last of its stage."""
    base = f"{FOLDER}/settings/{slug}.yml"
    steps = [(step, Home(base, ("steps", number))) for number, step in enumerate(setting.steps)]
    for index, step in enumerate(own):
        found = (step, Home(path, ("steps", slug, index)))
        at = next((number for number, (other, _) in enumerate(steps) if other.id == step.id), None)
        if at is not None:
            steps[at] = found
        else:
            steps.insert(1 + max((number for number, (other, _) in enumerate(steps) if other.stage is step.stage), default=len(steps) - 1), found)
    homes |= {(slug, number): home for number, (_, home) in enumerate(steps)}
    return setting.model_copy(update={"steps": tuple(step for step, _ in steps)})


def _folder(records: Mapping[str, Record], folder: str, kind: type[R]) -> dict[str, R]:
    """The records of one folder, by slug (the file's name)."""
    return {Path(path).stem: record for path, record in records.items() if path.startswith(f"{FOLDER}/{folder}/") and isinstance(record, kind)}


# --- one file ----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def read_record(path: str, content: bytes) -> tuple[Document, Record | None]:
    """One file's document and record; the document carries the problems. Cached: the same bytes are read once."""
    document = parse(path, content)
    kind = _kind(path)
    if kind is None:
        tip = "area files are pathways/areas/<slug>.yml; see “where things are” in the README"
        problem = Problem(path, 1, 1, "unknown-file", "no such file is known here, so nobody would read it", tip)
        return Document(path, None, None, document.first_line, (problem,)), None
    if document.problems:
        return document, None
    try:
        return document, kind.model_validate(document.data)
    except ValidationError as error:
        problems = tuple(_explain(document, kind, error))
        return Document(path, document.data, document.root, document.first_line, problems), None


def _kind(path: str) -> type[Record] | None:
    parts = path.split("/")
    if len(parts) == 3 and parts[1] in FOLDERS and re.fullmatch(r"[a-z0-9-]+\.yml", parts[2]):
        return FOLDERS[parts[1]]
    return SINGLE_FILES.get(parts[1]) if len(parts) == 2 else None


def parse(path: str, content: bytes) -> Document:
    """A file's bytes as a `Document`: plain data, its node tree, and what is wrong with it as YAML."""

    def broken(line: int, column: int, rule: str, message: str, tip: str) -> Document:
        return Document(path, None, None, "", (Problem(path, line, column, rule, message, tip),))

    if len(content) > MOST_BYTES:
        size = f"{len(content) / 1e6:.1f} MB"
        return broken(
            1, 1, "too-large", f"is {size}; a pathways file holds at most 1 MB", "something was pasted here by mistake; restore the file from git"
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return broken(line, 1, "encoding", "is not UTF-8 text", "save the file as UTF-8 in your editor")
    try:
        if unfit := tuple(_unfit(path, text)):
            return Document(path, None, None, "", unfit)
        root = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        line, column = _spot(error.problem_mark or error.context_mark)
        lines = text.splitlines()
        tabbed = "\t" in (lines[line - 1] if line <= len(lines) else "")
        tip = "use spaces, not a tab, to indent" if tabbed else "look at the indentation, the quotes and the colon of this line and of the line above"
        return broken(line, column, "yaml", f"cannot be read as YAML: {error.problem or error.context}", tip)
    except (yaml.YAMLError, RecursionError) as error:
        return broken(1, 1, "yaml", f"cannot be read as YAML: {str(error).splitlines()[0]}", "restore the file from git, then make the change again")
    if root is None:
        return broken(1, 1, "empty-file", "is empty", "restore the file from git, or remove it")
    problems: list[Problem] = []
    data = _plain(path, root, problems)
    return Document(path, data, root, text.partition("\n")[0], tuple(problems))


def _unfit(path: str, text: str) -> Iterator[Problem]:
    """What must not become a node tree: nesting that would overflow the parser's stack, and anchors. Its events show them safely."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        line, column = _spot(event.start_mark)
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            message, tip = "anchors and aliases (& and *) are not used here", "write the values out; put a text that starts with & or * in quotes"
            yield Problem(path, line, column, "anchor", message, tip)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                message, tip = f"nests more than {DEEPEST} levels deep", "look for a stray bracket or a wrong indentation"
                yield Problem(path, line, column, "too-deep", message, tip)
                return
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _spot(mark: Any) -> tuple[int, int]:
    """Line and column of a mark, from 1."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _plain(path: str, node: yaml.Node, problems: list[Problem]) -> Any:
    """A node as dictionaries, lists and text. Text that stood without quotes and looks like a number or a flag is `Unquoted`."""

    def report(at: yaml.Node, rule: str, message: str, tip: str) -> None:
        problems.append(Problem(path, at.start_mark.line + 1, at.start_mark.column + 1, rule, message, tip))

    if isinstance(node, yaml.ScalarNode):
        if unseen := UNSEEN.search(node.value):
            message = f"holds a character that nobody can see (U+{ord(unseen[0]):04X})"
            report(node, "character", message, "type the text again by hand; a copied text can hold such characters")
        if not node.style:
            if node.value in NULLS:
                return None
            if NUMBER_LIKE.fullmatch(node.value):
                return Unquoted(node.value)
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(path, item, problems) for item in node.value]
    assert isinstance(node, yaml.MappingNode)
    data: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            report(key, "key", "a key must be a plain word", "look at the indentation of this line")
        elif key.value in data:
            report(
                key, "duplicate-key", f"{key.value} stands twice in the same record", "keep one of the two; a reader would silently lose the other"
            )
        else:
            data[key.value] = _plain(path, value, problems)
    return data


# --- from pydantic's errors to sentences -------------------------------------------------------------------------------


def _explain(document: Document, kind: type[Record], error: ValidationError) -> Iterator[Problem]:
    """Each validation error as a problem a council officer can act on, at its line."""
    seen: set[tuple[Pointer, str]] = set()
    for item in error.errors(include_url=False):
        pointer, value = _pointer(document.data, item["loc"])
        name = str(item["loc"][-1]) if item["loc"] else "the file"
        sort, context = item["type"], item.get("ctx", {})
        if sort == "model_type" and isinstance(value, str) and any("literal" in str(other["loc"][-1:]) for other in error.errors(include_url=False)):
            continue  # a misspelt `not-found`: the error about the word says it better
        beside = [
            other
            for other in error.errors(include_url=False)
            if other["loc"] != item["loc"] and other["loc"][: len(item["loc"]) - 1] == item["loc"][:-1]
        ]
        if sort == "literal_error" and isinstance(value, Mapping) and beside:
            continue  # an arrangement with a fault inside it: the error about the fault says it better
        tip = str(context.get("tip", ""))
        label = ".".join(str(step) for step in pointer if not isinstance(step, int)) or "the file"
        last = label.rpartition(".")[2]
        if sort == "missing":
            message, rule = f"{name} is missing", "missing-key"
            tip = f"add a line “{name}: …” here; CONTRIBUTING.md shows a whole record"
        elif sort == "extra_forbidden":
            message, rule = f"{name} is not a known key here", "unknown-key"
            tip = near(name, _keys(kind, document.data, pointer[:-1])) or "take the line out; scripts/model.py lists every key and what it means"
        elif sort in ("literal_error", "enum"):
            expected = re.findall(r"'([^']*)'", str(context.get("expected", "")))
            word = str(item["input"])
            message, rule = f"{last}: {word!r} is not one of the words allowed here", "unknown-word"
            tip = near(word, expected) or "scripts/model.py lists the words and what they mean"
        elif sort in ("dict_type", "model_type", "model_attributes_type", "mapping_type"):
            message, rule = f"{last}: must be a record with keys of its own", "shape"
            tip = "indent its keys below it"
        elif sort in ("tuple_type", "list_type"):
            message, rule = f"{last}: must be a list", "shape"
            tip = "write [one, two], or one item a line after “- ”"
        elif sort == "string_type":
            message, rule = f"{last}: must be text" + (", and nothing stands here" if value is None else ""), "shape"
            tip = "write the text, or leave the whole line out" if value is None else "write one text, in quotes if it holds a colon"
        elif sort in ("too_short",):
            message, rule = f"{last}: needs at least {context.get('min_length')}", "shape"
            tip = "add what is missing, or restore the file from git"
        else:
            message = f"{last}: {item['msg']}"
            rule = {"quoted": "quoted", "date": "date", "pattern": "form", "empty": "empty", "flag": "form"}.get(sort, "shape")
        if (pointer, message) not in seen:
            seen.add((pointer, message))
            yield problem_at(document, pointer, rule, message, tip)


def _pointer(data: Any, loc: tuple[str | int, ...]) -> tuple[Pointer, Any]:
    """Pydantic's location without the steps that are not in the data (names of union branches), and the value there."""
    pointer: list[str | int] = []
    for step in loc:
        known = step in data if isinstance(data, Mapping) else isinstance(data, list) and isinstance(step, int) and step < len(data)
        if known:
            data = data[step]
            pointer.append(step)
    return tuple(pointer), data


def _keys(kind: type[Record], data: Any, pointer: Pointer) -> Iterable[str]:
    """The keys the record at this place may have, for a tip about a misspelt one."""
    hint: Any = kind
    for step in pointer:
        options = [option for option in _flatten(hint) if isinstance(option, type) and issubclass(option, Record)]
        if options and isinstance(step, str) and step in options[0].model_fields:
            hint = _hints(options[0])[step]
        else:
            hint = next((argument for argument in _arguments(hint)), hint)
    return [name for option in _flatten(hint) if isinstance(option, type) and issubclass(option, Record) for name in option.model_fields]


def _arguments(hint: Any) -> Iterator[Any]:
    """The item type of a list or mapping type."""
    for option in _flatten(hint):
        arguments = get_args(option)
        if get_origin(option) is tuple:
            yield arguments[0]
        elif arguments:
            yield arguments[-1]


def _flatten(hint: Any) -> Iterator[Any]:
    """A type without its annotations and unions."""
    if hasattr(hint, "__metadata__"):
        yield from _flatten(get_args(hint)[0])
    elif get_origin(hint) in (Union, UnionType):
        for option in get_args(hint):
            yield from _flatten(option)
    elif hint is not NoneType:
        yield hint


# --- references --------------------------------------------------------------------------------------------------------


@cache
def _hints(kind: type[Record]) -> Mapping[str, Any]:
    return get_type_hints(kind, include_extras=True)


@cache
def _reference_fields(kind: type[Record]) -> tuple[tuple[str, str | None], ...]:
    """The fields of a record that name other records (with the kind named) or hold further records (None)."""

    def find(hint: Any) -> str | bool | None:
        metadata = getattr(hint, "__metadata__", ())
        if named := next((item for item in metadata if isinstance(item, Ref)), None):
            return named.kind
        if isinstance(hint, type) and issubclass(hint, Record):
            return None
        results = [find(argument) for argument in get_args(hint) if argument is not Ellipsis]
        return next((result for result in results if result is not False), False)

    found = ((name, find(hint)) for name, hint in _hints(kind).items() if name in kind.model_fields)
    return tuple((name, kind_named) for name, kind_named in found if not isinstance(kind_named, bool))


def record_references(record: Record, pointer: Pointer = ()) -> Iterator[tuple[str, str, Pointer]]:
    """Every reference in a record: the kind of record it names, the id, and where it stands."""
    for name, kind in _reference_fields(type(record)):
        yield from _value_references(getattr(record, name), kind, (*pointer, name))


def _value_references(value: Any, kind: str | None, pointer: Pointer) -> Iterator[tuple[str, str, Pointer]]:
    if isinstance(value, Record):
        yield from record_references(value, pointer)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _value_references(item, kind, (*pointer, str(key)))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _value_references(item, kind, (*pointer, index))
    elif isinstance(value, str) and kind is not None:
        yield kind, value, pointer
