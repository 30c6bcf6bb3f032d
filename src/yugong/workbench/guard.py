"""What stands before the application: exact hosts, same origin, a launch token, capped bodies, strict headers."""

import hmac
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yugong.workbench.errors import Refused, answer, shape

TOKEN_HEADER = "x-yugong-token"  # noqa: S105  (the header's name)
SAFE = {"GET", "HEAD", "OPTIONS"}
BODY = 2 * 2**20
UPLOAD = 50 * 2**20
UPLOADS = ("/api/import", "/api/files", "/api/review", "/api/scenario/read")
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}


def hosts(names: Iterable[str], port: int) -> frozenset[str]:
    """Return the Host headers that are answered: each name with the port, and bare where the port is HTTP's own."""
    listed = list(names)
    return frozenset([*(f"{n}:{port}" for n in listed), *(listed if port == 80 else ())])


class Guard:
    """ASGI middleware; `allowed` are exact Host values, `token` opens everything under /api."""

    def __init__(self, app: ASGIApp, allowed: frozenset[str], token: str) -> None:
        self.app = app
        self.allowed = allowed
        self.token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it before any of it is read."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        refused = self._refusal(scope)
        if scope["type"] == "websocket":  # nothing here speaks it
            await send({"type": "websocket.close", "code": 1008})
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if scope["path"].startswith("/api"):
                    headers["cache-control"] = "no-store"
            await send(message)

        if refused is not None:
            await answer(refused.status_code, shape(refused.status_code, refused.text))(scope, receive, guarded)
            return
        await self.app(scope, _capped(scope, receive), guarded)

    def _refusal(self, scope: Scope) -> Refused | None:
        headers = Headers(scope=scope)
        host = headers.getlist("host")
        if len(host) != 1 or host[0].lower() not in self.allowed:
            return Refused(421)
        unsafe = scope["type"] == "websocket" or scope["method"] not in SAFE
        if unsafe and not same_origin(headers, host[0], scope["scheme"]):
            return Refused(403)
        if scope["path"].startswith("/api") and not self._known(headers):
            return Refused(403)
        return None

    def _known(self, headers: Headers) -> bool:
        given = headers.getlist(TOKEN_HEADER)
        return len(given) == 1 and hmac.compare_digest(given[0].encode("utf-8", "replace"), self.token)


def same_origin(headers: Headers, host: str, scheme: str) -> bool:
    """Tell whether what the browser says of a request's origin names this server; what it does not say counts as good."""
    site, origin = headers.getlist("sec-fetch-site"), headers.getlist("origin")
    if any(s not in ("same-origin", "none") for s in site):
        return False
    web = {"ws": "http", "wss": "https"}.get(scheme, scheme)
    return all(o.lower() == f"{web}://{host.lower()}" for o in origin)


def limit(path: str) -> int:
    """Return how many bytes a body may have at a path."""
    return UPLOAD if path in UPLOADS else BODY


def _capped(scope: Scope, receive: Receive) -> Receive:
    """Count the body as it comes; too much is refused inside the application, where a refusal can still be written."""
    most, seen = limit(scope["path"]), 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > most:
                raise Refused(413)
        return message

    return counted
