"""What hitl adds to Streamlit's server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.web.server.app_discovery import discover_asgi_app

import hitl
from hitl.asgi import FrameHeaders

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
    assert [middleware.cls for middleware in hitl.server()["middleware"]] == [FrameHeaders]


FIRST_VISIT = """
import sys
from streamlit.testing.v1 import AppTest
from hitl.asgi import load_first_page
from hitl.engine import open_engine
from hitl.settings import load_settings

engine = open_engine(load_settings())
load_first_page(engine, {})
engine.close()
loaded = set(sys.modules)
page = AppTest.from_file(sys.argv[1], default_timeout=60).run()
assert page.button(key="start"), "the page was drawn"
print(*(name for name in set(sys.modules) - loaded if name.split(".")[0] in ("hitl", "workflows", "PIL", "numpy")))
"""


def test_the_first_visitor_waits_for_no_import():
    visited = subprocess.run(
        [sys.executable, "-c", FIRST_VISIT, str(APP)], cwd=APP.parent, capture_output=True, text=True, check=True
    )
    assert visited.stdout.split() == []
