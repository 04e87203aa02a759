"""Editions: an owner's address and mailbox are usable, and an invented edition cannot be taken for a real one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scripts.problem import Problem
from scripts.rules.case import Case

INVENTED = re.compile(r"(.+\.)?example\.(org|com|net)")
"""Hosts that belong to nobody, for examples (RFC 2606)."""


def editions_sound(case: Case) -> Iterator[Problem]:
    """An edition's base address ends with a slash, a mailbox has an owner, and only invented editions use example.org."""
    for slug, edition in case.k.editions.items():
        base, mailbox = edition.base_address, edition.mailbox
        if base and not base.endswith("/"):
            home = case.k.home("edition", slug, "base_address")
            yield case.problem(home, "editions-sound", f"{base} does not end with a slash", f"write {base}/")
        if (mailbox or base) and not edition.owner:
            home = case.k.home("edition", slug, "mailbox" if mailbox else "base_address")
            yield case.problem(home, "editions-sound", "nobody owns this edition", "say in owner: which organisation answers for it")
        for key, host in (("base_address", urlsplit(base or "").hostname), ("mailbox", (mailbox or "").rpartition("@")[2])):
            if host and bool(INVENTED.fullmatch(host)) != edition.fictional:
                home = case.k.home("edition", slug, key)
                message = f"{host} is {'a host for examples' if not edition.fictional else 'a real host'}"
                yield case.problem(home, "editions-sound", message, "an edition with fictional: true uses example.org, and only that one does")
