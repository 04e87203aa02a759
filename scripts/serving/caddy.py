"""Caddy 2: one Caddyfile. With a name of its own and TLS, Caddy gets the certificate itself."""

from __future__ import annotations

from scripts.serving.policy import (
    ASK_AGAIN,
    DATA,
    FEED,
    FINGERPRINTED,
    FOR_EVER,
    METHODS,
    NOT_FOUND,
    PRIVATE,
    SECURITY_TXT,
    TYPES,
    Place,
    Policy,
    content_type,
)

NO_NAME = r"[\x00-\x1f]|[^/]{200}"
"""What is no name of a file. Caddy would call it an error of its own (500) rather than a page that is not there."""


def caddy(policy: Policy, place: Place) -> dict[str, str]:
    """The Caddyfile."""
    return {"Caddyfile": caddyfile(policy, place)}


def caddyfile(policy: Policy, place: Place) -> str:
    """One site. Caddy sorts the directives itself: headers first, then refusals, then files. An error takes the headers along that were set."""
    plain, safe = f"http://{place.host}:{place.http_port}", place.host or f"https://:{place.https_port}"
    address = safe if policy.tls else plain
    own = [f"tls {place.certificates}/fullchain.pem {place.certificates}/privkey.pem"] if policy.tls and not place.host else []
    types = [line for end in TYPES for line in (f"@{end} path *.{end}", f'header @{end} Content-Type "{content_type(end)}"') if end != "xml"]
    types += [f"@feed path */{FEED}", f'header @feed Content-Type "{content_type(FEED)}"', "@xml {", "    path *.xml", f"    not path */{FEED}", "}"]
    types += [f'header @xml Content-Type "{content_type("xml")}"']
    files = ["file_server {", "    index index.html", "    precompressed gzip", "}"]
    lines = [
        *own,
        f'root * "{place.root}"',
        "import prevent_pathways_headers",
        f"@for_ever path_regexp {FINGERPRINTED}",
        f'header @for_ever Cache-Control "{FOR_EVER}"',
        f"header /{DATA}/* Access-Control-Allow-Origin *",
        *types,
        f"@other not method {' '.join(METHODS)}",
        "error @other 405",
        "@private {",
        f"    path_regexp {PRIVATE}|{NO_NAME}",
        f"    not path /{SECURITY_TXT}",
        "}",
        "error @private 404",
        *files,
        "handle_errors {",
        "    import prevent_pathways_headers",
        f'    header Cache-Control "{ASK_AGAIN}"',
        f'    header Content-Type "{content_type("html")}"',
        "    header -Access-Control-Allow-Origin",
        f"    rewrite * /{NOT_FOUND}",
        *(f"    {line}" for line in files),
        "}",
    ]
    shared = [*(f'{name} "{value}"' for name, value in policy.always), f'?Cache-Control "{ASK_AGAIN}"', "-Server"]
    return (
        "{\n\tadmin off\n}\n\n"
        + f"(prevent_pathways_headers) {{\n\theader {{\n{_lines(shared, 2)}\t}}\n}}\n\n"
        + f"{address} {{\n{_lines(lines, 1)}}}\n"
    )


def _lines(lines: list[str], depth: int) -> str:
    """Indented by tabs, as `caddy fmt` does."""
    tab = "\t"
    return "".join(f"{tab * depth}{line.replace('    ', tab)}\n" for line in lines)
