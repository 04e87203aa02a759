"""From records to Markdown files: addresses, words, what is written to disk, and what every page carries."""

from __future__ import annotations

import datetime
import html
import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from scripts.build import ROOT, Checked, prose_of, render, render_files
from scripts.load import assemble
from scripts.model import Slot
from scripts.pages import words
from scripts.pages.addresses import Style, link, root, source_file
from scripts.pages.site import prose_path, site_paths
from scripts.pages.write import MANIFEST, Occupied, Written, read_manifest, write_files
from scripts.problem import Refused
from scripts.prose import Text
from scripts.rules.case import Case
from tests.conftest import TODAY, Files, agree

BARNET = "pathways/areas/barnet.yml"
SCHOOL = "pathways/settings/school.yml"
Rendered = Mapping[str, str]


def case_of(files: Files, texts: tuple[Text, ...]) -> Checked:
    """These files as knowledge with its pages; no rule is asked."""
    k = assemble(files)
    return Checked(Case(k, TODAY, texts, site_paths(k, prose_of(texts), TODAY)))


def markdown(case: Checked, style: Style = Style.DIRECTORY) -> Rendered:
    """The text of every rendered page, by its path in the rendered folder."""
    return {path: content.decode() for path, content in render_files(case, style).items() if path.endswith(".md")}


def replaced(files: Files, path: str, *changes: tuple[str, str]) -> Files:
    """The files with texts replaced (once each) in one of them."""
    content = files[path].decode()
    for old, new in changes:
        assert old in content, f"{path} no longer holds {old!r}"
        content = content.replace(old, new, 1)
    return {**files, path: content.encode()}


@pytest.fixture(scope="module")
def pages(real: Checked) -> Rendered:
    """The real pages."""
    return markdown(real)


# --- addresses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "file", "way"),
    [
        ("/", "index.md", "./"),
        ("/barnet/", "barnet/index.md", "../"),
        ("/barnet/school/", "barnet/school/index.md", "../../"),
        ("/areas/outside-london/", "areas/outside-london/index.md", "../../"),
    ],
)
def test_a_path_has_one_file_and_one_way_back_to_the_root(path: str, file: str, way: str) -> None:
    assert source_file(path) == file
    assert root(path) == way


@pytest.mark.parametrize(
    ("to", "way", "directory", "file"),
    [
        ("/", "./", "./", "./index.html"),
        ("/", "../../", "../../", "../../index.html"),
        ("/barnet/", "./", "./barnet/", "./barnet/index.html"),
        ("/barnet/school/", "../", "../barnet/school/", "../barnet/school/index.html"),
        ("/barnet/school/#child", "../../", "../../barnet/school/#child", "../../barnet/school/index.html#child"),
        ("/sources/#bels-safeguarding", "../", "../sources/#bels-safeguarding", "../sources/index.html#bels-safeguarding"),
        ("/#boroughs", "../", "../#boroughs", "../index.html#boroughs"),
    ],
)
def test_a_link_is_a_folder_for_a_web_server_and_a_file_for_a_usb_stick(to: str, way: str, directory: str, file: str) -> None:
    assert link(to, way, Style.DIRECTORY) == directory
    assert link(to, way, Style.FILE) == file


@pytest.mark.parametrize("style", Style)
def test_every_link_in_every_template_leads_to_a_page_in_both_address_styles(real: Checked, style: Style) -> None:
    rendered = markdown(real, style)
    data = {name for name in render_files(real, style) if not name.endswith(".md")}
    targets = {file.removesuffix(".md") + ".html" for file in rendered}
    followed = 0
    for file, text in rendered.items():
        for found in re.finditer(r'href="([^"]*)"( download)?', text):
            parts = urlsplit(html.unescape(found[1]))
            if parts.scheme or not parts.path or found[2]:  # a file to keep is laid beside its page when the site is built (tests/test_cards.py)
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(file), parts.path))
            if target in data:
                continue
            if style is Style.DIRECTORY:
                assert parts.path.endswith("/"), f"{file}: {found[1]} is no folder"
                target = posixpath.normpath(f"{target}/index.html")
            assert target in targets, f"{file}: {found[1]} leads nowhere"
            followed += 1
    assert followed > 10 * len(rendered)


# --- words -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "said"),
    [
        (datetime.date(2026, 11, 21), "21 November 2026"),
        (datetime.date(2027, 1, 1), "1 January 2027"),
        (datetime.date(2028, 2, 29), "29 February 2028"),
    ],
)
def test_a_day_is_written_out(date: datetime.date, said: str) -> None:
    assert words.day(date) == said


@pytest.mark.parametrize(
    ("dated", "said"),
    [
        (None, "undated"),
        ("2024", "dated 2024"),
        ("2024-05", "dated May 2024"),
        ("2024-05-09", "dated 9 May 2024"),
        ("2024~", "dated about 2024"),
        ("2024-05~", "dated about May 2024"),
        ("2020/2021", "dated between 2020 and 2021"),
        ("2020-11/2021-02-03", "dated between November 2020 and 3 February 2021"),
        ("../2019", "dated 2019 or before"),
        ("2023-09/..", "dated after September 2023"),
    ],
)
def test_a_source_is_dated_as_far_as_its_date_is_known(dated: str | None, said: str) -> None:
    assert words.dated(dated) == said


@pytest.mark.parametrize(
    ("number", "address"),
    [
        ("020 8359 4066", "tel:+442083594066"),
        ("01708 433222", "tel:+441708433222"),
        ("0800 789 321", "tel:+44800789321"),
        ("999", "tel:999"),
        ("101", "tel:101"),
        ("116 123", "tel:116123"),
        ("18001 101", "tel:18001101"),
    ],
)
def test_a_number_is_dialled_with_the_country_code_and_a_short_code_without(number: str, address: str) -> None:
    assert words.tel(number) == address


@pytest.mark.parametrize(("items", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")])
def test_a_list_reads_as_a_sentence_would(items: list[str], said: str) -> None:
    assert words.listing(items) == said
    assert words.listing(items, "or") == said.replace(" and ", " or ")


@pytest.mark.parametrize(("number", "said"), [(0, "0 sources"), (1, "1 source"), (2, "2 sources")])
def test_a_number_stands_with_its_noun(number: int, said: str) -> None:
    assert words.count(number, "source") == said
    assert words.count(number, "body", "bodies") == said.replace("sources", "bodies").replace("source", "body")


@pytest.mark.parametrize(
    ("text", "said"), [("ask for the duty team", "Ask for the duty team."), ("Now!", "Now!"), ("Why?", "Why?"), ("Done.", "Done.")]
)
def test_a_note_becomes_a_sentence(text: str, said: str) -> None:
    assert words.sentence(text) == said


# --- the rendered folder -----------------------------------------------------------------------------------------------


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder, with what it holds and when it was last written."""
    return {path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def age(folder: Path) -> None:
    """Make every file an hour old, so that one that is written again shows it."""
    for path in folder.rglob("*"):
        if path.is_file():
            before = path.stat().st_mtime_ns - 3600 * 10**9
            os.utime(path, ns=(before, before))


FIRST = {"index.md": b"home", "barnet/index.md": b"barnet", "barnet/school/index.md": b"school"}


def test_a_first_run_writes_every_file_and_lists_it(tmp_path: Path) -> None:
    assert write_files(tmp_path / "new", FIRST) == Written(3, 0, 0)
    assert {name: content for name, (content, _) in state(tmp_path / "new").items() if name != MANIFEST} == FIRST
    assert set(read_manifest(tmp_path / "new")) == set(FIRST)


def test_a_second_run_with_nothing_changed_writes_nothing(tmp_path: Path) -> None:
    write_files(tmp_path, FIRST)
    age(tmp_path)
    before = state(tmp_path)
    assert write_files(tmp_path, FIRST) == Written(0, 3, 0)
    assert state(tmp_path) == before


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    write_files(tmp_path, FIRST)
    age(tmp_path)
    before = state(tmp_path)
    assert write_files(tmp_path, {**FIRST, "barnet/index.md": b"barnet again"}) == Written(1, 2, 0)
    after = state(tmp_path)
    assert {name for name in after if after[name] != before[name]} == {"barnet/index.md", MANIFEST}
    assert after["barnet/index.md"][0] == b"barnet again"


def test_what_is_no_longer_made_is_removed_with_its_empty_folder(tmp_path: Path) -> None:
    write_files(tmp_path, FIRST)
    assert write_files(tmp_path, {"index.md": b"home"}) == Written(0, 1, 2)
    assert set(state(tmp_path)) == {"index.md", MANIFEST}
    assert not (tmp_path / "barnet").exists()


def test_a_file_that_no_run_wrote_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "barnet").mkdir()
    (tmp_path / "barnet" / "notes.txt").write_bytes(b"mine")
    (tmp_path / ".gitkeep").write_bytes(b"")
    age(tmp_path)
    before = state(tmp_path)
    write_files(tmp_path, FIRST)
    write_files(tmp_path, {"index.md": b"home"})
    after = state(tmp_path)
    assert {name: after[name] for name in before} == before
    assert set(after) == {*before, "index.md", MANIFEST}


def test_a_stranger_in_the_way_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    write_files(tmp_path, {"index.md": b"home"})
    (tmp_path / "barnet").mkdir()
    (tmp_path / "barnet" / "index.md").write_bytes(b"mine")
    age(tmp_path)
    before = state(tmp_path)
    with pytest.raises(Occupied, match=r"barnet/index\.md was not written by this program; move it away"):
        write_files(tmp_path, {**FIRST, "index.md": b"home again"})
    assert state(tmp_path) == before


def test_a_page_lost_or_spoilt_since_the_last_run_comes_back(tmp_path: Path) -> None:
    write_files(tmp_path, FIRST)
    (tmp_path / "index.md").unlink()
    assert write_files(tmp_path, FIRST) == Written(1, 2, 0)
    assert (tmp_path / "index.md").read_bytes() == b"home"


def test_a_run_without_its_list_adopts_what_it_would_write_anyway(tmp_path: Path) -> None:
    write_files(tmp_path, FIRST)
    (tmp_path / MANIFEST).write_text("{not a list", encoding="utf-8")
    age(tmp_path)
    before = state(tmp_path)
    assert write_files(tmp_path, FIRST) == Written(0, 3, 0)
    after = state(tmp_path)
    assert {name for name in after if after[name] != before[name]} == {MANIFEST}
    assert set(read_manifest(tmp_path)) == set(FIRST)


# --- the whole way, on a copy of the project ---------------------------------------------------------------------------


@pytest.fixture
def copy(files: Files, tmp_path: Path) -> Path:
    """The project's data, prose and templates in a folder of their own."""
    for folder in ("docs", "theme"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    agree(tmp_path)
    return tmp_path


def test_rendering_twice_writes_nothing_the_second_time(copy: Path) -> None:
    first = render(copy, TODAY).written
    folder = copy / "rendered" / "london"
    age(folder)
    before = state(folder)
    assert first.wrote == len(before) - 1  # the list of what was written stands beside it
    assert render(copy, TODAY).written == Written(0, first.wrote, 0)
    assert state(folder) == before


def test_an_edit_in_one_area_rewrites_no_other_areas_pages(copy: Path) -> None:
    render(copy, TODAY)
    folder = copy / "rendered" / "london"
    before = state(folder)
    path = copy / BARNET
    path.write_bytes(replaced({BARNET: path.read_bytes()}, BARNET, ("name: Barnet Multi-Agency", "name: The Barnet Multi-Agency"))[BARNET])
    agree(copy)
    render(copy, TODAY)
    after = state(folder)
    changed = {name for name in after if after[name][0] != before[name][0]} - {MANIFEST}
    areas = {Path(path).stem for path in area_files(copy)}
    assert "barnet/index.md" in changed
    assert {name.split("/")[0] for name in changed} & areas == {"barnet"}


def area_files(folder: Path) -> list[str]:
    """The area files of a copy."""
    return [path.name for path in (folder / "pathways" / "areas").glob("*.yml")]


def test_data_that_breaks_a_rule_is_refused_and_the_rendered_pages_stay(copy: Path) -> None:
    render(copy, TODAY)
    folder = copy / "rendered" / "london"
    before = state(folder)
    path = copy / BARNET
    path.write_bytes(replaced({BARNET: path.read_bytes()}, BARNET, ("ons_code: E09000003", "ons_code: E09000099"))[BARNET])
    with pytest.raises(Refused, match="1 problem in 1 file"):
        render(copy, TODAY)
    assert state(folder) == before


HASHED = """
import datetime, hashlib, sys
from pathlib import Path
from scripts.build import checked, render_files
made = render_files(checked(Path(sys.argv[1]), datetime.date.fromisoformat(sys.argv[2])), root=Path(sys.argv[1]))
for name in sorted(made):
    print(hashlib.sha256(made[name]).hexdigest(), name)
"""


def hashes(copy: Path, seed: str) -> list[str]:
    """Each rendered file's hash, made in a new Python whose sets and dicts are shuffled by `seed`."""
    command = [sys.executable, "-c", HASHED, str(copy), TODAY.isoformat()]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_the_same_input_gives_the_same_bytes_in_any_process(copy: Path) -> None:
    first = hashes(copy, "1")
    assert first == hashes(copy, "2")
    assert len(first) > 1000


def test_the_same_knowledge_renders_to_the_same_bytes_twice(real: Checked) -> None:
    assert render_files(real) == render_files(real)


# --- what every page carries -------------------------------------------------------------------------------------------

DANGER = re.compile(r'<p class="pp-danger">.*?<a class="pp-tel" href="tel:999">999</a>.*?</p>')


def test_every_page_says_draft_with_the_true_counts(real: Checked, pages: Rendered) -> None:
    shown = [contact for contact in real.k.contacts.values() if contact.hold is None and contact.withdrawn is None]
    confirmed = [contact for contact in shown if contact.confirmations]
    assert not confirmed, "count the confirmed ones here once there are any"
    strip = f'<p class="pp-draft">Draft: 0 of {len(shown)} contact points confirmed. Not for operational use.</p>'
    assert [name for name, text in pages.items() if text.count(strip) != 1 or text.count("pp-draft") != 1] == []


CONFIRMED = '  barnet-mash:\n    confirmations: [{on: 2026-11-20, how: phone, by: duty-officer, phone: "020 8359 4066", covers: [barnet/children, barnet/lado]}]\n'


def test_a_confirmed_number_counts_in_the_strip_and_its_card_says_who_checked(files: Files, texts: tuple[Text, ...], real: Checked) -> None:
    changed = markdown(case_of(replaced(files, BARNET, ("  barnet-mash:\n", CONFIRMED)), texts))
    shown = sum(contact.hold is None and contact.withdrawn is None for contact in real.k.contacts.values())
    assert [name for name, text in changed.items() if f"Draft: 1 of {shown} contact points confirmed." not in text] == []
    child = changed["barnet/school/index.md"].split('id="child"')[1].split('id="adult"')[0]
    assert "<strong>Checked by phone, 20 November 2026.</strong> Good until 20 May 2027." in child.split('class="pp-card"')[0]


def test_every_page_shows_the_danger_line_with_999_before_anything_else(pages: Rendered) -> None:
    for name, text in pages.items():
        found = DANGER.search(text)
        assert found, f"{name} has no danger line"
        before = text[: found.start()]
        assert "<h1" not in before, name
        assert "tel:" not in before, name
        assert "\n# " not in before.split("\n---\n", 1)[1], name


def test_every_page_is_one_html_block_or_prose_by_hand(real: Checked, pages: Rendered) -> None:
    by_hand = {source_file(prose_path(text)) for text in prose_of(real.texts)}
    assert {"about/index.md", "areas/unknown/index.md", "publish/index.md", "publish/nginx/index.md"} <= by_hand
    for name, text in pages.items():
        body = text.split("\n---\n", 1)[1]
        assert body.startswith('<div class="pp'), name
        if name not in by_hand:
            assert body.endswith("\n</div>\n"), name
            assert "\n\n" not in body, f"a blank line ends the HTML block of {name}"


def test_every_page_says_which_file_an_editor_changes(pages: Rendered) -> None:
    for name, text in pages.items():
        found = re.match(r"---\n# Made from (\S+) by scripts/pages\. Change that file, not this one\.\n", text)
        assert found, name
        assert (ROOT / found[1]).exists(), f"{name} is said to be made from {found[1]}"


def test_every_pages_front_matter_gives_a_title_and_a_description(pages: Rendered) -> None:
    for name, text in pages.items():
        head = yaml.safe_load(text.split("\n---\n", 1)[0])
        assert head["title"].strip(), name
        assert head["description"].strip(), name
        assert set(head) == {"title", "description"} | ({"redirect"} if re.fullmatch("[ams][0-9]{2}/index.md", name) else set()), name


# --- escaping ----------------------------------------------------------------------------------------------------------

HOSTILE = """<script>alert("x")</script> & 'y'"""
"""What nobody writes in a name, and what must come out as the letters it is made of."""


def hostile(files: Files) -> Files:
    """The real files with HOSTILE in words of every kind of record, after a marker that tells where."""

    def value(marker: str) -> str:
        return "'" + f"{marker}{HOSTILE}".replace("'", "''") + "'"

    files = replaced(
        files,
        BARNET,
        ("name: Barnet\n", f"name: {value('Area')}\n"),
        ("council: Barnet Council\n", f"council: {value('Council')}\nalso_known_as: [{value('Alias')}]\n"),
        (
            "name: Barnet Multi-Agency Safeguarding Hub (MASH)",
            f"name: {value('Contact')}\n    ask_for: {value('Ask')}\n    caution: {value('Caution')}",
        ),
        ("hours_text: Monday to Thursday 9am to 5.15pm, Friday 9am to 5pm", f"hours_text: {value('Hours')}"),
        ("    says: ", f"    says: {value('Arrangement')} # "),
    )
    files = replaced(
        files,
        SCHOOL,
        ("name: School\n", f"name: {value('Setting')}\n"),
        ("summary: Tell", f"summary: {value('Summary')} # Tell"),
        ("owner_role: ", f"owner_role: {value('Role')} # "),
        ("do: Notice what has changed", f"do: {value('Do')} # "),
        ("- Ask yourself what is different", f"- {value('How')} # "),
    )
    glossary, sources, procedures = "pathways/glossary.yml", "pathways/sources.yml", "pathways/procedures.yml"
    files = re_replaced(files, glossary, r"(?m)^    spelled_out: designated safeguarding lead$", f"    spelled_out: {value('Spelled')}")
    files = re_replaced(files, glossary, r"(?m)^    means: .*$", f"    means: {value('Means')}")
    files = re_replaced(
        files,
        sources,
        r"(?m)(?<=^  bels-safeguarding:\n)    title: .*\n    publisher: .*$",
        f"    title: {value('Title')}\n    publisher: {value('Publisher')}",
    )
    files = re_replaced(files, procedures, r"(?m)^    name: .*$", f"    name: {value('Procedure')}")
    for marker, (path, key) in HOSTILE_KEYS.items():
        files = re_replaced(files, path, rf"(?m)^( *){key}: .*$", value(marker), key)
    return files


HOSTILE_KEYS = {
    "Situation": ("pathways/situations/online.yml", "name"),
    "Leads": ("pathways/situations/online.yml", "do"),
    "Guide": ("pathways/guides/after.yml", "name"),
    "Section": ("pathways/guides/after.yml", "title"),
    "Myth": ("pathways/myths/southport.yml", "claim"),
    "Answer": ("pathways/myths/southport.yml", "answer"),
    "Scenario": ("pathways/scenarios/about-to-leave.yml", "name"),
    "Question": ("pathways/check.yml", "asks"),
    "Outcome": ("pathways/check.yml", "name"),
    "Course": ("pathways/training.yml", "name"),
    "Counts": ("pathways/statistics.yml", "counts"),
    "Chart": ("pathways/statistics.yml", "title"),
    "Difference": ("pathways/differences.yml", "about"),
}
"""Further places for hostile words: by their marker, the first such key in a file."""


def re_replaced(files: Files, path: str, pattern: str, new: str, key: str = "") -> Files:
    """The files with the first match of a pattern replaced in one of them; with a key, its value is, as far in as it stood."""
    content, count = re.subn(pattern, lambda found: f"{found[1]}{key}: {new}" if key else new, files[path].decode(), count=1)
    assert count == 1, f"{path} no longer holds {pattern}"
    return {**files, path: content.encode()}


MARKERS = (
    *("Area", "Council", "Alias", "Contact", "Ask", "Caution", "Hours", "Arrangement", "Setting", "Summary", "Role", "Do", "How"),
    *("Spelled", "Means", "Title", "Publisher", "Procedure", *HOSTILE_KEYS),
)


@pytest.fixture(scope="module")
def attacked(files: Files, texts: tuple[Text, ...]) -> Rendered:
    """The pages of the data with hostile words in it."""
    return markdown(case_of(hostile(files), texts))


def test_no_word_of_a_record_becomes_markup(attacked: Rendered, pages: Rendered) -> None:
    script = re.compile("<script.*?</script>", re.DOTALL)
    for name, text in attacked.items():
        body = text.split("\n---\n", 1)[1]
        assert script.findall(body) == script.findall(pages[name]), name
        assert 'alert("' not in body, f"a raw quote in {name}"


@pytest.mark.parametrize("marker", MARKERS)
def test_a_name_with_markup_in_it_lands_on_the_page_letter_by_letter(attacked: Rendered, marker: str) -> None:
    escaped = [text for text in attacked.values() if f"{marker}&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; &#39;y&#39;" in text]
    assert escaped, f"the words of {marker} are on no page"


def test_hostile_words_leave_the_front_matter_whole_and_stand_there_escaped(attacked: Rendered) -> None:
    """Material prints title and description as they are."""
    head = yaml.safe_load(attacked["barnet/school/index.md"].split("\n---\n", 1)[0])
    for text in head["title"], head["description"]:
        assert "<" not in text
        assert '"' not in text
    assert html.unescape(head["title"]) == f"Setting{HOSTILE} in Area{HOSTILE}"
    assert html.unescape(head["description"]).endswith(f"Summary{HOSTILE}")


# --- a new setting is one new file -------------------------------------------------------------------------------------


def test_a_new_setting_is_one_yaml_file(files: Files, texts: tuple[Text, ...], real: Checked, pages: Rendered) -> None:
    school = replaced(files, SCHOOL, ("name: School\n", "name: Lighthouse\n"))[SCHOOL]
    case = case_of({**files, "pathways/settings/zz-example.yml": school}, texts)
    grown = markdown(case)
    expected = {"settings/zz-example/index.md", *(f"{folder}{area}/zz-example/index.md" for area in real.k.areas for folder in ("", "cards/"))}
    assert len(expected) == 67
    assert set(grown) - set(pages) == expected
    assert set(pages) <= set(grown)
    for area, record in real.k.areas.items():
        route = grown[f"{area}/zz-example/index.md"]
        assert f"<h1>Lighthouse in {html.escape(record.name)}</h1>" in route
        for slot, section in ((Slot.CHILDREN, "child"), (Slot.ADULTS, "adult")):
            first = case.case.answers[area, False][slot].cards[0].contact.phone
            assert f">{first}</a>" in route.split(f'id="{section}"')[1].split("pp-standing")[0], f"{area}: {section}"
        assert f'href="../{area}/zz-example/"' in grown[f"{area}/index.md"]
        assert f'href="../../{area}/zz-example/"' in grown["settings/zz-example/index.md"]
    assert 'href="./settings/zz-example/"' in grown["index.md"]
    assert 'href="../settings/zz-example/"' in grown["settings/index.md"]


def test_a_setting_taken_away_takes_its_pages_with_it(files: Files, texts: tuple[Text, ...], real: Checked, pages: Rendered) -> None:
    """One that no scenario is set in; the loader says which scenarios need any other (tests/test_deletions.py)."""
    named = {reference.id for reference in real.k.references if reference.kind == "setting"}
    slug = next(slug for slug, setting in real.k.settings.items() if setting.local and slug not in named)
    fewer = markdown(case_of({path: content for path, content in files.items() if path != f"pathways/settings/{slug}.yml"}, texts))
    assert set(pages) - set(fewer) == {name for name in pages if f"/{slug}/" in name}
    assert len(pages) - len(fewer) == 67
    assert not [name for name, text in fewer.items() if re.search(rf'href="\.[^"]*/{slug}/', text)]
