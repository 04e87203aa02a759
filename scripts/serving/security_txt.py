"""security.txt: whom to tell of a weakness (RFC 9116). Only for an edition with a mailbox and an address of its own."""

from __future__ import annotations

import datetime

from scripts.load import Knowledge
from scripts.serving.policy import SECURITY_TXT

LASTS = datetime.timedelta(days=364)
"""RFC 9116, 2.5.5: less than a year."""


def security_txt(k: Knowledge) -> dict[str, str]:
    """The file by its path in the site; nothing where the edition has no mailbox or no address."""
    edition = k.edition
    if not edition.mailbox or not edition.base_address:
        return {}
    lines = [
        f"Contact: mailto:{edition.mailbox}",
        f"Expires: {(data_day(k) + LASTS).isoformat()}T00:00:00Z",
        "Preferred-Languages: en",
        f"Canonical: {edition.base_address}{SECURITY_TXT}",
    ]
    return {SECURITY_TXT: "\n".join(lines) + "\n"}


def data_day(k: Knowledge) -> datetime.date:
    """The last day on which a source was read or a value confirmed."""
    confirmed = (confirmation.on for contact in k.contacts.values() for confirmation in contact.confirmations)
    return max((*(source.seen for source in k.sources.values()), *confirmed))
