"""Each module imports only from layers below its own, so that facts flow one way (design section 3). Read from the source, not run."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.build import ROOT

LAYERS: tuple[frozenset[str], ...] = tuple(
    frozenset(f"scripts.{name}" for name in layer.split())
    for layer in (
        "files problem",
        "model",
        "load",
        "agreed prose standing",
        "routes due",
        "rules.case calls",
        "rules.addresses rules.changes rules.days rules.editions rules.hours rules.markup rules.myths "
        "rules.places rules.routing rules.scenarios rules.sessions rules.steps rules.tree rules.typed rules.values rules.words",
        "rules",
        "pages",
        "pages.addresses pages.charts pages.diagram pages.hours pages.markdown pages.page pages.words pages.write",
        "pages.changes pages.facts pages.subjects",
        "pages.handouts pages.search pages.sources pages.trainers",
        "pages.due",
        "prints prints.fit prints.qr",
        "prints.canvas",
        "prints.cards prints.slides",
        "prints.make prints.decks",
        "pages.cards",
        "pages.data",
        "pages.site manifest",
        "exports exports.due exports.feed exports.records exports.stable pages.edition pages.render permalinks",
        "exports.shown",
        "exports.openreferral exports.spreadsheets exports.vcards",
        "exports.data",
        "build schema",
        "builders bundle",
        "serving serving.compress serving.inline serving.sbom",
        "serving.policy",
        "serving.apache serving.caddy serving.hosted serving.iis serving.nginx serving.security_txt",
        "serving.docker",
        "upkeep",
        "upkeep.edit",
        "upkeep.agree upkeep.deploy upkeep.due upkeep.withdraw upkeep.diff upkeep.permalinks upkeep.print upkeep.rename upkeep.bundle upkeep.verify upkeep.new",
        "upkeep.checks upkeep.faults upkeep.verdicts",
        "upkeep.sheet",
        "upkeep.confirm",
        "upkeep.asking",
        "upkeep.links",
        "hook measure pictures",
        "scale weigh",
        "__main__",
    )
)
"""Lowest first. Modules of one layer do not import each other."""

APART = frozenset({"scripts", "scripts.environment"})
"""The package itself, which holds nothing, and what makes the environment before there is one."""


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


SOURCES = {module_of(path): path for path in sorted((ROOT / "scripts").rglob("*.py"))}


def parsed(module: str) -> ast.Module:
    return ast.parse(SOURCES[module].read_text(encoding="utf-8"))


def named(node: ast.AST) -> Iterator[str]:
    """The modules that an import statement names; `from scripts.rules import typed` names scripts.rules.typed."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute here"
        assert node.module is not None
        yield from (full if (full := f"{node.module}.{alias.name}") in SOURCES else node.module for alias in node.names)


def imports(module: str) -> set[str]:
    """The project's modules that a module imports anywhere, inside functions and under TYPE_CHECKING too."""
    return {name for node in ast.walk(parsed(module)) for name in named(node) if name.split(".")[0] == "scripts"}


def imports_when_imported(module: str) -> set[str]:
    """What a module imports as soon as it is imported itself: everything outside functions."""

    def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                yield child
                yield from outside_functions(child)

    return {name for node in outside_functions(parsed(module)) for name in named(node)}


def layer_of(module: str) -> int:
    return next(number for number, layer in enumerate(LAYERS) if module in layer)


def test_every_module_has_a_layer_and_every_layer_its_modules() -> None:
    placed = [module for layer in LAYERS for module in layer]
    assert sorted(placed) == sorted(set(SOURCES) - APART)


@pytest.mark.parametrize("module", sorted(set(SOURCES) - APART))
def test_a_module_imports_only_from_layers_below_its_own(module: str) -> None:
    for imported in imports(module) - APART:
        assert layer_of(imported) < layer_of(module), f"{module} imports {imported}"


def test_only_the_commands_import_the_environment() -> None:
    assert [module for module in SOURCES if "scripts.environment" in imports(module)] == ["scripts.__main__"]


def test_the_environment_needs_the_standard_library_only() -> None:
    assert {name.split(".")[0] for name in imports_when_imported("scripts.environment")} <= sys.stdlib_module_names
    assert imports("scripts.environment") == set()


def test_the_commands_start_with_the_standard_library_only() -> None:
    found = imports_when_imported("scripts.__main__")
    assert "scripts.environment" in found
    assert {name.split(".")[0] for name in found - APART} <= sys.stdlib_module_names


def test_the_package_itself_imports_nothing() -> None:
    assert imports_when_imported("scripts") == set()


def test_imports_inside_functions_are_seen() -> None:
    assert "scripts.build" in imports("scripts.__main__")
    assert "scripts.build" not in imports_when_imported("scripts.__main__")
