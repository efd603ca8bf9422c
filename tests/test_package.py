"""The wheel, installed alone: without the report's libraries, and with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.conftest import until

ROOT = Path(__file__).parents[1]
UV = shutil.which("uv")
OWN_PROJECT = ROOT / "tests" / "own_project.py"

pytestmark = [pytest.mark.skipif(UV is None, reason="uv is not installed"), pytest.mark.timeout(600)]


def ended(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> str:
    """What a command that succeeds prints."""
    result = ended(*command, cwd=cwd, **environment)
    assert result.returncode == 0, f"{command}: {result.stdout}{result.stderr}"
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(str(UV), "build", "--wheel", "--out-dir", folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment in which nothing is installed but the wheel and what it needs."""
    folder = tmp_path_factory.mktemp("fresh") / "env"
    run(str(UV), "venv", "--python", sys.executable, folder)
    run(str(UV), "pip", "install", "--python", folder / "bin" / "python", wheel)
    return folder / "bin"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copy(OWN_PROJECT, tmp_path / "orders.py")
    return tmp_path


def test_the_wheel_has_all_that_is_no_python(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    for name in ("py.typed", "served/app.py", "served/config.toml", "report/export/pdf.typ", "ui/icon.png"):
        assert f"hitl/{name}" in names
    assert not [name for name in names if name.startswith("tests")]


def test_a_workflow_of_ones_own_runs_without_the_libraries_of_the_report(installed: Path, project: Path, home: Path):
    run(installed / "python", "orders.py", cwd=project)

    environment = {"HITL_WORKFLOWS": "order=orders:OrderFlow"}
    run(installed / "hitl", "start", "order", "--field", "item=tea", cwd=project, **environment)
    assert "tea" in run(installed / "hitl", "runs", cwd=project, **environment)
    with_report = run(installed / "python", "-c", "import importlib.util as u; print(u.find_spec('py3langid'))")
    assert with_report.strip() == "None"


def test_without_its_libraries_the_report_says_what_to_install(installed: Path, project: Path, home: Path):
    result = ended(installed / "hitl", "start", "report", "--topic", "tides", cwd=project)
    assert result.returncode == 1
    assert "install hitl with its extra “report”" in result.stderr


def test_without_its_libraries_a_file_is_refused_with_what_to_install(installed: Path, project: Path):
    read = "from hitl.research.reading.files import read_document as r; r('a.md', b'# Tides')"
    assert "extra “report”" in ended(installed / "python", "-c", read, cwd=project).stderr


def test_what_was_recorded_is_carried_out_by_a_server_that_nobody_looks_at(
    installed: Path, wheel: Path, project: Path, home: Path
):
    run(str(UV), "pip", "install", "--python", installed / "python", f"hitl[report] @ {wheel.as_uri()}")
    with serving(installed, project):
        run_id = run(installed / "hitl", "start", "report", "--topic", "How do heat pumps work?", cwd=project).strip()
        until(lambda: "heat pumps" in run(installed / "hitl", "questions", cwd=project))
    run(installed / "hitl", "answer", run_id, "--approve", "--by", "ana", cwd=project)
    with serving(installed, project):
        until(lambda: "completed" in run(installed / "hitl", "show", run_id, cwd=project))
    assert "Approved by ana" in run(installed / "hitl", "export", run_id, cwd=project)


@contextmanager
def serving(installed: Path, project: Path) -> Iterator[None]:
    """`hitl serve` on a free port, until the block ends."""
    from tests.browser.conftest import free_port

    port = free_port()
    environment = os.environ | {"STREAMLIT_SERVER_HEADLESS": "true"}
    with (project / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [installed / "hitl", "serve", f"--port={port}"], cwd=project, env=environment, stdout=log, stderr=log
        )
    try:
        until(lambda: _is_healthy(port))
        yield
    finally:
        process.terminate()
        assert process.wait(60) is not None


def _is_healthy(port: int) -> bool:
    with suppress(OSError):
        return bool(urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5).status == 200)
    return False
