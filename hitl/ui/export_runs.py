"""Several runs as one file: a zip with all that is stored of each, and its text as Markdown if it gave one."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Collection
from io import BytesIO
from typing import Any

from hitl.engine import Engine, RunNotFound
from hitl.engine.descriptions import title_of
from hitl.engine.run_json import to_json, whole_run

NAME_LENGTH = 60
"""Maximum characters of a run's title in the name of its file."""
NO_NAME = re.compile(r"[^\w-]+")


def export_runs(engine: Engine, run_ids: Collection[str]) -> bytes:
    """A zip with a JSON file for each run, as `hitl export --json` writes it, and the text of its result beside it.

    Args:
        engine: The engine that knows the runs.
        run_ids: Their ids; those that were deleted meanwhile are left out.
    """
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for run_id in run_ids:
            try:
                run = engine.attach(run_id)
                record = run.record
                content = to_json(whole_run(run))
            except RunNotFound:
                continue
            name = f"{NO_NAME.sub('-', title_of(record))[:NAME_LENGTH].strip('-') or 'run'}-{run_id[:8]}"
            archive.writestr(f"{name}.json", content)
            if text := text_of_result(record.result):
                archive.writestr(f"{name}.md", text)
    return target.getvalue()


def text_of_result(result: dict[str, Any] | None) -> str:
    """The text that a run gave: its result, or the result's field `markdown`; empty if it gave none."""
    text = (result or {}).get("markdown") or (result or {}).get("result")
    return text if isinstance(text, str) else ""
