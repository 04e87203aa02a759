"""The JSON Schemas in the repository are those of the model, and every file names its own."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest

from scripts.build import ROOT
from scripts.load import FOLDERS, SINGLE_FILES, read_folder
from scripts.schema import schemas, write_schemas

FOLDER = ROOT / "pathways" / "schema"
PREFIX = "# yaml-language-server: $schema="


@pytest.mark.parametrize("name", schemas())
def test_the_committed_schema_is_the_one_the_model_makes(name: str) -> None:
    path = FOLDER / name
    assert path.is_file(), f"{name} is missing: run python -m scripts schema"
    assert path.read_bytes() == schemas()[name], f"{name} is stale: run python -m scripts schema"


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(schemas()), "remove what python -m scripts schema no longer writes"


def test_each_kind_of_file_has_a_schema() -> None:
    kinds = {folder.removesuffix("s") for folder in FOLDERS} | {name.removesuffix(".yml") for name in SINGLE_FILES}
    assert {f"{kind}.json" for kind in kinds} == set(schemas())


@pytest.mark.parametrize("path", read_folder(ROOT))
def test_every_data_file_names_its_schema_in_its_first_line(path: str) -> None:
    first = (ROOT / path).read_text(encoding="utf-8").partition("\n")[0]
    assert first.startswith(PREFIX)
    named = (ROOT / path).parent / first.removeprefix(PREFIX)
    assert named.is_file()
    parts = PurePosixPath(path).parts
    assert named.resolve() == FOLDER / f"{parts[1].removesuffix('.yml') if len(parts) == 2 else parts[1].removesuffix('s')}.json"


def test_every_yaml_file_below_pathways_is_one_the_loader_reads() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in (ROOT / "pathways").rglob("*.y*ml")}
    assert found == set(read_folder(ROOT))


def test_a_schema_explains_its_fields_and_refuses_unknown_ones() -> None:
    area = json.loads(schemas()["area.json"])
    assert area["additionalProperties"] is False
    assert area["properties"]["ons_code"]["description"] == "The ONS code of the authority."
    assert {"name", "ons_code", "council", "contacts", "slots"} <= set(area["required"])
    assert area["$defs"]["ContactPoint"]["properties"]["phone"]["anyOf"][0]["pattern"] == "^[0-9]+( [0-9]+)*$"


def test_writing_the_schemas_writes_what_the_model_makes(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("schemas")
    assert set(write_schemas(root)) == set(schemas())
    assert {path.name: path.read_bytes() for path in (root / "pathways" / "schema").iterdir()} == dict(schemas())
