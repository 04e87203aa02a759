"""Static hosts that read their settings from a file beside the pages: Azure Static Web Apps, Netlify, Cloudflare Pages.

All three keep pages out of caches by themselves, so Cache-Control is only named where it is long. Cloudflare joins a header that two
rules set with a comma (developers.cloudflare.com/pages/configuration/headers), so no header is set twice for one address.
"""

from __future__ import annotations

import json

from scripts.serving.policy import ASK_AGAIN, DATA, FOR_EVER, NOT_FOUND, TYPES, Place, Policy, content_type


def azure(policy: Policy, place: Place) -> dict[str, str]:
    """staticwebapp.config.json, for the folder that is deployed (learn.microsoft.com/azure/static-web-apps/configuration)."""
    data = {
        "trailingSlash": "always",
        "globalHeaders": {**dict(policy.always), "Cache-Control": ASK_AGAIN},
        "routes": [
            {"route": f"/{DATA}/*", "headers": {"Access-Control-Allow-Origin": "*"}},
            *({"route": path, "headers": {"Content-Type": content_type(path)}} for path in policy.feeds),
            *({"route": path, "headers": {"Cache-Control": FOR_EVER}} for path in policy.for_ever),
        ],
        "responseOverrides": {"404": {"rewrite": f"/{NOT_FOUND}"}},
        "mimeTypes": {f".{end}": content_type(end) for end in TYPES},
    }
    return {"staticwebapp.config.json": json.dumps(data, indent=2) + "\n"}


def headers_file(policy: Policy, place: Place) -> dict[str, str]:
    """_headers, which Netlify and Cloudflare Pages both read. Neither needs _redirects: moved pages lead on by themselves."""
    blocks = [_block("/*", dict(policy.always)), _block(f"/{DATA}/*", {"Access-Control-Allow-Origin": "*"})]
    blocks += [_block(path, {"Cache-Control": FOR_EVER}) for path in policy.for_ever]
    blocks += [_block(path, {"Content-Type": content_type(path)}) for path in policy.feeds]
    blocks += [_block(f"/*.{end}", {"Content-Type": content_type(end)}) for end in ("ics", "vcf")]
    return {"_headers": "\n".join(blocks)}


def _block(path: str, headers: dict[str, str]) -> str:
    return f"{path}\n" + "".join(f"  {name}: {value}\n" for name, value in headers.items())
