"""Where a reader is sent: the number and its fallback in their order, case by case on an invented council and everywhere on the real data."""

from __future__ import annotations

import itertools

import pytest

from scripts.build import Checked
from scripts.load import Knowledge
from scripts.model import UNPLACED, Age, Clock, Slot, Stage
from scripts.routes import ADVICE, CORE, EMERGENCY, FALLBACKS, NOW, Answer, Route, answer, answers, national, nationals, resolve
from scripts.standing import HIDDEN, Standing
from tests.conftest import TODAY, Files
from tests.invented import AREA, Record, fills, knowledge, line, seen

SCHOOL, SURGERY = seen("school"), seen("surgery")
NATIONAL = {slot: name for slot, (name,) in FALLBACKS.items() if not isinstance(name, Slot)}
"""The slots whose fallback is a national line, with that line."""
OUT_OF_HOURS = (Slot.OUT_OF_HOURS_CHILDREN, Slot.OUT_OF_HOURS_ADULTS)


def weak(*slots: str, **more: object) -> Record:
    return line([SCHOOL], fills=[fills(slot, "school") for slot in slots], **more)


def published(*slots: str, **more: object) -> Record:
    return line([SCHOOL, SURGERY], fills=[fills(slot, "school", "surgery") for slot in slots], **more)


def ask(files: Files, slot: Slot, public: bool = False, **contacts: Record) -> Answer:
    """A slot of the invented area with these contact points; their ids are the names given, after "invented-"."""
    k = knowledge(files, {f"invented-{name.replace('_', '-')}": record for name, record in contacts.items()})
    return answer(k, AREA, slot, public, TODAY)


def order(found: Answer) -> list[str]:
    return [way.id for way in found.cards]


# --- fallbacks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", NATIONAL)
def test_a_published_number_stands_first_and_its_fallback_after_it(slot: Slot, files: Files) -> None:
    found = ask(files, slot, line=published(slot))
    assert order(found) == ["invented-line", NATIONAL[slot]]
    assert (found.found, found.local_first, found.standing) == (True, True, Standing.PUBLISHED)


@pytest.mark.parametrize("slot", NATIONAL)
def test_a_weak_number_stands_after_its_fallback(slot: Slot, files: Files) -> None:
    found = ask(files, slot, line=weak(slot))
    assert order(found) == [NATIONAL[slot], "invented-line"]
    assert (found.found, found.local_first, found.standing) == (True, False, Standing.WEAK)


@pytest.mark.parametrize("slot", NATIONAL)
def test_where_nothing_was_found_the_fallback_stands_alone(slot: Slot, files: Files) -> None:
    found = ask(files, slot)
    assert order(found) == [NATIONAL[slot]]
    assert (found.found, found.local_first, found.standing) == (False, False, Standing.NOT_FOUND)


@pytest.mark.parametrize("slot", NATIONAL)
@pytest.mark.parametrize(
    "recall",
    [{"hold": {"reason": "Check.", "since": "2026-11-21"}}, {"withdrawn": {"on": "2026-11-21", "why": "Closed."}}],
    ids=["held", "withdrawn"],
)
def test_a_held_or_withdrawn_number_is_shown_nowhere_and_its_fallback_takes_its_place(slot: Slot, recall: Record, files: Files) -> None:
    found = ask(files, slot, line=published(slot, **recall))
    assert order(found) == [NATIONAL[slot]]
    assert found.standing is Standing.NOT_FOUND


def test_a_lapsed_number_stands_after_its_fallback(files: Files) -> None:
    confirmation = {"on": "2026-01-01", "how": "phone", "by": "duty-officer", "phone": line([])["phone"], "covers": [f"{AREA}/children"]}
    found = ask(files, Slot.CHILDREN, line=published("children", confirmations=[confirmation]))
    assert found.standing is Standing.LAPSED
    assert order(found) == ["police-101", "invented-line"]


def test_several_numbers_stand_in_the_order_of_their_standing_with_the_fallback_between_good_and_weak(files: Files) -> None:
    found = ask(files, Slot.CHILDREN, a_weak=weak("children"), published=published("children"), z_weak=weak("children"))
    assert order(found) == ["invented-published", "police-101", "invented-a-weak", "invented-z-weak"]


def test_the_referral_form_and_channel_fall_back_on_a_good_prevent_team(files: Files) -> None:
    for slot in (Slot.REFERRAL_FORM, Slot.CHANNEL):
        assert order(ask(files, slot, team=published("prevent"))) == ["invented-team"]
        assert order(ask(files, slot, team=published("prevent"), form=weak(slot))) == ["invented-team", "invented-form"]


def test_a_weak_prevent_team_is_nobodys_fallback(files: Files) -> None:
    for slot in (Slot.REFERRAL_FORM, Slot.CHANNEL):
        assert order(ask(files, slot, team=weak("prevent"))) == ["act-early-line"]


def test_allegations_against_staff_fall_back_on_a_good_childrens_line_and_else_on_its_own_fallback(files: Files) -> None:
    assert order(ask(files, Slot.LADO, front=published("children"))) == ["invented-front"]
    assert order(ask(files, Slot.LADO, front=weak("children"))) == ["police-101"]
    assert order(ask(files, Slot.LADO, front=published("children"), lado=weak("lado"))) == ["invented-front", "invented-lado"]
    assert order(ask(files, Slot.LADO, front=published("children"), lado=published("lado"))) == ["invented-lado"]


def test_nothing_falls_back_on_a_daytime_line_at_night(files: Files) -> None:
    found = ask(files, Slot.OUT_OF_HOURS_CHILDREN, front=published("children"))
    assert order(found) == ["police-101"]


def test_a_number_for_adults_fills_no_childrens_slot(files: Files) -> None:
    assert order(ask(files, Slot.CHILDREN, adults=published("adults"))) == ["police-101"]


def test_a_neighbours_number_fills_no_slot_here(files: Files) -> None:
    elsewhere = line([SCHOOL, SURGERY], fills=[fills("children", "school", "surgery", area="barnet")])
    assert order(ask(files, Slot.CHILDREN, neighbour=elsewhere)) == ["police-101"]


def test_advice_about_a_child_stands_beside_the_childrens_slots_and_no_others(files: Files) -> None:
    for slot in Slot:
        found = ask(files, slot)
        assert [way.id for way in found.advice] == list(ADVICE.get(slot, ()))
    assert set(ADVICE) == {Slot.CHILDREN, Slot.OUT_OF_HOURS_CHILDREN}


def test_the_way_of_every_slots_fallbacks_ends_at_national_lines() -> None:
    def ends(slot: Slot, passed: tuple[Slot, ...] = ()) -> set[str]:
        assert slot not in passed, "a loop"
        return {end for name in FALLBACKS[slot] for end in (ends(name, (*passed, slot)) if isinstance(name, Slot) else {name})}

    for slot in (*CORE.values(), Slot.LADO):
        assert ends(slot) == {"police-101"}
    for slot in (Slot.PREVENT, Slot.REFERRAL_FORM, Slot.CHANNEL):
        assert ends(slot) == {"act-early-line"}


# --- lines whose age nobody states -------------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", OUT_OF_HOURS)
@pytest.mark.parametrize("unplaced", [weak(UNPLACED), published(UNPLACED)], ids=["weak", "published"])
def test_a_line_that_does_not_say_for_which_age_is_shown_but_never_first(slot: Slot, unplaced: Record, files: Files) -> None:
    found = ask(files, slot, unplaced=unplaced)
    assert order(found) == ["police-101", "invented-unplaced"]
    assert (found.found, found.local_first) == (False, False)


@pytest.mark.parametrize("slot", OUT_OF_HOURS)
def test_a_line_that_does_not_say_for_which_age_gives_way_to_one_that_does(slot: Slot, files: Files) -> None:
    assert order(ask(files, slot, unplaced=published(UNPLACED), placed=weak(slot))) == ["police-101", "invented-placed"]


@pytest.mark.parametrize("slot", sorted(set(Slot) - set(OUT_OF_HOURS)))
def test_a_line_that_does_not_say_for_which_age_is_no_daytime_line(slot: Slot, files: Files) -> None:
    assert "invented-unplaced" not in order(ask(files, slot, unplaced=published(UNPLACED)))


# --- who reads ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", Slot)
def test_a_professionals_line_is_shown_to_staff_and_never_to_the_public(slot: Slot, files: Files) -> None:
    staff = published(slot, audience="professionals")
    assert order(ask(files, slot, public=False, staff=staff))[0] == "invented-staff"
    assert "invented-staff" not in order(ask(files, slot, public=True, staff=staff))


def test_a_professionals_line_is_no_fallback_for_the_public_either(files: Files) -> None:
    staff = published("prevent", "children", UNPLACED, audience="professionals")
    for slot in Slot:
        assert "invented-staff" not in order(ask(files, slot, public=True, staff=staff))


# --- the real data -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def k(real: Checked) -> Knowledge:
    return real.k


@pytest.fixture(scope="module")
def routes(k: Knowledge) -> tuple[Route, ...]:
    """Every area × local setting."""
    return tuple(resolve(k, area, slug, TODAY) for area in k.areas for slug, setting in k.settings.items() if setting.local)


BRANCHES = tuple(itertools.product(Age, Clock))


def test_there_is_a_route_for_every_area_and_local_setting(k: Knowledge, routes: tuple[Route, ...]) -> None:
    assert len(routes) == 33 * sum(setting.local for setting in k.settings.values())
    assert {route.setting.audience for route in routes} == {"staff", "public"}


@pytest.mark.parametrize(("age", "clock"), BRANCHES)
def test_every_route_has_a_first_card_with_a_phone_for_each_age_and_clock(age: Age, clock: Clock, routes: tuple[Route, ...]) -> None:
    for route in routes:
        first = route.first_answer(age, clock)
        assert first is not None
        assert first.slot is CORE[age, clock]
        assert first.cards[0].contact.phone, f"{route.area_slug}, {route.setting_slug}: {first.cards[0].id}"


@pytest.mark.parametrize(("age", "clock"), BRANCHES)
def test_the_first_card_of_every_route_is_good_enough_to_stand_first(age: Age, clock: Clock, routes: tuple[Route, ...]) -> None:
    for route in routes:
        first = route.first_answer(age, clock)
        assert first is not None
        assert first.cards[0].first, f"{route.area_slug}, {route.setting_slug}: {first.cards[0].id}"


def test_every_slot_of_every_area_leads_to_something_and_a_weak_number_never_stands_first(k: Knowledge) -> None:
    for area, public, slot in itertools.product(k.areas, (False, True), Slot):
        cards = answer(k, area, slot, public, TODAY).cards
        assert cards, f"{area}, {slot}"
        assert cards[0].first, f"{area}, {slot}: {cards[0].id}"


def test_no_line_stands_first_at_night_in_an_area_whose_sources_do_not_say_for_which_age(k: Knowledge) -> None:
    for area, public, slot in itertools.product(k.areas, (False, True), OUT_OF_HOURS):
        cards = answer(k, area, slot, public, TODAY).cards
        unplaced = {id for id, _ in k.fillings.get((area, UNPLACED), ())} - {id for id, _ in k.fillings.get((area, slot.value), ())}
        assert cards[0].id not in unplaced, f"{area}, {slot}"


def test_nothing_held_or_withdrawn_is_on_any_route(k: Knowledge, routes: tuple[Route, ...]) -> None:
    hidden = {id for id, contact in k.contacts.items() if contact.hold or contact.withdrawn}
    assert hidden, "the data hold something back, or this test shows nothing"
    for route in routes:
        on_steps = {way.id for step in route.steps for way in step.contacts}
        in_slots = {way.id for found in route.answers.values() for way in (*found.cards, *found.advice)}
        points = {
            id
            for name in type(k.advice_for(route.setting)).model_fields
            for point in getattr(k.advice_for(route.setting), name)
            for id in point.contacts
        }
        assert not (on_steps | in_slots | points) & hidden


def test_professionals_lines_are_on_no_public_route(k: Knowledge, routes: tuple[Route, ...]) -> None:
    professionals = {id for id, contact in k.contacts.items() if contact.audience == "professionals"}
    assert professionals, "the data hold a professionals' line, or this test shows nothing"
    for route in routes:
        if route.setting.audience == "public":
            advice = k.advice_for(route.setting)
            shown = {way.id for step in route.steps for way in step.contacts} | {way.id for found in route.answers.values() for way in found.cards}
            shown |= {id for name in type(advice).model_fields for point in getattr(advice, name) for id in point.contacts}
            assert not shown & professionals


def test_the_emergency_line_is_there_and_stands_on_its_own_feet(k: Knowledge) -> None:
    way = national(k, EMERGENCY, TODAY)
    assert way.contact.phone == "999"
    assert way.first
    assert NOW["emergency"] == EMERGENCY


def test_every_line_that_pages_name_or_fall_back_on_is_national_and_may_be_shown(k: Knowledge) -> None:
    for id in (*NOW.values(), *NATIONAL.values(), *(id for ids in ADVICE.values() for id in ids)):
        assert k.contact_area[id] is None
        assert national(k, id, TODAY).judgement.standing not in HIDDEN


def test_a_route_holds_all_steps_of_its_setting_with_their_slots_filled_from_its_area(k: Knowledge, routes: tuple[Route, ...]) -> None:
    for route in routes:
        assert tuple(step.step for step in route.steps) == route.setting.steps
        for step in route.steps:
            assert step.answers == tuple(route.answers[slot] for slot in step.step.slots)
            assert tuple(way.id for way in step.contacts) == step.step.contacts
        assert route.first_step.stage is Stage.SHARE


@pytest.mark.parametrize(("age", "clock"), BRANCHES)
def test_a_branch_holds_only_steps_for_its_age_and_clock_and_every_stage(age: Age, clock: Clock, routes: tuple[Route, ...]) -> None:
    for route in routes:
        branch = [step.step for step in route.branch(age, clock)]
        assert all(age in step.ages and clock in step.clocks for step in branch)
        assert {step.stage for step in branch} == set(Stage)


def test_resolving_with_answers_at_hand_gives_the_same_route(k: Knowledge) -> None:
    for setting in ("school", "family"):
        public = k.settings[setting].audience == "public"
        at_hand = resolve(k, "barnet", setting, TODAY, answers(k, "barnet", public, TODAY), nationals(k, TODAY))
        assert at_hand == resolve(k, "barnet", setting, TODAY)
