"""IIS 10 (Windows Server 2019 and later): one web.config for the site's own folder. IIS compresses by itself; the .gz copies are not used."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from scripts.serving.policy import DATA, METHODS, NOT_FOUND, TYPES, Place, Policy, content_type


def iis(policy: Policy, place: Place) -> dict[str, str]:
    """The file. Host, port, folder and certificate are set in IIS Manager."""
    return {"web.config": web_config(policy)}


def web_config(policy: Policy) -> str:
    """The settings that IIS reads from the folder it serves."""
    top = Element("configuration")
    server = SubElement(top, "system.webServer")
    sent = SubElement(SubElement(server, "httpProtocol"), "customHeaders")
    SubElement(sent, "remove", name="X-Powered-By")
    for name, value in policy.always:
        SubElement(sent, "remove", name=name)  # a parent may have set it
        SubElement(sent, "add", name=name, value=value)
    documents = SubElement(SubElement(server, "defaultDocument", enabled="true"), "files")
    SubElement(documents, "clear")
    SubElement(documents, "add", value="index.html")
    SubElement(server, "directoryBrowse", enabled="false")
    SubElement(server, "urlCompression", doStaticCompression="true")
    static = SubElement(server, "staticContent")
    SubElement(static, "clientCache", cacheControlMode="DisableCache")  # sends no-cache
    for end in TYPES:
        SubElement(static, "remove", fileExtension=f".{end}")
        SubElement(static, "mimeMap", fileExtension=f".{end}", mimeType=content_type(end))
    errors = SubElement(server, "httpErrors", errorMode="Custom", existingResponse="Replace")
    for code in ("403", "404"):
        SubElement(errors, "remove", statusCode=code)
        SubElement(errors, "error", statusCode=code, path=NOT_FOUND, responseMode="File")
    filtering = SubElement(SubElement(server, "security"), "requestFiltering", removeServerHeader="true", allowDoubleEscaping="false")
    verbs = SubElement(filtering, "verbs", allowUnlisted="false")
    for method in METHODS:
        SubElement(verbs, "add", verb=method, allowed="true")
    hidden = SubElement(filtering, "hiddenSegments")
    for segment in (".git", ".htaccess", ".manifest.json"):
        SubElement(hidden, "add", segment=segment)
    ends = SubElement(filtering, "fileExtensions", allowUnlisted="true")
    SubElement(ends, "add", fileExtension=".gz", allowed="false")
    data = SubElement(SubElement(SubElement(_location(top, DATA), "httpProtocol"), "customHeaders"), "add")
    data.attrib.update(name="Access-Control-Allow-Origin", value="*")
    for path in policy.feeds:
        static = SubElement(_location(top, path.lstrip("/")), "staticContent")
        SubElement(static, "remove", fileExtension=".xml")
        SubElement(static, "mimeMap", fileExtension=".xml", mimeType=content_type(path))
    for path in policy.for_ever:
        cache = SubElement(SubElement(_location(top, path.lstrip("/")), "staticContent"), "clientCache")
        cache.attrib.update(cacheControlMode="UseMaxAge", cacheControlMaxAge="365.00:00:00", cacheControlCustom="public, immutable")
    indent(top)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(top, encoding="unicode")}\n'


def _location(top: Element, path: str) -> Element:
    return SubElement(SubElement(top, "location", path=path), "system.webServer")
