"""What holds for the data as it stands today. When a person confirms a number, the first test here is the one to change."""

from __future__ import annotations

from scripts.build import Checked
from scripts.model import Slot
from scripts.standing import Standing, judge

SETTINGS = [
    "school",
    "gp",
    "nhs",
    "council",
    "housing",
    "probation",
    "voluntary",
    "faith",
    "family",
    "early-years",
    "college",
    "university",
    "supplementary",
    "mental-health",
    "substance-use",
    "learning-disability",
    "adult-social-care",
    "childrens-social-care",
    "youth",
    "prison",
    "enforcement",
    "libraries",
    "venues",
    "school-it",
    "employer",
    "councillor",
    "self",
]
"""Every service and group that the two board minutes name has a setting."""
SITUATIONS = [
    "online",
    "travel",
    "staff-member",
    "mental-ill-health",
    "domestic-abuse",
    "exploitation",
    "hate-crime",
    "honour-based",
    "very-young-child",
    "another-area",
    "custody",
    "referred-before",
    "fixated-on-violence",
    "venue-speaker",
    "news-event",
    "family-asks",
    "turning-18",
]
GUIDES = ["after", "channel", "share", "write", "talk", "disagree", "thresholds", "not-prevent", "governance", "policy", "self-audit"]


def test_no_contact_point_is_confirmed_because_nobody_has_dialled_one(real: Checked) -> None:
    assert [id for id, contact in real.k.contacts.items() if contact.confirmations] == []


def test_no_contact_point_stands_as_confirmed_or_lapsed(real: Checked) -> None:
    standings = {judge(real.k, id, filling, real.today).standing for id, contact in real.k.contacts.items() for filling in contact.fills or (None,)}
    assert standings <= {Standing.PUBLISHED, Standing.WEAK, Standing.HELD}


def test_nothing_claims_a_review_that_nobody_made(real: Checked) -> None:
    k = real.k
    for kept in (k.settings, k.situations, k.guides, k.myths, k.scenarios, k.sessions):
        assert [slug for slug, record in kept.items() if record.reviewed] == []


def test_every_setting_situation_and_guide_of_the_body_of_knowledge_is_there(real: Checked) -> None:
    assert set(SETTINGS) <= set(real.k.settings)
    assert set(SITUATIONS) <= set(real.k.situations)
    assert set(GUIDES) <= set(real.k.guides)


def test_every_job_but_prison_has_a_route_in_every_area(real: Checked) -> None:
    assert [slug for slug, setting in real.k.settings.items() if not setting.local] == ["prison"]


def test_every_job_names_a_course_and_where_it_stands_in_law(real: Checked) -> None:
    for slug, setting in real.k.settings.items():
        assert setting.courses or setting.audience == "public", slug
        assert setting.duty.sources, slug


def test_the_23_myths_keep_their_codes(real: Checked) -> None:
    codes = {myth.code: slug for slug, myth in real.k.myths.items()}
    assert sorted(codes) == [f"M{number:02d}" for number in range(1, 24)]
    assert (codes["M01"], codes["M03"], codes["M07"], codes["M23"]) == ("spying", "only-muslims", "channel-compulsory", "refusal-means-nothing")


def test_every_source_was_seen_on_a_day_that_has_been(real: Checked) -> None:
    assert [id for id, source in real.k.sources.items() if source.seen > real.today] == []


def test_the_national_forms_address_is_nowhere_because_nobody_has_seen_it(real: Checked) -> None:
    assert not any("referral-form" in (contact.page or "") for contact in real.k.contacts.values())


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
