"""The open data: each format is read back by a library that had no part in writing it, and says what the records say, no more and no less."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import hashlib
import io
import json
import os
import posixpath
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import vobject
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from scripts.build import ROOT, Checked, pages_of, prose_of
from scripts.exports import data, due, feed
from scripts.exports.records import SHAPES
from scripts.exports.spreadsheets import FORMULA, guarded
from scripts.load import Knowledge, assemble
from scripts.model import VALUE_FIELDS, WAYS_IN, Age, Clock, Slot
from scripts.pages.addresses import Style
from scripts.pages.edition import view
from scripts.pages.render import Renderer
from scripts.pages.site import site_paths, tally
from scripts.pages.words import tel
from scripts.prose import Text
from scripts.routes import Answer, answers, resolve
from scripts.rules.case import Case
from scripts.standing import HIDDEN, Standing, judge
from tests.conftest import TODAY, Files
from tests.editing import edit
from tests.invented import AREA, COUNCIL, MAILBOX, NUMBER, OTHER, fills, knowledge, line, seen

V1 = "data/v1/"
FIELDS = Path(__file__).with_name("v1_fields.txt")
DRAMA = re.compile(r"(?:020|\+44 ?20) ?7946 ?0\d{3}")
"""Ofcom's numbers for London that are given to nobody."""


@pytest.fixture(scope="module")
def made(real: Checked) -> Files:
    """The files of the real data, by path in the folder of version 1."""
    return of(real.k)


def of(k: Knowledge, today: datetime.date = TODAY) -> Files:
    """The files of a knowledge, by path in the folder of version 1."""
    found = data.files(k, today)
    assert all(path.startswith(V1) for path in found)
    return {path.removeprefix(V1): content for path, content in found.items()}


def parsed(files: Files, name: str) -> Any:
    return json.loads(files[f"{name}.json"])


def rows(files: Files, name: str) -> list[dict[str, str]]:
    """The rows of a CSV, without the apostrophes that guard formulas."""
    text = files[f"{name}.csv"].decode("utf-8-sig")
    return [{key: unguarded(value) for key, value in row.items()} for row in csv.DictReader(io.StringIO(text, newline=""), strict=True)]


def unguarded(value: str) -> str:
    return value[1:] if value.startswith(tuple(f"'{sign}" for sign in FORMULA)) else value


def cards(files: Files, name: str) -> list[Any]:
    """The vCards of a file, as vobject reads them."""
    return list(vobject.readComponents(files[f"contacts/{name}.vcf"].decode()))


def order(answer: Answer) -> list[str]:
    """The contact points of an answer as they stand on the page. Where one stands for two slots it has two cards there, and one place here."""
    return list(dict.fromkeys(way.id for way in answer.cards))


def visible(k: Knowledge) -> Mapping[str, Any]:
    return {id: contact for id, contact in k.contacts.items() if not contact.hidden}


# --- JSON ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHAPES)
def test_each_json_file_has_the_shape_its_schema_promises(made: Files, name: str) -> None:
    schema = json.loads(made[f"schema/{name}"])
    jsonschema.Draft202012Validator.check_schema(schema)
    content = json.loads(made[name])
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    validator.validate(content)
    validator.validate({**content, "gained_later": 1})
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({key: value for key, value in content.items() if key != "notice"})


def test_every_field_of_every_schema_says_itself_or_is_explained(made: Files) -> None:
    for name in SHAPES:
        for title, record in json.loads(made[f"schema/{name}"])["$defs"].items():
            assert record.get("description"), f"{name}: {title} is not explained"


def promised(made: Files) -> set[str]:
    """Every field of version 1, as file, record and field."""
    found = set()
    for name in SHAPES:
        schema = json.loads(made[f"schema/{name}"])
        for title, record in {"": schema, **schema["$defs"]}.items():
            found |= {f"{name} {title}.{field}" for field in record["properties"]}
    return found


def test_version_1_only_gains_fields(made: Files) -> None:
    kept = set(FIELDS.read_text(encoding="utf-8").splitlines())
    assert sorted(kept - promised(made)) == [], "a field of version 1 was taken away: put it back, or begin version 2"
    assert sorted(promised(made) - kept) == [], f"new fields: add these lines to {FIELDS.name}; from then on they stay"


def test_the_contact_points_are_those_that_may_be_shown_with_their_values(real: Checked, made: Files) -> None:
    found = parsed(made, "contact-points")["contact_points"]
    assert list(found) == list(visible(real.k))
    for id, contact in visible(real.k).items():
        for field in (*VALUE_FIELDS, "name", "what_for", "audience", "ask_for", "hours", "caution", "fictional", "also_known_as"):
            value = getattr(contact, field)
            assert found[id][field] == (list(value) if isinstance(value, tuple) else value), f"{id}: {field}"
        assert found[id]["owner"] == real.k.owner(id)
        assert found[id]["area"] == real.k.contact_area[id]


def test_each_place_says_how_it_stands_there_and_why(real: Checked, made: Files) -> None:
    found = parsed(made, "contact-points")["contact_points"]
    for id, contact in visible(real.k).items():
        here = ([None] if real.k.contact_area[id] is None else []) + list(contact.fills)
        assert len(found[id]["places"]) == len(here)
        for place, filling in zip(found[id]["places"], here, strict=True):
            judgement = judge(real.k, id, filling, TODAY)
            assert (place["area"], place["slot"]) == ((filling.area, filling.slot) if filling else (None, None))
            assert place["standing"] == judgement.standing
            assert place["stands_first"] == judgement.first
            assert place["quoted"] == judgement.best
            assert id not in place["fallback"]
            if filling:
                assert place["sources"] == list(filling.seen_in)
                assert place["fallback"] or judgement.first, f"{id} in {filling.area}: no fallback before a doubtful number"


def test_the_areas_answer_each_slot_as_the_pages_do(real: Checked, made: Files) -> None:
    found = parsed(made, "areas")["areas"]
    assert list(found) == list(real.k.areas)
    for slug, area in real.k.areas.items():
        assert (found[slug]["ons_code"], found[slug]["website"], found[slug]["council"]) == (area.ons_code, area.website, area.council)
        for audience in ("staff", "public"):
            for slot, answer in answers(real.k, slug, audience == "public", TODAY).items():
                here = found[slug]["slots"][slot][audience]
                assert here["order"] == order(answer)
                assert here["standing"] == answer.standing
                assert here["local_first"] == answer.local_first
                assert here["fallback"] == [way.id for way in answer.fallback]


def test_the_routes_are_the_routes(real: Checked, made: Files) -> None:
    found, settings = parsed(made, "routes")["routes"], parsed(made, "settings")["settings"]
    local = [slug for slug, setting in real.k.settings.items() if setting.local]
    assert list(found) == [f"{area}/{setting}" for area in real.k.areas for setting in local]
    for name, route in found.items():
        area, setting = name.split("/")
        resolved = resolve(real.k, area, setting, TODAY, real.case.answers[area, real.k.settings[setting].audience == "public"])
        for age in Age:
            for clock in Clock:
                answer = resolved.first_answer(age, clock)
                assert route["first"][age][clock] == (order(answer) if answer else [])
        for step, told in zip(resolved.steps, settings[setting]["steps"], strict=True):
            assert told["slots"] == list(step.step.slots)
            for answer in step.answers:
                assert route["slots"][answer.slot] == order(answer)


def test_the_steps_myths_words_and_sources_are_word_for_word_the_records(real: Checked, made: Files) -> None:
    for slug, setting in real.k.settings.items():
        told = parsed(made, "settings")["settings"][slug]
        assert [(s["id"], s["do"], s["who"], s["by_when"], s["force"], s["responsible"]) for s in told["steps"]] == [
            (s.id, s.do, s.who, s.by_when, s.force, s.responsible) for s in setting.steps
        ]
    myths = parsed(made, "myths")
    assert {slug: (m["code"], m["answer"], m["say"]) for slug, m in myths["myths"].items()} == {
        slug: (m.code, m.answer, m.say) for slug, m in real.k.myths.items()
    }
    assert {id: figure["value"] for id, figure in myths["figures"].items()}.items() <= {
        id: figure.value for id, figure in real.k.statistics.figures.items()
    }.items()
    terms = parsed(made, "glossary")["terms"]
    assert {id: (t["name"], t["spelled_out"], t["means"]) for id, t in terms.items()} == {
        id: (t.name, t.spelled_out, t.means) for id, t in real.k.terms.items()
    }
    sources = parsed(made, "sources")["sources"]
    assert {id: (s["title"], s["publisher"], s["dated"], s["url"]) for id, s in sources.items()} == {
        id: (s.title, s.publisher, s.dated, s.url if s.link else None) for id, s in real.k.sources.items()
    }


def test_every_id_that_a_file_names_is_in_the_file_it_points_to(made: Files) -> None:
    contacts, sources = parsed(made, "contact-points")["contact_points"], parsed(made, "sources")["sources"]
    areas, settings = parsed(made, "areas")["areas"], parsed(made, "settings")["settings"]
    for route in parsed(made, "routes")["routes"].values():
        assert route["area"] in areas
        assert route["setting"] in settings
        assert {
            id for order in (*route["slots"].values(), *(ids for hours in route["first"].values() for ids in hours.values())) for id in order
        } <= set(contacts)
    for contact in contacts.values():
        assert {seen["source"] for seen in contact["seen"]} | {id for place in contact["places"] for id in place["sources"]} <= set(sources)
        assert {id for place in contact["places"] for id in place["fallback"]} <= set(contacts)
    assert {id for setting in settings.values() for step in setting["steps"] for id in step["contacts"]} <= set(contacts)
    assert parsed(made, "routes")["emergency"] in contacts


def test_the_index_names_every_file_with_its_checksum_and_count(real: Checked, made: Files) -> None:
    index = parsed(made, "index")
    assert set(index["files"]) == set(made) - {"index.json"}
    for name, entry in index["files"].items():
        assert entry["sha256"] == hashlib.sha256(made[name]).hexdigest()
        assert entry["bytes"] == len(made[name])
        assert entry["json_schema"] is None or entry["json_schema"] in made
    assert index["files"]["contact-points.json"]["count"] == len(visible(real.k))
    assert index["files"]["contact-points.csv"]["count"] == len(rows(made, "contact-points"))
    assert index["files"]["open-referral/services.json"]["count"] == len(json.loads(made["open-referral/services.json"])["contents"])
    assert all(index["files"][f"contacts/{area}.vcf"]["count"] == len(cards(made, area)) for area in (*real.k.areas, "national"))
    assert index["data_date"] == TODAY.isoformat()
    assert index["licence"] == "CC BY 4.0"
    assert set(index["standings"]) == {standing for standing in Standing if standing not in HIDDEN}


# --- CSV -----------------------------------------------------------------------------------------------------------------


def test_the_spreadsheets_read_back_to_the_data(real: Checked, made: Files) -> None:
    places = [(id, place) for id, contact in parsed(made, "contact-points")["contact_points"].items() for place in contact["places"]]
    found = rows(made, "contact-points")
    assert len(found) == len(places)
    for row, (id, place) in zip(found, places, strict=True):
        contact = real.k.contacts[id]
        assert (row["id"], row["slot"], row["standing"], row["says"]) == (id, place["slot"] or "", place["standing"], place["says"])
        assert row["area"] == (real.k.areas[place["area"]].name if place["area"] else "")
        for field in ("phone", "sms", "email", "page", "hours_text", "what_for"):
            assert row[field] == (getattr(contact, field) or ""), f"{id}: {field}"
        assert row["phone_alternatives"] == "; ".join(contact.phone_alternatives)
    assert {row["id"]: (row["title"], row["publisher"]) for row in rows(made, "sources")} == {
        id: (source.title, source.publisher) for id, source in real.k.sources.items()
    }


def test_no_cell_can_be_taken_for_a_formula(made: Files, files: Files) -> None:
    nasty = ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(1)"]
    k = knowledge(
        files, {f"invented-{number}": line([seen("school")], name=text, fills=[fills("children", "school")]) for number, text in enumerate(nasty)}
    )
    for made_here, wanted in ((made, []), (of(k), nasty)):
        for name in ("contact-points.csv", "sources.csv"):
            cells = [cell for row in csv.reader(io.StringIO(made_here[name].decode("utf-8-sig"), newline=""), strict=True) for cell in row]
            assert [cell for cell in cells if cell.startswith(FORMULA)] == []
        assert {row["name"] for row in rows(made_here, "contact-points")} >= set(wanted)


@given(st.text())
def test_a_guarded_cell_is_harmless_and_its_text_can_be_had_back(text: str) -> None:
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert guarded(text).removeprefix("'") == text.removeprefix("'")


def test_the_spreadsheets_tell_excel_that_they_are_utf_8(made: Files) -> None:
    assert all(made[name].startswith(b"\xef\xbb\xbf") for name in made if name.endswith(".csv"))


# --- vCards --------------------------------------------------------------------------------------------------------------


def test_the_address_books_read_back_to_the_data(real: Checked, made: Files) -> None:
    contacts = parsed(made, "contact-points")["contact_points"]
    for area in (*real.k.areas, None):
        here = [(id, contact) for id, contact in contacts.items() if any(place["area"] == area for place in contact["places"])]
        found = cards(made, area or "national")
        assert len(found) == len(here)
        for card, (id, _) in zip(found, here, strict=True):
            contact = real.k.contacts[id]
            assert card.version.value == "4.0"
            assert card.org.value == [real.k.owner(id), contact.name]
            numbers = [number for number in (contact.phone, *contact.phone_alternatives, contact.sms) if number]
            assert [number.value for number in card.contents.get("tel", [])] == [tel(number) for number in numbers]
            assert [mail.value for mail in card.contents.get("email", [])] == ([contact.email] if contact.email else [])
            assert [page.value for page in card.contents.get("url", [])] == ([contact.page] if contact.page else [])
            assert contact.what_for in card.note.value
    names = [card.uid.value for area in (*real.k.areas, "national") for card in cards(made, area)]
    assert len(names) == len(set(names))


def test_a_card_keeps_any_text_letter_by_letter(files: Files) -> None:
    text = "Invented; a, b\\c: “dash–” é œ " * 12
    k = knowledge(files, {"invented-line": line([seen("school")], name=text.strip(), what_for=text.strip(), fills=[fills("children", "school")])})
    card = cards(of(k), AREA)[0]
    assert card.fn.value == f"Unconfirmed: {text.strip()}"
    assert card.org.value == [COUNCIL, text.strip()]
    assert card.note.value.startswith(text.strip())


def test_no_line_of_a_card_is_longer_than_its_standard_allows(made: Files) -> None:
    for name, content in made.items():
        if name.endswith(".vcf"):
            assert all(len(line) <= 75 for line in content.split(b"\r\n")), name
            assert b"\n" not in content.replace(b"\r\n", b""), name


# --- what must not be in it, and what must -------------------------------------------------------------------------------


def everything(made: Files) -> str:
    """All files as one text, the lines of the vCards unfolded."""
    return "\n".join(content.decode().replace("\r\n ", "") for content in made.values())


def values(contact: Any) -> Iterator[str]:
    """The ways in that a contact point, a sighting or a confirmation holds."""
    for field in WAYS_IN:
        value = getattr(contact, field)
        yield from (value,) if isinstance(value, str) else value or ()


def plain(value: str) -> str:
    """A number whatever its spacing; anything else as it is."""
    return value.replace(" ", "") if value[0].isdigit() else value


def test_nothing_held_or_withdrawn_and_no_value_that_only_a_source_prints_is_in_any_file(real: Checked, made: Files) -> None:
    shown = {plain(value) for contact in visible(real.k).values() for value in values(contact)}
    shown |= {source.url for source in real.k.sources.values()} | {area.website for area in real.k.areas.values()}
    every = (value for contact in real.k.contacts.values() for of in (contact, *contact.sightings) for value in values(of))
    hidden = {plain(value) for value in every if len(value) > 5} - shown
    assert len(hidden) > 20
    text = everything(made)
    spaced = text.replace(" ", "")
    for value in hidden:
        where = spaced if value[0].isdigit() else text
        whole = re.compile(rf"(?<![\w/.@-]){re.escape(value)}(?![\w/@-])")
        assert value not in where or not whole.search(where), f"{value} is not to be published"
        assert tel(value) not in text
    for id in (id for id, contact in real.k.contacts.items() if contact.hidden):
        assert id not in text or not re.search(rf"(?<![\w-]){id}(?![\w-])", text), f"{id} is held"


def test_an_editor_s_note_and_the_day_a_line_is_held_are_published_nowhere(files: Files) -> None:
    source = [seen("school", says="EDITORS-ONLY")]
    shown = line(source, fills=[fills("children", "school")], note="EDITORS-ONLY")
    k = knowledge(files, {"invented-line": shown})
    assert NUMBER in everything(of(k))
    assert "EDITORS-ONLY" not in everything(of(k))
    for gone in ({"hold": {"reason": "EDITORS-ONLY", "since": "2026-11-21"}}, {"withdrawn": {"on": "2026-11-21", "why": "EDITORS-ONLY"}}):
        text = everything(of(knowledge(files, {"invented-line": {**shown, **gone}})))
        assert "invented-line" not in text
        assert NUMBER not in text
        assert tel(NUMBER) not in text
        assert "EDITORS-ONLY" not in text


@pytest.mark.parametrize("id", ["nspcc", "police-101", "act-early-line"])
def test_a_national_line_that_was_recalled_is_no_fallback_and_no_advice_in_any_file(files: Files, id: str) -> None:
    recalled = edit(files, "pathways/national.yml", rf"^  {id}:\n", f"  {id}:\n    withdrawn: {{on: 2026-11-21, why: Recalled.}}\n")
    found = {name: content for name, content in of(assemble(recalled)).items() if "glossary" not in name}  # a term may have the same id
    assert not re.search(rf'"{id}"|\b{id}[,;]', everything(found))


def test_invented_numbers_stand_only_in_records_that_say_they_are_invented(made: Files, files: Files) -> None:
    assert not DRAMA.search(everything(made))
    k = knowledge(files, {"invented-line": line([seen("school")], fills=[fills("children", "school")])})
    found = parsed(of(k), "contact-points")["contact_points"]
    assert [id for id, contact in found.items() if DRAMA.search(json.dumps(contact))] == ["invented-line"]
    assert found["invented-line"]["fictional"] is True
    assert {row["fictional"] for row in rows(of(k), "contact-points") if DRAMA.search(row["phone"])} == {"yes"}


def test_unconfirmed_stays_marked_in_every_format(real: Checked, made: Files) -> None:
    assert not any(contact.confirmations for contact in real.k.contacts.values()), "the real data was checked: write this test anew"
    for contact in parsed(made, "contact-points")["contact_points"].values():
        assert all(place["unconfirmed"] and place["says"].startswith("Unconfirmed") and not place["checked"] for place in contact["places"])
    assert all(row["unconfirmed"] == "yes" and row["says"].startswith("Unconfirmed") for row in rows(made, "contact-points"))
    for area in (*real.k.areas, "national"):
        assert all(card.fn.value.startswith("Unconfirmed: ") and "Unconfirmed" in card.note.value for card in cards(made, area))
    services = json.loads(made["open-referral/services.json"])["contents"]
    assert all("Unconfirmed" in service["alert"] and "assured_date" not in service for service in services)
    for name in SHAPES:
        assert json.loads(made[name])["notice"].endswith("Not for operational use.")


CHECKED = {"on": "2026-11-01", "how": "phone", "by": "duty-officer", "phone": NUMBER}


@pytest.mark.parametrize(
    ("today", "standing", "marked", "until"),
    [(TODAY, "confirmed", False, "2027-05-01"), (datetime.date(2027, 5, 2), "lapsed", True, "2027-05-01")],
)
def test_a_check_takes_the_mark_away_in_every_format_until_it_runs_out(
    files: Files, today: datetime.date, standing: str, marked: bool, until: str
) -> None:
    contact = line([seen("school")], fills=[fills("children", "school")], confirmations=[{**CHECKED, "covers": [f"{AREA}/children"]}])
    found = of(knowledge(files, {"invented-line": contact}), today)
    place = parsed(found, "contact-points")["contact_points"]["invented-line"]["places"][0]
    assert (place["standing"], place["unconfirmed"], place["until"]) == (standing, marked, until)
    assert place["checked"] == {"on": "2026-11-01", "how": "phone", "by": "duty-officer"}
    row = next(row for row in rows(found, "contact-points") if row["id"] == "invented-line")
    assert (row["unconfirmed"], row["checked_on"], row["until"]) == ("yes" if marked else "no", "2026-11-01", until)
    assert cards(found, AREA)[0].fn.value == ("Unconfirmed: " if marked else "") + "Invented Line"
    service = next(s for s in json.loads(found["open-referral/services.json"])["contents"] if s["name"] == "Invented Line")
    assert service["assured_date"] == "2026-11-01"
    assert ("Unconfirmed" in service["alert"]) == marked


def test_a_check_for_one_slot_does_not_vouch_for_another(files: Files) -> None:
    both = [fills("children", "school"), fills("adults", "school")]
    contact = line([seen("school")], fills=both, confirmations=[{**CHECKED, "covers": [f"{AREA}/children"]}])
    found = of(knowledge(files, {"invented-line": contact}))
    assert [row["unconfirmed"] for row in rows(found, "contact-points") if row["id"] == "invented-line"] == ["no", "yes"]
    assert cards(found, AREA)[0].fn.value == "Unconfirmed: Invented Line"
    service = next(s for s in json.loads(found["open-referral/services.json"])["contents"] if s["name"] == "Invented Line")
    assert "assured_date" not in service
    assert "Unconfirmed" in service["alert"]


def test_a_mailbox_that_rests_on_less_than_its_number_says_so(files: Files) -> None:
    sightings = [seen("school", email=MAILBOX), seen("surgery")]
    k = knowledge(files, {"invented-line": line(sightings, email=MAILBOX, fills=[fills("children", "school", "surgery")])})
    found = of(k)
    assert parsed(found, "contact-points")["contact_points"]["invented-line"]["places"][0]["fields"] == {"phone": "published", "email": "weak"}
    assert next(row["email_standing"] for row in rows(found, "contact-points") if row["id"] == "invented-line") == "weak"
    assert "mailbox was seen in one place only" in cards(found, AREA)[0].note.value


def test_where_sources_disagree_the_data_says_so_and_keeps_the_other_number_to_itself(files: Files) -> None:
    sightings = [seen("school"), seen("surgery", phone=OTHER, differs=True)]
    found = of(knowledge(files, {"invented-line": line(sightings, fills=[fills("children", "school")])}))
    assert parsed(found, "contact-points")["contact_points"]["invented-line"]["places"][0]["disputed"] is True
    assert OTHER not in everything(found)
    assert tel(OTHER) not in everything(found)


def test_a_doubtful_number_comes_after_its_fallback(files: Files) -> None:
    found = of(knowledge(files, {"invented-line": line([seen("school")], fills=[fills("children", "school")])}))
    row = next(row for row in rows(found, "contact-points") if row["id"] == "invented-line")
    assert (row["standing"], row["offer_first"], row["fallback"]) == ("weak", "the fallback", "police-101")
    assert "Use first: " in cards(found, AREA)[0].note.value
    assert parsed(found, "areas")["areas"][AREA]["slots"][Slot.CHILDREN]["staff"]["order"] == ["police-101", "invented-line"]


def test_a_professionals_line_is_in_no_answer_for_the_public(files: Files) -> None:
    sightings = [seen("school"), seen("surgery")]
    contact = line(sightings, audience="professionals", fills=[fills("children", "school", "surgery")])
    found = of(knowledge(files, {"invented-line": contact}))
    slot = parsed(found, "areas")["areas"][AREA]["slots"][Slot.CHILDREN]
    assert "invented-line" in slot["staff"]["order"]
    assert "invented-line" not in slot["public"]["order"]
    assert "invented-line" not in json.dumps(parsed(found, "routes")["routes"][f"{AREA}/family"])
    assert "For professionals only." in cards(found, AREA)[0].note.value


# --- the same bytes --------------------------------------------------------------------------------------------------------

PRINTS_A_CHECKSUM = """
import datetime, hashlib, sys
from pathlib import Path
from scripts.exports import data
from scripts.load import load
found = data.files(load(Path.cwd()), datetime.date(2026, 11, 22))
print(hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest())
"""


def test_the_same_facts_on_the_same_day_give_the_same_bytes(real: Checked, made: Files) -> None:
    here = hashlib.sha256(repr(sorted((V1 + name, content) for name, content in made.items())).encode()).hexdigest()
    env = {**os.environ, "PYTHONHASHSEED": "1"}
    run = subprocess.run([sys.executable, "-c", PRINTS_A_CHECKSUM], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert run.stdout.strip() == here, run.stderr


def test_the_answers_at_hand_change_nothing(real: Checked, made: Files) -> None:
    found = data.files(real.k, TODAY, real.case.answers)
    assert {path.removeprefix(V1): content for path, content in found.items()} == made


# --- the page ----------------------------------------------------------------------------------------------------------------


def page(case: Checked) -> BeautifulSoup:
    """The page /data/, rendered."""
    pages = pages_of(case)
    renderer = Renderer(ROOT, case.k, TODAY, Style.DIRECTORY, tally(case.k, TODAY), {page.path: page.title for page in pages})
    return BeautifulSoup(renderer.text(next(page for page in pages if page.path == "/data/")), "html.parser")


def shown_in(case: Checked) -> Knowledge:
    """What the edition shows."""
    return view(case.k, prose_of(case.texts))


@pytest.fixture(scope="module")
def with_address(files: Files, texts: tuple[Text, ...]) -> Checked:
    """The real data as the edition that has an address of its own."""
    k = assemble(files, "example")
    return Checked(Case(k, TODAY, texts, site_paths(k, prose_of(texts), TODAY)))


@pytest.fixture(scope="module")
def folder(with_address: Checked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a reader of the page has before them: the folder of the site with its data."""
    root = tmp_path_factory.mktemp("data")
    k = shown_in(with_address)
    for path, content in (data.files(k, TODAY) | due.files(k, TODAY) | feed.files(k, TODAY)).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


SAYS = {
    "json": ("Police non-emergency 101", "Unconfirmed"),
    "schema": ("as promised",),
    "csv": ("children | ", "020 ", "Unconfirmed"),
    "vcard": ("Unconfirmed: ", "tel:+44"),
    "open-referral": ("never checked", "Unconfirmed"),
    "calendar": ("Check: ",),
    "feed": ("2026-",),
}
"""What each example on the page prints, in part."""


def test_every_format_has_an_example_and_each_does_what_the_page_says(with_address: Checked, folder: Path) -> None:
    found: Mapping[str, Tag] = {str(code["id"]).removeprefix("example-"): code for code in page(with_address).select("pre code[id]")}
    assert set(found) == set(SAYS)
    for name, code in found.items():
        run = subprocess.run([sys.executable, "-W", "error", "-c", code.get_text()], cwd=folder, capture_output=True, text=True, check=False)
        assert run.returncode == 0, f"{name}: {run.stderr}"
        for text in SAYS[name]:
            assert text in run.stdout, f"{name}: {run.stdout[:300]}"


@pytest.mark.parametrize("edition", ["london", "example"])
def test_the_page_links_every_file_and_no_file_that_is_not_there(real: Checked, with_address: Checked, made: Files, edition: str) -> None:
    case = real if edition == "london" else with_address
    k = shown_in(case)
    there = set(data.files(k, TODAY)) | set(due.files(k, TODAY)) | set(feed.files(k, TODAY))
    linked = {posixpath.normpath(posixpath.join("data", str(link["href"]))) for link in page(case).select("section a[href]")}
    files_linked = {path for path in linked if "." in path.rsplit("/", 1)[-1]}
    assert files_linked <= there
    left_out = {path for path in there - files_linked if path.startswith(V1)}
    assert {path.rsplit("/", 1)[0] for path in left_out} <= {"data/v1/schema"}, "only the schemas are left to the index"


def test_the_data_of_an_edition_carry_its_name(with_address: Checked) -> None:
    edition = json.loads(data.files(with_address.k, TODAY)[f"{V1}index.json"])["edition"]
    wanted = with_address.k.edition
    assert (edition["id"], edition["name"], edition["owner"], edition["mailbox"], edition["fictional"]) == (
        "example", wanted.name, wanted.owner, wanted.mailbox, True,
    )  # fmt: skip


def edition(k: Knowledge, **changes: Any) -> Knowledge:
    """The same records, for an edition that asks for something else."""
    return dataclasses.replace(k, editions={**k.editions, k.edition_id: k.edition.model_copy(update=changes)})


def test_an_edition_of_one_area_and_one_job_holds_only_those(real: Checked) -> None:
    one = view(edition(real.k, areas=("barnet",), settings=("school",)), prose_of(real.texts))
    found = of(one)
    assert list(parsed(found, "areas")["areas"]) == ["barnet"]
    assert list(parsed(found, "routes")["routes"]) == ["barnet/school"]
    assert list(parsed(found, "settings")["settings"]) == ["school"]
    assert [name for name in found if name.startswith("contacts/")] == ["contacts/barnet.vcf", "contacts/national.vcf"]
    contacts = parsed(found, "contact-points")["contact_points"]
    assert {place["area"] for contact in contacts.values() for place in contact["places"]} == {"barnet", None}
    assert {row["area"] for row in rows(found, "contact-points")} == {"Barnet", ""}
    services = json.loads(found["open-referral/services.json"])["contents"]
    assert {area["name"] for service in services for area in service["service_areas"]} == {"Barnet", "Not limited to one council's area"}


def test_where_only_what_was_checked_is_published_no_format_holds_anything_else(files: Files) -> None:
    checked = line([seen("school")], fills=[fills("children", "school")], confirmations=[{**CHECKED, "covers": [f"{AREA}/children"]}])
    not_checked = line([seen("school", phone=OTHER)], phone=OTHER, fills=[fills("adults", "school")])
    k = edition(knowledge(files, {"invented-line": checked, "invented-other": not_checked}), policy="confirmed-only")
    found = of(k)
    local = {id for id, contact in parsed(found, "contact-points")["contact_points"].items() if contact["area"]}
    assert local == {"invented-line"}
    for name in ("contact-points.json", "contact-points.csv", f"contacts/{AREA}.vcf", "open-referral/services.json"):
        text = found[name].decode()
        assert OTHER not in text, name
        assert tel(OTHER) not in text, name


def test_a_change_of_a_number_reaches_every_format(files: Files) -> None:
    changed = edit(files, "pathways/areas/barnet.yml", r'phone: "020 8359 4066"', f'phone: "{NUMBER}"')
    found = of(assemble(changed))
    contact = parsed(found, "contact-points")["contact_points"]["barnet-mash"]
    assert contact["phone"] == NUMBER
    assert NUMBER in {row["phone"] for row in rows(found, "contact-points")}
    assert tel(NUMBER) in {number.value for card in cards(found, "barnet") for number in card.contents.get("tel", [])}
    assert NUMBER in found["open-referral/services.json"].decode()
