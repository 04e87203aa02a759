"""What /changes/ says: nothing from the future, nothing without a word for it, nothing that does not say who must act."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scripts.problem import Problem, near
from scripts.rules.case import Case

OWN_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?=-|$)")
ACTOR = re.compile(r"[A-Z][^.:]*?(?:: | (?:must|should|needs?|can|could|may|has to|have to)\b)")
"""How a sentence names who acts: “Safeguarding leads should …”, “Trainers: …”, “Nobody needs to …”. An order alone (“Check it.”) does not."""


def changes_dated(case: Case) -> Iterator[Problem]:
    """A change is of today or earlier, and an id that begins with a date begins with the change's own."""
    for id, change in case.k.changes.items():
        home = case.k.home("change", id, "on")
        if change.on > case.today:
            message = f"{change.on} has not come yet; today is {case.today}"
            yield case.problem(home, "changes-dated", message, "add the entry on the day from which it holds")
        if (dated := OWN_DATE.match(id)) and dated[0] != change.on.isoformat():
            message = f"the id says {dated[0]}, and the change is dated {change.on}"
            yield case.problem(home, "changes-dated", message, "mend the date; once published an id stays as it is, so then mend only `on`")


def changes_backed(case: Case) -> Iterator[Problem]:
    """A change names a source, or a contact point that was confirmed or withdrawn. Only a change of this site itself may do without."""
    for id, change in case.k.changes.items():
        proven = any(contact.confirmations or contact.withdrawn for contact in (case.k.contacts[name] for name in change.contacts))
        if not (change.sources or proven or change.kind == "site"):
            message = f"nothing stands behind {id}: no source, and no contact point that was confirmed or withdrawn"
            yield case.problem(case.k.home("change", id), "changes-backed", message, "name the page where you read it under sources:")


def changes_lead(case: Case) -> Iterator[Problem]:
    """Every page that a change names is there."""
    for id, change in case.k.changes.items() if case.pages is not None else ():
        for index, address in enumerate(change.pages):
            if address.split("#")[0] not in (case.pages or ()):
                tip = near(address, case.pages or ()) or "look the page up on the built site"
                yield case.problem(case.k.home("change", id, "pages", index), "changes-lead", f"there is no page {address}", tip)


def changes_say_who(case: Case) -> Iterator[Problem]:
    """What must be done about a change begins with who must do it, or says that nobody needs to do anything."""
    for id, change in case.k.changes.items():
        if not ACTOR.match(change.act):
            tip = "begin with who: “Trainers should …”, “Safeguarding leads must …”, or “Nobody needs to do anything.”"
            yield case.problem(case.k.home("change", id, "act"), "changes-say-who", "does not say who must act", tip)
