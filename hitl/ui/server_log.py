"""The server's log: shows what workflows log, with the id of the run."""

from __future__ import annotations

import logging

from workflows.plugins.basic import get_current_run_id

FORMAT = "%(asctime)s %(levelname)s %(name)s%(of_run)s: %(message)s"


class RunFilter(logging.Filter):
    """Passes records of runs from INFO up, and all other records from WARNING up."""

    def filter(self, record: logging.LogRecord) -> bool:
        run_id = get_current_run_id()
        record.of_run = f" [run {run_id}]" if run_id else ""
        return record.levelno >= (logging.INFO if run_id else logging.WARNING)


def log_runs() -> None:
    """Show what workflows log in the server's log; does nothing if the app has set up logging itself."""
    root = logging.getLogger()
    if root.handlers:
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(FORMAT))
    handler.addFilter(RunFilter())
    root.addHandler(handler)
    root.setLevel(min(root.level, logging.INFO))
