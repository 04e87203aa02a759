"""Words from records inside Markdown by hand."""

from __future__ import annotations

import re

from markupsafe import Markup

SIGN = re.compile(r"[!-/:-@\[-`{-~]")


def in_markdown(text: str) -> Markup:
    """A text inside a line of Markdown: every sign as a character reference, since Markdown reads on inside HTML, and no line ends."""
    return Markup(SIGN.sub(lambda sign: f"&#{ord(sign[0])};", " ".join(text.split())))
