"""hitl without a browser: list, show, start, answer, manage and export runs.

No command is imported before it is called, so that `hitl --help` answers at once.
"""

from __future__ import annotations

import errno
import importlib
import io
import sys
from typing import Any, NamedTuple

import click


class Entry(NamedTuple):
    """A command: where it is defined, and what it does."""

    module: str
    summary: str
    """The first sentence of the command's help."""


COMMANDS = {
    "serve": Entry("hitl.cli.serve", "Serve the page, and run what was recorded."),
    "runs": Entry("hitl.cli.inspect", "List runs, the newest first."),
    "questions": Entry("hitl.cli.inspect", "List everything that waits for a human, the oldest first."),
    "show": Entry("hitl.cli.inspect", "Show a run: what it asks, what was decided, what it gave."),
    "start": Entry("hitl.cli.start", "Start a run, and print its id."),
    "answer": Entry("hitl.cli.answer", "Answer a question of a run."),
    "cancel": Entry("hitl.cli.answer", "End a run now."),
    "resume": Entry("hitl.cli.answer", "Take up a cancelled run again: it waits at the question that was open then."),
    "rename": Entry("hitl.cli.manage", "Give a run a name, or take it back with an empty one."),
    "delete": Entry("hitl.cli.manage", "Delete a run and everything stored of it."),
    "prune": Entry("hitl.cli.manage", "Delete runs that have ended: never one that works or waits."),
    "export": Entry("hitl.cli.export", "Print the report of a run, or write it as Markdown, Word, PDF or JSON."),
    "backup": Entry("hitl.cli.backup", "Copy all runs, files and documents into a zip file."),
    "restore": Entry("hitl.cli.backup", "Put a backup into the empty folder of HITL_HOME."),
    "copy": Entry("hitl.cli.copy", "Copy all runs, files and documents into a Postgres database, or back."),
}


class LazyGroup(click.Group):
    """A group of commands, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(COMMANDS[cmd_name].module), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])

    def main(self, *args: Any, **options: Any) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a terminal that cannot encode “ shows \u201c
        return super().main(*args, **options)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader closed the pipe; click exits quietly
                raise
            raise click.ClickException(f"{error.strerror or error}: {error.filename or 'the output'}") from error


@click.group(
    "hitl",
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="RUN is an id, or the beginning of one. What is recorded here is carried out by the hitl that runs "
    "(hitl serve, or streamlit run app.py) with the same HITL_HOME.",
)
@click.version_option(package_name="hitl")
def main() -> None:
    """An agent researches, a human looks at the evidence and decides, and only then is a report written."""
