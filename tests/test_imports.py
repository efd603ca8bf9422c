"""The one rule of the house: imports run downwards only, and nothing heavy is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def loaded_by(package: str, heavy: set[str]) -> set[str]:
    """Which of these modules a process has that imports a package and nothing else."""
    result = run(sys.executable, "-c", f"import sys, {package}; print(*sys.modules)")
    assert result.returncode == 0, result.stderr
    return heavy & set(result.stdout.split())


@pytest.mark.parametrize("package", ["hitl.engine", "hitl.llm", "hitl.report", "hitl.research", "hitl.testing"])
def test_a_package_below_the_page_does_not_load_what_is_heavy(package: str):
    assert loaded_by(package, {"streamlit", "llama_index.core", "openai", "genai_prices"}) == set()


@pytest.mark.parametrize("package", ["hitl", "hitl.settings"])
def test_what_everything_imports_does_not_even_load_the_workflows(package: str):
    assert loaded_by(package, {"streamlit", "workflows", "llama_index.core", "openai", "genai_prices"}) == set()


def test_a_list_of_runs_on_the_command_line_does_not_load_what_reads_files_or_writes_reports():
    heavy = {"hitl.research.reading.files", "hitl.report.export", "hitl.report.writing", "hitl.research.sentences"}

    assert loaded_by("hitl.cli.inspect", heavy) == set()


def test_the_first_page_does_not_load_what_it_has_no_use_for():
    heavy = {"llama_index.core", "openai", "httpx", "typst", "docx", "pandas", "genai_prices"}

    assert loaded_by("hitl.screen", heavy) == set()


def test_the_contracts_between_the_floors_hold():
    result = run(str(Path(sys.executable).parent / "lint-imports"))

    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout
