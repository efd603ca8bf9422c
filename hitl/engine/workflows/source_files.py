"""The files of a workflow's code, to notice that they were edited after they had been imported."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workflows import Workflow


@dataclass(frozen=True)
class SourceFiles:
    """The files that define a workflow and its events, as they were when it was loaded."""

    digests: Mapping[Path, str]
    """A hash of each file's content; empty if it could not be read."""

    @classmethod
    def of(cls, workflow: Workflow) -> SourceFiles:
        """The files of the modules that define a workflow's class and the events of its steps."""
        names = {type(workflow).__module__, *(event.__module__ for event in workflow.events)}
        files = [getattr(sys.modules.get(name), "__file__", None) for name in sorted(names)]
        paths = [Path(file).absolute() for file in files if file]
        return cls({path: _digest(path) for path in paths})

    def edited(self) -> list[Path]:
        """The files whose content differs from when the workflow was loaded."""
        return [path for path, digest in self.digests.items() if _digest(path) != digest]

    def restart_advice(self, workflow: str) -> str:
        """That this process has to be restarted to read the edited files, in sentences; empty if none was edited.

        Args:
            workflow: The name it is registered under.
        """
        names = " and ".join(path.name for path in self.edited())
        if not names:
            return ""
        return (
            f"The server has loaded the workflow “{workflow}” before {names} was edited. Restart the server, so that "
            "it reads what is there now."
        )


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:  # built in, in an archive, or removed
        return ""
