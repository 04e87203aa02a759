"""What falls due: the list, the command, the calendars and the list for other programs, and what /coverage/ and the call sheets say of it."""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import json
import re
from types import MappingProxyType

import pytest
from icalendar import Calendar

from scripts.build import ROOT, Checked, render_files
from scripts.calls import calls, gaps
from scripts.due import Due, due, within
from scripts.exports.due import files as exports
from scripts.load import Knowledge
from scripts.model import Confirmation, Slot
from scripts.problem import Refused
from scripts.upkeep import due as command
from tests.conftest import TODAY, Files
from tests.invented import AREA, fills, knowledge, line, seen

CHECKED_ON = "2026-11-01"


def confirmed(k: Knowledge, id: str, on: str, *covers: str) -> Knowledge:
    """The knowledge with one more check of a contact point."""
    contact = k.contacts[id]
    shown = {name: list(value) if isinstance(value, tuple) else value for name, value in contact.shown().items()}
    check = Confirmation.model_validate({"on": on, "how": "phone", "by": "duty-officer", "covers": covers, **shown})
    changed = contact.model_copy(update={"confirmations": (*contact.confirmations, check)})
    return dataclasses.replace(k, contacts=MappingProxyType({**k.contacts, id: changed}))


def one(k: Knowledge, id: str, slot: str | None = None, today: datetime.date = TODAY) -> Due:
    """The entry of one contact point in one slot."""
    (item,) = [item for item in due(k, today) if item.id == id and item.slot == slot]
    return item


def test_every_contact_point_that_is_shown_and_every_text_is_on_the_list_once(real: Checked) -> None:
    items = due(real.k, TODAY)
    shown: list[object] = [
        (id, filling.area, filling.slot) for id, contact in real.k.contacts.items() if not contact.hidden for filling in contact.fills
    ]
    shown += [(id, None, None) for id, contact in real.k.contacts.items() if not contact.hidden and not contact.fills]
    assert sorted(map(str, shown)) == sorted(str((item.id, item.area, item.slot)) for item in items if item.is_contact)
    k = real.k
    texts = sum(map(len, (k.settings, k.situations, k.guides, k.myths, k.scenarios, k.sessions)))
    assert len([item for item in items if not item.is_contact]) == texts
    assert list(items) == sorted(items, key=lambda item: item.on)


def test_what_nobody_ever_checked_is_due_since_its_newest_source_was_read(real: Checked) -> None:
    item = one(real.k, "barnet-mash", "children")
    filling = real.k.contacts["barnet-mash"].fills[0]
    assert (item.why, item.on) == ("never-checked", max(real.k.sources[id].seen for id in filling.seen_in))


def test_a_check_is_good_for_its_fillings_until_it_runs_out(real: Checked) -> None:
    k = confirmed(real.k, "barnet-mash", CHECKED_ON, "barnet/children")
    item = one(k, "barnet-mash", "children")
    assert (item.why, item.on, item.overdue(TODAY)) == ("checked", datetime.date(2027, 5, 1), False)
    assert one(k, "barnet-mash", "lado").why == "never-checked"
    later = datetime.date(2027, 5, 2)
    assert one(k, "barnet-mash", "children", later).overdue(later)
    assert not one(k, "barnet-mash", "children", item.on).overdue(item.on)


def test_a_prevent_team_falls_due_when_its_grant_turns_over(real: Checked) -> None:
    k = confirmed(real.k, "redbridge-prevent-team", CHECKED_ON, "redbridge/prevent")
    assert one(k, "redbridge-prevent-team", "prevent").on == datetime.date(2027, 3, 31)


def test_a_check_of_the_old_number_does_not_count_for_the_new_one(real: Checked) -> None:
    k = confirmed(real.k, "barnet-mash", CHECKED_ON, "barnet/children")
    changed = k.contacts["barnet-mash"].model_copy(update={"phone": "020 8359 4067"})
    k = dataclasses.replace(k, contacts=MappingProxyType({**k.contacts, "barnet-mash": changed}))
    assert one(k, "barnet-mash", "children").why == "never-checked"


def test_a_text_falls_due_again_a_period_after_it_was_read(real: Checked) -> None:
    school = real.k.settings["school"].model_copy(update={"reviewed": datetime.date(2026, 3, 1)})
    k = dataclasses.replace(real.k, settings=MappingProxyType({**real.k.settings, "school": school}))
    item = one(k, "setting/school")
    assert (item.why, item.on) == ("read", datetime.date(2027, 3, 1))
    assert one(real.k, "setting/school").why == "never-read"


def test_held_and_withdrawn_lines_do_not_fall_due(files: Files) -> None:
    held = line([seen("school")], fills=[fills("children", "school")], hold={"reason": "Check.", "since": "2026-11-21"})
    gone = line([seen("school")], fills=[fills("adults", "school")], withdrawn={"on": "2026-11-21", "why": "Closed."})
    k = knowledge(files, {"invented-held": held, "invented-gone": gone})
    assert {item.id for item in due(k, TODAY)} & {"invented-held", "invented-gone"} == set()


@pytest.mark.parametrize(("days", "there"), [(159, False), (160, True), (400, True)])
def test_the_list_looks_as_far_ahead_as_it_is_asked_to(days: int, there: bool, real: Checked) -> None:
    k = confirmed(real.k, "barnet-mash", CHECKED_ON, "barnet/children", "barnet/lado")
    found = within(due(k, TODAY), TODAY, days, "barnet")
    assert {item.area for item in found} == {"barnet"}
    assert ("barnet-mash" in {item.id for item in found}) is there


# --- the command -------------------------------------------------------------------------------------------------------


def typed(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> list[str]:
    """The command as typed, on the tests' day; returns what it says."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC).timestamp())))
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    said: list[str] = []
    assert command.run(ROOT, parser.parse_args(arguments), said.append) == 0
    return said


def test_the_command_names_what_to_type_next(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = typed(monkeypatch, "--area", "barnet")
    printed = capsys.readouterr().out
    assert printed.startswith("Barnet: ")
    assert 'python -m scripts confirm barnet-mash --how phone --by "…"' in printed
    assert "School" not in printed
    assert re.fullmatch(r"\d+ overdue, \d+ more due by 22 December 2026", said[-1])


def test_the_command_lists_for_programs_what_the_site_lists(
    real: Checked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "--within", "12m", "--format", "json")
    assert json.loads(capsys.readouterr().out) == json.loads(exports(real.k, TODAY)["data/due.json"])["due"]


@pytest.mark.parametrize(("text", "words"), [("30d", "30 days"), ("6w", "42 days"), ("2m", "2 months")])
def test_a_period_is_read_as_typed(text: str, words: str) -> None:
    assert command.period(text) == words


@pytest.mark.parametrize("text", ["", "30", "0d", "d", "1y", "-1d"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="is no period"):
        command.period(text)


def test_an_unknown_area_is_refused_with_the_near_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused) as caught:
        typed(monkeypatch, "--area", "barnett")
    assert caught.value.problems[0].tip == "did you mean barnet?"


# --- calendars and the list for other programs -------------------------------------------------------------------------


def events(content: bytes) -> list[dict[str, object]]:
    """A calendar read back by another reader of the format."""
    calendar = Calendar.from_ical(content)
    assert calendar.errors == []
    return [
        {name: event.decoded(name) for name in ("uid", "dtstart", "dtend", "dtstamp", "summary", "transp") if name in event}
        for event in calendar.walk("VEVENT")
    ]


def test_there_is_a_calendar_for_every_area_and_one_for_all(real: Checked) -> None:
    made = exports(real.k, TODAY)
    assert set(made) == {"data/due.ics", "data/due.json", *(f"data/due/{area}.ics" for area in real.k.areas)}
    every = {str(event["uid"]) for event in events(made["data/due.ics"])}
    for area in real.k.areas:
        assert {str(event["uid"]) for event in events(made[f"data/due/{area}.ics"])} <= every


def test_an_event_takes_a_day_and_no_time_of_anybody(real: Checked) -> None:
    k = confirmed(real.k, "barnet-mash", CHECKED_ON, "barnet/children", "barnet/lado")
    (event,) = [event for event in events(exports(k, TODAY)["data/due/barnet.ics"]) if "barnet-mash." in str(event["uid"])]
    assert (event["dtstart"], event["dtend"]) == (datetime.date(2027, 5, 1), datetime.date(2027, 5, 2))
    assert event["transp"] == "TRANSPARENT"
    assert event["dtstamp"] == datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)
    assert b"VALARM" not in exports(k, TODAY)["data/due/barnet.ics"]


def test_an_event_keeps_its_name_when_its_day_moves(real: Checked) -> None:
    k = confirmed(real.k, "barnet-mash", CHECKED_ON, "barnet/children", "barnet/lado")
    before, after = (events(exports(one, TODAY)["data/due.ics"]) for one in (real.k, k))
    assert sorted(str(event["uid"]) for event in before) == sorted(str(event["uid"]) for event in after)
    assert len({str(event["uid"]) for event in before}) == len(before)


def test_what_is_exported_holds_no_number_and_no_address_of_this_site(real: Checked) -> None:
    made = b"".join(exports(real.k, TODAY).values()).replace(b"\r\n ", b"")
    shown = {value for contact in real.k.contacts.values() for value in (contact.phone, contact.email) if value and len(value) > 6}
    assert [value for value in shown if value.encode() in made] == []
    assert b"http" not in made


def test_the_same_knowledge_makes_the_same_bytes(real: Checked) -> None:
    assert exports(real.k, TODAY) == exports(real.k, TODAY)


def test_the_list_says_all_that_its_description_promises(real: Checked) -> None:
    content = json.loads(exports(real.k, TODAY)["data/due.json"])
    assert (content["made"], content["policy"]) == ("2026-11-22", real.k.edition.policy)
    assert all(
        set(entry) == {"on", "overdue", "why", "id", "what", "area", "slot", "standing", "page"} and not entry["page"].startswith("/")
        for entry in content["due"]
    )


# --- the call sheet and the pages --------------------------------------------------------------------------------------


def test_children_and_adults_are_called_about_first_and_the_overdue_before_the_others(real: Checked) -> None:
    assert [call.id for call in calls(real.k, ("barnet",), TODAY)] == ["barnet-mash", "barnet-adult-mash", "barnet-out-of-hours"]
    k = confirmed(real.k, "barnet-mash", CHECKED_ON, "barnet/children", "barnet/lado")
    tomorrow = TODAY + datetime.timedelta(days=1)
    assert [call.id for call in calls(k, ("barnet",), tomorrow)] == ["barnet-adult-mash", "barnet-out-of-hours", "barnet-mash"]


def test_each_filling_is_asked_about_in_words(files: Files) -> None:
    contact = line([seen("school")], fills=[fills("children", "school"), fills("out-of-hours-age-not-stated", "school")])
    (call,) = calls(knowledge(files, {"invented-line": contact}), (AREA,), TODAY)
    asked = [question.text for question in call.questions]
    assert asked[0] == "Is this still the right way in for concerns about a child who lives in Invented?"
    assert asked[1].startswith("Outside office hours in Invented, whose concerns")
    assert call.covers == ("invented/children", "invented/out-of-hours-age-not-stated")


def test_what_was_never_found_is_asked_too(real: Checked) -> None:
    assert gaps(real.k, "barnet") == (Slot.OUT_OF_HOURS_CHILDREN, Slot.PREVENT, Slot.REFERRAL_FORM, Slot.CHANNEL)


@pytest.fixture(scope="module")
def pages(real: Checked) -> dict[str, str]:
    """Every page's text, by file."""
    return {path: content.decode() for path, content in render_files(real).items() if path.endswith(".md")}


def test_every_area_has_a_call_sheet_with_what_to_dial(pages: dict[str, str], real: Checked) -> None:
    for area in real.k.areas:
        text = pages[f"coverage/{area}/index.md"]
        for call in calls(real.k, (area,), TODAY):
            assert f"<code>{call.id}</code>" in text
            assert (call.contact.phone or call.contact.email or call.contact.page or "") in text


def test_coverage_counts_what_is_due_and_leads_to_sheets_and_calendars(pages: dict[str, str], real: Checked) -> None:
    text = pages["coverage/index.md"]
    never = sum(item.why == "never-checked" for item in due(real.k, TODAY))
    assert f"{never} of {never} checks have never been made" in text
    for area in real.k.areas:
        assert f'href="../coverage/{area}/"' in text
        assert f'href="../../data/due/{area}.ics"' in pages[f"coverage/{area}/index.md"]
    assert 'href="../data/due.json"' in text
