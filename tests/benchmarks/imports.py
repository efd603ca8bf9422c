"""What the first page imports beyond Streamlit itself, in a fresh process."""

from __future__ import annotations

import subprocess
import sys

from tests.benchmarks.timing import report

RUNS = 7
CODE = """
import ast, pathlib, time
import streamlit
page = ast.parse(pathlib.Path("app.py").read_text())
imports = ast.Module([node for node in page.body if isinstance(node, (ast.Import, ast.ImportFrom))], [])
began = time.perf_counter()
exec(compile(imports, "app.py", "exec"))
print(time.perf_counter() - began)
"""


def main() -> None:
    seconds = [float(subprocess.check_output([sys.executable, "-c", CODE], text=True)) for _ in range(RUNS)]
    report("imports of the first page", seconds, limit=1.0)


if __name__ == "__main__":
    main()
