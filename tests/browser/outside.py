"""What stands outside: a page of somebody else's, and a client that may say of itself what it likes."""

from __future__ import annotations

import base64
import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

BINARY = 2
"""Code of a WebSocket frame with bytes (RFC 6455, section 5.2)."""


@dataclass
class ForeignSite:
    """A server of somebody else's, on another port of loopback."""

    url: str
    requests: list[str] = field(default_factory=list)
    """Paths that it was asked for."""
    page: str = ""
    """What it answers at `/`; anything else is not there."""


@contextmanager
def foreign_site() -> Iterator[ForeignSite]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requests.append(self.path)
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(site.page.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = ForeignSite(f"http://127.0.0.1:{listener.server_port}")
    threading.Thread(target=listener.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield site
    finally:
        listener.shutdown()
        listener.server_close()


def runs_listed(port: int, headers: dict[str, str], address: str) -> list[str] | None:
    """Labels of the runs that a client is shown in the sidebar; None when the server does not let it in.

    Args:
        port: Of the server, on loopback.
        headers: With which it connects.
        address: What it says that it has in its address bar.
    """
    with closing(socket.create_connection(("127.0.0.1", port), timeout=20)) as client, client.makefile("rb") as stream:
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"{name}: {value}" for name, value in headers.items()]
        lines += ["Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Key: {key}"]
        lines += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: streamlit"]
        client.sendall("\r\n".join(["GET /_stcore/stream HTTP/1.1", *lines, "", ""]).encode())
        if b"101" not in stream.readline():
            return None
        while stream.readline().strip():
            pass
        look = BackMsg()
        look.rerun_script.context_info.url = address
        client.sendall(_frame(look.SerializeToString()))
        labels: list[str] = []
        for content in _frames(stream):
            message = ForwardMsg()
            message.ParseFromString(content)
            if message.WhichOneof("type") == "script_finished":
                return labels
            element = message.delta.new_element
            if element.WhichOneof("type") == "button" and "-hitl.sidebar_run-" in element.button.id:
                labels.append(element.button.label)
        raise AssertionError("the server has hung up")


def _frame(content: bytes) -> bytes:
    mask = os.urandom(4)
    size = bytes([0x80 | len(content)]) if len(content) < 126 else b"\xfe" + struct.pack(">H", len(content))
    return bytes([0x80 | BINARY]) + size + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(content))


def _frames(stream: object) -> Iterator[bytes]:
    read = stream.read  # type: ignore[attr-defined]
    while head := read(2):
        size = head[1] & 127
        if size > 125:
            (size,) = struct.unpack(">H", read(2)) if size == 126 else struct.unpack(">Q", read(8))
        content = read(size)
        if head[0] & 15 == BINARY:
            yield content
