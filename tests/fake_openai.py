"""An OpenAI-compatible server on loopback that answers as a test tells it to, so that tests use the real clients.

Each POST takes the next of `server.replies`. The same reply serves `/v1/chat/completions` and `/v1/responses`, streamed
or not: it becomes a `_Script`, and each API has one function that writes a script as a body, another that streams it.
"""

from __future__ import annotations

import itertools
import json
import re
import select
import socket
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self, TypeAlias

Json: TypeAlias = dict[str, Any]
Kind: TypeAlias = Literal["text", "refusal", "reasoning"]
End: TypeAlias = Literal["completed", "incomplete", "failed", "silence", "cut", "cut cleanly"]

CHAT_FIELD: dict[Kind, str] = {"text": "content", "refusal": "refusal", "reasoning": "reasoning_content"}
"""The field of a chat message or delta for each kind of text; the last is the one of vLLM, LM Studio and others."""


@dataclass(frozen=True)
class Request:
    path: str
    body: Json
    """Empty for a GET."""
    headers: dict[str, str]
    """By lower-case name."""
    at: float
    """Seconds on the monotonic clock."""


@dataclass(frozen=True)
class Tokens:
    input: int = 21
    output: int = 9
    """Includes the reasoning tokens, as OpenAI counts."""
    cached: int = 0
    reasoning: int = 0


@dataclass(frozen=True)
class Says:
    """A good answer."""

    text: str
    usage: Tokens | None = Tokens()
    """None: the server never reports usage, as some local servers do."""
    pieces: Iterable[str] | None = None
    """How the text is cut for streaming; by default word by word. They may be without end."""
    pause: float = 0.0
    """Seconds after each piece."""


@dataclass(frozen=True)
class Refuses:
    """An HTTP error, in OpenAI's shape unless `raw` is given."""

    status: int
    message: str = "boom"
    code: str | None = None
    type: str = "server_error"
    retry_after: float | str | None = None
    """Seconds, or an HTTP date."""
    raw: str | None = None
    """The whole body, as a proxy's HTML page."""


@dataclass(frozen=True)
class Hangs:
    """Takes the request and never answers."""


@dataclass(frozen=True)
class FallsSilent:
    """Streams the text, then keeps the connection open and sends nothing more; not streamed, it hangs."""

    text: str


@dataclass(frozen=True)
class Cuts:
    """Streams the text, and the connection ends before the answer does; not streamed, half of the body comes."""

    text: str
    cleanly: bool = False
    """The HTTP body ends in good order, so that only the missing last events show that the answer is not whole."""


@dataclass(frozen=True)
class Fails:
    """Breaks off with an error after some text: `response.failed`, or an error object among the chunks of a chat."""

    text: str
    message: str


@dataclass(frozen=True)
class Stops:
    """Ends before the answer is whole; on chat, the reason "max_output_tokens" is called "length"."""

    text: str
    reason: str = "max_output_tokens"
    usage: Tokens | None = Tokens()


@dataclass(frozen=True)
class Declines:
    """A refusal by the model."""

    text: str
    usage: Tokens | None = Tokens()


@dataclass(frozen=True)
class Reasons:
    """Thoughts, then a good answer."""

    thoughts: str
    text: str
    usage: Tokens | None = Tokens(reasoning=4)
    tagged: bool = True
    """On chat, the thoughts stand in the content between `<think>` tags; else in `reasoning_content`."""


@dataclass(frozen=True)
class SaysTwice:
    """Two output messages in one response; on chat, their joined text."""

    first: str
    second: str
    usage: Tokens | None = Tokens()


Reply: TypeAlias = Says | Refuses | Hangs | FallsSilent | Cuts | Fails | Stops | Declines | Reasons | SaysTwice


class FakeOpenAI:
    """Serves from its making until `close` or the end of the `with` block, which release every waiting client."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.models: tuple[str, ...] = ("fake-model",)
        self.strict_models = False
        """Whether a model that is not listed is answered with 404."""
        self.key: str | None = None
        """The only bearer token that is let in; None lets in all."""
        self.replies: deque[Reply] = deque()
        self.otherwise: Callable[[Request], Reply] = lambda _: Says("Solar grew 24% in 2025. Wind grew 9%.")
        """Asked when `replies` is empty."""
        self.hung_up = 0
        """How many clients have closed their connection in the middle of an answer."""
        self._listener = _Listener(self)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,), name="fake-openai")
        self._thread.start()
        self.base = f"http://127.0.0.1:{self._listener.server_port}/v1"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def next_reply(self, request: Request) -> Reply:
        try:
            return self.replies.popleft()
        except IndexError:
            return self.otherwise(request)

    def close(self) -> None:
        self._listener.shutdown()
        self._listener.hang_up()
        self._listener.server_close()
        self._thread.join()


@dataclass(frozen=True)
class _Part:
    kind: Kind
    text: str
    pieces: Iterable[str]


@dataclass(frozen=True)
class _Script:
    """What a reply comes to on either API."""

    parts: tuple[_Part, ...]
    end: End = "completed"
    reason: str = ""
    """Why it is incomplete, or the message of the failure."""
    usage: Tokens | None = None
    pause: float = 0.0


def _part(kind: Kind, text: str) -> _Part:
    return _Part(kind, text, tuple(filter(None, re.split(r"(?<=\s)(?=\S)", text))))


def _script(reply: Says | FallsSilent | Cuts | Fails | Stops | Declines | Reasons | SaysTwice, chat: bool) -> _Script:
    match reply:
        case Says():
            part = _part("text", reply.text) if reply.pieces is None else _Part("text", reply.text, reply.pieces)
            return _Script((part,), usage=reply.usage, pause=reply.pause)
        case FallsSilent():
            return _Script((_part("text", reply.text),), "silence")
        case Cuts():
            return _Script((_part("text", reply.text),), "cut cleanly" if reply.cleanly else "cut")
        case Fails():
            return _Script((_part("text", reply.text),), "failed", reply.message)
        case Stops():
            return _Script((_part("text", reply.text),), "incomplete", reply.reason, reply.usage)
        case Declines():
            return _Script((_part("refusal", reply.text),), usage=reply.usage)
        case Reasons() if chat and reply.tagged:
            text = f"<think>{reply.thoughts}</think>{reply.text}"
            # Pieces shorter than a tag, so that no reader gets away with looking for a tag within one piece.
            pieces = tuple(text[at : at + 3] for at in range(0, len(text), 3))
            return _Script((_Part("text", text, pieces),), usage=reply.usage)
        case Reasons():
            return _Script((_part("reasoning", reply.thoughts), _part("text", reply.text)), usage=reply.usage)
        case SaysTwice():
            return _Script((_part("text", reply.first), _part("text", reply.second)), usage=reply.usage)


def _error(message: str, kind: str, code: str | None) -> Json:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


# The chat API


def _chat_usage(usage: Tokens) -> Json:
    return {
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cached},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
    }


def _finish_reason(script: _Script) -> str:
    if script.end != "incomplete":
        return "stop"
    return "length" if script.reason == "max_output_tokens" else script.reason


def _chat_body(script: _Script, model: str) -> Json:
    message: Json = {"role": "assistant", "content": None, "refusal": None}
    for part in script.parts:
        field = CHAT_FIELD[part.kind]
        message[field] = (message.get(field) or "") + part.text
    body: Json = {"id": "chatcmpl-1", "object": "chat.completion", "created": int(time.time()), "model": model}
    body["choices"] = [{"index": 0, "message": message, "logprobs": None, "finish_reason": _finish_reason(script)}]
    return body | {"usage": _chat_usage(script.usage)} if script.usage else body


def _chat_events(script: _Script, model: str, with_usage: bool, rest: Callable[[], None]) -> Iterator[Json | str]:
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": int(time.time()), "model": model}

    def chunk(delta: Json, finish_reason: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return head | {"choices": [choice]} | ({"usage": None} if with_usage else {})

    yield chunk({"role": "assistant", "content": "", "refusal": None})
    for part in script.parts:
        for piece in part.pieces:
            yield chunk({CHAT_FIELD[part.kind]: piece})
            rest()
    if script.end == "failed":
        yield _error(script.reason, "server_error", None)
    elif script.end in ("completed", "incomplete"):
        yield chunk({}, _finish_reason(script))
        if script.usage and with_usage:
            yield head | {"choices": [], "usage": _chat_usage(script.usage)}
        yield "[DONE]"


# The responses API


def _responses_usage(usage: Tokens) -> Json:
    return {
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cached, "cache_write_tokens": 0},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.input + usage.output,
    }


def _content(kind: Kind, text: str) -> Json:
    match kind:
        case "text":
            return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
        case "refusal":
            return {"type": "refusal", "refusal": text}
        case "reasoning":
            return {"type": "summary_text", "text": text}


def _item(part: _Part, index: int, status: str) -> Json:
    contents = [] if status == "in_progress" else [_content(part.kind, part.text)]
    if part.kind == "reasoning":
        return {"id": f"rs_{index}", "type": "reasoning", "summary": contents}
    return {"id": f"msg_{index}", "type": "message", "status": status, "role": "assistant", "content": contents}


def _responses_body(script: _Script, model: str, status: str) -> Json:
    done = status in ("completed", "incomplete")
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": int(time.time()),
        "status": status,
        "error": {"code": "server_error", "message": script.reason} if status == "failed" else None,
        "incomplete_details": {"reason": script.reason} if status == "incomplete" else None,
        "instructions": None,
        "metadata": {},
        "model": model,
        "output": [_item(part, index, status) for index, part in enumerate(script.parts)] if done else [],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": _responses_usage(script.usage) if done and script.usage else None,
    }


def _responses_events(script: _Script, model: str, rest: Callable[[], None]) -> Iterator[Json]:
    numbers = itertools.count()
    whole = script.end in ("completed", "incomplete")

    def event(name: str, **fields: Any) -> Json:
        return {"type": f"response.{name}", "sequence_number": next(numbers), **fields}

    yield event("created", response=_responses_body(script, model, "in_progress"))
    yield event("in_progress", response=_responses_body(script, model, "in_progress"))
    for index, part in enumerate(script.parts):
        frame, stem, position = {
            "text": ("content_part", "output_text", "content_index"),
            "refusal": ("content_part", "refusal", "content_index"),
            "reasoning": ("reasoning_summary_part", "reasoning_summary_text", "summary_index"),
        }[part.kind]
        item = _item(part, index, "in_progress")
        where = {"item_id": item["id"], "output_index": index, position: 0}
        logprobs: Json = {"logprobs": []} if part.kind == "text" else {}
        yield event("output_item.added", output_index=index, item=item)
        yield event(f"{frame}.added", part=_content(part.kind, ""), **where)
        for piece in part.pieces:
            yield event(f"{stem}.delta", delta=piece, **logprobs, **where)
            rest()
        if whole:
            text = {"refusal" if part.kind == "refusal" else "text": part.text}
            yield event(f"{stem}.done", **text, **logprobs, **where)
            yield event(f"{frame}.done", part=_content(part.kind, part.text), **where)
            yield event("output_item.done", output_index=index, item=_item(part, index, script.end))
    if whole or script.end == "failed":
        yield event(script.end, response=_responses_body(script, model, script.end))


# The server


class _Listener(ThreadingHTTPServer):
    # Otherwise `server_close` would not wait for the handlers' threads.
    daemon_threads = False

    def __init__(self, fake: FakeOpenAI) -> None:
        self.fake = fake
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        # Here and not in the handler's thread: once `shutdown` is through, every accepted connection is known.
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Ends whatever a handler waits for: all of them wait on their connection only."""
        for connection in list(self._open):
            with suppress(OSError):  # the client was faster
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if isinstance(sys.exception(), ConnectionError):
            self.fake.hung_up += 1
        else:
            raise  # a mistake of this file or of `otherwise`; pytest reports what escapes from a thread


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    protocol_version = "HTTP/1.1"
    # Many small writes: with Nagle's algorithm each could wait 40 ms for an acknowledgement.
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        request = self._take({})
        if not self._lets_in(request):
            return
        if request.path == "/v1/models":
            models = [
                {"id": name, "object": "model", "created": 0, "owned_by": "fake"} for name in self.server.fake.models
            ]
            self._send_json(200, {"object": "list", "data": models})
        else:
            self._send_json(404, _error(f"Invalid URL (GET {request.path})", "invalid_request_error", None))

    def do_POST(self) -> None:
        fake = self.server.fake
        request = self._take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        if not self._lets_in(request):
            return
        model = request.body.get("model")
        if request.path not in ("/v1/chat/completions", "/v1/responses"):
            self._send_json(404, _error(f"Invalid URL (POST {request.path})", "invalid_request_error", None))
        elif fake.strict_models and model not in fake.models:
            message = f"The model `{model}` does not exist or you do not have access to it."
            self._send_json(404, _error(message, "invalid_request_error", "model_not_found"))
        else:
            self._perform(fake.next_reply(request), request)

    def _take(self, body: Json) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path.partition("?")[0], body, headers, time.monotonic())
        self.server.fake.requests.append(request)
        return request

    def _lets_in(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self.server.fake.key in (None, given):
            return True
        message = f"Incorrect API key provided: {given[:6]}***{given[-3:]}."
        self._send_json(401, _error(message, "invalid_request_error", "invalid_api_key"))
        return False

    def _perform(self, reply: Reply, request: Request) -> None:
        chat = request.path == "/v1/chat/completions"
        match reply:
            case Hangs():
                self._wait_for_hang_up()
            case Refuses():
                retry = {} if reply.retry_after is None else {"Retry-After": str(reply.retry_after)}
                if reply.raw is None:
                    self._send_json(reply.status, _error(reply.message, reply.type, reply.code), retry)
                else:
                    self._send(reply.status, reply.raw.encode(), {"Content-Type": "text/html"} | retry)
            case _ if request.body.get("stream"):
                self._stream(_script(reply, chat), request.body, chat)
            case _:
                self._answer(_script(reply, chat), request.body["model"], chat)

    def _answer(self, script: _Script, model: str, chat: bool) -> None:
        if script.end == "silence":
            self._wait_for_hang_up()
            return
        if script.end == "failed" and chat:
            self._send_json(500, _error(script.reason, "server_error", None))
            return
        status = "completed" if script.end in ("cut", "cut cleanly") else script.end
        body = _chat_body(script, model) if chat else _responses_body(script, model, status)
        data = json.dumps(body).encode()
        half = data[: len(data) // 2]
        json_type = {"Content-Type": "application/json"}
        if script.end == "cut":
            self.close_connection = True
            self._send(200, half, json_type | {"Content-Length": str(len(data))})
        else:
            self._send(200, half if script.end == "cut cleanly" else data, json_type)

    def _stream(self, script: _Script, body: Json, chat: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

        def rest() -> None:
            # A client sends nothing while it reads an answer: what can be read here is the end of the connection.
            if script.pause and select.select([self.connection], [], [], script.pause)[0]:
                raise ConnectionAbortedError

        if chat:
            with_usage = bool((body.get("stream_options") or {}).get("include_usage"))
            for event in _chat_events(script, body["model"], with_usage, rest):
                self._send_chunk(f"data: {event if isinstance(event, str) else json.dumps(event)}\n\n")
        else:
            for event in _responses_events(script, body["model"], rest):
                self._send_chunk(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n")
        if script.end == "silence":
            self._wait_for_hang_up()
        elif script.end == "cut":
            self.close_connection = True
        else:
            self._send_chunk("")  # the empty chunk is the end of the body

    def _wait_for_hang_up(self) -> None:
        self.close_connection = True
        while self.connection.recv(1024):
            pass

    def _send_chunk(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))

    def _send_json(self, status: int, body: Json, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(body).encode(), {"Content-Type": "application/json"} | (headers or {}))

    def _send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(data))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)
