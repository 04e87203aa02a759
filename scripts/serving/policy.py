"""What every server sends with the site, whichever server it is: the one source of headers, types and refusals. The writers only spell it.

Sources: Content Security Policy Level 3 (w3.org/TR/CSP3), RFC 9111 and 8246 (caching), RFC 6797 (Strict-Transport-Security), the
Permissions-Policy and Fetch specifications, and MDN's practical security guides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from scripts.problem import Problem, Refused
from scripts.serving.inline import Inline

Header = tuple[str, str]

FINGERPRINTED = r"\.[0-9a-f]{8,64}\.(min\.)?(js|css|woff2)$"
"""The end of a name that changes with the content, such as main.57a0d79d.min.css. Every server's regular expressions read it alike."""
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
"""Keep a copy, but ask before each use whether it still holds: a recalled number must not live on in a cache."""
DATA = "data"
"""The folder that other sites' pages may read (open data)."""
METHODS = ("GET", "HEAD")
PRIVATE = r"/\.|\.gz$"
"""What no address may hold, and no server gives: names that start with a dot, but for the next; and the copies that compress.py makes."""
SECURITY_TXT = ".well-known/security.txt"
NOT_FOUND = "404.html"
TWO_YEARS = 63_072_000

TYPES: dict[str, str] = {
    "html": "text/html",
    "css": "text/css",
    "js": "text/javascript",
    "json": "application/json",
    "geojson": "application/geo+json",
    "svg": "image/svg+xml",
    "xml": "application/xml",
    "ics": "text/calendar",
    "vcf": "text/vcard",
    "csv": "text/csv",
    "txt": "text/plain",
    "png": "image/png",
    "ico": "image/x-icon",
    "woff2": "font/woff2",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
"""The type of each file by the end of its name (IANA media types). Servers differ in what they know, so none is left to guess."""
FEED = "atom.xml"
"""The name of every feed; it ends like any XML, and is a type of its own (RFC 4287)."""
TEXTS = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml", "application/xml", "application/atom+xml", "text/calendar",
                   "text/vcard", "text/csv", "text/plain"})  # fmt: skip
"""Types whose letters are named: charset=utf-8. JSON has no such parameter (RFC 8259)."""

OFF = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "clipboard-write", "display-capture",
    "encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection", "local-fonts",
    "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial",
    "storage-access", "usb", "window-management", "xr-spatial-tracking",
)  # fmt: skip
"""What a browser can do for a page and this site never asks for (Permissions-Policy). Only names that Chromium knows: it complains of others."""

HOST = re.compile(r"(?:https?://)?(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?")


@dataclass(frozen=True)
class Place:
    """Where a server finds the site and listens. What differs between two servers; no header depends on it."""

    root: str = "/srv/prevent-pathways/site"
    host: str = ""
    """Its name, where the edition has an address; else any name is answered."""
    http_port: int = 80
    https_port: int = 443
    certificates: str = "/etc/ssl/prevent-pathways"
    """The folder with fullchain.pem and privkey.pem, where the site has its own TLS."""


@dataclass(frozen=True)
class Policy:
    """The headers of an edition's site."""

    always: tuple[Header, ...]
    """With every answer, errors too."""
    for_ever: tuple[str, ...]
    """The addresses that hold the same bytes as long as they exist; every other is asked for again."""
    feeds: tuple[str, ...]
    """The addresses of feeds."""
    tls: bool
    """Whether the site has a certificate of its own; else something before it may, and says so itself."""

    def cache(self, path: str) -> str:
        """The Cache-Control of an address."""
        return FOR_EVER if path in self.for_ever else ASK_AGAIN

    def headers(self, path: str) -> dict[str, str]:
        """Every header of ours for an address such as /data/index.json. The tests compare each server's answers with this."""
        open_to_all = {"Access-Control-Allow-Origin": "*"} if path.startswith(f"/{DATA}/") else {}
        return {**dict(self.always), "Cache-Control": self.cache(path), **open_to_all}


def policy(inline: Inline, files: Iterable[str], frame_ancestors: Sequence[str] = ("none",), tls: bool = False) -> Policy:
    """The policy of a site with these inline texts and files (paths from its root).

    Args:
        inline: the hashes that the built pages need.
        files: the site's files, to find those that are named after their content.
        frame_ancestors: who may show the site in a frame: "none", "self", or hosts such as https://intranet.example.org.
        tls: whether to send Strict-Transport-Security.

    Raises:
        Refused: a frame ancestor that is no host.
    """
    framing = ancestors(frame_ancestors)
    always = [
        ("Content-Security-Policy", content_security(inline, framing, tls)),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", ", ".join(f"{feature}=()" for feature in OFF)),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    ]
    if framing in ("'none'", "'self'"):  # for browsers older than frame-ancestors; it knows no hosts
        always.append(("X-Frame-Options", "DENY" if framing == "'none'" else "SAMEORIGIN"))
    if tls:
        always.append(("Strict-Transport-Security", f"max-age={TWO_YEARS}"))
    paths = sorted(f"/{name}" for name in files)
    for_ever = tuple(path for path in paths if re.search(FINGERPRINTED, path))
    return Policy(tuple(always), for_ever, tuple(path for path in paths if path.endswith(f"/{FEED}")), tls)


def content_security(inline: Inline, framing: str, tls: bool) -> str:
    """The Content-Security-Policy: nothing but our own files and the scripts and styles that were hashed."""
    parts = {
        "default-src": "'none'",
        "script-src": " ".join(("'self'", *inline.scripts)),
        "style-src": " ".join(inline.styles) or "'none'",
        "img-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": framing,
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items()) + ("; upgrade-insecure-requests" if tls else "")


def ancestors(given: Sequence[str]) -> str:
    """The value of frame-ancestors.

    Raises:
        Refused: a word that is neither none, self nor a host.
    """
    words = [{"'none'": "none", "'self'": "self"}.get(word, word.rstrip("/")) for word in given] or ["none"]
    tip = "write none, self, or where the intranet stands, such as https://intranet.example.org (no path)"
    wrong = [word for word in words if word not in ("none", "self") and not HOST.fullmatch(word)]
    if "none" in words and len(words) > 1:
        wrong.append("none")
    if wrong:
        raise Refused(Problem("--frame-ancestors", 1, 1, "frame-ancestors", f"“{word}” cannot stand here", tip) for word in wrong)
    return " ".join(f"'{word}'" if word in ("none", "self") else word for word in words)


def content_type(name: str) -> str:
    """The Content-Type of a file by its name, or by the end of its name, such as "html"."""
    kind = "application/atom+xml" if name.endswith(FEED) else TYPES[name.rpartition(".")[2]]
    return f"{kind}; charset=utf-8" if kind in TEXTS else kind


def host_of(base_address: str | None) -> str:
    """The name in an edition's address; empty where it has none."""
    return (urlsplit(base_address).hostname or "") if base_address else ""


def files_in(site: Path) -> tuple[str, ...]:
    """Every file of a site by its path from the root, sorted."""
    return tuple(sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()))
