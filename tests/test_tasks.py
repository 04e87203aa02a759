"""The tasks staff come with (research, ux-anchors section 4.4) meet their budget of clicks, counted over the built HTML without any script.

A click is a link in a page's own content: the header (a phone shows no menu), the footer and what is folded away do not count, so
that no budget is met by a list of everything.
"""

from __future__ import annotations

import functools
import html
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from scripts.build import Checked
from scripts.model import ContactPoint, Slot
from scripts.pages.words import tel

CONTENT = re.compile(r'<div class="pp-main" id="main".*?(?=<footer)', re.DOTALL)
FOLDED = re.compile(r"<details>.*?</details>|<script>.*?</script>", re.DOTALL)
LINK = re.compile(r'<a [^>]*?href="([^"#:]+)(?:#[^"]*)?"')


class Site:
    """The built pages, by address, and how many clicks each is from home."""

    def __init__(self, folder: Path) -> None:
        self.content = {
            self.address(folder, file): FOLDED.sub("", self.main(file.read_text(encoding="utf-8"))) for file in sorted(folder.rglob("index.html"))
        }
        self.clicks = self.distances("/")

    @staticmethod
    def address(folder: Path, file: Path) -> str:
        """The address of a page's file."""
        return f"/{file.parent.relative_to(folder).as_posix()}/".replace("/./", "/")

    @staticmethod
    def main(page: str) -> str:
        """A page's own content."""
        found = CONTENT.search(page)
        assert found
        return found[0]

    def links(self, page: str) -> set[str]:
        """The pages that a page's content leads to."""
        found = (posixpath.normpath(posixpath.join(page, html.unescape(href))) for href in LINK.findall(self.content[page]))
        return {f"{path.rstrip('/')}/" for path in found} & self.content.keys()

    def distances(self, start: str) -> Mapping[str, int]:
        """How many clicks every page is from one."""
        found, edge = {start: 0}, [start]
        while edge:
            edge = [page for page in dict.fromkeys(to for at in edge for to in sorted(self.links(at))) if page not in found]
            clicks = max(found.values()) + 1
            found |= dict.fromkeys(edge, clicks)
        return found

    def section(self, page: str, id: str) -> str:
        """A part of a page, as HTML."""
        found = re.search(rf'<section id="{id}".*?</section>', self.content[page], re.DOTALL)
        assert found, f"{page} has no #{id}"
        return found[0]

    def words(self, page: str, id: str = "") -> str:
        """The words of a page or a part of it, in lower case and with single spaces."""
        found = self.section(page, id) if id else self.content[page]
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).lower().split())


@pytest.fixture(scope="module")
def walked(site: Path) -> Site:
    """The built site, walked from home."""
    return Site(site)


@functools.cache
def values(contact: ContactPoint) -> tuple[str, ...]:
    """How a contact point is reached, as its links say it; the first way only."""
    first = contact.phone or contact.email or contact.sms or contact.page
    assert first
    return (tel(first) if first == contact.phone else str(first),)


def missing(walked: Site, real: Checked, area: str, page: str, id: str, *slots: Slot, public: bool = False) -> list[str]:
    """The first ways to reach whoever fills these slots that a part of a page does not show."""
    shown = html.unescape(walked.section(page, id))
    wanted = [way.contact for slot in slots for way in real.case.answers[area, public][slot].cards[:1]]
    return [f"{page}#{id}: {value}" for contact in wanted for value in values(contact) if value not in shown]


def local_pages(real: Checked) -> list[tuple[str, str, bool]]:
    """Every area's page and all its routes, with the area and whether the public reads it."""
    routes = [(slug, setting.audience == "public") for slug, setting in real.k.settings.items() if setting.local]
    return [(f"/{area}/", area, False) for area in real.k.areas] + [
        (f"/{area}/{slug}/", area, public) for area in real.k.areas for slug, public in routes
    ]


def test_1_someone_in_danger_no_click(walked: Site) -> None:
    """On the first screen of every page; only a page that leads on by itself is never seen."""
    assert walked.clicks["/"] == 0
    for page in walked.content:
        top = walked.content[page].partition("<h1")[0]
        assert "In danger now?" in top, page
        assert 'href="tel:999"' in top, page


def test_2_this_child_in_this_borough_in_hours_two_clicks(walked: Site, real: Checked) -> None:
    pages = local_pages(real)
    assert len(pages) > 33 * 20
    assert {page: walked.clicks[page] for page, _, _ in pages if walked.clicks[page] > 2} == {}
    assert max(walked.clicks[f"/{area}/"] for area in real.k.areas) == 1
    for page, area, public in pages:
        assert missing(walked, real, area, page, "child", Slot.CHILDREN, public=public) == []
        assert missing(walked, real, area, page, "adult", Slot.ADULTS, public=public) == []


def test_3_the_same_at_nine_on_a_sunday_evening_two_clicks(walked: Site, real: Checked) -> None:
    for page, area, public in local_pages(real):
        assert walked.clicks[page] <= 2
        assert missing(walked, real, area, page, "out-of-hours", Slot.OUT_OF_HOURS_CHILDREN, Slot.OUT_OF_HOURS_ADULTS, public=public) == []
        assert missing(walked, real, area, page, "child", Slot.OUT_OF_HOURS_CHILDREN, public=public) == []
        assert missing(walked, real, area, page, "adult", Slot.OUT_OF_HOURS_ADULTS, public=public) == []


def test_4_should_i_refer_five_questions_at_most(walked: Site, real: Checked) -> None:
    assert walked.clicks["/check/"] == 1
    outcomes = {f"/check/{id}/" for id in real.k.check.outcomes}
    reached: set[str] = set()

    def questions(page: str, before: tuple[str, ...] = ()) -> int:
        """The most questions from a page on, down every answer."""
        assert page not in before, "the check goes round in a circle"
        if page in outcomes:
            reached.add(page)
            assert "do this now" in walked.words(page, "do-this-now")
            return 0
        answers = re.search(r'<ul class="pp-answers">.*?</ul>', walked.content[page], re.DOTALL)
        assert answers
        ways = [f"{posixpath.normpath(posixpath.join(page, href))}/" for href in LINK.findall(answers[0])]
        assert len(ways) > 1
        return 1 + max(questions(way, (*before, page)) for way in ways)

    assert questions("/check/") <= 5
    assert reached == outcomes


def test_5_which_form_and_where_it_goes_three_clicks(walked: Site, real: Checked) -> None:
    for page, area, public in local_pages(real):
        if public:
            continue
        assert walked.clicks[page] <= 3
        assert "national form" in walked.words(page, "form")
        found = real.case.answers[area, False][Slot.REFERRAL_FORM].found
        assert missing(walked, real, area, page, "form", *([Slot.REFERRAL_FORM] if found else []), Slot.PREVENT) == []
        assert found or "no address for the form was found" in walked.words(page, "form")


@pytest.mark.parametrize(
    ("page", "id", "wanted"),
    [
        pytest.param("/share/", "three-consents", ["consent to refer or to share", "consent to take part in channel"], id="6-consent"),
        pytest.param("/share/", "what-to-share", ["relevant, necessary", "who"], id="6-what-may-i-share"),
        pytest.param("/write/", "what-it-says", ["how the worry came up", "what happened"], id="7-what-to-write"),
        pytest.param("/after/", "what-happens", ["acknowledgement", "time limit"], id="8-what-happens-next"),
        pytest.param("/after/", "when-to-chase", ["chase", "working day"], id="8-when-will-i-hear"),
        pytest.param("/after/", "closed", ["closed", "refer again"], id="9-it-was-closed"),
        pytest.param("/disagree/", "ladder", ["reasons in writing", "step"], id="9-i-disagree"),
        pytest.param("/disagree/", "your-lead-says-no", ["lead", "write"], id="9-my-lead-says-no"),
    ],
)
def test_6_to_9_the_answer_is_two_clicks_away(walked: Site, page: str, id: str, wanted: list[str]) -> None:
    assert walked.clicks[page] <= 2
    words = walked.words(page, id)
    assert [word for word in wanted if word not in words] == []


def test_6_8_and_9_also_stand_on_every_staff_route_two_clicks_away(walked: Site, real: Checked) -> None:
    for page, _, public in local_pages(real):
        if page.count("/") == 3 and not public:
            for id in ("consent", "record", "what-next", "hear-nothing"):
                assert len(walked.words(page, id)) > 100, f"{page}#{id}"


def test_10_a_myth_two_clicks_and_none_by_its_short_code(walked: Site, real: Checked, site: Path) -> None:
    for slug, myth in real.k.myths.items():
        page, code = f"/myths/{slug}/", f"/{myth.code.lower()}/"
        assert walked.clicks[page] <= 2
        assert " ".join(myth.answer.lower().split())[:40] in walked.words(page)
        assert walked.words(page, "evidence")
        assert page in walked.links(code)
        assert f'http-equiv="refresh" content="0; url=..{page}"' in (site / code.strip("/") / "index.html").read_text(encoding="utf-8")
