"""Promise 1, for the areas themselves: each is the authority that its code, its council, its police and its website name."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from scripts.problem import Problem
from scripts.rules.case import Case

NAMES = (
    "City of London", "Barking and Dagenham", "Barnet", "Bexley", "Brent", "Bromley", "Camden", "Croydon", "Ealing", "Enfield", "Greenwich",
    "Hackney", "Hammersmith and Fulham", "Haringey", "Harrow", "Havering", "Hillingdon", "Hounslow", "Islington", "Kensington and Chelsea",
    "Kingston upon Thames", "Lambeth", "Lewisham", "Merton", "Newham", "Redbridge", "Richmond upon Thames", "Southwark", "Sutton",
    "Tower Hamlets", "Waltham Forest", "Wandsworth", "Westminster",
)  # fmt: skip
"""The authorities of London in the order of their codes: E09000001 to E09000033 (ONS Register of Geographic Codes, entity E09)."""
CODES = {f"E090000{number:02d}": name for number, name in enumerate(NAMES, 1)}
CITY = "E09000001"
"""The City has a police force of its own; the Metropolitan Police serves the 32 boroughs (Police Act 1996, Schedule 1 and s.1(2))."""


def areas_official(case: Case) -> Iterator[Problem]:
    """Every area has the name of its ONS code, its own council, its own police force and its own council's website."""
    websites: dict[str, str] = {}
    for slug, area in case.k.areas.items():

        def report(field: str, message: str, tip: str, slug: str = slug) -> Problem:
            return case.problem(case.k.home("area", slug, field), "areas-official", message, tip)

        if CODES[area.ons_code] != area.name:
            yield report("ons_code", f"{area.ons_code} is {CODES[area.ons_code]}, not {area.name}", "look the code up in the ONS register")
        if area.name.partition(" upon ")[0] not in area.council:
            yield report("council", f"{area.council} does not name {area.name}", "write the area's own council")
        if (area.police == "City of London Police") != (area.ons_code == CITY):
            yield report(
                "police",
                f"{area.police} is not the force of {area.name}",
                "City of London Police serves the City, the Metropolitan Police the boroughs",
            )
        host = _host(area.website)
        if other := websites.get(host):
            yield report("website", f"{host} is the website of {case.k.areas[other].name} too", "write the council's own site")
        elif not any(seen == host or seen.endswith(f".{host}") for seen in _own_hosts(case, slug)):
            message = f"no page or mailbox of {area.council} that we know is on {host}"
            yield report("website", message, "compare it with the addresses of the council's own pages in sources.yml")
        websites.setdefault(host, slug)


def _own_hosts(case: Case, slug: str) -> Iterator[str]:
    """The hosts of the council's own pages, and of the mailboxes and pages of the lines that it owns."""
    area = case.k.areas[slug]
    for source in case.k.sources.values():
        if source.publisher == area.council:
            yield _host(source.url)
    for contact in area.contacts.values():
        if contact.owner is None:
            yield from (_host(contact.page or ""), (contact.email or "").rpartition("@")[2].lower())


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")
