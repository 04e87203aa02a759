"""Pictures of one page of each kind: on a phone and on a desktop, light and dark, without script, and on paper. To be looked at after any change."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import FloatRect, sync_playwright

from scripts.build import ROOT

FOLDER = ROOT / ".cache" / "pictures"
KINDS = [
    "/",
    "/now/",
    "/check/",
    "/check/refer/",
    "/areas/",
    "/areas/unknown/",
    "/barnet/",
    "/barnet/school/",
    "/brent/family/",
    "/settings/",
    "/settings/prison/",
    "/situations/",
    "/situations/online/",
    "/after/",
    "/write/",
    "/thresholds/",
    "/not-prevent/",
    "/publish/self-audit/",
    "/myths/",
    "/myths/only-muslims/",
    "/scenarios/",
    "/scenarios/school-attacks/",
    "/training/",
    "/trainers/",
    "/trainers/three-questions/",
    "/trainers/quiz/",
    "/procedures/",
    "/glossary/",
    "/sources/",
    "/sources/barnet/",
    "/coverage/",
    "/coverage/barnet/",
    "/find/",
    "/accessibility/",
    "/about/",
    "/404.html",
]
TALLEST = 6000
"""Pixels of a page that a picture shows: the rest of a long page looks the same."""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves without a word."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main(say: Callable[[str], None], chromium: str) -> int:
    """Take them all; the built site has to be there."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(ROOT / "site")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    taken = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for width, height in ((360, 640), (1280, 900)):
            for scheme in ("light", "dark"):
                for script in (True, False) if scheme == "light" else (True,):
                    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, java_script_enabled=script)
                    page = context.new_page()
                    for path in KINDS:
                        page.goto(f"http://127.0.0.1:{server.server_port}{path}")
                        box = page.locator("html").bounding_box()
                        clip = FloatRect(x=0, y=0, width=width, height=min(TALLEST, box["height"] if box else height))
                        page.screenshot(path=FOLDER / _name(path, f"{width}-{scheme}{'' if script else '-no-script'}.png"), full_page=True, clip=clip)
                        taken += 1
                        if width > 1000 and scheme == "light" and script:
                            page.pdf(path=FOLDER / _name(path, "paper.pdf"), format="A4")
                            taken += 1
                    context.close()
        browser.close()
    server.shutdown()
    say(f"{taken} pictures in {FOLDER.relative_to(ROOT)}/")
    return 0


def _name(path: str, end: str) -> Path:
    return Path(f"{path.strip('/').removesuffix('.html').replace('/', '-') or 'home'}-{end}")
