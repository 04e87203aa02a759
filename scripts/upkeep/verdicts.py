"""What is said of an outside address, in words; and how a page that says "not found" with a straight face is known. Nothing here asks anybody."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from scripts.model import Verdict

Weight = Literal["fine", "look", "mend"]
"""Nothing to do; somebody should look, and nothing is called broken; it must be mended (or excepted with a reason)."""


@dataclass(frozen=True)
class Meaning:
    """One plain sentence about an address, to stand after it; what to do; and how much it weighs."""

    says: str
    tip: str
    weight: Weight = "mend"


MEANINGS: Mapping[Verdict, Meaning] = {
    Verdict.GOOD: Meaning("answers", "", "fine"),
    Verdict.UNCHANGED: Meaning("answers, and has not changed since it was last asked", "", "fine"),
    Verdict.REDIRECTED: Meaning("leads on for the time being", "keep the address: its owner says that the new place is temporary", "fine"),
    Verdict.MOVED: Meaning("has moved for good", "open the new address; if it says the same, write it here", "look"),
    Verdict.SIGN_IN: Meaning(
        "asks for a password", "open it by hand; if readers cannot read it without an account, link to a public page instead", "look"
    ),
    Verdict.NO_ROBOTS: Meaning("answers, but not to a program", "open it by hand; if it is fine, write an exception into pathways/links.yml", "look"),
    Verdict.DISPUTED: Meaning("did not answer us, and did answer LinkChecker", "open it by hand; ask again tomorrow with --again", "look"),
    Verdict.NOT_ASKED: Meaning("could not be asked", "run `python -m scripts links` again later", "look"),
    Verdict.GONE: Meaning(
        "is gone", "find the page on its owner's site and write the new address; if it is not there any more, say link: false and why in the note"
    ),
    Verdict.SOFT_404: Meaning(
        "answers as if all were well, but the page is not there", "open it by hand; find the page on its owner's site and write the new address"
    ),
    Verdict.BROKEN_REDIRECT: Meaning("leads nowhere", "open it by hand; find the page on its owner's site and write the new address"),
    Verdict.SERVER_FAULT: Meaning(
        "answers with a fault of its server", "ask again tomorrow with --again; if it stays, tell its owner or use another source"
    ),
    Verdict.BROKEN_ANSWER: Meaning(
        "breaks off in the middle of its answer", "ask again tomorrow with --again; if it stays, tell its owner or use another source"
    ),
    Verdict.CERTIFICATE: Meaning(
        "cannot be trusted: its certificate is faulty", "tell its owner; readers see a warning, so do not link to it until it is mended"
    ),
    Verdict.NO_HOST: Meaning("stands on a site that does not exist", "look for a slip in the address; else find where the site went"),
    Verdict.NO_CONNECTION: Meaning(
        "stands on a site that takes no connection", "ask again tomorrow with --again; if it stays, find where the site went"
    ),
    Verdict.TIME_OUT: Meaning("did not answer in time", "ask again tomorrow with --again, with a longer --timeout; if it stays, tell its owner"),
}
"""Every verdict, best first."""


@dataclass(frozen=True)
class Result:
    """What was found out about one address on one day. It is also what is kept between runs."""

    address: str
    verdict: Verdict
    on: datetime.date
    detail: str = ""
    """What exactly: the answer's number, which fault of the certificate."""
    leads_to: str = ""
    """The address it leads to, where it leads on."""
    etag: str = ""
    modified: str = ""
    """What to quote when asking next time whether it has changed."""
    document: bool = False
    """Whether it is something other than a page (PDF …), so that its head is enough."""
    second: str = ""
    """What LinkChecker said of it, where it was asked."""

    @property
    def weight(self) -> Weight:
        """What the verdict weighs."""
        return MEANINGS[self.verdict].weight

    def sentence(self) -> str:
        """The verdict on the address, in one sentence."""
        to = f": {self.leads_to}" if self.leads_to and self.verdict in (Verdict.MOVED, Verdict.REDIRECTED) else ""
        said = "; ".join(part for part in (self.detail, f"LinkChecker: {self.second}" if self.second else "") if part)
        return f"{self.address} {MEANINGS[self.verdict].says}{to}{f' ({said})' if said else ''}"


# --- pages that say "not found" with a straight face -----------------------------------------------------------------------

NOT_THERE = re.compile(
    r"""^\W*(error\W*)?404\b | \b(error|http)\W{0,3}404\b | \b404\W{0,3}(error|not\ found|page)
    | ^\W*not\ found\W*$ | \b(page|document|file|content)\b[^.|]{0,40}\b(not|cannot|can'?t|couldn'?t)\ (be\ )?found\b
    | \b(page|document|file|content)\b[^.|]{0,40}\b(does\ not|doesn'?t|no\ longer)\ exists?\b
    | \b(page|document|file|content)\b[^.|]{0,40}\b(is\ no\ longer|is\ not|isn'?t)\ available\b
    | \b(cannot|can'?t|couldn'?t|could\ not|unable\ to)\ find\ (the|that|this|your|a)\ (page|document|file)\b
    | \bsorry\b[^.|]{0,40}\b(page|document)\b[^.|]{0,40}\b(gone|missing|removed)\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""How sites word it in a title or first heading. Only there: a page may well speak about things not found."""

HOME = re.compile(r"(/([a-z]{2}(-[a-z]{2})?|home|(index|default|home)\.[a-z]+))?/?", re.IGNORECASE)
"""Paths of a site's own first page."""
SIGN_IN = re.compile(r"/(log|sign)[-_]?in\b|/(sso|adfs|saml2?|oauth2?)/", re.IGNORECASE)
"""Paths of pages that ask who you are."""


def is_home(path: str, query: str = "") -> bool:
    """Whether a path is a site's first page."""
    return not query and HOME.fullmatch(path or "/") is not None


def says_not_there(page: str) -> str:
    """The title or first heading in which an HTML page says that it is not there; empty where none does."""
    return next((text for text in (_element(page, "title"), _element(page, "h1")) if NOT_THERE.search(text)), "")


def fingerprint(page: str, path: str) -> str:
    """A page's readable text without its own path and without figures, so that two "not found" pages of a site are the same text."""
    for name in ("script", "style"):
        first, *others = re.split(rf"<{name}\b", page, flags=re.IGNORECASE)
        page = first + "".join(re.split(rf"</{name}\s*>", other, maxsplit=1, flags=re.IGNORECASE)[-1] for other in others)
    text = html.unescape(re.sub(r"<[^<>]*>", " ", page))
    for part in sorted({path, path.strip("/"), path.strip("/").rpartition("/")[2]} - {"", "/"}, key=len, reverse=True):
        text = text.replace(part, "")
    return " ".join(re.sub(r"\d+", "", text).split()).lower()


def _element(page: str, name: str) -> str:
    """The text of the first such element, found without looking twice at any letter (a hostile page must not hold us up)."""
    opened = re.search(rf"<{name}\b[^<>]*>", page, re.IGNORECASE)
    if opened is None:
        return ""
    inside = re.split(rf"</{name}\b", page[opened.end() : opened.end() + 2000], maxsplit=1, flags=re.IGNORECASE)[0]
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", inside)).replace("’", "'").split())
