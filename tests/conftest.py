"""What every test may use."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TypeVar
from unittest.mock import MagicMock

import pytest
from hypothesis import settings
from pydantic import SecretStr

from hitl.settings import USUAL_NAMES, Settings

T = TypeVar("T")
R = TypeVar("R", pytest.TestReport, pytest.CollectReport)

settings.register_profile("usual", deadline=None, max_examples=30)  # a machine with other work is slow at times
settings.load_profile("usual")
settings.register_profile(
    "thorough", max_examples=1000, deadline=None
)  # `pytest --hypothesis-profile=thorough`, for a night

SKIPS_NOTHING = bool(os.environ.get("HITL_SKIP_NOTHING"))
"""Set where every test can run: a skipped test then fails, since nobody would see that it has looked at nothing."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _not_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _not_skipped((yield))


def _not_skipped(report: R) -> R:
    if SKIPS_NOTHING and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"HITL_SKIP_NOTHING is set, and this was skipped: {report.longrepr}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have each process begin with its share of what runs in a browser, which mostly waits.

    xdist gives each a stretch of the tests to begin with; at the end nothing else would be left to do meanwhile.
    """
    in_browser = [item for item in items if "browser" in item.path.parts]
    others = [item for item in items if "browser" not in item.path.parts]
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = [
        item
        for share in range(count)
        for group in (in_browser, others)
        for item in group[len(group) * share // count : len(group) * (share + 1) // count]
    ]


def pytest_collection() -> None:
    gc.disable()  # what is collected stays to the end; looking at it again and again takes a fifth of the time


def pytest_collection_finish() -> None:
    """Spare each test what is the same for all of a process.

    Each AppTest looks through all installed packages for components, which took half the time of the tests of the page.
    And it stands in for the connection to a browser with a mock for every look, which took an eighth; now it has none.
    """
    if "streamlit.testing.v1" in sys.modules:
        app_test = import_module("streamlit.testing.v1.app_test")
        app_test.MagicMock = partial(MagicMock, **{"get_client.return_value": None})  # type: ignore[attr-defined]
        scanner = import_module("streamlit.components.v2.manifest_scanner")
        scanner.scan_component_manifests = cache(scanner.scan_component_manifests)  # type: ignore[attr-defined]
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh folder for everything that hitl stores, so that no test meets another's runs."""
    folder = tmp_path / "home"
    monkeypatch.setenv("HITL_HOME", str(folder))
    monkeypatch.delenv("HITL_SKIP_NOTHING", raising=False)  # it is a setting of the tests alone
    for name in USUAL_NAMES:  # no test may ask a real model
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of a Postgres, which runs while there are tests that need it: one for all processes of the tests."""
    pytest.importorskip("dbos")
    postgres = pytest.importorskip("tests.postgres")
    own = tmp_path_factory.getbasetemp()
    with postgres.running(postgres.folder_for(own if worker_id == "master" else own.parent)) as address:
        yield address


@pytest.fixture(scope="session")
def database(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database of this process, with all tables; a new one for each test takes seconds to delete."""
    from hitl.engine import open_engine
    from tests import postgres

    url = postgres.new_database(postgres_server)
    settings = Settings(home=tmp_path_factory.mktemp("tables"), database_url=SecretStr(url), workflows={})
    with closing(open_engine(settings)):
        return url


@pytest.fixture
def database_url(database: str) -> str:
    """The address of a database without runs."""
    from tests import postgres

    postgres.empty(database)
    return database


def until(condition: Callable[[], T], seconds: float = 60.0) -> T:
    """Ask until the answer is truthy, and return it; fail after a deadline."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"still {answer!r} after {seconds} s")
        time.sleep(0.005)
    return answer
