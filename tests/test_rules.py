"""Each rule reports the right file and line when a copy of the real data breaks it (design section 6), and says how to mend it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import pytest

from scripts import agreed
from scripts.build import ROOT, prose_of
from scripts.load import assemble
from scripts.model import Slot
from scripts.pages.site import site_paths
from scripts.problem import Problem, Refused, render
from scripts.prose import Text
from scripts.routes import FALLBACKS
from scripts.rules import RULES, hours, name, routing, values
from scripts.rules.case import Case
from tests.conftest import TODAY, Files, problems_in
from tests.editing import cut, edit, line_in

BARNET, BRENT, HACKNEY = (f"pathways/areas/{slug}.yml" for slug in ("barnet", "brent", "hackney"))
FAMILY, COUNCIL = "pathways/settings/family.yml", "pathways/settings/council.yml"
NATIONAL, SOURCES, ADVICE, PROCEDURES, GLOSSARY, EXCEPTIONS = (
    f"pathways/{name}.yml" for name in ("national", "sources", "advice", "procedures", "glossary", "exceptions")
)
AFTER, ONLINE, ONLY_MUSLIMS, SPYING = (
    "pathways/guides/after.yml",
    "pathways/situations/online.yml",
    "pathways/myths/only-muslims.yml",
    "pathways/myths/spying.yml",
)
SCHOOL_ATTACKS = "pathways/scenarios/school-attacks.yml"
CHECK, STATISTICS = "pathways/check.yml", "pathways/statistics.yml"
MOVED = "pathways/moved.yml"
CHANGES = "pathways/changes.yml"
EXAMPLE, LONDON = "pathways/editions/example.yml", "pathways/editions/london.yml"
ABOUT, HOME = "docs/about.md", "theme/pages/home.html"

Edit = tuple[str, str, str]
"""A file, a regular expression in it, and what takes its first match's place."""

HOLD = 'hold: {reason: "Check.", since: 2026-11-21}'
HELD: Edit = (NATIONAL, r"^  mi5-threat-level:", f"  mi5-threat-level:\n    {HOLD}")
WORRY = r"^    do: Take your worry seriously\."
MASH = r"^    what_for: Concerns about a child or young person who lives in Barnet\."
TWENTY_SIX = "Say " + "very " * 24 + "much."


@dataclass(frozen=True)
class Break:
    """Edits that break a rule, and the problem it must report: on the line where `at` stands in the (edited) file `path`."""

    rule: str
    what: str
    edits: tuple[Edit, ...]
    path: str
    at: str
    says: str


def one(rule: str, what: str, path: str, old: str, new: str, says: str, at: str = "", where: str = "") -> Break:
    """A single edit. The problem stands where `at` does (left out: the new text), in the same file unless `where` names another."""
    return Break(rule, what, ((path, old, new),), where or path, at or new, says)


def confirmation(text: str, what: str, says: str) -> Break:
    """A confirmation of Barnet's front door that is not sound."""
    line = f"    confirmations: [{{{text}}}]"
    return one("confirmations-sound", what, BARNET, r"^    fills:", f"{line}\n    fills:", says, at=line)


def prose(rule: str, what: str, text: str, says: str) -> Break:
    """A line in prose by hand."""
    return one(rule, what, ABOUT, r"^# About this site$", f"# About this site\n\n{text}", says, at=text)


def moved(rule: str, what: str, line: str, says: str) -> Break:
    """Lines among the addresses that moved; the problem stands at the first of them."""
    return one(rule, what, MOVED, r"^moved:.*", f"moved:\n  {line}", says, at=f"  {line}".partition("\n")[0])


# fmt: off
BREAKS: tuple[Break, ...] = (
    one("areas-whole", "two areas with one code", BRENT, r"^ons_code: .*", "ons_code: E09000003", "already the code of barnet"),
    one("areas-whole", "a name that is not the file's", BARNET, r"^name: Barnet", "name: Barnett", "the name asks for barnett.yml"),

    one("guides-apart", "a guide under other pages", AFTER, r"^group: after", "group: after\nunder: areas", "/areas/ is taken", at="name: "),
    one("guides-apart", "a guide at a short code", AFTER, r"^group: after", "group: after\nunder: m07", "/m07/ is taken", at="name: "),

    one("slots-declared", "a slot left silent", BARNET, r"^  prevent: .*\n", "", "nothing fills prevent in Barnet", at="slots:\n"),
    one("slots-declared", "a slot filled and declared empty", BARNET, r"^slots:", "slots:\n  children: {not_found: 2026-11-21}",
        "children is declared empty, but barnet-mash fills it", at="  children: {"),
    one("slots-declared", "the only line of a slot held", BARNET, r"^  barnet-adult-mash:", f"  barnet-adult-mash:\n    {HOLD}",
        "nothing fills adults in Barnet", at="slots:\n"),

    one("fallbacks-strong", "a fallback held", NATIONAL, r"^  police-101:", f"  police-101:\n    {HOLD}", "police-101 stands in", at="  police-101:"),
    one("fallbacks-strong", "a fallback without a phone", NATIONAL, r'^    phone: "0800 011 3764"\n', "", "has no phone", at="  act-early-line:"),
    one("fallbacks-strong", "a fallback that sources dispute", NATIONAL, r'- \{source: actearly-contact, phone: "999"', '- {source: actearly-contact, phone: "998"',
        "emergency-999 stands in for missing local numbers, but it is weak", at="  emergency-999:"),
    one("fallbacks-strong", "a line of /now/ held", NATIONAL, r"^  emergency-999-bsl:", f"  emergency-999-bsl:\n    {HOLD}", "is held, and the page /now/",
        at="  emergency-999-bsl:"),

    one("routes-usable", "another slot first", FAMILY, r"^    slots: \[children\]", "    slots: [prevent]", "the share stage names prevent first", at="steps:"),
    Break("routes-usable", "no slot at all", ((FAMILY, r"^    slots: \[children\]", "    slots: []"), (FAMILY, r"^    slots: \[prevent\]", "    slots: []")),
          FAMILY, "steps:", "in Barnet, child, office-hours: the share stage names no contact"),
    Break("routes-usable", "only a mailbox at night", (
              (BARNET, r"^contacts:", "contacts:\n  invented-line:\n    name: Invented line\n    what_for: Nothing.\n    email: prevent@example.org\n    fills:\n"
               "      - {slot: out-of-hours-children, area: barnet, seen_in: [bels-safeguarding, ncl-gp-mash-barnet]}\n    sightings:\n"
               "      - {source: bels-safeguarding, email: prevent@example.org}\n      - {source: ncl-gp-mash-barnet, email: prevent@example.org}"),
              (BARNET, r"^  out-of-hours-children: .*\n", "")),
          BARNET, "  invented-line:", "stands first in Barnet, child, out-of-hours, and has no phone"),

    one("stages-complete", "a stage emptied", FAMILY, r"^    stage: record", "    stage: follow-up", "stage record has no step for child, office-hours", at="steps:"),
    one("stages-complete", "a stage emptied for adults", FAMILY, r"^    stage: record", "    stage: record\n    ages: [child]",
        "stage record has no step for adult, out-of-hours", at="steps:"),
    one("stages-complete", "a stage emptied at night", FAMILY, r"^    stage: record", "    stage: record\n    clocks: [office-hours]",
        "stage record has no step for adult, out-of-hours", at="steps:"),

    one("first-step-known", "a first step that is not there", FAMILY, r"^first_step: .*", "first_step: call-act-erly", "there is no step called call-act-erly"),
    one("first-step-known", "a first step of another stage", FAMILY, r"^first_step: .*", "first_step: notice-change", "not a step of the share stage"),
    one("first-step-known", "a first step for children only", FAMILY, r"^first_step: .*", "first_step: help-for-a-child", "for every age and clock"),
    one("first-step-known", "a step id used twice", FAMILY, r"^  - id: talk-child", "  - id: notice-change\n    #", "notice-change stands twice", at="  - id: notice-change\n    #"),

    one("force-backed", "a step that must without law", FAMILY, r"^    force: could\n    sources: \[actearly-contact, actearly-faq\]\n    contacts",
        "    force: must\n    sources: [actearly-contact, actearly-faq]\n    contacts", "“must” needs a source that is statute", at="- id: call-act-early"),
    one("force-backed", "a step that should without guidance", FAMILY, r"^    force: could\n    sources: \[actearly-contact, actearly-faq\]\n    contacts",
        "    force: should\n    sources: [actearly-contact, actearly-faq]\n    contacts", "“should” needs a source that is guidance", at="- id: call-act-early"),
    one("force-backed", "our advice that binds", FAMILY, r"^    force: could\n    our_advice: true", "    force: should\n    our_advice: true", "our own advice cannot bind",
        at="- id: notice-change"),
    one("force-backed", "a point of advice that must without law", ADVICE, r"^    - says: You do not have to prove anything(.*)\n      force: could",
        "    - says: You do not have to prove anything.\n      force: must", "“must” needs", at="- says: You do not have to prove anything"),
    one("force-backed", "a duty that must without law", FAMILY, r"^  force: could", "  force: must", "“must” needs", at="duty:"),
    one("force-backed", "a procedure that must without law", PROCEDURES, r"^      - says: Boroughs differ(.*)\n        force: could",
        "      - says: Boroughs differ.\n        force: must", "“must” needs", at="- says: Boroughs differ"),

    one("sources-used", "a source nothing uses", SOURCES, r"^sources:",
        "sources:\n  invented-source: {title: Invented, publisher: Invented, kind: other, url: https://example.org, seen: 2026-11-21}",
        "nothing uses invented-source", at="  invented-source:"),

    one("contacts-used", "a local line that fills no slot", BARNET, r"^    fills:\n      - \{slot: adults, area: barnet.*\n", "    fills: []\n", "fills no slot", at="  barnet-adult-mash:"),
    one("contacts-used", "a step that names a local line", FAMILY, r"^    contacts: \[act-early-line\]", "    contacts: [barnet-mash]", "belongs to Barnet"),
    one("contacts-used", "advice that names a local line", ADVICE, r"^      contacts: \[", "      contacts: [barnet-mash, ", "belongs to Barnet"),
    one("contacts-used", "a professionals' line for families", FAMILY, r"^    contacts: \[act-early-line\]", "    contacts: [ofs-prevent]", "is for professionals"),
    one("contacts-used", "a professionals' line in everyone's advice", ADVICE, r"^      contacts: \[", "      contacts: [ofs-prevent, ", "is for professionals"),

    one("contacts-not-typed", "a number in a step", FAMILY, WORRY, "    do: Call 020 7946 0000.", "a number is typed in words: 020 7946 0000"),
    one("contacts-not-typed", "a number with a country code", FAMILY, WORRY, "    do: Call +44 20 7946 0000.", "a number is typed in words: +44 20 7946 0000"),
    one("contacts-not-typed", "a number without spaces", BARNET, MASH, "    what_for: Call 02079460000.", "a number is typed in words: 02079460000"),
    one("contacts-not-typed", "a mailbox in a point of advice", ADVICE, r"^    - says: You do not have to prove anything", "    - says: Write to team@example.org. You do not",
        "an e-mail address is typed in words: team@example.org"),
    one("contacts-not-typed", "an address in a glossary entry", GLOSSARY, r"^    means: The part of a hospital", "    means: See www.example.org. The part of a hospital",
        "an address is typed in words: www.example.org"),
    one("contacts-not-typed", "an address in an area's arrangement", BARNET, r'^    says: "', '    says: "See https://example.org/x. ', "an address is typed in words"),
    one("contacts-not-typed", "a short code whose line is not named", FAMILY, WORRY, "    do: Call 999.", "999 is typed in words"),
    one("contacts-not-typed", "a short code beside another line", FAMILY, r"^    contacts: \[emergency-999\]", "    contacts: [police-101]", "999 is typed in words",
        at="      - Stop if it becomes frightening. Call 999"),
    prose("contacts-not-typed", "a number in prose", "Call 020 7946 0000 now.", "a number is typed here: 020 7946 0000"),
    prose("contacts-not-typed", "a short code in prose", "Call 101 now.", "a short number is typed here: 101"),
    prose("contacts-not-typed", "a mailbox in prose", "Write to team@example.org now.", "an e-mail address is typed here: team@example.org"),
    prose("contacts-not-typed", "an address in prose", "See <https://example.org/x>.", "an address is typed here: https://example.org/x"),
    one("contacts-not-typed", "a number in a template", HOME, r"^<h1", "<p>Call 020 7946 0000</p>\n<h1", "a number is typed here: 020 7946 0000", at="<p>Call 020"),
    one("contacts-not-typed", "a telephone link in a template", HOME, r"^<h1", '<a href="tel:999">x</a>\n<h1', "a short number is typed here: 999", at='<a href="tel:999"'),
    one("contacts-not-typed", "an address in a template", HOME, r"^<h1", '<a href="https://example.org">x</a>\n<h1', "https://example.org", at='<a href="https://example.org"'),

    prose("names-resolve", "an unknown contact point", "[[contact:emergency-9999]]", "there is no contact called emergency-9999"),
    prose("names-resolve", "an unknown term", "[[term:no-such-term]]", "there is no term called no-such-term"),
    prose("names-resolve", "an unknown source", "[[source:no-such-source]]", "there is no source called no-such-source"),
    prose("names-resolve", "an unknown page", "[x]([[page:/aeras/]])", "there is no page /aeras/"),
    prose("names-resolve", "an unknown kind", "[[kontact:emergency-999]]", "[[kontact:…]] is not a name"),
    Break("names-resolve", "a held contact point", (HELD, (ABOUT, r"^# About this site$", "# About this site\n\n[[contact:mi5-threat-level]]")),
          ABOUT, "[[contact:mi5-threat-level]]", "mi5-threat-level is held"),

    one("values-sighted", "a digit changed", BARNET, r'^    phone: "020 8359 4066"', '    phone: "020 8359 4067"', "phone '020 8359 4067' equals no sighting"),
    one("values-sighted", "spacing tidied", BARNET, r'^    phone: "020 8359 4066"', '    phone: "02083594066"', "equals no sighting"),
    one("values-sighted", "a mailbox nobody saw", BARNET, r"^    email: mash@.*", "    email: mash2@barnet.gov.uk", "email 'mash2@barnet.gov.uk' equals no sighting"),
    one("values-sighted", "hours nobody saw", BARNET, r"^    hours_text: .*", "    hours_text: Always", "hours_text 'Always' equals no sighting"),
    one("values-sighted", "an alternative nobody saw", BARNET, r"^    email: mash@", '    phone_alternatives: ["020 8359 0000"]\n    email: mash@',
        "phone_alternatives '020 8359 0000'", at="    phone_alternatives:"),
    one("values-sighted", "hours for machines only", BARNET, r"^    hours_text: .*\n", "", "hours stand without hours_text", at="    hours: "),

    one("fillings-sighted", "a source that is no sighting", BARNET, r"seen_in: \[barnet-scp-lado, barnet-lado-page\]", "seen_in: [barnet-scp-lado, brent-prevent-page]",
        "brent-prevent-page is not among the sightings"),
    one("fillings-sighted", "sources that print no number", BARNET, r"seen_in: \[barnet-scp-lado, barnet-lado-page\]", "seen_in: [barnet-lado-page]",
        "no source in seen_in prints 020 8359 4066, so nothing ties it to lado in barnet"),
    one("fillings-sighted", "no way in", BARNET, r'^    phone: "020 8359 5000"\n', "", "shows no way in", at="  barnet-adult-mash:"),

    confirmation('on: 2026-11-23, how: phone, by: duty-officer, phone: "020 8359 4066", covers: [barnet/children]', "of tomorrow", "is in the future"),
    confirmation("on: 2026-11-01, how: phone, by: duty-officer, covers: [barnet/children]", "of no value", "names no value"),
    confirmation('on: 2026-11-01, how: phone, by: duty-officer, phone: "020 8359 4066"', "of no filling", "does not say what it covers"),
    confirmation('on: 2026-11-01, how: phone, by: duty-officer, phone: "020 8359 4066", covers: [barnet/adults]', "of another filling", "barnet/adults is not filled"),

    Break("held-nowhere", "a step that names a held line", (HELD, (FAMILY, r"^    contacts: \[act-early-line\]", "    contacts: [mi5-threat-level]")),
          FAMILY, "    contacts: [mi5-threat-level]", "mi5-threat-level is held and may not be shown here"),
    Break("held-nowhere", "advice that names a held line", (HELD, (ADVICE, r"^      contacts: \[", "      contacts: [mi5-threat-level, ")),
          ADVICE, "      contacts: [mi5-threat-level", "mi5-threat-level is held and may not be shown here"),
    one("held-nowhere", "a line held that steps name", NATIONAL, r"^  childline:", f"  childline:\n    {HOLD}", "childline is held and may not be shown",
        where=FAMILY, at="    contacts: [childline]"),
    one("held-nowhere", "a held number in another record", BRENT, r"^  brent-lado:", f"  brent-lado:\n    {HOLD}", "shows 02089374300, which is held in brent-lado",
        at="  brent-family-front-door:"),
    Break("held-nowhere", "a held number in words", (
              (BARNET, r"^  barnet-adult-mash:", f"  barnet-adult-mash:\n    {HOLD}"), (FAMILY, WORRY, "    do: Once 02083595000.")),
          FAMILY, "    do: Once 0208359", "the held value 02083595000 of barnet-adult-mash stands here"),
    Break("held-nowhere", "a held mailbox in words", ((BRENT, r"^  brent-prevent:", f"  brent-prevent:\n    {HOLD}"), (BARNET, MASH, "    what_for: Once Prevent@brent.gov.uk.")),
          BARNET, "    what_for: Once", "the held value prevent@brent.gov.uk of brent-prevent stands here"),

    one("values-valid", "a drama number in a real record", BARNET, r'^    phone: "020 8359 4066"', '    phone: "020 7946 0001"', "one of Ofcom’s drama numbers"),
    one("values-valid", "a real number in an invented record", BARNET, r"^  barnet-mash:", "  barnet-mash:\n    fictional: true", "not one of Ofcom’s drama numbers",
        at='    phone: "020 8359 4066"'),
    one("values-valid", "a number too short", BARNET, r'^    phone: "020 8359 4066"', '    phone: "020 8359 406"', "not a number that exists"),
    one("values-valid", "a number of no range", BARNET, r'^    phone: "020 8359 4066"', '    phone: "020 9359 4066"', "not a number that exists"),
    one("values-valid", "an alternative of no range", BRENT, r'^    phone_alternatives: .*', '    phone_alternatives: ["020 9937 4099"]', "not a number that exists"),
    one("values-valid", "a mailbox out of form", BARNET, r"^    email: mash@.*", "    email: mash..team@barnet.gov.uk", "is not a valid address"),
    one("values-valid", "hours nobody can read", BARNET, r"^    hours: .*", '    hours: "Mo-Xy 09:00-17:00"', "hours cannot be read"),

    one("sentences-short", "a long instruction", FAMILY, WORRY, f"    do: {TWENTY_SIX}", "a sentence of 26 words: “Say very very very very very …”"),
    one("sentences-short", "a long point among short ones", FAMILY, r"^      - They may drop old friends", f"      - Look. {TWENTY_SIX} They may", "a sentence of 26 words"),
    one("sentences-short", "a long point of advice", ADVICE, r"^    - says: You do not have to prove anything", f"    - says: {TWENTY_SIX} You do not", "a sentence of 26 words"),
    one("sentences-short", "a long arrangement", BARNET, r'^    says: "', f'    says: "{TWENTY_SIX} ', "a sentence of 26 words"),
    one("sentences-short", "a long meaning", GLOSSARY, r"^    means: The part of a hospital", "    means: The" + " very" * 35 + " part of a hospital", "a meaning has at most 35"),

    one("abbreviations-known", "an abbreviation in a step", FAMILY, WORRY, "    do: Ask the ZQX about it.", "ZQX is not in the glossary"),
    one("abbreviations-known", "an abbreviation in the plural", BARNET, MASH, "    what_for: For all ZQXs.", "ZQX is not in the glossary"),
    one("abbreviations-known", "an abbreviation in a name", BARNET, r"^    name: Barnet out of hours", "    name: Barnet Z&Q", "Z&Q is not in the glossary"),
    one("abbreviations-known", "an abbreviation with a digit", FAMILY, WORRY, "    do: Ask ZQ5.", "ZQ5 is not in the glossary"),
    one("abbreviations-known", "an abbreviation with small letters", FAMILY, WORRY, "    do: Ask ZuqQ.", "ZuqQ is not in the glossary"),
    one("abbreviations-known", "an abbreviation in a procedure", PROCEDURES, r"^    for_whom: .*", "    for_whom: Every DfQ", "DfQ is not in the glossary"),

    one("no-placeholders", "TBC", FAMILY, WORRY, "    do: Tbc", "a placeholder stands here: Tbc"),
    one("no-placeholders", "TODO", BARNET, r"^    name: Barnet out of hours", "    name: TODO", "a placeholder stands here: TODO"),
    one("no-placeholders", "a bracket to fill in", BARNET, MASH, "    what_for: Call [insert number here].", "a placeholder stands here: [insert number here]"),

    one("no-legacy-domains", "a retired mail domain", BARNET, r"^    email: mash@.*", "    email: mash@barnet.gsi.gov.uk", "barnet.gsi.gov.uk is a retired domain"),
    one("no-legacy-domains", "an old police domain", BARNET, r"^    email: mash@.*", "    email: mash@met.pnn.police.uk", "met.pnn.police.uk is a retired domain"),
    one("no-legacy-domains", "a page on a retired domain", BARNET, r"^    email: mash@", "    page: https://www.barnet.gsi.gov.uk/x\n    email: mash@",
        "www.barnet.gsi.gov.uk is a retired domain", at="    page: https"),

    one("role-mailboxes", "a person's mailbox", BARNET, r"^    email: mash@.*", "    email: jane.smith@barnet.gov.uk", "jane.smith@barnet.gov.uk looks like a person's"),
    one("role-mailboxes", "a person's mailbox with an underscore", BARNET, r"^    email: mash@.*", "    email: j_smith@barnet.gov.uk", "looks like a person's mailbox"),
    one("role-mailboxes", "a person's mailbox in a sighting", BARNET, r'^      - \{source: bels-safeguarding, phone: "020 8359 4066", email: mash@barnet.gov.uk\}',
        '      - {source: bels-safeguarding, phone: "020 8359 4066", email: jane.smith@barnet.gov.uk}', "looks like a person's mailbox"),

    one("links-allowed", "a test host as a link", SOURCES, r"^    url: https://actearly.uk/contact/", "    url: https://uat.actearly.uk/contact/", "a test host, an archive or code"),
    one("links-allowed", "an archive as a link", SOURCES, r"^    url: https://actearly.uk/contact/", "    url: https://web.archive.org/web/2020/https://actearly.uk", "an archive"),
    one("links-allowed", "an http page as a link", SOURCES, r"^    url: https://actearly.uk/contact/", "    url: http://actearly.uk/contact/", "an http page"),
    one("links-allowed", "a line's page on a test host", BARNET, r"^    email: mash@", "    page: https://staging.barnet.gov.uk/x\n    email: mash@", "is on a test host", at="    page: https"),

    one("schema-named", "no schema in the first line", BARNET, r"\A.*\n", "# Barnet\n", "does not name the file's schema", at="# Barnet"),
    one("schema-named", "another file's schema in the first line", SOURCES, r"\A.*\n", "# yaml-language-server: $schema=schema/glossary.json\n",
        "does not name the file's schema", at="# yaml"),

    one("myths-honest", "a long short answer", ONLY_MUSLIMS, r"^answer: .*", f"answer: {'very ' * 40}short.", "answer has 41 words; 40 are the most"),
    one("myths-honest", "a spoken answer of half a minute", ONLY_MUSLIMS, r"^say: .*", f"say: {'Very long. ' * 31}", "say has 62 words; 60 are the most", at="say: "),

    one("figures-explained", "a share that no figure has", ONLY_MUSLIMS, r"4,917 \(56%\)", "4,917 (57%)", "57% is a statistic", at="4,917 (57%)"),
    one("figures-explained", "a figure that the sentence does not name", ONLY_MUSLIMS, r"^    figures: \[with-a-type-2024-25, ", "    figures: [", "8,769 is a statistic",
        at="  - says: Of 8,769"),
    one("figures-explained", "a statistic in the spoken answer", ONLY_MUSLIMS, r"^say: \"Nationally, no\.", 'say: "Nationally, 99% no.', "99% is a statistic"),
    one("figures-explained", "a statistic in an instruction", ADVICE, r"^    - says: You do not have to prove anything", "    - says: In 17% of cases, you do not have to prove anything",
        "17% is a statistic"),
    one("figures-explained", "a figure nobody uses", STATISTICS, r"^figures:", "figures:\n  invented-figure: {value: \"1%\", year: never, counts: Nothing., "
        "cannot_show: Anything., sources: [prevent-statistics-2024-25]}", "nothing uses invented-figure", at="  invented-figure:"),

    one("charts-drawable", "a share among counts", STATISTICS, r"^        figure: right-wing-2024-25", "        figure: right-wing-share-2024-25",
        "21% cannot be drawn in referrals", at="- label: Extreme right-wing"),
    one("charts-drawable", "parts larger than the whole", STATISTICS, r"^    whole: with-a-type-2024-25", "    whole: islamist-2024-25", "the bars add up to more than 870",
        at="    bars:\n      - label: No-ideology group"),
    one("charts-drawable", "a new count from nowhere", STATISTICS, r'^    new_count_from: "2024/25"', '    new_count_from: "2031/32"', "no bar is labelled 2031/32"),

    one("codes-fixed", "a code used twice", SPYING, r"^code: M01", "code: M03", "M03 is the code of only-muslims too"),
    one("codes-fixed", "a scenario's code on a myth", SPYING, r"^code: M01", "code: S01", "S01 is not a myth's code"),

    one("check-ends", "a way back up", CHECK, r"to: trust\}", "to: about}", "about may come after", at="  about:"),
    one("check-ends", "an outcome nobody reaches", CHECK, r"to: hate-crime\}", "to: police-line}", "no answer leads to hate-crime", at="  hate-crime:\n"),
    Break("check-ends", "a question and an outcome of one name", ((CHECK, r"to: online-material\}", "to: thing}"), (CHECK, r"^  online-material:", "  thing:")),
          CHECK, "  thing:\n    name", "thing is a question and an outcome"),
    one("check-answerable", "nobody may be unsure", CHECK, r', not_sure: true\}', "}", "danger needs exactly one answer for a reader who is not sure", at="    answers:"),
    one("check-answerable", "an outcome with nobody to turn to", CHECK, r"^      contacts: \[true-vision, emergency-999\]\n", "",
        "hate-crime names no contact point and no slot", at="    does:\n      who: You\n      do: Report it through True Vision"),

    one("scenarios-hold", "another first contact", SCHOOL_ATTACKS, r"^first: .*", "first: police-101", "expects police-101 first, and the site offers barnet-mash"),
    one("scenarios-hold", "a forbidden contact that is offered", SCHOOL_ATTACKS, r"^not_offered: \[", "not_offered: [barnet-mash, ", "barnet-mash must not be offered",
        at="not_offered: ["),
    one("scenarios-hold", "an answer that leads elsewhere", SCHOOL_ATTACKS, r"^check: \[danger, about, ", "check: [danger, trust, ", "no answer to danger leads to trust",
        at="check: ["),
    one("scenarios-hold", "another borough that offers somebody else", SCHOOL_ATTACKS, r"^  first: .*", "  first: police-101", "expects police-101 first in enfield"),
    Break("scenarios-hold", "a number that went missing", ((BARNET, r"^  barnet-mash:", f"  barnet-mash:\n    {HOLD}"), (BARNET, r"^slots:", "slots:\n"
          "  children: {not_found: 2026-11-21}\n  lado: {not_found: 2026-11-21}")), SCHOOL_ATTACKS, "first: barnet-mash", "the site offers police-101"),
    one("warnings-plain", "a warning that can be half heard", ONLINE, r"says: Do not search for more", "says: You should not search for more", "does not begin with “Do not”"),
    one("pages-exist", "a page that is not there", AFTER, r"^see: \[/channel/", "see: [/chanel/", "there is no page /chanel/"),

    one("exceptions-needed", "an exception nothing needs", EXCEPTIONS, r"^exceptions: \[\]",
        "exceptions:\n  - {rule: values-valid, at: pathways/areas/barnet.yml#contacts.barnet-mash.phone, reason: None., since: 2026-11-21}",
        "nothing breaks values-valid at pathways/areas/barnet.yml#contacts.barnet-mash.phone any more", at="  - {rule"),
    one("exceptions-needed", "an exception to no rule", EXCEPTIONS, r"^exceptions: \[\]",
        "exceptions:\n  - {rule: no-such-rule, at: anywhere, reason: None., since: 2026-11-21}", "nothing breaks no-such-rule", at="  - {rule"),

    one("areas-official", "another authority's code", BRENT, r"^ons_code: .*", "ons_code: E09000006", "E09000006 is Bromley, not Brent"),
    one("areas-official", "another council", BRENT, r"^council: .*", "council: Barnet Council", "Barnet Council does not name Brent"),
    one("areas-official", "the City's police in a borough", BRENT, r"^police: .*", "police: City of London Police", "is not the force of Brent"),
    one("areas-official", "a neighbour's website", BRENT, r"^website: .*", "website: https://barnet.gov.uk", "barnet.gov.uk is the website of Barnet too"),
    one("areas-official", "nobody's website", BRENT, r"^website: .*", "website: https://www.brendt.gov.uk", "that we know is on brendt.gov.uk"),

    one("steps-fit", "the adults' number in a child's step", FAMILY, r"^    slots: \[children\]", "    slots: [adults]", "names no slot for a child",
        at="    ages: [child]\n    clocks: [office-hours]"),
    one("steps-fit", "both numbers in a child's step", FAMILY, r"^    slots: \[children\]", "    slots: [children, adults]", "is a step for a child, and names children and adults"),
    one("steps-fit", "the other age first", COUNCIL, r"^    slots: \[out-of-hours-adults, out-of-hours-children\]", "    slots: [out-of-hours-children, out-of-hours-adults]",
        "is a step for a adult, and names out-of-hours-children"),
    one("steps-fit", "a daytime number at night", FAMILY, r"^    clocks: \[office-hours\]", "    clocks: [out-of-hours]", "names a slot of office-hours"),
    one("steps-fit", "a night step by day too", FAMILY, r"^    clocks: \[out-of-hours\]\n", "", "names a slot of out-of-hours", at="  - id: night-child"),

    one("values-sighted", "a held number that its source does not print", "pathways/areas/croydon.yml", r'^    phone: "020 8726 6400"', '    phone: "020 8726 6401"',
        "phone '020 8726 6401' equals no sighting"),
    one("sightings-agree", "a digit in a sighting", BARNET, r'- \{source: barnet-test-copy, phone: "020 8359 4066"', '- {source: barnet-test-copy, phone: "020 8359 4067"',
        "barnet-test-copy prints phone 020 8359 4067, and barnet-mash shows 020 8359 4066"),
    one("sightings-agree", "a mailbox taken off the card", BARNET, r"^    email: mash@.*\n", "", "bels-safeguarding prints email mash@barnet.gov.uk, and barnet-mash shows none",
        at="      - {source: bels-safeguarding"),
    one("sightings-agree", "a dispute that is none", BARNET, r"- \{source: barnet-test-copy, ", "- {source: barnet-test-copy, differs: true, ", "it prints what is shown"),
    one("sightings-agree", "a dispute that is over", BARNET, r"- \{source: barnet-test-copy, ", "- {source: barnet-test-copy, differs: true, superseded: true, ",
        "it is superseded"),
    one("sightings-once", "a page counted twice", BARNET, r'(?=^      - \{source: barnet-test-copy)', '      - {source: bels-safeguarding, phone: "020 8359 4066"}\n',
        "this source is among the sightings already"),
    one("sightings-once", "a slot filled twice by one line", BARNET, r"(?=^      - \{slot: lado)", "      - {slot: children, area: barnet, seen_in: [bels-safeguarding]}\n",
        "this slot of this area is filled here already"),

    one("hours-agree", "an hour too long", BARNET, r'^    hours: "Mo-Th 09:00-17:15', '    hours: "Mo-Th 09:00-18:15', "is Mo-Th 09:00-17:15; Fr 09:00-17:00, and hours say"),
    one("hours-agree", "a day too many", BARNET, r'^    hours: "Mo-Fr', '    hours: "Mo-Sa', "is Mo-Fr 09:00-17:00, and hours say Mo-Sa"),
    one("hours-agree", "hours that went missing", BARNET, r'^    hours: "Mo-Fr.*\n', "", "hours are missing", at="    hours_text: Monday to Friday, 9am to 5pm"),
    one("hours-agree", "hours that nobody printed", BARNET, r"^    hours_text: Outside Monday to Friday, 9am to 5pm", "    hours_text: Out of hours\n    hours: Mo-Fr 17:00-09:00",
        "the words print no time of day", at="    hours: Mo-Fr 17:00"),
    one("days-past", "a page seen tomorrow", SOURCES, r"^    seen: .*", "    seen: 2026-11-23", "2026-11-23 is in the future"),
    one("days-past", "a page older than itself", SOURCES, r'^    dated: "?2018-08-15"?\n    seen: .*', '    dated: "2018-08-15"\n    seen: 2018-08-14', "and was seen on 2018-08-14, before that",
        at='    dated: "2018-08-15"\n    seen: 2018-08-14'),
    one("days-past", "a search of next year", BARNET, r"^  prevent: \{not_found: 2026-11-22", "  prevent: {not_found: 2027-11-22", "2027-11-22 is in the future"),
    one("days-past", "a review to come", FAMILY, r"^reviewed: null", "reviewed: 2026-12-01", "2026-12-01 is in the future"),

    one("sessions-timed", "a part that takes longer", "pathways/sessions/myths.yml", r"^    minutes: 15", "    minutes: 20", "says 30 minutes, and its parts take 35", at="minutes: 30"),
    one("sessions-runnable", "a case without a second home", "pathways/sessions/change-the-address.yml", r"^    cases: \[school-attacks,", "    cases: [pressed-on-the-wing,",
        "pressed-on-the-wing has no second home address"),
    one("quiz-answerable", "a question without a right answer", "pathways/quiz.yml", r", right: true", "", "two-boroughs has 0 right answers", at="    choices:"),
    one("scenarios-told", "an age the facts do not tell", SCHOOL_ATTACKS, r'^age: "14"', 'age: "15"', "the facts tell of nobody aged 15"),
    one("says-whom", "a children's line that fills the adults' slot", BARNET, r"^    what_for: Concerns about an adult who lives in Barnet\.",
        "    what_for: Concerns about a child.", "fills adults, and its words do not say that it is about an adult"),
    one("no-placeholders", "TODO in a source's title", SOURCES, r"^    title: Contact.*|^    title: .*", "    title: TODO", "a placeholder stands here: TODO"),

    one("no-markup", "a script in a name", BARNET, r"^    name: Barnet out of hours", "    name: Barnet <script>x</script>", "markup stands here: '<s'"),
    one("no-markup", "an entity in an instruction", FAMILY, WORRY, '    do: Look &#60; here.', "stands here: '&#'"),
    one("no-markup", "an address that runs, in a note", BARNET, r'^    note: "Phone on five', '    note: "javascript:x Phone on five', "stands here: 'javascript:'"),
    one("templates-escape", "escaping off for one value", HOME, r"^<h1", "<p>{{ x | safe }}</p>\n<h1", "lets markup through: | safe", at="<p>{{ x"),
    one("templates-escape", "escaping off for a block", HOME, r"^<h1", "{% autoescape false %}\n<h1", "lets markup through: autoescape", at="{% autoescape"),
    one("templates-escape", "a script in a tag", HOME, r"^<h1", '<p onclick="x()">\n<h1', "lets markup through: <p onclick=", at="<p onclick"),
    one("templates-escape", "an address without quotes", HOME, r"^<h1", "<a href={{ x }}>x</a>\n<h1", "lets markup through: href={{", at="<a href={{"),

    moved("moved-away", "a page that is there still", "/myths/spying/: /share/", "is said to have moved, and is a page"),
    moved("moved-away", "a short code", "/m07/: /share/", "a short code never moves"),
    moved("moved-away", "an anchor of a page that never was", "/nowhere/#part: /share/", "which is no page and did not move"),
    moved("moved-to-pages", "a page that is not there", "/gone/: /shar/", "there is no such page"),
    moved("moved-to-pages", "a chain", "/gone/: /older/\n  /older/: /share/", "/gone/ leads to /older/, which moved itself"),
    moved("moved-to-pages", "a loop", "/gone/: /older/\n  /older/: /gone/", "/gone/ leads to /older/, which moved itself"),
    moved("moved-to-pages", "an anchor that leads to itself", "/share/#part: /share/#part", "which moved itself"),

    one("changes-dated", "a change of tomorrow", CHANGES, r"^    on: 2026-11-22$", "    on: 2026-11-23", "2026-11-23 has not come yet"),
    one("changes-dated", "a change dated otherwise than its id says", CHANGES, r"^    on: 2026-11-21$", "    on: 2026-11-20", "the id says 2026-11-21"),
    one("changes-backed", "a change on nobody's word", CHANGES, r"^    sources: \[hcpa-2025-form\]\n", "", "nothing stands behind 2026-11-21-national-form",
        at="  2026-11-21-national-form:"),
    one("changes-lead", "a change of a page that is not there", CHANGES, r"^    pages: \[/write/\]", "    pages: [/writing/]", "there is no page /writing/"),
    one("changes-say-who", "an order to nobody", CHANGES, r"^    act: Everyone who refers should get", "    act: Get", "does not say who must act"),

    one("editions-sound", "an address that is no folder", EXAMPLE, r"^base_address: .*", "base_address: https://prevent.example.org", "does not end with a slash"),
    one("editions-sound", "an invented edition on a real host", EXAMPLE, r"^mailbox: .*", "mailbox: safeguarding@barnet.gov.uk", "barnet.gov.uk is a real host"),
    one("editions-sound", "a mailbox that nobody answers for", EXAMPLE, r"^owner: .*\n", "", "nobody owns this edition", at="mailbox:"),
    one("policy-kept", "a promise that is not kept", LONDON, r"^policy: draft", "policy: confirmed-core", "police-101 stands first in Barnet for adult",
        at="  police-101:", where=NATIONAL),
    one("policy-kept", "a wider promise that is not kept", LONDON, r"^policy: draft", "policy: confirmed-only", "this edition shows confirmed contact points only",
        at="  act-early-line:", where=NATIONAL),
)
# fmt: on


def apply(edits: Sequence[Edit], files: Files, texts: tuple[Text, ...]) -> Files:
    """The edited files: data, prose and templates alike."""
    changed: Files = {**files, **{text.path: text.text.encode() for text in texts}}
    for edited in edits:
        changed = edit(changed, *edited)
    return changed


def problems_of(changed: Files) -> tuple[Problem, ...]:
    """Every problem of data, prose and templates."""
    data = {path: content for path, content in changed.items() if path.startswith("pathways/")}
    return problems_in(data, tuple(Text(path, content.decode()) for path, content in changed.items() if path not in data))


@pytest.fixture(scope="module")
def before(files: Files, texts: tuple[Text, ...]) -> tuple[Problem, ...]:
    """What the rules say of the data as they are."""
    return problems_in(files, texts)


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: f"{broken.rule}: {broken.what}")
def test_a_broken_rule_is_reported_at_the_right_file_and_line(
    broken: Break, files: Files, texts: tuple[Text, ...], before: tuple[Problem, ...]
) -> None:
    changed = apply(broken.edits, files, texts)
    problems = problems_of(changed)
    line = line_in(changed, broken.path, broken.at)
    found = [
        problem
        for problem in problems
        if (problem.rule, problem.path, problem.line) == (broken.rule, broken.path, line) and broken.says in problem.message
    ]
    assert found, render(problems, "text")
    assert found[0] not in before
    assert found[0].tip


def test_every_rule_is_broken_here() -> None:
    assert {broken.rule for broken in BREAKS} == {name(rule) for rule in RULES} - {"values-agreed"} | {"exceptions-needed"}, (
        "values-agreed has tests of its own below"
    )


def test_every_rule_has_a_name_of_its_own_and_a_public_description() -> None:
    assert len({name(rule) for rule in RULES}) == len(RULES)
    for rule in RULES:
        description = " ".join((rule.__doc__ or "").split())
        assert description.endswith((".", "!", "?")), f"{name(rule)}: its docstring stands on /coverage/"


def test_every_problem_carries_the_name_of_the_rule_that_found_it_and_the_place_an_exception_names(files: Files, texts: tuple[Text, ...]) -> None:
    """Three edits break many rules at once; each rule is asked alone."""
    edits = [
        (BARNET, MASH, f"    what_for: Call 020 7946 0000 or jane.smith@x.gsi.gov.uk, TBC, ZQX. {TWENTY_SIX}"),
        (BARNET, r"^    email: mash@.*", "    email: jane.smith@barnet.gsi.gov.uk"),
        (FAMILY, r"^    stage: record", "    stage: follow-up"),
    ]
    changed = apply(edits, files, texts)
    case = Case(assemble({path: content for path, content in changed.items() if path.startswith("pathways/")}), TODAY)
    asked = {name(rule): list(rule(case)) for rule in RULES}
    assert sum(bool(problems) for problems in asked.values()) >= 7
    for rule, problems in asked.items():
        assert {problem.rule for problem in problems} <= {rule}
        assert all(problem.tip and problem.line > 0 and problem.at.startswith(problem.path) for problem in problems)


# --- breaks that are no edit of one text -------------------------------------------------------------------------------


def test_an_area_file_that_is_gone_is_missed_by_its_code(files: Files, texts: tuple[Text, ...]) -> None:
    """Richmond's file goes, and with it what its neighbours' files say of Richmond."""
    left = {path: content for path, content in files.items() if path != "pathways/areas/richmond-upon-thames.yml"}
    for path in ("pathways/areas/kingston-upon-thames.yml", "pathways/areas/sutton.yml"):
        lines = left[path].decode().splitlines(keepends=True)
        left[path] = "".join(line for line in lines if "area: richmond-upon-thames" not in line).encode()
    missing = [problem for problem in problems_in(left, texts) if problem.rule == "areas-whole"]
    assert [(problem.path, problem.line) for problem in missing] == [("pathways/areas", 1)]
    assert "E09000027" in missing[0].message


@pytest.mark.parametrize(("slug", "called"), [("now", "Now"), ("not-prevent", "Not Prevent"), ("glossary", "Glossary")])
def test_an_area_may_not_take_the_address_of_a_page(slug: str, called: str, files: Files, texts: tuple[Text, ...]) -> None:
    moved = {
        path.replace("richmond-upon-thames", slug): content.replace(b"area: richmond-upon-thames", f"area: {slug}".encode())
        for path, content in files.items()
    }
    path = f"pathways/areas/{slug}.yml"
    changed = edit(moved, path, r"^name: .*", f"name: {called}")
    found = [problem for problem in problems_in(changed, texts) if problem.rule == "areas-whole"]
    assert [(problem.path, problem.line) for problem in found] == [(path, line_in(changed, path, "name: "))]
    assert f"/{slug}/ is taken" in found[0].message


def test_every_fixed_page_is_a_word_no_area_may_take(files: Files, texts: tuple[Text, ...]) -> None:
    k = assemble(files)
    first_words = {path.split("/")[1] for path in site_paths(k, prose_of(texts), TODAY)} - set(k.areas) - {""}
    codes = {word for word in first_words if re.fullmatch(r"[ams][0-9]{2}", word)}  # no area's slug has a digit in it
    assert len(codes) == len(k.myths) + len(k.scenarios) + len(k.areas)
    assert first_words - codes <= routing.TOP_WORDS


def test_fallbacks_that_lead_in_a_loop_are_reported(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "FALLBACKS", MappingProxyType({**FALLBACKS, Slot.PREVENT: (Slot.CHANNEL,)}))
    found = list(routing.fallbacks_strong(Case(assemble(files), TODAY)))
    assert found
    assert {(problem.path, problem.line) for problem in found} == {(NATIONAL, line_in(files, NATIONAL, "contacts:"))}
    assert "the fallback of prevent leads back to prevent" in {problem.message for problem in found}


def test_a_short_code_beside_its_own_line_is_no_problem(files: Files, texts: tuple[Text, ...], before: tuple[Problem, ...]) -> None:
    edits = [
        (
            FAMILY,
            r"^    sources: \[dorset-signs, govuk-get-help-page, ",
            "    contacts: [emergency-999]\n    sources: [dorset-signs, govuk-get-help-page, ",
        )
    ]
    changed = apply([*edits, (FAMILY, WORRY, "    do: Call 999.")], files, texts)
    assert not [problem for problem in problems_of(changed) if problem not in before and problem.rule == "contacts-not-typed"]


def test_a_held_line_may_hold_what_no_shown_line_may(files: Files, texts: tuple[Text, ...]) -> None:
    """A mailbox on a retired domain is refused; held, it may stay as a record."""
    legacy = [(BARNET, r"mash@barnet\.gov\.uk", "mash@barnet.gsi.gov.uk")] * 3  # on the card, and in its two sightings
    held = (BARNET, r"^  barnet-mash:", f"  barnet-mash:\n    {HOLD}")
    for edits, rules in ((legacy, {"no-legacy-domains"}), ([*legacy, held], set())):
        found = {problem.rule for problem in problems_of(apply(edits, files, texts)) if problem.rule in ("no-legacy-domains", "values-sighted")}
        assert found == rules


def test_a_confirmed_value_needs_no_sighting(files: Files, texts: tuple[Text, ...]) -> None:
    changed = (BARNET, r'^    phone: "020 8359 4066"', '    phone: "020 8359 4067"')
    line = '    confirmations: [{on: 2026-11-01, how: phone, by: duty-officer, phone: "020 8359 4067", covers: [barnet/children]}]\n    fills:'
    for edits, sighted in (([changed], False), ([changed, (BARNET, r"^    fills:", line)], True)):
        rules = {problem.rule for problem in problems_of(apply(edits, files, texts)) if "020 8359 4067' equals no sighting" in problem.message}
        assert rules == (set() if sighted else {"values-sighted"})


# --- the register of agreed values --------------------------------------------------------------------------------------


def disagreements(files: Files, changed: Files) -> list[Problem]:
    """What the register of the real files says of the changed ones."""
    data = {path: content for path, content in changed.items() if path.startswith("pathways/")}
    return list(values.values_agreed(Case(assemble(data), TODAY, agreed=agreed.text(assemble(files)))))


def test_the_register_in_git_is_the_one_of_the_files(files: Files) -> None:
    assert (ROOT / agreed.FILE).read_text(encoding="utf-8") == agreed.text(assemble(files)), f"if what changed is meant, run: {agreed.COMMAND}"


@pytest.mark.parametrize(
    ("edits", "path", "at", "says"),
    [
        ([(BARNET, r"020 8359 5000", "020 8359 5001")], BARNET, '    phone: "020 8359 5001"', "contact barnet-adult-mash: phone was agreed as 020 8359 5000 and is now 020 8359 5001"),
        ([(FAMILY, r"^    ages: \[child\]\n", "")], FAMILY, "  - id: talk-child", "step talk-child: ages was agreed as child and is now child, adult"),
        ([(FAMILY, r"^    contacts: \[emergency-999\]", "    contacts: [police-101]")], FAMILY, "    contacts: [police-101]", "step talk-child: contacts was agreed as emergency-999"),
        ([(BARNET, r"^    hours_text: Outside .*\n", "")], BARNET, "  barnet-out-of-hours:", "contact barnet-out-of-hours: hours_text was agreed as Outside Monday"),
        ([(SOURCES, r"^    publisher: Counter Terrorism Policing", "    publisher: Nobody")], SOURCES, "    publisher: Nobody", "publisher was agreed as Counter Terrorism Policing"),
        ([(CHECK, r"to: person\}", "to: thing}")], CHECK, '{says: "A person who', "question about answer 1: to was agreed as person and is now thing"),
        ([(BARNET, r"^slots:", "  new-line: {name: A, what_for: B., phone: '020 7946 0000'}\nslots:")], BARNET, "  new-line:", "new: contact new-line (phone 020 7946 0000;"),
        ([(FAMILY, r"Call 999 if anyone", "Call 998 if anyone")], FAMILY, "    how:\n      - Start with love", "step talk-child: numbers in how was agreed as 999 and is now 998"),
    ],
)  # fmt: skip
def test_a_value_that_nobody_agreed_to_is_named_with_both_values_at_its_line(edits: list[Edit], path: str, at: str, says: str, files: Files) -> None:
    changed = apply(edits, files, ())
    found = [problem for problem in disagreements(files, changed) if says in problem.message]
    assert [(problem.rule, problem.path, problem.line) for problem in found] == [("values-agreed", path, line_in(changed, path, at))]
    assert found[0].tip.endswith(agreed.COMMAND)


def test_a_record_that_is_gone_is_named_once_at_its_file(files: Files) -> None:
    changed = {**files, SCHOOL_ATTACKS: cut(files[SCHOOL_ATTACKS], ("debrief", 0))}
    found = [problem for problem in disagreements(files, changed) if problem.message.startswith("gone: ")]
    assert len(found) == 1
    assert (found[0].path, found[0].line) == (SCHOOL_ATTACKS, line_in(changed, SCHOOL_ATTACKS, "code: "))


def test_records_that_others_still_name_are_said_to_be_gone_from_the_file_that_held_them(files: Files) -> None:
    changed = {**files, NATIONAL: cut(files[NATIONAL], ("contacts", "childline"))}
    with pytest.raises(Refused) as refused:
        assemble(changed)
    (gone,) = agreed.gone(refused.value.problems, agreed.text(assemble(files)))
    assert gone.path == NATIONAL
    assert gone.message.startswith("gone: contact childline, which ")


def test_nothing_is_said_where_every_value_is_as_agreed_whatever_its_place_in_the_file(files: Files) -> None:
    moved = edit(files, BARNET, r"^ons_code: .*\n", "")
    assert disagreements(files, edit(moved, BARNET, r"^council: ", "ons_code: E09000003\ncouncil: ")) == []
    assert disagreements(files, edit(files, BARNET, r'^    note: "Phone on five pages', '    note: "Phone on six pages')) == []


def test_a_register_that_is_missing_is_one_problem(files: Files) -> None:
    (problem,) = values.values_agreed(Case(assemble(files), TODAY, agreed=""))
    assert (problem.path, problem.line, problem.rule) == (agreed.FILE, 1, "values-agreed")
    assert agreed.COMMAND in problem.tip


def test_the_register_is_not_asked_for_where_nobody_hands_it_over(files: Files) -> None:
    assert list(values.values_agreed(Case(assemble(files), TODAY))) == []


# --- hours in words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "machine"),
    [
        ("Monday to Friday, 9am to 5pm", "Mo-Fr 09:00-17:00"),
        ("Monday to Thursday 9am to 5.15pm, Friday 9am to 5pm", "Mo-Th 09:00-17:15; Fr 09:00-17:00"),
        ("Monday to Friday, 9:00 to 17:15", "Mo-Fr 09:00-17:15"),
        ("Monday to Friday, 12pm to 12am", "Mo-Fr 12:00-00:00"),
        ("9am to 5pm weekdays", "Mo-Fr 09:00-17:00"),
        ("Monday to Friday, 11am to 3pm, closed bank holidays", "Mo-Fr 11:00-15:00; PH off"),
        ("24 hours a day", "24/7"),
        ("9am to 5pm", None),
        ("After 5pm, weekends, bank holidays", None),
        ("Monday to Friday, 5pm to 9am; weekends and bank holidays 24 hours", None),
        ("Office hours", None),
    ],
)
def test_hours_in_words_become_hours_for_machines_only_where_days_and_times_are_printed(words: str, machine: str | None) -> None:
    assert hours.machine(words) == machine


# --- exceptions (promise 10) -------------------------------------------------------------------------------------------


LEGACY = (BARNET, r"^    email: mash@.*", "    email: mash@barnet.gsi.gov.uk")
PLACE = f"{BARNET}#contacts.barnet-mash.email"


def excepting(rule: str, at: str) -> Edit:
    return (EXCEPTIONS, r"^exceptions: \[\]", f"exceptions:\n  - {{rule: {rule}, at: {at}, reason: Invented., since: 2026-11-21}}")


def test_an_exception_silences_the_problem_it_names_and_no_other(files: Files, texts: tuple[Text, ...]) -> None:
    without = problems_of(apply([LEGACY], files, texts))
    silenced = [problem for problem in without if (problem.rule, problem.at) == ("no-legacy-domains", PLACE)]
    assert len(silenced) == 1
    left = problems_of(apply([LEGACY, excepting("no-legacy-domains", PLACE)], files, texts))
    assert set(left) == set(without) - set(silenced)
    assert left, "the other rules that this edit breaks still say so"


def test_an_exception_for_another_place_silences_nothing_and_is_an_error_itself(files: Files, texts: tuple[Text, ...]) -> None:
    without = problems_of(apply([LEGACY], files, texts))
    left = problems_of(apply([LEGACY, excepting("no-legacy-domains", f"{BARNET}#contacts.barnet-mash.page")], files, texts))
    (added,) = set(left) - set(without)
    assert set(without) < set(left)
    assert (added.path, added.rule, added.tip) == (EXCEPTIONS, "exceptions-needed", "remove the exception")


def test_an_exception_becomes_an_error_when_the_problem_is_mended(files: Files, texts: tuple[Text, ...]) -> None:
    changed = apply([excepting("no-legacy-domains", PLACE)], files, texts)
    found = [problem for problem in problems_of(changed) if problem.rule == "exceptions-needed"]
    assert [(problem.path, problem.line) for problem in found] == [(EXCEPTIONS, line_in(changed, EXCEPTIONS, "  - {rule"))]


def test_an_exception_in_prose_is_named_by_file_and_text(files: Files, texts: tuple[Text, ...]) -> None:
    typed = (ABOUT, r"^# About this site$", "# About this site\n\nCall 020 7946 0000.")
    without = problems_of(apply([typed], files, texts))
    (problem,) = [problem for problem in without if problem.path == ABOUT]
    left = problems_of(apply([typed, excepting("contacts-not-typed", f'"{problem.at}"')], files, texts))
    assert set(left) == set(without) - {problem}


def test_an_exception_needs_a_rule_a_place_a_reason_and_a_date(files: Files, texts: tuple[Text, ...]) -> None:
    whole = {"rule": "values-valid", "at": "x", "reason": "Invented.", "since": "2026-11-21"}
    for missing in whole:
        given = ", ".join(f"{key}: {value}" for key, value in whole.items() if key != missing)
        changed = apply([(EXCEPTIONS, r"^exceptions: \[\]", f"exceptions:\n  - {{{given}}}")], files, texts)
        (problem,) = problems_of(changed)
        assert (problem.path, problem.line, problem.rule) == (EXCEPTIONS, line_in(changed, EXCEPTIONS, "  - {"), "missing-key")
        assert dataclasses.astuple(problem)[4] == f"{missing} is missing"
