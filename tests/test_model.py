"""The small types take what they promise and nothing else: tables of good and bad values."""

from __future__ import annotations

import datetime
from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from scripts import model
from scripts.load import DEEPEST, NUMBER_LIKE, assemble
from scripts.model import CONFIRMING_ROLES, UNPLACED, Slot, Unquoted
from scripts.problem import Refused
from tests.conftest import Files

TYPES: dict[str, Any] = {
    name: getattr(model, name) for name in ("Text", "Id", "Phone", "Email", "Url", "SourceUrl", "Day", "Dated", "Flag", "Period")
}

GOOD: dict[str, tuple[str, ...]] = {
    "Text": ("A", "two words", "with: a colon", " space around "),
    "Id": ("barnet", "barnet-mash", "a1", "1", "hf-2", "a-b-c-d"),
    "Phone": ("020 7946 0000", "999", "101", "18001 101", "0800 011 3764", "02079460000"),
    "Email": ("prevent@example.org", "MASH@example.gov.uk", "first-response@a.b.example.org"),
    "Url": ("https://example.org", "https://example.org/a/b?c=d#e", "https://example.org/a%20b"),
    "SourceUrl": ("https://example.org", "http://example.org/old.asp?ID=1"),
    "Day": ("2026-11-21", "2024-02-29"),
    "Dated": (
        *("2024", "2024-05", "2024-05-09", "2024-02-29", "2024~", "2024-05~", "1999"),
        *("2020/2021", "2020-05/2021-06", "2023-09/..", "2023/2023", "2020~/2021", "../2019", "../2019-06"),
    ),
    "Flag": ("true", "false"),
    "Period": ("1 days", "90 days", "6 months", "999 months"),
}

BAD: dict[str, tuple[object, ...]] = {
    "Text": ("", " ", "\n", Unquoted("2024"), Unquoted("no"), None, ["a"]),
    "Id": ("", "Barnet", "barnet_mash", "-barnet", "barnet-", "barnet--mash", "barnet mash", "bärnet", "barnet\n", None),
    "Phone": (
        *("", " ", "020  7946 0000", " 020 7946 0000", "020 7946 0000 ", "020-7946-0000", "(020) 7946 0000", "+44 20 7946 0000"),
        *("020 7946 0000 option 3", "999\n", "٠٢٠", Unquoted("02079460000"), Unquoted("999"), None),
    ),
    "Email": ("", "prevent", "prevent@example", "@example.org", "a b@example.org", "a@b@example.org", "prevent@example.org\n", "mailto:", None),
    "Url": (
        *("", "example.org", "http://example.org", "javascript:alert(1)", "data:text/html,x", "//example.org", "https://"),
        *("https://example.org/a b", 'https://example.org/"onclick="x', "https://example.org/<script>", "HTTPS ://example.org", None),
    ),
    "SourceUrl": ("", "ftp://example.org", "file:///etc/passwd", "javascript:alert(1)", "http://a b", None),
    "Day": (
        *("", "2026-02-30", "2026-13-01", "2026-2-3", "21-11-2026", "21 November 2026", "2026", "2026-11"),
        *("20261121", "2026-W01-1", "2026-11-21T00:00", "2026-11-21\n", "２０２６-11-21", None),
    ),
    "Dated": (
        *("", "24", "May 2024", "2024-5", "2024-13", "2024-00", "2024-02-30", "2023-02-29", "2024/", "/2024", "..", "../..", "../"),
        *("2021/2020", "2024-06/2024-05", "2020/2021/2022", "2024~~", "9999", "0001", "2024-05-09T10:00", "٢٠٢٤"),
    ),
    "Flag": ("", "yes", "no", "True", "1", "null"),
    "Period": ("", "6", "months", "6 weeks", "0 days", "06 days", "-1 months", "1.5 months", "6  months", "6 month", "1000 days", None),
}


def take(name: str, value: object) -> object:
    return TypeAdapter[object](TYPES[name]).validate_python(value)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in GOOD.items() for value in values])
def test_a_good_value_is_taken_as_it_stands(name: str, value: str) -> None:
    expected = {"Day": datetime.date.fromisoformat, "Flag": "true".__eq__}.get(name, str)(value)
    assert take(name, value) == expected


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_a_bad_value_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        take(name, value)


@pytest.mark.parametrize("name", BAD)
def test_every_refusal_of_words_gives_a_cure(name: str) -> None:
    for value in BAD[name]:
        if isinstance(value, str):
            with pytest.raises(ValidationError) as caught:
                take(name, value)
            assert caught.value.errors()[0]["ctx"]["tip"]


def test_each_small_type_has_good_and_bad_values() -> None:
    assert TYPES.keys() == GOOD.keys() == BAD.keys()


@pytest.mark.parametrize(
    "text", ["02083594066", "999", "1_000", "3.5", "-1", "1e3", "0x1F", "0o17", "yes", "No", "on", "OFF", "true", "y", "12:30", "1,000"]
)
def test_what_another_reader_takes_for_a_number_or_a_flag_counts_as_unquoted(text: str) -> None:
    assert NUMBER_LIKE.fullmatch(text)


@pytest.mark.parametrize("text", ["2026-11-21", "2024-05", "020 8359 4066 or", "Barnet", "not-found", "6 months", "yesterday", "24/7"])
def test_words_dates_and_ids_do_not_count_as_unquoted_numbers(text: str) -> None:
    assert not NUMBER_LIKE.fullmatch(text)


def test_the_slots_a_line_may_fill_are_the_slots_and_the_one_that_is_none() -> None:
    assert set(get_args(model.SlotName)) == {*Slot, UNPLACED}
    assert UNPLACED not in set(Slot)


def test_the_roles_that_may_confirm_are_the_closed_list() -> None:
    assert set(get_args(model.ConfirmingRole)) == set(CONFIRMING_ROLES)


@pytest.mark.parametrize("role", ["jane-smith", "duty officer", "officer"])
def test_a_confirmation_by_anyone_else_is_refused(role: str, files: Files) -> None:
    path = "pathways/areas/barnet.yml"
    confirmation = f'\n    confirmations: [{{on: 2026-11-01, how: phone, by: {role}, phone: "020 8359 4066", covers: [barnet/children]}}]\n'
    text = files[path].decode().replace("\n    fills:", f"{confirmation}    fills:", 1)
    with pytest.raises(Refused) as caught:
        assemble({**files, path: text.encode()})
    (problem,) = caught.value.problems
    assert (problem.path, problem.rule) == (path, "unknown-word")
    assert text.splitlines()[problem.line - 1].strip().startswith("confirmations:")


def test_the_records_nest_less_deeply_than_the_loader_allows(files: Files) -> None:
    def depth(data: object) -> int:
        items = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
        return 1 + max((depth(item) for item in items), default=0)

    deepest = max(depth(document.data) for document in assemble(files).documents.values())
    assert deepest < DEEPEST / 2
