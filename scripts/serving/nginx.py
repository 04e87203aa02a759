"""nginx: a server block and the headers it includes. Written for 1.18 and later; tried with Debian's."""

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
    TEXTS,
    TYPES,
    Place,
    Policy,
    content_type,
)

HEADERS = "prevent-pathways-headers.conf"


def nginx(policy: Policy, place: Place) -> dict[str, str]:
    """The two files: the server goes into conf.d/ (or sites-enabled/), the headers beside nginx.conf."""
    return {"prevent-pathways.conf": server(policy, place), HEADERS: headers(policy)}


def headers(policy: Policy) -> str:
    """What every answer carries. The two variables are empty, and their headers left out, where they do not apply."""
    lines = [f'add_header {name} "{value}" always;' for name, value in policy.always]
    lines += ["add_header Cache-Control $prevent_pathways_cache always;", "add_header Access-Control-Allow-Origin $prevent_pathways_open always;"]
    return "# Included by the server block. A location with an add_header of its own would lose all of these, so none has one.\n" + _lines(lines)


def server(policy: Policy, place: Place) -> str:
    """The server block, with what it needs beside it."""
    name = place.host or "_"
    kinds = [f"{kind} {end};" for end, kind in TYPES.items()]
    texts = " ".join(sorted(TEXTS - {"text/html"}))  # nginx names the letters of text/html by itself
    port = "" if place.https_port == 443 else f":{place.https_port}"
    listens = [f"listen {place.http_port};"]
    if policy.tls:
        listens = [f"listen {place.https_port} ssl;", f"ssl_certificate {place.certificates}/fullchain.pem;",
                   f"ssl_certificate_key {place.certificates}/privkey.pem;", "ssl_protocols TLSv1.2 TLSv1.3;"]  # fmt: skip
    body = [
        *listens,
        f"server_name {name};",
        f'root "{place.root}";',
        "index index.html;",
        "autoindex off;",
        "server_tokens off;",
        "absolute_redirect off; # a redirect tells neither the port nor the name behind a proxy",
        "disable_symlinks on from=$document_root;",
        "charset utf-8;",
        f"charset_types {texts};",
        "default_type application/octet-stream;",
        "types {",
        *(f"    {kind}" for kind in kinds),
        "}",
        "gzip off;",
        "gzip_static on;",
        "gzip_vary on;",
        f"include {HEADERS};",
        f"error_page 403 404 =404 /{NOT_FOUND};",
        f"if ($request_method !~ ^({'|'.join(METHODS)})$) {{ return 405; }}",
        f"location = /{SECURITY_TXT} {{ }}",
        f'location ~ "{PRIVATE}" {{ return 404; }}',
        f"location ~ /{FEED.replace('.', '[.]')}$ {{ types {{ }} default_type {content_type(FEED).partition(';')[0]}; }}",
        "location / { try_files $uri $uri/ =404; }",
    ]
    redirect = [f"listen {place.http_port};", f"server_name {name};", "server_tokens off;", f"include {HEADERS};",
                f"return 301 https://{place.host or '$host'}{port}$request_uri;"]  # fmt: skip
    return (
        "map $uri $prevent_pathways_cache {\n"
        + _lines([f'default "{ASK_AGAIN}";', f'"~{FINGERPRINTED}" "{FOR_EVER}";'], 4)
        + "}\nmap $uri $prevent_pathways_open {\n"
        + _lines(['default "";', f'~^/{DATA}/ "*";'], 4)
        + "}\n\n"
        + (f"server {{\n{_lines(redirect, 4)}}}\n\n" if policy.tls else "")
        + f"server {{\n{_lines(body, 4)}}}\n"
    )


def _lines(lines: list[str], indent: int = 0) -> str:
    return "".join(f"{' ' * indent}{line}\n" for line in lines)
