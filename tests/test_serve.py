from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from hitl import serve
from hitl.engine import Engine, open_engine
from hitl.engine.client import RUNS_FILE
from hitl.settings import load_settings
from tests.conftest import until

ROOT = Path(__file__).parents[1]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory, and a home folder without any configuration."""
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def test_a_page_gets_the_configuration_of_hitl(folder: Path):
    options = serve.unset_options(folder / "app.py")

    assert options["STREAMLIT_RUNNER_POST_SCRIPT_GC"] == "false"
    assert options["STREAMLIT_BROWSER_GATHER_USAGE_STATS"] == "false"
    assert options["STREAMLIT_THEME_LIGHT_PRIMARY_COLOR"].startswith("#")
    assert json.loads(options["STREAMLIT_THEME_HEADING_FONT_SIZES"])[0] == "1.75rem", "Streamlit reads lists as JSON"


@pytest.mark.parametrize("where", ["user", "project", "scripts"])
def test_what_the_user_has_configured_stays(folder: Path, where: str):
    configured = folder.parent / where / ".streamlit" / "config.toml"
    configured.parent.mkdir(parents=True)
    configured.write_text('[theme.light]\nprimaryColor = "#ff0000"\n')

    options = serve.unset_options(folder.parent / "scripts" / "app.py")

    assert "STREAMLIT_THEME_LIGHT_PRIMARY_COLOR" not in options
    assert "STREAMLIT_THEME_LIGHT_TEXT_COLOR" in options


def test_a_configuration_that_is_no_toml_is_left_to_streamlit(folder: Path):
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "config.toml").write_text("not [toml")

    assert "STREAMLIT_THEME_LIGHT_PRIMARY_COLOR" in serve.unset_options(folder / "app.py")


def test_a_script_that_is_not_there_is_refused_in_a_sentence(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert serve.main(["gone.py"]) == 2
    assert capsys.readouterr().err == "There is no script gone.py.\n"


def test_a_setting_that_cannot_be_used_is_said_where_there_is_no_page(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("HITL_FINDINGS", "many")
    monkeypatch.setenv("HITL_WORKFLOW", "trip=flows:Trip")
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert serve.main(["--no-page"]) == 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    said = capsys.readouterr().err
    assert "HITL_FINDINGS cannot be used" in said
    assert "HITL_WORKFLOW is not a setting; did you mean HITL_WORKFLOWS?" in said


def serving() -> subprocess.Popen[str]:
    """A process that runs the workflows of the settings."""
    command = [sys.executable, "-m", "hitl.serve", "--no-page"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert "without a page" in process.stdout.readline()
    return process


def test_workflows_run_without_a_page_until_the_process_is_told_to_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "order=tests.engine.flows:AskOnce")
    engine = open_engine(load_settings(), owner=False)
    run = engine.start("order", item="tea")
    with serving() as process:
        until(lambda: run.question)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    engine.close()
    with closing(open_engine(load_settings())) as owner:  # the folder is free again, and the run waits as it did
        assert owner.attach(run.id).questions


@pytest.mark.parametrize("blocking", ["Blocks", "BlocksAThread"])
def test_a_step_that_never_ends_does_not_keep_the_process_from_ending(blocking: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", f"rude=tests.engine.rude_flows:{blocking}")
    with closing(open_engine(load_settings(), owner=False)) as engine:
        run = engine.start("rude")
        with serving() as process:
            until(lambda: run.has_begun)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        assert run.status == "running"  # and goes on at the next start
        assert not engine.is_carried_out


def test_a_locked_file_does_not_keep_the_process_from_ending(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HITL_WORKFLOWS", "order=tests.engine.flows:AskOnce")
    with closing(open_engine(load_settings(), owner=False)) as engine:
        run = engine.start("order", item="tea")
        with serving() as process:
            until(lambda: run.question)
            assert run.question
            assert run.answer(run.question.id, {"approved": True}, by="ana").accepted
            with closing(sqlite3.connect(engine.settings.home / RUNS_FILE, isolation_level=None)) as locking:
                locking.execute("BEGIN IMMEDIATE")
                process.send_signal(signal.SIGTERM)
                assert process.wait(60) == 0
        assert completed_by(engine, run.id)


def completed_by(engine: Engine, run_id: str) -> bool:
    """Whether a run ends when its workflow is served again."""
    with closing(open_engine(engine.settings)) as owner:
        return bool(until(lambda: owner.attach(run_id).status == "completed"))
