"""`python -m scripts agree` on a copy of the real files: it shows what differs, agrees only when told, and never to what breaks a rule."""

from __future__ import annotations

import argparse
import io
import shutil
from pathlib import Path

import pytest

from scripts import agreed
from scripts.build import ROOT, checked
from scripts.load import load
from scripts.problem import Refused
from scripts.upkeep import agree
from tests.conftest import TODAY

BARNET = "pathways/areas/barnet.yml"


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real files, with a register that fits them, on the tests' day."""
    for folder in ("pathways", "docs", "theme"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / agreed.FILE).write_text(agreed.text(load(tmp_path)), encoding="utf-8")
    monkeypatch.setattr(agree, "day_of_build", lambda: TODAY)
    return tmp_path


def run(root: Path, *given: str) -> tuple[int, list[str]]:
    """The command's exit code, and what it said."""
    parser = argparse.ArgumentParser()
    agree.arguments(parser)
    said: list[str] = []
    return agree.run(root, parser.parse_args(given), said.append), said


def change(root: Path, old: str, new: str) -> None:
    """Another text everywhere in Barnet's file: on the card and in the sighting, so that no rule of meaning sees it."""
    path = root / BARNET
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_where_nothing_changed_there_is_nothing_to_agree_to(copy: Path) -> None:
    before = (copy / agreed.FILE).read_bytes()
    assert run(copy) == (0, ["every value is as agreed"])
    assert (copy / agreed.FILE).read_bytes() == before


def test_a_number_changed_everywhere_is_refused_until_somebody_agrees(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(copy, "020 8359 5000", "020 8359 5001")
    before = (copy / agreed.FILE).read_bytes()
    with pytest.raises(Refused) as refused:
        checked(copy, TODAY)
    assert {(problem.rule, problem.path) for problem in refused.value.problems} == {("values-agreed", BARNET)}

    code, said = run(copy)  # no terminal here, and nobody said --yes
    assert code == 1
    assert "--yes" in said[-1]
    shown = capsys.readouterr().out
    assert shown.startswith(f"{BARNET}\n")
    assert "phone was agreed as 020 8359 5000 and is now 020 8359 5001" in shown
    assert (copy / agreed.FILE).read_bytes() == before

    assert run(copy, "--yes")[0] == 0
    assert checked(copy, TODAY).k.contacts["barnet-adult-mash"].phone == "020 8359 5001"


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("yes\n", 0), ("\n", 1), ("n\n", 1), ("", 1)])
def test_at_a_terminal_it_asks_and_takes_no_answer_for_no(answer: str, code: int, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal(answer))
    change(copy, "020 8359 5000", "020 8359 5001")
    before = (copy / agreed.FILE).read_bytes()
    assert run(copy)[0] == code
    assert ((copy / agreed.FILE).read_bytes() == before) is bool(code)


def test_what_breaks_another_rule_cannot_be_agreed_to(copy: Path) -> None:
    change(copy, 'phone: "020 8359 4066"\n', 'phone: "020 8359 4067"\n')  # on the card only
    before = (copy / agreed.FILE).read_bytes()
    with pytest.raises(Refused) as refused:
        run(copy, "--yes")
    assert {problem.rule for problem in refused.value.problems} >= {"values-sighted"}
    assert (copy / agreed.FILE).read_bytes() == before


def test_a_register_that_is_missing_is_written_anew_only_when_told(copy: Path) -> None:
    (copy / agreed.FILE).unlink()
    code, said = run(copy)
    assert (code, said[0]) == (1, "there is no register yet")
    assert not (copy / agreed.FILE).exists()
    assert run(copy, "--yes")[0] == 0
    assert run(copy) == (0, ["every value is as agreed"])
