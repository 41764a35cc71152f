"""What every request must satisfy before a route sees it: a valid target, a known Host, an allowed Origin, a token."""

import ipaddress
import re
from collections.abc import Collection
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spot_services.gateway.answers import HttpError
from spot_services.gateway.connection import HEADER_BYTES, SECURITY_HEADERS
from spot_services.gateway.tokens import Tokens

# Neither data nor the page: open without a token.
HEALTH = "/healthz"
TARGET_BYTES = 8 * 1024
_DATA = ("/analyses", "/submissions")

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_CONTROLS = re.compile(rb"[\x00-\x1f\x7f]")


class Guard:
    """ASGI middleware. Its order: what a client cannot know is not answered before its token is valid."""

    def __init__(
        self, app: ASGIApp, *, hosts: Collection[str] = (), origins: Collection[str] = (), tokens: Tokens | None = None
    ) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(origin.lower().rstrip("/") for origin in origins)
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # The name of the token is the owner of what the request submits.
        scope["state"] = {**scope.get("state", {}), "token": ""}
        try:
            _check_target(scope)
            self._check(scope)
        except HttpError as error:
            await error.response()(scope, receive, _secured(send))
            return
        await self._app(scope, receive, _secured(send))

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if "transfer-encoding" in headers and "content-length" in headers:
            # Two readers can disagree where such a request ends (request smuggling).
            raise HttpError(400, "request: Transfer-Encoding and Content-Length exclude each other; send one")
        if scope["path"] == HEALTH:
            return
        host = headers.get("host")
        # HTTP/1.0 clients can leave it out; browsers, which the list is for, always send it.
        if host is not None and not self._is_known(host):
            raise HttpError(421, "header Host: this name is not served here; add it to gatewayHosts")
        origin = headers.get("origin")
        if origin is not None and not self._is_allowed(origin, host):
            raise HttpError(
                403, "header Origin: pages of this origin may not call the gateway; add it to gatewayOrigins"
            )
        is_preflight = scope["method"] == "OPTIONS"
        if self._tokens is not None and scope["path"].startswith(_DATA) and not is_preflight:
            scope["state"]["token"] = self._tokens.owner(headers.get("authorization"))

    def _is_known(self, host: str) -> bool:
        name = _host_name(host)
        return name is not None and (host.lower() in self._hosts or name in self._hosts or _is_loopback(name))

    def _is_allowed(self, origin: str, host: str | None) -> bool:
        if origin.lower() in self._origins:
            return True
        # The gateway's own page. Behind an ingress, only the ingress knows the scheme.
        return host is not None and urlsplit(origin).netloc.lower() == host.lower()


def _host_name(host: str) -> str | None:
    try:
        parts = urlsplit(f"//{host}")
        return None if parts.username is not None or parts.path or parts.query else (parts.port, parts.hostname)[1]
    except ValueError:
        return None


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _check_target(scope: Scope) -> None:
    """Brings the target into the form of a path; replaces the Host by that of an absolute URL, as RFC 9112 asks.

    :raises HttpError: if it has a wrong escape, a control character, or is not UTF-8.
    """
    raw: bytes = scope["raw_path"]
    if scope["http_version"] not in ("1.0", "1.1"):
        raise HttpError(505, "request: only HTTP/1.1 and HTTP/1.0 are spoken here")
    if len(raw) + len(scope["query_string"]) > TARGET_BYTES:
        raise HttpError(414, f"request: its target is longer than {TARGET_BYTES} bytes; send less")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
        raise HttpError(431, f"header: larger than {HEADER_BYTES} bytes; send fewer or shorter header fields")
    if raw.lower().startswith((b"http://", b"https://")):
        authority, slash, path = raw.split(b"//", 1)[1].partition(b"/")
        raw = slash + path or b"/"
        scope["headers"] = [
            *((name, value) for name, value in scope["headers"] if name != b"host"),
            (b"host", authority),
        ]
        scope["raw_path"] = raw
        scope["path"] = unquote(raw.decode("ascii"))
    for part, text in (("path", raw), ("query", scope["query_string"])):
        decoded = unquote_to_bytes(text)
        if _BAD_ESCAPE.search(text) is not None:
            raise HttpError(400, f'{part}: "%" is not followed by two hexadecimal digits; write a percent sign as %25')
        if _CONTROLS.search(decoded) is not None:
            raise HttpError(400, f"{part}: contains a control character; remove it")
        try:
            decoded.decode()
        except UnicodeDecodeError:
            raise HttpError(400, f"{part}: is not UTF-8; encode it as UTF-8 before percent-encoding") from None


def _secured(send: Send) -> Send:
    async def secured(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in SECURITY_HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return secured
