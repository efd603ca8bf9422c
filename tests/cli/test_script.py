"""The `hitl` script itself, in processes of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hitl.cli import COMMANDS, main
from tests.cli.calling import done
from tests.conftest import until

ROOT = Path(__file__).parents[2]
SCRIPT = Path(sys.executable).parent / "hitl"

TOLD = re.compile("Taken up|Recorded")
"""The second where the process at work is too slow to be waited for."""
OWNER = """
import sys
from hitl.engine import open_engine
from hitl.settings import load_settings
engine = open_engine(load_settings())
print("open", flush=True)
sys.stdin.read()
engine.close()
"""


def script(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPT, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=60,
        check=False,
    )


@pytest.fixture
def other_process() -> Iterator[None]:
    """A process that runs the workflows until the test has ended."""
    command = [sys.executable, "-c", OWNER]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin
        assert child.stdout
        assert child.stdout.readline() == "open\n"
        yield
        child.stdin.close()
        child.wait(30)


def test_a_whole_session_with_another_process_at_work(other_process: None, tmp_path: Path):
    started = script("start", "report", "--topic", "How do heat pumps work?")
    assert TOLD.search(started.stderr)
    run_id = started.stdout.strip()

    (question,) = until(lambda: json.loads(script("questions", "--json").stdout))
    assert question["run_id"] == run_id
    answered = script("answer", run_id[:8], "--question", question["id"], "--approve")
    assert TOLD.search(answered.stdout)

    exported = until(lambda: script("export", run_id, "--output", "report.md", "--force").returncode == 0)
    assert exported
    assert (tmp_path / "report.md").read_text("utf-8").startswith("# How do heat pumps work?")


def test_help_is_there_at_once_since_nothing_heavy_is_imported():
    code = "import sys; from hitl.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)

    assert all(name in result.stdout for name in COMMANDS)
    assert not {"pydantic", "workflows", "hitl.engine", "hitl.settings"} & set(result.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_each_says_itself(name: str):
    with main.make_context("hitl", [name]) as context:
        command = main.get_command(context, name)

    assert command
    assert command.help
    assert command.help.partition("\n")[0] == COMMANDS[name].summary


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_text_that_a_terminal_does_not_know_stops_nothing(environment: dict[str, str]):
    done("start", "report", "--topic", "水泵 “pumps”")

    for arguments in (["show", "zzz"], ["runs", "--search", "水泵"], ["--help"]):
        result = script(*arguments, **environment)
        assert "Traceback" not in result.stderr
        assert result.returncode == (1 if "zzz" in arguments else 0)
        assert "pumps" in result.stdout + result.stderr or arguments[0] in ("show", "--help")


def test_a_reader_who_has_read_enough_ends_it_quietly():
    run_id = done("start", "order", "--field", "item=" + "tea " * 50_000).strip()  # more than a pipe holds
    command = f"'{SCRIPT}' show {run_id} --json | head -1"

    environment = {**os.environ, "PYTHONUNBUFFERED": ""}  # unbuffered, Python does not notice the broken pipe
    result = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, timeout=60)

    assert (result.stdout, result.stderr) == ("{\n", "")


def test_an_output_that_is_full_is_told_in_a_sentence():
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    result = subprocess.run(["bash", "-c", f"'{SCRIPT}' runs --json > /dev/full"], capture_output=True, text=True)

    assert (result.returncode, result.stderr) == (1, "Error: No space left on device: the output\n")


def test_a_command_that_does_not_exist_is_a_usage_error():
    result = script("approve")

    assert (result.returncode, "No such command" in result.stderr) == (2, True)
