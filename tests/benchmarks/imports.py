"""What the first page imports, in a fresh process: beyond Streamlit, whose server has it, and Streamlit included."""

from __future__ import annotations

import subprocess
import sys

from tests.benchmarks.timing import report

RUNS = 7
CODE = """
import ast, pathlib, sys, time
import hitl
if sys.argv[1] == "beyond Streamlit":
    import streamlit
page = ast.parse(pathlib.Path("app.py").read_text())
imports = ast.Module([node for node in page.body if isinstance(node, (ast.Import, ast.ImportFrom))], [])
began = time.perf_counter()
exec(compile(imports, "app.py", "exec"))
hitl.page  # which loads the rest
print(time.perf_counter() - began)
"""


def main() -> None:
    for what in ("beyond Streamlit", "with Streamlit"):
        command = [sys.executable, "-c", CODE, what]
        seconds = [float(subprocess.check_output(command, text=True)) for _ in range(RUNS)]
        report(f"imports of the first page, {what}", seconds, limit=1.0)


if __name__ == "__main__":
    main()
