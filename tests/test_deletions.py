"""Whatever something needs cannot be deleted unnoticed: the check then names the file, and the line, that needs it.

Every deletion is an edit of the text of a real file, or takes the file away. Deletions that cannot hide each other are made together,
since each check of the whole takes a second: none of them is in a file that another one's loss must be noticed in. `make test` tries
every fifteenth record of each kind, in the order of the files; `make test-all` tries every one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import pytest

from scripts.build import Checked
from scripts.load import Knowledge, Pointer
from scripts.model import UNPLACED, Age, Clock, Filling, Slot, Stage
from scripts.problem import Problem
from scripts.prose import Text, names
from scripts.routes import NOW
from scripts.rules.case import Case
from scripts.standing import HIDDEN, judge
from tests.conftest import TODAY, Files, problems_in
from tests.editing import cut

SAMPLE = 15
"""One record in so many is tried by `make test`."""
TOGETHER = 20
"""So many deletions at most are made at once."""


@dataclass(frozen=True)
class Deletion:
    """Records to delete from one file (no pointer: the file itself), and the problems that must then be reported, as (path, rule, words in its message)."""

    what: str
    path: str
    pointers: tuple[Pointer, ...]
    needed_by: frozenset[tuple[str, str, str]]

    def noticed(self, problems: Iterable[Problem]) -> bool:
        """Whether each file that needs the record is named, with a line, for the right reason."""
        return all(
            any(problem.path == path and problem.rule == rule and words in problem.message and problem.line > 0 for problem in problems)
            for path, rule, words in self.needed_by
        )


# --- what is needed, and by what ---------------------------------------------------------------------------------------


def needs_of_references(k: Knowledge, kind: str, id: str) -> set[tuple[str, str, str]]:
    """Every file that names the record."""
    return {
        (reference.home.path, "reference", f"there is no {kind} called {id}")
        for reference in k.references
        if (reference.kind, reference.id) == (kind, id)
    }


def needs_of_prose(texts: tuple[Text, ...], kind: str, id: str) -> set[tuple[str, str, str]]:
    """Every text by hand that names the record."""
    return {
        (text.path, "names-resolve", f"there is no {kind} called {id}")
        for text in texts
        for named in names(text.text)
        if (named.kind, named.id) == (kind, id)
    }


def alone(k: Knowledge, contact: str, filling: Filling) -> bool:
    """Whether the slot would be silent without this filling: a shown line, and no other one in the slot."""
    if filling.slot == UNPLACED or judge(k, contact, filling, TODAY).standing in HIDDEN:
        return False
    others = [(id, other) for id, other in k.fillings[filling.area, filling.slot] if other is not filling]
    return all(judge(k, id, other, TODAY).standing in HIDDEN for id, other in others)


def silent(k: Knowledge, area: str, slot: str) -> tuple[str, str, str]:
    """What the check says of a slot that nothing fills and nobody declares empty."""
    return (k.home("area", area).path, "slots-declared", f"nothing fills {slot} in {k.areas[area].name}")


def contact_points(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """Contact points that alone fill a slot, are named by a step, advice or prose, or stand on /now/."""
    for id, contact in k.contacts.items():
        home = k.home("contact", id)
        first = needs_of_references(k, "contact", id)
        later = {silent(k, filling.area, filling.slot) for filling in contact.fills if alone(k, id, filling)} | needs_of_prose(texts, "contact", id)
        if id in NOW.values():
            later.add((home.path, "fallbacks-strong", f"{id} is missing"))
        if needed := first or later:  # a dangling reference stops the loader, before the rules look at slots and prose
            yield Deletion(id, home.path, (home.pointer,), frozenset(needed))


def sources(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """All sources: every one is named by something."""
    for id in k.sources:
        home = k.home("source", id)
        yield Deletion(id, home.path, (home.pointer,), frozenset(needs_of_references(k, "source", id) or needs_of_prose(texts, "source", id)))


def named(k: Knowledge, kind: str, ids: Iterable[str]) -> Iterator[Deletion]:
    """The records of one kind that another record names."""
    for id in ids:
        home = k.home(kind, id)
        if needed := needs_of_references(k, kind, id):
            yield Deletion(id, home.path, (home.pointer,) if home.pointer else (), frozenset(needed))


def procedures(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """Procedures that a step names."""
    yield from named(k, "procedure", k.procedures)


def figures(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """Figures: a myth or a chart names each."""
    yield from named(k, "figure", k.statistics.figures)


def charts(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """Charts: a myth shows each."""
    yield from named(k, "chart", k.statistics.charts)


def courses(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """Courses that a setting names."""
    yield from named(k, "course", k.training.courses)


def situations(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """Situations that a scenario names: each is a file."""
    yield from named(k, "situation", k.situations)


def settings(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """Settings that a scenario is set in: each is a file."""
    yield from named(k, "setting", k.settings)


def questions(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """Questions of the guided check: an answer leads to each but the first, and scenarios pass through them."""
    yield from named(k, "node", k.check.questions)


def outcomes(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """Outcomes of the guided check: an answer leads to each, and scenarios end in them."""
    yield from named(k, "node", k.check.outcomes)


def terms(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """Glossary terms that prose names, or whose abbreviation stands in some file and in no other term."""
    capitals = re.compile(r"[A-Z]\S*[A-Z]")
    words = {id: {word for word in (term.name, *term.also_known_as) if " " not in word and capitals.match(word)} for id, term in k.terms.items()}
    spelled = {id: " ".join((term.name, *term.also_known_as, term.spelled_out or "")) for id, term in k.terms.items()}
    read = [
        (reading.home.path, reading.text)
        for reading in Case(k, TODAY).readings
        if reading.key != "hours" and not reading.home.path.endswith("glossary.yml")
    ]
    for id in k.terms:
        home = k.home("term", id)
        needed = needs_of_prose(texts, "term", id)
        for word in words[id]:
            whole = re.compile(rf"(?<![\w&]){re.escape(word)}(?![\w&])")
            if not any(whole.search(text) for other, text in spelled.items() if other != id):
                part = word.partition(".")[0]  # GOV.UK is read as GOV
                needed |= {(path, "abbreviations-known", f"{part} is not in the glossary") for path, text in read if whole.search(text)}
        if needed:
            yield Deletion(id, home.path, (home.pointer,), frozenset(needed))


def empty_slots(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """All slots that are declared empty."""
    for area, record in k.areas.items():
        for slot in record.slots:
            home = k.home("area", area, "slots", slot.value)
            yield Deletion(f"{area}, {slot}", home.path, (home.pointer,), frozenset({silent(k, area, slot)}))


def fillings(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """Fillings without which a slot is silent, or a local line fills nothing."""
    for id, contact in k.contacts.items():
        home = k.home("contact", id)
        for number, filling in enumerate(contact.fills):
            needed = {silent(k, filling.area, filling.slot)} if alone(k, id, filling) else set()
            if len(contact.fills) == 1 and k.contact_area[id] is not None:
                needed.add((home.path, "contacts-used", f"{id} fills no slot"))
            if needed:
                yield Deletion(f"{id}, {filling.area}/{filling.slot}", home.path, ((*home.pointer, "fills", number),), frozenset(needed))


def steps(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """The last steps of each stage for each age and clock: the one there is, or all there are."""
    for slug, setting in k.settings.items():
        home = k.home("setting", slug)
        for stage, age, clock in product(Stage, Age, Clock):
            last = [number for number, step in enumerate(setting.steps) if step.stage is stage and age in step.ages and clock in step.clocks]
            pointers: tuple[Pointer, ...] = tuple(("steps", number) for number in last)
            needed = (home.path, "stages-complete", f"stage {stage} has no step for {age}, {clock}")
            yield Deletion(f"{slug}: {stage}, {age}, {clock}", home.path, pointers, frozenset({needed}))


Kind = Callable[[Knowledge, tuple[Text, ...]], Iterator[Deletion]]

KINDS: tuple[Kind, ...] = (contact_points, sources, procedures, terms, empty_slots, fillings, steps)


def scenarios(k: Knowledge, texts: tuple[Text, ...]) -> Iterator[Deletion]:
    """Cases that a session plays or another page links to."""
    yield from named(k, "scenario", k.scenarios)


SMALL_KINDS: tuple[Kind, ...] = (figures, charts, courses, situations, settings, questions, outcomes, scenarios)
"""Kinds of which there are few: every one is tried by `make test` too."""


# --- the tests ---------------------------------------------------------------------------------------------------------


def unnoticed(deletions: Iterable[Deletion], files: Files, texts: tuple[Text, ...]) -> list[str]:
    """The deletions after which the check does not name what needs the record."""
    found = []
    for batch in batches(deletions):
        problems = problems_in(without(files, batch), texts)
        found += [f"{deletion.path}: {deletion.what}" for deletion in batch if not deletion.noticed(problems)]
    return found


def batches(deletions: Iterable[Deletion]) -> Iterator[list[Deletion]]:
    """Deletions in groups that can be made at once."""
    waiting = list(deletions)
    while waiting:
        batch: list[Deletion] = []
        for deletion in waiting:
            if len(batch) < TOGETHER and all(apart(deletion, other) for other in batch):
                batch.append(deletion)
        yield batch
        waiting = [deletion for deletion in waiting if deletion not in batch]


def apart(one: Deletion, other: Deletion) -> bool:
    """Whether two deletions can be made at once: neither takes away what needs the other, and neither moves the other in its file."""
    by_loader = {rule == "reference" for _, rule, _ in one.needed_by | other.needed_by}
    if len(by_loader) > 1:  # the loader stops before the rules look
        return False
    if one.path == other.path:
        return all(isinstance(pointer[-1], str) for pointer in (*one.pointers, *other.pointers)) and not (paths(one) | paths(other)) & {one.path}
    return one.path not in paths(other) and other.path not in paths(one)


def paths(deletion: Deletion) -> set[str]:
    """The files in which the loss must be noticed, but for those of a rule that looks at whole files."""
    return {path for path, rule, _ in deletion.needed_by if rule not in ("slots-declared", "stages-complete", "contacts-used")}


def without(files: Files, batch: Iterable[Deletion]) -> Files:
    """The files after deletions."""
    left = dict(files)
    for deletion in batch:
        if not deletion.pointers:
            del left[deletion.path]
            continue
        content = left[deletion.path]
        for pointer in reversed(deletion.pointers):  # from the end, so that the earlier ones stay where they are
            content = cut(content, pointer)
        assert len(content) < len(left[deletion.path])
        left[deletion.path] = content
    return left


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
class TestDeletingWhatSomethingNeedsIsNoticedWhereItIsNeeded:
    def test_for_every_fifteenth(self, kind: Kind, real: Checked, files: Files) -> None:
        assert unnoticed(list(kind(real.k, real.texts))[::SAMPLE], files, real.texts) == []

    @pytest.mark.whole
    def test_for_every_one(self, kind: Kind, real: Checked, files: Files) -> None:
        assert unnoticed(kind(real.k, real.texts), files, real.texts) == []


@pytest.mark.parametrize("kind", SMALL_KINDS, ids=lambda kind: kind.__name__)
def test_deleting_what_a_page_of_the_new_kinds_needs_is_noticed_for_every_one(kind: Kind, real: Checked, files: Files) -> None:
    deletions = list(kind(real.k, real.texts))
    assert deletions
    assert unnoticed(deletions, files, real.texts) == []


def test_a_loss_that_nothing_notices_would_be_seen(real: Checked, files: Files) -> None:
    """The same deletions, and one that claims to be needed where it is not."""
    *_, first, second = sources(real.k, real.texts)
    claimed = Deletion(second.what, second.path, second.pointers, second.needed_by | {("pathways/glossary.yml", "reference", "there is no source")})
    assert list(batches([first, claimed])) == [[first, claimed]]
    assert unnoticed([first, claimed], files, real.texts) == [f"{second.path}: {second.what}"]


def test_the_deletions_reach_every_area_setting_slot_and_stage(real: Checked) -> None:
    tried = {kind.__name__: list(kind(real.k, real.texts)) for kind in KINDS}
    assert len(tried["sources"]) == len(real.k.sources)
    assert len(tried["empty_slots"]) == sum(len(area.slots) for area in real.k.areas.values())
    assert len(tried["steps"]) == len(real.k.settings) * len(Stage) * len(Age) * len(Clock)
    in_areas = {
        path for kind in ("empty_slots", "fillings") for deletion in tried[kind] for path, rule, _ in deletion.needed_by if rule == "slots-declared"
    }
    assert in_areas == {real.k.home("area", area).path for area in real.k.areas}
    assert all(deletion.needed_by for deletions in tried.values() for deletion in deletions)
    few = {kind.__name__: {deletion.what for deletion in kind(real.k, real.texts)} for kind in SMALL_KINDS}
    assert few["figures"] == set(real.k.statistics.figures)
    assert few["charts"] == set(real.k.statistics.charts)
    assert few["questions"] | few["outcomes"] == {*real.k.check.questions, *real.k.check.outcomes}
    cases = real.k.scenarios.values()
    assert few["situations"] == {slug for case in cases for slug in case.situations}
    assert few["settings"] == {case.setting for case in cases}
    assert few["courses"] == {id for setting in real.k.settings.values() for id in setting.courses}


def test_a_contact_point_or_filling_that_is_not_tried_is_one_that_no_reader_would_miss(real: Checked) -> None:
    """Each is held, shares every slot with another line, says no age, or is a national line that nothing names."""
    k = real.k
    tried = {deletion.what for deletion in contact_points(k, real.texts)}
    for id, contact in k.contacts.items():
        if id not in tried:
            assert all(
                contact.hold or contact.withdrawn or filling.slot == UNPLACED or len(k.fillings[filling.area, filling.slot]) > 1
                for filling in contact.fills
            )
            assert contact.fills or k.contact_area[id] is None
            assert not [reference for reference in k.references if (reference.kind, reference.id) == ("contact", id)]


def test_every_slot_of_every_area_is_needed_once(real: Checked) -> None:
    """A slot is declared empty, or filled by one line that is tried, or filled by several, of which any one may go."""
    k = real.k
    declared = {(area, slot.value) for area, record in k.areas.items() for slot in record.slots}
    shown = Counter(
        (filling.area, filling.slot)
        for id, contact in k.contacts.items()
        for filling in contact.fills
        if judge(k, id, filling, TODAY).standing not in HIDDEN
    )
    for area, slot in product(k.areas, Slot):
        assert ((area, slot.value) in declared) + (shown[area, slot.value] > 0) == 1
    tried = {deletion.what.partition(", ")[2] for deletion in fillings(k, real.texts)}
    assert {f"{area}/{slot}" for (area, slot), count in shown.items() if count == 1 and slot != UNPLACED} <= tried


@pytest.mark.parametrize(
    ("text", "pointer", "left"),
    [
        ("a: 1\nb: 2\nc: 3\n", ("b",), "a: 1\nc: 3\n"),
        ("a:\n  x: 1\n  y:\n    z: 2\n\n# next\nb: 2\n", ("a", "y"), "a:\n  x: 1\n\n# next\nb: 2\n"),
        ("a:\n  - one\n  - two: 2\n    three: 3\n  - four\n", ("a", 1), "a:\n  - one\n  - four\n"),
        ("a: [one, two, three]\n", ("a", 1), "a: [one, three]\n"),
        ("a: [one, two, three]\n", ("a", 2), "a: [one, two]\n"),
        ("a: {x: 1, y: {z: 2}}\n", ("a", "x"), "a: {y: {z: 2}}\n"),
        ("a: {x: 1, y: {z: 2}}\n", ("a", "y", "z"), "a: {x: 1, y: {}}\n"),
        ("- a: >-\n    one\n    two\n\n  # note\n- b\n", (0,), "\n  # note\n- b\n"),
        ("a:\n  - {x: 1}\nb: 2\n", ("a", 0), "a:\n  []\nb: 2\n"),
        ("a:\n  x: 1\n", ("a", "x"), "a:\n  {}\n"),
    ],
)
def test_cutting_a_record_leaves_the_rest_of_the_text_as_it_was(text: str, pointer: Pointer, left: str) -> None:
    assert cut(text.encode(), pointer).decode() == left
