"""A new publisher: one command begins an edition, and the guide's own commands lead from a clone to a served, branded site."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser

from scripts.__main__ import COMMANDS, UPKEEP
from scripts.build import ROOT, checked
from scripts.environment import VENV
from scripts.model import Edition
from scripts.problem import Problem, Refused, render
from scripts.upkeep import new
from tests.browsing import DESKTOP, PHONE, Device, visit
from tests.conftest import TODAY
from tests.copies import copied
from tests.test_serving import free_port, program, running

NAME = ("--name", "Prevent Pathways, Barnet")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the files, whose editions are those of the project before and after each test."""
    return copied(tmp_path_factory.mktemp("project"))


@pytest.fixture(autouse=True)
def on_the_day(project: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tests' day; what a test wrote goes again."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795348800")
    before = set((project / "pathways" / "editions").iterdir())
    yield
    for path in set((project / "pathways" / "editions").iterdir()) - before:
        path.unlink()


def begin(root: Path, *typed: str) -> list[str]:
    """Run the command; returns what it says."""
    parser = argparse.ArgumentParser()
    new.arguments(parser)
    said: list[str] = []
    assert new.run(root, parser.parse_args(["edition", *typed]), said.append) == 0
    return said


def refused(root: Path, *typed: str) -> tuple[Problem, ...]:
    """The problems with which the command refuses."""
    editions = {path.name: path.read_bytes() for path in (root / "pathways" / "editions").iterdir()}
    with pytest.raises(Refused) as found:
        begin(root, *typed)
    assert {path.name: path.read_bytes() for path in (root / "pathways" / "editions").iterdir()} == editions, "nothing was written"
    return found.value.problems


def file(root: Path, slug: str) -> Path:
    return root / "pathways" / "editions" / f"{slug}.yml"


# --- the command -------------------------------------------------------------------------------------------------------


def test_the_command_is_listed() -> None:
    assert "new" in COMMANDS
    assert "new" in UPKEEP


def test_a_new_edition_breaks_no_rule_and_says_what_comes_next(project: Path) -> None:
    said = begin(project, "barnet-council", *NAME, "--areas", "barnet,haringey", "--settings", "school gp")
    edition = checked(project, TODAY, "barnet-council").k.edition
    assert edition.name == "Prevent Pathways, Barnet"
    assert (edition.areas, edition.settings, edition.policy) == (("barnet", "haringey"), ("school", "gp"), "draft")
    assert edition.owner is edition.mailbox is edition.base_address is edition.colour is None
    assert said[0].startswith("wrote pathways/editions/barnet-council.yml")
    for command in ("check", "serve", "build"):
        assert any(f"python3 -m scripts {command} --edition barnet-council" in line for line in said)


def test_every_value_that_is_given_stands_in_the_file(project: Path) -> None:
    given = ("--owner", 'The "Invented" Council: #1', "--mailbox", "prevent@example.org", "--base-address", "https://prevent.example.org/")
    begin(project, "whole", *NAME, *given, "--colour", "#1f4e79", "--fictional")
    edition = checked(project, TODAY, "whole").k.edition
    assert edition.owner == 'The "Invented" Council: #1'
    assert (edition.mailbox, edition.base_address, edition.colour) == ("prevent@example.org", "https://prevent.example.org/", "#1f4e79")


def test_the_file_explains_every_key_that_was_left_out(project: Path) -> None:
    begin(project, "plain", *NAME)
    text = file(project, "plain").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schema/edition.json\n")
    for key, field in Edition.model_fields.items():
        if key not in ("name", "fictional"):
            assert re.search(rf"^(# )?{key}:|\b{key}\b.*example\.yml", text, re.MULTILINE), f"{key} is not named"
        if key in new.WAITING:
            words = " ".join((field.description or "").split())
            assert words in " ".join(text.replace("\n# ", " ").split()), f"{key} is not explained"


def test_taking_the_marks_away_gives_an_edition_that_breaks_no_rule(project: Path) -> None:
    begin(project, "plain", *NAME, "--fictional")
    text = file(project, "plain").read_text(encoding="utf-8")
    for example in new.WAITING.values():
        for line in example.format(today="2026-11-22").split("\n"):
            assert f"\n# {line}\n" in text, line
            text = text.replace(f"\n# {line}\n", f"\n{line}\n")
    file(project, "plain").write_text(text, encoding="utf-8")
    edition = checked(project, TODAY, "plain").k.edition
    assert all(getattr(edition, key) for key in new.WAITING if key != "print_unconfirmed")
    assert edition.print_unconfirmed is False


def test_the_same_command_writes_the_same_bytes(project: Path) -> None:
    begin(project, "one", *NAME, "--areas", "barnet")
    begin(project, "other", *NAME, "--areas", "barnet")
    assert file(project, "one").read_bytes() == file(project, "other").read_bytes()


REFUSALS: tuple[tuple[str, tuple[str, ...], str, str], ...] = (
    ("an area that is not there", ("fresh", *NAME, "--areas", "barnt"), "there is no area called barnt", "did you mean barnet?"),
    ("a setting that is not there", ("fresh", *NAME, "--settings", "scool"), "there is no setting called scool", "did you mean school?"),
    ("capitals", ("Barnet Council", *NAME), "“Barnet Council” cannot be a name", "write barnet-council"),
    ("a way out of the folder", ("../../x", *NAME), "cannot be a name", "write x"),
    ("nothing but signs", ("...", *NAME), "cannot be a name", "write a word"),
    ("one that is there", ("london", *NAME), "there is an edition called london already", "take another name"),
    ("the bundle's folder", ("barnet-offline", *NAME), "ends in -offline", "take another name"),
    ("no name for readers", ("fresh",), "the edition has no name", "--name"),
    ("an empty name", ("fresh", "--name", " "), "name: must not be empty", "write the text"),
    ("a name nobody can see", ("fresh", "--name", "x\u200bx"), "a character that nobody can see", "by hand"),
    ("bytes that are no text", ("fresh", "--name", "x\udcff"), "cannot be read as YAML", ""),
    ("markup", ("fresh", "--name", "<b>x</b>"), "markup stands here", "plain words"),
    ("a policy that is none", ("fresh", *NAME, "--policy", "drafty"), "'drafty' is not one of the words", "did you mean draft?"),
    ("a colour by name", ("fresh", *NAME, "--colour", "navy"), "colour: must be a colour of # and six small digits", "#1f4e79"),
    ("a colour that white cannot be read on", ("fresh", *NAME, "--colour", "#ffcc00"), "have a contrast of 1.51:1", "darker"),
    ("a mailbox that is none", ("fresh", *NAME, "--owner", "Us", "--mailbox", "prevent"), "mailbox: must be an e-mail address", "role mailbox"),
    ("a mailbox without an owner", ("fresh", *NAME, "--mailbox", "prevent@barnet.gov.uk"), "nobody owns this edition", "owner:"),
    ("an address without a slash", ("fresh", *NAME, "--owner", "Us", "--base-address", "https://x.gov.uk/y"), "does not end with a slash", "/y/"),
    ("a host for examples", ("fresh", *NAME, "--owner", "Us", "--mailbox", "x@example.org"), "example.org is a host for examples", "fictional"),
    ("a promise it cannot keep", ("fresh", *NAME, "--areas", "barnet", "--policy", "confirmed-core"), "promises confirmed core numbers", "draft"),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "message", "tip"), [row[1:] for row in REFUSALS], ids=[row[0] for row in REFUSALS])
def test_what_cannot_be_is_refused_with_its_cure(project: Path, typed: tuple[str, ...], message: str, tip: str) -> None:
    found = refused(project, *typed)
    assert any(message in problem.message and tip in problem.tip for problem in found), render(found, "text")
    assert not any(new.TRIED in f"{problem.path} {problem.message}" for problem in found)


def test_all_that_is_wrong_is_said_at_once(project: Path) -> None:
    found = refused(project, "Barnet", "--areas", "barnt", "--settings", "scool", "--mailbox", "prevent", "--colour", "navy")
    text = render(found, "text")
    for part in ("cannot be a name", "has no name", "mailbox: must be", "colour: must be"):
        assert part in text
    assert all(line.startswith(("command line:1:1: ", "    tip: ")) for line in text.splitlines())
    found = refused(project, "london", "--areas", "barnt,haringay", "--settings", "scool")
    text = render(found, "text")
    for part in ("already", "no area called barnt", "no area called haringay", "no setting called scool"):
        assert part in text


# --- the guide, walked -------------------------------------------------------------------------------------------------

GUIDE, NGINX = ROOT / "docs" / "publish" / "index.md", ROOT / "docs" / "publish" / "nginx.md"
COMMAND = re.compile(r"^(?: {4}| {8})((?:git|cd|python3|apt-get|mkdir|cp|rm|mv|nginx|systemctl)\b.*)$", re.MULTILINE)
OWNER, COLOUR = "Invented Borough Publisher", "#1f4e79"


def commands(page: Path) -> list[str]:
    """The commands of a guide page, in their order: the lines of its blocks of code."""
    return COMMAND.findall(page.read_text(encoding="utf-8"))


def test_the_guide_names_every_step_from_a_clone_to_a_server() -> None:
    found = [" ".join(command.split()[:4]) for command in (*commands(GUIDE), *commands(NGINX))]
    assert found == [
        "git clone PROJECT prevent-pathways", "cd prevent-pathways", "python3 -m scripts check", "python3 -m scripts new",
        "python3 -m scripts check", "python3 -m scripts serve", "python3 -m scripts build", "python3 -m scripts deploy",
        "python3 -m scripts deploy", "apt-get install nginx", "mkdir -p /srv/prevent-pathways", "cp -r deploy-my-trust/site /srv/prevent-pathways/new",
        "rm -rf /srv/prevent-pathways/site", "mv /srv/prevent-pathways/new /srv/prevent-pathways/site",
        "cp deploy-my-trust/nginx/prevent-pathways-headers.conf /etc/nginx/", "cp deploy-my-trust/nginx/prevent-pathways.conf /etc/nginx/conf.d/",
        "rm -f /etc/nginx/sites-enabled/default", "nginx -t", "systemctl reload nginx", "python3 -m scripts verify",
    ]  # fmt: skip


def test_the_guide_names_every_key_of_an_edition_and_the_ways_on() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    for key in (*Edition.model_fields, *Edition.model_fields["accessibility"].annotation.__args__[0].model_fields):  # type: ignore[union-attr]
        assert re.search(rf"^\|[^|]*`{key}`", text, re.MULTILINE), f"/publish/ does not explain {key}"
    for page in ("/publish/self-audit/", "/publish/policy/", "/publish/nginx/", "/publish/many-councils/"):
        assert f"[[page:{page}]]" in text


class Walk:
    """A publisher's machine: a folder in which /srv and /etc stand too, and the project's own Python, whose packages are there already."""

    def __init__(self, home: Path) -> None:
        self.home, self.at = home, home
        for folder in ("srv", "etc/nginx/conf.d", "etc/nginx/sites-enabled"):
            (home / folder).mkdir(parents=True)
        (home / "etc/nginx/sites-enabled/default").write_text("server {}\n", encoding="utf-8")

    def here(self, command: str) -> str:
        """A command of the guide with this machine's places in it."""
        command = re.sub(r"(?<= )/(srv|etc)/", rf"{self.home}/\1/", command.replace("PROJECT", str(self.home / "project")))
        return re.sub(r"^python3\b", str(VENV / "bin" / "python"), command)

    def type(self, command: str) -> None:
        """Run a command of the guide."""
        if command.startswith("cd "):
            self.at = self.at / command[3:]
            os.symlink(VENV, self.at / ".venv")  # making it again would need the package index
            return
        done = subprocess.run(self.here(command), shell=True, cwd=self.at, env=alone(), capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def alone() -> dict[str, str]:
    """The environment without what the tests themselves were started with."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV", "GIT_DIR")}


def published(folder: Path) -> None:
    """The project as a repository that can be cloned: the files as they stand, committed."""
    names = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in names.splitlines():
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    who = ("-c", "user.name=Tests", "-c", "user.email=tests@example.org")
    for arguments in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "The files as they stand")):
        subprocess.run(["git", *arguments], cwd=folder, env=alone(), check=True)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The guide's commands, typed in their order, up to those of the server; between them only the edition's own file is edited."""
    walk = Walk(tmp_path_factory.mktemp("publisher"))
    published(walk.home / "project")
    for command in commands(GUIDE):
        if "scripts serve" in command:
            continue  # it runs until it is stopped: a test of its own
        walk.type(command)
        if "scripts new" in command:
            own = walk.at / "pathways" / "editions" / "my-trust.yml"
            text = own.read_text(encoding="utf-8")
            for key, value in (("owner", OWNER), ("colour", f'"{COLOUR}"')):
                text, count = re.subn(rf"^# {key}: .*", f"{key}: {value}", text, flags=re.MULTILINE)
                assert count == 1
            own.write_text(text, encoding="utf-8")
    changed = subprocess.run(["git", "status", "--porcelain"], cwd=walk.at, env=alone(), capture_output=True, text=True, check=True).stdout
    touched = {line[3:] for line in changed.splitlines()} - {".venv"}
    assert touched == {"pathways/editions/my-trust.yml"}, "a publisher touches one YAML file"
    for command in commands(NGINX):
        if not command.startswith(("apt-get", "nginx", "systemctl")):
            walk.type(command)
    return walk


@pytest.fixture(scope="module")
def on_nginx(walked: Walk) -> Iterator[str]:
    """The publisher's nginx, with the files where the guide put them, on a free port."""
    port, nginx = free_port(), walked.home / "etc" / "nginx"
    assert not (nginx / "sites-enabled" / "default").exists()
    settings = nginx / "conf.d" / "prevent-pathways.conf"
    text = settings.read_text(encoding="utf-8")
    for old, changed in (("listen 80;", f"listen 127.0.0.1:{port};"), ('root "/srv/', f'root "{walked.home}/srv/')):
        assert text.count(old) == 1
        text = text.replace(old, changed)
    settings.write_text(text, encoding="utf-8")
    user = "user root;\n" if os.geteuid() == 0 else ""
    parts = " ".join(f"{kind}_temp_path {nginx}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main = (
        f"{user}daemon off;\npid {nginx}/pid;\nerror_log {nginx}/error.log;\nevents {{}}\nhttp {{ access_log off; {parts} include conf.d/*.conf; }}\n"
    )
    (nginx / "nginx.conf").write_text(main, encoding="utf-8")
    command = [program("nginx"), "-c", f"{nginx}/nginx.conf", "-e", f"{nginx}/error.log"]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    with running(command, port, nginx) as address:
        yield address


@pytest.mark.whole
@pytest.mark.parametrize("device", [PHONE, DESKTOP], ids=str)
def test_the_guide_leads_to_a_branded_site_on_nginx(on_nginx: str, browser: Browser, device: Device) -> None:
    with visit(browser, on_nginx, device) as page:
        page.goto("/barnet/school/")
        assert page.title() == "School in Barnet · Prevent Pathways, Barnet"
        assert page.locator(".pp-logo").inner_text() == "Prevent Pathways, Barnet"
        assert page.locator(".pp-footer").get_by_text(f"Published by {OWNER}.").is_visible()
        assert page.locator(".pp-header rect").evaluate("part => getComputedStyle(part).fill") == "rgb(31, 78, 121)"
        ground, header = page.locator(".pp-header rect").bounding_box(), page.locator(".pp-header").bounding_box()
        assert ground is not None
        assert header is not None
        assert (ground["width"], ground["height"] + 1) == (header["width"], header["height"]), "all of it, but for its line"
        assert page.locator(".pp-logo").evaluate("logo => getComputedStyle(logo).color") == "rgb(255, 255, 255)"
        assert page.get_by_text("020 8359 4066").first.is_visible()
        page.goto("/about/")
        assert page.get_by_text(f"{OWNER} publishes this edition and answers for it.").is_visible()


@pytest.mark.whole
def test_an_edition_is_served_while_it_is_edited(walked: Walk) -> None:
    (command,) = [command for command in commands(GUIDE) if "scripts serve" in command]
    port, own = free_port(), walked.at / "pathways" / "editions" / "my-trust.yml"
    before = own.read_text(encoding="utf-8")
    served = subprocess.Popen([*walked.here(command).split(), "--port", str(port)], cwd=walked.at, env=alone(), stdout=sys.stderr, stderr=sys.stderr)
    try:
        page = seen(port, lambda text: OWNER in text)
        assert "<title>Prevent Pathways, Barnet</title>" in page
        own.write_text(before.replace(f"owner: {OWNER}", "owner: Another Publisher"), encoding="utf-8")
        assert OWNER not in seen(port, lambda text: "Published by Another Publisher" in text)
    finally:
        served.terminate()
        served.wait(20)
        own.write_text(before, encoding="utf-8")


def seen(port: int, there: Callable[[str], bool]) -> str:
    """The home page, once it is as it should be."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
                text: str = answer.read().decode()
                if there(text):
                    return text
        except (URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.5)
    pytest.fail("the page did not come")
