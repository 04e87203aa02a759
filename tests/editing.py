"""Edits of the real files, as an editor would make them: in the text, so that lines stay what they are."""

from __future__ import annotations

import re

import yaml

from scripts.load import Pointer
from tests.conftest import Files


def edit(files: Files, path: str, old: str, new: str) -> Files:
    """The files with the first match of a regular expression replaced in one of them."""
    changed, count = re.subn(old, lambda _: new, files[path].decode(), count=1, flags=re.MULTILINE)
    assert count, f"{path} holds nothing like {old}"
    return {**files, path: changed.encode()}


def line_in(files: Files, path: str, at: str) -> int:
    """The line (from 1) on which a text first stands in a file."""
    text = files[path].decode()
    assert at in text, f"{path} does not hold {at!r}"
    return text[: text.index(at)].count("\n") + 1


def cut(content: bytes, pointer: Pointer) -> bytes:
    """A YAML file without the record at that place. Where it was the only one, an empty list or mapping stays."""
    text = content.decode()
    holder = yaml.compose(text, Loader=yaml.CSafeLoader)
    for step in pointer[:-1]:
        assert holder is not None
        holder = holder.value[step] if isinstance(step, int) else next(value for key, value in holder.value if key.value == step)
    assert isinstance(holder, yaml.CollectionNode)
    items = [item if isinstance(item, tuple) else (item, item) for item in holder.value]
    number = pointer[-1] if isinstance(pointer[-1], int) else next(number for number, (key, _) in enumerate(items) if key.value == pointer[-1])
    key, value = items[number]
    start, end = key.start_mark.index, _end(text, value)
    if len(items) == 1:
        empty = "{}" if isinstance(holder, yaml.MappingNode) else "[]"
        return (text[: holder.start_mark.index] + empty + text[_end(text, holder) :]).encode()
    if not holder.flow_style:  # whole lines, from the one with the dash or the key to the last of the record
        return (text[: text.rfind("\n", 0, start) + 1] + text[text.index("\n", end) + 1 :]).encode()
    if number + 1 < len(items):
        return (text[:start] + text[items[number + 1][0].start_mark.index :]).encode()
    return (text[: items[number - 1][1].end_mark.index] + text[end:]).encode()


def _end(text: str, node: yaml.Node) -> int:
    """Where a node's own text ends: PyYAML lets a block run on to the next token, over blank lines and comments."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    return len(text[: node.end_mark.index].rstrip())
