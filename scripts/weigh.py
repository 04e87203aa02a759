"""What a page and a search cost a slow phone: ours beside peers and a floor, in one run, throttled alike.

The phone is Chromium with Slow 4G (562.5 ms a request, 1,475 kbit/s down) and its processor slowed four times, as Lighthouse
applies them (research/performance.md 3). Chromium does not slow workers, so stock Material's search, which runs in one, looks
better here than on a real phone. Every site is served gzipped over loopback; rounds go in turn and the median counts.

The peers come from npm when they are wanted: govuk-frontend for the page, Pagefind for the search.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import os
import posixpath
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from scripts.build import ROOT, checked, day_of_build, pages_of, rendered_in
from scripts.measure import STOCK
from scripts.pages.page import Page as SitePage
from scripts.pages.search import entries

ROUNDS = 5
SLOW_ROUNDS = 2
"""Stock Material's search takes more than half a minute here."""
ROUTE = "/barnet/school/"
QUERY, WANTED = "barnet mash", "barnet/"
GOVUK, PAGEFIND = "govuk-frontend@6.6.0", "pagefind@1.6.0"
LATENCY, DOWN, UP, SLOWED = 562.5, 1_475_000 / 8, 675_000 / 8, 4
MOST_BYTES, MOST_REQUESTS, MOST_SEARCH = 70_000, 6, 3.0
"""The bounds of the issue tracker's third issue, in bytes, requests and seconds."""


class Gzipped(http.server.SimpleHTTPRequestHandler):
    """Serves a folder with every text gzipped, as a web server set up for it does."""

    def send_head(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        content = _zipped(path) if path.suffix in (".html", ".css", ".js", ".json", ".svg") else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if content[:2] == b"\x1f\x8b" and path.suffix != ".gz":
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self) -> None:
        """Send the file."""
        self.send_head()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Patient(http.server.ThreadingHTTPServer):
    """Says nothing when a page is left before all of it has come."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


@functools.cache
def _zipped(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A folder on loopback; gives its address."""
    server = Patient(("127.0.0.1", 0), functools.partial(Gzipped, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@contextmanager
def phone(browser: Browser, throttled: bool = True) -> Iterator[tuple[Page, CDPSession]]:
    """A slow phone with an empty cache."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, device_scale_factor=2, has_touch=True, is_mobile=True)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    if throttled:
        session.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY, "downloadThroughput": DOWN, "uploadThroughput": UP})
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    yield page, session
    context.close()


# --- a first view ------------------------------------------------------------------------------------------------------

PAINT = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
  .observe({type: "largest-contentful-paint", buffered: true}))"""


def first_view(browser: Browser, address: str) -> tuple[float, int, int]:
    """Milliseconds to the largest paint, bytes over the wire, requests."""
    with phone(browser) as (page, session):
        sizes: list[int] = []
        session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
        page.goto(address, wait_until="load")
        page.wait_for_timeout(500)
        return float(page.evaluate(PAINT)), sum(sizes), len(sizes)


def page_peers(site: Path, folder: Path) -> Mapping[str, str]:
    """Folder to put the same page in: bare HTML, and with govuk-frontend's style and script. Returns name to path."""
    page = BeautifulSoup((site / ROUTE.strip("/") / "index.html").read_text(encoding="utf-8"), "html.parser")
    for tag in page(["style", "script", "link"]):
        tag.decompose()
    (folder / "bare").mkdir()
    (folder / "bare" / "index.html").write_text(str(page), encoding="utf-8")
    _npm(GOVUK, folder / "npm")
    govuk = folder / "govuk"
    govuk.mkdir()
    dist = folder / "npm" / "node_modules" / "govuk-frontend" / "dist" / "govuk"
    for name in ("govuk-frontend.min.css", "govuk-frontend.min.js"):
        shutil.copy(dist / name, govuk / name)
    style = (govuk / "govuk-frontend.min.css").read_text(encoding="utf-8")
    (govuk / "govuk-frontend.min.css").write_text(re.sub(r"@font-face\{[^}]*\}", "", style), encoding="utf-8")  # its fonts are for gov.uk alone
    assert page.head is not None
    assert page.body is not None
    page.head.append(BeautifulSoup('<link rel="stylesheet" href="govuk-frontend.min.css">', "html.parser"))
    page.body["class"] = "govuk-template__body js-enabled govuk-frontend-supported"
    page.body.append(BeautifulSoup('<script type="module">import {initAll} from "./govuk-frontend.min.js"; initAll()</script>', "html.parser"))
    (govuk / "index.html").write_text(str(page), encoding="utf-8")
    return {"bare HTML": "/bare/", "govuk-frontend": "/govuk/"}


def _npm(package: str, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), package], check=True, capture_output=True)


# --- a search ----------------------------------------------------------------------------------------------------------


def ours(page: Page) -> None:
    """Type the query as soon as the box can be had, and wait for the wanted result."""
    page.locator(".pp-search__open").tap()
    page.keyboard.type(QUERY)
    page.locator(f'[data-search-results] a[href*="{WANTED}"]').first.wait_for()


def material(page: Page) -> None:
    """The same with stock Material."""
    page.locator("label[for=__search]").first.tap()
    page.locator(".md-search__input").wait_for()
    page.keyboard.type(QUERY)
    page.locator(f'.md-search-result__item a[href*="{WANTED}"]').first.wait_for(timeout=120_000)


def plain_box(page: Page) -> None:
    """The same with a bare box."""
    page.locator("input").tap()
    page.keyboard.type(QUERY)
    page.locator("a").first.wait_for(timeout=60_000)


TITLES = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Titles</title><input><ul></ul><script>
const box = document.querySelector("input"), list = document.querySelector("ul"); let all;
const show = () => { const words = box.value.toLowerCase().split(" ").filter(Boolean); list.innerHTML = "";
  for (const [title, url] of (all ?? []).filter(([title]) => words.some(word => title.toLowerCase().includes(word))).slice(0, 8))
    list.innerHTML += `<li><a href="${url}">${title}</a></li>`; };
box.addEventListener("focus", () => all ?? fetch("titles.json").then(answer => answer.json()).then(found => { all = found; show(); }));
box.addEventListener("input", show);
</script></html>"""
PAGEFIND_PAGE = """<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Pagefind</title><input><ul></ul><script type="module">
const box = document.querySelector("input"), list = document.querySelector("ul"); let finder;
const show = async () => { finder ??= await import("../pagefind/pagefind.js"); const found = await finder.search(box.value);
  const shown = await Promise.all(found.results.slice(0, 5).map(one => one.data())); list.innerHTML = shown.map(one => `<li><a href="${one.url}">${one.meta.title}</a></li>`).join(""); };
box.addEventListener("input", show);
</script></html>"""


def search_time(browser: Browser, address: str, act: Callable[[Page], None]) -> float:
    """Seconds from opening the page to the wanted result of a query typed at once."""
    with phone(browser) as (page, _):
        started = time.perf_counter()
        page.goto(address, wait_until="commit", timeout=120_000)
        act(page)
        return time.perf_counter() - started


WARM = """query => { const box = document.querySelector(".pp-search__box"); const started = performance.now();
  box.value = query; box.dispatchEvent(new Event("input")); document.querySelector("[data-search-results]").getBoundingClientRect();
  return performance.now() - started; }"""


def warm_key(browser: Browser, address: str) -> float:
    """Milliseconds from a key to the results on the page, the slowest of several queries, on the slowed processor."""
    with phone(browser) as (page, _):
        page.goto(address)
        ours(page)
        return max(
            float(page.evaluate(WARM, query)) for query in ("m", "ma", "mash", "hospital barnet out of hours", "safegaurding", "who do I tell")
        )


# --- what it finds -----------------------------------------------------------------------------------------------------

QUERIES = ROOT / "tests" / "search" / "queries.yml"


def wanted() -> list[tuple[str, frozenset[str]]]:
    """The queries written before the aliases, with the pages wanted."""
    data = yaml.load(QUERIES.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["queries"]
    return [(one["q"], frozenset([one["want"]] if isinstance(one["want"], str) else one["want"])) for one in data if one.get("before")]


def quality(page: Page, box: str, links: str, home: str) -> tuple[int, int, int]:
    """How many queries find a wanted page first, how many among the first three, and how many there are."""
    first = three = 0
    queries = wanted()
    for query, pages in queries:
        page.locator(box).fill("")
        page.locator(box).press_sequentially(query)  # Material listens to keys
        page.wait_for_timeout(400)
        found = [urlsplit(str(link.get_attribute("href"))).path for link in page.locator(links).all()[:3]]
        hits = ["/" + posixpath.relpath(urlsplit(urljoin(home, path)).path, urlsplit(home).path).strip("./") + "/" in pages for path in found]
        first, three = first + any(hits[:1]), three + any(hits)
    return first, three, len(queries)


def small_index(pages: Sequence[SitePage], folder: Path) -> None:
    """Material's own search, fed with our small index, in a site whose navigation holds the home page only."""
    config = folder / "small.yml"
    config.write_text(STOCK.format(docs=rendered_in(ROOT), site=folder / "small") + "nav: [index.md]\nnot_in_nav: |\n  /**/index.md\n")
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(config)], check=True, env=quiet, capture_output=True)
    target = folder / "small" / "search" / "search_index.json"
    index = json.loads(target.read_text(encoding="utf-8"))
    k = checked(ROOT, day_of_build()).k
    index["docs"] = [
        {
            "location": entry.to.lstrip("/"),
            "title": entry.title,
            "text": " ".join((*entry.alias, *entry.heading, *entry.contact, *entry.number, entry.line)),
        }
        for entry in entries(k, pages)
    ]
    target.write_text(json.dumps(index), encoding="utf-8")


# --- all together ------------------------------------------------------------------------------------------------------


def main(say: Callable[[str], None], chromium: str) -> int:
    """Print the figures; returns 1 if a bound does not hold."""
    site = ROOT / "site"
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        say("getting the peers, and building stock Material on the same Markdown")
        pages = pages_of(checked(ROOT, day_of_build()))
        shutil.copytree(site, folder / "ours")
        peers = page_peers(site, folder)
        _npm(PAGEFIND, folder / "npm")
        shutil.copytree(site, folder / "pagefind")
        subprocess.run(["npx", "--prefix", str(folder / "npm"), "pagefind", "--site", str(folder / "pagefind")], check=True, capture_output=True)
        (folder / "pagefind" / "zz").mkdir()
        (folder / "pagefind" / "zz" / "index.html").write_text(PAGEFIND_PAGE, encoding="utf-8")
        (folder / "titles").mkdir()
        (folder / "titles" / "index.html").write_text(TITLES, encoding="utf-8")
        (folder / "titles" / "titles.json").write_text(json.dumps([(page.title, page.path) for page in pages]), encoding="utf-8")
        config = folder / "mkdocs.yml"
        config.write_text(STOCK.format(docs=rendered_in(ROOT), site=folder / "stock"))
        quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
        subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q", "-f", str(config)], check=True, env=quiet, capture_output=True)
        small_index(pages, folder)

        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with serving(folder) as root:
            say(f"first view of {ROUTE}: {ROUNDS} rounds")
            views: dict[str, list[tuple[float, int, int]]] = {}
            addresses = {
                "ours": f"{root}/ours{ROUTE}",
                **{name: root + path for name, path in peers.items()},
                "stock Material": f"{root}/stock{ROUTE}",
            }
            for _ in range(ROUNDS):
                for name, address in addresses.items():
                    views.setdefault(name, []).append(first_view(browser, address))
            floor = statistics.median(view[0] for view in views["bare HTML"])
            for name, found in views.items():
                paint = statistics.median(view[0] for view in found)
                print(
                    f"first view, {name}: largest paint {paint:.0f} ms ({paint / floor:.2f} of bare), {found[0][1] / 1000:.1f} kB, {found[0][2]} requests"
                )

            say(f"search for “{QUERY}” from opening the home page: {ROUNDS} rounds")
            takes: dict[str, list[float]] = {}
            acts = {"ours": ("/ours/", ours), "titles on a bare page": ("/titles/", plain_box), "Pagefind on a bare page": ("/pagefind/zz/", plain_box),
                    "Material’s worker with our index": ("/small/", material), "stock Material": ("/stock/", material)}  # fmt: skip
            for round in range(ROUNDS):
                for name, (path, act) in acts.items():
                    if name == "stock Material" and round >= SLOW_ROUNDS:
                        continue
                    takes.setdefault(name, []).append(search_time(browser, root + path, act))
            for name, seconds in takes.items():
                print(f"search, {name}: {statistics.median(seconds):.2f} s")
            for name, box, links, act in (
                ("ours", ".pp-search__box", "[data-search-results] a", ours),
                (
                    "small",
                    ".md-search__input",
                    ".md-search-result__item > a:first-child, .md-search-result__item a.md-search-result__link:first-child",
                    material,
                ),
            ):
                with phone(browser, throttled=False) as (page, _):
                    page.goto(f"{root}/{name}/")
                    act(page)
                    first, three, count = quality(page, box, links, f"{root}/{name}/")
                    print(
                        f"search, {'ours' if name == 'ours' else 'Material’s worker with our index'}: of {count} queries {first} find a wanted page first, {three} in the first three"
                    )
            warm = warm_key(browser, f"{root}/ours/")
            print(f"search, ours, a key when it is there: {warm:.0f} ms")
        browser.close()
    paints = {name: statistics.median(view[0] for view in found) for name, found in views.items()}
    _, size, requests = views["ours"][0]
    slow = statistics.median(takes["ours"])
    return int(size > MOST_BYTES or requests > MOST_REQUESTS or paints["ours"] > paints["govuk-frontend"] or slow > MOST_SEARCH or warm > 50)
