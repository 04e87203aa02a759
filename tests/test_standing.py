"""What sightings and confirmations add up to, case by case (design section 5), on an invented council's lines."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from scripts.standing import FIRST, HIDDEN, Judgement, Standing, earliest, judge, latest, lead, period_after, prints, same, years_before
from tests.conftest import TODAY, Files
from tests.invented import MAILBOX, NUMBER, OTHER, Record, fills, knowledge, line, seen

CONFIRMED, PUBLISHED, WEAK, LAPSED, HELD, WITHDRAWN, NOT_FOUND = Standing


def confirmed(on: str, **more: object) -> Record:
    """A confirmation of NUMBER for the invented area's children's line, unless told otherwise."""
    return {"on": on, "how": "phone", "by": "duty-officer", "phone": NUMBER, "covers": ["invented/children"], **more}


COUNCIL, SCHOOL, SURGERY = seen("council-undated"), seen("school"), seen("surgery")


@dataclass(frozen=True)
class Example:
    what: str
    standing: Standing
    sightings: Sequence[Record]
    more: Record = field(default_factory=dict)
    disputed: bool = False


EXAMPLES = (
    # published: two independent publishers, or the owner's own page dated within two years
    Example("two publishers print it", PUBLISHED, [SCHOOL, SURGERY]),
    Example("two publishers, neither with a date", PUBLISHED, [COUNCIL, seen("school-undated")]),
    Example("two publishers in other spacing", PUBLISHED, [SCHOOL, seen("surgery", phone="02079460001")]),
    Example("two publishers, one of which prints both of the line's numbers", PUBLISHED, [SCHOOL, seen("surgery", phone=OTHER, phone_alternatives=[NUMBER])],
            {"phone_alternatives": [OTHER]}),
    Example("the owner's own page of this year", PUBLISHED, [seen("council-new")]),
    Example("the owner's own page of two years ago to the day", PUBLISHED, [seen("council-two-years")]),
    Example("another body's page when that body owns the line", PUBLISHED, [seen("school-second-page")], {"owner": "Invented School"}),
    Example("two publishers, one of them seven years old to the day", PUBLISHED, [SCHOOL, seen("charity-seven-years")]),
    Example("two publishers, one page kept up since long ago", PUBLISHED, [SCHOOL, seen("charity-since-2010")]),
    # weak: one publisher, undated, old, or third-party only
    Example("no sighting at all", WEAK, []),
    Example("one page", WEAK, [SCHOOL]),
    Example("two pages of one publisher", WEAK, [SCHOOL, seen("school-second-page")]),
    Example("the owner's own page without a date", WEAK, [COUNCIL]),
    Example("the owner's own page of more than two years ago", WEAK, [seen("council-too-old")]),
    Example("the owner's own page of a year that may be too long ago", WEAK, [seen("council-year")]),
    Example("the owner's own page of a range that may be too long ago", WEAK, [seen("council-range")]),
    Example("the owner's own page dated after today", WEAK, [seen("council-later")]),
    Example("a recent page of a body that does not own the line", WEAK, [seen("council-new")], {"owner": "Invented School"}),
    Example("two publishers, one page more than seven years old", WEAK, [SCHOOL, seen("charity-old")]),
    Example("two publishers, one page of a year more than seven years ago", WEAK, [SCHOOL, seen("charity-old-year")]),
    # what does not count
    Example("the second page is a copy of the first", WEAK, [SCHOOL, seen("surgery", copied_from="invented-school")]),
    Example("a copy beside two independent pages", PUBLISHED, [SCHOOL, SURGERY, seen("charity-seven-years", copied_from="invented-school")]),
    Example("the second page is superseded", WEAK, [SCHOOL, seen("surgery", superseded=True)]),
    Example("the owner's recent page is superseded", WEAK, [seen("council-new", superseded=True)]),
    Example("the second page prints no number", WEAK, [SCHOOL, {"source": "invented-surgery", "says": "Call the council."}]),
    Example("the second page prints the mailbox only", WEAK, [SCHOOL, {"source": "invented-surgery", "email": MAILBOX}], {"email": MAILBOX}),
    # sources disagree
    Example("a third page prints another number", WEAK, [SCHOOL, SURGERY, seen("council-undated", phone=OTHER)], disputed=True),
    Example("the owner's recent page and another that disagrees", WEAK, [seen("council-new"), seen("school", phone=OTHER)], disputed=True),
    Example("the page that disagrees is superseded", PUBLISHED, [SCHOOL, SURGERY, seen("council-undated", phone=OTHER, superseded=True)]),
    Example("a page leads with another number and names this one second", WEAK, [SCHOOL, seen("surgery", phone=OTHER, phone_alternatives=[NUMBER])],
            disputed=True),
    Example("the other number is shown as an alternative", PUBLISHED, [SCHOOL, SURGERY, seen("council-undated", phone=OTHER)], {"phone_alternatives": [OTHER]}),
    Example("pages differ in the mailbox only", PUBLISHED, [{**SCHOOL, "email": MAILBOX}, {**SURGERY, "email": "old@example.org"}], {"email": MAILBOX}),
    # confirmed, until it runs out
    Example("confirmed today", CONFIRMED, [SCHOOL], {"confirmations": [confirmed("2026-11-22")]}),
    Example("confirmed six months ago to the day", CONFIRMED, [SCHOOL], {"confirmations": [confirmed("2026-05-22")]}),
    Example("confirmed though sources disagree", CONFIRMED, [SCHOOL, seen("surgery", phone=OTHER)], {"confirmations": [confirmed("2026-11-01")]}),
    Example("confirmed in other spacing", CONFIRMED, [SCHOOL], {"confirmations": [confirmed("2026-11-01", phone="02079460001")]}),
    Example("confirmed again after it ran out", CONFIRMED, [SCHOOL], {"confirmations": [confirmed("2025-01-01"), confirmed("2026-11-01")]}),
    Example("confirmed, the newer one listed first", CONFIRMED, [SCHOOL], {"confirmations": [confirmed("2026-11-01"), confirmed("2025-01-01")]}),
    Example("confirmed without any sighting", CONFIRMED, [], {"confirmations": [confirmed("2026-11-01")]}),
    Example("confirmed, to be checked every 30 days", CONFIRMED, [SCHOOL], {"check_every": "30 days", "confirmations": [confirmed("2026-10-23")]}),
    Example("ran out yesterday", LAPSED, [SCHOOL], {"confirmations": [confirmed("2026-05-21")]}),
    Example("ran out, though two publishers print it", LAPSED, [SCHOOL, SURGERY], {"confirmations": [confirmed("2026-05-21")]}),
    Example("ran out after 30 days", LAPSED, [SCHOOL], {"check_every": "30 days", "confirmations": [confirmed("2026-10-22")]}),
    # a confirmation of something else
    Example("confirmed for another slot", WEAK, [SCHOOL], {"confirmations": [confirmed("2026-11-01", covers=["invented/adults"])]}),
    Example("confirmed for another area", WEAK, [SCHOOL], {"confirmations": [confirmed("2026-11-01", covers=["barnet/children"])]}),
    Example("confirmed for nothing in particular", WEAK, [SCHOOL], {"confirmations": [confirmed("2026-11-01", covers=[])]}),
    Example("another number was confirmed", WEAK, [SCHOOL], {"confirmations": [confirmed("2026-11-01", phone=OTHER)]}),
    Example("the mailbox was confirmed, the number was not", WEAK, [SCHOOL], {"email": MAILBOX, "confirmations": [confirmed("2026-11-01", phone=None, email=MAILBOX)]}),
    Example("a confirmation dated tomorrow", WEAK, [SCHOOL], {"confirmations": [confirmed("2026-11-23")]}),
    # never shown
    Example("held", HELD, [SCHOOL, SURGERY], {"hold": {"reason": "Check.", "since": "2026-11-21"}}),
    Example("held though confirmed", HELD, [SCHOOL], {"hold": {"reason": "Check.", "since": "2026-11-21"}, "confirmations": [confirmed("2026-11-01")]}),
    Example("withdrawn", WITHDRAWN, [SCHOOL, SURGERY], {"withdrawn": {"on": "2026-11-21", "why": "Closed."}}),
    Example("withdrawn though confirmed", WITHDRAWN, [SCHOOL], {"withdrawn": {"on": "2026-11-21", "why": "Closed."}, "confirmations": [confirmed("2026-11-01")]}),
    Example("no way in at all", NOT_FOUND, [{"source": "invented-school", "says": "Call us."}], {"phone": None}),
)  # fmt: skip


def judged(files: Files, sightings: Sequence[Record], more: Record, today: datetime.date = TODAY) -> Judgement:
    """The standing of an invented line as the children's line of the invented area, tied to it by all its sightings."""
    sources = [str(sighting["source"]).removeprefix("invented-") for sighting in sightings] or ["school"]
    k = knowledge(files, {"invented-line": line(sightings, fills=[fills("children", *sources)], **more)})
    return judge(k, "invented-line", k.contacts["invented-line"].fills[0], today)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.what)
def test_the_standing_follows_from_what_was_seen_and_confirmed(example: Example, files: Files) -> None:
    judgement = judged(files, example.sightings, example.more)
    assert (judgement.standing, judgement.disputed) == (example.standing, example.disputed)


def test_every_standing_has_an_example() -> None:
    assert {example.standing for example in EXAMPLES} == set(Standing)


def test_only_confirmed_and_published_numbers_stand_first_and_only_held_and_withdrawn_ones_are_hidden() -> None:
    assert {standing for standing in Standing if Judgement(standing).first} == set(FIRST) == {CONFIRMED, PUBLISHED}
    assert set(HIDDEN) == {HELD, WITHDRAWN}


def test_a_line_right_for_children_says_nothing_for_adults(files: Files) -> None:
    """Two publishers tie it to children, one of them to adults."""
    k = knowledge(files, {"invented-line": line([SCHOOL, SURGERY], fills=[fills("children", "school", "surgery"), fills("adults", "school")])})
    children, adults = k.contacts["invented-line"].fills
    assert judge(k, "invented-line", children, TODAY).standing is PUBLISHED
    assert judge(k, "invented-line", adults, TODAY).standing is WEAK


def test_a_confirmation_covers_the_fillings_it_names_and_no_other(files: Files) -> None:
    both = [fills("children", "school"), fills("adults", "school")]
    k = knowledge(files, {"invented-line": line([SCHOOL], fills=both, confirmations=[confirmed("2026-11-01")])})
    assert [judge(k, "invented-line", filling, TODAY).standing for filling in k.contacts["invented-line"].fills] == [CONFIRMED, WEAK]


def test_a_national_line_is_judged_by_all_its_sightings_and_confirmed_for_everyone(files: Files) -> None:
    weak, published = line([SCHOOL], owner="Invented"), line([SCHOOL, SURGERY], owner="Invented")
    checked = line([SCHOOL], owner="Invented", confirmations=[confirmed("2026-11-01", covers=[])])
    k = knowledge(files, national={"invented-weak": weak, "invented-published": published, "invented-checked": checked})
    found = {id: judge(k, id, None, TODAY).standing for id in ("invented-weak", "invented-published", "invented-checked")}
    assert found == {"invented-weak": WEAK, "invented-published": PUBLISHED, "invented-checked": CONFIRMED}


def test_a_field_of_its_own_is_judged_by_its_own_sightings(files: Files) -> None:
    """The number stands in two places, the mailbox in one."""
    k = knowledge(
        files, {"invented-line": line([{**SCHOOL, "email": MAILBOX}, SURGERY], email=MAILBOX, fills=[fills("children", "school", "surgery")])}
    )
    filling = k.contacts["invented-line"].fills[0]
    assert judge(k, "invented-line", filling, TODAY).standing is PUBLISHED
    assert judge(k, "invented-line", filling, TODAY, "email").standing is WEAK


def test_a_line_without_a_phone_is_judged_by_its_mailbox(files: Files) -> None:
    mail: list[Record] = [{"source": f"invented-{source}", "email": MAILBOX} for source in ("school", "surgery")]
    assert judged(files, mail, {"phone": None, "email": MAILBOX}).standing is PUBLISHED
    assert judged(files, mail[:1], {"phone": None, "email": MAILBOX}).standing is WEAK


def test_a_confirmation_lapses_the_day_after_its_period_ends(files: Files) -> None:
    more: Record = {"check_every": "6 months", "confirmations": [confirmed("2026-08-31")]}
    last = datetime.date(2027, 2, 28)
    assert judged(files, [SCHOOL], more, last).standing is CONFIRMED
    after = judged(files, [SCHOOL], more, last + datetime.timedelta(days=1))
    assert (after.standing, after.until) == (LAPSED, last)


def test_a_published_number_grows_weak_when_the_owners_page_grows_old(files: Files) -> None:
    assert judged(files, [seen("council-new")], {}, datetime.date(2028, 1, 15)).standing is PUBLISHED
    assert judged(files, [seen("council-new")], {}, datetime.date(2028, 1, 16)).standing is WEAK


def test_the_source_to_quote_is_the_owners_recent_page_else_the_newest(files: Files) -> None:
    assert judged(files, [seen("school-second-page"), seen("council-two-years")], {}).best == "invented-council-two-years"
    assert judged(files, [COUNCIL, SURGERY, SCHOOL], {}).best == "invented-school"
    assert judged(files, [], {}).best is None


def test_the_publishers_are_those_who_print_the_value_each_once_and_without_old_pages(files: Files) -> None:
    found = judged(
        files, [SCHOOL, seen("school-second-page"), SURGERY, seen("charity-old"), {"source": "invented-council-new", "says": "Nothing."}], {}
    )
    assert found.publishers == ("Invented School", "Invented Surgery")


def test_the_way_in_that_leads_is_the_phone_then_text_mailbox_and_page(files: Files) -> None:
    more: Record = {"sms": "999", "email": MAILBOX, "page": "https://example.org/"}
    left_out: list[Record] = [
        {},
        {"phone": None},
        {"phone": None, "sms": None},
        {"phone": None, "sms": None, "email": None},
        {"phone": None, "phone_alternatives": [OTHER], "sms": None},
    ]
    k = knowledge(files, {f"invented-{number}": {**line([]), **more, **out} for number, out in enumerate(left_out)})
    found = [lead(k.contacts[f"invented-{number}"]) for number in range(len(left_out))]
    assert found == [("phone", NUMBER), ("sms", "999"), ("email", MAILBOX), ("page", "https://example.org/"), ("phone_alternatives", OTHER)]


def test_numbers_are_compared_without_spaces_and_mailboxes_without_case(files: Files) -> None:
    assert same("020 7946 0001", "02079460001")
    assert same("Team@Example.org", "team@example.org")
    assert not same(NUMBER, OTHER)
    contact = knowledge(files, {"invented-line": line([], phone_alternatives=[OTHER])}).contacts["invented-line"]
    assert prints(contact, "phone", OTHER)
    assert prints(contact, "phone_alternatives", NUMBER)
    assert not prints(contact, "sms", NUMBER)
    assert not prints(contact, "email", MAILBOX)


# --- dates -------------------------------------------------------------------------------------------------------------


def day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("dated", "first", "last"),
    [
        (None, "", ""),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-05", "2024-05-01", "2024-05-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024-05-09", "2024-05-09", "2024-05-09"),
        ("2024-12-31", "2024-12-31", "2024-12-31"),
        ("2024~", "2024-01-01", "2024-12-31"),
        ("2024-05~", "2024-05-01", "2024-05-31"),
        ("2020/2021", "2020-01-01", "2021-12-31"),
        ("2020-05/2021-02", "2020-05-01", "2021-02-28"),
        ("2020~/2021-06-03", "2020-01-01", "2021-06-03"),
        ("2023-09/..", "2023-09-01", ""),
        ("../2019", "", "2019-12-31"),
        ("../2019-06", "", "2019-06-30"),
    ],
)
def test_a_date_known_in_part_has_an_earliest_and_a_latest_day(dated: str | None, first: str, last: str) -> None:
    assert (earliest(dated), latest(dated)) == (day(first), day(last))


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2026-11-22", "1 days", "2026-11-23"),
        ("2026-12-31", "1 days", "2027-01-01"),
        ("2026-11-22", "90 days", "2027-02-20"),
        ("2026-05-22", "6 months", "2026-11-22"),
        ("2026-08-31", "6 months", "2027-02-28"),
        ("2027-08-31", "6 months", "2028-02-29"),
        ("2026-01-31", "1 months", "2026-02-28"),
        ("2026-01-31", "3 months", "2026-04-30"),
        ("2026-12-31", "12 months", "2027-12-31"),
        ("2024-02-29", "12 months", "2025-02-28"),
        ("2026-11-30", "1 months", "2026-12-30"),
        ("2026-12-01", "1 months", "2027-01-01"),
        ("2026-06-15", "999 months", "2109-09-15"),
    ],
)
def test_a_period_of_months_ends_on_the_same_day_or_the_last_of_the_month(start: str, period: str, end: str) -> None:
    assert period_after(datetime.date.fromisoformat(start), period) == day(end)


@pytest.mark.parametrize(
    ("today", "years", "before"), [("2026-11-22", 2, "2024-11-22"), ("2026-11-22", 7, "2019-11-22"), ("2028-02-29", 2, "2026-02-28")]
)
def test_years_before_a_day_is_the_same_day_or_the_last_of_february(today: str, years: int, before: str) -> None:
    assert years_before(datetime.date.fromisoformat(today), years) == day(before)
