"""Asks outside addresses whether they still answer: politely, with patience, and one verdict for each. No file is read or written here.

How an address is asked. One visit is one request wherever that can do. A page is fetched with GET, because only its text tells whether it
says "not found" with a straight face; a HEAD before it would double the visits and settle nothing. What is not a page (PDF …, by its ending
or by its last answer) is asked with HEAD, and with GET where HEAD is refused, answered with an error, or turns out to be about a page. An address
that was good is asked whether it has changed (If-None-Match, If-Modified-Since), and then sends no page. Of each page at most
`most_bytes` is read. Once per host an address that cannot exist is asked for, so that a site's "not found" page is known when it comes.

Nothing here switches off the verification of certificates. robots.txt is not asked for: it speaks to programs that wander, and this one
visits addresses that a person wrote into a record.
"""

from __future__ import annotations

import asyncio
import datetime
import email.utils
import hashlib
import random
import re
import ssl
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import httpx

from scripts.model import Verdict
from scripts.upkeep.faults import Fault, fault_of
from scripts.upkeep.verdicts import SIGN_IN, Result, fingerprint, is_home, says_not_there

USER_AGENT = "Prevent Pathways link check (asks each address about once a week, one at a time per host)"
"""Honest: it says what it is and what it does, and does not pretend to be a browser."""
DOCUMENTS = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".odp", ".csv", ".zip", ".rtf", ".jpg", ".png", ".mp4")
"""Endings of what is not a page."""
PERMANENT, TEMPORARY = (301, 308), (302, 303, 307)
"""RFC 9110, 15.4: which redirects say that the address itself has changed."""
UNWELCOME = (403, 406, 418, 429, 451, 999)
"""Answers that many sites give to programs and not to readers."""
LOCATION = "location-as-sent"
HOST_NAME = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+", re.IGNORECASE)
"""A host's name, or its number, as it goes over the wire."""
TOGETHER = 2
"""When so many addresses in a row fail because of their host, the others there are not asked."""


@dataclass(frozen=True)
class Limits:
    """How much is asked of others, and how long we wait. Times in seconds."""

    at_once: int = 32
    """Requests at once, all hosts together. To one host there is never more than one."""
    pause: float = 1.0
    """The least time between the starts of two requests to one host."""
    timeout: float = 20.0
    """The longest silence; an answer may take three times that in all."""
    tries: int = 3
    backoff: float = 2.0
    """The wait before the second try, give or take half; it doubles with each further one."""
    longest_wait: float = 60.0
    """A host that asks for a longer pause (Retry-After) is left alone for this time."""
    most_bytes: int = 256_000
    hops: int = 10


Tell = Callable[[Result], None]


async def ask_all(addresses: Iterable[str], limits: Limits, today: datetime.date, tell: Tell, known: Mapping[str, Result] | None = None) -> None:
    """Ask every address once and `tell` each result as it comes. `known` holds earlier results, for conditional requests.

    Hosts are asked side by side, the addresses of one host one after the other.
    """
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(limits.at_once))  # names are looked up in threads
    queues: dict[str, list[str]] = {}
    for address in dict.fromkeys(addresses):
        queues.setdefault(host_of(address), []).append(address)
    headers = {"User-Agent": USER_AGENT, "Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "en-GB,en;q=0.8"}
    timeout = httpx.Timeout(limits.timeout, pool=None)
    pool = httpx.Limits(max_connections=None, max_keepalive_connections=limits.at_once)
    context, hooks = ssl.create_default_context(), {"response": [_set_location_aside]}
    async with httpx.AsyncClient(verify=context, headers=headers, timeout=timeout, limits=pool, event_hooks=hooks) as client:
        asker = _Asker(client, limits, today, known or {}, tell)
        async with asyncio.TaskGroup() as group:
            for queue in sorted(queues.values(), key=len, reverse=True):  # the longest first: it decides when all is done
                group.create_task(asker.ask_host(queue))


async def _set_location_aside(response: httpx.Response) -> None:
    """Redirects are read by `_joined`; the client would take one that cannot be read for a fault of the connection."""
    if location := response.headers.pop("location", ""):
        response.headers[LOCATION] = location


def host_of(address: str) -> str:
    """The host of an address; what limits hold for."""
    try:
        return httpx.URL(address).host
    except httpx.InvalidURL:
        return ""


# --- one request after the other -------------------------------------------------------------------------------------------


@dataclass
class _Host:
    """The gate of one host: one at a time, and not before `due`."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    due: float = 0.0


@dataclass(frozen=True)
class _Answer:
    """The last answer of a chain: its status and headers, where the chain went, and the page's text if it was a page that was read."""

    status: int
    url: httpx.URL
    headers: httpx.Headers
    hops: tuple[tuple[int, str], ...]
    """Each redirect's status, and where it led."""
    page: str | None = None

    @property
    def is_page(self) -> bool:
        return "html" in self.headers.get("content-type", "html").lower()


class _Asker:
    """What one run shares: the client, the gates of the hosts, and what is known of them."""

    def __init__(self, client: httpx.AsyncClient, limits: Limits, today: datetime.date, known: Mapping[str, Result], tell: Tell) -> None:
        self.client, self.limits, self.today, self.known, self.tell = client, limits, today, known, tell
        self.slots = asyncio.Semaphore(limits.at_once)
        self.hosts: dict[str, _Host] = {}
        self.probes: dict[str, _Answer | None] = {}
        self.failed: Counter[str] = Counter()
        self.closed: dict[str, Fault] = {}

    async def ask_host(self, addresses: Sequence[str]) -> None:
        for address in addresses:
            self.tell(await self.ask(address))

    async def ask(self, address: str) -> Result:
        """The verdict on one address, after as many tries as it needs."""
        try:
            site = httpx.URL(address).netloc.decode()
        except (httpx.InvalidURL, UnicodeError):
            return self.result(address, Verdict.NO_HOST, "the address cannot be read")
        if site in self.closed:
            return self.result(address, self.closed[site].verdict, f"{self.closed[site].detail}; not asked again for each address of this site")
        result, down = self.result(address, Verdict.NOT_ASKED), None
        for attempt in range(1, self.limits.tries + 1):
            asked_for, down = 0.0, None
            try:
                answer = await self.visit(address, head=attempt == 1)
                result = await self.judge(address, answer)
                may_pass = answer.status in (408, 425, 429) or (result.verdict is Verdict.SERVER_FAULT and answer.status not in (501, 505))
                asked_for = _retry_after(answer.headers) if may_pass else 0.0
            except Fault as fault:
                result = self.result(address, fault.verdict, fault.detail)
                may_pass = fault.verdict in (Verdict.TIME_OUT, Verdict.BROKEN_ANSWER, Verdict.NOT_ASKED)
                down = fault if fault.whole_host and fault.site == site else None
            if asked_for > self.limits.longest_wait:
                self.closed[site] = Fault(Verdict.NOT_ASKED, f"its site asks to be left alone for {asked_for:.0f} seconds")
                return replace(result, verdict=Verdict.NOT_ASKED, detail=self.closed[site].detail)
            if not may_pass or attempt == self.limits.tries:
                break
            wait = max(asked_for, self.limits.backoff * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))
            host = self.host(httpx.URL(address))
            host.due = max(host.due, asyncio.get_running_loop().time() + asked_for)  # for those whom a redirect leads there meanwhile
            await asyncio.sleep(wait)
        self.failed[site] = self.failed[site] + 1 if down else 0
        if down and (down.verdict is Verdict.NO_HOST or self.failed[site] >= TOGETHER):
            self.closed[site] = down
        return result

    def result(self, address: str, verdict: Verdict, detail: str = "", leads_to: str = "") -> Result:
        return Result(address, verdict, self.today, detail, leads_to)

    def host(self, url: httpx.URL) -> _Host:
        return self.hosts.setdefault(url.host, _Host())

    async def visit(self, address: str, head: bool) -> _Answer:
        """One try: HEAD where that can do, GET where it cannot.

        Raises:
            Fault: no proper answer came.
        """
        before = self.known.get(address)
        conditions: dict[str, str] = {}
        if before is not None and before.verdict in (Verdict.GOOD, Verdict.UNCHANGED):
            pairs = (("If-None-Match", before.etag), ("If-Modified-Since", before.modified))
            conditions = {name: value for name, value in pairs if value}
        path = httpx.URL(address).path.lower()
        if head and (path.endswith(DOCUMENTS) or (before is not None and before.document)):
            try:
                answer = await self.follow("HEAD", address, conditions)
                if answer.status == 304 or (answer.status < 300 and not answer.is_page):
                    return answer
                if answer.status in (401, 408, 425, 429) or (answer.status >= 500 and answer.status != 501):
                    return answer
            except Fault as fault:
                if fault.verdict not in (Verdict.BROKEN_ANSWER, Verdict.TIME_OUT) or fault.whole_host:
                    raise
        return await self.follow("GET", address, conditions)

    async def follow(self, method: str, address: str, conditions: Mapping[str, str]) -> _Answer:
        """Ask, and go where redirects lead."""
        url, hops, seen = httpx.URL(address), list[tuple[int, str]](), set[str]()
        while True:
            async with self.answer(method, url, conditions if not hops else {}) as response:
                status, headers = response.status_code, response.headers
                if status not in (*PERMANENT, *TEMPORARY):
                    page = await self.read(response) if method == "GET" and status < 300 else None
                    return _Answer(status, url, headers, tuple(hops), page)
                where = headers.get(LOCATION, "").strip()
                if str(url) in seen and "set-cookie" not in headers:
                    raise Fault(Verdict.BROKEN_REDIRECT, f"it leads round in a circle, back to {url}")
            seen.add(str(url))
            url = _joined(url, where)
            hops.append((status, str(url)))
            if len(hops) > self.limits.hops:
                raise Fault(Verdict.BROKEN_REDIRECT, f"more than {self.limits.hops} redirects, one after the other")

    @asynccontextmanager
    async def answer(self, method: str, url: httpx.URL, headers: Mapping[str, str]) -> AsyncIterator[httpx.Response]:
        """One request, when its host's turn has come; faults come out as `Fault`."""
        loop, host = asyncio.get_running_loop(), self.host(url)
        async with host.lock:
            while (wait := host.due - loop.time()) > 0:
                await asyncio.sleep(wait)
            async with self.slots:
                host.due = loop.time() + self.limits.pause
                try:
                    async with asyncio.timeout(self.limits.timeout * 3), self.client.stream(method, url, headers=dict(headers)) as response:
                        yield response
                except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, UnicodeError, zlib.error) as error:
                    fault = fault_of(error, self.limits.timeout)
                    fault.site = url.netloc.decode()
                    raise fault from error

    async def read(self, response: httpx.Response) -> str | None:
        """The text of a page, up to the limit; None for what is not a page."""
        if "html" not in response.headers.get("content-type", "html").lower():
            return None
        content = b""
        async for chunk in response.aiter_bytes(16_384):
            content += chunk
            if len(content) >= self.limits.most_bytes:
                break
        return content[: self.limits.most_bytes].decode(_encoding(response), errors="replace")

    # --- the verdict -------------------------------------------------------------------------------------------------------

    async def judge(self, address: str, answer: _Answer) -> Result:
        """What an answer says of the address."""
        status, number = answer.status, f"HTTP {answer.status}"
        to = str(answer.url) if answer.hops else ""
        if status == 304 and not answer.hops and (before := self.known.get(address)):
            return replace(before, verdict=Verdict.UNCHANGED, on=self.today)
        if status in (401, 407):
            return self.result(address, Verdict.SIGN_IN, number, to)
        if status in UNWELCOME or "challenge" in answer.headers.get("cf-mitigated", ""):
            return self.result(address, Verdict.NO_ROBOTS, number, to)
        if status in (404, 410):
            return self.result(address, Verdict.GONE, number, to)
        if status == 408:
            return self.result(address, Verdict.TIME_OUT, number, to)
        if status >= 500:
            return self.result(address, Verdict.SERVER_FAULT, number, to)
        if status >= 400:
            return self.result(address, Verdict.NO_ROBOTS, number, to)
        if not 200 <= status < 300:
            return self.result(address, Verdict.BROKEN_REDIRECT, number, to)
        if reason := await self.not_there(address, answer):
            return self.result(address, Verdict.SOFT_404, reason, to)
        return self.there(address, answer)

    def there(self, address: str, answer: _Answer) -> Result:
        """The verdict on an address that leads to something: good, redirected or moved."""
        if not answer.hops:
            headers, etag = answer.headers, answer.headers.get("etag", "")
            return replace(self.result(address, Verdict.GOOD), etag=etag, modified=headers.get("last-modified", ""), document=not answer.is_page)
        if SIGN_IN.search(answer.url.path) and not SIGN_IN.search(httpx.URL(address).path):
            return self.result(address, Verdict.SIGN_IN, f"it leads to {answer.url}")
        for_good = ""
        for status, where in answer.hops:
            if status not in PERMANENT:
                break
            for_good = where
        count = f"{len(answer.hops)} redirects" if len(answer.hops) > 1 else f"HTTP {answer.hops[0][0]}"
        if for_good:
            return self.result(address, Verdict.MOVED, count, for_good)
        return self.result(address, Verdict.REDIRECTED, count, str(answer.url))

    async def not_there(self, address: str, answer: _Answer) -> str:
        """How a page that answers well shows that it is not there; empty where it does not."""
        asked = httpx.URL(address)
        deep = not is_home(asked.path, asked.query.decode(errors="replace"))
        if answer.page is not None and (title := says_not_there(answer.page)):
            return f"its heading is “{title}”"
        if not deep:
            return ""
        if answer.hops and is_home(answer.url.path):
            return f"it leads to the first page of {answer.url.host}"
        if answer.page is None:
            return ""
        probe = await self.probe(asked)
        if probe is None or probe.status >= 300 or probe.page is None:
            return ""
        if answer.hops and probe.hops and probe.url.path == answer.url.path and not SIGN_IN.search(probe.url.path):
            return f"it leads to {answer.url}, as does every address there that does not exist"
        text = fingerprint(answer.page, asked.path)
        same = text and not probe.hops and text == fingerprint(probe.page, _nowhere(asked).path)
        return "the site shows the very same page for an address that does not exist" if same else ""

    async def probe(self, asked: httpx.URL) -> _Answer | None:
        """What this site answers for an address that cannot exist. Asked once; None where no answer came."""
        site = f"{asked.scheme}://{asked.netloc.decode()}"
        if site not in self.probes:
            try:
                self.probes[site] = await self.follow("GET", str(_nowhere(asked)), {})
            except Fault:
                self.probes[site] = None
        return self.probes[site]


def _nowhere(asked: httpx.URL) -> httpx.URL:
    """An address on the same site that nobody has made: always the same one for a site."""
    return asked.copy_with(raw_path=f"/link-check-{hashlib.sha256(asked.netloc).hexdigest()[:16]}".encode())


def _joined(url: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads.

    Raises:
        Fault: its Location cannot be read, or is no web address.
    """
    try:
        to = url.join(location)
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise Fault(Verdict.BROKEN_REDIRECT, f"it leads to {location[:100]!r}, which is no address") from None
    if not location or to.scheme not in ("http", "https"):
        raise Fault(Verdict.BROKEN_REDIRECT, f"it leads to {location[:100]!r}, which is no web address")
    if not HOST_NAME.fullmatch(to.raw_host.decode()):
        raise Fault(Verdict.BROKEN_REDIRECT, f"it leads to {location[:100]!r}, which is no address")
    return to.copy_with(fragment=None)


def _encoding(response: httpx.Response) -> str:
    """The encoding that an answer names, where Python knows it."""
    try:
        "".encode(response.charset_encoding or "utf-8")
    except LookupError:
        return "utf-8"
    return response.charset_encoding or "utf-8"


def _retry_after(headers: httpx.Headers) -> float:
    """The pause that an answer asks for, in seconds (RFC 9110, 10.2.3: a number, or a date); 0 where it asks for none."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value[:9])
    try:
        until = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=datetime.UTC)
    return max(0.0, (until - datetime.datetime.now(datetime.UTC)).total_seconds())
