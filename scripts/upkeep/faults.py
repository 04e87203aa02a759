"""When no proper answer comes from an outside address: what Python's errors of the connection mean."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from scripts.model import Verdict


class Fault(Exception):
    """There was no proper answer. `whole_host` says that no other address of the `site` would fare better."""

    def __init__(self, verdict: Verdict, detail: str, whole_host: bool = False) -> None:
        super().__init__(detail)
        self.verdict, self.detail, self.whole_host = verdict, detail, whole_host
        self.site = ""


CERTIFICATE_FAULTS = {
    9: "not valid yet",
    10: "it has expired",
    18: "self-signed",
    19: "self-signed, or from an authority that nobody knows",
    20: "from an authority that nobody knows, or a link of the chain is missing",
    21: "from an authority that nobody knows, or a link of the chain is missing",
    23: "it was recalled",
    62: "made out to another name",
    64: "made out to another name",
}
"""OpenSSL's numbers (x509_vfy.h), in words."""


def fault_of(error: BaseException, timeout: float) -> Fault:
    """What an error of the connection means."""
    chain = list(_causes(error))
    for cause in chain:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Fault(Verdict.CERTIFICATE, CERTIFICATE_FAULTS.get(cause.verify_code, cause.verify_message), whole_host=True)
    for cause in chain:
        if isinstance(cause, socket.gaierror):
            if cause.errno in (socket.EAI_AGAIN, socket.EAI_FAIL):
                return Fault(Verdict.NOT_ASKED, "the name service does not answer", whole_host=True)
            return Fault(Verdict.NO_HOST, "no such name", whole_host=True)
        if isinstance(cause, ConnectionRefusedError):
            return Fault(Verdict.NO_CONNECTION, "connection refused", whole_host=True)
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
            return Fault(Verdict.CERTIFICATE, f"no secure connection: {cause.reason or 'TLS fault'}", whole_host=True)
    if any(isinstance(cause, httpx.TimeoutException | TimeoutError) for cause in chain):
        connecting = any(isinstance(cause, httpx.ConnectTimeout) for cause in chain)
        return Fault(Verdict.TIME_OUT, f"{timeout:g} seconds", whole_host=connecting)
    if any(isinstance(cause, httpx.ProxyError) for cause in chain):
        return Fault(Verdict.NOT_ASKED, "the proxy of this network does not let it through")
    if any(isinstance(cause, httpx.UnsupportedProtocol | httpx.InvalidURL) for cause in chain):
        return Fault(Verdict.NO_HOST, "the address cannot be read")
    if isinstance(error, httpx.ConnectError) and not any(isinstance(cause, ConnectionResetError | ssl.SSLError) for cause in chain):
        return Fault(Verdict.NO_CONNECTION, "no way to its host", whole_host=True)
    return Fault(Verdict.BROKEN_ANSWER, "the connection was cut")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error and everything that led to it."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from _causes(inner)
        error = error.__cause__ or error.__context__
