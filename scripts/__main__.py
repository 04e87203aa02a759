"""The commands. `python -m scripts help` lists them; each Makefile target is one of them.

Only the standard library is imported at the top: on a bare machine the first run makes .venv and goes on inside it.
"""

from __future__ import annotations

import argparse
import gc
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts import environment

ROOT = environment.ROOT

COMMANDS = {
    "serve": "render, build and serve on 127.0.0.1:8000, and reload when a YAML or Markdown file changes",
    "test": "run the tests, with stated samples where everything would take longer than ten minutes",
    "test-all": "run every test on everything",
    "build": "render and build the site into site/; a failed build leaves the last good one",
    "check": "check the data: every rule, every problem with its file and line",
    "render": "write the pages into rendered/ for a builder to read",
    "schema": "write the JSON Schemas into pathways/schema/ from scripts/model.py",
    "format": "put Python files into their one format, and mend what the linter can mend",
    "lock": "make requirements.txt from requirements.in, and the other builders' pins from theirs",
    "pictures": "take pictures of one page of each kind, on a phone and a desktop, light and dark, into .cache/pictures/",
    "weigh": "what a page and a search cost a slow phone, beside peers and a floor (needs npm)",
    "new": "begin a new edition: its file, with a note for each key (new edition NAME --name …)",
    "confirm": "write down that somebody checked a contact point with its owner; --sheet prints what to dial, --from takes the answers back",
    "withdraw": "recall a contact point: its fallback takes its place at once",
    "due": "list what falls due: numbers to check, pages to read again",
    "links": "ask every outside address whether it still answers",
    "diff": "say in plain words what differs between two revisions",
    "agree": "agree to what changed in the values that readers dial, click and trust",
    "rename": "move a page to another address; the old one leads on",
    "permalinks": "add today's addresses to those that must answer for ever; run it before a release",
    "print": "make cards, posters and slides as files, into prints-<edition>/; only what changed",
    "deploy": "lay out the site with the settings for a web server, into deploy-<edition>/",
    "bundle": "write the site as a zip that opens without a server, from a file share or a memory stick",
    "verify": "tell whether a site, a copy of it or a bundle is as it was built",
    "measure": "compare rendering with bare Jinja, and time the whole build",
    "scale": "build 33, 100 and 330 areas, most of them invented, and say what grows faster than they do",
    "help": "list the commands",
}
UPKEEP = ("confirm", "withdraw", "due", "links", "diff", "agree", "rename", "permalinks", "print", "deploy", "bundle", "verify", "new")
"""Commands with arguments of their own: each is the module of scripts/upkeep/ with that name."""
SIDE_BY_SIDE = ("--numprocesses", "auto", "--maxprocesses", "4", "--dist", "loadfile")
"""How pytest runs: a process a core, at most four, each test file in one of them."""
BUILDERS = ("mkdocs", "properdocs", "zensical")
"""What can build the rendered pages. The first is what is used where none is named; the others are those of scripts/builders.py."""
BARE = ("help", "lock")
"""Commands that need no package."""


def say(message: str) -> None:
    """Tell what is being done, at once."""
    print(f"· {message}", file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code (0 done, 1 refused or failed, 2 not understood)."""
    if arguments and arguments[0] in UPKEEP:
        return upkeep(arguments)
    parser = argparse.ArgumentParser(prog="python -m scripts", description="Prevent Pathways", formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.epilog = "\n".join(f"  {name:11} {what}" for name, what in COMMANDS.items())
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND", nargs="?", default="help")
    parser.add_argument("--format", choices=("text", "json", "github"), default="text", help="check: how problems are printed")
    parser.add_argument("--edition", default="london", help="build, serve, render, check: which file of pathways/editions/")
    parser.add_argument("--builder", choices=BUILDERS, default=BUILDERS[0], help="build: which program builds the pages into a site")
    parser.add_argument("--port", type=int, default=8000, help="serve: the port")
    parser.add_argument("rest", nargs="*", help="test: what to hand on to pytest")
    options, unknown = parser.parse_known_args(arguments)
    if unknown and not options.command.startswith("test"):
        parser.error(f"not understood: {' '.join(unknown)}")
    if options.command == "help":
        parser.print_help()
        return 0
    try:
        if not environment.inside() and options.command not in BARE:
            environment.ensure(say)
            return environment.run_inside(list(arguments))
        return run(options, [*options.rest, *unknown])
    except environment.Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def upkeep(arguments: Sequence[str]) -> int:
    """Run a command of scripts/upkeep/; a change of files that was stopped midway is finished first."""
    try:
        if not environment.inside():
            environment.ensure(say)
            return environment.run_inside(list(arguments))
        import importlib

        from scripts import files
        from scripts.problem import Refused, summary
        from scripts.problem import render as problem_text

        module = importlib.import_module(f"scripts.upkeep.{arguments[0]}")
        parser = argparse.ArgumentParser(prog=f"python -m scripts {arguments[0]}", description=COMMANDS[arguments[0]])
        module.arguments(parser)
        options = parser.parse_args(arguments[1:])
        files.finish(ROOT)
        try:
            return int(module.run(ROOT, options, say))
        except Refused as refused:
            print(problem_text(refused.problems, "text"))
            say(f"{summary(refused.problems)}; nothing was changed")
            return 1
    except environment.Missing as missing:
        print(missing, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run(options: argparse.Namespace, rest: list[str]) -> int:
    """One command, inside the environment."""
    if options.command in ("check", "render", "build"):
        gc.disable()  # over in seconds, and little of what it makes is ever let go
    match options.command:
        case "check":
            return check(options.format, options.edition)
        case "render":
            return 1 if render(options.edition) is None else 0
        case "build":
            return build(options.edition, options.builder)
        case "serve":
            return serve(options.port, options.edition)
        case "schema":
            return schema()
        case "test":
            return test(["-m", "not whole", *rest])
        case "test-all":
            return test(rest)
        case "format":
            return max(_python("ruff", "format", "."), _python("ruff", "check", "--fix", "."))
        case "pictures":
            from scripts import pictures

            return pictures.main(say, environment.browser(say))
        case "weigh":
            from scripts import weigh

            return weigh.main(say, environment.browser(say))
        case "measure":
            from scripts import measure

            return measure.main(say)
        case "scale":
            from scripts import scale

            return scale.main(say)
        case _:
            return lock()


def check(form: str, edition: str) -> int:
    """Print every problem; 1 if there is one."""
    from scripts.build import checked
    from scripts.problem import Refused, summary
    from scripts.problem import render as problem_text

    started = time.perf_counter()
    try:
        found = checked(edition=edition)
    except Refused as refused:
        print(problem_text(refused.problems, form))  # type: ignore[arg-type]
        say(summary(refused.problems))
        return 1
    if form == "json":
        print("[]")
    say(f"no problems: {len(found.k.areas)} areas, {len(found.k.contacts)} contact points, {len(found.k.settings)} settings, "
        f"{len(found.k.sources)} sources in {time.perf_counter() - started:.2f} s")  # fmt: skip
    return 0


def render(edition: str) -> Any:
    """Write an edition's pages: a `scripts.build.Rendered`, or None, and nothing written, if there is a problem."""
    from scripts.build import render as render_pages
    from scripts.pages.write import Occupied
    from scripts.problem import Refused, summary
    from scripts.problem import render as problem_text

    try:
        found = render_pages(edition=edition)
    except Refused as refused:
        print(problem_text(refused.problems, "text"))
        say(f"{summary(refused.problems)}; nothing was written")
        return None
    except Occupied as occupied:
        say(str(occupied))
        return None
    written = found.written
    say(f"rendered: {written.wrote} files written, {written.kept} unchanged, {written.removed} removed")
    return found


def build(edition: str, builder: str = BUILDERS[0]) -> int:
    """Render, then build; 1 if either is refused, and the last good site stays. London goes into site/, another edition into site-<edition>/."""
    from scripts.build import build_site, site_in
    from scripts.builders import Stopped, build_with
    from scripts.problem import Refused, summary
    from scripts.problem import render as problem_text

    started = time.perf_counter()
    say("checking and rendering")
    found = render(edition)
    if found is None:
        return 1
    site = site_in(ROOT, edition)
    try:
        ours = builder == BUILDERS[0]
        pages = build_site(ROOT, site, say, found.case.k, today=found.case.today) if ours else build_with(builder, ROOT, site, say, found.case.k)
    except SystemExit as stopped:
        say(f"MkDocs stopped: {stopped}; the last good {site.name}/ stays")
        return 1
    except Refused as refused:
        print(problem_text(refused.problems, "text"))
        say(f"{summary(refused.problems)}; the last good {site.name}/ stays")
        return 1
    except Stopped as stopped:
        say(f"{stopped}\nThe last good {site.name}/ stays")
        return 1
    say(f"built {pages} pages into {site.name}/ in {time.perf_counter() - started:.1f} s")
    return 0


def serve(port: int, edition: str) -> int:
    """Serve an edition until interrupted. The hook renders it again after each change: it goes by the folder that is served."""
    say("checking and rendering")
    if render(edition) is None:
        return 1
    import logging

    from mkdocs.commands.serve import serve as mkdocs_serve

    from scripts.build import rendered_in

    logging.basicConfig(format="· %(message)s", level=logging.INFO)
    logging.getLogger("mkdocs").setLevel(logging.INFO)
    say(f"building; then open http://127.0.0.1:{port}/ (Ctrl+C stops)")
    try:
        mkdocs_serve(str(ROOT / "mkdocs.yml"), dev_addr=f"127.0.0.1:{port}", livereload=True, docs_dir=str(rendered_in(ROOT, edition)))
    except OSError as error:
        say(f"port {port} cannot be used ({error.strerror}); try: python -m scripts serve --port {port + 1}")
        return 1
    return 0


def schema() -> int:
    """Write the schemas."""
    from scripts.schema import write_schemas

    say(f"wrote {len(write_schemas(ROOT))} schemas into pathways/schema/")
    return 0


def test(arguments: list[str]) -> int:
    """Run pytest with a browser at hand."""
    say("looking for a browser")
    chromium = environment.browser(say)
    say(f"testing with {chromium}")
    import os

    os.environ["CHROMIUM"] = chromium
    return _python("pytest", *SIDE_BY_SIDE, *arguments)


def lock() -> int:
    """Pin requirements.in, and each other builder's, with hashes, for every platform, by uv in a throw-away environment."""
    import tempfile
    import venv

    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        pip = str(Path(folder) / "bin" / "python")
        subprocess.run([pip, "-m", "pip", "install", "-q", "uv"], check=True)
        command: list[str] = [
            pip,
            "-m",
            "uv",
            "pip",
            "compile",
            "--universal",
            "--generate-hashes",
            "--python-version",
            "3.11",
            "--no-header",
            "--no-annotate",
        ]
        wanted = [path.stem for path in sorted(ROOT.glob("requirements*.in"))]
        return max(subprocess.run([*command, f"{name}.in", "-o", f"{name}.txt"], cwd=ROOT).returncode for name in wanted)


def _python(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
