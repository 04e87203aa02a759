"""What holds for the data as it stands today. When a person confirms a number, the first test here is the one to change."""

from __future__ import annotations

from scripts.build import Checked
from scripts.model import Slot
from scripts.standing import Standing, judge

SPINE = ("school", "gp", "nhs", "council", "housing", "probation", "voluntary", "faith", "family")
"""The settings that every area has a route for."""


def test_no_contact_point_is_confirmed_because_nobody_has_dialled_one(real: Checked) -> None:
    assert [id for id, contact in real.k.contacts.items() if contact.confirmations] == []


def test_no_contact_point_stands_as_confirmed_or_lapsed(real: Checked) -> None:
    standings = {judge(real.k, id, filling, real.today).standing for id, contact in real.k.contacts.items() for filling in contact.fills or (None,)}
    assert standings <= {Standing.PUBLISHED, Standing.WEAK, Standing.HELD}


def test_no_pathway_claims_a_review_that_nobody_made(real: Checked) -> None:
    assert [slug for slug, setting in real.k.settings.items() if setting.reviewed] == []


def test_every_setting_of_the_spine_is_there(real: Checked) -> None:
    assert set(SPINE) <= set(real.k.settings)


def test_every_area_answers_every_slot_out_loud(real: Checked) -> None:
    for slug, area in real.k.areas.items():
        filled = {filling.slot for id, contact in real.k.contacts.items() if not contact.hold for filling in contact.fills if filling.area == slug}
        assert filled | {slot.value for slot in area.slots} >= {slot.value for slot in Slot}, slug


def test_every_held_contact_point_says_why(real: Checked) -> None:
    held = {id: contact.hold for id, contact in real.k.contacts.items() if contact.hold}
    assert held, "the facts hold some numbers back"
    assert all(len(hold.reason) > 20 for hold in held.values())


def test_the_police_mailbox_on_the_retired_domain_is_held(real: Checked) -> None:
    retired = [contact for contact in real.k.contacts.values() if (contact.email or "").endswith(".pnn.police.uk")]
    assert retired
    assert all(contact.hold for contact in retired)
