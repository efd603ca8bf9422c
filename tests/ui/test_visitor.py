"""Who sits at the machine itself: by the connection and the host that it asked for, not by what the client says."""

from __future__ import annotations

import pytest

from hitl.ui.visitor import is_local

HERE = [
    ({"Host": "localhost:8501"}, None),
    ({"Host": "localhost"}, "127.0.0.1"),
    ({"host": "127.0.0.1:8501", "origin": "http://127.0.0.1:8501"}, None),
    ({"host": "127.0.0.2"}, "127.0.0.2"),
    ({"host": "[::1]:8501", "origin": "http://[::1]:8501"}, None),
    ({"host": "hitl.localhost:8501"}, None),
    ({"Host": "LOCALHOST:8501", "Origin": "http://localhost:8501"}, "::1"),
]
ELSEWHERE = [
    ({}, None),  # a connection without a host
    ({"host": ""}, None),
    ({"host": "evil.example:8501", "origin": "http://evil.example:8501"}, None),  # a name that leads to this machine
    ({"host": "evil.example:8501"}, "127.0.0.1"),
    ({"host": "localhost.evil.example"}, None),
    ({"host": "127.0.0.1.evil.example"}, None),
    ({"host": "localhost@evil.example"}, None),
    ({"host": "[::1"}, None),
    ({"host": "0.0.0.0:8501"}, None),
    ({"host": "localhost:8501", "origin": "http://evil.example"}, None),
    ({"host": "localhost:8501", "origin": "null"}, None),
    ({"host": "localhost:8501"}, "203.0.113.9"),
    ({"host": "localhost:8501"}, "no address"),
]
FORWARDED = [
    "X-Forwarded-For",
    "x-forwarded-host",
    "X-Forwarded-Proto",
    "Forwarded",
    "X-Real-IP",
    "Via",
    "CF-Connecting-IP",
    "True-Client-IP",
    "X-Client-IP",
    "X-Original-Forwarded-For",
]


@pytest.mark.parametrize(("headers", "address"), HERE)
def test_a_visitor_at_the_machine_is_local(headers: dict[str, str], address: str | None):
    assert is_local(headers, address)


@pytest.mark.parametrize(("headers", "address"), ELSEWHERE)
def test_a_visitor_from_elsewhere_is_not(headers: dict[str, str], address: str | None):
    assert not is_local(headers, address)


@pytest.mark.parametrize("header", FORWARDED)
@pytest.mark.parametrize("value", ["127.0.0.1", "::1", "203.0.113.9, 127.0.0.1", ""])
def test_who_comes_by_a_proxy_is_not_local_whatever_it_says(header: str, value: str):
    assert not is_local({"host": "localhost:8501", header: value}, None)
