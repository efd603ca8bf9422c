"""The server's log: what a workflow logs appears in it, with the id of its run."""

from __future__ import annotations

import logging

from workflows.plugins.basic import get_current_run_id

FORMAT = "%(asctime)s %(levelname)s %(name)s%(of_run)s: %(message)s"


class RunFilter(logging.Filter):
    """Passes what a run logs from INFO on, and from WARNING on what anybody else does."""

    def filter(self, record: logging.LogRecord) -> bool:
        run_id = get_current_run_id()
        record.of_run = f" [run {run_id}]" if run_id else ""
        return record.levelno >= (logging.INFO if run_id else logging.WARNING)


def log_runs() -> None:
    """Have the log of the server tell what workflows log; nothing changes where an app has set up logging itself."""
    root = logging.getLogger()
    if root.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(RunFilter())
    root.addHandler(handler)
    root.setLevel(min(root.level, logging.INFO))
