"""Addresses: one place that knows how a page's path becomes a file and a link, in both styles (design section 7)."""

from __future__ import annotations

from enum import StrEnum


class Style(StrEnum):
    """`directory` for web servers (/barnet/school/), `file` for a file share or USB stick (barnet/school.html)."""

    DIRECTORY = "directory"
    FILE = "file"


def source_file(path: str) -> str:
    """The Markdown file of a page: "/" is index.md, "/barnet/" is barnet/index.md, "/barnet/school/" is barnet/school/index.md."""
    return f"{path.strip('/')}/index.md".lstrip("/")


def root(path: str) -> str:
    """The way from a page back to the site's root, with a trailing slash: "./" at the root, "../../" from /barnet/school/."""
    depth = path.strip("/").count("/") + 1 if path.strip("/") else 0
    return "../" * depth or "./"


def link(to: str, from_root: str, style: Style) -> str:
    """A relative link to a page (with or without #anchor) from a page whose way to the root is `from_root`."""
    path, hash_, anchor = to.partition("#")
    target = path.strip("/")
    if style is Style.FILE:
        target = f"{target}/index.html" if target else "index.html"
    elif target:
        target += "/"
    return f"{from_root}{target}{hash_}{anchor}"
