"""The site on real servers: nginx, Caddy and Apache on loopback, with the settings that `python -m scripts deploy` writes.

Every kind of page in a real browser under the strict policy, the headers read back, compressed copies, and requests that must get nothing.
The servers are Debian's. One that is missing is installed where that can be done, as the browser is; nothing is skipped.
"""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from scripts.build import ROOT, Checked
from scripts.serving.apache import apache
from scripts.serving.caddy import caddy
from scripts.serving.compress import KINDS, SMALLEST
from scripts.serving.docker import docker
from scripts.serving.inline import read_inline
from scripts.serving.nginx import nginx
from scripts.serving.policy import ASK_AGAIN, FOR_EVER, Place, Policy, content_type, files_in, policy
from scripts.upkeep.deploy import lay
from tests.browsing import DESKTOP, PHONE, search, visit
from tests.test_browser import PAGE_TYPES

# --- a server ----------------------------------------------------------------------------------------------------------

pytestmark = pytest.mark.whole  # the servers are installed where they are missing, which `make test` must not need

PACKAGES = {
    "nginx": "nginx-light",
    "caddy": "caddy",
    "apache2": "apache2",
    "openssl": "openssl",
    "soffice": "libreoffice-impress",
    "fc-match": "fontconfig",
}


def program(name: str) -> str:
    """The path of a program, installed from Debian's package where this is root on Debian; else the test says what to run."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    if not (found := shutil.which(name, path=places)) and shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", PACKAGES[name]], env=quiet, stdout=subprocess.DEVNULL)
        found = shutil.which(name, path=places)
    if not found:
        pytest.fail(f"this test needs {name}. Run: sudo apt-get install {PACKAGES[name]}, then run the tests again")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def put(folder: Path, texts: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def nginx_command(folder: Path, texts: Mapping[str, str], within: str = "prevent-pathways.conf") -> list[str]:
    """nginx as its own main file would start it, but in the foreground and in a folder of its own."""
    user = "user root;\n" if os.geteuid() == 0 else ""  # else its workers could not read the tests' folder
    parts = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    main = f"{user}daemon off;\nworker_processes 1;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
    put(folder, {**texts, "nginx.conf": f"{main}http {{ access_log off; {parts} include {within}; }}\n"})
    return [program("nginx"), "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"]


def caddy_command(folder: Path, texts: Mapping[str, str]) -> list[str]:
    put(folder, texts)
    return [program("caddy"), "run", "--config", f"{folder}/Caddyfile", "--adapter", "caddyfile"]


MODULES = "mpm_event authz_core dir mime headers rewrite"


def apache_command(folder: Path, texts: Mapping[str, str], port: int) -> list[str]:
    command = program("apache2")
    loads = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in MODULES.split())
    user = f"User #{os.getuid()}\nGroup #{os.getgid()}\n" if os.geteuid() else ""
    main = f'ServerRoot "{folder}"\nPidFile "{folder}/pid"\nErrorLog "{folder}/error.log"\nDefaultRuntimeDir "{folder}"\nServerName localhost\n'
    main += f"Listen 127.0.0.1:{port}\nServerTokens Prod\nTypesConfig /dev/null\n{user}Include {folder}/prevent-pathways.conf\n"
    put(folder, {**texts, "apache2.conf": loads + main})
    return [command, "-X", "-f", f"{folder}/apache2.conf"]


@contextlib.contextmanager
def running(command: list[str], port: int, folder: Path, user: int | None = None) -> Iterator[str]:
    """A server as long as the test needs it, as another user where one is named; gives its address."""
    home = {**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "said").open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said, env=home, user=user) as server:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.05)
        else:
            pytest.fail(f"{command[0]} does not answer: {(folder / 'said').read_text()}")
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


# --- the site on it ----------------------------------------------------------------------------------------------------

PLANTED = {
    ".git/config": "SECRET",
    ".htpasswd": "SECRET",
    "data/.draft.json": "SECRET",
    "empty/list.bin": "SECRET",
    ".well-known/.secret": "SECRET",
    ".well-known/security.txt": "Contact: mailto:safeguarding@example.org\nExpires: 2027-11-20T00:00:00Z\n",
    "data/planted.json": json.dumps(["planted"] * 300),
    "data/planted.ics": "BEGIN:VCALENDAR\r\n" + "X-PLANTED:1\r\n" * 200 + "END:VCALENDAR\r\n",
    "data/atom.xml": "<feed xmlns='http://www.w3.org/2005/Atom'>" + "<entry/>" * 200 + "</feed>",
    "assets/planted.0123456789abcdef.min.js": "// planted\n" * 200,
    "assets/planted.js": "// planted\n" * 200,
}
"""Laid into the copy of the site: what a hurried hand uploads along, and one file of each kind that the site may have."""


@dataclass(frozen=True)
class Deployed:
    """A site ready to be served, with its policy."""

    site: Path
    policy: Policy


@pytest.fixture(scope="session")
def deployed(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The real site as the command lays it out, with what was planted."""
    target = tmp_path_factory.mktemp("deployed") / "deploy"
    inline = read_inline(site, ROOT / "theme")
    lay(target, site, {f"site/{name}": text for name, text in PLANTED.items()})
    return Deployed(target / "site", policy(inline, files_in(target / "site")))


def start_nginx(deployed: Deployed, folder: Path, port: int) -> list[str]:
    return nginx_command(folder, nginx(deployed.policy, Place(str(deployed.site), http_port=port)))


def start_caddy(deployed: Deployed, folder: Path, port: int) -> list[str]:
    return caddy_command(folder, caddy(deployed.policy, Place(str(deployed.site), http_port=port)))


def start_apache(deployed: Deployed, folder: Path, port: int) -> list[str]:
    return apache_command(folder, apache(deployed.policy, Place(str(deployed.site), http_port=port)), port)


SERVERS: dict[str, Callable[[Deployed, Path, int], list[str]]] = {"nginx": start_nginx, "caddy": start_caddy, "apache": start_apache}


@pytest.fixture(scope="session", params=["nginx", "caddy", "apache"])
def server(request: pytest.FixtureRequest, deployed: Deployed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Each server in turn, with the whole site."""
    folder, port = tmp_path_factory.mktemp(request.param), free_port()
    with running(SERVERS[request.param](deployed, folder, port), port, folder) as address:
        yield address


@dataclass(frozen=True)
class Answer:
    """What a server sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(address: str, path: str, method: str = "GET", **headers: str) -> Answer:
    """One request, with the path exactly as written."""
    host, _, port = address.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=20)
    connection.putrequest(method, path, skip_host="Host" in headers, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    found = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    connection.close()
    return found


OURS = ("content-security-policy", "cross-origin-opener-policy", "cross-origin-resource-policy", "permissions-policy", "referrer-policy",
        "x-content-type-options", "x-frame-options", "strict-transport-security", "cache-control", "access-control-allow-origin")  # fmt: skip


def ours(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name in OURS}


def wanted(policy: Policy, path: str) -> dict[str, str]:
    return {name.lower(): value for name, value in policy.headers(path).items()}


# --- in the browser ----------------------------------------------------------------------------------------------------

LISTEN = """window.reported = []; document.addEventListener('securitypolicyviolation', event =>
  window.reported.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))"""


def reported(page: Page) -> list[str]:
    return [str(report) for report in page.evaluate("window.reported")]


def test_every_kind_of_page_breaks_no_rule_of_the_policy_and_asks_nothing_outside(browser: Browser, server: str) -> None:
    """`visit` fails on any message in the console, where a blocked script is reported too, and on any request to another host."""
    with visit(browser, server, PHONE) as page:
        page.add_init_script(LISTEN)
        for path in PAGE_TYPES.values():
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            assert "content-security-policy" in answer.headers
            assert reported(page) == [], path


def test_the_search_works_under_the_policy(browser: Browser, server: str) -> None:
    with visit(browser, server, DESKTOP) as page:
        page.add_init_script(LISTEN)
        page.goto("/barnet/school/")
        assert search(page, DESKTOP, "Barnet MASH")[0][0] == "/barnet/#child"
        assert reported(page) == []


def test_a_short_code_still_leads_to_its_page(browser: Browser, server: str, real: Checked) -> None:
    code = real.k.myths["channel-compulsory"].code.lower()
    with visit(browser, server, PHONE) as page:
        page.goto(f"/{code}/")
        page.wait_for_url(f"{server}/myths/channel-compulsory/")


def test_a_script_that_is_not_ours_is_blocked_and_reported(browser: Browser, deployed: Deployed, tmp_path: Path) -> None:
    """The test above can fail: the same page with a script, a handler and a style of somebody else's."""
    text = (deployed.site / "barnet" / "index.html").read_text(encoding="utf-8")
    put(tmp_path / "site", {"index.html": text.replace("</footer>", f"{HOSTILE}</footer>", 1)})
    port = free_port()
    with running(start_nginx(replace(deployed, site=tmp_path / "site"), tmp_path / "nginx", port), port, tmp_path / "nginx") as address:
        page = browser.new_page()
        page.add_init_script(LISTEN)
        page.goto(address)
        page.wait_for_function("window.reported.length >= 4")
        assert {report.split()[0] for report in reported(page)} == {"script-src-elem", "script-src-attr", "style-src-attr", "img-src"}
        assert page.evaluate("[typeof window.stolen, getComputedStyle(document.querySelector('#hostile')).position]") == ["undefined", "static"]
        page.close()


HOSTILE = """<script>window.stolen = document.body.innerText</script><p id="hostile" style="position: fixed">x</p>
<img src="missing.png" onerror="window.stolen = 1" alt=""><img src="http://127.0.0.1:9/x.png" alt="">"""


# --- headers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/barnet/", "/barnet/school/", "/404.html", "/assets/search.js", "/assets/planted.js", "/data/planted.json",
                                  "/data/planted.ics", "/assets/planted.0123456789abcdef.min.js", "/.well-known/security.txt"])  # fmt: skip
def test_the_headers_of_an_answer_are_those_of_the_policy_and_no_others(server: str, deployed: Deployed, path: str) -> None:
    for method in ("GET", "HEAD"):
        answer = ask(server, path, method, Accept_Encoding="gzip")
        assert answer.status == 200
        assert ours(answer) == wanted(deployed.policy, path)
        assert "set-cookie" not in answer.headers
        assert "x-powered-by" not in answer.headers
        assert not any(sign.isdigit() for sign in answer.headers.get("server", "")), "the server tells its version"


def test_only_a_file_that_is_named_after_its_content_is_kept_for_ever(server: str) -> None:
    assert ask(server, "/assets/planted.0123456789abcdef.min.js").headers["cache-control"] == FOR_EVER
    for path in ("/", "/assets/search.js", "/data/planted.json", "/assets/gone.0123456789abcdef.min.js"):
        assert ask(server, path).headers["cache-control"] == ASK_AGAIN, path


def test_a_page_that_has_not_changed_is_not_sent_again(server: str) -> None:
    for more in ({}, {"Accept_Encoding": "gzip"}):
        first = ask(server, "/barnet/", **more)
        again = ask(server, "/barnet/", If_None_Match=first.headers["etag"], **more)
        assert (again.status, again.body) == (304, b"")


def test_an_address_that_is_not_there_gives_the_sites_own_page_with_every_header(server: str, deployed: Deployed) -> None:
    for path in (
        "/no-such-page/",
        "/assets/",
        "/empty/",
        "/data/gone.json",
        "/assets/gone.0123456789abcdef.min.css",
    ):
        answer = ask(server, path)
        assert answer.status == 404, path
        assert b"That page is not here" in answer.body
        assert ours(answer) == wanted(deployed.policy, "/404.html"), path
        assert answer.headers["content-type"] == content_type("html")


@pytest.mark.parametrize(
    "path", ["/index.html", "/assets/search.js", "/assets/mark.svg", "/data/planted.json", "/data/planted.ics", "/data/atom.xml"]
)
def test_each_file_says_what_it_is_and_in_which_letters(server: str, path: str) -> None:
    assert ask(server, path).headers["content-type"].lower() == content_type(path)


def test_an_address_without_its_slash_leads_on_within_the_site(server: str) -> None:
    answer = ask(server, "/barnet", Host="intranet.example.org")
    assert answer.status in (301, 308)
    assert within(answer.headers["location"]) == "/barnet/"


def within(place: str) -> str:
    """The path that a redirect leads to, and nothing where it leads to another host. Apache alone names the host that was asked, and its own port."""
    found = re.fullmatch(r"(?:http://intranet\.example\.org(?::\d+)?)?(/(?![/\\]).*)", place)
    return found[1] if found else ""


# --- compressed copies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/barnet/school/", "/assets/search.js", "/data/planted.json", "/data/planted.ics"])
def test_the_compressed_copy_goes_to_those_who_take_it_and_the_text_to_all_others(server: str, deployed: Deployed, path: str) -> None:
    file = deployed.site / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))
    copy = file.with_name(f"{file.name}.gz").read_bytes()
    taken = ask(server, path, Accept_Encoding="gzip, br")
    assert (taken.headers.get("content-encoding"), taken.body) == ("gzip", copy)
    plain = ask(server, path)
    assert (plain.headers.get("content-encoding"), plain.body) == (None, file.read_bytes())
    assert gzip.decompress(copy) == plain.body
    assert "accept-encoding" in taken.headers["vary"].lower()


def test_every_text_has_its_copy_and_no_copy_is_older_than_its_text(deployed: Deployed) -> None:
    texts = [path for path in deployed.site.rglob("*") if path.suffix in KINDS and path.stat().st_size > SMALLEST]
    assert len(texts) > 1000
    for path in texts[::50]:
        copy = path.with_name(f"{path.name}.gz").read_bytes()
        assert gzip.decompress(copy) == path.read_bytes()
        assert copy[4:8] == bytes(4), "the copy has no time in it"


# --- odd requests ------------------------------------------------------------------------------------------------------

ODD = ("/.git/config", "/.manifest.json", "/.manifest.json.gz", "/.git/", "/.htpasswd", "/data/.draft.json", "/.well-known/.secret", "/index.html.gz", "/barnet/index.html.gz", "/empty/",
       "/..%2f..%2fetc/passwd", "/../../etc/passwd", "/barnet/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%5c..%5cetc%5cpasswd",
       "/%00", "/index.html%00.js", "/.%67it/config", "//.git/config", "/assets/..;/..;/etc/passwd", "/%252e%252e/etc/passwd", "/etc/passwd",
       "/barnet/%2e%2e/.git/config", "/~root/", "/" + "a" * 20_000, "/?" + "a" * 20_000)  # fmt: skip


@pytest.mark.parametrize("path", ODD, ids=lambda path: path[:40])
def test_an_odd_address_gets_nothing_that_is_not_on_the_site(server: str, deployed: Deployed, path: str) -> None:
    answer = ask(server, path, Accept_Encoding="identity")
    home = path.startswith("/?") and answer.status == 200  # a question that nobody reads: the home page
    assert home or answer.status in (400, 403, 404, 414, 431), answer.status
    for leak in (b"SECRET", b"root:", str(deployed.site).encode(), b"Index of", b"list.bin"):
        assert leak not in answer.body


def test_two_slashes_lead_to_no_other_host(server: str) -> None:
    for path in ("//example.org/", "//example.org", "/\\example.org", "//barnet", "/%2f%2fexample.org", "//example.org/.."):
        place = ask(server, path, Host="intranet.example.org").headers.get("location", "/")
        assert within(place), place


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "FOO"])
def test_a_method_that_is_not_for_reading_is_refused(server: str, method: str) -> None:
    answer = ask(server, "/barnet/", method, X_Secret="echo-me")
    assert answer.status in (400, 405, 501)
    assert b"echo-me" not in answer.body


# --- the container, TLS, .htaccess -------------------------------------------------------------------------------------


NOBODY = 65534


def test_the_containers_nginx_runs_without_root_and_sends_the_same(deployed: Deployed) -> None:
    """The settings of the image as they are, but for its folder and port; as the user nobody where the tests run as root."""
    port, root = free_port(), os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:  # pytest's own folders are closed to other users
        folder, site = Path(name), Path(name) / "site"
        shutil.copytree(deployed.site / "barnet", site / "barnet")
        folder.chmod(0o777)
        texts = {name: text.replace("/usr/share/nginx/html", str(site)).replace("listen 8080;", f"listen {port};")
                 for name, text in docker(deployed.policy, Place()).items()}  # fmt: skip
        command = nginx_command(folder, texts, "default.conf")
        (folder / "nginx.conf").write_text((folder / "nginx.conf").read_text().replace("user root;\n", ""))
        with running(command, port, folder, NOBODY if root else None) as address:
            assert (folder / "pid").stat().st_uid == (NOBODY if root else os.geteuid())
            answer = ask(address, "/barnet/", Accept_Encoding="gzip")
            assert (answer.status, answer.headers["content-encoding"]) == (200, "gzip")
            assert ours(answer) == wanted(deployed.policy, "/barnet/")


@pytest.mark.whole
def test_a_folder_on_a_shared_apache_needs_the_htaccess_only(deployed: Deployed, tmp_path: Path) -> None:
    texts = apache(deployed.policy, Place())
    site, port = tmp_path / "site", free_port()
    shutil.copytree(deployed.site, site)
    put(site, {".htaccess": texts[".htaccess"]})
    host = (
        f'<VirtualHost *:{port}>\nDocumentRoot "{site}"\n<Directory "{site}">\nRequire all granted\nAllowOverride All\n</Directory>\n</VirtualHost>\n'
    )
    with running(apache_command(tmp_path / "apache", {"prevent-pathways.conf": host}, port), port, tmp_path / "apache") as address:
        for path in ("/", "/barnet/school/", "/data/planted.json", "/assets/planted.0123456789abcdef.min.js"):
            answer = ask(address, path, Accept_Encoding="gzip")
            assert ours(answer) == wanted(deployed.policy, path)
            assert answer.headers["content-encoding"] == "gzip"
        for path in ("/.htaccess", "/.git/config", "/no-such-page/"):
            answer = ask(address, path)
            assert answer.status in (403, 404)
            assert b"SECRET" not in answer.body


HOST = "127.83.1.1"
"""A loopback address of its own: the scanner asks ports 80 and 443."""


@pytest.mark.whole
def test_a_published_scanner_gives_the_top_grade(deployed: Deployed, tmp_path: Path) -> None:
    """MDN's HTTP Observatory, from npm, against nginx with a certificate of its own. Needs npm, and root for ports 80 and 443."""
    rules = policy(read_inline(deployed.site, ROOT / "theme"), files_in(deployed.site), tls=True)
    certificate(tmp_path)
    texts = nginx(rules, Place(str(deployed.site), HOST, certificates=str(tmp_path)))
    texts["prevent-pathways.conf"] = texts["prevent-pathways.conf"].replace("listen ", f"listen {HOST}:")
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(tmp_path / "npm"), SCANNER]
    subprocess.run(npm, check=True, capture_output=True)
    package = tmp_path / "npm" / "node_modules" / "@mdn" / "mdn-http-observatory"
    (package / "conf" / "hsts-preload.json").write_text("{}")  # the list of sites known to browsers; this one is not in it
    folder = tmp_path / "nginx"
    command = nginx_command(folder, texts)
    with subprocess.Popen(command) as server:
        try:
            time.sleep(2)
            trusted = {**os.environ, "NODE_EXTRA_CA_CERTS": str(tmp_path / "fullchain.pem")}
            done = subprocess.run(["node", str(package / "src" / "scan.js"), HOST], env=trusted, capture_output=True, text=True, timeout=120)
        finally:
            server.terminate()
    found = json.loads(done.stdout)
    marks = {name: (test["result"], test["scoreModifier"]) for name, test in found["tests"].items()}
    assert found["scan"]["grade"] == "A+", marks
    assert found["scan"]["testsFailed"] == 0, marks
    print(f"grade {found['scan']['grade']}, score {found['scan']['score']}: {marks}")


SCANNER = "@mdn/mdn-http-observatory@1.4.8"


def certificate(folder: Path) -> None:
    """A certificate for the loopback address, signed by itself."""
    command = [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext",
               f"subjectAltName=IP:{HOST}", "-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
