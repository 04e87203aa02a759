"""A server on loopback that misbehaves in every way an outside site can, and keeps a log of who asked what and when.

Every name under `.test` leads to it (RFC 6761 keeps that name for tests), so that it stands for as many hosts as a test wants.
"""

from __future__ import annotations

import asyncio
import datetime
import gzip
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
import trustme

Headers = Mapping[str, str]
HUGE = 50_000_000


@dataclass
class Asked:
    """One request, as the server saw it."""

    host: str
    method: str
    path: str
    headers: Headers
    start: float
    end: float = 0.0


@dataclass
class Server:
    """The running server: its ports and its log."""

    port: int = 0
    secure_port: int = 0
    refused_port: int = 0
    log: list[Asked] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    """Bytes of body that left for each path."""
    shaken: Counter[str] = field(default_factory=Counter)
    """Secure connections begun, by the name asked for."""
    latency: float = 0.0

    def url(self, host: str, path: str) -> str:
        """An address on one of its hosts."""
        return f"http://{host}:{self.port}{path}"

    def asked(self, path: str) -> list[str]:
        """The methods with which a path was asked for, in order."""
        return [asked.method for asked in self.log if asked.path == path]

    def by_host(self) -> Mapping[str, list[Asked]]:
        """The log by host, in order of time."""
        found: dict[str, list[Asked]] = {}
        for asked in sorted(self.log, key=lambda asked: asked.start):
            found.setdefault(asked.host, []).append(asked)
        return found


def page(title: str, body: str = "Something to read.") -> bytes:
    """An HTML page."""
    return f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{body}</p></body></html>".encode()


REDIRECTS: Mapping[str, tuple[int, str]] = {
    "/301": (301, "/fine"),
    "/302": (302, "/fine"),
    "/303": (303, "/fine"),
    "/307": (307, "/fine"),
    "/308": (308, "/fine"),
    "/moved.pdf": (301, "/fine.pdf"),
    "/chain": (301, "/chain-2"),
    "/chain-2": (308, "/chain-3"),
    "/chain-3": (302, "/fine"),
    "/loop": (302, "/loop-2"),
    "/loop-2": (302, "/loop"),
    "/to-home": (301, "/"),
    "/to-home.pdf": (302, "/en/"),
    "/to-gone": (301, "/gone"),
    "/to-login": (302, "/login?next=/to-login"),
    "/to-a-sound-login": (302, "/fine"),
    "/bad-location": (301, "http://[nowhere"),
    "/location-script": (302, "javascript:alert(1)"),
    "/location-none": (302, ""),
}
STATUSES: Mapping[str, int] = {
    "/private": 401,
    "/forbidden": 403,
    "/unacceptable": 406,
    "/odd": 999,
    "/busy": 429,
    "/gone": 404,
    "/removed": 410,
    "/broken": 500,
    "/teapot": 400,
    "/unwritten": 501,
}
PAGES: Mapping[str, bytes] = {
    "/": page("Home"),
    "/en/": page("Home"),
    "/fine": page("Fine", "This page speaks of a page that was not found, and of error 404, but it is there."),
    "/soft-title": page("Page not found - Example Council"),
    "/soft-heading": page("Example Council").replace(b"<h1>Example Council", b"<h1>Sorry, we can\xe2\x80\x99t find that page"),
    "/login": page("Sign in"),
}
HEAD_REFUSED = {"/head-405.pdf": 405, "/head-501.pdf": 501, "/head-403.pdf": 403, "/head-404.pdf": 404}


class _Talk:
    """One connection."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.reader, self.writer = server, reader, writer

    async def run(self) -> None:
        try:
            while await self.one():
                pass
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError, ssl.SSLError):
            pass
        finally:
            self.writer.close()

    async def one(self) -> bool:
        """Read a request and answer it; returns whether the connection stays open."""
        line = (await self.reader.readline()).decode("latin-1").split()
        if not line:
            return False
        if line[-1] != "HTTP/1.1":  # a secure greeting on the port without security
            self.writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            await self.writer.drain()
            return False
        headers: dict[str, str] = {}
        while (text := (await self.reader.readline()).decode("latin-1").strip()) != "":
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        asked = Asked(headers.get("host", "").partition(":")[0], line[0], line[1], headers, time.monotonic())
        self.server.log.append(asked)
        try:
            await asyncio.sleep(self.server.latency)
            return await self.answer(asked, len(self.server.asked(asked.path)) == 1)
        finally:
            asked.end = time.monotonic()

    async def answer(self, asked: Asked, first: bool) -> bool:
        path, head = asked.path.partition("?")[0], asked.method == "HEAD"
        if path in REDIRECTS:
            status, to = REDIRECTS[path]
            return await self.send(asked, status, b"", {"Location": to} if to else {})
        if path in STATUSES:
            return await self.send(asked, STATUSES[path], page("Something else"))
        if path in HEAD_REFUSED and head:
            return await self.send(asked, HEAD_REFUSED[path])
        if path in PAGES:
            return await self.send(asked, 200, PAGES[path])
        if path.startswith("/page-"):
            return await self.send(asked, 200, page(f"Page {path}", f"All about {path.replace('-', ' ')}"))
        if path.startswith("/endless-"):
            return await self.send(asked, 302, b"", {"Location": f"/endless-{int(path.rpartition('-')[2]) + 1}"})
        if path.startswith("/back-") or path == "/busy-once":
            names = {"/busy-once": (429, "1"), "/back-in-1": (503, "1"), "/back-in-an-hour": (429, "3600")}
            status, after = names.get(path, (503, formatdate(time.time() + 2, usegmt=True)))
            return (
                await self.send(asked, status, b"", {"Retry-After": after}) if first or "hour" in path else await self.send(asked, 200, page("Back"))
            )
        match path:
            case "/broken-once":
                return await self.send(asked, 500) if first else await self.send(asked, 200, page("Mended"))
            case "/challenge":
                return await self.send(asked, 503, page("Just a moment"), {"cf-mitigated": "challenge"})
            case "/cookie":
                again = {} if "cookie" in asked.headers else {"Location": "/cookie", "Set-Cookie": "seen=1"}
                return await self.send(asked, 302 if again else 200, b"" if again else page("With a cookie"), again)
            case "/etag" | "/dated":
                name, value, asks = (
                    ("ETag", '"v1"', "if-none-match") if path == "/etag" else ("Last-Modified", formatdate(0, usegmt=True), "if-modified-since")
                )
                same = asked.headers.get(asks) == value
                return await self.send(asked, 304 if same else 200, b"" if same else page("Known"), {name: value})
            case "/slow":
                await asyncio.sleep(5)
                return False
            case "/slow-once":
                if first:
                    await asyncio.sleep(5)
                return await self.send(asked, 200, page("Awake"))
            case "/drip":
                await self.send(asked, 200, b"", {"Content-Length": "1000"})
                for _ in range(100):
                    await self.put(asked, b"<p>")
                    await asyncio.sleep(0.1)
                return False
            case "/hangs":
                await self.send(asked, 200, page("Half")[:60], {"Content-Length": "1000"})
                await asyncio.sleep(5)
                return False
            case "/short":
                await self.send(asked, 200, page("Half"), {"Content-Length": "1000"})
                return False
            case "/closes":
                return False
            case "/resets" | "/head-reset.pdf" if head or path == "/resets":
                self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.writer.transport.abort()
                return False
            case "/no-http":
                self.writer.write(b"220 mail.example.org ESMTP\r\n")
                await self.writer.drain()
                return False
            case "/huge":
                await self.send(asked, 200, b"", {"Content-Length": str(HUGE)})
                for _ in range(HUGE // 10_000):
                    await self.put(asked, b"<p>word</p>" * 909 + b" ")
                return False
            case "/shy":  # answers other programs
                return await self.send(asked, 200 if asked.headers.get("accept") == "*/*" else 404, page("Shy"))
            case "/gzip":
                return await self.send(asked, 200, gzip.compress(page("Packed")), {"Content-Encoding": "gzip"})
            case "/gzip-soft":
                return await self.send(asked, 200, gzip.compress(page("Page not found")), {"Content-Encoding": "gzip"})
            case "/gzip-bad":
                return await self.send(asked, 200, b"this is not packed", {"Content-Encoding": "gzip"})
            case "/charset":
                return await self.send(asked, 200, page("Caf\u00e9"), {"Content-Type": "text/html; charset=no-such-thing"})
        if path.endswith(".pdf"):
            return await self.send(asked, 200, b"%PDF-1.7", {"Content-Type": "application/pdf"})
        if asked.host == "same.test":  # every address there shows one page, with the address and a figure in it
            return await self.send(asked, 200, page("Example Council", f"Welcome. You asked for {path}, visitor {len(self.server.log)}."))
        if asked.host == "lost.test":  # every address there that does not exist leads to one page
            return (
                await self.send(asked, 200, page("What now?")) if path == "/what-now" else await self.send(asked, 302, b"", {"Location": "/what-now"})
            )
        return await self.send(asked, 404, page("Page not found"))

    async def send(self, asked: Asked, status: int, body: bytes = b"", headers: Headers | None = None) -> bool:
        given = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **(headers or {})}
        lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in given.items()), "", ""]
        self.writer.write("\r\n".join(lines).encode())
        if asked.method != "HEAD" and status != 304:
            await self.put(asked, body)
        await self.writer.drain()
        return True

    async def put(self, asked: Asked, body: bytes) -> None:
        self.writer.write(body)
        await self.writer.drain()
        self.server.sent[asked.path] += len(body)


@contextmanager
def misbehaving(certificates: Mapping[str, ssl.SSLContext] | None = None, latency: float = 0.0) -> Iterator[Server]:
    """The server, running. `certificates` are by the name that is asked for; without any it has no secure port."""
    server, loop, stop, ready = Server(latency=latency), asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _Talk(server, reader, writer).run()

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        server.shaken[name or ""] += 1
        connection.context = (certificates or {}).get(name or "", connection.context)

    async def serve() -> None:
        plain = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=1000)
        server.port = plain.sockets[0].getsockname()[1]
        listeners = [plain]
        if certificates:
            context = certificates[""]
            context.sni_callback = choose
            listeners.append(await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context))
            server.secure_port = listeners[1].sockets[0].getsockname()[1]
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))  # bound, and never listening: nobody else can take it, and it refuses
            server.refused_port = unused.getsockname()[1]
            ready.set()
            await stop.wait()
        for listener in listeners:
            listener.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    loop.set_exception_handler(lambda loop, context: None)
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)


def lead_names_to_loopback(patch: pytest.MonkeyPatch) -> Counter[str]:
    """Let every name under .test lead here, and none under .invalid anywhere; returns how often each name is looked up."""
    real, counted = socket.getaddrinfo, Counter[str]()

    def found(host: Any, *more: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host)
        counted[name] += 1
        if name == "mute.invalid":
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        if name.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real("127.0.0.1" if name.endswith(".test") else host, *more, **named)

    patch.setattr(socket, "getaddrinfo", found)
    return counted


# --- certificates ----------------------------------------------------------------------------------------------------------


def certificates(folder: Path) -> Mapping[str, ssl.SSLContext]:
    """An authority (`ca.pem`) made on the spot, and by name: one good certificate, and one with each fault."""
    ours, stranger, itself = trustme.CA(), trustme.CA(), trustme.CA()
    ours.cert_pem.write_to_path(folder / "ca.pem")
    january, february = (datetime.datetime(2020, month, 1, tzinfo=datetime.UTC) for month in (1, 2))
    issued = {
        "sound.test": ours.issue_cert("sound.test"),
        "other-name.test": ours.issue_cert("somebody-else.test"),
        "stranger.test": stranger.issue_cert("stranger.test"),
        "expired.test": ours.issue_cert("expired.test", not_before=january, not_after=february),
    }
    contexts = {name: ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) for name in (*issued, "self-signed.test")}
    for name, certificate in issued.items():
        certificate.configure_cert(contexts[name])
    file = folder / "itself.pem"
    file.write_bytes(itself.private_key_pem.bytes() + itself.cert_pem.bytes())
    contexts["self-signed.test"].load_cert_chain(file)
    return {**contexts, "": contexts["sound.test"]}
