from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
import sys
from streamlit.testing.v1 import AppTest
at = AppTest.from_file("app.py", default_timeout=30).run()
assert at.button(key="start").label == "Start research", at
heavy = {"llama_index.core", "bm25s", "pypdf", "trafilatura", "docx", "pandas"}
sys.exit(", ".join(heavy & set(sys.modules)) or 0)
"""


def test_the_first_page_imports_nothing_that_it_does_not_need():
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", CODE], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
