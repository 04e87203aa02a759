"""Ids for formats that ask for a UUID: made from our own, so that they are the same in every build and every edition."""

from __future__ import annotations

import uuid

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "tag:prevent-pathways,2026:data")
"""Never changed: every id that anybody stored depends on it."""


def stable_id(kind: str, *names: str) -> str:
    """The UUID (version 5, RFC 9562) of one thing, named by its kind and our own ids."""
    return str(uuid.uuid5(NAMESPACE, "/".join((kind, *names))))
