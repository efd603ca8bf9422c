"""What the first page imports, in a fresh process: beyond Streamlit, whose server has it, and Streamlit included.

The modules are compiled, as they are from the second start on, also where the environment keeps Python from writing
that down.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from tempfile import TemporaryDirectory

from tests.benchmarks.timing import report

RUNS = 7
WORKFLOWS = "LlamaIndex workflows alone, which a script of one's own imports itself"
OWN = "a page of one's own"
REPORT = "the report"
CODE = f"""
import ast, pathlib, sys, time
import hitl
if sys.argv[1] == "beyond Streamlit":
    import streamlit
page = ast.parse(pathlib.Path("app.py").read_text())
imports = ast.Module([node for node in page.body if isinstance(node, (ast.Import, ast.ImportFrom))], [])
began, busy = time.perf_counter(), time.process_time()
if sys.argv[2] == "{WORKFLOWS}":
    import workflows
else:
    exec(compile(imports, "app.py", "exec"))
    hitl.page  # which loads the rest of a page of one's own
if sys.argv[2] == "{REPORT}":
    import hitl.report.workflow, hitl.report_ui  # which that page loads when it is drawn
print(time.perf_counter() - began, time.process_time() - busy)
"""


def main() -> None:
    """Print the time for workflows, for a page of one's own, and for the report's, which the first drawing loads."""
    with TemporaryDirectory() as compiled:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled
        _seconds("with Streamlit", REPORT, environment)
        for what, page, limit in (
            ("beyond Streamlit", WORKFLOWS, None),
            ("beyond Streamlit", OWN, 0.3),
            ("with Streamlit", OWN, 1.0),
            ("beyond Streamlit", REPORT, 1.0),
            ("with Streamlit", REPORT, 1.0),
        ):
            runs = [_seconds(what, page, environment) for _ in range(RUNS)]
            report(f"imports of {page}, {what}", [seconds for seconds, _ in runs], limit)
            report("  of it at work, and not waiting for a core or a disk", [busy for _, busy in runs])


def _seconds(what: str, page: str, environment: Mapping[str, str]) -> tuple[float, float]:
    """How long the imports take in a process of their own, and for how long of that it computes."""
    command = [sys.executable, "-c", CODE, what, page]
    seconds, busy = subprocess.check_output(command, text=True, env=environment).split()
    return float(seconds), float(busy)


if __name__ == "__main__":
    main()
