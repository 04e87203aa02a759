"""Recalling a number: on a copy of the real files, through the real command, until its fallback stands first on the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import agreed
from scripts.build import checked, render_files
from scripts.load import load
from scripts.model import Slot
from scripts.routes import answer
from scripts.rules.values import reachable
from scripts.standing import Standing
from scripts.upkeep import confirm, withdraw
from scripts.upkeep.edit import Edit
from scripts.upkeep.withdraw import shortened
from tests.copies import DAY, NOON, Command, altered, copied, fresh, refused, typing


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real files, on 1 December 2026."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    return copied(tmp_path)


@pytest.fixture
def command(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command on the copy. It does not look where the number stood: rendering the site takes seconds."""
    monkeypatch.setattr(withdraw, "printed", lambda edit, ids: [])
    return typing(withdraw, copy)


def test_a_recall_puts_the_fallback_first_everywhere_and_shows_nothing_of_the_number(copy: Path) -> None:
    """End to end: a council's line, then three national ones that steps, texts and /now/ name."""
    recall = typing(withdraw, copy)
    told = "\n".join(recall("barnet-mash", "--why", "The team moved and the line is dead"))
    assert "children in Barnet: Police non-emergency stands first now" in told
    assert "/barnet/ and 26 below it" in told
    assert "1 call sheet: /coverage/barnet/" in told
    assert "until they are replaced" in told
    national = ("report-terrorism-online", "anti-terrorist-hotline", "emergency-sms")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(withdraw, "printed", lambda edit, ids: [])
        recall(*national, "--why", "They moved.")
    case = checked(copy, DAY)
    for slot in (Slot.CHILDREN, Slot.LADO):
        found = answer(case.k, "barnet", slot, False, DAY)
        assert (found.standing, found.cards[0].id) == (Standing.NOT_FOUND, "police-101")
    made = {path: content.decode() for path, content in render_files(case, root=copy).items() if path.endswith((".md", ".js", ".json", ".csv"))}
    gone = {value for id in ("barnet-mash", *national) for value in reachable(case.k.contacts[id]) if len(value) > 6}
    assert [path for path, text in made.items() if any(value in text for value in gone)] == []
    pages = {path: " ".join(text.split()) for path, text in made.items()}
    assert "was withdrawn on 1 December 2026. Use this instead" in pages["barnet/index.md"]
    assert "withdrawn on 1 December 2026; use Police non-emergency" in pages["barnet/school/index.md"]
    assert "barnet-mash" not in pages["coverage/barnet/index.md"]
    for path in ("check/online-material/index.md", "check/police-line/index.md", "now/index.md"):
        assert case.k.contacts["police-101"].name in pages[path], path
    (change,) = [change for id, change in case.k.changes.items() if id == "2026-12-01-barnet-mash"]
    assert (change.why, change.areas, change.pages) == ("The team moved and the line is dead.", ("barnet",), ("/barnet/",))


def test_only_the_record_and_the_list_of_changes_and_the_register_are_touched(copy: Path, command: Command) -> None:
    command("barnet-mash", "--why", "The line is dead.", "--on", "2026-11-30")
    lines = altered(copy)
    assert set(lines) == {"pathways/areas/barnet.yml", "pathways/changes.yml"}
    assert lines["pathways/areas/barnet.yml"] == ["+     withdrawn: {on: 2026-11-30, why: The line is dead.}"]
    assert all(line.startswith("+ ") for line in lines["pathways/changes.yml"])
    assert (copy / agreed.FILE).read_text(encoding="utf-8") == agreed.text(load(copy))
    (problem,) = refused(command, "barnet-mash", "--why", "Again.")
    assert "was withdrawn on 2026-11-30" in problem.message


def test_a_number_that_another_record_shows_goes_with_it_or_is_checked_first(copy: Path, command: Command) -> None:
    (problem,) = refused(command, "brent-lado", "--why", "The LADO is not reached here.")
    assert problem.path == "pathways/areas/brent.yml"
    assert "brent-family-front-door shows the same number" in problem.message
    assert "withdraw brent-lado brent-family-front-door" in problem.tip
    typing(confirm, copy)("brent-family-front-door", "--how", "phone", "--by", "duty-officer")
    command("brent-lado", "--why", "The LADO is not reached here.")
    k = load(copy)
    assert k.contacts["brent-lado"].withdrawn is not None
    assert answer(k, "brent", Slot.CHILDREN, False, DAY).cards[0].id == "brent-family-front-door"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Edit:
    """An edit of an untouched copy, checked once for all refusals."""
    return Edit(copied(tmp_path_factory.mktemp("untouched")), DAY)


@pytest.mark.parametrize(
    ("typed", "message", "tip"),
    [
        (("police-101", "--why", "Wrong."), "stands in for missing local numbers", "confirm police-101"),
        (("emergency-999", "--why", "Wrong."), "stands in for missing local numbers", "scripts/routes.py"),
        (("barnet-mesh", "--why", "Wrong."), "there is no contact point called barnet-mesh", "did you mean barnet-mash?"),
        (("ofs-prevent-email", "--why", "Wrong."), "is held and shown nowhere", "nothing to recall"),
        (("barnet-mash", "--why", "Wrong.", "--on", "2026-12-02"), "is in the future", "on the day"),
        (("barnet-mash", "--why", " "), "says no reason", "--why"),
        (("barnet-mash", "--why", "Call 020 8359 4067 now."), "a number is typed in words", "name the contact point"),
    ],
)
def test_what_cannot_be_recalled_is_refused_with_the_cure_and_nothing_changes(
    typed: tuple[str, ...], message: str, tip: str, prepared: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOON)
    monkeypatch.setattr(withdraw, "Edit", lambda root, today: fresh(prepared))
    (problem,) = refused(typing(withdraw, prepared.root), *typed)
    assert message in problem.message
    assert tip in problem.tip
    assert altered(prepared.root) == {}


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (["/barnet/", "/barnet/school/", "/barnet/gp/"], "/barnet/ and 2 below it"),
        (["/", "/barnet/", "/now/"], "/, /barnet/, /now/"),
        (["/coverage/", "/coverage/barnet/"], "/coverage/, /coverage/barnet/"),
        ([], "none"),
    ],
)
def test_many_pages_are_told_in_few_words(paths: list[str], words: str) -> None:
    assert shortened(paths) == words
