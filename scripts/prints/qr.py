"""QR codes, drawn by segno: for a page as inline SVG, for paper as an SVG file.

Error correction is at least level M (ISO/IEC 18004): a code is still read when 15 % of it is dirty or worn; segno takes a higher level
where that costs no space. The quiet zone of four modules that the standard asks for belongs to the drawing and is white in every theme.
"""

from __future__ import annotations

import io
from typing import Any

from markupsafe import Markup

CORRECTION = "m"
QUIET = 4
"""Modules of white on each side (ISO/IEC 18004)."""


def _drawn(address: str, **more: Any) -> str:
    import segno  # imported here: checking the data needs no drawing

    out = io.BytesIO()
    code = segno.make(address, error=CORRECTION, micro=False)
    code.save(out, kind="svg", border=QUIET, dark="#000", light="#fff", xmldecl=False, svgns=True, nl=False, omitsize=True, **more)
    return out.getvalue().decode("ascii")


def spoken(address: str) -> str:
    """What a QR code is called where it cannot be seen."""
    return f"QR code that leads to {address.removeprefix('https://').rstrip('/')}"


def on_page(address: str) -> Markup:
    """A QR code for a page: inline SVG with a name for those who cannot see it, and nothing that a content policy would refuse."""
    drawn = Markup(_drawn(address, svgclass="pp-qr", lineclass=None))
    return Markup('<svg id="qr" role="img" aria-label="{}"').format(spoken(address)) + drawn.removeprefix("<svg")


def on_paper(address: str) -> str:
    """A QR code as an SVG file, for Typst and for whoever sets a page of their own."""
    return _drawn(address, svgclass=None, lineclass=None)
