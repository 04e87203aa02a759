"""Invented cases are tests (promise 7): the facts go in, the right outcome and contact point come out, and what must not happen does not."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from scripts.build import ROOT, Checked, checked
from scripts.model import Age, Clock
from scripts.pages.subjects import code_path
from scripts.routes import offered
from tests.conftest import TODAY

CASES = checked(ROOT, TODAY)
SLUGS = sorted(CASES.k.scenarios)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_scenario_leads_to_its_outcome_and_to_the_contact_point_it_expects(slug: str) -> None:
    scenario = CASES.k.scenarios[slug]
    here = scenario.check[0]
    for there in scenario.check[1:]:
        assert there in [answer.to for answer in CASES.k.check.questions[here].answers]
        here = there
    assert here in CASES.k.check.outcomes
    found = offered(CASES.k, scenario, scenario.home, TODAY)
    assert (found[0] if found else None) == scenario.first
    assert not set(found) & set(scenario.not_offered)


@pytest.mark.parametrize("slug", [slug for slug in SLUGS if CASES.k.scenarios[slug].elsewhere])
def test_another_home_address_leads_where_the_scenario_says(slug: str) -> None:
    scenario = CASES.k.scenarios[slug]
    assert scenario.elsewhere
    assert scenario.elsewhere.home != scenario.home
    assert offered(CASES.k, scenario, scenario.elsewhere.home, TODAY)[0] == scenario.elsewhere.first


def test_a_held_contact_point_is_offered_to_nobody() -> None:
    for scenario in CASES.k.scenarios.values():
        for area in CASES.k.areas:
            for id in offered(CASES.k, scenario, area, TODAY):
                assert not CASES.k.contacts[id].hold


def test_the_cases_are_spread_over_settings_ages_hours_areas_and_kinds_of_concern(real: Checked) -> None:
    cases = list(real.k.scenarios.values())
    assert len(cases) >= 24
    assert len({case.setting for case in cases}) >= 15
    assert len({case.home for case in cases}) >= 15
    assert len({case.check[-1] for case in cases}) >= 6
    for values, wanted in (([case.branch for case in cases], Age), ([case.clock for case in cases], Clock)):
        assert all(Counter(values)[value] >= 5 for value in wanted)
    concerns = Counter(case.concern for case in cases)
    assert set(concerns) >= {"extreme-right-wing", "islamist", "other-ideology", "mixed-or-unclear", "no-ideology", "none"}
    assert max(concerns["islamist"], concerns["extreme-right-wing"]) - min(concerns["islamist"], concerns["extreme-right-wing"]) <= 1
    assert any(case.age == "not known" for case in cases)
    assert {"17", "18"} <= {case.age for case in cases}


def test_age_decides_the_branch_and_an_unknown_age_is_a_childs(real: Checked) -> None:
    scenario = next(iter(real.k.scenarios.values()))
    branches = {age: scenario.model_copy(update={"age": age}).branch for age in ("0", "17", "18", "80", "not known")}
    assert branches == {"0": Age.CHILD, "17": Age.CHILD, "18": Age.ADULT, "80": Age.ADULT, "not known": Age.CHILD}


def test_short_codes_are_addresses(real: Checked) -> None:
    codes = [*map(code_path, real.k.scenarios.values()), *map(code_path, real.k.myths.values()), *map(code_path, real.k.areas.values())]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"/[ams][0-9]{2}/", code) for code in codes)
