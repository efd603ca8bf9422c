"""Arguments and options that several commands share."""

from __future__ import annotations

import getpass

import click

from hitl.characters import visible
from hitl.cli.terminal import one_line

NAME_LENGTH = 80
"""Maximum characters of a human's name, as on the page."""


def text(value: str) -> str:
    """An argument as text; bytes that are invalid in the terminal's encoding are read as UTF-8."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


run_argument = click.argument("beginning", metavar="RUN", type=text)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask first.")
force_option = click.option("--force", is_flag=True, help="Overwrite the file if it is there.")


def name_given(by: str | None) -> str:
    """The name that is recorded with what somebody does, by the option `--by`."""
    if by is None:
        try:
            by = getpass.getuser()
        except (ImportError, KeyError, OSError):  # no name for this user on the machine
            by = ""
    return one_line(visible(by), NAME_LENGTH) or "a user of the command line"


def confirm(question: str, yes: bool) -> None:
    """Ask the user to confirm, unless `yes` is set; abort the command if they decline."""
    if not yes:
        click.confirm(question, abort=True, err=True)
