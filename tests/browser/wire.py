"""What a browser sends to Streamlit, changed on its way: what happens by chance, and rarely, happens at once."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from playwright.sync_api import Page, WebSocketRoute
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.conftest import PATIENCE

RUNS = 2
"""How often the script runs for a click on the desk: for its callback, and for what that has changed."""


@dataclass
class Wire:
    """The messages of a page; create it before the page is opened.

    A browser keeps a click for a moment, and a check that is due just then takes it along: the server gets it twice.
    With `sends_early` that happens to each click, and the second one comes when the first has been dealt with.
    """

    page: Page
    sends_early: bool = False
    has_heartbeat: bool = True
    """Whether checks arrive of themselves; without them a page learns nothing that it has not asked for."""
    is_held: bool = False
    """Whether what the server draws is kept back until `release`."""
    _heartbeat: str = ""
    """Id of the fragment that checks."""
    _again: list[bytes] = field(default_factory=list)
    _drawn: list[bytes] = field(default_factory=list)
    _runs_to_come: int = 0
    _browser: WebSocketRoute | None = None

    def __post_init__(self) -> None:
        self.page.route_web_socket("**/_stcore/stream", self._connect)

    def wait_for_runs(self) -> None:
        """Wait until the last click on the desk has been dealt with, twice if it was sent twice."""
        deadline = time.monotonic() + PATIENCE
        while self._again or self._runs_to_come > 0:
            assert time.monotonic() < deadline, "the click was not dealt with"
            self.page.wait_for_timeout(10)

    def release(self) -> None:
        """Let the browser have what was kept back."""
        assert self._browser
        while self._drawn:  # what comes meanwhile is kept back too, so that all stays in order
            self._browser.send(self._drawn.pop(0))
        self.is_held = False

    def _connect(self, browser: WebSocketRoute) -> None:
        server, self._browser = browser.connect_to_server(), browser

        def to_server(message: str | bytes) -> None:
            assert isinstance(message, bytes)
            sent = BackMsg.FromString(message)
            is_check = sent.rerun_script.is_auto_rerun
            if is_check and (self.sends_early or not self.has_heartbeat):
                return
            if not is_check and any(widget.trigger_value for widget in sent.rerun_script.widget_states.widgets):
                self._runs_to_come = RUNS
                if self.sends_early:
                    self._again.append(message)
                    sent.rerun_script.fragment_id, sent.rerun_script.is_auto_rerun = self._heartbeat, True
                    message = sent.SerializeToString()
            server.send(message)

        def to_browser(message: str | bytes) -> None:
            assert isinstance(message, bytes)
            told = ForwardMsg.FromString(message)
            if told.HasField("auto_rerun"):
                self._heartbeat = told.auto_rerun.fragment_id
            if self.is_held:
                self._drawn.append(message)
            else:
                browser.send(message)
            if told.HasField("script_finished"):
                self._runs_to_come -= 1
                if self._again and self._runs_to_come <= 0:
                    self._runs_to_come = RUNS
                    server.send(self._again.pop(0))

        server.on_message(to_browser)
        browser.on_message(to_server)
