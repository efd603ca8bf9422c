"""What hitl adds to Streamlit's server."""

from __future__ import annotations

import asyncio
import http.client
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp
from streamlit.testing.v1 import AppTest
from streamlit.web.server.app_discovery import discover_asgi_app

import hitl
from hitl.asgi import FrameHeaders, WithoutDelay
from tests.conftest import until

APP = Path(__file__).parents[1] / "app.py"


def headers_sent() -> dict[str, str]:
    """The headers of an answer that passes through the middleware."""
    sent: list[MutableMapping[str, Any]] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": b"page"})

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.disconnect"}

    asyncio.run(FrameHeaders(answer)({"type": "http"}, receive, send))
    assert sent[1]["body"] == b"page"
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize(
    ("setting", "policy", "option"),
    [
        ("", "frame-ancestors 'self'", "SAMEORIGIN"),
        ("'none'", "frame-ancestors 'none'", "DENY"),
        ("https://intranet.example", "frame-ancestors https://intranet.example", None),
        ("'self'  https://*.example:8443", "frame-ancestors 'self' https://*.example:8443", None),
        ("https://a.example; script-src *", "frame-ancestors 'self'", "SAMEORIGIN"),  # which the page tells
    ],
)
def test_pages_of_others_show_hitl_in_no_frame_unless_a_setting_says_so(
    monkeypatch: pytest.MonkeyPatch, setting: str, policy: str, option: str | None
):
    monkeypatch.setenv("HITL_FRAME_ANCESTORS", setting)
    headers = headers_sent()
    assert headers["content-security-policy"] == policy
    assert headers.get("x-frame-options") == option
    assert headers["content-type"] == "text/html"


def test_a_setting_that_would_end_the_header_is_told_on_the_page(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_FRAME_ANCESTORS", "https://a.example, https://b.example")
    at = AppTest.from_file(str(APP), default_timeout=20).run()
    assert "HITL\\_FRAME\\_ANCESTORS cannot be used" in at.error[0].value


def test_streamlit_finds_the_app():
    assert discover_asgi_app(APP).is_asgi_app


def test_it_is_what_an_app_of_ones_own_is_given():
    assert [middleware.cls for middleware in hitl.server()["middleware"]] == [WithoutDelay, FrameHeaders]


# ---- what is sent at once


async def tells_its_delay(scope: Any, receive: Any, send: Any) -> None:
    """An application that says whether its connection sends everything at once."""
    connection = receive.__self__.transport.get_extra_info("socket")
    is_without = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"at once" if is_without else b"delayed"})


@contextmanager
def serving(app: ASGIApp) -> Iterator[int]:
    """The port of a server with a socket as Streamlit opens it."""
    with socket.socket(socket.AF_INET) as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until(lambda: server.started)
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@pytest.mark.parametrize(("app", "said"), [(tells_its_delay, b"delayed"), (WithoutDelay(tells_its_delay), b"at once")])
def test_no_part_of_a_page_waits_until_the_part_before_is_acknowledged(app: ASGIApp, said: bytes):
    with serving(app) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/")
        assert connection.getresponse().read() == said  # Nagle's algorithm is on without it, or it is needed no more
        connection.close()


@pytest.mark.parametrize("scope", ["http", "websocket", "lifespan"])
def test_a_server_of_another_kind_is_left_as_it_is(scope: str):
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    async def receive() -> MutableMapping[str, Any]:
        return {}

    async def send(message: MutableMapping[str, Any]) -> None: ...

    asyncio.run(WithoutDelay(app)({"type": scope}, receive, send))
    assert seen == [scope]


FIRST_VISIT = """
import gc
import sys
from streamlit.testing.v1 import AppTest
from hitl.asgi import load_first_page
from hitl.engine import open_engine
from hitl.settings import load_settings

engine = open_engine(load_settings())
load_first_page(engine, {})
engine.close()
loaded = set(sys.modules)
assert gc.get_freeze_count() > len(loaded), "the garbage collection looks at them no more"
page = AppTest.from_file(sys.argv[1], default_timeout=60).run()
assert page.button(key="start"), "the page was drawn"
print(*(name for name in set(sys.modules) - loaded if name.split(".")[0] in ("hitl", "workflows", "PIL", "numpy")))
"""


def test_the_first_visitor_waits_for_no_import():
    visited = subprocess.run(
        [sys.executable, "-c", FIRST_VISIT, str(APP)], cwd=APP.parent, capture_output=True, text=True, check=True
    )
    assert visited.stdout.split() == []
