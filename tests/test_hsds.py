"""The services and organizations are valid by the published schemas of Open Referral UK and HSDS, and say what the records say.

The schemas are not part of the project (README, "Open data", says where they come from). They are looked for in the folder that
OPENREFERRAL_SCHEMAS names, else in ../shared/openreferral. Where neither is there, one test fewer runs, and a warning says so:
then only our own short list of what the standard requires has been checked.
"""

from __future__ import annotations

import datetime
import json
import os
import uuid
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import opening_hours
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.build import ROOT, Checked
from scripts.exports import data
from scripts.exports.openreferral import DAYS, weekly
from scripts.load import Knowledge
from scripts.standing import Standing, judge
from tests.conftest import TODAY, Files
from tests.invented import AREA, NUMBER, fills, knowledge, line, seen

FOLDER = Path(os.environ.get("OPENREFERRAL_SCHEMAS") or ROOT.parent / "shared" / "openreferral")
THERE = FOLDER.is_dir()
SCHEMAS = {
    "services": ("oruk/service.json", "oruk/service_with_definitions.json", "hsds/service.json", "hsds/service_with_definitions.json"),
    "organizations": ("oruk/organization.json", "oruk/organization_list.json", "hsds/organization_list.json"),
}
"""The published schemas that each record of a list has to satisfy."""
REQUIRED = {
    "services": {"id", "name", "status"},
    "organizations": {"id", "name", "description"},
    "contacts": {"id"},
    "phones": {"id", "number"},
    "schedules": {"id"},
    "service_areas": {"id"},
    "attributes": {"id"},
    "taxonomy_term": {"id", "name", "description"},
    "organization": {"id", "name", "description"},
    "organization_identifiers": {"id", "identifier_type", "identifier"},
}
"""What the standard requires of each thing we write (ORUK 3.0): our own copy, for a machine without the schemas."""

Json = dict[str, Any]


def listed(k: Knowledge, name: str) -> list[Json]:
    """The records of one list of the export."""
    page = json.loads(data.files(k, TODAY)[f"data/v1/open-referral/{name}.json"])
    contents: list[Json] = page["contents"]
    assert page["total_items"] == page["size"] == len(contents)
    assert (page["first_page"], page["last_page"], page["empty"]) == (True, True, False)
    return contents


@pytest.fixture(scope="module")
def lists(real: Checked) -> Mapping[str, list[Json]]:
    """Both lists of the real data."""
    return {name: listed(real.k, name) for name in SCHEMAS}


@pytest.fixture(scope="module")
def services(real: Checked, lists: Mapping[str, list[Json]]) -> Mapping[str, Json]:
    """The service of each contact point that may be shown, by its id here."""
    return dict(zip((id for id, contact in real.k.contacts.items() if not contact.hidden), lists["services"], strict=True))


def things(value: Any, kind: str) -> Iterator[tuple[str, Json]]:
    """Every record in a list, however deep, with the name it stands under."""
    if isinstance(value, list):
        for item in value:
            yield from things(item, kind)
    elif isinstance(value, dict):
        yield kind, value
        for name, inner in value.items():
            yield from things(inner, name)


# --- valid -----------------------------------------------------------------------------------------------------------------


def validator(schema: Json) -> jsonschema.Draft202012Validator:
    """A validator that looks at formats too: uuid, uri, email, date-time."""
    checker = jsonschema.FormatChecker()
    assert {"uuid", "uri", "email", "date-time"} <= set(checker.checkers)
    return jsonschema.Draft202012Validator(schema, format_checker=checker)


if THERE:

    @pytest.mark.parametrize(("name", "file"), [(name, file) for name, files in SCHEMAS.items() for file in files])
    def test_every_record_is_valid_by_the_published_schemas(lists: Mapping[str, list[Json]], name: str, file: str) -> None:
        judge_of = validator(json.loads((FOLDER / file).read_text(encoding="utf-8")))
        for record in lists[name]:
            problems = [f"{record['name']}: {'/'.join(map(str, error.path))}: {error.message}" for error in judge_of.iter_errors(record)]
            assert problems == []
        broken = {**lists[name][0], "id": "not-a-uuid"}
        assert not judge_of.is_valid(broken)
        assert not judge_of.is_valid({key: value for key, value in lists[name][0].items() if key != "name"})

    def test_no_field_is_one_that_the_standard_does_not_know(lists: Mapping[str, list[Json]]) -> None:
        """The schemas let unknown fields pass; a misspelt one would be read by nobody."""
        schema = json.loads((FOLDER / "hsds/service_with_definitions.json").read_text(encoding="utf-8"))

        def known(value: Any, shape: Json, where: str) -> None:
            if name := shape.get("$ref", "").removeprefix("#/definitions/"):
                shape = schema["definitions"][name]
            if isinstance(value, list):
                for item in value:
                    known(item, shape["items"], where)
            elif isinstance(value, dict):
                assert set(value) <= set(shape["properties"]), where
                for field, inner in value.items():
                    known(inner, shape["properties"][field], f"{where}.{field}")

        for service in lists["services"]:
            known(service, schema, "service")
        for organization in lists["organizations"]:
            known(organization, schema["definitions"]["organization"], "organization")


def test_without_the_published_schemas_our_own_list_of_required_fields_is_checked(lists: Mapping[str, list[Json]]) -> None:
    if not THERE:
        warnings.warn(f"no Open Referral schemas in {FOLDER}: set OPENREFERRAL_SCHEMAS to have the export validated", stacklevel=1)
    for name, records in lists.items():
        for kind, record in things(records, name):
            missing = {field for field in REQUIRED[kind] if not record.get(field)}
            assert not missing, f"{kind} without {missing}"
            assert str(uuid.UUID(record["id"])) == record["id"]


def test_our_own_list_names_every_kind_of_record_we_write(lists: Mapping[str, list[Json]]) -> None:
    assert {kind for name, records in lists.items() for kind, _ in things(records, name)} == set(REQUIRED)


# --- equal to the data -------------------------------------------------------------------------------------------------------


def test_a_service_has_the_contact_point_s_values(real: Checked, services: Mapping[str, Json]) -> None:
    for id, service in services.items():
        contact = real.k.contacts[id]
        assert (service["name"], service.get("email"), service.get("url")) == (contact.name, contact.email, contact.page)
        assert service["description"].startswith(contact.what_for)
        assert service["organization"]["name"] == real.k.owner(id)
        numbers = [(phone["type"], phone["number"]) for whom in service["contacts"] for phone in whom.get("phones", [])]
        wanted = [("voice", number) for number in (contact.phone, *contact.phone_alternatives) if number]
        assert numbers == wanted + ([("text", contact.sms)] if contact.sms else [])


def test_service_areas_are_the_areas_it_fills_slots_in_by_their_codes(real: Checked, services: Mapping[str, Json]) -> None:
    for id, service in services.items():
        contact = real.k.contacts[id]
        filled = {filling.area for filling in contact.fills}
        assert {area["extent"] for area in service["service_areas"] if "extent" in area} == {real.k.areas[area].ons_code for area in filled}
        assert any("extent" not in area for area in service["service_areas"]) == (real.k.contact_area[id] is None)
        for area in service["service_areas"]:
            code = area.get("extent")
            here = [filling for filling in contact.fills if real.k.areas[filling.area].ons_code == code]
            terms = [(a["taxonomy_term"]["taxonomy"], a["taxonomy_term"]["name"], a.get("value")) for a in area.get("attributes", [])]
            slots = [name for taxonomy, name, _ in terms if taxonomy.endswith("slot")]
            assert slots == [filling.slot for filling in here]
            standings = {value: name for taxonomy, name, value in terms if taxonomy.endswith("standing")}
            assert standings == {filling.slot: judge(real.k, id, filling, TODAY).standing for filling in here}


def test_the_standing_of_a_service_is_the_worst_it_has_anywhere(real: Checked, services: Mapping[str, Json]) -> None:
    order = [Standing.WEAK, Standing.LAPSED, Standing.PUBLISHED, Standing.CONFIRMED]
    for id, service in services.items():
        contact = real.k.contacts[id]
        here = ([None] if real.k.contact_area[id] is None else []) + list(contact.fills)
        worst = min((judge(real.k, id, filling, TODAY).standing for filling in here), key=order.index)
        found = [a["taxonomy_term"]["name"] for a in service["attributes"] if a["taxonomy_term"]["taxonomy"].endswith("standing")]
        assert found == [worst]


def test_ages_are_said_only_where_every_slot_says_them(real: Checked, services: Mapping[str, Json]) -> None:
    for id, service in services.items():
        slots = {filling.slot for filling in real.k.contacts[id].fills}
        if real.k.contact_area[id] is None:
            slots |= {None}  # type: ignore[arg-type]
        young, grown = slots <= {"children", "out-of-hours-children"}, slots <= {"adults", "out-of-hours-adults"}
        assert (service.get("maximum_age"), service.get("minimum_age")) == (17 if young else None, 18 if grown else None)


def test_no_person_is_named(lists: Mapping[str, list[Json]]) -> None:
    for service in lists["services"]:
        assert [(whom["name"], "title" in whom) for whom in service["contacts"]] == [(service["name"], False)]


def test_each_owner_is_one_organization_and_each_council_brings_its_code(real: Checked, lists: Mapping[str, list[Json]]) -> None:
    found = {organization["name"]: organization for organization in lists["organizations"]}
    assert len(found) == len(lists["organizations"])
    assert {service["organization_id"] for service in lists["services"]} == {organization["id"] for organization in found.values()}
    assert all(service["organization"] == found[service["organization"]["name"]] for service in lists["services"])
    for area in real.k.areas.values():
        if area.council in found:
            assert found[area.council]["website"] == area.website
            assert [code["identifier"] for code in found[area.council]["organization_identifiers"]] == [area.ons_code]


# --- ids, and the day of a check ---------------------------------------------------------------------------------------------


def test_ids_are_the_same_in_every_build_and_no_two_things_share_one(real: Checked, lists: Mapping[str, list[Json]], files: Files) -> None:
    found: dict[str, str] = {}
    for kind, record in things(lists["services"], "service"):
        assert found.setdefault(record["id"], kind) == kind
    changed = knowledge(files, {"invented-line": line([seen("school")], fills=[fills("children", "school")])})
    again = {service["name"]: service["id"] for service in listed(changed, "services")}
    assert {service["name"]: service["id"] for service in lists["services"]}.items() <= again.items()


def test_the_id_of_a_contact_point_that_was_ever_given_out_stays(services: Mapping[str, Json]) -> None:
    assert services["police-101"]["id"] == str(uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, "tag:prevent-pathways,2026:data"), "service/police-101"))


def test_an_assured_date_comes_from_a_check_with_the_owner_and_from_nothing_else(real: Checked, services: Mapping[str, Json], files: Files) -> None:
    assert {id for id, service in services.items() if "assured_date" in service} == {
        id for id, contact in real.k.contacts.items() if contact.confirmations and not contact.hidden
    }
    check = {"how": "phone", "by": "duty-officer", "phone": NUMBER}
    both = [fills("children", "school"), fills("adults", "school")]
    older, newer = ({**check, "on": on, "covers": [f"{AREA}/{slot}"]} for on, slot in (("2026-10-01", "adults"), ("2026-11-01", "children")))
    k = knowledge(files, {"invented-line": line([seen("school")], fills=both, confirmations=[older, newer])})
    service = next(service for service in listed(k, "services") if service["name"] == "Invented Line")
    assert service["assured_date"] == "2026-10-01", "of two checks for two places the older one counts"
    assert "assurer_email" not in service, "the edition has no mailbox"


# --- schedules ---------------------------------------------------------------------------------------------------------------

MONDAY = datetime.datetime(2026, 11, 2)
"""A week without a bank holiday, as scripts/pages/hours.py has it."""


def open_in(schedules: list[Json]) -> set[int]:
    """The minutes of the week (from Monday midnight) on which the schedules say open, read by dateutil's recurrence rules."""
    found: set[int] = set()
    for schedule in schedules:
        rule = rrulestr(f"FREQ={schedule['freq']};BYDAY={schedule['byday']}", dtstart=MONDAY - datetime.timedelta(days=7))
        opens, closes = (datetime.time.fromisoformat(schedule[name]) for name in ("opens_at", "closes_at"))
        start = opens.hour * 60 + opens.minute
        length = (closes.hour * 60 + closes.minute - start) % (24 * 60) or 24 * 60
        length += schedule["closes_at"] == "23:59"
        for day in rule.between(MONDAY - datetime.timedelta(days=1), MONDAY + datetime.timedelta(days=7), inc=True):
            first = (day - MONDAY).days * 24 * 60 + start
            found |= {minute % (7 * 24 * 60) for minute in range(first, first + length)}
    return found


def really_open(hours: str) -> set[int]:
    """The same, by the library that reads the hours themselves."""
    read = opening_hours.OpeningHours(hours)
    return {minute for minute in range(7 * 24 * 60) if read.is_open(MONDAY + datetime.timedelta(minutes=minute))}


def test_schedules_are_the_hours_minute_by_minute(real: Checked, services: Mapping[str, Json]) -> None:
    wanted = {hours: really_open(hours) for contact in real.k.contacts.values() if (hours := contact.hours)}
    seen_some = 0
    for id, service in services.items():
        contact = real.k.contacts[id]
        if contact.hours:
            seen_some += 1
            assert open_in(service["schedules"]) == wanted[contact.hours], f"{id}: {contact.hours}"
        else:
            assert [schedule.get("description") for schedule in service["schedules"]] == ([contact.hours_text] if contact.hours_text else [])
            assert all("opens_at" not in schedule for schedule in service["schedules"])
    assert seen_some > 20


TIMES = st.integers(0, 95).map(lambda quarter: quarter * 15)
SPANS = st.tuples(st.sets(st.sampled_from(["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]), min_size=1), TIMES, TIMES).filter(
    lambda span: span[1] != span[2]
)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@settings(max_examples=40, deadline=None)
@given(SPANS)
def test_any_hours_even_over_midnight_become_the_same_minutes(span: tuple[set[str], int, int]) -> None:
    days, opens, closes = span
    hours = f"{','.join(day for day in ('Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su') if day in days)} {clock(opens)}-{clock(closes)}"
    schedules = [
        {"freq": "WEEKLY", "byday": ",".join(DAYS[day] for day in numbers), "opens_at": start, "closes_at": end}
        for start, end, numbers in weekly(hours)
    ]
    assert open_in(schedules) == really_open(hours), hours


@pytest.mark.parametrize(
    ("hours", "wanted"),
    [
        ("Mo-Th 09:00-17:15; Fr 09:00-17:00", (("09:00", "17:15", (0, 1, 2, 3)), ("09:00", "17:00", (4,)))),
        ("24/7", (("00:00", "23:59", (0, 1, 2, 3, 4, 5, 6)),)),
        ("Mo-Fr 17:00-09:00", (("17:00", "09:00", (0, 1, 2, 3, 4)),)),
        ("Mo-Fr 09:00-12:00,13:00-17:00", (("09:00", "12:00", (0, 1, 2, 3, 4)), ("13:00", "17:00", (0, 1, 2, 3, 4)))),
        ("Su 12:00-24:00", (("12:00", "23:59", (6,)),)),
    ],
)
def test_hours_become_schedules(hours: str, wanted: tuple[tuple[str, str, tuple[int, ...]], ...]) -> None:
    assert weekly(hours) == wanted
