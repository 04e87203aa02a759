"""What the site sends with its pages, before any server: which scripts a policy allows, what is refused, and that every kind of settings says the same."""

from __future__ import annotations

import argparse
import base64
import datetime
import hashlib
import json
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from bs4 import BeautifulSoup

from scripts.build import ROOT, Checked, checked
from scripts.problem import Problem, Refused
from scripts.serving.compress import gzipped
from scripts.serving.inline import Inline, read_inline
from scripts.serving.policy import FOR_EVER, OFF, TYPES, Place, Policy, content_type, files_in, policy
from scripts.serving.sbom import sbom
from scripts.serving.security_txt import data_day, security_txt
from scripts.upkeep import deploy
from tests.conftest import TODAY
from tests.test_browser import PAGE_TYPES

THEME = ROOT / "theme"
INLINE = Inline(("'sha256-AAAA='",), ("'sha256-BBBB='",))
RULES = policy(INLINE, ["index.html", "changes/atom.xml", "assets/main.57a0d79d.min.css", "assets/search.js"])


def directives(rules: Policy) -> dict[str, str]:
    """The Content-Security-Policy, taken apart."""
    text = dict(rules.always)["Content-Security-Policy"]
    return {part.split()[0]: part.partition(" ")[2] for part in text.split("; ")}


def refused(call: object, *arguments: object, **more: object) -> tuple[Problem, ...]:
    assert callable(call)
    with pytest.raises(Refused) as found:
        call(*arguments, **more)
    return found.value.problems


# --- which scripts ------------------------------------------------------------------------------------------------------


def test_the_hashes_are_those_of_the_scripts_and_styles_that_another_reader_finds_in_the_pages(site: Path) -> None:
    texts: dict[str, set[str]] = {"script": set(), "style": set()}
    for path in (*PAGE_TYPES.values(), "/m01/"):
        page = site / path.strip("/")
        page = page if page.suffix else page / "index.html"
        for tag in BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")(["script", "style"]):
            assert not tag.get("src")
            texts[tag.name].add(tag.get_text())
    found = read_inline(site, THEME)
    for kind, hashes in (("script", found.scripts), ("style", found.styles)):
        expected = {f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in texts[kind]}
        assert expected
        assert expected <= set(hashes)
        assert len(hashes) <= len(expected) + 1, "a page that moved has a script of its own"


def a_page(folder: Path, body: str) -> Path:
    (folder / "barnet").mkdir(parents=True, exist_ok=True)
    (folder / "barnet" / "index.html").write_text(f"<!doctype html>\n<title>x</title>\n{body}\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("body", "column", "says"),
    [
        ("<p>x</p><script>steal()</script>", 9, "an inline script is in no template of theme/: steal()"),
        ("<SCRIPT\n>steal()</SCRIPT\n>", 1, "an inline script is in no template"),
        ("<style>p { color: red }</style>", 1, "an inline style is in no template"),
        ('<script src="https://example.org/x.js"></script>', 1, "another host"),
        ('<script src="//example.org/x.js"></script>', 1, "another host"),
        ('<p style="color: red">x</p>', 1, "“style” in a tag"),
        ('<p title="a" onclick="x()">x</p>', 1, "“onclick” in a tag"),
        ('<p><a href="javascript:x()">x</a></p>', 12, "“javascript:” in a tag"),
        ('<iframe src="/now/"></iframe>', 1, "“iframe” in a tag"),
        ('<base href="/x/">', 1, "“base” in a tag"),
    ],
)
def test_what_a_strict_policy_would_block_or_must_not_allow_stops_with_page_and_line(tmp_path: Path, body: str, column: int, says: str) -> None:
    problem = refused(read_inline, a_page(tmp_path / "site", body), THEME)[0]
    assert (problem.path, problem.line, problem.rule) == ("site/barnet/index.html", 3, "strict-policy")
    assert says in problem.message
    assert problem.column in (column, column - 1)
    assert problem.tip


def test_what_is_allowed_passes(tmp_path: Path) -> None:
    fine = '<script type="application/ld+json">{"a": 1}</script><script src="../assets/x.js"></script><p>on = 1, style = 2, onto: javascript</p>'
    assert read_inline(a_page(tmp_path / "site", fine), THEME) == Inline((), ())


def test_a_part_of_a_template_is_no_script_of_a_template(tmp_path: Path) -> None:
    whole = (THEME / "material" / "script.html").read_text(encoding="utf-8").partition("<script>")[2].partition("</script>")[0]
    assert len(read_inline(a_page(tmp_path / "whole", f"<script>{whole}</script>"), THEME).scripts) == 1
    assert refused(read_inline, a_page(tmp_path / "part", f"<script>{whole[:-10]}</script>"), THEME)


# --- the policy ----------------------------------------------------------------------------------------------------------


def test_the_policy_allows_our_files_and_hashes_and_nothing_else() -> None:
    assert directives(RULES) == {
        "default-src": "'none'",
        "script-src": "'self' 'sha256-AAAA='",
        "style-src": "'sha256-BBBB='",
        "img-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    assert "unsafe" not in str(RULES)
    assert dict(RULES.always)["Permissions-Policy"].count("=()") == len(OFF)


def test_strict_transport_security_is_sent_only_where_the_certificate_is_the_sites_own() -> None:
    assert "Strict-Transport-Security" not in dict(RULES.always)
    safe = policy(INLINE, [], tls=True)
    assert dict(safe.always)["Strict-Transport-Security"] == "max-age=63072000"
    assert "upgrade-insecure-requests" in directives(safe)


@pytest.mark.parametrize(
    ("given", "says", "older"),
    [
        (["none"], "'none'", "DENY"),
        (["self"], "'self'", "SAMEORIGIN"),
        (["https://intranet.example.org/"], "https://intranet.example.org", None),
        (["self", "https://*.example.org:8443"], "'self' https://*.example.org:8443", None),
    ],
)
def test_an_intranet_that_frames_the_site_names_its_host(given: list[str], says: str, older: str | None) -> None:
    rules = policy(INLINE, [], given)
    assert directives(rules)["frame-ancestors"] == says
    assert dict(rules.always).get("X-Frame-Options") == older


@pytest.mark.parametrize(
    "word", ["https://x.example.org; script-src *", "*", "https://example.org/path", 'a"b', "'unsafe-inline'", "javascript:", ""]
)
def test_a_frame_ancestor_that_is_no_host_is_refused(word: str) -> None:
    assert "--frame-ancestors" in refused(policy, INLINE, [], [word])[0].path


def test_none_and_a_host_together_are_refused() -> None:
    assert refused(policy, INLINE, [], ["none", "https://example.org"])


def test_a_long_life_in_caches_is_for_names_that_change_with_their_content() -> None:
    assert RULES.for_ever == ("/assets/main.57a0d79d.min.css",)
    assert RULES.cache("/assets/search.js") == RULES.cache("/") == "no-cache"


# --- every kind of settings says the same -------------------------------------------------------------------------------

PLACE = Place(root="/srv/pp/site", host="prevent.example.org")
SAFE = policy(INLINE, ["assets/main.57a0d79d.min.css"], ["https://intranet.example.org"], tls=True)


def texts(target: str, rules: Policy = RULES) -> dict[str, str]:
    return deploy.TARGETS[target](rules, PLACE)


@pytest.mark.parametrize("target", deploy.TARGETS)
@pytest.mark.parametrize("rules", [RULES, SAFE], ids=["plain", "https"])
def test_every_kind_of_settings_holds_every_header_of_the_policy(target: str, rules: Policy) -> None:
    written = "\n".join(texts(target, rules).values())
    for name, value in rules.always:
        assert name in written
        assert value in written, name
    assert "Access-Control-Allow-Origin" in written
    assert "unsafe" not in written
    assert written == "\n".join(texts(target, rules).values())


def test_iis_gets_well_formed_xml_of_elements_it_knows() -> None:
    top = ElementTree.fromstring(texts("iis")["web.config"])
    assert top.tag == "configuration"
    known = {"location", "system.webServer", "httpProtocol", "customHeaders", "defaultDocument", "files", "directoryBrowse", "urlCompression",
             "staticContent", "clientCache", "mimeMap", "httpErrors", "error", "security", "requestFiltering", "verbs", "hiddenSegments",
             "fileExtensions", "add", "remove", "clear"}  # fmt: skip
    assert {part.tag for part in top.iter()} - {"configuration"} <= known
    sent = {part.attrib["name"]: part.attrib["value"] for part in top.findall("system.webServer/httpProtocol/customHeaders/add")}
    assert sent == dict(RULES.always)
    assert {part.attrib["path"] for part in top.findall("location")} == {"data", "changes/atom.xml", "assets/main.57a0d79d.min.css"}
    kinds = {part.attrib["fileExtension"]: part.attrib["mimeType"] for part in top.findall("system.webServer/staticContent/mimeMap")}
    assert kinds == {f".{end}": content_type(end) for end in TYPES}
    assert [part.attrib["verb"] for part in top.iter() if "verb" in part.attrib] == ["GET", "HEAD"]


def test_azure_gets_the_keys_it_knows() -> None:
    data = json.loads(texts("azure-static-web-apps")["staticwebapp.config.json"])
    assert set(data) <= {"trailingSlash", "globalHeaders", "routes", "responseOverrides", "mimeTypes"}
    assert data["globalHeaders"] == {**dict(RULES.always), "Cache-Control": "no-cache"}
    assert {route["route"]: route["headers"] for route in data["routes"]} == {
        "/data/*": {"Access-Control-Allow-Origin": "*"},
        "/changes/atom.xml": {"Content-Type": "application/atom+xml; charset=utf-8"},
        "/assets/main.57a0d79d.min.css": {"Cache-Control": FOR_EVER},
    }


def test_netlify_and_cloudflare_get_rules_that_set_no_header_twice() -> None:
    rules: dict[str, dict[str, str]] = {}
    for block in texts("netlify-cloudflare")["_headers"].strip().split("\n\n"):
        path, *lines = block.split("\n")
        assert path.startswith("/")
        assert all(line.startswith("  ") and len(line) < 2000 for line in lines)
        rules[path] = dict(line.strip().split(": ", 1) for line in lines)
    assert rules["/*"] == dict(RULES.always)
    assert rules["/data/*"] == {"Access-Control-Allow-Origin": "*"}
    assert len(rules) <= 100
    for path, headers in rules.items():
        assert path == "/*" or not set(headers) & set(rules["/*"]), path


def test_the_container_runs_without_root_and_copies_what_is_there(tmp_path: Path) -> None:
    files = texts("docker")
    lines = [line.split() for line in files["Dockerfile"].splitlines() if line and not line.startswith("#")]
    assert [line[0] for line in lines] == ["FROM", "COPY", "COPY", "COPY", "USER", "EXPOSE"]
    assert all(source == "site" or source.removeprefix("docker/") in files for word, source, *_ in lines if word == "COPY")
    assert lines[-2][1] == "101"
    service = yaml.safe_load(files["compose.yaml"])["services"]["prevent-pathways"]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert "listen 8080;" in files["default.conf"]
    assert "ssl" not in deploy.TARGETS["docker"](SAFE, PLACE)["default.conf"]


# --- security.txt, what is inside ---------------------------------------------------------------------------------------


def test_security_txt_names_the_owners_mailbox_and_ends_within_a_year_of_the_data() -> None:
    k = checked(ROOT, TODAY, "example").k
    ((path, text),) = security_txt(k).items()
    assert path == ".well-known/security.txt"
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    assert fields["Contact"] == f"mailto:{k.edition.mailbox}"
    assert fields["Canonical"] == f"{k.edition.base_address}.well-known/security.txt"
    assert datetime.timedelta(0) < datetime.date.fromisoformat(fields["Expires"][:10]) - data_day(k) < datetime.timedelta(days=365)


def test_an_edition_that_nobody_owns_has_no_security_txt(real: Checked) -> None:
    assert security_txt(real.k) == {}


def test_the_list_of_what_is_inside_has_every_pin_and_what_the_site_brings_along() -> None:
    data = json.loads(sbom(ROOT, "Prevent Pathways", TODAY))
    pins = re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    listed = [(part["name"], part["version"]) for part in data["components"]]
    assert sorted(listed) == sorted([*((name.lower().replace("_", "-"), version) for name, version in pins), ("minisearch", "7.2.0")])
    assert {part["name"] for part in data["components"] if part["scope"] == "required"} == {"minisearch", "mkdocs-material"}
    for part in data["components"]:
        assert part["name"] == "minisearch" or part["externalReferences"][0]["hashes"], part["name"]
    assert sbom(ROOT, "Prevent Pathways", TODAY) == sbom(ROOT, "Prevent Pathways", TODAY)


@pytest.mark.whole
def test_the_list_of_what_is_inside_is_valid_cyclonedx(tmp_path: Path) -> None:
    """CycloneDX's own library judges it, strictly, from an environment that is thrown away."""
    (tmp_path / "sbom.json").write_text(sbom(ROOT, "Prevent Pathways", TODAY), encoding="utf-8")
    venv.create(tmp_path / "venv", with_pip=True)
    python = str(tmp_path / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))
    subprocess.run([python, "-m", "pip", "install", "-q", "cyclonedx-python-lib[json-validation]==11.12.0"], check=True)
    judge = (
        "import sys; from cyclonedx.schema import SchemaVersion; from cyclonedx.validation.json import JsonStrictValidator as V; "
        "v = V(SchemaVersion.V1_6); text = open(sys.argv[1]).read(); print(v.validate_str(text)); "
        "print(v.validate_str(text.replace('\"version\"', '\"versoin\"')) is None)"
    )
    done = subprocess.run([python, "-c", judge, str(tmp_path / "sbom.json")], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["None", "False"]


# --- the command --------------------------------------------------------------------------------------------------------


def options(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    deploy.arguments(parser)
    return parser.parse_args(words)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the command reads, with a small site of the invented edition."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC).timestamp())))
    left_out = shutil.ignore_patterns(".git", ".venv", "site*", "deploy-*", ".*", "rendered", "__pycache__", "tests")
    shutil.copytree(ROOT, tmp_path / "project", ignore=left_out)
    a_page(tmp_path / "project" / "site-example", "<p>x</p>" * 500)
    (tmp_path / "project" / "site-example" / "index.html").write_text("<title>x</title>")
    return tmp_path / "project"


def test_the_command_lays_out_everything_a_server_needs_and_the_same_each_time(project: Path) -> None:
    said: list[str] = []
    assert deploy.run(project, options("--edition", "example", "--hsts"), said.append) == 0
    target = project / "deploy-example"
    found = {path: (target / path).read_bytes() for path in files_in(target)}
    assert {path.split("/")[0] for path in found} == {"site", "sbom.cdx.json", *deploy.TARGETS}
    assert {path for path in found if path.startswith("site/")} == {
        "site/index.html", "site/barnet/index.html", "site/barnet/index.html.gz", "site/.well-known/security.txt"}  # fmt: skip
    assert found["site/barnet/index.html.gz"] == gzipped(found["site/barnet/index.html"])
    assert b"server_name prevent.example.org;" in found["nginx/prevent-pathways.conf"]
    assert "deploy-example/ is ready" in said[-1]
    (target / "stray").write_text("left from before")
    assert deploy.run(project, options("--edition", "example", "--hsts"), said.append) == 0
    assert {path: (target / path).read_bytes() for path in files_in(target)} == found
    assert [path.name for path in project.glob(".deploy*")] == []


def test_a_page_that_would_not_work_leaves_the_last_good_folder(project: Path) -> None:
    deploy.run(project, options("--edition", "example"), lambda message: None)
    before = files_in(project / "deploy-example")
    a_page(project / "site-example", '<p style="x">x</p>')
    (problem,) = refused(deploy.run, project, options("--edition", "example"), lambda message: None)
    assert problem.path == "site-example/barnet/index.html"
    assert files_in(project / "deploy-example") == before


def test_a_site_that_is_not_built_yet_is_asked_for(project: Path) -> None:
    shutil.rmtree(project / "site-example")
    (problem,) = refused(deploy.run, project, options("--edition", "example"), lambda message: None)
    assert problem.tip == "run: python3 -m scripts build --edition example"


@pytest.mark.parametrize("folder", ["relative", "/srv/a;b", '/srv/"x"', "/srv/$uri", "/srv/a\nb"])
def test_a_folder_that_would_break_a_servers_settings_is_not_understood(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        options("--root", folder)
    assert "must start with /" in capsys.readouterr().err
