"""Apache 2.4: the same directives for a virtual host and for a shared server where only .htaccess can be laid into the folder.

Needs mod_headers, mod_rewrite, mod_mime and mod_dir; a missing one is an error at once, rather than a site without its headers.
"""

from __future__ import annotations

from scripts.serving.policy import (
    ASK_AGAIN,
    DATA,
    FEED,
    FINGERPRINTED,
    FOR_EVER,
    METHODS,
    NOT_FOUND,
    SECURITY_TXT,
    TYPES,
    Place,
    Policy,
    content_type,
)


def apache(policy: Policy, place: Place) -> dict[str, str]:
    """The virtual host, and the .htaccess that does without it."""
    return {"prevent-pathways.conf": virtual_host(policy, place), ".htaccess": _lines(directives(policy))}


def virtual_host(policy: Policy, place: Place) -> str:
    """The virtual host, for sites-available/ or conf.d/."""
    name = [f"ServerName {place.host}"] if place.host else []
    port = "" if place.https_port == 443 else f":{place.https_port}"
    tls = [
        "SSLEngine on",
        "SSLProtocol -all +TLSv1.2 +TLSv1.3",
        f"SSLCertificateFile {place.certificates}/fullchain.pem",
        f"SSLCertificateKeyFile {place.certificates}/privkey.pem",
    ]
    inside = [
        *name,
        f'DocumentRoot "{place.root}"',
        "TraceEnable off",
        "ServerSignature Off",
        f'<Directory "{place.root}">',
        "    Require all granted",
        "    AllowOverride None",
        *(f"    {line}" for line in directives(policy)),
        "</Directory>",
    ]
    ends = ["</VirtualHost>"]
    if not policy.tls:
        return _lines([f"<VirtualHost *:{place.http_port}>", *(f"    {line}" for line in inside), *ends])
    target = f"https://{place.host}{port}" if place.host else f"https://%{{SERVER_NAME}}{port}"
    redirect = ["RewriteEngine On", f'RewriteRule "^(.*)$" "{target}$1" [R=301,L]']
    return _lines(
        [
            f"<VirtualHost *:{place.http_port}>", *(f"    {line}" for line in (*name, *redirect)), *ends,
            f"<VirtualHost *:{place.https_port}>", *(f"    {line}" for line in (*tls, *inside)), *ends,
        ]
    )  # fmt: skip


def directives(policy: Policy) -> list[str]:
    """What stands in the folder of the site."""
    types = [line for end in TYPES for line in (f"AddType {_plain(end)} .{end}", *_charset(end))]
    return [
        "Options -Indexes -MultiViews +SymLinksIfOwnerMatch",
        "DirectoryIndex index.html",
        f"ErrorDocument 403 /{NOT_FOUND}",
        f"ErrorDocument 404 /{NOT_FOUND}",
        "FileETag MTime Size",
        *types,
        f'<Files "{FEED}">',
        f'    ForceType "{content_type(FEED)}"',
        "</Files>",
        f'<Files "{FEED}.gz">',
        f'    ForceType "{content_type(FEED)}"',
        "</Files>",
        "RemoveType .gz",
        "AddEncoding gzip .gz",
        *(f'Header always set {name} "{value}"' for name, value in policy.always),
        f'Header always set Cache-Control "{ASK_AGAIN}"',
        f'Header always set Cache-Control "{FOR_EVER}" "expr=%{{REQUEST_STATUS}} == 200 && %{{THE_REQUEST}} =~ m#^[A-Z]+ [^? ]*{FINGERPRINTED[:-1]}[? ]#"',
        f'Header always set Access-Control-Allow-Origin "*" "expr=%{{REQUEST_URI}} =~ m#^/{DATA}/#"',
        'Header always set Vary "Accept-Encoding"',
        "RewriteEngine On",
        f'RewriteCond "%{{REQUEST_METHOD}}" "!^({"|".join(METHODS)})$"',
        'RewriteRule "^" "-" [R=405,L]',
        # asked of what the reader sent: the copy is also where the last rule leads
        'RewriteCond "%{THE_REQUEST}" "^[A-Z]+ [^? ]*(/\\.|\\.gz[? ])"',
        f'RewriteCond "%{{REQUEST_URI}}" "!^/{SECURITY_TXT}$"',
        'RewriteRule "^" "-" [R=404,L]',
        'RewriteCond "%{HTTP:Accept-Encoding}" "\\bgzip\\b"',
        'RewriteCond "%{REQUEST_FILENAME}.gz" "-f"',
        'RewriteRule "^(.+)$" "$1.gz" [L]',
    ]


def _plain(end: str) -> str:
    return content_type(end).partition(";")[0]


def _charset(end: str) -> list[str]:
    return [f"AddCharset utf-8 .{end}"] if "charset" in content_type(end) else []


def _lines(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
