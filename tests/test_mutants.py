"""Proof by mutation: real data, one fault at a time, and which of the faults the check refuses with the right file.

Every mutant is judged by what `python -m scripts check` runs: loading, then the rules, then the register of agreed values. The rules are
asked one by one and the judging stops at the first problem in the damaged file; that changes the time it takes and not the verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pytest
import yaml

from scripts import agreed
from scripts.build import prose_of
from scripts.load import Knowledge, assemble, read_record
from scripts.pages.site import site_paths
from scripts.problem import Problem, Refused
from scripts.prose import Text, read_texts
from scripts.rules import RULES, check
from scripts.rules.case import Case, Reading
from scripts.rules.values import values_agreed
from tests.conftest import TODAY, Files
from tests.mutants import KINDS, REFUSED, Mutant, mutants

EVERY = 48
"""`make test` judges one mutant in so many of each kind; `make test-all` judges all."""
LEAST = 2000
"""Distinct mutants, at least (issue: proof by mutation)."""
SURVIVORS = Path(__file__).parent / "survivors.yml"

Verdict = Literal["meaning", "register", "survived"]
MEANING = tuple(rule for rule in RULES if rule is not values_agreed)


@dataclass(frozen=True)
class Ground:
    """The undamaged files, and what is known about them once."""

    files: Mapping[str, bytes | Problem]
    texts: tuple[Text, ...]
    case: Case

    @property
    def k(self) -> Knowledge:
        """The undamaged knowledge."""
        return self.case.k

    @property
    def register(self) -> str:
        """The register of agreed values."""
        assert self.case.agreed
        return self.case.agreed


def stand(files: Mapping[str, bytes | Problem], texts: tuple[Text, ...]) -> Ground:
    """The ground that the real files make. They are as agreed, so that whatever is refused later is refused for the damage."""
    k = assemble(files)
    case = Case(k, TODAY, texts, site_paths(k, prose_of(texts), TODAY), agreed.text(k))
    assert check(case) == ()
    return Ground(files, texts, case)


@pytest.fixture(scope="module")
def ground(files: Files, texts: tuple[Text, ...]) -> Ground:
    """The real data."""
    return stand(files, texts)


def judge(ground: Ground, mutant: Mutant, folder: Path) -> Verdict:
    """What refuses a mutant with the right file: loading or a rule of meaning, the register alone, or nothing."""

    def right(problems: Iterable[Problem]) -> bool:
        return any(problem.path == mutant.path or mutant.path in problem.message for problem in problems)

    texts, k = ground.texts, ground.k
    if mutant.path.startswith("pathways/"):
        content = mutant.content if mutant.content is not None else _missing(mutant.path)
        changed = {path: found for path, found in {**ground.files, mutant.path: content}.items() if found is not None}
        try:
            k = assemble(changed)
        except Refused as refused:
            if right(refused.problems):
                return "meaning"
            return "register" if right(agreed.gone(refused.problems, ground.register)) else "survived"
    else:
        try:
            texts = _texts(texts, mutant, folder)
        except Refused as refused:
            return "meaning" if right(refused.problems) else "survived"
    case = Case(k, TODAY, texts, site_paths(k, prose_of(texts), TODAY), ground.register)
    case.__dict__["readings"] = _readings_with(ground, k, mutant.path)
    if not mutant.path.startswith(("pathways/areas/", "pathways/national", "pathways/sources")):
        case.__dict__["answers"] = ground.case.answers
    if any(right(rule(case)) for rule in MEANING):
        return "meaning"
    return "register" if right(values_agreed(case)) else "survived"


def _readings_with(ground: Ground, k: Knowledge, path: str) -> tuple[Reading, ...]:
    """The texts of a damaged case: those of the undamaged files as they were, which saves a third of the time, and the damaged one's anew."""
    kept = tuple(reading for reading in ground.case.readings if reading.home.path != path)
    if path not in k.documents:
        return kept
    return (*kept, *Case(replace(k, documents={path: k.documents[path]}), TODAY).readings)


def _missing(path: str) -> Problem | None:
    """What the reader of the folder puts in a missing file's place: a problem where every tree has the file, nothing where it is one of many."""
    if path.count("/") == 1 or path.endswith("/london.yml"):
        return Problem(path, 1, 1, "missing-file", "the file is missing")
    return None


def _texts(texts: tuple[Text, ...], mutant: Mutant, folder: Path) -> tuple[Text, ...]:
    """The texts with one damaged: read from a folder, as the real ones are.

    Raises:
        Refused: when it is not UTF-8 text.
    """
    path = folder / mutant.path
    path.parent.mkdir(parents=True, exist_ok=True)
    assert mutant.content is not None
    path.write_bytes(mutant.content)
    try:
        (damaged,) = read_texts(folder)
    finally:
        path.unlink()
    return tuple(damaged if text.path == mutant.path else text for text in texts)


def table(verdicts: Mapping[Mutant, Verdict]) -> str:
    """Kind by kind: how many mutants, how many refused by meaning, by the register alone, and survived."""
    rows = [f"{'kind':16}{'mutants':>8}{'by meaning':>12}{'by register':>12}{'survived':>10}"]
    counts = Counter((mutant.kind, verdict) for mutant, verdict in verdicts.items())
    for kind in (*KINDS, "all"):
        by = [sum(n for (k, v), n in counts.items() if kind in (k, "all") and v == verdict) for verdict in ("meaning", "register", "survived")]
        rows.append(f"{kind:16}{sum(by):8}{by[0]:12}{by[1]:12}{by[2]:10}")
    return "\n".join(rows)


@dataclass(frozen=True)
class Reason:
    """Why survivors of these kinds, at these fields, in files that begin so, are harmless."""

    kinds: tuple[str, ...]
    files: tuple[str, ...]
    fields: tuple[str, ...]
    because: str

    def covers(self, mutant: Mutant) -> bool:
        """Whether it speaks of this mutant. Fields left out: any."""
        return mutant.kind in self.kinds and mutant.path.startswith(self.files) and (not self.fields or mutant.field in self.fields)


def reasons() -> tuple[Reason, ...]:
    """The reasons in survivors.yml."""
    found = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8"))
    return tuple(Reason(tuple(item["kinds"]), tuple(item["files"]), tuple(item.get("fields", ())), item["because"]) for item in found)


@pytest.mark.parametrize("every", [pytest.param(EVERY, id="a sample"), pytest.param(1, id="all", marks=pytest.mark.whole)])
def test_damage_is_refused_with_the_right_file_and_every_survivor_has_its_reason(
    every: int, ground: Ground, texts: tuple[Text, ...], files: Files, tmp_path: Path
) -> None:
    found = mutants(files, {text.path: text.text for text in texts}, every)
    assert len({(mutant.path, mutant.content) for mutant in found}) == len(found) >= LEAST / every
    assert {mutant.kind for mutant in found} == set(KINDS)
    verdicts: dict[Mutant, Verdict] = {}
    for number, mutant in enumerate(found):
        verdicts[mutant] = judge(ground, mutant, tmp_path)
        if number % 200 == 199:
            read_record.cache_clear()  # it keeps every damaged file
            assemble(ground.files)
    print(f"\n{table(verdicts)}")
    survivors = [mutant for mutant, verdict in verdicts.items() if verdict == "survived"]
    assert [_told(mutant) for mutant in survivors if mutant.kind in REFUSED] == []
    listed = reasons()
    assert [_told(mutant) for mutant in survivors if not any(reason.covers(mutant) for reason in listed)] == []
    if every == 1:
        assert [reason.because for reason in listed if not any(reason.covers(mutant) for mutant in survivors)] == [], "reasons nobody needs"


def _told(mutant: Mutant) -> str:
    return f"{mutant.kind}: {mutant.path}: {mutant.what}"


def test_no_reason_excuses_a_kind_that_must_be_refused() -> None:
    assert {kind for reason in reasons() for kind in reason.kinds} <= set(KINDS) - set(REFUSED)
