"""Visitors without a browser: they speak the protocol of Streamlit's page, so that only the server works for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect
from websockets.typing import Subprotocol

PATIENCE = 60.0


class Session:
    """A visitor's connection; the page is drawn once when it begins.

    Args:
        url: Address of the server.
    """

    def __init__(self, url: str) -> None:
        address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
        spoken = [Subprotocol("streamlit")]
        # it does not read what comes after the button, so that a ping or an orderly close would wait in vain
        self._socket = connect(address, subprotocols=spoken, max_size=None, ping_interval=None, close_timeout=0.1)
        self._ids: dict[str, str] = {}
        self._query = ""
        self._rerun([])
        for message in self._until_finished():
            self._note(message)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._socket.close()

    def click(self, label: str, typed: dict[str, str], awaited: str) -> float:
        """Click a button, and wait for another one.

        Args:
            label: Of the button.
            typed: Texts by the label of their field.
            awaited: Label of the button that the page has then.

        Returns:
            Seconds from the click until the page is told of that button.
        """
        states = [WidgetState(id=self._ids[field], string_value=text) for field, text in typed.items()]
        states.append(WidgetState(id=self._ids[label], trigger_value=True))
        fragment, every = "", 0.0
        began = time.perf_counter()
        self._rerun(states)
        for _ in range(100_000):
            data = self._receive()
            message = ForwardMsg.FromString(data)
            if self._note(message) == awaited:
                return time.perf_counter() - began
            match message.WhichOneof("type"):
                case "auto_rerun":
                    fragment, every = message.auto_rerun.fragment_id, message.auto_rerun.interval
                case "script_finished" if fragment:  # the run is at work: the page follows it from here
                    time.sleep(every)
                    self._rerun([], fragment)
        raise AssertionError(f"there is no {awaited}")

    def _rerun(self, states: list[WidgetState], fragment: str = "") -> None:
        message = BackMsg()
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        message.rerun_script.query_string = self._query
        message.rerun_script.widget_states.widgets.extend(states)
        self._socket.send(message.SerializeToString())

    def _receive(self) -> bytes:
        data = self._socket.recv(timeout=PATIENCE)
        return data if isinstance(data, bytes) else data.encode()

    def _until_finished(self) -> Iterator[ForwardMsg]:
        message = ForwardMsg()
        while message.WhichOneof("type") != "script_finished":
            message = ForwardMsg.FromString(self._receive())
            yield message

    def _note(self, message: ForwardMsg) -> str | None:
        """Remember the id of a button or a text field; returns its label."""
        if message.WhichOneof("type") == "page_info_changed":
            self._query = message.page_info_changed.query_string
        if message.WhichOneof("type") != "delta":
            return None
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        if kind not in ("button", "text_input"):
            return None
        widget = getattr(element, kind)
        self._ids[widget.label] = widget.id
        return str(widget.label)
