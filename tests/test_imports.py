"""The one rule of the house: imports run downwards only, and nothing heavy is loaded before it is needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "package", ["hitl", "hitl.engine", "hitl.llm", "hitl.report", "hitl.research", "hitl.settings", "hitl.testing"]
)
@pytest.mark.parametrize("heavy", ["streamlit", "llama_index.core", "openai", "genai_prices"])
def test_a_package_below_the_page_does_not_load_what_is_heavy(package: str, heavy: str):
    result = run(sys.executable, "-c", f"import sys, {package}; sys.exit({heavy!r} in sys.modules)")

    assert result.returncode == 0, f"import {package} loads {heavy} {result.stderr}"


@pytest.mark.parametrize("heavy", ["llama_index.core", "openai", "httpx", "typst", "docx", "pandas", "genai_prices"])
def test_the_first_page_does_not_load_what_it_has_no_use_for(heavy: str):
    result = run(sys.executable, "-c", f"import sys, hitl.screen; sys.exit({heavy!r} in sys.modules)")

    assert result.returncode == 0, f"the page loads {heavy} {result.stderr}"


def test_the_contracts_between_the_floors_hold():
    result = run(str(Path(sys.executable).parent / "lint-imports"))

    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout
