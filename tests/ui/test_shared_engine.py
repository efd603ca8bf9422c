from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing

import pytest
import streamlit as st
from streamlit import config

from hitl.engine import Engine, Run, StoreInUse, open_engine
from hitl.settings import SettingsError, load_settings
from hitl.ui import shared_engine
from hitl.ui.shared_engine import cached_engine, engine_while_serving, page_settings
from tests.conftest import until
from tests.engine.flows import AskOnce
from tests.engine.rude_flows import Blocks

WORKFLOWS = {"order": AskOnce}
OWNER = """
import sys, hitl
engine = hitl.open_engine()
print("open", flush=True)
sys.stdin.read()
"""


def while_serving(deed: Callable[[], None]) -> None:
    """Do something while the engine is open as in a server; in a thread, as Streamlit runs a page."""

    async def serve() -> None:
        async with engine_while_serving(WORKFLOWS):
            await asyncio.to_thread(deed)

    asyncio.run(serve())


def assert_asks(run: Run) -> None:
    until(lambda: run.question)


def served_engine() -> Engine:
    return cached_engine(load_settings(), WORKFLOWS)


def test_what_was_recorded_is_carried_out_without_a_page(home):
    with closing(open_engine(load_settings(), owner=False, workflows=WORKFLOWS)) as client:
        run = client.start("order", item="tea")

        while_serving(lambda: assert_asks(run))


def test_clearing_the_cache_does_not_close_the_engine_of_a_server(home):
    def clear() -> None:
        engine = served_engine()
        st.cache_resource.clear()
        assert not engine.is_closed
        assert served_engine() is engine

    while_serving(clear)


def test_the_engine_is_closed_with_its_server(home):
    engines: list[Engine] = []

    while_serving(lambda: engines.append(served_engine()))

    assert engines[0].is_closed
    open_engine(load_settings()).close()  # the folder is free


def test_a_page_that_was_first_keeps_its_engine_when_the_server_takes_it_over(home):
    engine = served_engine()  # from the cache: there is no server yet

    def clear() -> None:
        assert served_engine() is engine
        st.cache_resource.clear()
        assert not engine.is_closed

    while_serving(clear)
    assert engine.is_closed


def test_a_server_takes_over_a_folder_once_the_process_before_it_has_ended(home):
    with subprocess.Popen([sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdin and other.stdout
        assert other.stdout.readline() == b"open\n"

        def take_over() -> None:
            with pytest.raises(StoreInUse):
                served_engine()
            other.kill()
            engine = until(lambda: shared_engine._held.engine_of(load_settings()))
            assert served_engine() is engine

        while_serving(take_over)


def test_a_server_ends_while_a_step_blocks_and_its_engine_closes(home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shared_engine, "CLOSING_PATIENCE", 0.1)
    engines: list[Engine] = []

    def block() -> None:
        engines.append(cached_engine(load_settings(), {"blocks": Blocks}))
        with closing(open_engine(load_settings(), owner=False, workflows={"blocks": Blocks})) as client:
            client.start("blocks")
        until(Blocks.begun.is_set)

    try:
        while_serving(block)
        assert not engines[0].is_closed
    finally:
        Blocks.released.set()
    until(lambda: engines[0].is_closed)


def test_a_server_whose_engine_cannot_be_opened_ends_all_the_same(home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shared_engine, "TRY_AGAIN", 0.01)
    monkeypatch.setenv("HITL_FINDINGS", "many")

    while_serving(lambda: None)


def test_a_folder_that_cannot_be_used_is_tried_again_until_it_can(home, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shared_engine, "TRY_AGAIN", 0.01)
    home.symlink_to(home)  # a path without an end, of which Python says RuntimeError

    def mend() -> None:
        home.unlink()
        until(lambda: shared_engine._held.engine_of(load_settings()) is not None)

    while_serving(mend)


@pytest.mark.parametrize("content", [b"A = '\xff'", None], ids=["not UTF-8", "a folder"])
def test_secrets_that_cannot_be_read_are_said_in_a_sentence(content: bytes | None, tmp_path, monkeypatch):
    secrets = tmp_path / "secrets.toml"
    secrets.mkdir() if content is None else secrets.write_bytes(content)
    monkeypatch.setattr(st.secrets, "_secrets", None)
    before = config.get_option("secrets.files")  # worked out once a process, from the folder that it was in
    config.set_option("secrets.files", [str(secrets)])

    try:
        with pytest.raises(SettingsError, match="cannot be read"):
            page_settings()
    finally:
        config.set_option("secrets.files", before)
