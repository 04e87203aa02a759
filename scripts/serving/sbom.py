"""The list of what is inside (SBOM): what the site brings along and what builds it, as CycloneDX 1.6 (cyclonedx.org/docs/1.6/json)."""

from __future__ import annotations

import datetime
import json
import re
import uuid
from pathlib import Path
from typing import Any

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
HASH = re.compile(r"^\s+--hash=sha256:([0-9a-f]{64})")
BANNER = re.compile(r"^/\* (MiniSearch) (\S+), (\w+) licence")
SHIPPED = ("mkdocs-material",)
"""Packages of requirements.txt with files of theirs in the site; the others only build or test it."""


def sbom(root: Path, name: str, day: datetime.date) -> str:
    """The document, for the site called `name` as its data were on `day`. The same input gives the same bytes, its serial number too.

    Raises:
        ValueError: the library of the search does not open with its name, version and licence.
    """
    components = [_minisearch(root), *_packages((root / "requirements.txt").read_text(encoding="utf-8"))]
    body = {
        "version": 1,
        "metadata": {
            "timestamp": f"{day.isoformat()}T00:00:00Z",
            "component": {"type": "application", "bom-ref": "site", "name": name, "version": day.isoformat()},
        },
        "components": components,
        "dependencies": [{"ref": "site", "dependsOn": [part["bom-ref"] for part in components if part["scope"] == "required"]}],
    }
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(body, sort_keys=True))
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": f"urn:uuid:{serial}", **body}, indent=1) + "\n"


def _minisearch(root: Path) -> dict[str, Any]:
    found = BANNER.match((root / "theme" / "search" / "minisearch.min.js").read_text(encoding="utf-8"))
    if not found:
        raise ValueError("theme/search/minisearch.min.js must open with its name, version and licence")
    name, version, licence = found[1].lower(), found[2], found[3]
    purl = f"pkg:npm/{name}@{version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "scope": "required",
        "licenses": [{"license": {"id": licence}}],
        "purl": purl,
    }


def _packages(requirements: str) -> list[dict[str, Any]]:
    """One component for each pin, with the hashes of the files that may be installed for it."""
    found: list[dict[str, Any]] = []
    for line in requirements.splitlines():
        if pin := PIN.match(line):
            name, version, marker = pin[1].lower().replace("_", "-"), pin[2], pin[3]
            purl = f"pkg:pypi/{name}@{version}"
            found.append(
                {
                    "type": "library",
                    "bom-ref": purl,
                    "name": name,
                    "version": version,
                    "scope": "required" if name in SHIPPED else "excluded",
                    "purl": purl,
                    **({"properties": [{"name": "pip:marker", "value": marker}]} if marker else {}),
                    "externalReferences": [{"type": "distribution", "url": f"https://pypi.org/project/{name}/{version}/", "hashes": []}],
                }
            )
        elif found and (digest := HASH.match(line)):
            found[-1]["externalReferences"][0]["hashes"].append({"alg": "SHA-256", "content": digest[1]})
    return found
