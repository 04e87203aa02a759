"""Editions: an owner's address and mailbox are usable, and an invented edition cannot be taken for a real one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from scripts.problem import Problem
from scripts.routes import CORE, EMERGENCY, nationals
from scripts.rules.case import Case
from scripts.standing import HIDDEN, Standing

INVENTED = re.compile(r"(.+\.)?example\.(org|com|net)")
"""Hosts that belong to nobody, for examples (RFC 2606)."""


def editions_sound(case: Case) -> Iterator[Problem]:
    """An edition's base address ends with a slash, a mailbox has an owner, and only an invented edition uses a host that is kept for examples."""
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


def policy_kept(case: Case) -> Iterator[Problem]:
    """An edition that promises confirmed numbers shows no others: no core number (confirmed-core), or none at all (confirmed-only)."""
    k, edition = case.k, case.k.edition
    tip = f"confirm it, or let {k.home('edition', k.edition_id).path} say policy: draft until it is"
    if edition.policy == "draft":
        return
    for area in edition.areas or k.areas:
        for (age, clock), slot in CORE.items():
            first = case.answers[area, False][slot].cards[0]
            if first.judgement.standing is not Standing.CONFIRMED:
                message = f"{first.id} stands first in {k.areas[area].name} for {age}, {clock}, and is {first.judgement.standing}"
                yield case.problem(k.home("contact", first.id), "policy-kept", f"{message}; this edition promises confirmed core numbers", tip)
    if edition.policy == "confirmed-only":
        for id, way in nationals(k, case.today).items():
            if way.judgement.standing not in (*HIDDEN, Standing.CONFIRMED) and id != EMERGENCY:
                message = f"{id} is {way.judgement.standing}, and this edition shows confirmed contact points only"
                yield case.problem(k.home("contact", id), "policy-kept", message, tip)
