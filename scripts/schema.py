"""The JSON Schemas of the pathways files, made from the records, so that an editor completes and checks while you type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from scripts.load import FOLDERS, SINGLE_FILES
from scripts.model import Record


def schemas() -> Mapping[str, bytes]:
    """Every schema, by file name below pathways/schema/."""
    kinds: dict[str, type[Record]] = {folder.removesuffix("s"): kind for folder, kind in FOLDERS.items()}
    kinds |= {name.removesuffix(".yml"): kind for name, kind in SINGLE_FILES.items()}
    return {f"{name}.json": _schema(kind) for name, kind in sorted(kinds.items())}


def _schema(kind: type[Record]) -> bytes:
    return (json.dumps(kind.model_json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()


def write_schemas(root: Path) -> tuple[str, ...]:
    """Write them; returns their names."""
    folder = root / "pathways" / "schema"
    folder.mkdir(parents=True, exist_ok=True)
    found = schemas()
    for name, content in found.items():
        (folder / name).write_bytes(content)
    return tuple(found)
