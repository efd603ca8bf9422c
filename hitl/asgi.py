"""What hitl adds to Streamlit's server: the engine while it runs, a page without delays, and headers.

The headers say which pages may frame its own: a foreign page that shows hitl in a frame can redirect a visitor's clicks
to it, for example to *Approve*. Browsers refuse frames that a page's headers forbid: `frame-ancestors` of Content
Security Policy (https://www.w3.org/TR/CSP3/#directive-frame-ancestors), or `X-Frame-Options` (RFC 7034) in browsers
without it.
"""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, suppress
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hitl.engine.errors import EngineError
from hitl.settings import NOBODY_ELSE, SettingsError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from hitl.engine import Engine

OF_STREAMLIT = (
    "numpy",
    *(f"PIL.{form}ImagePlugin" for form in ("Bmp", "Gif", "Jpeg", "Png", "Ppm")),
    "streamlit.material_icon_names",
)
"""What Streamlit itself imports when it draws the first page: for the page's icon, and to check the names of icons."""
OPTIONS = {NOBODY_ELSE: b"SAMEORIGIN", "'none'": b"DENY"}
"""Values of `X-Frame-Options` by value of `frame-ancestors`; other values have no equivalent."""


def server(workflows: Mapping[str, object] = MappingProxyType({})) -> dict[str, Any]:
    """Arguments of `st.App` for an app with a hitl page: `app = st.App(__file__, **hitl.server({"order": OrderFlow}))`.

    With them the engine is open for as long as the server runs: what was recorded meanwhile is carried out, and paused
    runs are resumed, before anybody opens the page. A script that only calls `hitl.page` opens it on the first visit.
    Each part of a page is sent at once; see `WithoutDelay`.

    Args:
        workflows: The ones that `hitl.page` is given.

    Returns:
        The keyword arguments.

    Raises:
        TypeError: If the workflows are not given by name.
    """
    from hitl.engine.workflows.named import check_named

    check_named(workflows)
    from starlette.middleware import Middleware

    def lifespan(app: object) -> AbstractAsyncContextManager[None]:
        from hitl.ui.shared_engine import engine_while_serving

        return engine_while_serving(workflows, lambda engine: load_first_page(engine, workflows))

    return {"middleware": [Middleware(WithoutDelay), Middleware(FrameHeaders)], "lifespan": lifespan}


def load_first_page(engine: Engine, workflows: Mapping[str, object]) -> None:
    """Import what the first page needs, so that the first visitor does not wait for it.

    What is in memory then stays there: it is taken out of the garbage collection, which would look at all of it again
    and again, each time for a tenth of a second in which no page is drawn
    (https://docs.python.org/3/library/gc.html#gc.freeze).

    Args:
        engine: Knows the workflows.
        workflows: The ones that `hitl.page` is given.
    """
    from hitl.ui.renderers import renderer_for

    import_module("hitl.screen")  # it says which modules draw which events
    for module in OF_STREAMLIT:
        with suppress(ImportError):
            import_module(module)
    for name in engine.settings.named_with(workflows):
        with suppress(EngineError):  # the page says why it cannot be started
            renderer_for(engine, name, engine.start_event(name))
    gc.collect()
    gc.freeze()


class WithoutDelay:
    """Has each part of a page sent at once, as asyncio's own servers do (`TCP_NODELAY`).

    Streamlit opens its socket itself and without a protocol number, for which asyncio leaves Nagle's algorithm on
    (https://github.com/Kludex/uvicorn/issues/3149): what is sent second waits until the first is acknowledged, and
    that takes a browser up to 40 ms.

    Args:
        app: The application that responds.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(receive, "__self__", None), "transport", None)  # uvicorn's, at each connection
        if isinstance(transport, asyncio.Transport) and (connection := transport.get_extra_info("socket")):
            with suppress(OSError):  # no TCP, or closed meanwhile
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
        await self._app(scope, receive, send)


class FrameHeaders:
    """Adds headers to every HTTP response that say which pages may frame it; see `Settings.frame_ancestors`.

    Args:
        app: The application that responds.
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
    from hitl.ui.shared_engine import page_settings

    try:
        return page_settings().frame_ancestors
    except SettingsError:  # the page shows the error
        return NOBODY_ELSE


def _headers(ancestors: str) -> list[tuple[bytes, bytes]]:
    policy = (b"content-security-policy", f"frame-ancestors {ancestors}".encode("ascii"))
    return [policy, (b"x-frame-options", OPTIONS[ancestors])] if ancestors in OPTIONS else [policy]
