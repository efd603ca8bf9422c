"""What hitl adds to Streamlit's server: who may show the page inside a page of theirs.

A page in a frame of somebody else's takes the clicks that a visitor means for the page around it, on *Approve* for
one. Browsers draw a page in no frame that its headers forbid: `frame-ancestors` of Content Security Policy
(https://www.w3.org/TR/CSP3/#directive-frame-ancestors), or `X-Frame-Options` (RFC 7034) where that is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hitl.settings import NOBODY_ELSE, SettingsError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPTIONS = {NOBODY_ELSE: b"SAMEORIGIN", "'none'": b"DENY"}
"""What the older header says for a value of the newer one; it has no word for others."""


def server() -> dict[str, Any]:
    """What `st.App` is given for an app with a page of hitl's: `app = st.App(__file__, **hitl.server())`.

    Returns:
        Its keyword arguments.
    """
    from starlette.middleware import Middleware

    return {"middleware": [Middleware(FrameHeaders)]}


class FrameHeaders:
    """Sends with every answer which pages may show this one in a frame; see `Settings.frame_ancestors`.

    Args:
        app: What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = _headers(_frame_ancestors())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *self._headers]}
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _frame_ancestors() -> str:
    from hitl.ui.session import page_settings

    try:
        return page_settings().frame_ancestors
    except SettingsError:  # which the page tells
        return NOBODY_ELSE


def _headers(ancestors: str) -> list[tuple[bytes, bytes]]:
    policy = (b"content-security-policy", f"frame-ancestors {ancestors}".encode("ascii"))
    return [policy, (b"x-frame-options", OPTIONS[ancestors])] if ancestors in OPTIONS else [policy]
