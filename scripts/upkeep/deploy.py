"""`python -m scripts deploy`: everything a web server needs, beside the site: deploy-<edition>/, made whole or not at all.

site/ in it is what goes onto the server: the built site, a compressed copy beside each text and, where the edition has a mailbox and an
address, security.txt. Beside it stands a folder for each kind of server, and sbom.cdx.json. /publish/ has the steps.
"""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts import build, files
from scripts.load import EDITION, Knowledge
from scripts.problem import Problem, Refused
from scripts.serving.apache import apache
from scripts.serving.caddy import caddy
from scripts.serving.compress import compress
from scripts.serving.docker import docker
from scripts.serving.hosted import azure, headers_file
from scripts.serving.iis import iis
from scripts.serving.inline import read_inline
from scripts.serving.nginx import nginx
from scripts.serving.policy import Place, Policy, files_in, host_of, policy
from scripts.serving.sbom import sbom
from scripts.serving.security_txt import data_day, security_txt

TARGETS: Mapping[str, Callable[[Policy, Place], dict[str, str]]] = {
    "nginx": nginx,
    "caddy": caddy,
    "apache": apache,
    "iis": iis,
    "azure-static-web-apps": azure,
    "netlify-cloudflare": headers_file,
    "docker": docker,
}
"""The writer of each kind of server, by the folder its files go into."""
SBOM = "sbom.cdx.json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--edition", default=EDITION, help="which file of pathways/editions/ (left out: london); build it first")
    parser.add_argument("--frame-ancestors", metavar="HOST", nargs="+", default=["none"],
                        help="who may show the site in a frame, such as https://intranet.example.org (left out: nobody)")  # fmt: skip
    parser.add_argument("--hsts", action="store_true", help="the server has a certificate of its own: https only, with Strict-Transport-Security")
    parser.add_argument(
        "--root", metavar="FOLDER", type=folder, default=Place.root, help=f"where site/ will lie on the server (left out: {Place.root})"
    )


def folder(text: str) -> str:
    """A folder as typed; it is written into the settings of three servers, so it holds no sign that means something there."""
    if not re.fullmatch(r"/[\w./ -]+", text):
        raise argparse.ArgumentTypeError(f"{text!r} must start with / and hold letters, digits, spaces and . _ - / only")
    return text.rstrip("/")


def run(root: Path, options: argparse.Namespace, say: Callable[[str], None]) -> int:
    """Make the folder.

    Raises:
        Refused: the data are not sound, the site is not built, or a page would not work under the policy. The last good folder stays.
    """
    k = build.checked(root, build.day_of_build(), options.edition).k
    site = build.site_in(root, options.edition)
    if not (site / "index.html").is_file():
        tip = f"run: python3 -m scripts build --edition {options.edition}"
        raise Refused([Problem(f"{site.name}/index.html", 1, 1, "not-built", "the site is not there yet", tip)])
    say("reading every page for the policy")
    rules = policy(read_inline(site, root / "theme"), files_in(site), options.frame_ancestors, options.hsts)
    place = Place(root=options.root, host=host_of(k.edition.base_address))
    target = root / f"deploy-{options.edition}"
    say("copying and compressing")
    count = lay(target, site, made(root, k, rules, place))
    say(f"{target.name}/ is ready: site/ with {count} compressed copies, {', '.join(TARGETS)} and {SBOM}; the steps are on /publish/")
    return 0


def made(root: Path, k: Knowledge, rules: Policy, place: Place) -> dict[str, str]:
    """Every file beside and in the site, by its path in the folder."""
    found = {f"{folder}/{name}": text for folder, write in TARGETS.items() for name, text in write(rules, place).items()}
    found |= {f"site/{name}": text for name, text in security_txt(k).items()}
    return {**found, SBOM: sbom(root, k.edition.name, data_day(k))}


def lay(target: Path, site: Path, texts: Mapping[str, str]) -> int:
    """Put a copy of the site and the files into `target`, in the place of what stood there; returns how many compressed copies there are."""
    files.restore(target)
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(site, fresh / "site")
    for name, text in texts.items():
        (fresh / name).parent.mkdir(parents=True, exist_ok=True)
        (fresh / name).write_bytes(text.encode())
    count = compress(fresh / "site")
    files.swap_in(fresh, target)
    return count
