"""Arguments and options that several commands share."""

from __future__ import annotations

import click


def text(value: str) -> str:
    """An argument as text; bytes that are invalid in the terminal's encoding are read as UTF-8."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


run_argument = click.argument("beginning", metavar="RUN", type=text)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask first.")
force_option = click.option("--force", is_flag=True, help="Overwrite the file if it is there.")


def confirm(question: str, yes: bool) -> None:
    """Ask the user to confirm, unless `yes` is set; abort the command if they decline."""
    if not yes:
        click.confirm(question, abort=True, err=True)
