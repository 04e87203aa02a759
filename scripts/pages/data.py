"""The page about the open data, and where each file of it stands. scripts/exports/ makes the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scripts.load import Knowledge
from scripts.pages.addresses import root
from scripts.pages.changes import CHANGES, FEED
from scripts.pages.due import LIST_PATH, calendar_path
from scripts.pages.page import HOME, Page

DATA = ("/data/", "Open data")
V1 = "data/v1"
"""The folder of version 1, from the site's root. What stands in it only gains files and fields."""

FILES: tuple[tuple[str, str], ...] = (
    ("index.json", "What there is: every file with its size and SHA-256, the day, the edition, the licence, and what each standing means"),
    (
        "contact-points.json",
        "Every contact point shown: its values, and for each area and slot its standing, why, until when, its sources and its fallback",
    ),
    ("areas.json", "Every area: its ONS code, council, short address, and each slot with its contact points in the order of the page"),
    ("routes.json", "Every area and job: the contact points in order, by age and hour, and for each slot its steps need"),
    ("settings.json", "Every job, with its steps in words"),
    ("myths.json", "The myths, their answers, and the figures they rest on"),
    ("glossary.json", "The words"),
    ("sources.json", "Every page that was read"),
    ("contact-points.csv", "The contact points for a spreadsheet: a row for each area and slot"),
    ("sources.csv", "The sources for a spreadsheet"),
    ("open-referral/services.json", "The contact points as services, in the words of Open Referral UK"),
    ("open-referral/organizations.json", "The bodies that own them"),
)
"""Each file of version 1 that stands once, by its path in the folder, and what it holds."""

NATIONAL = "national"
"""The vCards of the contact points for everyone, among those of the areas."""


def vcard_path(area: str) -> str:
    """Where an area's vCards stand, in the folder of version 1."""
    return f"contacts/{area}.vcf"


def _first(slugs: Iterable[str], wanted: str) -> str:
    """The one the examples speak of: `wanted` where the edition shows it, else the first it shows."""
    found = list(slugs)
    return wanted if wanted in found else found[0]


def data_pages(k: Knowledge) -> Iterator[Page]:
    """The page /data/."""
    areas = tuple((vcard_path(slug), area.name) for slug, area in sorted(k.areas.items(), key=lambda item: item[1].name))
    local = [slug for slug, setting in k.settings.items() if setting.local]
    area, job = _first(k.areas, "barnet"), _first(local, "school")
    context = {
        "area_slug": area,
        "area": k.areas[area],
        "job_slug": job,
        "job": k.settings[job],
        "version": V1,
        "files": FILES,
        "cards": (*areas, (vcard_path(NATIONAL), "For everyone")),
        "up": root(DATA[0]),
        "due_list": LIST_PATH,
        "due_calendar": calendar_path(),
        "feed": f"{CHANGES[0].strip('/')}/{FEED}" if k.edition.base_address else "",
    }
    description = "The contact points, routes, myths, words and sources as files for other programs, for spreadsheets and for address books."
    yield Page(*DATA, description, "data.html", context, landing=True, trail=(HOME,), source="theme/pages/data.html")
